package stat

import "fmt"

// Shares gives intervals for the shares counts[i]/n that hold together: with probability ≥ about level all of them cover
// at once (Bonferroni: each is at 1 − (1−level)/len(counts)). The form of each is [Proportion]'s. The counts need not
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

func checkShares(counts []int, n int, level float64) error {
	for i, k := range counts {
		if err := checkCount(k, n, level); err != nil {
			return fmt.Errorf("category %d: %w", i, err)
		}
	}
	return checkLevel(level)
}
