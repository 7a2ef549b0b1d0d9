package stat

import (
	"fmt"
	"slices"
)

// Scale says what the distance of two ratings means.
type Scale int

const (
	// Nominal ratings are equal or not.
	Nominal Scale = iota
	// Ordinal ratings have an order; their distance is the number of ratings between them.
	Ordinal
	// IntervalScale ratings are numbers; their distance is the squared difference.
	IntervalScale
)

// Krippendorff is Krippendorff's α: units[i] holds the ratings that unit i received, by whoever rated it, in any order; a
// missing rating is absent. Units with fewer than two ratings do not count. α is 1 for full agreement, 0 for chance, and
// may be negative. Python krippendorff.alpha(reliability_data, level_of_measurement="nominal"|"ordinal"|"interval");
// R irr::kripp.alpha. Undefined when no unit has two ratings, or all ratings are the same. For an interval resample units
// with [Bootstrap].
func Krippendorff(units [][]float64, scale Scale) (float64, error) {
	if scale < Nominal || scale > IntervalScale {
		return 0, fmt.Errorf("scale %d does not exist", int(scale))
	}
	var values []float64
	for i, u := range units {
		if err := checkValues(u); err != nil {
			return 0, fmt.Errorf("unit %d: %w", i, err)
		}
		if len(u) >= 2 {
			values = append(values, u...)
		}
	}
	if len(values) == 0 {
		return 0, fmt.Errorf("%w: no unit has two ratings", ErrTooFew)
	}
	total := float64(len(values))
	slices.Sort(values)
	categories := slices.Compact(slices.Clone(values))
	if len(categories) < 2 {
		return 0, fmt.Errorf("no α: %w (%g)", ErrNoSpread, categories[0])
	}
	// counts[c] ratings in category c; below[c] ratings in lower categories.
	counts, below := make([]float64, len(categories)), make([]float64, len(categories))
	for c, v := range categories {
		from, _ := slices.BinarySearch(values, v)
		below[c] = float64(from)
		if c > 0 {
			counts[c-1] = below[c] - below[c-1]
		}
	}
	counts[len(counts)-1] = total - below[len(below)-1]
	distance := func(c, k int) float64 {
		switch scale {
		case Ordinal: // ratings from the middle of one category to the middle of the other
			d := below[k] + counts[k]/2 - below[c] - counts[c]/2
			return d * d
		case IntervalScale:
			d := categories[c] - categories[k]
			return d * d
		}
		if c == k {
			return 0
		}
		return 1
	}
	var observed, expected float64
	inUnit := make([]float64, len(categories))
	for _, u := range units {
		if len(u) < 2 {
			continue
		}
		clear(inUnit)
		for _, v := range u {
			c, _ := slices.BinarySearch(categories, v)
			inUnit[c]++
		}
		for c, nc := range inUnit {
			for k, nk := range inUnit[:c] {
				observed += nc * nk * distance(c, k) / float64(len(u)-1)
			}
		}
	}
	for c, nc := range counts {
		for k, nk := range counts[:c] {
			expected += nc * nk * distance(c, k)
		}
	}
	return 1 - (total-1)*observed/expected, nil
}
