package match

import (
	_ "embed"
	"slices"
	"sort"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"github.com/ragdiag/ragdiag/internal/text"
	"github.com/ragdiag/ragdiag/trace"
)

// Reference is one reference answer, read by its kind and prepared once to be
// compared with many texts. It is not safe for concurrent use.
type Reference struct {
	Kind     string    // one of the trace.Reference constants
	Text     string    // as written
	Doc      *text.Doc // of Text
	Question *text.Doc // never nil
	Items    []Item    // what it says, in order; only those asked for decide

	polar   Polar        // of a bare yes, no or maybe, and at the head of prose
	whole   *Item        // a reference of one sentence as a statement; nil: it is none
	others  []*Reference // other ways to say it, any of which is right: "Alice or Louise"
	v, q    *view
	ask     ask
	setting text.Setting
}

// Item is one thing that a reference says.
type Item struct {
	Kind  string    // "number", "date", "time" …, "name", "words", "yes-no", "code", "claim"
	Text  string    // as the reference says it
	Span  text.Span // of Reference.Text
	Asked bool      // the question asks for it; false: it is said beyond that

	value    *text.Quantity
	from, to int   // tokens of the reference
	tokens   []int // those that say something; nil: of a value, a yes or no
	polar    Polar
	choice   *choice // of the question, of which the reference takes a side
	side     int
	echo     string // the predicate of the question that a yes or no repeats, without its negation
	beside   bool   // words beside a value, which can be said otherwise
}

// The kinds of items besides those of typed values.
const (
	itemName  = "name"
	itemWords = "words"
	itemPolar = "yes-no"
	itemCode  = "code"
	itemClaim = "claim"
)

// ReadReferences reads reference answers to a question in a language, ISO 639-1 or
// "". The question may be nil; declines says which answers decline to give one, nil:
// none.
func ReadReferences(question *text.Doc, refs []string, lang string, declines func(ref string) bool) []*Reference {
	if question == nil {
		question = text.Analyze("", lang)
	}
	q, a := newView(question), readQuestion(question)
	out := make([]*Reference, len(refs))
	for i, ref := range refs {
		out[i] = readReference(q, a, ref, lang, declines != nil && declines(ref))
	}
	return out
}

// forbids reports whether a reference answers no by repeating words of the
// question behind "never": "Never use bleach".
func (r *Reference) forbids() bool {
	toks := r.Doc.Tokens
	if len(toks) == 0 || len(toks) > 12 || !strings.Contains(" never niemals nie jamais nunca jamás mai nooit aldrig nigdy никогда asla ", " "+toks[0].Text+" ") {
		return false
	}
	shared := 0
	for i := 1; i < len(toks); i++ {
		if w := r.v.words[i]; !w.stop {
			if len(r.q.look(w)) == 0 {
				return false
			}
			shared++
		}
	}
	return shared > 0
}

// analyzeBeside analyses a reference in the language of its question, or in its
// own where the two are written in different scripts.
func analyzeBeside(question *text.Doc, ref, lang string) *text.Doc {
	own := scriptClass(ref)
	if lang == "" || own == 0 || scriptClass(question.Text) == own || scriptClass(question.Text) == 0 {
		return text.Analyze(ref, lang)
	}
	d := text.Analyze(ref, "")
	if d.Lang == "" && own == 'a' {
		d = text.Analyze(ref, "en")
	}
	return d
}

