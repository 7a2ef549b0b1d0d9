package main

import (
	"encoding/json"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/ragdiag/ragdiag/answer"
	"github.com/ragdiag/ragdiag/diagnose"
	"github.com/ragdiag/ragdiag/internal/rundir"
	"github.com/ragdiag/ragdiag/intervene"
	"github.com/ragdiag/ragdiag/llm"
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

The result is a run directory of its own, with the experiments in the evidence
of each record. Every paid reply is written to its calls.jsonl at once: the same
command with the same --out goes on where it was killed, and pays for nothing
twice. --generator says who answers; 'ragdiag connect check' tries it.

--profile and --citations ask about the system instead of single failures: how
much quality noise, missing or false evidence, its place and the number of
passages cost, and whether answers rest on what they cite. Their samples are of
all judged records, and their results stand in the report. With either, failures
are experimented on only if --budget or --arms is given too.`

// experimentFlags say which experiments are run, and on what system.
type experimentFlags struct {
	systemFlags
	intervene  bool
	budget     float64
	maxCalls   int
	matchError float64
	arms       []string
	repeats    int
	inFlight   int
}

func (f *experimentFlags) register(cmd *cobra.Command) {
	f.systemFlags.register(cmd)
	fl := cmd.Flags()
	fl.Float64Var(&f.budget, "budget", 2, "mean generator calls per failure; from 4 on, flaky failures are told apart")
	fl.IntVar(&f.maxCalls, "max-calls-per-failure", 0, "calls for one failure at most (default: 6, or three times the budget)")
	fl.Float64Var(&f.matchError, "match-error", .02, "how often the evidence was not where the matcher saw it, as your own check of it says")
	fl.StringSliceVar(&f.arms, "arms", nil, fmt.Sprintf("arms to run on every failure beside the budget: %s", strings.Join(intervene.Arms(), ", ")))
	fl.IntVar(&f.repeats, "repeats", 2, "runs of each of --arms, and of replay")
	fl.IntVar(&f.inFlight, "in-flight", 8, "generator calls in flight")
}

// set reports whether any of the flags was given.
func (f *experimentFlags) set(cmd *cobra.Command) bool {
	return cmd.Flags().Changed("generator") || cmd.Flags().Changed("budget") || cmd.Flags().Changed("arms")
}

// experiments are those of one job.
type experiments struct {
	options intervene.Options
	system  *connected
	runner  *intervene.Runner
	ledger  *intervene.Ledger
	studies *studies // of the whole system; nil: none
}

// experiments connects the system and notes in config what shapes the result.
// The index, if there is one, is where gold passages are looked up.
func (f *experimentFlags) experiments(x *bleve.Index, judge answer.Options, config map[string]any) (*experiments, error) {
	if f.generator == "" {
		return nil, usageErrorf("--generator is required: %s", generatorUsage)
	}
	if f.budget <= 0 || f.repeats < 1 || f.inFlight < 1 || f.maxCalls < 0 {
		return nil, usageErrorf("--budget, --repeats and --in-flight must be positive")
	}
	c, err := f.connect()
	if err != nil {
		return nil, err
	}
	o := intervene.Options{
		Generator: c.generator, Prompt: c.prompt,
		Decoding: llm.Decoding{MaxTokens: f.maxTokens, Temperature: f.heat},
		Answer:   judge, Budget: f.budget, MaxCalls: f.maxCalls, MatchError: f.matchError,
		Extra: f.arms, Repeats: f.repeats, Workers: f.inFlight,
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
		"generator": f.generator, "base_url": f.baseURL, "prompt": prompt, "retriever": f.retriever,
		"max_tokens": f.maxTokens, "temperature": f.heat, "budget": f.budget, "max_calls": f.maxCalls,
		"match_error": f.matchError, "arms": f.arms, "repeats": f.repeats,
	}
	return &experiments{options: o, system: c}, nil
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

func (e *experiments) close() { _ = e.ledger.Close() } // each line was written when it was paid

// finish writes down what the experiments cost.
func (e *experiments) finish(dir string, stderr io.Writer) error {
	if e.alone() {
		return nil
	}
	t := e.runner.Totals()
	b, err := json.MarshalIndent(t.Stable(), "", "  ")
	if err != nil {
		return err
	}
	if err := rundir.WriteFile(filepath.Join(dir, experimentsFile), append(b, '\n')); err != nil {
		return err
	}
	fmt.Fprintf(stderr, "experiments: %d failures, %.2f calls each, %d calls beside them; %d paid for now, %d failed\n",
		t.Failures, t.PerFailure(), t.Extra, t.Paid, t.Failed)
	return nil
}

// unfinished says what the experiments leave open.
func (e *experiments) unfinished() []string {
	t := e.runner.Totals()
	var out []string
	if e.studies != nil && e.studies.left > 0 {
		out = append(out, fmt.Sprintf("%d calls of the studies got no answer: run the same command again to make them up", e.studies.left))
	}
	if t.Failed > 0 {
		out = append(out, fmt.Sprintf("%d experiments failed: run the same command again to make them up", t.Failed))
	}
	if t.Starved > 0 {
		out = append(out, fmt.Sprintf("the budget was reached with %d of %d failures undecided: raise --budget", t.Starved, t.Failures))
	}
	return out
}

func newInterveneCmd() *cobra.Command {
	var (
		flags jobFlags
		exp   experimentFlags
		study studyFlags
		index string
	)
	cmd := &cobra.Command{
		Use:   "intervene RUN",
		Short: "Prove the cause of each failure by asking the generator again",
		Long:  interveneLong,
		Example: `  ragdiag intervene my-run --generator http://127.0.0.1:8080/answer --budget 2
  ragdiag intervene my-run --generator 'cmd:python3 my_rag.py' --index my-index
  ragdiag intervene my-run --generator model:qwen2.5 --base-url http://127.0.0.1:11434/v1 --temperature 0.7
  ragdiag intervene my-run --generator http://127.0.0.1:8080/answer --arms insert-gold,clean --repeats 3
  ragdiag intervene my-run --generator http://127.0.0.1:8080/answer --profile --citations --sample 60`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := study.check(); err != nil {
				return err
			}
			saved, err := rundir.Open(args[0])
			if err != nil {
				return usageErrorf("%w", err)
			}
			var was struct {
				Params *diagnose.Params `json:"params"`
			}
			if err := json.Unmarshal(saved.Manifest.Config, &was); err != nil {
				return usageErrorf("%s: its configuration cannot be read: %w", args[0], err)
			}
			po, err := flags.pipelineOptions()
			if err != nil {
				return err
			}
			if was.Params != nil {
				po.Params = was.Params // a verdict is recomputed as it was made
			}
			if flags.out == "" {
				flags.out = strings.TrimRight(args[0], "/") + "-intervened"
			}
			var x *bleve.Index
			if index != "" {
				if x, err = bleve.Open(index, bleve.RankExact); err != nil {
					return usageErrorf("--index: %w", err)
				}
				defer x.Close()
			}
			more := map[string]any{"run": saved.Manifest.Hash()}
			ex, err := exp.experiments(x, po.Answer, more)
			if err != nil {
				return err
			}
			defer ex.system.close()
			ex.studies = study.of(cmd, saved, flags.seed, more)
			config, err := flags.config(po, more)
			if err != nil {
				return err
			}
			var verdict diagnose.Diagnosis // of the record that is read
			return (&job{
				jobFlags: &flags,
				command:  "intervene",
				title:    args[0],
				inputs:   []string{filepath.Join(args[0], "records.jsonl")},
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
			}).run(cmd)
		},
	}
	flags.register(cmd)
	exp.register(cmd)
	study.register(cmd)
	cmd.Flags().StringVar(&exp.retriever, "retriever", "", "who retrieves, to find evidence that no label names: http://HOST/PATH or cmd:PROGRAM ARGS")
	cmd.Flags().StringVar(&index, "index", "", "index in which gold passages are looked up by their IDs (see ragdiag index)")
	return cmd
}
