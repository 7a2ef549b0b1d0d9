package metrics

import (
	"fmt"
	"math"
	"slices"
)

// WinRate is the share of comparisons won, a tie counting half. Range [0, 1].
// No comparisons: ErrEmpty.
func WinRate(wins, losses, ties int) (float64, error) {
	if wins < 0 || losses < 0 || ties < 0 {
		return 0, ErrCount
	}
	n := wins + losses + ties
	if n == 0 {
		return 0, ErrEmpty
	}
	return (float64(wins) + float64(ties)/2) / float64(n), nil
}

// Votes counts the comparisons between systems that are numbered from 0.
type Votes struct {
	Wins [][]int // Wins[i][j]: i was preferred to j
	Ties [][]int // Ties[i][j], i < j: neither was preferred
}

// NewVotes returns votes without any comparison, for n systems.
func NewVotes(n int) Votes {
	v := Votes{Wins: make([][]int, n), Ties: make([][]int, n)}
	for i := range n {
		v.Wins[i], v.Ties[i] = make([]int, n), make([]int, n)
	}
	return v
}

// Tie counts a tie between i and j, in either order.
func (v Votes) Tie(i, j int) { v.Ties[min(i, j)][max(i, j)]++ }

// ties is the number of ties between i and j, in either order.
func (v Votes) ties(i, j int) int { return v.Ties[min(i, j)][max(i, j)] }

// Strengths is a fit of the Bradley–Terry model with Davidson's (1970) ties:
// i beats j with probability s_i/d and ties with ν√(s_i s_j)/d, where
// d = s_i + s_j + ν√(s_i s_j) and log s is Log.
type Strengths struct {
	Log []float64 // one for each system; their mean is 0
	Nu  float64   // how readily ties are given; 0 if there are none
}

// The MM algorithm stops when no strength changes by more than this part of
// itself; a fit that is far from it after so many steps is refused.
const (
	strengthTolerance = 1e-13
	strengthSteps     = 100_000
	strengthRefused   = 1e-9
)

// BradleyTerry fits the strengths by maximum likelihood, with the MM algorithm
// (Hunter 2004). ErrNoStrengths if there is no finite fit: some system cannot be
// reached from another along wins and ties, or the wins all agree with one
// order whose neighbours tie, so that more extreme strengths always fit better.
func BradleyTerry(v Votes) (Strengths, error) {
	n := len(v.Wins)
	if n < 2 {
		return Strengths{}, fmt.Errorf("%w: %d systems", ErrNoStrengths, n)
	}
	if i, j, ok := v.separated(); ok {
		return Strengths{}, fmt.Errorf("%w: no chain of wins and ties leads from system %d to system %d", ErrNoStrengths, i, j)
	}
	if v.orderly() {
		return Strengths{}, fmt.Errorf("%w: the wins all agree with one order, and only ties contradict it", ErrNoStrengths)
	}
	points, ties := make([]float64, n), 0.0 // wins and half the ties
	for i := range n {
		for j := range n {
			if i != j {
				points[i] += float64(v.Wins[i][j]) + float64(v.ties(i, j))/2
				ties += float64(v.ties(i, j)) / 2
			}
		}
	}
	s := slices.Repeat([]float64{1}, n)
	nu := 0.0
	if ties > 0 {
		nu = 1
	}
	change := 1.0
	for step := 0; step < strengthSteps && change > strengthTolerance; step++ {
		change = v.improve(s, &nu, points, ties)
	}
	if change > strengthRefused {
		return Strengths{}, fmt.Errorf("%w: the fit does not settle", ErrNoStrengths)
	}
	out := Strengths{Log: make([]float64, n), Nu: nu}
	mean := 0.0
	for i := range s {
		out.Log[i] = math.Log(s[i])
		mean += out.Log[i] / float64(n)
	}
	for i := range out.Log {
		out.Log[i] -= mean
	}
	return out, nil
}

// improve takes one MM step and returns the largest relative change.
func (v Votes) improve(s []float64, nu *float64, points []float64, ties float64) float64 {
	change, tieMass, logSum := 0.0, 0.0, 0.0
	next := make([]float64, len(s))
	for i := range s {
		load := 0.0
		for j := range s {
			met := float64(v.Wins[i][j] + v.Wins[j][i] + v.ties(i, j))
			if i == j || met == 0 {
				continue
			}
			even := math.Sqrt(s[i] * s[j])
			d := s[i] + s[j] + *nu*even
			load += met * (1 + *nu/2*math.Sqrt(s[j]/s[i])) / d
			tieMass += met * even / d / 2 // each pair is met twice
		}
		next[i] = points[i] / load
		logSum += math.Log(next[i])
	}
	scale := math.Exp(-logSum / float64(len(s)))
	for i := range s {
		next[i] *= scale
		change = max(change, math.Abs(next[i]-s[i])/s[i])
	}
	copy(s, next)
	if ties > 0 {
		better := ties / tieMass
		change = max(change, math.Abs(better-*nu) / *nu)
		*nu = better
	}
	return change
}

// separated finds two systems of which the first never won from or tied with
// anyone through whom the second can be reached.
func (v Votes) separated() (int, int, bool) {
	for from := range v.Wins {
		reached := make([]bool, len(v.Wins))
		reached[from] = true
		for queue := []int{from}; len(queue) > 0; queue = queue[1:] {
			i := queue[0]
			for j := range v.Wins {
				if !reached[j] && (v.Wins[i][j] > 0 || v.ties(i, j) > 0) {
					reached[j] = true
					queue = append(queue, j)
				}
			}
		}
		if to := slices.Index(reached, false); to >= 0 {
			return from, to, true
		}
	}
	return 0, 0, false
}

// orderly reports whether there are ties and the systems can be placed on a line
// such that each win spans at least 1 and each tie at most 1. Stretching that
// line, and ν with it, then raises the likelihood for ever. It is a system of
// difference constraints, which Bellman and Ford's algorithm decides.
func (v Votes) orderly() bool {
	n, place, ties := len(v.Wins), make([]int, len(v.Wins)), false
	for round := 0; round <= n; round++ {
		moved := false
		pull := func(j, to int) {
			if place[j] > to {
				place[j], moved = to, true
			}
		}
		for i := range n {
			for j := range n {
				if v.Wins[i][j] > 0 {
					pull(j, place[i]-1)
				}
				if i != j && v.ties(i, j) > 0 {
					ties = true
					pull(j, place[i]+1)
				}
			}
		}
		if !ties {
			return false
		}
		if !moved {
			return true
		}
	}
	return false
}
