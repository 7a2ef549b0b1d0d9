package diagnose

import (
	"encoding/json"
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ragdiag/ragdiag/trace"
)

// two is a table of two causes and one feature.
func two(weight float64) *Tables {
	return &Tables{
		Alpha: .1, Causes: []Cause{Retrieve, Ignore}, Prior: []float64{.5, .5},
		Features:    map[string]Feature{"x/none": {weight, map[string][]float64{"yes": {.9, .1}, "no": {.1, .9}}}},
		Temperature: map[string]float64{}, Quantile: map[string]float64{"none": .3},
		Gates: map[string]Count{"grade B": {8, 8}},
	}
}

func seen(values []string, p ...float64) Observation {
	return Observation{Seen: []Seen{{"x/none", values, p}, {"never seen/none", []string{"yes"}, []float64{1}}}}
}

func TestPosterior(t *testing.T) {
	for _, tt := range []struct {
		name   string
		weight float64
		o      Observation
		cause  Cause
		p      float64
	}{
		{"a sure feature", 1, seen([]string{"yes"}, 1), Retrieve, .9},
		{"half believed: .75·.9 + .25·.1 against .75·.1 + .25·.9", 1, seen([]string{"yes", "no"}, .75, .25), Retrieve, .7},
		{"half its weight", .5, seen([]string{"no"}, 1), Ignore, .75},
		{"no weight: the prior, ties by flow", 0, seen([]string{"no"}, 1), Retrieve, .5},
		{"a value that was never seen says nothing", 1, seen([]string{"perhaps"}, 1), Retrieve, .5},
		{"nothing seen", 1, Observation{}, Retrieve, .5},
		{"the gates exclude the likelier cause", 1, Observation{Seen: seen([]string{"yes"}, 1).Seen, Left: []Cause{Ignore, Unsupported}}, Ignore, 1},
		{"they leave only causes that the tables do not weigh", 1, Observation{Seen: seen([]string{"yes"}, 1).Seen, Left: []Cause{CorpusGap}}, Retrieve, .9},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := two(tt.weight).Posterior(tt.o)
			require.Equal(t, tt.cause, got[0].Cause)
			require.InDelta(t, tt.p, got[0].P, 1e-12)
			require.InDelta(t, 1, got[0].P+got[1].P, 1e-12)
		})
	}
	require.Nil(t, (&Tables{}).Posterior(Observation{}))
}

func TestConformal(t *testing.T) {
	tables := two(1)
	require.Equal(t, []Cause{Retrieve}, tables.Conformal(Level{}, []Chance{{Retrieve, .8}, {Ignore, .2}}))
	require.Equal(t, []Cause{Ignore}, tables.Conformal(Level{}, []Chance{{Ignore, .51}, {Retrieve, .49}}), "an empty set becomes its best cause")
	require.Equal(t, []Cause{Retrieve, Ignore}, tables.Conformal(Level{Answer: true}, []Chance{{Ignore, .99}, {Retrieve, .01}}), "an unknown level excludes nothing")
}

// The shipped tables are whole, and what they say are probabilities.
func TestShippedTables(t *testing.T) {
	tables := ShippedTables()
	require.Len(t, tables.Data, 64)
	require.NotEmpty(t, tables.Made)
	require.Len(t, tables.Prior, len(tables.Causes))
	for name, f := range tables.Features {
		require.True(t, f.Weight >= 0 && f.Weight <= 1, name)
		sums := make([]float64, len(tables.Causes))
		for value, row := range f.P {
			require.Len(t, row, len(tables.Causes), "%s %s", name, value)
			for h, p := range row {
				require.Greater(t, p, 0.)
				sums[h] += p
			}
		}
		for _, s := range sums {
			require.InDelta(t, 1, s, .002, name)
		}
	}
	for gold, temperature := range tables.Temperature {
		require.GreaterOrEqual(t, temperature, 1., gold)
	}
	for level, q := range tables.Quantile {
		require.True(t, q >= 0 && q <= 1, level)
	}
}

// flagged is a bad answer without any gold, whose query lost what matters and
// whose prompt holds little of the question.
func flagged() *trace.Record {
	return &trace.Record{
		ID: "r", Question: "q", Answer: &trace.Answer{Text: "The lamp is returned within 45 days."},
		Queries: []trace.Query{{Text: "other"}}, Candidates: []trace.Hit{{ID: "a"}}, Context: []trace.Passage{{ID: "a", Text: "t"}},
		Evidence: trace.Evidence{
			Outcome:  &trace.OutcomeEvidence{Bad: trace.Holds(true, .95, trace.GradeB, "a user says so"), Refusal: trace.Holds(false, .97, trace.GradeC, "")},
			Query:    &trace.QueryEvidence{Rewritten: trace.Holds(true, 1, trace.GradeB, ""), Drifted: trace.Holds(true, .8, trace.GradeC, "")},
			Retrieve: &trace.RetrieveEvidence{}, Rerank: &trace.RerankEvidence{AskedKept: trace.Known(.2)},
			Ground: &trace.GroundEvidence{Claims: claims(trace.ClaimVerdict{Text: "The lamp is returned within 45 days", Checkable: true, Weight: 1, Support: trace.Supported})},
		},
	}
}

