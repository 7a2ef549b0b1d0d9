package sufficient

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/ragdiag/ragdiag/claim"
	"github.com/ragdiag/ragdiag/internal/match"
	"github.com/ragdiag/ragdiag/internal/text"
	"github.com/ragdiag/ragdiag/trace"
)

// What is kept of a question and its reference, so that hostile texts cost
// linear time: a set of terms fits a machine word.
const (
	maxTerms        = 64
	maxParts        = 24
	maxValues       = 16 // of one part
	maxAlternatives = 8
	maxReference    = 8000 // bytes of one accepted answer that are read
)

// term is a distinct content word with its weight.
type term struct {
	text.Term
	weight float64
}

// part is one thing that a right answer says.
type part struct {
	text   string
	doc    *text.Doc
	terms  []term // what the question does not say itself
	mass   float64
	values []value
	long   bool    // it has many words, some of which may be left out of terms
	names  bool    // all of its terms belong to names and values
	weight float64 // how much it counts among the parts
}

// value is a typed value of the reference.
type value struct {
	text.Quantity
	text    string
	counted rune // in scripts without blanks, the measure word behind it; 0: none
}

// measureWord is the Han character that is right behind a number; 0 if there
// is none. Those that count people and things at large are one.
func measureWord(s string, number text.Span) rune {
	if number.End > len(s) {
		return 0
	}
	last := strings.LastIndexFunc(number.Of(s), unicode.IsDigit)
	if last < 0 {
		return 0
	}
	_, n := utf8.DecodeRuneInString(s[number.Start+last:])
	r, _ := utf8.DecodeRuneInString(s[number.Start+last+n:])
	switch {
	case strings.ContainsRune("人名位个個只", r):
		return '个'
	case unicode.Is(unicode.Han, r):
		return r
	}
	return 0
}

// measures reports whether a value of the same number in s may measure the same.
func (v *value) measures(s string, q text.Quantity) bool {
	other := measureWord(s, q.Span)
	return v.Unit == q.Unit && v.Unit != "" || v.counted == 0 || other == 0 || v.counted == other
}

// rarely is how surely a value stands for itself wherever it stands, as a place:
// an address or a number of many digits is seldom met by chance.
func (v *value) rarely() float64 {
	digits := 0
	for _, r := range v.text {
		if unicode.IsDigit(r) {
			digits++
		}
	}
	switch {
	case v.Kind == text.Link, v.Kind == text.Identifier && len(v.text) >= 6:
		return coincidence + inPlaceFully
	case digits >= 4 && v.Kind != text.Calendar || digits >= 6:
		return coincidence + inPlaceFully/2
	}
	return 0
}

// valueWeight is what a value weighs beside words, which weigh at most 1.
const valueWeight = 1.5

// alternative is one accepted answer, or all gold claims together.
type alternative struct {
	parts      []part
	declines   bool
	polar      bool // a bare yes or no
	yes        bool // it is, or opens with, a yes
	headed     bool // a yes or no, and what follows from it
	instructs  bool // it says what an answer should contain
	arithmetic bool
	foreign    bool // in another language than the passages: only values and names are left
}

// prepared is question and reference, ready for passages of one language.
type prepared struct {
	q       *text.Doc
	setting text.Setting // of the question
	asks    []term
	mass    float64
	topic   uint64 // bits of the words of the question that belong to names, numbers and dates
	foreign bool   // the question is in another language than the passages
	alts    []alternative
}

func (t *Test) prepare(lang string) *prepared {
	if p, ok := t.byLang[lang]; ok {
		return p
	}
	ql := languageIn(t.question, lang)
	p := &prepared{q: t.texts.Analyze(asking(t.question), ql), foreign: ql != lang && ql != "" && lang != ""}
	p.setting = text.SettingOf(p.q)
	p.asks, p.mass = t.distinct(p.q, nil)
	fiscal(p.asks)
	for k, a := range p.asks {
		if p.q.InFact(a.Token) {
			p.topic |= 1 << k
		}
	}
	for _, a := range t.answers {
		p.alts = append(p.alts, t.alternative(p, a, lang))
	}
	if len(t.claims) > 0 {
		all := alternative{}
		for _, c := range t.claims[:min(len(t.claims), maxParts)] {
			all.add(t, p, c, lang)
		}
		all.settle()
		p.alts = append(p.alts, all)
	}
	t.byLang[lang] = p
	return p
}

