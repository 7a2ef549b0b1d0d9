package main

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ragdiag/ragdiag/lab/faults"
)

// fixtureSet breaks the pipelines of the fixtures.
func fixtureSet(t *testing.T, perOperator int) ([]world, *faults.Set) {
	t.Helper()
	worlds, err := fixtureWorlds(t.Context(), t.TempDir())
	require.NoError(t, err)
	t.Cleanup(func() {
		for _, x := range worlds {
			require.NoError(t, x.index.Close())
		}
	})
	set, err := build(t.Context(), worlds, faults.Options{Seed: 1, PerOperator: perOperator, Experiments: true})
	require.NoError(t, err)
	require.NoError(t, settle(t.Context(), set))
	return worlds, set
}

// Over HTTP the systems answer as they do directly, so every number is the same.
func TestEndpointChangesNothing(t *testing.T) {
	worlds, set := fixtureSet(t, 1)
	behind, err := serve(t.Context(), set, t.TempDir())
	require.NoError(t, err)
	defer behind.close()
	s := setting{matchError: .1, budget: 3, seed: 1}
	direct, err := measure(t.Context(), set, worlds, nil, s)
	require.NoError(t, err)
	for range 2 { // the second time from the cache
		over, err := measure(t.Context(), set, worlds, behind, s)
		require.NoError(t, err)
		require.Equal(t, direct, over)
		st := behind.stats()
		require.Greater(t, st.Calls, 50)
		require.LessOrEqual(t, st.Calls, direct.calls)
		require.Equal(t, st.Distinct, st.Replies)
	}
}

// The floors of the experiments on the fixtures, over HTTP, where the reader is
// scripted: a test of the mechanism. The readers' settings were not seen in
// fitting.
func TestFloors(t *testing.T) {
	if testing.Short() {
		t.Skip("builds a whole set: run without -short")
	}
	worlds, set := fixtureSet(t, 0)
	behind, err := serve(t.Context(), set, t.TempDir())
	require.NoError(t, err)
	defer behind.close()
	gates, err := measure(t.Context(), set, worlds, nil, setting{matchError: .1, seed: 1})
	require.NoError(t, err)
	for _, tt := range []struct {
		err, budget float64
		wrong       bool
		f1          float64
	}{{0, 2, false, .90}, {0, 2, true, .85}, {.1, 2, false, .85}, {.1, 3, false, .80}, {0, 4, false, .85}, {.1, 4, true, .80}} {
		r, err := measure(t.Context(), set, worlds, behind, setting{matchError: tt.err, budget: tt.budget, wrong: tt.wrong, seed: 1})
		require.NoError(t, err)
		f1, _ := r.scores.Coarse.MacroF1.Get()
		fine, _ := r.scores.Root.MacroF1.Get()
		require.GreaterOrEqual(t, f1, tt.f1, "matcher error %v, budget %v", tt.err, tt.budget)
		require.GreaterOrEqual(t, fine, tt.f1-.01)
		require.LessOrEqual(t, float64(r.calls), tt.budget*float64(r.failures))
		require.LessOrEqual(t, (r.stated-r.hits)/float64(r.decided), .05, "overconfidence")
		if tt.budget >= 4 {
			require.Greater(t, r.flaky, 10)
			require.GreaterOrEqual(t, 3*r.found, 2*r.flaky, "flaky failures found")
		}
		if tt.err > 0 && !tt.wrong {
			before, _ := gates.scores.Coarse.MacroF1.Get()
			require.Greater(t, f1, before, "experiments must beat the gates")
		}
	}
}
