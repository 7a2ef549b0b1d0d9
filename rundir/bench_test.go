package rundir

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ragdiag/ragdiag/diagnose"
	"github.com/ragdiag/ragdiag/trace"
)

// BenchmarkAppend writes records of 10 passages of 100 words, as a run does.
func BenchmarkAppend(b *testing.B) {
	rec := &trace.Record{Question: "why?", Answer: &trace.Answer{Text: strings.Repeat("word ", 40)}}
	for range 10 {
		rec.Context = append(rec.Context, trace.Passage{ID: "p", Text: strings.Repeat("word ", 100)})
	}
	r, err := Create(b.TempDir(), manifest())
	require.NoError(b, err)
	d := &diagnose.Diagnosis{Status: diagnose.StatusNotJudged, Sentence: "nothing said"}
	b.ReportAllocs()
	n := 0
	for b.Loop() {
		rec.ID = fmt.Sprint(n)
		d.ID = rec.ID
		n++
		if err := r.Append(rec, d); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "records/s")
	require.NoError(b, r.Finish(Success, "", nil))
}
