package ground

import (
	"fmt"
	"strings"
	"testing"

	"github.com/ragdiag/ragdiag/stages/prepared"
	"github.com/ragdiag/ragdiag/trace"
)

// sized returns a record with n sentences in one passage, n passages, or n
// claims in the answer, all with values.
func sized(what string, n int) *trace.Record {
	rec := &trace.Record{Question: "How many pumps does the mill of Velm have?", Context: []trace.Passage{{Text: "The mill of Velm has 14 pumps."}}, Answer: &trace.Answer{Text: "The mill has 14 pumps."}}
	var b strings.Builder
	for i := range n {
		s := fmt.Sprintf("The mill of Velm has %d pumps and %d wheels since %d. ", i, i%7, 1500+i%500)
		if what == "passages" {
			rec.Context = append(rec.Context, trace.Passage{Text: s})
		}
		b.WriteString(s)
	}
	switch what {
	case "sentences":
		rec.Context = []trace.Passage{{Text: b.String()}}
	case "claims":
		rec.Answer.Text = b.String()
	}
	return rec
}

// BenchmarkSizes shows that the time for a record is in proportion to its size:
// a row of 2n takes about twice the time of the row of n.
func BenchmarkSizes(b *testing.B) {
	for _, what := range []string{"sentences", "passages", "claims"} {
		for _, n := range []int{1000, 2000, 4000, 8000} {
			b.Run(fmt.Sprintf("%s=%d", what, n), func(b *testing.B) {
				rec := sized(what, n)
				b.ReportAllocs()
				for b.Loop() {
					Examine(prepared.New(rec, nil))
				}
			})
		}
	}
}
