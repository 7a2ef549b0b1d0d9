package rerank

import (
	"github.com/ragdiag/ragdiag/internal/text"
	"github.com/ragdiag/ragdiag/trace"
)

// asked measures, where no gold says what was needed, how much of the question
// the best passage of the prompt holds, and the best candidate that did not
// reach it. It is word overlap and decides nothing by itself.
func (x *examination) asked() {
	rec := x.rec
	if g := rec.Gold; g != nil && len(g.Answers)+len(g.Claims)+len(g.Evidence) > 0 {
		return
	}
	q := x.Question()
	kept, dropped := -1.0, -1.0
	in := map[[2]string]bool{}
	for _, p := range rec.Context {
		in[[2]string{p.ID, p.Text}], in[[2]string{"", p.Text}] = true, true
		kept = max(kept, x.holdsOf(q, p.Title, p.Text))
	}
	for _, c := range rec.Candidates {
		if c.Text != "" && !in[[2]string{c.ID, c.Text}] {
			dropped = max(dropped, x.holdsOf(q, c.Title, c.Text))
		}
	}
	if kept >= 0 {
		x.ev.AskedKept = trace.Known(kept)
	}
	if dropped >= 0 {
		x.ev.AskedDropped = trace.Known(dropped)
	}
}

// holdsOf returns the share of the question's weight that a passage holds, by the
// form of the words: no corpus weighs them.
func (x *examination) holdsOf(q *text.Doc, title, body string) float64 {
	has := map[string]bool{}
	for _, s := range [...]string{title, body} {
		for _, t := range x.Context().Analyze(s, q.Lang).Terms {
			has[t.Stem] = true
		}
	}
	var none *text.Weights
	return none.Held(q.Terms, has)
}
