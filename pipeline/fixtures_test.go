package pipeline_test

import (
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ragdiag/ragdiag/corpus"
	"github.com/ragdiag/ragdiag/diagnose"
	"github.com/ragdiag/ragdiag/fixtures"
	"github.com/ragdiag/ragdiag/pipeline"
	"github.com/ragdiag/ragdiag/stages/retrieve/bleve"
	"github.com/ragdiag/ragdiag/trace"
)

// Each fixture gets the verdict that a person wrote down for it.
func TestFixtures(t *testing.T) {
	want, err := fixtures.Expected()
	require.NoError(t, err)
	verdicts := map[string]diagnose.Diagnosis{}
	for rec, err := range fixtures.Cases() {
		require.NoError(t, err)
		t.Run(rec.ID, func(t *testing.T) {
			w := want[rec.ID]
			d := verdict(t, rec, w)
			verdicts[rec.ID] = d
			if got := mismatch(d, rec, w); got != "" {
				t.Errorf("%s\n  because: %s\n  said:    %s\n%s", got, w.Why, d.Sentence, evidence(d, rec))
			}
		})
	}
	require.GreaterOrEqual(t, len(verdicts), 60)
	for id, w := range want {
		if w.Twin != "" { // hostile text must not move a verdict
			require.Equal(t, verdicts[w.Twin].Root, verdicts[id].Root, id)
			require.Equal(t, verdicts[w.Twin].Status, verdicts[id].Status, id)
		}
	}
}

// Each natural fixture gets the verdict that a person wrote down for it before
// the program saw it, but for those that are known to be wrong today: one of them
// that holds must be taken off the list.
func TestNaturalFixtures(t *testing.T) {
	want, err := fixtures.Expected()
	require.NoError(t, err)
	n := 0
	left := maps.Clone(wrongToday)
	for rec, err := range fixtures.Natural() {
		require.NoError(t, err)
		n++
		t.Run(rec.ID, func(t *testing.T) {
			w := want[rec.ID]
			d := verdict(t, rec, w)
			got := mismatch(d, rec, w)
			if why, known := left[rec.ID]; known {
				delete(left, rec.ID)
				require.NotEmpty(t, why)
				if got == "" {
					t.Error("this verdict is right now: take it off the list wrongToday, and count again in docs/benchmarks.md")
				}
				return
			}
			if got != "" {
				t.Errorf("%s\n  because: %s\n  said:    %s\n%s", got, w.Why, d.Sentence, evidence(d, rec))
			}
		})
	}
	require.GreaterOrEqual(t, n, 60)
	require.Empty(t, left, "wrongToday names cases that do not exist")
}

// wrongToday holds the natural fixtures whose verdict is known to be wrong, with
// the reason.
var wrongToday = map[string]string{
	"nat-can-05-pier":      "the number of the pier stands in the prompt, for another season",
	"nat-cit-07-yinyong":   "two short Chinese statements are too alike for the verifier to call a citation wrong",
	"nat-coi-01-boathouse": "the sum in the next sentence is for something else",
	"nat-coi-02-hoersaal":  "the number of the next sentence counts the same things in another room",
	"nat-fin-01-glaze":     "a wrong yes of which the prompt says nothing in so many words is left between ignored context and unsupported generation",
	"nat-lis-02-gewerke":   "a trade and the person who has it are two words to the comparison",
	"nat-yes-03-licence":   "the year in the reason behind a yes weighs too little",
	"nat-yes-04-recibo":    "that it is possible is not read as yes",
}

// verdict diagnoses one case under the options that it asks for.
func verdict(t *testing.T, rec *trace.Record, w fixtures.Expectation) diagnose.Diagnosis {
	t.Helper()
	p, err := pipeline.New(options(t, rec, w))
	require.NoError(t, err)
	res := p.One(t.Context(), rec)
	require.NoError(t, res.Err)
	return res.Diagnosis
}

// options are those that a case asks for.
func options(t *testing.T, rec *trace.Record, w fixtures.Expectation) pipeline.Options {
	params := diagnose.DefaultParams()
	if w.Policy != "" {
		params.CorpusPolicy = diagnose.Policy(w.Policy)
	}
	if w.MissingCitation != "" {
		params.MissingCitation = diagnose.Policy(w.MissingCitation)
	}
	o := pipeline.Options{Params: &params}
	if w.Needs == "corpus" {
		index := fixtureIndex(t, rec.Tags["corpus"])
		o.Retriever, o.Weights = index, index.Weights()
	}
	return o
}

