package fit

import (
	"errors"
	"fmt"
	"math"
)

// ErrEmpty says that there is nothing to fit on.
var ErrEmpty = errors.New("no rows")

// Bounds of a temperature. Labels that the logits always rank first have no
// finite best temperature; the bound stands for it.
const (
	minTemperature = .01
	maxTemperature = 100.
)

// Temperature returns the T > 0 by which to divide logits so that
// softmax(logits/T) fits the labels best (log loss; Guo et al. 2017). A row
// holds one logit per class, at least two; −Inf is an impossible class. For
// probabilities give their logarithms. Above 1 the logits were too sure of
// themselves. It is within [0.01, 100].
func Temperature(logits [][]float64, labels []int) (float64, error) {
	if len(logits) != len(labels) {
		return 0, fmt.Errorf("%d rows but %d labels", len(logits), len(labels))
	}
	if len(logits) == 0 {
		return 0, ErrEmpty
	}
	for i, row := range logits {
		if err := checkLogits(row, labels[i]); err != nil {
			return 0, fmt.Errorf("row %d: %w", i, err)
		}
	}
	// The loss is convex in 1/T: look for the root of its slope by halving.
	lo, hi := math.Log(1/maxTemperature), math.Log(1/minTemperature)
	if slope(logits, labels, math.Exp(lo)) >= 0 {
		return maxTemperature, nil
	}
	if slope(logits, labels, math.Exp(hi)) <= 0 {
		return minTemperature, nil
	}
	for range 100 {
		mid := (lo + hi) / 2
		if slope(logits, labels, math.Exp(mid)) < 0 {
			lo = mid
		} else {
			hi = mid
		}
	}
	return math.Exp(-(lo + hi) / 2), nil
}

func checkLogits(row []float64, label int) error {
	if len(row) < 2 {
		return fmt.Errorf("%d classes: give at least 2", len(row))
	}
	if label < 0 || label >= len(row) {
		return fmt.Errorf("label %d is none of %d classes", label, len(row))
	}
	for k, z := range row {
		if math.IsNaN(z) || math.IsInf(z, 1) {
			return fmt.Errorf("logit %d is %v", k, z)
		}
	}
	if math.IsInf(row[label], -1) {
		return errors.New("the true class has probability 0: smooth the scores first")
	}
	return nil
}

// slope is the derivative of the log loss by b = 1/T: Σ E[z] − z of the label.
func slope(logits [][]float64, labels []int, b float64) float64 {
	sum := 0.0
	for i, row := range logits {
		top := math.Inf(-1)
		for _, z := range row {
			top = max(top, z)
		}
		mass, mean := 0.0, 0.0
		for _, z := range row {
			if p := math.Exp(b * (z - top)); p > 0 {
				mass += p
				mean += p * (z - top)
			}
		}
		sum += mean/mass - (row[labels[i]] - top)
	}
	return sum
}
