package main

import (
	"cmp"
	"math"
	"slices"

	"github.com/ragdiag/ragdiag/diagnose"
	"github.com/ragdiag/ragdiag/internal/faults"
)

// What is asked of causes that are named by their odds, all of it among faults
// whose operator the tables had not seen.
const (
	leastRight = .65 // share of right ones among those of each cause
	target     = .82 // share of right ones among all that is decided at a level
	leastOpen  = .82 // share of the undecidable cases, whatever they lack, that stays open
	fewest     = 10  // guesses of a cause from which anything is concluded
	fewestOps  = 3   // operators of a cause from which others of it can be told
)

// nameable are the causes that may be named by their odds. Calling gold wrong
// needs evidence.
var nameable = []diagnose.Cause{diagnose.Retrieve, diagnose.Select, diagnose.Ignore, diagnose.Unsupported}

// name chooses, for each level and each cause, the lowest posterior at which a
// cause that the gates leave open is named: the one from which on it was right
// often enough among faults whose operator the tables had not seen. The verdicts
// are those of the procedure itself, asked to name what it can.
func (x *crossed) name(t *diagnose.Tables, held []*diagnose.Tables, out split, cases []one) {
	params := diagnose.DefaultParams()
	for _, h := range held {
		h.Temperature, h.Quantile, h.Both = t.Temperature, t.Quantile, t.Both
		h.Named, h.Guessed = map[string]map[diagnose.Cause]float64{}, map[string]diagnose.Count{}
		for _, c := range x.rows {
			level := c.seen.Level.String()
			if h.Named[level] != nil {
				continue
			}
			h.Named[level] = map[diagnose.Cause]float64{}
			for _, c := range causes {
				h.Named[level][c.Coarse()] = 1e-9
			}
			h.Guessed[level] = diagnose.Count{N: 1e9, Right: 1e9} // as sure as the odds are
		}
		for name, f := range h.Features {
			f.Weight = t.Features[name].Weight
			h.Features[name] = f
		}
	}
	ops := operators(x.rows)
	said := map[string]map[diagnose.Cause][]guess{}
	for _, c := range x.rows {
		d := held[out.part(&c)].Classify(c.rec, params)
		if d.Basis != diagnose.ByPosterior {
			continue
		}
		level, root := c.seen.Level.String(), d.Root.Cause.Coarse()
		if said[level] == nil {
			said[level] = map[diagnose.Cause][]guess{}
		}
		if ops[root] < fewestOps {
			continue
		}
		said[level][root] = append(said[level][root], guess{d.P, root == causes[c.truth].Coarse(), c.key.Ambiguous})
	}
	decided := map[string]diagnose.Count{} // by the gates, of the decidable cases
	var open diagnose.Count                // by the gates, of the undecidable ones; Right: left open
	for _, c := range cases {
		p := faults.Predicted(&c.bare)
		if c.key.Ambiguous {
			open.N++
			if p.Root == faults.Undetermined {
				open.Right++
			}
			continue
		}
		if p.Root == faults.Undetermined {
			continue
		}
		level := c.seen.Level.String()
		n := decided[level]
		n.N++
		if named(c.key.Root) == coarse(p.Root) {
			n.Right++
		}
		decided[level] = n
	}
	t.Named = chosen(said, decided, open)
	t.Guessed = map[string]diagnose.Count{}
	for level, byCause := range said {
		var all diagnose.Count
		for cause, from := range t.Named[level] {
			n, _ := above(byCause[cause], from)
			all.N, all.Right = all.N+n.N, all.Right+n.Right
		}
		if all.N > 0 {
			t.Guessed[level] = all
		}
	}
}

// operators counts the operators of each cause that users see.
func operators(rows []one) map[diagnose.Cause]int {
	type kind struct {
		cause diagnose.Cause
		op    string
	}
	had := map[kind]bool{}
	n := map[diagnose.Cause]int{}
	for _, c := range rows {
		if k := (kind{causes[c.truth].Coarse(), first(c.key)}); !had[k] {
			had[k] = true
			n[k.cause]++
		}
	}
	return n
}

// chosen returns from which posterior on each cause is named at each level. It
// asks of all of them the lowest with which enough of the undecidable cases stay
// open.
func chosen(said map[string]map[diagnose.Cause][]guess, decided map[string]diagnose.Count, open diagnose.Count) map[string]map[diagnose.Cause]float64 {
	for percent := range 100 {
		out := map[string]map[diagnose.Cause]float64{}
		left := open.Right
		for level, byCause := range said {
			out[level] = thresholds(byCause, decided[level], percent)
			for cause, from := range out[level] {
				_, undecidable := above(byCause[cause], from)
				left -= undecidable
			}
		}
		if float64(left) >= leastOpen*float64(open.N) {
			return out
		}
	}
	return map[string]map[diagnose.Cause]float64{}
}

// thresholds returns from which posterior on each cause is named at a level: the
// same for all causes, so many per cent at least, and so high that enough of what
// is decided there is right, by gates and odds together. A cause that is wrong too
// often even so has a higher one, or none.
func thresholds(byCause map[diagnose.Cause][]guess, gates diagnose.Count, percent int) map[diagnose.Cause]float64 {
	for ; percent < 100; percent++ {
		out := map[diagnose.Cause]float64{}
		n, right := gates.N, gates.Right
		for _, cause := range nameable {
			own := slices.DeleteFunc(slices.Clone(byCause[cause]), func(g guess) bool { return g.undecidable })
			from, ok := lowest(own, leastRight)
			if !ok {
				continue
			}
			from = max(math.Floor(from*1e4)/1e4, float64(percent)/100)
			out[cause] = from
			c, _ := above(own, from)
			n, right = n+c.N, right+c.Right
		}
		if float64(right) >= target*float64(n) {
			return out
		}
	}
	return map[diagnose.Cause]float64{}
}

// guess is a cause that was named by its odds.
type guess struct {
	p           float64
	right       bool
	undecidable bool // the inputs leave the cause open, whatever it is
}

// above counts the guesses from a probability on: those at decidable cases, and
// how many there are at others.
func above(all []guess, from float64) (decidable diagnose.Count, undecidable int) {
	for _, g := range all {
		switch {
		case g.p < from:
		case g.undecidable:
			undecidable++
		default:
			decidable.N++
			if g.right {
				decidable.Right++
			}
		}
	}
	return decidable, undecidable
}

// lowest returns the lowest probability from which on such a share were right,
// one of each kind added; ok is false where there is none, or too few guesses.
func lowest(all []guess, share float64) (p float64, ok bool) {
	slices.SortStableFunc(all, func(a, b guess) int { return cmp.Compare(b.p, a.p) })
	right := 1.
	for i, v := range all {
		if v.right {
			right++
		}
		if ties := i+1 < len(all) && all[i+1].p == v.p; !ties && i+1 >= fewest && right/float64(i+3) >= share {
			p, ok = v.p, true
		}
	}
	return p, ok
}
