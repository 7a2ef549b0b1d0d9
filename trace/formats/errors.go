package formats

import (
	"fmt"
	"strconv"

	"github.com/ragdiag/ragdiag/trace"
)

// Pos is where a record stands.
type Pos struct {
	File   string `json:"file,omitzero"`   // as the user named it; "-" is standard input
	Line   int    `json:"line,omitzero"`   // 1-based line on which the record begins; 0: not known
	Record string `json:"record,omitzero"` // its ID; empty: not known
}

// String returns `traces.jsonl:17: record "q42"`, without the parts that are
// not known.
func (p Pos) String() string {
	s := p.File
	if p.Line > 0 {
		s += ":" + strconv.Itoa(p.Line)
	}
	if p.Record != "" {
		if s != "" {
			s += ": "
		}
		s += "record " + strconv.Quote(p.Record)
	}
	return s
}

// RecordError says why one record could not be read or examined. It concerns
// that record alone: the stream that yielded it goes on.
type RecordError struct {
	Pos   Pos
	Stage trace.Stage // where it went wrong; StageUnknown: in reading
	Err   error
}

// Error returns position, stage and reason:
// `traces.jsonl:17: record "q42": context[3]: text is empty`.
func (e *RecordError) Error() string {
	s := e.Pos.String()
	if e.Stage != trace.StageUnknown {
		s += ": " + string(e.Stage)
	}
	return s + ": " + e.Err.Error()
}

// Unwrap returns the reason.
func (e *RecordError) Unwrap() error { return e.Err }

// InputError says that a whole input cannot be read: it is missing, binary,
// empty, or of no format that we know. The stream that yields it ends.
type InputError struct {
	File string
	Err  error
}

// Error returns the file's name and the reason.
func (e *InputError) Error() string { return fmt.Sprintf("%s: %v", e.File, e.Err) }

// Unwrap returns the reason.
func (e *InputError) Unwrap() error { return e.Err }
