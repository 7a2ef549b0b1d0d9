package faults

import (
	"slices"
	"strings"
	"sync"

	"github.com/ragdiag/ragdiag/internal/text"
)

// value is a number, a date or a name in a text, as it can be exchanged for
// another of its kind.
type value struct {
	text.Span
	Text  string
	plain string // its words, normalised
	kind  string // "number", "date" or "name"; numbers with their unit
}

// values finds the values of s in order. Citation markers are none.
func values(s string) []value {
	d := text.Analyze(s, "")
	var out []value
	taken := func(sp text.Span) bool {
		return slices.ContainsFunc(out, func(v value) bool { return sp.Start < v.End && v.Start < sp.End })
	}
	for _, v := range d.Dates() {
		if !taken(v.Span) {
			out = append(out, value{v.Span, v.Text, plain(v.Text), "date"})
		}
	}
	for _, v := range d.Numbers() {
		if v.Start > 0 && s[v.Start-1] == '[' || taken(v.Span) {
			continue
		}
		out = append(out, value{v.Span, v.Text, plain(v.Text), "number " + v.Unit})
	}
	for _, v := range d.Entities() {
		if !taken(v.Span) {
			out = append(out, value{v.Span, v.Text, plain(v.Text), "name"})
		}
	}
	slices.SortFunc(out, func(a, b value) int { return a.Start - b.Start })
	return out
}

// another draws a value of the kind of v from the pool whose text stands
// nowhere in the texts to avoid. A number without a match of its unit takes any
// other number's digits.
func another(v value, pool []value, rng interface{ IntN(int) int }, avoid string) (string, bool) {
	avoid = " " + plain(avoid) + " "
	free := func(words string) bool { return words != "" && !strings.Contains(avoid, " "+words+" ") }
	draw := func(fits func(value) bool) (value, bool) {
		from := 0
		if len(pool) > 0 {
			from = rng.IntN(len(pool))
		}
		for i := range pool { // the first that fits behind a drawn place
			if p := pool[(from+i)%len(pool)]; fits(p) {
				return p, true
			}
		}
		return value{}, false
	}
	if p, ok := draw(func(p value) bool {
		return p.kind == v.kind && (digits(p.Text) == "") == (digits(v.Text) == "") && free(p.plain)
	}); ok {
		return p.Text, true
	}
	own := digits(v.Text)
	p, ok := draw(func(p value) bool {
		return own != "" && strings.HasPrefix(v.kind, "number") && strings.HasPrefix(p.kind, "number") && free(plain(digits(p.Text)))
	})
	return strings.Replace(v.Text, own, digits(p.Text), 1), ok
}

// digits returns the first run of digits, with its inner points and commas.
func digits(s string) string {
	from := strings.IndexAny(s, "0123456789")
	if from < 0 {
		return ""
	}
	end := from
	for end < len(s) && strings.IndexByte("0123456789.,", s[end]) >= 0 {
		end++
	}
	return strings.TrimRight(s[from:end], ".,")
}

// holds reports whether the words of part are in s, one after the other. It
// is a plain comparison of strings: the oracle of the benchmark must not be the
// matcher that the benchmark measures.
func holds(s, part string) bool {
	p := plain(part)
	return p != "" && strings.Contains(" "+plain(s)+" ", " "+p+" ")
}

func plain(s string) string {
	if len(s) < longText {
		return words(s)
	}
	known.Lock()
	defer known.Unlock()
	p, ok := known.plain[s]
	if !ok {
		if len(known.plain) == mostKnown {
			clear(known.plain)
		}
		p = words(s)
		known.plain[s] = p
	}
	return p
}

// known holds what plain makes of passages: each is compared many times.
var known = struct {
	sync.Mutex
	plain map[string]string
}{plain: map[string]string{}}

const (
	longText  = 100 // bytes; shorter ones cost less to read again
	mostKnown = 10_000
)

// words are the tokens of a text with a space between them.
func words(s string) string {
	var words []string
	for _, t := range text.Tokens(s) {
		words = append(words, t.Text)
	}
	return strings.Join(words, " ")
}

func sentences(s string) []string {
	var out []string
	for _, sp := range text.Sentences(s) {
		out = append(out, sp.Of(s))
	}
	return out
}
