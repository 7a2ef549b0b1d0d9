package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ragdiag/ragdiag/external"
	"github.com/ragdiag/ragdiag/lab/faults"
	"github.com/ragdiag/ragdiag/lab/mock"
	"github.com/ragdiag/ragdiag/llm"
	"github.com/ragdiag/ragdiag/rundir"
	"github.com/ragdiag/ragdiag/trace"
)

// weak is a simulated endpoint whose model errs in some draws and not in others.
func weak(o mock.Options) mock.Options {
	o.Seed = 1
	o.Models = map[string]llm.Generator{mock.DefaultModel: &faults.Reader{Noise: .3, Slip: .2, Seed: 1}}
	return o
}

// failures is a folder with a run in which answers are bad in all ways.
func failures(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	in, err := filepath.Glob("../../fixtures/cases/*.jsonl")
	require.NoError(t, err)
	code, _, stderr := ragdiag(t.Context(), append([]string{"diagnose", "--quiet", "--out", filepath.Join(dir, "run")}, in...)...)
	require.Equal(t, exitOK, code, stderr)
	return dir
}

// experiment asks the endpoint about the failures, with --out and --cache of
// their own.
func experiment(t *testing.T, ctx context.Context, dir, url, out string, more ...string) (code int, stdout, stderr string) {
	t.Helper()
	return ragdiag(ctx, append([]string{
		"intervene", filepath.Join(dir, "run"), "--generator", "model:" + mock.DefaultModel, "--base-url", url, "--budget", "2", "--timeout", "2s",
		"--cache", filepath.Join(dir, "cache-"+out), "--out", filepath.Join(dir, out),
	}, more...)...)
}

var experimentFiles = append([]string{callsFile, experimentsFile}, resultFiles...)

func sameExperiments(t *testing.T, dir, a, b string) {
	t.Helper()
	for _, name := range experimentFiles {
		require.Equal(t, read(t, filepath.Join(dir, a), name), read(t, filepath.Join(dir, b), name), name)
	}
}

// records is how many are in the run: a failure or not, each must come out.
const records = 149

// Three of ten calls fail in mixed ways: every record has its verdict, the
// results are the bytes of a run without failures, no reply is paid for twice,
// and the replies replay without a server.
func TestExperimentsOverAFaultyEndpoint(t *testing.T) {
	impatient(t)
	patience.Attempts = 12 // of 250 calls about one in six runs has one that fails six times in a row; the next test is about those
	dir := failures(t)
	sound, url := endpoint(t, weak(mock.Options{}))
	code, want, stderr := experiment(t, t.Context(), dir, url, "sound", "--arms", "insert-gold")
	require.Equal(t, exitIncomplete, code, stderr) // two calls a failure leave some undecided
	require.Contains(t, stderr, "raise --budget")
	require.Greater(t, sound.Stats().Replies, 200)
	require.Equal(t, records, strings.Count(read(t, filepath.Join(dir, "sound"), "diagnoses.jsonl"), "\n"))

	server, url := endpoint(t, weak(mock.Options{Faults: mock.Mixed(.3, true)}))
	code, got, stderr := experiment(t, t.Context(), dir, url, "faulty", "--arms", "insert-gold")
	require.Equal(t, exitIncomplete, code, stderr)
	require.NotContains(t, stderr, "experiments failed: run")
	require.Equal(t, want, got)
	sameExperiments(t, dir, "sound", "faulty")
	st := server.Stats()
	require.Greater(t, st.Calls, st.Replies*5/4, "calls have failed")
	require.Len(t, st.Faults, 11, "in all ways")
	require.Equal(t, st.Distinct, st.Replies, "no reply twice")
	require.Equal(t, sound.Stats().Replies, st.Replies)

	calls := st.Calls
	for _, url := range []string{url, "http://127.0.0.1:1/v1"} { // the server, and nobody
		out := fmt.Sprint("replayed-", len(url))
		code, got, stderr = experiment(t, t.Context(), dir, url, out, "--arms", "insert-gold", "--replay-only", "--cache", filepath.Join(dir, "cache-faulty"))
		require.Equal(t, exitIncomplete, code, stderr)
		require.Equal(t, want, got)
		sameExperiments(t, dir, "sound", out)
	}
	require.Equal(t, calls, server.Stats().Calls, "nobody was asked")

	// The ledger of the run alone serves as well.
	code, got, stderr = experiment(t, t.Context(), dir, url, "faulty", "--arms", "insert-gold", "--replay-only", "--cache", filepath.Join(dir, "empty"))
	require.Equal(t, exitIncomplete, code, stderr)
	require.Equal(t, want, got)
	sameExperiments(t, dir, "sound", "faulty")
}

