package match

import (
	_ "embed"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/ragdiag/ragdiag/internal/text"
	"github.com/ragdiag/ragdiag/trace"
)

//go:embed polar.txt
var polarList string

//go:embed hedges.txt
var hedgeList string

//go:embed permissions.txt
var permissionList string

// Polar is what an answer to a yes-or-no question says.
type Polar uint8

// The answers to a yes-or-no question.
const (
	NotPolar Polar = iota // it is no such answer, or nobody can tell
	Yes
	No
	Maybe
)

// String names the answer.
func (p Polar) String() string { return [...]string{"", "yes", "no", "maybe"}[p] }

type polarWord struct {
	says Polar
	open bool // only where a mark follows
}

var polarPhrases = sync.OnceValue(func() *phrases[polarWord] {
	return readPhrases(polarList, func(head string) polarWord {
		says, how, _ := strings.Cut(head, " ")
		return polarWord{map[string]Polar{"yes": Yes, "no": No, "maybe": Maybe}[says], how == "open"}
	})
})

var hedgePhrases = sync.OnceValue(func() *phrases[bool] {
	return readPhrases(hedgeList, func(string) bool { return true })
})

// permissionPhrases hold the words of permission, by "ask", "allow" and "forbid".
var permissionPhrases = sync.OnceValue(func() *phrases[string] { return readPhrases(permissionList, ownLabel) })

// asksLeave reports whether a question asks whether something is allowed, and
// whether it asks so by a word that forbids: "Is it forbidden to smoke?"
func asksLeave(q *view) (asks, forbids bool) {
	for _, f := range permissionPhrases().all(q.d, 0, len(q.d.Tokens)) {
		switch f.label {
		case "ask":
			asks = asks || f.from == 0
		case "allow":
			asks = true
		case "forbid":
			asks, forbids = true, true
		}
	}
	return asks, forbids
}

// leaveEcho is the share of what a question asks leave for that a sentence behind
// the first must repeat.
const leaveEcho = .2

// saysLeave reads whether a text allows or forbids what a question asks leave for,
// by the first sentence that does and speaks of it.
func saysLeave(v, q *view, asked proposition) (Polar, text.Span, float64) {
	asks, forbids := asksLeave(q)
	if !asks {
		return NotPolar, text.Span{}, 0
	}
	d := v.d
	for i, s := range d.Sentences[:min(len(d.Sentences), mostItems)] {
		if i > 0 && echo(v, q, asked, s) < leaveEcho || announces(d, s) {
			continue
		}
		words := slices.DeleteFunc(permissionPhrases().all(d, s.Token, s.TokenEnd), func(f occurrence[string]) bool { return f.label == "ask" })
		if len(words) == 0 {
			continue
		}
		f := words[0]
		if at := slices.IndexFunc(words, func(f occurrence[string]) bool {
			c := v.clauseOf(f.from)
			return echo(v, q, asked, text.Sentence{Token: c.from, TokenEnd: c.to}) > 0
		}); at > 0 { // "photos are allowed, but filming is not permitted"
			f = words[at]
		}
		allows := (f.label == "allow") != d.Negated(f.from)
		if allows != (forbids || asked.negative) {
			return Yes, s.Span, .85
		}
		return No, s.Span, .85
	}
	return NotPolar, text.Span{}, 0
}

// polarHead reads a yes, no or maybe at token i of d: what it says and the token
// behind it. bare: nothing but marks follows up to the end of the sentence.
func polarHead(d *text.Doc, i int) (says Polar, to int, bare bool) {
	if i >= len(d.Tokens) {
		return NotPolar, i, false
	}
	if isDense(d.Tokens[i].Text) {
		return densePolar(d, i)
	}
	sameLang, other := NotPolar, NotPolar
	for _, h := range polarPhrases().at(d, i) {
		ends := h.to >= len(d.Tokens) || strings.TrimSpace(gap(d, h.to-1)) != ""
		if !ends && (h.label.open || loneWord(d.Tokens[i].Text)) && !pronounFollows(d, h.to) {
			continue
		}
		to, bare = h.to, h.to >= len(d.Tokens)
		if h.label.says == Maybe && other != NotPolar {
			continue
		}
		if sameLang == NotPolar {
			sameLang = h.label.says
		}
		other = h.label.says
	}
	if sameLang == NotPolar {
		return NotPolar, i, false
	}
	return sameLang, to, bare
}

