package stat

import (
	"fmt"
	"math"
	"slices"
)

// AUC is the area under the ROC curve: the chance that a positive item scores above a negative one, ties counting half.
// sklearn roc_auc_score(positive, scores). Needs one item of each kind.
func AUC(scores []float64, positive []bool) (float64, error) {
	above, _, err := placements(scores, positive)
	if err != nil {
		return 0, err
	}
	return average(above), nil
}

// AUCDeLong is the AUC with DeLong's (1988) standard error and normal interval, clipped to [0, 1]. R pROC::ci.auc(roc).
// Needs two items of each kind; perfect separation has no spread and gives an error, though [AUC] still says 1.
func AUCDeLong(scores []float64, positive []bool, level float64) (Estimate, error) {
	if err := checkLevel(level); err != nil {
		return Estimate{}, err
	}
	above, below, err := placements(scores, positive)
	if err != nil {
		return Estimate{}, err
	}
	if min(len(above), len(below)) < 2 {
		return Estimate{}, tooFew("items of one kind", min(len(above), len(below)), 2)
	}
	se := math.Sqrt(covariance(above, above)/float64(len(above)) + covariance(below, below)/float64(len(below)))
	auc := average(above)
	if se == 0 {
		return Estimate{}, fmt.Errorf("no DeLong interval at an AUC of %g: placements: %w", auc, ErrNoSpread)
	}
	iv := symmetric(auc, se, twoSidedZ(level), level, len(scores), "delong")
	iv.Lo, iv.Hi = max(0, iv.Lo), min(1, iv.Hi)
	return Estimate{auc, se, iv}, nil
}

// placements gives for each positive item the share of negatives below it, and for each negative the share of positives
// above it, ties counting half; by midranks, so in n log n.
func placements(scores []float64, positive []bool) (above, below []float64, err error) {
	if len(scores) != len(positive) {
		return nil, nil, fmt.Errorf("%d scores but %d labels", len(scores), len(positive))
	}
	if err := checkValues(scores); err != nil {
		return nil, nil, err
	}
	var pos, neg []float64
	for i, s := range scores {
		if positive[i] {
			pos = append(pos, s)
		} else {
			neg = append(neg, s)
		}
	}
	if len(pos) == 0 || len(neg) == 0 {
		return nil, nil, fmt.Errorf("%w: %d positive and %d negative items, need ≥ 1 of each", ErrTooFew, len(pos), len(neg))
	}
	among := midranks(scores)
	amongPos := midranks(pos)
	amongNeg := midranks(neg)
	above, below = make([]float64, 0, len(pos)), make([]float64, 0, len(neg))
	for i, r := range among {
		if positive[i] {
			above = append(above, (r-amongPos[len(above)])/float64(len(neg)))
		} else {
			below = append(below, 1-(r-amongNeg[len(below)])/float64(len(pos)))
		}
	}
	return above, below, nil
}

// midranks gives ranks from 1, ties sharing their mean.
func midranks(xs []float64) []float64 {
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
	ranks := make([]float64, len(xs))
	for from := 0; from < len(order); {
		to := from + 1
		for to < len(order) && xs[order[to]] == xs[order[from]] {
			to++
		}
		for _, i := range order[from:to] {
			ranks[i] = float64(from+to+1) / 2
		}
		from = to
	}
	return ranks
}
