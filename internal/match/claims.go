package match

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ragdiag/ragdiag/internal/text"
	"github.com/ragdiag/ragdiag/trace"
)

// verbatim is the share of the words of a statement from which a text repeats it
// so closely that one other word, sign or value tells them apart.
const verbatim = .7

// compareClaim holds a statement against a text. Other words may say the same,
// so strings decide only where the text repeats the statement closely, or where
// a value differs that the question asks for.
func (r *Reference) compareClaim(it *Item, c *comparison) (trace.Agreement, text.Span, float64, string) {
	v := c.v
	if len(v.d.Tokens) == 0 {
		return trace.Missing, text.Span{}, .05, "it says nothing"
	}
	where := r.find(it.tokens, c, false)
	var got text.Span
	if len(where.at) > 0 {
		got = where.span(v)
	}
	equal, n := 0, 0
	for i := range r.v.quantities() {
		q := &r.v.quantities()[i]
		if q.Start < it.Span.Start || q.End > it.Span.End {
			continue
		}
		sub := r.valueItem(q, true)
		agreement, sp, _, why := r.compareValue(&sub, c)
		asked := r.ask.asksFor(*q) && !r.inQuestion(*q)
		n++
		switch agreement {
		case trace.Equal:
			equal++
		case trace.Different:
			switch {
			case where.share >= verbatim && where.sentence >= 0 && v.within(sp, where.sentence) && v.alone(*q, where.sentence):
				return trace.Different, sp, .08, why
			case asked && v.few(q.Kind):
				return trace.Different, sp, .12, why
			}
			if other, ok := r.valueOfSame(&sub, c); ok {
				return trace.Different, other, .15, fmt.Sprintf("it says %q for %q", other.Of(v.d.Text), q.Text)
			}
		case trace.Missing:
			if asked && v.few(q.Kind) {
				return trace.Missing, text.Span{}, .15, why
			}
		}
	}
	if where.share >= verbatim {
		if sp, p, why, ok := r.turned(it, where, c); ok {
			return trace.Different, sp, p, why
		}
		if r.causeTurned(it, c) {
			return trace.Different, got, .15, "cause and effect have changed places"
		}
		switch {
		case equal < n:
		case n > 0 && where.share >= .75:
			return trace.Equal, got, .82, "the same values, and most of its words"
		}
		if where.share >= .9 && equal == n {
			return trace.Equal, got, .93, "it says so in the same words"
		}
	}
	p := .25 + .5*where.share
	if n > 0 && equal == n {
		p += .15
	}
	return trace.CannotTell, got, min(p, sure-.01), fmt.Sprintf("%.0f %% of its words are in it", 100*where.share)
}

// valueOfSame finds a value of another amount that a text states for the same
// thing: "a quick ratio of 1.41" where the reference says "the quick ratio was
// 1.57".
func (r *Reference) valueOfSame(it *Item, c *comparison) (text.Span, bool) {
	want := r.v.valued(it.from)
	if len(want) < 2 {
		return text.Span{}, false
	}
	values := c.v.quantities()
	for i := range values[:min(len(values), mostPlaces)] {
		q := &values[i]
		if q.Kind != it.value.Kind || it.value.Compare(*q, r.setting) != text.Different || r.inQuestion(*q) {
			continue
		}
		from, _ := c.v.tokensOf(q.Span)
		got := c.v.valued(from)
		shared, last := 0, false
		for k, w := range want {
			if at := slices.Index(got, w); at >= 0 {
				shared++
				last = last || k == 0 || at == 0
			}
		}
		if shared > 1 && last {
			return q.Span, true
		}
	}
	return text.Span{}, false
}

// valued returns the stems of the words, the nearest first, that name the thing of
// which the value at a token is stated: those before "is", "of" or "=".
func (v *view) valued(value int) []string {
	if value == 0 || value >= len(v.words) {
		return nil
	}
	if before := v.d.Tokens[value-1].Text; !auxiliary(before) && !strings.Contains(" of de di von van af ", " "+before+" ") && !strings.ContainsAny(gap(v.d, value-1), "=:") {
		return nil
	}
	var stems []string
	first := v.d.Sentences[v.sentence[value]].Token
	for i := value - 1; i >= max(first, value-9) && len(stems) < 3; i-- {
		if w := v.words[i]; !w.stop && !w.cap && !auxiliary(v.d.Tokens[i].Text) && !strings.ContainsAny(w.key, "0123456789") {
			stems = append(stems, w.stem)
		}
	}
	return stems
}

