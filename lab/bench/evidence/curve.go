package main

import (
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"sync"

	"github.com/ragdiag/ragdiag/claim"
	"github.com/ragdiag/ragdiag/internal/text"
	"github.com/ragdiag/ragdiag/lab/verifier"
	"github.com/ragdiag/ragdiag/metrics/stat"
	"github.com/ragdiag/ragdiag/trace"
)

// curveSeeds is the number of draws of each training set.
const curveSeeds = 20

// curveSizes are the sizes of training sets, in claims; 0 stands for the
// equal-weight prior, which has seen none.
var curveSizes = []int{0, 50, 100, 200, 400, 800, 1600, 3200}

// curve prints how the verifier gains from labels: fitted on more and more
// claims of the same set and judged on the folds that were left out, and fitted
// on more and more of the development labels and judged on AttributionBench.
// Then it prints where the verifier errs.
func curve(w io.Writer, data string, p passages) error {
	fmt.Fprintf(w, "Mean over %d draws of the training claims, whole groups at a time, and in brackets the range that holds 95 %% of the draws. AUC is of the weighted sum, before a verdict or a probability is made of it. 0 claims: the equal weights that fitting starts from.\n\n", curveSeeds)
	fmt.Fprintln(w, "| judged | fitted on | claims seen | AUC | balanced accuracy |")
	fmt.Fprintln(w, "|---|---|---|---|---|")
	var dev []verifier.Row
	for _, set := range []struct {
		name string
		read func(string) ([]verifier.Label, error)
	}{{"WiCE dev", wice}, {"ExpertQA dev", expertqa}} {
		labels, err := set.read(data)
		if err != nil {
			return err
		}
		rows, _ := measured(labels)
		dev = append(dev, rows...)
		if err := learn(w, set.name, "the other folds", rows, func(k int) (train, test []verifier.Row) {
			for _, r := range rows {
				if verifier.Fold(r.Group) == k {
					test = append(test, r)
				} else {
					train = append(train, r)
				}
			}
			return train, test
		}, 5); err != nil {
			return err
		}
	}
	labels, err := mtrag(data, p)
	if err != nil {
		return err
	}
	rows, _ := measured(labels)
	dev = append(dev, rows...)
	bench, err := attribution(data)
	if err != nil {
		return err
	}
	for _, source := range []string{"all", "AttributedQA"} {
		test, _ := measured(bench[source])
		if err := learn(w, "AttributionBench, "+source, "WiCE, ExpertQA, mtrag", test, func(int) (_, _ []verifier.Row) { return dev, test }, 1); err != nil {
			return err
		}
	}
	return errorClasses(w, data, p, bench)
}

// learn prints the curve of one set. part gives the rows to fit on and to judge
// of each of n parts; the judged rows of all parts count together.
func learn(w io.Writer, name, fittedOn string, all []verifier.Row, part func(k int) (train, test []verifier.Row), n int) error {
	trains, tests := make([][]verifier.Row, n), make([][]verifier.Row, n)
	most := len(all)
	for k := range n {
		trains[k], tests[k] = part(k)
		most = min(most, len(trains[k]))
		if n == 1 {
			most = len(trains[k])
		}
	}
	sizes := slices.DeleteFunc(slices.Clone(curveSizes), func(s int) bool { return s >= most })
	for _, size := range append(sizes, -1) {
		draws := curveSeeds
		if size <= 0 {
			draws = 1
		}
		aucs, accuracies := make([]float64, draws), make([]float64, draws)
		errs := make([]error, draws)
		var wg sync.WaitGroup
		for seed := range draws {
			wg.Go(func() { aucs[seed], accuracies[seed], errs[seed] = drawn(trains, tests, size, uint64(seed+1)) })
		}
		wg.Wait()
		if err := errors.Join(errs...); err != nil {
			return err
		}
		seen := fmt.Sprint(size)
		if size < 0 {
			seen = fmt.Sprintf("all (%d)", most)
		}
		accuracy := spread(accuracies)
		if size == 0 {
			accuracy = "no threshold"
		}
		fmt.Fprintf(w, "| %s (n = %d) | %s | %s | %s | %s |\n", name, len(all), fittedOn, seen, spread(aucs), accuracy)
	}
	return nil
}

