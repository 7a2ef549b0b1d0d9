package main

import (
	"bufio"
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"os"
	"slices"

	"github.com/ragdiag/ragdiag/diagnose"
	"github.com/ragdiag/ragdiag/trace"
)

// label is what two people agreed on about one answer.
type label struct {
	ID         string      `json:"id"`
	Bad        trace.Truth `json:"bad"`
	Root       string      `json:"root"`
	Sub        string      `json:"sub"`
	Acceptable []string    `json:"acceptable"`
}

// The roots that take part in the figures.
const (
	isRight   = "right"
	isMissing = "missing"
)

var scored = []string{isRight, "retrieval", string(diagnose.Select), string(diagnose.Ignore), string(diagnose.Unsupported)}

// coarse3 folds the parts of missing context into one.
func coarse3(root string) string {
	if root == "retrieval" || diagnose.Cause(root).Coarse() == diagnose.Missing {
		return isMissing
	}
	return root
}

// readLines decodes one JSON value a line.
func readLines[T any](path string) ([]T, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var out []T
	in := bufio.NewScanner(f)
	in.Buffer(nil, 64<<20)
	for in.Scan() {
		var v T
		if err := json.Unmarshal(in.Bytes(), &v); err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		out = append(out, v)
	}
	return out, in.Err()
}

// figures are the counts behind the table of one set of records.
type figures struct {
	failures, rights     int
	hit, kept            float64 // bad answers seen, right answers left alone; not judged counts half
	open, calledRight    int     // failures without a named cause, or called right
	named, namedRight    int     // failures with a named cause
	defended             int     // failures called right, which a careful person could defend
	rightBad, rightNamed int     // right answers called bad, or given a cause
	selection, selFound  int
	citation, citeFound  int
	truth, said          []string // of failures, coarse
	stated               []stated
}

// stated is one named verdict that comes with a probability.
type stated struct {
	p     float64
	right bool
}

// add counts one record as data/natural/score.py does: a verdict that a careful
// person could defend is right.
func (f *figures) add(l label, d *diagnose.Diagnosis) {
	cause := ""
	if d.Status == diagnose.StatusDiagnosed {
		cause = string(d.Root.Cause)
	}
	if l.Root == string(diagnose.Cite) {
		f.citation++
		if cause == l.Root || slices.ContainsFunc(d.Contributing, func(a diagnose.Attribution) bool { return a.Cause == diagnose.Cite }) {
			f.citeFound++
		}
		return
	}
	if !slices.Contains(scored, l.Root) || l.Bad == trace.TruthUnknown {
		return
	}
	root := coarse3(l.Root)
	acceptable := []string{root}
	for _, a := range l.Acceptable {
		acceptable = append(acceptable, coarse3(a))
	}
	said := ""
	switch {
	case d.Right == trace.Yes || d.Status == diagnose.StatusNotFailure:
		said = isRight
	case cause != "":
		said = coarse3(cause)
	}
	raw := said
	if said != "" && slices.Contains(acceptable, said) {
		said = root
	}
	if raw != isRight && raw != "" && d.P > 0 {
		f.stated = append(f.stated, stated{d.P, said == root && root != isRight || root == isRight && said == root})
	}
	unjudged := d.Right == trace.TruthUnknown
	if l.Bad == trace.Yes {
		f.failures++
		switch {
		case said == root, !unjudged && d.Right == trace.No:
			f.hit++
		case unjudged:
			f.hit += .5
		}
		switch {
		case said == isRight:
			f.calledRight++
		case said == "":
			f.open++
		case raw == isRight:
			f.defended++
		default:
			f.named++
			if said == root {
				f.namedRight++
			}
		}
		f.truth, f.said = append(f.truth, root), append(f.said, said)
		if l.Root == string(diagnose.Select) {
			f.selection++
			if cause == l.Root {
				f.selFound++
			}
		}
		return
	}
	f.rights++
	bad := !unjudged && d.Right == trace.No && len(acceptable) == 1
	switch {
	case unjudged:
		f.kept += .5
	case !bad:
		f.kept++
	}
	if bad {
		f.rightBad++
	}
	if said != isRight && said != "" && said != string(diagnose.Cite) && said != string(diagnose.GoldLabel) {
		f.rightNamed++
	}
}

// f1 is the mean F1 over the causes that occur.
func (f *figures) f1() float64 {
	causes := slices.Clone(f.truth)
	slices.Sort(causes)
	causes = slices.Compact(causes)
	sum := 0.
	for _, c := range causes {
		both, all := 0., 0.
		for i, t := range f.truth {
			if t == c {
				all++
			}
			if f.said[i] == c {
				all++
			}
			if t == c && f.said[i] == c {
				both++
			}
		}
		if all > 0 {
			sum += 2 * both / all
		}
	}
	return sum / float64(max(1, len(causes)))
}

func (f *figures) balanced() float64 {
	return (f.hit/float64(max(1, f.failures)) + f.kept/float64(max(1, f.rights))) / 2
}

