package sufficient

import (
	"fmt"
	"math"
	"slices"
	"sort"
	"strings"
	"testing"

	"github.com/ragdiag/ragdiag/claim"
	"github.com/ragdiag/ragdiag/internal/fit"
	"github.com/ragdiag/ragdiag/internal/realdata"
	"github.com/ragdiag/ragdiag/trace"
)

type nat struct {
	id, src, lang string
	y             float64
	sure          bool
	r             Result
	cp, cm        float64
}

func natural(t *testing.T) (out []nat) {
	type label struct {
		ID, Root, Sub string
		Acceptable    []string
	}
	labels := map[string]label{}
	for l := range realdata.Values[label](t, "natural/labels.jsonl") {
		labels[l.ID] = l
	}
	v := claim.New(claim.Options{})
	for rec := range realdata.Values[trace.Record](t, "natural/records.jsonl") {
		l := labels[rec.ID]
		if rec.Gold == nil || len(rec.Gold.Answers) == 0 {
			continue
		}
		n := nat{id: rec.ID, src: rec.Tags["source"], lang: rec.Tags["lang"]}
		switch {
		case l.Root == "retrieval" || l.Root == "context-selection":
			n.sure = !slices.Contains(l.Acceptable, "right") && !slices.Contains(l.Acceptable, "ignored-context")
		case l.Root == "ignored-context" || l.Root == "right" && !strings.Contains(l.Sub, "refusal"):
			n.y = 1
			n.sure = !slices.Contains(l.Acceptable, "retrieval") && !slices.Contains(l.Acceptable, "unsupported-generation") && !slices.Contains(l.Acceptable, "context-selection")
		case l.Root == "right":
			n.sure = true
		default:
			continue
		}
		ts := New(v, rec.Question, rec.Gold)
		n.r = ts.In(Passages(rec.Context, nil))
		c := v.Record(&rec)
		var k float64
		n.cm = 1
		for _, cl := range claim.Split(rec.Gold.Answers[0]) {
			p := c.Check(cl.Text).P
			n.cp += p
			k++
			n.cm = min(n.cm, p)
		}
		n.cp /= max(1, k)
		out = append(out, n)
	}
	return out
}

func auc(s, y []float64) float64 {
	var w, n float64
	for i := range s {
		for j := range s {
			if y[i] == 1 && y[j] == 0 {
				n++
				if s[i] > s[j] {
					w++
				} else if s[i] == s[j] {
					w += .5
				}
			}
		}
	}
	return w / n
}

func TestExplore(t *testing.T) {
	var rows []nat
	for _, n := range natural(t) {
		if n.r.Kind == ByContent {
			rows = append(rows, n)
		}
	}
	feats := map[string]func(n nat) float64{
		"Mean":   func(n nat) float64 { return n.r.Features.Mean },
		"Least":  func(n nat) float64 { return n.r.Features.Least },
		"Whole":  func(n nat) float64 { return n.r.Features.Whole },
		"Place":  func(n nat) float64 { return n.r.Features.Place },
		"Values": func(n nat) float64 { return n.r.Features.Values },
		"Asked":  func(n nat) float64 { return n.r.Features.Asked },
		"Short":  func(n nat) float64 { return n.r.Features.Short },
		"Stated": func(n nat) float64 { return n.r.Features.Stated },
		"cp":     func(n nat) float64 { return n.cp },
		"cm":     func(n nat) float64 { return n.cm },
		"MP":     func(n nat) float64 { return n.r.Features.Mean * n.r.Features.Place },
		"NMass": func(n nat) float64 {
			if len(n.r.Parts) > 1 {
				return 1
			}
			return 0
		},
		"Full": func(n nat) float64 {
			if n.r.Features.Least > .95 {
				return 1
			}
			return 0
		},
		"Cut": func(n nat) float64 {
			if n.r.Features.Cut {
				return 1
			}
			return 0
		},
	}
	for _, set := range []string{"Whole Least Values", "Whole Least Values Short", "Whole Least Values Place", "Whole Least Values Place Short", "Whole Least Values Asked Short", "Whole Least Values Stated Short", "cm Whole Least Values Short", "Mean Least Values Place Short"} {
		names := strings.Fields(set)
		x := func(n nat) (out []float64) {
			for _, f := range names {
				out = append(out, feats[f](n))
			}
			return
		}
		srcs := map[string]bool{}
		for _, n := range rows {
			srcs[n.src] = true
		}
		var order []string
		for s := range srcs {
			order = append(order, s)
		}
		sort.Strings(order)
		var ps, ys, fps, fys, sps, sys []float64
		ll := 0.
		for _, s := range order {
			var p fit.Problem
			for _, n := range rows {
				if n.src == s || n.src == "financebench" {
					continue
				}
				p.X = append(p.X, x(n))
				p.Y = append(p.Y, n.y)
				w := 1.
				if !n.sure {
					w = .5
				}
				p.W = append(p.W, w)
			}
			p.Lambda = 1
			line, err := fit.Logistic(p)
			if err != nil {
				t.Fatal(err)
			}
			for _, n := range rows {
				if n.src == s {
					pr := fit.Sigmoid(line.At(x(n)))
					if s == "financebench" {
						fps = append(fps, pr)
						fys = append(fys, n.y)
						continue
					}
					ps = append(ps, pr)
					ys = append(ys, n.y)
					if n.sure {
						sps = append(sps, pr)
						sys = append(sys, n.y)
						ll -= n.y*math.Log(pr) + (1-n.y)*math.Log(1-pr)
					}
				}
			}
			if s == "financebench" {
				fmt.Printf("   %v ", line)
			}
		}
		m := 0.
		for _, p := range fps {
			m += p
		}
		fmt.Printf("%-40s auc %.3f sure %.3f (n %d) logloss %.3f fin mean %.2f\n", set, auc(ps, ys), auc(sps, sys), len(sps), ll/float64(len(sps)), m/float64(len(fps)))
	}
}
