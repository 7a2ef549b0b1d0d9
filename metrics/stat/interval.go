package stat

import (
	"errors"
	"fmt"
	"math"
)

// DefaultLevel is the confidence level used where an options struct leaves it zero.
const DefaultLevel = 0.95

// Reasons for having no number, for callers that branch on them; everything else is an argument that makes no sense.
var (
	// ErrTooFew says that there are not enough items; the error that wraps it names how many would do.
	ErrTooFew = errors.New("too few items")
	// ErrNoSpread says that all values are equal, so the data say nothing about variation.
	ErrNoSpread = errors.New("all values are equal")
)

// Interval is a confidence interval together with what it rests on.
type Interval struct {
	Lo       float64  `json:"lo"`
	Hi       float64  `json:"hi"`
	Level    float64  `json:"level"`             // nominal coverage, 0 < Level < 1
	N        int      `json:"n"`                 // items, or clusters where the method says so
	Method   string   `json:"method"`            // what was really computed
	Warnings []string `json:"warnings,omitzero"` // to be shown beside the numbers; nil: none
}

// Contains says whether x lies inside, ends included.
func (iv Interval) Contains(x float64) bool { return iv.Lo <= x && x <= iv.Hi }

// String gives the ends with three significant digits: "[0.102, 0.34]".
func (iv Interval) String() string { return fmt.Sprintf("[%.3g, %.3g]", iv.Lo, iv.Hi) }

// Estimate is a number with its standard error and interval.
type Estimate struct {
	Value    float64  `json:"value"`
	SE       float64  `json:"se"` // standard error as used by the interval; see each function for its form
	Interval Interval `json:"interval"`
}

// Test is the result of a significance test.
type Test struct {
	P         float64  `json:"p"`         // two-sided unless the function says otherwise
	Statistic float64  `json:"statistic"` // the reference program's statistic; see each function
	N         int      `json:"n"`         // items the test rests on, after the removals its method prescribes
	Method    string   `json:"method"`    // what was really computed
	Warnings  []string `json:"warnings,omitzero"`
}

// checkLevel refuses what is not a confidence level, above all the 95 that should have been 0.95.
func checkLevel(level float64) error {
	if !(level > 0 && level < 1) {
		return fmt.Errorf("confidence level %g is not between 0 and 1: write 0.95 for 95 %%", level)
	}
	return nil
}

// checkValues refuses NaN and infinities, naming the first one.
func checkValues(xs []float64) error {
	for i, x := range xs {
		if math.IsNaN(x) || math.IsInf(x, 0) {
			return fmt.Errorf("value %d is %v: leave undefined items out and count them", i, x)
		}
	}
	return nil
}

// checkPaired refuses two slices that cannot be the same items.
func checkPaired(a, b []float64) error {
	if len(a) != len(b) {
		return fmt.Errorf("paired values differ in number, %d and %d: pair the items by ID first", len(a), len(b))
	}
	if err := checkValues(a); err != nil {
		return err
	}
	return checkValues(b)
}

// tooFew wraps ErrTooFew with the number at hand and the number needed.
func tooFew(what string, have, need int) error {
	return fmt.Errorf("%w: %d %s, need ≥ %d", ErrTooFew, have, what, need)
}
