package intervene

import (
	"math"
	"math/rand/v2"
	"slices"

	"github.com/ragdiag/ragdiag/diagnose"
	"github.com/ragdiag/ragdiag/trace"
)

// Simulation draws failures of a world whose rates are known and lets the policy
// find their causes: what a budget buys, and whether the stated probabilities
// hold. It is a reconstruction of the design's simulation.
type Simulation struct {
	N        int
	Seed     uint64
	Error    float64     // of "among the candidates" and of "in the prompt", each
	Mix      Mix         // of the causes
	World    Likelihoods // what is true
	Believed Likelihoods // what the policy starts from
	Tau      float64     // stop from this probability
	MaxCalls int         // for one failure
	Refit    bool        // believe what Fit makes of the first third of the failures; they are not scored
}

// Simulated is what the policy said about one failure.
type Simulated struct {
	Truth Hypothesis
	Said  Hypothesis
	P     float64 // of Said
	Calls int
}

var simulated = []Hypothesis{
	{Cause: diagnose.Retrieve}, {Cause: diagnose.Select}, {Cause: diagnose.Ignore},
	{Cause: diagnose.Retrieve, With: diagnose.Ignore}, {Cause: diagnose.Select, With: diagnose.Ignore},
	{Cause: diagnose.Flaky},
}

// simulatedArms are the arms of the simulation.
var simulatedArms = []string{trace.ArmReplay, trace.ArmInsertGold, trace.ArmOracleSelect}

// Run returns one verdict for each failure.
func (s Simulation) Run() []Simulated {
	rng := rand.New(rand.NewPCG(s.Seed, 0x5ca1ab1e))
	up := s.Mix.Retrieval + s.Mix.Selection
	weights := []float64{s.Mix.Retrieval, s.Mix.Selection, s.Mix.Generator, s.Mix.Joint * s.Mix.Retrieval / up, s.Mix.Joint * s.Mix.Selection / up, s.Mix.Flaky}
	lik := s.Believed
	var cases []Case
	var out []Simulated
	for i := range s.N {
		if s.Refit && i == s.N/3 {
			lik = Fit(cases, s.Believed)
			out = out[:0]
		}
		truth := simulated[drawIndex(rng, weights)]
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
		hyps, prior := hypotheses([]diagnose.Chance{believed}, s.Mix, MatchErrors{s.Error, s.Error})
		b := NewBelief(hyps, prior, lik)
		rates := map[string]float64{}
		for _, arm := range simulatedArms {
			beta := s.World[truth.Responds(arm)]
			if arm == trace.ArmReplay {
				beta.B++ // given that it failed once
			}
			rates[arm] = drawBeta(rng, beta)
		}
		c := Case{Hyps: hyps, Weights: prior, Runs: map[string]Count{}}
		calls := 0
		for calls < s.MaxCalls {
			if _, p := b.Best(); p >= s.Tau {
				break
			}
			arm, _, ok := b.Next(simulatedArms)
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
			for _, arm := range simulatedArms[:2] {
				n := Count{N: 3}
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
func drawBeta(rng *rand.Rand, b Beta) float64 {
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

func sortedArms[V any](m map[string]V) []string {
	out := make([]string, 0, len(m))
	for a := range m {
		out = append(out, a)
	}
	slices.Sort(out)
	return out
}
