package claim

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/ragdiag/ragdiag/internal/text"
	"github.com/ragdiag/ragdiag/trace"
)

// unit is a content word or a name of several: tokens [from, to) of a Doc.
type unit struct {
	from, to int
	terms    []text.Term
	capital  bool
}

// unitsOf cuts the tokens [from, to) of d into content words and names, at most
// maxTerms.
func unitsOf(d *text.Doc, from, to int) []unit {
	out := make([]unit, 0, min(maxTerms, to-from))
	k, _ := slices.BinarySearchFunc(d.Terms, from, func(t text.Term, i int) int { return t.Token - i })
	for ; k < len(d.Terms) && d.Terms[k].Token < to && len(out) < maxTerms; k++ {
		i := d.Terms[k].Token
		r, _ := utf8.DecodeRuneInString(d.Text[d.Tokens[i].Start:])
		capital := unicode.IsUpper(r)
		if n := len(out) - 1; n >= 0 && capital && out[n].capital && out[n].to == i && strings.Trim(d.Gap(i-1), " -.&") == "" {
			out[n].to = i + 1
			out[n].terms = d.Terms[k-len(out[n].terms) : k+1]
			continue
		}
		out = append(out, unit{i, i + 1, d.Terms[k : k+1], capital})
	}
	return out
}

// shares reports whether two units have a word in common.
func (u unit) shares(v unit) bool {
	return slices.ContainsFunc(u.terms, func(t text.Term) bool { return containsHash(v.terms, t.Hash) })
}

// equals reports whether the shorter of two units lies in the longer one.
func (u unit) equals(v unit) bool {
	if len(u.terms) > len(v.terms) {
		u, v = v, u
	}
	return !slices.ContainsFunc(u.terms, func(t text.Term) bool { return !containsHash(v.terms, t.Hash) })
}

func containsHash(terms []text.Term, h uint64) bool {
	return slices.ContainsFunc(terms, func(t text.Term) bool { return t.Hash == h })
}

// maxPredicate is the number of content words between two sides of a relation.
const maxPredicate = 3

var (
	bys      = text.NewWordSet(strings.Fields("by von vom durch par por pelo pela da dal dalla dallo dai door av przez")...)
	copula   = wordsOf("copula")
	articles = wordsOf("articles")
	// mutual are words for what holds both ways.
	mutual = wordsOf("mutual")
)

// freeOrder names languages in which endings tell who does what to whom, so
// that the order of words does not.
const freeOrder = " ru uk pl cs "

// roles looks in a window for a relation of the claim whose two sides have
// changed places: Ann sued Bob, Bob sued Ann.
func (c *Context) roles(s *statement, w window, d *text.Doc) *trace.Conflict {
	if s.units == nil {
		s.units = unitsOf(s.doc, 0, min(len(s.doc.Tokens), maxClaimTokens))
	}
	mine := s.units
	if len(mine) < 3 {
		return nil
	}
	var theirs []unit
	for i := w.first; i <= w.last; i++ {
		if s.coverage(c.masks[i].like) >= alignAntonym {
			theirs = c.unitsAt(i)
		}
		if len(theirs) < 3 {
			continue
		}
		for a := 0; a+2 < len(mine); a++ {
			for b := a + 2; b < min(len(mine), a+2+maxPredicate); b++ {
				if !c.isRelation(s.doc, mine[a:b+1]) {
					continue
				}
				if at, swapped := swappedIn(s.doc, mine[a:b+1], d, theirs); swapped {
					claim := s.doc.TokenSpan(mine[a].from, mine[b].to)
					return c.clash("antonym", claim.Of(s.doc.Text), d, i, at)
				}
			}
		}
	}
	return nil
}

// unitsAt returns the units of sentence i, cut once.
func (c *Context) unitsAt(i int) []unit { return bySentence(c, &c.units, i, unitsOf) }

