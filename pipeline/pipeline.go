package pipeline

import (
	"context"
	"fmt"
	"iter"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"github.com/ragdiag/ragdiag/claim"
	"github.com/ragdiag/ragdiag/diagnose"
	"github.com/ragdiag/ragdiag/internal/text"
	"github.com/ragdiag/ragdiag/judge"
	"github.com/ragdiag/ragdiag/stages/answer"
	"github.com/ragdiag/ragdiag/stages/cite"
	"github.com/ragdiag/ragdiag/stages/ground"
	"github.com/ragdiag/ragdiag/stages/prepared"
	"github.com/ragdiag/ragdiag/stages/query"
	"github.com/ragdiag/ragdiag/stages/rerank"
	"github.com/ragdiag/ragdiag/stages/retrieve"
	"github.com/ragdiag/ragdiag/trace"
	"github.com/ragdiag/ragdiag/trace/formats"
)

// Options configures a Pipeline. The zero value examines records offline with
// the parameters that the program ships.
type Options struct {
	Params    *diagnose.Params   // nil: diagnose.DefaultParams
	Language  string             // ISO 639-1 of all texts; empty: found out per record
	Weights   *text.Weights      // of words in the user's corpus; nil: by the form of the word
	Verifier  *claim.Model       // weights of the verifier; nil: the shipped ones
	Workers   int                // records in flight; 0: one per processor
	Retriever retrieve.Retriever // for probes with other queries; nil: none at hand
	Corpus    retrieve.Retriever // searched for what a reference answer rests on; nil: the Retriever, if it is an index
	Judge     *judge.Judge       // decides what the examiners leave open; nil: only what a record brings along
	Live      *Live              // answers the questions first; nil: the records hold answers
	Now       func() time.Time   // for timings; nil: none are taken
}

// Pipeline examines and diagnoses records. It may be used by several
// goroutines at once.
type Pipeline struct {
	o        Options
	params   diagnose.Params
	verifier *claim.Verifier
}

// New returns a pipeline, or says which option is wrong.
func New(o Options) (*Pipeline, error) {
	p := &Pipeline{o: o, params: diagnose.DefaultParams()}
	if o.Params != nil {
		p.params = *o.Params
	}
	if err := p.params.Validate(); err != nil {
		return nil, err
	}
	if o.Workers < 0 {
		return nil, fmt.Errorf("pipeline: %d workers: give a positive number, or 0 for one per processor", o.Workers)
	}
	if _, ok := o.Retriever.(retrieve.Corpus); ok && o.Corpus == nil {
		p.o.Corpus = o.Retriever
	}
	if o.Workers == 0 {
		p.o.Workers = runtime.GOMAXPROCS(0)
	}
	if o.Live != nil {
		if err := o.Live.validate(); err != nil {
			return nil, err
		}
	}
	p.verifier = claim.New(claim.Options{Weights: o.Weights, Language: o.Language, Model: o.Verifier})
	return p, nil
}

// Result is what became of one input element: a record with evidence and
// diagnosis, or the error for which it was skipped.
type Result struct {
	Record    *trace.Record
	Diagnosis diagnose.Diagnosis
	Err       error
	Took      time.Duration // zero without Options.Now
}

// Diagnose reads records and yields a Result for each, in input order. An
// element that is an error, and a record whose stages fail, become a Result
// with that error. It ends early when ctx does.
func (p *Pipeline) Diagnose(ctx context.Context, in iter.Seq2[*trace.Record, error]) iter.Seq[Result] {
	return ordered(ctx, elements(in), p.o.Workers, func(ctx context.Context, e element) Result {
		if e.err != nil {
			return Result{Record: e.rec, Err: e.err}
		}
		return p.One(ctx, e.rec)
	})
}

type element struct {
	rec *trace.Record
	err error
}

func elements(in iter.Seq2[*trace.Record, error]) iter.Seq[element] {
	return func(yield func(element) bool) {
		for rec, err := range in {
			if !yield(element{rec, err}) {
				return
			}
		}
	}
}

// One takes one record through all stages: it runs them if the pipeline is
// live, examines what they left, and decides. It fills rec.Evidence. A panic in
// a stage is the error of this record, so that it costs no other one.
func (p *Pipeline) One(ctx context.Context, rec *trace.Record) (res Result) {
	var start time.Time
	if p.o.Now != nil {
		start = p.o.Now()
	}
	res = Result{Record: rec}
	evidence := rec.Evidence
	defer func() {
		if fault := recover(); fault != nil {
			rec.Evidence = evidence
			res = Result{Record: rec, Err: Fault(rec.ID, fault)}
		}
	}()
	if p.o.Live != nil {
		res.Err = p.o.Live.answer(ctx, rec)
	}
	if res.Err == nil {
		res.Err = p.Examine(ctx, rec)
	}
	if res.Err == nil {
		res.Diagnosis = diagnose.Classify(rec, p.params)
	}
	if p.o.Now != nil {
		res.Took = p.o.Now().Sub(start)
	}
	return res
}