// loneWord names the words that answer by themselves, yet open sentences of
// another meaning: "si" (if), "ya" (already), "ei" (does not), "ja" (I).
func loneWord(w string) bool {
	return strings.Contains(" si ya ei nie nem sim может może tak لا не không có не kyllä nei нет depende quizá peut maybe perhaps possibly vielleicht möglicherweise forse talvez kanske misschien quizás возможно belki mungkin ", " "+w+" ")
}

func pronounFollows(d *text.Doc, i int) bool {
	return i < len(d.Tokens) && strings.Contains(" it he she they you there this that i we ", " "+d.Tokens[i].Text+" ")
}

// densePolar reads the answer of a text without spaces between words.
func densePolar(d *text.Doc, i int) (Polar, int, bool) {
	rest := d.Text[d.Tokens[i].Start:]
	clauseEnd := strings.IndexAny(rest, "，。、,.!！\n ")
	head := rest
	if clauseEnd >= 0 {
		head = rest[:clauseEnd]
	}
	best := phrase[polarWord]{}
	for _, e := range polarPhrases().dense {
		if len(e.raw) > len(best.raw) && strings.HasPrefix(head, e.raw) && (head == e.raw || len([]rune(e.raw)) > 1) {
			best = e
		}
	}
	if best.raw == "" {
		return NotPolar, i, false
	}
	to := i
	for to < len(d.Tokens) && d.Tokens[to].End <= d.Tokens[i].Start+len(best.raw) {
		to++
	}
	return best.label.says, max(to, i+1), strings.TrimRight(rest[len(best.raw):], "。.!！ \n") == ""
}

// Polarity reads a text that is, or opens with, a yes or a no.
func Polarity(d *text.Doc) (yes, ok bool) {
	says, _, _ := polarHead(d, 0)
	return says == Yes, says == Yes || says == No
}

// saysPolar reads the answer that a text gives to a yes-or-no question, the
// place where it does, and how sure that is.
func saysPolar(v, q *view) (says Polar, sp text.Span, p float64) {
	d := v.d
	if len(d.Tokens) == 0 {
		return NotPolar, text.Span{}, 0
	}
	for _, s := range [...]int{0, len(d.Sentences) - 1} { // at the head, or as the last word
		from := d.Sentences[s].Token
		if s > 0 {
			from = afterLabel(d, d.Sentences[s])
		}
		if from >= d.Sentences[s].TokenEnd || noProblem(d, from) {
			continue
		}
		if said, to, _ := polarHead(d, from); said != NotPolar && (s == 0 || to == d.Sentences[s].TokenEnd || from > d.Sentences[s].Token) {
			return said, d.TokenSpan(from, to), .96
		}
	}
	asked := polarQuestion(q)
	if sp, ok := oppositeOf(v, q); ok {
		if asked.negative {
			return Yes, sp, .8
		}
		return No, sp, .85
	}
	if says, sp, p := saysLeave(v, q, asked); says != NotPolar {
		return says, sp, p
	}
	best, bestShare := -1, 0.
	for i, s := range d.Sentences[:min(len(d.Sentences), mostItems)] {
		if share := echo(v, q, asked, s); share > bestShare && !announces(d, s) {
			best, bestShare = i, share
		}
	}
	if best < 0 || bestShare < .5 {
		s := d.Sentences[0]
		if refers(d, s) && s.TokenEnd-s.Token <= 12 && !asked.negative {
			for i := s.Token; i < s.TokenEnd; i++ {
				if d.Negated(i) {
					return No, s.Span, .85
				}
			}
		}
		return NotPolar, text.Span{}, 0
	}
	s := d.Sentences[best]
	negative, inOrder := negativeEcho(v, q, asked, s)
	if !inOrder {
		if !negative && compares(v.d, s.Token, s.TokenEnd) && compares(q.d, 0, len(q.d.Tokens)) {
			return No, s.Span, .85 // "B is larger than A"
		}
		return NotPolar, text.Span{}, 0
	}
	hedged := len(hedgePhrases().all(d, s.Token, s.TokenEnd)) > 0
	switch {
	case hedged:
		return Maybe, s.Span, .6
	case negative:
		return No, s.Span, .85
	case bestShare < .6:
		return NotPolar, text.Span{}, 0
	}
	return Yes, s.Span, .7 + .15*bestShare
}