func readReference(q *view, a ask, ref, lang string, declines bool) *Reference {
	r := &Reference{Text: ref, Doc: analyzeBeside(q.d, ref, lang), Question: q.d, q: q, ask: a, Kind: trace.ReferenceValue}
	r.v = newView(r.Doc)
	r.setting = text.SettingOf(q.d)
	if declines {
		r.Kind = trace.ReferenceDeclines
		return r
	}
	d := r.Doc
	start := instructionEnd(ref)
	says, after, _ := polarHead(d, 0)
	switch {
	case len(d.Tokens) == 0:
	case start > 0:
		r.Kind = trace.ReferenceInstruction
		from := 0
		for from < len(d.Tokens) && d.Tokens[from].Start < start {
			from++
		}
		r.readList(from, true)
	case says == NotPolar && !a.wants() && r.forbids():
		r.Kind, r.polar = trace.ReferencePolar, No
		r.Items = []Item{{Kind: itemPolar, Text: ref, Span: text.Span{End: len(ref)}, Asked: true, polar: No, to: len(d.Tokens)}}
	case isCode(ref) || isAddress(ref):
		r.Kind = trace.ReferenceCode
		r.Items = []Item{{Kind: itemCode, Text: ref, Span: text.Span{End: len(ref)}, Asked: true, to: len(d.Tokens)}}
	case says != NotPolar && after == len(d.Tokens):
		r.Kind, r.polar = trace.ReferencePolar, says
		r.Items = []Item{{Kind: itemPolar, Text: ref, Span: text.Span{End: len(ref)}, Asked: true, polar: says, to: after}}
	default:
		defer r.askForAll()
		from := 0
		if says != NotPolar && (!a.wants() || len(q.d.Sentences) > 0 && opensWithVerb(q.d, q.d.Sentences[0])) {
			r.polar, from = says, after
			sp := d.TokenSpan(0, after)
			r.Items = append(r.Items, Item{Kind: itemPolar, Text: sp.Of(ref), Span: sp, Asked: true, polar: says, to: after})
		} else if it, ok := echoItem(d, q.d); ok {
			r.polar, from = it.polar, it.to
			r.Items = append(r.Items, it)
		} else if it, ok := r.choiceItem(); ok && len(d.Sentences) == 1 && len(r.v.quantities()) == 0 {
			r.Items = append(r.Items, it)
			r.whole = r.statement(0, len(d.Tokens))
			break
		}
		r.readContent(from)
	}
	return r
}

// askForAll lets all items count where the question seems to ask for none of
// them: the reference must answer it somehow.
func (r *Reference) askForAll() {
	for _, it := range r.Items {
		if it.Asked {
			return
		}
	}
	for i := range r.Items {
		r.Items[i].Asked = true
	}
}

// Denies reports whether the reference says, in one sentence, that something is
// not so or that there is none: an answer that finds nothing about it in its
// sources may say the same.
func (r *Reference) Denies() bool {
	if len(r.Doc.Sentences) > 1 {
		return false
	}
	for i, t := range r.Doc.Tokens {
		if r.Doc.Negated(i) || strings.Contains(nothings, " "+t.Text+" ") {
			return true
		}
	}
	return false
}

// nothings are the words for none and nothing.
const nothings = " none nothing nobody neither nil keine keiner nichts niemand aucun aucune rien ninguno ninguna nada nadie nessuno nessuna niente nenhum nenhuma ninguém geen niets niemand ingen inga inget żaden żadna żadne nic нет никакой ничего никто yok hiçbir 没有 無 无 なし 없음 không "

// short is the number of content words, those of the question left aside, up to
// which a reference of one sentence is a value, a name or a phrase.
const short = 7

// readContent reads what a reference says behind token from.
func (r *Reference) readContent(from int) {
	d := r.Doc
	sentences := 0
	for _, s := range d.Sentences {
		if s.TokenEnd > from && s.TermEnd > s.Term {
			sentences++
		}
	}
	content := 0
	for i := from; i < len(d.Tokens); i++ {
		if w := r.v.words[i]; !w.stop && len(r.q.look(w)) == 0 {
			content++
		}
	}
	explains := (r.ask.reason || r.ask.open || r.ask.way) && !r.ask.value() && content > 3
	switch {
	case (!explains || !r.ask.reason && !r.ask.way && r.enumerates(from)) && r.polar == NotPolar && r.readList(from, false):
		r.Kind = trace.ReferenceList
	case explains:
		r.Kind = trace.ReferenceProse
		r.readClaims(from)
	case sentences <= 1 && r.askedValues(from):
		r.whole = r.statement(from, len(d.Tokens))
	case sentences <= 1 && len(r.predicates(from, len(d.Tokens))) > 1:
		r.Kind = trace.ReferenceProse
		r.readClaims(from)
		r.readPredicate()
	case sentences <= 1 && content <= short && r.polar == NotPolar:
		if parts, _ := r.listParts(from); r.ask.both && len(parts) == 2 {
			r.readPhrase(parts[0][0], parts[0][1]) // to one question each
			from = parts[1][0]
		}
		r.readPhrase(from, len(d.Tokens))
		r.whole = r.statement(from, len(d.Tokens))
	default:
		r.Kind = trace.ReferenceProse
		r.readClaims(from)
	}
}

