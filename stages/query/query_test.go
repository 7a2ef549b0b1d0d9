package query

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ragdiag/ragdiag/stages/prepared"
	"github.com/ragdiag/ragdiag/trace"
)

// talk makes a history of alternating turns, the user first.
func talk(turns ...string) []trace.Turn {
	var out []trace.Turn
	for i, t := range turns {
		out = append(out, trace.Turn{Role: []string{"user", "assistant"}[i%2], Text: t})
	}
	return out
}

func TestResolve(t *testing.T) {
	keld := talk("When was the Keld Lighthouse built?", "It was finished in 1871.")
	for _, tt := range []struct {
		name, question string
		history        []trace.Turn
		want           string // empty: left alone
	}{
		{"pronoun", "Who designed it?", keld, "Who designed Keld Lighthouse?"},
		{"possessive", "What is its height?", keld, "What is Keld Lighthouse's height?"},
		{"object after a preposition", "What is the history of it?", keld, "What is the history of Keld Lighthouse?"},
		{"person", "How old is she?", talk("Who is Mara Lindqvist?", "A ship builder from Norrby."), "How old is Mara Lindqvist?"},
		{"her before a noun", "What did her company build?", talk("Who is Mara Lindqvist?", "A ship builder."), "What did Mara Lindqvist's company build?"},
		{"rest of a question: name", "What about Norrby?", talk("How many ferries leave Keld each day?", "Twelve."), "How many ferries leave Norrby each day?"},
		{"rest of a question: year", "And in 2019?", talk("How many ferries left Keld in 2015?", "Twelve."), "How many ferries left Keld in 2019?"},
		{"rest of a question: other", "What about the winter timetable?", talk("When does the first ferry leave?", "At six."), "When does the first ferry leave the winter timetable?"},
		{"one word", "Why?", talk("Does the ferry stop at Keld in winter?", "No."), "Does the ferry stop at Keld in winter Why?"},
		{"the earlier turn had the name", "And who paid for it?", talk("When was the Keld Lighthouse built?", "In 1871.", "Who designed it?", "Nobody knows."), "And who paid for Keld Lighthouse?"},
		{"no capitals anywhere", "who owns it?", talk("when was the old lighthouse built?", "in 1871."), "who owns old lighthouse built?"},

		{"stands on its own", "When does the first ferry to Keld leave?", keld, ""},
		{"the pronoun's noun is in the question", "When did Mara Lindqvist sell her company?", keld, ""},
		{"so is its noun without a name", "Does the ferry carry its own lifeboats?", keld, ""},
		{"it stands for nothing", "How long does it take to reach Norrby?", keld, ""},
		{"nor here", "Is it possible to swim to Norrby?", keld, ""},
		{"'that' is a conjunction", "Is there proof that the lighthouse burned?", keld, ""},
		{"'and' begins a whole question", "And what is the price of a ticket?", keld, ""},
		{"no history", "Who designed it?", nil, ""},
		{"another language", "Wer hat ihn gebaut und wann wurde er gebaut?", talk("Wann wurde der Leuchtturm von Keld gebaut?", "Er wurde im Jahr 1871 fertiggestellt."), ""},
		{"empty", "", keld, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, changed := Resolve(tt.question, tt.history)
			want := tt.want
			if want == "" {
				want = tt.question
			}
			require.Equal(t, want, got)
			require.Equal(t, tt.want != "", changed)
		})
	}
}

