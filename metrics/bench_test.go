package metrics_test

import (
	"testing"

	"github.com/ragdiag/ragdiag/metrics"
)

// The pairs are of the length of SQuAD's answers and predictions.
var benchPairs = []struct {
	prediction string
	references []string
}{
	{"the Denver Broncos", []string{"Denver Broncos"}},
	{"in Santa Clara, California", []string{"Levi's Stadium in the San Francisco Bay Area at Santa Clara, California."}},
	{"gold", []string{"gold"}},
	{"February 7, 2016", []string{"February 7, 2016"}},
	{"about three and a half years before the war had ended", []string{"three years before the end of the war"}},
}

func BenchmarkF1(b *testing.B) {
	b.ReportAllocs()
	n := 0
	for b.Loop() {
		p := benchPairs[n%len(benchPairs)]
		if _, err := metrics.SQuAD2.F1(p.prediction, p.references); err != nil {
			b.Fatal(err)
		}
		n++
	}
	b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "pairs/s")
}

func BenchmarkRougeL(b *testing.B) {
	b.ReportAllocs()
	n := 0
	for b.Loop() {
		p := benchPairs[n%len(benchPairs)]
		if _, err := metrics.Rouge(metrics.RougeL, p.prediction, p.references, metrics.RougeOptions{Stem: true}); err != nil {
			b.Fatal(err)
		}
		n++
	}
	b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "pairs/s")
}
