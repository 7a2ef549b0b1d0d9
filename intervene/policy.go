package intervene

import (
	"math"
	"slices"

	"github.com/ragdiag/ragdiag/diagnose"
	"github.com/ragdiag/ragdiag/trace"
)

// Hypothesis says what broke: one cause, or two that both need repair.
type Hypothesis struct {
	Cause diagnose.Cause `json:"cause"`
	With  diagnose.Cause `json:"with,omitzero"` // the second of a joint cause
}

// Response is how a generator fares under an arm: the population from which its
// success rate is drawn.
type Response uint8

// The responses.
const (
	Healthy   Response = iota // it has what it needs
	PriorOnly                 // the evidence is not there: only luck or memory helps
	Defeated                  // it has the evidence, and fails
	Eased                     // it has the evidence with less around it
	Never                     // the expected answer is wrong
	Wavering                  // right more often than not, and not reliably
	responses
)

// upstream reports whether a cause keeps the evidence from the candidates.
func upstream(c diagnose.Cause) bool {
	return c == diagnose.Query || c == diagnose.Retrieve || c == diagnose.CorpusGap
}

func ofGenerator(c diagnose.Cause) bool { return c == diagnose.Ignore || c == diagnose.Unsupported }

// Responds says how the generator fares in an arm if the hypothesis is true.
func (h Hypothesis) Responds(arm string) Response {
	switch {
	case h.Cause == diagnose.GoldLabel:
		return Never
	case arm == trace.ArmClosedBook:
		return PriorOnly
	case h.Cause == diagnose.Flaky:
		return Wavering
	}
	missing := !ofGenerator(h.Cause)
	switch arm {
	case trace.ArmInsertGold:
		missing = false
	case trace.ArmOracleSelect:
		missing = upstream(h.Cause)
	case trace.ArmGoldOnly:
		if ofGenerator(h.Cause) || h.With != diagnose.None {
			return Eased
		}
		return Healthy
	case trace.ArmClean, trace.ArmOrder, trace.ArmNeighbours:
		if !missing {
			return Eased
		}
	}
	switch {
	case missing:
		return PriorOnly
	case ofGenerator(h.Cause) || h.With != diagnose.None:
		return Defeated
	}
	return Healthy
}

// Likelihoods are the populations of success rates, one for each Response.
type Likelihoods [responses]Beta

// DefaultLikelihoods are those of the design's simulation, with a population of
// its own for flaky failures, of which at least half of the replays are right by
// definition. Fit refits them on a run set.
func DefaultLikelihoods() Likelihoods {
	return Likelihoods{Healthy: {12, 2}, PriorOnly: {1, 6}, Defeated: {1.5, 6}, Eased: {2, 2}, Never: {.5, 20}, Wavering: {6, 2}}
}

// Belief is the distribution over what broke, and the runs it rests on.
type Belief struct {
	hyps  []Hypothesis
	prior []float64
	lik   Likelihoods
	same  map[string]string // an arm to the one whose prompt it shares
	runs  map[string]Count  // by the arm that stands for the prompt
}

// NewBelief starts from the weights of the hypotheses among failures, which need
// not add up to 1; those at or below 0 are ruled out. The recorded failure counts
// as one failed draw of replay. The weights hold among failures already, so that
// draw moves the success rate of replay and not the weights.
func NewBelief(hyps []Hypothesis, weights []float64, lik Likelihoods) *Belief {
	b := &Belief{
		hyps: hyps, prior: make([]float64, len(hyps)), lik: lik,
		same: map[string]string{}, runs: map[string]Count{trace.ArmReplay: {N: 1}},
	}
	for i, h := range hyps {
		b.prior[i] = weights[i] / (1 - lik[h.Responds(trace.ArmReplay)].Mean())
	}
	return b
}

// share says that two arms have the same prompt: their draws are of one rate.
func (b *Belief) share(arm, with string) { b.same[arm] = with }

func (b *Belief) standsFor(arm string) string {
	if with, ok := b.same[arm]; ok {
		return with
	}
	return arm
}

// Add counts one draw of an arm.
func (b *Belief) Add(arm string, right bool) {
	arm = b.standsFor(arm)
	c := b.runs[arm]
	c.N++
	if right {
		c.K++
	}
	b.runs[arm] = c
}

