package stat

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
)

// SignFlipOptions sets up the sampled form of the sign-flip test; the exact forms need none of it.
type SignFlipOptions struct {
	Resamples int    // 0: 10,000
	Seed      uint64 // same seed, same bits
	Workers   int    // 0: one per CPU; never changes the result
}

const (
	// enumerateUpTo is the largest n for which all 2ⁿ sign patterns are walked.
	enumerateUpTo = 20
	// countingWork bounds n·Σ|integers| of the exact count (n without zeros), about a tenth of a second.
	countingWork = 100_000_000
	// sumsTie is the share of Σ|d| below which two sums count as equal: differences of decimals such as 0.3 − 0.1 carry
	// rounding of that order, and comparing them bit by bit breaks ties that are there (wrong p-values, not close ones).
	sumsTie = 1e-12
)

// SignFlip is the paired permutation test on differences d: under the null each sign is a coin toss, and p is the share of
// the 2ⁿ sign patterns with |Σ ±dᵢ| ≥ |Σ dᵢ|. Statistic is the mean difference. Method names how p was found:
//   - "sign-flip, exact by counting": the differences are multiples of one number, so sums are integers and are counted exactly
//     (scores with few digits, right/wrong, ranks); n up to several hundred;
//   - "sign-flip, exact by enumeration": n ≤ 20;
//   - "sign-flip, monte carlo of B": p = (1 + #≥)/(B + 1).
//
// The exact forms give scipy permutation_test((d,), np.mean, permutation_type="samples", n_resamples=np.inf). All
// differences 0: p = 1 with a warning.
func SignFlip(d []float64, opt SignFlipOptions) (Test, error) {
	if opt.Resamples == 0 {
		opt.Resamples = 10_000
	}
	if opt.Resamples < 100 {
		return Test{}, fmt.Errorf("%d resamples are too few for a test: use ≥ 100, or 0 for 10000", opt.Resamples)
	}
	if len(d) == 0 {
		return Test{}, tooFew("differences", 0, 1)
	}
	if err := checkValues(d); err != nil {
		return Test{}, err
	}
	t := Test{P: 1, Statistic: average(d), N: len(d)}
	size := 0.0
	for _, x := range d {
		size = max(size, math.Abs(x))
	}
	if size == 0 {
		t.Method, t.Warnings = "sign-flip, exact by counting", []string{"no item differs: nothing to test"}
		return t, nil
	}
	scaled := make([]float64, 0, len(d)) // zeros flip to themselves and drop out; scaling keeps sums finite
	for _, x := range d {
		if x != 0 {
			scaled = append(scaled, x/size)
		}
	}
	if grid, ok := onGrid(d); ok {
		t.P, t.Method = countFlips(grid), "sign-flip, exact by counting"
	} else if len(scaled) <= enumerateUpTo {
		t.P, t.Method = enumerateFlips(scaled), "sign-flip, exact by enumeration"
	} else {
		t.P, t.Method = sampleFlips(scaled, opt), fmt.Sprintf("sign-flip, monte carlo of %d", opt.Resamples)
	}
	return t, nil
}

// SignFlipClusters is [SignFlip] where all differences of a cluster flip together: it tests the cluster sums, so items of
// one document or conversation are not counted as independent. N is the number of clusters, Statistic the mean over items.
func SignFlipClusters(d []float64, cluster []int, opt SignFlipOptions) (Test, error) {
	if len(d) != len(cluster) {
		return Test{}, fmt.Errorf("%d differences but %d cluster names", len(d), len(cluster))
	}
	if err := checkValues(d); err != nil {
		return Test{}, err
	}
	at, sums := map[int]int{}, []float64(nil)
	for i, c := range cluster {
		g, seen := at[c]
		if !seen {
			g = len(sums)
			at[c], sums = g, append(sums, 0)
		}
		sums[g] += d[i]
	}
	t, err := SignFlip(sums, opt)
	if err != nil {
		return Test{}, err
	}
	t.Statistic, t.Method = average(d), t.Method+", whole clusters"
	t.Warnings = append(t.Warnings, clusterWarnings(len(sums))...)
	return t, nil
}

// onGrid writes d as integers times one unit, if there is a unit for which every value is whole within rounding and the
// exact count stays affordable. The integers are divided by their greatest common divisor.
func onGrid(d []float64) ([]int, bool) {
	grid := make([]int, len(d))
	for _, q := range gridDenominators {
		if multiples(grid, d, 1, q) {
			return grid, true
		}
	}
	// A metric in other units: multiples of a part of the smallest difference.
	least := math.Inf(1)
	for _, x := range d {
		if x != 0 {
			least = min(least, math.Abs(x))
		}
	}
	for q := 1.0; q <= 128; q++ {
		if multiples(grid, d, least, q) {
			return grid, true
		}
	}
	return nil, false
}

