package stat

import (
	"errors"
	"fmt"
	"math"
	"slices"
)

// Pearson is the product-moment correlation; Test.Statistic is r. p is exact for normal data. scipy pearsonr(x, y);
// R cor.test(x, y). Needs three pairs and spread on both sides.
func Pearson(x, y []float64) (Test, error) {
	r, err := correlation(x, y)
	if err != nil {
		return Test{}, err
	}
	return Test{P: correlationP(r, len(x)), Statistic: r, N: len(x), Method: "pearson"}, nil
}

// PearsonInterval is Fisher's interval for a correlation r of n pairs, n ≥ 4.
// scipy pearsonr(x, y).confidence_interval(level); R cor.test(x, y)$conf.int.
func PearsonInterval(r float64, n int, level float64) (Interval, error) {
	if err := checkLevel(level); err != nil {
		return Interval{}, err
	}
	if !(r >= -1 && r <= 1) {
		return Interval{}, fmt.Errorf("correlation %g is not between -1 and 1", r)
	}
	if n < 4 {
		return Interval{}, tooFew("pairs", n, 4)
	}
	z, half := math.Atanh(r), twoSidedZ(level)/math.Sqrt(float64(n-3))
	return Interval{Lo: math.Tanh(z - half), Hi: math.Tanh(z + half), Level: level, N: n, Method: "fisher z"}, nil
}

// Spearman is the rank correlation, ties sharing their mean rank; Test.Statistic is ρ, p from Student's t with n−2 degrees
// of freedom. scipy spearmanr(x, y). (R's cor.test uses an exact table or an Edgeworth series for small n without ties;
// with exact=FALSE it agrees.)
func Spearman(x, y []float64) (Test, error) {
	if err := checkPaired(x, y); err != nil {
		return Test{}, err
	}
	rx, _ := midranks(x)
	ry, _ := midranks(y)
	r, err := correlation(rx, ry)
	if err != nil {
		return Test{}, err
	}
	return Test{P: correlationP(r, len(x)), Statistic: r, N: len(x), Method: "spearman, t"}, nil
}

func correlation(x, y []float64) (float64, error) {
	if err := checkPaired(x, y); err != nil {
		return 0, err
	}
	if len(x) < 3 {
		return 0, tooFew("pairs", len(x), 3)
	}
	vx, vy := covariance(x, x), covariance(y, y)
	if vx == 0 || vy == 0 {
		return 0, fmt.Errorf("no correlation: on one side %w", ErrNoSpread)
	}
	return max(-1, min(1, covariance(x, y)/math.Sqrt(vx)/math.Sqrt(vy))), nil
}

// correlationP is the two-sided p of r: with t = r√(ν/(1−r²)), P(|T| > |t|) = I_{1−r²}(ν/2, ½).
func correlationP(r float64, n int) float64 {
	p, _ := betaTails(float64(n-2)/2, 0.5, (1-r)*(1+r), r*r)
	return p
}

// KendallMethod says how the p-value of [Kendall] is found.
type KendallMethod int

const (
	// KendallAuto is exact without ties for n ≤ 33, or where at most one pair is out of order; else asymptotic: scipy's
	// method="auto".
	KendallAuto KendallMethod = iota
	// KendallExact counts permutations by their inversions; refused with ties. scipy method="exact".
	KendallExact
	// KendallAsymptotic uses the normal distribution with the variance corrected for ties. scipy method="asymptotic".
	KendallAsymptotic
)

