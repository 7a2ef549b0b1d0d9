package bleve

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"

	index "github.com/blevesearch/bleve_index_api"

	"github.com/ragdiag/ragdiag/internal/match"
	"github.com/ragdiag/ragdiag/internal/text"
	"github.com/ragdiag/ragdiag/trace"
)

// sortByDoc lists the ordinals by the hash of their document, then in order.
func (x *Index) sortByDoc() []int {
	all := make([]int, len(x.store.entries))
	for i := range all {
		all[i] = i
	}
	slices.SortFunc(all, func(a, b int) int {
		return cmp.Or(cmp.Compare(x.store.entries[a].Doc, x.store.entries[b].Doc), cmp.Compare(a, b))
	})
	return all
}

// find returns the ordinals of the passage with an ID, or of all passages of
// the document with that ID, in order; none if the corpus does not know it.
func (x *Index) find(id string) ([]int, error) {
	found, err := x.ofDoc(id)
	if err != nil || len(found) > 0 {
		return found, err
	}
	hash := strings.LastIndexByte(id, '#')
	if hash < 0 {
		return nil, nil
	}
	found, err = x.ofDoc(id[:hash])
	if err != nil {
		return nil, err
	}
	for _, n := range found {
		p, err := x.store.read(n)
		if err != nil {
			return nil, err
		}
		if p.ID == id {
			return []int{n}, nil
		}
	}
	return nil, nil
}

// ofDoc returns the ordinals of the passages of a document.
func (x *Index) ofDoc(doc string) ([]int, error) {
	all, hash := x.byDoc(), text.Hash64(doc)
	at, _ := slices.BinarySearchFunc(all, hash, func(n int, h uint64) int { return cmp.Compare(x.store.entries[n].Doc, h) })
	var out []int
	for ; at < len(all) && x.store.entries[all[at]].Doc == hash; at++ {
		p, err := x.store.read(all[at])
		if err != nil {
			return nil, err
		}
		if p.Doc == doc {
			out = append(out, all[at])
		}
	}
	return out, nil
}

// Has says whether the corpus holds the passage or document with an ID. It is
// unknown only if the index cannot be read.
func (x *Index) Has(id string) trace.Truth {
	if x.enter() != nil {
		return trace.TruthUnknown
	}
	defer x.leave()
	return x.has(id)
}

func (x *Index) has(id string) trace.Truth {
	found, err := x.find(id)
	if err != nil {
		return trace.TruthUnknown
	}
	return trace.TruthOf(len(found) > 0)
}

// holdsDepth is how many passages are looked at for the text of a gold unit.
const holdsDepth = 10

// Holds says whether the corpus holds a unit of gold evidence: by its ID, by
// its document's, or else by its text among the passages most like it. A text
// that is not found is a weak no: it may be there in other words.
func (x *Index) Holds(ctx context.Context, u trace.Unit) trace.Predicate {
	if err := x.enter(); err != nil {
		return trace.NotKnown(err.Error())
	}
	defer x.leave()
	for _, id := range []string{u.ID, u.Doc} {
		if id != "" && x.has(id) == trace.Yes {
			return trace.Holds(true, .99, trace.GradeB, fmt.Sprintf("the corpus holds %q", id))
		}
	}
	if u.Text == "" {
		id := cmp.Or(u.ID, u.Doc)
		if id == "" {
			return trace.NotKnown("the gold unit has neither ID nor text")
		}
		return trace.Holds(false, .97, trace.GradeB, fmt.Sprintf("no passage or document of the corpus is called %q", id))
	}
	best, err := x.exact(ctx, u.Text, holdsDepth)
	if err != nil {
		return trace.NotKnown("the index cannot be searched: " + err.Error())
	}
	like := make([]match.Passage, 0, len(best))
	for _, s := range best {
		p := s.passage
		like = append(like, match.Passage{ID: p.ID, Doc: p.Doc, Title: p.Title, Text: p.Text})
	}
	if len(like) == 0 {
		return trace.Holds(false, .9, trace.GradeD, "no word of the gold text is in the corpus")
	}
	if m := match.Find(trace.Unit{Text: u.Text}, like); m.Rank > 0 {
		return trace.Holds(true, m.P, m.Grade, fmt.Sprintf("passage %q holds the gold text (%s)", like[m.Rank-1].ID, m.How))
	}
	return trace.Holds(false, .8, trace.GradeD, fmt.Sprintf("none of the %d passages most like the gold text holds it", len(like)))
}

