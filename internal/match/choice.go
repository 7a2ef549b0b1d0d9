package match

import (
	"fmt"
	"slices"

	"github.com/ragdiag/ragdiag/internal/text"
	"github.com/ragdiag/ragdiag/trace"
)

// choice is what a question lets choose between: "by water or by steam". Each
// side holds the words that the other has not.
type choice [2][]word

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
	for i := at - 1; i >= 0 && len(c[0]) < sideWords; i-- {
		if w := q.words[i]; !w.stop && !askedWord(d, i) {
			c[0] = append(c[0], w)
		}
	}
	for i := at + 1; i < len(d.Tokens) && len(c[1]) < sideWords; i++ {
		if w := q.words[i]; !w.stop && !askedWord(d, i) {
			c[1] = append(c[1], w)
		}
	}
	shared := func(side []word) func(word) bool {
		return func(w word) bool { return slices.ContainsFunc(side, func(o word) bool { return o.stem == w.stem }) }
	}
	left := slices.DeleteFunc(slices.Clone(c[0]), shared(c[1]))
	right := slices.DeleteFunc(slices.Clone(c[1]), shared(c[0]))
	if len(left) == 0 || len(right) == 0 {
		return c, false
	}
	return choice{left[:1], right[:1]}, true
}

// side is the side of a choice that a text takes and where it names it: 0 or 1, -1
// if it takes neither or both.
func (c choice) side(v *view) (side, at int) {
	takes := [2]int{-1, -1}
	for k := range c {
		for _, place := range v.look(c[k][0]) {
			if !v.denies(place) && !deniedBefore(v.d, place) {
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