// gridDenominators are tried in turn: shares of up to 128 parts, decimals, halves of halves, and common multiples.
var gridDenominators = func() []float64 {
	var qs []float64
	for q := 1.0; q <= 128; q++ {
		qs = append(qs, q)
	}
	return append(qs, 200, 256, 360, 500, 512, 720, 1000, 1024, 2520, 4096, 5040, 10_000, 27_720, 65_536, 100_000, 1_000_000)
}()

// multiples fills grid with d as integers times unit/q, if they are.
func multiples(grid []int, d []float64, unit, q float64) bool {
	divisor, sum, moving := 0, 0.0, 0.0
	for i, x := range d {
		at := x / unit * q
		m := math.Round(at)
		if sum += math.Abs(m); sum > countingWork || math.Abs(at-m) > sumsTie*max(q, math.Abs(m)) {
			return false
		}
		if m != 0 {
			moving++
		}
		grid[i] = int(m)
		divisor = gcd(divisor, abs(grid[i]))
	}
	if divisor == 0 || moving*sum/float64(divisor) > countingWork {
		return false
	}
	for i := range grid {
		grid[i] /= divisor
	}
	return true
}

// countFlips is the exact p for integer differences: the distribution of Σ ±dᵢ by convolution. Flipping dᵢ moves the sum by
// 2|dᵢ|, so the sum of the flipped |dᵢ| is counted, from 0 to S. Only positive numbers are added, so p is good to ~n·2⁻⁵³.
func countFlips(d []int) float64 {
	all, observed := 0, 0
	for _, x := range d {
		all += abs(x)
		observed += x
	}
	share, reach := make([]float64, all+1), 0
	share[0] = 1
	for _, x := range d {
		step := abs(x)
		if step == 0 {
			continue
		}
		reach += step
		for s := reach; s >= step; s-- {
			share[s] = (share[s] + share[s-step]) / 2
		}
		for s := min(step, reach+1) - 1; s >= 0; s-- {
			share[s] /= 2
		}
	}
	p := 0.0
	for s, w := range share {
		if abs(all-2*s) >= abs(observed) {
			p += w
		}
	}
	return min(1, p)
}

// enumerateFlips walks all sign patterns; the first sign is fixed, because a pattern and its mirror have the same |sum|.
func enumerateFlips(d []float64) float64 {
	atLeast := flipLimit(d)
	hits := 0
	var walk func(i int, sum float64)
	walk = func(i int, sum float64) {
		if i == len(d) {
			if math.Abs(sum) >= atLeast {
				hits++
			}
			return
		}
		walk(i+1, sum+d[i])
		walk(i+1, sum-d[i])
	}
	walk(1, d[0])
	return float64(hits) / float64(uint64(1)<<(len(d)-1))
}

// sampleFlips draws sign patterns, 64 signs from each output of the generator.
func sampleFlips(d []float64, opt SignFlipOptions) float64 {
	atLeast := flipLimit(d)
	hit := make([]bool, opt.Resamples)
	inChunks(opt.Resamples, opt.Seed, opt.Workers, func(rng *rand.PCG, from, to int) {
		for r := from; r < to; r++ {
			sum, bits := 0.0, uint64(0)
			for i, x := range d {
				if i%64 == 0 {
					bits = rng.Uint64()
				}
				// The sign bit is set by hand: a branch on a coin toss costs more than the sum.
				sum += math.Float64frombits(math.Float64bits(x) ^ bits<<63)
				bits >>= 1
			}
			hit[r] = math.Abs(sum) >= atLeast
		}
	})
	hits := 0
	for _, h := range hit {
		if h {
			hits++
		}
	}
	return float64(1+hits) / float64(opt.Resamples+1)
}

// flipLimit is the |sum| from which on a sign pattern counts as at least as extreme as the data.
func flipLimit(d []float64) float64 {
	// Sorted by size the sum of magnitudes rounds least; the tolerance covers the rest.
	observed, sizes := 0.0, make([]float64, len(d))
	for i, x := range d {
		observed += x
		sizes[i] = math.Abs(x)
	}
	slices.Sort(sizes)
	all := 0.0
	for _, x := range sizes {
		all += x
	}
	return math.Abs(observed) - sumsTie*all
}

func gcd(a, b int) int {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}

func abs(x int) int {
	if x < 0 {
		return -x
	}
	return x
}
