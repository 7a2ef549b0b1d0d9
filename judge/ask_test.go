package judge

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ragdiag/ragdiag/llm"
)

var testKey = []byte("0123456789abcdef")

// fake answers with its replies in turn, the last one again and again, and keeps
// what it was asked.
type fake struct {
	mu      sync.Mutex
	replies []string
	errs    []error
	asked   []llm.Request
}

func (f *fake) Name() string { return "fake-1" }

func (f *fake) Generate(_ context.Context, req llm.Request) (llm.Reply, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	n := len(f.asked)
	f.asked = append(f.asked, req)
	if n < len(f.errs) && f.errs[n] != nil {
		return llm.Reply{}, f.errs[n]
	}
	return llm.Reply{Text: f.replies[min(n, len(f.replies)-1)]}, nil
}

func judgeOf(t *testing.T, g llm.Generator) *Judge {
	t.Helper()
	j, err := New(g, Options{Key: testKey})
	require.NoError(t, err)
	return j
}

func one(id, verdict, unit, quote string) string {
	ev := "[]"
	if quote != "" {
		ev = fmt.Sprintf(`[{"unit":%q,"quote":%q}]`, unit, quote)
	}
	return fmt.Sprintf(`{"id":%q,"evidence":%s,"reason":"r","verdict":%q,"confidence":90}`, id, ev, verdict)
}

func items(list ...string) string { return `{"items":[` + strings.Join(list, ",") + `]}` }

// merrow asks about two claims and two passages.
func merrow() Query {
	return Query{Record: "q1", Task: Verify,
		Units: []Unit{{ID: "p1", Text: "The Merrow light was built by Ada Finch in 1871."}, {ID: "p2", Text: "It is 31 metres tall.", Title: "Height"}},
		Items: []Item{{"c1", "Ada Finch put up the Merrow light."}, {"c2", "It stands 31 metres high."}}}
}

func TestAsk(t *testing.T) {
	c1, c2 := one("c1", "supported", "p1", "built by Ada Finch"), one("c2", "supported", "p2", "31 metres tall")
	busy := &llm.Error{Kind: llm.KindTimeout}
	for _, tt := range []struct {
		name    string
		replies []string
		errs    []error
		calls   int
		want    [2]string // verdict, or ! and a part of the error
		err     string
	}{
		{"at once", []string{items(c1, c2)}, nil, 1, [2]string{"supported", "supported"}, ""},
		{"the quote stands in another passage", []string{items(one("c1", "supported", "p2", "built by Ada Finch"), c2)}, nil, 1, [2]string{"supported", "supported"}, ""},
		{"a quote with the title above it", []string{items(c1, one("c2", "supported", "p2", "(Title: Height)\nIt is 31 metres tall."))}, nil, 1, [2]string{"supported", "supported"}, ""},
		{"a missing item is asked for alone", []string{items(c1), items(c2)}, nil, 2, [2]string{"supported", "supported"}, ""},
		{"and once more with the parser's error, and then is an error", []string{items(c1)}, nil, 3, [2]string{"supported", "!no item of those"}, ""},
		{"no clear verdict twice", []string{items(c1), items(one("c2", "maybe", "", ""))}, nil, 3, [2]string{"supported", "!none of"}, ""},
		{"no JSON, then JSON", []string{"I think both hold.", items(c1, c2)}, nil, 2, [2]string{"supported", "supported"}, ""},
		{"no JSON twice", []string{"I think both hold."}, nil, 2, [2]string{"!could not be read", "!could not be read"}, ""},
		{"a made-up quote, then a real one", []string{items(one("c1", "supported", "p1", "erected by Ada Finch herself"), c2), items(c1)}, nil, 2, [2]string{"supported", "supported"}, ""},
		{"a made-up quote twice", []string{items(one("c1", "supported", "p1", "erected by Ada Finch herself"), c2)}, nil, 2, [2]string{"cannot_tell", "supported"}, ""},
		{"support without a quote", []string{items(one("c1", "supported", "", ""), c2)}, nil, 2, [2]string{"cannot_tell", "supported"}, ""},
		{"contradiction without a quote", []string{items(one("c1", "contradicted", "", ""), c2)}, nil, 2, [2]string{"cannot_tell", "supported"}, ""},
		{"one of two quotes made up", []string{items(`{"id":"c1","evidence":[{"unit":"p1","quote":"built by Ada Finch"},{"unit":"p1","quote":"as everybody knows well"}],"verdict":"supported"}`, c2)}, nil, 2, [2]string{"cannot_tell", "supported"}, ""},
		{"a quote that has nothing to do with it", []string{items(one("c1", "supported", "p2", "31 metres tall"), c2)}, nil, 2, [2]string{"cannot_tell", "supported"}, ""},
		{"not found needs no quote, but is asked again with less", []string{items(one("c1", "not_found", "", ""), c2)}, nil, 2, [2]string{"not_found", "supported"}, ""},
		{"not found, but found with less", []string{items(one("c1", "not_found", "", ""), c2), items(c1)}, nil, 2, [2]string{"cannot_tell", "supported"}, ""},
		{"not found, and then no reply", []string{items(one("c1", "not_found", "", ""), c2)}, []error{nil, busy}, 2, [2]string{"!could not be confirmed", "supported"}, ""},
		{"two verdicts for one item", []string{items(c1, one("c1", "contradicted", "p1", "built by Ada Finch"), c2), items(c1)}, nil, 2, [2]string{"supported", "supported"}, ""},
		{"the call fails", []string{""}, []error{busy}, 1, [2]string{"!timed out", "!timed out"}, ""},
		{"the call for the rest fails", []string{items(c1)}, []error{nil, busy}, 2, [2]string{"supported", "!timed out"}, ""},
		{"every call would fail", nil, []error{&llm.Error{Kind: llm.KindAuth}}, 1, [2]string{}, "not authorised"},
		{"the budget is used up", nil, []error{&llm.Error{Kind: llm.KindBudget}}, 1, [2]string{}, "budget"},
		{"refusal by the model", []string{"I'm sorry, I can't assist with that."}, nil, 2, [2]string{"!no JSON", "!no JSON"}, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			g := &fake{replies: tt.replies, errs: tt.errs}
			got, u, err := judgeOf(t, g).Ask(t.Context(), merrow())
			require.Len(t, g.asked, tt.calls)
			if tt.err != "" {
				require.ErrorContains(t, err, tt.err)
				return
			}
			require.NoError(t, err)
			require.Equal(t, tt.calls, u.Calls)
			require.Len(t, got, 2)
			for i, w := range tt.want {
				if e, bad := strings.CutPrefix(w, "!"); bad {
					require.Empty(t, got[i].Verdict, "an error is no verdict")
					require.Contains(t, got[i].Error, e)
					continue
				}
				require.Equal(t, w, got[i].Verdict)
				require.Empty(t, got[i].Error)
			}
		})
	}
}

