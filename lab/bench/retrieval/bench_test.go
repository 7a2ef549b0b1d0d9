package main

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ragdiag/ragdiag/lab/realdata"
)

// TestVaswani holds the default ranker at the level that the literature gives
// for BM25 with stemming and stop words, and above what bleve calls bm25.
func TestVaswani(t *testing.T) {
	c, err := vaswani(realdata.Path(t, "vaswani"))
	require.NoError(t, err)
	require.Len(t, c.queries, 93)
	rows, err := compareRankers(t.Context(), c, filepath.Join(t.TempDir(), "index"))
	require.NoError(t, err)
	require.GreaterOrEqual(t, rows[0].mean[0], .27, "AP of %s", rows[0].ranker)
	require.Positive(t, rows[2].behind[0].Interval.Lo, "exact − %s: AP", rows[2].ranker)
}

// TestXQuAD holds success@1 per language, with the analyser chosen by itself.
func TestXQuAD(t *testing.T) {
	for lang, want := range map[string]struct {
		analyzer string
		rate1    float64
	}{"en": {"en", .92}, "de": {"de", .88}, "zh": {"cjk", .92}, "ar": {"ar", .87}} {
		got, err := xquad(t.Context(), realdata.Path(t, "xquad/xquad."+lang+".json"), filepath.Join(t.TempDir(), lang))
		require.NoError(t, err)
		require.Equal(t, []any{240, 1190, lang, want.analyzer}, []any{got.paragraphs, got.at1.N, got.language, got.analyzer})
		require.GreaterOrEqual(t, got.rate1, want.rate1, lang)
		require.GreaterOrEqual(t, got.rate5, .96, lang)
	}
}
