package claim

import (
	"strconv"
	"strings"
	"testing"

	"github.com/ragdiag/ragdiag/trace"
)

// benchPassages are 10 passages of 100 words about made-up mills.
func benchPassages() []string {
	towns := strings.Fields("Halden Velm Orsk Tarnby Lund Brema Kestel Marrow Quill Dunmore")
	var out []string
	for i, town := range towns {
		var b strings.Builder
		for j := range 3 {
			b.WriteString("The " + town + " mill was opened in " + []string{"1871", "1902", "1911", "1934", "1950"}[(i+j)%5] +
				" by the engineer Ann Ott and produced paper for the county. Its wheel turned about 1,200 times an hour. ")
		}
		out = append(out, b.String())
	}
	return out
}

var benchClaims = []string{
	"The Halden mill was opened in 1911 by Ann Ott and produced paper.",
	"The wheel of the Quill mill turned 1,400 times an hour.",
	"The library of Dunmore lends books to members on weekdays.",
}

func BenchmarkPrepare(b *testing.B) {
	v, passages := New(Options{}), benchPassages()
	b.ReportAllocs()
	for b.Loop() {
		v.Prepare(passages)
	}
}

func BenchmarkCheck(b *testing.B) {
	v := New(Options{})
	c := v.Prepare(benchPassages())
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		clear(c.claims) // a claim that was not seen before
		c.Check(benchClaims[i%len(benchClaims)])
		i++
	}
}

// BenchmarkRecord is what one record costs: passages prepared, an answer split,
// three claims checked.
func BenchmarkRecord(b *testing.B) {
	v := New(Options{})
	passages, answer := benchPassages(), strings.Join(benchClaims, " ")
	b.ReportAllocs()
	for b.Loop() {
		c := v.Prepare(passages)
		for _, cl := range Split(answer) {
			if c.Check(cl.Text).Support == trace.Abstain {
				continue
			}
		}
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "records/s")
}

// BenchmarkCheckIn asks one passage of n about a claim: the others cost nothing.
func BenchmarkCheckIn(b *testing.B) {
	for _, n := range []int{10, 1000, 10000} {
		b.Run(strconv.Itoa(n), func(b *testing.B) {
			passages := benchPassages()
			for len(passages) < n {
				passages = append(passages, "The mill of Lund number "+strconv.Itoa(len(passages))+" was opened in 1911.")
			}
			c := New(Options{}).Prepare(passages)
			i := 0
			for b.Loop() {
				c.CheckIn(benchClaims[i%len(benchClaims)], i%n)
				i++
			}
		})
	}
}