// P returns the probability of each hypothesis, in their order. They add up to
// 1 unless every hypothesis is ruled out, which gives zeros.
func (b *Belief) P() []float64 { return b.with("", false) }

// with is P after one more draw of an arm; without an arm, P as it is.
func (b *Belief) with(arm string, right bool) []float64 {
	arms := sortedArms(b.runs)
	if arm != "" && !slices.Contains(arms, arm) {
		arms = append(arms, arm)
		slices.Sort(arms) // float sums depend on the order
	}
	logs := make([]float64, len(b.hyps))
	top := math.Inf(-1)
	for i, h := range b.hyps {
		if b.prior[i] <= 0 {
			logs[i] = math.Inf(-1)
			continue
		}
		logs[i] = math.Log(b.prior[i])
		for _, a := range arms {
			c := b.runs[a]
			if a == arm {
				c.N++
				if right {
					c.K++
				}
			}
			logs[i] += b.logLikelihood(h, a, c)
		}
		top = max(top, logs[i])
	}
	sum := 0.0
	for i := range logs {
		if logs[i] = math.Exp(logs[i] - top); math.IsNaN(logs[i]) {
			logs[i] = 0
		}
		sum += logs[i]
	}
	if sum > 0 {
		for i := range logs {
			logs[i] /= sum
		}
	}
	return logs
}

// logLikelihood is that of the runs of a prompt. Where a hypothesis expects two
// things of one prompt, as "lost in selection" does of replay and of the best
// selection, the runs are held against both. The recorded failure is one of
// replay only.
func (b *Belief) logLikelihood(h Hypothesis, arm string, c Count) float64 {
	own := h.Responds(arm)
	sum := b.lik[own].logLikelihood(c.K, c.N)
	if arm == trace.ArmReplay {
		c.N--
	}
	held := []Response{own}
	for _, other := range sortedArms(b.same) {
		r := h.Responds(other)
		if b.same[other] != arm || slices.Contains(held, r) {
			continue
		}
		held = append(held, r)
		sum += b.lik[r].logLikelihood(c.K, c.N)
	}
	return sum
}

// predict returns the probability that the next draw of an arm is right.
func (b *Belief) predict(arm string, p []float64) float64 {
	c := b.runs[arm]
	sum := 0.0
	for i, h := range b.hyps {
		beta := b.lik[h.Responds(arm)]
		sum += p[i] * (beta.A + float64(c.K)) / (beta.A + beta.B + float64(c.N))
	}
	return sum
}

// gain is the expected drop in entropy, in nats, by one draw of an arm.
func (b *Belief) gain(arm string) float64 {
	arm = b.standsFor(arm)
	p := b.P()
	right := b.predict(arm, p)
	return entropy(p) - right*entropy(b.with(arm, true)) - (1-right)*entropy(b.with(arm, false))
}

func entropy(p []float64) float64 {
	h := 0.0
	for _, x := range p {
		if x > 0 {
			h -= x * math.Log(x)
		}
	}
	return h
}

// worthless is the gain below which no draw is made, in nats: with it, an arm
// changes no verdict that is worth having.
const worthless = 1e-4

// Next returns the arm that promises most, each costing one call. Ties go to
// replay, then to the arm under which most hypotheses are healthy, then to the
// first. ok is false if none is worth a call.
func (b *Belief) Next(arms []string) (arm string, gain float64, ok bool) {
	best, fine := worthless, -1
	for _, a := range arms {
		g := b.gain(a)
		n := 0
		for i, h := range b.hyps {
			if r := h.Responds(a); b.prior[i] > 0 && (r == Healthy || r == Wavering) {
				n++
			}
		}
		if a == trace.ArmReplay {
			n = len(b.hyps) + 1
		}
		switch tie := math.Abs(g-best) < 1e-9; {
		case g > best && !tie, tie && ok && n > fine:
			arm, best, fine, ok = a, g, n, true
		}
	}
	return arm, best, ok
}

// Best returns the most probable hypothesis, the first of equals.
func (b *Belief) Best() (Hypothesis, float64) {
	p := b.P()
	at := 0
	for i := range p {
		if p[i] > p[at] {
			at = i
		}
	}
	return b.hyps[at], p[at]
}
