package faults

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ragdiag/ragdiag/corpus"
	"github.com/ragdiag/ragdiag/fixtures"
	"github.com/ragdiag/ragdiag/stages/retrieve/bleve"
)

// sources are the fictional worlds, indexed.
func sources(t testing.TB, names ...string) []Source {
	t.Helper()
	var out []Source
	for _, name := range names {
		docs, _, err := corpus.Open(t.Context(), filepath.Join("..", "..", "fixtures", "corpora", name+".jsonl"))
		require.NoError(t, err)
		dir := t.TempDir()
		_, err = bleve.Build(t.Context(), docs, dir, bleve.Options{})
		require.NoError(t, err)
		x, err := bleve.Open(dir, bleve.RankExact)
		require.NoError(t, err)
		t.Cleanup(func() { x.Close() })
		out = append(out, Source{Name: name, Records: fixtures.EvalSet(name), Index: x})
	}
	return out
}

func TestScratch(t *testing.T) {
	set, err := Build(t.Context(), sources(t, fixtures.Names()...), Options{})
	require.NoError(t, err)
	t.Log(set.Asked, set.Items, len(set.Records))
	amb := 0
	for _, k := range set.Keys {
		if k.Ambiguous {
			amb++
		}
	}
	t.Log("ambiguous", amb)
	for _, y := range set.Tallies {
		t.Logf("%+v", y)
	}
}
