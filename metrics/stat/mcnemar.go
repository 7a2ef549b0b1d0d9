package stat

import "fmt"

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
	cdf, _ := fairCoin(min(a, b), t.N)
	t.P = min(1, 2*cdf)
	return t, nil
}
