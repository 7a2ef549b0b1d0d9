package main

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ragdiag/ragdiag/trace"
)

// TestPartsGrow holds that each record grows with its part, and that a child
// measures it.
func TestPartsGrow(t *testing.T) {
	size := func(rec *trace.Record) int {
		b, err := rec.MarshalJSON()
		require.NoError(t, err)
		return len(b)
	}
	for _, p := range parts {
		t.Run(p.name, func(t *testing.T) {
			none, once, twice := size(p.make(0)), size(p.make(50)), size(p.make(100))
			grown := float64(twice-none) / float64(once-none)
			require.InDelta(t, 2, grown, .2)
			res, err := examine(t.Context(), p.make(2), 0)
			require.NoError(t, err)
			require.Positive(t, res)
		})
	}
	var out strings.Builder
	require.NoError(t, run(t.Context(), &out, "", parts[0].name, 1, 0, 3))
	require.Regexp(t, `^\d+\n$`, out.String())
	require.Error(t, run(t.Context(), &out, "", "nothing", 1, 0, 3))
}

func TestTexts(t *testing.T) {
	rec := &trace.Record{Question: "q", Context: []trace.Passage{{Text: "a"}, {Text: "a"}, {}}, Answer: &trace.Answer{Text: "b"}, Gold: &trace.Gold{Answers: []string{"b", "c"}}}
	require.Equal(t, []string{"q", "a", "b", "c"}, slices.Collect(texts(rec)))
}
