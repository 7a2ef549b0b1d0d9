package intervene

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ragdiag/ragdiag/diagnose"
	"github.com/ragdiag/ragdiag/trace"
)

// The designs that the design page computed, to two decimals.
func TestEffect(t *testing.T) {
	for _, tt := range []struct {
		k1, n1, k0, n0 int
		want           float64
		verdict        Verdict
	}{
		{2, 2, 0, 2, .94, Repairs}, {3, 3, 0, 3, .98, Repairs}, {2, 3, 0, 3, .86, Inconclusive},
		{4, 5, 0, 5, .98, Repairs}, {3, 5, 0, 5, .91, Repairs}, {4, 5, 1, 5, .89, Inconclusive},
	} {
		e := EffectOf("x", Count{tt.n1, tt.k1}, Count{tt.n0, tt.k0}, "")
		require.InDelta(t, tt.want, e.PAbove, .006, "%+v", tt)
		require.Equal(t, tt.verdict, e.Verdict)
	}
	require.Equal(t, NotRun, EffectOf("x", Count{}, Count{3, 0}, "").Verdict)
	require.Equal(t, Masked, EffectOf("x", Count{3, 3}, Count{3, 0}, "why").Verdict)
	require.Equal(t, DoesNot, EffectOf("x", Count{9, 0}, Count{9, 0}, "").Verdict)
}

type simScore struct{ accuracy, decided, decidedAccuracy, macroF1, calls, stated float64 }

func label(h Hypothesis) string {
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
func design() Likelihoods {
	lik := DefaultLikelihoods()
	lik[Wavering] = lik[Healthy]
	return lik
}

// The design's table, reconstructed: accuracy and macro-F1 at its evidence
// errors, for the default policy. Its numbers come from another program with
// another draw, so they are met within a band.
func TestSimulationMeetsTheDesign(t *testing.T) {
	for _, tt := range []struct{ err, accuracy, macroF1, calls float64 }{
		{.02, .921, .87, 1.3}, {.10, .881, .83, 3.5}, {.20, .794, .74, 4.8},
	} {
		s := Simulation{N: 4000, Seed: 1, Error: tt.err, Mix: DefaultMix(), World: design(), Believed: design(), Tau: .9, MaxCalls: 6}
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
		s := Simulation{N: 4500, Seed: 2, Error: e, Mix: DefaultMix(), World: design(), Believed: design(), Tau: .9, MaxCalls: 6}
		s.World[Healthy], s.World[PriorOnly], s.World[Defeated] = Beta{10.5, 3.5}, Beta{1.75, 5.25}, Beta{2.5, 5}
		before := score(s.Run(), .9)
		s.Refit = true
		after := score(s.Run(), .9)
		require.Greater(t, before.stated-before.accuracy, .03)
		require.LessOrEqual(t, after.stated-after.accuracy, .05, "evidence error %v", e)
		require.GreaterOrEqual(t, after.accuracy, before.accuracy-.03)
	}
}

func TestFitFindsTheWorld(t *testing.T) {
	world := DefaultLikelihoods()
	world[Healthy], world[Defeated] = Beta{6, 4}, Beta{4, 6}
	var cases []Case
	rng := rand.New(rand.NewPCG(3, 4))
	for i := range 3000 {
		h := simulated[i%3]
		c := Case{Hyps: []Hypothesis{h}, Weights: []float64{1}, Runs: map[string]Count{}}
		for _, arm := range []string{trace.ArmReplay, trace.ArmInsertGold} {
			b := world[h.Responds(arm)]
			if arm == trace.ArmReplay {
				b.B++
			}
			rate, n := drawBeta(rng, b), Count{N: 3}
			for range n.N {
				if rng.Float64() < rate {
					n.K++
				}
			}
			c.Runs[arm] = n
		}
		cases = append(cases, c)
	}
	got := Fit(cases, DefaultLikelihoods())
	require.InDelta(t, .6, got[Healthy].Mean(), .03)
	require.InDelta(t, .4, got[Defeated].Mean(), .04)
	require.InDelta(t, 1./7, got[PriorOnly].Mean(), .03)
	require.InDelta(t, 10, got[Healthy].A+got[Healthy].B, 4)
	require.Equal(t, DefaultLikelihoods(), Fit(nil, DefaultLikelihoods()))
}

func TestNextPrefersReplayOnTies(t *testing.T) {
	b := NewBelief([]Hypothesis{{Cause: diagnose.Ignore}, {Cause: diagnose.Flaky}}, []float64{.5, .5}, DefaultLikelihoods())
	b.share(trace.ArmInsertGold, trace.ArmReplay)
	arm, gain, ok := b.Next([]string{trace.ArmInsertGold, trace.ArmReplay})
	require.True(t, ok)
	require.Equal(t, trace.ArmReplay, arm)
	require.Positive(t, gain)
	only := NewBelief([]Hypothesis{{Cause: diagnose.Flaky}}, []float64{1}, DefaultLikelihoods())
	_, _, ok = only.Next([]string{trace.ArmReplay})
	require.False(t, ok, "nothing is left to learn")
}

// What is seen of the place of the evidence is a distribution for each true
// place, and each rate errs in its own direction.
func TestMistaken(t *testing.T) {
	for _, e := range []MatchErrors{{}, {False: .1}, {Missed: .1}, {False: .1, Missed: .1}, {False: .3, Missed: .05}} {
		for place, row := range mistaken(e) {
			require.InDelta(t, 1, row[0]+row[1]+row[2], 1e-12, "%+v, place %d", e, place)
		}
	}
	p := mistaken(MatchErrors{False: .1})
	require.Equal(t, 1., p[lostNever][lostNever], "what is there is seen")
	require.InDelta(t, .1, p[lostBefore][lostNever], 1e-12)
	p = mistaken(MatchErrors{Missed: .1})
	require.Equal(t, 1., p[lostBefore][lostBefore], "what is not there is not seen")
	require.InDelta(t, .09, p[lostNever][lostAfter], 1e-12)
	require.Equal(t, MatchErrors{leastError, .1}, MatchErrors{Missed: .1}.orDefault())
	for _, bad := range []MatchErrors{{False: -.1}, {Missed: .5}} {
		require.False(t, bad.valid())
	}
}
