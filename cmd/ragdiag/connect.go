package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/ragdiag/ragdiag/external"
	"github.com/ragdiag/ragdiag/llm"
	"github.com/ragdiag/ragdiag/llm/openai"
	"github.com/ragdiag/ragdiag/stages/ground"
	"github.com/ragdiag/ragdiag/stages/retrieve"
	"github.com/ragdiag/ragdiag/stages/retrieve/bleve"
)

// systemFlags name a user's own RAG system.
type systemFlags struct {
	generator string
	retriever string
	baseURL   string
	prompt    string
	tokenEnv  string
	passEnv   []string
	processes int
	timeout   time.Duration
	maxTokens int
	heat      float64
}

const generatorUsage = "who answers: model:NAME, http://HOST/PATH, cmd:PROGRAM ARGS (or cmd:[\"PROGRAM\",\"ARG\"]), or stub"

func (f *systemFlags) register(cmd *cobra.Command) {
	fl := cmd.Flags()
	fl.StringVar(&f.generator, "generator", "", generatorUsage)
	fl.StringVar(&f.baseURL, "base-url", openai.DefaultBaseURL, "with model: the endpoint, up to /v1")
	fl.StringVar(&f.prompt, "prompt", "", "with model: file with the prompt template (default: the built-in one)")
	fl.IntVar(&f.maxTokens, "max-tokens", 0, "with model: tokens of an answer at most (default: the server's)")
	fl.Float64Var(&f.heat, "temperature", 0, "with model: sampling temperature; the one that your system uses")
	fl.StringVar(&f.tokenEnv, "token-env", "", "with http: name of the environment variable that holds a bearer token")
	fl.StringSliceVar(&f.passEnv, "pass-env", nil, "with cmd: names of environment variables that the program may see")
	fl.IntVar(&f.processes, "processes", 1, "with cmd: processes to run at once")
	fl.DurationVar(&f.timeout, "timeout", 2*time.Minute, "time for one call")
}

// connected is a user's system, ready to be asked.
type connected struct {
	generator llm.Generator
	prompt    *ground.Prompt // nil: the system words its own
	retriever retrieve.Retriever
	closers   []io.Closer
}

func (c *connected) close() {
	for _, x := range c.closers {
		_ = x.Close() // a process that is killed anyway
	}
}

// connect makes what the flags name. It sends nothing.
func (f *systemFlags) connect() (*connected, error) {
	c := &connected{}
	if f.timeout <= 0 || f.maxTokens < 0 || f.processes < 1 || f.heat < 0 {
		return nil, usageErrorf("--timeout and --processes must be positive, --max-tokens and --temperature not negative")
	}
	kind, rest, _ := strings.Cut(f.generator, ":")
	if f.prompt != "" && kind != "model" {
		return nil, usageErrorf("--prompt is for --generator model:NAME: a system of yours words its own prompt")
	}
	switch {
	case f.generator == "":
	case f.generator == "stub":
		c.generator, c.prompt = &llm.Stub{}, ground.DefaultPrompt()
	case kind == "model":
		key := os.Getenv(openai.KeyVariable)
		if key == "" && f.baseURL == openai.DefaultBaseURL {
			return nil, usageErrorf("no key: set %s, or name another endpoint with --base-url", openai.KeyVariable)
		}
		client, err := openai.New(openai.Options{BaseURL: f.baseURL, Model: rest, Key: openai.Secret(key), Timeout: f.timeout})
		if err != nil {
			return nil, usageErrorf("--generator: %w", err)
		}
		c.generator, c.prompt = llm.Retry(client, llm.RetryOptions{}), ground.DefaultPrompt()
		if f.prompt != "" {
			if c.prompt, err = ground.LoadPrompt(f.prompt); err != nil {
				return nil, usageErrorf("--prompt: %w", err)
			}
		}
	default:
		s, err := f.external("--generator", f.generator)
		if err != nil {
			return nil, err
		}
		c.generator, c.closers = llm.Retry(s, llm.RetryOptions{}), append(c.closers, s)
	}
	if f.retriever != "" {
		s, err := f.external("--retriever", f.retriever)
		if err != nil {
			c.close()
			return nil, err
		}
		c.retriever, c.closers = s, append(c.closers, s)
	}
	return c, nil
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
		s, err = external.HTTP(external.HTTPOptions{URL: spec, Token: token, Timeout: f.timeout})
	case strings.HasPrefix(spec, "cmd:"):
		var args []string
		if args, err = words(strings.TrimPrefix(spec, "cmd:")); err == nil {
			s, err = external.Command(external.CommandOptions{Args: args, Env: f.passEnv, Processes: f.processes, Timeout: f.timeout})
		}
	default:
		return nil, usageErrorf("%s %q: it is %s", flag, spec, generatorUsage)
	}
	if err != nil {
		return nil, usageErrorf("%s: %w", flag, err)
	}
	return s, nil
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
	var f systemFlags
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
			c, err := f.connect()
			if err != nil {
				return err
			}
			defer c.close()
			if index != "" {
				x, err := bleve.Open(index, bleve.RankExact)
				if err != nil {
					return usageErrorf("--index: %w", err)
				}
				defer x.Close()
				c.retriever = x
			}
			return checkContract(cmd.Context(), cmd.OutOrStdout(), c)
		},
	}
	f.register(cmd)
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