// shortText is the length in bytes below which a text is too short to tell its
// language from another one in the same script.
const shortText = 60

// languageIn is the language in which to read a text beside passages in lang.
func languageIn(s, lang string) string {
	own := text.Language(s)
	if own == "" || lang == "" || own == lang {
		return lang
	}
	if text.SameScript(own, lang) && (len(s) < shortText || functionWords(s, own) < 2) && functionWords(s, own) < functionWords(s, lang)+2 {
		return lang
	}
	return own
}

// functionWords counts the function words of a language at the head of a text.
func functionWords(s, lang string) int {
	n := 0
	for _, t := range text.Tokens(text.Clip(s, 400)) {
		if text.IsStop(lang, t.Text) {
			n++
		}
	}
	return n
}

// distinct returns the distinct content words of d that are not among without.
func (t *Test) distinct(d *text.Doc, without []term) (out []term, mass float64) {
	for _, w := range units(d, d.Terms) {
		same := func(o term) bool { return o.Hash == w.Hash || alike(o.Stem, w.Stem) }
		if slices.ContainsFunc(without, same) || slices.ContainsFunc(out, func(o term) bool { return o.Hash == w.Hash }) {
			continue
		}
		if len(out) == maxTerms {
			break
		}
		weight := t.texts.Verifier().Weight(w.Stem)
		out = append(out, term{w, weight})
		mass += weight
	}
	return out, mass
}

// units returns what counts as words. Vietnamese writes words as syllables, most
// of which mean little alone: there it is each syllable with the next.
func units(d *text.Doc, terms []text.Term) []text.Term {
	if d.Lang != "vi" || len(terms) < 2 {
		return terms
	}
	out := make([]text.Term, 0, len(terms)-1)
	for i, t := range terms[:len(terms)-1] {
		if next := terms[i+1]; next.Token == t.Token+1 {
			s := t.Stem + " " + next.Stem
			out = append(out, text.Term{Hash: text.Hash64(s), Stem: s, Token: t.Token})
		}
	}
	if len(out) == 0 {
		return terms
	}
	return out
}

// alternative reads one accepted answer.
func (t *Test) alternative(p *prepared, answer, lang string) alternative {
	var a alternative
	answer = claim.Uncite(answer)
	if a.declines = declines(answer); a.declines {
		return a
	}
	if instructs(answer) {
		a.instructs = true
		return a
	}
	a.arithmetic = arithmetic(answer)
	d := t.texts.Analyze(answer, languageIn(answer, lang))
	if yes, polar := match.Polarity(d); polar {
		a.yes = yes
		answer = strings.TrimLeft(answer[d.Tokens[0].End:], " ,.;:，。、；–—-")
		a.polar, a.headed = true, true
	}
	if claims := t.texts.Split(answer); len(claims) > 1 {
		for _, c := range claims {
			if c.Checkable && len(a.parts) < maxParts && !isDenial(c.Text) {
				a.add(t, p, c.Text, lang)
			}
		}
	} else {
		for _, item := range items(answer) {
			if len(a.parts) < maxParts {
				a.add(t, p, item, lang)
			}
		}
	}
	a.settle()
	a.polar = a.polar && len(a.parts) == 0
	return a
}

// declines reports whether a reference says that the question cannot be
// answered: its only or its last statement does.
func declines(s string) bool {
	sentences := text.Sentences(s)
	return len(sentences) > 0 && isDenial(sentences[len(sentences)-1].Of(s))
}

func isDenial(s string) bool {
	_, _, yes := claim.Declines(s)
	return yes
}