// Weights returns how much each term matters in this corpus. A term that the
// analyser drops, such as a stop word, weighs next to nothing. Once the index is
// closed the form of a word decides, as without a corpus.
func (x *Index) Weights() *text.Weights {
	known := frequencies{of: map[string]int{}}
	return text.NewWeights(func(term string) int { return x.documentFrequency(term, &known) }, x.m.Passages)
}

// frequencies are what was counted before: the same words come again and again.
type frequencies struct {
	sync.Mutex
	of map[string]int
}

const mostFrequencies = 1 << 15

// documentFrequency counts the passages that hold a term; of a term that the
// analyser takes apart, its rarest part. A closed index cannot tell: −1.
func (x *Index) documentFrequency(term string, known *frequencies) int {
	if x.enter() != nil {
		return -1
	}
	defer x.leave()
	known.Lock()
	n, ok := known.of[term]
	known.Unlock()
	if ok {
		return n
	}
	parts := x.analyzer.Analyze([]byte(term))
	least := x.m.Passages
	for _, part := range parts {
		least = min(least, x.countOf(part.Term))
	}
	known.Lock()
	defer known.Unlock()
	if len(known.of) == mostFrequencies {
		clear(known.of)
	}
	known.of[term] = least
	return least
}

// countOf counts the passages that hold an analysed term.
func (x *Index) countOf(term []byte) int {
	postings, err := x.reader.TermFieldReader(context.Background(), term, field, false, false, false)
	if err != nil {
		return 0 // as for an unseen term: a search for it will report the error
	}
	defer func(p index.TermFieldReader) { _ = p.Close() }(postings)
	return int(postings.Count())
}

// Misfit says whether the analyser is wrong for the corpus or for a language.
func (x *Index) Misfit(lang string) trace.Predicate {
	if m := x.m.misfit(); m.IsYes() || lang == "" || lang == x.m.Language {
		return m
	}
	if serves(x.m.Analyzer, lang) {
		return trace.Holds(false, .9, trace.GradeB, fmt.Sprintf("analyser %s serves %s", x.m.Analyzer, lang))
	}
	return trace.Holds(true, .8, trace.GradeB, fmt.Sprintf("analyser %s (corpus language %q) does not serve %s", x.m.Analyzer, x.m.Language, lang))
}

// Stale says whether a run that names another version of the corpus was made
// with a different index than this one.
func (x *Index) Stale(version string) trace.Predicate {
	if version == "" {
		return trace.NotKnown("the record does not name its corpus version")
	}
	return trace.Holds(version != x.m.Corpus, .95, trace.GradeB, fmt.Sprintf("the run used corpus version %s, the index holds %s", version, x.m.Corpus))
}

// Passages returns the passage with an ID, or all passages of the document with
// that ID in their order; none if the corpus knows neither.
func (x *Index) Passages(_ context.Context, id string) ([]trace.Passage, error) {
	if err := x.enter(); err != nil {
		return nil, err
	}
	defer x.leave()
	found, err := x.find(id)
	if err != nil {
		return nil, err
	}
	var out []trace.Passage
	for _, n := range found {
		p, err := x.store.read(n)
		if err != nil {
			return nil, err
		}
		out = append(out, trace.Passage{ID: p.ID, Doc: p.Doc, Title: p.Title, Text: p.Text, Date: p.Date})
	}
	return out, nil
}