// announces reports whether a sentence says what is to be found out, and not what
// was: it opens with its purpose ("To find out whether …") or leaves open whether
// something is so.
func announces(d *text.Doc, s text.Sentence) bool {
	if s.Token >= s.TokenEnd || strings.Contains(" to um pour para per whether if ob si se om of czy ли ", " "+d.Tokens[s.Token].Text+" ") {
		return true
	}
	for i := s.Token; i < s.TokenEnd; i++ {
		if strings.Contains(" whether ob czy ли ", " "+d.Tokens[i].Text+" ") {
			return true
		}
	}
	return false
}

// firmEcho is the share of what a question asks about that a sentence of a passage
// must repeat to answer it: a passage speaks of other things too.
const firmEcho = .75

// Settles returns the first of the passages that answers a question of yes or no
// as wanted, -1 if none does: by a sentence that repeats nearly all of what it
// asks, or that gives or refuses the leave it asks for.
func Settles(question *text.Doc, want Polar, passages []*text.Doc) int {
	q := newView(question)
	asked := polarQuestion(q)
	return slices.IndexFunc(passages, func(d *text.Doc) bool { return settled(newView(d), q, asked) == want })
}

// settled is what a passage answers to a question of yes or no.
func settled(v, q *view, asked proposition) Polar {
	if says, _, _ := saysLeave(v, q, asked); says != NotPolar {
		return says
	}
	d := v.d
	for _, s := range d.Sentences[:min(len(d.Sentences), mostItems)] {
		if len(asked.words) < 2 || echo(v, q, asked, s) < firmEcho || announces(d, s) || asks(d, s) {
			continue
		}
		switch negative, inOrder := negativeEcho(v, q, asked, s); {
		case !inOrder:
		case negative:
			return No
		default:
			return Yes
		}
	}
	return NotPolar
}

// asks reports whether a sentence ends with a question mark.
func asks(d *text.Doc, s text.Sentence) bool {
	return strings.HasSuffix(strings.TrimSpace(s.Of(d.Text)), "?")
}

// oppositeOf finds the opposite of a word of the question, unless it is negated:
// "closed" where it asks whether something is open.
func oppositeOf(v, q *view) (text.Span, bool) {
	lang := q.d.Lang
	for _, op := range q.operators(lang) {
		if !op.label.content {
			continue
		}
		both := false
		for _, other := range q.operators(lang) {
			both = both || other.label.set == op.label.set && other.label.side != op.label.side
		}
		for _, got := range v.operators(lang) {
			if got.label.set == op.label.set && got.label.side == op.label.side {
				both = true
			}
		}
		if both || len(opposites(lang).at(q.d, op.from)) > 1 {
			continue
		}
		for _, got := range v.operators(lang) {
			if got.label.set == op.label.set && v.sentence[got.from] == 0 && !v.d.Negated(got.from) {
				return v.d.TokenSpan(got.from, got.to), true
			}
		}
	}
	return text.Span{}, false
}

// compares reports whether a word for "than" is among tokens [from, to).
func compares(d *text.Doc, from, to int) bool {
	for _, t := range d.Tokens[from:to] {
		if strings.Contains(" than als que di dan än niż чем ", " "+t.Text+" ") {
			return true
		}
	}
	return false
}

// afterLabel is the first token behind a label such as "Final answer:" or
// "Therefore, the answer is".
func afterLabel(d *text.Doc, s text.Sentence) int {
	for i := s.Token; i+2 < s.TokenEnd && i < s.Token+8; i++ {
		if strings.Contains(" answer antwort réponse respuesta risposta resposta antwoord svaret odpowiedź ответ ", " "+d.Tokens[i].Text+" ") && auxiliary(d.Tokens[i+1].Text) {
			return i + 2
		}
	}
	for i := s.Token; i+1 < s.TokenEnd && i < s.Token+4; i++ {
		if strings.ContainsAny(gap(d, i), ":：") {
			return i + 1
		}
	}
	return s.Token
}

// noProblem names openings with a no that deny nothing.
func noProblem(d *text.Doc, i int) bool {
	return i+1 < len(d.Tokens) && strings.Contains(" problem problema worries doubt need ", " "+d.Tokens[i+1].Text+" ")
}

