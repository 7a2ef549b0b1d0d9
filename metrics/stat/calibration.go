package stat

import (
	"fmt"
	"math"
)

// Bin is one row of a reliability table.
type Bin struct {
	Lo, Hi     float64 // confidence in (Lo, Hi]; the first bin holds 0 too
	N          int
	Confidence float64 // mean confidence of the items in it; 0 when N is 0
	Accuracy   float64 // share of them that were right; 0 when N is 0
}

// Calibration is the expected calibration error and the table it comes from.
type Calibration struct {
	ECE  float64 // Σ N/n·|Accuracy − Confidence|, 0 (best) to 1
	Max  float64 // largest |Accuracy − Confidence| of a bin with items
	Bins []Bin
	N    int
}

// ExpectedCalibrationError bins confidences into equal widths (Guo et al. 2017: bins open below, closed above; they use 15)
// and compares mean confidence with accuracy.
func ExpectedCalibrationError(confidence []float64, right []bool, bins int) (Calibration, error) {
	if err := checkProbabilities(confidence, right); err != nil {
		return Calibration{}, err
	}
	if bins < 1 {
		return Calibration{}, fmt.Errorf("%d bins: use at least 1", bins)
	}
	out := Calibration{Bins: make([]Bin, bins), N: len(confidence)}
	for i := range out.Bins {
		out.Bins[i].Lo, out.Bins[i].Hi = float64(i)/float64(bins), float64(i+1)/float64(bins)
	}
	for i, c := range confidence {
		at := max(0, min(bins-1, int(math.Ceil(c*float64(bins)))-1))
		// The product may round across an edge that the quotient defines.
		if at > 0 && c <= out.Bins[at].Lo {
			at--
		} else if at < bins-1 && c > out.Bins[at].Hi {
			at++
		}
		b := &out.Bins[at]
		b.N++
		b.Confidence += c
		if right[i] {
			b.Accuracy++
		}
	}
	for i := range out.Bins {
		b := &out.Bins[i]
		if b.N == 0 {
			continue
		}
		b.Confidence /= float64(b.N)
		b.Accuracy /= float64(b.N)
		gap := math.Abs(b.Accuracy - b.Confidence)
		out.ECE += gap * float64(b.N) / float64(out.N)
		out.Max = max(out.Max, gap)
	}
	return out, nil
}

// Brier is the mean squared distance of a probability from what happened: 0 best, 0.25 for always saying ½, 1 worst.
// sklearn brier_score_loss(right, probability).
func Brier(probability []float64, right []bool) (float64, error) {
	if err := checkProbabilities(probability, right); err != nil {
		return 0, err
	}
	sum := 0.0
	for i, p := range probability {
		if right[i] {
			p = 1 - p
		}
		sum += p * p
	}
	return sum / float64(len(probability)), nil
}

func checkProbabilities(ps []float64, right []bool) error {
	if len(ps) != len(right) {
		return fmt.Errorf("%d probabilities but %d outcomes", len(ps), len(right))
	}
	if len(ps) == 0 {
		return tooFew("items", 0, 1)
	}
	for i, p := range ps {
		if !(p >= 0 && p <= 1) {
			return fmt.Errorf("probability %d is %v, not between 0 and 1", i, p)
		}
	}
	return nil
}
