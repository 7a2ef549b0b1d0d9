package pipeline_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ragdiag/ragdiag/diagnose"
	"github.com/ragdiag/ragdiag/pipeline"
	"github.com/ragdiag/ragdiag/trace"
	"github.com/ragdiag/ragdiag/trace/formats"
)

// broken is a retriever with a fault that some questions meet.
type broken struct{}

func (broken) Name() string { return "broken" }

func (broken) Retrieve(_ context.Context, q string, _ int) ([]trace.Hit, error) {
	if strings.Contains(q, "crash") {
		var none []trace.Hit
		return none[len(q):], nil
	}
	return []trace.Hit{}, nil
}

// TestAPanicCostsOneRecord holds that a fault in a stage skips its record and no
// other one.
func TestAPanicCostsOneRecord(t *testing.T) {
	p, err := pipeline.New(pipeline.Options{Retriever: broken{}, Workers: 2})
	require.NoError(t, err)
	in := func(yield func(*trace.Record, error) bool) {
		for i := range 9 {
			rec := &trace.Record{ID: fmt.Sprint(i), Question: "Who keeps the lamp?", Candidates: []trace.Hit{{ID: "x", Text: "Nobody."}}, Context: []trace.Passage{{Text: "Nobody."}}, Answer: &trace.Answer{Text: "Tolby"}, Gold: &trace.Gold{Answers: []string{"Mara"}}}
			if i%4 == 1 {
				rec.Question = "What makes it crash?"
			}
			if !yield(rec, nil) {
				return
			}
		}
	}
	n := 0
	for res := range p.Diagnose(t.Context(), in) {
		require.Equal(t, fmt.Sprint(n), res.Record.ID)
		if n%4 != 1 {
			require.NoError(t, res.Err)
		} else {
			var skip *formats.RecordError
			require.ErrorAs(t, res.Err, &skip)
			require.Equal(t, res.Record.ID, skip.Pos.Record)
			require.ErrorContains(t, res.Err, "slice bounds out of range")
			require.ErrorContains(t, res.Err, "broken.Retrieve at pipeline/robust_test.go:")
			require.Nil(t, res.Record.Evidence.Outcome, "half the evidence is none")
		}
		n++
	}
	require.Equal(t, 9, n)
}

