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
	q := text.Analyze(rec.Question, "")
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

// holds returns the share of the question's weight that a passage holds.
func holds(q *text.Doc, title, body string) float64 {
	has := map[string]bool{}
	for _, t := range text.Terms(title+"\n"+body, q.Lang) {
		has[t] = true
	}
	var none *text.Weights
	sum, held := 0.0, 0.0
	done := map[string]bool{}
	for _, t := range q.Terms {
		if done[t.Stem] {
			continue
		}
		done[t.Stem] = true
		w := none.Weight(t.Stem)
		sum += w
		if has[t.Stem] {
			held += w
		}
	}
	if sum == 0 {
		return 0
	}
	return held / sum
}
