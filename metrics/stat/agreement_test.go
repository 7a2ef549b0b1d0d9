package stat_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/ragdiag/ragdiag/metrics/stat"
)

// Exact fractions for κ, the root of an exact fraction for its standard error.
func TestKappa(t *testing.T) {
	table := [][]int{{44, 5, 1}, {7, 20, 3}, {9, 5, 6}}
	for _, tt := range []struct {
		table     [][]int
		weights   stat.KappaWeights
		kappa, se float64
	}{
		{table, stat.Unweighted, 4.91525423728813582e-01, 7.21274592933406622e-02}, // 29/59
		{table, stat.Linear, 4.73684210526315763e-01, 7.69789098703061170e-02},
		{table, stat.Quadratic, 4.54545454545454530e-01, 9.39796977757260260e-02},
		{[][]int{{20, 5}, {10, 15}}, stat.Unweighted, 0.4, 1.26996062931100356e-01},
	} {
		got, err := stat.Kappa(tt.table, tt.weights, 0.95)
		require.NoError(t, err)
		near(t, tt.kappa, got.Value)
		near(t, tt.se, got.SE)
		near(t, tt.kappa-1.959963984540054*tt.se, got.Interval.Lo)
	}
	_, err := stat.Kappa([][]int{{9, 0}, {0, 0}}, stat.Unweighted, 0.95)
	require.ErrorIs(t, err, stat.ErrNoSpread)
	full, err := stat.Kappa([][]int{{4, 0}, {0, 5}}, stat.Unweighted, 0.95)
	require.NoError(t, err)
	near(t, 1, full.Value)
	require.NotEmpty(t, full.Interval.Warnings)

	counted, err := stat.Table([]int{0, 1, 2, 2}, []int{0, 2, 2, 1}, 3)
	require.NoError(t, err)
	require.Equal(t, [][]int{{1, 0, 0}, {0, 0, 1}, {0, 1, 1}}, counted)
	_, err = stat.Table([]int{0}, []int{3}, 3)
	require.Error(t, err)
}

// unitsOf turns raters' rows, 0 for a missing rating, into units.
func unitsOf(raters ...[]float64) [][]float64 {
	units := make([][]float64, len(raters[0]))
	for _, row := range raters {
		for i, v := range row {
			if v != 0 {
				units[i] = append(units[i], v)
			}
		}
	}
	return units
}

// Krippendorff, "Computing Krippendorff's Alpha-Reliability" (2011), example C, printed .743, .815, .849; and the example
// of the Python package krippendorff, printed .691, .811.
func TestKrippendorff(t *testing.T) {
	canonical := unitsOf(
		[]float64{1, 2, 3, 3, 2, 1, 4, 1, 2, 0, 0, 0},
		[]float64{1, 2, 3, 3, 2, 2, 4, 1, 2, 5, 0, 3},
		[]float64{0, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, 0},
		[]float64{1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, 0})
	three := unitsOf(
		[]float64{0, 0, 0, 0, 0, 3, 4, 1, 2, 1, 1, 3, 3, 0, 3},
		[]float64{1, 0, 2, 1, 3, 3, 4, 3, 0, 0, 0, 0, 0, 0, 0},
		[]float64{0, 0, 2, 1, 3, 4, 4, 0, 2, 1, 1, 3, 3, 0, 4})
	for _, tt := range []struct {
		units [][]float64
		scale stat.Scale
		want  float64
	}{
		{canonical, stat.Nominal, 0.743}, {canonical, stat.Ordinal, 0.815}, {canonical, stat.IntervalScale, 0.849},
		{three, stat.Nominal, 0.691}, {three, stat.IntervalScale, 0.811},
	} {
		got, err := stat.Krippendorff(tt.units, tt.scale)
		require.NoError(t, err)
		require.InDelta(t, tt.want, got, 5e-4)
	}
	_, err := stat.Krippendorff([][]float64{{1}, {2}}, stat.Nominal)
	require.ErrorIs(t, err, stat.ErrTooFew)
	_, err = stat.Krippendorff([][]float64{{2, 2}, {2, 2}}, stat.Nominal)
	require.ErrorIs(t, err, stat.ErrNoSpread)
}

