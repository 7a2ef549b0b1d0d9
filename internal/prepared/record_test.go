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

// What is not recorded is unknown.
func TestNothingRecorded(t *testing.T) {
	r := New(&trace.Record{Gold: &trace.Gold{Answers: []string{"1911"}}}, nil)
	require.True(t, r.GoldInCandidates().Whole.IsUnknown())
	require.True(t, r.GoldInContext().Whole.IsUnknown())
	require.Zero(t, r.Context().Len())
	require.Empty(t, r.Question().Tokens)
}
