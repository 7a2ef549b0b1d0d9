package claim

import (
	"math/bits"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/ragdiag/ragdiag/internal/text"
)

func isLetter(r rune) bool { return unicode.IsLetter(r) || unicode.IsMark(r) }

// clause is a stretch of a sentence without a comma or the like.
type clause struct {
	text.Span
	words  []*role // none is nil, and none must be changed: other clauses share them
	all    role    // of all words together
	opens  string  // the first word
	others int     // content words without a role

	function []bool // of each word: it is a function word
	speaker  bool   // it has "I"
	inserted bool   // it is in parentheses
}

// clausesOf cuts a normalised sentence into clauses, which must not be changed.
func clausesOf(s string) []clause { return clausesRead.Of(s, readClauses) }

var clausesRead = text.NewRecent[[]clause](128)

func readClauses(s string) []clause {
	var out []clause
	exprs := words.expressions(s)
	start := 0
	for start < len(s) {
		end, next := len(s), len(s)
		if i := strings.IndexFunc(s[start:], endsClause); i >= 0 {
			_, n := utf8.DecodeRuneInString(s[start+i:])
			end, next = start+i, start+i+n
		}
		n := 0
		for n < len(exprs) && exprs[n].Start < end {
			n++
		}
		if c := newClause(s, text.Span{Start: start, End: end}, exprs[:n]); c.opens != "" {
			c.inserted = start > 0 && s[start-1] == '('
			out = append(out, c)
		}
		exprs = exprs[n:]
		start = next
	}
	return out
}

func endsClause(r rune) bool {
	switch r {
	case ',', ';', ':', '(', ')', '，', '、', '；', '：', '،', '؛':
		return true
	}
	return false
}

func newClause(s string, sp text.Span, exprs []found) clause {
	c := clause{Span: sp}
	toks := text.Tokens(sp.Of(s))
	c.words, c.function = make([]*role, len(toks)), make([]bool, len(toks))
	for i, t := range toks {
		if i == 0 || i == 1 && conjunctions.Has(c.opens) {
			c.opens = t.Text
		}
		w := wordsRead.Of(t.Text, readWord)
		if i > 0 && t.Text == "to" { // "not stated to be": no talk of a text
			if r := *c.words[i-1]; r[roleStated]|r[roleSays] != 0 {
				r[roleStated], r[roleSays] = 0, 0
				c.words[i-1] = &r
			}
		}
		c.speaker = c.speaker || t.Text == "i"
		other := w.role == nil && !w.stop
		if c.words[i] = w.role; w.role == nil {
			c.words[i] = &noRole
		}
		for _, e := range exprs {
			other = other && (sp.Start+t.Start >= e.End || sp.Start+t.End <= e.Start)
			if sp.Start+t.End <= e.Start {
				break
			}
		}
		if other {
			c.others++
		}
		c.function[i] = w.function
	}
	for _, e := range exprs {
		c.all.join(e.role)
		for i, t := range toks {
			if sp.Start+t.Start < e.End && sp.Start+t.End > e.Start {
				r := *c.words[i]
				r.join(e.role)
				c.words[i] = &r
			}
			if sp.Start+t.Start >= e.End {
				break
			}
		}
	}
	for _, w := range c.words {
		if w != &noRole {
			c.all.join(w)
		}
	}
	return c
}

// noRole is that of most words.
var noRole role

// wordRead is what a word is to a clause.
type wordRead struct {
	role     *role // nil: it plays none
	stop     bool  // it is a function word of some language
	function bool  // it is a function word here, or turns a clause
}

var wordsRead = text.NewRecent[wordRead](1 << 12)

func readWord(s string) wordRead {
	w := wordRead{stop: text.IsStopAnywhere(s)}
	r, known := words.roles(s)
	if known {
		w.role = &r
	}
	w.function = !known && w.stop || turnWord.Has(s)
	return w
}

// turnWord holds single words that open a contrast.
var turnWord = text.NewWordSet(strings.Fields("however but jedoch allerdings cependant toutefois sin embargo tuttavia no entanto porém contudo echter jednak однако ancak")...)

