package summary

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/ragdiag/ragdiag/diagnose"
	"github.com/ragdiag/ragdiag/metrics/stat"
	"github.com/ragdiag/ragdiag/trace"
)

// depths are the cut-offs reported for recall; other depths in the evidence
// only count as "the whole list".
var depths = []int{1, 3, 5, 10, 20, 50, 100}

// measure reads one metric off a record.
type measure struct {
	name  string
	stage trace.Stage
	about string
	gold  bool // compares with the reference: undefined while that is in doubt
	of    func(*trace.Evidence) trace.Value
}

var notExamined = trace.Unknown("not examined")

// measures lists every metric in flow order.
var measures = func() []measure {
	var all []measure
	for _, k := range depths {
		all = append(all, measure{fmt.Sprintf("recall@%d", k), trace.StageRetrieve,
			fmt.Sprintf("gold evidence among the first %d candidates", k), false, fromRetrieve(func(e *trace.RetrieveEvidence) trace.Value { return atDepth(e.Recall, k) })})
	}
	all = append(all,
		measure{"recall", trace.StageRetrieve, "gold evidence among all candidates", false, fromRetrieve(func(e *trace.RetrieveEvidence) trace.Value { return deepest(e.Recall) })},
		measure{"mrr", trace.StageRetrieve, "reciprocal rank of the first gold unit", false, fromRetrieve(func(e *trace.RetrieveEvidence) trace.Value { return e.RR })},
		measure{"ndcg@10", trace.StageRetrieve, "linear gain, cut at 10", false, fromRetrieve(func(e *trace.RetrieveEvidence) trace.Value { return e.NDCG })},
	)
	for _, k := range depths {
		all = append(all, measure{fmt.Sprintf("context-recall@%d", k), trace.StageRerank,
			fmt.Sprintf("gold evidence among the first %d passages of the prompt", k), false, fromRerank(func(e *trace.RerankEvidence) trace.Value { return atDepth(e.Recall, k) })})
	}
	return append(all,
		measure{"context-recall", trace.StageRerank, "gold evidence in the prompt", false, fromRerank(func(e *trace.RerankEvidence) trace.Value { return deepest(e.Recall) })},
		measure{"faithfulness", trace.StageGround, "decided claims that the prompt supports", false, fromGround(func(e *trace.GroundEvidence) trace.Value { return e.Faithfulness })},
		measure{"support", trace.StageGround, "mean probability that the prompt supports a claim, with the words that it holds", false, fromGround(func(e *trace.GroundEvidence) trace.Value { return e.Support })},
		measure{"undecided-claims", trace.StageGround, "checkable claims the verifier left open", false, fromGround(func(e *trace.GroundEvidence) trace.Value { return e.Undecided })},
		measure{"citation-recall", trace.StageCite, "statements that their citations support (ALCE)", false, fromCite(func(e *trace.CiteEvidence) trace.Value { return e.Recall })},
		measure{"citation-precision", trace.StageCite, "citations that are needed and support (ALCE)", false, fromCite(func(e *trace.CiteEvidence) trace.Value { return e.Precision })},
		measure{"exact-match", trace.StageUnknown, "SQuAD v2.0", true, fromOutcome(func(e *trace.OutcomeEvidence) trace.Value { return e.ExactMatch })},
		measure{"f1", trace.StageUnknown, "token F1, SQuAD v2.0", true, fromOutcome(func(e *trace.OutcomeEvidence) trace.Value { return e.F1 })},
		measure{"contains", trace.StageUnknown, "an accepted answer stands in the answer, by value", true, fromOutcome(func(e *trace.OutcomeEvidence) trace.Value { return e.Contains })},
		measure{"completeness", trace.StageUnknown, "how much of an accepted answer the answer gives, by shared words and claims", true, fromOutcome(func(e *trace.OutcomeEvidence) trace.Value { return e.Completeness })},
		measure{"claim-recall", trace.StageUnknown, "gold claims that the answer states", true, fromOutcome(func(e *trace.OutcomeEvidence) trace.Value { return e.ClaimRecall })},
	)
}()

// from reads a value off a part of the evidence that may not have been examined.
func from[P any](part func(*trace.Evidence) *P, f func(*P) trace.Value) func(*trace.Evidence) trace.Value {
	return func(e *trace.Evidence) trace.Value {
		if p := part(e); p != nil {
			return f(p)
		}
		return notExamined
	}
}

func fromRetrieve(f func(*trace.RetrieveEvidence) trace.Value) func(*trace.Evidence) trace.Value {
	return from(func(e *trace.Evidence) *trace.RetrieveEvidence { return e.Retrieve }, f)
}

func fromRerank(f func(*trace.RerankEvidence) trace.Value) func(*trace.Evidence) trace.Value {
	return from(func(e *trace.Evidence) *trace.RerankEvidence { return e.Rerank }, f)
}

func fromGround(f func(*trace.GroundEvidence) trace.Value) func(*trace.Evidence) trace.Value {
	return from(func(e *trace.Evidence) *trace.GroundEvidence { return e.Ground }, f)
}

