package diagnose

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/ragdiag/ragdiag/trace"
)

// weigh holds the verdict of the gates against the posterior. Where both agree
// it adds how probable the verdict is. Where the posterior is clearly against
// it, one of the predicates is probably wrong, and the verdict is withdrawn.
// Where the gates leave the cause open, a posterior that is sure enough names
// the probable one.
func (f *facts) weigh(t *Tables, v finding) finding {
	if f.rec.Answer == nil {
		return v
	}
	if v.status == StatusNotFailure {
		v.p = t.gate(string(StatusNotFailure), f.bad.Grade)
		return v
	}
	known := f.answerable.IsNo() || f.inCorpus.IsNo() && f.inCorpus.Grade > trace.GradeD
	if known && v.root.Cause == None {
		return v
	}
	if root := v.root.Cause; root != None && (!slices.Contains(t.Causes, root) || known) {
		// Decided by a fact that no odds can add to.
		v.basis, v.p = ByGates, t.gate(string(root), v.root.Grade)
		v.posterior, v.conformal = []Chance{{root, v.p}}, []Cause{root}
		return v
	}
	o := f.observe(v)
	if v.posterior = t.Posterior(o); v.posterior == nil {
		if v.root.Cause != None {
			v.basis = ByGates
		}
		return v
	}
	v.conformal = t.Conformal(o.Level, v.posterior)
	coarse := coarsely(v.posterior)
	switch {
	case v.root.Cause != None:
		v.basis = ByGates
		v = f.together(t, v, o, coarse)
	case v.status == StatusUndetermined:
		v = f.probable(t, o.Level.String(), v, coarse)
		if v.status == StatusUndetermined {
			v.next = f.cheapest(t, o, v.posterior)
		}
	}
	return v
}

// together says how sure a verdict of the gates is, given what the posterior
// thinks of it. A verdict that the posterior as good as excludes while it would
// name another cause is withdrawn, unless a re-run shows it.
func (f *facts) together(t *Tables, v finding, o Observation, coarse []Chance) finding {
	root := v.root.Cause.Coarse()
	alone := chanceOf(coarse, root)
	v.p = alone
	if c, ok := t.Both[o.Level.Gold()]; ok {
		v.p = c.At(LogOdds(alone))
	}
	v.posterior = rescaled(v.posterior, root, v.p)
	best := coarse[0]
	if best.Cause == root {
		return v
	}
	v.disagreement = fmt.Sprintf("by the gates it is %s, by the posterior rather %s (P = %.2f to %.2f): one of the predicates may be wrong",
		strings.ToLower(root.Title()), strings.ToLower(best.Cause.Title()), best.P, alone)
	excluded := !slices.ContainsFunc(v.conformal, func(c Cause) bool { return c.Coarse() == root })
	if !excluded || best.P < f.p.Withdraw || v.root.Grade >= trace.GradeA || v.status != StatusDiagnosed {
		return v
	}
	set := append([]Cause{v.root.Cause, best.Cause}, v.set...)
	slices.SortFunc(set, byFlow)
	v.status, v.set = StatusUndetermined, slices.Compact(set)
	v.root, v.proximate, v.basis, v.p = Attribution{}, Attribution{}, "", 0
	v.posterior = t.Posterior(o)
	v.missing = append(v.missing, "which of the predicates is wrong")
	return v
}

// probable names the cause that the gates leave open if its posterior is as high
// as it must be to be right often enough, and the inputs can tell it from the
// others at all.
func (f *facts) probable(t *Tables, level string, v finding, coarse []Chance) finding {
	best := coarse[0]
	least, nameable := t.Named[level][best.Cause]
	left := slices.ContainsFunc(v.set, func(c Cause) bool { return c.Coarse() == best.Cause })
	switch {
	case f.hasGoldEvidence(): // then gates that do not close contradict each other
		return v
	case !nameable, best.P < max(least, f.p.Probable), len(coarse) > 1 && best.P < f.p.Odds*coarse[1].P, !left:
		return v
	case f.rec.Context == nil, f.rec.Candidates == nil: // not identifiable, however it looks
		return v
	case best.Cause == GoldLabel: // calling gold wrong needs evidence, not odds
		return v
	case f.refusal.IsYes(): // by its words alone a prompt that suffices looks like one that does not
		return v
	case f.claimsAgainst(best.Cause):
		return v
	}
	v.status, v.basis, v.p = StatusDiagnosed, ByPosterior, min(best.P, t.Guessed[level].rate())
	v.posterior = rescaled(v.posterior, best.Cause, v.p)
	v.notes = append(v.notes, guessNote)
	v.root = Attribution{Cause: best.Cause, Grade: trace.GradeD}
	v.open = v.set
	v.set = []Cause{best.Cause}
	if best.Cause == Retrieve {
		v.set = []Cause{Query, Retrieve}
	}
	v.proximate = f.afterwards(v.root)
	return v
}