// alphaOracle is α from its definition over pairs of single ratings, without any coincidence counts.
func alphaOracle(units [][]float64, scale stat.Scale) float64 {
	var all []float64
	for _, u := range units {
		if len(u) > 1 {
			all = append(all, u...)
		}
	}
	distance := func(a, b float64) float64 {
		switch {
		case scale == stat.IntervalScale:
			return (a - b) * (a - b)
		case a == b:
			return 0
		case scale == stat.Nominal:
			return 1
		}
		between := 0.0
		for _, v := range all {
			switch {
			case v == a || v == b:
				between += 0.5
			case min(a, b) < v && v < max(a, b):
				between++
			}
		}
		return between * between
	}
	var within, overall float64
	for _, u := range units {
		for i := range u {
			for j := range u {
				if i != j {
					within += distance(u[i], u[j]) / float64(len(u)-1)
				}
			}
		}
	}
	for i := range all {
		for j := range all {
			overall += distance(all[i], all[j])
		}
	}
	n := float64(len(all))
	return 1 - within/n/(overall/(n*(n-1)))
}

func TestKrippendorffAgainstDefinition(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rating := rapid.Map(rapid.IntRange(1, 4), func(i int) float64 { return float64(i*i) / 2 })
		units := rapid.SliceOfN(rapid.SliceOfN(rating, 0, 4), 1, 8).Draw(t, "units")
		scale := rapid.SampledFrom([]stat.Scale{stat.Nominal, stat.Ordinal, stat.IntervalScale}).Draw(t, "scale")
		got, err := stat.Krippendorff(units, scale)
		want := alphaOracle(units, scale)
		if math.IsNaN(want) || math.IsInf(want, 0) {
			require.Error(t, err)
			return
		}
		require.NoError(t, err)
		require.InDelta(t, want, got, 1e-12)
	})
}

// Against the definition: the share of pairs in the right order; standard error from exact fractions of the placements.
func TestAUC(t *testing.T) {
	scores := []float64{0.1, 0.4, 0.35, 0.8, 0.7, 0.4, 0.2, 0.9}
	positive := []bool{false, false, true, true, true, true, false, false}
	got, err := stat.AUCDeLong(scores, positive, 0.95)
	require.NoError(t, err)
	near(t, 0.65625, got.Value)
	near(t, 2.43402530115581717e-01, got.SE)
	near(t, 1, got.Interval.Hi)
	near(t, 0.65625-1.959963984540054*2.43402530115581717e-01, got.Interval.Lo)

	_, err = stat.AUCDeLong([]float64{1, 2, 3, 4}, []bool{false, false, true, true}, 0.95)
	require.ErrorIs(t, err, stat.ErrNoSpread)
	full, err := stat.AUC([]float64{1, 2, 3, 4}, []bool{false, false, true, true})
	require.NoError(t, err)
	require.Equal(t, 1.0, full)
	_, err = stat.AUC([]float64{1, 2}, []bool{true, true})
	require.ErrorIs(t, err, stat.ErrTooFew)

	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(2, 40).Draw(t, "n")
		s := rapid.SliceOfN(rapid.Map(rapid.IntRange(0, 15), func(i int) float64 { return float64(i) }), n, n).Draw(t, "scores")
		p := rapid.SliceOfN(rapid.Bool(), n, n).Draw(t, "positive")
		var right, pairs float64
		for i := range s {
			for j := range s {
				if p[i] && !p[j] {
					pairs++
					if s[i] > s[j] {
						right++
					} else if s[i] == s[j] {
						right += 0.5
					}
				}
			}
		}
		got, err := stat.AUC(s, p)
		if pairs == 0 {
			require.ErrorIs(t, err, stat.ErrTooFew)
			return
		}
		require.NoError(t, err)
		require.InDelta(t, right/pairs, got, 1e-13)
	})
}