func fromCite(f func(*trace.CiteEvidence) trace.Value) func(*trace.Evidence) trace.Value {
	return from(func(e *trace.Evidence) *trace.CiteEvidence { return e.Cite }, f)
}

func fromOutcome(f func(*trace.OutcomeEvidence) trace.Value) func(*trace.Evidence) trace.Value {
	return from(func(e *trace.Evidence) *trace.OutcomeEvidence { return e.Outcome }, f)
}

func atDepth(ds []trace.Depth, k int) trace.Value {
	for _, d := range ds {
		if d.K == k {
			return d.Value
		}
	}
	if len(ds) == 0 {
		return trace.Unknown("no gold evidence to look for")
	}
	return trace.Unknown(fmt.Sprintf("not measured at depth %d", k))
}

func deepest(ds []trace.Depth) trace.Value {
	if len(ds) == 0 {
		return trace.Unknown("no gold evidence to look for")
	}
	return slices.MaxFunc(ds, func(a, b trace.Depth) int { return a.K - b.K }).Value
}

// mean accumulates one metric: Welford's moments for any number of values, and
// the values themselves while there are few enough to resample.
type mean struct {
	n, zeros, ones int
	mu, m2         float64
	values         []float64 // nil above stat.LargeN
	unscored       tally
}

func (m *mean) add(v trace.Value, id string) {
	x, ok := v.Get()
	if !ok {
		m.unscored.add(v.Reason(), id)
		return
	}
	m.n++
	d := x - m.mu
	m.mu += d / float64(m.n)
	m.m2 += d * (x - m.mu)
	switch x {
	case 0:
		m.zeros++
	case 1:
		m.ones++
	}
	if m.n <= stat.LargeN {
		m.values = append(m.values, x)
	} else {
		m.values = nil
	}
}

// value returns the mean; unknown if nothing was scored.
func (m *mean) value() trace.Value {
	switch {
	case m.n == 0:
		return trace.Unknown("no record could be scored")
	case m.zeros+m.ones == m.n: // exact: no rounding of the running mean
		return trace.Known(float64(m.ones) / float64(m.n))
	}
	return trace.Known(m.mu)
}

// draws bounds the work of one bootstrap, so that a report of 100,000 records
// does not wait for its intervals longer than for its numbers.
const draws = 100_000_000

// interval is the 95 % interval of the mean, or the reason why there is none.
// Values that are all 0 or 1 are a share and get a share's interval.
func (m *mean) interval(seed uint64) (*stat.Interval, string) {
	switch {
	case m.n == 0:
		return nil, ""
	case m.zeros+m.ones == m.n:
		iv, err := stat.Proportion(m.ones, m.n)
		return found(iv, err)
	case m.values == nil:
		half := 1.959963984540054 * math.Sqrt(m.m2/float64(m.n-1)/float64(m.n))
		return &stat.Interval{Lo: m.mu - half, Hi: m.mu + half, Level: stat.DefaultLevel, N: m.n, Method: "normal",
			Warnings: []string{fmt.Sprintf("more than %d values: normal form instead of a bootstrap", stat.LargeN)}}, ""
	}
	iv, err := stat.MeanBootstrap(m.values, stat.BootstrapOptions{Seed: seed, Resamples: min(10_000, max(1000, draws/m.n))})
	return found(iv, err)
}

// found splits an interval from the reason why there is none.
func found(iv stat.Interval, err error) (*stat.Interval, string) {
	switch {
	case errors.Is(err, stat.ErrNoSpread):
		return nil, "all values are equal"
	case errors.Is(err, stat.ErrTooFew):
		return nil, "one value only"
	case err != nil:
		return nil, err.Error()
	}
	return &iv, ""
}

// metrics holds one mean for each measure.
type metrics struct{ means []mean }

func (ms *metrics) add(rec *trace.Record, d *diagnose.Diagnosis) {
	if ms.means == nil {
		ms.means = make([]mean, len(measures))
	}
	for i, q := range measures {
		v := q.of(&rec.Evidence)
		if q.gold && inDoubt(d) {
			v = trace.Unknown("the reference is in doubt")
		}
		ms.means[i].add(v, d.ID)
	}
}

// list returns the metrics that at least one record was scored on, and the
// headline ones always, so that their absence is seen.
func (ms *metrics) list(seed uint64) []Metric {
	var out []Metric
	for i := range ms.means {
		m, q := &ms.means[i], measures[i]
		top := slices.Contains(headline, q.name)
		if m.n == 0 && !top {
			continue
		}
		iv, note := m.interval(seed)
		out = append(out, Metric{Name: q.name, Stage: q.stage, About: q.about, Scored: m.n, Of: m.n + total(m.unscored.groups()),
			Mean: m.value(), Interval: iv, Note: note, Unscored: m.unscored.groups(), Headline: top})
	}
	return out
}

// headline metrics are those that a short report shows. They are listed even
// when nothing could be scored.
var headline = []string{"recall@5", "recall@10", "mrr", "ndcg@10", "context-recall", "faithfulness", "citation-recall", "citation-precision", "claim-recall", "f1"}

func total(gs []Group) int {
	n := 0
	for _, g := range gs {
		n += g.Count
	}
	return n
}
