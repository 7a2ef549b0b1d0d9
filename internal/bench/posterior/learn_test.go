package main

import (
	"fmt"
	"math"
	"slices"
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
			seen:  diagnose.Observation{Seen: seen, Left: []diagnose.Cause{diagnose.Query, diagnose.Ignore}},
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
		all = append(all, guess{p: p, right: p > .6})
	}
	p, ok := lowest(all, .75)
	require.True(t, ok)
	require.InDelta(t, .5, p, .051, "16 right ones bear four or five wrong ones at three of four")
	_, ok = lowest([]guess{{p: .9}, {p: .8}, {p: .8, right: true}}, .75)
	require.False(t, ok)
	_, ok = lowest([]guess{{p: .9, right: true}}, .75)
	require.False(t, ok, "one right one proves nothing")
	_, ok = lowest(nil, .75)
	require.False(t, ok)
}

// guesses are what might be said at a level: one cause is right most of the time,
// one never often enough, one was guessed too rarely.
func guesses() map[diagnose.Cause][]guess {
	byCause := map[diagnose.Cause][]guess{diagnose.Unsupported: {{p: .95, right: true}, {p: .2}}}
	for i := range 60 {
		byCause[diagnose.Ignore] = append(byCause[diagnose.Ignore], guess{p: 1 - float64(i)/60, right: i < 30 || i%3 > 0})
		byCause[diagnose.Select] = append(byCause[diagnose.Select], guess{p: .5 - float64(i)/120, right: i%3 == 2})
	}
	return byCause
}

// All causes are named from the same posterior on, but for one that is wrong too
// often, or too rare to tell; where too much of what is decided is wrong the
// posterior asked for rises, and in the end nothing is named.
func TestThresholds(t *testing.T) {
	good := diagnose.Count{N: 400, Right: 396}
	got := thresholds(guesses(), good, 30)
	require.Equal(t, map[diagnose.Cause]float64{diagnose.Ignore: .3}, got)
	require.Equal(t, .7, thresholds(guesses(), good, 70)[diagnose.Ignore])
	tight := thresholds(guesses(), diagnose.Count{N: 100, Right: 78}, 0)
	require.Greater(t, tight[diagnose.Ignore], .1, "the gates leave room for few wrong ones")
	require.Empty(t, thresholds(guesses(), diagnose.Count{N: 400, Right: 200}, 0))
	require.Empty(t, thresholds(nil, diagnose.Count{}, 0))
}

// What undecidable cases there are, enough of them stay open.
func TestChosen(t *testing.T) {
	byCause := guesses()
	for i := range 40 {
		byCause[diagnose.Ignore] = append(byCause[diagnose.Ignore], guess{p: 1 - float64(i)/40, right: true, undecidable: true})
	}
	said := map[string]map[diagnose.Cause][]guess{"level": byCause}
	decided := map[string]diagnose.Count{"level": {N: 400, Right: 396}}
	got := chosen(said, decided, diagnose.Count{N: 100, Right: 100})["level"][diagnose.Ignore]
	require.InDelta(t, .56, got, .01, "18 of 100 may be named")
	require.Less(t, chosen(said, decided, diagnose.Count{N: 1000, Right: 1000})["level"][diagnose.Ignore], .1)
	require.Empty(t, chosen(said, decided, diagnose.Count{N: 100, Right: 70}), "the gates alone name too many")
}

// What a cause is decides what its kin look like: a loss in selection tells
// nothing else about the prompt than a miss does, and an invention nothing at all.
func TestTied(t *testing.T) {
	row := func(cause diagnose.Cause, n float64) []float64 {
		counts := make([]float64, len(causes))
		counts[slices.Index(causes, cause)] = n
		return counts
	}
	p := map[string][]float64{"little": row(diagnose.Retrieve, 8), "most": row(diagnose.Ignore, 8)}
	tie("asked/prompt", p)
	smooth(p)
	mix("asked/prompt", p)
	at := func(value string, c diagnose.Cause) float64 { return p[value][slices.Index(causes, c)] }
	require.Equal(t, at("little", diagnose.Retrieve), at("little", diagnose.Select))
	require.InDelta(t, .9, at("little", diagnose.Query), 1e-9)
	require.InDelta(t, .1, at("little", diagnose.Ignore), 1e-9)
	require.InDelta(t, .5, at("little", diagnose.Unsupported), 1e-9)
	for name, kin := range tied {
		for _, c := range kin {
			require.Contains(t, causes, c, name)
		}
	}
}

// How many faults of a cause were injected does not count, but for faulty
// references; within a miss it does.
func TestEven(t *testing.T) {
	p := even([]float64{9, 29, 4, 99, 0, 9}) // query, retrieve, select, ignore, unsupported, gold label
	sum := 0.
	for _, v := range p {
		sum += v
	}
	require.InDelta(t, 1, sum, 1e-3)
	require.InDelta(t, p[2], p[3], 1e-9)
	require.InDelta(t, p[2], p[0]+p[1], 1e-3)
	require.InDelta(t, 3*p[0], p[1], 1e-3)
	require.InDelta(t, 10./156, p[5], 1e-3)
}

// At each level each cause counts alike, and each operator of it.
func TestShares(t *testing.T) {
	all := rows(60)[:45]
	byOp, byCause, sum := map[string]float64{}, map[int]float64{}, 0.
	for i, s := range shares(all) {
		byOp[all[i].key.Operator] += s
		byCause[all[i].truth] += s
		sum += s
	}
	require.InDelta(t, float64(len(all)), sum, 1e-9)
	require.InDelta(t, byCause[0], byCause[3], 1e-9)
	require.InDelta(t, byOp["op0-0"], byOp["op0-2"], 1e-9)
}

// Views that show the same are one look.
func TestFailuresOnce(t *testing.T) {
	all := rows(4)
	all = append(all, all[0])
	all[4].view = "another"
	require.Len(t, failures(all), 4)
	all[4].seen.Level.Context = true
	require.Len(t, failures(all), 5)
}

// No operator lies in two parts, and each part knows each cause.
func TestByOperator(t *testing.T) {
	cases := rows(60)
	for _, n := range []int{0, 2, 3} {
		s := byOperator(cases, n)
		seen, in := map[string]map[int]bool{}, map[int]map[int]bool{}
		for i := range cases {
			c := &cases[i]
			p := s.part(c)
			if seen[c.key.Operator] == nil {
				seen[c.key.Operator] = map[int]bool{}
			}
			seen[c.key.Operator][p] = true
			if in[p] == nil {
				in[p] = map[int]bool{}
			}
			in[p][c.truth] = true
		}
		require.Len(t, seen, 6)
		for op, parts := range seen {
			require.Len(t, parts, 1, op)
		}
		require.Len(t, in, s.n)
		if n > 0 {
			for p, causes := range in {
				require.Len(t, causes, 2, p)
			}
		}
	}
}

// The only operator of a cause cannot be left out: its documents are.
func TestOnlyOperator(t *testing.T) {
	cases := rows(60)
	for i := range cases {
		if cases[i].truth == 0 {
			cases[i].key.Operator = "only"
		}
	}
	s := byOperator(cases, 0)
	parts := map[int]bool{}
	for i := range cases {
		if cases[i].truth == 0 {
			parts[s.part(&cases[i])] = true
		}
	}
	require.Greater(t, len(parts), 1)
}