// Where repeating does not help, each failure keeps the verdict that it had, and
// says what happened; no more is paid for than it takes to see that all fails.
func TestEachFailedExperimentHasAReason(t *testing.T) {
	impatient(t)
	dir := failures(t)
	var calls atomic.Int32
	sound := mock.New(weak(mock.Options{}))
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if calls.Add(1) > 20 {
			w.WriteHeader(http.StatusInternalServerError)
			return
		}
		sound.ServeHTTP(w, r)
	}))
	defer srv.Close()
	code, _, stderr := experiment(t, t.Context(), dir, srv.URL+"/v1", "out")
	require.Equal(t, exitIncomplete, code, stderr)
	require.Contains(t, stderr, "20 calls in a row failed")
	require.Contains(t, stderr, "run the same command again")
	verdicts := read(t, filepath.Join(dir, "out"), "diagnoses.jsonl")
	require.Equal(t, records, strings.Count(verdicts, "\n"))
	var totals struct{ Failures, Failed int }
	require.NoError(t, json.Unmarshal([]byte(read(t, filepath.Join(dir, "out"), experimentsFile)), &totals))
	require.Equal(t, totals.Failed, strings.Count(verdicts, "an experiment failed: "))
	require.Equal(t, totals.Failed, strings.Count(verdicts, "server error (HTTP 500) after 6 attempts"))
	require.GreaterOrEqual(t, totals.Failed, breakAfter)

	// Once the server is well, the same command makes them up, to the bytes of a
	// run that met no failure.
	_, url := endpoint(t, weak(mock.Options{}))
	code, _, stderr = experiment(t, t.Context(), dir, url, "sound")
	require.Equal(t, exitIncomplete, code, stderr)
	calls.Store(-1 << 20)
	code, _, stderr = experiment(t, t.Context(), dir, srv.URL+"/v1", "out")
	require.Equal(t, exitIncomplete, code, stderr)
	require.NotContains(t, stderr, "experiments failed: run")
	sameExperiments(t, dir, "sound", "out")
	require.Equal(t, sound.Stats().Distinct, sound.Stats().Replies)
}

// A limit stops the experiments: every record has a verdict, those that were not
// asked about say so, and the same command with a higher limit goes on to the
// bytes of a run without one, paying for nothing twice.
func TestExperimentsStopAtALimitAndGoOn(t *testing.T) {
	impatient(t)
	dir := failures(t)
	sound, url := endpoint(t, weak(mock.Options{}))
	code, want, stderr := experiment(t, t.Context(), dir, url, "whole")
	require.Equal(t, exitIncomplete, code, stderr)
	for name, limit := range map[string][]string{
		"calls":    {"--max-calls", "30"},
		"money":    {"--max-cost", "0.02", "--price", mock.DefaultModel + "=1,1,2"},
		"deadline": {"--deadline", "1ns"},
	} {
		server, url := endpoint(t, weak(mock.Options{}))
		code, _, stderr := experiment(t, t.Context(), dir, url, name, limit...)
		require.Equal(t, exitIncomplete, code, stderr)
		require.Contains(t, stderr, "budget reached")
		require.Regexp(t, `the experiments on \d+ of \d+ failures are not done: record "`, stderr)
		verdicts := read(t, filepath.Join(dir, name), "diagnoses.jsonl")
		require.Equal(t, records, strings.Count(verdicts, "\n"), "nothing is lost")
		require.Greater(t, strings.Count(verdicts, "the experiments on this failure are not done: budget reached"), 20)
		require.Contains(t, read(t, filepath.Join(dir, name), "summary.json"), "partial: budget reached")
		require.Contains(t, read(t, filepath.Join(dir, name), "report.html"), "partial: budget reached")
		saved, err := rundir.Open(filepath.Join(dir, name))
		require.NoError(t, err)
		require.Equal(t, rundir.Cancelled, saved.Manifest.Status)
		if name == "calls" {
			require.Equal(t, 30, server.Stats().Calls)
		}
		if name == "money" {
			require.Regexp(t, `model: \d+ calls, .*; \$0\.0[01]\d\d`, stderr)
		}
		code, got, stderr := experiment(t, t.Context(), dir, url, name)
		require.Equal(t, exitIncomplete, code, stderr)
		require.Equal(t, want, got)
		sameExperiments(t, dir, "whole", name)
		require.Equal(t, sound.Stats().Replies, server.Stats().Replies, "%s: nothing is paid for twice", name)
	}
}

