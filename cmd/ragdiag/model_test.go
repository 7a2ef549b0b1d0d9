package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ragdiag/ragdiag/lab/mock"
	"github.com/ragdiag/ragdiag/llm"
	"github.com/ragdiag/ragdiag/rundir"
)

// endpoint serves a simulated model.
func endpoint(t *testing.T, o mock.Options) (*mock.Server, string) {
	t.Helper()
	s := mock.New(o)
	srv := httptest.NewServer(s)
	t.Cleanup(srv.Close)
	return s, srv.URL + "/v1"
}

// impatient lets failed calls be repeated at once.
func impatient(t *testing.T) {
	t.Helper()
	t.Setenv("OPENAI_API_KEY", "")
	old := patience
	patience = llm.RetryOptions{Base: time.Millisecond}
	t.Cleanup(func() { patience = old })
}

const evalset = "../../fixtures/evalset/skarrow.jsonl"

// world is a folder with an index of a small corpus.
func world(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	code, _, stderr := ragdiag(t.Context(), "index", "../../fixtures/corpora/skarrow.jsonl", "--out", filepath.Join(dir, "ix"))
	require.Equal(t, exitOK, code, stderr)
	return dir
}

// asked runs the eval set over an endpoint into dir/out.
func asked(t *testing.T, ctx context.Context, dir, url, out string, more ...string) (code int, stdout, stderr string) {
	t.Helper()
	args := append([]string{"run", evalset, "--index", filepath.Join(dir, "ix"), "--model", mock.DefaultModel, "--base-url", url,
		"--cache", filepath.Join(dir, "cache-"+out), "--out", filepath.Join(dir, out)}, more...)
	return ragdiag(ctx, args...)
}

var resultFiles = []string{"records.jsonl", "diagnoses.jsonl", "summary.json"}

func same(t *testing.T, dir, a, b string) {
	t.Helper()
	for _, name := range resultFiles {
		require.Equal(t, read(t, filepath.Join(dir, a), name), read(t, filepath.Join(dir, b), name), name)
	}
}

// Three of ten calls fail in mixed ways: the results are the bytes of a run
// without failures, and no reply is paid for twice.
func TestFailuresOfTheEndpointChangeNothing(t *testing.T) {
	impatient(t)
	dir := world(t)
	_, url := endpoint(t, mock.Options{Seed: 1})
	code, want, stderr := asked(t, t.Context(), dir, url, "sound", "--logprobs")
	require.Equal(t, exitOK, code, stderr)
	require.Contains(t, read(t, filepath.Join(dir, "sound"), "records.jsonl"), `"logprobs":[-`)
	code, lm, stderr := ragdiag(t.Context(), "metrics", "lm", filepath.Join(dir, "sound", "records.jsonl"), "--format", "jsonl")
	require.Equal(t, exitOK, code, stderr)
	require.Regexp(t, `"id":"all","tokens":\d+,"nll":0\.\d+,"perplexity":1\.\d+,"bits_per_byte":0\.\d+`, lm)

	server, url := endpoint(t, mock.Options{Seed: 1, Faults: mock.Mixed(.3, true)})
	code, got, stderr := asked(t, t.Context(), dir, url, "faulty", "--logprobs", "--timeout", "2s")
	require.Equal(t, exitOK, code, stderr)
	require.Equal(t, want, got)
	same(t, dir, "sound", "faulty")
	st := server.Stats()
	require.Greater(t, st.Calls, st.Replies, "calls have failed")
	require.Equal(t, st.Distinct, st.Replies, "no reply twice")

	// From the cache alone, without a server.
	code, got, stderr = asked(t, t.Context(), dir, url, "replayed", "--logprobs", "--timeout", "2s", "--replay-only", "--cache", filepath.Join(dir, "cache-faulty"), "--base-url", "http://127.0.0.1:1/v1")
	require.Equal(t, exitOK, code, stderr)
	require.Equal(t, want, got)
	same(t, dir, "sound", "replayed")
}

