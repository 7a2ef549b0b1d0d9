package summary

import (
	"encoding/json"
	"fmt"
	"runtime"
	"slices"
	"testing"

	"github.com/ragdiag/ragdiag/diagnose"
	"github.com/ragdiag/ragdiag/metrics/stat"
	"github.com/ragdiag/ragdiag/trace"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// failure is a diagnosed failure.
func failure(id string, c diagnose.Cause, sub string) *diagnose.Diagnosis {
	a := diagnose.Attribution{Cause: c, Sub: sub, Grade: trace.GradeB}
	return &diagnose.Diagnosis{ID: id, Status: diagnose.StatusDiagnosed, Right: trace.No, Root: a, Proximate: a, Fix: "fix " + a.Slug(), Set: []diagnose.Cause{c}}
}

func right(id string) *diagnose.Diagnosis {
	return &diagnose.Diagnosis{ID: id, Status: diagnose.StatusNotFailure, Right: trace.Yes}
}

func open(id string, set ...diagnose.Cause) *diagnose.Diagnosis {
	return &diagnose.Diagnosis{ID: id, Status: diagnose.StatusUndetermined, Right: trace.No, Set: set, Next: "record the candidates", Missing: []string{"candidates"}}
}

// build summarises diagnoses without evidence.
func build(ds ...*diagnose.Diagnosis) Summary {
	b := New(Options{})
	for _, d := range ds {
		b.Add(&trace.Record{ID: d.ID}, d)
	}
	return b.Summary()
}

func repeat(n int, f func(id string) *diagnose.Diagnosis) []*diagnose.Diagnosis {
	out := make([]*diagnose.Diagnosis, n)
	for i := range out {
		out[i] = f(fmt.Sprint("r", i))
	}
	return out
}

func row(t *testing.T, s Summary, slug string) CauseRow {
	t.Helper()
	i := slices.IndexFunc(s.Causes, func(r CauseRow) bool { return r.Slug == slug })
	require.GreaterOrEqual(t, i, 0, "no row %s", slug)
	return s.Causes[i]
}

func TestCountsAddUp(t *testing.T) {
	gold := failure("g", diagnose.GoldLabel, "")
	gold.Quarantined = true
	b := New(Options{})
	for _, d := range []*diagnose.Diagnosis{
		failure("a", diagnose.Query, "rewrite-drift"), failure("b", diagnose.Retrieve, "depth"), failure("c", diagnose.Retrieve, ""),
		failure("d", diagnose.Ignore, "over-refusal"), open("e", diagnose.Select, diagnose.Query, diagnose.Retrieve), right("f"), right("h"), gold,
		{ID: "i", Status: diagnose.StatusNotJudged, Conditional: true, Root: diagnose.Attribution{Cause: diagnose.Cite}},
		{ID: "j", Status: "surprise"}, {ID: "k", Status: diagnose.StatusSkipped, Notes: []string{"question is empty"}},
	} {
		b.Add(&trace.Record{ID: d.ID}, d)
	}
	b.Skip("line too long")
	s := b.Summary()

	require.True(t, s.SumHolds)
	require.Equal(t, 12, s.Read)
	require.Equal(t, []StatusCount{{"diagnosed", 5}, {"undetermined", 1}, {"not-a-failure", 2}, {"not-judged", 1}, {"skipped", 3}}, s.Statuses)
	require.Equal(t, []int{7, 2, 5}, []int{s.Judged, s.Right, s.Bad}, "the doubtful reference is in none of them")
	require.Equal(t, Group{"the reference is in doubt", 1, []string{"g"}}, s.SetAside)

	r := row(t, s, "missing-context")
	require.Equal(t, r, s.Causes[0], "the three that everybody knows come first")
	require.Equal(t, []int{3, 5, 7}, []int{r.OfFailures.Count, r.OfFailures.Of, r.OfJudged.Of}, "the parts count in their family")
	require.Equal(t, 1, r.Possible, "a record counts once, although two fine causes are open")
	parts := 0
	for _, p := range r.Parts {
		parts += p.OfFailures.Count
	}
	require.Equal(t, r.OfFailures.Count, parts)
	require.Equal(t, []string{"a", "b", "c"}, r.Examples)
	require.Zero(t, row(t, s, "citation-fault").OfFailures.Count, "what may be a fault of an unjudged record is no failure")
	require.Equal(t, []Group{{"citation-fault", 1, []string{"i"}}}, s.NotJudged)

	require.Equal(t, "query-formation or retrieval-miss or context-selection", s.Undetermined.Sets[0].Name)
	require.Equal(t, []Group{{"record the candidates", 1, []string{"e"}}}, s.Undetermined.Next)
	require.Equal(t, []Group{{`unknown status "surprise"`, 1, []string{"j"}}, {"question is empty", 1, []string{"k"}}, {"line too long", 1, nil}}, s.Skipped)
	require.Len(t, s.Fixes, 4)
	require.Equal(t, 5, s.Fixes[0].Addresses.Of)
}

// TestSumRule is the sum rule and what follows from it, for any input.
func TestSumRule(t *testing.T) {
	statuses := append(diagnose.Statuses(), "other")
	rapid.Check(t, func(t *rapid.T) {
		b := New(Options{})
		n := rapid.IntRange(0, 60).Draw(t, "n")
		judged, good, failures := 0, 0, 0
		for i := range n {
			d := &diagnose.Diagnosis{ID: fmt.Sprint(i), Status: rapid.SampledFrom(statuses).Draw(t, "status"), Quarantined: rapid.IntRange(0, 9).Draw(t, "doubt") == 0}
			if d.Status == diagnose.StatusDiagnosed {
				d.Root.Cause = rapid.SampledFrom(diagnose.Causes()).Draw(t, "cause")
				d.Root.Sub = rapid.SampledFrom([]string{"", "x", "y"}).Draw(t, "sub")
			}
			d.Right = rapid.SampledFrom([]trace.Truth{trace.Yes, trace.No, trace.TruthUnknown}).Draw(t, "right")
			switch {
			case inDoubt(d):
			case d.Status == diagnose.StatusDiagnosed || d.Status == diagnose.StatusUndetermined:
				failures++
				fallthrough
			case d.Status == diagnose.StatusNotFailure:
				judged++
				if d.Right == trace.Yes {
					good++
				}
			}
			d.Tags = map[string]string{"t": rapid.SampledFrom([]string{"p", "q"}).Draw(t, "tag")}
			b.Add(&trace.Record{}, d)
		}
		s := b.Summary()
		require.True(t, s.SumHolds)
		require.Equal(t, n, s.Read)
		require.Equal(t, []int{judged, good, failures}, []int{s.Judged, s.Right, s.Bad}, "a right answer may still be a failure, by its citations")
		rows := s.Undetermined.OfFailures.Count
		for _, r := range s.Causes {
			rows += r.OfFailures.Count
			for _, ratio := range []Ratio{r.OfFailures, r.OfJudged} {
				if v, ok := ratio.Share.Get(); ok {
					require.True(t, ratio.Interval.Contains(v), "%v %v", ratio.Interval, v)
				}
			}
		}
		require.Equal(t, s.Bad, rows, "each failure stands in one row or is undetermined")
		read, bad := 0, 0
		for _, sl := range s.Slices {
			read += sl.Read
			bad += sl.Bad.Count
		}
		require.Equal(t, s.Bad, bad)
		require.LessOrEqual(t, read, s.Read)

		// What is written reads back, to the last digit.
		text, err := json.Marshal(s)
		require.NoError(t, err)
		var again Summary
		require.NoError(t, json.Unmarshal(text, &again))
		twice, err := json.Marshal(again)
		require.NoError(t, err)
		require.Equal(t, string(text), string(twice))
	})
}

// TestNothingIsUnknown: an empty input has no share, rather than a share of 0.
func TestNothingIsUnknown(t *testing.T) {
	s := build()
	require.True(t, s.SumHolds)
	_, known := s.Quality.Share.Get()
	require.False(t, known)
	require.Nil(t, s.Quality.Interval)
	for _, g := range []string{"quality<0.8", "retrieval-miss>5%", "undetermined>1%", "skipped>0%", "recall@10<0.9"} {
		require.Equal(t, CannotTell, gate(t, g).Check(s, OnInterval).Outcome, g)
		require.Equal(t, CannotTell, gate(t, g).Check(s, OnPoint).Outcome, g)
	}
}

func TestMetrics(t *testing.T) {
	b := New(Options{Seed: 1})
	for i := range 40 {
		rec := &trace.Record{ID: fmt.Sprint(i)}
		v := trace.Known(float64(i%4) / 4)
		if i >= 30 {
			v = trace.Unknown("no relevant passage is known")
		}
		rec.Evidence.Retrieve = &trace.RetrieveEvidence{RR: v, Recall: []trace.Depth{{K: 5, Value: v}, {K: 17, Value: trace.Known(1)}}}
		if i%2 == 0 {
			rec.Evidence.Outcome = &trace.OutcomeEvidence{ExactMatch: trace.Known(float64(i / 2 % 2))}
		}
		d := right(rec.ID)
		d.Quarantined = i == 0
		b.Add(rec, d)
	}
	s := b.Summary()
	metric := func(name string) Metric {
		i := slices.IndexFunc(s.Metrics, func(m Metric) bool { return m.Name == name })
		require.GreaterOrEqual(t, i, 0, name)
		return s.Metrics[i]
	}
	mrr := metric("mrr")
	require.Equal(t, []int{30, 40}, []int{mrr.Scored, mrr.Of})
	require.InDelta(t, 10.75/30, first(mrr.Mean.Get()), 1e-12)
	require.Equal(t, []Group{{"no relevant passage is known", 10, []string{"30", "31", "32", "33", "34"}}}, mrr.Unscored)
	require.Equal(t, "bca bootstrap", mrr.Interval.Method)
	require.Equal(t, mrr.Mean, metric("recall@5").Mean)

	all := metric("recall")
	require.Equal(t, "1.000", all.Mean.String())
	require.Equal(t, 1.0, all.Interval.Hi, "values that are all 1 are a share and keep an interval")
	require.Less(t, all.Interval.Lo, 1.0)

	em := metric("exact-match")
	require.Equal(t, []int{19, 40}, []int{em.Scored, em.Of})
	require.Equal(t, []Group{{"not examined", 20, []string{"1", "3", "5", "7", "9"}}, {"the reference is in doubt", 1, []string{"0"}}}, em.Unscored)
	require.Contains(t, em.Interval.Method, "jeffreys")

	require.Zero(t, metric("faithfulness").Scored, "a headline metric is listed although nothing was scored")
	require.Equal(t, Group{"not examined", 40, []string{"0", "1", "2", "3", "4"}}, metric("faithfulness").Unscored[0])
	require.Zero(t, metric("recall@10").Scored, "nor was this depth measured")
	require.False(t, slices.ContainsFunc(s.Metrics, func(m Metric) bool { return m.Name == "recall@20" }), "others are listed where they were scored")
}

func first[A, B any](a A, _ B) A { return a }

// TestManyValues: above stat.LargeN the normal form must agree with the moments.
func TestManyValues(t *testing.T) {
	var m mean
	for i := range stat.LargeN + 2 {
		m.add(trace.Known(float64(i%2)/2+0.25), "")
	}
	require.Nil(t, m.values, "the values were let go")
	iv, why := m.interval(0)
	require.Empty(t, why)
	require.Equal(t, "normal", iv.Method)
	require.NotEmpty(t, iv.Warnings)
	require.InDelta(t, 0.5-1.96*0.25/316.2, iv.Lo, 1e-6)
	require.InDelta(t, 0.5+1.96*0.25/316.2, iv.Hi, 1e-6)
}

func TestSlices(t *testing.T) {
	b := New(Options{})
	for i := range 100 {
		d := right(fmt.Sprint(i))
		if i%5 == 0 {
			d = failure(fmt.Sprint(i), diagnose.Retrieve, "depth")
		}
		d.Tags = map[string]string{"domain": []string{"law", "tax", "law", "law"}[i%4], "user": "same"}
		b.Add(&trace.Record{ID: d.ID}, d)
	}
	s := b.Summary()
	require.Len(t, s.Slices, 3)
	law, tax := s.Slices[0], s.Slices[1]
	require.Equal(t, []any{"law", 75, 75, false, "missing-context", 15}, []any{law.Value, law.Read, law.Quality.Of, law.Small, law.TopCause, law.TopCount})
	require.InDelta(t, 0, tax.Gap, 1e-12, "5 of 25 fail, as 15 of the other 75 do")
	require.Zero(t, s.Slices[2].Gap, "nothing lies outside it")
	require.Equal(t, []any{"tax", 25, true, 5, 20}, []any{tax.Value, tax.Quality.Of, tax.Small, tax.Bad.Count, tax.Bad.Of})

	for i := range maxValues + 1 { // an identifier is no slice
		d := right("x")
		d.Tags = map[string]string{"user": fmt.Sprint(i)}
		b.Add(&trace.Record{}, d)
	}
	s = b.Summary()
	require.Len(t, s.Slices, 2)
	require.Equal(t, `tag "user" has more than 200 values: not sliced`, s.Warnings[len(s.Warnings)-1].Name)
}

func TestRefusals(t *testing.T) {
	yes, no := trace.Predicate{Truth: trace.Yes}, trace.Predicate{Truth: trace.No}
	b := New(Options{})
	for _, o := range []*trace.OutcomeEvidence{
		{Answerable: yes, Refusal: no}, {Answerable: yes, Refusal: yes}, {Answerable: yes, Refusal: no},
		{Answerable: no, Refusal: yes}, {Answerable: no, Refusal: no}, {Refusal: no}, nil,
	} {
		b.Add(&trace.Record{Evidence: trace.Evidence{Outcome: o}}, right("a"))
	}
	r := b.Summary().Refusals
	require.Equal(t, []int{2, 1, 1, 1, 2}, []int{r.AnswerableAnswered, r.AnswerableDeclined, r.UnanswerableAnswered, r.UnanswerableDeclined, r.Unknown})
	require.Equal(t, []int{1, 3, 1, 2}, []int{r.OverRefusal.Count, r.OverRefusal.Of, r.UnderRefusal.Count, r.UnderRefusal.Of})
}

func TestMixedConfigurationsAreNamed(t *testing.T) {
	b := New(Options{})
	for _, h := range []string{"c1", "c2", "c1"} {
		b.Add(&trace.Record{Run: trace.RunInfo{ConfigHash: h}}, right("a"))
	}
	require.Equal(t, "mixed set: the records come from 2 configurations", b.Summary().Warnings[0].Name)
}

// TestMemoryIsFlat: what a Builder holds does not grow with distinct hostile names.
func TestMemoryIsFlat(t *testing.T) {
	b := New(Options{})
	for i := range 20_000 {
		id := fmt.Sprint("record with a long name ", i)
		d := open(id)
		d.Next, d.Notes, d.Modifiers = "next "+id, []string{"note " + id}, []string{"modifier " + id}
		d.Tags = map[string]string{"tag " + id: "v", "tag": id}
		b.Add(&trace.Record{ID: id, Run: trace.RunInfo{ConfigHash: id}}, d)
		b.Skip("reason " + id)
	}
	s := b.Summary()
	require.True(t, s.SumHolds)
	require.LessOrEqual(t, len(s.Skipped), maxNames+1)
	require.Equal(t, 20_000, total(s.Skipped))
	require.LessOrEqual(t, len(b.slices.tags), maxTags)
	runtime.KeepAlive(b)
}

func BenchmarkAdd(b *testing.B) {
	rec := &trace.Record{ID: "r", Evidence: trace.Evidence{
		Retrieve: &trace.RetrieveEvidence{RR: trace.Known(.5), Recall: []trace.Depth{{K: 1, Value: trace.Known(0)}, {K: 5, Value: trace.Known(.5)}, {K: 10, Value: trace.Known(1)}}},
		Ground:   &trace.GroundEvidence{Faithfulness: trace.Known(.75)},
	}}
	d := failure("r", diagnose.Retrieve, "depth")
	d.Tags = map[string]string{"domain": "law", "language": "en"}
	bld := New(Options{})
	b.ReportAllocs()
	for b.Loop() {
		bld.Add(rec, d)
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "records/s")
}

// TestNotJudgedIsNoFailure: what was not judged bounds the quality, its citation
// faults stand by themselves, and it is in no count of failures.
func TestNotJudgedIsNoFailure(t *testing.T) {
	b := New(Options{})
	cited := trace.Evidence{Cite: &trace.CiteEvidence{HasCitations: trace.Holds(true, .97, trace.GradeB, "")}}
	unjudged := func(id string, ev trace.Evidence, contributing ...diagnose.Attribution) {
		b.Add(&trace.Record{ID: id, Evidence: ev}, &diagnose.Diagnosis{ID: id, Status: diagnose.StatusNotJudged, Contributing: contributing, Next: "ask a judge"})
	}
	unjudged("a", cited, diagnose.Attribution{Cause: diagnose.Cite, Sub: "misplaced"})
	unjudged("b", cited)
	unjudged("c", trace.Evidence{})
	for i := range 6 {
		b.Add(&trace.Record{}, right(fmt.Sprint("right", i)))
	}
	b.Add(&trace.Record{}, failure("d", diagnose.Ignore, "misread"))
	s := b.Summary()

	require.Equal(t, []int{7, 6, 1}, []int{s.Judged, s.Right, s.Bad})
	require.Equal(t, QualityBounds{Of: 10, AtLeast: trace.Known(.6), AtMost: trace.Known(.9)}, s.QualityBounds)
	require.Zero(t, row(t, s, "citation-fault").OfFailures.Count)
	require.Equal(t, []int{1, 2}, []int{s.UnjudgedCitations.Faulty.Count, s.UnjudgedCitations.Faulty.Of}, "of those with citations")
	require.Equal(t, []Group{{"misplaced", 1, []string{"a"}}}, s.UnjudgedCitations.Kinds)
	require.Equal(t, []Group{{"ask a judge", 3, []string{"a", "b", "c"}}}, s.WouldJudge)
}

// TestPartsOfMissingContext: its parts are the stages, each with its kinds.
func TestPartsOfMissingContext(t *testing.T) {
	s := build(failure("a", diagnose.Missing, diagnose.Unsplit), failure("b", diagnose.Query, ""), failure("c", diagnose.Retrieve, "depth"), failure("d", diagnose.Retrieve, ""),
		failure("e", diagnose.Retrieve, "depth"), failure("f", diagnose.Ignore, "misread"))
	type line struct {
		slug string
		n    int
	}
	lines := func(rows []CauseRow) (out []line) {
		for _, r := range rows {
			out = append(out, line{r.Slug, r.OfFailures.Count})
		}
		return out
	}
	r := row(t, s, "missing-context")
	require.Equal(t, []line{{"retrieval-miss", 3}, {"query-formation", 1}, {"missing-context.unsplit", 1}}, lines(r.Parts))
	require.Equal(t, []line{{"retrieval-miss.depth", 2}, {"retrieval-miss", 1}}, lines(r.Parts[0].Parts), "those of no known kind last")
	require.Equal(t, []string{"c", "d", "e"}, slices.Sorted(slices.Values(r.Parts[0].Examples)))
	require.Empty(t, r.Parts[1].Parts)
	require.Equal(t, "Stage not recorded", r.Parts[2].Title)
	require.Equal(t, []line{{"ignored-context.misread", 1}}, lines(row(t, s, "ignored-context").Parts))
}
