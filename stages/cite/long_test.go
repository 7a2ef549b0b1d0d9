package cite

import (
	"fmt"
	"strings"
	"testing"

	"github.com/ragdiag/ragdiag/claim"
	"github.com/ragdiag/ragdiag/stages/prepared"
	"github.com/ragdiag/ragdiag/trace"
)

// BenchmarkExamineLong shows that the time is linear in the length of the
// answer: in its sentences, its markers, the markers of one sentence, and the
// entries of its list of sources.
func BenchmarkExamineLong(b *testing.B) {
	answers := map[string]func(n int) string{
		"sentences": func(n int) string { return strings.Repeat("Refunds are paid by the Marmot store within 30 days. ", n) },
		"cited": func(n int) string {
			return strings.Repeat("Refunds are paid by the Marmot store within 30 days [1]. ", n)
		},
		"markers": func(n int) string { return "Refunds are paid within 30 days " + strings.Repeat("[1][2] ", n) + "." },
		"different": func(n int) string {
			var s strings.Builder
			for i := range n {
				fmt.Fprintf(&s, "Parcel %d leaves the house of clerk %d [%d].\n", i, 7*i, i%3+1)
			}
			return s.String()
		},
		"prose": func(n int) string {
			return strings.Repeat("According to document 1, refunds are paid within 30 days. ", n)
		},
		"listed": func(n int) string {
			return "Refunds are paid.\n\nSources:\n" + strings.Repeat("- [1] Refunds of the store\n", n)
		},
		"open": func(n int) string { return strings.Repeat("(\"[<{【", n) },
	}
	for _, name := range []string{"sentences", "cited", "markers", "different", "prose", "listed", "open"} {
		for _, n := range []int{5000, 10000, 20000} {
			rec := record(answers[name](n))
			rec.Context[0].Title = "Refunds of the store"
			v := claim.New(claim.Options{})
			b.Run(fmt.Sprintf("%s/%d", name, n), func(b *testing.B) {
				for b.Loop() {
					Examine(prepared.New(&trace.Record{Answer: rec.Answer, Context: rec.Context}, v))
				}
			})
		}
	}
}
