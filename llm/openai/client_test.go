package openai

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/ragdiag/ragdiag/llm"
	"github.com/ragdiag/ragdiag/trace"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const key = "sk-test-0123456789"

// client starts a server with the handler and returns a client of it.
func client(t *testing.T, h http.HandlerFunc) *Client {
	t.Helper()
	srv := httptest.NewServer(h)
	t.Cleanup(srv.Close)
	return clientOf(t, Options{BaseURL: srv.URL + "/v1", Model: "m", Key: key})
}

func clientOf(t *testing.T, o Options) *Client {
	t.Helper()
	o.Retry.Base = time.Millisecond
	c, err := New(o)
	require.NoError(t, err)
	t.Cleanup(c.Close)
	return c
}

// says returns a handler that always sends this.
func says(status int, body string, header ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		for i := 0; i < len(header); i += 2 {
			w.Header().Set(header[i], header[i+1])
		}
		w.WriteHeader(status)
		io.WriteString(w, body)
	}
}

const good = `{"model":"m-7","choices":[{"message":{"role":"assistant","content":"Thirty days [1]."},"finish_reason":"stop",
"logprobs":{"content":[{"token":"Thirty","logprob":-0.25},{"token":" days","logprob":-1}]}}],"usage":{"prompt_tokens":40,"completion_tokens":5}}`

func TestGenerateSendsWhatWasAsked(t *testing.T) {
	var sent map[string]any
	var auth, path string
	c := client(t, func(w http.ResponseWriter, r *http.Request) {
		auth, path = r.Header.Get("Authorization"), r.URL.Path
		json.NewDecoder(r.Body).Decode(&sent)
		says(200, good)(w, r)
	})
	seed := int64(0)
	got, err := c.Generate(t.Context(), llm.Request{System: "s", User: "u", Decoding: llm.Decoding{Seed: &seed, MaxTokens: 9, Logprobs: true}})
	require.NoError(t, err)
	require.Equal(t, llm.Reply{Text: "Thirty days [1].", FinishReason: "stop", Model: "m-7",
		Usage: &trace.Usage{Prompt: 40, Completion: 5, Least: 2}, Logprobs: []float64{-.25, -1}}, got)
	require.Equal(t, map[string]any{"model": "m", "stream": false, "logprobs": true,
		"temperature": 0.0, "seed": 0.0, "max_tokens": 9.0, // zeros are sent
		"messages": []any{map[string]any{"role": "system", "content": "s"}, map[string]any{"role": "user", "content": "u"}}}, sent)
	require.Equal(t, "Bearer "+key, auth)
	require.Equal(t, "/v1/chat/completions", path)
}

// The library refuses parameters of models with these names; ours may be local.
func TestGenerateReasoningNames(t *testing.T) {
	for _, model := range []string{"o3-mini", "gpt-5-mini", "o4-local-finetune"} {
		srv := httptest.NewServer(says(200, good))
		defer srv.Close()
		c := clientOf(t, Options{BaseURL: srv.URL, Model: model})
		_, err := c.Generate(t.Context(), llm.Request{User: "u", Decoding: llm.Decoding{Temperature: .5, MaxTokens: 3, Logprobs: true}})
		require.NoError(t, err, model)
	}
}

func TestGenerateReadsOddReplies(t *testing.T) {
	for _, tt := range []struct{ name, body, want, finish string }{
		{"content in parts", `{"choices":[{"message":{"content":[{"type":"text","text":"a"},{"type":"text","text":"b"}]}}]}`, "ab", ""},
		{"declined in words", `{"choices":[{"message":{"content":null,"refusal":"I will not"},"finish_reason":"stop"}]}`, "I will not", "stop"},
		{"cut before the first word", `{"choices":[{"message":{"content":""},"finish_reason":"length"}]}`, "", "length"},
		{"an old function_call", `{"choices":[{"message":{"content":null,"function_call":{"name":"f","arguments":"{\"a\":1}"}},"finish_reason":"function_call"}]}`, `{"a":1}`, "function_call"},
		{"arguments as an object", `{"choices":[{"message":{"content":null,"tool_calls":[{"type":"function","function":{"name":"f","arguments":{"b":"\"arguments\":{","a":[1]}}}]},"finish_reason":"stop"}]}`, `{"b":"\"arguments\":{","a":[1]}`, "stop"},
		{"text that speaks of arguments", `{"choices":[{"message":{"content":"\"arguments\": {"},"finish_reason":"stop"}]}`, `"arguments": {`, "stop"},
		{"an error field of null", `{"error":null,"choices":[{"message":{"content":"a"},"finish_reason":"length"}]}`, "a", "length"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := client(t, says(200, tt.body)).Generate(t.Context(), llm.Request{User: "u"})
			require.NoError(t, err)
			require.Equal(t, llm.Reply{Text: tt.want, FinishReason: tt.finish}, got)
		})
	}
}

