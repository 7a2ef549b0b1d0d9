package stat

import (
	"fmt"
	"math"
)

// Slice is the paired differences B − A of the items of one slice.
type Slice struct {
	Name string
	D    []float64
}

// LeftOut is the difference that remains without one slice.
type LeftOut struct {
	Name  string   `json:"name"`
	Delta Estimate `json:"delta"`
	// Concentrated: without this slice at most half of the difference remains, or its interval covers 0.
	Concentrated bool `json:"concentrated"`
}

// Concentration is the answer to "is the gain everywhere, or in one slice?".
type Concentration struct {
	Delta     Estimate  `json:"delta"`
	Without   []LeftOut `json:"without"`    // one per slice, in the order given
	Best      string    `json:"best"`       // the slice that adds most in the direction of Delta
	BestShare float64   `json:"best_share"` // its share of the summed difference; above 1 where other slices lose
}

// LeaveOneSliceOut recomputes the mean paired difference without each slice in turn (t intervals). It needs two slices,
// two items outside each, and a difference that is not 0.
func LeaveOneSliceOut(slices []Slice, level float64) (Concentration, error) {
	if len(slices) < 2 {
		return Concentration{}, tooFew("slices", len(slices), 2)
	}
	without := func(skip int) (Estimate, error) {
		var d []float64
		for i, s := range slices {
			if i != skip {
				d = append(d, s.D...)
			}
		}
		return MeanT(d, level)
	}
	all, err := without(-1)
	if err != nil {
		return Concentration{}, err
	}
	if all.Value == 0 {
		return Concentration{}, fmt.Errorf("the difference is 0: there is no gain to take apart")
	}
	out := Concentration{Delta: all}
	for i, s := range slices {
		rest, err := without(i)
		if err != nil {
			return Concentration{}, fmt.Errorf("without slice %q: %w", s.Name, err)
		}
		out.Without = append(out.Without, LeftOut{s.Name, rest, rest.Value/all.Value <= 0.5 || rest.Interval.Contains(0)})
		sum := 0.0
		for _, x := range s.D {
			sum += x
		}
		if share := sum / (all.Value * float64(all.Interval.N)); i == 0 || share > out.BestShare {
			out.Best, out.BestShare = s.Name, share
		}
	}
	return out, nil
}

// SliceMeans is one slice as two systems, or two periods, saw it.
type SliceMeans struct {
	Name         string
	NA, NB       int     // items; both above 0
	MeanA, MeanB float64 // mean metric
}

// Mix compares the pooled difference with the one at equal mix of slices.
type Mix struct {
	Pooled       float64 `json:"pooled"`       // mean over B's items − mean over A's items
	Standardised float64 `json:"standardised"` // Σ w·(MeanB−MeanA), w the slice's share of both item sets together
	Reversed     bool    `json:"reversed"`     // the signs differ: Simpson's paradox, the mix made the difference
}

// Simpson checks whether the pooled difference only reflects that A and B met different mixes of slices.
func Simpson(slices []SliceMeans) (Mix, error) {
	if len(slices) < 2 {
		return Mix{}, tooFew("slices", len(slices), 2)
	}
	var nA, nB, sumA, sumB, standard float64
	for _, s := range slices {
		if s.NA < 1 || s.NB < 1 {
			return Mix{}, fmt.Errorf("slice %q has %d and %d items: leave out slices that one side did not meet, and say so", s.Name, s.NA, s.NB)
		}
		if err := checkValues([]float64{s.MeanA, s.MeanB}); err != nil {
			return Mix{}, fmt.Errorf("slice %q: %w", s.Name, err)
		}
		a, b := float64(s.NA), float64(s.NB)
		nA, nB = nA+a, nB+b
		sumA, sumB = sumA+a*s.MeanA, sumB+b*s.MeanB
		standard += (a + b) * (s.MeanB - s.MeanA)
	}
	m := Mix{Pooled: sumB/nB - sumA/nA, Standardised: standard / (nA + nB)}
	m.Reversed = math.Signbit(m.Pooled) != math.Signbit(m.Standardised) && m.Pooled != 0 && m.Standardised != 0
	return m, nil
}
