package rerank

import (
	"cmp"
	"math"
	"slices"

	"github.com/ragdiag/ragdiag/internal/text"
	"github.com/ragdiag/ragdiag/trace"
)

// The fixed settings of the methods. They are the usual ones and not tuned.
const (
	mmrLambda   = 0.5 // share of relevance against likeness (Carbonell and Goldstein 1998)
	rrfConstant = 60  // Cormack, Clarke and Büttcher 2009
	window      = 40  // tokens within which question words count as close
)

// pool holds the candidates as vectors and their scores.
type pool struct {
	hits   []trace.Hit
	docs   []*text.Doc
	same   []int     // index of an earlier, identical candidate; -1: none
	first  []float64 // retriever's score or, without scores, its rank; scaled to [0,1], 1 is best
	query  *text.Doc
	w      *text.Weights
	scores []float64 // of the method, once order has run
}

func candidates(query string, hits []trace.Hit, w *text.Weights) *pool {
	c := &pool{hits: hits, w: w, same: make([]int, len(hits))}
	ids, texts := map[string]int{}, map[string]int{}
	for i, h := range hits {
		c.same[i] = -1
		if j, ok := ids[h.ID]; ok && h.ID != "" {
			c.same[i] = j
		} else if j, ok := texts[h.Text]; ok && h.Text != "" {
			c.same[i] = j
		} else {
			ids[h.ID], texts[h.Text] = i, i
		}
	}
	c.first = firstScores(hits)
	c.query = text.Analyze(query, text.LanguageOf(func(yield func(string) bool) {
		for _, h := range hits[:min(len(hits), 5)] { // a question is too short to tell
			if !yield(h.Text) {
				return
			}
		}
	}))
	return c
}

// firstScores returns the retriever's scores or, if any is missing, the ranks,
// scaled to [0,1].
func firstScores(hits []trace.Hit) []float64 {
	out := make([]float64, len(hits))
	for i, h := range hits {
		s, ok := h.Score.Get()
		if !ok {
			for j := range out {
				out[j] = float64(-j)
			}
			break
		}
		out[i] = s
	}
	return scaled(out)
}

// scaled maps the smallest value to 0 and the largest to 1; equal values to 1.
func scaled(in []float64) []float64 {
	if len(in) == 0 {
		return in
	}
	lo, hi := slices.Min(in), slices.Max(in)
	out := make([]float64, len(in))
	for i, v := range in {
		out[i] = 1
		if hi > lo {
			out[i] = (v - lo) / (hi - lo)
		}
	}
	return out
}

// order returns the indexes of all candidates in their new order and keeps the
// scores that led to it.
func (c *pool) order(m Method) []int {
	order := make([]int, len(c.hits))
	for i := range order {
		order[i] = i
	}
	if m == MethodNone || len(order) == 0 {
		return order
	}
	c.docs = make([]*text.Doc, len(c.hits))
	for i, h := range c.hits {
		c.docs[i] = text.Analyze(h.Title+"\n"+h.Text, c.query.Lang)
	}
	switch m {
	case MethodMMR:
		return c.mmr()
	case MethodProximity:
		c.scores = c.proximity()
	case MethodRRF:
		c.scores = c.fused()
	default:
		return order
	}
	c.sortBy(order, c.scores)
	return order
}

// score returns the score of candidate i by the method that order ran.
func (c *pool) score(i int) (float64, bool) {
	if c.scores == nil {
		return 0, false
	}
	return c.scores[i], true
}

// sortBy sorts by score, then by the retriever's order.
func (c *pool) sortBy(order []int, scores []float64) {
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(scores[b], scores[a]) })
}

// mmr picks one candidate after the other, each time the one with the best
// λ·relevance − (1−λ)·max cosine to those picked. A candidate's score is the
// one it was picked with.
func (c *pool) mmr() []int {
	vectors := make([]vector, len(c.hits))
	for i, d := range c.docs {
		vectors[i] = newVector(d, c.w)
	}
	c.scores = make([]float64, len(c.hits))
	like := make([]float64, len(c.hits)) // largest cosine to anything picked
	picked := make([]bool, len(c.hits))
	order := make([]int, 0, len(c.hits))
	for range c.hits {
		best := -1
		for i := range c.hits {
			if picked[i] {
				continue
			}
			c.scores[i] = mmrLambda*c.first[i] - (1-mmrLambda)*like[i]
			if best < 0 || c.scores[i] > c.scores[best] {
				best = i
			}
		}
		picked[best] = true
		order = append(order, best)
		for i := range c.hits {
			if !picked[i] {
				like[i] = max(like[i], vectors[i].dot(vectors[best]))
			}
		}
	}
	return order
}

