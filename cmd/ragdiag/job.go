package main

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"sync/atomic"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/text/language"

	"github.com/ragdiag/ragdiag/claim"
	"github.com/ragdiag/ragdiag/diagnose"
	"github.com/ragdiag/ragdiag/llm"
	"github.com/ragdiag/ragdiag/pipeline"
	"github.com/ragdiag/ragdiag/report"
	"github.com/ragdiag/ragdiag/rundir"
	"github.com/ragdiag/ragdiag/stages/answer"
	"github.com/ragdiag/ragdiag/summary"
	"github.com/ragdiag/ragdiag/trace"
	"github.com/ragdiag/ragdiag/trace/formats"
)

// jobFlags are the flags of every command that examines records and writes a
// run directory.
type jobFlags struct {
	out             string
	format          string
	failOn          []string
	gateOn          string
	allowIncomplete bool
	strict          bool
	quiet           bool
	workers         int
	seed            uint64
	lang            string
	weights         string
	badAbove        float64
	rightBelow      float64
	corpusPolicy    string
	missingCitation string
	matchFalse      float64
	matchMissed     float64
}

func (f *jobFlags) register(cmd *cobra.Command) {
	p := diagnose.DefaultParams()
	fl := cmd.Flags()
	fl.StringVar(&f.out, "out", "", "run directory to write (default: ragdiag-runs/<time>)")
	fl.StringVar(&f.format, "format", "text", "what to print: text, md, json, html, junit, jsonl or csv")
	fl.StringArrayVar(&f.failOn, "fail-on", nil, "exit 3 if this holds, such as 'retrieval-miss>5%' or 'quality<0.8'; shares are of the judged records (repeatable)")
	fl.StringVar(&f.gateOn, "gate-on", summary.OnInterval, "what gates compare: interval, or point for the bare estimate")
	fl.BoolVar(&f.allowIncomplete, "allow-incomplete", false, "exit 0 instead of 4 if records were skipped or a gate cannot tell")
	fl.BoolVar(&f.strict, "strict", false, "stop at the first record that cannot be read")
	fl.BoolVar(&f.quiet, "quiet", false, "show no progress")
	fl.IntVar(&f.workers, "workers", 0, "records in flight (default: one per processor)")
	fl.Uint64Var(&f.seed, "seed", 1, "seed of everything drawn by chance, such as bootstrap intervals")
	fl.StringVar(&f.lang, "lang", "", "language of all texts as ISO 639-1 code (default: found out)")
	registerWeights(fl, &f.weights)
	fl.Float64Var(&f.badAbove, "bad-above", p.BadAbove, "probability of being bad from which an answer counts as bad")
	fl.Float64Var(&f.rightBelow, "right-below", p.RightBelow, "probability of being bad up to which an answer counts as right; between the two it is not judged")
	const noRecall = "min-claim-recall"
	fl.Var(gone("this flag is gone: whether an answer is bad is a calibrated probability now; say from which one it counts as bad with --bad-above, and as right with --right-below"), noRecall, "")
	if err := fl.MarkHidden(noRecall); err != nil {
		panic(err) // the flag was registered above
	}
	fl.StringVar(&f.corpusPolicy, "corpus-policy", string(p.CorpusPolicy), "may-lack: declining is right if the corpus lacks the answer; should-have: a gap is a fault")
	fl.StringVar(&f.missingCitation, "missing-citation", string(p.MissingCitation), "an uncited statement in an answer that cites: fault or tolerate")
	fl.Float64Var(&f.matchFalse, "match-false", p.MatchFalse, "share of evidence found by text that is none, as 'ragdiag audit match' measures it; experiments allow for it, and for no less than 2 %")
	fl.Float64Var(&f.matchMissed, "match-missed", p.MatchMissed, "share of evidence not found by text that is there all the same, likewise")
}

func (f *jobFlags) params() (diagnose.Params, error) {
	p := diagnose.DefaultParams()
	p.CorpusPolicy = diagnose.Policy(f.corpusPolicy)
	p.MissingCitation = diagnose.Policy(f.missingCitation)
	p.BadAbove, p.RightBelow = f.badAbove, f.rightBelow
	p.MatchFalse, p.MatchMissed = f.matchFalse, f.matchMissed
	if err := p.Validate(); err != nil {
		return p, usageErrorf("%w", err)
	}
	return p, nil
}

