package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/ragdiag/ragdiag/llm"
	"github.com/ragdiag/ragdiag/llm/openai"
)

// modelFlags say which model is asked, and within which limits.
type modelFlags struct {
	name        string
	baseURL     string
	headers     []string
	body        string
	plainKeys   bool
	temperature float64
	seed        int64
	maxTokens   int
	logprobs    bool

	timeout     time.Duration
	deadline    time.Duration
	concurrency int
	rate        float64
	window      int
	maxCalls    int
	maxCost     float64
	prices      []string
	cache       string
	replayOnly  bool
	dryRun      bool

	seeded bool // --model-seed was given
}

// defaultBaseURL is the endpoint unless a flag names another.
const defaultBaseURL = openai.DefaultBaseURL

// defaultCache is the folder of the replies unless --cache names another.
const defaultCache = "ragdiag-cache"

func (f *modelFlags) register(cmd *cobra.Command) {
	fl := cmd.Flags()
	fl.StringVar(&f.name, "model", "", "model to ask at the endpoint (default: the extractive stub)")
	fl.StringVar(&f.baseURL, "base-url", defaultBaseURL, "endpoint, up to /v1")
	fl.IntVar(&f.maxTokens, "max-tokens", 0, "tokens of an answer at most (default: the server's)")
	fl.BoolVar(&f.logprobs, "logprobs", false, "ask for the log-probabilities of the answer's tokens")
	f.registerLimits(cmd)
	f.registerCall(cmd)
}

// registerLimits registers what holds for any model, whatever it is asked for.
func (f *modelFlags) registerLimits(cmd *cobra.Command) {
	f.registerRequest(cmd)
	fl := cmd.Flags()
	fl.DurationVar(&f.deadline, "deadline", 0, "time for all model calls; what is left then is marked as not done (default: no limit)")
	fl.IntVar(&f.concurrency, "concurrency", 16, "model calls in flight at most; fewer while the server is busy")
	fl.Float64Var(&f.rate, "rate", 0, "model calls started per second at most (default: no limit)")
	fl.IntVar(&f.window, "window", 0, "tokens that the model takes in; a longer prompt is refused before it is sent (default: not checked)")
	fl.IntVar(&f.maxCalls, "max-calls", 0, "model calls at most, repeated ones included (default: no limit)")
	fl.Float64Var(&f.maxCost, "max-cost", 0, "USD to spend at most, by --price (default: no limit)")
	fl.StringArrayVar(&f.prices, "price", nil, "MODEL=INPUT,CACHED,OUTPUT in USD per million tokens, such as my-model=0.15,0.075,0.6 (repeatable)")
	fl.StringVar(&f.cache, "cache", defaultCache, "folder that keeps every reply, so that none is paid for twice; empty: none")
	fl.BoolVar(&f.replayOnly, "replay-only", false, "take replies from --cache alone and ask nobody")
	fl.BoolVar(&f.dryRun, "dry-run", false, "ask nobody; print how many calls, tokens and USD it would take")
}

// registerRequest registers what each request to a model carries.
func (f *modelFlags) registerRequest(cmd *cobra.Command) {
	fl := cmd.Flags()
	fl.StringArrayVar(&f.headers, "header", nil, "header to send, as 'Name: value'; $VARIABLE in the value is taken from the environment (repeatable)")
	fl.BoolVar(&f.plainKeys, "plain-keys", false, "send keys, tokens and headers to an http:// address of another machine too, where they can be read on the way")
	fl.StringVar(&f.body, "extra-body", "", `JSON object with more fields of each request, such as '{"top_k":5}'`)
	fl.Int64Var(&f.seed, "model-seed", 0, "seed to send to the model (default: none is sent)")
}

// registerCall adds what else one call can be told.
func (f *modelFlags) registerCall(cmd *cobra.Command) {
	cmd.Flags().Float64Var(&f.temperature, "temperature", 0, "randomness of the model")
	cmd.Flags().DurationVar(&f.timeout, "timeout", callTimeout, "time for one model call")
}

// callTimeout is the time for one model call, unless it is set.
const callTimeout = 2 * time.Minute

// patience is how failed calls are repeated; tests have less.
var patience = llm.RetryOptions{}

// model is a generator with what is around it: one at an endpoint, or a
// system of the user's own. The parts that were not asked for are nil.
type model struct {
	llm.Generator
	decoding llm.Decoding
	client   *openai.Client // nil: a system of the user's own, whose tokens are not known
	cache    *llm.Cache
	budget   *llm.Budget
	dry      *llm.DryRun
	price    llm.Price
	priced   bool
	keyless  bool // no key was given
}

