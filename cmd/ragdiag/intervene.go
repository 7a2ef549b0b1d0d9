package main

import (
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/ragdiag/ragdiag/diagnose"
	"github.com/ragdiag/ragdiag/intervene"
	"github.com/ragdiag/ragdiag/pipeline"
	"github.com/ragdiag/ragdiag/rundir"
	"github.com/ragdiag/ragdiag/stages/retrieve/bleve"
	"github.com/ragdiag/ragdiag/trace"
)

const interveneLong = `Find the cause of each failure of a run by experiment: change one thing, ask the
generator again, and compare with a replay in which nothing was changed.

RUN is a run directory that 'ragdiag diagnose' or 'ragdiag run' wrote. The next
experiment is always the one that is expected to tell most; --budget is the mean
number of generator calls per failure. A cause found so is called probable; the
sentence "this change repairs the answer" needs an arm and its control, four
calls or more: ask for it with --arms.

--ceiling also estimates what quality would gain if query formation, retrieval,
context selection or generation were perfect: alone, and after all others, with
intervals. It tries failures and good answers alike, because a repair can break
what was right, and becomes the first table of every report of the run.

The result is a run directory of its own, with the experiments in the evidence
of each record. Every paid reply is written to its calls.jsonl at once: the same
command with the same --out goes on where it was killed, and pays for nothing
twice. --generator says who answers; 'ragdiag connect check' tries it.

--profile and --citations ask about the system instead of single failures: how
much quality noise, missing or false evidence, its place and the number of
passages cost, and whether answers rest on what they cite. Their samples are of
all judged records, and their results stand in the report. With either, failures
are experimented on only if --budget or --arms is given too.

A model (model:NAME) is asked as by 'ragdiag run': its replies are kept in --cache
too, --price and --max-cost hold, --dry-run estimates the cost. A system of your
own has no tokens that can be counted: --max-calls, --rate and --deadline limit
it, and its replies are kept in calls.jsonl alone. When a limit is reached, every
record still gets a verdict, those not asked about to the end say so, and the exit
code is 4; the same command with a higher limit goes on.

How often the evidence matcher errs is read from --match-false and --match-missed,
as 'ragdiag audit match' measures them: the worse it is, the more is asked.`

// experimentFlags say which experiments are run, and on what system.
type experimentFlags struct {
	systemFlags
	ceiling   ceilingFlags
	intervene bool
	budget    float64
	maxCalls  int
	arms      []string
	repeats   int
}

func (f *experimentFlags) register(cmd *cobra.Command, m *modelFlags) {
	f.systemFlags.register(cmd, m)
	f.ceiling.register(cmd)
	fl := cmd.Flags()
	fl.Float64Var(&f.budget, "budget", 2, "mean generator calls per failure; from 4 on, flaky failures are told apart")
	fl.IntVar(&f.maxCalls, "max-calls-per-failure", 0, "calls for one failure at most (default: 6, or three times the budget)")
	fl.StringSliceVar(&f.arms, "arms", nil, fmt.Sprintf("arms to run on every failure beside the budget: %s", strings.Join(intervene.Arms(), ", ")))
	fl.IntVar(&f.repeats, "repeats", 2, "runs of each of --arms, of replay, and of each prompt of --ceiling")
}

// set reports whether any of the flags was given.
func (f *experimentFlags) set(cmd *cobra.Command) bool {
	return cmd.Flags().Changed("generator") || cmd.Flags().Changed("budget") || cmd.Flags().Changed("arms") || cmd.Flags().Changed("ceiling")
}

// experiments are those of one job.
type experiments struct {
	options intervene.Options
	system  *connected
	runner  *intervene.Runner
	ledger  *intervene.Ledger
	studies *studies // of the whole system; nil: none

	ceiling   ceilingFlags
	noCeiling error // why there is no table, though it was asked for
}

// experiments connects the system and notes in config what shapes the result.
// The index, if there is one, is where gold passages are looked up; the params
// say how often the matcher errs.
func (f *experimentFlags) experiments(cmd *cobra.Command, x *bleve.Index, params *diagnose.Params, config map[string]any) (*experiments, error) {
	if f.generator == "" {
		return nil, usageErrorf("--generator is required: %s", generatorUsage)
	}
	if f.budget <= 0 || f.repeats < 1 || f.maxCalls < 0 {
		return nil, usageErrorf("--budget and --repeats must be positive")
	}
	if err := f.ceiling.check(); err != nil {
		return nil, err
	}
	c, err := f.connect(cmd)
	if err != nil {
		return nil, err
	}
	match := intervene.MatchErrors{False: params.MatchFalse, Missed: params.MatchMissed}
	o := intervene.Options{
		Generator: c.generator, Prompt: c.prompt, Decoding: c.decoding(),
		Budget: f.budget, MaxCalls: f.maxCalls, Match: match,
		Extra: f.arms, Repeats: f.repeats, Workers: f.model.concurrency,
	}
	switch {
	case x != nil:
		o.Library = intervene.Library{Passages: x.Passages, Retrieve: x.Retrieve}
	case c.retriever != nil:
		o.Library.Retrieve = c.retriever.Retrieve
	}
	if _, err := intervene.New(o); err != nil { // before anything is written
		c.close()
		return nil, usageErrorf("%w", err)
	}
	prompt := ""
	if c.prompt != nil {
		prompt = c.prompt.Hash()
	}
	config["experiments"] = map[string]any{
		"generator": addressless(f.generator), "model": f.model.config(), "prompt": prompt, "retriever": addressless(f.retriever),
		"budget": f.budget, "max_calls": f.maxCalls, "match": match, "arms": f.arms, "repeats": f.repeats,
	}
	return &experiments{options: o, system: c, ceiling: f.ceiling}, nil
}

