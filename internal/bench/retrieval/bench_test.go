package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// dataDir returns the folder of the public collections, or skips.
func dataDir(t *testing.T) string {
	t.Helper()
	dir := os.Getenv("RAGDIAG_DATA")
	if dir == "" {
		dir = filepath.Join("..", "..", "..", "..", "shared", "data")
	}
	if _, err := os.Stat(filepath.Join(dir, "vaswani")); err != nil {
		if os.Getenv("RAGDIAG_REQUIRE_DATA") == "1" {
			t.Fatalf("RAGDIAG_REQUIRE_DATA is set, and there are no collections: %v", err)
		}
		t.Skip("no collections: set RAGDIAG_DATA")
	}
	return dir
}

// TestVaswani holds the default ranker at the level that the literature gives
// for BM25 with stemming and stop words, and above what bleve calls bm25.
func TestVaswani(t *testing.T) {
	c, err := vaswani(filepath.Join(dataDir(t), "vaswani"))
	require.NoError(t, err)
	require.Len(t, c.queries, 93)
	rows, err := compareRankers(t.Context(), c, filepath.Join(t.TempDir(), "index"))
	require.NoError(t, err)
	require.GreaterOrEqual(t, rows[0].mean[0], .27, "AP of %s", rows[0].ranker)
	require.Positive(t, rows[2].behind[0].Interval.Lo, "exact − %s: AP", rows[2].ranker)
}

// TestXQuAD holds success@1 per language, with the analyser chosen by itself.
func TestXQuAD(t *testing.T) {
	dir := dataDir(t)
	for lang, want := range map[string]struct {
		analyzer string
		rate1    float64
	}{"en": {"en", .92}, "de": {"de", .88}, "zh": {"cjk", .92}, "ar": {"ar", .87}} {
		got, err := xquad(t.Context(), filepath.Join(dir, "xquad", "xquad."+lang+".json"), filepath.Join(t.TempDir(), lang))
		require.NoError(t, err)
		require.Equal(t, []any{240, 1190, lang, want.analyzer}, []any{got.paragraphs, got.at1.N, got.language, got.analyzer})
		require.GreaterOrEqual(t, got.rate1, want.rate1, lang)
		require.GreaterOrEqual(t, got.rate5, .96, lang)
	}
}
