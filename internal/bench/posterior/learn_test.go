package main

import (
	"fmt"
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ragdiag/ragdiag/diagnose"
	"github.com/ragdiag/ragdiag/internal/faults"
	"github.com/ragdiag/ragdiag/trace"
)

// made up: a feature that tells two causes apart nine times in ten, a copy of
// it, and one that says nothing.
func rows(n int) []one {
	var out []one
	for i := range n {
		truth := i % 2 * 3 // query, ignore
		value := "a"
		if (truth == 3) != (i/2%10 == 0) {
			value = "b"
		}
		seen := []diagnose.Seen{{Name: "copy", Values: []string{value}, P: []float64{1}}, {Name: "tells", Values: []string{value}, P: []float64{1}}, {Name: "void", Values: []string{"x"}, P: []float64{1}}}
		out = append(out, one{
			key:   &faults.Key{ID: fmt.Sprint(i), Operator: fmt.Sprintf("op%d-%d", truth, i%3), Root: causes[truth], Cluster: fmt.Sprint("c", i%17)},
			rec:   &trace.Record{Evidence: trace.Evidence{Outcome: &trace.OutcomeEvidence{}, Retrieve: &trace.RetrieveEvidence{}}},
			seen:  diagnose.Observation{Seen: seen},
			bare:  diagnose.Diagnosis{Status: diagnose.StatusUndetermined},
			truth: truth,
		})
	}
	return out
}

// A copy of a feature must not count twice.
func TestLearnUndoesDoubleCounting(t *testing.T) {
	cases := rows(600)
	tables, err := learn(cases)
	require.NoError(t, err)
	require.Equal(t, 600, tables.Cases)
	require.InDelta(t, 1, tables.Features["copy"].Weight+tables.Features["tells"].Weight, .25)
	p := tables.Posterior(cases[2].seen) // value a
	require.Equal(t, diagnose.Query, p[0].Cause)
	require.InDelta(t, .9, p[0].P, .04)
	again, err := learn(rows(600))
	require.NoError(t, err)
	require.Equal(t, tables, again)
}

func TestLearnFromNothing(t *testing.T) {
	_, err := learn(nil)
	require.ErrorContains(t, err, "no failure")
}

func TestCurve(t *testing.T) {
	var x, y, w []float64
	for i := range 2000 {
		odds := float64(i%7) - 3
		p := 1 / (1 + math.Exp(-(.5 + .4*odds)))
		x, y, w = append(x, odds), append(y, p), append(w, 1)
	}
	c := curve(x, y, w)
	require.InDelta(t, .5, c.Bias, .01)
	require.InDelta(t, .4, c.Slope, .01)
}

// The lowest probability is taken from which on enough were right, ties
// together; too few are never enough.
func TestLowest(t *testing.T) {
	var all []guess
	for i := range 40 { // right above .6, wrong below
		p := 1 - float64(i)/40
		all = append(all, guess{p, p > .6})
	}
	p, ok := lowest(all, .75)
	require.True(t, ok)
	require.InDelta(t, .5, p, .051, "16 right ones bear four or five wrong ones at three of four")
	_, ok = lowest([]guess{{.9, false}, {.8, false}, {.8, true}}, .75)
	require.False(t, ok)
	_, ok = lowest([]guess{{.9, true}}, .75)
	require.False(t, ok, "one right one proves nothing")
	_, ok = lowest(nil, .75)
	require.False(t, ok)
}

// A cause that is wrong too often is never named, one with few guesses from the
// threshold of all, and no more than the surest of each; where what the gates
// decide is wrong too often already, nothing is.
func TestThresholds(t *testing.T) {
	byCause := map[diagnose.Cause][]guess{diagnose.Unsupported: {{.95, true}, {.2, false}}}
	for i := range 60 {
		byCause[diagnose.Ignore] = append(byCause[diagnose.Ignore], guess{1 - float64(i)/60, i%10 > 0 || i == 0})
		byCause[diagnose.Select] = append(byCause[diagnose.Select], guess{.5 - float64(i)/120, i%3 == 2})
	}
	got := thresholds(byCause, diagnose.Count{N: 400, Right: 396})
	require.NotContains(t, got, diagnose.Select, "one right of three")
	require.InDelta(t, 1-mostNamed, got[diagnose.Ignore], .02, "right all the way down, yet only the surest are named")
	require.Contains(t, got, diagnose.Unsupported)
	require.Greater(t, got[diagnose.Unsupported], .2)
	require.Empty(t, thresholds(byCause, diagnose.Count{N: 400, Right: 200}))
	require.Empty(t, thresholds(nil, diagnose.Count{}))
}

// Each part knows each cause, and no operator lies in two.
func TestParts(t *testing.T) {
	cases := rows(60)
	ops := parts(cases, 3)
	seen := map[string]map[int]bool{}
	for i := range cases {
		c := &cases[i]
		if seen[c.key.Operator] == nil {
			seen[c.key.Operator] = map[int]bool{}
		}
		seen[c.key.Operator][part(c, ops, 3)] = true
	}
	require.Len(t, seen, 6)
	for op, in := range seen {
		require.Len(t, in, 1, op)
	}
}
