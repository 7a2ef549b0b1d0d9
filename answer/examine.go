package answer

import (
	"github.com/ragdiag/ragdiag/claim"
	"github.com/ragdiag/ragdiag/trace"
)

// Version names the examiner in evidence.
const Version = "answer/1"

// Options configures Examine. The zero value is the recommended setting.
type Options struct {
	Tau float64 // claim recall below which an answer is bad; 0 means 0.6
}

// Examine judges the answer of a record. ctx is the prepared context of the
// record, as claim.Verifier.Record returns it.
func Examine(rec *trace.Record, ctx *claim.Context, o Options) *trace.OutcomeEvidence {
	return &trace.OutcomeEvidence{Version: Version}
}

// Refuses reports whether a text declines to answer.
func Refuses(s string) trace.Predicate { return trace.NotKnown("not implemented") }
