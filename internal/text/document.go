package text

import (
	"sort"
	"strings"
)

// Doc is a text prepared once and compared many times. Its fields are set by
// Analyze and read-only afterwards. Numbers, Dates and Entities are worked out
// at their first call, so a Doc must not be shared between goroutines.
type Doc struct {
	Text      string
	Lang      string // ISO 639-1, or "" where undecided
	Tokens    []Token
	Terms     []Term     // the content words, in order
	Sentences []Sentence // in order; every token lies in exactly one

	facts    *facts
	negated  []bool          // by token; nil: not worked out
	excepted []exception     // by token, worked out with negated; nil: no token is
	capitals map[string]bool // words with a capital within a sentence; nil: not worked out

	quantities []Quantity
	quantified bool // quantities are worked out
	setting    *Setting
}

// Term is a content word of a Doc.
type Term struct {
	Hash  uint64 // of Stem: equal terms have equal hashes
	Stem  string
	Token int // index into Doc.Tokens
}

// Sentence is a stretch of a Doc with its tokens [Token, TokenEnd) and terms
// [Term, TermEnd).
type Sentence struct {
	Span
	Token, TokenEnd int
	Term, TermEnd   int
}

// Analyze prepares s. With an empty lang the language is guessed from s.
func Analyze(s, lang string) *Doc {
	return analyzeTokens(s, Tokens(s), lang)
}

// analyzeTokens is Analyze for a text whose tokens are at hand.
func analyzeTokens(s string, toks []Token, lang string) *Doc {
	d := &Doc{Text: s, Lang: lang, Tokens: toks}
	if lang == "" {
		d.Lang = languageOfTokens(d.Tokens, s)
	}
	d.Terms = terms(make([]Term, 0, len(d.Tokens)*2/3+1), d.Tokens, d.Lang)
	d.Sentences = d.cut(Sentences(s))
	return d
}

// terms appends the content words of toks.
func terms(out []Term, toks []Token, lang string) []Term {
	r := readerOf(lang)
	for i, t := range toks {
		if w := r.read(t.Text); !w.stop {
			out = append(out, Term{w.hash, w.stem, i})
		}
	}
	return out
}

// cut gives each sentence its tokens and terms. A token that straddles a
// boundary belongs to the sentence it starts in.
func (d *Doc) cut(spans []Span) []Sentence {
	out := make([]Sentence, 0, len(spans))
	tok, term := 0, 0
	for i, sp := range spans {
		s := Sentence{Span: sp, Token: tok, Term: term}
		for tok < len(d.Tokens) && (d.Tokens[tok].Start < sp.End || i == len(spans)-1) {
			tok++
		}
		for term < len(d.Terms) && d.Terms[term].Token < tok {
			term++
		}
		s.TokenEnd, s.TermEnd = tok, term
		out = append(out, s)
	}
	return out
}

// TermsIn returns the terms whose tokens begin within a stretch.
func (d *Doc) TermsIn(sp Span) []Term {
	from := sort.Search(len(d.Terms), func(i int) bool { return d.Tokens[d.Terms[i].Token].Start >= sp.Start })
	to := from
	for to < len(d.Terms) && d.Tokens[d.Terms[to].Token].Start < sp.End {
		to++
	}
	return d.Terms[from:to]
}

// TokenSpan returns the stretch of tokens [from, to).
func (d *Doc) TokenSpan(from, to int) Span {
	return Span{d.Tokens[from].Start, d.Tokens[to-1].End}
}

// Terms returns the stems of the content words of s, in order. With an empty
// lang the language is guessed.
func Terms(s, lang string) []string {
	toks := Tokens(s)
	if lang == "" {
		lang = languageOfTokens(toks, s)
	}
	var out []string
	for _, t := range terms(nil, toks, lang) {
		out = append(out, t.Stem)
	}
	return out
}

// capital reports whether token i begins with a capital letter in the text.
func (d *Doc) capital(i int) bool {
	return upperFirst(d.Text[d.Tokens[i].Start:])
}

// between returns the text between tokens i and i+1.
func (d *Doc) between(i int) string {
	if i < 0 || i+1 >= len(d.Tokens) || d.Tokens[i].End > d.Tokens[i+1].Start {
		return ""
	}
	return d.Text[d.Tokens[i].End:d.Tokens[i+1].Start]
}

// adjacent reports whether nothing but white space is between tokens i and i+1.
func (d *Doc) adjacent(i int) bool {
	return i >= 0 && i+1 < len(d.Tokens) && strings.TrimSpace(d.between(i)) == ""
}
