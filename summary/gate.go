package summary

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/ragdiag/ragdiag/diagnose"
)

// Gate is a condition under which a run fails, such as "retrieval-miss>5%".
// The grammar, with blanks allowed between its parts:
//
//	gate    = measure [ slice ] op limit
//	measure = "quality" | "undetermined" | "skipped" | "not-judged" | cause | metric
//	cause   = slug [ "." kind ]              retrieval-miss, ignored-context.over-refusal
//	metric  = a name of the metrics table    recall@10, mrr, faithfulness, f1
//	slice   = "[" tag "=" value "]"          value is quoted if it holds a quote or "]"
//	op      = "<" | "<=" | ">" | ">="
//	limit   = number | number "%"            between 0 and 1, or 0% and 100%
//
// Causes, quality and "undetermined" are shares of the judged records, "skipped"
// and "not-judged" of the records read. "missing-context" counts its parts, and
// "retrieval-miss" counts query formation too; each part can also be gated alone.
type Gate struct {
	Measure string
	Tag     string // empty: all records
	Value   string
	Op      string
	Limit   float64 // as a share: 0.05 for "5%"
	limit   string  // as written
}

// GateError says where a gate cannot be read.
type GateError struct {
	Gate string // as written
	At   int    // byte offset of the trouble
	Why  string
}

// Error shows the gate with a caret under the spot.
func (e *GateError) Error() string {
	return fmt.Sprintf("gate: %s\n  %s\n  %s^", e.Why, e.Gate, strings.Repeat(" ", utf8.RuneCountInString(e.Gate[:e.At])))
}

// String prints the gate so that ParseGate reads the same gate back.
func (g Gate) String() string {
	var b strings.Builder
	b.WriteString(g.Measure)
	if g.Tag != "" {
		value := g.Value
		if value == "" || strings.ContainsAny(value, `"]`) || strings.TrimSpace(value) != value || !printable(value) {
			value = strconv.Quote(value)
		}
		fmt.Fprintf(&b, "[%s=%s]", g.Tag, value)
	}
	b.WriteString(g.Op)
	if g.limit == "" {
		return b.String() + strconv.FormatFloat(g.Limit, 'f', -1, 64)
	}
	return b.String() + g.limit
}

func printable(s string) bool {
	return utf8.ValidString(s) && !strings.ContainsFunc(s, func(r rune) bool { return !strconv.IsPrint(r) })
}

// MarshalText writes what String prints.
func (g Gate) MarshalText() ([]byte, error) { return []byte(g.String()), nil }

// UnmarshalText reads a gate.
func (g *Gate) UnmarshalText(b []byte) error {
	read, err := ParseGate(string(b))
	if err != nil {
		return err
	}
	*g = read
	return nil
}

// ParseGates reads several gates and stops at the first that cannot be read.
func ParseGates(texts []string) ([]Gate, error) {
	gates := make([]Gate, 0, len(texts))
	for _, t := range texts {
		g, err := ParseGate(t)
		if err != nil {
			return nil, err
		}
		gates = append(gates, g)
	}
	return gates, nil
}

// ParseGate reads a gate. The error is a *GateError.
func ParseGate(s string) (Gate, error) {
	p := gateParser{in: s}
	g := p.gate()
	if p.err != nil {
		return Gate{}, p.err
	}
	return g, nil
}

// gateParser walks over the text once; after the first error it does nothing.
type gateParser struct {
	in  string
	at  int
	err *GateError
}

func (p *gateParser) fail(at int, format string, args ...any) {
	if p.err == nil {
		p.err = &GateError{Gate: p.in, At: min(at, len(p.in)), Why: fmt.Sprintf(format, args...)}
	}
}

func (p *gateParser) blanks() {
	for p.at < len(p.in) && (p.in[p.at] == ' ' || p.in[p.at] == '\t') {
		p.at++
	}
}

// until returns the text up to the first of the bytes, without blanks at its ends.
func (p *gateParser) until(stop string) string {
	p.blanks()
	start := p.at
	if i := strings.IndexAny(p.in[start:], stop); i >= 0 {
		p.at += i
	} else {
		p.at = len(p.in)
	}
	return strings.TrimRight(p.in[start:p.at], " \t")
}

func (p *gateParser) gate() Gate {
	if !utf8.ValidString(p.in) || strings.ContainsAny(p.in, "\n\r") {
		p.in = strconv.QuoteToASCII(p.in)
		p.fail(0, "a gate is one line of UTF-8 text, such as retrieval-miss>5%%")
		return Gate{}
	}
	var g Gate
	p.blanks()
	start := p.at
	g.Measure = p.until("[<>=!")
	p.measure(start, g.Measure)
	if p.at < len(p.in) && p.in[p.at] == '[' {
		g.Tag, g.Value = p.slice()
		if p.err == nil && slices.Contains(wholeOnly(), g.Measure) {
			p.fail(start, "%s cannot be gated in a slice: slices have quality, undetermined and causes", g.Measure)
		}
	}
	g.Op = p.op()
	g.Limit, g.limit = p.limit()
	return g
}

