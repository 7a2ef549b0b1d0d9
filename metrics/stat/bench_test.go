package stat_test

import (
	"math/rand/v2"
	"testing"

	"github.com/ragdiag/ragdiag/metrics/stat"
)

// The floor is 400 ms on two cores for 10,000 resamples of 10,000 pairs.
func BenchmarkPairedBootstrap(b *testing.B) {
	rng := rand.New(rand.NewPCG(1, 2))
	x, y := make([]float64, 10_000), make([]float64, 10_000)
	for i := range x {
		x[i], y[i] = rng.Float64(), rng.Float64()
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := stat.PairedBootstrap(x, y, stat.BootstrapOptions{Seed: 7}); err != nil {
			b.Fatal(err)
		}
	}
}
