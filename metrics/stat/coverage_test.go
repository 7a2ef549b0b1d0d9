package stat_test

import (
	"math"
	"math/rand/v2"
	"runtime"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ragdiag/ragdiag/metrics/stat"
)

// Coverage of the 95 % intervals for a share, computed exactly: P(interval of k holds p) summed over k, over a grid of p.
// Mean is what a report gets on average, least is the worst p. The bands are per method: Clopper–Pearson covers too much
// by design, the others oscillate around the level and dip for p near 0 and 1.
func TestProportionCoverage(t *testing.T) {
	for _, tt := range []struct {
		name                   string
		f                      proportionMethod
		n                      int
		meanLo, meanHi, leastP float64
	}{
		{"wilson", stat.Wilson, 10, 0.945, 0.965, 0.82},
		{"wilson", stat.Wilson, 100, 0.945, 0.957, 0.83},
		{"clopper-pearson", stat.ClopperPearson, 10, 0.97, 0.995, 0.95},
		{"clopper-pearson", stat.ClopperPearson, 100, 0.96, 0.98, 0.95},
		{"jeffreys", stat.Jeffreys, 100, 0.93, 0.955, 0},
		{"jeffreys edge", stat.JeffreysEdge, 10, 0.94, 0.965, 0.86},
		{"jeffreys edge", stat.JeffreysEdge, 100, 0.94, 0.957, 0.87},
		{"default", defaultProportion, 10, 0.94, 0.965, 0.86},
		{"default", defaultProportion, 30, 0.94, 0.965, 0.87},
		{"default", defaultProportion, 100, 0.94, 0.96, 0.87},
		{"default", defaultProportion, 1000, 0.945, 0.955, 0.87},
	} {
		ivs := make([]stat.Interval, tt.n+1)
		for k := range ivs {
			var err error
			ivs[k], err = tt.f(k, tt.n, 0.95)
			require.NoError(t, err)
		}
		const steps = 1009 // prime: the grid does not sit on the lattice of k/n
		mean, least := 0.0, 1.0
		for step := 1; step < steps; step++ {
			p := float64(step) / steps
			log1, log0 := math.Log(p), math.Log1p(-p)
			covered := 0.0
			logChoose := 0.0
			for k := range ivs {
				if ivs[k].Contains(p) {
					covered += math.Exp(logChoose + float64(k)*log1 + float64(tt.n-k)*log0)
				}
				logChoose += math.Log(float64(tt.n-k) / float64(k+1))
			}
			mean += covered / (steps - 1)
			least = min(least, covered)
		}
		t.Logf("%-16s n = %4d: mean %.4f, least %.4f", tt.name, tt.n, mean, least)
		if mean < tt.meanLo || mean > tt.meanHi || least < tt.leastP-1e-9 {
			t.Errorf("%s at n = %d covers %.4f (want %.3f–%.3f), at worst %.4f (want ≥ %.2f)", tt.name, tt.n, mean, tt.meanLo, tt.meanHi, least, tt.leastP)
		}
	}
}

func defaultProportion(k, n int, _ float64) (stat.Interval, error) { return stat.Proportion(k, n) }

// covers is one simulated study: does its interval hold the truth? An interval refused (no spread, say) is no answer and is
// counted apart.
type covers func(rng *rand.Rand) (holds bool, err error)

// simulate runs the study repeatedly, each repetition with a generator of its own.
func simulate(study covers, repetitions int) (coverage, refused float64) {
	var mu sync.Mutex
	var wg sync.WaitGroup
	holds, none := 0, 0
	workers := runtime.GOMAXPROCS(0)
	for w := range workers {
		wg.Go(func() {
			h, r := 0, 0
			for i := w; i < repetitions; i += workers {
				switch ok, err := study(rand.New(rand.NewPCG(20, uint64(i)))); {
				case err != nil:
					r++
				case ok:
					h++
				}
			}
			mu.Lock()
			defer mu.Unlock()
			holds, none = holds+h, none+r
		})
	}
	wg.Wait()
	return float64(holds) / float64(repetitions-none), float64(none) / float64(repetitions)
}

