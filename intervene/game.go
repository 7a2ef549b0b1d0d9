package intervene

import (
	"math"
	"math/bits"
	"slices"

	"github.com/ragdiag/ragdiag/trace"
)

// Player is a stage that a game can make perfect; several stages where the
// trace cannot tell their repairs apart.
type Player []trace.Stage

// fourStages are the players where a trace tells them all apart.
var fourStages = []Player{{trace.StageQuery}, {trace.StageRetrieve}, {trace.StageRerank}, {trace.StageGround}}

// Coalition is a set of players, bit i for player i.
type Coalition uint8

// Game says what a pipeline is worth with each set of its stages made perfect:
// V has one number for each Coalition, V[0] for the pipeline as it is. The worth
// is a share of right answers, or of one answer's runs, in [0,1].
type Game struct {
	Players []Player
	V       []float64
}

// Shapley returns what each player adds on average over all orders in which the
// stages could be repaired. The values add up to V of all players minus V of
// none. Use it for a population: for one record it is mostly noise.
func (g Game) Shapley() []float64 {
	n := len(g.Players)
	out := make([]float64, n)
	for c := range g.V {
		size := bits.OnesCount(uint(c))
		for i := range n {
			if c>>i&1 == 0 {
				out[i] += orders(size, n) * (g.V[c|1<<i] - g.V[c])
			}
		}
	}
	return out
}

// orders is |T|!(n−|T|−1)!/n!: the share of orders in which the players before
// one are just those of a coalition of that size.
func orders(size, n int) float64 {
	w := 1 / float64(n)
	for k := 1; k <= size; k++ { // 1/(n·C(n−1, size))
		w *= float64(k) / float64(n-size-1+k)
	}
	return w
}

// FirstIn returns what repairing the player alone adds.
func (g Game) FirstIn(player int) float64 { return g.V[1<<player] - g.V[0] }

// LastIn returns what repairing the player adds when all others are perfect.
func (g Game) LastIn(player int) float64 {
	all := len(g.V) - 1
	return g.V[all] - g.V[all&^(1<<player)]
}

// Responsibility returns, for each player, 1/(1+k): k is the least number of
// others whose repair makes the player's the one that brings V up to tau; 0 if
// there are none (Chockler and Halpern 2004).
func (g Game) Responsibility(tau float64) []float64 {
	out := make([]float64, len(g.Players))
	for c := range g.V {
		if g.V[c] >= tau {
			continue
		}
		for i := range out {
			if c>>i&1 == 0 && g.V[c|1<<i] >= tau {
				out[i] = max(out[i], 1/float64(1+bits.OnesCount(uint(c))))
			}
		}
	}
	return out
}

// FirstFix returns the earliest player whose repair alone brings V up to tau; if
// there is none, the smallest coalition that does, the first of equals in the
// order of the players. 0 if nothing does, or nothing has to.
func (g Game) FirstFix(tau float64) Coalition {
	if g.V[0] >= tau {
		return 0
	}
	best, size := Coalition(0), math.MaxInt
	for c := range g.V {
		k := bits.OnesCount(uint(c))
		if g.V[c] < tau || k > size {
			continue
		}
		if k < size || before(c, int(best)) {
			best, size = Coalition(c), k
		}
	}
	return best
}

// before orders coalitions of one size by their players, earliest first.
func before(a, b int) bool {
	low := (a ^ b) & -(a ^ b)
	return a&low != 0
}

// Has reports whether a player is in the coalition.
func (c Coalition) Has(player int) bool { return c>>player&1 == 1 }

// Stages lists the stages of a coalition's players.
func (g Game) Stages(c Coalition) []trace.Stage {
	var out []trace.Stage
	for i, p := range g.Players {
		if c.Has(i) {
			out = append(out, p...)
		}
	}
	return out
}

// wins is a game of which it is known only in part what each coalition brings.
type wins struct {
	players []Player
	v       []trace.Truth
}

// known calls f with each game that agrees with what is known: those not known
// are once 0 and once 1. A repair that is not needed does no harm: where a
// coalition wins, a larger one is not taken to lose unless an experiment says so.
func (w wins) known(f func(Game)) {
	g := Game{w.players, make([]float64, len(w.v))}
	var open []int
	for c, t := range w.v {
		switch t {
		case trace.Yes:
			g.V[c] = 1
		case trace.TruthUnknown:
			open = append(open, c)
		}
	}
	for fill := range 1 << len(open) {
		for k, c := range open {
			g.V[c] = float64(fill >> k & 1)
		}
		consistent := true
		for _, c := range open {
			for i := range w.players {
				if less := c &^ (1 << i); less != c && g.V[c] < g.V[less] {
					consistent = false
				}
			}
		}
		if consistent {
			f(g)
		}
	}
}

// firstFix and responsibility are those of Game where all that is not known
// changes nothing. ok is false, and a responsibility −1, where it might.
func (w wins) firstFix() (fix Coalition, ok bool) {
	seen := map[Coalition]bool{}
	w.known(func(g Game) { fix = g.FirstFix(1); seen[fix] = true })
	return fix, len(seen) == 1 && fix != 0
}

func (w wins) responsibility() []float64 {
	var out []float64
	w.known(func(g Game) {
		r := g.Responsibility(1)
		if out == nil {
			out = slices.Clone(r)
		}
		for i := range r {
			if r[i] != out[i] {
				out[i] = -1
			}
		}
	})
	return out
}
