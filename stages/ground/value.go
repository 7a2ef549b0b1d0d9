package ground

import (
	"slices"
	"sort"
	"strings"

	"github.com/ragdiag/ragdiag/internal/text"
)

// value is a number, a time of day, a date or a name of a sentence.
type value struct {
	text.Span
	kind   valueKind
	number text.Number
	date   text.Date
	clock  int // minutes since midnight
	name   []text.Term
	before uint64 // the content word right before, within the sentence; 0: none
	after  uint64 // and right after
}

type valueKind uint8

const (
	aNumber valueKind = iota
	aClock
	aDate
	aName
)

// String is the kind of conflict that two such values make.
func (k valueKind) String() string {
	return [...]string{"number", "number", "date", "entity"}[k]
}

// comparable reports whether two values measure the same thing: dates that say
// the same parts, times, numbers of one dimension, bare counts of the same
// thing.
func (v value) comparable(w value) bool {
	switch {
	case v.kind != w.kind:
		return false
	case v.kind == aDate:
		return v.date.Year != 0 && w.date.Year != 0 || v.date.Month != 0 && w.date.Month != 0
	case v.kind == aClock:
		return true
	case v.kind == aName:
		return v.before != 0 && v.before == w.before || v.after != 0 && v.after == w.after
	case v.number.Unit == "" || v.number.Unit == "%" || v.number.Unit == "th":
		return v.number.Unit == w.number.Unit && (v.after != 0 && v.after == w.after || v.before != 0 && v.before == w.before)
	}
	return v.number.Comparable(w.number)
}

func (v value) equal(w value) bool {
	switch v.kind {
	case aDate:
		return v.date.Compatible(w.date)
	case aClock:
		return v.clock == w.clock
	case aName: // a word in common may be another form of the same name
		return slices.ContainsFunc(v.name, func(t text.Term) bool { return containsTerm(w.name, t.Hash) })
	}
	return v.number.Equal(w.number)
}

// valuesOf lists the values of a sentence: numbers and times, then dates, then
// names, at most maxTerms.
func valuesOf(d *text.Doc, s text.Sentence) []value {
	var out []value
	numbers := inside(d.Numbers(), s.Span, func(n *text.Number) text.Span { return n.Span })
	for i := 0; i < len(numbers) && len(out) < maxTerms; i++ {
		n := numbers[i]
		v := value{Span: n.Span, number: n}
		if i+1 < len(numbers) {
			if m := numbers[i+1]; d.Text[n.End:m.Start] == ":" && m.End-m.Start >= 2 && m.Value < 60 && n.Value < 25 {
				v.kind, v.clock, v.End = aClock, 60*int(n.Value)+int(m.Value), m.End
				i++
			}
		}
		out = append(out, v)
	}
	dates := inside(d.Dates(), s.Span, func(t *text.Date) text.Span { return t.Span })
	for _, t := range dates[:min(len(dates), maxTerms-len(out))] {
		out = append(out, value{Span: t.Span, kind: aDate, date: t})
	}
	for _, e := range inside(d.Entities(), s.Span, func(e *text.Entity) text.Span { return e.Span }) {
		if len(out) == maxTerms {
			break
		}
		if slices.ContainsFunc(out, func(v value) bool { return v.Start < e.End && e.Start < v.End }) {
			continue
		}
		out = append(out, value{Span: e.Span, kind: aName, name: termsIn(d, s, e.Span)})
	}
	terms := d.Terms[s.Term:s.TermEnd]
	for i := range out {
		v := &out[i]
		k := sort.Search(len(terms), func(k int) bool { return d.Tokens[terms[k].Token].End > v.Start })
		if k > 0 {
			v.before = terms[k-1].Hash
		}
		for k < len(terms) && d.Tokens[terms[k].Token].Start < v.End {
			k++
		}
		if k < len(terms) {
			v.after = terms[k].Hash
		}
	}
	return out
}

// termsIn returns the terms of a sentence that lie in a stretch of it.
func termsIn(d *text.Doc, s text.Sentence, sp text.Span) []text.Term {
	return inside(d.Terms[s.Term:s.TermEnd], sp, func(t *text.Term) text.Span {
		return text.Span{Start: d.Tokens[t.Token].Start, End: d.Tokens[t.Token].End}
	})
}

// inside cuts from all, which ascend, those that lie in sp.
func inside[T any](all []T, sp text.Span, of func(*T) text.Span) []T {
	from := sort.Search(len(all), func(i int) bool { return of(&all[i]).Start >= sp.Start })
	to := from + sort.Search(len(all)-from, func(i int) bool { return of(&all[from+i]).End > sp.End })
	return all[from:to]
}

// kinds returns the terms that say what v counts: its unit, or the words next to
// a bare number.
func (v value) kinds(s spokesman) []uint64 {
	if v.kind != aNumber {
		return nil
	}
	if v.number.Unit == "" {
		return []uint64{v.before, v.after}
	}
	var out []uint64
	for _, t := range termsIn(s.doc, s.Sentence, v.Span) {
		out = append(out, t.Hash)
	}
	return out
}

// compounds names the languages that write compound nouns as one word.
var compounds = text.NewWordSet("de", "nl", "sv", "da", "no", "fi")

// shortestPart is the number of bytes from which a word is looked for in compounds.
const shortestPart = 5

// within reports whether a is in the terms, in compounding languages also
// as the first or last part of one of them, or one of them as a part of it.
func within(a text.Term, terms []text.Term, lang string) bool {
	if containsTerm(terms, a.Hash) {
		return true
	}
	if lang == "" || !compounds.Has(lang) {
		return false
	}
	for _, t := range terms {
		if partOf(a.Stem, t.Stem) || partOf(t.Stem, a.Stem) {
			return true
		}
	}
	return false
}

// partOf reports whether part begins or ends whole and leaves enough for
// another word.
func partOf(part, whole string) bool {
	return len(part) >= shortestPart && len(whole) >= len(part)+3 && (strings.HasPrefix(whole, part) || strings.HasSuffix(whole, part))
}
