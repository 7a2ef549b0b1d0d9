package match

import (
	_ "embed"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ragdiag/ragdiag/internal/text"
	"github.com/ragdiag/ragdiag/trace"
)

//go:embed testdata/comparisons.txt
var comparisonTable string

// TestComparisons holds answers against references of every kind.
func TestComparisons(t *testing.T) {
	n := 0
	for line := range strings.Lines(comparisonTable) {
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		f := strings.Split(line, " | ")
		require.Len(t, f, 4, line)
		n++
		q := text.Analyze(f[0], "")
		r := ReadReference(q, f[1], q.Lang, false)
		res := r.Compare(text.Analyze(f[2], ""), Setting{})
		got := map[trace.Agreement]string{trace.Equal: "equal", trace.Different: "bad", trace.Missing: "bad", trace.CannotTell: "open"}[res.Agreement]
		if got != f[3] {
			t.Errorf("%s\n\tgot %s (%s, P %.2f: %s), read as %s: %+v", line, got, res.Agreement, res.P, res.Why, r.Kind, res.Items)
		}
		require.GreaterOrEqual(t, res.P, 0., line)
		require.LessOrEqual(t, res.P, 1., line)
	}
	require.Greater(t, n, 100)
}
