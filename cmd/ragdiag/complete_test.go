package main

import (
	"bytes"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// Completion offers what the help text of a flag lists.
func TestFlagCompletion(t *testing.T) {
	for _, tt := range []struct {
		args string
		want []string
	}{
		{"diagnose --format ", []string{"text", "md", "json", "html", "junit", "jsonl", "csv"}},
		{"diagnose --corpus-policy ", []string{"may-lack", "should-have"}},
		{"diagnose --missing-citation ", []string{"fault", "tolerate"}},
		{"diagnose --gate-on ", []string{"interval", "point"}},
		{"diagnose --fail-on qual", []string{"quality<"}},
		{"convert --to ", []string{"native", "ragas", "ragchecker"}},
		{"convert --input-format rag", []string{"ragas", "ragas-0.1", "ragchecker"}},
		{"run --ranker ", []string{"exact", "bleve-tfidf", "bleve-bm25"}},
		{"run --rerank ", []string{"mmr", "proximity", "rrf"}},
		{"run --query ", []string{"as-asked", "history-resolved", "expanded", "rewritten"}},
		{"report --only ignored", []string{"ignored-context"}},
		{"metrics answers --convention ", []string{"squad2", "squad1", "chars"}},
	} {
		var out, errs bytes.Buffer
		words := strings.Split("__complete "+tt.args, " ")
		require.Equal(t, exitOK, run(t.Context(), words, strings.NewReader(""), &out, &errs), errs.String())
		var got []string
		for line := range strings.Lines(out.String()) {
			if line = strings.TrimSpace(line); !strings.HasPrefix(line, ":") {
				got = append(got, line)
			}
		}
		require.Equal(t, tt.want, got, tt.args)
	}
}

func TestHelpOnNothing(t *testing.T) {
	var out, errs bytes.Buffer
	require.Equal(t, exitUsage, run(t.Context(), []string{"help", "foo"}, strings.NewReader(""), &out, &errs))
	require.Contains(t, errs.String(), `no help on "foo"`)
	require.Equal(t, exitOK, run(t.Context(), []string{"help", "metrics", "list"}, strings.NewReader(""), &out, &errs))
	require.Contains(t, out.String(), "metrics list")
}
