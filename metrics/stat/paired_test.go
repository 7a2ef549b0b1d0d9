package stat_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/ragdiag/ragdiag/metrics/stat"
)

// The extra hours of sleep of Cushny and Peebles, which Student (1908) and R's ?sleep use: t = -4.0621, p = 0.002833.
var (
	sleep1 = []float64{0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0, 2}
	sleep2 = []float64{1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4}
)

func sleepDifferences() []float64 {
	d := make([]float64, len(sleep1))
	for i := range d {
		d[i] = sleep2[i] - sleep1[i]
	}
	return d
}

// Exact binomial sums as fractions.
func TestMcNemar(t *testing.T) {
	for _, tt := range []struct {
		b, c       int
		exact, mid float64
	}{
		{1, 7, 7.03125e-02, 3.90625e-02},
		{7, 1, 7.03125e-02, 3.90625e-02},
		{5, 5, 1, 8.76953125e-01}, // 1 − 252/1024/2
		{4, 4, 1, 8.6328125e-01},
		{0, 3, 0.25, 0.125},
		{1, 0, 1, 0.5},
		{0, 0, 1, 1}, // nothing to test
		{121, 59, 4.43444926375517639e-06, 3.26664679577459237e-06},
		{10, 30, 2.22143377322936431e-03, 1.45049101411132142e-03},
		{2500, 2700, 5.78144203911625399e-03, 5.54514217639378616e-03},
	} {
		exact, err := stat.McNemar(tt.b, tt.c)
		require.NoError(t, err)
		near(t, tt.exact, exact.P, "exact %d, %d", tt.b, tt.c)
		require.Equal(t, float64(min(tt.b, tt.c)), exact.Statistic)
		mid, err := stat.McNemarMidP(tt.b, tt.c)
		require.NoError(t, err)
		near(t, tt.mid, mid.P, "mid-p %d, %d", tt.b, tt.c)
		require.Equal(t, tt.b+tt.c == 0, len(mid.Warnings) > 0)
	}
	_, err := stat.McNemar(-1, 3)
	require.Error(t, err)
}

func TestMeanT(t *testing.T) {
	mean, err := stat.MeanT(sleepDifferences(), 0.95)
	require.NoError(t, err)
	near(t, 1.58, mean.Value)
	near(t, 3.88958723888395252e-01, mean.SE)
	near(t, 7.00114236723017203e-01, mean.Interval.Lo)
	near(t, 2.45988576327698283, mean.Interval.Hi)

	for _, d := range [][]float64{{2, 2, 2}, {0.1, 0.1, 0.1, 0.1}} {
		_, err = stat.MeanT(d, 0.95)
		require.ErrorIs(t, err, stat.ErrNoSpread, "equal differences have no interval")
	}
	_, err = stat.MeanT([]float64{2}, 0.95)
	require.ErrorIs(t, err, stat.ErrTooFew)
}

func TestNewcombe(t *testing.T) {
	for _, tt := range []struct {
		both, onlyA, onlyB, neither int
		d, lo, hi                   float64
	}{
		// Bentur et al. (2009) in Fagerland, Lydersen, Laake: 1, 1, 7, 12, printed as −0.507 to −0.026 for A − B.
		{1, 1, 7, 12, 2.85714285714285698e-01, 2.55591241648597950e-02, 5.06920226686141007e-01},
		{20, 12, 2, 16, -0.2, -3.29206995400140534e-01, -5.61564248417482856e-02},
		{43, 0, 5, 2, 0.1, 4.43645204598052192e-03, 2.14700223466662315e-01},
		{30, 0, 0, 10, 0, -6.41087067333779015e-02, 6.41087067333779015e-02},
		{10, 3, 4, 3, 0.05, -2.13970976856381168e-01, 3.04733296259875719e-01}, // φ is 0 after the correction
	} {
		got, err := stat.NewcombePaired(tt.both, tt.onlyA, tt.onlyB, tt.neither, 0.95)
		require.NoError(t, err)
		require.InDelta(t, tt.d, got.Value, 1e-15)
		near(t, tt.lo, got.Interval.Lo)
		near(t, tt.hi, got.Interval.Hi)
	}
	for _, tt := range []struct {
		k1, n1, k2, n2 int
		d, lo, hi      float64
	}{
		// Newcombe (1998), table II: 56/70 − 48/80, printed as 0.0524 to 0.3339.
		{48, 80, 56, 70, 0.2, 5.24314724023648773e-02, 3.33872654036905969e-01},
		{10, 10, 10, 20, -0.5, -7.00701991801787716e-01, -1.57500737938109731e-01},
		{0, 10, 0, 20, 0, -2.77532799862889257e-01, 1.61125158052819378e-01},
		{6, 7, 2, 7, -5.71428571428571397e-01, -8.06249637524227736e-01, -5.82279274823122028e-02},
	} {
		got, err := stat.Newcombe(tt.k1, tt.n1, tt.k2, tt.n2, 0.95)
		require.NoError(t, err)
		require.InDelta(t, tt.d, got.Value, 1e-15)
		near(t, tt.lo, got.Interval.Lo)
		near(t, tt.hi, got.Interval.Hi)
	}
}