// drawn fits on size claims drawn from each training part and judges the part
// that goes with it; size −1 stands for all, 0 for the prior alone.
func drawn(trains, tests [][]verifier.Row, size int, seed uint64) (auc, accuracy float64, err error) {
	var odds []float64
	var yes []bool
	var right, count [2]float64
	for k, train := range trains {
		m := verifier.EqualWeights()
		if size != 0 {
			rng := rand.New(rand.NewPCG(seed, uint64(k)))
			if m, err = fitted(draw(train, size, rng)); err != nil {
				return 0, 0, err
			}
		}
		for _, r := range tests[k] {
			z := verifier.Odds(m, &r.X)
			odds, yes = append(odds, z), append(yes, r.Supported)
			class := 0
			if r.Supported {
				class = 1
			}
			count[class]++
			if (z >= 0) == r.Supported {
				right[class]++
			}
		}
	}
	auc, err = stat.AUC(odds, yes)
	return auc, (right[0]/count[0] + right[1]/count[1]) / 2, err
}

// draw takes whole groups by chance until there are size rows of both answers,
// and cuts the last group; size −1 takes all.
func draw(rows []verifier.Row, size int, rng *rand.Rand) []verifier.Row {
	if size < 0 {
		return rows
	}
	var names []string
	groups := map[string][]verifier.Row{}
	for _, r := range rows {
		if groups[r.Group] == nil {
			names = append(names, r.Group)
		}
		groups[r.Group] = append(groups[r.Group], r)
	}
	rng.Shuffle(len(names), func(i, j int) { names[i], names[j] = names[j], names[i] })
	var out []verifier.Row
	for _, name := range names {
		out = append(out, groups[name]...)
		if len(out) >= size && mixed(out[:size]) {
			return out[:size]
		}
	}
	return out
}

// mixed reports whether a fold of rows can be left out and both answers stay.
func mixed(rows []verifier.Row) bool {
	for k := range 5 {
		var seen [2]bool
		for _, r := range rows {
			if verifier.Fold(r.Group) != k {
				seen[map[bool]int{true: 1}[r.Supported]] = true
			}
		}
		if !seen[0] || !seen[1] {
			return false
		}
	}
	return true
}

// spread writes a mean and the range that holds 95 % of the values.
func spread(x []float64) string {
	mean := 0.
	for _, v := range x {
		mean += v / float64(len(x))
	}
	if len(x) == 1 {
		return fmt.Sprintf("%.3f", mean)
	}
	iv, err := stat.PercentileInterval(x, stat.DefaultLevel)
	if err != nil {
		return err.Error()
	}
	return fmt.Sprintf("%.3f %v", mean, iv)
}

// judgement is a judged claim with what it is like.
type judgement struct {
	verifier.Judged
	words  int     // content words
	values int     // numbers and dates
	found  float64 // share of its word mass in the passages
}

