package main

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ragdiag/ragdiag/lab/faults"
	"github.com/ragdiag/ragdiag/lab/realdata"
)

// data returns the folder of the data sets, or skips the test.
func data(t *testing.T, name string) string {
	if testing.Short() {
		t.Skip("scores whole data sets: run without -short")
	}
	return filepath.Dir(filepath.Dir(realdata.Path(t, name)))
}

// atLeast logs a score and holds its macro-F1.
func atLeast(t *testing.T, name string, s faults.Score, floor float64) {
	t.Helper()
	f1, ok := s.MacroF1.Get()
	require.True(t, ok, name)
	t.Logf("%s: n %d, macro-F1 %s %v, coverage %s, right where decided %s", name, s.N, s.MacroF1, s.Interval, s.Coverage, s.Decided)
	require.GreaterOrEqual(t, f1, floor, name)
}

// Real retrieval outcomes without judgements, on the conversations that the
// inference of evidence was not fitted on.
func TestNaturalFaults(t *testing.T) {
	dir := data(t, "mtrag/natural_faults.jsonl")
	m, err := readMTRAG(filepath.Join(dir, "mtrag"))
	require.NoError(t, err)
	x, err := m.index(t.Context(), t.TempDir())
	require.NoError(t, err)
	defer x.Close()
	s, err := m.score(t.Context(), x, noJudgements, 8) // a sample; the program scores all
	require.NoError(t, err)
	atLeast(t, noJudgements.name, s.fine, .50)
	decided, _ := s.fine.Decided.Get()
	require.GreaterOrEqual(t, decided, .80)
	t.Logf("of %d outcomes that cannot be decided %d are left undetermined", s.open, s.left)
	require.GreaterOrEqual(t, float64(s.left), .8*float64(s.open))

	// With nothing but a complaint about an answer that declines, nothing shows
	// whether the prompt sufficed: then no cause is named by its odds.
	s, err = m.score(t.Context(), x, onlyComplaint, 8)
	require.NoError(t, err)
	t.Logf("a complaint alone: coverage %s, right where decided %s", s.rough.Coverage, s.rough.Decided)
	if decided, ok := s.rough.Decided.Get(); ok {
		require.GreaterOrEqual(t, decided, .80)
	}
}

func TestQueryNoise(t *testing.T) {
	scores, err := noise(t.Context(), data(t, "query_noise/queries.jsonl"), t.TempDir())
	require.NoError(t, err)
	atLeast(t, scores[0].Name, scores[0].Score, .90)
}

func TestReaderFaults(t *testing.T) {
	scores, err := readers(t.Context(), data(t, "reader_faults/answers.jsonl"))
	require.NoError(t, err)
	atLeast(t, scores[0].Name, scores[0].Score, .85)
}

// A sample of the faults injected over real questions. What a view leaves open
// must stay open: without any gold nothing upstream of the answer is named.
func TestInjectedFaults(t *testing.T) {
	dir := data(t, "nq_oracle/dev.jsonl")
	set, err := breakOver(t.Context(), dir, t.TempDir(), bases[:3], faults.Options{Seed: 1, PerOperator: 6})
	require.NoError(t, err)
	v, err := faults.Validate(t.Context(), set, faults.ValidateOptions{Seed: 1})
	require.NoError(t, err)
	kept := map[string]int{}
	for _, k := range set.Keys {
		kept[k.Operator]++
	}
	for _, op := range []string{"budget", "k-cut"} { // the fixtures are too small for them
		require.NotZero(t, kept[op], "%s keeps no case", op)
	}
	floors := map[string]float64{"all, its own retriever at hand": .85, "all": .85, "no gold passages": .70}
	for _, row := range v.Grid {
		t.Logf("%s: left open %d of %d", row.View, row.Open.Hits, row.Open.N)
		require.GreaterOrEqual(t, float64(row.Open.Hits), .8*float64(row.Open.N), row.View)
		atLeast(t, row.View, row.Score, floors[row.View])
		if decided, ok := row.Score.Decided.Get(); ok {
			require.GreaterOrEqual(t, decided, .80, row.View)
		}
		if row.View == "no gold at all" {
			require.Equal(t, row.Open.N, row.Open.Hits)
		}
	}
	a := v.Scores.Ambiguous
	t.Logf("of %d undecidable cases %d are left open, %s", a.N, a.Hits, a.Share)
	require.GreaterOrEqual(t, float64(a.Hits), .80*float64(a.N))
}
