package rerank

import (
	"cmp"
	"slices"

	"github.com/ragdiag/ragdiag/trace"
)

// losses lists the gold units that are among the candidates and not in the
// context, and how they were lost.
func (x *examination) losses() {
	hits := x.rec.Candidates
	if len(hits) == 0 || x.ev.InContext.IsUnknown() {
		return
	}
	for i, m := range x.GoldInCandidates().Units {
		if m.Rank == 0 || i >= len(x.ev.Units) || x.present(i) {
			continue
		}
		x.lose(trace.Loss{Set: m.Set, Unit: m.Unit, Before: m.Rank}, x.cut[i])
	}
}

// answerLost does for what a reference answer says what losses does for gold
// evidence, where none is recorded: the candidate that holds most of it, of those
// that did not reach the prompt whole, is what was lost.
func (x *examination) answerLost() {
	if !x.ev.InContext.IsNo() || len(x.rec.Candidates) == 0 {
		return
	}
	held := x.HeldByCandidates()
	if !held.Lies().IsYes() {
		return
	}
	lost, cut, most := -1, false, 0.
	for _, p := range held.Parts {
		if i := p.Passage; i >= 0 && p.Held > most {
			short := x.cutShort(i)
			if !x.selected().kept[i] || short {
				lost, cut, most = i, short, p.Held
			}
		}
	}
	if lost >= 0 {
		x.lose(trace.Loss{Before: lost + 1}, cut)
	}
}

// cutShort reports whether the prompt has the passage of candidate i with less
// text.
func (x *examination) cutShort(i int) bool {
	h := x.rec.Candidates[i]
	return h.ID != "" && slices.ContainsFunc(x.rec.Context, func(p trace.Passage) bool { return p.ID == h.ID && len(p.Text) < len(h.Text) })
}

// lose adds a loss and says how the candidate was lost.
func (x *examination) lose(loss trace.Loss, cutShort bool) {
	hits, i := x.rec.Candidates, loss.Before-1
	s := x.selected()
	if s.after != nil {
		loss.After = s.after[i]
	}
	loss.Cut, loss.ID, loss.Margin = len(x.rec.Context), hits[i].ID, s.margin(hits[i])
	switch {
	case cutShort:
		loss.Drop = trace.DropTruncated
	case hits[i].Dropped != trace.DropNone:
		loss.Drop = hits[i].Dropped
	default:
		loss.Drop = x.inferDrop(loss.Before, loss.After, hits[i])
	}
	x.ev.Lost = append(x.ev.Lost, loss)
}

// selection is what the scores say of all candidates.
type selection struct {
	kept   []bool // the candidate is in the context, by ID or by text
	after  []int  // its rank after reranking; nil: not every candidate has a rerank score
	scores []scoreOf
	worst  []trace.Value // by scores, the worst of those kept
}

type scoreOf func(trace.Hit) trace.Value

func (x *examination) selected() *selection {
	if x.selection != nil {
		return x.selection
	}
	in := map[string]bool{}
	for _, p := range x.rec.Context {
		in["id "+p.ID], in["text "+p.Text] = p.ID != "", p.Text != ""
	}
	hits := x.rec.Candidates
	s := &selection{kept: make([]bool, len(hits)), scores: []scoreOf{
		func(h trace.Hit) trace.Value { return h.RerankScore },
		func(h trace.Hit) trace.Value { return h.Score },
	}}
	for i, h := range hits {
		s.kept[i] = in["id "+h.ID] || in["text "+h.Text]
	}
	for _, score := range s.scores {
		worst := trace.Unknown(noMargin)
		for i, h := range hits {
			if v, ok := score(h).Get(); ok && s.kept[i] {
				if w, ok := worst.Get(); !ok || v < w {
					worst = trace.Known(v)
				}
			}
		}
		s.worst = append(s.worst, worst)
	}
	if !slices.ContainsFunc(hits, func(h trace.Hit) bool { _, ok := h.RerankScore.Get(); return !ok }) {
		s.after = ranks(hits)
	}
	x.selection = s
	return s
}

const noMargin = "no scores of the lost and a kept passage were recorded"

// ranks returns the place of each candidate by its rerank score.
func ranks(hits []trace.Hit) []int {
	order := make([]int, len(hits))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		v, _ := hits[a].RerankScore.Get()
		w, _ := hits[b].RerankScore.Get()
		return cmp.Compare(w, v)
	})
	out := make([]int, len(hits))
	for rank, i := range order {
		out[i] = rank + 1
	}
	return out
}

// margin returns what candidate i misses to the worst one kept, by the
// reranker's score or, where it gave none, by the retriever's.
func (s *selection) margin(h trace.Hit) trace.Value {
	for i, score := range s.scores {
		own, ok1 := score(h).Get()
		worst, ok2 := s.worst[i].Get()
		if ok1 && ok2 {
			return trace.Known(worst - own)
		}
	}
	return trace.Unknown(noMargin)
}

// inferDrop tells from the ranks how a candidate was lost when the trace does
// not: below the number of passages kept, it was cut; above, it was moved down
// or taken for a duplicate of one that was kept.
func (x *examination) inferDrop(before, after int, h trace.Hit) trace.Drop {
	k := len(x.rec.Context)
	switch {
	case k == 0:
		return trace.DropNone // everything was lost: nothing to compare with
	case x.duplicate(h):
		return trace.DropDuplicate
	case before > k && (after == 0 || after > k):
		return trace.DropCut
	case cmp.Or(after, before) <= k && after != 0:
		return trace.DropNone // high enough both times: a budget or a filter
	}
	return trace.DropDemoted
}

// duplicate reports whether a passage that was kept says what h says.
func (x *examination) duplicate(h trace.Hit) bool {
	if h.Text == "" {
		return false
	}
	found := x.Passages().Find(trace.Unit{Text: h.Text})
	return found.Rank > 0 && found.How != "split"
}
