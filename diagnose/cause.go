package diagnose

import (
	"fmt"

	"github.com/ragdiag/ragdiag/trace"
)

// Cause names what broke. Its value is the slug that users see in reports,
// gates and JSON; the zero Cause is "none or not determined".
type Cause string

// The causes. The first six are the primary ones; the others may become root
// where the decision procedure says so.
const (
	None        Cause = ""
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
	coarse Cause
	stage  trace.Stage
	title  string // for people
	does   string // one clause: what happened
}

var table = []info{
	{Query, Retrieve, trace.StageQuery, "Query formation", "the query that was sent could not find what the question itself finds"},
	{Retrieve, Retrieve, trace.StageRetrieve, "Retrieval miss", "the needed evidence is in the corpus, but the retriever did not return it"},
	{Select, Select, trace.StageRerank, "Context selection", "the needed evidence was retrieved, but did not reach the prompt"},
	{Ignore, Ignore, trace.StageGround, "Ignored context", "the prompt held the answer, and the generator went past it"},
	{Unsupported, Unsupported, trace.StageGround, "Unsupported generation", "the answer states what nothing in the prompt supports"},
	{Cite, Cite, trace.StageCite, "Citation fault", "the content holds, but its citations do not"},
	{CorpusGap, CorpusGap, trace.StageRetrieve, "Corpus gap", "the corpus does not hold the answer, and should"},
	{Instruction, Instruction, trace.StageGround, "Instruction failure", "the content is right, its form is not what was asked for"},
	{Infra, Infra, trace.StageUnknown, "Infrastructure", "a step failed, timed out or was cut off"},
	{GoldLabel, GoldLabel, trace.StageUnknown, "Gold label", "the reference answer is wrong or outdated, not the system"},
	{Metric, Metric, trace.StageUnknown, "Metric artefact", "the answer is right, only the string match says otherwise"},
	{Flaky, Flaky, trace.StageGround, "Flaky", "most repeats of the very same step give a right answer"},
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

// Coarse returns the cause that users see first: query formation counts as a
// retrieval miss, every other cause keeps its own name.
func (c Cause) Coarse() Cause {
	r, _ := c.row()
	return r.coarse
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
