package stat_test

import (
	"math/big"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ragdiag/ragdiag/metrics/stat"
)

// Tests of a fair coin have p-values that are whole numbers over 2ⁿ: no digit of them may be wrong.
func TestFairCoinIsExact(t *testing.T) {
	for _, n := range []int{1, 2, 3, 8, 17, 40, 61, 250, 1000} {
		all := new(big.Int).Lsh(big.NewInt(1), uint(n))
		upTo := new(big.Int) // ways to have at most few
		for few := 0; 2*few <= n; few++ {
			ways := new(big.Int).Binomial(int64(n), int64(few))
			upTo.Add(upTo, ways)
			p, _ := new(big.Rat).SetFrac(new(big.Int).Lsh(upTo, 1), all).Float64()
			p = min(1, p)

			exact, err := stat.McNemar(few, n-few)
			require.NoError(t, err)
			require.Equal(t, p, exact.P, "mcnemar %d of %d", few, n)

			twice := new(big.Int).Lsh(upTo, 1)
			mid, _ := new(big.Rat).SetFrac(twice.Sub(twice, ways), all).Float64()
			if 2*few == n {
				half, _ := new(big.Rat).SetFrac(ways, all).Float64()
				mid = 1 - half/2
			}
			midP, err := stat.McNemarMidP(few, n-few)
			require.NoError(t, err)
			require.InEpsilon(t, mid, midP.P, 4e-16, "mid-p %d of %d", few, n)
		}
	}
}

func TestSignFlipNamesItsMethodInFull(t *testing.T) {
	irregular := make([]float64, 25)
	for i := range irregular {
		irregular[i] = 1 / float64(7*i+3)
	}
	for want, d := range map[string][]float64{
		"sign-flip, exact by counting":         {1, -1, 0.5},
		"sign-flip, exact by enumeration":      irregular[:5],
		"sign-flip, monte carlo of 10000":      irregular,
		"sign-flip, exact by counting, all 0":  {0, 0, 0},
		"sign-flip, exact by counting, of one": {0.25},
	} {
		test, err := stat.SignFlip(d, stat.SignFlipOptions{})
		require.NoError(t, err)
		require.Contains(t, want, test.Method)
		require.Contains(t, test.Method, "sign-flip, ")
	}
}