// A run without a single answer could not be done, and pays for no more calls
// than it takes to see that.
func TestNothingAnswers(t *testing.T) {
	impatient(t)
	dir := world(t)
	server, url := endpoint(t, mock.Options{Faults: map[mock.Fault]float64{mock.Broken: 1}})
	var many strings.Builder
	for i := range 200 {
		fmt.Fprintf(&many, `{"ragdiag":1,"id":"q%d","question":"What is number %d?","gold":{"answers":["%d"]}}`+"\n", i, i, i)
	}
	questions := filepath.Join(dir, "many.jsonl")
	require.NoError(t, os.WriteFile(questions, []byte(many.String()), 0o600))
	code, _, stderr := ragdiag(t.Context(), "run", questions, "--index", filepath.Join(dir, "ix"), "--model", mock.DefaultModel, "--base-url", url, "--cache", "", "--out", filepath.Join(dir, "out"))
	require.Equal(t, exitFailed, code, stderr)
	require.Contains(t, stderr, "no question was answered; the first failed so: ")
	require.Contains(t, stderr, "20 calls in a row failed")
	require.Less(t, server.Stats().Calls, 100*6, "calls, of 200 questions with 6 attempts each")
}

// Where repeating does not help, each record still has a verdict with the reason.
func TestEveryRecordHasAReason(t *testing.T) {
	impatient(t)
	dir := world(t)
	var calls atomic.Int32
	sound := mock.New(mock.Options{})
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if calls.Add(1) > 2 { // it has been seen to work
			w.WriteHeader(http.StatusInternalServerError)
			return
		}
		sound.ServeHTTP(w, r)
	}))
	defer srv.Close()
	code, _, stderr := asked(t, t.Context(), dir, srv.URL+"/v1", "out", "--concurrency", "1")
	require.Equal(t, exitIncomplete, code, stderr)
	require.Equal(t, 14, strings.Count(read(t, filepath.Join(dir, "out"), "records.jsonl"), "server error (HTTP 500) after 6 attempts"))
	require.Equal(t, 14, strings.Count(read(t, filepath.Join(dir, "out"), "diagnoses.jsonl"), `"root":{"cause":"infrastructure","sub":"ground-error"`))
}

// A limit stops cleanly: the rest is marked, and the same command goes on and
// pays for nothing twice.
func TestBudgetStopsAndGoesOn(t *testing.T) {
	impatient(t)
	dir := world(t)
	server, url := endpoint(t, mock.Options{})
	code, want, stderr := asked(t, t.Context(), dir, url, "whole")
	require.Equal(t, exitOK, code, stderr)
	once := server.Stats().Replies

	for name, limit := range map[string][]string{
		"calls":    {"--max-calls", "5"},
		"money":    {"--max-cost", "0.004", "--price", mock.DefaultModel + "=0.5,0.5,1"},
		"deadline": {"--deadline", "1ns"},
	} {
		server, url := endpoint(t, mock.Options{})
		code, _, stderr := asked(t, t.Context(), dir, url, name, limit...)
		require.Equal(t, exitIncomplete, code, stderr)
		require.Contains(t, stderr, "stopped: record \"skarrow-")
		require.Contains(t, stderr, "budget reached")
		require.Contains(t, read(t, filepath.Join(dir, name), "summary.json"), "partial: budget reached")
		require.Contains(t, read(t, filepath.Join(dir, name), "errors.jsonl"), "not asked")
		saved, err := rundir.Open(filepath.Join(dir, name))
		require.NoError(t, err)
		require.Equal(t, rundir.Cancelled, saved.Manifest.Status)
		if name == "calls" {
			require.Equal(t, 5, server.Stats().Calls)
		}
		code, got, stderr := asked(t, t.Context(), dir, url, name)
		require.Equal(t, exitOK, code, stderr)
		require.Equal(t, want, got)
		same(t, dir, "whole", name)
		require.Equal(t, once, server.Stats().Replies, "%s: nothing is paid for twice", name)
	}
}

