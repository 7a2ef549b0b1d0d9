package summary

import (
	"github.com/ragdiag/ragdiag/diagnose"
	"github.com/ragdiag/ragdiag/metrics/stat"
	"github.com/ragdiag/ragdiag/trace"
)

// Version is the schema version of a Summary as JSON. It is in the field
// "ragdiag_summary" and is apart from the version of records.
const Version = 1

// SmallSlice is the number of judged records below which a slice is marked as
// too small to read much into.
const SmallSlice = 30

// Summary is everything that a report shows. It is complete: renderers look
// numbers up and compute none.
type Summary struct {
	Version int    `json:"ragdiag_summary"`
	Title   string `json:"title,omitzero"` // of the run, for people

	Read     int           `json:"read"`     // records that the input held, readable or not
	Statuses []StatusCount `json:"statuses"` // one for each status, in the order of the sum rule
	SumHolds bool          `json:"sum_holds"`

	// Judged records are those where something says whether the answer is bad,
	// without those whose reference is in doubt (SetAside). Quality is Right of
	// Judged. A right answer may still be a failure, by its citations or its form.
	Judged   int   `json:"judged"`
	Right    int   `json:"right"`
	Bad      int   `json:"bad"`       // failures: diagnosed or undetermined, and not set aside
	RightBad int   `json:"right_bad"` // of the failures, those whose content is right
	Quality  Ratio `json:"quality"`
	// QualityBounds is what quality would be were the records counted that were not
	// judged: all of them wrong, or all right.
	QualityBounds QualityBounds `json:"quality_bounds"`
	SetAside      Group         `json:"set_aside"` // the reference itself looks wrong
	Artefact      Group         `json:"artefact"`  // right by value, wrong by string match; counted as right

	Causes       []CauseRow   `json:"causes"` // every coarse cause: missing context, ignored context and unsupported generation, then the others, most frequent first
	Counts       []CauseCount `json:"counts"` // every slug that occurred, as gates name them
	Undetermined Undetermined `json:"undetermined"`
	Fixes        []Fix        `json:"fixes,omitzero"` // most useful first

	// Ceiling is what experiments showed, filled by the caller; Bounds is what can
	// be said without them.
	Ceiling *Ceiling `json:"ceiling,omitzero"`
	Bounds  []Bound  `json:"bounds,omitzero"` // in flow order; nil: nothing tells

	Metrics  []Metric `json:"metrics"` // in flow order
	Refusals Refusals `json:"refusals"`
	Slices   []Slice  `json:"slices,omitzero"` // by tag, then value

	Skipped    []Group `json:"skipped,omitzero"`     // reasons, most frequent first
	NotJudged  []Group `json:"not_judged,omitzero"`  // what would be the cause if the answer is bad
	WouldJudge []Group `json:"would_judge,omitzero"` // what would decide the records that were not judged, most useful first
	// UnjudgedCitations are the citation faults of records that were not judged: they
	// can be seen without a reference, and are no failure in any count.
	UnjudgedCitations CitationFaults `json:"unjudged_citations,omitzero"`
	Contributing      []Group        `json:"contributing,omitzero"` // faults beside the root, over all records
	Modifiers         []Group        `json:"modifiers,omitzero"`    // "conflict", "stale", "position" …
	Joint             []Group        `json:"joint,omitzero"`        // pairs of causes that both need repair
	Notes             []Group        `json:"notes,omitzero"`        // remarks of the diagnoses, over all records
	Warnings          []Group        `json:"warnings,omitzero"`     // what weakens the result
	Setup             []Detail       `json:"setup,omitzero"`        // system, model, retriever, k, examiners' versions
	Intervals         string         `json:"intervals"`             // what the intervals mean
	Gates             []Result       `json:"gates,omitzero"`        // filled by the caller with Gate.Check
}

// StatusCount is how many records ended in a status.
type StatusCount struct {
	Status diagnose.Status `json:"status"`
	Count  int             `json:"count"`
}

// QualityBounds are the least and the greatest quality that the records allow
// which were not judged. With Of = 0 both are unknown.
type QualityBounds struct {
	Of      int         `json:"of"` // judged or not
	AtLeast trace.Value `json:"at_least"`
	AtMost  trace.Value `json:"at_most"`
}

// CitationFaults counts the records that have citations and those of them whose
// citations are at fault, by kind.
type CitationFaults struct {
	Faulty Ratio   `json:"faulty"` // of the records with citations
	Kinds  []Group `json:"kinds,omitzero"`
}

// Ratio is a count out of a total, with its share and interval. With Of = 0 the
// share is unknown and the interval absent.
type Ratio struct {
	Count    int            `json:"count"`
	Of       int            `json:"of"`
	Share    trace.Value    `json:"share"`
	Interval *stat.Interval `json:"interval,omitzero"`
}