// turned looks for what turns a statement round in a text that repeats most of
// its words: a negation, names in the other order, an opposite, another word in
// the same place.
func (r *Reference) turned(it *Item, where placed, c *comparison) (got text.Span, p float64, why string, ok bool) {
	v := c.v
	if where.sentence < 0 {
		return text.Span{}, 0, "", false
	}
	added := v.added(where)
	switch {
	case where.share >= .85 && added <= max(2, len(it.tokens)/2) && r.negates(it) != v.negatesAny(where) && r.comparable(it, c):
		return where.span(v), .1, "one of them denies it", true
	case r.swapped(it, where, c):
		return where.span(v), .1, "it says it the other way round", true
	}
	if w, g, differs := opposed(r.v, it.from, it.to, v, where.at, r.operatorLang(v), true); differs {
		return g, .08, fmt.Sprintf("it says %q for %q", g.Of(v.d.Text), w.Of(r.Text)), true
	}
	if want, sp, differs := r.replaced(it, where, c); differs && added <= 1 && len(where.at) >= len(it.tokens)-1 {
		return sp, .2, fmt.Sprintf("it says %q for %q", sp.Of(v.d.Text), want), true
	}
	return text.Span{}, 0, "", false
}

// added is the number of content words in the sentence of the places that the
// reference does not have.
func (v *view) added(p placed) int {
	s := v.d.Sentences[p.sentence]
	placed := make(map[int]bool, len(p.at))
	for _, at := range p.at {
		placed[at] = true
	}
	values := v.quantities()
	n := 0
	for i := s.Token; i < s.TokenEnd; i++ {
		for len(values) > 0 && values[0].End <= v.d.Tokens[i].Start {
			values = values[1:]
		}
		if !v.words[i].stop && !placed[i] && !(len(values) > 0 && values[0].Start < v.d.Tokens[i].End) {
			n++
		}
	}
	return n
}

// within reports whether a stretch lies in a sentence.
func (v *view) within(sp text.Span, sentence int) bool {
	s := v.d.Sentences[sentence]
	return sp.Start >= s.Start && sp.End <= s.End
}

// alone reports whether a sentence holds one value of the kind of q, so that it
// must be the one that is in its place.
func (v *view) alone(q text.Quantity, sentence int) bool {
	n := 0
	for _, other := range v.quantities() {
		if other.Kind == q.Kind && other.Unit == q.Unit && v.within(other.Span, sentence) {
			n++
		}
	}
	return n <= 2
}

// few reports whether a text holds so few values of a kind that one that is not
// among them was not given in another form or as an operand.
func (v *view) few(kind text.QuantityKind) bool {
	n := 0
	for _, q := range v.quantities() {
		if q.Kind == kind {
			n++
		}
	}
	return n <= 4
}

// negatesAny reports whether a negation is in the sentence of the places,
// over one of them.
func (v *view) negatesAny(p placed) bool {
	for _, at := range p.at {
		if v.d.Negated(at) {
			return true
		}
	}
	return false
}

// replaced finds a word of a statement in whose place a text that repeats the
// rest has another: the words on both sides are the same.
func (r *Reference) replaced(it *Item, w placed, c *comparison) (want string, got text.Span, ok bool) {
	d, v := r.Doc, c.v
	for k, t := range it.tokens {
		if _, found := w.at[t]; found || k == 0 && t > 0 && k+1 == len(it.tokens) {
			continue
		}
		before, after := t-1, t+1
		if before < it.from || after >= it.to {
			continue
		}
		s := v.d.Sentences[w.sentence]
		for i := max(1, s.Token); i+1 < min(len(v.d.Tokens), s.Token+mostTokens) && i < s.TokenEnd; i++ {
			if !v.words[i].stop && v.d.Tokens[i-1].Text == d.Tokens[before].Text && v.d.Tokens[i+1].Text == d.Tokens[after].Text && v.d.Tokens[i].Text != d.Tokens[t].Text && !isPlaced(w, i) {
				return d.Tokens[t].Text, v.span(i, i), true
			}
		}
	}
	return "", text.Span{}, false
}