// open puts the model together, from the endpoint outwards: what the server can
// take, the rate, the budget, repeated calls, the deadline, the window, and the
// cache before all of it. The caller closes it.
func (f *modelFlags) open(cmd *cobra.Command) (*model, error) {
	f.seeded = cmd.Flags().Changed("model-seed") || f.seed != 0
	if err := f.check(); err != nil {
		return nil, err
	}
	m := &model{decoding: llm.Decoding{Temperature: f.temperature, MaxTokens: f.maxTokens, Logprobs: f.logprobs}}
	if f.seeded {
		m.decoding.Seed = &f.seed
	}
	var err error
	if m.price, m.priced, err = f.price(); err != nil {
		return nil, err
	}
	if f.maxCost > 0 && !m.priced {
		return nil, usageErrorf("--max-cost needs the price of %q: give --price %s=INPUT,CACHED,OUTPUT, in USD per million tokens", f.name, f.name)
	}
	if m.client, err = f.client(); err != nil {
		return nil, err
	}
	m.keyless = os.Getenv(openai.KeyVariable) == ""
	f.around(m, m.client)
	if f.window > 0 {
		m.Generator = llm.Fit(m.Generator, f.window)
	}
	if f.cache != "" {
		if m.cache, err = llm.NewCache(m.Generator, f.cache, f.replayOnly); err != nil {
			return nil, failErrorf("--cache: %w", err)
		}
		m.Generator = m.cache
	}
	if f.dryRun {
		m.dry = llm.NewDryRun(m.client.Name(), m.cache)
		m.Generator = m.dry
	}
	return m, nil
}

// openSystem puts the same around a system of the user's own, but for what takes
// tokens, and but for the cache: the name of a system does not change with what
// is behind it, so an old reply could pass for one of the new system. What
// was paid for is kept in the run's own ledger.
func (f *modelFlags) openSystem(cmd *cobra.Command, g llm.Generator) (*model, error) {
	f.seeded = cmd.Flags().Changed("model-seed") || f.seed != 0
	if err := f.checkLimits(); err != nil {
		return nil, err
	}
	m := &model{}
	if f.seeded {
		m.decoding.Seed = &f.seed
	}
	f.around(m, g)
	switch {
	case f.dryRun:
		m.dry = llm.NewDryRun(g.Name(), nil)
		m.Generator = m.dry
	case f.replayOnly:
		m.Generator = absent(g.Name())
	}
	return m, nil
}

// breakAfter is how many calls in a row may fail for good before no more are made.
const breakAfter = 20

// around puts between g and its callers what the server can take, the rate, the
// budget, repeated calls, an end to calls that all fail, and the deadline.
func (f *modelFlags) around(m *model, g llm.Generator) {
	m.budget = llm.NewBudget(f.limited(llm.Finish(g)), f.maxCalls, f.maxCost, m.price)
	m.Generator = llm.Breaker(llm.Retry(m.budget, patience), breakAfter)
	if f.deadline > 0 {
		m.Generator = llm.Until(m.Generator, time.Now().Add(f.deadline))
	}
}

// absent is a system that must not be asked.
type absent string

func (a absent) Name() string { return string(a) }

func (absent) Generate(_ context.Context, req llm.Request) (llm.Reply, error) {
	return llm.Reply{}, &llm.Error{Kind: llm.KindReplay, Record: req.ID, Message: "this run's " + callsFile + " does not hold it"}
}

// limited lets no more calls through than the server can take.
func (f *modelFlags) limited(g llm.Generator) llm.Generator {
	g = llm.Adaptive(g, f.concurrency)
	if f.rate > 0 {
		g = llm.Rate(g, f.rate)
	}
	return g
}

// checkLimits checks what holds for any generator.
func (f *modelFlags) checkLimits() error {
	switch {
	case f.timeout <= 0 || f.deadline < 0 || f.maxTokens < 0 || f.maxCalls < 0 || f.maxCost < 0 || f.rate < 0 || f.window < 0 || f.temperature < 0:
		return usageErrorf("--timeout must be positive; --deadline, --max-tokens, --max-calls, --max-cost, --rate, --window and --temperature not negative")
	case f.concurrency < 1:
		return usageErrorf("--concurrency %d: it must be at least 1", f.concurrency)
	}
	return nil
}

func (f *modelFlags) check() error {
	if err := f.checkLimits(); err != nil {
		return err
	}
	switch {
	case f.replayOnly && f.cache == "":
		return usageErrorf("--replay-only needs a folder with replies: name it with --cache")
	case os.Getenv(openai.KeyVariable) == "" && f.baseURL == openai.DefaultBaseURL && !f.dryRun && !f.replayOnly:
		return usageErrorf("no key: set %s, or name another endpoint with --base-url", openai.KeyVariable)
	}
	return nil
}