// Kendall is the rank correlation τ-b; Test.Statistic is τ. scipy kendalltau(x, y, method=…). Needs two pairs, and spread
// on both sides. The asymptotic p needs three.
func Kendall(x, y []float64, method KendallMethod) (Test, error) {
	if err := checkPaired(x, y); err != nil {
		return Test{}, err
	}
	if len(x) < 2 {
		return Test{}, tooFew("pairs", len(x), 2)
	}
	xt, yt := tieSums(x), tieSums(y)
	n := float64(len(x))
	all := n * (n - 1) / 2
	if xt.pairs == all || yt.pairs == all {
		return Test{}, fmt.Errorf("no τ: on one side %w", ErrNoSpread)
	}
	discordant, tiedBoth := discordances(x, y)
	surplus := all - xt.pairs - yt.pairs + tiedBoth - 2*discordant // concordant − discordant
	t := Test{Statistic: max(-1, min(1, surplus/math.Sqrt(all-xt.pairs)/math.Sqrt(all-yt.pairs))), N: len(x)}
	tied := xt.pairs > 0 || yt.pairs > 0
	fewer := min(discordant, all-discordant)
	if method == KendallAuto {
		method = KendallAsymptotic
		if !tied && (len(x) <= 33 || fewer <= 1) {
			method = KendallExact
		}
	}
	if method == KendallExact {
		if tied {
			return Test{}, errors.New("no exact p for τ with ties: use KendallAuto or KendallAsymptotic")
		}
		t.P, t.Method = inversionsP(len(x), int(fewer)), "kendall tau-b, exact"
		return t, nil
	}
	if len(x) < 3 {
		return Test{}, tooFew("pairs", len(x), 3)
	}
	m := n * (n - 1)
	variance := (m*(2*n+5)-xt.v1-yt.v1)/18 + 2*xt.pairs*yt.pairs/m + xt.v0*yt.v0/(9*m*(n-2))
	t.P, t.Method = min(1, 2*normalTail(math.Abs(surplus)/math.Sqrt(variance))), "kendall tau-b, asymptotic"
	return t, nil
}

// ties sums over tied groups of size c: c(c−1)/2, c(c−1)(c−2), c(c−1)(2c+5).
type ties struct{ pairs, v0, v1 float64 }

func tieSums(xs []float64) (t ties) {
	_, groups := midranks(xs)
	for _, c := range groups {
		t.pairs += c * (c - 1) / 2
		t.v0 += c * (c - 1) * (c - 2)
		t.v1 += c * (c - 1) * (2*c + 5)
	}
	return t
}

// discordances counts the pairs that x and y order differently, and those tied in both, in n log n (Knight 1966).
func discordances(x, y []float64) (discordant, tiedBoth float64) {
	order := make([]int, len(x))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int {
		switch {
		case x[a] < x[b] || x[a] == x[b] && y[a] < y[b]:
			return -1
		case x[a] == x[b] && y[a] == y[b]:
			return 0
		}
		return 1
	})
	ys, run := make([]float64, len(x)), 0.0
	for i, o := range order {
		ys[i] = y[o]
		if i > 0 && x[o] == x[order[i-1]] && y[o] == y[order[i-1]] {
			run++
			tiedBoth += run
		} else {
			run = 0
		}
	}
	return inversions(ys, make([]float64, len(ys))), tiedBoth
}

// inversions sorts xs by merging and counts how many pairs stood in the wrong order.
func inversions(xs, scratch []float64) float64 {
	if len(xs) < 2 {
		return 0
	}
	mid := len(xs) / 2
	left, right := xs[:mid], xs[mid:]
	count := inversions(left, scratch[:mid]) + inversions(right, scratch[mid:])
	out := scratch[:0]
	for len(left) > 0 && len(right) > 0 {
		if right[0] < left[0] {
			count += float64(len(left))
			out, right = append(out, right[0]), right[1:]
		} else {
			out, left = append(out, left[0]), left[1:]
		}
	}
	out = append(append(out, left...), right...)
	copy(xs, out)
	return count
}

// inversionsP is min(1, 2·P(inversions of a random permutation of n ≤ c)).
func inversionsP(n, c int) float64 {
	share, sums := make([]float64, c+1), make([]float64, c+2)
	share[0] = 1
	for size := 2; size <= n; size++ { // a new last element adds 0…size−1 inversions, each as likely
		for i, w := range share {
			sums[i+1] = sums[i] + w
		}
		for i := range share {
			share[i] = (sums[i+1] - sums[max(0, i+1-size)]) / float64(size)
		}
	}
	p := 0.0
	for _, w := range share {
		p += w
	}
	return min(1, 2*p)
}