// pipelineOptions returns the options that the flags decide.
func (f *jobFlags) pipelineOptions() (pipeline.Options, error) {
	params, err := f.params()
	if err != nil {
		return pipeline.Options{}, err
	}
	if err := checkLanguage(f.lang); err != nil {
		return pipeline.Options{}, err
	}
	model, err := readWeights(f.weights)
	if err != nil {
		return pipeline.Options{}, err
	}
	return pipeline.Options{
		Verifier: model,
		Params:   &params,
		Language: f.lang,
		Workers:  f.workers,
		Now:      time.Now,
	}, nil
}

// checkLanguage refuses what is no ISO 639-1 code; empty is fine.
func checkLanguage(code string) error {
	if code == "" {
		return nil
	}
	if base, err := language.ParseBase(code); err != nil || len(code) != 2 || base.String() != code {
		return usageErrorf("--lang %q: it is a language code of two letters, such as en or de", code)
	}
	return nil
}

// config is what shapes the result of a job; its hash stands in the manifest.
// Where results go and how they are shown is no part of it.
func (f *jobFlags) config(o pipeline.Options, more map[string]any) (json.RawMessage, error) {
	c := map[string]any{
		"params":           o.Params,
		"lang":             f.lang,
		"verifier_weights": o.Verifier.Hash(),
		"seed":             f.seed,
	}
	maps.Copy(c, more)
	return json.Marshal(c)
}

// job is one run over a stream of records.
type job struct {
	*jobFlags
	command  string
	live     bool // the records are questions that the pipeline answers
	title    string
	inputs   []string // file names; "-" is standard input
	config   json.RawMessage
	records  iter.Seq2[*trace.Record, error]
	from     *formats.Input // where the records come from; nil: from us
	pipeline *pipeline.Pipeline

	chosen  report.Chosen // for the page, while the records are at hand
	stopped *llm.Error    // the limit that ended the work early; nil: none

	answered, unanswered int    // of live questions
	fault                string // of the first that was not answered
	// decide replaces the pipeline for records that carry their evidence.
	decide func(*trace.Record) diagnose.Diagnosis
	// experiments are run on what was diagnosed; nil: none.
	experiments *experiments
}

// maxSkipLines is how many skipped records are named on stderr; errors.jsonl
// has them all.
const maxSkipLines = 10

// run does the job: examines, diagnoses, writes the run directory, prints the
// report. Its error carries the exit code.
func (j *job) run(cmd *cobra.Command) error {
	ctx, stderr := cmd.Context(), cmd.ErrOrStderr()
	gates, err := summary.ParseGates(j.failOn) // before anything is paid for
	if err != nil {
		return usageErrorf("--fail-on: %w", err)
	}
	if j.gateOn != summary.OnInterval && j.gateOn != summary.OnPoint {
		return usageErrorf("--gate-on %q: it is %s or %s", j.gateOn, summary.OnInterval, summary.OnPoint)
	}
	printed := reportFlags{format: j.format}
	if _, err := printed.check(); err != nil {
		return err
	}
	dir, err := j.create()
	if err != nil {
		return err
	}
	if done, _ := dir.Resumed(); done > 0 && !j.quiet {
		fmt.Fprintf(stderr, "%s: going on after %d records\n", dir.Dir(), done)
	}
	if j.experiments != nil {
		err := j.experiments.open(dir.Dir())
		if err == nil {
			defer j.experiments.ledger.Close() //nolint:errcheck // each line was written when it was paid
			// Experiments learn from each other, so those that are done go through them
			// once more; their ledger makes that free.
			err = dir.Restart()
		}
		if err != nil {
			_ = dir.Finish(rundir.Failed, err.Error(), nil)
			return failErrorf("%w", err)
		}
	}
	b := summary.New(summary.Options{Title: j.title, Seed: j.seed})
	if err := j.addSaved(dir, b); err != nil {
		return failErrorf("%w", err)
	}
	end := j.work(ctx, dir, b, stderr)
	if end == nil && ctx.Err() == nil && j.experiments != nil && j.stopped == nil {
		end = j.experiments.makeCeiling(ctx, dir.Dir(), j.seed, stderr)
	}
	if end == nil && ctx.Err() != nil {
		end = context.Cause(ctx)
	}
	var usage *exitError
	switch {
	case end != nil && ctx.Err() != nil:
		_ = dir.Finish(rundir.Cancelled, "interrupted", nil)
		return &exitError{exitInterrupted, fmt.Errorf("interrupted; what was done is kept in %s: run the same command with --out %s to go on", dir.Dir(), dir.Dir())}
	case errors.As(end, &usage):
		_ = dir.Finish(rundir.Failed, end.Error(), nil)
		return end
	case end != nil:
		_ = dir.Finish(rundir.Failed, end.Error(), nil)
		return failErrorf("%w; what was done is kept in %s: remove the cause and run the same command with --out %s", end, dir.Dir(), dir.Dir())
	}
	s := b.Summary()
	if j.from != nil && !j.live {
		for i, hint := range j.from.Coverage().Hints() { // first: what is unread weakens all the rest
			s.Warnings = slices.Insert(s.Warnings, i, summary.Group{Name: hint, Count: s.Read})
		}
	}
	status, why := rundir.Success, ""
	if j.stopped != nil {
		s.Title += " (partial: " + j.stopped.Kind.String() + ")"
		status, why = rundir.Cancelled, j.stopped.Error()
	}
	s.Gates = summary.CheckAll(gates, s, j.gateOn)
	if err := dir.Finish(status, why, s); err != nil {
		return failErrorf("%w", err)
	}
	if j.experiments != nil {
		if err := j.experiments.finish(dir.Dir(), stderr); err != nil {
			return failErrorf("%w", err)
		}
	}
	saved, err := rundir.Open(dir.Dir())
	if err != nil {
		return failErrorf("%w", err)
	}
	if err := loadCeiling(dir.Dir(), &s); err != nil {
		return err
	}
	if err := j.writePage(ctx, saved, s); err != nil {
		return failErrorf("%w", err)
	}
	if err := printed.render(ctx, cmd.OutOrStdout(), &s, saved, keepAll); err != nil {
		return err
	}
	if !j.quiet {
		fmt.Fprintf(stderr, "\nrun directory: %s\n", dir.Dir())
		fmt.Fprintf(stderr, "open %s, or: ragdiag show %s ID\n", filepath.Join(dir.Dir(), "report.html"), dir.Dir())
	}
	return j.verdict(s)
}

