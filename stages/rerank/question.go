package rerank

import (
	"slices"

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
	for _, p := range rec.Context {
		kept = max(kept, holds(q, p.Title, p.Text))
	}
	for _, c := range rec.Candidates {
		if c.Text != "" && !slices.ContainsFunc(rec.Context, func(p trace.Passage) bool { return p.ID == c.ID && p.Text == c.Text || c.ID == "" && p.Text == c.Text }) {
			dropped = max(dropped, holds(q, c.Title, c.Text))
		}
	}
	if kept >= 0 {
		x.ev.AskedKept = trace.Known(kept)
	}
	if dropped >= 0 {
		x.ev.AskedDropped = trace.Known(dropped)
	}
}

// holds returns the share of the question's weight that a passage holds, by the
// form of the words: no corpus weighs them.
func holds(q *text.Doc, title, body string) float64 {
	var none *text.Weights
	return none.Held(q.Terms, text.StemSet(title+"\n"+body, q.Lang))
}
