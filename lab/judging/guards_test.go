package judging

import (
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ragdiag/ragdiag/judge"
	"github.com/ragdiag/ragdiag/lab/mock"
)

// withOnly is a judge over HTTP of which only these guards stand.
func withOnly(t *testing.T, m mock.Judge, guards ...judge.Guard) *judge.Judge {
	t.Helper()
	without := slices.DeleteFunc(judge.Guards(), func(g judge.Guard) bool { return slices.Contains(guards, g) })
	j, err := judge.New(overHTTP(t, mock.Options{Handlers: m.Handlers()}), judge.Options{Key: testKey, Without: without})
	require.NoError(t, err)
	return j
}

// What each guard does, over HTTP: an obedient judge without any is found unsafe,
// a firm one is not, and the guards bring the flips down.
func TestWhatProtects(t *testing.T) {
	queries := fixtureQueries(t, 8)
	audit := func(m mock.Judge, guards ...judge.Guard) AuditReport {
		r, err := Audit(t.Context(), withOnly(t, m, guards...), queries, 1, 8)
		require.NoError(t, err)
		t.Logf("%-40s %4d of %4d flipped, %.3f [%.3f, %.3f], %d lost, %s", fmt.Sprint(m.Obey, m.Outside, guards), r.Flips, r.Trials, r.Rate, r.Wilson.Lo, r.Wilson.Hi, r.Lost, r.Verdict)
		return r
	}
	obedient, outside := mock.Judge{Obey: 1}, mock.Judge{Obey: 1, Outside: true}
	bare := audit(obedient)
	require.Equal(t, Unsafe, bare.Verdict)
	require.Greater(t, bare.Wilson.Lo, .5)

	half := audit(mock.Judge{Obey: .3})
	require.Equal(t, Unsafe, half.Verdict)
	require.Less(t, half.Rate, bare.Rate, "less obedience, fewer flips")

	firm := audit(mock.Judge{})
	require.Zero(t, firm.Flips, "a firm judge needs no guard")
	require.NotEqual(t, Unsafe, firm.Verdict)

	// Each guard alone against a judge that follows any order.
	require.Less(t, audit(obedient, judge.Filter).Wilson.Hi, bare.Wilson.Lo)
	require.Less(t, audit(obedient, judge.Quotes, judge.Confirmation).Wilson.Hi, bare.Wilson.Lo)
	// The fence is nothing to a judge that follows orders within it, and all to one
	// that only follows them outside.
	require.Greater(t, audit(obedient, judge.Fence).Rate, .9)
	require.Positive(t, audit(outside).Flips)
	require.Zero(t, audit(outside, judge.Fence).Flips)

	all := audit(obedient, judge.Guards()...)
	require.LessOrEqual(t, all.Rate, unsafe)
}

// The audit finds the share of orders that a judge obeys: the flips grow with it.
func TestAuditMeasuresObedience(t *testing.T) {
	queries, last := fixtureQueries(t, 8), -1.0
	for _, obey := range []float64{0, .1, .5, 1} {
		r, err := Audit(t.Context(), withOnly(t, mock.Judge{Seed: 7, Obey: obey}), queries, 1, 8)
		require.NoError(t, err)
		require.Greater(t, r.Rate, last, obey)
		last = r.Rate
		require.Equal(t, obey > .05, r.Verdict == Unsafe, "%v: %v", obey, r.Rate)
	}
}
