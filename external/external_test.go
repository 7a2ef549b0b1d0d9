package external

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/ragdiag/ragdiag/llm"
	"github.com/ragdiag/ragdiag/trace"
)

// The test program plays the command: RAGDIAG_TEST_PLAY says how it behaves.
func TestMain(m *testing.M) {
	if how := os.Getenv("PLAY_A_COMMAND"); how != "" {
		play(how)
		return
	}
	goleak.VerifyTestMain(m)
}

func play(how string) {
	in := bufio.NewScanner(os.Stdin)
	in.Buffer(nil, 1<<20)
	for n := 1; in.Scan(); n++ {
		var r struct {
			Op, ID, Question, Query string
			Request                 int64
		}
		if err := json.Unmarshal(in.Bytes(), &r); err != nil {
			fmt.Println(`{"error":"bad request"}`)
			continue
		}
		switch how {
		case "dies":
			fmt.Fprintln(os.Stderr, "loading …")
			fmt.Fprintln(os.Stderr, "ModuleNotFoundError: no module named torch")
			os.Exit(3)
		case "hangs":
			select {}
		case "dies on the second":
			if n == 2 {
				os.Exit(1)
			}
		case "prints":
			fmt.Println("INFO model loaded")
			continue
		case "long":
			fmt.Println(strings.Repeat("x", maxReply+10))
			continue
		case "one line too many":
			fmt.Printf("{\"answer\":%q}\n{\"log\":true}\n", r.Question)
			continue
		case "one reply late":
			fmt.Printf("{\"answer\":%q,\"request\":%d}\n", r.Question, r.Request-int64(n/3))
			continue
		case "environment":
			fmt.Printf("{\"answer\":%q}\n", os.Getenv("SOME_KEY")+"|"+os.Getenv("ASKED_FOR"))
			continue
		}
		if r.Op == "retrieve" {
			fmt.Printf(`{"hits":[{"id":"a","text":"about %s","score":2},{"id":"b","text":"b"},{"id":"c"}]}`+"\n", r.Query)
			continue
		}
		fmt.Printf("\n{\"id\":%q,\"answer\":%q}\n", r.ID, fmt.Sprintf("%s %d", r.Question, n))
	}
}

func program(t *testing.T, how string, o CommandOptions) *System {
	t.Helper()
	t.Setenv("PLAY_A_COMMAND", how)
	self, err := os.Executable()
	require.NoError(t, err)
	o.Args, o.Env = []string{self}, append(o.Env, "PLAY_A_COMMAND")
	s, err := Command(o)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	return s
}

var ask = llm.Request{ID: "q1", Question: "Why?", Passages: []trace.Passage{{ID: "d1", Text: "Because."}}}

func kind(t *testing.T, err error) llm.Kind {
	t.Helper()
	var e *llm.Error
	require.ErrorAs(t, err, &e)
	return e.Kind
}

func TestCommand(t *testing.T) {
	s := program(t, "well", CommandOptions{})
	for n := 1; n <= 3; n++ { // one process serves them all
		got, err := s.Generate(t.Context(), ask)
		require.NoError(t, err)
		require.Equal(t, fmt.Sprintf("Why? %d", n), got.Text)
	}
	hits, err := s.Retrieve(t.Context(), "x", 2)
	require.NoError(t, err)
	require.Len(t, hits, 2)
	require.Equal(t, "about x", hits[0].Text)
	require.Equal(t, trace.Known(2), hits[0].Score)
	require.NoError(t, s.Close())
	_, err = s.Generate(t.Context(), ask)
	require.Error(t, err)
}

func TestCommandFails(t *testing.T) {
	for _, tt := range []struct {
		how  string
		kind llm.Kind
		says string
	}{
		{"dies", llm.KindServer, "no module named torch"},
		{"prints", llm.KindNotJSON, "INFO model loaded"},
		{"long", llm.KindTooLarge, "longer than 8 MiB"},
	} {
		t.Run(tt.how, func(t *testing.T) {
			_, err := program(t, tt.how, CommandOptions{}).Generate(t.Context(), ask)
			require.Equal(t, tt.kind, kind(t, err))
			require.ErrorContains(t, err, tt.says)
			require.ErrorContains(t, err, `record "q1"`)
		})
	}
}

// TestCommandPairs: no reply is ever given to another request than its own.
func TestCommandPairs(t *testing.T) {
	_, err := program(t, "one line too many", CommandOptions{}).Generate(t.Context(), ask)
	require.Equal(t, llm.KindUnpaired, kind(t, err))
	require.ErrorContains(t, err, `more than one line for request 1 (record "q1")`)
	require.ErrorContains(t, err, "exactly one line")

	s := program(t, "one reply late", CommandOptions{})
	for _, want := range []string{"", "", "the reply to request 2 where that to request 3", "", ""} { // then it is started again
		_, err := s.Generate(t.Context(), ask)
		if want == "" {
			require.NoError(t, err)
		} else {
			require.ErrorContains(t, err, want)
		}
	}
}

func TestCommandHangs(t *testing.T) {
	s := program(t, "hangs", CommandOptions{Timeout: 50 * time.Millisecond})
	_, err := s.Generate(t.Context(), ask)
	require.Equal(t, llm.KindTimeout, kind(t, err))
	require.ErrorContains(t, err, "flush")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = s.Generate(ctx, ask)
	require.ErrorIs(t, err, context.Canceled)
}

