package match

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/ragdiag/ragdiag/internal/text"
)

// Answer looks for an accepted answer in s. See AnswerIn.
func Answer(aliases []string, s string) (alias string, sp text.Span, ok bool) {
	return AnswerIn(aliases, text.Analyze(s, ""))
}

// AnswerIn returns the first accepted answer that d states, and where. Numbers
// and dates are compared by value, names and other words as whole words in
// order ("no" is not in "know", "5" not in "15" or "5th"). What is under a
// negation is not stated. A yes or no must open the text, and a lone letter
// must stand alone or behind a word such as "option".
func AnswerIn(aliases []string, d *text.Doc) (alias string, sp text.Span, ok bool) {
	return Accept(aliases, d.Lang).In(d)
}

// Accepted is a list of accepted answers, prepared once to be looked for in
// many texts. It is not safe for concurrent use.
type Accepted []accepted

type accepted struct {
	alias string
	docs  []*text.Doc // as written, and without what is in brackets
}

// Accept prepares accepted answers for texts in a language, ISO 639-1 or "".
func Accept(aliases []string, lang string) Accepted {
	out := make(Accepted, len(aliases))
	for i, a := range aliases {
		d := text.Analyze(a, lang)
		out[i] = accepted{a, []*text.Doc{d}}
		if lang != "en" && len(d.Numbers())+len(d.Dates()) == 0 {
			// The language of a short answer, or of its text, is easily mistaken.
			if e := text.Analyze(a, ""); e.Lang != lang && len(e.Numbers())+len(e.Dates()) > 0 {
				out[i].docs = append(out[i].docs, e)
			}
		}
		if plain := withoutBrackets(a); plain != a {
			out[i].docs = append(out[i].docs, text.Analyze(plain, lang))
		}
	}
	return out
}

// In returns the first accepted answer that d states, and where. See AnswerIn.
func (l Accepted) In(d *text.Doc) (alias string, sp text.Span, ok bool) {
	for _, a := range l {
		for _, doc := range a.docs {
			if sp, ok := stated(doc, d); ok {
				return a.alias, sp, true
			}
		}
	}
	return "", text.Span{}, false
}

// withoutBrackets cuts what an accepted answer says in round brackets, which
// explains more often than it belongs: "Ann Ott (engineer)".
func withoutBrackets(alias string) string {
	open := strings.IndexByte(alias, '(')
	if open < 0 {
		return alias
	}
	end := strings.IndexByte(alias[open:], ')')
	if end < 0 {
		return alias
	}
	return strings.TrimSpace(alias[:open]) + alias[open+end+1:]
}

func stated(a, d *text.Doc) (text.Span, bool) {
	if len(a.Tokens) == 0 || len(d.Tokens) == 0 {
		return text.Span{}, false
	}
	if yes, polar := Polarity(a); polar {
		said, ok := Polarity(d)
		return d.TokenSpan(0, 1), ok && said == yes
	}
	dates, numbers := a.Dates(), a.Numbers()
	switch {
	case len(dates) == 1 && len(numbers) == 0 && only(a, dates[0].Span):
		if sp, ok := statedDate(dates[0], d); ok || dates[0].Month != 0 {
			return sp, ok
		}
		return statedNumber(text.Number{Value: float64(dates[0].Year)}, d) // 1200 may be no year
	case len(numbers) == 1 && len(dates) == 0 && only(a, numbers[0].Span):
		if sp, ok := statedNumber(numbers[0], d); ok || strings.ContainsAny(numbers[0].Text, "0123456789") {
			return sp, ok
		}
	case len(a.Tokens) == 1 && utf8.RuneCountInString(a.Tokens[0].Text) == 1:
		return statedLetter(a, d)
	}
	if sp, ok := sequence(a, d); ok {
		return sp, true
	}
	if sp, ok := stems(a, d); ok {
		return sp, true
	}
	if len(dates)+len(numbers) == 0 {
		return text.Span{}, false
	}
	return byValue(a, d)
}

// only reports whether nothing but function words is outside the stretch.
func only(a *text.Doc, sp text.Span) bool {
	for _, t := range a.Terms {
		if tok := a.Tokens[t.Token]; tok.Start < sp.Start || tok.End > sp.End {
			return false
		}
	}
	return true
}

func statedDate(want text.Date, d *text.Doc) (text.Span, bool) {
	for _, t := range d.Dates() {
		if t.Says(want) && d.Asserts(t.Span) {
			return t.Span, true
		}
	}
	return text.Span{}, false
}

func statedNumber(want text.Number, d *text.Doc) (text.Span, bool) {
	for _, n := range d.Numbers() {
		if n.Equal(want) && d.Asserts(n.Span) {
			return n.Span, true
		}
	}
	if want.Unit == "" { // a bare number may be read as a year in the text
		for _, t := range d.Dates() {
			if t.Month == 0 && float64(t.Year) == want.Value && d.Asserts(t.Span) {
				return t.Span, true
			}
		}
	}
	return text.Span{}, false
}