// Killed in the middle, the experiments go on without paying twice for what came
// back.
func TestInterruptedExperimentsAreNotPaidTwice(t *testing.T) {
	impatient(t)
	dir := failures(t)
	sound, url := endpoint(t, weak(mock.Options{}))
	code, want, stderr := experiment(t, t.Context(), dir, url, "whole")
	require.Equal(t, exitIncomplete, code, stderr)

	ctx, cancel := context.WithCancel(t.Context())
	inner := mock.New(weak(mock.Options{}))
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if inner.Stats().Replies >= 50 {
			cancel()
			_, _ = io.Copy(io.Discard, r.Body) // until then the server does not see the client go
			<-r.Context().Done()
			return
		}
		inner.ServeHTTP(w, r)
	}))
	code, _, stderr = experiment(t, ctx, dir, srv.URL+"/v1", "cut")
	require.Equal(t, exitInterrupted, code, stderr)
	srv.Close()
	cached, err := filepath.Glob(filepath.Join(dir, "cache-cut", "*", "*.json"))
	require.NoError(t, err)
	require.GreaterOrEqual(t, len(cached), 35, "what came back is kept, but for the calls in flight")

	server, again := endpoint(t, weak(mock.Options{}))
	code, got, stderr := experiment(t, t.Context(), dir, again, "cut-again", "--cache", filepath.Join(dir, "cache-cut"))
	require.Equal(t, exitIncomplete, code, stderr)
	require.Equal(t, want, got)
	sameExperiments(t, dir, "whole", "cut-again")
	require.Equal(t, sound.Stats().Replies, len(cached)+server.Stats().Replies)
}

func TestExperimentsDryRun(t *testing.T) {
	impatient(t)
	dir := failures(t)
	server, url := endpoint(t, weak(mock.Options{}))
	code, out, stderr := experiment(t, t.Context(), dir, url, "dry", "--dry-run", "--price", mock.DefaultModel+"=1,1,2")
	require.Equal(t, exitOK, code, stderr)
	require.Zero(t, server.Stats().Calls)
	require.NoDirExists(t, filepath.Join(dir, "dry"))
	var calls, kept, most, n int
	var cost float64
	_, err := fmt.Sscanf(out[strings.Index(out, "calls"):], "calls %d, and %d answered", &calls, &kept)
	require.NoError(t, err)
	_, err = fmt.Sscanf(out[strings.Index(out, "cost"):], "cost about $%f", &cost)
	require.NoError(t, err)
	_, err = fmt.Sscanf(out[strings.Index(out, "at most"):], "at most %d calls for %d failures", &most, &n)
	require.NoError(t, err)
	require.Equal(t, 2*n, most)
	require.LessOrEqual(t, calls, most)
	require.Positive(t, cost)

	code, _, stderr = experiment(t, t.Context(), dir, url, "dry")
	require.Equal(t, exitIncomplete, code, stderr)
	require.InDelta(t, calls, server.Stats().Replies, float64(calls)/4, "what it said, about")
	code, out, stderr = ragdiag(t.Context(), "diagnose", "../../fixtures/cases/ground.jsonl", "--intervene", "--generator", "model:mock", "--base-url", url, "--cache", filepath.Join(dir, "c"), "--dry-run")
	require.Equal(t, exitOK, code, stderr)
	require.Contains(t, out, "failures, by --budget")
	require.Contains(t, out, "give --price")
}

