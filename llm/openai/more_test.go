package openai

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ragdiag/ragdiag/lab/mock"
	"github.com/ragdiag/ragdiag/llm"
	"github.com/ragdiag/ragdiag/trace"
)

var yesNo = &llm.Schema{Name: "verdict", JSON: json.RawMessage(`{"type":"object","properties":{"yes":{"type":"boolean"}},"required":["yes"]}`)}

// The client finds out once what a server can do, and then keeps to it.
func TestSchemaByWhatTheServerCanDo(t *testing.T) {
	for _, tt := range []struct {
		name string
		o    mock.Options
		mode Mode
	}{
		{"schema", mock.Options{}, ModeSchema},
		{"tool", mock.Options{NoSchema: true}, ModeTool},
		{"plain", mock.Options{NoSchema: true, NoTools: true}, ModePlain},
	} {
		t.Run(tt.name, func(t *testing.T) {
			server := mock.New(tt.o)
			srv := httptest.NewServer(server)
			t.Cleanup(srv.Close)
			o := Options{BaseURL: srv.URL + "/v1", Model: mock.DefaultModel, Remember: t.TempDir()}
			c := clientOf(t, o)
			var wg sync.WaitGroup
			for range 5 {
				wg.Go(func() {
					reply, err := c.Generate(t.Context(), llm.Request{User: "x", Schema: yesNo})
					if err != nil || tt.mode != ModePlain && reply.Text != `{"yes":true}` {
						t.Errorf("%q, %v", reply.Text, err)
					}
				})
			}
			wg.Wait()
			require.Equal(t, tt.mode, c.mode)
			probes := server.Stats().Calls - 5
			require.Equal(t, map[Mode]int{ModeSchema: 1, ModeTool: 2, ModePlain: 2}[tt.mode], probes)

			next := clientOf(t, o) // another process
			_, err := next.Generate(t.Context(), llm.Request{User: "x", Schema: yesNo})
			require.NoError(t, err)
			require.Equal(t, 5+probes+1, server.Stats().Calls, "remembered on disk")
		})
	}
}

// A server that fails for now says nothing about what it can do.
func TestProbeIsNotDecidedByAFailure(t *testing.T) {
	var calls atomic.Int32
	c := client(t, func(w http.ResponseWriter, r *http.Request) {
		if calls.Add(1) == 1 {
			says(503, `{"error":{"message":"busy"}}`)(w, r)
			return
		}
		says(200, `{"choices":[{"message":{"content":"{\"ok\":true}"}}]}`)(w, r)
	})
	_, err := c.Generate(t.Context(), llm.Request{ID: "q1", User: "x", Schema: yesNo})
	e, ok := errors.AsType[*llm.Error](err)
	require.True(t, ok)
	require.Equal(t, llm.KindServer, e.Kind)
	require.Equal(t, "q1", e.Record)
	require.Empty(t, c.mode)
	_, err = c.Generate(t.Context(), llm.Request{User: "x", Schema: yesNo})
	require.NoError(t, err)
	require.Equal(t, ModeSchema, c.mode)
}

// llama.cpp once refused a schema with status 500.
func TestProbeTakesARefusalUnder500(t *testing.T) {
	c := client(t, func(w http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		if strings.Contains(string(b), "response_format") {
			says(500, `{"error":{"message":"Either \"json_schema\" or \"grammar\" can be specified, but not both"}}`)(w, r)
			return
		}
		says(200, `{"choices":[{"message":{"content":null,"tool_calls":[{"type":"function","function":{"name":"probe","arguments":"{\"ok\":true}"}}]},"finish_reason":"tool_calls"}]}`)(w, r)
	})
	_, err := c.Generate(t.Context(), llm.Request{User: "x", Schema: yesNo})
	require.NoError(t, err)
	require.Equal(t, ModeTool, c.mode)
}

