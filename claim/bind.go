package claim

import (
	"slices"
	"strings"

	"github.com/ragdiag/ragdiag/internal/text"
	"github.com/ragdiag/ragdiag/trace"
)

// clausePart is a stretch of a sentence that says one thing: tokens [from, to) of a
// Doc with the content words there and those that it takes over from the
// stretch before.
type clausePart struct {
	from, to int
	terms    []text.Term
	leans    bool // it opens with a pronoun, or has no subject of its own
	numbers  []text.Number
	dates    []text.Date
}

var (
	joins = wordsOf("joins")
	// leaning are words that stand for something named before.
	leaning = wordsOf("leaning")
	// distributes say that values belong to names in order.
	distributes = text.NewWordSet(strings.Fields("respectively jeweils beziehungsweise respectivement respectivamente rispettivamente respectievelijk respektive odpowiednio соответственно")...)
)

// clausesIn cuts the tokens [from, to) of d so that each stretch holds one
// value if commas and conjunctions allow it.
func clausesIn(d *text.Doc, from, to int) []clausePart {
	var cuts []int
	for i := from + 1; i < to; i++ {
		if joins.Has(d.Tokens[i].Text) || strings.ContainsAny(d.Gap(i-1), ",;:，；、()") {
			cuts = append(cuts, i)
		}
	}
	cuts = append(cuts, to)
	var out []clausePart
	start := from
	for _, cut := range cuts {
		if start >= cut {
			continue
		}
		p := newPart(d, start, cut)
		if cut != to && len(p.numbers)+len(p.dates) == 0 {
			continue
		}
		if n := len(out); n > 0 && len(p.numbers)+len(p.dates) == 0 {
			out[n-1] = newPart(d, out[n-1].from, cut)
		} else {
			out = append(out, p)
		}
		start = cut
	}
	for i := range out {
		first := out[i].from
		if joins.Has(d.Tokens[first].Text) && first+1 < out[i].to {
			first++
		}
		out[i].leans = leaning.Has(d.Tokens[first].Text)
	}
	return out
}

func newPart(d *text.Doc, from, to int) clausePart {
	sp := d.TokenSpan(from, to)
	find := func(i int) int {
		k, _ := slices.BinarySearchFunc(d.Terms, i, func(t text.Term, i int) int { return t.Token - i })
		return k
	}
	return clausePart{from: from, to: to, numbers: numbersIn(d, sp), dates: datesIn(d, sp), terms: d.Terms[find(from):find(to)]}
}

// clausesOf cuts a sentence of the passages, once.
func (c *Context) clausesOf(i int) []clausePart { return bySentence(c, &c.parts, i, clausesIn) }

// The floors of a value that belongs to something else.
const (
	boundWhole  = .95 // share of the key's weight that the stretch with the other value has
	boundRest   = .5  // share of that stretch's own words that the key has
	maxStretchs = 24  // stretches of a passage that are looked at
)

// misplaced looks for a number or date of the claim that the passage gives to
// something else, while it gives another one to what the claim speaks of.
func (c *Context) misplaced(s *statement, w window, d *text.Doc) (*trace.Conflict, bool) {
	if len(s.doc.Numbers())+len(s.doc.Dates()) == 0 || anyOf(s.doc, 0, len(s.doc.Tokens), distributes) {
		return nil, false
	}
	doc := c.sents[w.first].doc
	var parts []clausePart
	var sent []int // of each part
	for _, at := range c.hit {
		i := int(at)
		if c.sents[i].doc != doc || len(parts) >= maxStretchs {
			continue
		}
		se := d.Sentences[c.sents[i].index]
		if se.TokenEnd-se.Token > maxClaimTokens {
			continue
		}
		if anyOf(d, se.Token, se.TokenEnd, distributes) {
			return nil, false
		}
		for k, p := range c.clausesOf(i) {
			if n := len(parts); n > 0 && (p.leans || k > 0 && !p.hasSubject(d)) {
				p.terms = append(slices.Clone(p.terms), subjectTerms(d, parts[n-1])...)
			}
			parts = append(parts, p)
			sent = append(sent, i)
		}
	}
	if len(parts) < 2 || !slices.ContainsFunc(s.facts, func(f fact) bool {
		return slices.ContainsFunc(parts, func(p clausePart) bool { return !p.has(f) && p.rival(f) != (text.Span{}) })
	}) {
		return nil, false
	}
	doubt := false
	for _, mine := range clausesIn(s.doc, 0, min(len(s.doc.Tokens), maxClaimTokens)) {
		if mine.leans {
			continue
		}
		for _, f := range s.facts {
			sp := s.doc.TokenSpan(mine.from, mine.to)
			if f.span.Start < sp.Start || f.span.End > sp.End || f.kind == "number" && f.number.Unit == "th" {
				continue
			}
			key := keyOfFact(s, mine, f)
			if len(key) == 0 {
				continue
			}
			held, heldBest, other, otherBest := -1, 0., -1, 0.
			for k, p := range parts {
				cover := c.keyCover(key, p.terms)
				if p.has(f) {
					if held < 0 || cover > heldBest {
						held, heldBest = k, cover
					}
				} else if p.rival(f) != (text.Span{}) && cover > otherBest {
					other, otherBest = k, cover
				}
			}
			if held < 0 || other < 0 || otherBest <= heldBest+.01 || otherBest < boundWhole {
				continue
			}
			if c.keyCover(ownTerms(d, parts[other], f), key) >= boundRest {
				return c.clash(f.kind, f.text, d, sent[other], parts[other].rival(f)), false
			}
			doubt = true
		}
	}
	return nil, doubt
}

