package intervene_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ragdiag/ragdiag/diagnose"
	"github.com/ragdiag/ragdiag/intervene"
	"github.com/ragdiag/ragdiag/lab/faults"
	"github.com/ragdiag/ragdiag/lab/mock"
	"github.com/ragdiag/ragdiag/llm"
	"github.com/ragdiag/ragdiag/llm/openai"
	"github.com/ragdiag/ragdiag/pipeline"
	"github.com/ragdiag/ragdiag/stages/ground"
	"github.com/ragdiag/ragdiag/trace"
)

// The invented towns: each building of each was opened in another year.
var (
	buildings = []string{"lighthouse", "granary", "tannery", "brewery", "library", "theatre", "observatory", "foundry", "ropewalk", "sawmill", "hospital", "mint"}
	towns     = []string{"Velsund", "Orvane", "Halmeck", "Skarrow", "Tervand", "Brattvik", "Ostergrund", "Lindholm", "Wesselau", "Marrick"}
)

// town is a world of questions that one passage answers each, with the system's
// own answers: n records, with ten passages in the prompt.
func town(t *testing.T, n int, g llm.Generator) []pipeline.Result {
	t.Helper()
	fact := func(b, c int) trace.Passage {
		return trace.Passage{ID: fmt.Sprintf("%s-%s", buildings[b], towns[c]),
			Text: fmt.Sprintf("The %s of %s was opened by the council in %d.", buildings[b], towns[c], 1500+b*31+c*7)}
	}
	other := func(b, c, i int) trace.Passage { // about something near
		about := []string{"is painted white every spring", "burned down and was built again", "stands beside the old bridge", "is closed on Sundays", "belongs to a family of weavers"}
		return trace.Passage{ID: fmt.Sprintf("%s-%s-%d", buildings[b], towns[c], i), Text: fmt.Sprintf("The %s of %s %s.", buildings[b], towns[c], about[i])}
	}
	p, err := pipeline.New(pipeline.Options{})
	require.NoError(t, err)
	var recs []*trace.Record
	for i := range n {
		b, c := i%len(buildings), (i/len(buildings))%len(towns)
		gold := fact(b, c)
		rec := &trace.Record{ID: fmt.Sprintf("q%03d", i), Question: fmt.Sprintf("In which year was the %s of %s opened by the council?", buildings[b], towns[c]),
			Gold: &trace.Gold{Answers: []string{fmt.Sprint(1500 + b*31 + c*7)}, Evidence: []trace.EvidenceSet{{{ID: gold.ID}}}}}
		rec.Context = []trace.Passage{gold}
		for j := 1; j <= 9; j++ { // of the same building or the same town by turns
			rec.Context = append(rec.Context, other((b+j*(j%2))%12, (c+j*(1-j%2))%10, (i+j)%5))
		}
		said, err := ground.Generate(t.Context(), rec, g, ground.DefaultPrompt(), llm.Decoding{})
		require.NoError(t, err)
		rec.Answer = said
		recs = append(recs, rec)
	}
	var out []pipeline.Result
	for res := range p.Diagnose(t.Context(), func(yield func(*trace.Record, error) bool) {
		for _, r := range recs {
			if !yield(r, nil) {
				return
			}
		}
	}) {
		require.NoError(t, res.Err)
		out = append(out, res)
	}
	return out
}

// overHTTP is a model behind a simulated endpoint.
func overHTTP(t *testing.T, o mock.Options, r *faults.Reader) llm.Generator {
	t.Helper()
	o.Models = map[string]llm.Generator{mock.DefaultModel: r}
	srv := httptest.NewServer(mock.New(o))
	t.Cleanup(srv.Close)
	c, err := openai.New(openai.Options{BaseURL: srv.URL + "/v1", Model: mock.DefaultModel})
	require.NoError(t, err)
	return c
}

// memory is what a model knows that was trained on the truth.
func memory() []trace.Passage {
	var out []trace.Passage
	for i := range buildings {
		for j := range towns {
			out = append(out, trace.Passage{Text: fmt.Sprintf("The %s of %s was opened by the council in %d.", buildings[i], towns[j], 1500+i*31+j*7)})
		}
	}
	return out
}

