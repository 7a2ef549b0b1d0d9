package stat

import (
	"errors"
	"fmt"
	"math"
)

// ErrWeakPredicate says that a predicate tells too little about the truth for a point estimate; bounds remain.
var ErrWeakPredicate = errors.New("sensitivity + specificity − 1 is below 0.4: only bounds are meaningful")

// Audit is what a labelled audit sample says about a predicate: of the items where it truly holds and truly does not, on
// how many it said so.
type Audit struct {
	TruePositives, Positives int
	TrueNegatives, Negatives int
}

// Rates gives sensitivity and specificity.
func (a Audit) Rates() (sensitivity, specificity float64, err error) {
	for _, c := range [][2]int{{a.TruePositives, a.Positives}, {a.TrueNegatives, a.Negatives}} {
		if err := checkCount(c[0], c[1], DefaultLevel); err != nil {
			return 0, 0, fmt.Errorf("audit: %w", err)
		}
	}
	return float64(a.TruePositives) / float64(a.Positives), float64(a.TrueNegatives) / float64(a.Negatives), nil
}

// RoganGladen corrects the share k/n on which an imperfect predicate holds: (k/n + specificity − 1)/(sensitivity +
// specificity − 1), clipped to [0, 1]. SE is the delta method's, the audit's own sampling error included; the interval is
// normal and clipped. R epiR::epi.prev gives the same point. Below 0.4 in the denominator it returns ErrWeakPredicate:
// use [RoganGladenBounds]. Wider than labels alone more often than not; a cross-check, not an estimate to prefer.
func RoganGladen(k, n int, audit Audit, level float64) (Estimate, error) {
	if err := checkCount(k, n, level); err != nil {
		return Estimate{}, err
	}
	q1, q0, err := audit.Rates()
	if err != nil {
		return Estimate{}, err
	}
	gain := q0 + q1 - 1
	if gain < 0.4 {
		return Estimate{}, fmt.Errorf("%w (it is %.3g)", ErrWeakPredicate, gain)
	}
	t := float64(k) / float64(n)
	theta := (t + q0 - 1) / gain
	variance := t*(1-t)/float64(n) +
		theta*theta*q1*(1-q1)/float64(audit.Positives) +
		(1-theta)*(1-theta)*q0*(1-q0)/float64(audit.Negatives)
	se := math.Sqrt(variance) / gain
	iv := symmetric(theta, se, twoSidedZ(level), level, n, "rogan-gladen, delta method")
	iv.Lo, iv.Hi = max(0, min(1, iv.Lo)), min(1, max(0, iv.Hi))
	if theta < 0 || theta > 1 {
		iv.Warnings = []string{fmt.Sprintf("the corrected share is %.3g, outside 0 to 1: clipped", theta)}
	}
	return Estimate{max(0, min(1, theta)), se, iv}, nil
}

// RoganGladenBounds limits the true share when the predicate is too weak to correct for:
// [max(0, (t−(1−specificity))/sensitivity), min(1, t/sensitivity)], t the observed share. Sensitivity above 0.
func RoganGladenBounds(observed, sensitivity, specificity float64) (lo, hi float64, err error) {
	for _, p := range []float64{observed, sensitivity, specificity} {
		if !(p >= 0 && p <= 1) {
			return 0, 0, fmt.Errorf("share %g is not between 0 and 1", p)
		}
	}
	if sensitivity == 0 {
		return 0, 0, errors.New("sensitivity is 0: the observed share says nothing")
	}
	return min(1, max(0, (observed-(1-specificity))/sensitivity)), min(1, observed/sensitivity), nil
}
