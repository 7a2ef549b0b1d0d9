package match

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/ragdiag/ragdiag/internal/text"
	"github.com/ragdiag/ragdiag/trace"
)

// readPhrase reads tokens [from, to) as values and the words beside them.
func (r *Reference) readPhrase(from, to int) {
	if from >= to {
		return
	}
	if r.Kind == trace.ReferenceValue {
		to = r.headEnd(from, to)
	}
	n := len(r.Items)
	covered := r.readValues(from, to)
	values := r.Items[n:]
	words, telling := r.wordsBeside(from, to, covered, len(values) > 0)
	switch {
	case len(telling) > 0:
		words = telling
	case len(values) > 0: // all other words are the question's
		return
	case len(words) == 0: // function words alone: "off", "The Who"
		words = r.functionWords(from, to)
	} // else a choice that the question gives
	if names := r.names(words); len(names) > 0 && (r.ask.person || r.ask.place) {
		words = names
		setAside(values, text.Calendar, text.Measure, text.Clock) // "built by Tilda Roon in 1820"
	}
	if len(values) > 0 && r.wordsBesideValue(words) {
		return
	}
	sp := r.Doc.TokenSpan(words[0], words[len(words)-1]+1)
	it := Item{Kind: itemWords, Text: sp.Of(r.Text), Span: sp, Asked: true, from: from, to: to, tokens: words}
	if r.named(words) {
		it.Kind = itemName
	} else {
		names := len(r.names(words)) > 0
		it.beside = len(values) > 0 && !names && len(words) > 1 || r.Kind == trace.ReferenceInstruction && !names
		// a number or an address stands for itself
		it.Asked = !slices.ContainsFunc(values, func(v Item) bool { return v.value.Kind == text.Identifier || v.value.Kind == text.Link })
	}
	r.Items = append(r.Items, it)
}

// setAside says of values of some kinds that they are not asked for.
func setAside(values []Item, kinds ...text.QuantityKind) {
	for i := range values {
		if slices.Contains(kinds, values[i].value.Kind) {
			values[i].Asked = false
		}
	}
}

// readValues adds the values of tokens [from, to) to the items, and returns which
// tokens hold no words to look for: those of values, and those in brackets unless
// all stand in them.
func (r *Reference) readValues(from, to int) (covered []bool) {
	covered = make([]bool, len(r.Doc.Tokens))
	aside := r.v.brackets()
	if allOptional(aside, from, to) {
		clear(aside)
	}
	values := r.v.quantities()
	for i := range values {
		q := &values[i]
		it := r.valueItem(q, true)
		if it.from < from || it.to > to || it.from == it.to {
			continue
		}
		if r.pointsBack(*q) {
			covered[it.from] = true
			continue
		}
		it.Asked = (!r.inQuestion(*q) || r.Kind == trace.ReferenceList) && !aside[it.from]
		for t := it.from; t < it.to; t++ {
			covered[t] = true
		}
		r.Items = append(r.Items, it)
	}
	for t := range aside {
		covered[t] = covered[t] || aside[t]
	}
	return covered
}

// wordsBeside returns the words of tokens [from, to) that are not covered, and of
// them those that the question does not give.
func (r *Reference) wordsBeside(from, to int, covered []bool, values bool) (all, telling []int) {
	for t := from; t < to; t++ {
		w := r.v.words[t]
		if covered[t] || w.stop && w.key == w.base || values && t+1 < to && shortened(r.Doc, t) {
			continue
		}
		all = append(all, t)
		if len(r.q.look(w)) == 0 && (to-from <= 1 || !isTitle(r.Doc.Tokens[t].Text)) {
			telling = append(telling, t)
		}
	}
	return all, telling
}

// functionWords returns tokens [from, to) without articles, at least the first.
func (r *Reference) functionWords(from, to int) (words []int) {
	for t := from; t < to; t++ {
		if !article(r.Doc.Tokens[t].Text) {
			words = append(words, t)
		}
	}
	if len(words) == 0 {
		return []int{from}
	}
	return words
}

// names are the words with a capital.
func (r *Reference) names(words []int) []int {
	var out []int
	for _, t := range words {
		if r.v.words[t].cap {
			out = append(out, t)
		}
	}
	return out
}

// wordsBesideValue reports whether the words beside a value only tell what was
// counted or measured, so that the value alone answers: "42 rooms".
func (r *Reference) wordsBesideValue(words []int) bool {
	return r.ask.value() || len(words) <= 1 && !r.v.words[words[0]].cap
}

// headEnd is the end of the part of a name that answers: what stands before a
// relative clause, or before a comma or dash behind which it is explained or
// placed.
func (r *Reference) headEnd(from, to int) int {
	d := r.Doc
	words := 0
	for t := from; t+1 < to; t++ {
		if !r.v.words[t].stop {
			words++
		}
		g := gap(d, t)
		mark := strings.Contains(g, ",") || strings.Contains(g, " - ") || strings.Contains(g, " – ")
		if !mark || words == 0 || !r.v.words[from].cap && !r.v.words[from].stop {
			continue
		}
		next := r.v.words[t+1]
		switch {
		case relative(d.Tokens[t+1].Text),
			words >= 2 && r.ask.person, // else a surname before the first names
			r.ask.place && next.cap,
			(r.ask.person || r.ask.place || r.ask.which) && next.stop:
			return t + 1
		}
	}
	return to
}

func relative(w string) bool {
	return strings.Contains(" who which where when whose that qui que quien der die das welche dove che onde quem waar som który która которая который ", " "+w+" ")
}

// named reports whether words are a name by their capitals. Where all is written
// in capitals they tell nothing of more than a few words.
func (r *Reference) named(words []int) bool {
	if len(words) > 3 && strings.ToUpper(r.Text) == r.Text {
		return false
	}
	for _, t := range words {
		if !r.v.words[t].cap {
			return false
		}
	}
	return true
}

// brackets marks the tokens in round brackets, which explain more often than they
// belong ("Ann Ott (engineer)"). Worked out once.
func (v *view) brackets() []bool {
	d := v.d
	if v.aside != nil || len(d.Tokens) == 0 {
		return v.aside
	}
	v.aside = make([]bool, len(d.Tokens))
	depth, at := 0, 0
	for i, t := range d.Tokens {
		for at < t.Start {
			mark, size := utf8.DecodeRuneInString(d.Text[at:])
			switch mark {
			case '(', '（':
				depth++
			case ')', '）':
				depth = max(0, depth-1)
			}
			at += size
		}
		v.aside[i] = depth > 0
	}
	return v.aside
}

func allOptional(in []bool, from, to int) bool {
	for t := from; t < to; t++ {
		if !in[t] {
			return false
		}
	}
	return true
}
