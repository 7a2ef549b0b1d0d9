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

// Differences off any grid, so that signs are drawn.
func BenchmarkSignFlipMonteCarlo(b *testing.B) {
	d := normals(10_000, 1)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := stat.SignFlip(d, stat.SignFlipOptions{Seed: 7}); err != nil {
			b.Fatal(err)
		}
	}
}

// 500 scores of two decimals, counted exactly.
func BenchmarkSignFlipCounting(b *testing.B) {
	d := normals(500, 1)
	for i := range d {
		d[i] = float64(int(100*d[i])) / 100
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := stat.SignFlip(d, stat.SignFlipOptions{}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkClopperPearson(b *testing.B) {
	for b.Loop() {
		if _, err := stat.ClopperPearson(810, 2630, 0.95); err != nil {
			b.Fatal(err)
		}
	}
}
