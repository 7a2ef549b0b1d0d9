package diagnose

import (
	"fmt"

	"github.com/ragdiag/ragdiag/trace"
)

// Cause names what broke. Its value is the slug that users see in reports,
// gates and JSON; the zero Cause is "none or not determined".
type Cause string

// The causes. Missing context is a family: its parts are query formation,
// retrieval miss, context selection and corpus gap, and it is a cause of its own
// where nothing recorded tells them apart.
const (
	None        Cause = ""
	Missing     Cause = "missing-context"        // the prompt did not hold what was needed
	Query       Cause = "query-formation"        // the query sent could not find what the question would have found
	Retrieve    Cause = "retrieval-miss"         // the evidence is in the corpus and was not retrieved
	Select      Cause = "context-selection"      // it was retrieved and did not reach the prompt
	Ignore      Cause = "ignored-context"        // it was in the prompt and the answer goes against or past it
	Unsupported Cause = "unsupported-generation" // the answer says what nothing in the prompt says
	Cite        Cause = "citation-fault"         // the content is fine, its citations are not
	CorpusGap   Cause = "corpus-gap"             // the corpus does not hold what it should
	Instruction Cause = "instruction-failure"    // right content in the wrong form
	Infra       Cause = "infrastructure"         // a step failed, timed out or was cut off
	GoldLabel   Cause = "gold-label"             // the reference is wrong, not the answer
	Metric      Cause = "metric-artefact"        // right by value, wrong by string match
	Flaky       Cause = "flaky"                  // most re-runs of the same step are right
)

// info is one row of the table of causes: everything that the program knows
// about a cause apart from how it is decided.
type info struct {
	cause  Cause
	coarse Cause // the row of the report in which it counts
	group  Cause // the gate in which it counts too
	stage  trace.Stage
	title  string // for people
	does   string // one clause: what happened
}

var table = []info{
	{Missing, Missing, Missing, trace.StageUnknown, "Missing context", "the prompt did not hold what a right answer needs"},
	{Query, Missing, Retrieve, trace.StageQuery, "Query formation", "the query that was sent could not find what the question itself finds"},
	{Retrieve, Missing, Retrieve, trace.StageRetrieve, "Retrieval miss", "the retriever did not return the needed evidence"},
	{Select, Missing, Select, trace.StageRerank, "Context selection", "the needed evidence was retrieved, but did not reach the prompt"},
	{CorpusGap, Missing, CorpusGap, trace.StageRetrieve, "Corpus gap", "the corpus does not hold the answer, and should"},
	{Ignore, Ignore, Ignore, trace.StageGround, "Ignored context", "the prompt held the answer, and the generator went against it or past it"},
	{Unsupported, Unsupported, Unsupported, trace.StageGround, "Unsupported generation", "the answer states what nothing in the prompt supports"},
	{Cite, Cite, Cite, trace.StageCite, "Citation fault", "the content holds, but its citations do not"},
	{Instruction, Instruction, Instruction, trace.StageGround, "Instruction failure", "the content is right, its form is not what was asked for"},
	{Infra, Infra, Infra, trace.StageUnknown, "Infrastructure", "a step failed, timed out or was cut off"},
	{GoldLabel, GoldLabel, GoldLabel, trace.StageUnknown, "Gold label", "the reference answer is wrong or outdated, not the system"},
	{Metric, Metric, Metric, trace.StageUnknown, "Metric artefact", "the answer is right, only the string match says otherwise"},
	{Flaky, Flaky, Flaky, trace.StageGround, "Flaky", "most repeats of the very same step give a right answer"},
}

// Causes lists every cause in the order of the flow.
func Causes() []Cause {
	all := make([]Cause, len(table))
	for i, row := range table {
		all[i] = row.cause
	}
	return all
}

// row returns the table row of c; ok is false for None and for unknown names.
func (c Cause) row() (info, bool) {
	for _, r := range table {
		if r.cause == c {
			return r, true
		}
	}
	return info{title: "Undetermined"}, false
}

// Coarse returns the cause that users see first: the parts of missing context
// count as missing context, every other cause keeps its own name.
func (c Cause) Coarse() Cause {
	r, _ := c.row()
	return r.coarse
}

// Group returns the cause under which gates and experiments count c: query
// formation counts as a retrieval miss, every other cause keeps its own name.
func (c Cause) Group() Cause {
	r, _ := c.row()
	return r.group
}

// Includes reports whether a count of c counts other too: missing context
// counts its parts, a retrieval miss counts query formation.
func (c Cause) Includes(other Cause) bool {
	return c != None && (c == other || c == other.Coarse() || c == other.Group())
}

// Stage returns the pipeline stage to look at, or trace.StageUnknown.
func (c Cause) Stage() trace.Stage {
	r, _ := c.row()
	return r.stage
}

// Title returns the name for people: "Retrieval miss".
func (c Cause) Title() string {
	r, _ := c.row()
	return r.title
}

// Describe returns one clause that says what happened.
func (c Cause) Describe() string {
	r, _ := c.row()
	return r.does
}

// ParseCause reads a slug such as "retrieval-miss".
func ParseCause(s string) (Cause, error) {
	if _, ok := Cause(s).row(); !ok {
		return None, fmt.Errorf("unknown cause %q: the causes are %v", s, Causes())
	}
	return Cause(s), nil
}
