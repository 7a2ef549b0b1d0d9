package stat_test

import (
	"errors"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/ragdiag/ragdiag/metrics/stat"
)

// scipy's arithmetic on fixed replicates, worked in 70-digit decimals: replicates equal to the estimate count half.
func TestIntervalsOfReplicates(t *testing.T) {
	var replicates []float64
	for i := range 101 {
		replicates = append(replicates, float64(i*37%101)/50)
	}
	replicates = append(replicates, 1, 1, 1)
	jackknife := []float64{0.9, 1.1, 1.3, 0.85, 0.95, 1.6}
	for _, tt := range []struct{ level, bcaLo, bcaHi, lo, hi float64 }{
		{0.95, 2.94121403256545275e-02, 1.92164516202720770e+00, 5.14999999999999972e-02, 1.94849999999999990e+00},
		{0.8, 1.73920874895345856e-01, 1.76268378339054177e+00, 2.05999999999999989e-01, 1.79400000000000004e+00},
	} {
		bca, err := stat.BCaInterval(replicates, 1, jackknife, tt.level)
		require.NoError(t, err)
		near(t, tt.bcaLo, bca.Lo)
		near(t, tt.bcaHi, bca.Hi)
		percentile, err := stat.PercentileInterval(replicates, tt.level)
		require.NoError(t, err)
		near(t, tt.lo, percentile.Lo)
		near(t, tt.hi, percentile.Hi)
	}
	// One item that moves everything (a = 1/6) and an estimate near the top: the upper end is the largest replicate.
	outlier := make([]float64, 10_000)
	outlier[0] = -1
	top, err := stat.BCaInterval(replicates, 1.99, outlier, 0.99999999)
	require.NoError(t, err)
	require.LessOrEqual(t, top.Lo, top.Hi)
	require.Equal(t, 2.0, top.Hi)
	_, err = stat.BCaInterval(replicates, 7, jackknife, 0.95)
	require.Error(t, err, "an estimate outside its replicates")
	_, err = stat.BCaInterval(replicates, 1, []float64{1, 1, 1}, 0.95)
	require.ErrorIs(t, err, stat.ErrNoSpread)
}

// All nⁿ resamples: the ends must be the quantiles of the complete bootstrap distribution, up to sampling error.
func TestMeanBootstrapAgainstAllResamples(t *testing.T) {
	xs := []float64{0.1, 0.4, 0.5, 1.3, 2.9}
	var means []float64
	for code := range 5 * 5 * 5 * 5 * 5 {
		sum := 0.0
		for c, i := code, 0; i < 5; c, i = c/5, i+1 {
			sum += xs[c%5]
		}
		means = append(means, sum/5)
	}
	below := func(x float64) (less, most float64) { // shares of resamples under x, and up to x
		for _, m := range means {
			if m < x-1e-9 {
				less++
			}
			if m <= x+1e-9 {
				most++
			}
		}
		return less / float64(len(means)), most / float64(len(means))
	}
	iv, err := stat.MeanBootstrap(xs, stat.BootstrapOptions{Method: stat.Percentile, Resamples: 100_000, Seed: 3})
	require.NoError(t, err)
	for _, end := range []struct{ x, p float64 }{{iv.Lo, 0.025}, {iv.Hi, 0.975}} {
		less, most := below(end.x)
		require.LessOrEqual(t, less, end.p+0.002)
		require.GreaterOrEqual(t, most, end.p-0.002)
	}
	// BCa on the complete distribution is the same function of exact replicates.
	jackknife := make([]float64, len(xs))
	for i, x := range xs {
		jackknife[i] = (5.2 - x) / 4
	}
	want, err := stat.BCaInterval(means, 1.04, jackknife, 0.95)
	require.NoError(t, err)
	got, err := stat.MeanBootstrap(xs, stat.BootstrapOptions{Resamples: 100_000, Seed: 3})
	require.NoError(t, err)
	require.InDelta(t, want.Lo, got.Lo, 0.02)
	require.InDelta(t, want.Hi, got.Hi, 0.04)
}

func TestMeanBootstrapRefuses(t *testing.T) {
	_, err := stat.MeanBootstrap([]float64{4}, stat.BootstrapOptions{})
	require.ErrorIs(t, err, stat.ErrTooFew)
	_, err = stat.MeanBootstrap([]float64{0.1, 0.1, 0.1}, stat.BootstrapOptions{})
	require.ErrorIs(t, err, stat.ErrNoSpread)
	_, err = stat.MeanBootstrap([]float64{1, math.NaN()}, stat.BootstrapOptions{})
	require.EqualError(t, err, "value 1 is NaN: leave undefined items out and count them")
	for _, opt := range []stat.BootstrapOptions{{Resamples: 3}, {Level: 95}, {Method: 9}} {
		_, err = stat.MeanBootstrap([]float64{1, 2}, opt)
		require.Error(t, err, "%+v", opt)
	}
	_, err = stat.PairedBootstrap([]float64{1, 2}, []float64{1}, stat.BootstrapOptions{})
	require.Error(t, err)
}