// Killed in the middle, a run goes on without paying twice for what came back.
func TestInterruptedCallsAreNotPaidTwice(t *testing.T) {
	impatient(t)
	dir := world(t)
	_, url := endpoint(t, mock.Options{})
	code, want, stderr := asked(t, t.Context(), dir, url, "whole")
	require.Equal(t, exitOK, code, stderr)

	ctx, cancel := context.WithCancel(t.Context())
	inner := mock.New(mock.Options{})
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if inner.Stats().Replies >= 6 {
			cancel()
			_, _ = io.Copy(io.Discard, r.Body) // until then the server does not see the client go
			<-r.Context().Done()
			return
		}
		inner.ServeHTTP(w, r)
	}))
	code, _, _ = asked(t, ctx, dir, srv.URL+"/v1", "cut", "--concurrency", "2")
	require.Equal(t, exitInterrupted, code)
	srv.Close()
	cached, err := filepath.Glob(filepath.Join(dir, "cache-cut", "*", "*.json"))
	require.NoError(t, err)

	server, again := endpoint(t, mock.Options{})
	code, got, stderr := asked(t, t.Context(), dir, again, "cut-again", "--cache", filepath.Join(dir, "cache-cut"))
	require.Equal(t, exitOK, code, stderr)
	require.Equal(t, want, got)
	same(t, dir, "whole", "cut-again")
	require.Equal(t, 16, len(cached)+server.Stats().Replies)
	require.GreaterOrEqual(t, len(cached), 5)
}

func TestDryRunAsksNobody(t *testing.T) {
	impatient(t)
	dir := world(t)
	server, url := endpoint(t, mock.Options{})
	code, out, stderr := asked(t, t.Context(), dir, url, "dry", "--dry-run", "--price", mock.DefaultModel+"=1,1,2")
	require.Equal(t, exitOK, code, stderr)
	require.Zero(t, server.Stats().Calls)
	require.Contains(t, out, "calls      16, and 0 answered without one")
	require.Contains(t, out, "cost       about $0.0")
	require.NoDirExists(t, filepath.Join(dir, "dry"))

	code, _, stderr = asked(t, t.Context(), dir, url, "dry")
	require.Equal(t, exitOK, code, stderr)
	code, out, stderr = asked(t, t.Context(), dir, url, "dry", "--dry-run")
	require.Equal(t, exitOK, code, stderr)
	require.Contains(t, out, "calls      0, and 16 answered without one")
	require.Contains(t, out, "--price")
}

// A server that cuts prompts in silence is named as the cause.
func TestCutPromptIsNamed(t *testing.T) {
	impatient(t)
	dir := world(t)
	_, url := endpoint(t, mock.Options{Window: 150, Cut: true})
	code, _, stderr := asked(t, t.Context(), dir, url, "cut", "--k", "10")
	require.Equal(t, exitOK, code, stderr)
	require.Contains(t, read(t, filepath.Join(dir, "cut"), "diagnoses.jsonl"), "context-truncated")

	// One that refuses is named with the record and by how much, and so is a
	// window that is known before.
	_, url = endpoint(t, mock.Options{Window: 150})
	for out, more := range map[string][]string{"refused": nil, "known": {"--window", "150"}} {
		code, _, stderr = asked(t, t.Context(), dir, url, out, append(more, "--k", "10")...)
		require.Contains(t, []int{exitFailed, exitIncomplete}, code, stderr)
		require.Contains(t, stderr, "answer")
		records := read(t, filepath.Join(dir, out), "records.jsonl")
		require.Contains(t, records, `record \"skarrow-01\": context too long`)
		require.Regexp(t, `\d+ tokens too many|at least \d+ more than the window of 150`, records)
	}
}

// noAPIs are servers that are no endpoint of a model: one of web pages, and one
// whose certificate nobody knows.
func noAPIs(t *testing.T) (page, secure *httptest.Server) {
	page = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		fmt.Fprint(w, "<html>Welcome to nginx</html>")
	}))
	t.Cleanup(page.Close)
	secure = httptest.NewUnstartedServer(http.NotFoundHandler())
	secure.Config.ErrorLog = log.New(io.Discard, "", 0)
	secure.StartTLS()
	t.Cleanup(secure.Close)
	return page, secure
}

