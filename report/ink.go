package report

import (
	"math"
	"strconv"
	"strings"
	"unicode"

	"github.com/ragdiag/ragdiag/metrics/stat"
	"github.com/ragdiag/ragdiag/summary"
	"github.com/ragdiag/ragdiag/trace"
)

// ink writes colour for a terminal, or nothing.
type ink bool

// The SGR codes in use: the eight base colours, so that every theme fits.
const (
	bold    = "1"
	dim     = "2"
	red     = "31"
	green   = "32"
	yellow  = "33"
	blue    = "34"
	magenta = "35"
	cyan    = "36"
)

func (on ink) paint(code, s string) string {
	if !on || s == "" || code == "" {
		return s
	}
	return "\x1b[" + code + "m" + s + "\x1b[0m"
}

// clean makes a text from a trace safe for a terminal: control characters,
// ANSI sequences and marks that turn the reading direction become visible,
// every run of white space becomes one blank.
func clean(s string) string {
	return strings.Join(strings.Fields(Visible(s)), " ")
}

// Visible makes a text from a trace safe for a terminal as clean does, and keeps
// line breaks and blanks.
func Visible(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n':
			return r
		case r == '\t' || r == '\r':
			return ' '
		case r < 0x20:
			return 0x2400 + r // the control pictures
		case r == 0x7f:
			return 0x2421
		case unicode.IsControl(r), unicode.Is(unicode.Bidi_Control, r):
			return unicode.ReplacementChar
		}
		return r
	}, strings.ToValidUTF8(s, string(unicode.ReplacementChar)))
}

// cut shortens a text to n runes and says so with an ellipsis.
func cut(s string, n int) string {
	i := 0
	for at := range s {
		if i == n {
			return strings.TrimRight(s[:at], " ") + "…"
		}
		i++
	}
	return s
}

// number prints at most three significant digits, so that columns line up.
func number(v float64) string {
	switch a := math.Abs(v); {
	case v == 0 || a >= 100:
		return strconv.FormatFloat(v, 'f', 0, 64)
	case a >= 9.995:
		return strconv.FormatFloat(v, 'f', 1, 64)
	case a >= 0.9995:
		return strconv.FormatFloat(v, 'f', 2, 64)
	case a >= 0.001:
		return strconv.FormatFloat(v, 'f', 3, 64)
	}
	return strconv.FormatFloat(v, 'f', 4, 64)
}

// hundredths prints a share in per cent without the sign, with one decimal
// unless that would hide it.
func hundredths(share float64) string {
	switch v := 100 * share; {
	case v == 0 || v >= 99.95:
		return strconv.FormatFloat(v, 'f', 0, 64)
	case v >= 0.1:
		return strconv.FormatFloat(v, 'f', 1, 64)
	default:
		return strconv.FormatFloat(v, 'f', 2, 64)
	}
}

// value prints a measurement, or "–" for an unknown one.
func value(v trace.Value) string {
	if x, ok := v.Get(); ok {
		return number(x)
	}
	return "–"
}

// percent prints a share as "41.2 %", or "–" for an unknown one.
func percent(v trace.Value) string {
	if x, ok := v.Get(); ok {
		return hundredths(x) + " %"
	}
	return "–"
}

// within prints an interval, "[0.250, 0.580]", or nothing.
func within(iv *stat.Interval) string { return bounds(iv, number) }

// withinPercent prints an interval of shares in per cent, "[25.0, 58.0]".
func withinPercent(iv *stat.Interval) string { return bounds(iv, hundredths) }

func bounds(iv *stat.Interval, show func(float64) string) string {
	if iv == nil {
		return ""
	}
	return "[" + show(iv.Lo) + ", " + show(iv.Hi) + "]"
}

// count prints n with the noun in the right number.
func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return strconv.Itoa(n) + " " + noun + "s"
}

// sumRule prints the equation that every record read is accounted for by.
func sumRule(s *summary.Summary) string {
	var b strings.Builder
	b.WriteString(strconv.Itoa(s.Read))
	for i, st := range s.Statuses {
		sep := " + "
		if i == 0 {
			sep = " = "
		}
		b.WriteString(sep + strconv.Itoa(st.Count) + " " + strings.ReplaceAll(string(st.Status), "-", " "))
	}
	if !s.SumHolds {
		b.WriteString(" ✗ does not add up: please report this")
	}
	return b.String()
}

// share is a known share, or 0: for drawing, not for numbers.
func share(v trace.Value) float64 {
	x, _ := v.Get()
	return x
}

// bar draws a share in n cells of eighths.
func bar(x float64, n int) string {
	eighths := int(x*float64(n)*8 + 0.5)
	if x > 0 {
		eighths = max(eighths, 1)
	}
	s := strings.Repeat("█", eighths/8)
	if rest := eighths % 8; rest > 0 {
		s += string([]rune("▏▎▍▌▋▊▉")[rest-1])
	}
	return s
}
