package realdata_test

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ragdiag/ragdiag/lab/realdata"
)

func TestValues(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("RAGDIAG_DATA", dir)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "rows.jsonl"), []byte("{\"n\":1}\n\n{\"n\":2}\n{\"n\":3}"), 0o600))
	type row struct{ N int }
	require.Equal(t, []row{{1}, {2}, {3}}, slices.Collect(realdata.Values[row](t, "rows.jsonl")))
	for v := range realdata.Values[row](t, "rows.jsonl") {
		require.Equal(t, row{1}, v)
		break
	}
}

func TestAbsentDataSkips(t *testing.T) {
	t.Setenv("RAGDIAG_DATA", t.TempDir())
	t.Setenv("RAGDIAG_REQUIRE_DATA", "")
	var inner *testing.T
	require.True(t, t.Run("absent", func(t *testing.T) {
		inner = t
		realdata.Path(t, "no/such.jsonl")
		t.Error("it went on without the file")
	}))
	require.True(t, inner.Skipped())
}
