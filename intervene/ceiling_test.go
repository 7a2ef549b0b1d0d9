package intervene

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ragdiag/ragdiag/diagnose"
	"github.com/ragdiag/ragdiag/llm"
	"github.com/ragdiag/ragdiag/pipeline"
	"github.com/ragdiag/ragdiag/summary"
	"github.com/ragdiag/ragdiag/trace"
)

// A repair that breaks good answers is charged with them, by their weight.
func TestCeilingCountsWhatRepairsBreak(t *testing.T) {
	c := &ceiling{players: []Player{{trace.StageQuery, trace.StageRetrieve, trace.StageRerank}, {trace.StageGround}}, o: CeilingOptions{Resamples: 200}}
	add := func(h int, size int, v ...[4]float64) {
		c.strata[h].Size = size
		c.strata[h].Members = map[int]int{}
		for i, x := range v {
			c.strata[h].Members[10*h+i] = 1
			c.strata[h].Played = append(c.strata[h].Played, Played{Worth: x[:], Prompt: []int{0, 1, -1, -1}, Noise: []float64{.1, .1}, Cluster: 10*h + i})
		}
	}
	add(0, 20, [4]float64{0, 1, 0, 1}, [4]float64{0, 1, 0, 1}, [4]float64{0, 0, 0, 1}, [4]float64{0, 1, 1, 1})
	add(1, 80, [4]float64{1, 1, 1, 1}, [4]float64{1, .5, 1, 1}, [4]float64{.5, .5, 1, 1})
	table, err := c.estimate()
	require.NoError(t, err)
	require.InDelta(t, .2*.75-.8*.5/3, table.Rows[0].FirstIn.Value, 1e-12)
	require.InDelta(t, .2*.25+.8*.5/3, table.Rows[1].FirstIn.Value, 1e-12)
	require.InDelta(t, .2*.75, table.Rows[0].LastIn.Value, 1e-12)
	require.InDelta(t, table.Perfect-table.Now, table.ShapleySum, 1e-12)
	require.Equal(t, "retrieval or selection", table.Rows[0].Title)
	require.Equal(t, "No stage alone is shown to add quality.", table.First, "seven records show nothing")
	require.Equal(t, 7, table.Clusters)
	require.Len(t, table.Worth, 4)

	// One failure is no ground for an interval, and says so.
	c.table = summary.Ceiling{}
	c.strata[0].Played = c.strata[0].Played[:1]
	table, err = c.estimate()
	require.NoError(t, err)
	require.Nil(t, table.Rows[0].FirstIn.Interval)
	require.NotEmpty(t, table.Unproven)
	require.Contains(t, table.Rows[0].Sentence, "cannot be said")

	c.strata[0].Played = nil
	_, err = c.estimate()
	var none *NoCeilingError
	require.ErrorAs(t, err, &none)
}

// reader answers right if the passages hold the year, and counts its calls.
type reader struct {
	calls atomic.Int64
	fails func(req llm.Request) error
}

func (*reader) Name() string { return "reader" }

func (r *reader) Generate(_ context.Context, req llm.Request) (llm.Reply, error) {
	r.calls.Add(1)
	if r.fails != nil {
		if err := r.fails(req); err != nil {
			return llm.Reply{}, err
		}
	}
	for _, p := range req.Passages {
		if _, year, ok := strings.Cut(p.Text, "opened in "); ok {
			return llm.Reply{Text: "It opened in " + year}, nil
		}
	}
	return llm.Reply{Text: "I do not know."}, nil
}

// openings are n records; every third lost its evidence in selection, every
// other third before it.
func openings(n int, candidates bool) []pipeline.Result {
	var out []pipeline.Result
	for i := range n {
		year := fmt.Sprint(1800 + i)
		gold := trace.Passage{ID: "g", Text: "Harbour office " + year + " opened in " + year + "."}
		other := trace.Passage{ID: "o", Text: "The bakery sells rye bread."}
		rec := &trace.Record{ID: fmt.Sprint("r", i), Question: "When did the harbour office open?", Context: []trace.Passage{other, gold},
			Gold: &trace.Gold{Answers: []string{year}, Evidence: []trace.EvidenceSet{{{Text: gold.Text}}}}}
		hits := []trace.Hit{{ID: "o", Text: other.Text}, {ID: "g", Text: gold.Text}}
		right := trace.Yes
		switch i % 3 {
		case 1:
			rec.Context, right = []trace.Passage{other}, trace.No
		case 2:
			rec.Context, right = []trace.Passage{other}, trace.No
			hits = hits[:1]
		}
		if candidates {
			rec.Candidates = hits
		}
		out = append(out, pipeline.Result{Record: rec, Diagnosis: diagnose.Diagnosis{ID: rec.ID, Right: right}})
	}
	return out
}