// TestProfileOverHTTP plants one weakness at a time into the simulated model and
// expects it, and no other, to be found.
func TestProfileOverHTTP(t *testing.T) {
	for _, tt := range []struct {
		name       string
		reader     faults.Reader
		miscite    float64
		weak       []string
		unfaithful intervene.Finding
	}{
		{"healthy", faults.Reader{}, 0, nil, intervene.RuledOut},
		{"position", faults.Reader{Position: .8, Span: 2}, 0, []string{intervene.AspectPosition}, intervene.RuledOut},
		{"noise", faults.Reader{Noise: .5, Span: 2}, 0, []string{intervene.AspectNoise}, intervene.Unclear},
		// What it remembers it cites all the same: the citations hold, and it does not rest on them.
		{"prior", faults.Reader{Prior: .95, Memory: memory(), Eager: true, Span: 1}, 0, []string{intervene.AspectCounterfactual}, intervene.Weakness},
		{"citations", faults.Reader{}, .6, []string{intervene.AspectCitations}, intervene.RuledOut},
		{"never declines", faults.Reader{Chatty: true}, 0, []string{intervene.AspectRejection}, intervene.RuledOut},
		{"declines too much", faults.Reader{Strict: 1.1}, 0, []string{intervene.AspectRefusal}, intervene.Unmeasured},
	} {
		t.Run(tt.name, func(t *testing.T) {
			g := overHTTP(t, mock.Options{Seed: 3, Miscite: tt.miscite}, &tt.reader)
			n := 60
			if tt.name == "healthy" { // to rule a weakness out takes more than to find one
				n = 120
			}
			results := town(t, n, g)
			p, c := study(t, intervene.Options{Generator: g, Workers: 4}, results)
			var weak, open []string
			for _, a := range p.Aspects {
				t.Logf("%-15s %-12s %s", a.Name, a.Finding, a.Says)
				switch a.Finding {
				case intervene.Weakness:
					weak = append(weak, a.Name)
				case intervene.Unclear:
					open = append(open, a.Name)
				}
			}
			t.Log(p.Sweep.Says, c.Says)
			require.Equal(t, tt.weak, weak)
			require.Equal(t, tt.unfaithful, c.Finding, "%s %v", c.Says, c.Claims)
			require.Equal(t, n, p.Fitting)
			require.Equal(t, min(n, 100), p.Evidence)
			require.Zero(t, p.Spent.Failed+p.Spent.Unasked)
			require.Empty(t, c.Audit)
			switch tt.name {
			case "healthy":
				require.Empty(t, open)
			case "noise":
				require.Positive(t, p.Sweep.Points[0].Against.Interval.Lo, "with the evidence first in the ranking, one passage beats ten")
			}
		})
	}
}

// study makes both studies with the same replies.
func study(t *testing.T, o intervene.Options, results []pipeline.Result) (*intervene.Profile, *intervene.CitationStudy) {
	t.Helper()
	o.Prompt = ground.DefaultPrompt()
	r, err := intervene.New(o)
	require.NoError(t, err)
	p, err := r.Profile(t.Context(), slices.Values(results), intervene.ProfileOptions{})
	require.NoError(t, err)
	c, err := r.Citations(t.Context(), slices.Values(results), intervene.CitationOptions{Sample: 50})
	require.NoError(t, err)
	return p, c
}

// TestStudiesRepeat: the same bytes in any order and at any parallelism, and
// nothing is paid for twice.
func TestStudiesRepeat(t *testing.T) {
	g := overHTTP(t, mock.Options{Seed: 3, Miscite: .2}, &faults.Reader{Noise: .5, Span: 2})
	results := town(t, 25, g)
	path := filepath.Join(t.TempDir(), "calls.jsonl")
	var want []byte
	for i, workers := range []int{1, 8, 3} {
		ledger, err := intervene.OpenLedger(path)
		require.NoError(t, err)
		p, c := study(t, intervene.Options{Generator: g, Workers: workers, Ledger: ledger}, results)
		require.NoError(t, ledger.Close())
		got, err := json.Marshal([]any{p, c})
		require.NoError(t, err)
		switch i {
		case 0:
			want = got
			require.Positive(t, p.Spent.Paid)
			require.LessOrEqual(t, p.Spent.Paid, p.Spent.Prompts)
		case 1:
			require.Zero(t, p.Spent.Paid+c.Spent.Paid)
			require.NoError(t, os.Remove(path)) // and once more from nothing
		}
		require.Equal(t, string(want), string(got))
		slices.Reverse(results)
	}
}

// script answers by what the prompt holds: a test's own system.
type script func(req llm.Request) string

func (script) Name() string { return "script" }

func (s script) Generate(_ context.Context, req llm.Request) (llm.Reply, error) {
	return llm.Reply{Text: s(req), FinishReason: "stop"}, nil
}

