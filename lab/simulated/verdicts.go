package simulated

import (
	"math"
	"math/rand/v2"

	"github.com/ragdiag/ragdiag/diagnose"
	"github.com/ragdiag/ragdiag/intervene"
	"github.com/ragdiag/ragdiag/trace"
)

// Simulation draws failures of a world whose rates are known and lets the policy
// find their causes: what a budget buys, and whether the stated probabilities
// hold. It is a reconstruction of the design's simulation.
type Simulation struct {
	N        int
	Seed     uint64
	Error    float64               // of "among the candidates" and of "in the prompt", each
	Mix      intervene.Mix         // of the causes
	World    intervene.Likelihoods // what is true
	Believed intervene.Likelihoods // what the policy starts from
	Tau      float64               // stop from this probability
	MaxCalls int                   // for one failure
	Refit    bool                  // believe what Fit makes of the first third of the failures; they are not scored
}

// Simulated is what the policy said about one failure.
type Simulated struct {
	Truth intervene.Hypothesis
	Said  intervene.Hypothesis
	P     float64 // of Said
	Calls int
}

var causes = []intervene.Hypothesis{
	{Cause: diagnose.Retrieve}, {Cause: diagnose.Select}, {Cause: diagnose.Ignore},
	{Cause: diagnose.Retrieve, With: diagnose.Ignore}, {Cause: diagnose.Select, With: diagnose.Ignore},
	{Cause: diagnose.Flaky},
}

// The places where evidence is lost.
const (
	lostBefore = iota // before retrieval, or in it
	lostAfter         // in selection
	lostNever
)

func placeOf(c diagnose.Cause) int {
	switch c {
	case diagnose.Retrieve:
		return lostBefore
	case diagnose.Select:
		return lostAfter
	}
	return lostNever
}

// arms are the arms of the simulation.
var arms = []string{trace.ArmReplay, trace.ArmInsertGold, trace.ArmOracleSelect}

// Run returns one verdict for each failure.
func (s Simulation) Run() []Simulated {
	rng := rand.New(rand.NewPCG(s.Seed, 0x5ca1ab1e))
	up := s.Mix.Retrieval + s.Mix.Selection
	weights := []float64{s.Mix.Retrieval, s.Mix.Selection, s.Mix.Generator, s.Mix.Joint * s.Mix.Retrieval / up, s.Mix.Joint * s.Mix.Selection / up, s.Mix.Flaky}
	lik := s.Believed
	var cases []intervene.Case
	var out []Simulated
	for i := range s.N {
		if s.Refit && i == s.N/3 {
			lik = intervene.Fit(cases, s.Believed)
			out = out[:0]
		}
		truth := causes[drawIndex(rng, weights)]
		place := placeOf(truth.Cause)
		seen := place
		inC, inS := place != lostBefore, place == lostNever
		if rng.Float64() < s.Error {
			inC = !inC
		}
		if rng.Float64() < s.Error {
			inS = !inS
		}
		switch {
		case inS:
			seen = lostNever
		case inC:
			seen = lostAfter
		default:
			seen = lostBefore
		}
		believed := diagnose.Chance{Cause: []diagnose.Cause{diagnose.Retrieve, diagnose.Select, diagnose.Ignore}[seen], P: 1}
		hyps, prior := intervene.Hypotheses([]diagnose.Chance{believed}, s.Mix, intervene.MatchErrors{False: s.Error, Missed: s.Error})
		b := intervene.NewBelief(hyps, prior, lik)
		rates := map[string]float64{}
		for _, arm := range arms {
			beta := s.World[truth.Responds(arm)]
			if arm == trace.ArmReplay {
				beta.B++ // given that it failed once
			}
			rates[arm] = drawBeta(rng, beta)
		}
		c := intervene.Case{Hyps: hyps, Weights: prior, Runs: map[string]intervene.Count{}}
		calls := 0
		for calls < s.MaxCalls {
			if _, p := b.Best(); p >= s.Tau {
				break
			}
			arm, _, ok := b.Next(arms)
			if !ok {
				break
			}
			right := rng.Float64() < rates[arm]
			b.Add(arm, right)
			n := c.Runs[arm]
			n.N++
			if right {
				n.K++
			}
			c.Runs[arm] = n
			calls++
		}
		if s.Refit && i < s.N/3 { // the pilot
			for _, arm := range arms[:2] {
				n := intervene.Count{N: 3}
				for range n.N {
					if rng.Float64() < rates[arm] {
						n.K++
					}
				}
				c.Runs[arm] = n
			}
			cases = append(cases, c)
		}
		said, p := b.Best()
		out = append(out, Simulated{truth, said, p, calls})
	}
	return out
}

func drawIndex(rng *rand.Rand, weights []float64) int {
	sum := 0.0
	for _, w := range weights {
		sum += w
	}
	u := rng.Float64() * sum
	for i, w := range weights {
		if u -= w; u < 0 {
			return i
		}
	}
	return len(weights) - 1
}

// drawBeta draws from a Beta distribution by two Gamma variates.
func drawBeta(rng *rand.Rand, b intervene.Beta) float64 {
	x, y := drawGamma(rng, b.A), drawGamma(rng, b.B)
	if x+y == 0 {
		return b.Mean()
	}
	return x / (x + y)
}

// drawGamma is the method of Marsaglia and Tsang (2000), unit scale.
func drawGamma(rng *rand.Rand, shape float64) float64 {
	if shape < 1 {
		return drawGamma(rng, shape+1) * math.Pow(rng.Float64(), 1/shape)
	}
	d := shape - 1./3
	c := 1 / math.Sqrt(9*d)
	for {
		x := rng.NormFloat64()
		v := 1 + c*x
		if v <= 0 {
			continue
		}
		v *= v * v
		if math.Log(1-rng.Float64()) < x*x/2+d-d*v+d*math.Log(v) {
			return d * v
		}
	}
}
