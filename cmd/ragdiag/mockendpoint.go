package main

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/ragdiag/ragdiag/lab/faults"
	"github.com/ragdiag/ragdiag/lab/mock"
	"github.com/ragdiag/ragdiag/llm"
	"github.com/ragdiag/ragdiag/trace"
)

// mockKeyVariable is the environment variable with the key that clients must send.
const mockKeyVariable = "RAGDIAG_MOCK_KEY"

const mockLong = `Serve a simulated model endpoint: an OpenAI-compatible HTTP server whose model
picks sentences out of the passages in the prompt. It costs nothing, answers the
same request in the same way, and can be made to read badly or to fail, so that
a set-up, a budget or a pipeline can be tried before a real model is paid for.
It also judges, by the words that texts share, with weaknesses of its own.

The address is printed on standard output. It listens on the loopback interface
unless --addr says otherwise, and asks for no key unless ` + mockKeyVariable + ` is set.`

type mockFlags struct {
	addr   string
	faults string
	memory string
	o      mock.Options
	reader faults.Reader
	judge  mock.Judge
}

func newMockEndpointCmd() *cobra.Command {
	cmd, _ := mockEndpoint()
	return cmd
}

// mockEndpoint returns the command and the flags that it fills.
func mockEndpoint() (*cobra.Command, *mockFlags) {
	f := &mockFlags{}
	cmd := &cobra.Command{
		Use:   "mock-endpoint",
		Short: "Serve a simulated model endpoint",
		Long:  mockLong,
		Example: `  ragdiag mock-endpoint --addr 127.0.0.1:8089
  ragdiag run questions.jsonl --index my-index --model mock --base-url http://127.0.0.1:8089/v1
  ragdiag mock-endpoint --faults mixed=0.3 --latency 200ms --slots 64
  ragdiag mock-endpoint --noise 0.3 --position 0.8 --miscite 0.2
  ragdiag mock-endpoint --misjudge 0.1 --obey 0.5 --prefer-longer 0.3`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return f.run(cmd) },
	}
	fl := cmd.Flags()
	fl.StringVar(&f.addr, "addr", "127.0.0.1:0", "address to listen on; port 0 takes a free one")
	fl.Uint64Var(&f.o.Seed, "seed", 1, "seed of everything drawn by chance")
	fl.DurationVar(&f.o.Latency, "latency", 0, "time that each reply takes")
	fl.IntVar(&f.o.Slots, "slots", 0, "requests in flight, above which it answers 429 (default: no limit)")
	fl.StringVar(&f.faults, "faults", "", fmt.Sprintf("probabilities of failures, such as mixed=0.3 or busy=0.1,torn=0.05; there are %v", mock.Faults))
	fl.DurationVar(&f.o.RetryAfter, "retry-after", 0, "what a 429 asks to wait (default: it does not say)")
	fl.IntVar(&f.o.Window, "window", 0, "tokens of a prompt at most (default: no limit)")
	fl.BoolVar(&f.o.Cut, "cut", false, "cut a longer prompt in silence, instead of refusing it")
	fl.BoolVar(&f.o.NoSchema, "no-schema", false, "refuse response_format")
	fl.BoolVar(&f.o.NoTools, "no-tools", false, "ignore tools")
	fl.BoolVar(&f.o.NoLogprobs, "no-logprobs", false, "report no log-probabilities")
	fl.BoolVar(&f.o.NoEcho, "no-echo", false, "score no given texts")
	fl.Float64Var(&f.o.Obey, "obey", 0, "probability that it follows an order in a passage")
	fl.Float64Var(&f.o.Miscite, "miscite", 0, "probability that a citation names another passage")
	fl.Float64Var(&f.reader.Noise, "noise", 0, "how much it errs about which passage is relevant")
	fl.Float64Var(&f.reader.Position, "position", 0, "how much less it sees of the middle of the context, up to 1")
	fl.Float64Var(&f.reader.Strict, "strict-reader", 0, "declines unless its best passage holds this share of the question")
	fl.Float64Var(&f.reader.Slip, "slip", 0, "probability of another value from the passage")
	fl.Float64Var(&f.reader.Prior, "prior", 0, "probability that it answers from --memory without looking")
	fl.Float64Var(&f.judge.Wrong, "misjudge", 0, "as a judge: probability, per item, of another verdict than the texts give")
	fl.Float64Var(&f.judge.Crowded, "misjudge-batched", 0, "as a judge: the same for items that are asked about together with others")
	fl.Float64Var(&f.judge.First, "prefer-first", 0, "as a judge: probability that it prefers the first of two answers whatever they say")
	fl.Float64Var(&f.judge.Longer, "prefer-longer", 0, "as a judge: probability that it prefers the longer one")
	fl.StringVar(&f.memory, "memory", "", "file with what it believes without context, a passage a line")
	return cmd, f
}

