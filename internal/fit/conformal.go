package fit

import (
	"cmp"
	"fmt"
	"math"
	"slices"
)

// Quantile returns the threshold of split-conformal prediction: the
// ⌈(n+1)(1−alpha)⌉-th smallest of n nonconformity scores, so that the score of
// a further exchangeable item is at most that with probability ≥ 1−alpha
// (Vovk et al. 2005). It is +Inf where n is too small for alpha, and then every
// class belongs in the set. Scores are not NaN; alpha lies in (0,1).
func Quantile(scores []float64, alpha float64) (float64, error) {
	if !(alpha > 0 && alpha < 1) {
		return 0, fmt.Errorf("alpha is %v, not between 0 and 1", alpha)
	}
	for i, s := range scores {
		if math.IsNaN(s) {
			return 0, fmt.Errorf("score %d is NaN", i)
		}
	}
	// Rounding must not lift a whole number: 10 × 0.9 is rank 9.
	rank := int(math.Ceil(float64(len(scores)+1)*(1-alpha) - 1e-9))
	if rank > len(scores) {
		return math.Inf(1), nil
	}
	sorted := slices.Sorted(slices.Values(scores))
	return sorted[max(0, rank-1)], nil
}

// GroupedQuantile returns the threshold for an item of a group that was not
// seen: the scores of each of K groups weigh 1/(K+1) together, +Inf weighs the
// rest, and the threshold is the smallest score at which at least 1−alpha of the
// weight lies (hierarchical conformal prediction, Lee, Barber and Willett 2023).
// Where groups are exchangeable, and items within one, the score of an item of a
// further group is at most that with probability ≥ 1−alpha. Quantile is the case
// of one score a group. It is +Inf where the groups are too few for alpha.
func GroupedQuantile(groups [][]float64, alpha float64) (float64, error) {
	if !(alpha > 0 && alpha < 1) {
		return 0, fmt.Errorf("alpha is %v, not between 0 and 1", alpha)
	}
	type item struct{ score, weight float64 }
	var all []item
	groups = slices.DeleteFunc(slices.Clone(groups), func(g []float64) bool { return len(g) == 0 })
	for i, g := range groups {
		for _, s := range g {
			if math.IsNaN(s) {
				return 0, fmt.Errorf("a score of group %d is NaN", i)
			}
			all = append(all, item{s, 1 / float64(len(groups)+1) / float64(len(g))})
		}
	}
	slices.SortFunc(all, func(a, b item) int { return cmp.Or(cmp.Compare(a.score, b.score), cmp.Compare(a.weight, b.weight)) })
	sum := 0.0
	for _, x := range all {
		if sum += x.weight; sum >= 1-alpha-1e-9 {
			return x.score, nil
		}
	}
	return math.Inf(1), nil
}