func TestCommandIsStartedAgain(t *testing.T) {
	s := program(t, "dies on the second", CommandOptions{})
	for _, ok := range []bool{true, false, true, false} {
		_, err := s.Generate(t.Context(), ask)
		require.Equal(t, ok, err == nil)
	}
}

func TestCommandSeesNoKeys(t *testing.T) {
	t.Setenv("SOME_KEY", "secret")
	t.Setenv("ASKED_FOR", "yes")
	got, err := program(t, "environment", CommandOptions{Env: []string{"ASKED_FOR"}}).Generate(t.Context(), ask)
	require.NoError(t, err)
	require.Equal(t, "|yes", got.Text)
	_, err = Command(CommandOptions{Args: []string{"no-such-program-here"}})
	require.Error(t, err)
	_, err = Command(CommandOptions{})
	require.Error(t, err)
}

func TestHTTP(t *testing.T) {
	var got map[string]any
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		require.Equal(t, "Bearer tok", r.Header.Get("Authorization"))
		require.NoError(t, json.NewDecoder(r.Body).Decode(&got))
		if got["op"] == "retrieve" {
			fmt.Fprint(w, `{"hits":[]}`)
			return
		}
		fmt.Fprint(w, `{"answer":"Because.","usage":{"prompt":3,"completion":1}}`)
	}))
	defer server.Close()
	s, err := HTTP(HTTPOptions{URL: server.URL, Token: "tok"})
	require.NoError(t, err)
	defer s.Close()
	seed := int64(7)
	req := ask
	req.Seed, req.Replicate, req.History = &seed, 2, []trace.Turn{{Role: "user", Text: "Hm."}}
	reply, err := s.Generate(t.Context(), req)
	require.NoError(t, err)
	require.Equal(t, "Because.", reply.Text)
	require.Equal(t, &trace.Usage{Prompt: 3, Completion: 1}, reply.Usage)
	require.Equal(t, map[string]any{
		"ragdiag": 1., "op": "answer", "id": "q1", "question": "Why?", "seed": 7., "replicate": 2.,
		"contexts": []any{map[string]any{"id": "d1", "text": "Because."}},
		"history":  []any{map[string]any{"role": "user", "text": "Hm."}},
	}, got)
	hits, err := s.Retrieve(t.Context(), "x", 3)
	require.NoError(t, err)
	require.Empty(t, hits)
	require.NotNil(t, hits)
}

// A count of tokens that no integer holds costs the count and not the answer.
func TestOddUsage(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, `{"answer":"x","usage":{"prompt":9223372036854775808}}`)
	}))
	defer server.Close()
	s, err := HTTP(HTTPOptions{URL: server.URL})
	require.NoError(t, err)
	defer s.Close()
	reply, err := s.Generate(t.Context(), ask)
	require.NoError(t, err)
	require.Equal(t, "x", reply.Text)
	require.Nil(t, reply.Usage)
}

func TestHTTPFails(t *testing.T) {
	for _, tt := range []struct {
		name   string
		status int
		body   string
		kind   llm.Kind
		says   string
	}{
		{"html", 200, "<html>hello", llm.KindNotJSON, "hello"},
		{"no answer", 200, `{"text":"x"}`, llm.KindMalformed, `{"answer": "…"}`},
		{"wrong type", 200, `{"answer":3}`, llm.KindMalformed, `"answer" is a JSON number, not a string`},
		{"cut", 200, `{"answer":"x`, llm.KindMalformed, "not one JSON object"},
		{"empty", 200, ``, llm.KindNotJSON, "not one JSON object"},
		{"its error", 200, `{"error":"no GPU"}`, llm.KindServer, "the system says: no GPU"},
		{"another's", 200, `{"id":"q2","answer":"x"}`, llm.KindMalformed, `the reply is to "q2"`},
		{"auth", 401, `no`, llm.KindAuth, ""},
		{"not there", 404, `no`, llm.KindURL, ""},
		{"busy", 429, `no`, llm.KindRate, ""},
		{"broken", 500, `Traceback`, llm.KindServer, "Traceback"},
		{"moved", 302, ``, llm.KindURL, "redirects"},
		{"huge", 200, strings.Repeat(" ", maxReply+1), llm.KindTooLarge, "8 MiB"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Location", "http://example.com/")
				w.Header().Set("Retry-After", "3")
				w.WriteHeader(tt.status)
				_, _ = io.WriteString(w, tt.body)
			}))
			defer server.Close()
			s, err := HTTP(HTTPOptions{URL: server.URL + "/answer"})
			require.NoError(t, err)
			defer s.Close()
			_, err = s.Generate(t.Context(), ask)
			require.Equal(t, tt.kind, kind(t, err))
			require.ErrorContains(t, err, tt.says)
		})
	}
}

func TestHTTPAddress(t *testing.T) {
	for _, bad := range []string{"", "localhost:8080", "ftp://x/y", "http://user:pass@x/y", "x?key=pass@", "http://x/%zz?key=pass@"} {
		_, err := HTTP(HTTPOptions{URL: bad})
		require.Error(t, err, bad)
		require.NotContains(t, err.Error(), "pass@")
	}
	_, err := HTTP(HTTPOptions{URL: "http://example.com/a", Token: "t"})
	require.ErrorContains(t, err, "https")
	s, err := HTTP(HTTPOptions{URL: "http://127.0.0.1:1/a", Timeout: time.Second})
	require.NoError(t, err)
	_, err = s.Generate(t.Context(), ask)
	require.Equal(t, llm.KindUnreachable, kind(t, err))
}
