package ground

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ragdiag/ragdiag/corpus"
	"github.com/ragdiag/ragdiag/lab/realdata"
	"github.com/ragdiag/ragdiag/stages/answer"
	"github.com/ragdiag/ragdiag/stages/prepared"
	"github.com/ragdiag/ragdiag/stages/retrieve/bleve"
	"github.com/ragdiag/ragdiag/trace"
)

// asked is an answerable question of clapnq with its passage and the best
// passage of another article that the index finds for it.
type asked struct {
	question   string
	answers    []string
	gold, hard trace.Passage
	top        []trace.Passage // the first five that the index finds
}

// clapnq indexes its passages and XQuAD English, and retrieves a hard distractor
// for each question that its passage answers.
func clapnq(t *testing.T) []asked {
	t.Helper()
	type row struct {
		Input      string
		Answerable bool
		Passages   []struct{ Title, Text string }
		Output     []struct{ Answer string }
	}
	var rows []row
	var docs []corpus.Document
	seen := map[string]bool{}
	add := func(title, text string) {
		if !seen[text] {
			seen[text] = true
			docs = append(docs, corpus.Document{ID: fmt.Sprint("d", len(docs)), Title: title, Text: text})
		}
	}
	for r := range realdata.Values[row](t, "clapnq/dev.jsonl") {
		rows = append(rows, r)
		add(r.Passages[0].Title, r.Passages[0].Text)
	}
	for _, a := range realdata.XQuAD(t, "en") {
		for _, p := range a.Paragraphs {
			add(a.Title, p.Context)
		}
	}
	dir := t.TempDir()
	_, err := bleve.Build(context.Background(), func(yield func(corpus.Document, error) bool) {
		for _, d := range docs {
			if !yield(d, nil) {
				return
			}
		}
	}, dir, bleve.Options{})
	require.NoError(t, err)
	index, err := bleve.Open(dir, bleve.RankExact)
	require.NoError(t, err)
	defer index.Close()
	var out []asked
	for _, r := range rows {
		if !r.Answerable {
			continue
		}
		a := asked{question: r.Input, gold: trace.Passage{Title: r.Passages[0].Title, Text: r.Passages[0].Text}}
		for _, o := range r.Output {
			if strings.Trim(o.Answer, ". ") != "" && o.Answer != "NA" { // some rows hold none
				a.answers = append(a.answers, o.Answer)
			}
		}
		hits, err := index.Retrieve(context.Background(), r.Input, 10)
		require.NoError(t, err)
		for _, h := range hits[:min(5, len(hits))] {
			a.top = append(a.top, trace.Passage{Title: h.Title, Text: h.Text})
		}
		for _, h := range hits {
			if h.Title != a.gold.Title {
				a.hard = trace.Passage{Title: h.Title, Text: h.Text}
				break
			}
		}
		if a.hard.Text != "" {
			out = append(out, a)
		}
	}
	return out
}

// TestClapNQOnData: the passage of a question must be called sufficient and the
// best distractor of the index not, with the answers of people as reference;
// and these answers must be called right and grounded in their own passage, not
// in that of another question.
func TestClapNQOnData(t *testing.T) {
	all := clapnq(t)
	var gold, hard, top tally
	var guessed, right, grounded, both, swapped, answers int
	for i, a := range all {
		with := func(p trace.Passage, g *trace.Gold) *trace.Record {
			return &trace.Record{Question: a.question, Gold: g, Context: []trace.Passage{p}}
		}
		g := &trace.Gold{Answers: a.answers}
		top.add(conflicting(a.question, a.top...))
		gold.add(Examine(prepared.New(with(a.gold, g), nil)).Sufficient)
		hard.add(Examine(prepared.New(with(a.hard, g), nil)).Sufficient)
		if Examine(prepared.New(with(a.gold, nil), nil)).Sufficient.IsYes() {
			guessed++
		}
		if Examine(prepared.New(with(a.hard, nil), nil)).Sufficient.IsNo() {
			guessed++
		}
		for _, said := range a.answers {
			rec := with(a.gold, g)
			rec.Answer = &trace.Answer{Text: said}
			ok := answer.Examine(prepared.New(rec, nil)).Bad.IsNo()
			in := stands(rec)
			rec.Context = []trace.Passage{all[(i+1)%len(all)].gold}
			answers++
			right += count(ok)
			grounded += count(in)
			both += count(ok && in)
			swapped += count(stands(rec))
		}
	}
	n := len(all)
	t.Logf("called a conflict among the first five passages %s", proportion(t, top.yes, n))
	require.LessOrEqual(t, share(top.yes, n), .05)
	t.Logf("sufficient with references: gold passage yes %s unknown %d, distractor not yes %s (no %d)", proportion(t, gold.yes, n), gold.unknown, proportion(t, n-hard.yes, n), hard.no)
	t.Logf("accuracy %s; guessed without references %s", proportion(t, gold.yes+n-hard.yes, 2*n), proportion(t, guessed, 2*n))
	t.Logf("references right %s, grounded %s, both %s; grounded in a swapped passage %s", proportion(t, right, answers), proportion(t, grounded, answers), proportion(t, both, answers), proportion(t, swapped, answers))
	require.GreaterOrEqual(t, share(gold.yes+n-hard.yes, 2*n), .85)
	require.GreaterOrEqual(t, share(both, answers), .85)
	require.LessOrEqual(t, share(swapped, answers), .02)
}

func count(b bool) int {
	if b {
		return 1
	}
	return 0
}

// stands reports whether the context supports most of what an answer claims and
// contradicts none of it.
func stands(rec *trace.Record) bool {
	checkable, supported := 0, 0
	for _, c := range Examine(prepared.New(rec, nil)).Claims {
		if c.Checkable {
			checkable++
			supported += count(c.Support == trace.Supported)
			if c.Support == trace.Contradicted {
				return false
			}
		}
	}
	return 2*supported > checkable
}
