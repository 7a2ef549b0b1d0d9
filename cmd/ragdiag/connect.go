package main

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/time/rate"

	"github.com/ragdiag/ragdiag/external"
	"github.com/ragdiag/ragdiag/llm"
	"github.com/ragdiag/ragdiag/llm/openai"
	"github.com/ragdiag/ragdiag/stages/ground"
	"github.com/ragdiag/ragdiag/stages/retrieve"
	"github.com/ragdiag/ragdiag/stages/retrieve/bleve"
	"github.com/ragdiag/ragdiag/trace"
)

// systemFlags name a user's own RAG system.
type systemFlags struct {
	generator string
	retriever string
	prompt    string
	tokenEnv  string
	passEnv   []string
	processes int
	model     *modelFlags // how the generator is asked, and within which limits
	shared    bool        // the limits are those of a judge too
}

const generatorUsage = "who answers: model:NAME, http://HOST/PATH, cmd:PROGRAM ARGS (or cmd:[\"PROGRAM\",\"ARG\"]), or stub"

// register registers the flags of a system. How it is asked goes into m.
func (f *systemFlags) register(cmd *cobra.Command, m *modelFlags) {
	f.model = m
	fl := cmd.Flags()
	fl.StringVar(&f.generator, "generator", "", generatorUsage)
	fl.StringVar(&m.baseURL, "base-url", openai.DefaultBaseURL, "with model: the endpoint, up to /v1")
	fl.StringVar(&f.prompt, "prompt", "", "with model: file with the prompt template (default: the built-in one)")
	fl.IntVar(&m.maxTokens, "max-tokens", 0, "with model: tokens of an answer at most (default: the server's)")
	fl.Float64Var(&m.temperature, "temperature", 0, "with model: sampling temperature; the one that your system uses")
	fl.StringVar(&f.tokenEnv, "token-env", "", "with http: name of the environment variable that holds a bearer token")
	fl.StringSliceVar(&f.passEnv, "pass-env", nil, "with cmd: names of environment variables that the program may see")
	fl.IntVar(&f.processes, "processes", 1, "with cmd: processes to run at once")
	fl.DurationVar(&m.timeout, "timeout", callTimeout, "time for one call")
}

// connected is a user's system, ready to be asked.
type connected struct {
	generator llm.Generator
	model     *model         // what is around the generator; nil: the stub, which costs nothing
	prompt    *ground.Prompt // nil: the system words its own
	retriever retrieve.Retriever
	closers   []io.Closer
}

func (c *connected) close() {
	if c.model != nil && c.model.client != nil {
		c.model.client.Close()
	}
	for _, x := range c.closers {
		_ = x.Close() // a process that is killed anyway
	}
}

// decoding is how the generator is asked.
func (c *connected) decoding() llm.Decoding {
	if c.model == nil {
		return llm.Decoding{}
	}
	return c.model.decoding
}

// connect makes what the flags name. It sends nothing.
func (f *systemFlags) connect(cmd *cobra.Command) (*connected, error) {
	c := &connected{}
	if f.processes < 1 {
		return nil, usageErrorf("--processes must be positive")
	}
	if err := f.model.checkLimits(); err != nil {
		return nil, err
	}
	f.model.seeded = cmd.Flags().Changed("model-seed") || f.model.seed != 0
	kind, rest, _ := strings.Cut(f.generator, ":")
	if f.prompt != "" && kind != "model" {
		return nil, usageErrorf("--prompt is for --generator model:NAME: a system of yours words its own prompt")
	}
	switch {
	case f.generator == "":
	case f.generator == "stub":
		c.generator, c.prompt = &llm.Stub{}, ground.DefaultPrompt()
	case kind == "model":
		own := *f.model
		own.name = rest
		m, err := own.open(cmd)
		if err != nil {
			return nil, err
		}
		c.generator, c.model, c.prompt = m, m, ground.DefaultPrompt()
		if f.prompt != "" {
			if c.prompt, err = ground.LoadPrompt(f.prompt); err != nil {
				return nil, usageErrorf("--prompt: %w", err)
			}
		}
	default:
		if !f.shared && (f.model.maxCost > 0 || f.model.window > 0) {
			return nil, usageErrorf("--max-cost and --window count tokens, and those of a system of your own are not known: limit it with --max-calls, --rate and --deadline")
		}
		s, err := f.external("--generator", f.generator)
		if err != nil {
			return nil, err
		}
		c.closers = append(c.closers, s)
		own := *f.model
		own.maxCost = 0
		if kind == "cmd" { // calls wait above llm.Finish: an interruption must begin none
			own.concurrency = min(own.concurrency, f.processes)
		}
		m, err := own.openSystem(cmd, s)
		if err != nil {
			c.close()
			return nil, err
		}
		c.generator, c.model = m, m
	}
	if f.retriever != "" {
		s, err := f.external("--retriever", f.retriever)
		if err != nil {
			c.close()
			return nil, err
		}
		c.retriever, c.closers = f.patient(s), append(c.closers, s)
	}
	return c, nil
}