// refers reports whether a sentence speaks of what was asked by a pronoun.
func refers(d *text.Doc, s text.Sentence) bool {
	for i := s.Token; i < s.TokenEnd && i < s.Token+4; i++ {
		if strings.Contains(" it that this they he she there das dies es er sie cela ça il elle c eso esto ello questo ciò isso isto dat dit het det den to это он она они ", " "+d.Tokens[i].Text+" ") {
			return true
		}
	}
	return false
}

// proposition is what a yes-or-no question asks about.
type proposition struct {
	words    []int // tokens of the question that say something
	negative bool  // it is asked by a negation: "Isn't it open?"
}

// polarQuestion reads the sentence of a question that is to be answered by yes or
// no, the first that asks for nothing else; all of it where none stands out. What
// is said in brackets, and what is asked for on a condition ("If not, explain
// why"), belongs to no proposition.
func polarQuestion(q *view) proposition {
	d := q.d
	from, to := 0, len(d.Tokens)
	for i, s := range d.Sentences {
		if !conditional(d, i) && asks(d, s) && (opensWithVerb(d, s) || !asksForThing(d, s)) {
			from, to = s.Token, s.TokenEnd
			break
		}
	}
	var p proposition
	aside, within := q.brackets(), false
	for i := from; i < to; i++ {
		if aside[i] {
			continue
		}
		within = within || i > from && (d.Tokens[i].Text == "that" || relative(d.Tokens[i].Text))
		p.negative = p.negative || d.Negated(i) && !within
		if q.says(i) {
			p.words = append(p.words, i)
		}
	}
	return p
}

// opensWithVerb reports whether a sentence of a question opens with a verb, and so
// is to be answered by yes or no whatever else it names: "Did the number of
// visitors grow?"
func opensWithVerb(d *text.Doc, s text.Sentence) bool {
	if s.Token >= s.TokenEnd {
		return false
	}
	first := d.Tokens[s.Token].Text
	return auxiliary(first) || strings.Contains(" do can could should would may must kann darf muss soll können dürfen peut puede può pode kan mag får czy ", " "+first+" ")
}

// asksForThing reports whether a question word is in a sentence; the words of
// money ("cost", "profit") are none by themselves.
func asksForThing(d *text.Doc, s text.Sentence) bool {
	for _, asked := range askedPhrases().all(d, s.Token, s.TokenEnd) {
		if asked.label != "money" {
			return true
		}
	}
	return false
}

// conditional reports whether a sentence of a question, not its first, asks for
// something on a condition only.
func conditional(d *text.Doc, sentence int) bool {
	s := d.Sentences[sentence]
	return sentence > 0 && s.Token < s.TokenEnd &&
		strings.Contains(" if wenn falls si se als indien om hvis jeśli jeżeli если eğer jika nếu ", " "+d.Tokens[s.Token].Text+" ")
}

// echo is the share of what a question asks about that a sentence repeats.
func echo(v, q *view, asked proposition, s text.Sentence) float64 {
	n := 0
	for _, i := range asked.words {
		w := q.words[i]
		if _, ok := within(v.look(w), s.Token, s.TokenEnd); ok {
			n++
		}
		if len(v.look(w)) == 0 && negatedForm(v, w) >= 0 {
			n++
		}
	}
	if len(asked.words) == 0 {
		return 0
	}
	return float64(n) / float64(len(asked.words))
}

// says reports whether token i of a question is a word of what it is about.
func (q *view) says(i int) bool { return !q.words[i].stop && !askedWord(q.d, i) }

func askedWord(d *text.Doc, i int) bool { return len(askedPhrases().at(d, i)) > 0 }

// look returns the places of a word, by its spelling or its stem.
func (v *view) look(w word) []int {
	if l := v.at[w.key]; len(l) > 0 {
		return l
	}
	return v.at[w.stem]
}

// negatedForm finds a word with a prefix that turns it round: unheated.
func negatedForm(v *view, w word) int {
	if len(w.key) < 4 {
		return -1
	}
	for _, prefix := range [...]string{"un", "non", "in", "im", "dis", "ir", "il", "o", "не", "nie", "on", "ikke", "des"} {
		if l := v.at[prefix+w.key]; len(l) > 0 {
			return l[0]
		}
	}
	return -1
}