// guessNote says what the odds are worth; see docs/benchmarks.md.
const guessNote = "no gold decides here: the odds were learned from faults made on purpose, and real systems bear them out less often"

// claimsAgainst reports whether the claims do not single out the generator cause
// that the posterior prefers: between its two causes the verifier decides.
func (f *facts) claimsAgainst(c Cause) bool {
	return (c == Ignore || c == Unsupported) && !slices.Equal(f.generatorSuspects(), []Cause{c})
}

// addition is evidence that could be added, what it costs in units of one
// retrieval, and the feature that it would show.
type addition struct {
	do      string
	cost    float64
	missing func(*facts) bool
	feature func(gold string) string
}

// additions are the things that a user can add, cheapest first.
var additions = []addition{
	{nextSteps[2].do, 1, func(f *facts) bool { return f.rec.Candidates == nil },
		func(gold string) string { return "in-candidates/" + gold + best(gold) }},
	{nextSteps[3].do, 1, func(f *facts) bool { return len(f.rec.Evidence.Probes) == 0 && f.hasGoldEvidence() },
		func(gold string) string { return "probe/" + gold }},
	{nextSteps[4].do, 2, func(f *facts) bool { return !f.hasGoldEvidence() },
		func(gold string) string { return "in-context/" + with("evidence", gold) + ".B" }},
	{nextSteps[5].do, 2, func(f *facts) bool { return !f.level().Answer },
		func(gold string) string { return "sufficient/" + with(gold, "answer") + ".C" }},
	{"let a judge say whether the context suffices", 3, func(f *facts) bool { return f.sufficient.Grade <= trace.GradeD && f.rec.Context != nil },
		func(string) string { return "sufficient/answer.C" }},
}

func best(gold string) string {
	if strings.Contains(gold, "evidence") {
		return ".B"
	}
	return ".C"
}

// with joins two parts of Level.Gold.
func with(first, second string) string {
	switch {
	case first == "none" || strings.Contains(second, first):
		return second
	case second == "none" || strings.Contains(first, second):
		return first
	}
	return first + "+" + second
}

// cheapest returns the addition with the largest expected drop of entropy per
// cost; "" where the tables know of none that helps.
func (f *facts) cheapest(t *Tables, o Observation, chances []Chance) string {
	p := make([]float64, len(t.Causes))
	for h, c := range t.Causes {
		p[h] = chanceOf(chances, c)
	}
	if f.rec.Context == nil {
		return nextSteps[1].do // without it no other evidence says what the generator saw
	}
	do, gain := "", 0.0
	for _, a := range additions {
		if !a.missing(f) {
			continue
		}
		if g := t.gain(a.feature(o.Level.Gold()), p) / a.cost; g > gain+1e-9 {
			do, gain = a.do, g
		}
	}
	return do
}

// gain is the mutual information, in nats, between a feature and the cause
// whose probabilities are p.
func (t *Tables) gain(name string, p []float64) float64 {
	f := t.Features[name]
	total := 0.0
	for _, value := range sortedValues(f) {
		joint := 0.0
		for h, like := range f.P[value] {
			joint += p[h] * like
		}
		for h, like := range f.P[value] {
			if p[h] > 0 && like > 0 {
				total += p[h] * like * math.Log(like/joint)
			}
		}
	}
	return total
}

func sortedValues(f Feature) []string {
	var values []string
	for v := range f.P {
		values = append(values, v)
	}
	slices.Sort(values)
	return values
}
