package metrics_test

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ragdiag/ragdiag/metrics"
)

//go:generate go test -run TestDocumentation -update .

var update = flag.Bool("update", false, "write docs/metrics.md and golden files")

func TestDocumentation(t *testing.T) {
	path := filepath.Join("..", "docs", "metrics.md")
	if *update {
		require.NoError(t, os.WriteFile(path, []byte(metrics.Markdown()), 0o644))
	}
	page, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, metrics.Markdown(), string(page), "docs/metrics.md is not what go generate ./metrics writes")
}

func TestCatalogueIsComplete(t *testing.T) {
	text := map[string]metrics.Entry{}
	seen := map[string]bool{}
	for _, e := range metrics.Catalogue() {
		for _, field := range []string{e.Group, e.Name, e.Formula, e.Range, e.Measures, e.Not, e.Pair} {
			require.NotEmpty(t, field, "%s has an empty field", e.Name)
		}
		require.False(t, seen[e.Group+e.Name], "%s stands twice", e.Name)
		seen[e.Group+e.Name] = true
		text[e.Name] = e
	}
	require.Contains(t, text["perplexity"].Not, "no proxy for")
	require.Contains(t, text["R@k"].Not, "grounded")

	var names strings.Builder
	for _, e := range metrics.Catalogue() {
		names.WriteString(" " + strings.NewReplacer(",", "", "@k", "").Replace(e.Name) + " ")
	}
	for k := metrics.KindP; k <= metrics.KindNumRelRet; k++ {
		require.Contains(t, names.String(), " "+k.String()+" ", "%s is not described", k)
	}
	for _, m := range metrics.GroundingMeasures {
		require.Contains(t, names.String(), " "+m.Name+" ")
	}
}
