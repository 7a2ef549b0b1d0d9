package stat

import (
	"fmt"
	"math"
	"slices"
)

// WilcoxonMethod says how the p-value of [Wilcoxon] is found.
type WilcoxonMethod int

const (
	// WilcoxonAuto is scipy's method="auto" since version 1.15: exact for up to 50 differences without zeros and ties, and
	// for up to 13 with; else normal without continuity correction. (Before 1.15, zeros always meant the normal form, and
	// ties were ignored by the exact one.)
	WilcoxonAuto WilcoxonMethod = iota
	// WilcoxonExact counts all sign patterns of the ranks, mean ranks where there are ties; up to several hundred
	// differences. scipy method="exact" without ties, method=PermutationMethod(n_resamples=np.inf) with.
	WilcoxonExact
	// WilcoxonNormal is the normal approximation with the variance corrected for ties.
	// scipy method="asymptotic"; R wilcox.test(exact=FALSE, correct=FALSE).
	WilcoxonNormal
	// WilcoxonNormalContinuity moves the statistic by ½ towards its mean. scipy correction=True; R's default with ties.
	WilcoxonNormalContinuity
)

// Wilcoxon is the signed-rank test of paired differences, zeros dropped (scipy wilcoxon(d, zero_method="wilcox")).
// Statistic is min(R₊, R₋); N counts the differences left. None left: p = 1 with a warning.
func Wilcoxon(d []float64, method WilcoxonMethod) (Test, error) {
	if err := checkValues(d); err != nil {
		return Test{}, err
	}
	if len(d) == 0 {
		return Test{}, tooFew("differences", 0, 1)
	}
	kept := slices.DeleteFunc(slices.Clone(d), func(x float64) bool { return x == 0 })
	if len(kept) == 0 {
		return Test{P: 1, Method: "wilcoxon", Warnings: []string{"no item differs: nothing to test"}}, nil
	}
	sizes := make([]float64, len(kept))
	for i, x := range kept {
		sizes[i] = math.Abs(x)
	}
	ranks, ties := midranks(sizes)
	plus, minus := 0.0, 0.0
	for i, x := range kept {
		if x > 0 {
			plus += ranks[i]
		} else {
			minus += ranks[i]
		}
	}
	t := Test{Statistic: min(plus, minus), N: len(kept)}
	if method == WilcoxonAuto {
		method = WilcoxonNormal
		if plain := len(kept) == len(d) && ties == nil; plain && len(d) <= 50 || len(d) <= 13 {
			method = WilcoxonExact
		}
	}
	if method == WilcoxonExact {
		if t.Statistic*float64(len(kept)) > countingWork {
			return Test{}, fmt.Errorf("%d differences are too many to count exactly: use WilcoxonNormal", len(kept))
		}
		t.P, t.Method = signedRankP(ranks, t.Statistic), "wilcoxon exact"
		return t, nil
	}
	n := float64(len(kept))
	variance := n * (n + 1) * (2*n + 1)
	for _, size := range ties {
		variance -= (size*size*size - size) / 2
	}
	distance := n*(n+1)/4 - t.Statistic
	t.Method = "wilcoxon normal"
	if method == WilcoxonNormalContinuity {
		t.Method = "wilcoxon normal, continuity-corrected"
		if distance > 0 {
			distance -= 0.5
		}
	}
	t.P = min(1, 2*normalTail(distance/math.Sqrt(variance/24)))
	return t, nil
}

// signedRankP is min(1, 2·P(R ≤ limit)) where R is the sum of a random subset of the ranks. All is counted twofold, because
// mean ranks have halves.
func signedRankP(ranks []float64, limit float64) float64 {
	share := make([]float64, int(2*limit)+1)
	share[0] = 1
	for _, r := range ranks {
		rank := int(2 * r)
		for s := len(share) - 1; s >= rank; s-- {
			share[s] = (share[s] + share[s-rank]) / 2
		}
		for s := min(rank, len(share)) - 1; s >= 0; s-- {
			share[s] /= 2
		}
	}
	p := 0.0
	for _, w := range share {
		p += w
	}
	return min(1, 2*p)
}

// midranks gives ranks from 1, ties sharing their mean, and the sizes of the tied groups (nil: no ties).
func midranks(xs []float64) (ranks, ties []float64) {
	order := make([]int, len(xs))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int {
		switch {
		case xs[a] < xs[b]:
			return -1
		case xs[a] > xs[b]:
			return 1
		}
		return a - b
	})
	ranks = make([]float64, len(xs))
	for from := 0; from < len(order); {
		to := from + 1
		for to < len(order) && xs[order[to]] == xs[order[from]] {
			to++
		}
		for _, i := range order[from:to] {
			ranks[i] = float64(from+to+1) / 2
		}
		if to-from > 1 {
			ties = append(ties, float64(to-from))
		}
		from = to
	}
	return ranks, ties
}
