package claim

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ragdiag/ragdiag/lab/realdata"
	"github.com/ragdiag/ragdiag/trace"
)

// worst is the verdict on a claim by its parts: the least supported one.
func worst(c *Context, whole Verdict, text string) (Verdict, int) {
	claims := Split(text)
	if len(claims) != 1 {
		return whole, 1
	}
	ps := Parts(text, claims[0])
	if ps == nil {
		return whole, 1
	}
	out := whole
	out.P, out.Support = 1, trace.Supported
	for _, p := range ps {
		v := c.Check(p.Text)
		out.P = min(out.P, v.P)
		switch {
		case v.Support == trace.Contradicted || out.Support == trace.Contradicted:
			out.Support = trace.Contradicted
		case v.Support == trace.NotFound || out.Support == trace.NotFound:
			out.Support = trace.NotFound
		case v.Support == trace.Abstain:
			out.Support = trace.Abstain
		}
	}
	return out, len(ps)
}

// right counts the verdicts that people share, and those that are given.
func right(verdicts []Verdict, yes []bool) (right, given int) {
	for i, v := range verdicts {
		if v.Support == trace.Abstain {
			continue
		}
		given++
		if (v.Support == trace.Supported) == yes[i] {
			right++
		}
	}
	return right, given
}

// TestPartsOnData compares the verdict on a claim with the worst verdict on its
// parts, where there are any, on claims that people judged.
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
		var whole, byParts []Verdict
		var people []bool
		claims, parts := 0, 0
		for r := range realdata.Values[row](t, set) {
			passages, yes := []string{strings.Join(r.Evidence, "\n\n")}, r.Label == "supported"
			if r.Attr != "" {
				passages, yes = r.Refs, r.Attr == "attributable"
			}
			c := v.Prepare(passages)
			o := c.Check(r.Claim)
			w, n := worst(c, o, r.Claim)
			claims++
			parts += n
			if n > 1 {
				whole, byParts, people = append(whole, o), append(byParts, w), append(people, yes)
			}
		}
		a, given := right(whole, people)
		b, more := right(byParts, people)
		t.Logf("%s: %.3f parts a claim; of %d cut claims, whole: %d of %d decided rightly; worst part: %d of %d",
			set, float64(parts)/float64(claims), len(whole), a, given, b, more)
		require.Greater(t, len(whole), claims/50, "some claims are cut")
		require.Less(t, float64(parts)/float64(claims), 1.6)
	}
}
