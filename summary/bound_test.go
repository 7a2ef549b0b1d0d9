package summary

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ragdiag/ragdiag/diagnose"
	"github.com/ragdiag/ragdiag/trace"
)

// A bound counts every wrong answer that a stage may have to answer for, and
// those before the generator only as far as sufficient contexts are used.
func TestBounds(t *testing.T) {
	b := New(Options{})
	require.Nil(t, b.Summary().Bounds)
	add := func(n int, right, enough trace.Truth, status diagnose.Status, root diagnose.Cause, set ...diagnose.Cause) {
		for range n {
			rec := &trace.Record{Evidence: trace.Evidence{Ground: &trace.GroundEvidence{Sufficient: trace.Predicate{Truth: enough}}}}
			b.Add(rec, &diagnose.Diagnosis{Status: status, Right: right, Root: diagnose.Attribution{Cause: root}, Set: set})
		}
	}
	yes, no, open := trace.Yes, trace.No, trace.TruthUnknown
	add(6, yes, yes, diagnose.StatusNotFailure, diagnose.None)
	add(2, no, yes, diagnose.StatusDiagnosed, diagnose.Ignore)
	add(4, no, no, diagnose.StatusDiagnosed, diagnose.Retrieve)
	add(1, no, no, diagnose.StatusDiagnosed, diagnose.Query)
	add(3, no, open, diagnose.StatusUndetermined, diagnose.None, diagnose.Select, diagnose.Ignore)
	add(1, no, no, diagnose.StatusDiagnosed, diagnose.CorpusGap) // no stage repairs it
	add(1, yes, yes, diagnose.StatusDiagnosed, diagnose.Cite)    // right all the same
	add(2, open, no, diagnose.StatusNotJudged, diagnose.Retrieve)
	s := b.Summary()
	require.Equal(t, 18, s.Judged)
	want := []struct {
		stage trace.Stage
		wrong int
		most  float64
	}{
		{trace.StageQuery, 1, 1. / 18 * 7 / 9}, {trace.StageRetrieve, 5, 5. / 18 * 7 / 9},
		{trace.StageRerank, 3, 3. / 18 * 7 / 9}, {trace.StageGround, 5, 5. / 18},
	}
	require.Len(t, s.Bounds, len(want))
	for i, w := range want {
		require.Equal(t, w.stage, s.Bounds[i].Stage)
		require.Equal(t, w.wrong, s.Bounds[i].Wrong.Count, w.stage)
		most, ok := s.Bounds[i].AtMost.Get()
		require.True(t, ok)
		require.InDelta(t, w.most, most, 1e-12, w.stage)
		require.Equal(t, 9, s.Bounds[i].RightIfEnough.Of)
	}
}