// hasSubject reports whether a stretch names something before its first value.
func (p clausePart) hasSubject(d *text.Doc) bool {
	if len(p.terms) == 0 {
		return false
	}
	first := d.Tokens[p.terms[0].Token].Start
	for _, n := range p.numbers {
		if n.Start <= first {
			return false
		}
	}
	for _, t := range p.dates {
		if t.Start <= first {
			return false
		}
	}
	return true
}

// subjectTerms returns the terms of a stretch that are before its first value.
func subjectTerms(d *text.Doc, p clausePart) []text.Term {
	end := d.Tokens[p.to-1].End
	if len(p.numbers) > 0 {
		end = min(end, p.numbers[0].Start)
	}
	if len(p.dates) > 0 {
		end = min(end, p.dates[0].Start)
	}
	var out []text.Term
	for _, t := range p.terms {
		if d.Tokens[t.Token].Start < end {
			out = append(out, t)
		}
	}
	return out
}

func (p clausePart) has(f fact) bool {
	if f.kind == "date" {
		return slices.ContainsFunc(p.dates, func(t text.Date) bool { return t.Compatible(f.date) && sharesPart(t, f.date) })
	}
	return slices.ContainsFunc(p.numbers, func(n text.Number) bool { return n.Equal(f.number) })
}

// rival returns the one value of a stretch that measures the same as f; the zero
// Span: there is none, or several.
func (p clausePart) rival(f fact) text.Span {
	var out []text.Span
	if f.kind == "date" {
		for _, t := range p.dates {
			if sharesPart(t, f.date) {
				out = append(out, t.Span)
			}
		}
	} else {
		for _, n := range p.numbers {
			if n.Comparable(f.number) && n.Unit != "th" {
				out = append(out, n.Span)
			}
		}
	}
	if len(out) != 1 {
		return text.Span{}
	}
	return out[0]
}

// keyOfFact returns the words of a stretch of the claim that say what the value
// belongs to: all but its own and the noun that a bare number counts.
func keyOfFact(s *statement, p clausePart, f fact) []text.Term {
	var out []text.Term
	counted := f.kind == "number"
	for _, t := range p.terms {
		tok := s.doc.Tokens[t.Token]
		switch {
		case tok.Start >= f.span.Start && tok.End <= f.span.End:
		case counted && tok.Start >= f.span.End:
			counted = false
		default:
			out = append(out, t)
		}
	}
	return out
}

// ownTerms returns the words of a stretch beside its value that compares with f.
func ownTerms(d *text.Doc, p clausePart, f fact) []text.Term {
	rival := p.rival(f)
	var out []text.Term
	for _, t := range p.terms {
		if tok := d.Tokens[t.Token]; tok.End <= rival.Start || tok.Start >= rival.End {
			out = append(out, t)
		}
	}
	return out
}

// keyCover is the share of the weight of a key that is among terms.
func (c *Context) keyCover(key, terms []text.Term) float64 {
	has, all := 0., 0.
	for _, t := range key {
		w := c.v.Weight(t.Stem)
		all += w
		if containsHash(terms, t.Hash) {
			has += w
		}
	}
	if all == 0 {
		return 0
	}
	return has / all
}
