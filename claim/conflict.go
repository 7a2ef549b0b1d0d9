package claim

import (
	"slices"
	"sort"
	"strings"
	"unicode"

	"github.com/ragdiag/ragdiag/internal/text"
	"github.com/ragdiag/ragdiag/trace"
)

// Floors below which a window is not about the same thing as the claim, so
// that a difference in it means nothing.
const (
	alignValue    = .5  // coverage of the other words, for a different value
	alignNamed    = .15 // the same, for another amount beside the names of the claim
	alignName     = .8  // coverage of all words, taking the name as read
	alignNegation = .8  // coverage of all words, for a negation
	alignAntonym  = .75 // coverage of the other words, for an opposite
	alignFunction = .8  // the same, for an opposite that is a function word
	alignDate     = .8  // coverage of the other words, for a date that stands next to other words
)

// conflict looks for the one spot where an aligned window disagrees with the
// claim. Two or more differences mean that the window is about something else.
func (c *Context) conflict(s *statement, w window, d *text.Doc, miss []fact) *trace.Conflict {
	switch {
	case len(miss) > 1 || len(miss) == 1 && len(s.terms) < 3:
		return nil
	case len(miss) == 1:
		return c.otherValue(s, w, d, miss[0])
	}
	for i := w.first; i <= w.last; i++ {
		if found := c.negation(s, i, d); found != nil {
			return found
		}
	}
	if found := c.opposite(s, w, d); found != nil {
		return found
	}
	if found := c.roles(s, w, d); found != nil {
		return found
	}
	if w.cover < alignValue {
		return nil
	}
	found, _ := c.misplaced(s, w, d)
	return found
}

// otherValue looks in the sentences of w for a value that is in the place
// of f.
func (c *Context) otherValue(s *statement, w window, d *text.Doc, f fact) *trace.Conflict {
	for i := w.first; i <= w.last; i++ {
		sent := d.Sentences[c.sents[i].index]
		if s.aligned(c.masks[i].terms) < alignValue && !c.sameAmount(s, i, d, f) {
			continue
		}
		var found []text.Span
		kind := f.kind
		switch f.kind {
		case "date":
			for _, t := range datesIn(d, sent.Span) {
				if !t.Compatible(f.date) && sharesPart(t, f.date) && c.sameEvent(s, i, d, f, t) && !claimed(s, fact{kind: "date", date: t}) {
					found = append(found, t.Span)
				}
			}
		case "entity":
			for _, e := range namesIn(d, sent.Span) {
				if c.otherName(s, f, i, d, e) {
					found = append(found, e.Span)
				}
			}
		default:
			for _, n := range numbersIn(d, sent.Span) {
				if n.Comparable(f.number) && !n.Equal(f.number) && sameSlot(s.doc, f, d, n) && !claimed(s, fact{kind: f.kind, number: n}) {
					found = append(found, n.Span)
					if kind = "number"; n.Unit != f.number.Unit {
						kind = "unit"
					}
				}
			}
		}
		if len(found) > 1 { // of several, the one in the same place
			found = slices.DeleteFunc(found, func(sp text.Span) bool { return !samePlace(s.doc, f.span, d, sp) })
		}
		if len(found) == 1 {
			return c.clash(kind, f.text, d, i, found[0])
		}
	}
	return nil
}

// sameEvent reports whether a date of sentence i dates what f dates: it stands
// next to the same word, or all around it is the same.
func (c *Context) sameEvent(s *statement, i int, d *text.Doc, f fact, t text.Date) bool {
	return s.aligned(c.masks[i].like) >= alignDate || samePlace(s.doc, f.span, d, t.Span)
}

// aligned is the share of the claim's mass beside its values that a set of
// terms holds; 0 of a claim that is nothing but values.
func (s *statement) aligned(set uint64) float64 {
	rest := s.mass - s.weigh(s.values)
	if rest <= 0 {
		return 0
	}
	return s.weigh(set&^s.values) / rest
}