func TestProbable(t *testing.T) {
	p := DefaultParams()
	d := Classify(flagged(), p)
	require.Equal(t, StatusDiagnosed, d.Status, d.Sentence)
	require.Equal(t, Retrieve, d.Root.Cause)
	require.Equal(t, ByPosterior, d.Basis)
	require.Equal(t, trace.GradeD, d.Root.Grade, "probable is never more than a heuristic")
	require.GreaterOrEqual(t, d.P, p.Probable)
	require.Contains(t, d.Sentence, "Probably retrieval miss")

	t.Run("no surer than such names were right", func(t *testing.T) {
		tables := *ShippedTables()
		level := Observe(flagged(), p).Level.String()
		tables.Guessed = map[string]Count{level: {98, 54}}
		d := tables.Classify(flagged(), p)
		require.Equal(t, .55, d.P)
		require.Equal(t, .55, round(coarsely(d.Posterior)[0].P), "the chances beside it say the same")
		require.Equal(t, []string{guessNote}, d.Notes)
		tables.Guessed = map[string]Count{}
		require.Equal(t, .5, tables.Classify(flagged(), p).P, "nothing is known about such names")
	})
	t.Run("not above a higher bar", func(t *testing.T) {
		p := p
		p.Probable = 1
		require.Equal(t, StatusUndetermined, Classify(flagged(), p).Status)
	})
	t.Run("not where candidates are missing: a miss and a loss look alike", func(t *testing.T) {
		rec := flagged()
		rec.Candidates = nil
		require.Equal(t, StatusUndetermined, Classify(rec, p).Status)
	})
	t.Run("not an answer that declines: the prompt may suffice or not", func(t *testing.T) {
		rec := flagged()
		rec.Evidence.Outcome.Refusal = trace.Holds(true, .97, trace.GradeC, "")
		d := Classify(rec, p)
		require.Equal(t, StatusUndetermined, d.Status, d.Sentence)
		require.NotEmpty(t, d.Posterior, "what is likelier is still said")
	})
	t.Run("not where gold evidence exists", func(t *testing.T) {
		rec := flagged()
		rec.Gold = &trace.Gold{Evidence: []trace.EvidenceSet{{{ID: "g"}}}}
		require.Equal(t, StatusUndetermined, Classify(rec, p).Status)
	})
	t.Run("an open record says what would help most", func(t *testing.T) {
		p := p
		p.Probable = 1
		d := Classify(flagged(), p)
		require.NotEmpty(t, d.Next)
		require.Equal(t, d.Next, Classify(flagged(), p).Next)
	})
}

// What the gates exclude no odds bring back, where they leave the cause open.
func TestObserveLeft(t *testing.T) {
	p := DefaultParams()
	require.Equal(t, []Cause{Query, Retrieve, Select, Ignore}, Observe(flagged(), p).Left)
	d := Classify(flagged(), p)
	for _, c := range d.Posterior {
		if c.Cause == Unsupported || c.Cause == GoldLabel {
			require.Zero(t, c.P, c.Cause)
		}
	}
	rec := flagged()
	rec.Gold = &trace.Gold{Evidence: []trace.EvidenceSet{{{ID: "g"}}}}
	rec.Evidence.Retrieve.InCandidates = trace.Holds(false, .95, trace.GradeB, "")
	require.Nil(t, Observe(rec, p).Left, "a decided cause is weighed against all")
}

// Looser matches must move a posterior, and only where texts were matched.
func TestMatcherErrors(t *testing.T) {
	p := DefaultParams()
	p.MatchFalse, p.MatchMissed = .2, .1
	rec := flagged()
	rec.Gold = &trace.Gold{Evidence: []trace.EvidenceSet{{{ID: "g", Text: "t"}}}}
	rec.Evidence.Retrieve.InCandidates = trace.Holds(true, .9, trace.GradeB, "")
	for how, want := range map[string]float64{"id": .9, "text": .9*.8 + .1*.1} {
		rec.Evidence.Retrieve.Units = []trace.UnitMatch{{Rank: 1, How: how}}
		o := Observe(rec, p)
		require.Equal(t, "in-candidates/evidence.B", o.Seen[0].Name)
		require.InDelta(t, want, o.Seen[0].P[0], 1e-12, how)
	}
}

// A verdict of the gates that the posterior as good as excludes is withdrawn.
func TestDisagreement(t *testing.T) {
	tables := two(1)
	tables.Features = map[string]Feature{"query/question": {1, map[string][]float64{"drifted": {.0001, .9999}}}}
	tables.Quantile["evidence"] = .3
	rec := flagged()
	rec.Gold = &trace.Gold{Evidence: []trace.EvidenceSet{{{ID: "g"}}}}
	rec.Evidence.Retrieve.InCandidates = trace.Holds(false, .97, trace.GradeB, "")
	d := tables.Classify(rec, DefaultParams())
	require.Equal(t, StatusUndetermined, d.Status)
	require.NotEmpty(t, d.Disagreement)
	require.Equal(t, []Cause{Query, Retrieve, Ignore}, d.Set)

	tables.Features["query/question"] = Feature{1, map[string][]float64{"drifted": {.2, .8}}}
	d = tables.Classify(rec, DefaultParams())
	require.Equal(t, StatusDiagnosed, d.Status, "doubt alone does not undo a verdict")
	require.Equal(t, ByGates, d.Basis)
	require.NotEmpty(t, d.Disagreement)
}

func TestCurve(t *testing.T) {
	require.InDelta(t, .5, Curve{}.At(3), 1e-12)
	require.InDelta(t, .9, Curve{Slope: 1}.At(LogOdds(.9)), 1e-12)
	require.False(t, math.IsInf(LogOdds(1), 0))
	b, err := json.Marshal(rounded(rescaled([]Chance{{Retrieve, .6}, {Ignore, .3}, {Query, .1}}, Retrieve, .35)))
	require.NoError(t, err)
	require.JSONEq(t, `[{"cause":"ignored-context","p":0.65},{"cause":"retrieval-miss","p":0.3},{"cause":"query-formation","p":0.05}]`, string(b))
}
