package claim

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/ragdiag/ragdiag/internal/text"
)

// Refused says which share of what was asked an answer declines.
type Refused struct {
	Share  float64     // of the asked parts that are declined, in [0,1]
	Whole  bool        // it declines, and states nothing that answers
	Phrase string      // the words that decline first, normalised; "" if none do
	Spans  []text.Span // the sentences that decline, bytes of the text read
	Stated int         // sentences that state something which may answer
	P      float64     // probability that the answer, as a whole, declines
}

// ReadRefusal reads which share of a question a text declines to answer. The
// question may be empty where it is not known.
//
// What the documents do not contain, what would be needed, a plea for more,
// advice to ask elsewhere, how it could be worked out in general and what the
// documents deal with instead belong to the refusal; they answer nothing. A
// contrast ("however") ends the refusal only if something that answers follows.
func ReadRefusal(question, s string) Refused { return RefusalOf(question, s, Split(s)) }

// RefusalOf is ReadRefusal for a text that was split into claims.
func RefusalOf(question, s string, claims []Claim) Refused {
	return readRefusal(newAsked(question, s), claims)
}

// asked is what the question and the text have in common. It must not be changed.
type asked struct {
	lang  string
	words map[string]bool // stems of the question's words, function words too
	parts int             // how many things are asked
}

func newAsked(question, s string) *asked {
	lang := text.Language(s)
	if lang == "" {
		lang = text.Language(question)
	}
	return asksRead.Of(lang+"\n"+question, readAsked)
}

// asksRead are the questions that were read last, each behind its language: every
// sentence of an answer is held against the same one.
var asksRead = text.NewRecent[*asked](64)

func readAsked(s string) *asked {
	lang, question, _ := strings.Cut(s, "\n")
	toks := text.Tokens(question)
	a := &asked{lang: lang, words: make(map[string]bool, 2*len(toks)), parts: partsOf(question, toks)}
	for _, t := range toks {
		a.words[text.Stem(a.lang, t.Text)] = true
		a.words[t.Text] = true
	}
	return a
}

// partsOf counts the things that a question asks: the question words that open
// it or follow an "and", or its question marks.
func partsOf(question string, toks []text.Token) int {
	n, joined := 0, true
	for _, t := range toks {
		if joined && interrogatives.Has(t.Text) {
			n++
		}
		joined = joiners.Has(t.Text)
	}
	marks := 0
	for _, r := range question {
		switch r {
		case '?', '？', '؟':
			marks++
		}
	}
	return max(1, n, marks)
}

// joiners join two questions; some are prepositions before a question word.
var joiners = wordsOf("joiners")

var interrogatives = text.NewWordSet(strings.Fields(text.Normalize(section("interrogatives")))...)

// echoes reports whether a word is one of the question's.
func (a *asked) echoes(word string) bool {
	return a.words[word] || a.words[text.Stem(a.lang, word)]
}

// added counts what a normalised text adds to the question: content words that
// are neither the question's nor words for documents and knowledge, and of
// these the numbers. Small numbers of a formula are no values.
func (a *asked) added(norm string) (n, numbers int) {
	formula := strings.Contains(norm, "=")
	covered := 0 // end of the last expression
	exprs := words.expressions(norm)
	for _, t := range text.Tokens(norm) {
		for len(exprs) > 0 && exprs[0].Start <= t.Start {
			covered = max(covered, exprs[0].End)
			exprs = exprs[1:]
		}
		if t.Start < covered || len(exprs) > 0 && exprs[0].Start < t.End || a.echoes(t.Text) || text.IsStop(a.lang, t.Text) {
			continue
		}
		if wordsRead.Of(t.Text, readWord).role != nil {
			continue
		}
		if len(t.Text) == 1 && t.Text[0] >= 'a' {
			continue
		}
		n++
		if t.Text[0] >= '0' && t.Text[0] <= '9' && (!formula || len(t.Text) > 3) {
			numbers++
		}
	}
	return n, numbers
}

// AddsNothing reports whether a sentence adds no name, value or content word to
// the question beyond words for documents and knowledge: such a sentence cannot
// be made up.
func AddsNothing(question, s string) bool {
	n, _ := newAsked(question, s).added(text.Normalize(s))
	return n == 0
}

// What a lead-in can say of what follows it.
const (
	nothing     = iota
	need        // it is needed, or one way to find out
	supposition // it is assumed
)

