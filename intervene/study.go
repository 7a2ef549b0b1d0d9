package intervene

import (
	"cmp"
	"context"
	"fmt"
	"hash/fnv"
	"iter"
	"slices"
	"sync"

	"github.com/ragdiag/ragdiag/claim"
	"github.com/ragdiag/ragdiag/internal/match"
	"github.com/ragdiag/ragdiag/metrics/stat"
	"github.com/ragdiag/ragdiag/pipeline"
	"github.com/ragdiag/ragdiag/stages/answer"
	"github.com/ragdiag/ragdiag/stages/prepared"
	"github.com/ragdiag/ragdiag/trace"
)

// Measure is one number of a study of many records.
type Measure struct {
	Name     string         `json:"name"`
	Kind     Kind           `json:"kind"`
	N        int            `json:"n"`     // records that it rests on
	Value    trace.Value    `json:"value"` // in [0, 1], a difference in [−1, 1]
	Interval *stat.Interval `json:"interval,omitzero"`
	Primary  bool           `json:"primary,omitzero"` // the finding rests on it
}

// Kind is what sort of number a Measure is.
type Kind string

// The kinds of measures.
const (
	ShareOf     Kind = "share"
	Paired      Kind = "paired difference"    // of the same records under two prompts
	BetweenSets Kind = "difference of groups" // of different records: their questions may differ in difficulty
	MeanOf      Kind = "mean"
)

// Spent is what a study cost.
type Spent struct {
	Prompts    int  `json:"prompts"`          // different ones, times their draws
	Failed     int  `json:"failed,omitzero"`  // that got no answer
	Unasked    int  `json:"unasked,omitzero"` // left out because a limit was reached
	Paid       int  `json:"-"`                // asked for in this process; the others lay in the ledger
	Incomplete bool `json:"incomplete,omitzero"`
}

// sampleOf draws n of the records that fit, without replacement. Which ones
// depends on their IDs and the seed, not on their order, and they come in the
// order of the draw: the first m of them are a sample too. Only those n are kept
// in memory.
func sampleOf(in iter.Seq[pipeline.Result], n int, seed uint64, fits func(*pipeline.Result) bool) (picked []*trace.Record, fitting int) {
	type drawn struct {
		lot uint64
		rec *trace.Record
	}
	var best []drawn
	for res := range in {
		if res.Err != nil || res.Record == nil || !fits(&res) {
			continue
		}
		fitting++
		d := drawn{lot(res.Record.ID, seed), res.Record}
		at, _ := slices.BinarySearchFunc(best, d, func(a, b drawn) int {
			return cmp.Or(cmp.Compare(a.lot, b.lot), cmp.Compare(a.rec.ID, b.rec.ID))
		})
		if at < n {
			best = slices.Insert(best, at, d)
			best = best[:min(n, len(best))]
		}
	}
	for _, d := range best {
		picked = append(picked, d.rec)
	}
	return picked, fitting
}

func lot(id string, seed uint64) uint64 {
	h := fnv.New64a()
	fmt.Fprintf(h, "%d\x00%s", seed, id)
	x := h.Sum64() // and mixed, because similar IDs have similar sums
	x ^= x >> 33
	x *= 0xff51afd7ed558ccd
	x ^= x >> 33
	x *= 0xc4ceb9fe1a85ec53
	return x ^ x>>33
}

// outcome is what came of one draw.
type outcome struct {
	asked    bool // an answer came
	text     string
	right    trace.Truth
	declined trace.Truth
}

// prepare returns a record to examine as the recorded ones were examined.
func (r *Runner) prepare(rec *trace.Record) *prepared.Record {
	return prepared.New(rec, r.verifier)
}

// outcome judges an answer as the recorded one was judged.
func (r *Runner) outcome(rec *trace.Record, a *arm, text string) outcome {
	asked := a.request(rec)
	asked.Answer = &trace.Answer{Text: text}
	asked.Labels = nil // they are about the recorded answer
	e := answer.Examine(r.prepare(asked))
	o := outcome{asked: true, text: text, declined: e.Refusal.Truth}
	switch {
	case e.Artefact.IsYes() || e.Bad.IsNo():
		o.right = trace.Yes
	case e.Bad.IsYes():
		o.right = trace.No
	}
	return o
}

// question is one draw of one prompt.
type question struct {
	rec       *trace.Record
	arm       *arm
	replicate int
	out       *outcome
	open      bool // not asked, or to be made up by the same command
	failed    bool
}

// asks puts questions together: the same prompt of a record is asked once.
type asks struct {
	list []*question
	have map[entryKey]*outcome
}

func (q *asks) add(rec *trace.Record, a arm, replicate int) *outcome {
	key := entryKey{rec.ID, a.key, replicate}
	if o, ok := q.have[key]; ok {
		return o
	}
	o := &outcome{}
	if q.have == nil {
		q.have = map[entryKey]*outcome{}
	}
	q.have[key] = o
	q.list = append(q.list, &question{rec: rec, arm: &a, replicate: replicate, out: o})
	return o
}

