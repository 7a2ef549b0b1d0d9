package intervene

import (
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