// said is what one claim of a text does.
type said struct {
	text.Span
	norm     string
	declines bool
	decides  bool // it is the speaker, or everyone, who cannot tell
	goesOn   bool // it declines, turns, and states something
	turns    bool // it opens with, or holds, a word of contrast or conclusion
	states   bool // it states something that may answer
	numbers  int  // added by what it states
	instead  bool // it says what the documents deal with
	aside    bool // it says what the speaker would need
	leads    int  // as a lead-in: what it says of what follows
	polar    bool // it opens with yes or no
	hints    bool // it turns, and says what is mentioned
	only     bool // it says that they deal with nothing else
	phrase   string
}

// readRefusal weighs the sentences of a text.
func readRefusal(a *asked, claims []Claim) (r Refused) {
	list := make([]said, 0, len(claims))
	below := nothing // what the lead-in above says of what follows
	for _, c := range claims {
		s := a.sentence(c)
		switch {
		case c.Reason == LeadIn:
			below = s.leads
			s.states = false
		case below == supposition, below == need && (c.item || s.numbers == 0):
			s.states = false
			if !c.item {
				below = nothing
			}
		case !c.item:
			below = nothing
		}
		list = append(list, s)
	}
	first, last := -1, -1
	for i, s := range list {
		if s.declines {
			if first < 0 {
				first = i
			}
			last = i
			r.Phrase = cmp.Or(r.Phrase, s.phrase)
			r.Spans = append(r.Spans, s.Span)
		}
	}
	if first < 0 {
		return a.withoutDenial(list)
	}
	before, after, numbers, turned, hinted := 0, 0, 0, false, false
	for i, s := range list {
		switch {
		case s.goesOn:
			turned = true
			after++
		case s.declines:
		case s.instead:
			hinted = hinted || s.hints
		case s.states && i < first:
			before++
			numbers += s.numbers
		case s.states:
			after++
			numbers += s.numbers
			turned = turned || s.turns
		}
	}
	r.Stated = before + after
	closing := list[last].decides && !list[last].goesOn
	for _, s := range list[last+1:] {
		closing = closing && !s.states
	}
	switch {
	case before+after == 0 && hinted && !closing:
		r.Share, r.P = .75, .65
	case before+after == 0:
		r.Whole, r.Share, r.P = true, 1, .95
	case turned && !closing:
		r.Share, r.P = a.share(list), .2
	case before == 0 && closing:
		r.Share, r.P = 1, .9
	case before == 0 && numbers > 0 && after > 0:
		r.Share, r.P = max(.5, a.share(list)), .6
	case before == 0:
		r.Share, r.P = 1, .8
	case closing && a.parts == 1 && !list[0].polar:
		r.Share, r.P = max(.5, a.share(list)), .7
	default:
		r.Share, r.P = a.share(list), .15
	}
	return r
}

// withoutDenial judges a text no sentence of which declines: it may only say
// what the documents deal with, or ask for more.
func (a *asked) withoutDenial(list []said) Refused {
	instead := false
	for _, s := range list {
		if s.norm != "" && !s.only && !s.aside {
			return Refused{P: .03, Stated: 1}
		}
		instead = instead || s.only || s.aside
	}
	if !instead {
		return Refused{P: .1}
	}
	r := Refused{Share: 1, Whole: true, P: .75}
	for _, s := range list {
		if s.instead || s.aside {
			r.Phrase = cmp.Or(r.Phrase, s.norm)
			r.Spans = append(r.Spans, s.Span)
		}
	}
	return r
}

// share is the share of the question's words that only sentences which decline
// speak of.
func (a *asked) share(list []said) float64 {
	declined, stated := map[string]bool{}, map[string]bool{}
	for _, s := range list {
		in := stated
		if s.declines && !s.goesOn {
			in = declined
		}
		if !s.declines && !s.states {
			continue
		}
		for _, t := range text.Tokens(s.norm) {
			stem := text.Stem(a.lang, t.Text)
			if a.words[stem] && !text.IsStop(a.lang, t.Text) {
				in[stem] = true
			}
		}
	}
	d, s := 0, 0
	for w := range declined {
		if !stated[w] {
			d++
		}
	}
	for w := range stated {
		if !declined[w] {
			s++
		}
	}
	const least, most = .25, .75 // both sorts of sentences are there
	if a.parts > 1 {
		n := 0
		for _, s := range list {
			if s.declines && !s.goesOn {
				n++
			}
		}
		return float64(min(n, a.parts-1)) / float64(a.parts)
	}
	if d+s == 0 {
		return .5
	}
	return min(most, max(least, float64(d)/float64(d+s)))
}

