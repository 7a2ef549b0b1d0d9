package main

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"

	"github.com/spf13/cobra"

	"github.com/ragdiag/ragdiag/metrics"
	"github.com/ragdiag/ragdiag/metrics/stat"
)

const preferenceLong = `Compare systems by pairwise preferences.

Each line of FILE is {"id": …, "a": system, "b": system, "winner": "a", "b" or
"tie"}. For each pair of systems that met, in the order of the file:

  win_rate        share won by a, a tie counting half
  ci_low, ci_high 95 % interval of it; ci_method says which
  p               exact sign test of wins against losses, ties left out

and for more than two systems the Bradley–Terry model with Davidson's ties: a
row for each, strongest first, with the logarithm of its strength (mean 0) and
95 % percentile bootstrap intervals of strength and rank.

  $ ragdiag metrics preference votes.jsonl --format jsonl --precision 4
  {"a":"x","b":"y","n":20,"wins":12,"losses":5,"ties":3,"win_rate":0.6750,"ci_low":0.4750,"ci_high":0.8500,"ci_method":"bca bootstrap","p":0.1435}`

func newMetricsPreferenceCmd() *cobra.Command {
	var opt bradleyTerryOptions
	cmd := recordCommand("preference", "Win rates and Bradley–Terry strengths from pairwise votes", preferenceLong,
		func(cmd *cobra.Command, file string, s *sheet) error { return preference(cmd, file, s, opt) })
	cmd.Flags().IntVar(&opt.resamples, "resamples", 1000, "bootstrap resamples for the intervals of strengths")
	cmd.Flags().Uint64Var(&opt.seed, "seed", 0, "seed of the bootstrap")
	return cmd
}

type bradleyTerryOptions struct {
	resamples int
	seed      uint64
}

// maxSystems bounds the tables of who met whom.
const maxSystems = 1000

// vote is a comparison of two systems by number; winner is one of them, or −1.
type vote struct{ a, b, winner int }

func preference(cmd *cobra.Command, file string, s *sheet, opt bradleyTerryOptions) error {
	type record struct {
		ID     recordID `json:"id"`
		A      string   `json:"a"`
		B      string   `json:"b"`
		Winner string   `json:"winner"`
	}
	if opt.resamples < 1 {
		return usageErrorf("--resamples %d: want at least 1", opt.resamples)
	}
	var names []string
	var votes []vote
	var pairs [][2]int // in order of first appearance
	numbers, met := make(map[string]int), make(map[[2]int]bool)
	number := func(name string) int {
		i, ok := numbers[name]
		if !ok {
			i = len(names)
			numbers[name], names = i, append(names, name)
		}
		return i
	}
	err := eachRecord(cmd, file, func(r *record) recordID { return r.ID }, func(r *record) error {
		switch {
		case r.A == "" || r.B == "":
			return errors.New(`no "a" or no "b"`)
		case r.A == r.B:
			return fmt.Errorf("%q is compared with itself", r.A)
		}
		v := vote{number(r.A), number(r.B), -1}
		switch r.Winner {
		case "a":
			v.winner = v.a
		case "b":
			v.winner = v.b
		case "tie":
		default:
			return fmt.Errorf(`the winner %q is none of a, b, tie`, r.Winner)
		}
		votes = append(votes, v)
		if len(names) > maxSystems {
			return fmt.Errorf("more than %d systems are compared", maxSystems)
		}
		if unordered := [2]int{min(v.a, v.b), max(v.a, v.b)}; !met[unordered] {
			met[unordered] = true
			pairs = append(pairs, [2]int{v.a, v.b})
		}
		return nil
	})
	if err != nil {
		return err
	}
	all := count(len(names), votes)
	for _, p := range pairs {
		s.record(pairRow(names, all, p[0], p[1]), nil)
	}
	if len(names) > 2 {
		return strengths(cmd, s, names, votes, opt)
	}
	return nil
}

func count(systems int, votes []vote) metrics.Votes {
	c := metrics.NewVotes(systems)
	for _, v := range votes {
		switch v.winner {
		case v.a:
			c.Wins[v.a][v.b]++
		case v.b:
			c.Wins[v.b][v.a]++
		default:
			c.Tie(v.a, v.b)
		}
	}
	return c
}