// Verifier names the verifier of claims and its weights.
func (p *Pipeline) Verifier() string { return p.verifier.Version() }

// Fault turns what recover returned while a record was worked on into the error
// of that record. It must be called by the function that recovers.
func Fault(id string, recovered any) error {
	return &formats.RecordError{Pos: formats.Pos{Record: id}, Err: fmt.Errorf("a fault of ragdiag, please report it: %v (%s)", recovered, panicked())}
}

// panicked returns the function, file and line that panicked, as seen from a
// deferred function further up.
func panicked() string {
	pcs := make([]uintptr, 64)
	frames := runtime.CallersFrames(pcs[:runtime.Callers(1, pcs)])
	below := false // in what the runtime adds
	for {
		f, more := frames.Next()
		switch inRuntime := strings.HasPrefix(f.Function, "runtime."); {
		case inRuntime:
			below = true
		case below:
			_, name, _ := strings.Cut(f.Function[strings.LastIndexByte(f.Function, '/')+1:], ".")
			return fmt.Sprintf("%s at %s:%d", name, filepath.Join(filepath.Base(filepath.Dir(f.File)), filepath.Base(f.File)), f.Line)
		}
		if !more {
			return "at an unknown place"
		}
	}
}

// Examine fills the evidence of a record, stage by stage. Recorded probes, arms
// and peer answers are kept, and so is what a judge said about the same texts. An
// error comes only from a retriever that is asked for probes, from a judge that
// cannot be asked at all, or from ctx.
func (p *Pipeline) Examine(ctx context.Context, rec *trace.Record) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	whole := rec
	rec = capped(whole)
	if rec != whole {
		defer func() { whole.Evidence = rec.Evidence }()
	} else {
		rec.Evidence.Capped = nil
	}
	r := prepared.New(rec, p.verifier)
	e := &rec.Evidence
	e.Outcome = answer.Examine(r)
	e.Query = query.Examine(r)
	inferred, err := p.infer(ctx, rec)
	var retrieved *trace.RetrieveEvidence
	var probes []trace.Probe
	if err == nil {
		r.Infer(inferred)
		retrieved, probes, err = p.retrieval(ctx, r)
	}
	if err != nil {
		return &formats.RecordError{Pos: formats.Pos{Record: rec.ID}, Stage: trace.StageRetrieve, Err: err}
	}
	e.Retrieve, e.Probes = retrieved, probes
	e.Retrieve.Inferred = inferred
	e.Rerank = rerank.Examine(r)
	e.Ground = ground.Examine(r)
	e.Cite = cite.Examine(r)
	if p.o.Judge != nil {
		said, err := p.o.Judge.Record(ctx, rec)
		if err != nil {
			return fmt.Errorf("judge: record %q: %w", rec.ID, err)
		}
		e.Judge = said
	}
	e.Outcome, e.Ground = judge.Apply(rec)
	return nil
}

// infer finds the passages that stand in for gold evidence: with an index and a
// long reference answer at hand, unless the answer is known to be good.
func (p *Pipeline) infer(ctx context.Context, rec *trace.Record) ([]trace.Unit, error) {
	if p.o.Corpus == nil || rec.Evidence.Outcome.Bad.IsNo() || !retrieve.Inferable(rec) {
		return nil, nil
	}
	return retrieve.Infer(ctx, rec, p.o.Corpus, p.o.Weights)
}

// retrieval examines the candidates. With a retriever at hand it also tries
// other queries, unless the answer is known to be good: then nothing is to be
// learned from them.
func (p *Pipeline) retrieval(ctx context.Context, r *prepared.Record) (*trace.RetrieveEvidence, []trace.Probe, error) {
	ev := retrieve.Examine(r)
	if p.o.Retriever == nil || r.Evidence.Outcome.Bad.IsNo() {
		return ev, r.Evidence.Probes, nil
	}
	if ev.InCandidates.IsYes() { // nothing to probe for
		return retrieve.Inspect(ctx, r, p.o.Retriever, retrieve.ProbeOptions{})
	}
	others, err := query.Form(ctx, r.Record, query.Options{
		Kinds:   []string{trace.QueryHistoryResolved, trace.QueryExpanded},
		Search:  p.o.Retriever.Retrieve,
		Weights: p.o.Weights,
	})
	if err != nil {
		return nil, nil, err
	}
	return retrieve.Inspect(ctx, r, p.o.Retriever, retrieve.ProbeOptions{Queries: others})
}