// proximity adds to half of the retriever's score: how much of the question's
// weight a passage holds, how much within one window, and how many neighbours
// of the question are neighbours there.
func (c *pool) proximity() []float64 {
	out := make([]float64, len(c.hits))
	for i, d := range c.docs {
		held, within, phrase := c.near(d)
		out[i] = .5*c.first[i] + .5*(.4*held+.4*within+.2*phrase)
	}
	return out
}

// near returns the shares, by weight, of the question's terms in d, of those
// within the best window of d, and of its neighbouring pairs that are in d in
// the same order with at most one token between them.
func (c *pool) near(d *text.Doc) (held, within, phrase float64) {
	weight := map[uint64]float64{}
	var total, pairs float64
	follow := map[[2]uint64]float64{}
	for i, t := range c.query.Terms {
		if _, ok := weight[t.Hash]; !ok {
			weight[t.Hash] = c.w.Weight(t.Stem)
			total += weight[t.Hash]
		}
		if i > 0 && t.Token-c.query.Terms[i-1].Token <= 2 {
			pair := [2]uint64{c.query.Terms[i-1].Hash, t.Hash}
			if _, ok := follow[pair]; !ok {
				follow[pair] = weight[pair[0]] + weight[pair[1]]
				pairs += follow[pair]
			}
		}
	}
	if total == 0 {
		return 0, 0, 0
	}
	seen, inside := map[uint64]bool{}, map[uint64]int{}
	var mass, best, phrases float64
	met := map[[2]uint64]bool{}
	var open []text.Term // question terms within the window, in order
	for i, t := range d.Terms {
		if i > 0 {
			pair := [2]uint64{d.Terms[i-1].Hash, t.Hash}
			if v, ok := follow[pair]; ok && !met[pair] && t.Token-d.Terms[i-1].Token <= 2 {
				met[pair] = true
				phrases += v
			}
		}
		if weight[t.Hash] == 0 {
			continue
		}
		seen[t.Hash] = true
		open = append(open, t)
		if inside[t.Hash]++; inside[t.Hash] == 1 {
			mass += weight[t.Hash]
		}
		for t.Token-open[0].Token >= window {
			h := open[0].Hash
			open = open[1:]
			if inside[h]--; inside[h] == 0 {
				mass -= weight[h]
			}
		}
		best = max(best, mass)
	}
	for _, t := range c.query.Terms {
		if seen[t.Hash] {
			held += weight[t.Hash]
			seen[t.Hash] = false // once
		}
	}
	if pairs > 0 {
		phrase = phrases / pairs
	}
	return held / total, best / total, phrase
}

// fused sums 1/(60+rank) over the rankings of the single queries and that of
// proximity. A candidate that several queries found counts for each.
func (c *pool) fused() []float64 {
	out := make([]float64, len(c.hits))
	rank := map[int]int{} // by query
	for i, h := range c.hits {
		rank[h.Query]++
		to := i
		if c.same[i] >= 0 {
			to = c.same[i]
		}
		out[to] += 1 / float64(rrfConstant+rank[h.Query])
	}
	near := make([]int, len(c.hits))
	for i := range near {
		near[i] = i
	}
	c.sortBy(near, c.proximity())
	for r, i := range near {
		out[i] += 1 / float64(rrfConstant+r+1)
	}
	return out
}

// vector is a bag of weighted terms of length 1, sorted by hash, so that sums
// have the same order and so the same last bits everywhere.
type vector []component

type component struct {
	hash  uint64
	value float64
}

func newVector(d *text.Doc, w *text.Weights) vector {
	terms := slices.SortedFunc(slices.Values(d.Terms), func(a, b text.Term) int { return cmp.Compare(a.Hash, b.Hash) })
	var v vector
	for i, t := range terms {
		if i == 0 || terms[i-1].Hash != t.Hash {
			v = append(v, component{hash: t.Hash})
		}
		v[len(v)-1].value += w.Weight(t.Stem)
	}
	if norm := math.Sqrt(v.dot(v)); norm > 0 {
		for i := range v {
			v[i].value /= norm
		}
	}
	return v
}

// dot returns the inner product; of two vectors of length 1 it is the cosine.
func (v vector) dot(u vector) float64 {
	var sum float64
	for i, j := 0, 0; i < len(v) && j < len(u); {
		switch cmp.Compare(v[i].hash, u[j].hash) {
		case -1:
			i++
		case 1:
			j++
		default:
			sum += v[i].value * u[j].value
			i, j = i+1, j+1
		}
	}
	return sum
}
