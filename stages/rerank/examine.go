package rerank

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ragdiag/ragdiag/internal/match"
	"github.com/ragdiag/ragdiag/stages/prepared"
	"github.com/ragdiag/ragdiag/trace"
)

// version names this examiner in evidence.
const version = "rerank/1"

// Examine says whether the gold evidence of a record is in the context, and what
// the selection lost. It changes nothing in the record.
func Examine(r *prepared.Record) *trace.RerankEvidence {
	rec := r.Assumed()
	ev := &trace.RerankEvidence{Version: version}
	if rec.Context == nil {
		unknown := trace.NotKnown("the context was not recorded")
		ev.InContext, ev.Partial, ev.Truncated, ev.Middle = unknown, unknown, unknown, unknown
		return ev
	}
	for _, p := range rec.Context {
		ev.Tokens += Tokens(p.Title) + Tokens(p.Text)
	}
	found := r.GoldInContext()
	ev.Units, ev.InContext, ev.Partial = found.Units, found.Whole, found.Partial
	x := &examination{Record: r, rec: rec, ev: ev}
	x.asked()
	if len(ev.Units) == 0 {
		ev.Truncated, ev.Middle = trace.NotKnown(ev.InContext.Why), trace.NotKnown(ev.InContext.Why)
		x.answerLost()
		return ev
	}
	x.truncation()
	x.middle()
	x.recall()
	x.losses()
	return ev
}

// examination is the work on one record.
type examination struct {
	*prepared.Record
	rec *trace.Record // with the evidence that is looked for
	ev  *trace.RerankEvidence
	cut map[int]bool // indexes into ev.Units: in the context without their evidence

	selection *selection // see loss.go; nil: not worked out yet
	byID      map[string]*trace.Hit
}

func (x *examination) unit(m trace.UnitMatch) trace.Unit { return x.rec.Gold.Evidence[m.Set][m.Unit] }

// truncation looks for gold units that are in the context by name, while what
// makes them gold was cut off. Such a unit counts as not in the context.
func (x *examination) truncation() {
	undecided := false
	x.cut = map[int]bool{}
	for i, m := range x.ev.Units {
		if m.Rank == 0 || !x.shortened(m.Rank-1) {
			continue
		}
		switch x.holds(m) {
		case trace.No:
			x.cut[i] = true
		case trace.TruthUnknown:
			undecided = true
		}
	}
	switch {
	case len(x.cut) > 0:
		x.ev.Truncated = trace.Holds(true, .95, trace.GradeB, "a gold passage is in the prompt, but was cut before its evidence")
		x.recount()
	case x.ev.InContext.IsUnknown():
		x.ev.Truncated = trace.NotKnown(x.ev.InContext.Why)
	case undecided:
		x.ev.Truncated = trace.NotKnown("a gold passage was cut, and nothing says which part of it is the evidence")
	default:
		x.ev.Truncated = trace.Holds(false, .98, trace.GradeB, "no gold passage was cut before its evidence")
	}
}

// shortened reports whether the passage at index i of the context was cut: it
// says so, or the candidate of the same ID goes on after it.
func (x *examination) shortened(i int) bool {
	p := x.rec.Context[i]
	if p.Truncated {
		return true
	}
	h := x.candidate(p.ID)
	return h != nil && len(h.Text) > len(p.Text) && strings.HasPrefix(h.Text, strings.TrimRight(p.Text, " .…\n"))
}

// candidate returns the candidate with the given ID, or nil.
func (x *examination) candidate(id string) *trace.Hit {
	if x.byID == nil {
		x.byID = map[string]*trace.Hit{}
		for i, h := range x.rec.Candidates {
			if _, ok := x.byID[h.ID]; !ok && h.ID != "" {
				x.byID[h.ID] = &x.rec.Candidates[i]
			}
		}
	}
	return x.byID[id]
}