func (f *modelFlags) client() (*openai.Client, error) {
	headers, err := parseHeaders(f.headers)
	if err != nil {
		return nil, err
	}
	var body map[string]any
	if f.body != "" {
		dec := json.NewDecoder(bytes.NewReader([]byte(f.body)))
		dec.UseNumber()
		if err := dec.Decode(&body); err != nil || body == nil {
			return nil, usageErrorf(`--extra-body: it is a JSON object, such as {"top_k":5}`)
		}
	}
	c, err := openai.New(openai.Options{
		BaseURL: f.baseURL, Model: f.name, Key: openai.Secret(os.Getenv(openai.KeyVariable)), Timeout: f.timeout,
		Headers: headers, Plain: f.plainKeys, Body: body, Remember: f.cache,
	})
	if err != nil {
		return nil, usageErrorf("%w", err)
	}
	return c, nil
}

// parseHeaders reads "Name: value". A secret is named as a variable, so that it
// is in no history and no file. No error quotes a value.
func parseHeaders(lines []string) (map[string]openai.Secret, error) {
	out := map[string]openai.Secret{}
	for i, line := range lines {
		name, value, ok := strings.Cut(line, ":")
		if name = strings.TrimSpace(name); !ok || name == "" {
			return nil, usageErrorf("--header: number %d is not of the form 'Name: value'", i+1)
		}
		missing := ""
		value = os.Expand(strings.TrimSpace(value), func(v string) string {
			s, ok := os.LookupEnv(v)
			if !ok {
				missing = v
			}
			return s
		})
		if missing != "" {
			return nil, usageErrorf("--header %s: the environment variable %s is not set", name, missing)
		}
		out[name] = openai.Secret(value)
	}
	return out, nil
}

// price finds the model in the price table.
func (f *modelFlags) price() (p llm.Price, ok bool, err error) {
	for _, row := range f.prices {
		at := strings.LastIndexByte(row, '=')
		if at <= 0 {
			return p, false, usageErrorf("--price %q: give MODEL=INPUT,CACHED,OUTPUT", row)
		}
		var n [3]float64
		fields := strings.Split(row[at+1:], ",")
		if len(fields) != len(n) {
			return p, false, usageErrorf("--price %q: give three prices, INPUT,CACHED,OUTPUT", row)
		}
		for i, s := range fields {
			if n[i], err = strconv.ParseFloat(strings.TrimSpace(s), 64); err != nil || !(n[i] >= 0 && n[i] < 1e6) {
				return p, false, usageErrorf("--price %q: %q is no price in USD per million tokens", row, s)
			}
		}
		if row[:at] == f.name {
			p, ok = llm.Price{Input: n[0], Cached: n[1], Output: n[2]}, true
		}
	}
	return p, ok, nil
}

// config is what of the model shapes a result.
func (f *modelFlags) config() map[string]any {
	c := map[string]any{"name": f.name, "base_url": f.baseURL, "temperature": f.temperature, "max_tokens": f.maxTokens, "logprobs": f.logprobs, "window": f.window, "extra_body": f.body}
	if f.seeded {
		c["seed"] = f.seed
	}
	return c
}

// close drops the connections, and says on w what was used up.
func (m *model) close(w io.Writer, quiet bool) {
	if m.client != nil {
		m.client.Close()
	}
	if quiet || m.dry != nil {
		return
	}
	s, hits := m.budget.Spent(), 0
	if m.client == nil {
		fmt.Fprintf(w, "system: %d calls, %d replies\n", s.Calls, s.Replies)
		return
	}
	if m.cache != nil {
		hits = m.cache.Hits()
	}
	fmt.Fprintf(w, "model: %d calls, %d replies, %d more from the cache; %d prompt and %d answer tokens", s.Calls, s.Replies, hits, s.Tokens.Prompt, s.Tokens.Completion)
	if m.priced {
		fmt.Fprintf(w, "; $%.4f", s.USD)
	}
	fmt.Fprintln(w)
}

// printEstimate prints what a run would take.
func (m *model) printEstimate(w io.Writer) error {
	e := m.dry.Estimate()
	_, err := fmt.Fprintf(w, "model      %s\ncalls      %d, and %d answered without one\nprompt     about %d tokens (%d to %d)\nanswers    about %d tokens (%d to %d)\n",
		m.dry.Name(), e.Calls, e.Cached, e.About.Prompt, e.Least.Prompt, e.Most.Prompt, e.About.Completion, e.Least.Completion, e.Most.Completion)
	if err == nil && m.priced {
		_, err = fmt.Fprintf(w, "cost       about $%.4f ($%.4f to $%.4f)\n", m.price.Cost(e.About), m.price.Cost(e.Least), m.price.Cost(e.Most))
	} else if err == nil {
		_, err = fmt.Fprintln(w, "cost       unknown: give --price")
	}
	return err
}

// explain gives the error of a run the exit code of what the model said: no key
// at all is a matter of configuration.
func (m *model) explain(err error) error {
	if e, ok := errors.AsType[*llm.Error](err); ok && e.Kind == llm.KindAuth && m.keyless {
		return &exitError{exitUsage, fmt.Errorf("no key: %w", err)}
	}
	return err
}
