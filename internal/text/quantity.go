package text

import (
	"math"
	"slices"
	"strings"
	"sync"
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

// Setting is what the surroundings say about how a value is to be read.
type Setting struct {
	Scale    float64 // "in millions": 1e6; 0 where nothing is said
	Currency string  // as Quantity.Unit; "" where none or several are named
	Unit     string  // the unit that is asked for: "How many years"; "" where none is
	Share    bool    // per cent, shares or ratios are spoken of
	Version  bool    // versions are spoken of: 2.10 is not 2.1
	Fall     bool    // a fall or a loss is asked for, so that a minus may be left out
	Computed bool    // a result is to be worked out, so that its last place may vary
	Count    bool    // things are to be counted: "How many"
	Limit    bool    // a limit is asked for, so that its operator may be left out: "Until when"
	Lang     string  // ISO 639-1 code of the language, for separators that can be read two ways

	per unit // for each of which something is asked: "How much a kilometre"
}

// SettingOf reads the setting from a question, a table heading such as "(in
// millions of USD)", or both. What an earlier text says wins; nil is skipped.
func SettingOf(docs ...*Doc) Setting {
	var s Setting
	for _, d := range docs {
		if d == nil {
			continue
		}
		if d.setting == nil {
			own := settingOf(d)
			d.setting = &own
		}
		t := *d.setting
		if s.Scale == 0 {
			s.Scale = t.Scale
		}
		if s.Currency == "" {
			s.Currency = t.Currency
		}
		if s.Unit == "" {
			s.Unit = t.Unit
		}
		if s.Lang == "" {
			s.Lang = t.Lang
		}
		if s.per.name == "" {
			s.per = t.per
		}
		s.Share = s.Share || t.Share
		s.Count = s.Count || t.Count
		s.Limit = s.Limit || t.Limit
		s.Computed = s.Computed || t.Computed
		s.Version = s.Version || t.Version
		s.Fall = s.Fall || t.Fall
	}
	return s
}

const (
	shareWords   = " percent percentage percentages share shares proportion ratio rate rates margin margins fraction anteil prozent prozentsatz quote rate pourcentage taux proportion porcentaje tasa proporción percentuale quota tasso porcentagem taxa percentage aandeel procent andel odsetek udział процент доля oran yüzde प्रतिशत शতাংশ نسبة yield turnover growth multiple "
	versionWords = " version versions versión versione versão versie wersja wersji версия версии sürüm release releases build firmware micrologiciel прошивка прошивки прошивке прошивку "
	fallWords    = " fall fell decrease decreased decline declined drop dropped loss losses lose reduce reduced reduction shrink rückgang verlust gesunken sank baisse perte caída pérdida calo perdita queda perda daling verlies minskning förlust spadek strata снижение убыток outflow "
	manyWords    = " many viele vielen combien cuántos cuántas quanti quante quantos quantas hoeveel många ile сколько kaç कितने कितनी কত कितना كم berapa bao nhiêu "
	computeWords = " calculate calculated compute computed average mean ratio round rounded berechne berechnen durchschnitt runde calculer calculez moyenne arrondi calcula calcular promedio redondea calcola media calcule média bereken gemiddelde beräkna genomsnitt oblicz średnia вычислите рассчитайте среднее hesapla ortalama "
	inWords      = " in en em w в auf of "
)

// valueWord is what a word says about the value that is asked for.
type valueWord byte

const (
	saysMany valueWord = 1 + iota
	saysCompute
	saysShare
	saysVersion
	saysFall
)

// askedValue tells these words; of a word in several lists the first counts.
var askedValue = sync.OnceValue(func() map[string]valueWord {
	m := map[string]valueWord{}
	for i, list := range []string{manyWords, computeWords, shareWords, versionWords, fallWords} {
		for _, w := range strings.Fields(list) {
			if m[w] == 0 {
				m[w] = saysMany + valueWord(i)
			}
		}
	}
	return m
})

// ScaleOf is the scale of SettingOf alone.
func ScaleOf(d *Doc) float64 {
	for i := range d.Tokens {
		if f := d.scaleSaid(i); f != 0 {
			return f
		}
	}
	return 0
}

// scaleSaid returns the scale that token i names for other numbers than one
// beside it, as in "in millions"; 0: none.
func (d *Doc) scaleSaid(i int) float64 {
	t, lx := d.Tokens[i], lexiconOnce()
	if len(t.Text) < 2 || !lx.scaling.Has(t.Text) {
		return 0
	}
	f := lx.scales[t.Text]
	if f <= 100 {
		return 0
	}
	prev := ""
	if i > 0 {
		prev = d.Tokens[i-1].Text
	}
	if _, number := lx.anywhere[prev]; number || hasDigit(prev) {
		return 0
	}
	u, money := lx.units[prev]
	before := strings.TrimRight(d.Text[:t.Start], " ")
	money = money && isCurrency(u.name) || strings.HasSuffix(before, "$") || strings.HasSuffix(before, "€")
	plural := strings.HasSuffix(t.Text, "s") || strings.HasSuffix(t.Text, "en") || t.Text == "mio" || t.Text == "mrd" || t.Text == "mn" || t.Text == "bn" || t.Text == "млн" || t.Text == "млрд" || t.Text == "mln" || t.Text == "mld" || f > 1000 && t.Text != "million"
	in := strings.Contains(inWords, " "+prev+" ") && prev != ""
	currencyNext := false
	if i+1 < len(d.Tokens) {
		n := d.Tokens[i+1].Text
		if (n == "of" || n == "de" || n == "d" || n == "di") && i+2 < len(d.Tokens) {
			n = d.Tokens[i+2].Text
		}
		u, ok := lx.units[n]
		currencyNext = ok && isCurrency(u.name)
	}
	if in && (plural || currencyNext) || money || currencyNext {
		return f
	}
	return 0
}

func settingOf(d *Doc) Setting {
	s := Setting{Lang: d.Lang}
	lx := lexiconOnce()
	currencies := map[string]bool{}
	currency := ""
	note := func(u string) {
		if !currencies[u] {
			currencies[u] = true
			currency = u
		}
	}
	var sc *scanner
	var before, said valueWord // what the word before says, and the word
	for i, t := range d.Tokens {
		prev := ""
		if i > 0 {
			prev = d.Tokens[i-1].Text
		}
		before, said = said, askedValue()[t.Text]
		s.Count = s.Count || said == saysMany
		s.Computed = s.Computed || said == saysCompute
		s.Share = s.Share || said == saysShare
		s.Version = s.Version || said == saysVersion
		s.Fall = s.Fall || said == saysFall
		s.Limit = s.Limit || limitAsked(d, i)
		if s.Scale == 0 {
			s.Scale = d.scaleSaid(i)
		}
		if u, ok := lx.units[t.Text]; ok && isCurrency(u.name) && u.name != "cent" && u.name != "crown" && (len(t.Text) > 2 || t.Text == "kr") {
			if f := strings.ToUpper(t.of(d.Text)) == t.of(d.Text); u.name != "try" || f {
				note(u.name)
			}
		}
		if s.Unit == "" && (before == saysMany || i > 1 && (d.Tokens[i-2].Text == "combien") || prev == "in") {
			if sc == nil {
				sc = &scanner{d: d, s: d.Text, lx: lx}
			}
			if u, _, ok := sc.simpleUnit(t.Start, false); ok && !(isCurrency(u.name)) && (prev != "in" || len(t.Text) > 2 || u.name == "km" || u.name == "kg") && u.name != "times" {
				s.Unit = u.name
			}
		}
		if s.per.name == "" && slices.Contains(perWords, t.Text) {
			if sc == nil {
				sc = &scanner{d: d, s: d.Text, lx: lx}
			}
			if sc.perAt(t.Start) {
				_, q := sc.next(t.Start)
				s.per, _, _ = sc.simpleUnit(sc.skipSpace(q), false)
			}
		}
		if t.Text == "old" && prev == "how" || t.Text == "alt" && prev == "wie" {
			s.Unit = "yr"
		}
	}
	if strings.ContainsAny(d.Text, "%％٪") || strings.Contains(d.Text, "比例") || strings.Contains(d.Text, "百分") || strings.Contains(d.Text, "率") || strings.Contains(d.Text, "割合") || strings.Contains(d.Text, "비율") {
		s.Share = true
	}
	for _, c := range currencySymbols {
		if strings.Contains(d.Text, c.text) {
			note(c.unit)
			if c.text != "$" && strings.HasSuffix(c.text, "$") {
				break
			}
		}
	}
	if len(currencies) == 1 || len(currencies) == 2 && currencies["dollar"] && (currencies["usd"] || currencies["cad"] || currencies["aud"]) {
		s.Currency = currency
		if currencies["usd"] {
			s.Currency = "usd"
		}
	}
	return s
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
	if want.Kind == Calendar && want.date.bare && got.Kind == Measure {
		if want.Low == got.Low && got.Unit == "" && !got.isRange {
			return Equal, true
		}
		if s.Scale > 0 || s.Currency != "" || s.Unit != "" || got.Unit != "" && got.dim != "time" && got.dim != "months" {
			want.Kind = Measure
		}
	}
	if got.Kind == Calendar && got.date.bare && want.Kind == Measure {
		if want.Low == got.Low && !want.isRange {
			return Equal, true
		}
		return CannotTell, false
	}
	if want.Kind != got.Kind {
		return want.compareKinds(got)
	}
	switch want.Kind {
	case Measure:
		return want.compareMeasure(got, s)
	case Ordinal:
		if want.Low == got.Low {
			return Equal, true
		}
		return Different, true
	case Calendar:
		return want.date.compare(got.date, want.approx || got.approx), true
	case Clock:
		return want.compareClock(got), true
	case Link:
		if link(want.Text) == link(got.Text) {
			return Equal, true
		}
		return Different, true
	case Identifier:
		return want.compareCode(got)
	}
	return CannotTell, false
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
		if code(a.Text) == code(b.Text) {
			return Equal, true
		}
		return Different, true
	case a.Kind == Clock && a.span && b.Kind == Measure && b.dim == "time":
		if math.Abs(float64(a.minutes)*60-b.Low*b.u.factor) < .5 {
			return Equal, true
		}
		return Different, true
	case a.Kind == Ordinal && a.roman && b.Kind == Measure && b.Unit == "":
		if a.Low == b.Low {
			return Equal, true
		}
		return Different, true
	}
	return CannotTell, false
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

// compare compares two dates; a part that is said by one only is no difference,
// and one that is missing in e leaves it open.
func (p period) compare(e period, approx bool) Agreement {
	if p.loose || e.loose {
		da, db := p.decade, e.decade
		if !p.loose {
			da = p.Year % 100 / 10 * 10
		}
		if !e.loose {
			db = e.Year % 100 / 10 * 10
		}
		switch {
		case da != db:
			return Different
		case !e.loose && e.last == 0 || e.loose == p.loose || p.last-p.Year == 9 || e.last-e.Year == 9:
			return Equal
		}
		return CannotTell
	}
	coarse := false
	if p.Year != 0 && e.Year != 0 {
		a1, a2 := p.years()
		b1, b2 := e.years()
		switch {
		case a1 == b1 && a2 == b2:
		case b2 < a1 || a2 < b1:
			if approx && abs(a1-b1) <= 5 {
				return CannotTell
			}
			return Different
		case a1 <= b1 && b2 <= a2: // a year of the decade that is asked for
			if d := p.last - p.Year; p.last > 0 && d != 9 && d != 99 {
				return Different
			}
		case p.last > 0 && e.last > 0 && e.last-e.Year < 9:
			return Different
		case b1 <= a1 && a2 <= b2:
			coarse = true
		default:
			return Different
		}
	}
	if p.quarter != 0 || e.quarter != 0 {
		q, r := p.quarter, e.quarter
		switch {
		case q != 0 && r != 0 && q != r:
			return Different
		case r == 0 && e.Month != 0 && q <= 4:
			if (e.Month-1)/3+1 != q {
				return Different
			}
			coarse = true
		case r == 0:
			coarse = true
		case q == 0 && p.Month != 0:
			coarse = true
		}
	}
	if !p.Date.noYear().Compatible(e.Date.noYear()) {
		return Different
	}
	if p.Either && e.Either && (p.Month != e.Month || p.Day != e.Day) {
		return CannotTell
	}
	if coarse || p.Year != 0 && e.Year == 0 || p.Month != 0 && e.Month == 0 || p.Day != 0 && e.Day == 0 {
		return CannotTell
	}
	return Equal
}

func (d Date) noYear() Date { d.Year = 0; return d }

func abs(n int) int {
	if n < 0 {
		return -n
	}
	return n
}

// value is one way in which a number can be read.
type value struct {
	low, high, step float64
	u               unit
	scaled          bool
	weak            bool // the reading rests on nothing that is said
}

func (want Quantity) compareMeasure(got Quantity, s Setting) (Agreement, bool) {
	if s.Version && want.Unit == "" && got.Unit == "" && !want.scaled && !got.scaled {
		if code(want.Text) == code(got.Text) {
			return Equal, true
		}
		return Different, true
	}
	if want.isRange != got.isRange {
		if want.isRange {
			if want.dim != got.dim {
				return CannotTell, want.dim == "" || got.dim == ""
			}
			if want.Unit == got.Unit && got.Low >= want.Low && got.Low <= want.High {
				return CannotTell, true // a value of the range agrees with it, and says less
			}
			return Different, true
		}
		// "3 to 5" holds 4 and settles nothing; a range without it differs
		lo, hi := got, got
		lo.isRange, hi.isRange = false, false
		lo.High, hi.Low = lo.Low, hi.High
		a, ok := want.compareMeasure(lo, s)
		b, _ := want.compareMeasure(hi, s)
		if !ok {
			return CannotTell, false
		}
		if want.Low >= got.Low && want.Low <= got.High || a != Different || b != Different {
			return CannotTell, true
		}
		return Different, true
	}
	if want.lit.low > 0 && got.lit.low > 0 && want.Unit == got.Unit && want.lit.low == got.lit.low { // 3/4 and 1/4
		if want.lit.top == got.lit.top {
			return Equal, true
		}
		return Different, true
	}
	as, bs := want.readings(got, s, true), got.readings(want, s, false)
	out := Different
	any := false
	for _, a := range as {
		for _, b := range bs {
			c, ok := compareValues(a, b, want, got, s)
			if !ok {
				continue
			}
			any = true
			if c == Equal && (a.weak || b.weak) {
				c = CannotTell
			}
			if c == Equal {
				return Equal, true
			}
			if c == CannotTell {
				out = CannotTell
			}
		}
	}
	if !any {
		return CannotTell, false
	}
	return out, true
}

// readings lists the ways in which q can be read beside other.
func (q Quantity) readings(other Quantity, s Setting, want bool) []value {
	if q.lit.hasAlt && q.lang == "" && s.Lang != "" && (q.lit.dec == 0) != (commaLanguage(s.Lang) == (q.lit.sep == '.')) && q.scaleBy > 0 {
		// the language of the question says how a short text is to be read
		low := math.Copysign(q.lit.alt*q.scaleBy, q.Low)
		high := low
		if q.isRange {
			high, q.altHigh = q.altHigh*q.scaleBy, q.High/q.scaleBy
		}
		alt := math.Abs(q.Low) / q.scaleBy
		q.Low, q.High, q.lit.alt = low, high, alt
		q.lit.dec, q.lit.altDec = q.lit.altDec, q.lit.dec
		q.step = q.scaleBy * math.Pow(10, -float64(q.lit.dec))
		s.Lang = ""
		q.lang = "?"
	}
	base := value{low: q.Low, high: q.High, step: q.step, u: q.u, scaled: q.scaled}
	out := []value{base}
	if q.lit.hasAlt && q.scaleBy > 0 {
		v := base
		sign := 1.
		if q.Low < 0 {
			sign = -1
		}
		v.low = sign * q.lit.alt * q.scaleBy
		v.high = v.low
		if q.isRange {
			v.high = q.altHigh * q.scaleBy
		}
		v.step = q.scaleBy * math.Pow(10, -float64(q.lit.altDec))
		v.weak = !(s.Lang != "" && q.lang != s.Lang && commaLanguage(s.Lang) != commaLanguage(q.lang)) && q.lang != ""
		v.weak = v.weak && !(other.lang != "" && commaLanguage(other.lang) != commaLanguage(q.lang) && q.lang != "?")
		out = append(out, v)
	}
	// a scale word that stands elsewhere
	if !q.scaled && (q.Unit == "" || isCurrency(q.Unit)) && !q.lit.words {
		n := len(out)
		scaleTo := func(f float64, weak bool) {
			for _, v := range out[:n] {
				v.low, v.high, v.step = v.low*f, v.high*f, v.step*f
				v.scaled, v.weak = true, v.weak || weak
				out = append(out, v)
			}
		}
		if s.Scale > 1 {
			scaleTo(s.Scale, false)
		}
		if other.scaled && other.scaleBy != s.Scale && other.scaleBy > 12 {
			long := q.lit.digits+min(q.lit.zeros, 0) >= 4 || q.lit.dec > 0 && q.lit.digits >= 3
			if want && (long || s.Scale == 0 && q.lit.digits >= 3) {
				scaleTo(other.scaleBy, !long)
			} else if want || long {
				scaleTo(other.scaleBy, true)
			}
		}
	}
	return out
}

// each takes from a rate what is asked for each of, where the other side leaves
// it out: "0.38 euros a kilometre" beside "0.38 euros".
func (s Setting) each(u, other unit) unit {
	name, of, rate := strings.Cut(u.name, "/")
	if !rate || of != s.per.name || strings.Contains(other.name, "/") {
		return u
	}
	dimension, _, _ := strings.Cut(u.dimension, "/")
	return unit{name, dimension, u.factor * s.per.factorOr(1), u.offset}
}

// compareValues compares two readings; ok is false where they measure different
// things.
func compareValues(a, b value, want, got Quantity, s Setting) (Agreement, bool) {
	a.u, b.u = s.each(a.u, b.u), s.each(b.u, a.u)
	ua, ub := a.u, b.u
	// a bare number has the unit that is asked for, or that of the other side
	switch {
	case ua.name == "" && ub.name == "":
		// 0.165 and 16.5 where shares are spoken of
		c := settle(a, b, want, got, s, false)
		if c == Different && s.Share {
			a100, b100 := a, b
			a100.low, a100.high, a100.step = a.low*100, a.high*100, a.step*100
			b100.low, b100.high, b100.step = b.low*100, b.high*100, b.step*100
			if math.Abs(a.low) <= 1.5 && math.Abs(b.low) > 1.5 || want.lit.fraction {
				c = max(c, settle(a100, b, want, got, s, false))
				if x := settle(a100, b, want, got, s, false); x != Different {
					c = x
				}
			} else if math.Abs(b.low) <= 1.5 && math.Abs(a.low) > 1.5 || got.lit.fraction {
				if x := settle(a, b100, want, got, s, false); x != Different {
					c = x
				}
			}
		}
		return c, true
	case ua.name == "" || ub.name == "":
		bare, full := &a, ub
		q := want
		if ub.name == "" {
			bare, full, q = &b, ua, got
		}
		if full.dimension == "share" {
			ratio := *bare
			ratio.low, ratio.high, ratio.step = bare.low*100, bare.high*100, bare.step*100
			as, bs := a, b
			plain := settle(as, bs, want, got, s, false)
			if bare == &a {
				as = ratio
			} else {
				bs = ratio
			}
			if full.factor != 1 {
				return CannotTell, true
			}
			x := settle(as, bs, want, got, s, false)
			switch {
			case q.lit.fraction && q.lit.low == 0, math.Abs(bare.low) <= 1.5 && x == Equal:
				return x, true
			case plain == Equal && !s.Share && (s.Count || s.Unit != "" && s.Unit != "%"):
				return CannotTell, true
			case plain == Equal:
				return Equal, true
			case x != Different || plain != Different:
				return CannotTell, true
			case !s.Share && s.Unit != "%":
				return CannotTell, false // a count beside a share
			}
			return Different, true
		}
		asked := s.Unit != "" && s.Unit == full.name
		if s.Unit != "" && !asked {
			if v, ok := lexiconUnit(s.Unit); ok && v.dimension == full.dimension {
				// the bare number is in the unit that is asked for
				bare.u = v
				c, ok := compareValues(a, b, want, got, Setting{Share: s.Share})
				if c == Different && settle(a, b, want, got, s, false) == Equal {
					c = CannotTell
				}
				return c, ok
			} else if ok && v.dimension != full.dimension && v.dimension != "times" {
				if settle(a, b, want, got, s, false) == Equal {
					return CannotTell, true
				}
				return CannotTell, false
			}
		}
		if isCurrency(full.name) && s.Currency != "" && !sameCurrency(s.Currency, full.name) {
			return CannotTell, true
		}
		if s.Currency != "" && !isCurrency(full.name) && full.dimension != "times" { // an amount of money is asked for
			return CannotTell, false
		}
		if full.name == "cent" || full.name == "penny" { // 0.85 beside 85 cents
			v := *bare
			if settle(a, b, want, got, s, false) == Equal {
				return Equal, true
			}
			v.low, v.high, v.step = v.low*100, v.high*100, v.step*100
			if bare == &a {
				return settle(v, b, want, got, s, false), true
			}
			return settle(a, v, want, got, s, false), true
		}
		return settle(a, b, want, got, s, false), true
	case isCurrency(ua.name) && isCurrency(ub.name):
		if !sameCurrency(ua.name, ub.name) {
			if ua.name == "cent" || ub.name == "cent" {
				return CannotTell, false
			}
			if settle(a, b, want, got, s, false) == Equal {
				return Different, true // the amount is right and the currency wrong
			}
			return CannotTell, true
		}
		a, b = a.times(ua.factorOr(1)), b.times(ub.factorOr(1))
		if ua.name == "cent" && ub.name != "cent" {
			a = a.times(.01)
		}
		if ub.name == "cent" && ua.name != "cent" {
			b = b.times(.01)
		}
		return settle(a, b, want, got, s, true), true
	case ua.dimension == ub.dimension:
		if ua.factor == ub.factor && ua.offset == ub.offset {
			return settle(a, b, want, got, s, true), true
		}
		return convert(a, b, want, got), true
	case ua.dimension == "points" && ub.dimension == "share" || ua.dimension == "share" && ub.dimension == "points":
		if c := settle(a.times(ua.factor), b.times(ub.factor), want, got, s, false); c == Equal && ua.factor*ub.factor == 1 {
			return CannotTell, true
		}
		return CannotTell, true
	case ua.dimension == "times" && ub.dimension == "share":
		return CannotTell, true
	case strings.HasPrefix(ua.dimension, "length") && strings.HasPrefix(ub.dimension, "length") && settle(a, b, want, got, s, false) == Equal:
		return Different, true // metres for square metres
	case ua.dimension == "time" && ub.dimension == "months", ua.dimension == "months" && ub.dimension == "time":
		return longSpans(a, b), true
	case ua.dimension == "time" && ub.dimension == "workdays", ua.dimension == "workdays" && ub.dimension == "time":
		return CannotTell, true
	case ua.name == "lb" && sameCurrency(ub.name, "gbp") && strings.Contains(want.Text, "pound"), ub.name == "lb" && sameCurrency(ua.name, "gbp") && strings.Contains(got.Text, "pound"):
		return settle(a, b, want, got, s, true), true
	case ua.dimension == "ton" && ub.name == "t", ub.dimension == "ton" && ua.name == "t":
		return settle(a, b, want, got, s, true), true
	case ua.name == "°" && ub.dimension == "temperature", ub.name == "°" && ua.dimension == "temperature":
		return settle(a, b, want, got, s, true), true
	}
	if v, ok := ua.numerator(); ok && !strings.Contains(ub.name, "/") {
		a.u = v
		if c, ok := compareValues(a, b, want, got, s); ok && c == Different {
			return Different, true
		}
		return CannotTell, true // 80 km for 80 km/h
	}
	if v, ok := ub.numerator(); ok && !strings.Contains(ua.name, "/") {
		b.u = v
		return compareValues(a, b, want, got, s) // 0.40 euros per kilometre says 0.40 euros
	}
	return CannotTell, false
}

func (u unit) factorOr(f float64) float64 {
	if u.factor == 0 || u.name == "cent" {
		return f
	}
	return u.factor
}

// numerator returns the unit before the "per" of a compound one.
func (u unit) numerator() (unit, bool) {
	name, _, ok := strings.Cut(u.name, "/")
	if !ok {
		return unit{}, false
	}
	if isCurrency(name) {
		dimension, _, _ := strings.Cut(u.dimension, "/")
		return unit{name, dimension, 1, 0}, true
	}
	return lexiconUnit(name)
}

func (v value) times(f float64) value {
	v.low, v.high, v.step = v.low*f, v.high*f, v.step*f
	return v
}

func lexiconUnit(name string) (unit, bool) {
	u, ok := unitsByName()[name]
	return u, ok
}

// sameCurrency reports whether two names can be the same currency.
func sameCurrency(a, b string) bool {
	if a == b || a == "penny" && b == "gbp" || a == "gbp" && b == "penny" {
		return true
	}
	return strings.Contains(currencyOf[a], " "+b+" ") || strings.Contains(currencyOf[b], " "+a+" ")
}

// longSpans compares spans in months or years with ones in days or weeks: only far
// apart they differ.
func longSpans(a, b value) Agreement {
	day := func(v value) float64 {
		if v.u.dimension == "months" {
			return v.low * v.u.factor * 30.4375
		}
		return v.low * v.u.factor / 86400
	}
	x, y := day(a), day(b)
	if math.Abs(x-y) > .05*max(math.Abs(x), math.Abs(y)) {
		return Different
	}
	return CannotTell
}

// convert compares values in different units of one dimension.
func convert(a, b value, want, got Quantity) Agreement {
	x, y := a.low*a.u.factor+a.u.offset, b.low*b.u.factor+b.u.offset
	x2, y2 := a.high*a.u.factor+a.u.offset, b.high*b.u.factor+b.u.offset
	close := func(x, y, tolerance float64) bool {
		return math.Abs(x-y) <= tolerance
	}
	scale := max(math.Abs(x), math.Abs(y), 1e-300)
	if close(x, y, 1e-9*scale) && close(x2, y2, 1e-9*max(scale, math.Abs(x2))) {
		return Equal
	}
	ratio := max(a.u.factor, b.u.factor) / min(a.u.factor, b.u.factor)
	sa, sb := a.step*a.u.factor, b.step*b.u.factor
	if a.u.offset == b.u.offset && exactRatio(ratio) {
		if want.approx || got.approx {
			if close(x, y, .05*scale) {
				return Equal
			}
			return Different
		}
		if !powerOfTen(ratio) {
			// hours and minutes: only decimals are rounded
			if a.step < 1 && close(x, y, sa/2) || b.step < 1 && close(x, y, sb/2) {
				if sb > sa {
					return CannotTell
				}
				return Equal
			}
			return Different
		}
		c := rounded(x, y, sa, sb)
		if c == Equal && !close(x2, y2, max(sa, sb)) {
			return Different
		}
		return c
	}
	tolerance := max(sa, sb)/2*1.0001 + 1e-9*scale
	if a.u.offset == b.u.offset {
		tolerance = max(min(tolerance, .05*scale), .005*scale)
	}
	if want.approx || got.approx {
		tolerance = max(tolerance, .05*scale)
	}
	if close(x, y, tolerance) && close(x2, y2, max(tolerance, .005*max(math.Abs(x2), math.Abs(y2)))) {
		return Equal
	}
	return Different
}

func exactRatio(r float64) bool { return math.Abs(r-math.Round(r)) < 1e-9*r }

func powerOfTen(r float64) bool {
	l := math.Log10(r)
	return math.Abs(l-math.Round(l)) < 1e-9
}

// settle compares two values in one unit; stated says that both name it.
func settle(a, b value, want, got Quantity, s Setting, stated bool) Agreement {
	c := settleSign(a, b, want, got, s, stated)
	return c
}

// SameNumber reports whether two numbers are the same in the same unit, whatever
// bounds are said with them: "under $35" and "$35 or more".
func (q Quantity) SameNumber(other Quantity) bool {
	return q.Kind == Measure && other.Kind == Measure && q.Unit == other.Unit && q.Low == other.Low && q.High == other.High
}

// nearSteps is by how many units of the last place that is written results may
// differ whose intermediate results were rounded in another way.
const nearSteps = 2.001

// nearShare bounds the same by the size of the number: 0.004 and 0.005 differ by
// a quarter.
const nearShare = .02

// Near reports whether two numbers with decimals differ by so little that they may
// be one result, rounded in another way on the way to it. One of them may be a
// share and the other per cent; other units are not looked at.
func (q Quantity) Near(other Quantity) bool {
	if q.Kind != Measure || other.Kind != Measure || q.lit.dec == 0 || other.lit.dec == 0 {
		return false
	}
	for _, f := range [...]float64{1, 100, .01} {
		if math.Abs(q.Low-f*other.Low) <= min(nearSteps*max(q.step, f*other.step), nearShare*math.Abs(q.Low)) {
			return true
		}
	}
	return false
}

func settleSign(a, b value, want, got Quantity, s Setting, stated bool) Agreement {
	c := settleValue(a, b, want, got, stated)
	if c != Different || want.isRange {
		return c
	}
	if last := max(a.step, b.step); s.Computed && want.lit.digits >= 2 && math.Abs(a.low-b.low) < nearSteps*last && (want.lit.dec > 0 || got.lit.dec > 0 || math.Abs(a.low) >= 100*last) {
		return CannotTell // intermediate results were rounded in another way
	}
	flip := func(v value) value { v.low, v.high = -v.low, -v.high; return v }
	switch {
	case got.brackets && !want.brackets && b.low > 0 && a.low < 0:
		return settleValue(a, flip(b), want, got, stated)
	case want.brackets && !got.brackets && a.low > 0 && b.low < 0:
		return settleValue(flip(a), b, want, got, stated)
	case a.low*b.low < 0 && (s.Fall || got.down || want.down):
		return settleValue(a, flip(b), want, got, stated)
	}
	return c
}

func settleValue(a, b value, want, got Quantity, stated bool) Agreement {
	x, y := a.low, b.low
	scale := max(math.Abs(x), math.Abs(y))
	if math.Abs(x-y) <= 1e-9*scale {
		if want.isRange && math.Abs(a.high-b.high) > 1e-9*max(math.Abs(a.high), math.Abs(b.high)) {
			return Different
		}
		return Equal
	}
	if want.isRange {
		return Different
	}
	if math.Signbit(x) != math.Signbit(y) && x != 0 && y != 0 {
		return Different
	}
	sa, sb := a.step, b.step
	approx := want.approx || got.approx
	if want.lit.words && !a.scaled && !approx && want.lit.dec == 0 && !want.lit.fraction {
		sa = 1
	}
	c := rounded(x, y, sa, sb)
	if c == Equal && want.lit.dec == 0 && want.lit.exp == 0 && !a.scaled && !approx && want.lit.digits <= 2 {
		// a short whole number is more often exact than rounded: 20 % is not 20.1 %
		if stated {
			return Different
		}
		return CannotTell
	}
	if c != Different {
		if c == CannotTell && approx && got.approx {
			return Equal
		}
		return c
	}
	// zeros that end a whole number are digits, unless "about" or a scale word
	// stands by
	za, zb := sa, sb
	if want.lit.zeros > 0 && (a.scaled || want.approx) {
		za *= math.Pow(10, float64(want.lit.zeros))
	}
	if got.lit.zeros > 0 && (b.scaled || got.approx) {
		zb *= math.Pow(10, float64(got.lit.zeros))
	}
	if za != sa || zb != sb {
		if c := rounded(x, y, za, zb); c != Different {
			if want.approx && c == Equal {
				return Equal
			}
			return CannotTell
		}
	}
	if approx && math.Abs(x-y) <= .05*scale {
		if got.approx && !want.approx {
			return CannotTell
		}
		return Equal
	}
	return Different
}

// rounded compares x, written to steps of sx, with y, written to steps of sy:
// equal if y is finer and gives x when rounded half away from zero, open if it
// is coarser and x gives it.
func rounded(x, y, sx, sy float64) Agreement {
	if sx <= 0 || sy <= 0 || sx == sy {
		return Different
	}
	to := func(v, step float64) float64 { return math.Round(v/step*(1+1e-12)) * step }
	if sy < sx*(1-1e-9) {
		if math.Abs(to(y, sx)-x) < sx*1e-6 {
			return Equal
		}
		return Different
	}
	if sx < sy*(1-1e-9) && math.Abs(to(x, sy)-y) < sy*1e-6 {
		return CannotTell
	}
	return Different
}
