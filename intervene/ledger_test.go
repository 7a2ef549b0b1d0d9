package intervene

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestLedgerSurvivesACrash(t *testing.T) {
	path := filepath.Join(t.TempDir(), "calls.jsonl")
	l, err := OpenLedger(path)
	require.NoError(t, err)
	require.NoError(t, l.keep(Entry{ID: "q1", Key: "k", Replicate: 1, Text: "a"}))
	require.NoError(t, l.Close())
	f, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0)
	require.NoError(t, err)
	_, err = f.WriteString(`{"id":"q2","key":"k","te`) // torn by the crash
	require.NoError(t, err)
	require.NoError(t, f.Close())
	l, err = OpenLedger(path)
	require.NoError(t, err)
	got, ok := l.find("q1", "k", 1)
	require.True(t, ok)
	require.Equal(t, "a", got.Text)
	_, ok = l.find("q2", "k", 0)
	require.False(t, ok)
	require.NoError(t, l.keep(Entry{ID: "q2", Key: "k", Text: "b"}))
	require.NoError(t, l.Close())
	l, err = OpenLedger(path)
	require.NoError(t, err)
	_, ok = l.find("q2", "k", 0)
	require.True(t, ok, "what is written after a torn line can be read")
	require.NoError(t, l.Close())

	require.NoError(t, os.WriteFile(path, []byte("nonsense\n{}\n"), 0o600))
	_, err = OpenLedger(path)
	require.ErrorContains(t, err, "calls.jsonl:1:")
}

// Settled, a ledger has the same bytes whichever reply came first, and can be
// gone on with.
func TestLedgerSettles(t *testing.T) {
	entries := []Entry{{ID: "q2", Key: "k", Text: "a"}, {ID: "q1", Key: "l", Text: "b"}, {ID: "q1", Key: "k", Replicate: 1, Text: "c"}, {ID: "q1", Key: "k", Text: "d"}}
	var files []string
	for _, order := range [][]int{{0, 1, 2, 3}, {3, 1, 0, 2}} {
		path := filepath.Join(t.TempDir(), "calls.jsonl")
		l, err := OpenLedger(path)
		require.NoError(t, err)
		for _, i := range order {
			require.NoError(t, l.keep(entries[i]))
		}
		require.NoError(t, l.Settle())
		require.NoError(t, l.Close())
		b, err := os.ReadFile(path)
		require.NoError(t, err)
		files = append(files, string(b))
		l, err = OpenLedger(path)
		require.NoError(t, err)
		require.Len(t, l.have, len(entries))
		require.NoError(t, l.keep(Entry{ID: "q3"}))
		require.NoError(t, l.Close())
	}
	require.Equal(t, files[0], files[1])
	require.Contains(t, files[0], `{"id":"q1","arm":"","key":"k","replicate":0,"text":"d"}`+"\n"+`{"id":"q1","arm":"","key":"k","replicate":1`)
}