// readPredicate reads the one predicate that the question asks for as a value or
// a name, if there is one and it is short; the others are beyond that.
func (r *Reference) readPredicate() {
	at := -1
	for i, it := range r.Items {
		if it.Asked && (at >= 0 || it.Kind != itemClaim || len(it.tokens) > short) {
			return
		}
		if it.Asked {
			at = i
		}
	}
	if at < 0 {
		return
	}
	claim := r.Items[at]
	r.Items[at].Asked = false
	r.Kind, r.whole = trace.ReferenceValue, &claim
	r.readPhrase(claim.from, claim.to)
}

// enumerates reports whether a reference is of at least three short parts.
func (r *Reference) enumerates(from int) bool {
	parts, _ := r.listParts(from)
	for _, p := range parts {
		if p[1]-p[0] > 4 {
			return false
		}
	}
	return len(parts) > 2
}

// quantities returns the typed values of a view, worked out once.
func (v *view) quantities() []text.Quantity {
	if v.values == nil {
		v.values = v.d.Quantities()
		if v.values == nil {
			v.values = []text.Quantity{}
		}
	}
	return v.values
}

// askedValues reads the values that the question asks for by their type, in a
// reference that is a sentence; what else it says is beyond that.
func (r *Reference) askedValues(from int) bool {
	asked := r.valuesAsked(r.startOf(from), len(r.Text))
	if len(asked) == 0 {
		return false
	}
	for i := range r.v.quantities() {
		if q := &r.v.quantities()[i]; q.Start >= r.startOf(from) && len(r.Items) < mostItems {
			r.Items = append(r.Items, r.valueItem(q, slices.Contains(asked, i)))
		}
	}
	if r.ask.both && (r.ask.person || r.ask.place || r.ask.which || r.ask.way || r.ask.reason) {
		r.restAsked(from)
	}
	return true
}

// restAsked adds what else a reference says where the question asks for more
// than a value: its names, or all of it as a statement.
func (r *Reference) restAsked(from int) {
	if parts, _ := r.listParts(from); len(parts) == 2 {
		values := [2]bool{}
		for _, it := range r.Items {
			values[0] = values[0] || it.value != nil && it.from < parts[0][1]
			values[1] = values[1] || it.value != nil && it.from >= parts[1][0]
		}
		if values[0] != values[1] { // one part to each question
			p := parts[0]
			if values[0] {
				p = parts[1]
			}
			r.readPhrase(p[0], p[1])
			return
		}
	}
	rest := r.statement(from, len(r.Doc.Tokens))
	if rest == nil {
		return
	}
	var names []int
	for _, t := range rest.tokens {
		if w := r.v.words[t]; w.cap && len(r.q.look(w)) == 0 {
			names = append(names, t)
		}
	}
	if (r.ask.person || r.ask.place) && len(names) > 0 {
		sp := r.Doc.TokenSpan(names[0], names[len(names)-1]+1)
		*rest = Item{Kind: itemName, Text: sp.Of(r.Text), Span: sp, Asked: true, from: rest.from, to: rest.to, tokens: names}
	}
	r.Items = append(r.Items, *rest)
}

// valuesAsked lists the values in a stretch that are of a type that the question
// asks for and not given by it. Of money and bare numbers only the money counts.
func (r *Reference) valuesAsked(from, to int) []int {
	var out []int
	money := false
	for i, q := range r.v.quantities() {
		if q.Start >= from && q.End <= to && r.ask.value() && r.ask.asksFor(q) && !r.inQuestion(q) && !r.pointsBack(q) {
			out = append(out, i)
			money = money || q.Money()
		}
	}
	aside := r.v.brackets()
	inBrackets := func(i int) bool {
		at, _ := r.v.tokensOf(r.v.quantities()[i].Span)
		return at < len(aside) && aside[at]
	}
	if beside := slices.DeleteFunc(slices.Clone(out), inBrackets); len(beside) > 0 { // brackets explain
		out = beside
	}
	if money && r.ask.money && !r.ask.number {
		out = slices.DeleteFunc(out, func(i int) bool {
			q := r.v.quantities()[i]
			return q.Kind == text.Measure && !q.Money() && !q.TimeSpan()
		})
	}
	return out
}

