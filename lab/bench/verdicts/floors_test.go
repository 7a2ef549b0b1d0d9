package main

import (
	"io"
	"math"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ragdiag/ragdiag/lab/realdata"
)

// TestFloors holds the figures on answers that people read: those that were asked
// for where they are reached, else a little below what was measured. The page of
// benchmarks says which.
func TestFloors(t *testing.T) {
	b := &bench{out: io.Discard, data: realdata.Dir(), cases: filepath.Join(filepath.Dir(realdata.Dir()), "cases")}
	realdata.Path(t, "natural/labels.jsonl")
	f, _, err := b.counted("records")
	require.NoError(t, err)
	of := func(k, n int) float64 { return float64(k) / float64(n) }
	t.Logf("balanced %.3f, open %.3f, called right %.3f, rights called bad %.3f, given a cause %.3f, named rightly %.3f, macro-F1 %.3f, selection %d of %d, citations %d of %d",
		f.balanced(), of(f.open, f.failures), of(f.calledRight, f.failures), of(f.rightBad, f.rights), of(f.rightNamed, f.rights), of(f.namedRight, f.named), f.f1(), f.selFound, f.selection, f.citeFound, f.citation)
	require.GreaterOrEqual(t, f.balanced(), .90)
	require.LessOrEqual(t, of(f.open, f.failures), .15)
	require.LessOrEqual(t, of(f.calledRight, f.failures), .05)
	require.LessOrEqual(t, of(f.rightBad, f.rights), .10)
	require.LessOrEqual(t, of(f.rightNamed, f.rights), .08)
	require.GreaterOrEqual(t, of(f.namedRight, f.named), .87)
	require.GreaterOrEqual(t, f.f1(), .78)
	require.GreaterOrEqual(t, f.selFound, 8)
	require.GreaterOrEqual(t, f.citeFound, 6)
	right, said := 0., 0.
	for _, s := range f.stated {
		said += s.p
		if s.right {
			right++
		}
	}
	require.LessOrEqual(t, math.Abs(said-right)/float64(len(f.stated)), .08, "stated probability and share that is right")

	full, _, err := b.counted("records_full")
	require.NoError(t, err)
	require.GreaterOrEqual(t, of(full.namedRight, full.named), .88)

	require.NoError(t, b.financeBench())
	t.Logf("filings: %+v", b.filings)
	require.GreaterOrEqual(t, b.filings.accuracy, .86)
	require.GreaterOrEqual(t, b.filings.numbers, .92)
	require.GreaterOrEqual(t, b.filings.refusals, .90)
	require.GreaterOrEqual(t, b.filings.generation, .75)
	require.LessOrEqual(t, b.filings.rightNamed, .05)
}
