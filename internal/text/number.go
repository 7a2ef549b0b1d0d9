package text

import (
	"math"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Number is a number as a value.
type Number struct {
	Value  float64
	Unit   string // as in the table of units: "km", "%", "usd"; "th" for an ordinal; "" for a bare count
	Approx bool   // said to be approximate
	Text   string // as written, with its unit
	Span
}

// findNumbers reads the numbers of d that begin at one of the tokens in starts
// and lie in none of the dates.
func findNumbers(d *Doc, starts []int, dates []Date) []Number {
	var out []Number
	done := 0
	for _, i := range starts {
		t := d.Tokens[i]
		for len(dates) > 0 && dates[0].End <= t.Start {
			dates = dates[1:]
		}
		if i < done || len(dates) > 0 && t.Start >= dates[0].Start || d.codePart(i) {
			continue
		}
		n, next := numberAt(d, i)
		if next == i {
			continue
		}
		done = next
		if k := len(out) - 1; k >= 0 && n.Start < out[k].End { // a sign between two numbers belongs to the first
			n.Start = out[k].End
			n.Text = d.Text[n.Start:n.End]
		}
		if k := len(out) - 1; k >= 0 && out[k].Unit == "" && n.Unit != "th" && sharesUnit(d.Text[out[k].End:n.Start]) {
			out[k].Unit = n.Unit
		}
		if k := len(out) - 1; k >= 0 && out[k].continues(n, d.Text[out[k].End:n.Start]) {
			out[k] = out[k].plus(n, d.Text)
		} else {
			out = append(out, n)
		}
	}
	return out
}

// continues reports whether m is the smaller part of the same amount: 8 minutes
// and 20 seconds, 5 ft 11 in.
func (n Number) continues(m Number, gap string) bool {
	a, b := unitNames[n.Unit], unitNames[m.Unit]
	switch strings.TrimSpace(gap) {
	case "", "and", ",", ", and", "und", "et", "y":
		return a.dimension != "" && a.dimension == b.dimension && a.offset == 0 && b.factor < a.factor && m.Value*b.factor < a.factor
	}
	return false
}

// plus adds a smaller part to n, in the unit of n.
func (n Number) plus(m Number, s string) Number {
	n.Value += m.Value * unitNames[m.Unit].factor / unitNames[n.Unit].factor
	n.End = m.End
	n.Text = s[n.Start:n.End]
	return n
}

// sharesUnit reports whether two numbers with gap between share the unit of the
// second: 5–10 km, 14 or 30 days.
func sharesUnit(gap string) bool {
	switch strings.TrimSpace(gap) {
	case "or", "oder", "ou", "o", "eller", "of", "and", "und", "et", "y":
		return true
	}
	return isRange(gap)
}

// isRange reports whether gap joins the two ends of a range: 5–10 km.
func isRange(gap string) bool {
	switch strings.TrimSpace(gap) {
	case "-", "–", "—", "~", "to", "bis", "à", "a":
		return true
	}
	return false
}

// numberAt reads the number that starts at token i; next is i if there is none.
func numberAt(d *Doc, i int) (n Number, next int) {
	switch t := d.Tokens[i]; {
	case t.Text[0] >= '0' && t.Text[0] <= '9':
		n, next = digitsAt(d, i)
	default:
		n, next = wordsAt(d, i)
	}
	if next == i {
		return n, i
	}
	n.Start = d.Tokens[i].Start
	n.End = d.Tokens[next-1].End
	if n.Unit == "" {
		next = d.scaled(&n, next)
		next = d.united(&n, next)
	}
	d.signed(&n, i)
	n.Approx = i > 0 && strings.Contains(" about around approximately roughly nearly almost circa ca some etwa rund ungefähr environ aproximadamente около ", " "+d.Tokens[i-1].Text+" ")
	n.Text = d.Text[n.Start:n.End]
	return n, next
}

// decimalComma names the languages that write 1.234,5.
const decimalComma = " de fr es it pt nl sv no da fi pl cs ro tr id vi ru uk hu el "

// digitsAt reads a number in digits.
func digitsAt(d *Doc, i int) (Number, int) {
	s := d.Tokens[i].Text
	digits := 0
	for digits < len(s) && (classOf(s[digits]) == digit || s[digits] == '.') {
		digits++
	}
	num, rest := s[:digits], s[digits:]
	comma := strings.Contains(decimalComma, " "+d.Lang+" ") && d.Lang != ""
	if strings.Count(num, ".") > 1 || comma && strings.Count(num, ".") == 1 && len(num)-strings.IndexByte(num, '.') == 4 {
		num = strings.ReplaceAll(num, ".", "")
	}
	next := i + 1
	if comma && rest == "" && d.between(i) == "," && allDigits(d.Tokens[i+1].Text) {
		num += "." + d.Tokens[i+1].Text
		next++
	}
	// Thin spaces and spaces as thousands separators: 1 200 000.
	for comma && rest == "" && next < len(d.Tokens) && len(num) <= 3*(next-i) && thousandsSpace(d.between(next-1)) && len(d.Tokens[next].Text) == 3 && allDigits(d.Tokens[next].Text) {
		num += d.Tokens[next].Text
		next++
	}
	v, err := strconv.ParseFloat(strings.Trim(num, "."), 64)
	if err != nil || math.IsInf(v, 0) {
		return Number{}, i
	}
	n := Number{Value: v}
	switch {
	case rest == "":
	case strings.Contains(" st nd rd th ", " "+rest+" "):
		n.Unit = "th"
	default:
		if f, ok := scales[rest]; ok && rest != "m" {
			n.Value *= f
		} else if u, ok := units[rest]; ok {
			n.Unit = u.name
		} else {
			return Number{}, i // a code such as 3d or 4x4
		}
	}
	return n, next
}

func thousandsSpace(gap string) bool {
	return gap == " " || gap == "\u00a0" || gap == "\u202f" || gap == "\u2009"
}

// scaled multiplies n by a word such as "million" that follows it.
func (d *Doc) scaled(n *Number, next int) int {
	if next < len(d.Tokens) && strings.Trim(d.between(next-1), " \u00a0-") == "" { // "10 million", "10-million"
		if f, ok := scales[d.Tokens[next].Text]; ok && len(d.Tokens[next].Text) > 1 {
			n.Value *= f
			n.End = d.Tokens[next].End
			return next + 1
		}
	}
	if n.End == len(d.Text) || d.Text[n.End] < utf8.RuneSelf {
		return next
	}
	for unit, f := range hanScales {
		if strings.HasPrefix(d.Text[n.End:], unit) {
			n.Value *= f
			n.End += len(unit)
			break
		}
	}
	return next
}

// united reads the unit of n behind or before it.
func (d *Doc) united(n *Number, next int) int {
	rest := strings.TrimLeft(d.Text[n.End:], " \u00a0")
	gap := len(d.Text) - n.End - len(rest)
	before := strings.TrimRight(d.Text[max(0, n.Start-6):n.Start], " \u00a0")
	for _, sym := range symbols {
		if strings.HasPrefix(rest, sym.text) && gap <= 2 {
			n.Unit = sym.unit
			n.End += gap + len(sym.text)
			for next < len(d.Tokens) && d.Tokens[next].Start < n.End {
				next++
			}
			return next
		}
		if sym.before && strings.HasSuffix(before, sym.text) {
			n.Unit = sym.unit
			n.Start = strings.LastIndex(d.Text[:n.Start], sym.text)
			return next
		}
	}
	if next >= len(d.Tokens) || !d.adjacent(next-1) && d.between(next-1) != "-" {
		return next
	}
	word := d.Tokens[next].Text
	if word == "per" && next+1 < len(d.Tokens) && d.Tokens[next+1].Text == "cent" {
		n.Unit, n.End = "%", d.Tokens[next+1].End
		return next + 2
	}
	u, ok := units[word]
	if !ok || len(word) == 1 && !strings.ContainsAny(word, "mgk") {
		return next
	}
	n.Unit, n.End = u.name, d.Tokens[next].End
	return next + 1
}

// signed reads a minus sign that belongs to the number rather than to a range.
func (d *Doc) signed(n *Number, i int) {
	at := d.Tokens[i].Start
	for _, sign := range [...]string{"-", "−"} {
		rest, ok := strings.CutSuffix(d.Text[:at], sign)
		if ok && (rest == "" || strings.HasSuffix(rest, " ") || strings.HasSuffix(rest, "(")) {
			n.Value = -n.Value
			n.Start = min(n.Start, len(rest))
		}
	}
}

// Equal reports whether two numbers mean the same amount: equal values in
// convertible units, or equal values where one has no unit; a count is no
// ordinal. Approximate ones may differ by 5 %.
func (n Number) Equal(m Number) bool {
	a, da := n.base()
	b, db := m.base()
	if da != db && (n.Unit != "" && m.Unit != "" || da == "th" || db == "th") {
		return false
	}
	if da != db { // one of them has no unit: compare as written
		a, b = n.Value, m.Value
	}
	tolerance := 1e-9
	if n.Approx || m.Approx {
		tolerance = .05
	} else if n.Unit != m.Unit && n.Unit != "" && m.Unit != "" {
		tolerance = .005 // conversions are rounded
	}
	return math.Abs(a-b) <= tolerance*max(math.Abs(a), math.Abs(b))
}

// In returns the value of n in another unit of its dimension; a unit of another
// dimension changes nothing.
func (n Number) In(unit string) float64 {
	base, dimension := n.base()
	u, ok := unitNames[unit]
	if !ok || u.dimension != dimension {
		return n.Value
	}
	return (base - u.offset) / u.factor
}

// Comparable reports whether two numbers measure the same kind of thing, so
// that different values contradict each other.
func (n Number) Comparable(m Number) bool {
	_, a := n.base()
	_, b := m.base()
	return a == b
}

// base converts the value to the base unit of its dimension.
func (n Number) base() (float64, string) {
	if n.Unit == "" {
		return n.Value, ""
	}
	u, ok := unitNames[n.Unit]
	if !ok {
		return n.Value, n.Unit
	}
	return n.Value*u.factor + u.offset, u.dimension
}
