package stat_test

import (
	"math"
	"math/big"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/ragdiag/ragdiag/metrics/stat"
)

// flipOracle walks all sign patterns of fractions: numerators over one denominator, so that sums are whole numbers.
func flipOracle(numerators []int) float64 {
	observed, hits := 0, 0
	for _, x := range numerators {
		observed += x
	}
	for pattern := range 1 << len(numerators) {
		sum := 0
		for i, x := range numerators {
			if pattern>>i&1 == 1 {
				x = -x
			}
			sum += x
		}
		if sum*sum >= observed*observed {
			hits++
		}
	}
	p, _ := new(big.Rat).SetFrac64(int64(hits), 1<<len(numerators)).Float64()
	return p
}

// Decimals whose float sums break ties: comparing sums bit by bit gets these wrong.
func TestSignFlipReference(t *testing.T) {
	third := 1. / 3
	for _, tt := range []struct {
		d      []float64
		p      float64
		method string
	}{
		{[]float64{0.1, 0.2, -0.3, 0.4}, 0.625, "sign-flip, exact by counting"},
		{[]float64{0.3, 0.3, 0.3, -0.1, 0.2, 0.5, -0.6}, 0.421875, "sign-flip, exact by counting"},
		{[]float64{0.8 - 0.5, 0.6 - 0.3, 0.9 - 0.6, 0.1 - 0.2, 0.3 - 0.1, 0.7 - 0.2, 0.3 - 0.9}, 0.421875, "sign-flip, exact by counting"},
		{[]float64{1, 1, 1, -1, 0, 1}, 0.375, "sign-flip, exact by counting"},
		{[]float64{third, -1. / 7, 2 * third, 1. / 7, 1. / 21}, 0.25, "sign-flip, exact by counting"},
		{[]float64{0.35, 0.1, -0.05, 0.25, 0.15, 0.2, -0.1, 0.05, 0.3, 0.1}, 2.734375e-02, "sign-flip, exact by counting"},
		{[]float64{math.Pi, -math.E, math.Sqrt2}, 0.75, "sign-flip, exact by enumeration"},      // 1.84: six of eight reach it
		{[]float64{math.Pi, math.Pi, -math.Pi, math.Pi}, 0.625, "sign-flip, exact by counting"}, // 2π: ten of sixteen
		{[]float64{3e9, 3e9, -6e9, 9e9, 15e9}, 0.3125, "sign-flip, exact by counting"},          // 1, 1, −2, 3, 5
		{[]float64{2.5}, 1, "sign-flip, exact by counting"},
	} {
		got, err := stat.SignFlip(tt.d, stat.SignFlipOptions{})
		require.NoError(t, err)
		near(t, tt.p, got.P, "%v", tt.d)
		require.Equal(t, tt.method, got.Method, "%v", tt.d)
	}
	none, err := stat.SignFlip([]float64{0, 0}, stat.SignFlipOptions{})
	require.NoError(t, err)
	require.Equal(t, 1.0, none.P)
	require.NotEmpty(t, none.Warnings)
}

func TestSignFlipAgainstEnumeration(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		whole := rapid.SliceOfN(rapid.IntRange(-12, 12), 1, 11).Draw(t, "d")
		unit := rapid.SampledFrom([]float64{1, 0.1, 0.01, 0.25, 1. / 3, 1. / 7, 1e-3, 1. / 60}).Draw(t, "unit")
		d, zero := make([]float64, len(whole)), true
		for i, w := range whole {
			d[i] = (0.7 + float64(w)*unit) - 0.7 // with the rounding that a difference of two scores carries
			zero = zero && w == 0
		}
		for i, w := range whole {
			if w == 0 {
				d[i] = 0
			}
		}
		got, err := stat.SignFlip(d, stat.SignFlipOptions{})
		require.NoError(t, err)
		if !zero {
			require.InDelta(t, flipOracle(whole), got.P, 1e-13)
		}
		// Swapping the systems and scaling the metric change nothing.
		for i := range d {
			d[i] *= -8
		}
		again, err := stat.SignFlip(d, stat.SignFlipOptions{})
		require.NoError(t, err)
		require.InDelta(t, got.P, again.P, 1e-13)
	})
}

// Signs alone: the test is McNemar's, at any n.
func TestSignFlipOfSignsIsMcNemar(t *testing.T) {
	for _, counts := range [][2]int{{3, 9}, {250, 249}, {300, 200}, {0, 4}} {
		var d []float64
		for range counts[0] {
			d = append(d, -1)
		}
		for range counts[1] {
			d = append(d, 1)
		}
		got, err := stat.SignFlip(append(d, make([]float64, 50)...), stat.SignFlipOptions{})
		require.NoError(t, err)
		want, err := stat.McNemar(counts[0], counts[1])
		require.NoError(t, err)
		near(t, want.P, got.P)
	}
}

func TestSignFlipMonteCarlo(t *testing.T) {
	// 30 irrational differences: sampled. The normal limit of the test is the z test with Σd² as variance.
	d, sum, squares := make([]float64, 30), 0.0, 0.0
	for i := range d {
		d[i] = math.Sin(float64(i)*1.7) + 0.2
		sum += d[i]
		squares += d[i] * d[i]
	}
	want := math.Erfc(math.Abs(sum) / math.Sqrt(2*squares))
	got, err := stat.SignFlip(d, stat.SignFlipOptions{Seed: 5, Resamples: 100_000, Workers: 1})
	require.NoError(t, err)
	require.InDelta(t, want, got.P, 0.01)
	require.Equal(t, "sign-flip, monte carlo of 100000", got.Method)
	same, err := stat.SignFlip(d, stat.SignFlipOptions{Seed: 5, Resamples: 100_000, Workers: 7})
	require.NoError(t, err)
	require.Equal(t, got, same, "the number of workers is not part of the result")

	// All of one sign: nothing but the data itself and its mirror is as extreme, p is the least there is: 1/(B+1).
	for i := range d {
		d[i] = 1 + math.Abs(d[i])
	}
	least, err := stat.SignFlip(d, stat.SignFlipOptions{Seed: 1})
	require.NoError(t, err)
	near(t, 1./10_001, least.P)
}

func TestSignFlipClusters(t *testing.T) {
	// Three documents with sums 0.3, 0.3, −0.1; five items would be another test.
	got, err := stat.SignFlipClusters([]float64{0.1, 0.2, 0.3, 0, -0.1}, []int{4, 4, 9, 9, 2}, stat.SignFlipOptions{})
	require.NoError(t, err)
	near(t, flipOracle([]int{3, 3, -1}), got.P)
	require.Equal(t, 3, got.N)
	require.NotEmpty(t, got.Warnings)
	near(t, 0.1, got.Statistic)
}