// patient is a retriever whose calls are repeated, at most as many a second and
// until the deadline that hold for the generator. It costs nothing: --max-calls
// does not count them.
type patient struct {
	retrieve.Retriever
	retry *llm.Retrier
	rate  *rate.Limiter // nil: no limit
	until time.Time     // zero: no limit
}

func (f *systemFlags) patient(r retrieve.Retriever) *patient {
	p := &patient{Retriever: r, retry: llm.NewRetrier(patience)}
	if f.model.rate > 0 {
		p.rate = rate.NewLimiter(rate.Limit(f.model.rate), max(1, int(f.model.rate)))
	}
	if f.model.deadline > 0 {
		p.until = time.Now().Add(f.model.deadline)
	}
	return p
}

// Retrieve asks for the depth best passages, again where a call fails for now.
func (p *patient) Retrieve(ctx context.Context, query string, depth int) (hits []trace.Hit, err error) {
	asked := ctx
	if !p.until.IsZero() {
		var cancel context.CancelFunc
		ctx, cancel = context.WithDeadline(ctx, p.until)
		defer cancel()
	}
	err = p.retry.Do(ctx, func() error {
		if p.rate != nil {
			if err := p.rate.Wait(ctx); err != nil {
				return err
			}
		}
		hits, err = p.Retriever.Retrieve(ctx, query, depth)
		return err
	})
	if err != nil && asked.Err() == nil && !p.until.IsZero() && !time.Now().Before(p.until) {
		return nil, &llm.Error{Kind: llm.KindBudget, Message: "the time is used up"}
	}
	return hits, err
}

// external returns the system behind an address or a command.
func (f *systemFlags) external(flag, spec string) (*external.System, error) {
	var s *external.System
	var err error
	switch {
	case strings.HasPrefix(spec, "http://"), strings.HasPrefix(spec, "https://"):
		token := ""
		if f.tokenEnv != "" {
			if token = os.Getenv(f.tokenEnv); token == "" {
				return nil, usageErrorf("--token-env %s: that variable is not set", f.tokenEnv)
			}
		}
		s, err = external.HTTP(external.HTTPOptions{URL: spec, Token: token, Plain: f.model.plainKeys, Timeout: f.model.timeout})
	case strings.HasPrefix(spec, "cmd:"):
		var args []string
		if args, err = words(strings.TrimPrefix(spec, "cmd:")); err == nil {
			s, err = external.Command(external.CommandOptions{Args: args, Env: f.passEnv, Processes: f.processes, Timeout: f.model.timeout})
		}
	default:
		return nil, usageErrorf("%s %q: it is %s", flag, spec, generatorUsage)
	}
	if err != nil {
		return nil, usageErrorf("%s: %w", flag, err)
	}
	return s, nil
}

// addressless is a system as it may be in a file: the query of an address may
// hold a key, so a short hash stands for it, which tells two of them apart.
func addressless(spec string) string {
	at := strings.IndexByte(spec, '?')
	if at < 0 || !strings.HasPrefix(spec, "http") {
		return spec
	}
	sum := sha256.Sum256([]byte(spec[at:]))
	return fmt.Sprintf("%s?[%x]", spec[:at], sum[:4])
}

