package sufficient

import (
	"slices"
	"strings"

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
	names  bool    // all of its terms belong to names and values
	weight float64 // how much it counts among the parts
}

// value is a number or a date of the reference.
type value struct {
	number *text.Number
	date   *text.Date
	text   string
	span   text.Span
}

// valueWeight is what a value weighs beside words, which weigh at most 1.
const valueWeight = 1.5

// alternative is one accepted answer, or all gold claims together.
type alternative struct {
	parts      []part
	declines   bool
	polar      bool // a bare yes or no
	headed     bool // a yes or no, and what follows from it
	instructs  bool // it says what an answer should contain
	arithmetic bool
	foreign    bool // in another language than the passages: only values and names are left
}

// prepared is question and reference, ready for passages of one language.
type prepared struct {
	q       *text.Doc
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
	p := &prepared{q: text.Analyze(asking(t.question), ql), foreign: ql != lang && ql != "" && lang != ""}
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
		weight := t.verifier.Weight(w.Stem)
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
	d := text.Analyze(answer, languageIn(answer, lang))
	if _, polar := match.Polarity(d); polar {
		answer = strings.TrimLeft(answer[d.Tokens[0].End:], " ,.;:，。、；–—-")
		a.polar, a.headed = true, true
	}
	if claims := claim.Split(answer); len(claims) > 1 {
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
	d := text.Analyze(s, own)
	x := part{text: s, doc: d}
	x.terms, x.mass = t.distinct(d, p.asks)
	facts := func(w term) bool { return d.InFact(w.Token) }
	x.names = !slices.ContainsFunc(x.terms, func(w term) bool { return !facts(w) })
	for _, n := range d.Numbers() {
		if len(x.values) < maxValues && !holdsNumber(p.q, n) {
			x.values = append(x.values, value{number: &n, text: n.Text, span: n.Span})
		}
	}
	for _, e := range d.Dates() {
		if len(x.values) < maxValues && !holdsDate(p.q, e) {
			x.values = append(x.values, value{date: &e, text: e.Text, span: e.Span})
		}
	}
	// A value is compared as such, not word by word.
	inValue := func(w term) bool {
		tok := d.Tokens[w.Token]
		return slices.ContainsFunc(x.values, func(v value) bool { return tok.Start < v.span.End && v.span.Start < tok.End })
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
	return len(x.terms) <= shortPart || (x.names || len(x.values) > 0) && len(x.terms) <= 2*shortPart
}

// shortPart is the number of words up to which a part can be expected to stand
// there as it is.
const shortPart = 3

// asking returns the sentences of a question that ask; where none has a question
// mark, all of it. What stands beside them says how to answer.
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

// itemWords is the number of words up to which what stands between commas is
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

func holdsNumber(d *text.Doc, n text.Number) bool {
	return slices.ContainsFunc(d.Numbers(), func(m text.Number) bool { return m.Equal(n) })
}

func holdsDate(d *text.Doc, e text.Date) bool {
	return slices.ContainsFunc(d.Dates(), func(m text.Date) bool { return m.Says(e) })
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
