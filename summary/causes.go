package summary

import (
	"cmp"
	"slices"

	"github.com/ragdiag/ragdiag/diagnose"
	"github.com/ragdiag/ragdiag/metrics/stat"
	"github.com/ragdiag/ragdiag/trace"
)

// part counts the judged records of a set: all of them, or those of a slice.
type part struct {
	judged, right          int
	failures, undetermined int
	rightFailures          int
	causes                 tally // by full slug of the root
	possible               tally // causes that records leave open, by slug
	grades                 map[string]*tally
}

func (p *part) add(d *diagnose.Diagnosis) {
	p.judged++
	if d.Right == trace.Yes {
		p.right++
	}
	if d.Status != diagnose.StatusNotFailure {
		p.failures++
		if d.Right == trace.Yes {
			p.rightFailures++
		}
	}
	switch d.Status {
	case diagnose.StatusUndetermined:
		p.undetermined++
		p.leaveOpen(diagnose.None, d.Set)
	case diagnose.StatusDiagnosed:
		if c := d.Root.Cause; c == diagnose.Missing { // any of its parts may be it
			p.leaveOpen(c, []diagnose.Cause{c})
		}
		p.causes.add(d.Root.Slug(), d.ID)
		if p.grades == nil {
			p.grades = make(map[string]*tally)
		}
		coarse := string(d.Root.Cause.Coarse())
		if p.grades[coarse] == nil {
			p.grades[coarse] = &tally{}
		}
		p.grades[coarse].add(cmp.Or(d.Root.Grade.String(), "none"), d.ID)
	}
}

// leaveOpen counts every cause that a failure may have beside what is decided of
// it; known is the family that is decided, None if nothing is. An empty set leaves
// all causes.
func (p *part) leaveOpen(known diagnose.Cause, set []diagnose.Cause) {
	if len(set) == 0 {
		set = diagnose.Causes()
	}
	for _, c := range diagnose.Causes() {
		open := slices.ContainsFunc(set, func(s diagnose.Cause) bool { return c.Includes(s) || s.Includes(c) })
		if open && c != known {
			p.possible.add(string(c), "")
		}
	}
}

// headRows are the first rows of the cause table, whatever their number.
var headRows = []diagnose.Cause{diagnose.Missing, diagnose.Ignore, diagnose.Unsupported}

// coarseCauses are the rows of the cause table: the head rows, then the others in
// flow order. Gold labels are set aside and never a row.
func coarseCauses() []diagnose.Cause {
	out := slices.Clone(headRows)
	for _, c := range diagnose.Causes() {
		if c == c.Coarse() && c != diagnose.GoldLabel && !slices.Contains(headRows, c) {
			out = append(out, c)
		}
	}
	return out
}

// attributions splits the slugs that were counted, in a fixed order.
func (p *part) attributions() []diagnose.Attribution {
	var out []diagnose.Attribution
	for _, g := range p.causes.groups() {
		out = append(out, split(g.Name))
	}
	return out
}

// rows builds the cause table. The intervals of the coarse rows and of
// "undetermined" are simultaneous, over all causes and not only those that
// occurred; so are those of the parts, and those of the kinds of parts.
func (p *part) rows(proximate *tally) ([]CauseRow, Undetermined) {
	coarse := coarseCauses()
	counts := make([]int, len(coarse), len(coarse)+1)
	for _, a := range p.attributions() {
		if i := slices.Index(coarse, a.Cause.Coarse()); i >= 0 {
			counts[i] += p.causes.count(a.Slug())
		}
	}
	counts = append(counts, p.undetermined)
	failures, judged := ratios(counts, p.failures), ratios(counts, p.judged)

	rows := make([]CauseRow, len(coarse))
	for i, c := range coarse {
		rows[i] = CauseRow{Slug: string(c), Title: c.Title(), Describe: c.Describe(), Stage: c.Stage(), OfFailures: failures[i], OfJudged: judged[i],
			Possible: p.possible.count(string(c)), Proximate: proximate.count(string(c))}
		if t := p.grades[string(c)]; t != nil {
			rows[i].Grades = t.groups()
			slices.SortFunc(rows[i].Grades, func(a, b Group) int { return cmp.Compare(a.Name, b.Name) })
		}
	}
	p.attach(rows, coarse)
	// The three that every record with a context and a reference can be told by
	// keep their place; the others come by their number.
	slices.SortStableFunc(rows[len(headRows):], func(a, b CauseRow) int { return cmp.Compare(b.OfFailures.Count, a.OfFailures.Count) })
	return rows, Undetermined{OfFailures: failures[len(coarse)], OfJudged: judged[len(coarse)]}
}