func TestGenerateFailures(t *testing.T) {
	for _, tt := range []struct {
		name    string
		handler http.HandlerFunc
		kind    llm.Kind
		message string // part of the whole error
	}{
		{"refused key, repeated by the server", says(401, `{"error":{"message":"Incorrect API key provided: sk-test-0123456789"}}`), llm.KindAuth, "provided: [key]"},
		{"starred key", says(401, `{"error":{"message":"Incorrect API key provided: sk-test-****6789."}}`), llm.KindAuth, "OPENAI_API_KEY"},
		{"unknown model, OpenAI", says(404, `{"error":{"message":"The model 'x' does not exist","code":"model_not_found"}}`), llm.KindModel, "--model"},
		{"unknown model, Ollama", says(404, `{"error":{"message":"model \"x\" not found, try pulling it first"}}`), llm.KindModel, "try pulling"},
		{"wrong path", says(404, "404 page not found", "Content-Type", "text/plain"), llm.KindURL, "/v1"},
		{"elsewhere", says(307, "", "Location", "http://127.0.0.1:1/v1/chat/completions"), llm.KindURL, "redirected to http://127.0.0.1:1/v1"},
		{"bad parameter, FastAPI", says(422, `{"detail":[{"loc":["body"],"msg":"extra"}]}`), llm.KindRequest, `"msg":"extra"`},
		{"too long, vLLM", says(400, `{"object":"error","message":"This model's maximum context length is 4096 tokens","code":400}`), llm.KindTooLong, "4096"},
		{"error as text", says(400, `{"error":"no such field"}`), llm.KindRequest, "no such field"},
		{"rate limit", says(429, `{"error":{"message":"slow down"}}`, "Retry-After", "3"), llm.KindRate, "slow down"},
		{"quota", says(429, `{"error":{"message":"You exceeded your current quota","code":"insufficient_quota"}}`), llm.KindQuota, "billing"},
		{"server error", says(500, `{"error":{"message":"oops"}}`), llm.KindServer, "HTTP 500"},
		{"gateway page", says(502, "<html>Bad gateway</html>", "Content-Type", "text/html"), llm.KindServer, "Bad gateway"},
		{"web page", says(200, "<!doctype html><title>Welcome</title>", "Content-Type", "text/html"), llm.KindNotJSON, "Welcome"},
		{"error under status 200", says(200, `{"error":{"message":"upstream is busy","code":503}}`), llm.KindServer, "upstream is busy"},
		{"rate limit under status 200", says(200, `{"error":{"message":"busy","code":429},"choices":[]}`), llm.KindRate, "busy"},
		{"cut JSON", says(200, good[:60]), llm.KindMalformed, "unexpected end"},
		{"no JSON", says(200, "hello"), llm.KindMalformed, "hello"},
		{"wrong schema", says(200, `{"choices":[{"message":{"content":7}}]}`), llm.KindMalformed, "compatible"},
		{"a list", says(200, `[1,2]`), llm.KindMalformed, ""},
		{"no choices", says(200, `{"choices":[]}`), llm.KindEmpty, "no choices"},
		{"null content", says(200, `{"choices":[{"message":{"content":null},"finish_reason":"content_filter"}]}`), llm.KindEmpty, "content_filter"},
		{"too large", says(200, `{"x":"`+strings.Repeat("a", 9<<20)+`"}`), llm.KindTooLarge, "bytes"},
		{"cut connection", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "500")
			io.WriteString(w, good[:60])
		}, llm.KindMalformed, "unexpected EOF"},
		{"dropped connection", func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, llm.KindUnreachable, "EOF"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := client(t, tt.handler).Generate(t.Context(), llm.Request{ID: "q-7", User: "u"})
			e, ok := errors.AsType[*llm.Error](err)
			require.True(t, ok, "%v", err)
			require.Equal(t, tt.kind, e.Kind, "%v", err)
			require.Contains(t, err.Error(), `record "q-7"`)
			require.Contains(t, err.Error(), tt.message)
			require.NotContains(t, fmt.Sprintf("%v %+v", err, e), key)
			if tt.name == "rate limit" {
				require.Equal(t, 3*time.Second, e.RetryAfter)
			}
		})
	}
}