// cited is a record whose answer cites the passage that supports it, with a
// second passage that says nothing, or the same in words that only the system
// understands.
func cited(t *testing.T, second string) pipeline.Result {
	rec := &trace.Record{ID: "r", Question: "When was the lighthouse of Velsund opened?",
		Context: []trace.Passage{{ID: "a", Text: "The lighthouse of Velsund was opened in 1834."}, {ID: "b", Text: second}},
		Answer:  &trace.Answer{Text: "The lighthouse of Velsund was opened in 1834 [1]."},
		Gold:    &trace.Gold{Answers: []string{"1834"}, Evidence: []trace.EvidenceSet{{{ID: "a"}}}}}
	p, err := pipeline.New(pipeline.Options{})
	require.NoError(t, err)
	for res := range p.Diagnose(t.Context(), func(yield func(*trace.Record, error) bool) { yield(rec, nil) }) {
		require.NoError(t, res.Err)
		return res
	}
	panic("no result")
}

// TestCitationFates plants each fate of a cited claim.
func TestCitationFates(t *testing.T) {
	const says, declines = "The lighthouse of Velsund was opened in 1834 [1].", "I cannot answer this from the given context."
	has := func(req llm.Request, s string) bool {
		return slices.ContainsFunc(req.Passages, func(p trace.Passage) bool { return strings.Contains(p.Text, s) })
	}
	for _, tt := range []struct {
		name   string
		system script
		want   intervene.ClaimFate
		closed intervene.Count
	}{
		{"it reads", func(req llm.Request) string {
			if has(req, "1834") {
				return says
			}
			return declines
		}, intervene.Faithful, intervene.Count{}},
		{"it remembers", func(llm.Request) string { return says }, intervene.Unfaithful, intervene.Count{N: 3, K: 3}},
		{"it remembers, and declines without passages", func(req llm.Request) string {
			if len(req.Passages) == 0 {
				return declines
			}
			return says
		}, intervene.Unfaithful, intervene.Count{N: 3}},
		{"another passage tells it", func(req llm.Request) string {
			if has(req, "MDCCCXXXIV") || has(req, "1834") {
				return says
			}
			return declines
		}, intervene.VerifierMiss, intervene.Count{N: 3}},
		{"no replay states it", func(llm.Request) string { return declines }, intervene.Irreproducible, intervene.Count{}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			res := cited(t, "Velsund light: MDCCCXXXIV.")
			r, err := intervene.New(intervene.Options{Generator: tt.system, Prompt: ground.DefaultPrompt()})
			require.NoError(t, err)
			c, err := r.Citations(t.Context(), slices.Values([]pipeline.Result{res}), intervene.CitationOptions{})
			require.NoError(t, err)
			require.Len(t, c.Answers, 1)
			got := c.Answers[0]
			require.Equal(t, tt.want, got.Fate, "%+v", got)
			require.Equal(t, tt.closed, got.Claims[0].Closed)
			require.Equal(t, []int{0}, got.Claims[0].Removed)
			require.Equal(t, intervene.Unmeasured, c.Finding, "one answer is no rate")
			if tt.want == intervene.VerifierMiss {
				require.Equal(t, []intervene.Missed{{ID: "r", Claim: got.Claims[0].Text, Removed: []string{"a"}, Left: []string{"b"}}}, c.Audit)
			} else {
				require.Empty(t, c.Audit)
			}
			// Only what comes without any passage changes the verdict about the answer.
			wrote := got.Label(res.Record)
			require.Equal(t, tt.closed.K > 0, wrote)
			d := diagnose.Classify(res.Record, diagnose.DefaultParams())
			if wrote {
				require.Equal(t, "citation-fault.unfaithful", d.Root.Slug())
				require.False(t, got.Label(res.Record), "not twice")
			} else {
				require.Equal(t, diagnose.StatusNotFailure, d.Status)
			}
		})
	}
}

// TestProfileOfLittle: nothing is claimed of a few records, and a profile of
// none is empty.
func TestProfileOfLittle(t *testing.T) {
	g := script(func(llm.Request) string { return "No idea, perhaps 1799." })
	for _, results := range [][]pipeline.Result{nil, {cited(t, "Nothing.")}} {
		p, c := study(t, intervene.Options{Generator: g}, results)
		for _, a := range p.Aspects {
			if a.Name != intervene.AspectPrior {
				require.Equal(t, intervene.Unmeasured, a.Finding, a.Name)
				require.NotEmpty(t, a.Says)
				require.Empty(t, a.Fix)
			}
		}
		require.Equal(t, intervene.Unmeasured, c.Finding)
		require.Equal(t, len(results), p.Sampled)
	}
}

