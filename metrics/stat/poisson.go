package stat

import (
	"fmt"
	"math"
	"slices"
)

// PoissonBootstrap is a bootstrap of a mean for streams too long to keep: each item enters each replicate a Poisson(1)
// number of times, which for n beyond a few hundred is the multinomial draw up to its fixed total. An item's weights
// follow from the seed and its number alone, so parts of a stream can be added anywhere and merged in any grouping.
type PoissonBootstrap struct {
	seed         uint64
	origin       float64
	n            int
	total        float64
	sums, counts []float64
}

// NewPoissonBootstrap prepares one with the given number of replicates, 100 or more (1,000 is usual). Origin is a number
// near the values, from which sums are kept, so that digits are not lost; 0 does for values around 0 to 1.
func NewPoissonBootstrap(replicates int, seed uint64, origin float64) (*PoissonBootstrap, error) {
	if replicates < 100 {
		return nil, fmt.Errorf("%d replicates are too few for an interval: use ≥ 100", replicates)
	}
	return &PoissonBootstrap{seed: seed, origin: origin, sums: make([]float64, replicates), counts: make([]float64, replicates)}, nil
}

// Add takes item number id, each id once.
func (b *PoissonBootstrap) Add(id uint64, x float64) error {
	if err := checkValues([]float64{x}); err != nil {
		return fmt.Errorf("item %d: %w", id, err)
	}
	d := x - b.origin
	b.n++
	b.total += d
	rng := newRand(b.seed, id)
	for r := range b.sums {
		w := poissonOne(rng.Uint64())
		b.sums[r] += w * d
		b.counts[r] += w
	}
	return nil
}

// Merge adds what another one with the same replicates, seed and origin has seen.
func (b *PoissonBootstrap) Merge(o *PoissonBootstrap) error {
	if len(b.sums) != len(o.sums) || b.seed != o.seed || b.origin != o.origin {
		return fmt.Errorf("parts of a Poisson bootstrap differ in replicates, seed or origin")
	}
	b.n += o.n
	b.total += o.total
	for r := range b.sums {
		b.sums[r] += o.sums[r]
		b.counts[r] += o.counts[r]
	}
	return nil
}

// Estimate gives the mean so far with its percentile interval; SE is the standard deviation of the replicates. It needs
// 30 items, because replicates of fewer may well be empty.
func (b *PoissonBootstrap) Estimate(level float64) (Estimate, error) {
	if err := checkLevel(level); err != nil {
		return Estimate{}, err
	}
	if b.n < smallN {
		return Estimate{}, tooFew("items", b.n, smallN)
	}
	means := make([]float64, 0, len(b.sums))
	for r, c := range b.counts {
		if c > 0 {
			means = append(means, b.sums[r]/c)
		}
	}
	_, sd, err := meanSD(means)
	if err != nil {
		return Estimate{}, err
	}
	if sd == 0 {
		return Estimate{}, fmt.Errorf("no Poisson bootstrap interval: %w (n = %d)", ErrNoSpread, b.n)
	}
	slices.Sort(means)
	iv, err := PercentileInterval(means, level)
	if err != nil {
		return Estimate{}, err
	}
	iv.Lo, iv.Hi, iv.N, iv.Method = iv.Lo+b.origin, iv.Hi+b.origin, b.n, "poisson bootstrap"
	return Estimate{b.total/float64(b.n) + b.origin, sd, iv}, nil
}

// poissonOne maps 64 uniform bits to a Poisson(1) draw by inversion.
func poissonOne(bits uint64) float64 {
	u := float64(bits>>11) * 0x1p-53
	p := math.Exp(-1)
	k := 0.0
	for cum := p; u >= cum && k < 20; cum += p {
		k++
		p /= k
	}
	return k
}
