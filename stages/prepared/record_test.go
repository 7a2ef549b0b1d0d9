package prepared

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ragdiag/ragdiag/trace"
)

const (
	mill  = "The Halden mill was opened in 1911 by the engineer Ann Ott."
	ferry = "The ferry to Norrby leaves at noon from the northern pier."
)

func record() *trace.Record {
	return &trace.Record{
		Question:   "When did the Halden mill open?",
		Candidates: []trace.Hit{{ID: "a", Text: ferry}, {ID: "b", Text: mill}},
		Context:    []trace.Passage{{ID: "b", Text: mill}},
		Gold:       &trace.Gold{Answers: []string{"1911"}},
	}
}

// A text is analysed once, whoever asks for it.
func TestOneAnalysis(t *testing.T) {
	r := New(record(), nil)
	require.Same(t, r.Question(), r.Question())
	require.Same(t, r.Context(), r.Context())
	require.Same(t, r.Context().Docs()[0], r.Passages().Doc(0))
	require.Same(t, r.Passages().Doc(0), r.Candidates().Doc(1), "the candidate has the text of the passage")
}

func TestGold(t *testing.T) {
	rec := record()
	r := New(rec, nil)
	require.Equal(t, 2, r.GoldInCandidates().BestRank, "by the accepted answer")
	require.Equal(t, 1, r.GoldInContext().BestRank)

	r.Infer(nil)
	require.Same(t, rec, r.Assumed())
	r.Infer([]trace.Unit{{ID: "a", P: .95}})
	require.Empty(t, rec.Gold.Evidence, "the record itself stays as it is")
	require.Len(t, r.Assumed().Gold.Evidence, 1)
	require.Equal(t, 1, r.GoldInCandidates().BestRank, "what was inferred counts from now on")
	require.True(t, r.GoldInContext().Whole.IsNo())
}

// Without gold evidence the reference answer says what to look for.
func TestByReference(t *testing.T) {
	gold := &trace.Gold{Answers: []string{"30 days"}}
	const question = "Within how many days may customers return goods?"
	shop := trace.Hit{ID: "s", Text: "Customers may return unopened goods within 30 days of delivery."}
	other := trace.Hit{ID: "m", Text: mill}
	r := New(&trace.Record{Question: question, Gold: gold, Candidates: []trace.Hit{other, shop}, Context: []trace.Passage{{ID: "m", Text: mill}}}, nil)
	require.True(t, r.GoldInCandidates().Whole.IsYes())
	require.Equal(t, trace.GradeC, r.GoldInCandidates().Whole.Grade, "words may stand there for another reason")
	require.Equal(t, 2, r.GoldInCandidates().BestRank)
	require.True(t, r.GoldInCandidates().Partial.IsUnknown())
	require.True(t, r.GoldInContext().Whole.IsNo())
	require.Equal(t, 1, r.RankIn([]trace.Hit{shop}))
	require.Zero(t, r.RankIn([]trace.Hit{other}))

	for _, hits := range [][]trace.Hit{nil, {{ID: "d"}}} {
		r = New(&trace.Record{Question: question, Gold: gold, Candidates: hits}, nil)
		require.True(t, r.GoldInCandidates().Whole.IsUnknown(), "an answer cannot be looked for in IDs")
	}
	r = New(&trace.Record{Question: "Do they?", Gold: &trace.Gold{Answers: []string{"yes"}}, Candidates: []trace.Hit{shop}}, nil)
	require.False(t, r.GoldInCandidates().Whole.IsYes(), "a yes stands in no passage")

	// What is in the prompt was retrieved, whatever the recorded candidates are.
	r = New(&trace.Record{Question: question, Gold: gold, Candidates: []trace.Hit{other}, Context: []trace.Passage{{Text: shop.Text}}}, nil)
	require.True(t, r.GoldInCandidates().Whole.IsYes())

	// A chunk of a long gold document may be the part that matters or not: what
	// the reference says decides.
	shop.Text += " Opened goods are exchanged at the counter for a small fee."
	whole := trace.Unit{Text: shop.Text + " " + mill + " " + ferry + " The council met eleven times, and mooring fees rose for visitors from other counties."}
	r = New(&trace.Record{Question: question, Gold: &trace.Gold{Answers: gold.Answers, Evidence: []trace.EvidenceSet{{whole}}}, Context: []trace.Passage{{Text: shop.Text}}}, nil)
	require.True(t, r.GoldInContext().Whole.IsYes(), "%+v", r.GoldInContext())
}

// What is not recorded is unknown.
func TestNothingRecorded(t *testing.T) {
	r := New(&trace.Record{Gold: &trace.Gold{Answers: []string{"1911"}}}, nil)
	require.True(t, r.GoldInCandidates().Whole.IsUnknown())
	require.True(t, r.GoldInContext().Whole.IsUnknown())
	require.Zero(t, r.Context().Len())
	require.Empty(t, r.Question().Tokens)
}