// shortened reports whether a word is cut short by a dot within its sentence: "Adj.
// EBITDA". Beside a value it may be written out, or left out.
func shortened(d *text.Doc, t int) bool {
	end := d.Tokens[t].End
	return end-d.Tokens[t].Start <= 5 && end+1 < len(d.Text) && d.Text[end] == '.' && d.Text[end+1] == ' '
}

// pointsBack reports whether a number in words stands for things that were named
// before ("among the three"): it is no value.
func (r *Reference) pointsBack(q text.Quantity) bool {
	if q.Unit != "" || strings.ContainsAny(q.Text, "0123456789") {
		return false
	}
	at, to := r.v.tokensOf(q.Span)
	toks := r.Doc.Tokens
	if at == 0 || !strings.Contains(" the these those all die diese allen alle los las estos estas les ces gli le questi queste os as estes estas de эти этих ", " "+toks[at-1].Text+" ") {
		return false
	}
	return to == len(toks) || gap(r.Doc, to-1) != " " // no thing is counted behind it
}

func (r *Reference) startOf(token int) int {
	if token >= len(r.Doc.Tokens) {
		return len(r.Text)
	}
	return r.Doc.Tokens[token].Start
}

func (r *Reference) valueItem(q *text.Quantity, asked bool) Item {
	it := Item{Kind: q.Kind.String(), Text: q.Text, Span: q.Span, Asked: asked, value: q}
	it.from, it.to = r.v.tokensOf(q.Span)
	return it
}

// tokensOf returns the tokens [from, to) of a stretch.
func (v *view) tokensOf(sp text.Span) (from, to int) {
	toks := v.d.Tokens
	from = sort.Search(len(toks), func(i int) bool { return toks[i].End > sp.Start })
	to = from
	for to < len(toks) && toks[to].Start < sp.End {
		to++
	}
	return from, to
}

// inQuestion reports whether the question gives the value itself.
func (r *Reference) inQuestion(q text.Quantity) bool {
	values := r.q.quantities()
	for _, given := range values[:min(len(values), mostPlaces)] {
		if given.Kind == q.Kind && (q.Compare(given, text.Setting{}) == text.Equal || q.SameNumber(given)) {
			return true
		}
	}
	return false
}

// readClaims reads prose: one claim for each sentence, and the typed values that
// the question asks for.
func (r *Reference) readClaims(from int) {
	for _, s := range r.Doc.Sentences {
		a := max(s.Token, from)
		for _, p := range r.predicates(a, s.TokenEnd) {
			if len(r.Items) < mostItems {
				r.addClaim(p[0], p[1])
			}
		}
	}
	defer r.leaveRemarks()
	if r.Kind == trace.ReferenceProse && r.polar == NotPolar && r.askedInProse() {
		return
	}
	best, shared := -1, 0.
	claims := 0
	for i := range r.Items {
		if r.Items[i].Kind != itemClaim {
			continue
		}
		claims++
		if n := r.asks(r.Items[i]); n > shared {
			best, shared = i, n
		}
	}
	for i := range r.Items {
		if it := &r.Items[i]; it.Kind == itemClaim {
			it.Asked = claims == 1 || best < 0 || i == best || r.asks(*it) >= .75*shared
		}
	}
}

// leaveRemarks lets no sentence about the answer itself count ("The answer here
// assumes that …") where others are asked for.
func (r *Reference) leaveRemarks() {
	others := false
	for _, it := range r.Items {
		others = others || it.Asked && !r.remarks(it)
	}
	if !others {
		// The question asked for a remark alone: then what is no remark answers it.
		for i := range r.Items {
			if it := &r.Items[i]; it.Kind == itemClaim && !r.remarks(*it) {
				it.Asked, others = true, true
			}
		}
	}
	for i := range r.Items {
		if it := &r.Items[i]; others && it.Kind == itemClaim && r.remarks(*it) {
			it.Asked = false
		}
	}
}

