package retrieve

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ragdiag/ragdiag/stages/prepared"
	"github.com/ragdiag/ragdiag/trace"
)

// shelf is a retriever that knows, per query, the IDs it returns.
type shelf map[string][]string

func (s shelf) Name() string { return "shelf" }

func (s shelf) Retrieve(_ context.Context, query string, depth int) ([]trace.Hit, error) {
	ids, ok := s[query]
	if !ok {
		return nil, fmt.Errorf("no such query: %q", query)
	}
	return hits(ids[:min(depth, len(ids))]...), nil
}

// library is a shelf that knows all it holds.
type library struct {
	shelf
	all string
}

func (l library) Holds(_ context.Context, u trace.Unit) trace.Predicate {
	if u.ID == "" {
		return trace.NotKnown("only IDs are known here")
	}
	return trace.Holds(strings.Contains(l.all, u.ID), .9, trace.GradeB, "looked up "+u.ID)
}
func (l library) Misfit(lang string) trace.Predicate { return trace.NotKnown("language " + lang) }
func (l library) Stale(v string) trace.Predicate     { return trace.NotKnown("version " + v) }

func hits(ids ...string) []trace.Hit {
	out := []trace.Hit{}
	for _, id := range ids {
		out = append(out, trace.Hit{ID: id})
	}
	return out
}

func gold(sets ...trace.EvidenceSet) *trace.Gold { return &trace.Gold{Evidence: sets} }

func set(ids ...string) trace.EvidenceSet {
	var s trace.EvidenceSet
	for _, id := range ids {
		s = append(s, trace.Unit{ID: id})
	}
	return s
}

// recall writes down the measured depths.
func recall(ev *trace.RetrieveEvidence) string {
	var parts []string
	for _, d := range ev.Recall {
		v, _ := d.Value.Get()
		parts = append(parts, fmt.Sprintf("%d:%.2g", d.K, v))
	}
	return strings.Join(parts, " ")
}

func TestExamine(t *testing.T) {
	four := hits("a", "b", "c", "d")
	for _, tt := range []struct {
		name           string
		rec            trace.Record
		whole, partial trace.Truth
		best           int
		recall         string
		rr             string
	}{
		{"one unit", trace.Record{Candidates: four, Gold: gold(set("b"))}, trace.Yes, trace.No, 2, "1:0 3:1 4:1 5:1 10:1 20:1", "0.500"},
		{"both units are needed", trace.Record{Candidates: four, Gold: gold(set("a", "d"))}, trace.Yes, trace.No, 4, "1:0.5 3:0.5 4:1 5:1 10:1 20:1", "1.000"},
		{"one of two", trace.Record{Candidates: four, Gold: gold(set("a", "x"))}, trace.No, trace.Yes, 0, "1:0.5 3:0.5 4:0.5 5:0.5 10:0.5 20:0.5", "1.000"},
		{"any set suffices, the first complete one counts", trace.Record{Candidates: four, Gold: gold(set("a", "x"), set("d"), set("c"))}, trace.Yes, trace.No, 3, "1:0 3:1 4:1 5:1 10:1 20:1", "0.333"},
		{"not there", trace.Record{Candidates: four, Gold: gold(set("x"))}, trace.No, trace.No, 0, "1:0 3:0 4:0 5:0 10:0 20:0", "0.000"},
		{"a short list is complete", trace.Record{Candidates: four, Gold: gold(set("d")), Run: trace.RunInfo{K: 10}}, trace.Yes, trace.No, 4, "1:0 3:0 4:1 5:1 10:1 20:1", "0.250"},
		{"nothing returned", trace.Record{Candidates: []trace.Hit{}, Gold: gold(set("x")), Run: trace.RunInfo{K: 3}}, trace.No, trace.No, 0, "1:0 3:0 5:0 10:0 20:0", "0.000"},
		{"no gold", trace.Record{Candidates: four}, trace.TruthUnknown, trace.TruthUnknown, 0, "", "unknown (no gold is recorded)"},
		{"candidates not recorded", trace.Record{Gold: gold(set("a"))}, trace.TruthUnknown, trace.TruthUnknown, 0, "", "unknown (the candidates were not recorded)"},
		{"but the context has it", trace.Record{Gold: gold(set("a")), Context: []trace.Passage{{ID: "a", Text: "x"}}}, trace.Yes, trace.No, 0, "", "unknown (the candidates were not recorded)"},
		{"and a context without it says nothing", trace.Record{Gold: gold(set("a")), Context: []trace.Passage{{ID: "b", Text: "x"}}}, trace.TruthUnknown, trace.TruthUnknown, 0, "", "unknown (the candidates were not recorded)"},
		{"lists of IDs cannot be compared with a text", trace.Record{Candidates: four, Gold: gold(trace.EvidenceSet{{Text: "the ferry leaves at six"}})}, trace.TruthUnknown, trace.TruthUnknown, 0, "", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			ev := Examine(prepared.New(&tt.rec, nil))
			require.Equal(t, tt.whole, ev.InCandidates.Truth, ev.InCandidates.Why)
			require.Equal(t, tt.partial, ev.Partial.Truth, ev.Partial.Why)
			require.Equal(t, tt.best, ev.BestRank)
			require.Equal(t, tt.recall, recall(ev))
			if tt.rr != "" {
				require.Equal(t, tt.rr, ev.RR.String())
			}
			if tt.whole == trace.Yes {
				require.True(t, ev.InCorpus.IsYes(), "what was retrieved is in the corpus")
			} else {
				require.True(t, ev.InCorpus.IsUnknown())
			}
			require.True(t, ev.Misfit.IsUnknown())
		})
	}
}