func TestTwoProportions(t *testing.T) {
	got, err := stat.TwoProportions(48, 80, 56, 70)
	require.NoError(t, err)
	near(t, 2.65017195125853267, got.Statistic)
	near(t, 8.04508136819658513e-03, got.P)
	got, err = stat.TwoProportions(12, 83, 5, 99)
	require.NoError(t, err)
	near(t, 2.98434836034589292e-02, got.P)
	got, err = stat.TwoProportions(0, 5, 0, 9)
	require.NoError(t, err)
	require.Equal(t, 1.0, got.P)
	require.NotEmpty(t, got.Warnings)
}

// Hand-worked: 0.01·4, 0.02·3, 0.03·2 = 0.06, 0.04 → pulled up to 0.06.
func TestHolm(t *testing.T) {
	holm, err := stat.Holm([]float64{0.01, 0.04, 0.03, 0.005})
	require.NoError(t, err)
	require.InDeltaSlice(t, []float64{0.03, 0.06, 0.06, 0.02}, holm, 1e-16)
	_, err = stat.Holm([]float64{0.5, 1.5})
	require.Error(t, err)
}

// Against its definition, by brute force over thresholds.
func TestHolmAgainstDefinition(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		ps := rapid.SliceOfN(rapid.Map(rapid.IntRange(0, 60), func(i int) float64 { return float64(i) / 60 }), 0, 12).Draw(t, "p")
		holm, err := stat.Holm(ps)
		require.NoError(t, err)
		m := float64(len(ps))
		for i, p := range ps {
			want := 0.0
			for _, q := range ps {
				if q <= p { // q's own rank is the number of strictly smaller ones, whatever the order of ties
					below := 0.0
					for _, r := range ps {
						if r < q {
							below++
						}
					}
					want = max(want, min(1, (m-below)*q))
				}
			}
			require.InDelta(t, want, holm[i], 1e-15)
			require.True(t, p <= holm[i]+1e-15 && holm[i] <= 1, "p ≤ Holm ≤ 1")
		}
	})
}

// Solved by bisection in 70-digit arithmetic; 0 stands for "not attainable".
func TestMinimumDetectableEffect(t *testing.T) {
	var power stat.Design
	for _, tt := range []struct {
		n        int
		paired   [3]float64 // discordant share .1, .2, .3
		unpaired float64    // p = .6
	}{
		{50, [3]float64{0, 1.73041700183501262e-01, 2.11931934836624175e-01}, 2.74498170212027548e-01},
		{100, [3]float64{8.75534889346139822e-02, 1.23819331484413805e-01, 1.51647091214670904e-01}, 1.94099517580223840e-01},
		{300, [3]float64{5.09489697982209375e-02, 7.20527240775812594e-02, 8.82462042838109140e-02}, 1.12063408724518740e-01},
		{2000, [3]float64{1.97985238794899862e-02, 2.79993409853423227e-02, 3.42920492741423319e-02}, 4.34019715709295997e-02},
	} {
		for i, q := range []float64{0.1, 0.2, 0.3} {
			got, err := power.MDEPaired(tt.n, q)
			if tt.paired[i] == 0 {
				require.ErrorIs(t, err, stat.ErrNotAttainable)
				require.EqualError(t, err, "not attainable: with 0.1 of the items discordant it takes ≥ 77 items to show any difference, not 50")
				continue
			}
			require.NoError(t, err)
			near(t, tt.paired[i], got)
			n, err := power.NPaired(got, q)
			require.NoError(t, err)
			require.Equal(t, tt.n, n, "the effect that n items detect needs n items")
		}
		got, err := power.MDEUnpaired(tt.n, 0.6)
		require.NoError(t, err)
		near(t, tt.unpaired, got)
	}
	n, err := power.NUnpaired(4.34019715709295997e-02, 0.6)
	require.NoError(t, err)
	require.Equal(t, 2000, n)
	_, err = power.NUnpaired(0.7, 0.6)
	require.ErrorIs(t, err, stat.ErrNotAttainable)
	n, err = power.NPaired(0.05, 0.2)
	require.NoError(t, err)
	require.Equal(t, 626, n) // 625.55
	_, err = power.NPaired(0.3, 0.2)
	require.ErrorIs(t, err, stat.ErrNotAttainable)
	_, err = power.MDEUnpaired(3, 0.6)
	require.ErrorIs(t, err, stat.ErrNotAttainable)
	d, err := power.MDEMean(64, 0.5)
	require.NoError(t, err)
	n, err = power.NMean(d, 0.5)
	require.NoError(t, err)
	require.Equal(t, 64, n)
	_, err = power.NMean(0, 1)
	require.ErrorIs(t, err, stat.ErrNotAttainable)
}
