package ground

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ragdiag/ragdiag/claim"
	"github.com/ragdiag/ragdiag/internal/match"
	"github.com/ragdiag/ragdiag/lab/realdata"
	"github.com/ragdiag/ragdiag/llm"
	"github.com/ragdiag/ragdiag/stages/prepared"
	"github.com/ragdiag/ragdiag/trace"
)

// ramdoc is a question of RAMDocs.
type ramdoc struct {
	Question  string
	Documents []struct{ Text, Type, Answer string }
}

// sides returns the documents of a question that give some answer, by answer in
// the order of their first, and the others.
func (r ramdoc) sides() (answers []string, by map[string][]trace.Passage, noise []trace.Passage) {
	by = map[string][]trace.Passage{}
	for _, d := range r.Documents {
		p := trace.Passage{Text: d.Text}
		if d.Type == "noise" {
			noise = append(noise, p)
			continue
		}
		if by[d.Answer] == nil {
			answers = append(answers, d.Answer)
		}
		by[d.Answer] = append(by[d.Answer], p)
	}
	return answers, by, noise
}

// TestRAMDocsOnData: documents that answer a question differently are in
// conflict; those of one answer together with noise are the control. The rules
// were made on the even rows and are reported on the odd ones. In the matched
// form both sides have as many documents: one of the control is exchanged.
func TestRAMDocsOnData(t *testing.T) {
	var full, control, matched, against [2]tally
	row := -1
	for r := range realdata.Values[ramdoc](t, "ramdocs/ramdocs.jsonl") {
		row++
		half := row % 2
		answers, by, noise := r.sides()
		if len(answers) < 2 {
			continue
		}
		var all []trace.Passage
		for _, d := range r.Documents {
			all = append(all, trace.Passage{Text: d.Text})
		}
		full[half].add(conflicting(r.Question, all...))
		one := by[answers[0]]
		if len(one)+len(noise) < 2 {
			continue
		}
		control[half].add(conflicting(r.Question, append(one[:len(one):len(one)], noise...)...))
		if len(one) < 2 {
			continue
		}
		against[half].add(conflicting(r.Question, append(one[:len(one):len(one)], noise...)...))
		exchanged := append(append(one[:len(one)-1:len(one)-1], by[answers[1]][0]), noise...)
		matched[half].add(conflicting(r.Question, exchanged...))
	}
	for half := range full {
		balanced := func(yes, no tally) float64 { return (yes.share(yes.yes) + no.share(no.no)) / 2 }
		say := func(yes, no tally) string {
			return "conflict " + proportion(t, yes.yes, yes.yes+yes.no) + ", control " + proportion(t, no.no, no.yes+no.no)
		}
		t.Logf("half %d: balanced %.3f, %s; matched %.3f, %s", half, balanced(full[half], control[half]), say(full[half], control[half]),
			balanced(matched[half], against[half]), say(matched[half], against[half]))
	}
	require.GreaterOrEqual(t, full[1].share(full[1].yes)+control[1].share(control[1].no), 2*.75)
	require.GreaterOrEqual(t, matched[1].share(matched[1].yes)+against[1].share(against[1].no), 2*.62)
}

// TestSideTakenOnData: where documents differ, the stub answers from one of
// them; the first claim that it makes must be traced to a document of the side
// that its answer states.
func TestSideTakenOnData(t *testing.T) {
	var right, n [2]int
	row := -1
	for r := range realdata.Values[ramdoc](t, "ramdocs/ramdocs.jsonl") {
		row++
		answers, _, _ := r.sides()
		if len(answers) < 2 {
			continue
		}
		rec := &trace.Record{Question: r.Question}
		for _, d := range r.Documents {
			rec.Context = append(rec.Context, trace.Passage{Text: d.Text})
		}
		reply, err := (&llm.Stub{}).Generate(context.Background(), llm.Request{Question: r.Question, Passages: rec.Context})
		require.NoError(t, err)
		said := claim.Uncite(reply.Text)
		side := ""
		for _, a := range answers {
			if _, _, ok := match.Answer([]string{a}, said); ok {
				if side != "" {
					side = ""
					break
				}
				side = a
			}
		}
		if side == "" { // it states none of the answers, or several
			continue
		}
		rec.Answer = &trace.Answer{Text: said}
		n[row%2]++
		for _, c := range Examine(prepared.New(rec, nil)).Claims {
			if len(c.By) > 0 {
				right[row%2] += count(r.Documents[c.By[0].Passage].Answer == side)
				break
			}
		}
	}
	for half := range n {
		t.Logf("half %d: side taken %s", half, proportion(t, right[half], n[half]))
	}
	require.GreaterOrEqual(t, share(right[1], n[1]), .70)
}