func TestRememberedModeIsCheckedBeforeUse(t *testing.T) {
	dir := t.TempDir()
	c := clientOf(t, Options{BaseURL: "http://localhost/v1", Model: "m", Remember: dir})
	for _, content := range []string{"", "{", `{"mode":"magic"}`, `{"base_url":"http://other/v1","model":"m","mode":"tool"}`, `{"base_url":"http://localhost/v1","model":"m","mode":"magic"}`} {
		require.NoError(t, os.WriteFile(c.path(), []byte(content), 0o600))
		require.Empty(t, c.recall(), content)
	}
	c.mode = ModeTool
	require.NoError(t, c.remember())
	require.Equal(t, ModeTool, c.recall())
	left, err := filepath.Glob(filepath.Join(dir, ".new-*"))
	require.NoError(t, err)
	require.Empty(t, left)
}

// Embeddings, relevance and scores are asked for again where a call fails for
// now, and only there.
func TestOtherCallsAreRepeated(t *testing.T) {
	var calls atomic.Int32
	reply := map[string]string{
		"/v1/embeddings":  `{"data":[{"index":0,"embedding":[1,0]}]}`,
		"/v1/rerank":      `{"results":[{"index":0,"relevance_score":2}]}`,
		"/v1/completions": `{"choices":[{"logprobs":{"tokens":["a","b"],"token_logprobs":[null,-1]}}]}`,
	}
	flaky := client(t, func(w http.ResponseWriter, r *http.Request) {
		switch calls.Add(1) % 4 {
		case 1:
			says(429, `{"error":{"message":"slow down"}}`)(w, r)
		case 2:
			says(200, `{"data":[{"index"`)(w, r)
		case 3:
			says(503, `<html>busy</html>`)(w, r)
		default:
			says(200, reply[r.URL.Path])(w, r)
		}
	})
	refuses := client(t, func(w http.ResponseWriter, r *http.Request) {
		calls.Add(1)
		says(401, `{"error":{"message":"no"}}`)(w, r)
	})
	for name, ask := range map[string]func(*Client) error{
		"embed": func(c *Client) error {
			v, err := c.Embed(t.Context(), []string{"a"})
			if err == nil {
				require.Equal(t, [][]float32{{1, 0}}, v)
			}
			return err
		},
		"rerank": func(c *Client) error {
			v, err := c.Rerank(t.Context(), "q", []string{"a"})
			if err == nil {
				require.Equal(t, []float64{2}, v)
			}
			return err
		},
		"score": func(c *Client) error {
			v, err := c.Score(t.Context(), "", "ab")
			if err == nil {
				require.Equal(t, []float64{-1}, v)
			}
			return err
		},
	} {
		calls.Store(0)
		require.NoError(t, ask(flaky), name)
		require.EqualValues(t, 4, calls.Load(), name)
		calls.Store(0)
		require.ErrorContains(t, ask(refuses), "not authorised", name)
		require.EqualValues(t, 1, calls.Load(), name)
	}
}

func TestEmbedSortsByIndex(t *testing.T) {
	c := client(t, says(200, `{"data":[{"index":1,"embedding":[0,1]},{"index":0,"embedding":[1,0]}]}`))
	got, err := c.Embed(t.Context(), []string{"a", "b"})
	require.NoError(t, err)
	require.Equal(t, [][]float32{{1, 0}, {0, 1}}, got)
	got, err = c.Embed(t.Context(), nil)
	require.NoError(t, err)
	require.Nil(t, got)

	for name, body := range map[string]string{
		"too few":       `{"data":[{"index":0,"embedding":[1,0]}]}`,
		"twice":         `{"data":[{"index":0,"embedding":[1]},{"index":0,"embedding":[1]}]}`,
		"unasked":       `{"data":[{"index":0,"embedding":[1]},{"index":7,"embedding":[1]}]}`,
		"other lengths": `{"data":[{"index":0,"embedding":[1]},{"index":1,"embedding":[1,2]}]}`,
		"negative":      `{"data":[{"index":-1,"embedding":[1]}]}`,
		"none":          `{"data":[]}`,
	} {
		_, err := client(t, says(200, body)).Embed(t.Context(), []string{"a", "b"})
		e, ok := errors.AsType[*llm.Error](err)
		require.True(t, ok, name)
		require.Equal(t, llm.KindMalformed, e.Kind, name)
	}
}

