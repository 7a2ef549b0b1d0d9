package stat

import (
	"fmt"
	"math"
)

// smallN and fewCount bound where [Proportion] leaves Wilson's interval for Jeffreys'.
const (
	smallN   = 30
	fewCount = 5
)

// Proportion is the interval to print beside k of n when nothing else was asked: 95 %, Wilson's; where n < 30, or fewer
// than five items are on one side, Jeffreys' with its ends fixed at 0 and 1 ([JeffreysEdge]). Method says which.
func Proportion(k, n int) (Interval, error) { return proportion(k, n, DefaultLevel) }

func proportion(k, n int, level float64) (Interval, error) {
	if n < smallN || min(k, n-k) < fewCount {
		return JeffreysEdge(k, n, level)
	}
	return Wilson(k, n, level)
}

// Wilson is the score interval for k successes of n.
// statsmodels proportion_confint(k, n, 1-level, "wilson"); scipy binomtest(k, n).proportion_ci(level, "wilson");
// R prop.test(k, n, correct=FALSE).
func Wilson(k, n int, level float64) (Interval, error) {
	if err := checkCount(k, n, level); err != nil {
		return Interval{}, err
	}
	z, nf, p := twoSidedZ(level), float64(n), float64(k)/float64(n)
	mid := p + z*z/(2*nf)
	half := z * math.Sqrt(p*(1-p)/nf+z*z/(4*nf*nf))
	return countInterval(k, n, (mid-half)/(1+z*z/nf), (mid+half)/(1+z*z/nf), level, "wilson"), nil
}

// ClopperPearson is the exact interval; it covers at least at its level, usually more.
// statsmodels proportion_confint(k, n, 1-level, "beta"); scipy binomtest(k, n).proportion_ci(level, "exact"); R binom.test.
func ClopperPearson(k, n int, level float64) (Interval, error) {
	if err := checkCount(k, n, level); err != nil {
		return Interval{}, err
	}
	tail, lo, hi := (1-level)/2, 0.0, 1.0
	if k > 0 {
		lo = betaQuantile(tail, float64(k), float64(n-k+1))
	}
	if k < n {
		hi = 1 - betaQuantile(tail, float64(n-k), float64(k+1))
	}
	return countInterval(k, n, lo, hi, level, "clopper-pearson"), nil
}

// Jeffreys is the equal-tailed interval of the posterior Beta(½+k, ½+n−k), ends left as they are: with k = 0 its lower end
// is above 0. statsmodels proportion_confint(k, n, 1-level, "jeffreys").
func Jeffreys(k, n int, level float64) (Interval, error) {
	if err := checkCount(k, n, level); err != nil {
		return Interval{}, err
	}
	tail, a, b := (1-level)/2, float64(k)+0.5, float64(n-k)+0.5
	return Interval{Lo: betaQuantile(tail, a, b), Hi: 1 - betaQuantile(tail, b, a), Level: level, N: n, Method: "jeffreys"}, nil
}

// JeffreysEdge is Jeffreys' interval with the usual change at the ends: Lo is 0 when k = 0 and Hi is 1 when k = n, so the
// interval always holds k/n (Brown, Cai, DasGupta 2001). R DescTools::BinomCI(k, n, level, method="jeffreys").
func JeffreysEdge(k, n int, level float64) (Interval, error) {
	iv, err := Jeffreys(k, n, level)
	if err != nil {
		return Interval{}, err
	}
	return countInterval(k, n, iv.Lo, iv.Hi, level, "jeffreys, ends fixed"), nil
}

// countInterval fixes the ends that are 0 and 1 by definition but come out of the formula with rounding or as NaN.
func countInterval(k, n int, lo, hi, level float64, method string) Interval {
	if k == 0 {
		lo = 0
	}
	if k == n {
		hi = 1
	}
	return Interval{Lo: lo, Hi: hi, Level: level, N: n, Method: method}
}

func checkCount(k, n int, level float64) error {
	if err := checkLevel(level); err != nil {
		return err
	}
	if n < 1 {
		return tooFew("items", n, 1)
	}
	if k < 0 || k > n {
		return fmt.Errorf("count %d is not between 0 and n = %d", k, n)
	}
	return nil
}
