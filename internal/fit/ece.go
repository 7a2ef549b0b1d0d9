package fit

import (
	"fmt"

	"github.com/ragdiag/ragdiag/metrics/stat"
)

// Bin is one row of a reliability table.
type Bin = stat.Bin

// ECE is the expected calibration error of probabilities: the mean distance,
// over equally wide bins, between what was said and the share that came true;
// 0 is best. It returns the reliability table beside it.
func ECE(p []float64, right []bool, bins int) (float64, []Bin, error) {
	if len(p) == 0 && len(right) == 0 {
		return 0, nil, ErrEmpty
	}
	c, err := stat.ExpectedCalibrationError(p, right, bins)
	if err != nil {
		return 0, nil, fmt.Errorf("calibration: %w", err)
	}
	return c.ECE, c.Bins, nil
}
