package metrics

import "fmt"

const manySamples = 1 << 20

// PassAtK estimates, without bias, the probability that at least one of k
// samples is right, from c right ones among n (Chen et al. 2021):
// 1 − C(n−c,k)/C(n,k). Range [0, 1]. k > n: ErrKTooLarge, where the HumanEval
// script would answer 1.
func PassAtK(n, c, k int) (float64, error) {
	if err := checkSamples(n, c, k); err != nil {
		return 0, err
	}
	if n-c < k {
		return 1, nil
	}
	fails := 1.0
	if c > manySamples { // the same product over k factors instead of c
		for i := range k {
			fails *= float64(n-c-i) / float64(n-i)
		}
		return 1 - fails, nil
	}
	for i := n - c + 1; i <= n; i++ {
		fails *= 1 - float64(k)/float64(i)
	}
	return 1 - fails, nil
}

// PassHatK is pass^k: the probability that all of k samples are right,
// C(c,k)/C(n,k). Range [0, 1]. Errors as of PassAtK.
func PassHatK(n, c, k int) (float64, error) {
	if err := checkSamples(n, c, k); err != nil {
		return 0, err
	}
	if c < k {
		return 0, nil
	}
	all := 1.0
	for i := range k {
		all *= float64(c-i) / float64(n-i)
	}
	return all, nil
}

func checkSamples(n, c, k int) error {
	switch {
	case n < 1 || c < 0 || c > n:
		return fmt.Errorf("%w: %d right of %d", ErrCount, c, n)
	case k < 1:
		return fmt.Errorf("%w, not %d", ErrCutoff, k)
	case k > n:
		return fmt.Errorf("%w: k is %d, n is %d", ErrKTooLarge, k, n)
	}
	return nil
}
