package stat

import (
	"errors"
	"math"
	"slices"
)

// WilcoxonMethod says how the p-value of [Wilcoxon] is found.
type WilcoxonMethod int

const (
	// WilcoxonAuto is exact for up to 50 differences without zeros and ties, else normal without continuity correction:
	// scipy's method="auto".
	WilcoxonAuto WilcoxonMethod = iota
	// WilcoxonExact counts all sign patterns of the ranks 1…n; with ties it is refused. scipy method="exact".
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
		if len(d) <= 50 && len(kept) == len(d) && ties == nil {
			method = WilcoxonExact
		}
	}
	if method == WilcoxonExact {
		if ties != nil {
			return Test{}, errors.New("no exact signed-rank test with ties: use WilcoxonAuto or SignFlip")
		}
		t.P, t.Method = signedRankP(len(kept), int(t.Statistic)), "wilcoxon exact"
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

// signedRankP is min(1, 2·P(R ≤ r)) where R is the sum of a random subset of 1…n.
func signedRankP(n, r int) float64 {
	share := make([]float64, r+1)
	share[0] = 1
	for rank := 1; rank <= n; rank++ {
		for s := r; s >= rank; s-- {
			share[s] = (share[s] + share[s-rank]) / 2
		}
		for s := min(rank-1, r); s >= 0; s-- {
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
