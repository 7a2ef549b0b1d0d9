package main

import "github.com/ragdiag/ragdiag/metrics/stat"

// means averages the columns of a file of records, leaving out what is
// undefined and counting it.
type means struct {
	names     []string
	values    [][]float64 // of each column, as far as defined
	undefined []int
	records   int
}

func newMeans(names ...string) *means {
	return &means{names: names, values: make([][]float64, len(names)), undefined: make([]int, len(names))}
}

// add takes the values of one record, one for each name, and returns them as
// the record's row.
func (m *means) add(id recordID, values []any) row {
	m.records++
	r := row{{"id", string(id)}}
	for i, v := range values {
		switch v := v.(type) {
		case float64:
			m.values[i] = append(m.values[i], v)
		case undefined:
			m.undefined[i]++
		}
		r = append(r, entry{m.names[i], v})
	}
	return r
}

// total is the row of the means, and its notes: how many records there are, and
// for how many of them each value is undefined.
func (m *means) total() (r, notes row) {
	r, missing := row{{"id", "all"}}, row{}
	for i, name := range m.names {
		v := any(undefined{"undefined for every record"})
		if n := len(m.values[i]); n > 0 {
			sum := 0.0
			for _, x := range m.values[i] {
				sum += x
			}
			v = sum / float64(n)
		}
		r = append(r, entry{name, v})
		if m.undefined[i] > 0 {
			missing = append(missing, entry{name, m.undefined[i]})
		}
	}
	return r, row{{"records", m.records}, {"undefined", missing}}
}

// print prints the row of the means with its notes and intervals.
func (m *means) print(s *sheet) {
	r, notes := m.total()
	s.total(r, append(notes, m.intervals()))
}

// bootstrapped is the number of values up to which an interval of their mean is
// bootstrapped; Student's is as good for more.
const bootstrapped = 2000

// intervals are 95 % intervals of the means, as far as there are any: those of
// values that are not just 0 and 1 need some that differ.
func (m *means) intervals() entry {
	ci := row{}
	for i, name := range m.names {
		if iv, err := meanInterval(m.values[i]); err == nil {
			ci = append(ci, entry{name, iv})
		}
	}
	return entry{"ci95", ci}
}

func meanInterval(xs []float64) (stat.Interval, error) {
	ones, others := 0, false
	for _, x := range xs {
		others = others || x != 0 && x != 1
		if x == 1 {
			ones++
		}
	}
	switch {
	case !others:
		return stat.Proportion(ones, len(xs))
	case len(xs) <= bootstrapped:
		return stat.MeanBootstrap(xs, stat.BootstrapOptions{})
	}
	e, err := stat.MeanT(xs, stat.DefaultLevel)
	return e.Interval, err
}