// What is wrong with a set-up is said once, in clear words, with its exit code,
// and nothing of the run is lost.
func TestBadEndpointsOfExperimentsAndJudges(t *testing.T) {
	impatient(t)
	dir := failures(t)
	_, url := endpoint(t, weak(mock.Options{Handlers: judgeModel(false)}))
	_, locked := endpoint(t, weak(mock.Options{Key: "sesame-open-sesame"}))
	page, secure := noAPIs(t)

	for i, tt := range []struct {
		name, url, key string
		model          string
		more           []string
		code           int
		want           []string
	}{
		{"no key", "https://api.openai.com/v1", "", "mock", nil, exitUsage, []string{"no key", "OPENAI_API_KEY"}},
		{"no key for a server that wants one", locked, "", "mock", nil, exitUsage, []string{"no key", "OPENAI_API_KEY"}},
		{"refused key", locked, "sk-hunter2-hunter2", "mock", nil, exitFailed, []string{"not authorised", "OPENAI_API_KEY"}},
		{"wrong path", strings.TrimSuffix(url, "/v1") + "/v2", "", "mock", nil, exitFailed, []string{"no such endpoint", "base-url"}},
		{"no URL", "localhost", "", "mock", nil, exitUsage, []string{"base URL", "http://"}},
		{"nobody there", "http://127.0.0.1:1/v1", "", "mock", nil, exitFailed, []string{"unreachable", "127.0.0.1:1"}},
		{"wrong model", url, "", "gpt-17", nil, exitFailed, []string{"unknown model", "gpt-17"}},
		{"TLS to a plain server", strings.Replace(url, "http:", "https:", 1), "", "mock", nil, exitFailed, []string{"TLS failure"}},
		{"unknown certificate", secure.URL + "/v1", "", "mock", nil, exitFailed, []string{"TLS failure", "certificate"}},
		{"web page", page.URL + "/v1", "", "mock", nil, exitFailed, []string{"not JSON", "Welcome to nginx"}},
		{"no price", url, "", "mock", []string{"--max-cost", "1"}, exitUsage, []string{"--price mock="}},
		{"nothing to replay", url, "", "mock", []string{"--replay-only"}, exitFailed, []string{"not in the cache"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Setenv("OPENAI_API_KEY", tt.key)
			out, cache := fmt.Sprintf("bad-%d", i), filepath.Join(t.TempDir(), "cache")
			for what, args := range map[string][]string{
				"intervene": {"intervene", filepath.Join(dir, "run"), "--generator", "model:" + tt.model, "--base-url", tt.url},
				"both":      {"diagnose", cases, "--intervene", "--generator", "model:" + tt.model, "--base-url", tt.url},
				"judge":     {"diagnose", cases, "--judge-model", tt.model, "--judge-base-url", tt.url},
			} {
				args = append(args, "--out", filepath.Join(dir, what+out), "--cache", cache, "--quiet")
				code, _, stderr := ragdiag(t.Context(), append(args, tt.more...)...)
				require.Equal(t, tt.code, code, "%s: %s", what, stderr)
				for _, w := range tt.want {
					require.Contains(t, stderr, w, what)
				}
				require.NotContains(t, stderr, "hunter2")
				if code == exitFailed {
					require.Contains(t, stderr, "what was done is kept in")
				}
			}
		})
	}
	require.Equal(t, records, strings.Count(read(t, filepath.Join(dir, "run"), "records.jsonl"), "\n"), "the run itself is as it was")
}

// firstLine is the end of the first line with a phrase, from there on.
func firstLine(s, phrase string) string {
	at := strings.Index(s, phrase)
	if at < 0 {
		return "no " + phrase
	}
	line, _, _ := strings.Cut(s[at:], "\n")
	return line[:min(len(line), 300)]
}