// negativeEcho reports whether a sentence denies what the question asks, and
// whether it keeps the order of the question's names: turned round it may say
// the opposite.
func negativeEcho(v, q *view, asked proposition, s text.Sentence) (negative, inOrder bool) {
	denied := false
	for _, i := range asked.words {
		w := q.words[i]
		if at, ok := within(v.look(w), s.Token, s.TokenEnd); ok {
			denied = denied || v.d.Negated(at)
		} else {
			denied = denied || negatedForm(v, w) >= 0
		}
	}
	negative = denied
	for i := s.Token; i < s.TokenEnd && !negative; i++ {
		negative = v.d.Negated(i) && i < s.Token+6
	}
	if asked.negative {
		negative = !negative
	}
	last := -1
	for _, i := range asked.words {
		w := q.words[i]
		if !w.cap || i == 0 || strings.ContainsAny(w.key, "0123456789") { // a period may be anywhere
			continue
		}
		if at, ok := within(v.look(w), s.Token, s.TokenEnd); ok {
			if at < last {
				return negative, false
			}
			last = at
		}
	}
	return negative, true
}

// comparePolar holds a yes, no or maybe against what a text answers.
func comparePolar(it *Item, v, q *view) (trace.Agreement, text.Span, float64, string) {
	says, sp, sure := saysEcho(v.d, it.echo)
	if says == NotPolar {
		says, sp, sure = saysPolar(v, q)
	}
	switch {
	case says == NotPolar:
		return trace.CannotTell, sp, .5, "whether it says yes or no cannot be told"
	case says == it.polar:
		return trace.Equal, sp, sure, "it answers " + says.String()
	}
	return trace.Different, sp, 1 - sure, "it answers " + says.String() + ", not " + it.polar.String()
}

// The particles that end a question of yes or no in Chinese, Japanese and Korean,
// and what negates the word behind it.
const (
	denseAsks    = "吗嗎么麼か까"
	denseNegates = "不非未没沒無无"
)

// longestEcho is the number of characters up to which a clause repeats a
// predicate and says no more.
const longestEcho = 8

// echoItem reads a reference that answers by repeating the predicate of the
// question, with a negation or without, as Chinese does: "合法。" to "这合法吗？".
func echoItem(d, question *text.Doc) (Item, bool) {
	if len(d.Tokens) == 0 || !isDense(d.Tokens[0].Text) || !strings.ContainsAny(question.Text, denseAsks) {
		return Item{}, false
	}
	start := d.Tokens[0].Start
	head, _, _ := strings.Cut(strings.NewReplacer("，", "。", ",", "。", "！", "。", "\n", "。", "；", "。").Replace(d.Text[start:]), "。")
	echo := strings.TrimLeft(head, denseNegates+"有")
	if n := len([]rune(echo)); n < 2 || n > longestEcho || !strings.Contains(question.Text, echo) {
		return Item{}, false
	}
	it := Item{Kind: itemPolar, Text: head, Span: text.Span{Start: start, End: start + len(head)}, Asked: true, polar: Yes, echo: echo}
	if strings.IndexAny(head, denseNegates) == 0 {
		it.polar = No
	}
	for it.to < len(d.Tokens) && d.Tokens[it.to].Start < it.Span.End {
		it.to++
	}
	return it, true
}

// saysEcho finds the first place where a text says the predicate of a question of
// yes or no, and whether it negates it; "whether it is legal" says neither.
func saysEcho(d *text.Doc, predicate string) (Polar, text.Span, float64) {
	for from := 0; ; {
		at := strings.Index(d.Text[from:], predicate)
		if at < 0 || predicate == "" {
			return NotPolar, text.Span{}, 0
		}
		at += from
		from = at + len(predicate)
		before, _ := utf8.DecodeLastRuneInString(d.Text[:at])
		after, _ := utf8.DecodeRuneInString(d.Text[from:])
		sp := text.Span{Start: at, End: from}
		switch {
		case strings.HasSuffix(d.Text[:at], "是否") || strings.ContainsRune(denseAsks, after):
			continue
		case strings.ContainsRune(denseNegates, before):
			return No, sp, .85
		}
		return Yes, sp, .85
	}
}