// pairRow is the row of two systems.
func pairRow(names []string, v metrics.Votes, a, b int) row {
	wins, losses, ties := v.Wins[a][b], v.Wins[b][a], v.Ties[min(a, b)][max(a, b)]
	w, err := metrics.WinRate(wins, losses, ties)
	iv, ivErr := winInterval(wins, losses, ties)
	p := any(undefined{"all comparisons are ties"})
	if wins+losses > 0 {
		test, err := stat.McNemar(wins, losses)
		p = measured(test.P, err)
	}
	return row{
		{"a", names[a]}, {"b", names[b]}, {"n", wins + losses + ties}, {"wins", wins}, {"losses", losses}, {"ties", ties},
		{"win_rate", measured(w, err)}, {"ci_low", measured(iv.Lo, ivErr)}, {"ci_high", measured(iv.Hi, ivErr)}, {"ci_method", iv.Method}, {"p", p},
	}
}

// winInterval is the 95 % interval of a win rate: that of a share without ties,
// else w ± z√(Σ(x−w)²/(n(n−1))) with x = 1, ½ or 0, bootstrapped below 100.
func winInterval(wins, losses, ties int) (stat.Interval, error) {
	const manyVotes = 100
	n := wins + losses + ties
	xs := slices.Concat(slices.Repeat([]float64{1}, wins), slices.Repeat([]float64{0}, losses), slices.Repeat([]float64{.5}, ties))
	if ties == 0 || n < manyVotes {
		return meanInterval(xs)
	}
	mean, err := stat.MeanT(xs, stat.DefaultLevel)
	if err != nil {
		return stat.Interval{}, err
	}
	half := z95 * mean.SE
	return stat.Interval{Lo: max(mean.Value-half, 0), Hi: min(mean.Value+half, 1), Level: stat.DefaultLevel, N: n, Method: "normal"}, nil
}

const z95 = 1.959963984540054 // normal quantile of .975

// strengths prints the Bradley–Terry fit. A resample of the votes that allows no
// fit is left out of the intervals and counted.
func strengths(cmd *cobra.Command, s *sheet, names []string, votes []vote, opt bradleyTerryOptions) error {
	fit, err := metrics.BradleyTerry(count(len(names), votes))
	if err != nil {
		for _, name := range names {
			s.total(row{{"system", name}, {"strength", undefined{err.Error()}}}, nil)
		}
		return nil
	}
	rng := rand.New(rand.NewPCG(opt.seed, 0))
	logs, ranks := make([][]float64, len(names)), make([][]float64, len(names))
	draw := make([]vote, len(votes))
	failed := 0
	for range opt.resamples {
		if err := ctxErr(cmd); err != nil {
			return err
		}
		for i := range draw {
			draw[i] = votes[rng.IntN(len(votes))]
		}
		f, err := metrics.BradleyTerry(count(len(names), draw))
		if err != nil {
			failed++
			continue
		}
		for i := range names {
			logs[i] = append(logs[i], f.Log[i])
			ranks[i] = append(ranks[i], float64(rankOf(f.Log, i)))
		}
	}
	order := make([]int, len(names))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(i, j int) int { return rankOf(fit.Log, i) - rankOf(fit.Log, j) })
	for _, i := range order {
		r := row{{"system", names[i]}, {"strength", fit.Log[i]}}
		r = append(r, interval("strength", logs[i])...)
		r = append(r, entry{"rank", rankOf(fit.Log, i)})
		r = append(r, interval("rank", ranks[i])...)
		s.total(append(r, entry{"tie_parameter", fit.Nu}, entry{"resamples_without_fit", failed}), nil)
	}
	return nil
}

// rankOf is 1 plus the number of systems that are stronger.
func rankOf(logs []float64, i int) int {
	rank := 1
	for _, l := range logs {
		if l > logs[i] {
			rank++
		}
	}
	return rank
}

func interval(name string, replicates []float64) row {
	iv, err := stat.PercentileInterval(replicates, .95)
	return row{{name + "_low", measured(iv.Lo, err)}, {name + "_high", measured(iv.Hi, err)}}
}
