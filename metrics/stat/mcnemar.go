package stat

import (
	"fmt"
	"math"
)

// McNemar is the exact test for two systems judged right or wrong on the same items: onlyA items only A got right, onlyB
// only B. p = min(1, 2·P(X ≤ min)), X ~ Bin(onlyA+onlyB, ½); Statistic is the smaller count, N the discordant items.
// statsmodels mcnemar(table, exact=True); R exact2x2::mcnemar.exact. No discordant items: p = 1 with a warning.
func McNemar(onlyA, onlyB int) (Test, error) {
	return halves(onlyA, onlyB, "mcnemar exact")
}

// McNemarMidP is McNemar's test with half the weight on the table observed: the exact p less P(X = min); at
// onlyA = onlyB it is 1 − P(X = min)/2. Less conservative than the exact form (Fagerland, Lydersen, Laake 2013).
func McNemarMidP(onlyA, onlyB int) (Test, error) {
	t, err := halves(onlyA, onlyB, "mcnemar mid-p")
	if err != nil || t.N == 0 {
		return t, err
	}
	_, pmf := fairCoin(min(onlyA, onlyB), t.N)
	if onlyA == onlyB {
		t.P = 1 - pmf/2
	} else {
		t.P -= pmf
	}
	return t, nil
}

// SignTest is the exact sign test on paired differences: zeros are dropped (and counted in a warning), the signs of the
// rest are compared with a fair coin. statsmodels sign_test(d); scipy binomtest(positive, n). Statistic is
// (positive − negative)/2, as in statsmodels. For wins and losses that are already counted use [BinomialTest].
func SignTest(d []float64) (Test, error) {
	if err := checkValues(d); err != nil {
		return Test{}, err
	}
	positive, negative := 0, 0
	for _, x := range d {
		switch {
		case x > 0:
			positive++
		case x < 0:
			negative++
		}
	}
	t, err := halves(positive, negative, "sign test, exact")
	t.Statistic = float64(positive-negative) / 2
	if zeros := len(d) - t.N; zeros > 0 && t.N > 0 {
		t.Warnings = append(t.Warnings, fmt.Sprintf("%d of %d differences are 0 and dropped", zeros, len(d)))
	}
	return t, err
}

// halves is the two-sided exact binomial test of a against b with even odds.
func halves(a, b int, method string) (Test, error) {
	if a < 0 || b < 0 {
		return Test{}, fmt.Errorf("counts %d and %d: a count is not negative", a, b)
	}
	t := Test{P: 1, Statistic: float64(min(a, b)), N: a + b, Method: method}
	if t.N == 0 {
		t.Warnings = []string{"no item differs: nothing to test"}
		return t, nil
	}
	t.P = twoFairTails(min(a, b), t.N)
	return t, nil
}

// twoFairTails is the probability that a fair coin falls as unevenly as few against n − few, or more so; few ≤ n/2.
func twoFairTails(few, n int) float64 {
	cdf, _ := fairCoin(few, n)
	return min(1, 2*cdf)
}

// BinomialTest is the exact two-sided test of k successes in n against chance p: the probability of all counts that are
// no likelier than k. scipy binomtest(k, n, p); R binom.test. Statistic is k/n. 0 < p < 1, n ≥ 1. At p = ½ it is
// [McNemar]'s test of k against n − k, exact to the last digit up to n = 1,000.
func BinomialTest(k, n int, p float64) (Test, error) {
	if err := checkCount(k, n, DefaultLevel); err != nil {
		return Test{}, err
	}
	if !(p > 0 && p < 1) {
		return Test{}, fmt.Errorf("chance %g is not between 0 and 1", p)
	}
	t := Test{P: 1, Statistic: float64(k) / float64(n), N: n, Method: "binomial exact"}
	mean := float64(n) * p
	switch {
	case float64(k) == mean:
		return t, nil
	case p == 0.5:
		t.P = twoFairTails(min(k, n-k), n)
		return t, nil
	}
	// Both programs let a count be "equally likely" within this factor, so that rounding cannot split a tie.
	limit := binomialPMF(k, n, p) * (1 + 1e-7)
	// The far tail starts where the probability falls to the limit; beyond the mode it is monotone, so bisect.
	if float64(k) < mean {
		lo, hi := int(math.Ceil(mean)), n+1 // first count ≥ mean with pmf ≤ limit lies in [lo, hi]
		for lo < hi {
			if mid := (lo + hi) / 2; binomialPMF(mid, n, p) <= limit {
				hi = mid
			} else {
				lo = mid + 1
			}
		}
		if lo > k+1 { // else every count is no likelier
			t.P = min(1, binomialCDF(k, n, p)+binomialCDF(n-lo, n, 1-p))
		}
		return t, nil
	}
	lo, hi := -1, int(math.Floor(mean)) // last count ≤ mean with pmf ≤ limit lies in [lo, hi]
	for lo < hi {
		if mid := (lo + hi + 1) / 2; binomialPMF(mid, n, p) <= limit {
			lo = mid
		} else {
			hi = mid - 1
		}
	}
	if lo < k-1 {
		t.P = min(1, binomialCDF(lo, n, p)+binomialCDF(n-k, n, 1-p))
	}
	return t, nil
}
