package stat

import (
	"math"
	"testing"
)

// The wanted values come from 70-digit decimal arithmetic: the hypergeometric series of the incomplete beta and gamma
// functions with a Stirling series for ln Γ, quantiles by bisection.

func TestDistributionTails(t *testing.T) {
	beta := func(a, b, x float64) float64 { lower, _ := betaTails(a, b, x, 1-x); return lower }
	upper := func(a, b, x float64) float64 { _, u := betaTails(a, b, x, 1-x); return u }
	for _, tt := range []struct {
		name      string
		got, want float64
	}{
		{"arcsine law", beta(0.5, 0.5, 0.1), 2.048327646991334461e-01},
		{"small whole parameters, 11/16", beta(2, 3, 0.5), 0.6875},
		{"near 0", beta(0.5, 10.5, 0.001), 1.138957579135317782e-01},
		{"hundreds", beta(100, 200, 0.3), 1.088430656449098366e-01},
		{"thousands, other branch", upper(5000.5, 5000.5, 0.51), 2.273663484792623826e-02},
		{"very skewed", beta(3, 99998, 0.00001), 8.030047736436063399e-02},
		{"a million", beta(1, 1000000, 0.000001), 6.321207427683549485e-01},
		{"a hundred thousand, middle", beta(60000.5, 40000.5, 0.6), 5.000858391141256298e-01},
		{"Cauchy", studentTail(2, 1), 1.475836176504332631e-01},
		{"t, 3", studentTail(2, 3), 6.966298427942159421e-02},
		{"t near its middle", studentTail(0.01, 5), 4.962040090212909704e-01},
		{"t, 30", studentTail(1.96, 30), 2.967115644802523558e-02},
		{"t, 9999", studentTail(4.5, 9999), 3.436052781405058504e-06},
		{"t far out", studentTail(30, 4), 3.676428048830661242e-06},
		{"t, fractional", studentTail(1.7, 7.3), 6.558268417654346261e-02},
		{"t, a million", studentTail(6, 1e6), 9.869249061772173628e-10},
		{"t, 1000, far", studentTail(6, 1000), 1.377684586688734505e-09},
		{"chi-square, 1", chiSquareTail(3.841, 1), 5.001368376395670667e-02},
		{"chi-square, 1, series", chiSquareTail(0.5, 1), 4.795001221869534813e-01},
		{"chi-square, 5", chiSquareTail(12, 5), 3.478778050624185131e-02},
		{"chi-square, 2, near 0", chiSquareTail(1e-3, 2), 9.995001249791692910e-01},
		{"chi-square, 100", chiSquareTail(120, 100), 8.440668109369182937e-02},
		{"chi-square, 1000", chiSquareTail(1100, 1000), 1.461440812629519366e-02},
		{"chi-square far out", chiSquareTail(60, 3), 5.878230727906912298e-13},
	} {
		if math.Abs(tt.got-tt.want) > 2e-13*tt.want {
			t.Errorf("%s: %.17g, want %.17g (off by %.1e)", tt.name, tt.got, tt.want, tt.got/tt.want-1)
		}
	}
}

func TestQuantiles(t *testing.T) {
	for _, tt := range []struct {
		name      string
		got, want float64
	}{
		{"beta 1,10", betaQuantile(0.025, 1, 10), 2.528578544461784327e-03},
		{"beta near 0", betaQuantile(0.025, 0.5, 10.5), 4.789043315758188926e-05},
		{"beta 3.5,27.5", betaQuantile(0.025, 3.5, 27.5), 2.898061903272648732e-02},
		{"beta 81,20", betaQuantile(0.025, 81, 20), 7.193020420263874781e-01},
		{"beta 600.5,400.5", betaQuantile(0.025, 600.5, 400.5), 5.693832944813703723e-01},
		{"beta tiny", betaQuantile(0.0005, 1, 1e6), 5.001250415572353728e-10},
		{"beta upper", betaQuantile(0.975, 0.5, 0.5), 9.984586668665640374e-01},
		{"beta large", betaQuantile(0.05, 100000.5, 200000.5), 3.319188600288400792e-01},
		{"t 1", studentQuantile(0.025, 1), 1.270620473617470481e+01},
		{"t 2", studentQuantile(0.025, 2), 4.302652729749463667e+00},
		{"t 9", studentQuantile(0.025, 9), 2.262157162798205334e+00},
		{"t 99", studentQuantile(0.025, 99), 1.984216951586417421e+00},
		{"t 3 far", studentQuantile(0.0005, 3), 1.292397863668748315e+01},
		{"t 5 near", studentQuantile(0.4, 5), 2.671808657041451207e-01},
		{"t 4.7", studentQuantile(0.025, 4.7), 2.620726075353170259e+00},
		{"normal 95 %", normalQuantile(0.025), 1.959963984540054271e+00},
		{"normal 99 %", normalQuantile(0.005), 2.575829303548900828e+00},
		{"normal inner", normalQuantile(0.3), 5.244005127080407780e-01},
		{"normal far", normalQuantile(1e-11), 6.706023155495135946e+00},
		{"normal below", normalQuantile(0.84), -9.944578832097531462e-01},
	} {
		if math.Abs(tt.got-tt.want) > 2e-13*math.Abs(tt.want) {
			t.Errorf("%s: %.17g, want %.17g (off by %.1e)", tt.name, tt.got, tt.want, tt.got/tt.want-1)
		}
	}
}

// Every quantile must lead back to its probability, over the range that intervals use.
func TestQuantileInvertsTail(t *testing.T) {
	for _, p := range []float64{1e-9, 1e-4, 0.0025, 0.025, 0.3, 0.5, 0.9, 0.999} {
		for _, a := range []float64{0.5, 1, 2.5, 30, 1000.5, 1e5} {
			for _, b := range []float64{0.5, 1, 7, 400.5, 2e5} {
				x := betaQuantile(p, a, b)
				lower, _ := betaTails(a, b, x, 1-x)
				// A quantile close to 1 is only known to the spacing of floats there: allow for its density.
				slack := 1e-12*p + 3e-16*betaMass(a, b, x, 1-x)/(1-x)
				if math.Abs(lower-p) > slack {
					t.Errorf("betaQuantile(%g, %g, %g) = %.17g gives back %.17g", p, a, b, x, lower)
				}
			}
			if p < 0.5 {
				if back := studentTail(studentQuantile(p, a), a); math.Abs(back-p) > 1e-12*p {
					t.Errorf("studentQuantile(%g, %g) gives back %.17g", p, a, back)
				}
			}
		}
	}
}

func TestBinomial(t *testing.T) {
	for _, n := range []int{1, 2, 7, 40, 1000} {
		for _, p := range []float64{0.5, 0.03, 0.8} {
			sum := 0.0
			for k := range n + 1 {
				sum += binomialPMF(k, n, p)
				if cdf := binomialCDF(k, n, p); math.Abs(cdf-sum) > 1e-13 {
					t.Fatalf("binomialCDF(%d, %d, %g) = %.17g, the probabilities sum to %.17g", k, n, p, cdf, sum)
				}
			}
		}
	}
}