// isRelation reports whether the units between the first and the last one can
// be a predicate that tells the two apart.
func (c *Context) isRelation(d *text.Doc, u []unit) bool {
	a, b := u[0], u[len(u)-1]
	if a.shares(b) || a.capital != b.capital {
		return false
	}
	for _, v := range u[1 : len(u)-1] {
		if v.capital && d.Lang != "de" || v.terms[0].Stem[0] <= '9' {
			return false
		}
	}
	if !a.capital && (a.terms[0].Stem[0] <= '9' || b.terms[0].Stem[0] <= '9') {
		return false
	}
	for i := a.to; i < b.from; i++ {
		if mutual.Has(d.Tokens[i].Text) || strings.ContainsAny(d.Gap(i-1), ",;:.()") {
			return false
		}
	}
	return !strings.ContainsAny(d.Gap(b.from-1), ",;:.()")
}

// swappedIn reports whether the units of a sentence hold the relation with its
// sides exchanged, and nowhere as it is.
func swappedIn(d *text.Doc, rel []unit, e *text.Doc, in []unit) (at text.Span, swapped bool) {
	n := len(rel)
	for i := 0; i+n <= len(in); i++ {
		same := true
		for j := 1; j < n-1 && same; j++ {
			same = rel[j].equals(in[i+j]) && len(rel[j].terms) == len(in[i+j].terms)
		}
		if !same {
			continue
		}
		x, y := in[i], in[i+n-1]
		straight, crossed := rel[0].equals(x) && rel[n-1].equals(y), rel[0].equals(y) && rel[n-1].equals(x)
		if !straight && !crossed {
			continue
		}
		mine, theirs := linking(d, rel), linking(e, in[i:i+n])
		if !rel[0].capital && len(mine)+len(theirs) == 0 { // a row of nouns
			continue
		}
		turned := passive(mine) != passive(theirs)
		if !turned && !slices.Equal(plainLinks(mine), plainLinks(theirs)) {
			continue // "Paris is the capital of France", "the capital of France is Paris"
		}
		if turned && !(agentOnly(mine) && len(plainLinks(theirs)) == 0) && !(agentOnly(theirs) && len(plainLinks(mine)) == 0) {
			continue // other words than "is" and "by" say how the two are related
		}
		swap := crossed != turned
		if d.Lang != "" && strings.Contains(freeOrder, " "+d.Lang+" ") { // endings tell, which a name of another role has others of
			i, j := x, y
			if crossed {
				i, j = y, x
			}
			a, b := sameForm(d, rel[0], e, i), sameForm(d, rel[n-1], e, j)
			if a != b {
				continue
			}
			swap = !a
		}
		if swap {
			at, swapped = e.TokenSpan(x.from, y.to), true
			continue
		}
		return text.Span{}, false
	}
	return at, swapped
}

// linking returns the function words between the first and the last of some
// units.
func linking(d *text.Doc, u []unit) []string {
	var out []string
	for i := u[0].to; i < u[len(u)-1].from; i++ {
		if termAt(d, i) < 0 {
			out = append(out, d.Tokens[i].Text)
		}
	}
	return out
}

// sameForm reports whether two units are written alike.
func sameForm(d *text.Doc, u unit, e *text.Doc, v unit) bool {
	return strings.EqualFold(d.TokenSpan(u.from, u.to).Of(d.Text), e.TokenSpan(v.from, v.to).Of(e.Text))
}

func passive(words []string) bool { return slices.ContainsFunc(words, bys.Has) }

// plainLinks drops articles and forms of have, which tell nothing apart.
func plainLinks(words []string) []string {
	return slices.DeleteFunc(slices.Clone(words), articles.Has)
}

// agentOnly reports whether the words are those of a passive and no other.
func agentOnly(words []string) bool {
	rest := slices.DeleteFunc(plainLinks(words), copula.Has)
	return len(rest) == 1 && bys.Has(rest[0])
}
