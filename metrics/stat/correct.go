package stat

import (
	"fmt"
	"slices"
)

// Holm adjusts p-values of one declared family so that the chance of any false finding stays below α, whatever their
// dependence: p̃₍ᵢ₎ = max_{j≤i} min(1, (m−j+1)·p₍ⱼ₎). Order is kept; none gives none.
// statsmodels multipletests(ps, method="holm"); R p.adjust(ps, "holm").
func Holm(ps []float64) ([]float64, error) {
	order, err := byP(ps)
	if err != nil {
		return nil, err
	}
	out, running := make([]float64, len(ps)), 0.0
	for rank, i := range order {
		running = max(running, min(1, float64(len(ps)-rank)*ps[i]))
		out[i] = running
	}
	return out, nil
}

// byP gives the positions of ps from the smallest p to the largest.
func byP(ps []float64) ([]int, error) {
	order := make([]int, len(ps))
	for i, p := range ps {
		if !(p >= 0 && p <= 1) {
			return nil, fmt.Errorf("p-value %d is %v, not between 0 and 1", i, p)
		}
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		switch {
		case ps[a] < ps[b]:
			return -1
		case ps[a] > ps[b]:
			return 1
		}
		return 0
	})
	return order, nil
}