// create opens the run directory.
func (j *job) create() (*rundir.Run, error) {
	claims := claim.Version()
	if j.pipeline != nil { // it may have refitted weights
		claims = j.pipeline.Verifier()
	}
	m := rundir.Manifest{
		Command: j.command,
		Versions: map[string]string{
			"ragdiag":   programVersion(),
			"procedure": diagnose.Procedure,
			"claims":    claims,
			"answers":   answer.Version,
		},
		Config: j.config,
	}
	sum := sha256.Sum256(j.config)
	m.ConfigHash = hex.EncodeToString(sum[:8])
	for _, path := range j.inputs {
		f := rundir.File{Name: path}
		if formats.ReadOnce(path) {
			if j.out != "" {
				if entries, err := os.ReadDir(j.out); err == nil && len(entries) > 0 {
					name := path
					if name == "-" {
						name = "standard input"
					}
					return nil, usageErrorf("--out %s is not empty, and a run over %s cannot be resumed, because that can be read only once: give a new folder", j.out, name)
				}
			}
		} else {
			var err error
			if f, err = rundir.HashFile(path); err != nil {
				return nil, usageErrorf("%w", err)
			}
		}
		m.Inputs = append(m.Inputs, f)
	}
	out := j.out
	if out == "" {
		out = filepath.Join("ragdiag-runs", time.Now().Format("2006-01-02T15-04-05.000"))
	}
	dir, err := rundir.Create(out, m)
	var mismatch *rundir.MismatchError
	switch {
	case errors.As(err, &mismatch), errors.Is(err, rundir.ErrForeign):
		return nil, usageErrorf("%w", err)
	case err != nil:
		return nil, failErrorf("%w", err)
	}
	return dir, nil
}

// addSaved counts the records that an earlier process of the same run has done.
func (j *job) addSaved(dir *rundir.Run, b *summary.Builder) error {
	if done, _ := dir.Resumed(); done == 0 {
		return nil
	}
	saved, err := rundir.Open(dir.Dir())
	if err != nil {
		return err
	}
	for pair, err := range saved.Pairs() {
		if err != nil {
			return err
		}
		b.Add(pair.Record, &pair.Diagnosis)
		j.chosen.Add(pair.Record, &pair.Diagnosis)
		j.countAnswer(pair.Record)
	}
	return nil
}