// What is wrong with a set-up is said once, in clear words, with its exit code.
func TestBadEndpoints(t *testing.T) {
	impatient(t)
	dir := world(t)
	_, url := endpoint(t, mock.Options{})
	_, locked := endpoint(t, mock.Options{Key: "sesame-open-sesame"})
	page, secure := noAPIs(t)

	for i, tt := range []struct {
		name, url, key string
		more           []string
		code           int
		want           []string
	}{
		{"no key", "", "", nil, exitUsage, []string{"no key", "OPENAI_API_KEY"}},
		{"no key for a server that wants one", locked, "", nil, exitUsage, []string{"no key", "OPENAI_API_KEY"}},
		{"refused key", locked, "sk-hunter2-hunter2", nil, exitFailed, []string{"not authorised", "OPENAI_API_KEY"}},
		{"wrong path", strings.TrimSuffix(url, "/v1") + "/v2", "", nil, exitFailed, []string{"no such endpoint", "--base-url"}},
		{"no URL", "localhost", "", nil, exitUsage, []string{"base URL", "http://"}},
		{"nobody there", "http://127.0.0.1:1/v1", "", nil, exitFailed, []string{"unreachable", "127.0.0.1:1"}},
		{"wrong model", url, "", []string{"--model", "gpt-17"}, exitFailed, []string{"unknown model", "gpt-17", "--model"}},
		{"TLS to a plain server", strings.Replace(url, "http:", "https:", 1), "", nil, exitFailed, []string{"TLS failure"}},
		{"unknown certificate", secure.URL + "/v1", "", nil, exitFailed, []string{"TLS failure", "certificate"}},
		{"web page", page.URL + "/v1", "", nil, exitFailed, []string{"not JSON", "Welcome to nginx"}},
		{"no price", url, "", []string{"--max-cost", "1"}, exitUsage, []string{"--price mock="}},
		{"odd price", url, "", []string{"--price", "mock=1,2"}, exitUsage, []string{"three prices"}},
		{"nothing to replay", url, "", []string{"--replay-only"}, exitFailed, []string{"not in the cache", "skarrow-0"}},
		{"header without value", url, "", []string{"--header", "hunter2"}, exitUsage, []string{"Name: value"}},
		{"header of no variable", url, "", []string{"--header", "api-key: $RAG_NO_SUCH"}, exitUsage, []string{"RAG_NO_SUCH"}},
		{"body that is no object", url, "", []string{"--extra-body", "[1]"}, exitUsage, []string{"JSON object"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Setenv("OPENAI_API_KEY", tt.key)
			out := fmt.Sprintf("bad-%d", i)
			args := tt.more
			if tt.url == "" {
				args = append(args, "--base-url", "https://api.openai.com/v1")
			}
			code, _, stderr := asked(t, t.Context(), dir, tt.url, out, args...)
			require.Equal(t, tt.code, code, stderr)
			for _, w := range tt.want {
				require.Contains(t, stderr, w)
			}
			require.NotContains(t, stderr, "hunter2")
			_ = filepath.WalkDir(filepath.Join(dir, out), func(path string, d os.DirEntry, err error) error {
				if err == nil && !d.IsDir() {
					b, err := os.ReadFile(path)
					require.NoError(t, err)
					require.NotContains(t, string(b), "hunter2", path)
				}
				return nil
			})
		})
	}
}

// Secrets come from the environment into headers, and into nothing else.
func TestHeaderFromTheEnvironment(t *testing.T) {
	impatient(t)
	dir := world(t)
	t.Setenv("GATEWAY_TOKEN", "hunter2-token")
	var got atomic.Value
	inner := mock.New(mock.Options{})
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		got.Store(r.Header.Get("X-Gateway"))
		inner.ServeHTTP(w, r)
	}))
	defer srv.Close()
	code, stdout, stderr := asked(t, t.Context(), dir, srv.URL+"/v1", "out", "--header", "X-Gateway: Bearer $GATEWAY_TOKEN", "--extra-body", `{"top_k":5}`)
	require.Equal(t, exitOK, code, stderr)
	require.Equal(t, "Bearer hunter2-token", got.Load())
	for _, s := range []string{stdout, stderr, read(t, filepath.Join(dir, "out"), "manifest.json"), read(t, filepath.Join(dir, "out"), "records.jsonl")} {
		require.NotContains(t, s, "hunter2")
	}
	require.Contains(t, read(t, filepath.Join(dir, "out"), "records.jsonl"), `"model":"mock {\"top_k\":5}"`)
}

