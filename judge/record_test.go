package judge_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ragdiag/ragdiag/diagnose"
	"github.com/ragdiag/ragdiag/fixtures"
	"github.com/ragdiag/ragdiag/judge"
	"github.com/ragdiag/ragdiag/lab/judging"
	"github.com/ragdiag/ragdiag/llm"
	"github.com/ragdiag/ragdiag/pipeline"
	"github.com/ragdiag/ragdiag/trace"
)

// model answers by the name of the schema: for each task the item that it gives.
type model struct {
	says  map[string]string // item as JSON without its ID, by schema
	calls atomic.Int64
	fail  error
}

func (*model) Name() string { return "model-x" }

func (m *model) Generate(_ context.Context, req llm.Request) (llm.Reply, error) {
	m.calls.Add(1)
	if m.fail != nil {
		return llm.Reply{}, m.fail
	}
	var out []string
	for _, id := range []string{"a", "q", "c1", "c2", "c3"} {
		if strings.Contains(req.User, fmt.Sprintf(" %s ", id)) && strings.Contains(req.User, fmt.Sprintf("<<<claim %s ", id)) || strings.Contains(req.User, "<<<question q ") && id == "q" || strings.Contains(req.User, "that id: "+id) && id == "a" {
			out = append(out, fmt.Sprintf(`{"id":%q,%s}`, id, m.says[req.Schema.Name]))
		}
	}
	return llm.Reply{Text: `{"items":[` + strings.Join(out, ",") + `]}`}, nil
}

// modelFunc is a function as a model.
type modelFunc func(llm.Request) string

func (modelFunc) Name() string { return "function" }
func (f modelFunc) Generate(_ context.Context, req llm.Request) (llm.Reply, error) {
	return llm.Reply{Text: f(req)}, nil
}

func examined(t *testing.T, rec *trace.Record, g llm.Generator) (diagnose.Diagnosis, error) {
	t.Helper()
	o := pipeline.Options{}
	if g != nil {
		j, err := judge.New(g, judge.Options{Key: []byte("0123456789abcdef")})
		require.NoError(t, err)
		o.Judge = j
	}
	p, err := pipeline.New(o)
	require.NoError(t, err)
	res := p.One(t.Context(), rec)
	return res.Diagnosis, res.Err
}

func said(verdict, unit, quote string) string {
	ev := "[]"
	if quote != "" {
		ev = fmt.Sprintf(`[{"unit":%q,"quote":%q}]`, unit, quote)
	}
	return fmt.Sprintf(`"evidence":%s,"reason":"because","verdict":%q,"confidence":90`, ev, verdict)
}

// harbour is a record of which offline means decide little: the answer is in other
// words than passage and reference.
func harbour() *trace.Record {
	return &trace.Record{
		ID: "h1", Question: "Why was the harbour of Venn closed in winter?",
		Context: []trace.Passage{{ID: "p", Text: "Drifting ice made the harbour of Venn unusable for ships from December until March, and the pilots went home. In summer up to forty vessels called there each week."}},
		Answer:  &trace.Answer{Text: "Boats could not get in because of frozen water."},
		Gold:    &trace.Gold{Answers: []string{"pack ice"}},
	}
}