// work drives the records through the pipeline into the run directory.
func (j *job) work(ctx context.Context, dir *rundir.Run, b *summary.Builder, stderr io.Writer) error {
	if j.experiments != nil && j.experiments.studies != nil {
		if err := j.experiments.studies.make(ctx, j.experiments.options, dir.Dir(), stderr); err != nil {
			return err
		}
	}
	bar := newProgress(stderr, "records", 0, j.quiet)
	defer bar.done()
	w := &work{job: j, dir: dir, b: b, stderr: stderr}
	for res := range j.results(ctx, w.todo(bar)) {
		if ctx.Err() != nil {
			return context.Cause(ctx) // what is in flight was cut short
		}
		bar.add(1)
		if err := w.take(&res); err != nil {
			return err
		}
	}
	if j.experiments != nil && j.stopped == nil {
		j.stopped = j.experiments.runner.Stopped()
	}
	if j.stopped != nil {
		fmt.Fprintf(stderr, "stopped: %v\n", j.stopped)
	} else if w.skipped > maxSkipLines {
		fmt.Fprintf(stderr, "skipped: %d more, see %s\n", w.skipped-maxSkipLines, filepath.Join(dir.Dir(), "errors.jsonl"))
	}
	if ctx.Err() != nil || j.from == nil {
		return nil
	}
	return j.tellCoverage(bar, stderr)
}

// tellCoverage says what of the input was read, and refuses input of which
// nothing can be judged.
func (j *job) tellCoverage(bar *progress, stderr io.Writer) error {
	if j.quiet || j.live {
		fmt.Fprint(stderr, j.from.Coverage().Encoding())
	} else {
		bar.done()
		if err := j.from.Coverage().Brief(stderr); err != nil {
			return err
		}
	}
	err := j.from.Coverage().Refusal()
	if err == nil || j.live && errors.Is(err, formats.ErrQuestionSet) {
		return nil
	}
	return usageErrorf("%w", err)
}

// work is a job while its records go into the run directory.
type work struct {
	*job
	dir    *rundir.Run
	b      *summary.Builder
	stderr io.Writer

	read, skipped int
	limit         atomic.Bool // one is reached: what is left is only counted
}

// todo are the records that are not done yet.
func (w *work) todo(bar *progress) iter.Seq2[*trace.Record, error] {
	return func(yield func(*trace.Record, error) bool) {
		for rec, err := range w.records {
			if err == nil && w.dir.Done(rec.ID) {
				bar.add(1)
				continue
			}
			if err == nil && w.limit.Load() {
				err = errNotAsked
			}
			if !yield(rec, err) {
				return
			}
		}
	}
}

// take writes what became of one record.
func (w *work) take(res *pipeline.Result) error {
	if e, ok := errors.AsType[*llm.Error](res.Err); ok && e.Kind.Stops() && w.stopped == nil {
		w.stopped = e
		w.limit.Store(true)
	}
	switch {
	case w.stopped != nil && res.Record != nil: // also what was under way: the next run goes on from here
		w.skipped++
		return w.leave(w.dir, w.b, res.Record.ID)
	case res.Err == nil:
		return w.keep(res)
	}
	bad, err := w.recordError(res.Err)
	if err != nil {
		return err
	}
	w.skipped++
	w.b.Skip(bad.Err.Error())
	if err := w.dir.Skip(bad); err != nil {
		return err
	}
	if w.skipped <= maxSkipLines {
		fmt.Fprintf(w.stderr, "skipped: %v\n", bad)
	}
	return nil
}

// keep writes a diagnosis and counts it.
func (w *work) keep(res *pipeline.Result) error {
	w.read++
	if err := w.dir.Append(res.Record, &res.Diagnosis); err != nil {
		return err
	}
	w.b.Add(res.Record, &res.Diagnosis)
	w.chosen.Add(res.Record, &res.Diagnosis)
	w.countAnswer(res.Record)
	return w.dir.Timing(timing{res.Record.ID, float64(res.Took.Microseconds()) / 1000})
}

// recordError returns the error as one of a single record, which is skipped. What
// comes back as an error itself ends the work: input of which nothing can be
// read, a fault of ours, any error under --strict.
func (w *work) recordError(err error) (*formats.RecordError, error) {
	var bad *formats.RecordError
	var input *formats.InputError
	switch {
	case errors.As(err, &bad):
	case errors.As(err, &input) && w.read+w.skipped == 0:
		return nil, usageErrorf("%w", err)
	case errors.As(err, &input):
		bad = &formats.RecordError{Pos: formats.Pos{File: input.File}, Err: input.Err}
	default:
		return nil, err
	}
	if bad.Pos.File == "" && w.from != nil { // it failed in a stage
		bad.Pos = w.from.Where(bad.Pos.Record)
	}
	if w.strict {
		return nil, usageErrorf("%w (--strict stops at the first)", bad)
	}
	return bad, nil
}

