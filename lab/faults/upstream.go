package faults

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ragdiag/ragdiag/corpus"
	"github.com/ragdiag/ragdiag/internal/text"
	"github.com/ragdiag/ragdiag/stages/rerank"
	"github.com/ragdiag/ragdiag/stages/retrieve/bleve"
	"github.com/ragdiag/ragdiag/trace"
)

// dropEntity: the rewriter loses the weightiest words.
func dropEntity(a *attempt) (bool, error) {
	n := a.level
	a.s.rewrite = func(q string) string {
		h := heavy(q, a.s.reader.Weights)
		return dropWords(q, h[:min(n, len(h))])
	}
	return true, nil
}

// swapEntity: the rewriter puts weighty words of another question in the place
// of this one's.
func swapEntity(a *attempt) (bool, error) {
	other := pick(a.rng, a.items)
	if other.id == a.s.item.id {
		return false, nil
	}
	from := heavy(other.question.Question, a.s.reader.Weights)
	n := a.level
	a.s.rewrite = func(q string) string {
		own := heavy(q, a.s.reader.Weights)
		for i := range min(n, len(own), len(from)) {
			q = strings.Replace(q, own[i], from[i], 1)
		}
		return q
	}
	return true, nil
}

// generalise: only the lightest words of the question are left.
func generalise(a *attempt) (bool, error) {
	share := by(a, [Levels]float64{.5, .65, .8})
	a.s.rewrite = func(q string) string {
		h := heavy(q, a.s.reader.Weights)
		return dropWords(q, h[:min(len(h), int(share*float64(len(h))+.999))])
	}
	return true, nil
}

// unresolved: the user refers back to what the conversation was about, and the
// question is sent as it stands. The names go first, then what the title of the
// conversation's document says too.
func unresolved(a *attempt) (bool, error) {
	it := a.s.item
	q := a.s.record.Question
	if it.meant != "" { // a person asked it so
		a.s.rewrite, a.s.plain = nil, true
		return it.meant != q, nil
	}
	if text.Language(q) == "" {
		return false, nil
	}
	full := q
	names := text.Entities(q)
	for i := len(names) - 1; i >= max(0, len(names)-a.level); i-- {
		q = q[:names[i].Start] + "it" + q[names[i].End:]
	}
	if a.level > 1 {
		var said []string
		for _, w := range heavy(q, a.s.reader.Weights) {
			if holds(it.gold.Title, w) || a.level > 2 && len(said) == 0 {
				said = append(said, w)
			}
		}
		q = dropWords(q, said)
	}
	if q == full {
		return false, nil
	}
	a.s.record.Question = strings.NewReplacer("the it", "it", "a it", "it").Replace(q)
	gold := cloneGold(a.s.record.Gold)
	gold.Rewrite = full
	a.s.record.Gold = gold
	a.s.record.History = talk(it)
	a.s.rewrite, a.s.plain = nil, true
	return len(a.s.record.History) > 0, nil
}

// talk is an earlier turn about the gold document that does not answer the
// question: its title, and a sentence of it.
func talk(it *item) []trace.Turn {
	if it.gold.Title == "" {
		return nil
	}
	for _, s := range sentences(it.gold.Text) {
		if s != it.sentence && !slices.ContainsFunc(it.answers, func(a string) bool { return holds(s, a) }) {
			return []trace.Turn{{Role: "user", Text: it.gold.Title}, {Role: "assistant", Text: s}}
		}
	}
	return nil
}

// wrongFilter: the query former reads a year into the question, and the
// retriever obeys it.
func wrongFilter(a *attempt) (bool, error) {
	var years []string
	for _, p := range a.s.w.passages {
		if y := year(p.Date); y != "" && y != year(a.s.item.gold.Date) {
			years = append(years, y)
		}
	}
	if len(years) == 0 || a.s.item.gold.Date == "" {
		return false, nil
	}
	y := pick(a.rng, years)
	a.s.rewrite = func(q string) string { return strings.TrimRight(q, "?. ") + " " + y }
	a.s.filtered = true
	a.s.retriever = tapped{Retriever: a.s.retriever, more: 200, behind: without(func(h trace.Hit) bool { return year(h.Date) != y })}
	return true, nil
}

func year(date string) string { return date[:min(4, len(date))] }

func noisyScores(a *attempt) (bool, error) {
	a.s.retriever = tapped{Retriever: a.s.retriever, more: 80, behind: shaken(a.rng.Uint64(), by(a, [Levels]float64{.4, .8, 1.5}))}
	return true, nil
}

// unknownWords: the index does not know the weightiest words of the query.
func unknownWords(a *attempt) (bool, error) {
	n := a.level
	a.s.retriever = tapped{Retriever: a.s.retriever, before: func(q string) string {
		h := heavy(q, a.s.reader.Weights)
		return dropWords(q, h[:min(n, len(h))])
	}}
	return true, nil
}

