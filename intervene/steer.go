package intervene

import (
	"fmt"
	"slices"

	"github.com/ragdiag/ragdiag/claim"
	"github.com/ragdiag/ragdiag/diagnose"
	"github.com/ragdiag/ragdiag/trace"
)

// hint is what an arm says about how the generator, or the cutting of the
// documents, went wrong.
type hint struct {
	cause    diagnose.Cause // whose finer kind it is
	sub      string
	modifier string
	shown    diagnose.Line
}

// steer names the finer kind of the root where arms show it: each with at least
// four calls, its control among them, and nothing else changed. A finer kind that
// the gates decided stays, and what the arms show is beside it; what was
// shown to repair is the first thing to try all the same. Only "misread" gives
// way to "override": the gates ask for the closed-book answer first, and call an
// answer misread where they have none.
func steer(rec *trace.Record, d *diagnose.Diagnosis, effects []Effect) {
	advised := false
	for _, h := range hints(rec, d.Root.Cause, effects) {
		if h.shown.Text != "" {
			d.Evidence = append(d.Evidence, h.shown)
		}
		if !slices.Contains(d.Modifiers, h.modifier) {
			d.Modifiers = append(d.Modifiers, h.modifier)
		}
		if h.sub == "" {
			continue
		}
		if h.cause == d.Root.Cause && (d.Root.Sub == "" || d.Root.Sub == "misread" && h.sub == "override") {
			if d.Proximate == d.Root {
				d.Proximate.Sub = h.sub
			}
			d.Root.Sub = h.sub
		}
		if !advised {
			d.Fix, advised = diagnose.Attribution{Cause: h.cause, Sub: h.sub}.Fix(), true
		}
	}
}

// hints lists what the arms show about a root, the most specific first.
//
//   - edit and closed book: the answer stays when the evidence's value is changed,
//     and comes without any passage: memory wins over the context.
//   - order: the same passages with the evidence first.
//   - clean: the evidence without the passages that do not matter. That moves it
//     up as well, so it shows noise only where the place is shown not to be it.
//   - strict: one more instruction.
//   - neighbours: larger chunks under the same budget.
func hints(rec *trace.Record, root diagnose.Cause, effects []Effect) []hint {
	var out []hint
	repairs := func(arm string) bool {
		return slices.ContainsFunc(effects, func(e Effect) bool {
			return e.Arm == arm && e.Verdict == Repairs && e.Runs.N+e.Control.N >= manyCalls
		})
	}
	ofGen := ofGenerator(root)
	if line, ok := overridden(rec); ok && ofGen {
		out = append(out, hint{diagnose.Ignore, "override", "override", line})
	}
	if repairs(trace.ArmOrder) && ofGen {
		out = append(out, hint{cause: diagnose.Ignore, sub: "position", modifier: "position"})
	}
	if repairs(trace.ArmClean) && ofGen {
		h := hint{cause: diagnose.Ignore, modifier: "noise"}
		if placeIsOut(rec, effects) {
			h.sub = "distractor"
		}
		out = append(out, h)
	}
	if repairs(trace.ArmStrict) && ofGen {
		out = append(out, hint{cause: diagnose.Unsupported, sub: "promptable", modifier: "promptable"})
	}
	if repairs(trace.ArmNeighbours) {
		out = append(out, hint{cause: diagnose.Retrieve, sub: "split", modifier: "chunking"})
	}
	return out
}

// placeIsOut reports whether it is the noise and not the place of the evidence:
// the evidence was first, or leaving the noise out repairs also against the
// runs in which the evidence was put before it.
func placeIsOut(rec *trace.Record, effects []Effect) bool {
	if slices.ContainsFunc(rec.Evidence.Arms, func(a trace.Arm) bool {
		return a.Name == trace.ArmOrder && a.Same == trace.ArmReplay
	}) {
		return true
	}
	var clean, first Count
	for _, e := range effects {
		switch e.Arm {
		case trace.ArmClean:
			clean = e.Runs
		case trace.ArmOrder:
			first = e.Runs
		}
	}
	return clean.N > 0 && first.N > 0 && clean.N+first.N >= manyCalls && exceeds(clean, first, margin) >= sureFrom
}

// overridden reports whether the answer comes from memory: it is given again in
// most runs with another value in the evidence, and in most runs without any
// passage, each by P(rate > ½) ≥ .9 and with four calls in all. It goes by what
// the answers say, because the counts of these arms are of other things.
func overridden(rec *trace.Record) (diagnose.Line, bool) {
	if rec.Answer == nil {
		return diagnose.Line{}, false
	}
	v := claim.New(claim.Options{})
	said := func(name string) (c Count) {
		for _, a := range rec.Evidence.Arms {
			if a.Name != name || a.Confounded != "" || a.Same != "" {
				continue
			}
			for _, text := range a.Answers {
				c.N++
				if repeats(v, rec.Answer.Text, text) {
					c.K++
				}
			}
		}
		return c
	}
	edited, closed := said(trace.ArmEdit), said(trace.ArmClosedBook)
	if edited.N+closed.N < manyCalls || !surelyStays(edited) || !surelyStays(closed) {
		return diagnose.Line{}, false
	}
	return diagnose.Line{
		Name: "the answer comes from memory", Truth: trace.Yes, Grade: trace.GradeA,
		Text: fmt.Sprintf("it stays in %d of %d runs with another value in the evidence, and comes in %d of %d without any passage", edited.K, edited.N, closed.K, closed.N),
	}, true
}
