package simulated

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ragdiag/ragdiag/intervene"
)

// simulatedRuns is a usual run with fewer resamples.
var simulatedRuns = CeilingSimulation{
	Records: 300, PerDoc: 4, Spread: .7, Mix: intervene.Mix{Retrieval: .18, Selection: .10}, Generator: .12,
	World: intervene.DefaultLikelihoods(), Failures: 120, Successes: 80, Repeats: 2, Resamples: 600,
}

// The whole table holds the true gains in 95 of 100 runs; the band is what chance
// leaves of 200 runs, two and a half standard errors. Nothing here was tuned on these seeds.
func TestCeilingCovers(t *testing.T) {
	if testing.Short() {
		t.Skip("draws 200 runs and resamples each 600 times")
	}
	const runs = 200
	truth := simulatedRuns.Truth(7)
	together, here := 0, 0
	rows := make([]int, len(truth))
	bias := make([]float64, len(truth))
	for seed := range uint64(runs) {
		gains, ok := simulatedRuns.Run(truth, 900_000+seed)
		require.True(t, ok)
		all, allHere := 1, 1
		for j, g := range gains {
			bias[j] += (g.Value - g.Truth) / runs
			if g.Interval.Contains(g.Truth) {
				rows[j]++
			} else {
				all = 0
			}
			if g.HereTruth < g.Here.Interval.Lo-1e-9 || g.HereTruth > g.Here.Interval.Hi+1e-9 {
				allHere = 0
			}
		}
		together += all
		here += allHere
	}
	t.Logf("together %d, here %d of %d; rows %v", together, here, runs, rows)
	require.InDelta(t, .95, float64(together)/runs, .04)
	require.InDelta(t, .95, float64(here)/runs, .04)
	for j, k := range rows {
		require.Greater(t, float64(k)/runs, .93, simulatedRuns.Columns()[j])
		require.InDelta(t, 0, bias[j], .01, simulatedRuns.Columns()[j])
	}
}