func TestRerank(t *testing.T) {
	for _, field := range []string{"relevance_score", "score"} {
		c := client(t, says(200, fmt.Sprintf(`{"results":[{"index":1,%q:0.9},{"index":0,%q:0}]}`, field, field)))
		got, err := c.Rerank(t.Context(), "q", []string{"a", "b"})
		require.NoError(t, err)
		require.Equal(t, []float64{0, .9}, got)
	}
	for name, body := range map[string]string{
		"too few":    `{"results":[{"index":1,"score":1}]}`,
		"no score":   `{"results":[{"index":1},{"index":0}]}`,
		"twice":      `{"results":[{"index":1,"score":1},{"index":1,"score":1}]}`,
		"no results": `{}`,
	} {
		_, err := client(t, says(200, body)).Rerank(t.Context(), "q", []string{"a", "b"})
		require.Error(t, err, name)
	}
	_, err := client(t, says(404, "not here", "Content-Type", "text/plain")).Rerank(t.Context(), "q", []string{"a"})
	e, ok := errors.AsType[*llm.Error](err)
	require.True(t, ok)
	require.Equal(t, llm.KindURL, e.Kind, "the server cannot rerank")
}

// The first token has no log-probability: the library would read null as 0.
func TestScoreSkipsTheFirstToken(t *testing.T) {
	var sent map[string]any
	c := client(t, func(w http.ResponseWriter, r *http.Request) {
		json.NewDecoder(r.Body).Decode(&sent)
		says(200, `{"choices":[{"logprobs":{"tokens":["a","b","c","d"],"token_logprobs":[null,-1,-2,-9]}}],"usage":{"prompt_tokens":3}}`)(w, r)
	})
	got, err := c.Score(t.Context(), "", "a b c")
	require.NoError(t, err)
	require.Equal(t, []float64{-1, -2}, got, "what it wrote although asked for nothing does not count")
	require.Equal(t, 0.0, sent["max_tokens"], "a limit of 0 is sent")
	for _, body := range []string{`{"choices":[]}`, `{"choices":[{"text":"x"}]}`, `{"choices":[{"logprobs":{"token_logprobs":[null,null]}}]}`} {
		_, err := client(t, says(200, body)).Score(t.Context(), "", "a b c")
		require.Error(t, err)
	}
}

// Of a text after another one the tokens that begin in it count, as the tokens or,
// where they are not the text, the offsets in characters tell.
func TestScoreAfterAPrompt(t *testing.T) {
	const before, text = "Größe:", " ja x"
	for _, tt := range []struct {
		name, logs string
		want       []float64
		err        string
	}{
		{"by tokens", `{"tokens":["Grö","ße",":"," ja"," x"],"token_logprobs":[null,-1,-2,-3,-4]}`, []float64{-3, -4}, ""},
		{"a token across the border", `{"tokens":["Grö","ße",": ja"," x"],"token_logprobs":[null,-1,-2,-3]}`, []float64{-3}, ""},
		{"by offsets", `{"tokens":["Gr","bytes:\\xc3","?","ße",":"," ja"," x"],"text_offset":[0,2,2,3,5,6,9],"token_logprobs":[null,-1,-1,-1,-2,-3,-4]}`, []float64{-3, -4}, ""},
		{"neither", `{"tokens":["Gr","??"],"token_logprobs":[null,-1]}`, nil, "where the tokens"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := client(t, says(200, `{"choices":[{"logprobs":`+tt.logs+`}]}`)).Score(t.Context(), before, text)
			if tt.err != "" {
				require.ErrorContains(t, err, tt.err)
				return
			}
			require.NoError(t, err)
			require.Equal(t, tt.want, got)
		})
	}
}

// An answer that stands fixed is scored over HTTP: what the prompt holds is
// likelier, and the same request gives the same numbers.
func TestGivenAnswer(t *testing.T) {
	srv := httptest.NewServer(mock.New(mock.Options{}))
	t.Cleanup(srv.Close)
	c := clientOf(t, Options{BaseURL: srv.URL + "/v1", Model: mock.DefaultModel})
	sum := func(user string) (s float64, n int) {
		r, err := c.Generate(t.Context(), llm.Request{System: "Answer.", User: user, Given: "It was built in 1871."})
		require.NoError(t, err)
		require.Equal(t, "It was built in 1871.", r.Text)
		require.Positive(t, r.Usage.Prompt)
		for _, v := range r.Logprobs {
			require.LessOrEqual(t, v, 0.0)
			s += v
		}
		return s, len(r.Logprobs)
	}
	with, n := sum("The light was built in 1871. When was it built?")
	without, m := sum("When was it built?")
	require.Equal(t, n, m)
	require.Equal(t, mock.Tokens(" It was built in 1871."), n)
	require.Greater(t, with, without)

	deaf := httptest.NewServer(mock.New(mock.Options{NoEcho: true}))
	t.Cleanup(deaf.Close)
	_, err := clientOf(t, Options{BaseURL: deaf.URL + "/v1", Model: mock.DefaultModel}).Generate(t.Context(), llm.Request{ID: "q1", User: "x", Given: "y"})
	e, ok := errors.AsType[*llm.Error](err)
	require.True(t, ok)
	require.Equal(t, llm.KindURL, e.Kind)
	require.Equal(t, "q1", e.Record)
}

