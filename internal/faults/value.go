package faults

import (
	"slices"
	"strings"

	"github.com/ragdiag/ragdiag/internal/text"
)

// value is a number, a date or a name in a text, as it can be exchanged for
// another of its kind.
type value struct {
	text.Span
	Text string
	kind string // "number", "date" or "name"; numbers with their unit
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
			out = append(out, value{v.Span, v.Text, "date"})
		}
	}
	for _, v := range d.Numbers() {
		if v.Start > 0 && s[v.Start-1] == '[' || taken(v.Span) {
			continue
		}
		out = append(out, value{v.Span, v.Text, "number " + v.Unit})
	}
	for _, v := range d.Entities() {
		if !taken(v.Span) {
			out = append(out, value{v.Span, v.Text, "name"})
		}
	}
	slices.SortFunc(out, func(a, b value) int { return a.Start - b.Start })
	return out
}

// another draws a value of the kind of v from the pool whose text stands
// nowhere in the texts to avoid. A number without a match of its unit takes any
// other number's digits.
func another(v value, pool []value, rng interface{ IntN(int) int }, avoid string) (string, bool) {
	var same, near []string
	for _, p := range pool {
		switch {
		case holds(avoid, p.Text):
		case p.kind == v.kind:
			same = append(same, p.Text)
		case strings.HasPrefix(v.kind, "number") && strings.HasPrefix(p.kind, "number"):
			near = append(near, digits(p.Text))
		}
	}
	slices.Sort(same)
	if same = slices.Compact(same); len(same) > 0 {
		return same[rng.IntN(len(same))], true
	}
	slices.Sort(near)
	near = slices.DeleteFunc(slices.Compact(near), func(n string) bool { return n == "" || holds(avoid, n) })
	if own := digits(v.Text); own != "" && len(near) > 0 {
		return strings.Replace(v.Text, own, near[rng.IntN(len(near))], 1), true
	}
	return "", false
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

// holds reports whether the words of part stand in s, one after the other. It
// is a plain comparison of strings: the oracle of the benchmark must not be the
// matcher that the benchmark measures.
func holds(s, part string) bool {
	p := plain(part)
	return p != "" && strings.Contains(" "+plain(s)+" ", " "+p+" ")
}

func plain(s string) string {
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