// run asks everything, some at a time. A question that fails stays without an
// outcome and is counted; the error is one that every other call would meet, or
// the end of ctx. Once a limit is reached, or the server is lost, only the ledger
// answers.
func (r *Runner) run(ctx context.Context, q *asks, spent *Spent) error {
	var wg sync.WaitGroup
	slots := make(chan struct{}, r.o.Workers)
	before := r.Totals().Paid
	for _, one := range q.list {
		select {
		case slots <- struct{}{}:
		case <-ctx.Done():
		}
		if ctx.Err() != nil || r.broken() != nil {
			break
		}
		wg.Go(func() {
			defer func() {
				if recover() != nil {
					one.failed = true
				}
				<-slots
			}()
			text, open, err := r.attempt(ctx, one.rec, one.arm, one.replicate)
			if one.open, one.failed = open, err != nil; !open && err == nil {
				*one.out = r.outcome(one.rec, one.arm, text)
			}
		})
	}
	wg.Wait()
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	if err := r.broken(); err != nil {
		return err
	}
	for _, one := range q.list {
		spent.Prompts++
		switch {
		case one.open:
			spent.Unasked++
		case one.failed:
			spent.Failed++
		}
	}
	spent.Incomplete = spent.Failed+spent.Unasked > 0
	spent.Paid += r.Totals().Paid - before
	return nil
}

// repeats reports whether an answer states what another text states: each claim
// of it or, where it has none that can be checked, the text itself by value. A
// text that declines states nothing.
func repeats(v *claim.Verifier, text, in string) bool {
	c := v.Prepare([]string{claim.Uncite(in)})
	n := 0
	for _, one := range claim.Split(text) {
		if one.Checkable {
			n++
			if c.Check(one.Text).Support != trace.Supported {
				return false
			}
		}
	}
	if n > 0 {
		return true
	}
	if _, _, declines := claim.Declines(text); declines {
		return false
	}
	_, _, ok := match.Answer([]string{claim.Uncite(text)}, in)
	return ok
}

// share is k of n with Wilson's interval; without any record it is unknown.
func share(name string, k, n int, level float64) Measure {
	m := Measure{Name: name, Kind: ShareOf, N: n, Value: trace.Unknown("no record")}
	if n > 0 {
		m.Value = trace.Known(float64(k) / float64(n))
		m.Interval = intervalOf(stat.Wilson(k, n, level))
	}
	return m
}

// rate is the share of the known ones that are yes.
func rate(name string, all []trace.Truth, level float64) Measure {
	k, n := 0, 0
	for _, t := range all {
		if t != trace.TruthUnknown {
			n++
		}
		if t == trace.Yes {
			k++
		}
	}
	return share(name, k, n, level)
}

// gap is the share of yes in a less that in b over the records of which both
// are known, with Newcombe's interval for paired shares.
func gap(name string, a, b []trace.Truth, level float64) Measure {
	var both, onlyA, onlyB, neither int
	for i := range a {
		switch {
		case a[i] == trace.TruthUnknown || b[i] == trace.TruthUnknown:
		case a[i] == trace.Yes && b[i] == trace.Yes:
			both++
		case a[i] == trace.Yes:
			onlyA++
		case b[i] == trace.Yes:
			onlyB++
		default:
			neither++
		}
	}
	n := both + onlyA + onlyB + neither
	m := Measure{Name: name, Kind: Paired, N: n, Value: trace.Unknown("no record has both")}
	if n == 0 {
		return m
	}
	e, err := stat.NewcombePaired(both, onlyB, onlyA, neither, level)
	m.Value, m.Interval = trace.Of(e.Value, err), intervalOf(e.Interval, err)
	return m
}

// apart is the share of yes in a less that in b, of different records.
func apart(name string, a, b []trace.Truth, level float64) Measure {
	x, y := rate("", a, level), rate("", b, level)
	m := Measure{Name: name, Kind: BetweenSets, N: x.N + y.N, Value: trace.Unknown("one of the groups is empty")}
	if x.N == 0 || y.N == 0 {
		return m
	}
	yes := func(all []trace.Truth) (k int) {
		for _, t := range all {
			if t == trace.Yes {
				k++
			}
		}
		return k
	}
	e, err := stat.Newcombe(yes(b), y.N, yes(a), x.N, level)
	m.Value, m.Interval = trace.Of(e.Value, err), intervalOf(e.Interval, err)
	return m
}

// mean is that of numbers, one a record, with Student's interval.
func mean(name string, xs []float64, level float64) Measure {
	m := Measure{Name: name, Kind: MeanOf, N: len(xs), Value: trace.Unknown("no record")}
	if len(xs) == 0 {
		return m
	}
	sum := 0.0
	for _, x := range xs {
		sum += x
	}
	m.Value = trace.Known(sum / float64(len(xs)))
	e, err := stat.MeanT(xs, level)
	m.Interval = intervalOf(e.Interval, err) // none if all are equal
	return m
}

func intervalOf(iv stat.Interval, err error) *stat.Interval {
	if err != nil {
		return nil
	}
	return &iv
}

// rights lists whether the answers are right; declines, whether they decline.
func rights(os []*outcome) []trace.Truth {
	return truths(os, func(o *outcome) trace.Truth { return o.right })
}

func declines(os []*outcome) []trace.Truth {
	return truths(os, func(o *outcome) trace.Truth { return o.declined })
}

func truths(os []*outcome, f func(*outcome) trace.Truth) []trace.Truth {
	out := make([]trace.Truth, len(os))
	for i, o := range os {
		if o != nil && o.asked {
			out[i] = f(o)
		}
	}
	return out
}
