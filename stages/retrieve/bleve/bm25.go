package bleve

import (
	"cmp"
	"container/heap"
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	index "github.com/blevesearch/bleve_index_api"

	"github.com/ragdiag/ragdiag/corpus"
)

// The parameters of BM25, at the values that most programs take.
const (
	k1 = 1.2
	b  = .75
)

// idf is ln(1 + (N − df + ½)/(df + ½)): always above 0.
func idf(n, df int) float64 {
	return math.Log1p((float64(n-df) + .5) / (float64(df) + .5))
}

// saturation is tf·(k1+1) / (tf + k1·(1 − b + b·length/mean)).
func saturation(tf, length, mean float64) float64 {
	return tf * (k1 + 1) / (tf + k1*(1-b+b*length/mean))
}

// lengthOf recovers the number of tokens from bleve's norm, 1/√length in 32 bits.
func lengthOf(norm float64) float64 { return math.Round(1 / (norm * norm)) }

// queryTerm is a distinct term of a query.
type queryTerm struct {
	text  string
	count int // how often the query has it; each counts
}

// queryTerms analyses a query as the passages were and sorts its terms, so
// that sums of floating-point numbers come out the same every time.
func (x *Index) queryTerms(query string) []queryTerm {
	counts := map[string]int{}
	for _, t := range x.analyzer.Analyze([]byte(query)) {
		counts[string(t.Term)]++
	}
	out := make([]queryTerm, 0, len(counts))
	for term, n := range counts {
		out = append(out, queryTerm{term, n})
	}
	slices.SortFunc(out, func(a, b queryTerm) int { return cmp.Compare(a.text, b.text) })
	return out
}

// scored is a passage with its score.
type scored struct {
	passage corpus.Passage
	score   float64
}

// accumulator sums scores by bleve's document number. Only what was touched is
// cleared, so a query costs what it reads, not what the index holds.
type accumulator struct {
	sum     []float64
	touched []int
}

func (a *accumulator) add(doc int, score float64) {
	if doc >= len(a.sum) {
		a.sum = append(a.sum, make([]float64, doc+1-len(a.sum))...)
	}
	if a.sum[doc] == 0 {
		a.touched = append(a.touched, doc)
	}
	a.sum[doc] += score
}

func (a *accumulator) reset() {
	for _, doc := range a.touched {
		a.sum[doc] = 0
	}
	a.touched = a.touched[:0]
}

// exact returns the depth best passages by BM25, ties by ID.
func (x *Index) exact(ctx context.Context, query string, depth int) ([]scored, error) {
	acc, _ := x.pool.Get().(*accumulator)
	if acc == nil {
		acc = &accumulator{sum: make([]float64, len(x.store.entries))}
	}
	defer x.pool.Put(acc)
	defer acc.reset()
	for _, t := range x.queryTerms(query) {
		if err := x.accumulate(ctx, acc, t); err != nil {
			return nil, err
		}
	}
	least := threshold(acc, depth)
	var out []scored
	for _, doc := range acc.touched {
		if acc.sum[doc] < least {
			continue
		}
		id, err := x.reader.ExternalID(index.NewIndexInternalID(nil, uint64(doc)))
		if err != nil {
			return nil, err
		}
		p, err := x.named(id)
		if err != nil {
			return nil, err
		}
		out = append(out, scored{p, acc.sum[doc]})
	}
	slices.SortFunc(out, func(a, b scored) int {
		return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(a.passage.ID, b.passage.ID))
	})
	return out[:min(depth, len(out))], nil
}

// accumulate adds the scores of one term.
func (x *Index) accumulate(ctx context.Context, acc *accumulator, t queryTerm) (err error) {
	postings, err := x.reader.TermFieldReader(ctx, []byte(t.text), field, true, true, false)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, postings.Close()) }()
	weight := float64(t.count) * idf(x.m.Passages, int(postings.Count()))
	mean := x.meanLength()
	var posting index.TermFieldDoc
	for i := 0; ; i++ {
		if i%4096 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		p, err := postings.Next(posting.Reset())
		if err != nil {
			return err
		}
		if p == nil {
			return nil
		}
		acc.add(int(p.ID.Value()), weight*saturation(float64(p.Freq), lengthOf(p.Norm), mean))
	}
}

// meanLength is the mean number of tokens of a passage.
func (x *Index) meanLength() float64 { return float64(x.m.Tokens) / float64(x.m.Passages) }

// named reads the passage that bleve knows by name.
func (x *Index) named(id string) (corpus.Passage, error) {
	n, err := ordinal(id)
	if err != nil || n >= len(x.store.entries) {
		return corpus.Passage{}, fmt.Errorf("the postings name passage %q, which is not stored: build the index anew with --force", id)
	}
	return x.store.read(n)
}

// smallest is a heap of scores with the least on top.
type smallest []float64

func (h smallest) Len() int           { return len(h) }
func (h smallest) Less(i, j int) bool { return h[i] < h[j] }
func (h smallest) Swap(i, j int)      { h[i], h[j] = h[j], h[i] }
func (h *smallest) Push(v any)        { *h = append(*h, v.(float64)) }
func (h *smallest) Pop() any          { panic("never popped") }

// threshold returns the score of the depth-th best document; all that reach it
// are candidates, since only their IDs decide between equal scores.
func threshold(acc *accumulator, depth int) float64 {
	if len(acc.touched) <= depth {
		return 0
	}
	best := make(smallest, 0, depth)
	for _, doc := range acc.touched {
		s := acc.sum[doc]
		switch {
		case len(best) < depth:
			best = append(best, s)
			if len(best) == depth {
				heap.Init(&best)
			}
		case s > best[0]:
			best[0] = s
			heap.Fix(&best, 0)
		}
	}
	return best[0]
}
