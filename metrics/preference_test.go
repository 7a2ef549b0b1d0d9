package metrics_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ragdiag/ragdiag/metrics"
)

func TestBradleyTerry(t *testing.T) {
	t.Run("two systems: odds are the ratio of wins", func(t *testing.T) {
		v := metrics.NewVotes(2)
		v.Wins[0][1], v.Wins[1][0] = 6, 2
		s, err := metrics.BradleyTerry(v)
		require.NoError(t, err)
		require.InDelta(t, math.Log(3), s.Log[0]-s.Log[1], 1e-12)
		require.Zero(t, s.Nu)
	})
	t.Run("two systems with ties: both shares are met", func(t *testing.T) {
		v := metrics.NewVotes(2)
		v.Wins[0][1], v.Wins[1][0] = 5, 2
		for range 3 {
			v.Tie(1, 0)
		}
		s, err := metrics.BradleyTerry(v)
		require.NoError(t, err)
		a, b := math.Exp(s.Log[0]), math.Exp(s.Log[1])
		d := a + b + s.Nu*math.Sqrt(a*b)
		require.InDelta(t, .5, a/d, 1e-12)
		require.InDelta(t, .3, s.Nu*math.Sqrt(a*b)/d, 1e-12)
	})
	t.Run("at the maximum, expected points are the points scored", func(t *testing.T) {
		v := metrics.NewVotes(4)
		v.Wins = [][]int{{0, 7, 3, 2}, {1, 0, 4, 0}, {2, 3, 0, 5}, {1, 0, 2, 0}}
		v.Ties[0][1], v.Ties[2][3], v.Ties[0][3] = 2, 1, 4
		s, err := metrics.BradleyTerry(v)
		require.NoError(t, err)
		wantTies, gotTies := 0., 0.
		for i := range 4 {
			want, got := 0., 0.
			for j := range 4 {
				if i == j {
					continue
				}
				a, b := math.Exp(s.Log[i]), math.Exp(s.Log[j])
				ties := v.Ties[min(i, j)][max(i, j)]
				met := float64(v.Wins[i][j] + v.Wins[j][i] + ties)
				d := a + b + s.Nu*math.Sqrt(a*b)
				want += float64(v.Wins[i][j]) + float64(ties)/2
				got += met * (a + s.Nu*math.Sqrt(a*b)/2) / d
				wantTies += float64(ties)
				gotTies += met * s.Nu * math.Sqrt(a*b) / d
			}
			require.InDelta(t, want, got, 1e-10)
		}
		require.InDelta(t, wantTies, gotTies, 1e-10)
	})
	t.Run("only ties contradict an order", func(t *testing.T) {
		v := metrics.NewVotes(2)
		v.Wins[0][1] = 1
		v.Tie(0, 1)
		_, err := metrics.BradleyTerry(v)
		require.ErrorIs(t, err, metrics.ErrNoStrengths)
		v = metrics.NewVotes(2)
		v.Tie(0, 1)
		_, err = metrics.BradleyTerry(v)
		require.ErrorIs(t, err, metrics.ErrNoStrengths, "nothing but ties")
	})
	t.Run("a tie across two wins is a contradiction, and so a fit", func(t *testing.T) {
		v := metrics.NewVotes(3)
		v.Wins[0][1], v.Wins[1][2] = 1, 1
		v.Tie(0, 2)
		s, err := metrics.BradleyTerry(v)
		require.NoError(t, err)
		require.InDelta(t, s.Log[0], -s.Log[2], 1e-9)
		require.Greater(t, s.Log[0], s.Log[1])
	})
	t.Run("one that never lost has no finite strength", func(t *testing.T) {
		v := metrics.NewVotes(3)
		v.Wins[0][1], v.Wins[1][2], v.Wins[2][1] = 3, 1, 1
		_, err := metrics.BradleyTerry(v)
		require.ErrorIs(t, err, metrics.ErrNoStrengths)
	})
}

func TestWinRate(t *testing.T) {
	v, err := metrics.WinRate(3, 1, 2)
	require.NoError(t, err)
	require.InDelta(t, 4./6, v, 1e-15)
	_, err = metrics.WinRate(0, 0, 0)
	require.ErrorIs(t, err, metrics.ErrEmpty)
}
