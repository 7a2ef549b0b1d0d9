package sufficient

import (
	"fmt"
	"strings"
	"testing"

	"github.com/ragdiag/ragdiag/claim"
	"github.com/ragdiag/ragdiag/internal/fit"
	"github.com/ragdiag/ragdiag/internal/realdata"
)

func TestQ(t *testing.T) {
	v := claim.New(claim.Options{})
	var X [][]float64
	var Y []float64
	show := func(name string, fs []Features, y []float64) {
		var a, s, o []float64
		for i, f := range fs {
			a, s, o = append(a, f.Asked), append(s, f.Stated), append(o, f.Operands)
			X = append(X, []float64{f.Asked, f.Stated})
			Y = append(Y, y[i])
		}
		fmt.Printf("%s n %d asked %.3f stated %.3f operands %.3f\n", name, len(y), auc(a, y), auc(s, y), auc(o, y))
	}
	type cl struct {
		Input      string
		Passages   []struct{ Title, Text string }
		Answerable bool
	}
	var fs []Features
	var y []float64
	for r := range realdata.Values[cl](t, "clapnq/dev.jsonl") {
		ts := New(v, r.Input, nil)
		fs = append(fs, ts.In([]Passage{{Title: r.Passages[0].Title, Text: r.Passages[0].Text}}).Features)
		if r.Answerable {
			y = append(y, 1)
		} else {
			y = append(y, 0)
		}
	}
	show("clapnq", fs, y)
	for _, l := range []string{"en", "fr", "zh"} {
		fs, y = nil, nil
		for k, f := range []string{"non_relevant", "relevant"} {
			type nm struct{ Prompt string }
			for r := range realdata.Values[nm](t, "nomiracl/"+f+"."+l+".jsonl") {
				_, rest, _ := strings.Cut(r.Prompt, "QUESTION:\n")
				q, rest, _ := strings.Cut(rest, "\n\nCONTEXTS:\n")
				if i := strings.LastIndex(rest, "\n\nOUTPUT"); i > 0 {
					rest = rest[:i]
				}
				var ps []Passage
				for _, p := range strings.Split(rest, "\n\n[") {
					if i := strings.Index(p, "] "); i >= 0 {
						p = p[i+2:]
					}
					title, body, _ := strings.Cut(p, ": ")
					ps = append(ps, Passage{Title: title, Text: body})
				}
				fs = append(fs, New(v, q, nil).In(ps).Features)
				y = append(y, float64(k))
			}
		}
		show("nomiracl "+l, fs, y)
	}
	line, err := fit.Logistic(fit.Problem{X: X, Y: Y, Lambda: 1})
	fmt.Println(line, err)
}
