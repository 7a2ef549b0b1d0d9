package judge

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/ragdiag/ragdiag/llm"
)

// Task is one kind of question to a model: its prompt, its schema, its verdicts
// and what is checked of them. The tasks are variables of this package.
type Task struct {
	Name    string // "claims.verify"
	Version int    // goes up whenever prompt, schema or checks change

	rule     string    // who the model is and how it decides
	item     string    // what an item is, in one or two words
	verdicts []verdict // in the order in which they are explained
	own      bool      // an item is the unit of the same ID, and is quoted itself
	absence  bool      // verdicts without a quote say that something is not there: see confirm

	// check says why a verdict with its quotes is not to be believed; "" if it
	// is. A nil check believes it.
	check func(q *Query, item Item, verdict string, quotes []string) string
}

// verdict is one answer that a task allows.
type verdict struct {
	name  string
	means string // with the cases at its border
	quote bool   // it counts only with a quote
}

// CannotTell is the verdict of every task for what the texts do not decide.
const CannotTell = "cannot_tell"

// Tasks lists all tasks.
func Tasks() []*Task {
	return []*Task{Verify, Sufficiency, Equivalence, Refusal, Relevance, Pairwise, Subtype}
}

// Verdicts lists the verdicts of the task, CannotTell last.
func (t *Task) Verdicts() []string {
	var out []string
	for _, v := range t.verdicts {
		out = append(out, v.name)
	}
	return append(out, CannotTell)
}

// Own reports whether an item of the task is the unit of the same ID.
func (t *Task) Own() bool { return t.own }

// needsQuote reports whether a verdict counts only with a quote.
func (t *Task) needsQuote(name string) bool {
	for _, v := range t.verdicts {
		if v.name == name {
			return v.quote
		}
	}
	return false
}

// object is a JSON Schema of an object of which every field is required, in the
// given order: models write fields in the order of the schema, so the reason
// comes before the verdict. Strict servers want no other keywords.
func object(fields ...field) json.RawMessage {
	var props, names []string
	for _, f := range fields {
		props = append(props, fmt.Sprintf("%q:%s", f.name, f.schema))
		names = append(names, fmt.Sprintf("%q", f.name))
	}
	return json.RawMessage(fmt.Sprintf(`{"type":"object","properties":{%s},"required":[%s],"additionalProperties":false}`,
		strings.Join(props, ","), strings.Join(names, ",")))
}

type field struct {
	name   string
	schema json.RawMessage
}

func list(of json.RawMessage) json.RawMessage {
	return json.RawMessage(fmt.Sprintf(`{"type":"array","items":%s}`, of))
}

var str = json.RawMessage(`{"type":"string"}`)

// schema is what the server is asked to keep to.
func (t *Task) schema() *llm.Schema {
	evidence := field{"evidence", list(object(field{"unit", str}, field{"quote", str}))}
	names, err := json.Marshal(t.Verdicts())
	if err != nil {
		panic(err) // strings
	}
	item := object(field{"id", str}, evidence, field{"reason", str},
		field{"verdict", json.RawMessage(fmt.Sprintf(`{"type":"string","enum":%s}`, names))},
		field{"confidence", json.RawMessage(`{"type":"number"}`)})
	return &llm.Schema{Name: strings.ReplaceAll(t.Name, ".", "_"), JSON: object(field{"items", list(item)})}
}