func TestCalibration(t *testing.T) {
	// Bins of width ½: (0, ½] holds 0, 0.5 → mean 0.25, right 1 of 2; (½, 1] holds 0.6, 0.8 → 0.7, right 2 of 2.
	got, err := stat.ExpectedCalibrationError([]float64{0, 0.5, 0.6, 0.8}, []bool{false, true, true, true}, 2)
	require.NoError(t, err)
	near(t, 0.5*0.25+0.5*0.3, got.ECE)
	near(t, 0.3, got.Max)
	require.Equal(t, 2, got.Bins[0].N)

	// A confidence on the edge i/10 belongs to the bin below, though 0.3·10 and 0.7·10 round up or down.
	for i := 1; i <= 10; i++ {
		got, err := stat.ExpectedCalibrationError([]float64{float64(i) / 10}, []bool{true}, 10)
		require.NoError(t, err)
		require.Equal(t, 1, got.Bins[i-1].N, "%d/10", i)
	}

	got, err = stat.ExpectedCalibrationError([]float64{.2, .2, .2, .2, .2, .8}, []bool{true, false, false, false, false, true}, 5)
	require.NoError(t, err)
	require.InDelta(t, .2/6, got.ECE, 1e-12)
	require.Len(t, got.Bins, 5)
	_, err = stat.ExpectedCalibrationError(nil, nil, 5)
	require.ErrorIs(t, err, stat.ErrTooFew)
	_, err = stat.ExpectedCalibrationError([]float64{2}, []bool{true}, 5)
	require.Error(t, err)

	brier, err := stat.Brier([]float64{0.9, 0.2, 0.5}, []bool{true, false, true})
	require.NoError(t, err)
	near(t, (0.01+0.04+0.25)/3, brier)
	_, err = stat.Brier([]float64{1.2}, []bool{true})
	require.Error(t, err)
	_, err = stat.Brier(nil, nil)
	require.ErrorIs(t, err, stat.ErrTooFew)
}

// Exact fractions; roots and the χ² tail in decimal arithmetic. The first are the six studies of Borenstein et al.
// (2009), chapter 14, effects rounded to three digits.
func TestCochran(t *testing.T) {
	got, err := stat.Cochran([]float64{0.095, 0.277, 0.367, 0.664, 0.462, 0.185}, []float64{0.033, 0.031, 0.050, 0.011, 0.043, 0.023})
	require.NoError(t, err)
	near(t, 1.17433405085743665e+01, got.Q)
	near(t, 3.84789769111791025e-02, got.P)
	near(t, 5.74226771645660494e-01, got.I2)
	near(t, 3.62824684267648509e-02, got.Tau2)
	near(t, 4.09258237947768055e-01, got.Fixed)
	near(t, 3.57668383692596958e-01, got.Mean)
	near(t, 1.04531833758066711e-01, got.SE)

	alike, err := stat.Cochran([]float64{0.1, 0.12, 0.11}, []float64{0.01, 0.02, 0.03})
	require.NoError(t, err)
	near(t, 9.93205009246572179e-01, alike.P)
	require.Zero(t, alike.I2)
	require.Zero(t, alike.Tau2)
	near(t, 1.07272727272727270e-01, alike.Mean)

	_, err = stat.Cochran([]float64{1, 2}, []float64{0, 1})
	require.Error(t, err)

	shrunk, err := stat.Shrink([]float64{0, 1}, []float64{1, 3}, 0.5, 1)
	require.NoError(t, err)
	require.InDeltaSlice(t, []float64{0.25, 0.625}, shrunk, 1e-15) // B = ½ and ¾
}

func TestLeaveOneSliceOut(t *testing.T) {
	got, err := stat.LeaveOneSliceOut([]stat.Slice{
		{"long", []float64{1, 1, 1, 0, 1}},
		{"short", []float64{0.1, -0.1, 0.2, -0.1, 0}},
	}, 0.95)
	require.NoError(t, err)
	require.Equal(t, "long", got.Best)
	near(t, 4/4.1, got.BestShare)
	near(t, 0.41, got.Delta.Value)
	require.True(t, got.Without[0].Concentrated, "without the long questions nothing is left")
	require.False(t, got.Without[1].Concentrated)
	_, err = stat.LeaveOneSliceOut([]stat.Slice{{"a", []float64{1, -1}}, {"b", []float64{2, -2}}}, 0.95)
	require.Error(t, err)
}

// Kidney stones (Charig et al. 1986): the open operation is better for small and for large stones, and worse pooled.
func TestSimpson(t *testing.T) {
	got, err := stat.Simpson([]stat.SliceMeans{
		{"small", 87, 270, 81. / 87, 234. / 270},
		{"large", 263, 80, 192. / 263, 55. / 80},
	})
	require.NoError(t, err)
	near(t, 289./350-273./350, got.Pooled)
	near(t, (357*(234./270-81./87)+343*(55./80-192./263))/700, got.Standardised)
	require.True(t, got.Reversed)
	_, err = stat.Simpson([]stat.SliceMeans{{"a", 1, 0, 1, 1}, {"b", 1, 1, 1, 1}})
	require.Error(t, err)
}
