package ground

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ragdiag/ragdiag/lab/realdata"
	"github.com/ragdiag/ragdiag/metrics/stat"
	"github.com/ragdiag/ragdiag/stages/prepared"
	"github.com/ragdiag/ragdiag/trace"
)

// TestHintOnData: a question and ten passages that were really retrieved for
// it, of which a native speaker found one relevant or none. The features were
// chosen and the curve was set on zh and fr; en was looked at in four rounds
// and nothing was fitted to it.
func TestHintOnData(t *testing.T) {
	for _, lang := range []struct {
		name  string
		floor float64
	}{{"en", .60}, {"zh", .55}, {"fr", .60}} {
		var right [2]int
		var n [2]int
		for y, kind := range []string{"non_relevant", "relevant"} {
			for r := range realdata.Values[struct{ Prompt string }](t, "nomiracl/"+kind+"."+lang.name+".jsonl") {
				s := Examine(prepared.New(retrieved(r.Prompt), nil)).Sufficient
				require.LessOrEqual(t, s.Grade, trace.GradeD)
				n[y]++
				if s.IsYes() == (y == 1) && !s.IsUnknown() {
					right[y]++
				}
			}
		}
		balanced := (share(right[0], n[0]) + share(right[1], n[1])) / 2
		t.Logf("nomiracl %s: balanced accuracy %.3f; answer present %s, absent %s",
			lang.name, balanced, proportion(t, right[1], n[1]), proportion(t, right[0], n[0]))
		require.GreaterOrEqual(t, balanced, lang.floor, lang.name)
	}
}

// retrieved reads the record from a prompt of nomiracl.
func retrieved(prompt string) *trace.Record {
	_, rest, _ := strings.Cut(prompt, "QUESTION:")
	question, rest, _ := strings.Cut(rest, "CONTEXTS:")
	rest, _, _ = strings.Cut(rest, "\nOUTPUT:")
	rec := &trace.Record{Question: strings.TrimSpace(question)}
	for p := range strings.SplitSeq(rest, "\n\n[") {
		if _, p, ok := strings.Cut(p, "] "); ok {
			title, body, _ := strings.Cut(p, ": ")
			rec.Context = append(rec.Context, trace.Passage{Title: title, Text: strings.TrimSpace(body)})
		}
	}
	return rec
}

func share(k, n int) float64 { return float64(k) / float64(max(1, n)) }

// proportion writes a share with its Wilson interval.
func proportion(t testing.TB, k, n int) string {
	t.Helper()
	in, err := stat.Wilson(k, n, .95)
	require.NoError(t, err)
	return fmt.Sprintf("%.3f [%.3f, %.3f] n=%d", share(k, n), in.Lo, in.Hi, n)
}