// The verifier has a veto: what the quote contradicts word by word is not
// supported by it, whoever says so.
func TestAskVeto(t *testing.T) {
	q := merrow()
	q.Items = []Item{{"c1", "The Merrow light was built by Ada Finch in 1917."}}
	g := &fake{replies: []string{items(one("c1", "supported", "p1", "The Merrow light was built by Ada Finch in 1871."))}}
	got, _, err := judgeOf(t, g).Ask(t.Context(), q)
	require.NoError(t, err)
	require.Equal(t, CannotTell, got[0].Verdict)
	require.Contains(t, got[0].Reason, "says otherwise")
}

func TestAskBatches(t *testing.T) {
	q := merrow()
	q.Items = nil
	for i := range 30 {
		q.Items = append(q.Items, ClaimItem(i, fmt.Sprintf("The light has %d steps.", i)))
	}
	g := generator(func(req llm.Request) string {
		var out []string
		for i := range 30 {
			if strings.Contains(req.User, fmt.Sprintf("<<<claim c%d ", i+1)) {
				out = append(out, one(fmt.Sprintf("c%d", i+1), "not_found", "", ""))
			}
		}
		require.LessOrEqual(t, len(out), batch)
		return items(out...)
	})
	j := judgeOf(t, g)
	got, u, err := j.Ask(t.Context(), q)
	require.NoError(t, err)
	require.Equal(t, 6, u.Calls, "three batches, each asked again about what is not there")
	require.Equal(t, 6, j.Calls())
	for i, g := range got {
		require.Equal(t, fmt.Sprintf("c%d", i+1), g.Item)
		require.Equal(t, NotFound, g.Verdict)
	}
}

// generator is a function as a model.
type generator func(llm.Request) string

func (generator) Name() string { return "function" }
func (g generator) Generate(_ context.Context, req llm.Request) (llm.Reply, error) {
	return llm.Reply{Text: g(req)}, nil
}

// The texts come first and are the same in every call about them; the code is not
// to be guessed without the key, and stays the same with it.
func TestPromptIsStable(t *testing.T) {
	ask := func(key []byte, q Query) []llm.Request {
		g := &fake{replies: []string{items(one("c1", "not_found", "", "")), items(one("c2", "not_found", "", ""))}}
		j, err := New(g, Options{Key: key})
		require.NoError(t, err)
		_, _, err = j.Ask(t.Context(), q)
		require.NoError(t, err)
		return g.asked
	}
	first := ask(testKey, merrow())
	require.Len(t, first, 2)
	require.Equal(t, first, ask(testKey, merrow()))
	shared := first[0].User[:strings.Index(first[0].User, "<<<claim")]
	require.True(t, strings.HasPrefix(first[1].User, shared))
	require.Contains(t, shared, "The Merrow light was built by Ada Finch in 1871.")
	require.Contains(t, shared, "(Title: Height)\nIt is 31 metres tall.")
	require.Equal(t, first[0].System, first[1].System)
	require.NotContains(t, first[0].System, "Merrow", "texts of others stand in the user message alone")
	other := ask([]byte("another key, 16+"), merrow())
	require.NotEqual(t, first[0].User, other[0].User)
	require.NotContains(t, first[0].User+first[0].System, string(testKey))

	changed := merrow()
	changed.Units[0].Text += " It was white."
	require.NotEqual(t, first[0].User[:36], ask(testKey, changed)[0].User[:36], "another text, another code")
}

func TestSchemas(t *testing.T) {
	for _, task := range Tasks() {
		s := task.schema()
		require.True(t, json.Valid(s.JSON), task.Name)
		require.Regexp(t, `^[A-Za-z0-9_-]+$`, s.Name)
		require.Less(t, strings.Index(string(s.JSON), `"reason"`), strings.Index(string(s.JSON), `"verdict"`), "the reason comes first")
		require.Contains(t, string(s.JSON), `"cannot_tell"`)
		require.NotContains(t, task.system(), "step by step")
	}
	_, err := New(&fake{}, Options{Key: []byte("short")})
	require.Error(t, err)
}
