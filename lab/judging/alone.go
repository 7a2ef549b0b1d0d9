package judging

import (
	"context"
	"math/rand/v2"
	"slices"

	"github.com/ragdiag/ragdiag/judge"
	"github.com/ragdiag/ragdiag/metrics/stat"
	"github.com/ragdiag/ragdiag/trace"
)

// Batching compares what a judge says of items that are put together with what it
// says of the same items alone. Batches cost a fraction of single calls; this says
// what they cost in quality.
type Batching struct {
	Items  int            `json:"items"`  // of batches, asked once more alone
	Same   int            `json:"same"`   // with the same verdict
	Turned int            `json:"turned"` // with another verdict that decides, too
	Share  *stat.Interval `json:"share,omitzero"`

	Labelled   int `json:"labelled"`    // of the items
	BatchRight int `json:"batch_right"` // as the label says, put together
	AloneRight int `json:"alone_right"` // as the label says, alone
}

// The sample that is asked alone.
const (
	aloneShare = .05 // of the items of batches
	aloneLeast = 20  // items
)

// Alone asks a seeded twentieth of the items that shared a prompt with others, at
// least twenty, by themselves. First are the judgements of the batches, query by
// query; labels are those of people in the same order, or nil.
func Alone(ctx context.Context, j *judge.Judge, queries []judge.Query, first [][]trace.Judgement, labels [][]string, seed uint64, workers int) (Batching, error) {
	var b Batching
	type place struct{ query, item int }
	var all []place
	for i, q := range queries {
		for k := range q.Items {
			if len(q.Items) > 1 {
				all = append(all, place{i, k})
			}
		}
	}
	n := min(len(all), max(aloneLeast, int(aloneShare*float64(len(all))+.5)))
	order := rand.New(rand.NewPCG(seed, 11)).Perm(len(all))[:n]
	slices.Sort(order)
	asked := make([]judge.Query, n)
	for i, at := range order {
		asked[i] = queries[all[at].query]
		asked[i].Items = asked[i].Items[all[at].item : all[at].item+1]
	}
	said, err := j.AskAll(ctx, asked, workers)
	if err != nil {
		return b, err
	}
	for i, at := range order {
		p := all[at]
		together, alone := first[p.query][p.item], said[i][0]
		b.Items++
		switch {
		case word(together) == word(alone):
			b.Same++
		case decided(together) && decided(alone):
			b.Turned++
		}
		if labels == nil {
			continue
		}
		b.Labelled++
		if word(together) == labels[p.query][p.item] {
			b.BatchRight++
		}
		if word(alone) == labels[p.query][p.item] {
			b.AloneRight++
		}
	}
	b.Share = interval(b.Same, b.Items)
	return b, nil
}