func TestGenerateConnection(t *testing.T) {
	kind := func(o Options) llm.Kind {
		o.Model, o.Key = "m", key
		_, err := clientOf(t, o).Generate(t.Context(), llm.Request{User: "u"})
		e, ok := errors.AsType[*llm.Error](err)
		require.True(t, ok, "%v", err)
		require.NotContains(t, err.Error(), key)
		return e.Kind
	}
	plain := httptest.NewServer(says(200, good))
	defer plain.Close()
	secure := httptest.NewUnstartedServer(says(200, good))
	secure.Config.ErrorLog = discard()
	secure.StartTLS()
	defer secure.Close()
	closed := httptest.NewServer(nil)
	closed.Close()

	require.Equal(t, llm.KindTLS, kind(Options{BaseURL: secure.URL}), "a certificate that nobody signed")
	require.Equal(t, llm.KindTLS, kind(Options{BaseURL: strings.Replace(plain.URL, "http:", "https:", 1)}), "plain server")
	require.Equal(t, llm.KindTLS, kind(Options{BaseURL: strings.Replace(secure.URL, "https:", "http:", 1)}), "TLS server")
	require.Equal(t, llm.KindUnreachable, kind(Options{BaseURL: closed.URL}))
}

func TestGenerateHangs(t *testing.T) {
	release := make(chan struct{})
	started := make(chan struct{}, 2)
	c := client(t, func(_ http.ResponseWriter, r *http.Request) {
		io.Copy(io.Discard, r.Body)
		started <- struct{}{}
		select {
		case <-r.Context().Done():
		case <-release:
		}
	})
	defer close(release)

	ctx, cancel := context.WithCancel(t.Context())
	go func() { <-started; cancel() }()
	_, err := c.Generate(ctx, llm.Request{User: "u"})
	require.ErrorIs(t, err, context.Canceled, "the user's own stop is no failure of the server")

	c.opt.Timeout = time.Millisecond
	_, err = c.Generate(t.Context(), llm.Request{User: "u"})
	e, ok := errors.AsType[*llm.Error](err)
	require.True(t, ok, "%v", err)
	require.Equal(t, llm.KindTimeout, e.Kind)
	require.ErrorIs(t, err, context.DeadlineExceeded)
	require.Contains(t, err.Error(), "no reply within 1ms")
}

func TestRetriesUntilTheServerRecovers(t *testing.T) {
	var calls atomic.Int32
	c := client(t, func(w http.ResponseWriter, r *http.Request) {
		if calls.Add(1) < 3 {
			says(429, `{"error":{"message":"slow down"}}`)(w, r)
			return
		}
		says(200, good)(w, r)
	})
	got, err := llm.Retry(c, llm.RetryOptions{Base: 1}).Generate(t.Context(), llm.Request{User: "u"})
	require.NoError(t, err)
	require.Equal(t, "Thirty days [1].", got.Text)
	require.EqualValues(t, 3, calls.Load())
}

func TestGenerateInParallel(t *testing.T) {
	c := client(t, func(w http.ResponseWriter, r *http.Request) {
		var in struct{ Seed int }
		json.NewDecoder(r.Body).Decode(&in)
		says(200, fmt.Sprintf(`{"choices":[{"message":{"content":"%d"}}]}`, in.Seed))(w, r)
	})
	var wg sync.WaitGroup
	for i := range int64(20) {
		wg.Go(func() {
			got, err := c.Generate(context.Background(), llm.Request{User: "u", Decoding: llm.Decoding{Seed: &i}})
			if err != nil || got.Text != fmt.Sprint(i) {
				t.Errorf("seed %d: %q, %v", i, got.Text, err)
			}
		})
	}
	wg.Wait()
}