// A prompt that is too long is named with its record and by how much; nothing is
// cut in silence, by us or by the server.
func TestContextTooLongForAnExperiment(t *testing.T) {
	impatient(t)
	dir := failures(t)
	for name, tt := range map[string]struct {
		o    mock.Options
		more []string
		want string
	}{
		"refused":    {mock.Options{Window: 250}, nil, `an experiment failed: asking mock: record \\"[a-z0-9-]+\\": context too long \(HTTP 400\): \d+ tokens too many`},
		"known":      {mock.Options{}, []string{"--window", "150"}, `an experiment failed: asking mock: record \\"[a-z0-9-]+\\": context too long: the prompt has \d+ tokens or more and the answer up to 0, at least \d+ more than the window of 150`},
		"in silence": {mock.Options{Window: 250, Cut: true}, nil, `an experiment failed: record \\"[a-z0-9-]+\\": context too long: the server read 250 tokens of a prompt that has \d+ or more, at least \d+ too many, and cut the rest in silence`},
	} {
		server, url := endpoint(t, weak(tt.o))
		code, _, stderr := experiment(t, t.Context(), dir, url, name, tt.more...)
		require.Equal(t, exitIncomplete, code, stderr)
		verdicts := read(t, filepath.Join(dir, name), "diagnoses.jsonl")
		require.Equal(t, records, strings.Count(verdicts, "\n"))
		require.Regexp(t, tt.want, firstLine(verdicts, "an experiment failed"), name)
		require.Contains(t, stderr, "experiments failed", name)
		require.Positive(t, server.Stats().Replies, "those that fit are asked")
	}
}

// A server that is lost after it has answered ends the experiments, and not what
// is done.
func TestServerLostInTheMiddle(t *testing.T) {
	impatient(t)
	dir := failures(t)
	inner := mock.New(weak(mock.Options{}))
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if inner.Stats().Replies >= 40 {
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(http.StatusPaymentRequired)
			fmt.Fprint(w, `{"error":{"message":"You exceeded your current quota"}}`)
			return
		}
		inner.ServeHTTP(w, r)
	}))
	defer srv.Close()
	code, _, stderr := experiment(t, t.Context(), dir, srv.URL+"/v1", "out")
	require.Equal(t, exitIncomplete, code, stderr)
	require.Contains(t, stderr, "quota used up")
	require.Equal(t, records, strings.Count(read(t, filepath.Join(dir, "out"), "diagnoses.jsonl"), "\n"))
	require.Contains(t, read(t, filepath.Join(dir, "out"), "summary.json"), "partial: quota used up")
	require.GreaterOrEqual(t, strings.Count(read(t, filepath.Join(dir, "out"), callsFile), "\n"), 40)
}

// system is a RAG system of someone's own over HTTP, of which calls fail.
func system(t *testing.T, share int) (calls, replies, distinct func() int, url string) {
	t.Helper()
	var mu sync.Mutex
	seen, paid := map[string]int{}, map[string]int{}
	n, sent := 0, 0
	reader := &faults.Reader{Noise: .3, Slip: .2, Seed: 1}
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		var req struct {
			ID, Question string
			Contexts     []external.Passage
			Seed         *int64
		}
		if err := json.Unmarshal(body, &req); err != nil {
			t.Errorf("%v", err)
		}
		mu.Lock()
		n++
		attempt := seen[string(body)]
		seen[string(body)]++
		mu.Unlock()
		if h := (len(body)*7 + attempt*31 + int(*req.Seed)*13) % 100; h < share {
			switch h % 6 {
			case 0:
				w.WriteHeader(http.StatusTooManyRequests)
			case 1:
				w.WriteHeader(http.StatusInternalServerError)
			case 2:
				fmt.Fprint(w, `{"answer": "it is`)
			case 3:
				fmt.Fprint(w, `<html>gateway</html>`)
			case 4:
				fmt.Fprint(w, `{"result": "as requested"}`)
			case 5:
				panic(http.ErrAbortHandler)
			}
			return
		}
		ask := llm.Request{ID: req.ID, Question: req.Question, Decoding: llm.Decoding{Seed: req.Seed}}
		for _, p := range req.Contexts {
			ask.Passages = append(ask.Passages, trace.Passage{ID: p.ID, Doc: p.Doc, Title: p.Title, Text: p.Text})
		}
		got, err := reader.Generate(r.Context(), ask)
		if err != nil {
			t.Errorf("%v", err)
		}
		mu.Lock()
		sent++
		paid[string(body)]++
		mu.Unlock()
		_ = json.NewEncoder(w).Encode(map[string]string{"answer": got.Text})
	}))
	srv.Config.ErrorLog = log.New(io.Discard, "", 0)
	t.Cleanup(srv.Close)
	count := func(f func() int) func() int {
		return func() int { mu.Lock(); defer mu.Unlock(); return f() }
	}
	return count(func() int { return n }), count(func() int { return sent }), count(func() int { return len(paid) }), srv.URL + "/answer"
}

