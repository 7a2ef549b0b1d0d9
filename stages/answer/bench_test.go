package answer

import (
	"strings"
	"testing"

	"github.com/ragdiag/ragdiag/stages/prepared"
	"github.com/ragdiag/ragdiag/trace"
)

// BenchmarkExamine is one record with a prepared context of 10 passages of 100
// words and an answer of three sentences.
func BenchmarkExamine(b *testing.B) {
	rec := record("When did the Halden mill open?", "The Halden mill was opened in 1921 by Ann Ott [1]. It produced paper for the county [2]. Its wheel turned about 1,200 times an hour.", "1911")
	rec.Gold.Evidence = []trace.EvidenceSet{{{ID: "p3"}}}
	for i := range 10 {
		rec.Context = append(rec.Context, trace.Passage{ID: "p" + string(rune('0'+i)), Text: strings.Repeat("The Halden mill was opened in 1911 by the engineer Ann Ott and produced paper for the whole county. ", 6)})
	}
	r := prepared.New(rec, nil)
	r.Context()
	b.ReportAllocs()
	for b.Loop() {
		if !Examine(r).Bad.IsYes() {
			b.Fatal("not bad")
		}
	}
}