// fieldOff: only titles, with little or none of the text, are searched.
func fieldOff(a *attempt) (bool, error) {
	x, err := a.s.w.index(a.ctx, fmt.Sprintf("field-%d", a.level), bleve.Options{}, func(p corpus.Passage) []corpus.Document {
		d := standalone(p)
		all := sentences(p.Text)
		switch {
		case a.level == 1 && len(all) > 0:
			d.Text = all[0]
		case p.Title != "":
			d.Text = p.Title
		default:
			words := strings.Fields(p.Text)
			d.Text = strings.Join(words[:min(len(words), 5)], " ")
		}
		if a.level == 3 {
			d.Title = ""
		}
		return []corpus.Document{d}
	})
	if err != nil {
		return false, err
	}
	a.s.retriever = tapped{Retriever: x, behind: a.s.w.whole}
	return true, nil
}

// whole gives hits their full texts back.
func (w *world) whole(hits []trace.Hit) []trace.Hit {
	for i := range hits {
		for _, p := range w.passages {
			if p.ID == hits[i].ID {
				hits[i].Doc, hits[i].Title, hits[i].Text = p.Doc, p.Title, p.Text
				break
			}
		}
	}
	return hits
}

// access: the reader's rights hide the gold document, and some others.
func access(a *attempt) (bool, error) {
	share := by(a, [Levels]float64{0, .15, .3})
	seed := a.rng.Uint64()
	a.s.retriever = tapped{Retriever: a.s.retriever, more: 20, behind: without(func(h trace.Hit) bool {
		return a.s.item.mayAnswer(h.ID) || dice(seed, h.ID).Float64() < share
	})}
	return true, nil
}

// staleIndex: the index was built before some documents came, the gold one
// among them.
func staleIndex(a *attempt) (bool, error) {
	a.lacking(by(a, [Levels]uint64{8, 4, 2}))
	return true, nil
}

// lacking takes one of n parts of the documents away, the part that holds what
// may answer. What is left is ranked as before: the weights of words hardly
// change, and an index less is built.
func (a *attempt) lacking(n uint64) {
	part := dice(n, a.s.item.gold.Doc).Uint64N(n)
	a.s.retriever = tapped{Retriever: a.s.retriever, more: 60, behind: without(func(h trace.Hit) bool {
		return a.s.item.mayAnswer(h.ID) || dice(n, h.Doc).Uint64N(n) == part
	})}
}

// chunkBoundary: the index is cut so small that the words of the question and
// the answer fall apart.
func chunkBoundary(a *attempt) (bool, error) {
	if !a.s.item.byText { // a document's name does not tell which of its chunks answers
		return false, nil
	}
	words := by(a, [Levels]int{20, 12, 8})
	x, err := a.s.w.index(a.ctx, fmt.Sprintf("chunk-%d", words), bleve.Options{Chunk: corpus.ChunkOptions{Words: words, Overlap: -1}}, func(p corpus.Passage) []corpus.Document {
		d := standalone(p)
		d.Title = "" // a title in every chunk would join them again
		return []corpus.Document{d}
	})
	a.s.retriever = x
	return true, err
}

// depthCut: too few candidates are fetched.
func depthCut(a *attempt) (bool, error) {
	r := a.s.item.rank(a.sound.rec.Candidates)
	if r <= soundContext {
		return false, nil
	}
	a.s.depth = max(soundContext, by(a, [Levels]int{r - 1, r * 2 / 3, r / 2}))
	return true, nil
}

// permutedScores: the reranker gives some of its scores to the wrong passages.
func permutedScores(a *attempt) (bool, error) {
	share, rng := by(a, [Levels]float64{.5, .75, 1}), a.rng
	seed := rng.Uint64()
	a.s.rescore = func(hits []trace.Hit) {
		rng := dice(seed)
		var moved []int
		for i := range hits {
			if rng.Float64() < share {
				moved = append(moved, i)
			}
		}
		scores := make([]trace.Value, len(moved))
		for i, j := range rng.Perm(len(moved)) {
			scores[i] = hits[moved[j]].RerankScore
		}
		for i, at := range moved {
			hits[at].RerankScore = scores[i]
		}
	}
	return true, nil
}

func (a *attempt) goldInContext() int {
	return 1 + slices.IndexFunc(a.sound.rec.Context, func(p trace.Passage) bool { return holds(p.Text, a.s.item.sentence) })
}

// kCut: fewer passages are kept than it takes.
func kCut(a *attempt) (bool, error) {
	r := a.goldInContext()
	if r < 2 {
		return false, nil
	}
	a.s.selection.K = max(soundContext, by(a, [Levels]int{r - 1, r * 2 / 3, r / 2}))
	return true, nil
}

// budget: the tokens are used up before the sentence that answers.
func budget(a *attempt) (bool, error) {
	r := a.goldInContext()
	before := 0
	for _, p := range a.sound.rec.Context[:max(0, r-1)] {
		before += rerank.Tokens(p.Title) + rerank.Tokens(p.Text)
	}
	g := a.s.item.gold
	own := rerank.Tokens(g.Title) + rerank.Tokens(g.Text[:max(0, strings.Index(g.Text, a.s.item.sentence))])
	a.s.selection.Budget = before + int(by(a, [Levels]float64{1, .6, 0})*float64(own))
	return r > 0 && a.s.selection.Budget >= 10, nil
}

// overDedupe: an older edition is chosen first, and the one that holds is taken
// for a repetition of it.
func overDedupe(a *attempt) (bool, error) {
	x, err := a.editions(true)
	a.s.retriever = x
	a.s.selection.Method = rerank.MethodMMR
	a.s.selection.K = max(soundContext, a.s.item.k-a.level)
	return true, err
}
