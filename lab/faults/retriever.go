package faults

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/ragdiag/ragdiag/stages/retrieve"
	"github.com/ragdiag/ragdiag/trace"
)

// tapped is a retriever with a disturbance before and behind it.
type tapped struct {
	retrieve.Retriever
	before func(query string) string
	more   int // candidates fetched beyond the depth, for behind to choose from
	behind func([]trace.Hit) []trace.Hit
}

// Retrieve asks the sound retriever in the disturbed way.
func (t tapped) Retrieve(ctx context.Context, q string, depth int) ([]trace.Hit, error) {
	if t.before != nil {
		q = t.before(q)
	}
	hits, err := t.Retriever.Retrieve(ctx, q, depth+t.more)
	if err != nil || t.behind == nil {
		return hits, err
	}
	hits = t.behind(hits)
	return hits[:min(depth, len(hits))], nil
}

// without drops the hits that a reader may not see.
func without(hidden func(trace.Hit) bool) func([]trace.Hit) []trace.Hit {
	return func(hits []trace.Hit) []trace.Hit { return slices.DeleteFunc(hits, hidden) }
}

// shaken adds noise to the scores, the same for a passage each time, as a poor
// embedding would, and sorts again.
func shaken(seed uint64, spread float64) func([]trace.Hit) []trace.Hit {
	return func(hits []trace.Hit) []trace.Hit {
		if len(hits) == 0 {
			return hits
		}
		top, _ := hits[0].Score.Get()
		for i := range hits {
			v, _ := hits[i].Score.Get()
			hits[i].Score = trace.Known(v + spread*top*dice(seed, hits[i].ID).NormFloat64())
		}
		slices.SortStableFunc(hits, func(a, b trace.Hit) int {
			x, _ := a.Score.Get()
			y, _ := b.Score.Get()
			return cmp.Compare(y, x)
		})
		return hits
	}
}

// dropWords removes words from a query, as an index that does not know them
// would.
func dropWords(q string, words []string) string {
	kept := strings.Fields(q)
	return strings.Join(slices.DeleteFunc(kept, func(f string) bool {
		return slices.ContainsFunc(words, func(w string) bool { return holds(f, w) })
	}), " ")
}
