package intervene

import (
	"slices"

	"github.com/ragdiag/ragdiag/diagnose"
)

// Mix says how often each kind of fault is behind a failure.
type Mix struct {
	Retrieval float64 `json:"retrieval"` // the evidence is not among the candidates
	Selection float64 `json:"selection"` // it is lost between candidates and prompt
	Generator float64 `json:"generator"`
	Joint     float64 `json:"joint"` // one of the first two, and the generator too
	Flaky     float64 `json:"flaky"`
}

// DefaultMix is that of the design's simulation.
func DefaultMix() Mix { return Mix{.35, .21, .29, .11, .03} }

// The places at which the evidence can be lost.
const (
	lostBefore = iota // not among the candidates
	lostAfter         // among them, not in the prompt
	lostNever         // in the prompt
	places
)

// placeOf is where the evidence is, if a cause is the root.
func placeOf(c diagnose.Cause) int {
	switch {
	case upstream(c):
		return lostBefore
	case c == diagnose.Select:
		return lostAfter
	}
	return lostNever
}

// MatchErrors are how often the evidence matcher errs: the rates that 'ragdiag
// audit match' measures, both in [0, 0.5).
type MatchErrors struct {
	False  float64 `json:"false"`  // of evidence that it sees, the share that is none
	Missed float64 `json:"missed"` // of evidence that it does not see, the share that is there
}

func (e MatchErrors) valid() bool {
	return e.False >= 0 && e.False < .5 && e.Missed >= 0 && e.Missed < .5
}

// leastError is what a matcher is taken to err at least: that of labels by ID.
const leastError = .02

func (e MatchErrors) orDefault() MatchErrors {
	return MatchErrors{max(e.False, leastError), max(e.Missed, leastError)}
}

// mistaken returns P(place as seen | true place), if "among the candidates" and
// "in the prompt" are each seen wrongly with these rates. Evidence that is seen
// in the prompt counts as retrieved.
func mistaken(e MatchErrors) (p [places][places]float64) {
	f, m := e.False, e.Missed
	p[lostBefore] = [places]float64{(1 - f) * (1 - f), (1 - f) * f, f}
	p[lostAfter] = [places]float64{(1 - f) * m, (1 - f) * (1 - m), f}
	p[lostNever] = [places]float64{m * m, m * (1 - m), 1 - m}
	return p
}

// How often the evidence that stands against the generator's two causes, and
// for the reference, misleads: no verifier of claims is surer than that.
const (
	mixedUp     = .02
	mislabelled = .005
)

// doubted gives the generator's other cause, and the reference, their share of
// what is believed of the one that is named.
func doubted(believed []diagnose.Chance) []diagnose.Chance {
	p := map[diagnose.Cause]float64{}
	sum := 0.0
	for _, c := range believed {
		p[c.Cause] += c.P
		sum += c.P
	}
	ignore, invent := p[diagnose.Ignore], p[diagnose.Unsupported]
	p[diagnose.Ignore] = ignore*(1-mixedUp) + invent*mixedUp
	p[diagnose.Unsupported] = invent*(1-mixedUp) + ignore*mixedUp
	if p[diagnose.GoldLabel] == 0 && ignore+invent > 0 {
		p[diagnose.GoldLabel] = mislabelled * sum
	}
	var out []diagnose.Chance
	for _, c := range diagnose.Causes() {
		if p[c] > 0 {
			out = append(out, diagnose.Chance{Cause: c, P: p[c]})
		}
	}
	return out
}

// Hypotheses turns what is believed without experiments into hypotheses with
// weights among failures. The causes share what the posterior gives them, or
// the set of causes left in equal parts. With the rates of e the evidence was not
// where it seemed to be, so weight leaks to the causes of other places;
// flaky and joint causes get their share of the mix.
func Hypotheses(believed []diagnose.Chance, m Mix, e MatchErrors) ([]Hypothesis, []float64) {
	var seen [places]float64
	within := [places]map[diagnose.Cause]float64{{}, {}, {}}
	gold, sum := 0.0, 0.0
	for _, c := range believed {
		switch {
		case c.P <= 0:
		case c.Cause == diagnose.GoldLabel:
			gold += c.P
			sum += c.P
		case upstream(c.Cause) || c.Cause == diagnose.Select || ofGenerator(c.Cause):
			seen[placeOf(c.Cause)] += c.P
			within[placeOf(c.Cause)][c.Cause] += c.P
			sum += c.P
		}
	}
	if sum == 0 {
		return nil, nil
	}
	// What the usual suspect of a place is, where the belief names none.
	for place, usual := range [places]diagnose.Cause{diagnose.Retrieve, diagnose.Select, diagnose.Ignore} {
		if len(within[place]) == 0 {
			within[place][usual] = 1
		}
	}
	up := m.Retrieval + m.Selection
	base := [places]float64{m.Retrieval + m.Joint*m.Retrieval/up, m.Selection + m.Joint*m.Selection/up, m.Generator + m.Flaky}
	wrong := mistaken(e)
	var place [places]float64
	for s, mass := range seen {
		total := 0.0
		for t := range places {
			total += base[t] * wrong[t][s]
		}
		for t := range places {
			if total > 0 {
				place[t] += mass * base[t] * wrong[t][s] / total
			}
		}
	}
	joint := m.Joint / (m.Joint + up)
	flaky := m.Flaky / (m.Flaky + m.Generator)
	var hyps []Hypothesis
	var weights []float64
	add := func(h Hypothesis, w float64) {
		if w > 0 {
			hyps, weights = append(hyps, h), append(weights, w)
		}
	}
	for t := range places {
		all := 0.0
		causes := []diagnose.Cause{}
		for c := range within[t] {
			causes = append(causes, c)
		}
		slices.Sort(causes)
		for _, c := range causes {
			all += within[t][c]
		}
		for _, c := range causes {
			w := place[t] * within[t][c] / all
			if t == lostNever {
				add(Hypothesis{Cause: c}, w*(1-flaky))
				continue
			}
			add(Hypothesis{Cause: c}, w*(1-joint))
			add(Hypothesis{Cause: c, With: diagnose.Ignore}, w*joint)
		}
	}
	add(Hypothesis{Cause: diagnose.Flaky}, place[lostNever]*flaky)
	add(Hypothesis{Cause: diagnose.GoldLabel}, gold)
	return hyps, weights
}
