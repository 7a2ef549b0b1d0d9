package main

import (
	"cmp"
	"fmt"
	"iter"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/ragdiag/ragdiag/llm"
	"github.com/ragdiag/ragdiag/llm/openai"
	"github.com/ragdiag/ragdiag/pipeline"
	"github.com/ragdiag/ragdiag/stages/ground"
	"github.com/ragdiag/ragdiag/stages/query"
	"github.com/ragdiag/ragdiag/stages/rerank"
	"github.com/ragdiag/ragdiag/stages/retrieve/bleve"
	"github.com/ragdiag/ragdiag/trace"
	"github.com/ragdiag/ragdiag/trace/formats"
)

const runLong = `Answer the questions of an eval set over an index, and diagnose each answer.

EVALSET is any file that 'ragdiag diagnose' reads; only the questions, the
history and what is known to be right are used. The answers come from the
extractive stub, which needs no model, or from an OpenAI-compatible endpoint
(--model); its key is read from the environment variable ` + openai.KeyVariable + `.

With --context-gain the model is also asked how likely each answer is with its
context and without; 'ragdiag metrics lm' makes the context gain of it. Only
servers that score given texts can tell (vLLM and others with /completions and
echo): where it cannot, each record says so.

Every reply is kept in --cache before it is used, so that the same command, run
again after whatever happened, pays for nothing twice. When --max-calls,
--max-cost or --deadline is reached, the records that are left are marked as
skipped and the exit code is 4. docs/endpoints.md tells how to point at each
kind of server.`

// liveFlags say how questions are answered.
type liveFlags struct {
	index     string
	ranker    string
	queries   []string
	depth     int
	rerank    string
	k, budget int
	prompt    string
	gain      bool
	model     modelFlags
}

func (f *liveFlags) register(cmd *cobra.Command) {
	fl := cmd.Flags()
	fl.StringVar(&f.index, "index", "", "index to search (see ragdiag index); required")
	fl.StringVar(&f.ranker, "ranker", string(bleve.RankExact), fmt.Sprintf("how passages are scored: %v", bleve.Rankers()))
	fl.StringSliceVar(&f.queries, "query", nil, "queries to send: as-asked, history-resolved, expanded, or with --model rewritten (default: the question, made self-contained if it refers to the history)")
	fl.IntVar(&f.depth, "depth", 50, "candidates to fetch")
	fl.StringVar(&f.rerank, "rerank", "", "reorder the candidates: mmr, proximity, rrf (default: keep their order)")
	fl.IntVar(&f.k, "k", 5, "passages to put into the prompt")
	fl.IntVar(&f.budget, "budget", 0, "tokens of context at most (default: no limit)")
	fl.StringVar(&f.prompt, "prompt", "", "file with the prompt template (default: the built-in one)")
	fl.BoolVar(&f.gain, "context-gain", false, "also ask how likely the model finds each answer with its context and without: two calls more, to a server with /completions and echo")
	f.model.register(cmd)
}

// live opens the index and puts the pipeline together. The caller closes the
// index, and the model, which is nil for the stub.
func (f *liveFlags) live(cmd *cobra.Command) (*pipeline.Live, *bleve.Index, *model, error) {
	if f.index == "" {
		return nil, nil, nil, usageErrorf("--index is required: build one with 'ragdiag index CORPUS --out DIR'")
	}
	l := &pipeline.Live{
		Depth:  f.depth,
		Rerank: rerank.Options{Method: rerank.Method(f.rerank), K: f.k, Budget: f.budget},
	}
	for name, v := range map[string]int{"--depth": f.depth, "--k": f.k} {
		if v < 1 {
			return nil, nil, nil, usageErrorf("%s %d: it must be at least 1", name, v)
		}
	}
	if f.budget < 0 {
		return nil, nil, nil, usageErrorf("--budget must not be negative")
	}
	if f.model.name == "" && f.gain {
		return nil, nil, nil, usageErrorf("--context-gain is for a model: name one with --model")
	}
	if f.model.name == "" && (f.model.dryRun || f.model.replayOnly) {
		return nil, nil, nil, usageErrorf("--dry-run and --replay-only are for a model: name one with --model")
	}
	if err := l.Rerank.Validate(); err != nil {
		return nil, nil, nil, usageErrorf("%w", err)
	}
	if f.prompt != "" {
		p, err := ground.LoadPrompt(f.prompt)
		if err != nil {
			return nil, nil, nil, usageErrorf("--prompt: %w", err)
		}
		l.Prompt = p
	}
	x, err := openIndex(cmd, f.index, bleve.Ranker(f.ranker))
	if err != nil {
		return nil, nil, nil, usageErrorf("--index: %w", err)
	}
	l.Retriever, l.Corpus = x, x.Manifest().Corpus
	l.Rerank.Weights = x.Weights()
	l.Query = query.Options{Kinds: f.queries, Search: x.Retrieve, Weights: x.Weights()}
	l.Generator = &llm.Stub{Weights: x.Weights()}
	if f.model.name == "" {
		if slices.Contains(f.queries, trace.QueryRewritten) {
			x.Close()
			return nil, nil, nil, usageErrorf("--query rewritten needs a model: name one with --model")
		}
		return l, x, nil, nil
	}
	m, err := f.model.open(cmd)
	if err != nil {
		x.Close()
		return nil, nil, nil, err
	}
	l.Generator, l.Decoding, l.Likelihood = m, m.decoding, f.gain
	l.Query.Rewrite = query.Rewriter(m, llm.Decoding{})
	return l, x, m, nil
}