func TestForm(t *testing.T) {
	rec := &trace.Record{Question: "Who designed it?", History: talk("When was the Keld Lighthouse built?", "In 1871.")}
	search := func(_ context.Context, q string, depth int) ([]trace.Hit, error) {
		require.Equal(t, feedbackPassages, depth)
		return []trace.Hit{{Text: "The architect Orla Venn designed the lighthouse of granite."}, {Text: "Granite came from the quarry."}}, nil
	}
	got, err := Form(t.Context(), rec, Options{})
	require.NoError(t, err)
	require.Equal(t, []trace.Query{{Text: "Who designed Keld Lighthouse?", Kind: trace.QueryHistoryResolved}}, got)

	all := Options{
		Kinds:   []string{trace.QueryAsAsked, trace.QueryHistoryResolved, trace.QueryExpanded, trace.QueryRewritten},
		Search:  search,
		Rewrite: func(context.Context, *trace.Record) (string, error) { return "Who designed it?", nil },
	}
	got, err = Form(t.Context(), rec, all)
	require.NoError(t, err)
	require.Len(t, got, 3, "the rewriting repeats the question")
	require.Equal(t, trace.QueryExpanded, got[2].Kind)
	require.Equal(t, 2, strings.Count(got[2].Text, "Who designed Keld Lighthouse?"))
	require.Contains(t, got[2].Text, "granite")

	// A kind that does not apply falls back on the question.
	got, err = Form(t.Context(), &trace.Record{Question: "Who?"}, Options{Kinds: []string{trace.QueryHistoryResolved}})
	require.NoError(t, err)
	require.Equal(t, []trace.Query{{Text: "Who?", Kind: trace.QueryAsAsked}}, got)

	boom := errors.New("endpoint down")
	for _, o := range []Options{
		{Kinds: []string{"magic"}},
		{Kinds: []string{trace.QueryExpanded}},
		{Kinds: []string{trace.QueryRewritten}},
		{Kinds: []string{trace.QueryExpanded}, Search: func(context.Context, string, int) ([]trace.Hit, error) { return nil, boom }},
		{Kinds: []string{trace.QueryRewritten}, Rewrite: func(context.Context, *trace.Record) (string, error) { return "", boom }},
	} {
		_, err := Form(t.Context(), rec, o)
		require.Error(t, err)
	}
}

func TestExamine(t *testing.T) {
	sent := func(question string, queries ...string) *trace.Record {
		rec := &trace.Record{Question: question, Queries: []trace.Query{}}
		for _, q := range queries {
			rec.Queries = append(rec.Queries, trace.Query{Text: q})
		}
		return rec
	}
	t.Run("sent as asked", func(t *testing.T) {
		ev := Examine(prepared.New(sent("When did the Keld ferry start in 1904?", "when did the Keld ferry start in 1904"), nil))
		require.True(t, ev.Rewritten.IsNo())
		require.True(t, ev.Drifted.IsNo())
		require.True(t, ev.Empty.IsNo())
		require.Equal(t, trace.Known(0), ev.MassLost)
		require.Equal(t, trace.Known(0), ev.MassGained)
		require.Empty(t, ev.Dropped)
		require.Empty(t, ev.Invented)
		require.NotEmpty(t, ev.Tokens)
	})
	t.Run("the year was dropped", func(t *testing.T) {
		ev := Examine(prepared.New(sent("How many ferries left Keld in 2023?", "how many ferries left Keld"), nil))
		require.True(t, ev.Drifted.IsYes())
		require.Equal(t, trace.GradeD, ev.Drifted.Grade)
		require.Equal(t, []string{"2023"}, ev.Dropped)
	})
	t.Run("a name was brought in", func(t *testing.T) {
		ev := Examine(prepared.New(sent("How many ferries left the harbour of Keld?", "how many ferries left the harbour of Keld for Norrby"), nil))
		require.Equal(t, []string{"Norrby"}, ev.Invented)
		require.True(t, ev.Drifted.IsYes())
	})
	t.Run("what comes from the history is not invented", func(t *testing.T) {
		rec := sent("Who designed it?", "Who designed the Keld Lighthouse?")
		rec.History = talk("When was the Keld Lighthouse built?", "In 1871.")
		ev := Examine(prepared.New(rec, nil))
		require.Empty(t, ev.Invented)
		require.True(t, ev.Drifted.IsNo())
		require.True(t, ev.Unresolved.IsNo())
		require.Equal(t, trace.Known(0), ev.MassGained)
	})
	t.Run("a reference was sent as it stands", func(t *testing.T) {
		rec := sent("Who designed it?", "Who designed it?")
		rec.History = talk("When was the Keld Lighthouse built?", "In 1871.")
		require.True(t, Examine(prepared.New(rec, nil)).Unresolved.IsYes())
		rec.History = nil
		require.True(t, Examine(prepared.New(rec, nil)).Unresolved.IsUnknown(), "the history was not recorded")
	})
	t.Run("a part of the queries together keeps all", func(t *testing.T) {
		ev := Examine(prepared.New(sent("Are the Keld ferry and the Norrby tram run by one company?", "company of the Keld ferry", "company that runs the Norrby tram"), nil))
		require.Empty(t, ev.Dropped)
		require.True(t, ev.Drifted.IsNo())
	})
	t.Run("a slip of spelling was put right", func(t *testing.T) {
		ev := Examine(prepared.New(sent("height of the Keld lihgthouse", "height of the Keld lighthouse"), nil))
		require.Equal(t, trace.Known(0), ev.MassLost)
	})
	t.Run("nothing to search for", func(t *testing.T) {
		ev := Examine(prepared.New(sent("What is it?", "What is it?"), nil))
		require.True(t, ev.Empty.IsYes())
		require.Equal(t, "the question has no content word", ev.MassLost.Reason())
	})
	t.Run("another language", func(t *testing.T) {
		ev := Examine(prepared.New(sent("When does the last ferry from Keld to Norrby leave in the winter?", "冬天从凯尔德到诺比的最后一班渡轮什么时候开"), nil))
		require.True(t, ev.Foreign.IsYes())
		ev = Examine(prepared.New(sent("When does the last ferry leave?", "last ferry time"), nil))
		require.False(t, ev.Foreign.IsYes())
	})
	t.Run("queries not recorded", func(t *testing.T) {
		ev := Examine(prepared.New(&trace.Record{Question: "Who?"}, nil))
		for _, p := range []trace.Predicate{ev.Rewritten, ev.Drifted, ev.Unresolved, ev.Empty, ev.Foreign} {
			require.Equal(t, trace.NotKnown("the queries sent were not recorded"), p)
		}
		require.Equal(t, "no query was sent", Examine(prepared.New(sent("Who?"), nil)).Drifted.Why)
	})
}

