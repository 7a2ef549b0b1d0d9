package main

import (
	"fmt"
	"io"
	"maps"
	"slices"

	"github.com/ragdiag/ragdiag/claim"
	"github.com/ragdiag/ragdiag/lab/verifier"
	"github.com/ragdiag/ragdiag/metrics/stat"
)

const seed = 1

// tables prints everything.
func tables(w io.Writer, data string, p passages) error {
	sets := map[string][]verifier.Label{}
	for name, read := range map[string]func() ([]verifier.Label, error){
		"wice":     func() ([]verifier.Label, error) { return wice(data) },
		"expertqa": func() ([]verifier.Label, error) { return expertqa(data) },
		"mtrag":    func() ([]verifier.Label, error) { return mtrag(data, p) },
		"fiqa":     func() ([]verifier.Label, error) { return fiqa(data, p) },
		"clapnq":   func() ([]verifier.Label, error) { return clapnq(data) },
	} {
		var err error
		if sets[name], err = read(); err != nil {
			return err
		}
	}
	bench, err := attribution(data)
	if err != nil {
		return err
	}
	fmt.Fprintf(w, "Weights %s, %d bytes.\n\n", claim.Shipped().Hash(), len(claim.Shipped().JSON()))
	fmt.Fprintln(w, "| claims | fitted on | n | AUC | AUC of IDF word coverage | gain | balanced accuracy | abstains | the same where decided | contradicted, falsely | ECE |")
	fmt.Fprintln(w, "|---|---|---|---|---|---|---|---|---|---|---|")
	var calibration []named
	for _, name := range []string{"wice", "expertqa"} {
		q, err := crossValidated(sets[name])
		if err != nil {
			return err
		}
		row(w, name, "itself, 5 folds", q)
		calibration = append(calibration, named{name + ", itself, 5 folds", q})
	}
	for _, t := range []struct{ on, by string }{{"expertqa", "wice"}, {"wice", "expertqa"}} {
		q, err := elsewhere(sets[t.by], sets[t.on])
		if err != nil {
			return err
		}
		row(w, t.on, t.by, q)
	}
	shipped := claim.New(claim.Options{})
	for _, name := range slices.Sorted(maps.Keys(bench)) {
		q, err := evaluate(shipped, bench[name])
		if err != nil {
			return err
		}
		row(w, "AttributionBench, "+name, "shipped", q)
		if name == "all" {
			calibration = append(calibration, named{"AttributionBench, shipped", q})
		}
	}
	for _, name := range []string{"fiqa", "clapnq"} {
		q, err := evaluate(shipped, sets[name])
		if err != nil {
			return err
		}
		row(w, name, "shipped", q)
		if name == "clapnq" {
			defer fmt.Fprintf(w, "\nclapnq: reference claims supported by their gold passage %s, by that of another question %s.\n",
				share(q.SaidSupport-q.FalseSupport, q.Supported), share(q.FalseSupport, q.N-q.Supported))
		}
	}
	for _, c := range calibration {
		reliability(w, c)
	}
	return languages(w, data)
}

// named is a quality with its title.
type named struct {
	title string
	verifier.Quality
}

// crossValidated fits on four folds of groups and judges the fifth.
func crossValidated(labels []verifier.Label) (verifier.Quality, error) {
	rows, kept := measured(labels)
	var judged []verifier.Judged
	for k := range 5 {
		var others []verifier.Row
		for _, r := range rows {
			if verifier.Fold(r.Group) != k {
				others = append(others, r)
			}
		}
		m, err := fitted(others)
		if err != nil {
			return verifier.Quality{}, err
		}
		v := claim.New(claim.Options{Model: m})
		for i, l := range kept {
			if verifier.Fold(rows[i].Group) != k {
				continue
			}
			j, err := verifier.Judge(v, l)
			if err != nil {
				return verifier.Quality{}, err
			}
			judged = append(judged, j)
		}
	}
	return verifier.Evaluate(judged, seed)
}

// elsewhere fits on one set and judges another.
func elsewhere(by, on []verifier.Label) (verifier.Quality, error) {
	rows, _ := measured(by)
	m, err := fitted(rows)
	if err != nil {
		return verifier.Quality{}, err
	}
	return evaluate(claim.New(claim.Options{Model: m}), on)
}

// fitted is a model of rows alone; folds may have fewer than a user must bring.
func fitted(rows []verifier.Row) (*claim.Model, error) { return verifier.Fit(nil, rows) }

// measured reduces labels to rows, and keeps the labels that have one.
func measured(labels []verifier.Label) ([]verifier.Row, []verifier.Label) {
	rows := verifier.NewRows(claim.New(claim.Options{}))
	var kept []verifier.Label
	for _, l := range labels {
		if _, ok := rows.Add(l); ok {
			kept = append(kept, l)
		}
	}
	return rows.List(), kept
}

func evaluate(v *claim.Verifier, labels []verifier.Label) (verifier.Quality, error) {
	var judged []verifier.Judged
	for _, l := range labels {
		j, err := verifier.Judge(v, l)
		if err != nil {
			return verifier.Quality{}, err
		}
		judged = append(judged, j)
	}
	return verifier.Evaluate(judged, seed)
}

func row(w io.Writer, name, fitted string, q verifier.Quality) {
	fmt.Fprintf(w, "| %s | %s | %d | %.3f %v | %.3f | %+.3f %v | %.3f %v | %.3f | %.3f | %d, %d | %.3f |\n", name, fitted, q.N, q.AUC, q.AUCRange,
		q.Words, q.AUC-q.Words, q.Gain, q.Balanced, q.BalancedRange, q.Abstains, q.Decided, q.Contradicted, q.Falsely, q.ECE)
}

func reliability(w io.Writer, c named) {
	fmt.Fprintf(w, "\n%s: ECE %.3f, Brier %.3f\n\n| said | n | mean | came true |\n|---|---|---|---|\n", c.title, c.ECE, c.Brier)
	for _, b := range c.Bins {
		if b.N > 0 {
			fmt.Fprintf(w, "| %.1f to %.1f | %d | %.2f | %.2f |\n", b.Lo, b.Hi, b.N, b.Confidence, b.Accuracy)
		}
	}
}

func share(k, n int) string {
	iv, err := stat.Proportion(k, n)
	if err != nil {
		return err.Error()
	}
	return fmt.Sprintf("%.3f %v (n = %d)", float64(k)/float64(n), iv, n)
}