// remarks reports whether a statement is about the answer itself.
func (r *Reference) remarks(it Item) bool {
	toks := r.Doc.Tokens
	return it.Kind == itemClaim && it.from+1 < len(toks) &&
		strings.Contains(" the this our la esta cette notre diese die unsere questa a essa nossa ", " "+toks[it.from].Text+" ") &&
		strings.Contains(" answer calculation respuesta réponse antwort risposta resposta ", " "+toks[it.from+1].Text+" ")
}

// predicates cuts a sentence of which one subject has several predicates, each
// with an auxiliary of its own behind a comma or "and", into these; any other
// stays whole.
func (r *Reference) predicates(from, to int) [][2]int {
	d := r.Doc
	if from >= to {
		return nil
	}
	var parts [][2]int
	start := -1
	for i := from; i < to; i++ {
		if !auxiliary(d.Tokens[i].Text) || i+1 == to {
			continue
		}
		end := i
		switch {
		case start < 0:
			start = i
			continue
		case andWord(d.Tokens[i-1].Text, d.Lang):
			end = i - 1
		case !strings.Contains(gap(d, i-1), ","):
			continue
		}
		parts = append(parts, [2]int{start, end})
		start = i
	}
	if len(parts) == 0 {
		return [][2]int{{from, to}}
	}
	return append(parts, [2]int{start, to})
}

func (r *Reference) addClaim(from, to int) {
	if it := r.statement(from, to); it != nil {
		r.Items = append(r.Items, *it)
	}
}

// askedInProse replaces the statements of prose by the few values that the
// question asks for, where it asks for nothing else: all else is beyond that.
func (r *Reference) askedInProse() bool {
	if !r.ask.value() || r.ask.reason || r.ask.open || r.ask.way {
		return false
	}
	best, shared := -1, -1.
	for i, it := range r.Items {
		if it.Kind == itemClaim && !r.remarks(it) && len(r.valuesAsked(it.Span.Start, it.Span.End)) > 0 {
			if n := r.asks(it); n > shared {
				best, shared = i, n
			}
		}
	}
	if best < 0 {
		return false
	}
	claim := r.Items[best]
	values := r.valuesAsked(claim.Span.Start, claim.Span.End)
	if len(values) > 2 {
		return false
	}
	for i := range r.Items {
		r.Items[i].Asked = false
	}
	for _, i := range values {
		r.Items = append(r.Items, r.valueItem(&r.v.quantities()[i], true))
	}
	r.whole = &claim
	return true
}

// statement is tokens [from, to) as a statement; nil without content words.
func (r *Reference) statement(from, to int) *Item {
	sp := r.Doc.TokenSpan(from, to)
	it := Item{Kind: itemClaim, Text: sp.Of(r.Text), Span: sp, Asked: true, from: from, to: to}
	values := r.v.quantities()
	for t := from; t < to; t++ {
		for len(values) > 0 && values[0].End <= r.Doc.Tokens[t].Start {
			values = values[1:]
		}
		if len(values) > 0 && values[0].Start < r.Doc.Tokens[t].End {
			continue
		}
		if w := r.v.words[t]; !w.stop {
			it.tokens = append(it.tokens, t)
		}
	}
	if len(it.tokens) == 0 {
		return nil
	}
	return &it
}

// asks is how much a claim looks like what the question asks for: the share of
// the question's words in it, and more if it holds a value of the type asked.
func (r *Reference) asks(it Item) float64 {
	n, total := 0., 0.
	for i, w := range r.q.words[:min(len(r.q.words), mostTokens)] {
		if w.stop || askedWord(r.q.d, i) {
			continue
		}
		total++
		if _, ok := within(r.v.look(w), it.from, it.to); ok {
			n++
		}
	}
	share := 0.
	if total > 0 {
		share = n / total
	}
	for _, q := range r.v.quantities() {
		if q.Start >= it.Span.Start && q.End <= it.Span.End && r.ask.asksFor(q) {
			share += .5
			break
		}
	}
	return share
}

//go:embed instructions.txt
var instructionList string

