package main

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ragdiag/ragdiag/internal/faults"
)

// The floors of the experiments on the fixtures, where the reader is scripted:
// a test of the mechanism. The readers' settings were not seen in fitting.
func TestFloors(t *testing.T) {
	if testing.Short() {
		t.Skip("builds a whole set: run without -short")
	}
	worlds, err := fixtureWorlds(t.Context(), t.TempDir())
	require.NoError(t, err)
	defer func() {
		for _, x := range worlds {
			require.NoError(t, x.index.Close())
		}
	}()
	set, err := build(t.Context(), worlds, faults.Options{Seed: 1, Experiments: true})
	require.NoError(t, err)
	require.NoError(t, settle(t.Context(), set))
	gates, err := measure(t.Context(), set, worlds, setting{matchError: .1, seed: 1})
	require.NoError(t, err)
	for _, tt := range []struct{ err, budget, f1 float64 }{{0, 2, .85}, {.1, 3, .80}, {0, 4, .85}} {
		r, err := measure(t.Context(), set, worlds, setting{matchError: tt.err, budget: tt.budget, seed: 1})
		require.NoError(t, err)
		f1, _ := r.scores.Coarse.MacroF1.Get()
		fine, _ := r.scores.Root.MacroF1.Get()
		require.GreaterOrEqual(t, f1, tt.f1, "matcher error %v, budget %v", tt.err, tt.budget)
		require.GreaterOrEqual(t, fine, tt.f1-.01)
		require.LessOrEqual(t, float64(r.calls), tt.budget*float64(r.failures))
		require.LessOrEqual(t, (r.stated-r.hits)/float64(r.decided), .05, "overconfidence")
		if tt.budget >= 4 {
			require.Greater(t, r.flaky, 10)
			require.GreaterOrEqual(t, 10*r.found, 7*r.flaky, "flaky failures found")
		}
		if tt.err > 0 {
			before, _ := gates.scores.Coarse.MacroF1.Get()
			require.Greater(t, f1, before, "experiments must beat the gates")
		}
	}
}
