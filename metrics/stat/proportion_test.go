package stat_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/ragdiag/ragdiag/metrics/stat"
)

// near fails unless got is want to 12 digits, or to 1e-15 where want is 0.
func near(t require.TestingT, want, got float64, what ...any) {
	require.InDelta(t, want, got, 1e-12*math.Abs(want)+1e-15, what...)
}

type proportionMethod func(k, n int, level float64) (stat.Interval, error)

var proportionMethods = map[string]proportionMethod{
	"wilson": stat.Wilson, "clopper-pearson": stat.ClopperPearson,
	"jeffreys": stat.Jeffreys, "jeffreys edge": stat.JeffreysEdge,
}

// The first two examples are those of Newcombe (1998), table I, who prints four digits of the first two methods.
// All digits: 70-digit decimal arithmetic, Clopper–Pearson from exact binomial sums.
func TestProportionReference(t *testing.T) {
	for _, tt := range []struct {
		method string
		k, n   int
		level  float64
		lo, hi float64
	}{
		{"wilson", 81, 263, 0.95, 2.55288519878274223e-01, 3.66209576982800045e-01},
		{"clopper-pearson", 81, 263, 0.95, 2.52736745585271150e-01, 3.67621922601351347e-01},
		{"jeffreys", 81, 263, 0.95, 2.54521934991023491e-01, 3.65647499174082402e-01},
		{"wilson", 15, 148, 0.95, 6.23863995307362765e-02, 1.60487241723308027e-01},
		{"clopper-pearson", 15, 148, 0.95, 5.78440100834485618e-02, 1.61650490349479009e-01},
		{"jeffreys", 15, 148, 0.95, 6.04485170092964388e-02, 1.57643143478741171e-01},
		{"wilson", 0, 20, 0.95, 0, 1.61125158052819378e-01},
		{"clopper-pearson", 0, 20, 0.95, 0, 1.68433470983085337e-01},
		{"jeffreys", 0, 20, 0.95, 2.42464784592427433e-05, 1.16638982904875427e-01},
		{"jeffreys edge", 0, 20, 0.95, 0, 1.16638982904875427e-01},
		{"wilson", 1, 29, 0.95, 6.11321429276266010e-03, 1.71755218793202880e-01},
		{"clopper-pearson", 1, 29, 0.95, 8.72646883579922044e-04, 1.77644295488722931e-01},
		{"jeffreys", 7, 10, 0.90, 4.41873233515365949e-01, 8.82670623319789849e-01},
		{"clopper-pearson", 29, 29, 0.99, 8.33017524812361576e-01, 1},
		{"jeffreys", 29, 29, 0.99, 8.74001290502107064e-01, 9.99999328735471260e-01},
		{"jeffreys edge", 29, 29, 0.99, 8.74001290502107064e-01, 1},
		{"clopper-pearson", 500, 1000, 0.95, 4.68549172971791938e-01, 5.31450827028208006e-01},
		{"jeffreys", 500, 1000, 0.95, 4.69047712699113883e-01, 5.30952287300886061e-01},
		{"clopper-pearson", 3, 40, 0.999, 3.83207216425397561e-03, 3.04066784207130014e-01},
		{"jeffreys", 3, 40, 0.999, 6.23896751616216834e-03, 2.85463629517765827e-01},
	} {
		iv, err := proportionMethods[tt.method](tt.k, tt.n, tt.level)
		require.NoError(t, err)
		near(t, tt.lo, iv.Lo, "%s lower of %d/%d", tt.method, tt.k, tt.n)
		near(t, tt.hi, iv.Hi, "%s upper of %d/%d", tt.method, tt.k, tt.n)
		require.Equal(t, tt.n, iv.N)
		require.Equal(t, tt.level, iv.Level)
	}
}

