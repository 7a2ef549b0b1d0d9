package main

// means averages the columns of a file of records, leaving out what is
// undefined and counting it.
type means struct {
	names     []string
	sums      []float64
	n         []int
	undefined []int
	records   int
}

func newMeans(names ...string) *means {
	return &means{names: names, sums: make([]float64, len(names)), n: make([]int, len(names)), undefined: make([]int, len(names))}
}

// add takes the values of one record, one for each name, and returns them as
// the record's row.
func (m *means) add(id recordID, values []any) row {
	m.records++
	r := row{{"id", string(id)}}
	for i, v := range values {
		switch v := v.(type) {
		case float64:
			m.sums[i] += v
			m.n[i]++
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
		if m.n[i] > 0 {
			v = m.sums[i] / float64(m.n[i])
		}
		r = append(r, entry{name, v})
		if m.undefined[i] > 0 {
			missing = append(missing, entry{name, m.undefined[i]})
		}
	}
	return r, row{{"records", m.records}, {"undefined", missing}}
}