// A server that cuts the prompt in silence gives itself away by its usage.
func TestCutPrompt(t *testing.T) {
	prompt := strings.Repeat("word ", 500)
	srv := httptest.NewServer(mock.New(mock.Options{Window: 100, Cut: true}))
	defer srv.Close()
	got, err := clientOf(t, Options{BaseURL: srv.URL + "/v1", Model: mock.DefaultModel}).Generate(t.Context(), llm.Request{User: prompt})
	require.NoError(t, err)
	require.Equal(t, &trace.Usage{Prompt: 100, Completion: got.Usage.Completion, Least: 500}, got.Usage)
	require.True(t, got.Usage.Cut())

	whole := httptest.NewServer(mock.New(mock.Options{}))
	defer whole.Close()
	got, err = clientOf(t, Options{BaseURL: whole.URL + "/v1", Model: mock.DefaultModel}).Generate(t.Context(), llm.Request{User: prompt})
	require.NoError(t, err)
	require.False(t, got.Usage.Cut())
}

func TestTooLongSaysByHowMuch(t *testing.T) {
	for message, want := range map[string]string{
		"This model's maximum context length is 4096 tokens. However, you requested 5000 tokens (4500 in the messages, 500 in the completion).": "904 tokens too many",
		"This model's maximum context length is 128 tokens. However, your messages resulted in 150 tokens.":                                     "22 tokens too many",
		"the request exceeds the available context size, try increasing it":                                                                     "the prompt has about 250 tokens",
		"maximum context length is 100 tokens": "about 150 tokens too many",
	} {
		body, err := json.Marshal(map[string]any{"error": map[string]any{"message": message, "code": 400}})
		require.NoError(t, err)
		_, err = client(t, says(400, string(body))).Generate(t.Context(), llm.Request{ID: "q7", User: strings.Repeat("abcd", 250)})
		require.ErrorContains(t, err, `record "q7": context too long`)
		require.ErrorContains(t, err, want)
	}
}

func TestHeadersAndBody(t *testing.T) {
	var got http.Header
	var sent map[string]any
	handler := func(w http.ResponseWriter, r *http.Request) {
		got = r.Header
		json.NewDecoder(r.Body).Decode(&sent)
		says(400, `{"error":{"message":"key hunter2-gateway is unknown"}}`)(w, r)
	}
	srv := httptest.NewServer(http.HandlerFunc(handler))
	defer srv.Close()
	c := clientOf(t, Options{BaseURL: srv.URL, Model: "m", Headers: map[string]Secret{"api-key": "hunter2-gateway", "X-Team": "rag"},
		Body: map[string]any{"top_k": 5, "chat_template_kwargs": map[string]any{"enable_thinking": false}}})
	_, err := c.Generate(t.Context(), llm.Request{User: "u"})
	require.Error(t, err)
	require.NotContains(t, err.Error(), "hunter2")
	require.Equal(t, "hunter2-gateway", got.Get("Api-Key"))
	require.Equal(t, "rag", got.Get("X-Team"))
	require.Equal(t, 5.0, sent["top_k"])
	require.NotContains(t, fmt.Sprintf("%v %+v", c.opt, c.opt), "hunter2")

	for _, bad := range []map[string]Secret{{"a b": "x"}, {"": "x"}, {"content-type": "x"}, {"x": "a\r\nHost: evil"}} {
		_, err := New(Options{Model: "m", Headers: bad})
		require.Error(t, err)
	}
}