// TestStudyStops: an error that every call meets ends a study, one of a single
// call is counted.
func TestStudyStops(t *testing.T) {
	res := cited(t, "Nothing.")
	for _, tt := range []struct {
		kind llm.Kind
		ends bool
	}{{llm.KindAuth, true}, {llm.KindBudget, false}, {llm.KindServer, false}} {
		r, err := intervene.New(intervene.Options{Generator: failing{tt.kind}, Prompt: ground.DefaultPrompt()})
		require.NoError(t, err)
		p, err := r.Profile(t.Context(), slices.Values([]pipeline.Result{res}), intervene.ProfileOptions{})
		if tt.ends {
			require.ErrorContains(t, err, "as planted")
			continue
		}
		require.NoError(t, err)
		require.True(t, p.Spent.Incomplete)
		require.Equal(t, p.Spent.Prompts, p.Spent.Failed+p.Spent.Unasked)
		require.Equal(t, tt.kind == llm.KindBudget, p.Spent.Unasked > 0)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	r, err := intervene.New(intervene.Options{Generator: failing{llm.KindServer}, Prompt: ground.DefaultPrompt()})
	require.NoError(t, err)
	_, err = r.Profile(ctx, slices.Values([]pipeline.Result{res}), intervene.ProfileOptions{})
	require.ErrorIs(t, err, context.Canceled)
}

type failing struct{ kind llm.Kind }

func (failing) Name() string { return "failing" }

func (f failing) Generate(context.Context, llm.Request) (llm.Reply, error) {
	return llm.Reply{}, &llm.Error{Kind: f.kind, Message: "as planted"}
}

// TestSteerOverHTTP plants a weakness into the simulated model and lets the arms
// say what kind of failure it makes.
func TestSteerOverHTTP(t *testing.T) {
	var wrong []trace.Passage // what a model remembers that was trained on other things
	for _, p := range memory() {
		wrong = append(wrong, trace.Passage{Text: p.Text[:len(p.Text)-5] + "2031."})
	}
	for _, tt := range []struct {
		name   string
		reader faults.Reader
		arms   []string
		want   string   // modifier
		never  []string // modifiers
		advice string
	}{
		{"position", faults.Reader{Position: .95, Span: 2}, []string{trace.ArmOrder, trace.ArmClean}, "position", []string{"override"}, "ignored-context.position"},
		{"memory", faults.Reader{Prior: 1, Memory: wrong, Span: 1}, []string{trace.ArmEdit, trace.ArmClosedBook, trace.ArmOrder}, "override", []string{"noise"}, "ignored-context.override"}, // "position" comes from the gates: the evidence does stand in the middle
	} {
		t.Run(tt.name, func(t *testing.T) {
			g := overHTTP(t, mock.Options{Seed: 5}, &tt.reader)
			results := town(t, 30, g)
			var bad []pipeline.Result
			for _, res := range results {
				s := res.Record.Context // the evidence into the middle, and what the system then says
				s[0], s[5] = s[5], s[0]
				rec := &trace.Record{ID: res.Record.ID, Question: res.Record.Question, Gold: res.Record.Gold, Context: s}
				said, err := ground.Generate(t.Context(), rec, g, ground.DefaultPrompt(), llm.Decoding{})
				require.NoError(t, err)
				rec.Answer = said
				p, err := pipeline.New(pipeline.Options{})
				require.NoError(t, err)
				for one := range p.Diagnose(t.Context(), func(yield func(*trace.Record, error) bool) { yield(rec, nil) }) {
					require.NoError(t, one.Err)
					bad = append(bad, one)
				}
			}
			r, err := intervene.New(intervene.Options{Generator: g, Prompt: ground.DefaultPrompt(), Extra: tt.arms, Repeats: 3})
			require.NoError(t, err)
			hit, n := 0, 0
			for res := range r.Run(t.Context(), slices.Values(bad)) {
				d := res.Diagnosis
				if d.Status != diagnose.StatusDiagnosed {
					continue
				}
				n++
				cause, sub, _ := strings.Cut(tt.advice, ".")
				if slices.Contains(d.Modifiers, tt.want) && d.Fix == (diagnose.Attribution{Cause: diagnose.Cause(cause), Sub: sub}).Fix() {
					hit++
				}
				for _, m := range tt.never {
					require.NotContains(t, d.Modifiers, m)
				}
			}
			t.Logf("%d of %d", hit, n)
			require.Greater(t, n, 20)
			require.GreaterOrEqual(t, 10*hit, 9*n)
		})
	}
}
