package main

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

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
(--model); its key is read from the environment variable ` + openai.KeyVariable + `.`

// liveFlags say how questions are answered.
type liveFlags struct {
	index     string
	ranker    string
	queries   []string
	depth     int
	rerank    string
	k, budget int
	prompt    string
	model     string
	baseURL   string
	maxTokens int
	timeout   time.Duration
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
	fl.StringVar(&f.model, "model", "", "model to ask at the endpoint (default: the extractive stub)")
	fl.StringVar(&f.baseURL, "base-url", openai.DefaultBaseURL, "endpoint, up to /v1")
	fl.IntVar(&f.maxTokens, "max-tokens", 0, "tokens of an answer at most (default: the server's)")
	fl.DurationVar(&f.timeout, "timeout", 2*time.Minute, "time for one model call")
}

// live opens the index and puts the pipeline together. The caller closes the
// index.
func (f *liveFlags) live() (*pipeline.Live, *bleve.Index, error) {
	if f.index == "" {
		return nil, nil, usageErrorf("--index is required: build one with 'ragdiag index CORPUS --out DIR'")
	}
	l := &pipeline.Live{
		Depth:  f.depth,
		Rerank: rerank.Options{Method: rerank.Method(f.rerank), K: f.k, Budget: f.budget},
	}
	for name, v := range map[string]int{"--depth": f.depth, "--k": f.k} {
		if v < 1 {
			return nil, nil, usageErrorf("%s %d: it must be at least 1", name, v)
		}
	}
	if f.timeout <= 0 || f.budget < 0 || f.maxTokens < 0 {
		return nil, nil, usageErrorf("--timeout must be positive, --budget and --max-tokens not negative")
	}
	if err := l.Rerank.Validate(); err != nil {
		return nil, nil, usageErrorf("%w", err)
	}
	if f.prompt != "" {
		p, err := ground.LoadPrompt(f.prompt)
		if err != nil {
			return nil, nil, usageErrorf("--prompt: %w", err)
		}
		l.Prompt = p
	}
	x, err := bleve.Open(f.index, bleve.Ranker(f.ranker))
	if err != nil {
		return nil, nil, usageErrorf("--index: %w", err)
	}
	l.Retriever, l.Corpus = x, x.Manifest().Corpus
	l.Rerank.Weights = x.Weights()
	l.Query = query.Options{Kinds: f.queries, Search: x.Retrieve, Weights: x.Weights()}
	l.Generator = &llm.Stub{Weights: x.Weights()}
	if f.model != "" {
		if l.Generator, err = f.endpoint(); err != nil {
			x.Close()
			return nil, nil, err
		}
		l.Decoding = llm.Decoding{MaxTokens: f.maxTokens}
		l.Query.Rewrite = query.Rewriter(l.Generator, llm.Decoding{})
	} else if slices.Contains(f.queries, trace.QueryRewritten) {
		x.Close()
		return nil, nil, usageErrorf("--query rewritten needs a model: name one with --model")
	}
	return l, x, nil
}

// endpoint returns the model behind --model, with temporary failures retried.
func (f *liveFlags) endpoint() (llm.Generator, error) {
	key := os.Getenv(openai.KeyVariable)
	if key == "" && f.baseURL == openai.DefaultBaseURL {
		return nil, usageErrorf("no key: set %s, or name another endpoint with --base-url", openai.KeyVariable)
	}
	c, err := openai.New(openai.Options{BaseURL: f.baseURL, Model: f.model, Key: openai.Secret(key), Timeout: f.timeout})
	if err != nil {
		return nil, usageErrorf("%w", err)
	}
	return llm.Retry(c, llm.RetryOptions{}), nil
}

func newRunCmd() *cobra.Command {
	var (
		flags jobFlags
		input inputFlags
		live  liveFlags
	)
	cmd := &cobra.Command{
		Use:   "run EVALSET...",
		Short: "Answer an eval set over an index and diagnose each answer",
		Long:  runLong,
		Example: `  ragdiag index docs/ --out my-index
  ragdiag run questions.jsonl --index my-index
  ragdiag run questions.jsonl --index my-index --rerank mmr --k 3 --fail-on 'quality<0.7'
  ragdiag run questions.jsonl --index my-index --model qwen2.5 --base-url http://localhost:11434/v1`,
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
			l, index, err := live.live()
			if err != nil {
				return err
			}
			defer index.Close()
			po, err := flags.pipelineOptions()
			if err != nil {
				return err
			}
			po.Live, po.Retriever, po.Weights = l, index, index.Weights()
			p, err := pipeline.New(po)
			if err != nil {
				return usageErrorf("%w", err)
			}
			config, err := flags.config(po, map[string]any{
				"index": index.Manifest(), "ranker": live.ranker, "query": live.queries, "depth": l.Depth,
				"rerank": live.rerank, "k": live.k, "budget": live.budget, "prompt": l.Prompt.Hash(),
				"model": l.Generator.Name(), "base_url": live.baseURL, "max_tokens": live.maxTokens,
				"input_format": o.Format, "map": o.Map.String(),
			})
			if err != nil {
				return err
			}
			if err := checkGold(cmd.Context(), cmd.ErrOrStderr(), in, args, index); err != nil {
				return err
			}
			return (&job{
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
		},
	}
	flags.register(cmd)
	input.register(cmd)
	live.register(cmd)
	return cmd
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