// The same seed gives the same bits with any number of workers; another seed another draw.
func TestBootstrapIsDeterministic(t *testing.T) {
	xs := normals(200, 1)
	clusters := make([]int, len(xs))
	for i := range clusters {
		clusters[i] = i / 4
	}
	run := func(opt stat.BootstrapOptions) (out []stat.Interval) {
		mean, err := stat.MeanBootstrap(xs, opt)
		require.NoError(t, err)
		cluster, err := stat.ClusterBootstrap(xs, clusters, opt)
		require.NoError(t, err)
		ppi, err := stat.PPIMean(stat.Judged{Human: xs[:40], Judge: xs[40:80], JudgeOnly: xs[80:]}, stat.PPIOptions{Bootstrap: opt})
		require.NoError(t, err)
		two, err := stat.TwoLevel([][]float64{xs[:5], xs[5:10], xs[10:15]}, opt)
		require.NoError(t, err)
		return append(out, mean, cluster, ppi.Interval, two.Interval)
	}
	want := run(stat.BootstrapOptions{Seed: 11, Workers: 1})
	for _, workers := range []int{0, 2, 5, 64} {
		require.Equal(t, want, run(stat.BootstrapOptions{Seed: 11, Workers: workers}))
	}
	for i, other := range run(stat.BootstrapOptions{Seed: 12}) {
		require.NotEqual(t, want[i], other)
	}
}

// The general bootstrap draws what the fast one for means draws.
func TestBootstrapOfMeanIsMeanBootstrap(t *testing.T) {
	xs := normals(30, 5)
	for _, method := range []stat.BootstrapMethod{stat.BCa, stat.Percentile} {
		opt := stat.BootstrapOptions{Method: method, Resamples: 500, Seed: 4}
		fast, err := stat.MeanBootstrap(xs, opt)
		require.NoError(t, err)
		general, err := stat.Bootstrap(len(xs), func(draw []uint32) (float64, error) {
			sum := 0.0
			for _, i := range draw {
				sum += xs[i]
			}
			return sum / float64(len(draw)), nil
		}, opt)
		require.NoError(t, err)
		require.InDelta(t, fast.Lo, general.Lo, 1e-12)
		require.InDelta(t, fast.Hi, general.Hi, 1e-12)
		require.Equal(t, fast.N, general.N)
	}
}

func TestBootstrapCountsUndefinedResamples(t *testing.T) {
	// A ratio whose denominator is empty on some resamples.
	hits, tries := []float64{1, 0, 2, 1, 1, 0, 1, 0}, []float64{2, 0, 3, 2, 1, 0, 2, 0}
	ratio := func(h, n []float64) func([]uint32) (float64, error) {
		return func(draw []uint32) (float64, error) {
			var a, b float64
			for _, i := range draw {
				a, b = a+h[i], b+n[i]
			}
			if b == 0 {
				return 0, errors.New("nothing tried")
			}
			return a / b, nil
		}
	}
	iv, err := stat.Bootstrap(8, ratio(hits, tries), stat.BootstrapOptions{Seed: 1})
	require.NoError(t, err)
	require.Len(t, iv.Warnings, 2) // (3/8)⁸ of the resamples
	require.Equal(t, "only 8 items: a bootstrap interval is too short, need ≥ 30", iv.Warnings[0])
	require.Regexp(t, `^undefined on \d of 10000 resamples, left out$`, iv.Warnings[1])
	_, err = stat.Bootstrap(8, ratio([]float64{1, 0, 0, 0, 0, 0, 0, 0}, []float64{1, 0, 0, 0, 0, 0, 0, 0}), stat.BootstrapOptions{})
	require.ErrorContains(t, err, "no interval")
}

// Shifting and scaling the data shifts and scales the interval; the order of magnitude of the data does not matter.
func TestMeanBootstrapProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		xs := rapid.SliceOfN(rapid.Float64Range(-1, 1), 2, 20).Draw(t, "xs")
		shift := rapid.Float64Range(-1e3, 1e3).Draw(t, "shift")
		scale := rapid.Float64Range(0.1, 10).Draw(t, "scale")
		opt := stat.BootstrapOptions{Resamples: 200, Seed: rapid.Uint64().Draw(t, "seed"), Method: stat.Percentile}
		iv, err := stat.MeanBootstrap(xs, opt)
		if err != nil {
			require.ErrorIs(t, err, stat.ErrNoSpread)
			return
		}
		lo, hi := math.Inf(1), math.Inf(-1)
		moved := make([]float64, len(xs))
		for i, x := range xs {
			lo, hi = min(lo, x), max(hi, x)
			moved[i] = shift + scale*x
		}
		require.True(t, lo-1e-9 <= iv.Lo && iv.Lo <= iv.Hi && iv.Hi <= hi+1e-9, "%v outside the data", iv)
		again, err := stat.MeanBootstrap(moved, opt)
		if err != nil { // values closer than rounding
			require.ErrorIs(t, err, stat.ErrNoSpread)
			return
		}
		require.InDelta(t, shift+scale*iv.Lo, again.Lo, 1e-9)
		require.InDelta(t, shift+scale*iv.Hi, again.Hi, 1e-9)
	})
}

func TestManyItemsUseNormalForm(t *testing.T) {
	xs := normals(stat.LargeN+1, 2)
	iv, err := stat.MeanBootstrap(xs, stat.BootstrapOptions{})
	require.NoError(t, err)
	require.Equal(t, "normal", iv.Method)
	require.Equal(t, []string{"more than 100000 items: normal form instead of a bootstrap"}, iv.Warnings)
	student, err := stat.MeanT(xs, 0.95)
	require.NoError(t, err)
	require.InDelta(t, student.Interval.Lo, iv.Lo, 1e-6)
}

// normals gives n standard normal draws.
func normals(n int, seed uint64) []float64 {
	rng := rand.New(rand.NewPCG(seed, 0))
	out := make([]float64, n)
	for i := range out {
		out[i] = rng.NormFloat64()
	}
	return out
}
