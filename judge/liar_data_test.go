package judge

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ragdiag/ragdiag/internal/text"
	"github.com/ragdiag/ragdiag/lab/realdata"
	"github.com/ragdiag/ragdiag/llm"
	"github.com/ragdiag/ragdiag/metrics/stat"
)

// What the checks are worth against a model that lies as well as it can: it says
// "supported" of every claim and quotes the sentence that has most of its words.
// The checks know words and values, not meaning: they stop part of such lies, and
// this says how large a part, and how many true verdicts they cost. That numbers
// and dates must be in the passages was decided by looking at WiCE; for
// AttributionBench nothing was.
func TestLiarOnRealClaims(t *testing.T) {
	type row struct {
		claim    string
		evidence []string
		holds    bool
	}
	sets := map[string]func(yield func(row)){
		"WiCE": func(yield func(row)) {
			type record struct {
				Label, Claim string
				Evidence     []string
			}
			for r := range realdata.Values[record](t, "wice/dev.jsonl") {
				if r.Label != "partially_supported" {
					yield(row{r.Claim, r.Evidence, r.Label == "supported"})
				}
			}
		},
		"AttributionBench": func(yield func(row)) {
			type record struct {
				Claim      string
				References []string
				Label      string `json:"attribution_label"`
			}
			for r := range realdata.Values[record](t, "attributionbench/dev.jsonl") {
				yield(row{r.Claim, r.References, r.Label == "attributable"})
			}
		},
	}
	for name, rows := range sets {
		var lies, near, first, truths, kept int
		rows(func(r row) {
			if len(r.evidence) == 0 {
				return
			}
			says := func(best bool) int {
				q := Query{Task: Verify, Items: []Item{{"c1", r.claim}}}
				for i, e := range r.evidence {
					q.Units = append(q.Units, Unit{ID: fmt.Sprintf("p%d", i+1), Text: e})
				}
				g := generator(func(llm.Request) string { return items(one("c1", Supported, "", liesOn(r.claim, r.evidence, best))) })
				got, _, err := judgeOf(t, g).Ask(t.Context(), q)
				require.NoError(t, err)
				if got[0].Verdict == Supported {
					return 1
				}
				return 0
			}
			if r.holds {
				truths++
				kept += says(true)
				return
			}
			lies++
			near += says(true)
			first += says(false)
		})
		believed, err := stat.Proportion(near, lies)
		require.NoError(t, err)
		right, err := stat.Proportion(kept, truths)
		require.NoError(t, err)
		t.Logf("%s: of %d claims without support a liar gets away with %d (%.3f %v) quoting the nearest sentence, with %d quoting the first; of %d with support %d are kept (%.3f %v)",
			name, lies, near, float64(near)/float64(lies), believed, first, truths, kept, float64(kept)/float64(truths), right)
		require.Less(t, near, lies*9/10)
		require.Greater(t, kept, truths*8/10)
	}
}

// liesOn is what a liar quotes: the sentence with most of the claim's words, or
// the first.
func liesOn(claim string, evidence []string, best bool) string {
	if !best {
		return firstWords(evidence[0], 30)
	}
	top, out := -1.0, ""
	for _, e := range evidence {
		for _, sp := range text.Sentences(e) {
			if s := shared(claim, []string{sp.Of(e)}); s > top {
				top, out = s, sp.Of(e)
			}
		}
	}
	return firstWords(out, 60)
}

func firstWords(s string, n int) string {
	w := strings.Fields(s)
	return strings.Join(w[:min(n, len(w))], " ")
}