// holds says whether the shortened passage of a unit still has the evidence:
// the unit's text or, failing that, an accepted answer that the whole had.
func (x *examination) holds(m trace.UnitMatch) trace.Truth {
	p := x.rec.Context[m.Rank-1]
	whole := x.candidate(p.ID)
	u := x.unit(m)
	if span := whole == nil || 10*len(u.Text) < 9*len(whole.Text); u.Text != "" && span { // not the whole passage itself
		found := match.Find(trace.Unit{Text: u.Text}, []match.Passage{{Text: p.Text, Prepared: x.Passages().Doc(m.Rank - 1)}})
		return trace.TruthOf(found.Rank > 0)
	}
	if whole == nil || len(x.rec.Gold.Answers) == 0 {
		return trace.TruthUnknown
	}
	if _, _, ok := match.Answer(x.rec.Gold.Answers, whole.Text); !ok {
		return trace.TruthUnknown
	}
	_, _, ok := match.Answer(x.rec.Gold.Answers, p.Text)
	return trace.TruthOf(ok)
}

// present reports whether unit i is in the context with its evidence.
func (x *examination) present(i int) bool { return x.ev.Units[i].Rank > 0 && !x.cut[i] }

// sets returns the indexes into Units of each gold set.
func (x *examination) sets() [][]int {
	sets := make([][]int, len(x.rec.Gold.Evidence))
	for i, m := range x.ev.Units {
		sets[m.Set] = append(sets[m.Set], i)
	}
	return slices.DeleteFunc(sets, func(s []int) bool { return len(s) == 0 })
}

// recount decides InContext and Partial again, without the units that were cut.
func (x *examination) recount() {
	some := false
	for _, set := range x.sets() {
		if !slices.ContainsFunc(set, func(i int) bool { return !x.present(i) }) {
			return // another set is whole: nothing changes
		}
		some = some || slices.ContainsFunc(set, x.present)
	}
	x.ev.InContext = trace.Holds(false, .95, trace.GradeB, x.ev.Truncated.Why)
	x.ev.Partial = trace.Holds(some, .95, trace.GradeB, "units of a gold set that are in the prompt with their evidence")
}

// middle says whether every whole gold set has a unit in the middle third of at
// least eight passages, where models overlook most.
func (x *examination) middle() {
	n := len(x.rec.Context)
	switch {
	case x.ev.InContext.IsUnknown():
		x.ev.Middle = trace.NotKnown(x.ev.InContext.Why)
		return
	case n < 8:
		x.ev.Middle = trace.Holds(false, 1, trace.GradeB, fmt.Sprintf("only %d passages: none is far from both ends", n))
		return
	}
	whole, middle := 0, 0
	for _, set := range x.sets() {
		if slices.ContainsFunc(set, func(i int) bool { return !x.present(i) }) {
			continue
		}
		whole++
		if slices.ContainsFunc(set, func(i int) bool { r := x.ev.Units[i].Rank; return 3*r > n && 3*r <= 2*n }) {
			middle++
		}
	}
	x.ev.Middle = trace.Holds(whole > 0 && middle == whole, x.ev.InContext.P, trace.GradeB, fmt.Sprintf("gold evidence among passages %d to %d of %d", n/3+1, 2*n/3, n))
	if x.ev.Middle.IsNo() {
		x.ev.Middle = trace.Holds(false, .98, trace.GradeB, "no gold set depends on the middle of the prompt")
	}
}

// recall fills the share of the best gold set within the first k passages, for
// the usual k and the whole context. A shorter context holds nothing further, so
// its recall stands for larger k too.
func (x *examination) recall() {
	ks := []int{1, 3, 5, 10, 20, max(1, len(x.rec.Context))}
	slices.Sort(ks)
	for _, k := range slices.Compact(ks) {
		x.ev.Recall = append(x.ev.Recall, trace.Depth{K: k, Value: x.recallAt(k)})
	}
}

func (x *examination) recallAt(k int) trace.Value {
	if x.ev.InContext.IsUnknown() {
		return trace.Unknown(x.ev.InContext.Why)
	}
	best := 0.0
	for _, set := range x.sets() {
		found := 0
		for _, i := range set {
			if x.present(i) && x.ev.Units[i].Rank <= k {
				found++
			}
		}
		best = max(best, float64(found)/float64(len(set)))
	}
	return trace.Known(best)
}