// statedLetter finds a lone letter or character, such as the answer to a
// multiple choice.
func statedLetter(a, d *text.Doc) (text.Span, bool) {
	letter := strings.TrimSpace(a.Text)
	if len(letter) > 1 && !strings.Contains(".)(", letter[len(letter)-1:]) { // a character of a dense script
		i := strings.Index(d.Text, letter)
		return text.Span{Start: i, End: i + len(letter)}, i >= 0
	}
	for i, t := range d.Tokens {
		if t.Text != a.Tokens[0].Text || d.Negated(i) {
			continue
		}
		sp := text.Span{Start: t.Start, End: t.End}
		if len(d.Tokens) == 1 || i > 0 && strings.Contains(" option answer choice grade type class vitamin group is ", " "+d.Tokens[i-1].Text+" ") && sp.Of(d.Text) == a.TokenSpan(0, 1).Of(a.Text) {
			return sp, true
		}
		if i == 0 && t.End < len(d.Text) && strings.IndexByte(".):", d.Text[t.End]) >= 0 {
			return sp, true
		}
	}
	return text.Span{}, false
}

// sequence finds the words of a, articles left aside, side by side in d.
func sequence(a, d *text.Doc) (text.Span, bool) {
	var few [16]string
	words := few[:0]
	for _, t := range a.Tokens {
		if !article(t.Text) {
			words = append(words, t.Text)
		}
	}
	if len(words) == 0 {
		return text.Span{}, false
	}
	for i := range d.Tokens {
		j, k := i, 0
		for k < len(words) && j < len(d.Tokens) {
			switch {
			case d.Tokens[j].Text == words[k]:
				k++
			case k > 0 && article(d.Tokens[j].Text):
			default:
				j = len(d.Tokens)
			}
			j++
		}
		if k == len(words) && j <= len(d.Tokens) {
			sp := d.TokenSpan(i, j)
			if d.Asserts(sp) || !a.Asserts(text.Span{End: len(a.Text)}) { // "no fee" stands under its own negation
				return sp, true
			}
		}
	}
	return text.Span{}, false
}

func article(w string) bool {
	switch w {
	case "a", "an", "the":
		return true
	}
	return false
}

// stems finds the content words of a side by side in d, inflection aside. One
// English word alone is too easily confused by its stem, so only its number
// and accents may differ.
func stems(a, d *text.Doc) (text.Span, bool) {
	n := len(a.Terms)
	if n == 0 {
		return text.Span{}, false
	}
	alone := n == 1 && (d.Lang == "en" || d.Lang == "")
	for i := 0; i+n <= len(d.Terms); i++ {
		k := 0
		for k < n && d.Terms[i+k].Hash == a.Terms[k].Hash {
			k++
		}
		if k < n || alone && singular(d.Tokens[d.Terms[i].Token]) != singular(a.Tokens[a.Terms[0].Token]) {
			continue
		}
		if sp := d.TokenSpan(d.Terms[i].Token, d.Terms[i+n-1].Token+1); d.Asserts(sp) {
			return sp, true
		}
	}
	return text.Span{}, false
}

// item is a content word of a text, or a number or date in it.
type item struct {
	text.Span
	hash   uint64
	number *text.Number
	date   *text.Date
}

// values lists the numbers and dates of d in order.
func values(d *text.Doc) []item {
	dates, numbers := d.Dates(), d.Numbers()
	out := make([]item, 0, len(dates)+len(numbers))
	for i := range dates {
		out = append(out, item{Span: dates[i].Span, date: &dates[i]})
	}
	for i := range numbers {
		out = append(out, item{Span: numbers[i].Span, number: &numbers[i]})
	}
	slices.SortFunc(out, func(a, b item) int { return a.Start - b.Start })
	return out
}

// items lists the content words of d and its values in order. A word within a
// value is no item of its own.
func items(d *text.Doc, values []item) []item {
	out := make([]item, 0, len(values)+len(d.Terms))
	for _, t := range d.Terms {
		tok := d.Tokens[t.Token]
		for len(values) > 0 && values[0].End <= tok.Start {
			out, values = append(out, values[0]), values[1:]
		}
		if len(values) == 0 || tok.End <= values[0].Start {
			out = append(out, item{Span: text.Span{Start: tok.Start, End: tok.End}, hash: t.Hash})
		}
	}
	return append(out, values...)
}

// says reports whether x says everything that want says.
func (x item) says(want item) bool {
	switch {
	case want.date != nil && x.date != nil:
		return x.date.Says(*want.date)
	case want.number != nil && x.number != nil:
		return x.number.Equal(*want.number)
	}
	return want.hash != 0 && x.hash == want.hash
}

// byValue finds the content words of a side by side in d where its numbers and
// dates may be written in another form: "thirty-eight cars" in "38 cars".
func byValue(a, d *text.Doc) (text.Span, bool) {
	values1, values2 := values(a), values(d)
	if !slices.ContainsFunc(values2, func(x item) bool { return x.says(values1[0]) }) {
		return text.Span{}, false
	}
	want, have := items(a, values1), items(d, values2)
	for i := 0; i+len(want) <= len(have); i++ {
		k := 0
		for k < len(want) && have[i+k].says(want[k]) {
			k++
		}
		if k < len(want) {
			continue
		}
		if sp := (text.Span{Start: have[i].Start, End: have[i+k-1].End}); d.Asserts(sp) {
			return sp, true
		}
	}
	return text.Span{}, false
}

// singular is a word without accents and without the mark of the plural.
func singular(t text.Token) string {
	w := text.Stem("und", t.Text) // no language: accents only
	return strings.TrimSuffix(strings.TrimSuffix(w, "s"), "e")
}

func allPolar(aliases []string) bool {
	for _, a := range aliases {
		if _, polar := Polarity(text.Analyze(a, "")); !polar {
			return false
		}
	}
	return true
}