// sameAmount reports whether sentence i speaks of the amount f in other words:
// it holds all names of the claim, and one amount of that unit alone.
func (c *Context) sameAmount(s *statement, i int, d *text.Doc, f fact) bool {
	names := s.doc.Entities()
	if f.kind != "unit" || f.number.Unit == "%" || len(names) == 0 || s.aligned(c.masks[i].terms) < alignNamed {
		return false
	}
	for _, e := range names {
		if set := s.termsIn(e.Span); set == 0 || c.masks[i].terms&set != set {
			return false
		}
	}
	n := 0
	for _, m := range numbersIn(d, d.Sentences[c.sents[i].index].Span) {
		if m.Comparable(f.number) {
			n++
		}
	}
	return n == 1
}

// otherName reports whether the name e is in sentence i exactly where the
// claim has the name f: the same words, or the same end, on both sides.
func (c *Context) otherName(s *statement, f fact, i int, d *text.Doc, e text.Entity) bool {
	if s.coverage(c.masks[i].terms|s.termsIn(f.span)) < alignName {
		return false
	}
	if strings.Contains(text.Normalize(s.doc.Text), text.Normalize(e.Text)) || abbreviates(f.text, e.Text) || abbreviates(e.Text, f.text) {
		return false
	}
	whole := text.Span{End: len(s.doc.Text)}
	ab, aa := around(s.doc, f.span, whole)
	bb, ba := around(d, e.Span, d.Sentences[c.sents[i].index].Span)
	return ab == bb && aa == ba && (ab != 0 || aa != 0)
}

// abbreviates reports whether short holds the initials of long: IPL.
func abbreviates(short, long string) bool {
	var initials []rune
	for w := range strings.FieldsSeq(long) {
		r := []rune(w)[0]
		if unicode.IsUpper(r) {
			initials = append(initials, r)
		}
	}
	return len(initials) > 1 && strings.EqualFold(strings.ReplaceAll(short, ".", ""), string(initials))
}

func (c *Context) clash(kind, claim string, d *text.Doc, i int, sp text.Span) *trace.Conflict {
	return &trace.Conflict{Kind: kind, Claim: claim, Passage: sp.Of(d.Text), Span: trace.Span{Passage: c.sents[i].doc, Start: sp.Start, End: sp.End}}
}

// claimed reports whether the claim says the value itself.
func claimed(s *statement, f fact) bool {
	return f.in(s.doc, text.Span{End: len(s.doc.Text)})
}

// sameSlot reports whether two numbers measure the same thing: the same unit,
// or a shared content word next to both.
func sameSlot(a *text.Doc, f fact, b *text.Doc, n text.Number) bool {
	if f.kind == "unit" && f.number.Unit != "%" {
		return true
	}
	return samePlace(a, f.span, b, n.Span)
}

// samePlace reports whether the same content word is right before or right
// after both stretches.
func samePlace(a *text.Doc, x text.Span, b *text.Doc, y text.Span) bool {
	ab, aa := around(a, x, text.Span{End: len(a.Text)})
	bb, ba := around(b, y, text.Span{End: len(b.Text)})
	return ab != 0 && ab == bb || aa != 0 && aa == ba
}

// around returns the content words next to a stretch, within limits; 0: none.
func around(d *text.Doc, sp, limits text.Span) (before, after uint64) {
	end := func(i int) int { return d.Tokens[d.Terms[i].Token].End }
	start := func(i int) int { return d.Tokens[d.Terms[i].Token].Start }
	i := sort.Search(len(d.Terms), func(i int) bool { return end(i) > sp.Start })
	if i > 0 && start(i-1) >= limits.Start {
		before = d.Terms[i-1].Hash
	}
	for i < len(d.Terms) && start(i) < sp.End {
		i++
	}
	if i < len(d.Terms) && start(i) < limits.End {
		after = d.Terms[i].Hash
	}
	return before, after
}
