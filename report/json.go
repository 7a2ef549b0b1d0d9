package report

import (
	"encoding/json"
	"io"
	"iter"

	"github.com/ragdiag/ragdiag/diagnose"
	"github.com/ragdiag/ragdiag/summary"
	"github.com/ragdiag/ragdiag/trace"
)

// Drill is the records of a run with their diagnoses, in input order.
type Drill = iter.Seq2[*trace.Record, diagnose.Diagnosis]

// JSON writes the summary with all digits, and the studies as fields beside its
// own.
func JSON(w io.Writer, s summary.Summary, st Studies) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	return e.Encode(struct {
		summary.Summary
		Studies
	}{s, st})
}

// JSONL writes the records in the native format, one line each.
func JSONL(w io.Writer, records Drill) error {
	for rec := range records {
		line, err := json.Marshal(rec)
		if err != nil {
			return err
		}
		if _, err := w.Write(append(line, '\n')); err != nil {
			return err
		}
	}
	return nil
}
