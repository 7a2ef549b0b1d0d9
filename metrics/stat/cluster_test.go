package stat_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ragdiag/ragdiag/metrics/stat"
)

// Sums of squares as exact fractions, the root and t in decimal arithmetic.
func TestClusterMean(t *testing.T) {
	xs := []float64{1, 0, 1, 1, 0, 0, 1, 1, 1, 0, 1, 1}
	got, err := stat.ClusterMean(xs, []int{1, 1, 1, 2, 2, 3, 3, 3, 4, 5, 5, 6}, 0.95)
	require.NoError(t, err)
	near(t, 2./3, got.Value)
	near(t, 6.08580619450184573e-02, got.SE)
	near(t, 1.83333333333333320e-01, got.DesignEffect)
	require.Equal(t, 6, got.Clusters)
	near(t, 2./3-2.57058183563631548*6.08580619450184573e-02, got.Interval.Lo)
	require.Equal(t, "cluster-robust, t", got.Interval.Method)
	require.Equal(t, []string{"only 6 clusters: the interval is rough, need ≥ 20"}, got.Interval.Warnings)

	// Clusters of one item are the plain standard error, and from 20 clusters on the interval is normal.
	alone := make([]int, 40)
	for i := range alone {
		alone[i] = 100 - i
	}
	ys := normals(40, 8)
	single, err := stat.ClusterMean(ys, alone, 0.95)
	require.NoError(t, err)
	plain, err := stat.MeanT(ys, 0.95)
	require.NoError(t, err)
	near(t, plain.SE, single.SE)
	near(t, 1, single.DesignEffect)
	near(t, plain.Value+1.959963984540054*plain.SE, single.Interval.Hi)
	require.Empty(t, single.Interval.Warnings)

	// Each item four times: n is four times too large, and the design effect says so.
	var copies []float64
	var of []int
	for i, y := range ys {
		for range 4 {
			copies, of = append(copies, y), append(of, i)
		}
	}
	fourfold, err := stat.ClusterMean(copies, of, 0.95)
	require.NoError(t, err)
	near(t, plain.SE, fourfold.SE)
	require.InDelta(t, 4, fourfold.DesignEffect, 0.1)

	boot, err := stat.ClusterBootstrap(copies, of, stat.BootstrapOptions{Seed: 2, Resamples: 1000})
	require.NoError(t, err)
	items, err := stat.MeanBootstrap(ys, stat.BootstrapOptions{Seed: 2, Resamples: 1000})
	require.NoError(t, err)
	require.InDelta(t, items.Lo, boot.Lo, 1e-12, "resampling clusters of copies is resampling items")
	require.Equal(t, 40, boot.N)

	// Unequal clusters through the general bootstrap, which finds the jackknife by leaving out.
	sums, sizes := []float64{3, 1, 4, 1, 5}, []float64{4, 2, 5, 3, 5}
	var zs []float64
	var in []int
	for c := range sums {
		for i := range int(sizes[c]) {
			z := 0.0
			if i < int(sums[c]) {
				z = 1
			}
			zs, in = append(zs, z), append(in, c)
		}
	}
	short, err := stat.ClusterBootstrap(zs, in, stat.BootstrapOptions{Resamples: 500})
	require.NoError(t, err)
	long, err := stat.Bootstrap(5, func(draw []uint32) (float64, error) {
		sum, size := 0.0, 0.0
		for _, c := range draw {
			sum, size = sum+sums[c], size+sizes[c]
		}
		return sum / size, nil
	}, stat.BootstrapOptions{Resamples: 500})
	require.NoError(t, err)
	require.InDelta(t, long.Lo, short.Lo, 1e-12)
	require.InDelta(t, long.Hi, short.Hi, 1e-12)

	for _, tt := range []struct {
		xs []float64
		of []int
	}{{[]float64{1, 2}, []int{1, 1}}, {[]float64{1, 1}, []int{1, 2}}, {[]float64{1}, []int{1, 2}}, {[]float64{0, 1, 0, 1}, []int{1, 1, 2, 2}}} {
		_, err = stat.ClusterMean(tt.xs, tt.of, 0.95)
		require.Error(t, err)
		_, err = stat.ClusterBootstrap(tt.xs, tt.of, stat.BootstrapOptions{})
		require.Error(t, err)
	}
}

// By hand: item means ½, 1, 0, ½ have variance 1/6; within-item variances ½, 0, 0, ½ average ¼.
func TestRepeatedRuns(t *testing.T) {
	got, err := stat.RepeatedRuns([][]float64{{1, 0}, {1, 1}, {0, 0}, {0, 1}}, 0.95)
	require.NoError(t, err)
	near(t, 0.5, got.Value)
	near(t, math.Sqrt(1./6/4), got.SE)
	near(t, 0.25, got.Within)
	near(t, 1./6-0.25/2, got.Between)
	near(t, got.SE*got.SE, got.Between/4+got.Within/8, "Var = between/n + within/(nK)")
	_, err = stat.RepeatedRuns([][]float64{{1}, {0}}, 0.95)
	require.ErrorIs(t, err, stat.ErrTooFew)
	_, err = stat.RepeatedRuns([][]float64{{1, 0}, {}}, 0.95)
	require.Error(t, err)
}

// By hand: item means 1.5, 4.5, seed means 2, 4, residuals ±½ → ε 1, item 4.5 − ½, seed 2 − ½; Var = 4/2 + 1.5/2 + 1/4.
func TestTwoLevel(t *testing.T) {
	got, err := stat.TwoLevel([][]float64{{1, 2}, {3, 6}}, stat.BootstrapOptions{})
	require.NoError(t, err)
	near(t, 3, got.Value)
	near(t, 1, got.Error)
	near(t, 4, got.Item)
	near(t, 1.5, got.Seed)
	near(t, math.Sqrt(3), got.SE)
	require.False(t, got.Survives, "two seeds cannot tell")
	require.NotEmpty(t, got.Interval.Warnings)

	gain := make([][]float64, 40)
	for i, x := range normals(40, 4) {
		gain[i] = []float64{0.5 + x/10, 0.4 + x/9, 0.6 + x/8}
	}
	survives, err := stat.TwoLevel(gain, stat.BootstrapOptions{Resamples: 1000})
	require.NoError(t, err)
	require.True(t, survives.Survives)
	for i := range gain {
		gain[i][2] -= 1 // the third seed loses
	}
	falls, err := stat.TwoLevel(gain, stat.BootstrapOptions{Resamples: 1000})
	require.NoError(t, err)
	require.False(t, falls.Survives)

	_, err = stat.TwoLevel([][]float64{{1}, {2}}, stat.BootstrapOptions{})
	require.ErrorIs(t, err, stat.ErrTooFew)
	_, err = stat.TwoLevel([][]float64{{1, 2}, {2}}, stat.BootstrapOptions{})
	require.Error(t, err)
}