// options checks the flags.
func (f *mockFlags) options() (mock.Options, error) {
	for name, p := range map[string]float64{"--obey": f.o.Obey, "--miscite": f.o.Miscite, "--position": f.reader.Position,
		"--strict-reader": f.reader.Strict, "--slip": f.reader.Slip, "--prior": f.reader.Prior,
		"--misjudge": f.judge.Wrong, "--misjudge-batched": f.judge.Crowded, "--prefer-first": f.judge.First, "--prefer-longer": f.judge.Longer} {
		if p < 0 || p > 1 {
			return f.o, usageErrorf("%s %v: it lies between 0 and 1", name, p)
		}
	}
	if f.reader.Noise < 0 || f.o.Slots < 0 || f.o.Window < 0 || f.o.Latency < 0 || f.o.RetryAfter < 0 {
		return f.o, usageErrorf("--noise, --slots, --window, --latency and --retry-after must not be negative")
	}
	var err error
	if f.o.Faults, err = mock.ParseFaults(f.faults); err != nil {
		return f.o, usageErrorf("--faults: %w", err)
	}
	if f.memory != "" {
		if f.reader.Memory, err = passagesOf(f.memory); err != nil {
			return f.o, usageErrorf("--memory: %w", err)
		}
	}
	f.reader.Seed = f.o.Seed
	f.reader.Eager = len(f.reader.Memory) > 0
	f.judge.Seed, f.judge.Obey = f.o.Seed, f.o.Obey
	f.o.Handlers = f.judge.Handlers()
	f.o.Key = os.Getenv(mockKeyVariable)
	f.o.Models = map[string]llm.Generator{mock.DefaultModel: &f.reader, "stub": &llm.Stub{}}
	return f.o, nil
}

// passagesOf reads a passage a line.
func passagesOf(path string) ([]trace.Passage, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	var out []trace.Passage
	sc := bufio.NewScanner(file)
	sc.Buffer(nil, 1<<20)
	for sc.Scan() {
		if line := strings.TrimSpace(sc.Text()); line != "" {
			out = append(out, trace.Passage{Text: line})
		}
	}
	return out, sc.Err()
}

func (f *mockFlags) run(cmd *cobra.Command) error {
	o, err := f.options()
	if err != nil {
		return err
	}
	ctx := cmd.Context()
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", f.addr)
	if err != nil {
		return failErrorf("--addr: %w", err)
	}
	fmt.Fprintf(cmd.OutOrStdout(), "http://%s/v1\n", l.Addr())
	handler := mock.New(o)
	srv := &http.Server{Handler: handler, ReadHeaderTimeout: 10 * time.Second}
	stop := context.AfterFunc(ctx, func() { srv.Close() })
	defer stop()
	if err := srv.Serve(l); ctx.Err() == nil {
		return failErrorf("%w", err)
	}
	st := handler.Stats()
	fmt.Fprintf(cmd.ErrOrStderr(), "%d calls, %d replies to %d different requests, at most %d at once\n", st.Calls, st.Replies, st.Distinct, st.InFlight)
	return nil
}
