package text

import (
	"math"
	"strings"
)

// QuantityKind says what a Quantity measures or names.
type QuantityKind uint8

// The kinds of typed values.
const (
	Measure    QuantityKind = iota + 1 // a number, with its unit if it has one; a span of time is one too
	Ordinal                            // a place in a row: the 38th, Aldric IV
	Calendar                           // a day, month, quarter, year, decade or century
	Clock                              // a time of day
	Identifier                         // a code, a version, a telephone number: compared as written
	Link                               // a URL
)

// String names the kind as trace.Comparison does.
func (k QuantityKind) String() string {
	switch k {
	case Measure:
		return "number"
	case Ordinal:
		return "ordinal"
	case Calendar:
		return "date"
	case Clock:
		return "time"
	case Identifier:
		return "identifier"
	case Link:
		return "url"
	}
	return ""
}

// Agreement is how two values compare. The zero Agreement says that they could
// not be compared. The values are those of trace.Agreement.
type Agreement string

// The agreements.
const (
	CannotTell Agreement = ""
	Equal      Agreement = "equal"
	Different  Agreement = "different" // both are comparable, and they differ
)

// Quantity is one typed value of a text: a number with its scale, currency and
// unit, a date, a time of day, a span of time, an identifier, a URL.
type Quantity struct {
	Span
	Kind QuantityKind
	Text string  // as written
	Low  float64 // the number as said, in Unit and with its scale: "3 million" is 3e6
	High float64 // the upper end of a range; else as Low
	Unit string  // as in the table of units, "" for a bare number; currencies by their ISO code

	lang     string
	u        unit
	dim      string
	lit      literal
	step     float64 // the value of the last place that is written
	scaleBy  float64 // of the scale word; 1 without one
	scaled   bool    // a scale word stands by
	isRange  bool
	approx   bool    // said to be approximate
	brackets bool    // in brackets, which in accounts stand for a minus
	altHigh  float64 // High with the separator read the other way
	down     bool    // a fall or a loss is spoken of
	roman    bool
	version  bool
	phone    bool
	op       bound

	date period

	minutes int  // of a time of day, since midnight
	half    bool // it is open which half of the day is meant
	padded  bool // written on the clock of 24 hours
	span    bool // may be a span of time as well: 7h40
	zoned   bool
	zone    int // minutes east of UTC
}

// Quantities returns the typed values of the text in order.
func (d *Doc) Quantities() []Quantity {
	if !d.quantified {
		d.quantities, d.quantified = scanQuantities(d), true
	}
	return d.quantities
}

// Compare says whether got states want. Both are values of texts, want that of
// the reference: an answer that is coarser than it leaves the matter open.
func (want Quantity) Compare(got Quantity, s Setting) Agreement {
	a, _ := want.hold(got, s)
	return a
}

// Find holds want against the values of a text. Equal comes with the place of
// the first value that is; Different, where all that are comparable differ, with
// the place of the first. The place is -1 where none is comparable.
func (want Quantity) Find(among []Quantity, s Setting) (Agreement, int) {
	best, at := CannotTell, -1
	for i, got := range among {
		a, comparable := want.hold(got, s)
		switch {
		case !comparable:
		case a == Equal:
			return Equal, i
		case at < 0 || a == CannotTell && best == Different:
			best, at = a, i
		}
	}
	return best, at
}

// hold compares two values; comparable is false where they measure different
// things, so that got says nothing about want.
func (want Quantity) hold(got Quantity, s Setting) (a Agreement, comparable bool) {
	a, comparable = want.compare(got, s)
	if a == Equal {
		a = opposed(want, got, s.Limit)
	}
	return a, comparable
}

// opposed compares the operators of two values that are equal otherwise: one
// counts only against another; on one side only, most leave it open, unless the
// question asks for the limit.
func opposed(a, b Quantity, limit bool) Agreement {
	if a.op == b.op {
		return Equal
	}
	group := func(o bound) int {
		switch o {
		case atLeast, atMost, over, under:
			return 1
		case every, lasting:
			return 2
		case until, from, beforeIt, afterIt:
			return 3
		}
		return 0
	}
	ga, gb := group(a.op), group(b.op)
	switch {
	case ga != 0 && ga == gb:
		// at least and more than, until and before are near each other
		if near(a.op, b.op) || near(b.op, a.op) {
			return CannotTell
		}
		return Different
	case ga == 0 || gb == 0:
		o := a.op
		if ga == 0 {
			o = b.op
		}
		if limit || o == lasting || o == from || o == unbound {
			return Equal
		}
	}
	return CannotTell
}

func near(a, b bound) bool {
	return a == atLeast && b == over || a == atMost && b == under || a == until && b == beforeIt || a == from && b == afterIt
}