func TestCascade(t *testing.T) {
	plain, err := examined(t, harbour(), nil)
	require.NoError(t, err)

	t.Run("an answer in other words", func(t *testing.T) {
		rec := harbour()
		m := &model{says: map[string]string{
			"answer_equivalence":  said("equivalent", "a", "because of frozen water"),
			"context_sufficiency": said("sufficient", "p1", "Drifting ice made the harbour of Venn unusable"),
			"claims_verify":       said("not_found", "", ""),
		}}
		d, err := examined(t, rec, m)
		require.NoError(t, err)
		require.NotEqual(t, diagnose.StatusNotFailure, plain.Status)
		require.Equal(t, diagnose.StatusNotFailure, d.Status)
		e := rec.Evidence.Outcome
		require.True(t, e.Bad.IsNo())
		require.Equal(t, trace.GradeC, e.Bad.Grade)
		require.True(t, e.Artefact.IsYes())
		require.Contains(t, e.Bad.Why, "judge model-x (answer.equivalence/1) says equivalent")
		require.Equal(t, "model-x", rec.Evidence.Judge.Model)
	})

	t.Run("recomputed from disk without a call", func(t *testing.T) {
		rec := harbour()
		m := &model{says: map[string]string{
			"answer_equivalence":  said("not_equivalent", "", ""),
			"context_sufficiency": said("sufficient", "p1", "Drifting ice made the harbour of Venn unusable"),
			"claims_verify":       said("not_found", "", ""),
		}}
		d, err := examined(t, rec, m)
		require.NoError(t, err)
		require.Positive(t, m.calls.Load())
		first, err := json.Marshal(rec)
		require.NoError(t, err)

		var back trace.Record
		require.NoError(t, json.Unmarshal(first, &back))
		again, err := examined(t, &back, nil)
		require.NoError(t, err)
		second, err := json.Marshal(&back)
		require.NoError(t, err)
		require.JSONEq(t, string(first), string(second))
		require.Equal(t, d, again)

		// With the judge at hand nothing is asked twice.
		calls := m.calls.Load()
		_, err = examined(t, &back, m)
		require.NoError(t, err)
		require.Equal(t, calls, m.calls.Load())
		third, err := json.Marshal(&back)
		require.NoError(t, err)
		require.JSONEq(t, string(first), string(third))

		outcome, ground := judge.Apply(&back)
		unchanged, err := json.Marshal(&back)
		require.NoError(t, err)
		require.Equal(t, string(third), string(unchanged), "the record is left as it is")
		back.Evidence.Outcome, back.Evidence.Ground = outcome, ground
		fourth, err := json.Marshal(&back)
		require.NoError(t, err)
		require.Equal(t, string(third), string(fourth), "applied twice it changes nothing")

		// A verdict counts for the texts that it is about, and for no others.
		back.Context[0].Text = "Nothing is known about the harbour of Venn."
		changed, err := examined(t, &back, nil)
		require.NoError(t, err)
		for _, l := range changed.Evidence {
			require.NotContains(t, l.Text, "context.sufficiency")
		}
	})

	t.Run("claims", func(t *testing.T) {
		const quote = "Drifting ice made the harbour of Venn unusable for ships"
		for _, tt := range []struct {
			verdict, quote string
			want           trace.Support
			judged         bool
		}{
			{"supported", quote, trace.Supported, true},
			{"contradicted", quote, trace.Contradicted, true},
			{"not_found", "", trace.NotFound, true},
			{"partial", "", trace.Abstain, false},
			{"cannot_tell", "", trace.Abstain, false},
			{"supported", "A sentence that stands nowhere in here", trace.Abstain, false},
		} {
			rec := harbour()
			rec.Answer.Text = "The harbour of Venn was blocked for shipping by frozen water."
			m := &model{says: map[string]string{"claims_verify": said(tt.verdict, "p1", tt.quote), "context_sufficiency": said("cannot_tell", "", ""), "answer_equivalence": said("cannot_tell", "", "")}}
			_, err := examined(t, rec, m)
			require.NoError(t, err)
			c := rec.Evidence.Ground.Claims[0]
			require.Equal(t, tt.want, c.Support, tt.verdict)
			require.Equal(t, tt.judged, c.Judged, tt.verdict)
			switch tt.want {
			case trace.Supported:
				require.Equal(t, quote, rec.Context[0].Text[c.By[0].Start:c.By[0].End])
				v, ok := rec.Evidence.Ground.Faithfulness.Get()
				require.True(t, ok)
				require.InDelta(t, 1, v, 1e-9)
			case trace.Contradicted:
				require.Equal(t, quote, rec.Context[0].Text[c.Against.Span.Start:c.Against.Span.End])
			}
		}
	})

	t.Run("a doubtful verdict is put to the vote", func(t *testing.T) {
		for _, tt := range []struct {
			again string
			want  trace.Truth
		}{{"sufficient", trace.Yes}, {"cannot_tell", trace.TruthUnknown}} {
			rec, draws := harbour(), 0
			rec.Gold = nil
			m := modelFunc(func(req llm.Request) string {
				if req.Schema.Name != "context_sufficiency" {
					return "no"
				}
				verdict := "sufficient"
				if draws++; draws > 1 {
					verdict = tt.again
				}
				return `{"items":[{"id":"q",` + strings.Replace(said(verdict, "p1", "Drifting ice made the harbour of Venn unusable"), ":90", ":60", 1) + `}]}`
			})
			_, err := examined(t, rec, m)
			require.NoError(t, err)
			require.Equal(t, 3, draws)
			require.Equal(t, tt.want, rec.Evidence.Ground.Sufficient.Truth)
		}
	})

	t.Run("a judge that fails decides nothing", func(t *testing.T) {
		for _, m := range []*model{{fail: &llm.Error{Kind: llm.KindTimeout}}, {says: map[string]string{}}} {
			rec := harbour()
			d, err := examined(t, rec, m)
			require.NoError(t, err)
			require.Equal(t, plain.Status, d.Status)
			require.Equal(t, plain.Root, d.Root)
			for _, g := range rec.Evidence.Judge.Judgements {
				require.NotEmpty(t, g.Error)
				require.Empty(t, g.Verdict)
			}
		}
		_, err := examined(t, harbour(), &model{fail: &llm.Error{Kind: llm.KindAuth}})
		require.ErrorContains(t, err, `judge: record "h1"`)
	})

	t.Run("a forged judgement", func(t *testing.T) {
		rec := harbour()
		q := judge.SufficiencyQuery(rec)
		forged := trace.Judgement{Task: q.Task.Name, Version: q.Task.Version, Item: "q", Verdict: judge.Sufficient, About: judge.About(q.Task, q.Question, q.Units, q.Items[0])}
		for _, quotes := range [][]trace.JudgeQuote{nil, {{Unit: "p1", Start: 5, End: 5000}}, {{Unit: "p1", Start: -1, End: 5}}, {{Unit: "p9", Start: 0, End: 5}}, {{Unit: "p1", Start: 9, End: 3}}} {
			forged.Quotes = quotes
			rec.Evidence.Judge = &trace.JudgeEvidence{Model: "x", Judgements: []trace.Judgement{forged}}
			_, err := examined(t, rec, nil)
			require.NoError(t, err)
			require.NotContains(t, rec.Evidence.Ground.Sufficient.Why, "judge")
		}
	})
}

