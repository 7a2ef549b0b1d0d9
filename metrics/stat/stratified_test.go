package stat

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

func column(xs ...float64) [][]float64 {
	out := make([][]float64, len(xs))
	for i, x := range xs {
		out[i] = []float64{x}
	}
	return out
}

// The numbers are the textbook's: ĝ = Σ w·mean, Var = Σ w²·s²/n·(1−n/N), without
// the factor beyond the population, where the drawn sizes of the strata add
// Σ w·(mean_h−ĝ)²/N.
func TestStratifiedMeans(t *testing.T) {
	strata := []Stratum{{Size: 40, Items: column(1, 0, 1, 1)}, {Size: 160, Items: column(0, 0, -1, 0, 0)}}
	got, err := StratifiedMeans(strata, StratifiedOptions{BootstrapOptions: BootstrapOptions{Seed: 1, Resamples: 500}})
	require.NoError(t, err)
	mean := .2*.75 + .8*-.2
	require.InDelta(t, mean, got[0].Value, 1e-12)
	here := .04*.25/4*.9 + .64*.2/5*(1-5./160)
	require.InDelta(t, math.Sqrt(here), got[0].Here.SE, 1e-12)
	beyond := .04*.25/4 + .64*.2/5 + (.2*(.75-mean)*(.75-mean)+.8*(-.2-mean)*(-.2-mean))/200
	require.InDelta(t, math.Sqrt(beyond), got[0].SE, 1e-12)

	// Measuring again is all that is left to chance once every item is drawn.
	all := []Stratum{{Size: 4, Items: column(1, 0, 1, 1), Noise: column(.2, .2, .2, .2)}, {Size: 5, Items: column(0, 0, -1, 0, 0)}}
	got, err = StratifiedMeans(all, StratifiedOptions{BootstrapOptions: BootstrapOptions{Seed: 1, Resamples: 500}, Unit: 1})
	require.NoError(t, err)
	require.InDelta(t, math.Sqrt(16./81*.2/4), got[0].Here.SE, 1e-12)

	// Same seed, same bits, with any number of workers.
	a, err := StratifiedMeans(strata, StratifiedOptions{BootstrapOptions: BootstrapOptions{Seed: 3, Workers: 1}, Unit: 1})
	require.NoError(t, err)
	b, err := StratifiedMeans(strata, StratifiedOptions{BootstrapOptions: BootstrapOptions{Seed: 3, Workers: 7}, Unit: 1})
	require.NoError(t, err)
	require.Equal(t, a, b)

	// Nothing seen is not certainty.
	none := []Stratum{{Size: 40, Items: column(0, 0, 0, 0)}, {Size: 160, Items: column(0, 0, 0)}}
	got, err = StratifiedMeans(none, StratifiedOptions{Unit: 1})
	require.NoError(t, err)
	require.Greater(t, got[0].SE, 0.)
	require.Zero(t, got[0].Value)

	for _, bad := range [][]Stratum{
		nil, {{Size: 3}}, {{Size: 1, Items: column(1)}}, {{Size: 1, Items: column(1, 2)}},
		{{Size: 9, Items: [][]float64{{1, 2}, {1}}}}, {{Size: 9, Items: column(1, math.NaN())}},
		{{Size: 9, Items: column(1, 2, 3), Cluster: []int{4, 4, 4}}},
	} {
		_, err := StratifiedMeans(bad, StratifiedOptions{})
		require.Error(t, err, "%v", bad)
	}
}

// Items that a cluster shares count once.
func TestStratifiedClusters(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	one, copies := Stratum{Size: 300}, Stratum{Size: 900, Members: map[int]int{}}
	for c := range 30 {
		x := rng.NormFloat64()
		one.Items = append(one.Items, []float64{x})
		for range 3 {
			copies.Items, copies.Cluster = append(copies.Items, []float64{x}), append(copies.Cluster, c)
		}
		copies.Members[c] = 3
	}
	o := StratifiedOptions{BootstrapOptions: BootstrapOptions{Seed: 1}}
	a, err := StratifiedMeans([]Stratum{one}, o)
	require.NoError(t, err)
	b, err := StratifiedMeans([]Stratum{copies}, o)
	require.NoError(t, err)
	require.InDelta(t, a[0].SE, b[0].SE, 1e-9)
	require.InDelta(t, a[0].Interval.Lo, b[0].Interval.Lo, 1e-9)
	require.Equal(t, 30, b[0].Interval.N)
	require.Less(t, b[0].Here.SE, a[0].Here.SE, "for these records alone, clusters are no matter")
}

// With one column the critical value is near Student's; with more it grows.
func TestStratifiedMaxT(t *testing.T) {
	rng := rand.New(rand.NewPCG(2, 2))
	width := func(columns int) float64 {
		s := Stratum{Size: 10_000}
		for range 40 {
			row := make([]float64, columns)
			for j := range row {
				row[j] = rng.NormFloat64()
			}
			s.Items = append(s.Items, row)
		}
		got, err := StratifiedMeans([]Stratum{s}, StratifiedOptions{BootstrapOptions: BootstrapOptions{Seed: 1}})
		require.NoError(t, err)
		return (got[0].Interval.Hi - got[0].Value) / got[0].SE
	}
	require.InDelta(t, 2.02, width(1), .2)
	require.InDelta(t, 2.87, width(8), .3) // Šidák, 39 degrees of freedom
}