// sentence reads one claim.
func (a *asked) sentence(c Claim) said {
	s := said{Span: text.Span{Start: c.Start, End: c.End}}
	switch c.Reason {
	case Question, SmallTalk, Hedge, Code, NoWords, TableHeader, Heading:
		return s
	}
	s.norm = text.Normalize(c.Text)
	clauses := clausesOf(s.norm)
	rest := ""
	s.phrase, rest, s.declines, s.decides = a.denies(s.norm, clauses)
	_, s.turns = turn(s.norm)
	s.polar = len(clauses) > 1 && yesNo.Has(clauses[0].opens) && len(clauses[0].words) == 1
	if s.declines {
		if goes, yes := turn(rest); yes && a.answers(goes, false) {
			s.goesOn = true
		} else if !yes && len(clauses) > 1 && concedes(clauses) {
			i := strings.IndexAny(s.norm, ",，")
			s.goesOn = i > 0 && i < len(s.norm)-1 && a.answers(s.norm[i+1:], true)
		}
		s.states = s.goesOn
		if s.goesOn {
			_, s.numbers = a.added(rest)
		}
		return s
	}
	var all role
	for i := range clauses {
		all.join(&clauses[i].all)
	}
	n, numbers := a.added(s.norm)
	s.numbers = numbers
	switch {
	case all[roleSupposes] != 0:
		s.leads = supposition
	case isGeneric(clauses) || isAside(clauses) || strings.Contains(s.norm, "formula"):
		s.leads = need
	}
	switch {
	case isAside(clauses):
		s.aside = all[roleNeeds]&all[roleSelf] != 0
	case all[roleSupposes] != 0:
	case all[roleAdvice]&(all[roleInfo]|all[roleSource]|all[roleWeak]|all[roleSettles]|all[roleSearch]) != 0:
	case s.turns && mentions(clauses):
		s.instead, s.hints = true, true
	case aboutSources(clauses, numbers == 0 || all[roleDenies]&all[roleWeak] != 0):
		s.instead = true
		s.only = all[roleOnly]&(all[roleSource]|all[roleGiven]) != 0
	case n == 0 && !a.polar(clauses):
	case numbers == 0 && strings.Contains(s.norm, "="): // a formula
	case numbers == 0 && isGeneric(clauses):
		s.hints = s.turns
		s.instead = s.hints
	default:
		s.states = true
	}
	return s
}

// answers reports whether what follows a turn states something. A general
// statement counts only if generic.
func (a *asked) answers(norm string, generic bool) bool {
	norm = strings.TrimSpace(norm)
	clauses := clausesOf(norm)
	if len(clauses) == 0 {
		return false
	}
	if _, _, declines, _ := a.denies(norm, clauses); declines {
		return false
	}
	n, numbers := a.added(norm)
	return n > 0 && !isAside(clauses) && (numbers > 0 || generic || !isGeneric(clauses)) || n == 0 && a.polar(clauses) && len(clauses[0].words) > 2
}

// denies reports whether a normalised sentence declines: by a phrase or clause
// that is only used for that, or because it denies something and adds nothing
// to the question.
func (a *asked) denies(norm string, clauses []clause) (said, rest string, yes, decides bool) {
	decides = slices.ContainsFunc(clauses, func(c clause) bool { return c.decides() })
	if said, rest, ok := declinesByPhrase(norm); ok {
		return said, rest, true, decides
	}
	if i := denialIn(clauses); i >= 0 {
		c := &clauses[i]
		return strings.TrimSpace(c.Of(norm)), norm[c.End:], true, decides
	}
	var all role
	for i := range clauses {
		all.join(&clauses[i].all)
	}
	speaker := slices.ContainsFunc(clauses, func(c clause) bool { return c.speaker })
	if speaker && all[roleDenies]&inEnglish != 0 || all[roleDenies]&(all[roleSource]|all[roleSelf]&all[roleSeeks]) != 0 || all[roleDenies]&all[roleGiven]&(all[roleWeak]|all[roleInfo]) != 0 {
		if n, _ := a.added(norm); n == 0 {
			return norm, "", true, false
		}
	}
	return "", norm, false, false
}