// fixtureIndex indexes a fixture corpus in a temporary folder.
func fixtureIndex(t *testing.T, name string) *bleve.Index {
	t.Helper()
	f, err := fixtures.Corpus(name)
	require.NoError(t, err)
	defer f.Close()
	dir := t.TempDir()
	file := filepath.Join(dir, name+".jsonl")
	raw, err := io.ReadAll(f)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(file, raw, 0o600))
	docs, _, err := corpus.Open(t.Context(), file)
	require.NoError(t, err)
	_, err = bleve.Build(t.Context(), docs, filepath.Join(dir, "index"), bleve.Options{})
	require.NoError(t, err)
	index, err := bleve.Open(filepath.Join(dir, "index"), bleve.RankExact)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, index.Close()) })
	return index
}

// mismatch says where a diagnosis differs from what is expected; "" if nowhere.
func mismatch(d diagnose.Diagnosis, rec *trace.Record, w fixtures.Expectation) string {
	switch refused := refusal(rec); {
	case w.Refusal != "" && refused != w.Refusal:
		return fmt.Sprintf("it declines %s, want %s", refused, w.Refusal)
	case d.Status != w.Status:
		return fmt.Sprintf("status %s (root %q), want %s (root %q)", d.Status, d.Root.Slug(), w.Status, w.Root)
	case d.Root.Cause != w.Root:
		return fmt.Sprintf("root %q, want %q", d.Root.Slug(), w.Root)
	case w.Sub != "" && d.Root.Sub != w.Sub:
		return fmt.Sprintf("kind %q, want %q", d.Root.Sub, w.Sub)
	case w.Proximate != "" && d.Proximate.Cause != w.Proximate:
		return fmt.Sprintf("proximate %q, want %q", d.Proximate.Slug(), w.Proximate)
	case len(w.Set) > 0 && !sameSet(d.Set, w.Set):
		return fmt.Sprintf("set %v, want %v", d.Set, w.Set)
	case len(w.Joint) > 0 && !sameSet(d.Joint, w.Joint):
		return fmt.Sprintf("joint %v, want %v", d.Joint, w.Joint)
	}
	for _, m := range w.Modifiers {
		if !slices.Contains(d.Modifiers, m) {
			return fmt.Sprintf("modifiers %v, want %q among them", d.Modifiers, m)
		}
	}
	for _, m := range w.Absent {
		if slices.Contains(d.Modifiers, m) {
			return fmt.Sprintf("modifiers %v, want no %q", d.Modifiers, m)
		}
	}
	for _, c := range w.Contributing {
		if !slices.ContainsFunc(d.Contributing, func(a diagnose.Attribution) bool { return a.Cause == c }) {
			return fmt.Sprintf("contributing %v, want %q among them", d.Contributing, c)
		}
	}
	return ""
}

// refusal says how much of what was asked the answer declines.
func refusal(rec *trace.Record) string {
	e := rec.Evidence.Outcome
	if e == nil {
		return "unknown"
	}
	share, known := e.RefusalShare.Get()
	switch {
	case !known && e.Refusal.IsYes(), known && share > .99:
		return "whole"
	case known && share > 0:
		return "part"
	case e.Refusal.IsNo():
		return "no"
	}
	return "unknown"
}

func sameSet(a, b []diagnose.Cause) bool {
	a, b = slices.Clone(a), slices.Clone(b)
	slices.Sort(a)
	slices.Sort(b)
	return slices.Equal(a, b)
}

// evidence prints what the verdict rests on, for a failed test.
func evidence(d diagnose.Diagnosis, rec *trace.Record) string {
	var b strings.Builder
	for _, l := range d.Evidence {
		fmt.Fprintf(&b, "  %-50s %-7s %s %s\n", l.Name, l.Truth, l.Grade, l.Text)
	}
	if e := rec.Evidence.Ground; e != nil {
		for _, c := range e.Claims {
			fmt.Fprintf(&b, "  claim %q: %q p=%.2f right=%s checkable=%v weight=%.1f\n", c.Text, c.Support, c.P, c.Right.Truth, c.Checkable, c.Weight)
		}
	}
	return b.String()
}
