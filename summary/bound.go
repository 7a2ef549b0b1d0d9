package summary

import (
	"slices"

	"github.com/ragdiag/ragdiag/diagnose"
	"github.com/ragdiag/ragdiag/trace"
)

// Bound is the most that a perfect stage could add to quality, from what was
// recorded alone. It is an association and no effect: answers whose context
// suffices may be to easier questions. Only an experiment (see Ceiling) says
// what a repair buys, and what it breaks.
type Bound struct {
	Stage trace.Stage `json:"stage"`
	Title string      `json:"title"`
	// AtMost is a share of the judged answers, in [0, 1]. For the generator it is
	// the share of Wrong; for the stages before it that, times RightIfEnough.
	AtMost trace.Value `json:"at_most"`
	// Wrong counts the answers that the stage may have to answer for: those that
	// are put down to it, and those that leave it open.
	Wrong Ratio `json:"wrong"`
	// RightIfEnough is how often an answer is right whose context suffices.
	RightIfEnough Ratio `json:"right_if_enough"`
}

// boundStages are the stages in flow order, with the causes that a perfect one
// would take away.
var boundStages = []struct {
	stage  trace.Stage
	title  string
	causes []diagnose.Cause
}{
	{trace.StageQuery, "query formation", []diagnose.Cause{diagnose.Missing, diagnose.Query}},
	{trace.StageRetrieve, "retrieval", []diagnose.Cause{diagnose.Missing, diagnose.Query, diagnose.Retrieve}}, // the evidence is there, whatever the query
	{trace.StageRerank, "context selection", []diagnose.Cause{diagnose.Missing, diagnose.Select}},
	{trace.StageGround, "generation", []diagnose.Cause{diagnose.Ignore, diagnose.Unsupported, diagnose.Flaky}},
}

// bounds counts what bounds need.
type bounds struct {
	wrong       [4]int
	right, suff int // of the answers whose context suffices, the right ones
	seen        bool
}

// add counts a judged record.
func (b *bounds) add(rec *trace.Record, d *diagnose.Diagnosis) {
	g := rec.Evidence.Ground
	if g == nil || d.Right == trace.TruthUnknown {
		return
	}
	b.seen = true
	if g.Sufficient.IsYes() {
		b.suff++
		if d.Right == trace.Yes {
			b.right++
		}
	}
	if d.Right != trace.No {
		return
	}
	may := d.Set
	if d.Status == diagnose.StatusDiagnosed {
		may = append([]diagnose.Cause{d.Root.Cause}, d.Set...)
	}
	for i, s := range boundStages {
		before := s.stage != trace.StageGround
		if before && g.Sufficient.IsYes() || !before && g.Sufficient.IsNo() {
			continue // what it could bring is there already, or cannot be used
		}
		if len(may) == 0 || slices.ContainsFunc(s.causes, func(c diagnose.Cause) bool { return slices.Contains(may, c) }) {
			b.wrong[i]++
		}
	}
}

// list returns the bounds; nil if nothing tells them.
func (b *bounds) list(judged int) []Bound {
	if !b.seen || b.suff == 0 {
		return nil
	}
	rate := ratio(b.right, b.suff)
	var out []Bound
	for i, s := range boundStages {
		x := Bound{Stage: s.stage, Title: s.title, Wrong: ratio(b.wrong[i], judged), RightIfEnough: rate}
		x.AtMost = x.Wrong.Share
		if share, ok := x.Wrong.Share.Get(); ok && s.stage != trace.StageGround {
			p, _ := rate.Share.Get()
			x.AtMost = trace.Known(share * p)
		}
		out = append(out, x)
	}
	return out
}