// FuzzExamine: no text makes the examiner fail, and a query equal to the
// question never drifts.
func FuzzExamine(f *testing.F) {
	f.Add("Who designed it?", "What about Norrby?", "When was the Keld Lighthouse built in 1871?")
	f.Add("", "\xff\xfe", "and")
	f.Add("它多高？", "ẞ", "her its it")
	f.Fuzz(func(t *testing.T, question, query, turn string) {
		rec := &trace.Record{Question: question, Queries: []trace.Query{{Text: question}}, History: talk(turn)}
		ev := Examine(prepared.New(rec, nil))
		require.False(t, ev.Drifted.IsYes())
		require.Empty(t, ev.Dropped)
		rec.Queries[0].Text = query
		ev = Examine(prepared.New(rec, nil))
		for _, v := range []trace.Value{ev.MassLost, ev.MassGained} {
			if x, ok := v.Get(); ok {
				require.True(t, x >= 0 && x <= 1, x)
			}
		}
		if got, changed := Resolve(question, rec.History); !changed {
			require.Equal(t, question, got)
		}
	})
}

func TestSlip(t *testing.T) {
	for _, p := range [][2]string{{"lighthouse", "lihgthouse"}, {"lighthouse", "lighthose"}, {"lighthouse", "lighthouze"}, {"same", "same"}} {
		require.True(t, slip(p[0], p[1]), p)
		require.True(t, slip(p[1], p[0]), p)
	}
	for _, p := range [][2]string{{"lighthouse", "nighthouse"}, {"harbour", "harvest"}, {"", "a"}, {"abcd", "abdcx"}} {
		require.False(t, slip(p[0], p[1]), p)
	}
}

func BenchmarkExamine(b *testing.B) {
	rec := &trace.Record{
		Question: "When does the last ferry from Keld to Norrby leave in the winter of 2023?",
		Queries:  []trace.Query{{Text: "last ferry Keld Norrby winter timetable 2023"}},
	}
	b.ReportAllocs()
	for b.Loop() {
		Examine(prepared.New(rec, nil))
	}
}
