package main

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ragdiag/ragdiag/claim"
	"github.com/ragdiag/ragdiag/lab/verifier"
)

// madeRows are rows of 40 groups in which more of every feature speaks for
// support, and nothing else does.
func madeRows() []verifier.Row {
	rng := rand.New(rand.NewPCG(1, 1))
	var rows []verifier.Row
	for g := range 40 {
		for range 5 {
			r := verifier.Row{Group: fmt.Sprint("g", g), Set: "made", Supported: rng.IntN(2) == 1}
			for j := range r.X {
				r.X[j] = rng.Float64()
			}
			if r.Supported {
				r.X[0] += 2
			}
			rows = append(rows, r)
		}
	}
	return rows
}

func TestDraw(t *testing.T) {
	rows := madeRows()
	require.Len(t, draw(rows, -1, nil), len(rows))
	one := draw(rows, 50, rand.New(rand.NewPCG(1, 0)))
	require.Len(t, one, 50)
	require.True(t, mixed(one))
	groups := map[string]bool{}
	for _, r := range one {
		groups[r.Group] = true
	}
	require.Len(t, groups, 10, "whole groups")
	require.Equal(t, one, draw(rows, 50, rand.New(rand.NewPCG(1, 0))), "the same draw for the same seed")
	require.NotEqual(t, one, draw(rows, 50, rand.New(rand.NewPCG(2, 0))))
	var yes []verifier.Row
	for _, r := range rows {
		if r.Supported {
			yes = append(yes, r)
		}
	}
	require.False(t, mixed(yes))
}

// TestLearn fits on rows that one feature tells apart: the curve must rise from
// the equal weights, which cannot know it, to nearly 1, and print the same at
// every run.
func TestLearn(t *testing.T) {
	rows := madeRows()
	part := func(k int) (train, test []verifier.Row) {
		for _, r := range rows {
			if verifier.Fold(r.Group) == k {
				test = append(test, r)
			} else {
				train = append(train, r)
			}
		}
		return train, test
	}
	var a, b strings.Builder
	require.NoError(t, learn(&a, "made", "the other folds", rows, part, 5))
	require.NoError(t, learn(&b, "made", "the other folds", rows, part, 5))
	require.Equal(t, a.String(), b.String())
	lines := strings.Split(strings.TrimSpace(a.String()), "\n")
	require.Len(t, lines, 4, a.String()) // 0, 50, 100, all
	var areas []float64
	for _, l := range lines {
		var auc float64
		_, err := fmt.Sscanf(strings.Split(l, "|")[4], " %f", &auc)
		require.NoError(t, err)
		areas = append(areas, auc)
	}
	require.Less(t, areas[0], areas[3])
	require.Greater(t, areas[3], .95)
	require.Contains(t, lines[0], "no threshold")
}

func TestClassRow(t *testing.T) {
	row := func(supported bool, margin, p, found float64) judgement {
		return judgement{Judged: verifier.Judged{Supported: supported, Margin: margin, Verdict: claim.Verdict{P: p}}, found: found}
	}
	var rows []judgement
	for i := range 5 {
		rows = append(rows, row(true, .1, .6+float64(i)/100, .2), row(false, -.1, .4, .9))
	}
	rows = append(rows, row(true, -.1, .3, .2), row(false, .1, .9, .9))
	var b strings.Builder
	classRow(&b, "s", "all", rows, func(judgement) bool { return true })
	classRow(&b, "s", "none", rows, func(judgement) bool { return false })
	classRow(&b, "s", "few", rows[:3], func(judgement) bool { return true })
	require.Equal(t, "| s | all | 12 | 0.50 | 0.694 | 0.000 | 0.17 (1 of 6) | 0.17 (1 of 6) | 1.00 |\n"+
		"| s | few | 3 | 0.67 | – | – | 0.00 (0 of 2) | 0.00 (0 of 1) | 1.00 |\n", b.String())
}