func isPlaced(w placed, i int) bool {
	for _, at := range w.at {
		if at == i {
			return true
		}
	}
	return false
}

// swapped reports whether a text has two names of the reference in the other
// order on both sides of the same verb: "Boris beat Anna" for "Anna beat Boris".
// A passive turns the order round.
func (r *Reference) swapped(it *Item, w placed, c *comparison) bool {
	d, v := r.Doc, c.v
	if w.sentence < 0 {
		return false
	}
	s := v.d.Sentences[w.sentence]
	for verb := it.from + 1; verb+1 < it.to && verb < it.from+mostTokens; verb++ {
		if r.v.words[verb].stop || r.v.words[verb].cap || determiner(d.Tokens[verb-1].Text) {
			continue
		}
		at, ok := within(v.look(r.v.words[verb]), s.Token, s.TokenEnd)
		if !ok || v.words[at].cap {
			continue
		}
		a, b := r.nameBeside(it, w, verb, -1), r.nameBeside(it, w, verb, 1)
		if a < verb-2 {
			continue
		}
		if a < 0 || b < 0 || d.Tokens[a].Text == d.Tokens[b].Text {
			continue
		}
		x, y := w.at[a], w.at[b]
		turned := passive(r.v, verb, b) != passive(v, at, max(x, y))
		crossed, kept := x > at && y < at, x < at && y > at
		if crossed && !turned || kept && turned {
			return true
		}
	}
	return false
}

// determiner names the words that are before a noun.
func determiner(w string) bool {
	return strings.Contains(" the a an its his her their der die das dem den ein eine einen sein seine ihr ihre le la les un une son sa leur el los las su sus una il lo gli o os as seu sua um uma de het een zijn haar en ett sin sitt ", " "+w+" ")
}

// nameBeside finds the nearest placed name on one side of a verb, -1 if there is
// none.
func (r *Reference) nameBeside(it *Item, w placed, verb, step int) int {
	for t := verb + step; t >= it.from && t < it.to && t > verb-5 && t < verb+5; t += step {
		if !r.v.words[t].cap || r.v.words[t].stop {
			continue
		}
		if _, ok := w.at[t]; ok {
			return t
		}
	}
	return -1
}

// causeTurned reports whether a text gives as the cause what the reference gives
// as the effect.
func (r *Reference) causeTurned(it *Item, c *comparison) bool {
	from, to, ok := causeClause(r.v, it.from, it.to)
	if !ok {
		return false
	}
	in, out := 0, 0
	for i := range c.v.d.Sentences {
		s := c.v.d.Sentences[i]
		a, b, ok := causeClause(c.v, s.Token, s.TokenEnd)
		if !ok {
			continue
		}
		for t := from; t < to; t++ {
			if r.v.words[t].stop {
				continue
			}
			for _, at := range c.v.look(r.v.words[t]) {
				switch {
				case at >= a && at < b:
					in++
				case at >= s.Token && at < s.TokenEnd:
					out++
				}
			}
		}
		return out >= 2 && in == 0
	}
	return false
}

// causeClause returns the clause behind the word for "because" among tokens
// [from, to), without that word.
func causeClause(v *view, from, to int) (a, b int, ok bool) {
	for i := from; i < to && i < from+mostTokens; i++ {
		if strings.Contains(" because since weil denn parce porque perché poiché omdat eftersom ponieważ bo çünkü ", " "+v.d.Tokens[i].Text+" ") {
			c := v.clauseOf(i)
			return i + 1, min(c.to, to), true
		}
	}
	return 0, 0, false
}

// passive reports whether a word that names who did it is between a verb and
// the name behind it.
func passive(v *view, verb, name int) bool {
	for i := verb + 1; i < name && i < verb+4; i++ {
		if strings.Contains(" by von vom durch par por pelo pela da dal dalla door av przez ", " "+v.d.Tokens[i].Text+" ") {
			return true
		}
	}
	return false
}
