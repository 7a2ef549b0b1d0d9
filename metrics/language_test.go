package metrics_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/ragdiag/ragdiag/metrics"
)

func TestLanguageModel(t *testing.T) {
	near(t, "NLL", 1)(metrics.NLL([]float64{-.5, -1.5}))
	near(t, "Perplexity of a fair coin", 2)(metrics.Perplexity([]float64{-math.Ln2, -math.Ln2, -math.Ln2}))
	near(t, "BitsPerByte", 3./4)(metrics.BitsPerByte([]float64{-math.Ln2, -2 * math.Ln2}, 4))
	near(t, "ContextGain", .75)(metrics.ContextGain([]float64{-1, -2}, []float64{-.5, -1}))
	near(t, "corpus weighs by tokens, not by texts", math.Exp(4./3))(metrics.CorpusPerplexity([][]float64{{-1, -1}, {-2}}))
	near(t, "a certain text", 1)(metrics.Perplexity([]float64{0, math.Copysign(0, -1)}))

	for _, bad := range [][]float64{{.1}, {math.NaN()}, {math.Inf(-1)}, {math.Inf(1)}} {
		_, err := metrics.NLL(bad)
		require.ErrorIs(t, err, metrics.ErrLogProb)
	}
	_, err := metrics.NLL(nil)
	require.ErrorIs(t, err, metrics.ErrNoTokens)
	_, err = metrics.CorpusPerplexity([][]float64{{}, {}})
	require.ErrorIs(t, err, metrics.ErrNoTokens)
	_, err = metrics.Perplexity([]float64{-1000})
	require.ErrorIs(t, err, metrics.ErrOverflow)
	_, err = metrics.BitsPerByte([]float64{-1}, 0)
	require.ErrorIs(t, err, metrics.ErrCount)
	_, err = metrics.ContextGain([]float64{-1}, []float64{-1, -1})
	require.ErrorIs(t, err, metrics.ErrShape)
}

func TestLanguageModelProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		lps := rapid.SliceOfN(rapid.Float64Range(-20, 0), 1, 30).Draw(t, "logprobs")
		nll, err := metrics.NLL(lps)
		require.NoError(t, err)
		twice, err := metrics.CorpusNLL([][]float64{lps, lps})
		require.NoError(t, err)
		require.InDelta(t, nll, twice, 1e-12, "a text twice has the same loss")
		cut := rapid.IntRange(0, len(lps)).Draw(t, "cut")
		parts, err := metrics.CorpusNLL([][]float64{lps[:cut], lps[cut:]})
		require.NoError(t, err)
		require.InDelta(t, nll, parts, 1e-12, "cutting a text does not change the corpus")
		bits, err := metrics.BitsPerByte(lps, 10)
		require.NoError(t, err)
		require.InDelta(t, nll*float64(len(lps))/math.Ln2/10, bits, 1e-12)
	})
}

func TestPassAtK(t *testing.T) {
	near(t, "pass@1 is the share", .3)(metrics.PassAtK(10, 3, 1))
	near(t, "fewer failures than k", 1)(metrics.PassAtK(10, 8, 3))
	near(t, "none right", 0)(metrics.PassAtK(10, 0, 10))
	near(t, "a great many samples take no time", 1-.25)(metrics.PassAtK(4e15, 2e15, 2))
	near(t, "pass^2", 3./10*2/9)(metrics.PassHatK(10, 3, 2))
	near(t, "pass^k, fewer right than k", 0)(metrics.PassHatK(10, 3, 4))
	_, err := metrics.PassAtK(5, 2, 6)
	require.ErrorIs(t, err, metrics.ErrKTooLarge)
	_, err = metrics.PassHatK(5, 6, 1)
	require.ErrorIs(t, err, metrics.ErrCount)
	_, err = metrics.PassAtK(0, 0, 1)
	require.ErrorIs(t, err, metrics.ErrCount)
	_, err = metrics.PassAtK(5, 2, 0)
	require.ErrorIs(t, err, metrics.ErrCutoff)
}

// TestPassAtKCounts draws every subset of k samples.
func TestPassAtKCounts(t *testing.T) {
	for n := 1; n <= 9; n++ {
		for c := 0; c <= n; c++ {
			for k := 1; k <= n; k++ {
				sets, some, all := 0., 0., 0.
				for set := range 1 << n { // samples 0 to c−1 are right
					size, right := 0, 0
					for i := range n {
						if set>>i&1 == 1 {
							size++
							if i < c {
								right++
							}
						}
					}
					if size == k {
						sets++
						some += float64(min(right, 1))
						all += float64(right / k)
					}
				}
				near(t, "pass@k", some/sets)(metrics.PassAtK(n, c, k))
				near(t, "pass^k", all/sets)(metrics.PassHatK(n, c, k))
			}
		}
	}
}