// Nominal level 95 % throughout. The bands say what each method is good for, not what one would wish: the percentile
// bootstrap and the naive forms cover too little at small n, and that is why they are not the default.
func TestSimulatedCoverage(t *testing.T) {
	for _, tt := range []struct {
		name        string
		repetitions int
		lo, hi      float64
		study       covers
	}{
		{"t, normal, n = 10", 20_000, 0.945, 0.955, meanStudy(10, normalDraw, 0, viaT)},
		{"t, log-normal, n = 30", 20_000, 0.86, 0.92, meanStudy(30, logNormalDraw, math.Exp(0.5), viaT)},
		{"percentile, normal, n = 10", 10_000, 0.88, 0.92, meanStudy(10, normalDraw, 0, viaBootstrap(stat.Percentile))},
		{"bca, normal, n = 10", 10_000, 0.88, 0.92, meanStudy(10, normalDraw, 0, viaBootstrap(stat.BCa))},
		{"percentile, log-normal, n = 30", 10_000, 0.84, 0.91, meanStudy(30, logNormalDraw, math.Exp(0.5), viaBootstrap(stat.Percentile))},
		{"bca, log-normal, n = 30", 10_000, 0.86, 0.92, meanStudy(30, logNormalDraw, math.Exp(0.5), viaBootstrap(stat.BCa))},
		{"bca, score in thirds, n = 100", 4_000, 0.935, 0.96, meanStudy(100, thirdsDraw, 2./3, viaBootstrap(stat.BCa))},
		{"cluster-robust t, 12 clusters", 10_000, 0.92, 0.955, clusterStudy(12, viaClusterMean)},
		{"cluster-robust normal, 25 clusters", 10_000, 0.92, 0.955, clusterStudy(25, viaClusterMean)},
		{"cluster bootstrap, 25 clusters", 4_000, 0.91, 0.955, clusterStudy(25, viaClusterBootstrap)},
		{"clusters ignored, 25 clusters", 10_000, 0.60, 0.85, clusterStudy(25, viaItems)},
		{"two-level, 60 items, 8 seeds", 2_000, 0.89, 0.97, twoLevelStudy(60, 8)},
		{"simultaneous shares, n = 60", 10_000, 0.94, 0.985, sharesStudy(60, viaShares)},
		{"newcombe, 40 against 60", 20_000, 0.94, 0.965, newcombeStudy},
		{"newcombe paired, n = 50", 20_000, 0.94, 0.975, newcombePairedStudy},
		{"kappa, n = 100", 10_000, 0.93, 0.965, kappaStudy},
		{"delong, 30 and 40", 10_000, 0.925, 0.955, delongStudy},
		{"ppi++ t, 100 labels", 10_000, 0.935, 0.96, ppiStudy(100, stat.PPIStudent)},
		{"ppi++ normal, 100 labels", 10_000, 0.93, 0.957, ppiStudy(100, stat.PPINormal)},
		{"ppi++ t, 30 labels", 10_000, 0.92, 0.96, ppiStudy(30, stat.PPIStudent)},
		{"ppi++ bootstrap, 30 labels", 1_000, 0.89, 0.96, ppiStudy(30, stat.PPIBootstrap)},
		{"ppi++ default, 30 labels", 1_000, 0.93, 0.97, ppiStudy(30, stat.PPIAuto)},
	} {
		t.Run(tt.name, func(t *testing.T) {
			repetitions := tt.repetitions
			if testing.Short() {
				repetitions /= 5
			}
			got, refused := simulate(tt.study, repetitions)
			t.Logf("covers %.4f of %d (no interval: %.4f)", got, repetitions, refused)
			slack := 3 * math.Sqrt(got*(1-got)/float64(repetitions))
			if got < tt.lo-slack || got > tt.hi+slack {
				t.Errorf("covers %.4f, want %.3f–%.3f", got, tt.lo, tt.hi)
			}
			require.Less(t, refused, 0.02)
		})
	}
}

// Under the null a p-value must be below 0.05 in at most one case of twenty; exact tests stay under, mid-p and normal forms near.
func TestSimulatedSize(t *testing.T) {
	for _, tt := range []struct {
		name   string
		lo, hi float64
		test   func(rng *rand.Rand) (stat.Test, error)
	}{
		{"mcnemar exact, 40 items", 0.005, 0.05, nullCounts(stat.McNemar)},
		{"mcnemar mid-p, 40 items", 0.02, 0.055, nullCounts(stat.McNemarMidP)},
		{"sign-flip counted, 25 items", 0.035, 0.05, nullDifferences(25, thirdsDraw, viaSignFlip)},
		{"sign-flip sampled, 25 items", 0.04, 0.055, nullDifferences(25, normalDraw, viaSignFlip)},
		{"two proportions, 50 and 50", 0.04, 0.06, nullProportions},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, _ := simulate(func(rng *rand.Rand) (bool, error) {
				result, err := tt.test(rng)
				return result.P <= 0.05, err
			}, 10_000)
			t.Logf("rejects %.4f", got)
			slack := 3 * math.Sqrt(got*(1-got)/10_000)
			if got < tt.lo-slack || got > tt.hi+slack {
				t.Errorf("rejects a true null in %.4f of cases, want %.3f–%.3f", got, tt.lo, tt.hi)
			}
		})
	}
}
