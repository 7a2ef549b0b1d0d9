package ragdiag_test

import (
	"context"
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ragdiag/ragdiag"
	"github.com/ragdiag/ragdiag/diagnose"
	"github.com/ragdiag/ragdiag/trace/formats"
)

// expected is the field "expect" of a record in examples/verdicts.jsonl.
type expected struct {
	Status     diagnose.Status `json:"status"`
	Root       string          `json:"root"`
	ShouldHave string          `json:"should_have"` // root with the corpus policy "should-have"
}

// Each example of docs/verdicts.md gets the verdict that the page shows, and the
// page shows it as it is in the file.
func TestExamplesOfVerdicts(t *testing.T) {
	ctx := context.Background()
	page, err := os.ReadFile("docs/verdicts.md")
	require.NoError(t, err)
	in, err := formats.Open(ctx, []string{"examples/verdicts.jsonl"}, formats.Options{})
	require.NoError(t, err)
	shouldHave := diagnose.DefaultParams()
	shouldHave.CorpusPolicy = diagnose.ShouldHave
	seen := map[diagnose.Cause]bool{}
	for rec, err := range in.Records() {
		require.NoError(t, err)
		t.Run(rec.ID, func(t *testing.T) {
			var want expected
			require.NoError(t, json.Unmarshal(rec.Extra["expect"], &want))
			d, err := ragdiag.Diagnose(ctx, rec, ragdiag.Options{})
			require.NoError(t, err)
			require.Equal(t, want.Status, d.Status, d.Sentence)
			require.Equal(t, want.Root, d.Root.Slug(), d.Sentence)
			if want.ShouldHave != "" {
				d, err = ragdiag.Diagnose(ctx, rec, ragdiag.Options{Params: &shouldHave})
				require.NoError(t, err)
				require.Equal(t, want.ShouldHave, d.Root.Slug(), d.Sentence)
			}
			seen[d.Root.Cause] = true

			_, part, ok := strings.Cut(string(page), "(`"+rec.ID+"`)")
			require.True(t, ok, "docs/verdicts.md does not show the example")
			part, _, _ = strings.Cut(part, "\n\n")
			verdict := want.Root
			if verdict == "" {
				verdict = string(want.Status)
			}
			shown := []string{rec.Answer.Text, "**" + verdict + "**", d.Fix}
			if want.ShouldHave != "" {
				shown = append(shown, "**"+want.ShouldHave+"**")
			}
			for _, p := range rec.Context {
				shown = append(shown, p.Text)
			}
			if g := rec.Gold; g != nil {
				shown = append(append(shown, g.Answers...), g.Claims...)
			}
			for _, s := range shown {
				require.Contains(t, part, s)
			}
		})
	}
	for _, c := range diagnose.Causes() {
		if c != diagnose.Metric { // a circumstance of right answers, never a root
			require.True(t, seen[c], "no example of %s", c)
		}
	}
}