// callsFile holds every paid reply, experimentsFile what they cost and the
// numbers by which they were read.
const (
	callsFile       = "calls.jsonl"
	experimentsFile = "experiments.json"
)

// open begins the ledger in the run directory.
func (e *experiments) open(dir string) (err error) {
	if e.ledger, err = intervene.OpenLedger(filepath.Join(dir, callsFile)); err != nil {
		return err
	}
	e.options.Ledger = e.ledger
	e.runner, err = intervene.New(e.options)
	return err
}

// alone reports whether no failure is experimented on.
func (e *experiments) alone() bool { return e.studies != nil && e.studies.alone }

// close says on w what the generator used up, and ends it.
func (e *experiments) close(w io.Writer, quiet bool) {
	if m := e.system.model; m != nil {
		m.close(w, quiet)
	}
	e.system.close()
}

// explain gives the error of a run the exit code of what the generator said.
func (e *experiments) explain(err error) error {
	if m := e.system.model; m != nil && m.client != nil {
		return m.explain(err)
	}
	return err
}

// finish writes down what the experiments cost.
func (e *experiments) finish(dir string, stderr io.Writer) error {
	if e.alone() {
		return e.settle()
	}
	t := e.runner.Totals()
	if err := e.settle(); err != nil {
		return err
	}
	if err := rundir.WriteJSON(filepath.Join(dir, experimentsFile), t.Stable()); err != nil {
		return err
	}
	fmt.Fprintf(stderr, "experiments: %d failures, %.2f calls each, %d calls beside them; %d replies are new in %s, %d experiments failed\n",
		t.Failures, t.PerFailure(), t.Extra, t.Paid, callsFile, t.Failed)
	return nil
}

// settle puts the ledger in order, once nothing more is asked.
func (e *experiments) settle() error {
	if err := e.ledger.Settle(); err != nil {
		return fmt.Errorf("%s: %w", callsFile, err)
	}
	return nil
}

// unfinished says what the experiments leave open.
func (e *experiments) unfinished() []string {
	t := e.runner.Totals()
	var out []string
	if e.studies != nil && e.studies.left > 0 {
		out = append(out, fmt.Sprintf("%d calls of the studies got no answer: run the same command again to make them up", e.studies.left))
	}
	if stopped := e.runner.Stopped(); stopped != nil {
		what := fmt.Sprintf("the experiments on %d of %d failures are not done", t.Unasked, t.Failures)
		if t.Unasked == 0 {
			what = "not all of the ceiling table or the studies was asked"
		}
		out = append(out, fmt.Sprintf("%s: %v", what, stopped))
	}
	if t.Failed > 0 {
		out = append(out, fmt.Sprintf("%d experiments failed: run the same command again to make them up", t.Failed))
	}
	if e.noCeiling != nil {
		out = append(out, fmt.Sprintf("there is no ceiling table: %v", e.noCeiling))
	}
	if t.Starved > 0 {
		out = append(out, fmt.Sprintf("the budget was reached with %d of %d failures undecided: raise --budget", t.Starved, t.Failures))
	}
	return out
}

// dryRun takes results through the experiments without asking, and prints what
// they would take. A generator that is not asked is taken to decline, which
// decides few failures early; --budget bounds the calls whatever it answers.
// again are the same results, for --ceiling; nil where they can be read once only.
func (e *experiments) dryRun(cmd *cobra.Command, results, again iter.Seq[pipeline.Result], seed uint64) error {
	runner, err := intervene.New(e.options)
	if err != nil {
		return failErrorf("%w", err)
	}
	if e.ceiling.wanted && again != nil {
		if _, err := runner.Ceiling(cmd.Context(), again, e.ceiling.options(seed)); err != nil && !isNoCeiling(err) {
			return failErrorf("%w", err)
		}
	}
	if e.studies != nil {
		if err := e.studies.make(cmd.Context(), e.options, "", cmd.ErrOrStderr()); err != nil {
			return failErrorf("%w", err)
		}
	}
	if e.alone() {
		results = func(func(pipeline.Result) bool) {}
	}
	skipped := 0
	for res := range runner.Run(cmd.Context(), results) {
		if res.Err != nil && cmd.Context().Err() == nil {
			fmt.Fprintf(cmd.ErrOrStderr(), "skipped: %v\n", res.Err)
			skipped++
		}
	}
	if err := ctxErr(cmd); err != nil {
		return err
	}
	t, w := runner.Totals(), cmd.OutOrStdout()
	most := int(e.options.Budget*float64(t.Failures)) + t.Extra
	m := e.system.model
	switch {
	case m == nil:
		fmt.Fprintln(w, "the stub costs nothing")
	case m.client == nil:
		fmt.Fprintf(w, "system     %s\ncalls      about %d; what they cost is not known\n", m.dry.Name(), m.dry.Estimate().Calls)
	default:
		if err := m.printEstimate(w); err != nil {
			return failErrorf("%w", err)
		}
	}
	if m != nil && !e.alone() {
		what := ""
		if t.Extra > 0 {
			what = " and --arms"
		}
		fmt.Fprintf(w, "at most    %d calls for %d failures, by --budget%s\n", most, t.Failures, what)
	}
	if e.ceiling.wanted && again == nil {
		fmt.Fprintln(w, "not in it  the prompts of --ceiling: estimate them with 'ragdiag intervene' on the run")
	}
	if skipped > 0 {
		return &exitError{exitIncomplete, fmt.Errorf("%d records could not be read and are not in the estimate", skipped)}
	}
	return nil
}

