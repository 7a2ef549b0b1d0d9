package stat

import (
	"fmt"
	"math"
)

// Shares gives intervals for the shares counts[i]/n that hold together: with probability ≥ about level all of them cover
// at once (Bonferroni: each stands at 1 − (1−level)/len(counts)). The form of each is [Proportion]'s. The counts need not
// sum to n: the rest may be items outside the categories, and one item may have several causes. No counts: no intervals.
func Shares(counts []int, n int, level float64) ([]Interval, error) {
	if err := checkShares(counts, n, level); err != nil {
		return nil, err
	}
	each := 1 - (1-level)/float64(len(counts))
	out := make([]Interval, len(counts))
	for i, k := range counts {
		iv, err := proportion(k, n, each)
		if err != nil {
			return nil, err
		}
		iv.Level, iv.Method = level, fmt.Sprintf("%s, bonferroni over %d", iv.Method, len(counts))
		out[i] = iv
	}
	return out, nil
}

// Goodman gives Goodman's (1965) simultaneous intervals for the shares of a multinomial sample; n is the sum of counts.
// They are Wilson's intervals at the Bonferroni level. statsmodels multinomial_proportions_confint(counts, 1-level, "goodman").
func Goodman(counts []int, level float64) ([]Interval, error) {
	n := total(counts)
	if err := checkShares(counts, n, level); err != nil {
		return nil, err
	}
	z := normalQuantile((1 - level) / float64(2*len(counts)))
	out := make([]Interval, len(counts))
	for i, k := range counts {
		out[i] = wilson(k, n, z, level, "goodman")
	}
	return out, nil
}

// SisonGlaz gives Sison and Glaz's (1995) simultaneous intervals, narrower than Goodman's for seven categories and more;
// n is the sum of counts. statsmodels multinomial_proportions_confint(counts, 1-level, "sison-glaz").
func SisonGlaz(counts []int, level float64) ([]Interval, error) {
	n := total(counts)
	if err := checkShares(counts, n, level); err != nil {
		return nil, err
	}
	// The interval is p̂ − c/n … p̂ + (c+2γ)/n, c the last width whose coverage stays below the level.
	c, below := 0, 0.0
	for w := 1; w <= n; w++ {
		above := sisonCoverage(counts, n, w)
		if below < level && above >= level {
			c = w - 1
			gamma := (level - below) / (above - below)
			out := make([]Interval, len(counts))
			for i, k := range counts {
				lo := (float64(k) - float64(c)) / float64(n)
				hi := (float64(k) + float64(c) + 2*gamma) / float64(n)
				out[i] = Interval{Lo: max(0, lo), Hi: min(1, hi), Level: level, N: n, Method: "sison-glaz"}
			}
			return out, nil
		}
		below = above
	}
	return nil, fmt.Errorf("no width reaches level %g with n = %d: use Goodman's intervals", level, n)
}

// sisonCoverage is ν(w): the probability that a multinomial vector with these shares stays within ±w of the counts,
// by Levin's (1981) representation with truncated Poisson variables and a fourth-order Edgeworth term.
func sisonCoverage(counts []int, n, w int) float64 {
	var mean, variance, third, fourth float64
	logProduct := 0.0
	for _, k := range counts {
		lambda := float64(k)
		lo, hi := max(0, k-w), min(n, k+w)
		// Factorial moments of Poisson(λ) truncated to [lo, hi]: E[X(X−1)…(X−r+1)] = λʳ·P(lo−r ≤ X ≤ hi−r)/P(lo ≤ X ≤ hi).
		in := poissonBetween(lambda, lo, hi)
		logProduct += math.Log(in)
		var f [5]float64
		for r := 1; r <= 4; r++ {
			f[r] = math.Pow(lambda, float64(r)) * poissonBetween(lambda, lo-r, hi-r) / in
		}
		m := f[1]
		v := f[2] + m - m*m
		mu3 := f[3] + f[2]*(3-3*m) + (m - 3*m*m + 2*m*m*m)
		mu4 := f[4] + f[3]*(6-4*m) + f[2]*(7-12*m+6*m*m) + m - 4*m*m + 6*m*m*m - 3*m*m*m*m
		mean += m
		variance += v
		third += mu3
		fourth += mu4 - 3*v*v
	}
	g1, g2 := third/math.Pow(variance, 1.5), fourth/(variance*variance)
	x := (float64(n) - mean) / math.Sqrt(variance)
	x2 := x * x
	phi := math.Exp(-x2/2) / math.Sqrt(2*math.Pi)
	edgeworth := phi * (1 + g1*(x*x2-3*x)/6 + g2*(x2*x2-6*x2+3)/24 + g1*g1*(x2*x2*x2-15*x2*x2+45*x2-15)/72)
	// 1/P(Poisson(n) = n), by Stirling's error.
	atN := math.Exp(-stirlingError(float64(n))) / math.Sqrt(2*math.Pi*float64(n))
	return math.Exp(logProduct) * edgeworth / math.Sqrt(variance) / atN
}

// poissonBetween is P(lo ≤ X ≤ hi) for X ~ Poisson(λ).
func poissonBetween(lambda float64, lo, hi int) float64 {
	if hi < 0 {
		return 0
	}
	if lambda == 0 {
		if lo <= 0 {
			return 1
		}
		return 0
	}
	// P(X ≤ k) is the upper tail of χ² with 2(k+1) degrees of freedom at 2λ.
	upTo := func(k int) float64 {
		if k < 0 {
			return 0
		}
		return chiSquareTail(2*lambda, float64(2*(k+1)))
	}
	return upTo(hi) - upTo(lo-1)
}

func checkShares(counts []int, n int, level float64) error {
	for i, k := range counts {
		if err := checkCount(k, n, level); err != nil {
			return fmt.Errorf("category %d: %w", i, err)
		}
	}
	return checkLevel(level)
}

func total(counts []int) int {
	n := 0
	for _, k := range counts {
		n += k
	}
	return n
}