func TestNewRefuses(t *testing.T) {
	for name, o := range map[string]Options{
		"no model":     {},
		"no scheme":    {Model: "m", BaseURL: "localhost:8000/v1"},
		"other scheme": {Model: "m", BaseURL: "ftp://localhost/v1"},
		"password":     {Model: "m", BaseURL: "http://u:hunter2@localhost/v1"},
		"no URL":       {Model: "m", BaseURL: "http://u:hunter2@local host/%zz"},
		"query":        {Model: "m", BaseURL: "http://localhost/v1?key=hunter2"},
		"full path":    {Model: "m", BaseURL: "http://localhost/v1/chat/completions"},
		"timeout":      {Model: "m", Timeout: -1},
	} {
		_, err := New(o)
		require.Error(t, err, name)
		require.NotContains(t, err.Error(), "hunter2", name)
	}
	c := clientOf(t, Options{Model: "m", Key: key})
	require.Equal(t, "m", c.Name())
	printed, err := json.Marshal(c.opt)
	require.NoError(t, err)
	require.NotContains(t, fmt.Sprintf("%v %+v %#v %s", c.opt, c.opt, c.opt, printed), key)
}

// A count of tokens that no integer holds costs the count and not the reply.
func TestOddUsage(t *testing.T) {
	reply, err := client(t, says(200, strings.Replace(good, `"prompt_tokens":40`, `"prompt_tokens":9223372036854775808`, 1))).Generate(t.Context(), llm.Request{User: "u"})
	require.NoError(t, err)
	require.Equal(t, "Thirty days [1].", reply.Text)
	require.Nil(t, reply.Usage)
}

// JSON that a server calls a web page is a reply all the same.
func TestJSONCalledAPage(t *testing.T) {
	reply, err := client(t, says(200, good, "Content-Type", "text/html; charset=utf-8")).Generate(t.Context(), llm.Request{User: "u"})
	require.NoError(t, err)
	require.Equal(t, "Thirty days [1].", reply.Text)
}

// A clock that is an hour off, here or there, does not change how long to wait.
func TestRetryAfterWithClockSkew(t *testing.T) {
	skewed := time.Now().Add(-time.Hour).UTC()
	c := client(t, says(429, `{"error":{"message":"slow down"}}`, "Date", skewed.Format(http.TimeFormat), "Retry-After", skewed.Add(20*time.Second).Format(http.TimeFormat)))
	_, err := c.Generate(t.Context(), llm.Request{User: "u"})
	e, ok := errors.AsType[*llm.Error](err)
	require.True(t, ok)
	require.Equal(t, 20*time.Second, e.RetryAfter)
}

// FuzzVet: whatever a server sends, it is a reply or an error that does not
// hold the key.
func FuzzVet(f *testing.F) {
	f.Add(200, good)
	f.Add(500, `{"error":{"message":["a","b"],"code":{}}}`)
	f.Add(200, `{"error":"`+key+`"}`)
	f.Fuzz(func(t *testing.T, status int, body string) {
		if status < 200 || status > 599 || status == 204 || status == 304 || len(body) > 1<<16 {
			t.Skip()
		}
		tr := &transport{redact: redactor("sesame-9-sesame")}
		e := tr.vet(&http.Response{StatusCode: status, Header: http.Header{}}, []byte(body))
		if e == nil {
			require.Less(t, status, 300)
			return
		}
		require.NotEmpty(t, e.Kind.String())
		require.NotContains(t, e.Error(), "sesame-9-sesame")
	})
}

func ExampleNew() {
	srv := httptest.NewServer(says(200, good)) // stands for a real server
	defer srv.Close()

	c, err := New(Options{BaseURL: srv.URL, Model: "llama-3"})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer c.Close()
	reply, err := llm.Retry(c, llm.RetryOptions{}).Generate(context.Background(), llm.Request{User: "How long is the refund window?"})
	fmt.Println(reply.Text, err)
	// Output: Thirty days [1]. <nil>
}

func discard() *log.Logger { return log.New(io.Discard, "", 0) }