var instructionPhrases = sync.OnceValue(func() [][]string {
	var out [][]string
	lines(instructionList, func(_, rest string) {
		var parts []string
		for _, p := range strings.Split(rest, "|") {
			parts = append(parts, strings.TrimSpace(p))
		}
		out = append(out, parts)
	})
	return out
})

// instructionEnd reports where the content of an instruction begins ("The answer
// should mention …"), 0 if the reference is none.
func instructionEnd(ref string) int {
	if len(ref) == 0 {
		return 0
	}
	head := ref
	if len(head) > 160 {
		head = head[:160]
	}
	lower := strings.ToLower(head)
	if len(lower) != len(head) {
		return 0
	}
	for _, parts := range instructionPhrases() {
		if end := opensWith(lower, parts); end > 0 {
			return end
		}
	}
	return 0
}

// opensWith matches a head of a text with a row of alternatives: each part is a
// choice of words, in brackets if it may be absent.
func opensWith(s string, parts []string) int {
	at := 0
	for _, p := range parts {
		optional := strings.HasPrefix(p, "(")
		p = strings.Trim(p, "()")
		best := 0
		for alt := range strings.SplitSeq(p, ",") {
			alt = strings.TrimSpace(alt)
			if n := len(alt); n > best && strings.HasPrefix(s[at:], alt) && !wordAt(s, at+n) {
				best = n
			}
		}
		if best == 0 && !optional {
			return 0
		}
		at += best
		for at < len(s) && (s[at] == ' ' || s[at] == ':') {
			at++
		}
	}
	return at
}

func wordAt(s string, i int) bool {
	if i >= len(s) {
		return false
	}
	r, _ := utf8.DecodeRuneInString(s[i:])
	return unicode.IsLetter(r) && !isDense(string(r))
}

// isCode reports whether a text is a name or a piece of code rather than
// language: np.reform, kubectl get pods -A, f(x).
func isCode(s string) bool {
	t := strings.TrimSpace(s)
	if strings.HasPrefix(t, "```") || len(t) > 2 && t[0] == '`' && t[len(t)-1] == '`' {
		return true
	}
	if strings.Contains(t, "://") || len(t) > 400 || isDense(t) {
		return false
	}
	fields := strings.Fields(t)
	if len(fields) == 1 && identifier(t) {
		return true
	}
	if len(fields) > 6 && !strings.Contains(t, ";") { // language that names code
		return false
	}
	if strings.Contains(t, "()") || strings.Contains(t, "=>") || strings.Contains(t, "::") || strings.Contains(t, "->") && !strings.Contains(t, " -> ") || strings.Contains(t, ");") || strings.HasPrefix(t, "$ ") {
		return true
	}
	for i, f := range fields {
		if i > 0 && i < 8 && len(f) > 1 && f[0] == '-' && (f[1] == '-' && len(f) > 3 || len(f) == 2 && f[1] >= 'A' && f[1] <= 'z') && fields[0] == strings.ToLower(fields[0]) {
			return true // a command with an option
		}
	}
	return false
}

// isAddress reports whether a text is an e-mail address or an account and nothing
// else.
func isAddress(s string) bool {
	s = strings.TrimSpace(s)
	return strings.Contains(s, "@") && !strings.ContainsAny(s, " \n") && len(s) > 3
}

// identifier reports whether one word is a name of a program: with an
// underscore, or of parts joined by dots.
func identifier(s string) bool {
	letters := 0
	for i := range len(s) {
		c := s[i]
		switch {
		case c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z':
			letters++
		case c >= '0' && c <= '9' || strings.IndexByte("_.[](),:-<>=*/\"'", c) >= 0:
		default:
			return false
		}
	}
	if letters < 2 || s[0] >= '0' && s[0] <= '9' || strings.Contains(s, "@") {
		return false
	}
	if strings.Contains(s, "_") {
		return true
	}
	parts := strings.Split(strings.TrimRight(s, "."), ".")
	if len(parts) < 2 {
		return strings.ContainsAny(s, "([") && !strings.ContainsAny(s, " ")
	}
	for _, p := range parts {
		if len(p) < 2 || p[0] < 'A' {
			return false
		}
	}
	return true
}