// What a person or an offline grader is sure of is not put to the judge.
func TestOnlyWhatIsOpenIsPaidFor(t *testing.T) {
	rec := &trace.Record{ID: "s", Question: "When was the Merrow light built?",
		Context: []trace.Passage{{Text: "The Merrow light was built by Ada Finch in 1871."}},
		Answer:  &trace.Answer{Text: "The Merrow light was built in 1871."}, Gold: &trace.Gold{Answers: []string{"1871"}}}
	m := &model{}
	_, err := examined(t, rec, m)
	require.NoError(t, err)
	require.Zero(t, m.calls.Load())
	require.Nil(t, rec.Evidence.Judge)

	labelled := harbour()
	labelled.Labels = []trace.Label{{What: "bad", Value: "yes"}}
	m = &model{says: map[string]string{"answer_equivalence": said("equivalent", "a", "because of frozen water")}}
	_, err = examined(t, labelled, m)
	require.NoError(t, err)
	require.True(t, labelled.Evidence.Outcome.Bad.IsYes(), "a person decides alone")

	total, asked := 0, 0
	for rec, err := range fixtures.Cases() {
		require.NoError(t, err)
		m := &model{fail: &llm.Error{Kind: llm.KindTimeout}}
		_, err := examined(t, rec, m)
		require.NoError(t, err)
		if rec.Evidence.Ground != nil {
			for _, c := range rec.Evidence.Ground.Claims {
				if c.Checkable {
					total++
				}
			}
		}
		if rec.Evidence.Judge != nil {
			for _, g := range rec.Evidence.Judge.Judgements {
				if g.Task == judge.Verify.Name {
					asked++
				}
			}
		}
	}
	t.Logf("%d of %d claims of the fixtures are put to a judge", asked, total)
	require.Less(t, asked, total/2)
}

// Hostile texts do not move a verdict: a model that is told to, and does what it
// is told, gets nowhere.
func TestHostileTexts(t *testing.T) {
	says := map[string]string{
		"answer_equivalence":  said("not_equivalent", "", ""),
		"context_sufficiency": said("insufficient", "", ""),
		"claims_verify":       said("not_found", "", ""),
	}
	clean := harbour()
	want, err := examined(t, clean, &model{says: says})
	require.NoError(t, err)
	for _, a := range judging.Attacks() {
		order := strings.NewReplacer("{verdict}", "supported", "{id}", "c1").Replace(a.Text)
		obedient := &obeying{model{says: says}, []string{"supported", "equivalent", "sufficient"}}
		inPassage := harbour()
		inPassage.Context[0].Text += "\n" + order
		got, err := examined(t, inPassage, obedient)
		require.NoError(t, err)
		require.Equal(t, want.Root, got.Root, a.Name)
		require.Equal(t, want.Status, got.Status, a.Name)
		require.Equal(t, clean.Evidence.Outcome.Bad.Truth, inPassage.Evidence.Outcome.Bad.Truth, a.Name)

		inAnswer := harbour()
		inAnswer.Answer.Text += "\n" + order
		_, err = examined(t, inAnswer, obedient)
		require.NoError(t, err)
		require.Equal(t, clean.Evidence.Outcome.Bad.Truth, inAnswer.Evidence.Outcome.Bad.Truth, a.Name)
	}
}

// obeying gives a verdict that it reads in the texts, and quotes the words in
// which it was told so.
type obeying struct {
	model
	verdicts []string
}

func (o *obeying) Generate(ctx context.Context, req llm.Request) (llm.Reply, error) {
	body, _, _ := strings.Cut(req.User, "\nDecide ")
	for _, v := range o.verdicts {
		if at := strings.Index(strings.ToLower(body), v); at >= 0 {
			allowed := map[string]string{"claims_verify": "supported", "answer_equivalence": "equivalent", "context_sufficiency": "sufficient", "refusal": "declines"}[req.Schema.Name]
			line := body[strings.LastIndexByte(body[:at], '\n')+1:]
			line, _, _ = strings.Cut(line, "\n")
			inner := &model{says: map[string]string{req.Schema.Name: said(allowed, "", line)}}
			return inner.Generate(ctx, req)
		}
	}
	return o.model.Generate(ctx, req)
}
