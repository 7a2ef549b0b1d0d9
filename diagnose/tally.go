package diagnose

import (
	"math"
	"slices"

	"github.com/ragdiag/ragdiag/trace"
)

// tally weighs the wrong claims of an answer by how the context stands to them.
// The weight of a claim is its IDF mass, so that long boilerplate does not
// decide.
type tally struct {
	by        map[Attribution]float64 // without grade
	asked     map[Attribution]float64 // of them, the claims that stand against an accepted answer
	abstained float64                 // the verifier could not tell
	grade     trace.Grade             // of the verdicts
}

// tally sorts the claims that are wrong. Where gold does not say which claim is
// wrong, every claim that is not known to be right is a suspect.
func (f *facts) tally() tally {
	t := tally{by: map[Attribution]float64{}, asked: map[Attribution]float64{}, grade: trace.GradeC}
	wrong := trace.Suspects(f.claims)
	for _, c := range wrong {
		w := c.Weight
		if w <= 0 {
			w = 1
		}
		support := c.Support
		if c.Weakened { // in a language that the verifier was not tested on
			t.grade, support = trace.GradeD, trace.Abstain
		}
		switch support {
		case trace.Supported:
			sub := ""
			switch {
			case c.GoldUnit == trace.Yes || len(f.rec.Context) == 1:
				sub = "incomplete" // true to the evidence, and not what was asked
			case c.GoldUnit == trace.No:
				sub = "distractor"
			}
			t.by[Attribution{Cause: Ignore, Sub: sub}] += w
		case trace.Contradicted:
			sub := ""
			switch {
			case c.FromClose == trace.Yes:
				sub = "override"
			case c.Overlap >= f.p.MisreadOverlap:
				sub = "misread"
			}
			t.by[Attribution{Cause: Ignore, Sub: sub}] += w
			if c.Against != nil && c.Against.Accepted {
				t.asked[Attribution{Cause: Ignore, Sub: sub}] += w
			}
		case trace.NotFound:
			t.by[Attribution{Cause: Unsupported, Sub: "fabrication"}] += w
		default:
			if f.citedAgainst(c) {
				t.by[Attribution{Cause: Ignore}] += w
			} else {
				t.abstained += w
			}
		}
	}
	return t
}

// citedAgainst reports whether a claim about which the passages together leave
// the verifier undecided is contradicted by the very passages that its statement
// cites: by its own account it is about those.
func (f *facts) citedAgainst(c trace.ClaimVerdict) bool {
	e := f.rec.Evidence.Cite
	return e != nil && slices.ContainsFunc(e.Statements, func(s trace.CitedStatement) bool {
		return s.Support == trace.Contradicted && len(s.Citations) > 0 && s.Start <= c.Start && c.End <= s.End
	})
}

// wrong is the weight of the claims with a decided verdict.
func (t tally) wrong() float64 {
	ignored, invented := t.perCause()
	return ignored + invented
}

func (t tally) perCause() (ignored, invented float64) {
	for _, a := range t.sorted() { // a fixed order: float sums depend on it
		if a.Cause == Ignore {
			ignored += t.by[a]
		} else {
			invented += t.by[a]
		}
	}
	return ignored, invented
}

// open reports whether the undecided claims could turn the outcome. What was
// asked for is what makes the answer bad: a claim against an accepted answer in
// the prompt decides, however much is said beside it.
func (t tally) open() bool {
	if len(t.asked) > 0 {
		return false
	}
	ignored, invented := t.perCause()
	return t.abstained > 0 && t.abstained >= math.Abs(ignored-invented)
}

// ranked returns the cause that leads, in its heaviest form, and the heaviest form
// of the other cause if it has any weight. A claim against an accepted answer
// leads, else the most weight.
func (t tally) ranked() (lead Attribution, others []Attribution) {
	ignored, invented := t.perCause()
	cause := Ignore
	if invented > ignored && len(t.asked) == 0 {
		cause = Unsupported
	}
	if len(t.asked) > 0 {
		lead = heaviest(t.asked)[0]
	}
	for _, a := range t.sorted() {
		switch {
		case a.Cause != cause:
			if len(others) == 0 {
				others = append(others, a)
			}
		case lead.Cause == None:
			lead = a
		}
	}
	return lead, others
}

func (t tally) sorted() []Attribution { return heaviest(t.by) }

// heaviest lists attributions by weight, heaviest first, ties by name.
func heaviest(weight map[Attribution]float64) []Attribution {
	var all []Attribution
	for a := range weight {
		all = append(all, a)
	}
	slices.SortFunc(all, func(a, b Attribution) int {
		switch wa, wb := weight[a], weight[b]; {
		case wa > wb:
			return -1
		case wa < wb:
			return 1
		case a.Slug() < b.Slug():
			return -1
		case a.Slug() > b.Slug():
			return 1
		}
		return 0
	})
	return all
}

// betaTail is P(θ > ½) for k successes in n runs under Jeffreys' prior,
// Beta(k+½, n−k+½), by the midpoint rule after the substitution θ = sin²(φ),
// which removes the singular ends. metrics/stat has more digits, but diagnose
// imports trace alone.
func betaTail(k, n int) float64 {
	const steps = 2000
	a, b := float64(k), float64(n-k)
	var upper, total float64
	for i := range steps {
		phi := (float64(i) + 0.5) / steps * math.Pi / 2
		s, c := math.Sincos(phi)
		d := math.Pow(s, 2*a) * math.Pow(c, 2*b)
		total += d
		if phi > math.Pi/4 {
			upper += d
		}
	}
	return upper / total
}