func (want Quantity) compare(got Quantity, s Setting) (Agreement, bool) {
	// a four-digit number that could be a year is one where the other is no date
	switch {
	case got.Kind == Calendar && got.date.bare && want.Kind == Measure:
		if want.Low == got.Low && !want.isRange {
			return Equal, true
		}
		return CannotTell, false
	case want.Kind == Calendar && want.date.bare && got.Kind == Measure:
		if want.Low == got.Low && got.Unit == "" && !got.isRange {
			return Equal, true
		}
		if got.counts() || s.Scale > 0 || s.Currency != "" || s.Unit != "" {
			want.Kind = Measure
		}
	}
	if want.Kind != got.Kind {
		return want.compareKinds(got)
	}
	switch want.Kind {
	case Measure:
		return want.compareMeasure(got, s)
	case Ordinal:
		return equalIf(want.Low == got.Low), true
	case Calendar:
		return want.date.compare(got.date, want.approx || got.approx), true
	case Clock:
		return want.compareClock(got), true
	case Link:
		return equalIf(link(want.Text) == link(got.Text)), true
	case Identifier:
		return want.compareCode(got)
	}
	return CannotTell, false
}

// counts reports whether a number has a unit that is none of time.
func (q *Quantity) counts() bool {
	return q.Unit != "" && q.dim != "time" && q.dim != "months"
}

// compareKinds compares values of different kinds where one can be read as the
// other.
func (want Quantity) compareKinds(got Quantity) (Agreement, bool) {
	a, b := want, got
	if b.Kind == Identifier || b.Kind == Clock || b.Kind == Ordinal {
		a, b = b, a
	}
	switch {
	case a.Kind == Identifier && b.Kind == Measure:
		if a.phone || b.isRange && !strings.ContainsAny(a.Text, "-") {
			return CannotTell, false
		}
		x, y := code(a.Text), code(b.Text)
		switch {
		case x == y:
			return Equal, true
		case a.version && b.Unit == "", strings.TrimLeft(x, "0") == y:
			return Different, true
		}
	case a.Kind == Identifier && a.version && b.Kind == Calendar && allDigitsAnd(b.Text, "."):
		return equalIf(code(a.Text) == code(b.Text)), true
	case a.Kind == Clock && a.span && b.Kind == Measure && b.dim == "time":
		return equalIf(math.Abs(float64(a.minutes)*60-b.Low*b.u.factor) < .5), true
	case a.Kind == Ordinal && a.roman && b.Kind == Measure && b.Unit == "":
		return equalIf(a.Low == b.Low), true
	}
	return CannotTell, false
}

func equalIf(same bool) Agreement {
	if same {
		return Equal
	}
	return Different
}

// code is an identifier without case, spaces and the v of a version.
func code(s string) string {
	s = strings.ReplaceAll(Normalize(s), " ", "")
	if len(s) > 1 && s[0] == 'v' && classOf(s[1]) == digit {
		s = s[1:]
	}
	return s
}

func (want Quantity) compareCode(got Quantity) (Agreement, bool) {
	a, b := code(want.Text), code(got.Text)
	if a == b {
		return Equal, true
	}
	if want.phone || got.phone || allDigitsAnd(a, "-()./+") && allDigitsAnd(b, "-()./+") && len(onlyDigits(a)) >= 7 {
		x, y := onlyDigits(a), onlyDigits(b)
		if x == y {
			return Equal, true
		}
		if len(x) < len(y) {
			x, y = y, x
		}
		y = strings.TrimLeft(y, "0")
		if len(y) >= 7 && strings.HasSuffix(x, y) && len(x)-len(y) <= 4 {
			return Equal, true
		}
		return Different, true
	}
	if strings.ReplaceAll(a, "-", "") == strings.ReplaceAll(b, "-", "") { // KX-7 and KX7
		return Equal, true
	}
	if want.version != got.version && !sameShape(a, b) {
		return CannotTell, false
	}
	if sameShape(a, b) || want.version {
		return Different, true
	}
	return CannotTell, false
}

// sameShape reports whether two codes begin alike or are built alike, so that
// one can be a wrong form of the other.
func sameShape(a, b string) bool {
	shape := func(s string) string {
		out := []byte{}
		for i := range len(s) {
			c := byte('?')
			switch classOf(s[i]) {
			case digit:
				c = '9'
			case letter:
				c = 'a'
			default:
				c = s[i]
			}
			if len(out) == 0 || out[len(out)-1] != c {
				out = append(out, c)
			}
		}
		return string(out)
	}
	return shape(a) == shape(b)
}

func onlyDigits(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, s)
}

func allDigitsAnd(s, more string) bool {
	for _, r := range s {
		if (r < '0' || r > '9') && !strings.ContainsRune(more, r) {
			return false
		}
	}
	return true
}

// link is a URL without what does not change where it leads: the scheme, "www."
// and a slash at the end.
func link(s string) string {
	if _, rest, ok := strings.Cut(s, "://"); ok {
		s = rest
	}
	host, path, _ := strings.Cut(s, "/")
	host = strings.TrimPrefix(strings.ToLower(host), "www.")
	return host + "/" + strings.TrimSuffix(path, "/")
}

func (want Quantity) compareClock(got Quantity) Agreement {
	a, b := want.minutes, got.minutes
	same := func(x, y int) bool { return (x-y)%1440 == 0 }
	if want.zoned && got.zoned {
		a, b = a-want.zone, b-got.zone
	}
	if same(a, b) {
		return Equal
	}
	if (want.half || got.half) && same(a, b+720) {
		return CannotTell
	}
	if want.zoned != got.zoned {
		return CannotTell
	}
	return Different
}
