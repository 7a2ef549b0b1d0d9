package main

import (
	"cmp"
	"encoding/json"
	"strings"

	"github.com/spf13/cobra"

	"github.com/ragdiag/ragdiag/pipeline"
	"github.com/ragdiag/ragdiag/stages/retrieve/bleve"
	"github.com/ragdiag/ragdiag/trace/formats"
)

const diagnoseLong = `Diagnose the recorded answers of a RAG system: for each bad answer the stage
that broke, the evidence, what is missing to be sure, and what to fix first.

FILE is native JSONL, RAGAS (old and new), RAGChecker, DeepEval, LangChain or
LlamaIndex output, or any CSV, TSV or JSONL whose columns --map names; gzip and
zstd are read as they are; - is standard input. The format is recognised by
content. The more a record carries, the more can be decided: candidates,
context, answer, reference answer, gold evidence. --explain-input says what
your file carries and what that leaves open.

With --index the questions are also put to your own index, which tells a bad
query from a bad retriever and shows what the corpus holds.

With --intervene the failures are experimented on: one thing is changed, and the
generator is asked again (see ragdiag intervene). With --judge-model too, limits
such as --max-calls and --max-cost hold for the judge and for the generator apart.

With --judge-model a model is asked about what the offline examiners leave open,
and about nothing else: claims that they cannot decide, whether a context
suffices, answers that only their wording fails, doubtful refusals. Its verdicts
count as grade C, and only with quotes that stand in your texts. They are kept in
the run, which is diagnosed again without a call. Your texts leave the machine
for --judge-base-url. Measure a judge with 'ragdiag judge eval' and 'audit'.`

func newDiagnoseCmd() *cobra.Command {
	var (
		flags   jobFlags
		input   inputFlags
		explain bool
		index   string
		exp     experimentFlags
		judges  judgeFlags
		limits  modelFlags // of the judge, and of the generator of experiments
	)
	cmd := &cobra.Command{
		Use:   "diagnose FILE...",
		Short: "Diagnose the recorded answers of a RAG system",
		Long:  diagnoseLong,
		Example: `  ragdiag diagnose traces.jsonl
  ragdiag diagnose ragas.csv --fail-on 'retrieval-miss>5%' --fail-on 'quality<0.8'
  ragdiag diagnose log.csv --map question=user_text,answer=reply,context=chunks,gold=truth
  zcat traces.jsonl.gz | ragdiag diagnose - --format json > summary.json
  ragdiag diagnose traces.jsonl --intervene --generator http://127.0.0.1:8080/answer
  ragdiag diagnose traces.jsonl --explain-input
  ragdiag diagnose traces.jsonl --judge-model qwen2.5 --judge-base-url http://localhost:11434/v1
  ragdiag diagnose traces.jsonl --judge-model my-model --max-calls 500 --dry-run`,
		Args: atLeastOne("FILE"),
		RunE: func(cmd *cobra.Command, args []string) error {
			o, err := input.options(cmd)
			if err != nil {
				return err
			}
			in, err := formats.Open(cmd.Context(), args, o)
			if err != nil {
				return usageErrorf("%w", err)
			}
			if explain {
				return explainInput(cmd, in, flags.format)
			}
			po, err := flags.pipelineOptions()
			if err != nil {
				return err
			}
			more := map[string]any{"input_format": o.Format, "map": o.Map.String()}
			if index != "" {
				x, err := openIndex(cmd, index, bleve.RankExact)
				if err != nil {
					return usageErrorf("--index: %w", err)
				}
				defer x.Close()
				if err := checkGold(cmd.Context(), cmd.ErrOrStderr(), in, args, x); err != nil {
					return err
				}
				po.Retriever, po.Weights = x, x.Weights()
				more["index"] = x.Manifest()
			}
			var ex *experiments
			exp.shared = judges.name != ""
			if exp.intervene {
				x, _ := po.Retriever.(*bleve.Index)
				if ex, err = exp.experiments(cmd, x, po.Params, more); err != nil {
					return err
				}
				defer ex.close(cmd.ErrOrStderr(), flags.quiet)
			} else if exp.set(cmd) {
				return usageErrorf("--generator and --budget are for --intervene: add it")
			}
			asks := limits
			asks.temperature = 0 // a judge is asked without randomness
			j, m, err := judges.open(cmd, asks)
			if err != nil {
				return err
			}
			records := in.Records()
			if j != nil {
				defer m.close(cmd.ErrOrStderr(), flags.quiet)
				defer printJudged(cmd.ErrOrStderr(), j, flags.quiet)
				po.Judge, more["judge"] = j, judgeConfig(asks, judges)
				po.Workers = cmp.Or(po.Workers, limits.concurrency) // a worker waits for the model most of its time
				records = warnSameFamily(cmd.ErrOrStderr(), judges.name, records)
			} else if ex == nil && (limits.dryRun || limits.replayOnly) {
				return usageErrorf("--dry-run and --replay-only are for a model: name one with --judge-model")
			}
			if j != nil && ex != nil && limits.dryRun {
				return usageErrorf("--dry-run cannot tell which failures a judge will leave: estimate the judge without --intervene, then the experiments with 'ragdiag intervene RUN --dry-run'")
			}
			p, err := pipeline.New(po)
			if err != nil {
				return usageErrorf("%w", err)
			}
			config, err := flags.config(po, more)
			if err != nil {
				return err
			}
			if m != nil && m.dry != nil {
				return dryRun(cmd, p, records, m)
			}
			work := &job{
				jobFlags: &flags,
				command:  "diagnose",
				title:    strings.Join(args, ", "),
				inputs:   args,
				config:   config,
				records:  records,
				from:     in,
				pipeline: p,

				experiments: ex,
			}
			if ex != nil && limits.dryRun {
				return ex.dryRun(cmd, work.diagnosed(cmd.Context(), records), nil, 0)
			}
			err = work.run(cmd)
			if m != nil {
				err = m.explain(err)
			}
			if ex != nil {
				err = ex.explain(err)
			}
			return err
		},
	}
	flags.register(cmd)
	input.register(cmd)
	judges.register(cmd)
	limits.registerLimits(cmd)
	cmd.Flags().BoolVar(&explain, "explain-input", false, "only say what was detected and which share of the records carries each field")
	exp.register(cmd, &limits)
	cmd.Flags().BoolVar(&exp.intervene, "intervene", false, "experiment on the failures with the generator of --generator")
	cmd.Flags().StringVar(&index, "index", "", "index to try other queries against (see ragdiag index)")
	return cmd
}

// explainInput reads everything and says what it carries.
func explainInput(cmd *cobra.Command, in *formats.Input, format string) error {
	for _, err := range in.Records() {
		if cmd.Context().Err() != nil {
			return cmd.Context().Err()
		}
		_ = err // counted by the coverage
	}
	c := in.Coverage()
	if format == "json" {
		e := json.NewEncoder(cmd.OutOrStdout())
		e.SetIndent("", "  ")
		if err := e.Encode(c); err != nil {
			return err
		}
	} else if err := c.Text(cmd.OutOrStdout()); err != nil {
		return err
	}
	if err := c.Refusal(); err != nil {
		return usageErrorf("%w", err)
	}
	return nil
}
