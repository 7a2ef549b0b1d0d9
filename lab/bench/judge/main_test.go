package main

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// With few seeds: the interval covers about as often as it says, whatever the
// judge, and is not wider than the labels' own beyond noise.
func TestPPICovers(t *testing.T) {
	for i, s := range settings {
		runs := 200
		if s.labels < 50 {
			runs = 10 // the interval resamples each time
		}
		o, err := simulate(s, runs, uint64(i))
		require.NoError(t, err)
		require.LessOrEqual(t, o.width, 1.04*o.humans, s.name)
		require.GreaterOrEqual(t, o.covered, runs*8/10, s.name)
		if runs > 100 {
			require.GreaterOrEqual(t, o.covered, runs*90/100, s.name)
			require.LessOrEqual(t, o.covered, runs*99/100, s.name)
		}
	}
}
