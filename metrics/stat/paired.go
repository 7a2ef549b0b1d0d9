package stat

import (
	"fmt"
	"math"
)

// NewcombePaired is the interval for the difference of two paired shares, B − A: both items right, only A, only B, neither.
// Newcombe (1998, Statistics in Medicine 17:2635) method 10: Wilson intervals joined with the continuity-corrected φ.
// R contingencytables::Newcombe_square_and_add_CI_paired_2x2. SE is the Wald form √(b+c−(b−c)²/n)/n, for information.
func NewcombePaired(both, onlyA, onlyB, neither int, level float64) (Estimate, error) {
	if min(both, onlyA, onlyB, neither) < 0 {
		return Estimate{}, fmt.Errorf("counts %d, %d, %d, %d: a count is not negative", both, onlyA, onlyB, neither)
	}
	n := both + onlyA + onlyB + neither
	a, err := Wilson(both+onlyA, n, level)
	if err != nil {
		return Estimate{}, err
	}
	b, err := Wilson(both+onlyB, n, level)
	if err != nil {
		return Estimate{}, err
	}
	nf, e, f, g, h := float64(n), float64(both), float64(onlyA), float64(onlyB), float64(neither)
	phi := 0.0
	if product := (e + f) * (g + h) * (e + g) * (f + h); product > 0 {
		cross := e*h - f*g
		if cross > 0 {
			cross = max(0, cross-nf/2)
		}
		phi = cross / math.Sqrt(product)
	}
	pa, pb := (e+f)/nf, (e+g)/nf
	d := pb - pa
	below := joined(pb-b.Lo, a.Hi-pa, phi)
	above := joined(b.Hi-pb, pa-a.Lo, phi)
	return Estimate{
		Value:    d,
		SE:       math.Sqrt(f+g-(f-g)*(f-g)/nf) / nf,
		Interval: Interval{Lo: d - below, Hi: d + above, Level: level, N: n, Method: "newcombe paired (method 10)"},
	}, nil
}

// Newcombe is the interval for the difference of two independent shares, k2/n2 − k1/n1, from their Wilson intervals.
// statsmodels confint_proportions_2indep(k2, n2, k1, n1, method="newcomb"); R DescTools::BinomDiffCI(method="score").
// SE is the Wald form, for information.
func Newcombe(k1, n1, k2, n2 int, level float64) (Estimate, error) {
	a, err := Wilson(k1, n1, level)
	if err != nil {
		return Estimate{}, fmt.Errorf("first share: %w", err)
	}
	b, err := Wilson(k2, n2, level)
	if err != nil {
		return Estimate{}, fmt.Errorf("second share: %w", err)
	}
	pa, pb := float64(k1)/float64(n1), float64(k2)/float64(n2)
	d := pb - pa
	return Estimate{
		Value: d,
		SE:    math.Sqrt(pa*(1-pa)/float64(n1) + pb*(1-pb)/float64(n2)),
		Interval: Interval{Lo: d - joined(pb-b.Lo, a.Hi-pa, 0), Hi: d + joined(b.Hi-pb, pa-a.Lo, 0),
			Level: level, N: n1 + n2, Method: "newcombe"},
	}, nil
}

// joined is √(x² − 2φxy + y²), the length of the difference of two errors with correlation φ.
func joined(x, y, phi float64) float64 { return math.Sqrt(max(0, x*x-2*phi*x*y+y*y)) }

// TwoProportions is the pooled z test of k1/n1 against k2/n2, independent samples; Statistic is z of the second against the
// first. statsmodels proportions_ztest([k2, k1], [n2, n1]); R prop.test(correct=FALSE), whose X² is z². Shares that are both
// 0 or both 1: p = 1 with a warning.
func TwoProportions(k1, n1, k2, n2 int) (Test, error) {
	for _, c := range [][2]int{{k1, n1}, {k2, n2}} {
		if err := checkCount(c[0], c[1], DefaultLevel); err != nil {
			return Test{}, err
		}
	}
	t := Test{P: 1, N: n1 + n2, Method: "two proportions, pooled z"}
	a, b := float64(n1), float64(n2)
	pooled := float64(k1+k2) / (a + b)
	if pooled == 0 || pooled == 1 {
		t.Warnings = []string{"all items agree: nothing to test"}
		return t, nil
	}
	t.Statistic = (float64(k2)/b - float64(k1)/a) / math.Sqrt(pooled*(1-pooled)*(1/a+1/b))
	t.P = min(1, 2*normalTail(math.Abs(t.Statistic)))
	return t, nil
}