func (p *gateParser) measure(at int, name string) {
	if name == "" {
		p.fail(at, "no measure: write what to watch, such as quality, retrieval-miss or recall@10")
		return
	}
	if slices.Contains(gateNames(), name) {
		return
	}
	if a := split(name); a.Sub != "" && isKind(a.Sub) && gateable(a.Cause) {
		return
	}
	near := nearest(name, gateNames())
	if near != "" {
		p.fail(at, "unknown measure %q: did you mean %q?", name, near)
		return
	}
	p.fail(at, "unknown measure %q: use quality, undetermined, a cause such as retrieval-miss, or a metric such as recall@10", name)
}

// isKind says whether s looks like the finer kind of a cause. Kinds are not
// listed here, because a kind without records is 0 and not a mistake.
func isKind(s string) bool {
	for _, r := range s {
		if (r < 'a' || r > 'z') && (r < '0' || r > '9') && r != '-' {
			return false
		}
	}
	return s != ""
}

func gateable(c diagnose.Cause) bool { return c.Group() != diagnose.None && c != diagnose.GoldLabel }

// wholeOnly lists the measures that exist for the whole run only.
func wholeOnly() []string {
	names := []string{"skipped", "not-judged"}
	for _, m := range measures {
		names = append(names, m.name)
	}
	return names
}

// gateNames lists every measure without a finer kind.
func gateNames() []string {
	names := append([]string{"quality", "undetermined"}, wholeOnly()...)
	for _, c := range diagnose.Causes() {
		if gateable(c) {
			names = append(names, string(c))
		}
	}
	return names
}

func (p *gateParser) slice() (tag, value string) {
	open := p.at
	p.at++ // the bracket
	tag = p.until("=]")
	if tag == "" || p.at == len(p.in) || p.in[p.at] != '=' {
		p.fail(open, "a slice is written [tag=value]")
		return "", ""
	}
	p.at++ // "="
	p.blanks()
	if p.at < len(p.in) && p.in[p.at] == '"' {
		quoted, err := strconv.QuotedPrefix(p.in[p.at:])
		if err != nil {
			p.fail(p.at, "the quoted value does not end")
			return "", ""
		}
		value, _ = strconv.Unquote(quoted)
		p.at += len(quoted)
		p.blanks()
	} else {
		value = p.until("]")
		if i := strings.IndexByte(value, '"'); i >= 0 {
			p.fail(p.at-len(value)+i, "a value that holds a quote is written in quotes")
		}
		if value == "" {
			p.fail(p.at, "no value: write %s=\"\" for the empty one", tag)
		}
	}
	if p.at == len(p.in) || p.in[p.at] != ']' {
		p.fail(p.at, "the slice is not closed by ]")
		return "", ""
	}
	p.at++
	return tag, value
}

func (p *gateParser) op() string {
	p.blanks()
	for _, op := range []string{"<=", ">=", "<", ">"} {
		if strings.HasPrefix(p.in[p.at:], op) {
			p.at += len(op)
			return op
		}
	}
	p.fail(p.at, "no comparison: a gate names what fails, with <, <=, > or >=")
	return ""
}

func (p *gateParser) limit() (float64, string) {
	p.blanks()
	start := p.at
	text := strings.TrimRight(p.in[start:], " \t")
	number, percent := strings.CutSuffix(text, "%")
	number = strings.TrimRight(number, " \t")
	v, err := strconv.ParseFloat(number, 64)
	switch {
	case text == "":
		p.fail(start, "no limit: write a share such as 5%% or 0.05")
	case err != nil || strings.ContainsAny(number, "xXpP_nNiI"):
		p.fail(start, "%q is not a number", text)
	case percent && (v < 0 || v > 100):
		p.fail(start, "a percentage lies between 0%% and 100%%")
	case !percent && v > 1:
		p.fail(start, "a share lies between 0 and 1: write %s%% for per cent", number)
	case v < 0:
		p.fail(start, "a share lies between 0 and 1")
	}
	if percent {
		return v / 100, number + "%"
	}
	return v, number
}

// nearest returns the known name within two or a third of its letters of s, or "".
func nearest(s string, known []string) string {
	best, at := "", max(2, len(s)/3)+1
	for _, k := range known {
		if d := editDistance(s, k); d < at {
			best, at = k, d
		}
	}
	return best
}

// editDistance is Levenshtein's, in bytes. A long s costs no more than a short one.
func editDistance(s, t string) int {
	if len(s) > 64 {
		s = s[:64]
	}
	row := make([]int, len(t)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(s) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(t) {
			cost := 1
			if s[i] == t[j] {
				cost = 0
			}
			diagonal, row[j+1] = row[j+1], min(diagonal+cost, row[j+1]+1, row[j]+1)
		}
	}
	return row[len(t)]
}
