package claim

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/ragdiag/ragdiag/internal/text"
)

// clause is a stretch of a sentence without a comma or the like.
type clause struct {
	text.Span
	words []role
	all   role   // of all words together
	opens string // the first word
}

// clausesOf cuts a normalised sentence into clauses.
func clausesOf(s string) []clause {
	var out []clause
	start := 0
	for start < len(s) {
		end, next := len(s), len(s)
		if i := strings.IndexAny(s[start:], ",;:()，、；：،؛"); i >= 0 {
			_, n := utf8.DecodeRuneInString(s[start+i:])
			end, next = start+i, start+i+n
		}
		if c := newClause(s, text.Span{Start: start, End: end}); c.opens != "" {
			out = append(out, c)
		}
		start = next
	}
	return out
}

func newClause(s string, sp text.Span) clause {
	c := clause{Span: sp}
	for i, t := range text.Tokens(sp.Of(s)) {
		if i == 0 {
			c.opens = t.Text
		}
		r := rolesOf(t.Text)
		if i > 0 && t.Text == "to" { // "not stated to be": no talk of a text
			c.words[i-1][roleStated] = 0
		}
		c.words = append(c.words, r)
		c.all.join(&r)
	}
	if hasDense(sp.Of(s)) {
		for w, r := range anywhere {
			if strings.Contains(sp.Of(s), w) {
				c.all.join(r)
			}
		}
	}
	return c
}

// hasDense reports whether s holds Chinese or Japanese.
func hasDense(s string) bool {
	for _, r := range s {
		if r >= 0x3041 && r <= 0x9fff {
			return true
		}
	}
	return false
}

// declines reports whether the clause declines. Sources named earlier in the
// sentence are still spoken of.
func (c *clause) declines(sources uint32) bool {
	a := &c.all
	lang := a[roleDenies] &^ (a[roleMust] &^ a[roleSelf])
	switch {
	case lang == 0:
		return false
	case lang&(a[roleSource]|sources)&a[roleSays] != 0:
		return true
	case lang&a[roleSelf]&(a[roleSeeks]|a[roleInfo]) != 0:
		return true
	case dense&lang&a[roleInfo]&(a[roleSeeks]|a[roleSays]) != 0:
		return true
	}
	if c.words[0][roleDenies]&a[roleSeeks]&1 != 0 && len(c.words) < 6 { // "Unable to answer."
		return true
	}
	return c.follow(roleLacks, roleInfo, 2, lang) || c.follow(roleDenies, roleStated, 2, lang)
}

// follow reports whether a word of role b stands at most n words behind one of
// role a, in one of the languages.
func (c *clause) follow(a, b, n int, lang uint32) bool {
	for i, first := range c.words {
		for _, second := range c.words[i+1 : min(len(c.words), i+1+n)] {
			if first[a]&second[b]&lang != 0 {
				return true
			}
		}
	}
	return false
}

// leadingWords open a clause that only leads to the next one.
var leadingWords = text.NewWordSet(strings.Fields("whether if as regarding concerning based according for about while although though since when where who what which how after sorry unfortunately ob wenn laut was wer wann bezüglich si selon quant que según si se secondo om als czy если согласно")...)

// statedBefore reports whether a clause in front of a declining one makes a
// statement of its own, so that the sentence answers.
func (c *clause) statedBefore(s string) bool {
	return c.all[roleSource] == 0 && !leadingWords.Has(c.opens) && len(text.Terms(c.Of(s), "")) >= minStatement
}

// minStatement is the number of content words from which a clause may state
// something.
const minStatement = 3

// denial returns the clause with which a normalised sentence declines.
func denial(s string) (text.Span, bool) {
	if !hasDense(s) && !slices.ContainsFunc(text.Tokens(s), func(t text.Token) bool { return deniers.Has(t.Text) }) {
		return text.Span{}, false
	}
	var sources uint32
	clauses := clausesOf(s)
	for i := range clauses {
		c := &clauses[i]
		if c.declines(sources) {
			return c.Span, true
		}
		if c.statedBefore(s) {
			return text.Span{}, false
		}
		sources |= c.all[roleSource]
	}
	return text.Span{}, false
}
