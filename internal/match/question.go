package match

import (
	_ "embed"
	"strings"
	"sync"

	"github.com/ragdiag/ragdiag/internal/text"
)

//go:embed asked.txt
var askedList string

// ask is what a question asks for, by its words.
type ask struct {
	person, time, place, duration, money, number, reason, which, way, open bool

	both    bool              // a second question word follows "and"
	options map[string]string // letter and text of each choice it gives
	letters []string          // the letters of the options, in order
}

var askedPhrases = sync.OnceValue(func() *phrases[string] { return readPhrases(askedList, ownLabel) })

func readQuestion(q *text.Doc) ask {
	var a ask
	set := func(kind string) {
		switch kind {
		case "person":
			a.person = true
		case "time":
			a.time = true
		case "place":
			a.place = true
		case "duration":
			a.duration = true
		case "money":
			a.money = true
		case "number":
			a.number = true
		case "reason":
			a.reason = true
		case "which":
			a.which = true
		case "way":
			a.way = true
		case "open":
			a.open = true
		}
	}
	p := askedPhrases()
	for i, s := range q.Sentences {
		if conditional(q, i) {
			continue // "If it is not relevant, explain why"
		}
		for _, f := range p.all(q, s.Token, s.TokenEnd) {
			set(f.label)
			for back := 1; back <= 2 && back <= f.from; back++ { // "and which", "e com qual"
				if w := q.Tokens[f.from-back].Text; andWord(w, q.Lang) {
					a.both = true
				} else if !text.IsStop(q.Lang, w) {
					break
				}
			}
		}
	}
	if isDense(q.Text) {
		for _, kind := range p.inDense(q.Text) {
			set(kind)
		}
	}
	a.way = a.way && !a.number && !a.duration
	a.options, a.letters = options(q.Text)
	return a
}

// wants reports whether the question asks for something by a question word; one
// that does not is to be answered by yes or no.
func (a ask) wants() bool {
	return a.person || a.time || a.place || a.duration || a.number || a.reason || a.which || a.way || a.open
}

// value reports whether the question asks for a typed value.
func (a ask) value() bool { return a.time || a.duration || a.money || a.number }

// asksFor reports whether a value is of a kind that the question asks for.
func (a ask) asksFor(q text.Quantity) bool {
	switch q.Kind {
	case text.Calendar, text.Clock:
		return a.time || a.duration && q.TimeSpan()
	case text.Measure:
		money, span := q.Money(), q.TimeSpan()
		switch {
		case a.money && !a.number && !a.duration:
			return money || q.Unit == "" && strings.ContainsAny(q.Text, "0123456789")
		case a.duration && !a.number && !a.money:
			return span
		case a.time && !a.number && !a.duration && !a.money:
			return false
		}
		return a.number && !(a.money && span) || a.money && money || a.duration && span
	}
	return false
}

// options reads the choices of a question: "A) Oak B) Elm".
func options(q string) (map[string]string, []string) {
	var letters []string
	var starts, ends []int
	want := byte('A')
	for i := 0; i+1 < len(q) && len(letters) < 26; i++ {
		c := q[i] &^ 0x20
		if c != want || i > 0 && !strings.ContainsRune(" \n\t(,;:?", rune(q[i-1])) || !strings.ContainsRune(").:", rune(q[i+1])) {
			continue
		}
		letters = append(letters, string(rune(want)))
		starts, ends = append(starts, i+2), append(ends, i)
		want++
	}
	if len(letters) < 2 {
		return nil, nil
	}
	m := map[string]string{}
	for k, l := range letters {
		end := len(q)
		if k+1 < len(letters) {
			end = ends[k+1]
		}
		m[l] = strings.Trim(q[starts[k]:end], " \n\t(,;?.")
	}
	return m, letters
}