// counted diagnoses one file of natural answers and counts, in all and by source.
func (b *bench) counted(file string) (all *figures, by map[string]*figures, err error) {
	labels, err := readLines[label](b.path("natural/labels.jsonl"))
	if err != nil {
		return nil, nil, err
	}
	of := map[string]label{}
	for _, l := range labels {
		of[l.ID] = l
	}
	recs, err := records(b.path("natural/" + file + ".jsonl"))
	if err != nil {
		return nil, nil, err
	}
	said, err := examine(recs)
	if err != nil {
		return nil, nil, err
	}
	all, by = &figures{}, map[string]*figures{}
	for _, v := range said {
		l := of[v.rec.ID]
		source := v.rec.Tags["source"]
		if by[source] == nil {
			by[source] = &figures{}
		}
		all.add(l, &v.d)
		by[source].add(l, &v.d)
		if b.list {
			b.wrong(v, l)
		}
	}
	return all, by, nil
}

// natural prints the figures on answers that two people read.
func (b *bench) natural() error {
	for _, file := range []string{"records", "records_full"} {
		all, by, err := b.counted(file)
		if err != nil {
			return err
		}
		b.printf("\n## natural (%s)\n\n", file)
		b.figures(all)
		if file == "records" {
			b.bySource(by)
		}
	}
	return nil
}

func (b *bench) figures(f *figures) {
	b.printf("| figure | value |\n|---|---|\n")
	b.printf("| is it bad: balanced accuracy, not judged counts half | %s (n %d + %d) |\n", short(f.balanced()), f.failures, f.rights)
	b.printf("| failures without a named cause | %s |\n", share(float64(f.open), f.failures))
	b.printf("| failures called right | %s |\n", share(float64(f.calledRight), f.failures))
	b.printf("| rights called bad | %s |\n", share(float64(f.rightBad), f.rights))
	b.printf("| rights given a cause | %s |\n", share(float64(f.rightNamed), f.rights))
	b.printf("| named, of failures (but those called right in a way that can be defended) | %s |\n", share(float64(f.named), f.failures-f.defended))
	b.printf("| named rightly, of named | %s |\n", share(float64(f.namedRight), f.named))
	b.printf("| macro-F1 over failures | %s |\n", short(f.f1()))
	b.printf("| context selection found | %d of %d |\n", f.selFound, f.selection)
	b.printf("| citation faults found | %d of %d |\n", f.citeFound, f.citation)
	all := excess(f.stated)
	slices.SortStableFunc(f.stated, func(a, b stated) int { return cmp.Compare(b.p, a.p) })
	b.printf("| stated probability − share right, named verdicts | %s |\n", all)
	b.printf("| the same, the half with the higher probability | %s |\n", excess(f.stated[:(len(f.stated)+1)/2]))
}

// excess is the mean stated probability less the share that was right, with the
// band within which a calibrated predictor stays in 95 of 100 cases.
func excess(all []stated) string {
	if len(all) == 0 {
		return "–"
	}
	sum, right, v := 0., 0., 0.
	for _, s := range all {
		sum += s.p
		v += s.p * (1 - s.p)
		if s.right {
			right++
		}
	}
	n := float64(len(all))
	return fmt.Sprintf("%s − %s = %s, calibrated within ± %s (n %d)", short(sum/n), short(right/n), short((sum-right)/n), short(1.96*math.Sqrt(v)/n), len(all))
}

func (b *bench) bySource(by map[string]*figures) {
	b.printf("\n| source | failures | named | named rightly | rights | called bad | given a cause |\n|---|---|---|---|---|---|---|\n")
	for _, s := range slices.Sorted(maps.Keys(by)) {
		f := by[s]
		b.printf("| %s | %d | %d | %d | %d | %d | %d |\n", s, f.failures, f.named, f.namedRight, f.rights, f.rightBad, f.rightNamed)
	}
}

// wrong prints a verdict that no reader would defend.
func (b *bench) wrong(v verdict, l label) {
	one := &figures{}
	one.add(l, &v.d)
	if one.failures+one.rights == 0 || one.namedRight == 1 || one.kept == 1 && one.rightNamed == 0 {
		return
	}
	var bad trace.Predicate
	if v.rec.Evidence.Outcome != nil {
		bad = v.rec.Evidence.Outcome.Bad
	}
	var enough trace.Predicate
	if v.rec.Evidence.Ground != nil {
		enough = v.rec.Evidence.Ground.Sufficient
	}
	b.printf("- %s (%s, %s): people %v %s/%s %v; said %s %s P(bad) %.2f %s; prompt suffices %v %.2f %s\n", v.rec.ID, v.rec.Tags["source"], v.rec.Tags["lang"],
		l.Bad, l.Root, l.Sub, l.Acceptable, v.d.Status, v.d.Root.Slug(), bad.P, bad.Why, enough.Truth, enough.P, enough.Why)
}
