package summary

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/ragdiag/ragdiag/diagnose"
	"github.com/ragdiag/ragdiag/trace"
	"github.com/stretchr/testify/require"
)

func gate(t *testing.T, s string) Gate {
	t.Helper()
	g, err := ParseGate(s)
	require.NoError(t, err)
	return g
}

func TestParseGate(t *testing.T) {
	for _, tt := range []struct {
		in   string
		want Gate
		text string
	}{
		{"retrieval-miss>5%", Gate{Measure: "retrieval-miss", Op: ">", Limit: .05, limit: "5%"}, "retrieval-miss>5%"},
		{" quality < 0.8 ", Gate{Measure: "quality", Op: "<", Limit: .8, limit: "0.8"}, "quality<0.8"},
		{"ignored-context.over-refusal >= 2 %", Gate{Measure: "ignored-context.over-refusal", Op: ">=", Limit: .02, limit: "2%"}, "ignored-context.over-refusal>=2%"},
		{"quality[domain=legal]<0.7", Gate{Measure: "quality", Tag: "domain", Value: "legal", Op: "<", Limit: .7, limit: "0.7"}, "quality[domain=legal]<0.7"},
		{`query-formation[ team = "a ] b" ]<=1`, Gate{Measure: "query-formation", Tag: "team", Value: "a ] b", Op: "<=", Limit: 1, limit: "1"}, `query-formation[team="a ] b"]<=1`},
		{"recall@10<.9", Gate{Measure: "recall@10", Op: "<", Limit: .9, limit: ".9"}, "recall@10<.9"},
	} {
		g := gate(t, tt.in)
		require.Equal(t, tt.want, g, tt.in)
		require.Equal(t, tt.text, g.String())
	}
}

func TestParseGateShowsTheSpot(t *testing.T) {
	for _, tt := range []struct{ in, spot, why string }{
		{"retreival-miss>5%", "retreival", `did you mean "retrieval-miss"?`},
		{"quality", "", "no comparison"},
		{"quality!=1", "!=1", "no comparison"},
		{"quality<", "", "no limit"},
		{"quality<80", "80", "write 80% for per cent"},
		{"quality<0x1", "0x1", "not a number"},
		{"quality<NaN", "NaN", "not a number"},
		{"quality<-1", "-1", "between 0 and 1"},
		{"undetermined>101%", "101%", "between 0% and 100%"},
		{"quality[domain]<1", "[domain", "[tag=value]"},
		{"quality[domain=x<1", "", "not closed"},
		{"quality[domain=]<1", "]<1", "no value"},
		{`quality[domain="x]<1`, `"x]`, "does not end"},
		{"recall@10[domain=x]<1", "recall", "cannot be gated in a slice"},
		{"gold-label>1%", "gold", "unknown measure"},
		{"ignored-context.Over Refusal>1%", "ignored", "unknown measure"},
		{">5%", ">5%", "no measure"},
		{"", "", "no measure"},
	} {
		_, err := ParseGate(tt.in)
		ge, ok := errors.AsType[*GateError](err)
		require.True(t, ok, "%q: %v", tt.in, err)
		require.Contains(t, ge.Why, tt.why, tt.in)
		require.True(t, strings.HasPrefix(tt.in[ge.At:], tt.spot), "%q: caret at %d, want before %q", tt.in, ge.At, tt.spot)
		if tt.spot == "" {
			require.Equal(t, len(tt.in), ge.At, tt.in)
		}
	}
	_, err := ParseGate("qualité<0.8")
	require.EqualError(t, err, "gate: unknown measure \"qualité\": did you mean \"quality\"?\n  qualité<0.8\n  ^")
	_, err = ParseGate("quality<é")
	require.True(t, strings.HasSuffix(err.Error(), "quality<é\n          ^"), err)
}

