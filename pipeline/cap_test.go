package pipeline

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ragdiag/ragdiag/trace"
)

func TestCapped(t *testing.T) {
	small := &trace.Record{ID: "a", Question: "q", Context: []trace.Passage{}, Answer: &trace.Answer{Text: "a"}, Gold: &trace.Gold{Answers: []string{"g"}}}
	require.Same(t, small, capped(small), "within the limits nothing is copied")

	long := strings.Repeat("ä", maxText)
	rec := &trace.Record{
		Question: "q", Context: make([]trace.Passage, maxPassages+1), Candidates: make([]trace.Hit, maxCandidates+1),
		History: make([]trace.Turn, maxTurns+1), Queries: make([]trace.Query, maxQueries+1),
		Answer: &trace.Answer{Text: long, Citations: []trace.Citation{{Start: 0, End: 2}, {Start: maxText, End: maxText + 2}}},
		Gold: &trace.Gold{
			Answers: make([]string, maxAnswers+1), Claims: make([]string, maxAnswers+1),
			Evidence: []trace.EvidenceSet{{{Text: long}}, make(trace.EvidenceSet, maxUnits)},
		},
	}
	for i := range rec.Context {
		rec.Context[i].Text = "t"
	}
	rec.Context[1].Text = long
	got := capped(rec)
	require.Len(t, got.Context, maxPassages)
	require.Len(t, got.Context[1].Text, maxText)
	require.Equal(t, "t", got.Context[2].Text)
	require.Len(t, got.Candidates, maxCandidates)
	require.Len(t, got.History, maxTurns)
	require.Len(t, got.Queries, maxQueries)
	require.Len(t, got.Answer.Text, maxAnswer)
	require.Equal(t, rec.Answer.Citations[:1], got.Answer.Citations)
	require.Len(t, got.Gold.Answers, maxAnswers)
	require.Len(t, got.Gold.Claims, maxAnswers)
	require.Len(t, got.Gold.Evidence, 1, "no set is cut short")
	require.Len(t, got.Gold.Evidence[0][0].Text, maxText)
	require.Len(t, rec.Context[1].Text, 2*maxText, "the record is whole")
	require.Len(t, rec.Gold.Evidence[0][0].Text, 2*maxText)
	require.Equal(t, []string{
		"history: the first 500 of 501 turns were examined",
		"queries: the first 200 of 201 queries were examined",
		"candidates: the first 5000 of 5001 passages were examined",
		"context: the first 2000 of 2001 passages were examined",
		"context: texts were examined up to 1048576 bytes each and 8 MiB together",
		"answer: the first 262144 of 2097152 bytes were examined",
		"gold: the first 500 of 501 answers were examined",
		"gold: the first 500 of 501 claims were examined",
		"gold: the first 1 of 2 sets of evidence were examined",
		"gold evidence: texts were examined up to 1048576 bytes each and 8 MiB together",
	}, got.Evidence.Capped)

	rec = &trace.Record{Context: make([]trace.Passage, 2*maxTexts/maxText)}
	for i := range rec.Context {
		rec.Context[i].Text = long[:maxText]
	}
	total := 0
	for _, p := range capped(rec).Context {
		total += len(p.Text)
	}
	require.Equal(t, maxTexts, total)
	require.Equal(t, "a", head("aä", 2), "no half characters")
}
