package stat

import (
	"fmt"
	"math"
)

// MeanT is the mean with Student's interval. SE is sd/√n with n−1 in the variance.
// scipy ttest_1samp(xs, 0).confidence_interval(level); statsmodels DescrStatsW(xs).tconfint_mean; R t.test.
// Needs two items; items that are all equal give an error, because their interval would have no width.
func MeanT(xs []float64, level float64) (Estimate, error) {
	if err := checkLevel(level); err != nil {
		return Estimate{}, err
	}
	mean, sd, err := meanSD(xs)
	if err != nil {
		return Estimate{}, err
	}
	if sd == 0 {
		return Estimate{}, fmt.Errorf("no interval: %w (n = %d, value %g)", ErrNoSpread, len(xs), xs[0])
	}
	se := sd / math.Sqrt(float64(len(xs)))
	t := studentQuantile((1-level)/2, float64(len(xs)-1))
	return Estimate{mean, se, symmetric(mean, se, t, level, len(xs), "t")}, nil
}

// MeanNormal is the mean with the normal interval mean ± z·sd/√n: for many items, and for win rates where ties count half.
// statsmodels DescrStatsW(xs).zconfint_mean. It refuses what [MeanT] refuses.
func MeanNormal(xs []float64, level float64) (Estimate, error) {
	est, err := MeanT(xs, level)
	if err != nil {
		return Estimate{}, err
	}
	est.Interval = symmetric(est.Value, est.SE, twoSidedZ(level), level, len(xs), "normal")
	return est, nil
}

func quantile(sorted []float64, p float64) float64 {
	at := p * float64(len(sorted)-1)
	i := min(int(at), len(sorted)-1)
	if i == len(sorted)-1 {
		return sorted[i]
	}
	return sorted[i] + (at-float64(i))*(sorted[i+1]-sorted[i])
}

// meanSD gives mean and standard deviation (n−1), the latter exactly 0 when all values are equal. It needs two values.
func meanSD(xs []float64) (mean, sd float64, err error) {
	if len(xs) < 2 {
		return 0, 0, tooFew("items", len(xs), 2)
	}
	if err := checkValues(xs); err != nil {
		return 0, 0, err
	}
	mean = average(xs)
	return mean, math.Sqrt(covariance(xs, xs)), nil
}

// average is the mean; values that are all equal give that value exactly, so that constant data have deviations of 0.
func average(xs []float64) float64 {
	sum := 0.0
	for _, x := range xs {
		sum += x - xs[0]
	}
	return xs[0] + sum/float64(len(xs))
}

// covariance is Σ(x−x̄)(y−ȳ)/(n−1).
func covariance(xs, ys []float64) float64 {
	mx, my, sum := average(xs), average(ys), 0.0
	for i := range xs {
		sum += (xs[i] - mx) * (ys[i] - my)
	}
	return sum / float64(len(xs)-1)
}

func deviations(xs []float64, from float64) []float64 {
	out := make([]float64, len(xs))
	for i, x := range xs {
		out[i] = x - from
	}
	return out
}

// differences gives b − a, item by item.
func differences(a, b []float64) []float64 {
	out := make([]float64, len(a))
	for i := range a {
		out[i] = b[i] - a[i]
	}
	return out
}

func negated(xs []float64) []float64 {
	out := make([]float64, len(xs))
	for i, x := range xs {
		out[i] = -x
	}
	return out
}

// symmetric is center ± factor·se.
func symmetric(center, se, factor, level float64, n int, method string) Interval {
	return Interval{Lo: center - factor*se, Hi: center + factor*se, Level: level, N: n, Method: method}
}
