package judging

import (
	"context"
	"math/rand/v2"
	"slices"

	"github.com/ragdiag/ragdiag/judge"
	"github.com/ragdiag/ragdiag/metrics/stat"
	"github.com/ragdiag/ragdiag/trace"
)

// Stability says how often a judge says the same again.
type Stability struct {
	Repeated  int            `json:"repeated"` // items asked three times
	Same      int            `json:"same"`     // with the same verdict each time
	Share     *stat.Interval `json:"share,omitzero"`
	Reordered int            `json:"reordered"` // items asked in another order of the batch
	SameOrder int            `json:"same_order"`
	Order     *stat.Interval `json:"order,omitzero"`
}

// The sample that is asked again.
const (
	repeatShare = .05 // of the queries
	repeatLeast = 5   // queries
	repeats     = 3   // draws of each
)

// Repeat asks a seeded twentieth of the queries, at least five, three times,
// and once more with their items in another order. First are the judgements of
// the first draw, query by query.
func Repeat(ctx context.Context, j *judge.Judge, queries []judge.Query, first [][]trace.Judgement, seed uint64) (Stability, error) {
	var s Stability
	order := rand.New(rand.NewPCG(seed, 5)).Perm(len(queries))
	n := min(len(queries), max(repeatLeast, int(repeatShare*float64(len(queries))+.5)))
	picked := order[:n]
	slices.Sort(picked)
	for _, i := range picked {
		q := queries[i]
		draws := [][]trace.Judgement{first[i]}
		for r := 1; r < repeats; r++ {
			q.Replicate = r
			got, _, err := j.Ask(ctx, q)
			if err != nil {
				return s, err
			}
			draws = append(draws, got)
		}
		for k := range q.Items {
			s.Repeated++
			if !slices.ContainsFunc(draws, func(d []trace.Judgement) bool { return word(d[k]) != word(draws[0][k]) }) {
				s.Same++
			}
		}
		if len(q.Items) < 2 {
			continue
		}
		q.Replicate, q.Shuffle = 0, q.Shuffle+seed+1
		got, _, err := j.Ask(ctx, q)
		if err != nil {
			return s, err
		}
		for k := range q.Items {
			s.Reordered++
			if word(got[k]) == word(first[i][k]) {
				s.SameOrder++
			}
		}
	}
	s.Share, s.Order = interval(s.Same, s.Repeated), interval(s.SameOrder, s.Reordered)
	return s, nil
}

// interval is the interval of a share; nil without items.
func interval(k, n int) *stat.Interval {
	iv, err := stat.Proportion(k, n)
	if err != nil {
		return nil
	}
	return &iv
}

// Positions sums up preferences asked in both orders.
type Positions struct {
	Pairs      int            `json:"pairs"`      // with an outcome in both orders
	Errors     int            `json:"errors"`     // without
	Consistent int            `json:"consistent"` // the same winner, or a tie, in both
	Share      *stat.Interval `json:"share,omitzero"`
	First      int            `json:"first"`         // pairs in which the first position won both times
	Second     int            `json:"second"`        // … the second
	Bias       *stat.Interval `json:"bias,omitzero"` // share of First among those two, exact (Clopper–Pearson)
}

// CountPositions counts how far verdicts follow the position.
func CountPositions(prefs []Preference) Positions {
	var p Positions
	for _, f := range prefs {
		switch {
		case f.Error != "":
			p.Errors++
			continue
		case f.Consistent:
			p.Consistent++
		case f.Slot == judge.First:
			p.First++
		case f.Slot == judge.Second:
			p.Second++
		}
		p.Pairs++
	}
	p.Share = interval(p.Consistent, p.Pairs)
	if n := p.First + p.Second; n > 0 {
		if iv, err := stat.ClopperPearson(p.First, n, stat.DefaultLevel); err == nil {
			p.Bias = &iv
		}
	}
	return p
}