func TestProportionChoosesByCounts(t *testing.T) {
	for _, tt := range []struct {
		k, n   int
		method string
	}{
		{15, 30, "wilson"},
		{15, 29, "jeffreys, ends fixed"},
		{4, 500, "jeffreys, ends fixed"},
		{496, 500, "jeffreys, ends fixed"},
		{5, 500, "wilson"},
	} {
		iv, err := stat.Proportion(tt.k, tt.n)
		require.NoError(t, err)
		require.Equal(t, tt.method, iv.Method, "%d of %d", tt.k, tt.n)
	}
}

func TestProportionRefuses(t *testing.T) {
	for name, f := range proportionMethods {
		for _, tt := range []struct {
			k, n  int
			level float64
		}{{0, 0, 0.95}, {3, 2, 0.95}, {-1, 2, 0.95}, {1, 2, 95}, {1, 2, 0}, {1, 2, 1}, {1, 2, math.NaN()}} {
			_, err := f(tt.k, tt.n, tt.level)
			require.Error(t, err, "%s(%d, %d, %g)", name, tt.k, tt.n, tt.level)
		}
	}
	_, err := stat.Wilson(0, 0, 0.95)
	require.ErrorIs(t, err, stat.ErrTooFew)
	require.EqualError(t, err, "too few items: 0 items, need ≥ 1")
}

// What every interval for a share must satisfy.
func TestProportionProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 3000).Draw(t, "n")
		k := rapid.IntRange(0, n).Draw(t, "k")
		level := rapid.Float64Range(0.5, 0.9999).Draw(t, "level")
		name := rapid.SampledFrom([]string{"wilson", "clopper-pearson", "jeffreys", "jeffreys edge"}).Draw(t, "method")
		f := proportionMethods[name]
		iv, err := f(k, n, level)
		require.NoError(t, err)
		require.True(t, 0 <= iv.Lo && iv.Lo < iv.Hi && iv.Hi <= 1, "%v", iv)
		if name != "jeffreys" {
			require.True(t, iv.Contains(float64(k)/float64(n)), "%v does not hold %d/%d", iv, k, n)
		}
		mirror, err := f(n-k, n, level)
		require.NoError(t, err)
		require.InDelta(t, 1-iv.Hi, mirror.Lo, 1e-12, "counting failures instead mirrors the interval")
		wider, err := f(k, n, 1-(1-level)/2)
		require.NoError(t, err)
		require.True(t, wider.Lo <= iv.Lo && wider.Hi >= iv.Hi, "a higher level is wider: %v, %v", iv, wider)
	})
}

func TestShares(t *testing.T) {
	// One category: nothing to correct for.
	one, err := stat.Shares([]int{18}, 120, 0.95)
	require.NoError(t, err)
	alone, err := stat.Wilson(18, 120, 0.95)
	require.NoError(t, err)
	require.Equal(t, [2]float64{alone.Lo, alone.Hi}, [2]float64{one[0].Lo, one[0].Hi})

	// Five categories at 95 % are at 99 % each, in the form that their counts ask for.
	got, err := stat.Shares([]int{0, 10, 20, 30, 40}, 100, 0.95)
	require.NoError(t, err)
	first, err := stat.JeffreysEdge(0, 100, 0.99)
	require.NoError(t, err)
	near(t, first.Hi, got[0].Hi)
	last, err := stat.Wilson(40, 100, 0.99)
	require.NoError(t, err)
	near(t, last.Lo, got[4].Lo)
	require.Equal(t, 0.95, got[4].Level)
	require.Equal(t, "wilson, bonferroni over 5", got[4].Method)

	none, err := stat.Shares(nil, 10, 0.95)
	require.NoError(t, err)
	require.Empty(t, none)
	_, err = stat.Shares([]int{3, 11}, 10, 0.95)
	require.EqualError(t, err, "category 1: count 11 is not between 0 and n = 10")
	_, err = stat.Shares([]int{0}, 0, 0.95)
	require.ErrorIs(t, err, stat.ErrTooFew)
}
