package summary

import (
	"github.com/ragdiag/ragdiag/metrics/stat"
	"github.com/ragdiag/ragdiag/trace"
)

// CeilingVersion is the schema version of a Ceiling as JSON.
const CeilingVersion = 1

// Ceiling says what end quality would gain if stages of the pipeline were
// perfect, as experiments on failures and on good answers show it. All gains are
// differences of shares, in [−1, 1]: reports print them in points of a hundred.
type Ceiling struct {
	Version int `json:"ragdiag_ceiling"`

	Failures  Drawn   `json:"failures"`  // records that the table is about, by how they were answered …
	Successes Drawn   `json:"successes"` // … and how many of them were experimented on
	Clusters  int     `json:"clusters"`  // documents, conversations or single records that were drawn
	LeftOut   []Group `json:"left_out,omitzero"`
	Calls     int     `json:"calls"`   // replies that the table rests on, those paid for earlier counted
	Repeats   int     `json:"repeats"` // of each prompt

	Now     float64      `json:"now"`     // quality of the pipeline as it is, by replays
	Perfect float64      `json:"perfect"` // with every stage perfect
	Rows    []CeilingRow `json:"rows"`    // in flow order
	// ShapleySum is the sum of the Shapley values, which has to be Perfect − Now.
	ShapleySum float64 `json:"shapley_sum"`
	Worth      []Worth `json:"worth"` // of every set of perfect stages

	First     string   `json:"first"`             // what to fix first, as far as it is shown
	TooStrong string   `json:"too_strong"`        // what the table does not allow to say
	Notes     []string `json:"notes,omitzero"`    // what weakens it
	Intervals string   `json:"intervals"`         // what the intervals mean
	Seed      uint64   `json:"seed"`              // of sample and resamples
	Resamples int      `json:"resamples"`         // of the bootstrap
	Unproven  string   `json:"unproven,omitzero"` // why there are no intervals
}

// Drawn is how many records of a kind there are, and how many the table rests on.
type Drawn struct {
	Of int `json:"of"`
	N  int `json:"n"`
}

// CeilingRow is one stage, or several whose repairs cannot be told apart.
type CeilingRow struct {
	Stages    []trace.Stage `json:"stages"`
	Title     string        `json:"title"`
	FirstIn   Gain          `json:"first_in"` // made perfect alone
	LastIn    Gain          `json:"last_in"`  // made perfect after all others
	Shapley   float64       `json:"shapley"`  // its fair share of Perfect − Now
	Sentence  string        `json:"sentence"`
	TooStrong string        `json:"too_strong"`
}

// Gain is a difference of end quality.
type Gain struct {
	Value float64 `json:"value"`
	SE    float64 `json:"se,omitzero"`
	// Interval is for questions of the same kind, Here for the records of this
	// run alone. Each holds together with those of all rows and both columns.
	Interval *stat.Interval `json:"interval,omitzero"`
	Here     *stat.Interval `json:"here,omitzero"`
}

// Worth is the quality with some stages perfect.
type Worth struct {
	Stages  []trace.Stage `json:"stages"`
	Quality float64       `json:"quality"`
}