func newInterveneCmd() *cobra.Command {
	var (
		flags jobFlags
		exp   experimentFlags
		study studyFlags
		model modelFlags
		index string
	)
	cmd := &cobra.Command{
		Use:   "intervene [RUN]",
		Short: "Prove the cause of each failure by asking the generator again",
		Long:  interveneLong,
		Example: `  ragdiag intervene my-run --generator http://127.0.0.1:8080/answer --budget 2
  ragdiag intervene my-run --generator 'cmd:python3 my_rag.py' --index my-index
  ragdiag intervene my-run --generator model:qwen2.5 --base-url http://127.0.0.1:11434/v1 --temperature 0.7
  ragdiag intervene my-run --generator http://127.0.0.1:8080/answer --arms insert-gold,clean --repeats 3
  ragdiag intervene my-run --generator http://127.0.0.1:8080/answer --profile --citations --sample 60
  ragdiag intervene my-run --generator http://127.0.0.1:8080/answer --index my-index --ceiling`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := study.check(); err != nil {
				return err
			}
			saved, err := openRun(cmd, args)
			if err != nil {
				return err
			}
			var was struct {
				Params *diagnose.Params `json:"params"`
			}
			if err := json.Unmarshal(saved.Manifest.Config, &was); err != nil {
				return usageErrorf("%s: its configuration cannot be read: %w", saved.Dir, err)
			}
			po, err := flags.pipelineOptions()
			if err != nil {
				return err
			}
			if was.Params != nil { // a verdict is recomputed as it was made, unless an audit has told more about the matcher since
				if !cmd.Flags().Changed("match-false") {
					flags.matchFalse = was.Params.MatchFalse
				}
				if !cmd.Flags().Changed("match-missed") {
					flags.matchMissed = was.Params.MatchMissed
				}
				was.Params.MatchFalse, was.Params.MatchMissed = flags.matchFalse, flags.matchMissed
				po.Params = was.Params
			}
			if flags.out == "" {
				flags.out = strings.TrimRight(saved.Dir, "/") + "-intervened"
			}
			var x *bleve.Index
			if index != "" {
				if x, err = openIndex(cmd, index, bleve.RankExact); err != nil {
					return usageErrorf("--index: %w", err)
				}
				defer x.Close()
			}
			more := map[string]any{"run": saved.Manifest.Hash()}
			ex, err := exp.experiments(cmd, x, po.Params, more)
			if err != nil {
				return err
			}
			defer ex.close(cmd.ErrOrStderr(), flags.quiet)
			ex.studies = study.of(cmd, saved, flags.seed, more)
			config, err := flags.config(po, more)
			if err != nil {
				return err
			}
			var verdict diagnose.Diagnosis // of the record that is read
			j := &job{
				jobFlags: &flags,
				command:  "intervene",
				title:    saved.Dir,
				inputs:   []string{filepath.Join(saved.Dir, "records.jsonl")},
				config:   config,
				records: func(yield func(*trace.Record, error) bool) {
					for pair, err := range saved.Pairs() {
						verdict = pair.Diagnosis
						if !yield(pair.Record, err) {
							return
						}
					}
				},
				decide: func(rec *trace.Record) diagnose.Diagnosis {
					if !ex.studies.label(rec) && ex.alone() {
						return verdict
					}
					return diagnose.Classify(rec, *po.Params)
				},
				experiments: ex,
			}
			if model.dryRun {
				return ex.dryRun(cmd, j.diagnosed(cmd.Context(), j.records), j.diagnosed(cmd.Context(), j.records), flags.seed)
			}
			return ex.explain(j.run(cmd))
		},
	}
	flags.register(cmd)
	exp.register(cmd, &model)
	model.registerLimits(cmd)
	study.register(cmd)
	cmd.Flags().StringVar(&exp.retriever, "retriever", "", "who retrieves, to find evidence that no label names: http://HOST/PATH or cmd:PROGRAM ARGS")
	cmd.Flags().StringVar(&index, "index", "", "index in which gold passages are looked up by their IDs (see ragdiag index)")
	return cmd
}
