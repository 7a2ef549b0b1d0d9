package simulated

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ragdiag/ragdiag/diagnose"
	"github.com/ragdiag/ragdiag/intervene"
	"github.com/ragdiag/ragdiag/trace"
)

type simScore struct{ accuracy, decided, decidedAccuracy, macroF1, calls, stated float64 }

func label(h intervene.Hypothesis) string {
	if h.With != diagnose.None {
		return "joint"
	}
	return string(h.Cause)
}

func score(rows []Simulated, tau float64) simScore {
	var s simScore
	right, tp, said, true_ := 0., map[string]float64{}, map[string]float64{}, map[string]float64{}
	for _, r := range rows {
		a, b := label(r.Truth), label(r.Said)
		true_[a]++
		said[b]++
		s.calls += float64(r.Calls)
		s.stated += r.P
		hit := 0.
		if a == b {
			right++
			hit = 1
			tp[a]++
		}
		if r.P >= tau {
			s.decided++
			s.decidedAccuracy += hit
		}
	}
	n := float64(len(rows))
	for _, c := range []string{"retrieval-miss", "context-selection", "ignored-context", "joint", "flaky"} {
		s.macroF1 += 2 * tp[c] / math.Max(1, said[c]+true_[c]) / 5
	}
	s.decidedAccuracy /= math.Max(1, s.decided)
	s.accuracy, s.decided, s.calls, s.stated = right/n, s.decided/n, s.calls/n, s.stated/n
	return s
}

// design is the world of the design's simulation, in which a flaky generator is
// a healthy one that failed once.
func design() intervene.Likelihoods {
	lik := intervene.DefaultLikelihoods()
	lik[intervene.Wavering] = lik[intervene.Healthy]
	return lik
}

// The design's table, reconstructed: accuracy and macro-F1 at its evidence
// errors, for the default policy. Its numbers come from another program with
// another draw, so they are met within a band.
func TestSimulationMeetsTheDesign(t *testing.T) {
	for _, tt := range []struct{ err, accuracy, macroF1, calls float64 }{
		{.02, .921, .87, 1.3}, {.10, .881, .83, 3.5}, {.20, .794, .74, 4.8},
	} {
		s := Simulation{N: 4000, Seed: 1, Error: tt.err, Mix: intervene.DefaultMix(), World: design(), Believed: design(), Tau: .9, MaxCalls: 6}
		got := score(s.Run(), .9)
		require.InDelta(t, tt.accuracy, got.accuracy, .03)
		require.InDelta(t, tt.macroF1, got.macroF1, .03)
		require.InDelta(t, tt.calls, got.calls, .8)
		require.Less(t, got.stated-got.accuracy, .02, "a policy that knows the rates is calibrated")
	}
}

// With wrong likelihoods the policy is over-confident; refitted on a pilot of
// the same run set it is not.
func TestRefittingUndoesOverconfidence(t *testing.T) {
	for _, e := range []float64{.02, .10, .20} {
		s := Simulation{N: 4500, Seed: 2, Error: e, Mix: intervene.DefaultMix(), World: design(), Believed: design(), Tau: .9, MaxCalls: 6}
		s.World[intervene.Healthy], s.World[intervene.PriorOnly], s.World[intervene.Defeated] = intervene.Beta{A: 10.5, B: 3.5}, intervene.Beta{A: 1.75, B: 5.25}, intervene.Beta{A: 2.5, B: 5}
		before := score(s.Run(), .9)
		s.Refit = true
		after := score(s.Run(), .9)
		require.Greater(t, before.stated-before.accuracy, .03)
		require.LessOrEqual(t, after.stated-after.accuracy, .05, "evidence error %v", e)
		require.GreaterOrEqual(t, after.accuracy, before.accuracy-.03)
	}
}

func TestFitFindsTheWorld(t *testing.T) {
	world := intervene.DefaultLikelihoods()
	world[intervene.Healthy], world[intervene.Defeated] = intervene.Beta{A: 6, B: 4}, intervene.Beta{A: 4, B: 6}
	var cases []intervene.Case
	rng := rand.New(rand.NewPCG(3, 4))
	for i := range 3000 {
		h := causes[i%3]
		c := intervene.Case{Hyps: []intervene.Hypothesis{h}, Weights: []float64{1}, Runs: map[string]intervene.Count{}}
		for _, arm := range []string{trace.ArmReplay, trace.ArmInsertGold} {
			b := world[h.Responds(arm)]
			if arm == trace.ArmReplay {
				b.B++
			}
			rate, n := drawBeta(rng, b), intervene.Count{N: 3}
			for range n.N {
				if rng.Float64() < rate {
					n.K++
				}
			}
			c.Runs[arm] = n
		}
		cases = append(cases, c)
	}
	got := intervene.Fit(cases, intervene.DefaultLikelihoods())
	require.InDelta(t, .6, got[intervene.Healthy].Mean(), .03)
	require.InDelta(t, .4, got[intervene.Defeated].Mean(), .04)
	require.InDelta(t, 1./7, got[intervene.PriorOnly].Mean(), .03)
	require.InDelta(t, 10, got[intervene.Healthy].A+got[intervene.Healthy].B, 4)
	require.Equal(t, intervene.DefaultLikelihoods(), intervene.Fit(nil, intervene.DefaultLikelihoods()))
}