// errorClasses prints where the shipped verifier errs. WiCE and ExpertQA are
// among the labels that it was fitted on, so they are judged by folds.
func errorClasses(w io.Writer, data string, p passages, bench map[string][]verifier.Label) error {
	fmt.Fprintln(w, "\nWhere it errs: share of wrong answers at the even chance, of claims that people call supported (missed) and of the others (waved through).")
	fmt.Fprintln(w, "\n| set | claims | n | supported | AUC | AUC of word coverage | missed | waved through | abstains |\n|---|---|---|---|---|---|---|---|---|")
	shipped := claim.New(claim.Options{})
	for _, set := range []struct {
		name string
		read func() ([]judgement, error)
	}{
		{"WiCE dev, 5 folds", func() ([]judgement, error) { return judgedByFolds(data, wice) }},
		{"ExpertQA dev, 5 folds", func() ([]judgement, error) { return judgedByFolds(data, expertqa) }},
		{"AttributedQA", func() ([]judgement, error) { return judgements(shipped, bench["AttributedQA"]) }},
		{"LFQA", func() ([]judgement, error) { return judgements(shipped, bench["LFQA"]) }},
		{"Stanford-GenSearch", func() ([]judgement, error) { return judgements(shipped, bench["Stanford-GenSearch"]) }},
		{"fiqa_cited", func() ([]judgement, error) {
			labels, err := fiqa(data, p)
			if err != nil {
				return nil, err
			}
			return judgements(shipped, labels)
		}},
	} {
		rows, err := set.read()
		if err != nil {
			return err
		}
		for _, c := range []struct {
			name string
			in   func(judgement) bool
		}{
			{"all", func(judgement) bool { return true }},
			{"at most 8 content words", func(j judgement) bool { return j.words <= 8 }},
			{"9 to 16", func(j judgement) bool { return j.words > 8 && j.words <= 16 }},
			{"more than 16", func(j judgement) bool { return j.words > 16 }},
			{"no number or date", func(j judgement) bool { return j.values == 0 }},
			{"one", func(j judgement) bool { return j.values == 1 }},
			{"two and more", func(j judgement) bool { return j.values > 1 }},
			{"less than half of its words found", func(j judgement) bool { return j.found < .5 }},
			{"half to .8", func(j judgement) bool { return j.found >= .5 && j.found < .8 }},
			{".8 to .95", func(j judgement) bool { return j.found >= .8 && j.found < .95 }},
			{"nearly all", func(j judgement) bool { return j.found >= .95 }},
		} {
			classRow(w, set.name, c.name, rows, c.in)
		}
	}
	return nil
}

// fewest is the number of claims of the rarer answer below which a class has no
// AUC worth printing.
const fewest = 5

// classRow prints the errors among the rows of a class.
func classRow(w io.Writer, set, class string, rows []judgement, in func(judgement) bool) {
	var p, words []float64
	var yes []bool
	var n, wrong [2]int
	abstained := 0
	for _, r := range rows {
		if !in(r) {
			continue
		}
		p, words, yes = append(p, r.Verdict.P), append(words, r.found), append(yes, r.Supported)
		k := map[bool]int{true: 1}[r.Supported]
		n[k]++
		if (r.Margin >= 0) != r.Supported {
			wrong[k]++
		}
		if r.Verdict.Support == trace.Abstain {
			abstained++
		}
	}
	if len(p) == 0 {
		return
	}
	area := func(x []float64) string {
		a, err := stat.AUC(x, yes)
		if err != nil || min(n[0], n[1]) < fewest {
			return "–"
		}
		return fmt.Sprintf("%.3f", a)
	}
	fmt.Fprintf(w, "| %s | %s | %d | %.2f | %s | %s | %s | %s | %.2f |\n", set, class, len(p), float64(n[1])/float64(len(p)), area(p), area(words),
		portion(wrong[1], n[1]), portion(wrong[0], n[0]), float64(abstained)/float64(len(p)))
}

func portion(k, n int) string {
	if n == 0 {
		return "–"
	}
	return fmt.Sprintf("%.2f (%d of %d)", float64(k)/float64(n), k, n)
}

func judgements(v *claim.Verifier, labels []verifier.Label) ([]judgement, error) {
	var out []judgement
	for _, l := range labels {
		j, err := verifier.Judge(v, l)
		if err != nil {
			return nil, err
		}
		d := text.Analyze(l.Claim, "")
		out = append(out, judgement{j, len(d.Terms), len(d.Numbers()) + len(d.Dates()), j.Words})
	}
	return out, nil
}

// judgedByFolds judges each fold by a model that the others were fitted on.
func judgedByFolds(data string, read func(string) ([]verifier.Label, error)) ([]judgement, error) {
	labels, err := read(data)
	if err != nil {
		return nil, err
	}
	rows, kept := measured(labels)
	var out []judgement
	for k := range 5 {
		var others []verifier.Row
		var own []verifier.Label
		for i, r := range rows {
			if verifier.Fold(r.Group) == k {
				own = append(own, kept[i])
			} else {
				others = append(others, r)
			}
		}
		m, err := fitted(others)
		if err != nil {
			return nil, err
		}
		js, err := judgements(claim.New(claim.Options{Model: m}), own)
		if err != nil {
			return nil, err
		}
		out = append(out, js...)
	}
	return out, nil
}
