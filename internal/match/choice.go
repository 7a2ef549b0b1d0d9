package match

import (
	"fmt"
	"slices"

	"github.com/ragdiag/ragdiag/internal/text"
	"github.com/ragdiag/ragdiag/trace"
)

// choice is what a question lets choose between, "by water or by steam": a word
// of each side that the other has not.
type choice [2]word

// sideWords is the number of content words beside "or" that name a side.
const sideWords = 2

// readChoice finds the one choice that a question gives.
func readChoice(q *view) (c choice, ok bool) {
	d := q.d
	at := -1
	for i, t := range d.Tokens {
		if orWord(t.Text, d.Lang) {
			if at >= 0 {
				return c, false // among three or more
			}
			at = i
		}
	}
	if at < 0 || isDense(d.Text) {
		return c, false
	}
	left, right := q.beside(at, -1), q.beside(at, 1)
	c[0], ok = apart(left, right)
	if ok {
		c[1], ok = apart(right, left)
	}
	return c, ok
}

// beside returns the content words of a question that are nearest to a token on
// one side of it, at most sideWords.
func (q *view) beside(token, step int) (side []word) {
	for i := token + step; i >= 0 && i < len(q.words) && len(side) < sideWords; i += step {
		if q.says(i) {
			side = append(side, q.words[i])
		}
	}
	return side
}

// apart returns the first word of one side that the other has not.
func apart(side, other []word) (word, bool) {
	for _, w := range side {
		if !slices.ContainsFunc(other, func(o word) bool { return o.stem == w.stem }) {
			return w, true
		}
	}
	return word{}, false
}

// side is the side of a choice that a text takes and where it names it: 0 or 1, -1
// if it takes neither or both.
func (c choice) side(v *view) (side, at int) {
	takes := [2]int{-1, -1}
	for k := range c {
		for _, place := range v.look(c[k]) {
			if !v.denies(place) {
				takes[k] = place
				break
			}
		}
	}
	switch {
	case takes[0] >= 0 && takes[1] < 0:
		return 0, takes[0]
	case takes[1] >= 0 && takes[0] < 0:
		return 1, takes[1]
	}
	return -1, -1
}

// choiceItem reads a reference that takes one side of the choice of its question.
func (r *Reference) choiceItem() (Item, bool) {
	c, ok := readChoice(r.q)
	if !ok {
		return Item{}, false
	}
	side, at := c.side(r.v)
	if side < 0 {
		return Item{}, false
	}
	sp := r.v.span(at, at)
	return Item{Kind: itemWords, Text: sp.Of(r.Text), Span: sp, Asked: true, from: at, to: at + 1, tokens: []int{at}, choice: &c, side: side}, true
}

// compareChoice holds the side that a reference takes against that of a text.
func compareChoice(it *Item, v *view) (trace.Agreement, text.Span, float64, string) {
	side, at := it.choice.side(v)
	switch {
	case side < 0:
		return trace.CannotTell, text.Span{}, .5, "which of the two it chooses cannot be told"
	case side == it.side:
		return trace.Equal, v.span(at, at), .9, "the same choice"
	}
	sp := v.span(at, at)
	return trace.Different, sp, .1, fmt.Sprintf("it says %q for %q", sp.Of(v.d.Text), it.Text)
}
