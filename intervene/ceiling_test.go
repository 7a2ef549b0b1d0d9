package intervene

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ragdiag/ragdiag/summary"
	"github.com/ragdiag/ragdiag/trace"
)

// simulatedRuns is a usual run with fewer resamples.
var simulatedRuns = CeilingSimulation{
	Records: 300, PerDoc: 4, Spread: .7, Mix: Mix{Retrieval: .18, Selection: .10}, Generator: .12,
	World: DefaultLikelihoods(), Failures: 120, Successes: 80, Repeats: 2, Resamples: 600,
}

// The whole table holds the true gains in 95 of 100 runs; the band is what chance
// leaves of 200 runs, two and a half standard errors. Nothing here was tuned on these seeds.
func TestCeilingCovers(t *testing.T) {
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

// A repair that breaks good answers is charged with them, by their weight.
func TestCeilingCountsWhatRepairsBreak(t *testing.T) {
	c := &ceiling{players: []Player{{trace.StageRetrieve, trace.StageRerank}, {trace.StageGround}}, o: CeilingOptions{Resamples: 200}}
	add := func(h int, size int, v ...[4]float64) {
		c.strata[h].size = size
		c.strata[h].members = map[int]int{}
		for i, x := range v {
			c.strata[h].members[10*h+i] = 1
			c.strata[h].played = append(c.strata[h].played, played{v: x[:], prompt: []int{0, 1, -1, -1}, noise: []float64{.1, .1}, cluster: 10*h + i})
		}
	}
	add(0, 20, [4]float64{0, 1, 0, 1}, [4]float64{0, 1, 0, 1}, [4]float64{0, 0, 0, 1}, [4]float64{0, 1, 1, 1})
	add(1, 80, [4]float64{1, 1, 1, 1}, [4]float64{1, .5, 1, 1}, [4]float64{.5, .5, 1, 1})
	table, err := c.estimate()
	require.NoError(t, err)
	require.InDelta(t, .2*.75-.8*.5/3, table.Rows[0].FirstIn.Value, 1e-12)
	require.InDelta(t, .2*.25+.8*.5/3, table.Rows[1].FirstIn.Value, 1e-12)
	require.InDelta(t, .2*.75, table.Rows[0].LastIn.Value, 1e-12)
	require.InDelta(t, table.Perfect-table.Now, table.ShapleySum, 1e-12)
	require.Equal(t, "retrieval or context selection (query included)", table.Rows[0].Title)
	require.Equal(t, "No stage alone is shown to add quality.", table.First, "seven records show nothing")
	require.Equal(t, 7, table.Clusters)
	require.Len(t, table.Worth, 4)

	// One failure is no ground for an interval, and says so.
	c.table = summary.Ceiling{}
	c.strata[0].played = c.strata[0].played[:1]
	table, err = c.estimate()
	require.NoError(t, err)
	require.Nil(t, table.Rows[0].FirstIn.Interval)
	require.NotEmpty(t, table.Unproven)
	require.Contains(t, table.Rows[0].Sentence, "cannot be said")

	c.strata[0].played = nil
	_, err = c.estimate()
	var none *NoCeilingError
	require.ErrorAs(t, err, &none)
}