// Group is a named set of records: how many, and up to five of their IDs.
type Group struct {
	Name     string   `json:"name"`
	Count    int      `json:"count"`
	Examples []string `json:"examples,omitzero"` // first in input order
}

// CauseRow is one line of the cause table. A coarse row has the finer causes
// beneath it in Parts; their counts add up to its own. The parts of missing
// context are the stages at which it was lost, with their finer kinds as Parts of
// their own; every other row has its kinds at once.
type CauseRow struct {
	Slug       string      `json:"slug"` // "retrieval-miss", or with the finer kind "retrieval-miss.depth"
	Title      string      `json:"title"`
	Describe   string      `json:"describe,omitzero"`
	Stage      trace.Stage `json:"stage,omitzero"`
	OfFailures Ratio       `json:"of_failures"` // simultaneous intervals over all rows of a level
	OfJudged   Ratio       `json:"of_judged"`
	// Possible counts the undetermined failures that this cause may explain too.
	Possible int `json:"possible"`
	// Proximate counts failures where this was the last stage that could have
	// prevented harm, whatever the root.
	Proximate int        `json:"proximate"`
	Grades    []Group    `json:"grades,omitzero"` // evidence grade of the weakest link: A to D
	Examples  []string   `json:"examples,omitzero"`
	Parts     []CauseRow `json:"parts,omitzero"`
}

// Undetermined says what is left open and what would close it.
type Undetermined struct {
	OfFailures Ratio   `json:"of_failures"`
	OfJudged   Ratio   `json:"of_judged"`
	Sets       []Group `json:"sets,omitzero"`    // "retrieval-miss or context-selection": causes left
	Next       []Group `json:"next,omitzero"`    // cheapest evidence to add, most useful first
	Missing    []Group `json:"missing,omitzero"` // evidence whose absence left records open
}

// Fix is one thing to try, with the failures that it would address at most.
type Fix struct {
	Text      string   `json:"text"`
	Slug      string   `json:"slug"` // cause of most of the records it addresses
	Addresses Ratio    `json:"addresses"`
	Examples  []string `json:"examples"`
}

// Metric is a mean over the records on which it could be measured.
type Metric struct {
	Name     string         `json:"name"`           // "recall@10", as gates call it
	Stage    trace.Stage    `json:"stage,omitzero"` // unknown: the answer as a whole
	About    string         `json:"about"`          // one clause for people
	Scored   int            `json:"scored"`
	Of       int            `json:"of"` // records examined
	Mean     trace.Value    `json:"mean"`
	Interval *stat.Interval `json:"interval,omitzero"`
	Note     string         `json:"note,omitzero"`     // why there is no interval
	Unscored []Group        `json:"unscored,omitzero"` // reasons, most frequent first
	Headline bool           `json:"headline"`          // one of the few that a short report shows
}

// Refusals crosses "could it be answered" with "was it answered".
type Refusals struct {
	AnswerableAnswered   int   `json:"answerable_answered"`
	AnswerableDeclined   int   `json:"answerable_declined"`
	UnanswerableAnswered int   `json:"unanswerable_answered"`
	UnanswerableDeclined int   `json:"unanswerable_declined"`
	Unknown              int   `json:"unknown"`       // one of the two is not known
	OverRefusal          Ratio `json:"over_refusal"`  // declined, of the answerable
	UnderRefusal         Ratio `json:"under_refusal"` // answered, of the unanswerable
}

// Slice is the part of the records that carries one value of a tag.
type Slice struct {
	Tag          string       `json:"tag"`
	Value        string       `json:"value"`
	Read         int          `json:"read"`
	Quality      Ratio        `json:"quality"`
	Gap          float64      `json:"gap"`                // quality against all other records, in standard errors (pooled z); 0: no others
	Bad          Ratio        `json:"bad"`                // of all failures
	Undetermined int          `json:"undetermined"`       // of this slice
	Small        bool         `json:"small"`              // fewer than SmallSlice judged
	TopCause     string       `json:"top_cause,omitzero"` // slug; empty: no decided failure
	TopCount     int          `json:"top_count"`
	Causes       []CauseCount `json:"causes,omitzero"`
}

// CauseCount is how often a cause was decided, and for how many undetermined
// failures it is still possible.
type CauseCount struct {
	Slug     string `json:"slug"` // coarse, fine and finer slugs alike
	Count    int    `json:"count"`
	Possible int    `json:"possible,omitzero"`
}

// Detail is a fact about the run.
type Detail struct {
	Name   string   `json:"name"`
	Values []string `json:"values"`
}
