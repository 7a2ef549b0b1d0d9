package trec

import (
	"cmp"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestRealRuns reads the runs of real retrievers and compares each with sorting.
func TestRealRuns(t *testing.T) {
	folder := filepath.Join(cmp.Or(os.Getenv("RAGDIAG_DATA"), filepath.Join("..", "..", "..", "shared", "data")), "mtrag")
	runs, err := filepath.Glob(filepath.Join(folder, "runs", "*.trec"))
	require.NoError(t, err)
	if len(runs) == 0 {
		if os.Getenv("RAGDIAG_REQUIRE_DATA") == "1" {
			t.Fatalf("no runs in %s", folder)
		}
		t.Skipf("no runs in %s", folder)
	}
	file, err := os.Open(filepath.Join(folder, "qrels.txt"))
	require.NoError(t, err)
	qrels, err := ReadQrels("qrels.txt", file)
	require.NoError(t, err)
	require.NoError(t, file.Close())
	for _, path := range runs {
		text, err := os.ReadFile(path)
		require.NoError(t, err)
		run, err := ReadRun(t.Context(), path, func() (io.ReadCloser, error) { return os.Open(path) }, qrels, Options{})
		require.NoError(t, err)
		want := slowly(string(text), qrels)
		require.Len(t, run.Topics, len(want))
		for i := range want {
			requireTopic(t, want[i], run.Topics[i])
		}
	}
}