func TestSplit(t *testing.T) {
	const first, second = "The ferry is small. Tickets for the ferry are sold on board only.", "Children under six travel for nothing. Dogs pay half."
	const across = "Tickets for the ferry are sold on board only. Children under six travel for nothing."
	texts := func(ts ...string) []trace.Hit {
		out := hits(ts...)
		for i := range out {
			out[i].ID, out[i].Text = fmt.Sprintf("ferry#%d", 10*i), ts[i]
		}
		return out
	}
	unit := gold(trace.EvidenceSet{{Text: across}})
	for _, tt := range []struct {
		name  string
		found []trace.Hit
		gold  *trace.Gold
		want  trace.Truth
	}{
		{"only its beginning was retrieved", texts("Another thing.", first), unit, trace.Yes},
		{"only its end was retrieved", texts(second), unit, trace.Yes},
		{"in one passage", texts(first + " " + second), unit, trace.No},
		{"nothing of it was retrieved", texts("The harbour is deep and wide and old."), unit, trace.TruthUnknown},
		{"a few common words at the edge", texts("He bought tickets for the ferry"), unit, trace.TruthUnknown},
		{"neighbouring chunks, one retrieved", hits("ferry#3"), gold(set("ferry#3", "ferry#4")), trace.Yes},
		{"chunks of two documents", hits("ferry#3"), gold(set("ferry#3", "harbour#4")), trace.TruthUnknown},
		{"no gold", texts(first), nil, trace.TruthUnknown},
	} {
		ev := Examine(prepared.New(&trace.Record{Candidates: tt.found, Gold: tt.gold}, nil))
		require.Equal(t, tt.want, ev.Split.Truth, "%s: %s", tt.name, ev.Split.Why)
	}
}

func TestProbe(t *testing.T) {
	ten := strings.Fields("n1 n2 n3 n4 n5 n6 n7 n8 n9 g")
	rec := trace.Record{
		Question: "asked", Queries: []trace.Query{{Text: "sent"}},
		Candidates: hits("n1", "n2"), Gold: gold(set("g")),
	}
	rec.Gold.Rewrite = "rewritten by hand"
	r := shelf{"asked": {"g"}, "sent": ten, "rewritten by hand": ten, "other": {"n1", "g"}}
	got, held, err := Probe(t.Context(), &rec, r, ProbeOptions{Queries: []trace.Query{{Text: "other", Kind: trace.QueryExpanded}, {Text: "asked", Kind: trace.QueryHistoryResolved}}})
	require.NoError(t, err)
	require.Equal(t, []trace.Probe{
		{Kind: trace.QueryAsAsked, Query: "asked", Depth: 2, Rank: 1},
		{Kind: trace.QueryExpanded, Query: "other", Depth: 2, Rank: 2},
		{Kind: "gold-rewrite", Query: "rewritten by hand", Depth: 2},
		{Kind: trace.ProbeDepth, Query: "sent", Depth: 20, Rank: 10},
	}, got)
	require.True(t, held.IsYes(), "a probe found it, so the corpus has it")

	got, held, err = Probe(t.Context(), &trace.Record{Question: "asked"}, r, ProbeOptions{})
	require.NoError(t, err)
	require.Empty(t, got)
	require.True(t, held.IsUnknown())

	_, _, err = Probe(t.Context(), &trace.Record{Question: "unheard of", Gold: rec.Gold}, r, ProbeOptions{})
	require.ErrorContains(t, err, "probe as-asked")
}

