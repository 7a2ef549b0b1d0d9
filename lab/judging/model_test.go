package judging

import (
	"context"
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ragdiag/ragdiag/claim"
	"github.com/ragdiag/ragdiag/internal/text"
	"github.com/ragdiag/ragdiag/judge"
	"github.com/ragdiag/ragdiag/llm"
	"github.com/ragdiag/ragdiag/trace"
)

var fenced = regexp.MustCompile(`(?s)<<<([a-z ]+?) ([a-z]+[0-9]*) ([0-9a-f]{12})>>>\n(.*?)\n<<<end [0-9a-f]{12}>>>`)

var testKey = []byte("0123456789abcdef")

// generator is a model that is a function.
type generator func(llm.Request) string

func (generator) Name() string { return "function" }

func (g generator) Generate(_ context.Context, req llm.Request) (llm.Reply, error) {
	return llm.Reply{Text: g(req)}, nil
}

func judgeOf(t *testing.T, g llm.Generator) *judge.Judge {
	t.Helper()
	j, err := judge.New(g, judge.Options{Key: testKey})
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

// seen is what a model sees of a prompt.
type seen struct {
	units []judge.Unit
	items []judge.Item
}

func look(user string) (s seen) {
	for _, m := range fenced.FindAllStringSubmatch(user, -1) {
		if m[1] == "unit" {
			s.units = append(s.units, judge.Unit{ID: m[2], Text: m[4]})
		} else {
			s.items = append(s.items, judge.Item{ID: m[2], Text: m[4]})
		}
	}
	if _, list, ok := strings.Cut(user, "each of which is the unit of that id: "); ok {
		list, _, _ = strings.Cut(list, "\n")
		for _, id := range strings.Split(list, ", ") {
			s.items = append(s.items, judge.Item{ID: id})
		}
	}
	return s
}

// honest is a model that reads claims with the offline verifier, and does what
// its task says. It stands for a good model; it is none.
type honest struct {
	also  []string // signs of further orders: it then says not_found
	obeys bool     // it gives the verdict that an order in the texts asks for, if it sees one
}

func (h honest) Name() string { return "honest" }

func (h honest) reply(req llm.Request) string {
	s := look(req.User)
	ordered, hard := "", false
	if h.obeys {
		ordered, hard = orderIn(s)
		for _, sign := range h.also {
			for _, u := range s.units {
				if strings.Contains(u.Text, sign) {
					ordered, hard = judge.NotFound, true
				}
			}
		}
	}
	type item struct {
		ID       string              `json:"id"`
		Evidence []map[string]string `json:"evidence"`
		Reason   string              `json:"reason"`
		Verdict  string              `json:"verdict"`
		Conf     int                 `json:"confidence"`
	}
	out := []item{}
	for _, it := range s.items {
		o := item{ID: it.ID, Evidence: []map[string]string{}, Verdict: judge.NotFound, Conf: 90}
		texts := make([]string, len(s.units))
		for i, u := range s.units {
			texts[i] = u.Text
		}
		got := claim.New(claim.Options{}).Prepare(texts).Check(it.Text)
		var at *trace.Span
		switch got.Support {
		case trace.Supported:
			o.Verdict, at = judge.Supported, &got.By[0]
		case trace.Contradicted:
			o.Verdict, at = judge.Contradicted, &got.Against.Span
		}
		if at != nil {
			o.Evidence = append(o.Evidence, map[string]string{"unit": s.units[at.Passage].ID, "quote": around(texts[at.Passage], *at)})
		}
		if hard {
			o.Verdict = ordered
			if len(o.Evidence) == 0 { // it makes up what it takes: the beginning of the first passage
				o.Evidence = append(o.Evidence, map[string]string{"unit": s.units[0].ID, "quote": firstWords(s.units[0].Text, 12)})
			}
		}
		out = append(out, o)
	}
	b, _ := json.Marshal(map[string]any{"items": out})
	return string(b)
}

// around is the whole sentences that a span touches.
func around(s string, at trace.Span) string {
	from, to := at.Start, at.End
	for _, sp := range text.Sentences(s) {
		if sp.Start < at.End && at.Start < sp.End {
			from, to = min(from, sp.Start), max(to, sp.End)
		}
	}
	return s[from:to]
}

func firstWords(s string, n int) string {
	w := strings.Fields(s)
	return strings.Join(w[:min(n, len(w))], " ")
}

// orderIn returns the verdict that a text names: a good passage names none.
func orderIn(s seen) (string, bool) {
	for _, u := range s.units {
		for _, v := range judge.Verify.Verdicts() {
			if strings.Contains(strings.ToLower(u.Text), v) {
				return v, true
			}
		}
	}
	return "", false
}