// declines reports whether the clause declines. Sources named earlier in the
// sentence are still spoken of.
func (c *clause) declines(sources uint32) bool {
	a := &c.all
	lang := a[roleDenies]
	source := a[roleSource] | sources
	report := a[roleWeak] & a[roleGiven] // what is not only a text, but was given
	free := lang &^ (a[roleMust] &^ a[roleSelf])
	switch {
	case a[roleAsked]&(a[roleGiven]|a[roleInfo]|source|a[roleWeak]|a[roleHolds]) != 0:
		return true
	case free&source&(a[roleSays]|a[roleHolds]) != 0:
		return true
	case free&a[roleWeak]&a[roleSays] != 0 && c.others <= manyOthers:
		return true
	case lang&(report|a[roleInfo]&a[roleGiven])&(a[roleSays]|a[roleHolds]) != 0:
		return true
	case lang&a[roleWeak]&a[roleHolds]&a[roleInfo]&inEnglish != 0 && c.follow(roleDenies, roleHolds, 3, inEnglish):
		return true
	case lang&source&(a[roleInfo]|a[roleWeak]) != 0:
		return true
	case lang&a[roleSelf]&(a[roleSeeks]|a[roleInfo])&^inEnglish != 0:
		return true
	case lang&a[roleSelf]&inEnglish != 0 && (c.follow(roleDenies, roleSeeks, 6, inEnglish) || c.follow(roleDenies, roleInfo, 6, inEnglish)):
		return true
	case c.speaker && c.follow(roleDenies, roleSettles, 6, inEnglish):
		return true
	case a[roleImpersonal]&a[roleSettles] != 0:
		return true
	case (a[roleBeyond]|a[roleUnclear])&(source|report) != 0:
		return true
	case words.dense&lang&a[roleInfo]&(a[roleSeeks]|a[roleSays]|a[roleHolds]) != 0:
		return true
	case c.opensUnclear():
		return true
	case c.follow(roleInfo, roleBeyond, 3, ^uint32(0)) || c.follow(roleInfo, roleUnclear, 3, ^uint32(0)): // "the data is missing"
		return true
	}
	if len(c.words) > 0 && c.words[0][roleDenies]&a[roleSeeks]&1 != 0 && len(c.words) < 6 { // "Unable to answer."
		return true
	}
	return c.follow(roleLacks, roleInfo, 2, free) || c.follow(roleDenies, roleStated, 2, lang)
}

// manyOthers is the number of other content words from which a clause about a
// report that does not say something speaks of the world.
const manyOthers = 12

// opensUnclear reports whether the clause begins by saying that something is
// unclear: "It is unclear who …", "Unknown."
func (c *clause) opensUnclear() bool {
	for i := range min(3, len(c.words)) {
		if c.words[i][roleUnclear] != 0 {
			return true
		}
		if i == 0 && c.others > 0 && len(c.words) > 3 && c.opens != "it" && !text.IsStopAnywhere(c.opens) && bits.OnesCount32(c.words[0][roleDenies]|c.words[0][rolePlain]) == 0 {
			return false
		}
	}
	return false
}

// follow reports whether a word of role b is at most n words behind one of
// role a, in one of the languages.
func (c *clause) follow(a, b, n int, lang uint32) bool {
	for i, first := range c.words {
		if first[a]&lang == 0 {
			continue
		}
		for _, second := range c.words[i+1 : min(len(c.words), i+1+n)] {
			if first[a]&second[b]&lang != 0 {
				return true
			}
		}
	}
	return false
}

// conjunctions are before the word that opens a clause.
var conjunctions = text.NewWordSet(strings.Fields("but and however aber und mais et pero y ma e mas maar en men och ale но и")...)

// leadingWords open a clause that only leads to the next one.
var leadingWords = wordsOf("leadingWords")

// continued reports whether the clause in front of rest goes on there: behind
// parentheses, or behind a comma with a word that needs a subject before.
func continued(rest []clause) bool {
	if len(rest) > 1 && rest[0].inserted {
		return true
	}
	return len(rest) > 0 && continuing.Has(rest[0].opens)
}

// continuing words open a clause that goes on with a subject that is before
// the comma.
var continuing = text.NewWordSet(strings.Fields("for is are was were of at during has have wird ist sind für est sont es son è sono é são")...)

// statedBefore reports whether a clause in front of a declining one makes a
// statement of its own, so that the sentence answers.
func (c *clause) statedBefore() bool {
	a := &c.all
	return a[roleSource] == 0 && a[roleWeak]&a[roleGiven] == 0 && !leadingWords.Has(c.opens) && c.others >= minStatement
}

// minStatement is the number of content words from which a clause may state
// something.
const minStatement = 2

// denial returns the clause with which a normalised sentence declines.
func denial(s string) (text.Span, bool) {
	clauses := clausesOf(s)
	i := denialIn(clauses)
	if i < 0 {
		return text.Span{}, false
	}
	return clauses[i].Span, true
}

// denialIn returns the index of the clause that declines, or -1.
func denialIn(clauses []clause) int {
	var sources uint32
	for i := range clauses {
		c := &clauses[i]
		if c.declines(sources) {
			return i
		}
		if !c.inserted && c.statedBefore() && !continued(clauses[i+1:]) {
			return -1
		}
		sources |= c.all[roleSource]
	}
	return -1
}
