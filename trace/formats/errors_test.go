package formats

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestWrongTypesNameTheField also where a type reads itself.
func TestWrongTypesNameTheField(t *testing.T) {
	for line, want := range map[string]string{
		`{"ragdiag":1,"id":"q1","question":3}`:                                              "in.jsonl:1: question: a JSON number",
		`{"ragdiag":1,"id":"q1","question":"Who?","context":[{"text":5}]}`:                  "in.jsonl:1: context.text: a JSON number",
		`{"ragdiag":1,"id":"q1","question":"Who?","candidates":[{"id":"x","score":"big"}]}`: "in.jsonl:1: candidates.score: a JSON string",
	} {
		for rec, err := range Records(strings.NewReader(line+"\n"), "in.jsonl", Options{Format: Native}) {
			require.Nil(t, rec)
			require.ErrorContains(t, err, want)
			break
		}
	}
}

// TestOtherEncodingsAreSaid: what is no UTF-8 is read, and not in silence.
func TestOtherEncodingsAreSaid(t *testing.T) {
	in := &Input{ctx: t.Context(), paths: []string{"-"}, names: []string{"in.jsonl"}, o: Options{Stdin: strings.NewReader("{\"ragdiag\":1,\"id\":\"q1\",\"question\":\"Caf\xe9?\"}\n")}}
	for rec, err := range in.Records() {
		require.NoError(t, err)
		require.Equal(t, "Caf\uFFFD?", rec.Question)
	}
	said := in.Coverage().Encoding()
	for _, want := range []string{"1 record held bytes that are no UTF-8", `in.jsonl:1: record "q1"`, "Latin-1", "iconv"} {
		require.Contains(t, said, want)
	}
}
