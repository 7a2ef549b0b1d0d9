package metrics

import (
	"errors"
	"fmt"
)

// EvalOptions says what happens to queries for which a measure is undefined.
// The zero value is trec_eval's rule: the value is 0, and the query counts.
type EvalOptions struct {
	// LeaveOut leaves queries without a relevant document out of the totals of
	// the measures that need one. Where nothing was retrieved the value is 0
	// still, since that is the run's fault.
	LeaveOut bool
}

// Evaluation holds the values of some measures for some queries.
type Evaluation struct {
	Measures []Measure
	Queries  []QueryValues // in the order of the topics
	Totals   []Total       // one for each measure
}

// QueryValues are one query's values, one for each measure.
type QueryValues struct {
	ID     string
	Values []QueryValue
}

// QueryValue is a value, or the reason why there is none.
type QueryValue struct {
	Value  float64
	Reason error // nil if the value is defined
}

// Total is a measure over all queries: their mean, or their sum if the measure
// is a count.
type Total struct {
	Value     float64
	Reason    error // ErrEmpty if no query had a value
	N         int   // queries in Value
	Undefined int   // queries for which the measure is undefined, in Value as 0 or left out
}

// Evaluate applies the measures to the topics. A measure that is undefined for
// a query (ErrNoRelevant, ErrNoneRetrieved) follows opt; any other error names
// the query and ends the evaluation.
func Evaluate(topics []Topic, measures []Measure, opt EvalOptions) (Evaluation, error) {
	e := Evaluation{Measures: measures, Queries: make([]QueryValues, len(topics)), Totals: make([]Total, len(measures))}
	for i, t := range topics {
		values := make([]QueryValue, len(measures))
		for j, m := range measures {
			v, err := m.Of(t)
			undefined := errors.Is(err, ErrNoRelevant) || errors.Is(err, ErrNoneRetrieved)
			if err != nil && !undefined {
				return Evaluation{}, fmt.Errorf("query %q: %s: %w", t.ID, m, err)
			}
			total := &e.Totals[j]
			if undefined {
				total.Undefined++
				if opt.LeaveOut && errors.Is(err, ErrNoRelevant) {
					values[j].Reason = err
					continue
				}
			}
			values[j].Value = v
			total.Value += v
			total.N++
		}
		e.Queries[i] = QueryValues{t.ID, values}
	}
	for j, m := range measures {
		switch total := &e.Totals[j]; {
		case total.N == 0:
			total.Reason = ErrEmpty
		case !m.Sums():
			total.Value /= float64(total.N)
		}
	}
	return e, nil
}
