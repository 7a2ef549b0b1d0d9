package stat

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
)

// LargeN is the number of items above which a bootstrap of a mean gives the normal form instead: by then both agree to
// far below the digits printed, and ten thousand resamples of it would cost seconds.
const LargeN = 100_000

var largeWarning = fmt.Sprintf("more than %d items: normal form instead of a bootstrap", LargeN)

// BootstrapMethod names how replicates become an interval.
type BootstrapMethod int

const (
	// BCa is bias-corrected and accelerated (Efron 1987): second-order accurate, the default.
	BCa BootstrapMethod = iota
	// Percentile takes the quantiles of the replicates as they are; it covers too little at small n.
	Percentile
)

// String names the method as it is in Interval.Method.
func (m BootstrapMethod) String() string {
	switch m {
	case BCa:
		return "bca bootstrap"
	case Percentile:
		return "percentile bootstrap"
	}
	return fmt.Sprintf("unknown bootstrap %d", int(m))
}

// BootstrapOptions sets up a bootstrap; the zero value is what reports use.
type BootstrapOptions struct {
	Method    BootstrapMethod // zero: BCa
	Resamples int             // 0: 10,000
	Level     float64         // 0: DefaultLevel
	Seed      uint64          // same seed, same bits
	Workers   int             // 0: one per CPU; never changes the result
}

func (o BootstrapOptions) withDefaults() (BootstrapOptions, error) {
	if o.Resamples == 0 {
		o.Resamples = 10_000
	}
	if o.Level == 0 {
		o.Level = DefaultLevel
	}
	if o.Resamples < 100 {
		return o, fmt.Errorf("%d resamples are too few for an interval: use ≥ 100, or 0 for 10000", o.Resamples)
	}
	if o.Method != BCa && o.Method != Percentile {
		return o, fmt.Errorf("bootstrap method %d does not exist", int(o.Method))
	}
	return o, checkLevel(o.Level)
}

// MeanBootstrap is the bootstrap interval of a mean, as scipy.stats.bootstrap((xs,), np.mean, method="BCa"|"percentile")
// up to the random draws. One item, or items that are all equal, give an error: there is nothing to resample. More than
// LargeN items give the normal form and a warning that says so.
func MeanBootstrap(xs []float64, opt BootstrapOptions) (Interval, error) {
	opt, err := opt.withDefaults()
	if err != nil {
		return Interval{}, err
	}
	mean, sd, err := meanSD(xs)
	if err != nil {
		return Interval{}, err
	}
	if sd == 0 {
		return Interval{}, fmt.Errorf("no bootstrap interval: %w (n = %d, value %g)", ErrNoSpread, len(xs), xs[0])
	}
	if len(xs) > LargeN {
		est, err := MeanNormal(xs, opt.Level)
		est.Interval.Warnings = []string{largeWarning}
		return est.Interval, err
	}
	means := make([]float64, opt.Resamples)
	// Resampling distances from the first value keeps digits when the spread is small beside the mean, and stays exact for
	// counts, where replicates often equal the estimate.
	dev := deviations(xs, xs[0])
	inChunks(opt.Resamples, opt.Seed, opt.Workers, func(rng *rand.PCG, from, to int) {
		for r := from; r < to; r++ {
			means[r] = drawSum(rng, dev) / float64(len(dev))
		}
	})
	// The mean without item i lies (mean−xᵢ)/(n−1) from the mean; the acceleration only needs it up to a positive factor.
	iv, err := opt.interval(means, mean-xs[0], func() ([]float64, error) { return negated(dev), nil })
	if err != nil {
		return Interval{}, err
	}
	iv.Lo, iv.Hi, iv.N, iv.Warnings = iv.Lo+xs[0], iv.Hi+xs[0], len(xs), fewItems(len(xs))
	return iv, nil
}

// PairedBootstrap is the bootstrap interval of mean(b) − mean(a) over items that both systems answered: the pairs are
// resampled, so what an item contributes to both cancels. It is [MeanBootstrap] of the differences.
func PairedBootstrap(a, b []float64, opt BootstrapOptions) (Estimate, error) {
	if err := checkPaired(a, b); err != nil {
		return Estimate{}, err
	}
	d := differences(a, b)
	mean, sd, err := meanSD(d)
	if err != nil {
		return Estimate{}, err
	}
	iv, err := MeanBootstrap(d, opt)
	return Estimate{Value: mean, SE: sd / math.Sqrt(float64(len(d))), Interval: iv}, err
}

// Bootstrap is the bootstrap interval of any statistic of n items. The statistic gets the indices of the items drawn (with
// repeats) and is called from several goroutines; it must not keep or change the slice. A resample on which it is undefined
// (its error) is left out and counted in a warning; more than one in ten is an error. BCa evaluates it n times more, each
// item left out once: beyond ten thousand items take the percentile method.
func Bootstrap(n int, statistic func(draw []uint32) (float64, error), opt BootstrapOptions) (Interval, error) {
	return bootstrap(n, statistic, func() ([]float64, error) { return jackknife(n, statistic) }, opt)
}

