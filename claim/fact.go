package claim

import (
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
		out = append(out, fact{kind: kind, text: n.Text, span: n.Span, number: n})
	}
	for _, t := range d.Dates()[:min(len(d.Dates()), maxFacts)] {
		out = append(out, fact{kind: "date", text: t.Text, span: t.Span, date: t})
	}
	return out
}

// in reports whether the fact stands in a stretch of d, by value.
func (f fact) in(d *text.Doc, sp text.Span) bool {
	if f.kind == "date" {
		for _, t := range d.Dates() {
			if t.Start >= sp.Start && t.End <= sp.End && t.Compatible(f.date) && sharesPart(t, f.date) {
				return true
			}
		}
		return false
	}
	for _, n := range d.Numbers() {
		if n.Start >= sp.Start && n.End <= sp.End && n.Equal(f.number) {
			return true
		}
	}
	return false
}

// sharesPart reports whether two dates say the same about year, month or day
// at all; "March" and "2020" are compatible, but neither states the other.
func sharesPart(a, b text.Date) bool {
	return a.Year != 0 && b.Year != 0 || a.Month != 0 && b.Month != 0
}

// anywhere reports whether the fact stands in an allowed passage.
func (c *Context) anywhere(f fact, allowed []bool) bool {
	for i, d := range c.docs {
		if (allowed == nil || allowed[i]) && f.in(d, text.Span{End: len(d.Text)}) {
			return true
		}
	}
	return false
}
