package claim

import (
	_ "embed"
	"slices"
	"strings"

	"github.com/ragdiag/ragdiag/internal/text"
	"github.com/ragdiag/ragdiag/trace"
)

//go:embed comparatives.txt
var comparativeLists string

// measure is what a comparative compares and which way.
type measure struct {
	unit string // a unit of the dimension, "date", or "" for any number
	more bool   // the first thing has more of it
}

// comparatives has, by language, the phrases and what each can mean.
var comparatives = func() map[string]map[string][]comparative {
	out := map[string]map[string][]comparative{}
	for line := range strings.Lines(comparativeLists) {
		head, rest, ok := strings.Cut(strings.TrimSpace(line), ":")
		if !ok || head[0] == '#' {
			continue
		}
		lang, unit, _ := strings.Cut(head, " ")
		if out[lang] == nil {
			out[lang] = map[string][]comparative{}
		}
		for i, side := range strings.Split(rest, "|") {
			for p := range strings.SplitSeq(side, ",") {
				var words []string
				for _, t := range text.Tokens(p) {
					words = append(words, t.Text)
				}
				if len(words) > 0 {
					out[lang][words[0]] = append(out[lang][words[0]], comparative{words, measure{unit, i == 0}})
				}
			}
		}
	}
	return out
}()

type comparative struct {
	words []string
	measure
}

// than has the words behind a comparative, by language.
var than = map[string]*text.WordSet{
	"en": text.NewWordSet("than"), "de": text.NewWordSet("als"), "fr": text.NewWordSet("que", "qu"),
	"es": text.NewWordSet("que"), "it": text.NewWordSet("di", "del", "della", "dello", "dell", "dei", "che"), "pt": text.NewWordSet("que", "do", "da"),
	"nl": text.NewWordSet("dan"), "sv": text.NewWordSet("än"), "pl": text.NewWordSet("niż", "od"), "ru": text.NewWordSet("чем"),
}

// maxBetween is the number of words between a comparative and its "than": more
// visitors than, higher prices than.
const maxBetween = 3

// compared is the result of a comparison that a claim makes.
type compared struct {
	holds bool
	at    [2]trace.Span // the value of the first thing and of the second
	text  [2]string
}

// compare works out a claim that one thing is taller, older or more than
// another one, where the passages give a value for both.
func (c *Context) compare(s *statement) (compared, bool) {
	for _, lang := range ruledIn(s.doc) {
		if got, ok := c.compareBy(s.doc, lang); ok {
			return got, true
		}
	}
	return compared{}, false
}

// compareBy is compare with the words of one language.
func (c *Context) compareBy(d *text.Doc, lang string) (compared, bool) {
	words, behind := comparatives[lang], than[lang]
	n := min(len(d.Tokens), maxClaimTokens)
	if !anyOf(d, 0, n, behind) {
		return compared{}, false
	}
	for i := 1; i < n; i++ {
		var fits []comparative
		longest := 0
		for _, p := range words[d.Tokens[i].Text] {
			if i+len(p.words) > n || !slices.EqualFunc(p.words, d.Tokens[i:i+len(p.words)], func(w string, t text.Token) bool { return w == t.Text }) {
				continue
			}
			fits = append(fits, p)
			longest = max(longest, len(p.words))
		}
		if longest == 0 {
			continue
		}
		j := i + longest
		for j < n && j < i+longest+maxBetween && !behind.Has(d.Tokens[j].Text) {
			j++
		}
		if j >= n-1 || !behind.Has(d.Tokens[j].Text) {
			continue
		}
		first, second := termsOf(d, 0, i, lang), termsOf(d, j+1, n, lang)
		for _, p := range fits {
			if len(p.words) < longest {
				continue
			}
			if got, ok := c.comparedBy(p.measure, first, second); ok {
				got.holds = got.holds != d.Negated(i)
				return got, true
			}
		}
		return compared{}, false
	}
	return compared{}, false
}

// termsOf returns the terms of the tokens [from, to) that are no function words
// of lang either.
func termsOf(d *text.Doc, from, to int, lang string) []text.Term {
	k, _ := slices.BinarySearchFunc(d.Terms, from, func(t text.Term, i int) int { return t.Token - i })
	var out []text.Term
	for ; k < len(d.Terms) && d.Terms[k].Token < to; k++ {
		if !text.IsStop(lang, d.Tokens[d.Terms[k].Token].Text) {
			out = append(out, d.Terms[k])
		}
	}
	return out
}

// comparedBy compares the values of two things by one measure.
func (c *Context) comparedBy(m measure, first, second []text.Term) (compared, bool) {
	apart := func(a, b []text.Term) []text.Term {
		return slices.DeleteFunc(slices.Clone(a), func(t text.Term) bool { return containsHash(b, t.Hash) })
	}
	a, okA := c.valueFor(m, apart(first, second), apart(second, first))
	b, okB := c.valueFor(m, apart(second, first), apart(first, second))
	if !okA || !okB || m.unit != "date" && !a.number.Comparable(b.number) {
		return compared{}, false
	}
	var diff float64
	if m.unit == "date" {
		diff = a.when() - b.when()
	} else {
		diff = a.number.Value - rescale(b.number, a.number)
	}
	return compared{diff != 0 && (diff > 0) == m.more, [2]trace.Span{a.at, b.at}, [2]string{a.text, b.text}}, true
}

// quantity is a value that a passage gives to a thing.
type quantity struct {
	number text.Number
	date   text.Date
	at     trace.Span
	text   string
}

func (q quantity) when() float64 {
	return float64(q.date.Year) + float64(q.date.Month)/100 + float64(q.date.Day)/10000
}

// valueFor finds the one value by a measure that the marked passages give to a
// thing: in a stretch that holds its words and none of the other thing.
func (c *Context) valueFor(m measure, thing, other []text.Term) (quantity, bool) {
	if len(thing) == 0 {
		return quantity{}, false
	}
	var out []quantity
	for k, at := range c.hit {
		if k >= maxStretchs {
			break
		}
		i := int(at)
		d := c.docs[c.sents[i].doc]
		se := d.Sentences[c.sents[i].index]
		if se.TokenEnd-se.Token > maxClaimTokens {
			continue
		}
		for _, p := range c.clausesOf(i) {
			if slices.ContainsFunc(thing, func(t text.Term) bool { return !containsHash(p.terms, t.Hash) }) ||
				len(other) > 0 && !slices.ContainsFunc(other, func(t text.Term) bool { return !containsHash(p.terms, t.Hash) }) {
				continue
			}
			var here []quantity
			for _, n := range p.numbers {
				if n.Unit != "th" && m.unit != "date" && (m.unit == "" && n.Unit != "%" || m.unit != "" && n.Comparable(text.Number{Unit: m.unit})) {
					here = append(here, quantity{number: n, at: c.spanOf(i, n.Span), text: n.Text})
				}
			}
			for _, t := range p.dates {
				if m.unit == "date" && t.Year != 0 {
					here = append(here, quantity{date: t, at: c.spanOf(i, t.Span), text: t.Text})
				}
			}
			if len(here) > 1 {
				return quantity{}, false
			}
			out = append(out, here...)
		}
	}
	if len(out) == 0 {
		return quantity{}, false
	}
	for _, q := range out[1:] {
		if q.number.Value != out[0].number.Value || !q.date.Compatible(out[0].date) {
			return quantity{}, false
		}
	}
	return out[0], true
}

// spanOf names a stretch of the passage of sentence i.
func (c *Context) spanOf(i int, sp text.Span) trace.Span {
	return trace.Span{Passage: c.sents[i].doc, Start: sp.Start, End: sp.End}
}