// A system of one's own has the same retries and limits, but for what counts
// tokens, and its replies lie in the ledger.
func TestExperimentsOnASystemOfOnesOwn(t *testing.T) {
	impatient(t)
	dir := failures(t)
	ask := func(url, out string, more ...string) (int, string, string) {
		return ragdiag(t.Context(), append([]string{"intervene", filepath.Join(dir, "run"), "--generator", url, "--timeout", "5s", "--out", filepath.Join(dir, out)}, more...)...)
	}
	_, soundReplies, _, url := system(t, 0)
	code, want, stderr := ask(url, "sound")
	require.Equal(t, exitIncomplete, code, stderr)
	require.Contains(t, stderr, "raise --budget")
	require.Contains(t, stderr, "system: ")

	calls, replies, distinct, url := system(t, 30)
	code, _, stderr = ask(url, "faulty", "--max-calls", "40")
	require.Equal(t, exitIncomplete, code, stderr)
	require.Contains(t, stderr, "40 calls were made")
	require.Equal(t, 40, calls())
	require.Equal(t, records, strings.Count(read(t, filepath.Join(dir, "faulty"), "diagnoses.jsonl"), "\n"))
	code, got, stderr := ask(url, "faulty")
	require.Equal(t, exitIncomplete, code, stderr)
	require.Equal(t, want, got)
	for _, name := range resultFiles {
		require.Equal(t, read(t, filepath.Join(dir, "sound"), name), read(t, filepath.Join(dir, "faulty"), name), name)
	}
	require.Greater(t, calls(), replies()*5/4)
	require.Equal(t, distinct(), replies(), "no reply twice")
	require.Equal(t, soundReplies(), replies())

	before := calls()
	code, got, stderr = ask(url, "faulty", "--replay-only")
	require.Equal(t, exitIncomplete, code, stderr)
	require.Equal(t, want, got)
	code, _, stderr = ask(url, "fresh", "--replay-only")
	require.Equal(t, exitFailed, code, stderr)
	require.Contains(t, stderr, "calls.jsonl does not hold it")
	code, out, stderr := ask(url, "dry", "--dry-run")
	require.Equal(t, exitOK, code, stderr)
	require.Contains(t, out, "what they cost is not known")
	require.Equal(t, before, calls())

	for _, flag := range [][]string{{"--max-cost", "1"}, {"--window", "100"}} {
		code, _, stderr = ask(url, "no", flag...)
		require.Equal(t, exitUsage, code, stderr)
		require.Contains(t, stderr, "--max-calls")
	}
}

// A retriever is asked again where it fails for now; one that fails for good
// costs the experiments on its record, and says so.
func TestRetrieverOfExperimentsIsAskedAgain(t *testing.T) {
	impatient(t)
	dir := failures(t)
	var mu sync.Mutex
	seen := map[string]int{}
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		mu.Lock()
		seen[string(body)]++
		first := seen[string(body)] == 1
		mu.Unlock()
		switch {
		case first:
			w.WriteHeader(http.StatusServiceUnavailable)
		case strings.Contains(string(body), "dialect of the island"):
			w.WriteHeader(http.StatusInternalServerError)
		default:
			fmt.Fprint(w, `{"hits":[]}`)
		}
	}))
	defer srv.Close()
	code, _, stderr := ragdiag(t.Context(), "intervene", filepath.Join(dir, "run"), "--generator", "stub", "--retriever", srv.URL+"/retrieve", "--out", filepath.Join(dir, "out"))
	require.Equal(t, exitIncomplete, code, stderr)
	verdicts := read(t, filepath.Join(dir, "out"), "diagnoses.jsonl")
	require.Equal(t, records, strings.Count(verdicts, "\n"))
	require.Greater(t, len(seen), 2)
	lost := 0
	for query, n := range seen {
		if strings.Contains(query, "dialect of the island") {
			require.Equal(t, 6, n, query)
			lost++
			continue
		}
		require.GreaterOrEqual(t, n, 2, query)
	}
	require.Equal(t, 1, lost)
	require.Equal(t, 1, strings.Count(verdicts, "no experiment: "))
	require.Contains(t, firstLine(verdicts, "no experiment: "), "HTTP 500")
}
