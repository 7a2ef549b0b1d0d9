package diagnose

import (
	"encoding/json"

	"github.com/ragdiag/ragdiag/trace"
)

// Status is the outcome of diagnosing one record. Each record has exactly one,
// so the counts of the statuses add up to the records read.
type Status string

// The statuses.
const (
	StatusDiagnosed    Status = "diagnosed"     // a failure with a decided root cause
	StatusUndetermined Status = "undetermined"  // a failure; Set holds the causes left
	StatusNotFailure   Status = "not-a-failure" // the answer is acceptable
	StatusNotJudged    Status = "not-judged"    // nothing says whether the answer is bad
	StatusSkipped      Status = "skipped"       // the record could not be read or examined
)

// Statuses lists every status in the order of the sum rule.
func Statuses() []Status {
	return []Status{StatusDiagnosed, StatusUndetermined, StatusNotFailure, StatusNotJudged, StatusSkipped}
}

// Attribution is a cause with what is known about it.
type Attribution struct {
	Cause Cause       `json:"cause"`
	Sub   string      `json:"sub,omitzero"`   // finer kind, such as "k-cut"; see Subs
	Grade trace.Grade `json:"grade,omitzero"` // of the weakest evidence that the attribution needs
}

// Slug returns "ignored-context.over-refusal", or the cause alone.
func (a Attribution) Slug() string {
	if a.Sub == "" {
		return string(a.Cause)
	}
	return string(a.Cause) + "." + a.Sub
}

// Part returns what part of its family the attribution is: the stage for missing
// context ("retrieval-miss"), else the finer kind ("misread"); "" if there is none.
func (a Attribution) Part() string {
	if a.Cause != a.Cause.Coarse() {
		return string(a.Cause)
	}
	return a.Sub
}

// MarshalJSON writes the family and the part beside the cause, so that those who
// read it need no table of causes.
func (a Attribution) MarshalJSON() ([]byte, error) {
	type plain Attribution
	return json.Marshal(struct {
		plain
		Family Cause  `json:"family,omitzero"`
		Part   string `json:"part,omitzero"`
	}{plain(a), a.Cause.Coarse(), a.Part()})
}

// Chance is a cause with its probability given the evidence.
type Chance struct {
	Cause Cause   `json:"cause"`
	P     float64 `json:"p"` // in [0,1]; the chances of a record add up to 1
}

// Basis says what a verdict rests on.
type Basis string

// What a named root may rest on; experiments add one of their own.
const (
	ByEvidence Basis = "evidence" // gold passages, candidates, probes, errors: no probability was fitted for it
	ByEstimate Basis = "estimate" // a probability calibrated on answers that people read
)

// Line is one piece of evidence as it is shown to people.
type Line struct {
	Name  string      `json:"name"` // of the predicate, such as "gold evidence among the candidates"
	Truth trace.Truth `json:"truth"`
	Grade trace.Grade `json:"grade,omitzero"`
	Text  string      `json:"text"`           // what was seen
	Aside bool        `json:"aside,omitzero"` // a fault that was looked for and not found
}

// Diagnosis is the verdict about one record.
type Diagnosis struct {
	ID     string            `json:"id"`
	Status Status            `json:"status"`
	Right  trace.Truth       `json:"right"`         // the content is right, whatever else is wrong; unknown if not judged
	Tags   map[string]string `json:"tags,omitzero"` // of the record, for slices

	// Root is the earliest cause whose repair is necessary, Proximate the last
	// stage that could still have prevented harm. Both are zero unless the
	// status is diagnosed; for a record that was not judged they hold what
	// would be the cause if the answer is bad, and Conditional is true.
	Root         Attribution   `json:"root,omitzero"`
	Proximate    Attribution   `json:"proximate,omitzero"`
	Conditional  bool          `json:"conditional,omitzero"`
	Contributing []Attribution `json:"contributing,omitzero"` // faults beside the root
	Modifiers    []string      `json:"modifiers,omitzero"`    // "conflict", "stale", "position" …
	Joint        []Cause       `json:"joint,omitzero"`        // two causes that both need repair

	// PBad is the probability that the answer is bad; unknown where nothing says.
	PBad trace.Value `json:"p_bad,omitzero"`

	// P is the probability that the verdict is right as printed: that the answer
	// is bad and this is the cause or its family, or that the answer is
	// acceptable. 0: not calibrated for this evidence.
	P     float64 `json:"confidence,omitzero"`
	Basis Basis   `json:"basis,omitzero"` // of a root that is named

	// Chances holds the probability of each cause given that the answer is bad,
	// the likeliest first: that of missing context is spread evenly over the parts
	// that the evidence leaves. Experiments start from it. Nil: nothing tells.
	Chances []Chance `json:"chances,omitzero"`

	// Set holds the causes that the evidence leaves: of an undetermined record
	// the likely ones, and query formation beside retrieval miss where no other
	// query was tried; else the root alone.
	Set     []Cause  `json:"set,omitzero"`
	Missing []string `json:"missing,omitzero"` // evidence that would have decided
	Next    string   `json:"next,omitzero"`    // the cheapest evidence to add
	Notes   []string `json:"notes,omitzero"`   // "gold evidence is incomplete", warnings

	Fix       string  `json:"fix,omitzero"`        // what to try first
	Repair    *Repair `json:"repair,omitzero"`     // what experiments say about repairing this answer; nil: they show nothing
	Sentence  string  `json:"sentence"`            // what the evidence allows to say
	TooStrong string  `json:"too_strong,omitzero"` // what it does not
	Evidence  []Line  `json:"evidence,omitzero"`

	Quarantined bool     `json:"quarantined,omitzero"` // the gold label is in doubt: leave it out of quality
	Versions    Versions `json:"versions"`
}

// Repair says which stages, made perfect, repair one answer, as far as the
// experiments that were run show it.
type Repair struct {
	// First is the earliest stage whose repair alone repairs the answer; without
	// one, the smallest set of stages that does. Nil: not shown.
	First []trace.Stage `json:"first_fix,omitzero"`
	// Responsible holds the stages of which it is known: 1 where the stage alone
	// repairs, 1/2 where one more has to be repaired with it.
	Responsible []Responsibility `json:"responsible,omitzero"`
	Either      bool             `json:"either,omitzero"` // over-determined: each of several stages repairs it alone
	Text        string           `json:"text"`            // for people
}

// Responsibility is how much a failure hangs on a stage: 1/(1+k), k being the
// least number of other stages that have to be repaired before its own repair
// is the one that counts (Chockler and Halpern 2004).
type Responsibility struct {
	Stage  trace.Stage `json:"stage"`
	Degree float64     `json:"degree"` // in (0, 1]
}

// Versions says what produced a diagnosis.
type Versions struct {
	Procedure string `json:"procedure"`
	Params    string `json:"params"` // hash of the Params used
}
