package main

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ragdiag/ragdiag/diagnose"
	"github.com/ragdiag/ragdiag/lab/realdata"
	"github.com/ragdiag/ragdiag/trace/formats"
)

// TestClapNQ holds the whole program to its floors on a real eval set. The
// floors lie below what was measured, so that they fail on a loss and not on
// noise: nothing here is drawn by chance.
func TestClapNQ(t *testing.T) {
	data := filepath.Dir(filepath.Dir(realdata.Path(t, "clapnq/dev.jsonl")))
	realdata.Path(t, "xquad/xquad.en.json")
	r, err := live(t.Context(), data, filepath.Join(t.TempDir(), "index"))
	require.NoError(t, err)
	defer r.index.Close()
	require.Len(t, r.records, 303)
	require.True(t, r.summary.SumHolds)
	for _, m := range r.summary.Metrics {
		v, ok := m.Mean.Get()
		switch m.Name {
		case "recall@5":
			require.True(t, ok)
			require.GreaterOrEqual(t, v, .96)
		case "mrr":
			require.True(t, ok)
			require.GreaterOrEqual(t, v, .93)
		}
	}
	// With gold answers, evidence and candidates at hand almost all failures
	// must be decided.
	require.LessOrEqual(t, r.summary.Count(diagnose.StatusUndetermined), 10)
	require.LessOrEqual(t, r.summary.Count(diagnose.StatusNotJudged), 15, "long answers of people against a few sentences")

	for _, f := range []formats.Format{formats.RAGAS, formats.RAGChecker} {
		a, err := convert(t.Context(), r, f)
		require.NoError(t, err)
		require.Zero(t, a.other, "%s: a poorer format may leave more open, never decide otherwise", f)
		require.GreaterOrEqual(t, a.same, 120, f)
	}
}
