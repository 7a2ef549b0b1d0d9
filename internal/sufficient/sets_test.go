package sufficient

import (
	"fmt"
	"math"
	"testing"

	"github.com/ragdiag/ragdiag/claim"
	"github.com/ragdiag/ragdiag/internal/realdata"
	"github.com/ragdiag/ragdiag/trace"
)

type squad struct {
	Data []struct {
		Paragraphs []struct {
			Context string
			Qas     []struct {
				Question, ID string
				Answers      []struct{ Text string }
			}
		}
	}
}

func report(name string, p, y []float64) {
	var b, m1, m0, n1, n0 float64
	var yes, yesOK, no, noOK float64
	bins := make([][3]float64, 5)
	for i := range p {
		b += (p[i] - y[i]) * (p[i] - y[i])
		if y[i] == 1 {
			m1 += p[i]
			n1++
		} else {
			m0 += p[i]
			n0++
		}
		if p[i] >= .7 {
			yes++
			yesOK += y[i]
		}
		if p[i] <= .3 {
			no++
			noOK += 1 - y[i]
		}
		k := min(4, int(p[i]*5))
		bins[k][0]++
		bins[k][1] += p[i]
		bins[k][2] += y[i]
	}
	e := 0.
	s := ""
	for _, k := range bins {
		if k[0] > 0 {
			e += math.Abs(k[1] - k[2])
			s += fmt.Sprintf(" %.0f:%.2f/%.2f", k[0], k[1]/k[0], k[2]/k[0])
		}
	}
	fmt.Printf("%-28s n %5d auc %.3f brier %.3f ece %.3f mean yes %.2f no %.2f | >=.7: %.0f right %.2f  <=.3: %.0f right %.2f | %s\n", name, len(p), auc(p, y), b/float64(len(p)), e/float64(len(p)), m1/n1, m0/n0, yes, yesOK/max(1, yes), no, noOK/max(1, no), s)
}

func TestSets(t *testing.T) {
	v := claim.New(claim.Options{})
	type row struct {
		q string
		g *trace.Gold
		p []Passage
	}
	{
		type nq struct {
			Question string
			Answers  []string
			Ctxs     []struct{ Title, Text string }
		}
		var rows []row
		for r := range realdata.Values[nq](t, "nq_oracle/dev.jsonl") {
			if len(rows) == 400 {
				break
			}
			rows = append(rows, row{r.Question, &trace.Gold{Answers: r.Answers}, []Passage{{Title: r.Ctxs[0].Title, Text: r.Ctxs[0].Text}}})
		}
		var p, y []float64
		for i, r := range rows {
			ts := New(v, r.q, r.g)
			p = append(p, ts.In(r.p).P, ts.In(rows[(i+1)%len(rows)].p).P)
			y = append(y, 1, 0)
		}
		report("nq_oracle", p, y)
	}
	{
		type task struct {
			Question     string
			Final_answer string
			Enrichments  map[string][]string
			Contexts     []struct {
				ID       string
				Relevant []string
			}
		}
		var p, y, p2, y2 []float64
		type pass struct{ ID, Title, Text string }
		byID := map[string]Passage{}
		for r := range realdata.Values[pass](t, "mtrag/passages.jsonl") {
			byID[r.ID] = Passage{Title: r.Title, Text: r.Text}
		}
		miss := 0
		for r := range realdata.Values[task](t, "mtrag/tasks.jsonl") {
			var rel, irr []Passage
			for _, c := range r.Contexts {
				if byID[c.ID].Text == "" {
					miss++
					continue
				}
				if len(c.Relevant) > 0 && c.Relevant[0] == "yes" {
					rel = append(rel, byID[c.ID])
				} else {
					irr = append(irr, byID[c.ID])
				}
			}
			an := ""
			if a := r.Enrichments["Answerability"]; len(a) > 0 {
				an = a[0]
			}
			if r.Final_answer == "" {
				continue
			}
			ts := New(v, r.Question, &trace.Gold{Answers: []string{r.Final_answer}})
			if an == "ANSWERABLE" && len(rel) > 0 {
				x := ts.In(rel)
				if x.Kind == ByContent {
					p = append(p, x.P)
					y = append(y, 1)
				}
			}
			if len(irr) > 0 && an == "ANSWERABLE" && len(rel) > 0 {
				x := ts.In(irr)
				if x.Kind == ByContent {
					p = append(p, x.P)
					y = append(y, 0)
				}
			}
			all := append(rel, irr...)
			if len(all) > 0 && (an == "ANSWERABLE" || an == "UNANSWERABLE") {
				x := ts.In(all)
				p2 = append(p2, x.P)
				if an == "ANSWERABLE" {
					y2 = append(y2, 1)
				} else {
					y2 = append(y2, 0)
				}
			}
		}
		report("mtrag relevant/irrelevant", p, y)
		report("mtrag answerable", p2, y2)
		fmt.Println(miss)
	}
	{
		type cl struct {
			Input      string
			Passages   []struct{ Title, Text string }
			Output     []struct{ Answer string }
			Answerable bool
		}
		var rows []row
		for r := range realdata.Values[cl](t, "clapnq/dev.jsonl") {
			if !r.Answerable {
				continue
			}
			var g trace.Gold
			for _, o := range r.Output {
				g.Answers = append(g.Answers, o.Answer)
			}
			rows = append(rows, row{r.Input, &g, []Passage{{Title: r.Passages[0].Title, Text: r.Passages[0].Text}}})
		}
		var p, y []float64
		for i, r := range rows {
			ts := New(v, r.q, r.g)
			p = append(p, ts.In(r.p).P, ts.In(rows[(i+1)%len(rows)].p).P)
			y = append(y, 1, 0)
		}
		report("clapnq swapped", p, y)
	}
	docs := map[string]squad{}
	for _, l := range []string{"en", "de", "zh", "ar"} {
		for d := range realdata.Values[squad](t, "xquad/xquad."+l+".json") {
			docs[l] = d
		}
	}
	for _, pair := range [][2]string{{"en", "en"}, {"de", "de"}, {"zh", "zh"}, {"ar", "ar"}, {"en", "de"}, {"de", "en"}, {"zh", "en"}, {"en", "ar"}, {"ar", "en"}, {"en", "zh"}} {
		var p, y []float64
		kinds := map[Kind]int{}
		n := 0
		for a, art := range docs[pair[0]].Data {
			for b, par := range art.Paragraphs {
				for c, qa := range par.Qas {
					if n++; n%3 != 0 {
						continue
					}
					ts := New(v, qa.Question, &trace.Gold{Answers: []string{qa.Answers[0].Text}})
					in := docs[pair[1]].Data[a].Paragraphs
					_ = c
					x1, x0 := ts.In([]Passage{{Text: in[b].Context}}), ts.In([]Passage{{Text: in[(b+1)%len(in)].Context}})
					kinds[x1.Kind]++
					p = append(p, x1.P, x0.P)
					y = append(y, 1, 0)
				}
			}
		}
		report("xquad "+pair[0]+"->"+pair[1], p, y)
		if pair[0] != pair[1] {
			fmt.Println("   ", kinds)
		}
	}
}
