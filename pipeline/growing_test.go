package pipeline_test

import (
	"fmt"
	"testing"

	"github.com/ragdiag/ragdiag/pipeline"
	"github.com/ragdiag/ragdiag/trace"
)

// grown is a record with n candidates, n gold units and n passages, of which half
// hold gold evidence. Units are named by ID, by text or by both.
func grown(n int, ids, texts bool) *trace.Record {
	rec := &trace.Record{
		ID: "r", Question: "When did mill 3 open?",
		Answer: &trace.Answer{Text: "Mill 3 was opened in 1903 by Ann Ott."},
		Gold:   &trace.Gold{Answers: []string{"1903"}},
	}
	for i := range n {
		id := fmt.Sprintf("d%d#%d", i/7, i%7)
		text := fmt.Sprintf("Mill %d was opened in %d by engineer number%d of the county%d and closed by its heirs%d.", i, 1900+i%90, i, i%50, i*7)
		rec.Candidates = append(rec.Candidates, trace.Hit{ID: id, Text: text, Score: trace.Known(float64(-i))})
		if i%2 == 0 {
			rec.Context = append(rec.Context, trace.Passage{ID: id, Text: text})
		} else {
			rec.Context = append(rec.Context, trace.Passage{ID: id + "x", Text: fmt.Sprintf("The ferry%d to Norrby leaves at noon%d from the pier%d.", i, i, i%9)})
		}
		var u trace.Unit
		if ids {
			u.ID = id
		}
		if texts {
			u.Text = text
		}
		if i%3 == 0 { // lost
			u = trace.Unit{ID: fmt.Sprintf("e%d#1", i), Text: fmt.Sprintf("The barn%d of Venn%d burned down in the winter%d of the year.", i, i, i%11)}
		}
		rec.Gold.Evidence = append(rec.Gold.Evidence, trace.EvidenceSet{u})
	}
	return rec
}

// BenchmarkGrowing diagnoses records of one, two and four times a size: the time
// must grow no faster.
func BenchmarkGrowing(b *testing.B) {
	p, err := pipeline.New(pipeline.Options{})
	if err != nil {
		b.Fatal(err)
	}
	for _, how := range []struct {
		name       string
		ids, texts bool
	}{{"ids", true, false}, {"texts", false, true}, {"both", true, true}} {
		for _, n := range []int{1000, 2000, 4000} {
			b.Run(fmt.Sprintf("%s/%d", how.name, n), func(b *testing.B) {
				for b.Loop() {
					if res := p.One(b.Context(), grown(n, how.ids, how.texts)); res.Err != nil {
						b.Fatal(res.Err)
					}
				}
			})
		}
	}
}