// TestBadInput gives records that are broken in every way that real files were,
// and larger than any. Each must end in a verdict; what it says is for other
// tests.
func TestBadInput(t *testing.T) {
	size := 4 << 20
	many := 10_000
	if testing.Short() {
		size, many = 64<<10, 300
	}
	fill := func(s string) string { return strings.Repeat(s, size/len(s)) }
	passages := func(n int, text func(int) string) []trace.Passage {
		out := make([]trace.Passage, n)
		for i := range out {
			out[i].Text = text(i)
		}
		return out
	}
	const table = "| year | sales |\n|---|---|\n| 2019 | 4,200 |\n| 2020 | 5,100 |\n"
	const code = "```go\nfunc main() { fmt.Println(tamm.Reform([]int{1, 2})) }\n```"
	plain := func() *trace.Record {
		return &trace.Record{
			ID: "r", Question: "What did the pump of Kestrel cost in 1931?",
			Context: []trace.Passage{{Text: "The Orla 3 pump cost 4,200 crowns in 1931 at the harbour of Kestrel."}, {Text: "The ferry links Tolby and Harwell."}},
			Answer:  &trace.Answer{Text: "It cost 4,300 crowns [1]."}, Gold: &trace.Gold{Answers: []string{"4,200 crowns"}},
		}
	}
	type record = trace.Record
	tests := map[string]func(*record){
		"reference empty":             func(r *record) { r.Gold.Answers = []string{""} },
		"reference of blanks":         func(r *record) { r.Gold.Answers = []string{" \n\t"} },
		"reference nan":               func(r *record) { r.Gold.Answers = []string{"nan"} },
		"reference is a number":       func(r *record) { r.Gold.Answers = []string{"4200"} },
		"reference is a long number":  func(r *record) { r.Gold.Answers = []string{fill("9")} },
		"reference is a list":         func(r *record) { r.Gold.Answers = []string{"[\"4,200 crowns\", 'a', None]"} },
		"reference is an instruction": func(r *record) { r.Gold.Answers = []string{"The answer should mention the price and the year."} },
		"reference in Chinese":        func(r *record) { r.Gold.Answers = []string{"泵的价格为四千二百克朗。"} },
		"reference in Arabic": func(r *record) {
			r.Gold.Answers = []string{"كلفت المضخة ٤٢٠٠ كرونة في عام ١٩٣١."}
		},
		"reference is huge":        func(r *record) { r.Gold.Answers = []string{fill("It cost 4,200 crowns in 1931. ")} },
		"no references":            func(r *record) { r.Gold.Answers = []string{} },
		"evidence of nothing":      func(r *record) { r.Gold.Evidence = []trace.EvidenceSet{{}, {{}}, nil} },
		"answer empty":             func(r *record) { r.Answer.Text = "" },
		"answer of blanks":         func(r *record) { r.Answer.Text = "  \n " },
		"answer not recorded":      func(r *record) { r.Answer = nil },
		"answer is a tag":          func(r *record) { r.Answer.Text = "<think>" },
		"answer is a closed tag":   func(r *record) { r.Answer.Text = "<think></think>" },
		"answer is a citation":     func(r *record) { r.Answer.Text = "[1]" },
		"answer is citations":      func(r *record) { r.Answer.Text = "[1][2]【4:1†a】[^3] [99999999999999999999]" },
		"answer is a table":        func(r *record) { r.Answer.Text = table },
		"answer is code":           func(r *record) { r.Answer.Text = code },
		"answer is JSON":           func(r *record) { r.Answer.Text = `{"cost":[4200,{"of":null}]}` },
		"answer is deep JSON":      func(r *record) { r.Answer.Text = strings.Repeat("[", size/2) + strings.Repeat("]", size/2) },
		"answer is a long text":    func(r *record) { r.Answer.Text = fill("The pump of Kestrel cost 4,200 crowns in 1931 [1]. ") },
		"answer is one long word":  func(r *record) { r.Answer.Text = fill("a") },
		"answer is a long table":   func(r *record) { r.Answer.Text = fill(table) },
		"answer is open brackets":  func(r *record) { r.Answer.Text = fill("[(") },
		"answer is open quotes":    func(r *record) { r.Answer.Text = fill("\"'`*_") },
		"answer is many citations": func(r *record) { r.Answer.Text = fill("[1]") },
		"answer is many lines":     func(r *record) { r.Answer.Text = fill("- a\n") },
		"answer is many numbers":   func(r *record) { r.Answer.Text = fill("1 2,5 3.000 ") },
		"answer in Chinese, long":  func(r *record) { r.Answer.Text = fill("炉内火焰亮度高，不焰温差。") },
		"answer of marks":          func(r *record) { r.Answer.Text = fill("a\u0301\u0302\u0303") },
		"answer is no UTF-8":       func(r *record) { r.Answer.Text = "\xff\xfe [1] \xc3" },
		"citations outside": func(r *record) {
			r.Answer.Citations = []trace.Citation{{Start: -1, End: 9}, {Start: 0, End: 4000}, {Start: 9, End: 3, Targets: []string{""}}}
		},
		"question empty":         func(r *record) { r.Question = "" },
		"question is huge":       func(r *record) { r.Question = fill("What did the pump cost? ") },
		"context not recorded":   func(r *record) { r.Context = nil },
		"context empty":          func(r *record) { r.Context = []trace.Passage{} },
		"context of empty texts": func(r *record) { r.Context = make([]trace.Passage, 3) },
		"context repeated":       func(r *record) { r.Context = passages(50, func(int) string { return r.Context[0].Text }) },
		"context of many passages": func(r *record) {
			r.Context = passages(many, func(i int) string { return fmt.Sprintf("Item %d cost %d crowns in %d.", i, 3*i, 1900+i%90) })
		},
		"context of many equal passages": func(r *record) { r.Context = passages(many, func(int) string { return "The pump cost 4,200 crowns." }) },
		"context is HTML": func(r *record) {
			r.Context = passages(1, func(int) string {
				return "<html><body><table><tr><td>Orla 3<td>4,200</table><script>if (a<b) {}</script>" + fill("<div>")
			})
		},
		"context is one merged text": func(r *record) {
			r.Context = passages(1, func(int) string {
				return fill("The Orla 3 pump cost 4,200 crowns in 1931. The ferry links Tolby and Harwell. ")
			})
		},
		"context without sentences": func(r *record) { r.Context = passages(1, func(int) string { return fill("pump crowns harbour ") }) },
		"many candidates": func(r *record) {
			for i := range many {
				r.Candidates = append(r.Candidates, trace.Hit{Text: fmt.Sprintf("Item %d cost %d crowns.", i, i)})
			}
		},
		"many gold passages": func(r *record) {
			var set trace.EvidenceSet
			for i := range many {
				set = append(set, trace.Unit{Text: fmt.Sprintf("Item %d cost %d crowns.", i, i)})
			}
			r.Gold.Evidence = []trace.EvidenceSet{set}
		},
		"a long history": func(r *record) {
			for i := range many {
				r.History = append(r.History, trace.Turn{Role: "user", Text: fmt.Sprintf("And item %d of it?", i)})
			}
		},
	}
	p, err := pipeline.New(pipeline.Options{})
	require.NoError(t, err)
	for name, change := range tests {
		t.Run(name, func(t *testing.T) {
			rec := plain()
			change(rec)
			res := p.One(t.Context(), rec)
			require.NoError(t, res.Err)
			require.NotEmpty(t, res.Diagnosis.Status)
			require.NotEqual(t, diagnose.StatusSkipped, res.Diagnosis.Status)
			_, err := rec.MarshalJSON()
			require.NoError(t, err)
		})
	}
}
