package fit

import (
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
