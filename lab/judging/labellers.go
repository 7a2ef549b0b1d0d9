package judging

import (
	"fmt"
	"slices"

	"github.com/ragdiag/ragdiag/metrics/stat"
	"github.com/ragdiag/ragdiag/trace"
)

// TwoLabellers says how far two people agree on the items that both labelled: the
// bound for any judge.
type TwoLabellers struct {
	Task          string         `json:"task"`
	Both          int            `json:"both"`
	Same          int            `json:"same"`
	Share         *stat.Interval `json:"share,omitzero"`
	Kappa         trace.Value    `json:"kappa"` // Cohen's κ
	KappaInterval *stat.Interval `json:"kappa_interval,omitzero"`
	Alpha         trace.Value    `json:"alpha"` // Krippendorff's α, nominal
	Categories    []string       `json:"categories"`

	pairs [][2]string
}

func (t *TwoLabellers) add(a, b string) {
	t.Both++
	if a == b {
		t.Same++
	}
	t.pairs = append(t.pairs, [2]string{a, b})
	for _, c := range []string{a, b} {
		if !slices.Contains(t.Categories, c) {
			t.Categories = append(t.Categories, c)
		}
	}
}

func (t *TwoLabellers) finish() error {
	slices.Sort(t.Categories)
	var first, second []int
	units := make([][]float64, len(t.pairs))
	for i, p := range t.pairs {
		a, b := slices.Index(t.Categories, p[0]), slices.Index(t.Categories, p[1])
		first, second = append(first, a), append(second, b)
		units[i] = []float64{float64(a), float64(b)}
	}
	t.Share = interval(t.Same, t.Both)
	table, err := stat.Table(first, second, len(t.Categories))
	if err != nil {
		return fmt.Errorf("task %s: %w", t.Task, err)
	}
	k, err := stat.Kappa(table, stat.Unweighted, stat.DefaultLevel)
	if t.Kappa = trace.Of(k.Value, err); err == nil {
		t.KappaInterval = &k.Interval
	}
	alpha, err := stat.Krippendorff(units, stat.Nominal)
	t.Alpha = trace.Of(alpha, err)
	return nil
}
