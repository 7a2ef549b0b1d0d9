package pipeline_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/ragdiag/ragdiag/pipeline"
	"github.com/ragdiag/ragdiag/trace"
)

// words draws n words of a vocabulary in which, as in prose, few words make up
// most of the text.
func words(r *rand.Rand, n int) string {
	common := strings.Fields("the of and to in a is that for it was on are as with by this be at from or which")
	var b strings.Builder
	for i := range n {
		switch {
		case i > 0 && i%12 == 0:
			b.WriteString(". The")
		case r.IntN(2) == 0:
			b.WriteString(" " + common[r.IntN(len(common))])
		case r.IntN(40) == 0:
			fmt.Fprintf(&b, " %d", r.IntN(2000))
		default:
			fmt.Fprintf(&b, " w%s%s", string(rune('a'+r.IntN(26))), string(rune('a'+int(r.ExpFloat64()*6)%26)))
		}
	}
	return strings.TrimSpace(b.String()) + "."
}

// bigRecord is a record of 10 passages of 100 words, 10 candidates, and an
// answer of three claims of which one is invented.
func bigRecord(i int) *trace.Record {
	r := rand.New(rand.NewPCG(7, uint64(i)))
	rec := &trace.Record{ID: fmt.Sprint("r", i), Question: words(r, 10)}
	for j := range 10 {
		id, text := fmt.Sprintf("d%d#%d", i, j), words(r, 100)
		rec.Candidates = append(rec.Candidates, trace.Hit{ID: id, Text: text, Score: trace.Known(float64(10 - j))})
		rec.Context = append(rec.Context, trace.Passage{ID: id, Text: text})
	}
	first := strings.SplitAfter(rec.Context[3].Text, ". ")
	rec.Answer = &trace.Answer{Text: first[0] + first[1] + words(r, 12)}
	rec.Gold = &trace.Gold{Answers: []string{words(r, 8)}, Evidence: []trace.EvidenceSet{{{ID: rec.Context[3].ID}}}}
	return rec
}

// BenchmarkDiagnose examines and diagnoses records offline with all processors,
// from memory. The bound to hold on two cores is 2,000 records a second.
func BenchmarkDiagnose(b *testing.B) {
	records := make([]*trace.Record, 500)
	for i := range records {
		records[i] = bigRecord(i)
	}
	p, err := pipeline.New(pipeline.Options{})
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	n := 0
	for b.Loop() {
		for res := range p.Diagnose(b.Context(), func(yield func(*trace.Record, error) bool) {
			for _, rec := range records {
				rec.Evidence = trace.Evidence{}
				if !yield(rec, nil) {
					return
				}
			}
		}) {
			if res.Err != nil {
				b.Fatal(res.Err)
			}
			n++
		}
	}
	b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "records/s")
}