// bootstrap is [Bootstrap] with the jackknife values given by whoever knows a shorter way to them.
func bootstrap(n int, statistic func([]uint32) (float64, error), jackknife func() ([]float64, error), opt BootstrapOptions) (Interval, error) {
	opt, err := opt.withDefaults()
	if err != nil {
		return Interval{}, err
	}
	if n < 2 {
		return Interval{}, tooFew("items", n, 2)
	}
	estimate, err := statistic(everyItem(n))
	if err != nil {
		return Interval{}, fmt.Errorf("statistic of the whole sample: %w", err)
	}
	values, failed := make([]float64, opt.Resamples), make([]bool, opt.Resamples)
	inChunks(opt.Resamples, opt.Seed, opt.Workers, func(rng *rand.PCG, from, to int) {
		draw := make([]uint32, n)
		for r := from; r < to; r++ {
			drawIndices(rng, uint32(n), draw)
			v, err := statistic(draw)
			values[r], failed[r] = v, err != nil || math.IsNaN(v)
		}
	})
	kept := values[:0]
	for r, v := range values {
		if !failed[r] {
			kept = append(kept, v)
		}
	}
	lost := opt.Resamples - len(kept)
	if lost*10 > opt.Resamples {
		return Interval{}, fmt.Errorf("the statistic is undefined on %d of %d resamples: no interval", lost, opt.Resamples)
	}
	iv, err := opt.interval(kept, estimate, jackknife)
	if err != nil {
		return Interval{}, err
	}
	iv.N, iv.Warnings = n, fewItems(n)
	if lost > 0 {
		iv.Warnings = append(iv.Warnings, fmt.Sprintf("undefined on %d of %d resamples, left out", lost, opt.Resamples))
	}
	return iv, nil
}

// fewItems warns where a bootstrap is known to be too short: at ten normal items 95 % intervals cover 90 %.
func fewItems(n int) []string {
	if n >= smallN {
		return nil
	}
	return []string{fmt.Sprintf("only %d items: a bootstrap interval is too short, need ≥ %d", n, smallN)}
}

// everyItem is the draw that is the sample itself.
func everyItem(n int) []uint32 {
	all := make([]uint32, n)
	for i := range all {
		all[i] = uint32(i)
	}
	return all
}

// jackknife gives the statistic without each item in turn.
func jackknife(n int, statistic func([]uint32) (float64, error)) ([]float64, error) {
	all, out, rest := everyItem(n), make([]float64, n), make([]uint32, n-1)
	for i := range all {
		copy(rest, all[:i])
		copy(rest[i:], all[i+1:])
		v, err := statistic(rest)
		if err != nil {
			return nil, fmt.Errorf("no acceleration for BCa: without item %d: %w; use the percentile method", i, err)
		}
		out[i] = v
	}
	return out, nil
}

// interval turns replicates into an interval by the method chosen; the jackknife is asked for only when needed.
func (o BootstrapOptions) interval(replicates []float64, estimate float64, jackknife func() ([]float64, error)) (Interval, error) {
	if o.Method == Percentile {
		return PercentileInterval(replicates, o.Level)
	}
	jack, err := jackknife()
	if err != nil {
		return Interval{}, err
	}
	return BCaInterval(replicates, estimate, jack, o.Level)
}

// PercentileInterval takes the two quantiles of bootstrap replicates (linear interpolation, as numpy.percentile does).
// N is the number of replicates.
func PercentileInterval(replicates []float64, level float64) (Interval, error) {
	if err := checkLevel(level); err != nil {
		return Interval{}, err
	}
	if err := checkReplicates(replicates); err != nil {
		return Interval{}, err
	}
	sorted := slices.Sorted(slices.Values(replicates))
	tail := (1 - level) / 2
	return Interval{Lo: quantile(sorted, tail), Hi: quantile(sorted, 1-tail), Level: level, N: len(replicates), Method: Percentile.String()}, nil
}

// BCaInterval applies Efron's bias correction and acceleration to bootstrap replicates of an estimate, given its jackknife
// values: scipy.stats.bootstrap's arithmetic (replicates equal to the estimate count half in the bias correction). N is the
// number of replicates.
func BCaInterval(replicates []float64, estimate float64, jackknife []float64, level float64) (Interval, error) {
	if err := checkLevel(level); err != nil {
		return Interval{}, err
	}
	if err := checkReplicates(replicates); err != nil {
		return Interval{}, err
	}
	center, _, err := meanSD(jackknife)
	if err != nil {
		return Interval{}, fmt.Errorf("jackknife: %w", err)
	}
	var squares, cubes float64
	for _, j := range jackknife {
		d := center - j
		squares += d * d
		cubes += d * d * d
	}
	if squares == 0 {
		return Interval{}, fmt.Errorf("no BCa interval: no item changes the statistic: %w", ErrNoSpread)
	}
	accel := cubes / (6 * math.Pow(squares, 1.5))
	sorted := slices.Sorted(slices.Values(replicates))
	// Sums of the same items in another order differ by rounding; they still are ties.
	tie := 1e-12 * (sorted[len(sorted)-1] - sorted[0])
	below := 0.0
	for _, r := range sorted {
		switch {
		case r < estimate-tie:
			below++
		case r <= estimate+tie:
			below += 0.5
		}
	}
	share := below / float64(len(replicates))
	if share == 0 || share == 1 {
		return Interval{}, fmt.Errorf("no BCa interval: the estimate lies outside all %d replicates", len(replicates))
	}
	bias, z := -normalQuantile(share), twoSidedZ(level)
	adjusted := func(z float64) float64 {
		s := bias + z
		if accel*s >= 1 { // the correction runs off the scale: the outermost replicate is its limit
			return math.Max(0, math.Copysign(1, s))
		}
		return normalTail(-(bias + s/(1-accel*s)))
	}
	return Interval{Lo: quantile(sorted, adjusted(-z)), Hi: quantile(sorted, adjusted(z)), Level: level, N: len(replicates), Method: BCa.String()}, nil
}

func checkReplicates(replicates []float64) error {
	if len(replicates) < 2 {
		return tooFew("replicates", len(replicates), 2)
	}
	return checkValues(replicates)
}
