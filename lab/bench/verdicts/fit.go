package main

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"github.com/ragdiag/ragdiag/diagnose"
	"github.com/ragdiag/ragdiag/internal/fit"
	"github.com/ragdiag/ragdiag/metrics/stat"
	"github.com/ragdiag/ragdiag/trace"
)

// sample is one row of a fit: signals, what people said, and where it is from.
type sample struct {
	x      []float64
	yes    bool
	source string
}

// neverFitted reports whether the licence of a source forbids to fit on it what
// ships: its rows are measured only.
func neverFitted(source string) bool { return strings.HasPrefix(source, "financebench") }

// fits prints the few numbers that ship, fitted on all sources that may be, and
// how they do on each source when it is left out.
func (b *bench) fits() error {
	rows, err := b.features()
	if err != nil {
		return err
	}
	var statements, missing, named []sample
	for _, r := range rows {
		if r.Bad == trace.TruthUnknown || r.Root == string(diagnose.GoldLabel) || r.Root == string(diagnose.Cite) {
			continue
		}
		if r.Prose {
			// The line wants signs that speak for yes: 1 − x where more means better.
			s := r.Signals
			statements = append(statements, sample{[]float64{1 - s.Claims, 1 - s.Least, 1 - s.Words, s.Declined}, r.Bad == trace.Yes, r.Source})
		}
		enough, ok := r.Ground.Sufficient.Chance()
		if d := &r.Diagnosis; d.Status == diagnose.StatusDiagnosed && d.P > 0 {
			one := &figures{}
			one.add(r.label(), d)
			named = append(named, sample{[]float64{logOdds(product(d))}, one.stated[0].right, r.Source})
		}
		if r.Bad == trace.Yes && ok && r.Ground.Sufficient.Grade > trace.GradeD && !r.Outcome.Answerable.IsNo() {
			missing = append(missing, sample{[]float64{logOdds(1 - enough)}, coarse3(r.Root) == isMissing, r.Source})
		}
	}
	if err := b.leaveOneOut("P(bad) where the reference makes statements: 1 − claims, 1 − least, 1 − words, declined", statements); err != nil {
		return err
	}
	if err := b.leaveOneOut("P(missing context), given that the answer is bad: log odds that the prompt does not suffice", missing); err != nil {
		return err
	}
	return b.leaveOneOut("P(a named verdict is right as printed): log odds of P(bad) times the chance of the cause", named)
}

// product is P(bad) times the chance of the coarse cause that is named.
func product(d *diagnose.Diagnosis) float64 {
	p, chance := known(d.PBad, 1), 0.
	for _, c := range d.Chances {
		if c.Cause.Coarse() == d.Root.Cause.Coarse() {
			chance += c.P
		}
	}
	return p * chance
}

func logOdds(p float64) float64 {
	p = min(max(p, .02), .98)
	return math.Log(p / (1 - p))
}

// leaveOneOut fits a line on all sources but one and applies it to that one, for
// each, and prints the line of all.
func (b *bench) leaveOneOut(name string, all []sample) error {
	sources := map[string]bool{}
	for _, s := range all {
		sources[s.source] = true
	}
	var p []float64
	var yes []bool
	for _, out := range slices.Sorted(maps.Keys(sources)) {
		line, err := fitted(all, out)
		if err != nil {
			return fmt.Errorf("%s: without %s: %w", name, out, err)
		}
		for _, s := range all {
			if s.source == out {
				p, yes = append(p, fit.Sigmoid(line.At(s.x))), append(yes, s.yes)
			}
		}
	}
	line, err := fitted(all, "")
	if err != nil {
		return err
	}
	auc, err := stat.AUC(p, yes)
	if err != nil {
		return err
	}
	right, sum := 0, 0.
	for i := range p {
		sum += p[i]
		if (p[i] >= .5) == yes[i] {
			right++
		}
	}
	came := 0
	for _, y := range yes {
		if y {
			came++
		}
	}
	b.printf("\n%s (n %d)\n\nfitted: bias %.2f, weights %.2f\none source left out: AUC %s, right at .5 %s, mean said %s, came true %s\n", name, len(all), line.Bias, line.Beta, short(auc), share(float64(right), len(p)), short(sum/float64(len(p))), short(float64(came)/float64(len(p))))
	return nil
}

// fitted is the line of all samples that may be fitted on but those of a source.
func fitted(all []sample, without string) (fit.Line, error) {
	p := fit.Problem{Lambda: .5}
	for _, s := range all {
		if s.source == without || neverFitted(s.source) {
			continue
		}
		y := 0.
		if s.yes {
			y = 1
		}
		p.X, p.Y = append(p.X, s.x), append(p.Y, y)
	}
	return fit.Logistic(p)
}
