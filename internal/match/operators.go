package match

import (
	_ "embed"
	"strings"
	"sync"

	"github.com/ragdiag/ragdiag/internal/text"
	"github.com/ragdiag/ragdiag/trace"
)

//go:embed operators.txt
var operatorList string

// later is the side of the set "order" that says after, in every language.
const later = 1

// operator is one side of a set of opposites.
type operator struct {
	set     string
	side    int
	bounds  bool // before a value it bounds it
	content bool // a content word, which is anywhere in the sentence
}

// opposites returns the sets of opposites of a language; those of English where
// there are none for it.
func opposites(lang string) *phrases[operator] {
	if p := operatorsByLanguage()[lang]; p != nil {
		return p
	}
	return operatorsByLanguage()["en"]
}

var operatorsByLanguage = sync.OnceValue(func() map[string]*phrases[operator] {
	out := map[string]*phrases[operator]{}
	lines(operatorList, func(head, rest string) {
		lang, name, _ := strings.Cut(head, " ")
		if out[lang] == nil {
			out[lang] = newPhrases[operator]()
		}
		op := operator{set: strings.TrimRight(name, "!*"), bounds: strings.Contains(name, "!"), content: strings.Contains(name, "*")}
		for i, side := range strings.Split(rest, "|") {
			op.side = i
			for _, entry := range strings.Split(side, ",") {
				out[lang].add(entry, op)
			}
		}
	})
	return out
})

// operators returns the words of d that are in a set of opposites.
func (v *view) operators(lang string) []occurrence[operator] {
	if v.ops == nil || v.opsLang != lang {
		v.ops, v.opsLang = opposites(lang).all(v.d, 0, len(v.d.Tokens)), lang
		if v.ops == nil {
			v.ops = []occurrence[operator]{}
		}
	}
	return v.ops
}

// operatorReach is how many tokens may be between a preposition and the word
// that it belongs to.
const operatorReach = 4

// opposed compares the operators of the reference, tokens [from, to) of r, with
// those that are beside the same words in the text. places maps tokens of the
// reference to tokens of the text. It returns an operator of the reference and
// the opposite that the text has in its place. Content words count only if content
// is set.
func opposed(r *view, from, to int, v *view, places map[int]int, lang string, content bool) (want, got text.Span, differs bool) {
	theirs := v.operators(lang)
	if len(theirs) == 0 {
		return want, got, false
	}
	mine := r.operators(lang)
	if len(mine)*len(theirs) > 1e6 {
		return want, got, false
	}
	for _, op := range mine {
		if op.from < from || op.to > to || op.label.content && (!content || places[op.from] > 0) {
			continue
		}
		var hit *occurrence[operator]
		if op.label.content || len(places) == 0 {
			hit = inSentences(op, mine, theirs, v, places)
		} else {
			hit = besideAnchor(op, r, to, v, theirs, places)
		}
		if hit != nil && hit.label.side != op.label.side && !(strings.Contains(relations, " "+op.label.set+" ") && reversed(r, from, to, places)) {
			return r.d.TokenSpan(op.from, op.to), v.d.TokenSpan(hit.from, hit.to), true
		}
	}
	return want, got, false
}

// relations are the sets whose opposites say the same of two names in the other
// order: A sold it to B, B bought it from A.
const relations = " trade compare age speed price outcome "

// reversed reports whether the first and the last name of a stretch of the
// reference are in the other order in the text.
func reversed(r *view, from, to int, places map[int]int) bool {
	first, last := -1, -1
	for t := from; t < to; t++ {
		if at, ok := places[t]; ok && r.words[t].cap {
			if first < 0 {
				first = at
			}
			last = at
		}
	}
	return first >= 0 && last >= 0 && first > last
}

// inSentences looks for a word of the same set in the sentences of the matched
// words, or anywhere where none is matched. A text that says both sides, or a
// reference that does, is left alone.
func inSentences(op occurrence[operator], mine, theirs []occurrence[operator], v *view, places map[int]int) *occurrence[operator] {
	sides := map[int]bool{}
	for _, o := range mine {
		if o.label.set == op.label.set {
			sides[o.label.side] = true
		}
	}
	if len(sides) > 1 {
		return nil
	}
	in := map[int]bool{}
	for _, at := range places {
		in[v.sentence[at]] = true
	}
	var hit *occurrence[operator]
	for i, o := range theirs {
		if o.label.set != op.label.set || len(in) > 0 && !in[v.sentence[o.from]] {
			continue
		}
		if o.label.side == op.label.side {
			return nil
		}
		if hit == nil {
			hit = &theirs[i]
		}
	}
	return hit
}