func tableOf(t *testing.T, o Options, results []pipeline.Result, co CeilingOptions) (*summary.Ceiling, error) {
	t.Helper()
	r, err := New(o)
	require.NoError(t, err)
	return r.Ceiling(t.Context(), slices.Values(results), co)
}

func TestCeilingOfRecords(t *testing.T) {
	g := &reader{}
	table, err := tableOf(t, Options{Generator: g}, openings(30, true), CeilingOptions{Resamples: 500, Seed: 3})
	require.NoError(t, err)
	require.Equal(t, summary.Drawn{Of: 20, N: 20}, table.Failures)
	require.Equal(t, summary.Drawn{Of: 10, N: 10}, table.Successes)
	require.Equal(t, []string{"query and retrieval", "context selection", "generation"}, []string{table.Rows[0].Title, table.Rows[1].Title, table.Rows[2].Title})
	for i, want := range []float64{1. / 3, 1. / 3, 0} {
		require.InDelta(t, want, table.Rows[i].FirstIn.Value, 1e-12)
		require.InDelta(t, want, table.Rows[i].LastIn.Value, 1e-12)
		require.InDelta(t, want, table.Rows[i].Shapley, 1e-12)
	}
	require.Equal(t, 2*(30+20), table.Calls, "one prompt of a good answer, two of a failure, each twice")
	require.Equal(t, int64(table.Calls), g.calls.Load())
	require.Contains(t, table.First, "would add less is not shown", "the two are equal")

	// A sample is drawn by the seed, and the same at any parallelism.
	draw := func(workers int, seed uint64) *summary.Ceiling {
		c, err := tableOf(t, Options{Generator: &reader{}, Workers: workers}, openings(90, true), CeilingOptions{Failures: 12, Successes: 8, Resamples: 300, Seed: seed})
		require.NoError(t, err)
		return c
	}
	require.Equal(t, draw(1, 5), draw(8, 5))
	require.Equal(t, summary.Drawn{Of: 60, N: 12}, draw(2, 5).Failures)
	require.NotEqual(t, draw(2, 5).Rows, draw(2, 6).Rows)
}

// What the records do not tell is not made up.
func TestCeilingOfPoorRecords(t *testing.T) {
	table, err := tableOf(t, Options{Generator: &reader{}}, openings(30, false), CeilingOptions{Resamples: 300})
	require.NoError(t, err)
	require.Len(t, table.Rows, 2)
	require.InDelta(t, 2./3, table.Rows[0].FirstIn.Value, 1e-12)
	require.Contains(t, strings.Join(table.Notes, " "), "cannot be told apart")

	some := openings(30, true)
	some[0].Record.Candidates = nil
	some[1].Diagnosis.Right = trace.TruthUnknown
	some[2].Diagnosis.Quarantined = true
	some[3].Record.Context = nil
	some[4].Record.Gold = nil
	some[5].Record.Gold.Evidence = nil
	some[6].Err = errors.New("no")
	table, err = tableOf(t, Options{Generator: &reader{}}, some, CeilingOptions{Resamples: 300})
	require.NoError(t, err)
	require.Equal(t, 23, table.Failures.N+table.Successes.N)
	left := 0
	for _, x := range table.LeftOut {
		left += x.Count
	}
	require.Equal(t, 7, left, "%v", table.LeftOut)

	_, err = tableOf(t, Options{Generator: &reader{}}, nil, CeilingOptions{})
	var none *NoCeilingError
	require.ErrorAs(t, err, &none)
}

// A call that fails costs its record, a wrong key the table.
func TestCeilingWithFailingCalls(t *testing.T) {
	once := &reader{fails: func(req llm.Request) error {
		if req.ID == "r4" {
			return errors.New("no GPU left")
		}
		return nil
	}}
	table, err := tableOf(t, Options{Generator: once}, openings(30, true), CeilingOptions{Resamples: 300})
	require.NoError(t, err)
	require.Equal(t, summary.Drawn{Of: 20, N: 19}, table.Failures)
	require.Equal(t, []summary.Group{{Name: "a call failed", Count: 1, Examples: []string{"r4"}}}, table.LeftOut)

	never := &reader{fails: func(llm.Request) error { return &llm.Error{Kind: llm.KindAuth, Message: "no"} }}
	_, err = tableOf(t, Options{Generator: never}, openings(30, true), CeilingOptions{})
	require.ErrorContains(t, err, "not authorised")
	var e *llm.Error
	require.ErrorAs(t, err, &e)

	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	r, err := New(Options{Generator: &reader{}})
	require.NoError(t, err)
	_, err = r.Ceiling(ctx, slices.Values(openings(30, true)), CeilingOptions{})
	require.ErrorIs(t, err, context.Canceled)
}