func TestInCorpus(t *testing.T) {
	r := library{shelf{"q": {}}, "a b c"}
	for _, tt := range []struct {
		name string
		gold *trace.Gold
		want trace.Truth
	}{
		{"all units", gold(set("a", "b")), trace.Yes},
		{"one unit is missing", gold(set("a", "x")), trace.No},
		{"another set is whole", gold(set("a", "x"), set("c")), trace.Yes},
		{"one cannot be looked up", gold(trace.EvidenceSet{{ID: "a"}, {Text: "t"}}), trace.TruthUnknown},
		{"and another is missing", gold(trace.EvidenceSet{{Text: "t"}, {ID: "x"}}), trace.No},
		{"one set is missing, one unknown", gold(set("x"), trace.EvidenceSet{{Text: "t"}}), trace.TruthUnknown},
		{"an accepted answer that no probe finds: a weak no", &trace.Gold{Answers: []string{"six"}}, trace.No},
	} {
		_, held, err := Probe(t.Context(), &trace.Record{Question: "q", Gold: tt.gold}, r, ProbeOptions{})
		require.NoError(t, err)
		require.Equal(t, tt.want, held.Truth, "%s: %s", tt.name, held.Why)
		if len(tt.gold.Evidence) == 0 {
			require.Equal(t, trace.GradeD, held.Grade, tt.name)
		}
	}
	_, held, err := Probe(t.Context(), &trace.Record{Question: "q", Gold: gold(set("a"))}, r.shelf, ProbeOptions{})
	require.NoError(t, err)
	require.True(t, held.IsUnknown(), "a retriever that is no Corpus cannot say")
}

func TestInspect(t *testing.T) {
	rec := trace.Record{Question: "q", Candidates: hits("n"), Gold: gold(set("a")), Run: trace.RunInfo{Corpus: "v1"}}
	ev, probes, err := Inspect(t.Context(), prepared.New(&rec, nil), library{shelf{"q": {"n", "a"}}, "a"}, ProbeOptions{})
	require.NoError(t, err)
	require.True(t, ev.InCandidates.IsNo())
	require.True(t, ev.InCorpus.IsYes())
	require.Equal(t, "shelf", ev.ProbedBy)
	require.Equal(t, "version v1", ev.Stale.Why)
	require.Equal(t, []trace.Probe{{Kind: trace.QueryAsAsked, Query: "q", Depth: 1}, {Kind: trace.ProbeDepth, Query: "q", Depth: 10, Rank: 2}}, probes)

	// What was retrieved, or was probed before, is not probed.
	broken := library{shelf{}, "a"}
	rec.Evidence.Probes = probes
	ev, _, err = Inspect(t.Context(), prepared.New(&rec, nil), broken, ProbeOptions{})
	require.NoError(t, err)
	require.True(t, ev.InCorpus.IsYes())
	rec.Candidates = hits("a")
	_, _, err = Inspect(t.Context(), prepared.New(&rec, nil), broken, ProbeOptions{})
	require.NoError(t, err)

	rec.Candidates, rec.Evidence.Probes = hits("n"), nil
	_, _, err = Inspect(t.Context(), prepared.New(&rec, nil), broken, ProbeOptions{})
	require.Error(t, err)
	require.False(t, errors.Is(err, context.Canceled))
}

func BenchmarkExamine(b *testing.B) {
	body := strings.Repeat("The ferry from Keld to Norrby leaves every forty minutes in summer. ", 9)
	rec := &trace.Record{Question: "q", Gold: gold(trace.EvidenceSet{{Text: body[:140]}})}
	for i := range 10 {
		rec.Candidates = append(rec.Candidates, trace.Hit{ID: fmt.Sprint(i), Text: fmt.Sprint("Passage ", i, ". ", body)})
	}
	b.ReportAllocs()
	for b.Loop() {
		Examine(prepared.New(rec, nil))
	}
}
