package claim

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ragdiag/ragdiag/internal/realdata"
	"github.com/ragdiag/ragdiag/trace"
)

// worst is the verdict on a claim by its parts: the least supported one.
func worst(c *Context, whole outcome, text string) (outcome, int) {
	claims := Split(text)
	if len(claims) != 1 {
		return whole, 1
	}
	ps := Parts(text, claims[0])
	if ps == nil {
		return whole, 1
	}
	out := whole
	out.verdict.P, out.verdict.Support = 1, trace.Supported
	for _, p := range ps {
		v := c.Check(p.Text)
		if v.P < out.verdict.P {
			out.verdict.P = v.P
		}
		switch {
		case v.Support == trace.Contradicted || out.verdict.Support == trace.Contradicted:
			out.verdict.Support = trace.Contradicted
		case v.Support == trace.NotFound || out.verdict.Support == trace.NotFound:
			out.verdict.Support = trace.NotFound
		case v.Support == trace.Abstain:
			out.verdict.Support = trace.Abstain
		}
	}
	return out, len(ps)
}

// TestPartsOnData compares the verdict on a claim with the worst verdict on its
// parts, where there are any: a rule for cutting may stay only while that costs
// nothing.
func TestPartsOnData(t *testing.T) {
	type row struct {
		Label    string
		Claim    string
		Evidence []string
		Refs     []string `json:"references"`
		Attr     string   `json:"attribution_label"`
	}
	v := New(Options{})
	for _, set := range []string{"wice/dev.jsonl", "attributionbench/dev.jsonl"} {
		var whole, byParts []outcome
		claims, parts, mixed, right := 0, 0, 0, 0
		for r := range realdata.Values[row](t, set) {
			passages, yes := []string{strings.Join(r.Evidence, "\n\n")}, r.Label == "supported"
			if r.Attr != "" {
				passages, yes = r.Refs, r.Attr == "attributable"
			}
			o := checkRow(v, "", r.Claim, passages, yes)
			w, n := worst(v.Prepare(passages), o, r.Claim)
			claims++
			parts += n
			if n > 1 {
				whole, byParts = append(whole, o), append(byParts, w)
				if o.verdict.Support == trace.Abstain && w.verdict.Support != trace.Abstain {
					mixed++
					if (w.verdict.Support == trace.Supported) == yes {
						right++
					}
				}
			}
		}
		a, b := measure(whole), measure(byParts)
		t.Logf("%s: %.3f parts a claim; of %d cut claims, whole: AUC %.3f BAcc %.3f decided %.3f (abstains %.3f); worst part: AUC %.3f BAcc %.3f decided %.3f (abstains %.3f)",
			set, float64(parts)/float64(claims), len(whole), a.auc, a.balanced, a.decidedBalanced, a.abstains, b.auc, b.balanced, b.decidedBalanced, b.abstains)
		t.Logf("%s: %d undecided claims are decided by their parts, %d of them rightly", set, mixed, right)
		require.Greater(t, len(whole), claims/50, "some claims are cut")
		require.Less(t, float64(parts)/float64(claims), 1.6)
	}
}