func TestGateOutcomes(t *testing.T) {
	all := func(parts ...[]*diagnose.Diagnosis) []*diagnose.Diagnosis {
		var out []*diagnose.Diagnosis
		for _, p := range parts {
			out = append(out, p...)
		}
		return out
	}
	miss := func(id string) *diagnose.Diagnosis { return failure(id, diagnose.Retrieve, "depth") }
	drift := func(id string) *diagnose.Diagnosis { return failure(id, diagnose.Query, "") }
	refusal := func(id string) *diagnose.Diagnosis { return failure(id, diagnose.Ignore, "over-refusal") }
	either := func(id string) *diagnose.Diagnosis { return open(id, diagnose.Retrieve, diagnose.Select) }

	few := build(all(repeat(1, miss), repeat(9, right))...)
	many := build(all(repeat(100, miss), repeat(900, right))...)
	none := build(repeat(1000, right)...)
	openly := build(all(repeat(100, either), repeat(900, right))...)
	unsplit := build(all(repeat(100, func(id string) *diagnose.Diagnosis { return failure(id, diagnose.Missing, "unsplit") }), repeat(900, right))...)
	fine := build(all(repeat(100, drift), repeat(100, refusal), repeat(800, right))...)

	for _, tt := range []struct {
		why  string
		s    Summary
		gate string
		want Outcome
		on   Outcome // with the estimate alone
	}{
		{"ten records tell little", few, "retrieval-miss>5%", CannotTell, Fail},
		{"but a hundred of a thousand do", many, "retrieval-miss>5%", Fail, Fail},
		{"far below the limit", many, "retrieval-miss>20%", Pass, Pass},
		{"at the limit", many, "retrieval-miss>10%", CannotTell, Pass},
		{"at the limit, which fails too", many, "retrieval-miss>=10%", CannotTell, Fail},
		{"quality is the other way round", many, "quality<0.8", Pass, Pass},
		{"quality too low", many, "quality<0.95", Fail, Fail},
		{"none of a thousand", none, "retrieval-miss>5%", Pass, Pass},
		{"a kind that never occurred is 0 of the judged", none, "ignored-context.over-refusal>2%", Pass, Pass},
		{"undetermined failures may be it: never green on the unmeasured", openly, "retrieval-miss>5%", CannotTell, Pass},
		{"… nor for its kinds", openly, "retrieval-miss.depth>5%", CannotTell, Pass},
		{"… but another cause is safe", openly, "ignored-context>5%", Pass, Pass},
		{"the share of the undetermined itself", openly, "undetermined>5%", Fail, Fail},
		{"a retrieval miss counts query formation", fine, "retrieval-miss>5%", Fail, Fail},
		{"query formation alone", fine, "query-formation>5%", Fail, Fail},
		{"a family counts its parts", fine, "missing-context>5%", Fail, Fail},
		{"a family without a known part", unsplit, "missing-context>5%", Fail, Fail},
		{"… of which any part may be the one", unsplit, "context-selection>5%", CannotTell, Pass},
		{"… and no other cause", unsplit, "ignored-context>5%", Pass, Pass},
		{"a kind", fine, "ignored-context.over-refusal>5%", Fail, Fail},
		{"another kind", fine, "ignored-context.misread>5%", Pass, Pass},
		{"not measured", many, "faithfulness<0.1", CannotTell, CannotTell},
		{"no such slice", many, "quality[domain=law]<0.1", CannotTell, CannotTell},
		{"skipped, of those read", many, "skipped>1%", Pass, Pass},
	} {
		g := gate(t, tt.gate)
		got := g.Check(tt.s, OnInterval)
		require.Equal(t, tt.want, got.Outcome, "%s: %s: %s", tt.why, tt.gate, got.Why)
		require.Equal(t, tt.on, g.Check(tt.s, OnPoint).Outcome, "%s: %s, point", tt.why, tt.gate)
		require.NotEmpty(t, got.Why)
	}
	require.Equal(t, "10 % [8.29 %, 12 %] over 1000 judged, marginal 95 %", gate(t, "retrieval-miss>5%").Check(many, OnInterval).Why)
}

func TestGateOnSlice(t *testing.T) {
	b := New(Options{})
	for i := range 400 {
		d := right(fmt.Sprint(i))
		if i%2 == 0 && i%4 == 0 {
			d = failure(d.ID, diagnose.Query, "")
		}
		d.Tags = map[string]string{"domain": []string{"law", "tax"}[i%2]}
		b.Add(&trace.Record{}, d)
	}
	s := b.Summary()
	for text, want := range map[string]Outcome{
		"quality[domain=law]<0.7": Fail, "quality[domain=tax]<0.7": Pass,
		"retrieval-miss[domain=law]>20%": Fail, "query-formation[domain=law]>20%": Fail, "retrieval-miss[domain=tax]>20%": Pass,
	} {
		require.Equal(t, want, gate(t, text).Check(s, OnInterval).Outcome, text)
	}
}

func FuzzParseGate(f *testing.F) {
	for _, s := range []string{"retrieval-miss>5%", "quality < 0.8", `quality[a="]\n"]<=1e-3%`, "ndcg@10>=.5", "x[", "quality[a=b]"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		g, err := ParseGate(s)
		if err != nil {
			_ = err.Error()
			return
		}
		again, err := ParseGate(g.String())
		require.NoError(t, err, "%q", g.String())
		require.Equal(t, g, again, "what is printed reads back")
	})
}