// decides reports whether a clause that declines says that the matter cannot be
// decided, rather than that a text is silent.
func (c *clause) decides() bool {
	a := &c.all
	return a[roleDenies]&a[roleSelf]&a[roleSeeks] != 0 || c.speaker && a[roleDenies]&a[roleSettles]&inEnglish != 0 || a[roleImpersonal]&a[roleSettles] != 0
}

// isAside reports whether a sentence asks for more, names what would be needed,
// or sends the reader elsewhere.
func isAside(clauses []clause) bool {
	var all role
	for i := range clauses {
		all.join(&clauses[i].all)
	}
	asks := 0
	for i := range clauses {
		for j := range clauses[i].words {
			if clauses[i].words[j][rolePlease] != 0 {
				asks++
			}
		}
	}
	about := all[roleInfo] | all[roleSource] | all[roleWeak] | all[roleSeeks] | all[roleGiven]
	return asks > 1 || all[roleNeeds]&about != 0 || all[rolePlease]&(about|all[roleHolds]|all[roleSays]|all[rolePlain]) != 0
}

// isGeneric reports whether a sentence speaks of how it is in general, or of
// what one could do.
func isGeneric(clauses []clause) bool {
	for i := range clauses {
		if a := &clauses[i].all; a[roleGeneric]|a[roleAdvice]|a[roleSupposes] != 0 {
			return true
		}
	}
	return false
}

// mentions reports whether a sentence only reports what is said, without a
// subject of its own: "However, it mentions …", "Sin embargo, se menciona …".
func mentions(clauses []clause) bool {
	for i := range clauses {
		c := &clauses[i]
		for j := range min(5, len(c.words)) {
			if c.words[j][roleSays] != 0 {
				return true
			}
			if *c.words[j] == (role{}) && !c.function[j] {
				return false
			}
		}
	}
	return false
}

// aboutSources reports whether the subject of a sentence is what was read: it
// says what the documents deal with. Reports may be meant as well where they are
// sources.
func aboutSources(clauses []clause, reports bool) bool {
	for i := range clauses {
		c := &clauses[i]
		subject := role{}
		for j := range min(5, len(c.words)) {
			subject.join(c.words[j])
		}
		a := &c.all
		source := subject[roleSource] | subject[roleGiven]&(subject[roleWeak]|subject[roleInfo])
		if reports {
			source |= subject[roleWeak]
		}
		if words.dense&a[roleSource] != 0 {
			source |= words.dense & a[roleSource]
		}
		if source&(a[roleSays]|a[roleHolds]|a[roleOnly]) != 0 {
			return true
		}
		if !leadingWords.Has(c.opens) && len(c.words) > 3 {
			return false
		}
	}
	return false
}

// polar reports whether a sentence opens with yes or no, or denies what was
// asked: then it answers though it adds no word.
func (a *asked) polar(clauses []clause) bool {
	return len(clauses) > 0 && (clauses[0].all[roleDenies] != 0 || yesNo.Has(clauses[0].opens))
}

var yesNo = wordsOf("yesNo")

// concedes reports whether a sentence opens with while, although and the like.
func concedes(clauses []clause) bool {
	for i := range min(2, len(clauses[0].words)) {
		if clauses[0].words[i][roleConcessive] != 0 {
			return true
		}
	}
	return false
}

// turn returns what follows the word with which a normalised text turns from
// declining to answering, or draws its conclusion.
func turn(norm string) (rest string, yes bool) {
	for i, r := range norm {
		for _, w := range turnsBy.at(norm, i, r) {
			if strings.HasPrefix(norm[i:], w.text) && (!w.bounded || (i == 0 || !wordEndsAt(norm, i)) && (i+len(w.text) == len(norm) || !wordByte(norm, i+len(w.text)))) {
				return strings.TrimLeft(norm[i+len(w.text):], " ,，、"), true
			}
		}
	}
	return "", false
}

// wordEndsAt reports whether a letter is before byte i.
func wordEndsAt(s string, i int) bool {
	r, _ := utf8.DecodeLastRuneInString(s[:i])
	return unicode.IsLetter(r)
}

// turnsBy has the words that open a contrast or a conclusion. One that follows a
// comma counts only there.
var turnsBy = func() *byRune {
	m := &byRune{}
	for w := range strings.SplitSeq(section("turnsBy"), "|") {
		w = text.Normalize(w)
		r, _ := utf8.DecodeRuneInString(w)
		last, _ := utf8.DecodeLastRuneInString(w)
		m.add(r, expression{text: w, bounded: last < firstDense && unicode.IsLetter(last)})
	}
	return m
}()