func newRunCmd() *cobra.Command {
	var (
		flags jobFlags
		input inputFlags
		live  liveFlags

		judges judgeFlags
	)
	cmd := &cobra.Command{
		Use:   "run EVALSET...",
		Short: "Answer an eval set over an index and diagnose each answer",
		Long:  runLong,
		Example: `  ragdiag index docs/ --out my-index
  ragdiag run questions.jsonl --index my-index
  ragdiag run questions.jsonl --index my-index --rerank mmr --k 3 --fail-on 'quality<0.7'
  ragdiag run questions.jsonl --index my-index --model qwen2.5 --base-url http://localhost:11434/v1
  ragdiag run questions.jsonl --index my-index --model my-model --price my-model=0.15,0.075,0.6 --dry-run
  ragdiag run questions.jsonl --index my-index --model my-model --max-calls 200 --out run`,
		Args: atLeastOne("EVALSET"),
		RunE: func(cmd *cobra.Command, args []string) error {
			o, err := input.options(cmd)
			if err != nil {
				return err
			}
			in, err := formats.Open(cmd.Context(), args, o)
			if err != nil {
				return usageErrorf("%w", err)
			}
			l, index, m, err := live.live(cmd)
			if err != nil {
				return err
			}
			defer index.Close()
			if m != nil {
				defer m.close(cmd.ErrOrStderr(), flags.quiet)
			}
			po, err := flags.pipelineOptions()
			if err != nil {
				return err
			}
			po.Live, po.Retriever, po.Weights = l, index, index.Weights()
			if m != nil && po.Workers == 0 {
				po.Workers = live.model.concurrency // a worker waits for the model most of its time
			}
			if judges.name != "" && live.model.dryRun {
				return usageErrorf("--dry-run cannot tell what a judge would be asked about answers that are not there: leave out --judge-model, or put it to recorded answers with 'ragdiag diagnose'")
			}
			j, jm, err := judges.open(cmd, live.model)
			if err != nil {
				return err
			}
			if j != nil {
				defer jm.close(cmd.ErrOrStderr(), flags.quiet)
				defer printJudged(cmd.ErrOrStderr(), j, flags.quiet)
				po.Judge = j
				po.Workers = cmp.Or(po.Workers, live.model.concurrency)
				if m != nil && family(judges.name) == family(live.model.name) {
					fmt.Fprintf(cmd.ErrOrStderr(), "warning: %q judges answers of %q, a model of its own family: it may favour them\n", judges.name, live.model.name)
				}
			}
			p, err := pipeline.New(po)
			if err != nil {
				return usageErrorf("%w", err)
			}
			more := map[string]any{
				"index": index.Manifest(), "ranker": live.ranker, "query": live.queries, "depth": l.Depth,
				"rerank": live.rerank, "k": live.k, "budget": live.budget, "prompt": l.Prompt.Hash(),
				"model":        live.model.config(),
				"input_format": o.Format, "map": o.Map.String(),
			}
			if live.gain {
				more["context_gain"] = true
			}
			if j != nil {
				more["judge"] = judgeConfig(live.model, judges)
			}
			config, err := flags.config(po, more)
			if err != nil {
				return err
			}
			if err := checkGold(cmd.Context(), cmd.ErrOrStderr(), in, args, index); err != nil {
				return err
			}
			if m != nil && m.dry != nil {
				return dryRun(cmd, p, questions(in), m)
			}
			err = (&job{
				jobFlags: &flags,
				command:  "run",
				live:     true,
				from:     in,
				title:    strings.Join(args, ", "),
				inputs:   args,
				config:   config,
				records:  questions(in),
				pipeline: p,
			}).run(cmd)
			for _, asked := range []*model{m, jm} {
				if asked != nil {
					err = asked.explain(err)
				}
			}
			return err
		},
	}
	flags.register(cmd)
	input.register(cmd)
	live.register(cmd)
	judges.register(cmd)
	return cmd
}

// dryRun takes the records through the pipeline without a model, and prints what
// the model would have taken.
func dryRun(cmd *cobra.Command, p *pipeline.Pipeline, in iter.Seq2[*trace.Record, error], m *model) error {
	skipped := 0
	for res := range p.Diagnose(cmd.Context(), in) {
		if res.Err != nil && cmd.Context().Err() == nil {
			fmt.Fprintf(cmd.ErrOrStderr(), "skipped: %v\n", res.Err)
			skipped++
		}
	}
	if err := ctxErr(cmd); err != nil {
		return err
	}
	if err := m.printEstimate(cmd.OutOrStdout()); err != nil {
		return failErrorf("%w", err)
	}
	if skipped > 0 {
		return &exitError{exitIncomplete, fmt.Errorf("%d records could not be read and are not in the estimate", skipped)}
	}
	return nil
}

// questions yields the records of an input without what another system made of
// them, so that only the question and what is known to be right are used.
func questions(in *formats.Input) func(func(*trace.Record, error) bool) {
	return func(yield func(*trace.Record, error) bool) {
		for rec, err := range in.Records() {
			if rec != nil {
				rec = &trace.Record{ID: rec.ID, Question: rec.Question, History: rec.History, Gold: rec.Gold, Tags: rec.Tags, Extra: rec.Extra}
			}
			if !yield(rec, err) {
				return
			}
		}
	}
}
