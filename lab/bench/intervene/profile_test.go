package main

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ragdiag/ragdiag/intervene"
)

// TestProfileCovers: the intervals of the studies hold what was planted, each
// weakness is found where it is, and none where it is not. A few draws: the
// command makes more.
func TestProfileCovers(t *testing.T) {
	if testing.Short() {
		t.Skip("asks thousands of questions: run without -short")
	}
	for _, plan := range plans[:6] { // each weakness alone
		const reps = 8
		c, err := profiles(t.Context(), plan.name, plan.planted, reps, 100)
		require.NoError(t, err)
		require.GreaterOrEqual(t, c.together, reps-1, plan.name) // 95 %: one miss of eight is chance
		require.GreaterOrEqual(t, c.cited, c.citedN-2, plan.name)
		require.GreaterOrEqual(t, c.sweep, reps-1, plan.name)
		for name, weak := range plan.weak() {
			switch {
			case weak:
				require.GreaterOrEqual(t, c.found[name], reps-2, "%s in %s", name, plan.name)
				require.Zero(t, c.ruledOut[name])
			case name != intervene.AspectRefusal: // 2 % are planted everywhere
				require.Zero(t, c.found[name], "%s in %s", name, plan.name)
			}
		}
	}
}