// add adds what a text says beyond the question as one part.
func (a *alternative) add(t *Test, p *prepared, s, lang string) {
	own := languageIn(s, lang)
	d := t.texts.Analyze(s, own)
	x := part{text: s, doc: d}
	x.terms, x.mass = t.distinct(d, p.asks)
	x.long = len(x.terms) > 4*shortPart
	facts := func(w term) bool { return d.InFact(w.Token) }
	x.names = !slices.ContainsFunc(x.terms, func(w term) bool { return !facts(w) })
	for _, q := range d.Quantities() {
		if len(x.values) < maxValues && !holds(p.q, q, p.setting) {
			x.values = append(x.values, value{q, strings.TrimSpace(q.Text), measureWord(s, q.Span)})
		}
	}
	// A value is compared as such, not word by word.
	inValue := func(w term) bool {
		tok := d.Tokens[w.Token]
		return slices.ContainsFunc(x.values, func(v value) bool { return tok.Start < v.End && v.Start < tok.End })
	}
	other := own != lang && own != "" && lang != ""
	a.foreign = a.foreign || other
	x.terms = slices.DeleteFunc(x.terms, func(w term) bool { return inValue(w) || other && !facts(w) })
	x.mass = valueWeight * float64(len(x.values))
	for _, w := range x.terms {
		x.mass += w.weight
	}
	if len(x.terms)+len(x.values) > 0 {
		a.parts = append(a.parts, x)
	}
}

// short reports whether a part is a value or a name, or too short to be said in
// other words.
func (x *part) short() bool {
	return !x.long && (len(x.terms) <= shortPart || (x.names || len(x.values) > 0) && len(x.terms) <= 3*shortPart)
}

// shortPart is the number of words up to which a part can be expected to stand
// there as it is.
const shortPart = 2

// asking returns the sentences of a question that ask; where none has a question
// mark, all of it. What is beside them says how to answer.
func asking(q string) string {
	if !strings.ContainsAny(q, "?？؟") {
		return q
	}
	var out []string
	for _, sp := range text.Sentences(q) {
		if s := sp.Of(q); strings.ContainsAny(s, "?？؟") {
			out = append(out, s)
		}
	}
	if len(out) == 0 {
		return q
	}
	return strings.Join(out, " ")
}

// fiscal writes years such as FY2022 and FY22 as passages have them.
func fiscal(asks []term) {
	for i, a := range asks {
		year, ok := strings.CutPrefix(a.Stem, "fy")
		if !ok || strings.Trim(year, "0123456789") != "" {
			continue
		}
		switch len(year) {
		case 2:
			year = "20" + year
		case 4:
		default:
			continue
		}
		asks[i].Stem, asks[i].Hash = year, text.Hash64(year)
	}
}

// settle weighs the parts: long ones more, but not by their length.
func (a *alternative) settle() {
	for i := range a.parts {
		x := &a.parts[i]
		x.weight = min(1, .4+.2*float64(len(x.terms)+2*len(x.values)))
	}
}

// itemWords is the number of words up to which what is between commas is
// an item of a list rather than a clause.
const itemWords = 4

// items cuts a list of short items; any other text is one item.
func items(s string) []string {
	parts := strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune(",;，、；،\n", r) })
	if len(parts) < 3 {
		return []string{s}
	}
	for _, p := range parts {
		if n := len(text.Tokens(p)); n == 0 || n > itemWords {
			return []string{s}
		}
	}
	return parts
}

// holds reports whether a text has a value.
func holds(d *text.Doc, want text.Quantity, s text.Setting) bool {
	for _, q := range d.Quantities() {
		if want.Compare(q, s) == text.Equal {
			return true
		}
	}
	return false
}

// alike reports whether two stems are likely forms of one word.
func alike(a, b string) bool {
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		if a[n] >= '0' && a[n] <= '9' {
			return false
		}
		n++
	}
	return n >= minAlike && 10*n >= 6*max(len(a), len(b)) && max(len(a), len(b))-n <= 5
}

const minAlike = 4

// accepted returns the accepted answers of gold, without those that are empty.
func accepted(g *trace.Gold) []string {
	var out []string
	for _, a := range g.Answers {
		if len(out) < maxAlternatives && strings.TrimSpace(a) != "" {
			out = append(out, text.Clip(a, maxReference))
		}
	}
	return out
}