// The command serves on the loopback interface until it is stopped.
func TestMockEndpointServes(t *testing.T) {
	impatient(t)
	dir := world(t)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	in, out := io.Pipe()
	var stderr bytes.Buffer
	ended := make(chan int)
	go func() {
		ended <- run(ctx, []string{"mock-endpoint", "--noise", "0.1", "--slip", "1"}, nil, out, &stderr)
	}()
	url, err := bufio.NewReader(in).ReadString('\n')
	require.NoError(t, err)
	url = strings.TrimSpace(url)
	require.True(t, strings.HasPrefix(url, "http://127.0.0.1:"), url)
	code, _, errs := asked(t, t.Context(), dir, url, "out")
	require.Equal(t, exitOK, code, errs)
	require.Contains(t, errs, "model: 16 calls, 16 replies, 0 more from the cache")
	cancel()
	require.Equal(t, exitOK, <-ended)
	require.Contains(t, stderr.String(), "16 calls, 16 replies to 16 different requests")

	for _, bad := range [][]string{{"--faults", "lazy=1"}, {"--obey", "2"}, {"--noise", "-1"}, {"--memory", "nowhere"}} {
		code, _, errs := ragdiag(t.Context(), append([]string{"mock-endpoint"}, bad...)...)
		require.Equal(t, exitUsage, code, errs)
		require.Contains(t, errs, bad[0])
	}
}

// Earlier turns reach the model in the built-in prompt, oldest first and before the
// question, and the hash of the prompt file is in each record.
func TestHistoryAndPromptReachTheModel(t *testing.T) {
	impatient(t)
	dir := world(t)
	inner := mock.New(mock.Options{})
	var prompts sync.Map
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		r.Body = io.NopCloser(bytes.NewReader(b))
		var in struct {
			Messages []struct{ Role, Content string } `json:"messages"`
		}
		if json.Unmarshal(b, &in) == nil && len(in.Messages) > 0 {
			prompts.Store(in.Messages[len(in.Messages)-1].Content, true)
		}
		inner.ServeHTTP(w, r)
	}))
	defer srv.Close()
	in := filepath.Join(dir, "talk.jsonl")
	require.NoError(t, os.WriteFile(in, []byte(`{"ragdiag":1,"id":"t1","question":"And in winter?","history":[{"role":"user","text":"When does the ferry sail?"},{"role":"assistant","text":"Twice a day in summer."}]}`+"\n"), 0o600))
	mine := filepath.Join(dir, "mine.tmpl")
	require.NoError(t, os.WriteFile(mine, []byte(`{{define "user"}}{{range .History}}<{{.Role}}> {{.Text}}
{{end}}Question: {{.Question}}{{end}}`), 0o600))
	hashes := map[string]bool{}
	for out, more := range map[string][]string{"built-in": nil, "mine": {"--prompt", mine}} {
		code, _, stderr := ragdiag(t.Context(), append([]string{"run", in, "--index", filepath.Join(dir, "ix"), "--model", mock.DefaultModel, "--base-url", srv.URL + "/v1",
			"--cache", filepath.Join(dir, "cache"), "--out", filepath.Join(dir, out)}, more...)...)
		require.Equal(t, exitOK, code, stderr)
		m := regexp.MustCompile(`"prompt_hash":"([0-9a-f]{16})"`).FindStringSubmatch(read(t, filepath.Join(dir, out), "records.jsonl"))
		require.NotNil(t, m)
		require.Contains(t, read(t, filepath.Join(dir, out), "manifest.json"), m[1])
		hashes[m[1]] = true
	}
	require.Len(t, hashes, 2)
	var got []string
	prompts.Range(func(k, _ any) bool { got = append(got, k.(string)); return true })
	slices.Sort(got)
	require.Len(t, got, 2)
	require.Equal(t, "<user> When does the ferry sail?\n<assistant> Twice a day in summer.\nQuestion: And in winter?", got[0])
	require.True(t, strings.HasSuffix(got[1], "user: When does the ferry sail?\nassistant: Twice a day in summer.\nQuestion: And in winter?"), got[1])
}
