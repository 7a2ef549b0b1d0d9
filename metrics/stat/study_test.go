package stat_test

import (
	"math"
	"math/rand/v2"

	"github.com/ragdiag/ragdiag/metrics/stat"
)

// The draws and studies that the simulations of coverage and size repeat.

func normalDraw(rng *rand.Rand) float64    { return rng.NormFloat64() }
func logNormalDraw(rng *rand.Rand) float64 { return math.Exp(rng.NormFloat64()) }

// thirdsDraw is a graded score 0, ⅓, ⅔ or 1 with mean ⅔.
func thirdsDraw(rng *rand.Rand) float64 {
	return []float64{0, 1. / 3, 2. / 3, 1, 1, 1}[rng.IntN(6)]
}

func meanStudy(n int, draw func(*rand.Rand) float64, truth float64, interval func([]float64, uint64) (stat.Interval, error)) covers {
	return func(rng *rand.Rand) (bool, error) {
		xs := make([]float64, n)
		for i := range xs {
			xs[i] = draw(rng)
		}
		iv, err := interval(xs, rng.Uint64())
		return iv.Contains(truth), err
	}
}

func viaT(xs []float64, _ uint64) (stat.Interval, error) {
	est, err := stat.MeanT(xs, 0.95)
	return est.Interval, err
}

func viaBootstrap(method stat.BootstrapMethod) func([]float64, uint64) (stat.Interval, error) {
	return func(xs []float64, seed uint64) (stat.Interval, error) {
		return stat.MeanBootstrap(xs, stat.BootstrapOptions{Method: method, Resamples: 1000, Seed: seed, Workers: 1})
	}
}

// clusterStudy draws clusters of one to nine items with an intra-cluster correlation of one half.
func clusterStudy(clusters int, interval func(xs []float64, of []int, seed uint64) (stat.Interval, error)) covers {
	return func(rng *rand.Rand) (bool, error) {
		var xs []float64
		var of []int
		for c := range clusters {
			shared := rng.NormFloat64()
			for range 1 + rng.IntN(9) {
				xs, of = append(xs, shared+rng.NormFloat64()), append(of, c)
			}
		}
		iv, err := interval(xs, of, rng.Uint64())
		return iv.Contains(0), err
	}
}

func viaClusterMean(xs []float64, of []int, _ uint64) (stat.Interval, error) {
	est, err := stat.ClusterMean(xs, of, 0.95)
	return est.Interval, err
}

func viaClusterBootstrap(xs []float64, of []int, seed uint64) (stat.Interval, error) {
	return stat.ClusterBootstrap(xs, of, stat.BootstrapOptions{Resamples: 1000, Seed: seed, Workers: 1})
}

func viaItems(xs []float64, _ []int, _ uint64) (stat.Interval, error) { return viaT(xs, 0) }

func twoLevelStudy(items, seeds int) covers {
	return func(rng *rand.Rand) (bool, error) {
		effects := make([]float64, seeds)
		for j := range effects {
			effects[j] = rng.NormFloat64() / 5
		}
		y := make([][]float64, items)
		for i := range y {
			item := rng.NormFloat64()
			for j := range effects {
				y[i] = append(y[i], item+effects[j]+rng.NormFloat64())
			}
		}
		got, err := stat.TwoLevel(y, stat.BootstrapOptions{Resamples: 500, Seed: rng.Uint64(), Workers: 1})
		return got.Interval.Contains(0), err
	}
}

func sharesStudy(n int, intervals func([]int, float64) ([]stat.Interval, error)) covers {
	truth := []float64{0.4, 0.25, 0.15, 0.1, 0.05, 0.03, 0.02}
	return func(rng *rand.Rand) (bool, error) {
		counts := make([]int, len(truth))
		for range n {
			u, c := rng.Float64(), 0
			for u >= truth[c] && c < len(truth)-1 {
				u -= truth[c]
				c++
			}
			counts[c]++
		}
		ivs, err := intervals(counts, 0.95)
		for c, iv := range ivs {
			if !iv.Contains(truth[c]) {
				return false, err
			}
		}
		return true, err
	}
}

func viaShares(counts []int, level float64) ([]stat.Interval, error) {
	n := 0
	for _, c := range counts {
		n += c
	}
	return stat.Shares(counts, n, level)
}