// words splits a command at spaces, or reads it as a JSON list. No shell is
// asked: quotes, variables and pipes mean nothing.
func words(s string) ([]string, error) {
	if s = strings.TrimSpace(s); strings.HasPrefix(s, "[") {
		var args []string
		if err := json.Unmarshal([]byte(s), &args); err != nil {
			return nil, fmt.Errorf("the command is no JSON list of words: %w", err)
		}
		return args, nil
	}
	if strings.ContainsAny(s, "'\"|;&<>$`") {
		return nil, fmt.Errorf("the command %q is not given to a shell: write words that need quotes as a JSON list, such as cmd:[\"python3\",\"my rag.py\"]", s)
	}
	return strings.Fields(s), nil
}

const connectLong = `Connect ragdiag to a RAG system of your own.

Experiments need "answer this question with these passages". Your system can be
a model with a prompt file, an HTTP endpoint, or a program that reads one JSON
object a line and writes one a line; docs/connect.md has the contract and an
example of each in Python. 'ragdiag connect check' tries it with sample
questions and says exactly what is wrong.`

func newConnectCmd() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "connect",
		Short: "Connect a RAG system of your own",
		Long:  connectLong,
		Args:  cobra.NoArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newConnectCheckCmd())
	return cmd
}

func newConnectCheckCmd() *cobra.Command {
	f, m := systemFlags{}, modelFlags{concurrency: 1} // no cache: the draws must be draws
	var index string
	cmd := &cobra.Command{
		Use:   "check",
		Short: "Try the contract with sample questions and say what is wrong",
		Example: `  ragdiag connect check --generator http://127.0.0.1:8080/answer
  ragdiag connect check --generator 'cmd:python3 examples/generator_command.py'
  ragdiag connect check --generator model:qwen2.5 --base-url http://127.0.0.1:11434/v1
  ragdiag connect check --retriever http://127.0.0.1:8081/retrieve`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if f.generator == "" && f.retriever == "" && index == "" {
				return usageErrorf("name what to check: --generator, --retriever or --index")
			}
			c, err := f.connect(cmd)
			if err != nil {
				return err
			}
			defer c.close()
			if index != "" {
				x, err := openIndex(cmd, index, bleve.RankExact)
				if err != nil {
					return usageErrorf("--index: %w", err)
				}
				defer x.Close()
				c.retriever = x
			}
			return checkContract(cmd.Context(), cmd.OutOrStdout(), c)
		},
	}
	f.register(cmd, &m)
	m.registerRequest(cmd)
	cmd.Flags().StringVar(&f.retriever, "retriever", "", "who retrieves: http://HOST/PATH or cmd:PROGRAM ARGS")
	cmd.Flags().StringVar(&index, "index", "", "index to retrieve from (see ragdiag index)")
	return cmd
}

// checkContract runs the checks and prints one line for each.
func checkContract(ctx context.Context, w io.Writer, c *connected) error {
	var all []external.Finding
	if c.generator != nil {
		ask := c.generator
		if c.prompt != nil {
			ask = prompted{c.generator, c.prompt}
		}
		all = append(all, external.CheckGenerator(ctx, ask)...)
	}
	if c.retriever != nil {
		all = append(all, external.CheckRetriever(ctx, c.retriever)...)
	}
	if err := ctx.Err(); err != nil {
		return context.Cause(ctx)
	}
	wrong := 0
	for _, f := range all {
		sign := "ok    "
		switch f.Level {
		case external.Wrong:
			sign = "wrong "
			wrong++
		case external.Doubt:
			sign = "check "
		}
		if _, err := fmt.Fprintf(w, "%s%s: %s\n", sign, f.What, f.Text); err != nil {
			return err
		}
	}
	if wrong > 0 {
		return failErrorf("%d of %d checks failed: experiments with this system would mislead", wrong, len(all))
	}
	return nil
}

// prompted renders the prompt for what is asked, as experiments do.
type prompted struct {
	llm.Generator
	prompt *ground.Prompt
}

func (p prompted) Generate(ctx context.Context, req llm.Request) (llm.Reply, error) {
	rendered, err := p.prompt.Render(req)
	if err != nil {
		return llm.Reply{}, err
	}
	return p.Generator.Generate(ctx, rendered)
}
