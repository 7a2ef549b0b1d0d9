package stat

import "slices"

// RiskPoint is one step of a risk–coverage curve: answering only items of at least this confidence.
type RiskPoint struct {
	Threshold float64 `json:"threshold"` // least confidence answered
	Coverage  float64 `json:"coverage"`  // share of items answered
	Risk      float64 `json:"risk"`      // mean loss among them
}

// RiskCoverage gives the curve, one point per distinct confidence from the highest down, and its area: the mean over
// k = 1…n of the risk of the k most confident items (Geifman, El-Yaniv 2017). Items of equal confidence have no order, so
// the area takes the mean over their orders. Loss is 0/1 for wrong answers, or any number. The last point covers all.
func RiskCoverage(confidence, loss []float64) (curve []RiskPoint, area float64, err error) {
	if err := checkPaired(confidence, loss); err != nil {
		return nil, 0, err
	}
	if len(confidence) == 0 {
		return nil, 0, tooFew("items", 0, 1)
	}
	order := make([]int, len(confidence))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		switch {
		case confidence[a] > confidence[b]:
			return -1
		case confidence[a] < confidence[b]:
			return 1
		}
		return 0
	})
	n, sum := float64(len(order)), 0.0
	for from := 0; from < len(order); {
		to, group := from, 0.0
		for to < len(order) && confidence[order[to]] == confidence[order[from]] {
			group += loss[order[to]]
			to++
		}
		for k := from + 1; k <= to; k++ {
			area += (sum + group*float64(k-from)/float64(to-from)) / float64(k)
		}
		sum += group
		curve = append(curve, RiskPoint{confidence[order[from]], float64(to) / n, sum / float64(to)})
		from = to
	}
	return curve, area / n, nil
}
