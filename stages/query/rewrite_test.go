package query_test

import (
	"context"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ragdiag/ragdiag/llm"
	"github.com/ragdiag/ragdiag/stages/query"
	"github.com/ragdiag/ragdiag/trace"
)

func TestRewriter(t *testing.T) {
	rec := func(id string) *trace.Record {
		return &trace.Record{ID: id, Question: "And in winter?", History: []trace.Turn{{Role: "user", Text: "When does the Skarrow ferry run?"}}}
	}
	rewrite := query.Rewriter(llm.Script{
		"good":  {Text: "  When does the Skarrow ferry\n run in winter?\n"},
		"empty": {Text: " \n"},
		"essay": {Text: strings.Repeat("The ferry runs. ", 100)},
	}, llm.Decoding{})
	for _, tt := range []struct{ id, want, err string }{
		{"good", "When does the Skarrow ferry run in winter?", ""},
		{"empty", "", "gave no query"},
		{"essay", "", "is no query"},
		{"unknown", "", "unknown"},
	} {
		got, err := rewrite(context.Background(), rec(tt.id))
		if tt.err != "" {
			require.ErrorContains(t, err, tt.err, tt.id)
			continue
		}
		require.NoError(t, err)
		require.Equal(t, tt.want, got)
	}

	queries, err := query.Form(context.Background(), rec("good"), query.Options{Kinds: []string{trace.QueryRewritten}, Rewrite: rewrite})
	require.NoError(t, err)
	require.Equal(t, []trace.Query{{Text: "When does the Skarrow ferry run in winter?", Kind: trace.QueryRewritten}}, queries)
}