// attach hangs the finer causes beneath their rows: the parts of missing context
// in the order of partOrder with their kinds, the kinds of the others by number.
func (p *part) attach(rows []CauseRow, coarse []diagnose.Cause) {
	as := p.attributions()
	as = slices.DeleteFunc(as, func(a diagnose.Attribution) bool { return !slices.Contains(coarse, a.Cause.Coarse()) })
	by := make(map[string]int) // slug of a part → its place in names
	var names []diagnose.Attribution
	var counts, kinds []int
	for _, a := range as {
		part := partOf(a)
		at, ok := by[part.Slug()]
		if !ok {
			at = len(names)
			by[part.Slug()] = at
			names, counts = append(names, part), append(counts, 0)
		}
		counts[at] += p.causes.count(a.Slug())
		kinds = append(kinds, p.causes.count(a.Slug()))
	}
	failures, judged := ratios(counts, p.failures), ratios(counts, p.judged)
	parts := make([]CauseRow, len(names))
	for i, a := range names {
		parts[i] = CauseRow{Slug: a.Slug(), Title: a.Cause.Title(), Stage: a.Cause.Stage(), OfFailures: failures[i], OfJudged: judged[i], Possible: p.possible.count(string(a.Cause))}
		if a.Cause == diagnose.Missing {
			parts[i].Title = "Stage not recorded"
		} else if a.Cause.Coarse() == diagnose.Missing {
			parts[i].Describe = a.Cause.Describe()
		}
	}
	failures, judged = ratios(kinds, p.failures), ratios(kinds, p.judged)
	for i, a := range as {
		row, part, g := &rows[slices.Index(coarse, a.Cause.Coarse())], &parts[by[partOf(a).Slug()]], p.causes.group(a.Slug())
		row.Examples = some(row.Examples, g.Examples)
		part.Examples = some(part.Examples, g.Examples)
		if part.Slug != a.Slug() && a.Cause != diagnose.Missing {
			part.Parts = append(part.Parts, CauseRow{Slug: a.Slug(), Title: a.Cause.Title(), Stage: a.Cause.Stage(), OfFailures: failures[i], OfJudged: judged[i],
				Possible: part.Possible, Examples: g.Examples})
		}
	}
	for i := range parts {
		part := &parts[i]
		if len(part.Parts) > 0 && sum(part.Parts) < part.OfFailures.Count { // of the others no kind is known
			at := slices.IndexFunc(as, func(a diagnose.Attribution) bool { return a.Slug() == part.Slug })
			part.Parts = append(part.Parts, CauseRow{Slug: part.Slug, Title: part.Title, Stage: part.Stage, OfFailures: failures[at], OfJudged: judged[at],
				Possible: part.Possible, Examples: p.causes.group(part.Slug).Examples})
		}
		row := &rows[slices.Index(coarse, names[i].Cause.Coarse())]
		row.Parts = append(row.Parts, *part)
	}
	slices.SortStableFunc(rows[slices.Index(coarse, diagnose.Missing)].Parts, func(a, b CauseRow) int {
		return slices.Index(partOrder, split(a.Slug).Cause) - slices.Index(partOrder, split(b.Slug).Cause)
	})
	for i := range rows {
		// One part that says no more than its row is noise.
		if ps := rows[i].Parts; len(ps) == 1 && ps[0].Slug == rows[i].Slug {
			rows[i].Parts = nil
		}
	}
}

// partOrder is the order of the parts of missing context, the one of which the
// stage is not known last.
var partOrder = []diagnose.Cause{diagnose.Retrieve, diagnose.Select, diagnose.Query, diagnose.CorpusGap, diagnose.Missing}

// partOf returns the line beneath a coarse row in which an attribution counts: the
// stage for missing context, else the attribution itself.
func partOf(a diagnose.Attribution) diagnose.Attribution {
	switch {
	case a.Cause.Coarse() != diagnose.Missing:
		return a
	case a.Cause == diagnose.Missing: // a missing kind and "unsplit" are the same
		return diagnose.Attribution{Cause: a.Cause, Sub: diagnose.Unsplit}
	}
	return diagnose.Attribution{Cause: a.Cause}
}

// some appends IDs up to the number of examples that a line keeps.
func some(to, ids []string) []string {
	return append(slices.Clip(to), ids[:min(len(ids), maxExamples-len(to))]...)
}

func sum(rows []CauseRow) (n int) {
	for _, r := range rows {
		n += r.OfFailures.Count
	}
	return n
}

// ratio is count of n with its own 95 % interval.
func ratio(count, n int) Ratio {
	if n == 0 {
		return Ratio{Count: count, Share: trace.Unknown("nothing to divide by")}
	}
	r := Ratio{Count: count, Of: n, Share: trace.Known(float64(count) / float64(n))}
	if iv, err := stat.Proportion(count, n); err == nil {
		r.Interval = &iv
	}
	return r
}

// ratios are counts of n with simultaneous intervals.
func ratios(counts []int, n int) []Ratio {
	out := make([]Ratio, len(counts))
	ivs, err := stat.Shares(counts, n, stat.DefaultLevel)
	for i, c := range counts {
		out[i] = ratio(c, n)
		out[i].Interval = nil
		if err == nil {
			out[i].Interval = &ivs[i]
		}
	}
	return out
}
