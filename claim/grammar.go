package claim

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/ragdiag/ragdiag/internal/text"
)

// A clause declines where it denies that a source says something, that there is
// any information, or that the speaker can answer. The words for it are told
// apart by what they do, in lexicon/declining.txt, which explains the roles.
const (
	roleDenies = iota
	roleSource
	roleWeak
	roleGiven
	roleSays
	roleHolds
	roleInfo
	roleSelf
	roleSeeks
	roleStated
	roleMust
	roleLacks
	roleBeyond
	roleUnclear
	roleOnly
	roleNeeds
	rolePlease
	roleAsked
	roleImpersonal
	roleSettles
	roleSearch
	roleConcessive
	roleGeneric
	roleAdvice
	roleSupposes
	rolePlain
	roles
)

var roleNames = [roles]string{"denies", "source", "weak", "given", "says", "holds", "info", "self", "seeks", "stated", "must", "lacks", "beyond", "unclear", "only", "needs", "please", "asked", "impersonal", "settles", "search", "concessive", "generic", "advice", "supposes", "plain"}

//go:embed lexicon/declining.txt
var decliningTable string

// role says for which languages a word plays which role, one bit each.
type role [roles]uint32

func (r *role) join(o *role) {
	if o == nil {
		return
	}
	for i := range r {
		r[i] |= o[i]
	}
}

// lexicon holds the words of all languages.
type lexicon struct {
	whole map[string]*role
	stems map[[shortestStem]byte][]stem
	exprs byRune // of several words, and of scripts without spaces
	dense uint32 // the languages that are searched anywhere
}

// stem is the beginning of words.
type stem struct {
	text string
	role *role
}

// expression is searched in the running text.
type expression struct {
	text    string
	bounded bool // ends where a word ends
	open    bool // its last word may go on
	role    *role
}

// byRune holds expressions by their first character.
type byRune struct {
	ascii [utf8.RuneSelf][]expression
	heads [utf8.RuneSelf][256 / 64]uint64 // which second byte follows which first one
	rest  map[rune][]expression
}

func (b *byRune) add(r rune, e expression) {
	if r < utf8.RuneSelf {
		b.ascii[r] = append(b.ascii[r], e)
		for c := range 256 {
			if len(e.text) == 1 || e.text[1] == byte(c) {
				b.heads[r][c/64] |= 1 << (c % 64)
			}
		}
		return
	}
	if b.rest == nil {
		b.rest = map[rune][]expression{}
	}
	b.rest[r] = append(b.rest[r], e)
}

// at returns the expressions that may be at byte i of s, where r stands.
func (b *byRune) at(s string, i int, r rune) []expression {
	if r >= utf8.RuneSelf {
		return b.rest[r]
	}
	if i+1 < len(s) && b.heads[r][s[i+1]/64]>>(s[i+1]%64)&1 == 0 {
		return nil
	}
	return b.ascii[r]
}

// shortestStem is the least number of bytes before an asterisk.
const shortestStem = 3

var words = readLexicon(decliningTable)

func readLexicon(table string) *lexicon {
	l := &lexicon{map[string]*role{}, map[[shortestStem]byte][]stem{}, byRune{}, 0}
	stems, exprs := map[string]*role{}, map[string]*role{}
	lang, dense := -1, false
	for line := range strings.Lines(table) {
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		if line[0] == '[' {
			lang++
			switch line {
			case "[zh]", "[ja]", "[ko]", "[th]":
				dense = true
				l.dense |= 1 << lang
			default:
				dense = false
			}
			continue
		}
		name, list, _ := strings.Cut(line, ":")
		r := slices.Index(roleNames[:], name)
		if r < 0 {
			panic(fmt.Sprintf("claim: lexicon/declining.txt names the unknown role %q", name))
		}
		for w := range strings.FieldsSeq(list) {
			t := text.Normalize(strings.ReplaceAll(w, "_", " "))
			in := l.whole
			switch stem, open := strings.CutSuffix(t, "*"); {
			case dense || strings.Contains(t, " ") || strings.Contains(t, "-"):
				in = exprs
			case open:
				t, in = stem, stems
			case len(text.Tokens(t)) > 1: // "k'a" is read as two words
				in = exprs
			}
			if in[t] == nil {
				in[t] = &role{}
			}
			in[t][r] |= 1 << lang
		}
	}
	for s, r := range stems {
		k := [shortestStem]byte([]byte(s))
		l.stems[k] = append(l.stems[k], stem{s, r})
	}
	for s, r := range exprs {
		first, _ := utf8.DecodeRuneInString(s)
		t, open := strings.CutSuffix(s, "*")
		l.exprs.add(first, expression{t, first < firstDense, open, r})
	}
	return l
}

// firstDense is the first character of the scripts without spaces.
const firstDense = 0xe00

// roles returns what a word does in any language. In Arabic and Hebrew it may
// be prefixed by a conjunction or preposition of one letter.
func (l *lexicon) roles(word string) (out role, known bool) {
	known = l.add(&out, word)
	if !known && len(word) > 6 {
		switch r, n := utf8.DecodeRuneInString(word); r {
		case 'و', 'ف', 'ب', 'ل', 'ك', 'ו', 'ב', 'ה', 'ל', 'ש':
			known = l.add(&out, word[n:])
		}
	}
	return out, known
}

func (l *lexicon) add(out *role, word string) (known bool) {
	if r := l.whole[word]; r != nil {
		out.join(r)
		known = true
	}
	if len(word) >= shortestStem {
		for _, s := range l.stems[[shortestStem]byte([]byte(word[:shortestStem]))] {
			if strings.HasPrefix(word, s.text) {
				out.join(s.role)
				known = true
			}
		}
	}
	return known
}

// found is an expression that is in a text.
type found struct {
	text.Span
	role *role
}

// expressions finds the expressions in a normalised text, in order; they may
// overlap.
func (l *lexicon) expressions(norm string) []found {
	var out []found
	inWord := false
	for i, r := range norm {
		letter := r < firstDense && wordByte(norm, i)
		if letter && inWord {
			continue
		}
		inWord = letter
		for _, e := range l.exprs.at(norm, i, r) {
			if !strings.HasPrefix(norm[i:], e.text) {
				continue
			}
			end := i + len(e.text)
			if e.bounded && !e.open && end < len(norm) && wordByte(norm, end) {
				continue
			}
			out = append(out, found{text.Span{Start: i, End: end}, e.role})
		}
	}
	return out
}

// wordByte reports whether the character at i belongs to a word of a script
// with spaces.
func wordByte(s string, i int) bool {
	c := s[i]
	if c < utf8.RuneSelf {
		return c >= 'a' && c <= 'z' || c >= '0' && c <= '9'
	}
	r, _ := utf8.DecodeRuneInString(s[i:])
	return r < firstDense && isLetter(r)
}
