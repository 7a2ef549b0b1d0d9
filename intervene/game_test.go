package intervene

import (
	"math/bits"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ragdiag/ragdiag/trace"
)

func randomGame(rng *rand.Rand, n int) Game {
	g := Game{fourStages[:n], make([]float64, 1<<n)}
	for c := range g.V {
		g.V[c] = float64(rng.IntN(5)) / 4 // ties are common
	}
	return g
}

// bruteShapley walks through every order.
func bruteShapley(g Game) []float64 {
	n := len(g.Players)
	out := make([]float64, n)
	var walk func(c int)
	walk = func(c int) {
		if c == 1<<n-1 {
			return
		}
		for i := range n {
			if c>>i&1 == 0 {
				left := 1.
				for k := 2; k < n-bits.OnesCount(uint(c)); k++ {
					left *= float64(k)
				}
				out[i] += left * (g.V[c|1<<i] - g.V[c])
				walk(c | 1<<i)
			}
		}
	}
	walk(0)
	total := 1.
	for k := 2; k <= n; k++ {
		total *= float64(k)
	}
	for i := range out {
		out[i] /= total
	}
	return out
}

func TestShapley(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	for range 300 {
		n := 1 + rng.IntN(4)
		g := randomGame(rng, n)
		phi := g.Shapley()
		require.InDeltaSlice(t, bruteShapley(g), phi, 1e-12)
		sum := 0.
		for _, x := range phi {
			sum += x
		}
		require.InDelta(t, g.V[len(g.V)-1]-g.V[0], sum, 1e-12, "efficiency")
	}
}

func TestShapleyDummyAndSymmetry(t *testing.T) {
	rng := rand.New(rand.NewPCG(2, 2))
	for range 100 {
		g := randomGame(rng, 4)
		d := rng.IntN(4)
		for c := range g.V { // player d changes nothing
			g.V[c] = g.V[c&^(1<<d)]
		}
		require.InDelta(t, 0, g.Shapley()[d], 1e-12, "dummy")
		require.Zero(t, g.FirstIn(d))
		require.Zero(t, g.LastIn(d))
		require.Zero(t, g.Responsibility(.5)[d])

		g = randomGame(rng, 4)
		for c := range g.V { // players 1 and 2 are alike
			if c>>1&1 == 1 && c>>2&1 == 0 {
				g.V[c] = g.V[c&^2|4]
			}
		}
		phi := g.Shapley()
		require.InDelta(t, phi[1], phi[2], 1e-12, "symmetry")
		require.Equal(t, g.Responsibility(.5)[1], g.Responsibility(.5)[2])
	}
}

// bruteResponsibility and bruteFix follow the definitions word by word.
func bruteResponsibility(g Game, tau float64, i int) float64 {
	least := -1
	for gamma := range g.V {
		if gamma>>i&1 == 0 && g.V[gamma] < tau && tau <= g.V[gamma|1<<i] {
			if k := bits.OnesCount(uint(gamma)); least < 0 || k < least {
				least = k
			}
		}
	}
	if least < 0 {
		return 0
	}
	return 1 / float64(1+least)
}

func bruteFix(g Game, tau float64) []int {
	for i := range g.Players {
		if g.V[1<<i] >= tau {
			return []int{i}
		}
	}
	var repairing [][]int
	for c := range g.V {
		if g.V[c] >= tau {
			var set []int
			for i := range g.Players {
				if c>>i&1 == 1 {
					set = append(set, i)
				}
			}
			repairing = append(repairing, set)
		}
	}
	slices.SortFunc(repairing, func(a, b []int) int {
		if len(a) != len(b) {
			return len(a) - len(b)
		}
		return slices.Compare(a, b)
	})
	if repairing == nil {
		return nil
	}
	return repairing[0]
}

func TestResponsibilityAndFirstFix(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 3))
	for range 500 {
		g := randomGame(rng, 1+rng.IntN(4))
		tau := float64(1+rng.IntN(4)) / 4
		if g.V[0] >= tau {
			require.Zero(t, g.FirstFix(tau))
			continue
		}
		rho := g.Responsibility(tau)
		for i := range g.Players {
			require.Equal(t, bruteResponsibility(g, tau, i), rho[i])
		}
		var set []int
		for i := range g.Players {
			if g.FirstFix(tau).Has(i) {
				set = append(set, i)
			}
		}
		require.Equal(t, bruteFix(g, tau), set, "%v at %v", g.V, tau)
	}
}

// What is not known must never be taken for known: a first fix is named only if
// every completion names it.
func TestWinsNeverGuess(t *testing.T) {
	rng := rand.New(rand.NewPCG(4, 4))
	named := 0
	for range 400 {
		truth := randomGame(rng, 3)
		w := wins{truth.Players, make([]trace.Truth, len(truth.V))}
		for c := range truth.V { // monotone, as repairs of single answers are taken to be
			truth.V[c] = float64(rng.IntN(2))
			for i := range 3 {
				if less := c &^ (1 << i); less != c {
					truth.V[c] = max(truth.V[c], truth.V[less])
				}
			}
		}
		truth.V[0] = 0
		for c := range truth.V {
			if c > 0 && rng.IntN(3) == 0 {
				continue
			}
			w.v[c] = trace.No
			if truth.V[c] == 1 {
				w.v[c] = trace.Yes
			}
		}
		if fix, ok := w.firstFix(); ok {
			named++
			require.Equal(t, truth.FirstFix(1), fix)
		}
		for i, r := range w.responsibility() {
			if r >= 0 {
				require.Equal(t, truth.Responsibility(1)[i], r)
			}
		}
	}
	require.Greater(t, named, 100)
}
