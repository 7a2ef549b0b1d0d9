package main

import (
	"math"

	"github.com/ragdiag/ragdiag/metrics"
	"github.com/ragdiag/ragdiag/metrics/stat"
)

// compareRuns prints, for each measure that is not a count, every run against
// the first over the queries for which both have a value. All the tests are one
// family for Holm's correction.
func compareRuns(s *sheet, runs []evaluated, names []metrics.Measure, seed uint64) error {
	var rows []row
	var ps []float64
	var tested []int // rows with a p-value
	for i, m := range names {
		if m.Sums() {
			continue
		}
		for _, b := range runs[1:] {
			x, y := pairedValues(runs[0], b, i)
			r := row{{"measure", m.String()}, {"run", b.name}, {"against", runs[0].name}, {"n", len(x)}}
			r = append(r, difference(x, y, seed)...)
			test, err := stat.SignFlip(differences(x, y), stat.SignFlipOptions{Seed: seed})
			if err == nil {
				tested, ps = append(tested, len(rows)), append(ps, test.P)
			}
			rows = append(rows, append(r, entry{"p", measured(test.P, err)}, entry{"p_holm", undefined{"no test"}}, entry{"method", test.Method}))
		}
	}
	adjusted, err := stat.Holm(ps)
	if err != nil {
		return failErrorf("%w", err)
	}
	for i, at := range tested {
		rows[at][len(rows[at])-2].value = adjusted[i]
	}
	for _, r := range rows {
		s.total(r, nil)
	}
	return nil
}

// pairedValues are the values of measure i for the queries that both runs have.
func pairedValues(a, b evaluated, i int) (x, y []float64) {
	other := make(map[string]metrics.QueryValue, len(b.Queries))
	for _, q := range b.Queries {
		other[q.ID] = q.Values[i]
	}
	for _, q := range a.Queries {
		if v, ok := other[q.ID]; ok && v.Reason == nil && q.Values[i].Reason == nil {
			x, y = append(x, q.Values[i].Value), append(y, v.Value)
		}
	}
	return x, y
}

func differences(x, y []float64) []float64 {
	d := make([]float64, len(x))
	for i := range x {
		d[i] = y[i] - x[i]
	}
	return d
}

// difference is the mean difference, its interval, and the smallest difference
// that as many queries of this spread would show with a power of 80 %.
func difference(x, y []float64, seed uint64) row {
	d := differences(x, y)
	delta, mde := any(undefined{"no query in common"}), any(undefined{"the differences do not vary"})
	if len(d) > 0 {
		sum := 0.0
		for _, v := range d {
			sum += v
		}
		delta = sum / float64(len(d))
	}
	if mean, err := stat.MeanT(d, stat.DefaultLevel); err == nil {
		mde = measured(stat.Design{}.MDEMean(len(d), mean.SE*math.Sqrt(float64(len(d)))))
	}
	iv, err := stat.PairedBootstrap(x, y, stat.BootstrapOptions{Seed: seed})
	return row{
		{"delta", delta},
		{"ci_low", measured(iv.Interval.Lo, err)}, {"ci_high", measured(iv.Interval.Hi, err)},
		{"mde", mde},
	}
}
