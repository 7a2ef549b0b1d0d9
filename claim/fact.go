package claim

import (
	"slices"
	"sort"

	"github.com/ragdiag/ragdiag/internal/text"
)

// fact is a number, date or name of a claim.
type fact struct {
	kind   string // as in trace.Conflict
	text   string
	span   text.Span
	number text.Number
	date   text.Date
}

// maxFacts bounds the numbers and the dates of a claim that are looked up.
const maxFacts = 64

// factsOf lists the numbers and dates of a claim.
func factsOf(d *text.Doc) []fact {
	var out []fact
	for _, n := range d.Numbers()[:min(len(d.Numbers()), maxFacts)] {
		kind := "number"
		if n.Unit != "" && n.Unit != "th" {
			kind = "unit"
		}
		n = withFraction(d, n)
		out = append(out, fact{kind: kind, text: n.Text, span: n.Span, number: n})
	}
	for _, t := range d.Dates()[:min(len(d.Dates()), maxFacts)] {
		out = append(out, fact{kind: "date", text: t.Text, span: t.Span, date: t})
	}
	return out
}

// in reports whether the fact is in a stretch of d, by value.
func (f fact) in(d *text.Doc, sp text.Span) bool {
	if f.kind == "date" {
		return slices.ContainsFunc(datesIn(d, sp), func(t text.Date) bool { return t.Compatible(f.date) && sharesPart(t, f.date) })
	}
	return slices.ContainsFunc(numbersIn(d, sp), func(n text.Number) bool { return n.Equal(f.number) })
}

// all returns where the number is in d, by value.
func (f fact) all(d *text.Doc) []text.Span {
	var out []text.Span
	for _, n := range d.Numbers() {
		if n.Equal(f.number) {
			out = append(out, n.Span)
		}
	}
	return out
}

// numbersIn returns the numbers that lie in a stretch of d.
func numbersIn(d *text.Doc, sp text.Span) []text.Number {
	return inside(d.Numbers(), sp, func(n *text.Number) text.Span { return n.Span })
}

// datesIn returns the dates that lie in a stretch of d.
func datesIn(d *text.Doc, sp text.Span) []text.Date {
	return inside(d.Dates(), sp, func(t *text.Date) text.Span { return t.Span })
}

// namesIn returns the names that lie in a stretch of d.
func namesIn(d *text.Doc, sp text.Span) []text.Entity {
	return inside(d.Entities(), sp, func(e *text.Entity) text.Span { return e.Span })
}

// inside cuts from all, which ascend without overlapping, those that lie in sp.
func inside[T any](all []T, sp text.Span, of func(*T) text.Span) []T {
	from := sort.Search(len(all), func(i int) bool { return of(&all[i]).Start >= sp.Start })
	to := from + sort.Search(len(all)-from, func(i int) bool { return of(&all[from+i]).End > sp.End })
	return all[from:to]
}

// sharesPart reports whether two dates say the same about year, month or day
// at all; "March" and "2020" are compatible, but neither states the other.
func sharesPart(a, b text.Date) bool {
	return a.Year != 0 && b.Year != 0 || a.Month != 0 && b.Month != 0
}

// anywhere reports whether the fact is in an allowed passage.
func (c *Context) anywhere(f fact, allowed []int) bool {
	in := func(d *text.Doc) bool { return f.in(d, text.Span{End: len(d.Text)}) }
	if allowed == nil {
		return slices.ContainsFunc(c.docs, in)
	}
	return slices.ContainsFunc(allowed, func(i int) bool { return in(c.docs[i]) })
}

// standing says whether a fact is anywhere, once that was looked for.
type standing byte

const (
	stands standing = 1 + iota
	standsNot
)

// standsAnywhere is anywhere for fact i of the claim that is being checked,
// looked for once for all windows.
func (c *Context) standsAnywhere(i int, f fact, allowed []int) bool {
	if c.stands[i] == 0 {
		c.stands[i] = standsNot
		if c.anywhere(f, allowed) {
			c.stands[i] = stands
		}
	}
	return c.stands[i] == stands
}