// countAnswer counts a live question by whether it got an answer.
func (j *job) countAnswer(rec *trace.Record) {
	switch {
	case !j.live:
	case len(rec.Run.Errors) == 0:
		j.answered++
	default:
		j.unanswered++
		j.fault = cmp.Or(j.fault, rec.Run.Errors[0].Message)
	}
}

var errNotAsked = errors.New("not asked: a limit was reached before")

// leave notes a record that a limit leaves undone.
func (j *job) leave(dir *rundir.Run, b *summary.Builder, id string) error {
	pos := formats.Pos{Record: id}
	if j.from != nil {
		pos = j.from.Where(id)
	}
	b.Skip(errNotAsked.Error())
	return dir.Skip(&formats.RecordError{Pos: pos, Stage: trace.StageGround, Err: errNotAsked})
}

// results diagnoses records, and experiments on the failures if that is asked
// for.
func (j *job) results(ctx context.Context, todo iter.Seq2[*trace.Record, error]) iter.Seq[pipeline.Result] {
	if j.experiments == nil || j.experiments.alone() {
		return j.diagnosed(ctx, todo)
	}
	return j.experiments.runner.Run(ctx, j.diagnosed(ctx, todo))
}

// diagnosed diagnoses records.
func (j *job) diagnosed(ctx context.Context, todo iter.Seq2[*trace.Record, error]) iter.Seq[pipeline.Result] {
	if j.decide == nil {
		return j.pipeline.Diagnose(ctx, todo)
	}
	return func(yield func(pipeline.Result) bool) {
		for rec, err := range todo {
			res := pipeline.Result{Record: rec, Err: err}
			if err == nil {
				res = j.decided(rec)
			}
			if !yield(res) {
				return
			}
		}
	}
}

// decided is decide with a panic as the error of the record.
func (j *job) decided(rec *trace.Record) (res pipeline.Result) {
	defer func() {
		if fault := recover(); fault != nil {
			res = pipeline.Result{Record: rec, Err: pipeline.Fault(rec.ID, fault)}
		}
	}()
	return pipeline.Result{Record: rec, Diagnosis: j.decide(rec)}
}

// timing is a line of timings.jsonl.
type timing struct {
	ID string  `json:"id"`
	MS float64 `json:"ms"`
}

// verdict turns gates and skipped records into the exit code, the worst first.
func (j *job) verdict(s summary.Summary) error {
	if j.unanswered > 0 && j.answered == 0 {
		return failErrorf("no question was answered; the first failed so: %s; to ask all again, mend it and give a new --out", j.fault)
	}
	var unclear []string
	for _, g := range s.Gates {
		switch g.Outcome {
		case summary.Fail:
			return &exitError{exitGate, fmt.Errorf("gate %s failed: %s", g.Gate, g.Why)}
		case summary.CannotTell:
			unclear = append(unclear, fmt.Sprintf("gate %s cannot tell: %s", g.Gate, g.Why))
		}
	}
	if n := s.Count(diagnose.StatusSkipped); n > 0 && j.stopped != nil {
		unclear = append(unclear, fmt.Sprintf("%d of %d records are not done: %v", n, s.Read, j.stopped))
	} else if n > 0 {
		unclear = append(unclear, fmt.Sprintf("%d of %d records were skipped", n, s.Read))
	}
	if j.unanswered > 0 {
		unclear = append(unclear, fmt.Sprintf("%d of %d questions got no answer; the first failed so: %s; to ask them again give a new --out: replies in --cache are not paid for twice", j.unanswered, j.unanswered+j.answered, j.fault))
	}
	if j.experiments != nil {
		unclear = append(unclear, j.experiments.unfinished()...)
	}
	if len(unclear) > 0 && !j.allowIncomplete {
		return &exitError{exitIncomplete, errors.New(unclear[0])}
	}
	return nil
}

// keepAll keeps every record in a report.
func keepAll(*diagnose.Diagnosis) bool { return true }

// writePage writes report.html into the run directory.
func (j *job) writePage(ctx context.Context, saved *rundir.Saved, s summary.Summary) error {
	page := reportFlags{format: "html", chosen: &j.chosen}
	return rundir.WriteTo(filepath.Join(saved.Dir, "report.html"), func(w io.Writer) error {
		return page.render(ctx, w, &s, saved, keepAll)
	})
}
