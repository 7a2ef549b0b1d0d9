// Package ragdiag finds out why a RAG system gave a bad answer: which stage
// broke, what evidence shows it, what is missing, and what to fix first.
//
// It is the front door for Go programs; the command in cmd/ragdiag does the
// same for files. In: a trace.Record, which is one question with whatever was
// recorded of its way through the system. Out: a diagnose.Diagnosis. It works
// offline, calls no model and gives the same verdict for the same record.
//
// For a stream of records use package pipeline, for files package
// trace/formats, for counts over many records package summary.
package ragdiag

import (
	"context"

	"github.com/ragdiag/ragdiag/diagnose"
	"github.com/ragdiag/ragdiag/pipeline"
	"github.com/ragdiag/ragdiag/trace"
)

// Options configures Diagnose. The zero value is the recommended setting.
type Options = pipeline.Options

// Diagnose examines one record, stage by stage, and decides. It fills
// rec.Evidence, so that the record then shows what the verdict rests on. An
// error means that the options are wrong, that a retriever given for probes
// failed, or that ctx ended; a poor record is no error but a verdict that says
// what is missing.
func Diagnose(ctx context.Context, rec *trace.Record, o Options) (diagnose.Diagnosis, error) {
	p, err := pipeline.New(o)
	if err != nil {
		return diagnose.Diagnosis{}, err
	}
	res := p.One(ctx, rec)
	return res.Diagnosis, res.Err
}