// besideAnchor looks for a word of the same set before the word that the
// operator of the reference belongs to.
func besideAnchor(op occurrence[operator], r *view, to int, v *view, theirs []occurrence[operator], places map[int]int) *occurrence[operator] {
	anchor, before := -1, false
	for t := op.to; t < to && t < op.to+operatorReach && r.sentence[t] == r.sentence[op.from]; t++ {
		if at, ok := places[t]; ok {
			anchor, before = at, true
			break
		}
		if c := r.d.Tokens[t].Text[0]; !r.words[t].stop || c >= '0' && c <= '9' {
			return nil // the word that it belongs to is not in the text
		}
	}
	for t := op.from - 1; anchor < 0 && t >= 0 && t >= op.from-3; t-- {
		if at, ok := places[t]; ok {
			anchor = at
		}
	}
	if anchor < 0 {
		return nil
	}
	var hit *occurrence[operator]
	for i, o := range theirs {
		if o.label.set != op.label.set || v.sentence[o.from] != v.sentence[anchor] {
			continue
		}
		switch {
		case before && o.to <= anchor && anchor-o.to < operatorReach,
			!before && o.from > anchor && o.from-anchor <= 3:
			if before || hit == nil {
				hit = &theirs[i]
			}
		}
	}
	return hit
}

// bounded returns the operator that bounds the value at token at of v: "more
// than 12". One that the question has too is none, and "after" before a span of
// time says when: "after 24 months".
func (v *view) bounded(at int, span bool, q *view, lang string) (text.Span, bool) {
	for _, o := range v.operators(lang) {
		if !o.label.bounds || o.to > at || at-o.to > 1 || v.sentence[o.from] != v.sentence[at] {
			continue
		}
		if o.label.set == "limit" { // "dates from 1980", "by 1980" say it too
			continue
		}
		if span && o.label.set == "order" && o.label.side == later {
			continue
		}
		asked := false
		for _, p := range q.operators(lang) {
			asked = asked || p.label.set == o.label.set
		}
		if !asked {
			return v.d.TokenSpan(o.from, o.to), true
		}
	}
	return text.Span{}, false
}

// known are the sets whose members have one translation, in the same order in
// every language of the list.
const known = " colour weekday season "

// wordsOfKnownSets maps the words of all languages to their set and side.
var wordsOfKnownSets = sync.OnceValue(func() map[string]operator {
	out := map[string]operator{}
	lines(operatorList, func(head, rest string) {
		_, name, _ := strings.Cut(head, " ")
		op := operator{set: strings.TrimRight(name, "!*")}
		if !strings.Contains(known, " "+op.set+" ") {
			return
		}
		for i, side := range strings.Split(rest, "|") {
			op.side = i
			for entry := range strings.SplitSeq(side, ",") {
				for _, t := range text.Tokens(entry) {
					if _, taken := out[t.Text]; !taken {
						out[t.Text] = op
					}
				}
			}
		}
	})
	return out
})

// compareKnown compares one word of a known set, whatever the language.
func (r *Reference) compareKnown(it *Item, c *comparison) (trace.Agreement, text.Span, float64, string, bool) {
	if len(it.tokens) != 1 {
		return "", text.Span{}, 0, "", false
	}
	want, ok := wordsOfKnownSets()[r.Doc.Tokens[it.tokens[0]].Text]
	if !ok {
		return "", text.Span{}, 0, "", false
	}
	for i, t := range c.v.d.Tokens {
		if got, ok := wordsOfKnownSets()[t.Text]; ok && got == want && !c.v.denies(i) {
			if t.Text == r.Doc.Tokens[it.tokens[0]].Text {
				return "", text.Span{}, 0, "", false
			}
			return trace.Equal, c.v.span(i, i), .88, "the same in another language or form", true
		}
	}
	return "", text.Span{}, 0, "", false
}
