package ground

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ragdiag/ragdiag/stages/prepared"
	"github.com/ragdiag/ragdiag/trace"
)

// A bare yes or no states the question with its polarity, and what only repeats
// the question is not made up.
func TestBareAnswers(t *testing.T) {
	for _, tt := range []struct {
		name, question, passage, answer string
		want                            trace.Support
	}{
		{"yes, and it is", "Is the pool heated?", "The pool is heated from May to September.", "Yes.", trace.Supported},
		{"no, and it is", "Is the pool heated?", "The pool is heated from May to September.", "No.", trace.Contradicted},
		{"no, and it is not", "Is the pool heated?", "The pool is not heated.", "No.", trace.Supported},
		{"yes, of which nothing is said", "Is the pool heated?", "The bridge was opened in 1911.", "Yes.", trace.Abstain},
	} {
		t.Run(tt.name, func(t *testing.T) {
			rec := &trace.Record{ID: "r", Question: tt.question, Context: []trace.Passage{{Text: tt.passage}}, Answer: &trace.Answer{Text: tt.answer}}
			x := &examination{rec: rec, texts: prepared.New(rec, nil).Context(), lang: "en"}
			require.Equal(t, tt.want, x.checked(tt.answer).Support)
		})
	}
}