func binomial(rng *rand.Rand, n int, p float64) (k int) {
	for range n {
		if rng.Float64() < p {
			k++
		}
	}
	return k
}

func newcombeStudy(rng *rand.Rand) (bool, error) {
	est, err := stat.Newcombe(binomial(rng, 40, 0.7), 40, binomial(rng, 60, 0.85), 60, 0.95)
	return est.Interval.Contains(0.15), err
}

func newcombePairedStudy(rng *rand.Rand) (bool, error) {
	var cells [4]int // both, only A, only B, neither: 0.55, 0.1, 0.2, 0.15
	for range 50 {
		switch u := rng.Float64(); {
		case u < 0.55:
			cells[0]++
		case u < 0.65:
			cells[1]++
		case u < 0.85:
			cells[2]++
		default:
			cells[3]++
		}
	}
	est, err := stat.NewcombePaired(cells[0], cells[1], cells[2], cells[3], 0.95)
	return est.Interval.Contains(0.1), err
}

// kappaStudy: two raters agree by intent in 60 % of the items and by chance otherwise, so κ is 0.6.
func kappaStudy(rng *rand.Rand) (bool, error) {
	table := [][]int{{0, 0, 0}, {0, 0, 0}, {0, 0, 0}}
	category := func() int { return []int{0, 0, 0, 1, 1, 2}[rng.IntN(6)] }
	for range 100 {
		a := category()
		b := a
		if rng.Float64() > 0.6 {
			b = category()
		}
		table[a][b]++
	}
	est, err := stat.Kappa(table, stat.Unweighted, 0.95)
	return est.Interval.Contains(0.6), err
}

// delongStudy: normal scores one apart, AUC Φ(1/√2).
func delongStudy(rng *rand.Rand) (bool, error) {
	scores, positive := normalsFrom(rng, 70), make([]bool, 70)
	for i := range 30 {
		positive[i] = true
		scores[i]++
	}
	est, err := stat.AUCDeLong(scores, positive, 0.95)
	return est.Interval.Contains(0.5 * math.Erfc(-0.5)), err
}

func normalsFrom(rng *rand.Rand, n int) []float64 {
	out := make([]float64, n)
	for i := range out {
		out[i] = rng.NormFloat64()
	}
	return out
}

// ppiStudy: 70 % right; the judge says so of 90 % of the right and 20 % of the wrong answers; 300 answers without label.
func ppiStudy(labels int, form stat.PPIForm) covers {
	return func(rng *rand.Rand) (bool, error) {
		item := func() (human, judge float64) {
			says := 0.2
			if rng.Float64() < 0.7 {
				human, says = 1, 0.9
			}
			if rng.Float64() < says {
				judge = 1
			}
			return human, judge
		}
		data := stat.Judged{Human: make([]float64, labels), Judge: make([]float64, labels), JudgeOnly: make([]float64, 300)}
		for i := range data.Human {
			data.Human[i], data.Judge[i] = item()
		}
		for i := range data.JudgeOnly {
			_, data.JudgeOnly[i] = item()
		}
		est, err := stat.PPIMean(data, stat.PPIOptions{Form: form, Bootstrap: stat.BootstrapOptions{Resamples: 500, Seed: rng.Uint64(), Workers: 1}})
		return est.Interval.Contains(0.7), err
	}
}

func nullCounts(test func(a, b int) (stat.Test, error)) func(*rand.Rand) (stat.Test, error) {
	return func(rng *rand.Rand) (stat.Test, error) {
		discordant := binomial(rng, 40, 0.4)
		a := binomial(rng, discordant, 0.5)
		return test(a, discordant-a)
	}
}

func nullDifferences(n int, draw func(*rand.Rand) float64, test func([]float64) (stat.Test, error)) func(*rand.Rand) (stat.Test, error) {
	return func(rng *rand.Rand) (stat.Test, error) {
		d := make([]float64, n)
		for i := range d {
			d[i] = draw(rng) - draw(rng)
		}
		return test(d)
	}
}

func viaSignFlip(d []float64) (stat.Test, error) {
	return stat.SignFlip(d, stat.SignFlipOptions{Resamples: 500, Workers: 1})
}

func nullProportions(rng *rand.Rand) (stat.Test, error) {
	return stat.TwoProportions(binomial(rng, 50, 0.6), 50, binomial(rng, 50, 0.6), 50)
}
