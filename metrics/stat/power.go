package stat

import (
	"errors"
	"fmt"
	"math"
)

// ErrNotAttainable says that no data could show what is asked for: the smallest difference that n items would reveal is
// larger than any difference there can be.
var ErrNotAttainable = errors.New("not attainable")

// Design is the pair of promises behind a sample size; the zero value is α = 0.05 two-sided and power 0.80.
type Design struct {
	Level float64 // confidence level 1 − α; 0: DefaultLevel
	Power float64 // chance to find the difference if it is there; 0: 0.80
}

// factors gives z_{α/2} and z_β.
func (p Design) factors() (alpha, beta float64, err error) {
	if p.Level == 0 {
		p.Level = DefaultLevel
	}
	if p.Power == 0 {
		p.Power = 0.80
	}
	if err := checkLevel(p.Level); err != nil {
		return 0, 0, err
	}
	if !(p.Power > (1-p.Level)/2 && p.Power < 1) {
		return 0, 0, fmt.Errorf("power %g is not between α/2 and 1", p.Power)
	}
	return twoSidedZ(p.Level), normalQuantile(1 - p.Power), nil
}

// NPaired is the number of items needed to find a difference d between two paired shares when a share q of the items is
// discordant: ⌈(z_{α/2}√q + z_β√(q−d²))²/d²⌉ (Connor 1987). |d| ≤ q, because discordant items make the difference.
func (p Design) NPaired(d, q float64) (int, error) {
	n, err := p.exactNPaired(math.Abs(d), q)
	if err != nil {
		return 0, err
	}
	return wholeItems(n)
}

// wholeItems rounds a number of items up; a rounding error just above a whole number does not cost one more item.
func wholeItems(n float64) (int, error) {
	if n > 1e15 {
		return 0, fmt.Errorf("%w: it would take %.3g items", ErrNotAttainable, n)
	}
	return int(math.Ceil(n * (1 - 1e-12))), nil
}

func (p Design) exactNPaired(d, q float64) (float64, error) {
	alpha, beta, err := p.factors()
	if err != nil {
		return 0, err
	}
	if !(q > 0 && q <= 1) {
		return 0, fmt.Errorf("discordant share %g is not in (0, 1]", q)
	}
	if !(d > 0 && d <= q) {
		return 0, fmt.Errorf("%w: difference %g must be above 0 and at most the discordant share %g", ErrNotAttainable, d, q)
	}
	root := alpha*math.Sqrt(q) + beta*math.Sqrt(q-d*d)
	return root * root / (d * d), nil
}

// MDEPaired is the smallest difference of two paired shares that n items with discordant share q reveal: the inverse of
// [Design.NPaired]. ErrNotAttainable where not even a difference of q would show.
func (p Design) MDEPaired(n int, q float64) (float64, error) {
	if n < 1 {
		return 0, tooFew("items", n, 1)
	}
	least, err := p.exactNPaired(q, q)
	if err != nil {
		return 0, err
	}
	if least > float64(n) {
		return 0, fmt.Errorf("%w: with %.3g of the items discordant it takes ≥ %.0f items to show any difference, not %d",
			ErrNotAttainable, q, math.Ceil(least), n)
	}
	lo, hi := 0.0, q // the number needed falls as the difference grows
	for mid := q / 2; mid > lo && mid < hi; mid = lo + (hi-lo)/2 {
		if need, err := p.exactNPaired(mid, q); err != nil || need > float64(n) {
			lo = mid
		} else {
			hi = mid
		}
	}
	return hi, nil
}

// MDEUnpaired is the smallest difference of two independent shares near p0 with n items each:
// (z_{α/2}+z_β)·√(2·p0(1−p0)/n). ErrNotAttainable where p0 has no room for it on either side.
func (p Design) MDEUnpaired(n int, p0 float64) (float64, error) {
	if !(p0 > 0 && p0 < 1) {
		return 0, fmt.Errorf("share %g is not between 0 and 1", p0)
	}
	d, err := p.MDEMean(n, math.Sqrt(2*p0*(1-p0)))
	if err != nil {
		return 0, err
	}
	if d > max(p0, 1-p0) {
		return 0, fmt.Errorf("%w: with %d items each the difference would have to be %.3g", ErrNotAttainable, n, d)
	}
	return d, nil
}

// MDEMean is the smallest mean difference that n paired differences with standard deviation sd reveal: (z_{α/2}+z_β)·sd/√n.
func (p Design) MDEMean(n int, sd float64) (float64, error) {
	alpha, beta, err := p.factors()
	if err != nil {
		return 0, err
	}
	if n < 1 {
		return 0, tooFew("items", n, 1)
	}
	if !(sd > 0) || math.IsInf(sd, 1) {
		return 0, fmt.Errorf("standard deviation %g is not a positive number", sd)
	}
	return (alpha + beta) * sd / math.Sqrt(float64(n)), nil
}

// NMean is the number of paired differences with standard deviation sd needed to find a mean difference d.
func (p Design) NMean(d, sd float64) (int, error) {
	one, err := p.MDEMean(1, sd)
	if err != nil {
		return 0, err
	}
	if d == 0 || math.IsNaN(d) {
		return 0, fmt.Errorf("%w: no number of items shows a difference of %g", ErrNotAttainable, d)
	}
	return wholeItems(one / d * (one / d))
}

// NUnpaired is the number of items in each of two independent samples needed to find a difference d of shares near p0: the
// inverse of [Design.MDEUnpaired].
func (p Design) NUnpaired(d, p0 float64) (int, error) {
	if !(p0 > 0 && p0 < 1) {
		return 0, fmt.Errorf("share %g is not between 0 and 1", p0)
	}
	if math.Abs(d) > max(p0, 1-p0) {
		return 0, fmt.Errorf("%w: from %g there is no room for a difference of %g", ErrNotAttainable, p0, d)
	}
	return p.NMean(d, math.Sqrt(2*p0*(1-p0)))
}
