package stat_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ragdiag/ragdiag/metrics/stat"
)

func TestLogistic(t *testing.T) {
	// One column of 0 and 1: Firth's estimate of a two by two table adds a half to
	// each cell, so the log odds ratio is log((a+½)(d+½)/((b+½)(c+½))).
	table := func(a, b, c, d int) (x [][]float64, y []bool) {
		for i, n := range []int{a, b, c, d} {
			for range n {
				x, y = append(x, []float64{float64(i / 2)}), append(y, i%2 == 0)
			}
		}
		return x, y
	}
	for _, tt := range [][4]int{{10, 5, 3, 12}, {20, 0, 0, 20}, {7, 1, 7, 1}} {
		x, y := table(tt[0], tt[1], tt[2], tt[3])
		got, err := stat.Logistic(x, y, nil, .95)
		require.NoError(t, err)
		half := func(n int) float64 { return float64(n) + .5 }
		want := math.Log(half(tt[2]) * half(tt[1]) / (half(tt[3]) * half(tt[0])))
		require.InDelta(t, math.Log(half(tt[0])/half(tt[1])), got[0].Value, 1e-6)
		require.InDelta(t, want, got[1].Value, 1e-6)
		require.True(t, got[1].Interval.Contains(want))
	}

	x, y := table(5, 5, 5, 5)
	for name, bad := range map[string]func() error{
		"one outcome": func() error { _, err := stat.Logistic(x[:5], y[:5], nil, .95); return err },
		"no rows":     func() error { _, err := stat.Logistic(nil, nil, nil, .95); return err },
		"constant": func() error {
			_, err := stat.Logistic([][]float64{{1}, {1}, {1}, {1}, {1}}, []bool{true, false, true, false, true}, nil, .95)
			return err
		},
		"clusters": func() error { _, err := stat.Logistic(x, y, make([]int, len(y)), .95); return err },
		"lengths":  func() error { _, err := stat.Logistic(x, y[1:], nil, .95); return err },
		"level":    func() error { _, err := stat.Logistic(x, y, nil, 1); return err },
		"not a number": func() error {
			_, err := stat.Logistic([][]float64{{math.NaN()}}, []bool{true}, nil, .95)
			return err
		},
	} {
		require.Error(t, bad(), name)
	}
}

// The interval covers a known slope, also where rows come in clusters that share
// their x and a part of their y.
func TestLogisticCovers(t *testing.T) {
	for _, tt := range []struct {
		name           string
		clusters, size int
		slope, spread  float64
	}{{"single rows", 120, 1, .8, 0}, {"no effect", 120, 1, 0, 0}, {"clusters", 60, 3, 0, 1.5}} {
		const runs = 600
		covers := 0
		for seed := range uint64(runs) {
			dice := rand.New(rand.NewPCG(4, seed*0x9e3779b97f4a7c15))
			var x [][]float64
			var y []bool
			var cluster []int
			for c := range tt.clusters {
				own, shared := dice.NormFloat64(), tt.spread*dice.NormFloat64()
				for range tt.size {
					z := -.3 + tt.slope*own + shared
					x, y, cluster = append(x, []float64{own}), append(y, dice.Float64() < 1/(1+math.Exp(-z))), append(cluster, c)
				}
			}
			got, err := stat.Logistic(x, y, cluster, .95)
			require.NoError(t, err)
			if got[1].Interval.Contains(tt.slope) {
				covers++
			}
		}
		t.Logf("%s: covered in %d of %d", tt.name, covers, runs)
		require.GreaterOrEqual(t, covers, runs*92/100)
		require.LessOrEqual(t, covers, runs*985/1000)
	}
}
