package text

import (
	"strings"
	"unicode/utf8"
)

// date adds a calendar date, with an era or the end of a range behind it.
func (sc *scanner) date(date Date, span Span) {
	if k := strings.IndexByte(span.Of(sc.s), 'T'); k > 0 && classOf(sc.s[span.Start+k-1]) == digit { // 2020-03-05T10:00
		span.End = span.Start + k
	}
	q := Quantity{Span: span, Kind: Calendar, date: period{Date: date}}
	if date.Month == 0 {
		q.date.bare = true
		q.Low, q.High, q.step, q.scaleBy = float64(date.Year), float64(date.Year), 1, 1
		q.lit = literal{v: q.Low, digits: 4}
		if e, y := sc.yearEnd(span.End, date.Year); y > 0 {
			q.End, q.date.last, q.date.bare = e, y, false
		}
		if e, bc, ok := sc.era(q.End); ok {
			q.End, q.date.bc, q.date.bare = e, bc, false
		} else if bc, from, ok := sc.eraBefore(span.Start); ok {
			q.Start, q.date.bc, q.date.bare = from, bc, false
		}
	}
	sc.dateBound(&q)
	sc.add(q)
	// a time of day glued to it: 2020-03-05T10:00
	if e := q.End; e+1 < len(sc.s) && sc.s[e] == 'T' && classOf(sc.s[e+1]) == digit {
		sc.clock(e + 1)
	}
}

// dateBound reads "until", "before", "after" before a date or a time.
func (sc *scanner) dateBound(q *Quantity) {
	pre := sc.lastWords(q.Start, 3)
	for k := len(pre) - 1; k >= 0; k-- {
		switch strings.Trim(pre[k], ".") {
		case "until", "till", "bis", "jusqu'au", "jusqu'à", "hasta", "fino", "até", "tot", "do", "до", "through":
			q.op = until
			return
		case "from", "since", "ab", "seit", "von", "depuis", "desde", "dal", "vanaf", "sinds", "från", "sedan", "od", "с":
			q.op = from
			return
		case "before", "vor", "avant", "antes", "prima", "voor", "före", "przed", "earlier":
			q.op = beforeIt
			return
		case "after", "nach", "après", "después", "dopo", "depois", "após", "na", "efter", "po", "после":
			q.op = afterIt
			return
		case "about", "around", "circa", "ca", "c", "um", "vers", "hacia", "около", "approximately":
			q.approx = true
		case "the", "at", "on", "le", "el", "la", "al", "den", "dem", "zum", "de", "and", "of":
		default:
			return
		}
	}
}

// yearEnd reads the end of a range of years behind byte e: 2018–19, 2018 to
// 2020.
func (sc *scanner) yearEnd(e, first int) (int, int) {
	p, spaced := sc.untilYear(e)
	if p == e {
		return e, 0
	}
	v, k := 0, p
	for k < len(sc.s) && k-p < 5 && classOf(sc.s[k]) == digit {
		v = v*10 + int(sc.s[k]-'0')
		k++
	}
	if k < len(sc.s) && (alnum(sc.s[k]) || sc.s[k] == '-') {
		return e, 0
	}
	if k-p == 2 && v > first%100 && !spaced {
		v += first / 100 * 100
	} else if k-p != 4 || v <= first || v > 2199 {
		return e, 0
	}
	return k, v
}

// untilYear skips what stands between the years of a range, a dash or a word; p is
// e where nothing of the kind does.
func (sc *scanner) untilYear(e int) (p int, spaced bool) {
	switch r, n := utf8.DecodeRuneInString(sc.s[e:]); {
	case n > 0 && strings.ContainsRune("-–—/", r):
		return e + n, false
	case r != ' ':
		return e, false
	}
	k := sc.skipSpace(e)
	if r, n := utf8.DecodeRuneInString(sc.s[k:]); n > 0 && strings.ContainsRune("-–—", r) {
		return sc.skipSpace(k + n), true
	}
	w, we := sc.next(e)
	switch w {
	case "to", "bis", "à", "until":
		return sc.skipSpace(we), true
	case "and", "und", "et", "y", "e", "en", "och":
		pre := sc.before(e-4, 1)
		if strings.TrimSpace(pre) != "" && strings.Contains(" between zwischen entre tra fra tussen mellan ", pre) {
			return sc.skipSpace(we), true
		}
	}
	return e, false
}

// era reads "BC", "v. Chr.", "до н. э." behind byte e.
func (sc *scanner) era(e int) (int, bool, bool) {
	p := sc.skipSpace(e)
	rest := sc.s[p:min(len(sc.s), p+24)]
	for _, x := range [...]struct {
		w  string
		bc bool
	}{
		{"BCE", true}, {"B.C.E.", true}, {"BC", true}, {"B.C.", true}, {"B.C", true}, {"bce", true}, {"v. Chr.", true}, {"v.Chr.", true}, {"av. J.-C.", true}, {"avant J.-C.", true}, {"a. C.", true}, {"a.C.", true}, {"до н. э.", true}, {"до н.э.", true}, {"p.n.e.", true}, {"f.Kr.", true}, {"f. Kr.", true}, {"v.Chr", true}, {"MÖ", true},
		{"CE", false}, {"C.E.", false}, {"AD", false}, {"A.D.", false}, {"n. Chr.", false}, {"n.Chr.", false}, {"apr. J.-C.", false}, {"après J.-C.", false}, {"d. C.", false}, {"d.C.", false}, {"н. э.", false}, {"н.э.", false}, {"n.e.", false}, {"e.Kr.", false}, {"e. Kr.", false},
	} {
		if strings.HasPrefix(rest, x.w) && (len(rest) == len(x.w) || !alnum(rest[len(x.w)])) {
			return p + len(x.w), x.bc, true
		}
	}
	return e, false, false
}

func (sc *scanner) eraAfter(e int) bool {
	_, bc, ok := sc.era(e)
	return ok && bc
}

func (sc *scanner) eraBefore(p int) (bc bool, from int, ok bool) {
	part := strings.TrimRight(sc.s[max(sc.done, p-10):p], " .")
	for _, w := range [...]struct {
		w  string
		bc bool
	}{{"AD", false}, {"A.D", false}, {"公元前", true}, {"紀元前", true}, {"公元", false}} {
		if strings.HasSuffix(part, w.w) {
			return w.bc, max(sc.done, p-10) + len(part) - len(w.w), true
		}
	}
	return false, p, false
}

func (sc *scanner) hasEra(p int) bool {
	_, _, ok := sc.eraBefore(p)
	return ok
}

// calendar reads the date, decade or century that begins with the digits at
// byte p, in token i.
func (sc *scanner) calendar(i, p int) bool {
	s := sc.s
	v, e := leadingDigits(s, p, 5)
	if sc.hanDate(p, v, e) || sc.vietnamese(p, v, e) {
		return true
	}
	if r, n := utf8.DecodeRuneInString(s[e:]); n > 0 && classOf(s[e]) == digit || r == ',' && wordFollows(s[min(len(s), e+1):]) {
		return false
	}
	return sc.decadeOf(p, v, e) ||
		e-p <= 2 && sc.ordinalCalendar(p, sc.afterOrdinal(e), v) ||
		sc.yearOfEra(p, v, e) ||
		sc.numberedQuarter(p, v, e) ||
		sc.monthAndYear(p, v, e) ||
		sc.plainDate(i, p, e)
}

// addPeriod adds a date that stands from p to e.
func (sc *scanner) addPeriod(p, e int, date period) bool {
	sc.add(Quantity{Span: Span{p, e}, Kind: Calendar, date: date})
	return true
}

// decadeOf reads 1990s, 1990er, 80s; v are the digits from p to e.
func (sc *scanner) decadeOf(p, v, e int) bool {
	s, n := sc.s, e-p
	if n != 4 && n != 2 || v%10 != 0 {
		return false
	}
	for _, suffix := range [...]string{"s", "'s", "’s", "er", "ers", "-х", "-е", "-ih", "-talet"} {
		end := e + len(suffix)
		if !strings.HasPrefix(s[e:], suffix) || end < len(s) && alnum(s[end]) {
			continue
		}
		switch {
		case n == 2 && suffix == "s" && (v < 20 && p > 0 && s[p-1] == '$' || sc.secondsLikely(p)):
			continue
		case n == 2:
			return sc.addPeriod(p, end, period{decade: v, loose: true})
		case v%100 == 0:
			return sc.addPeriod(p, end, period{Date: Date{Year: v}, last: v + 99})
		}
		return sc.addPeriod(p, end, period{Date: Date{Year: v}, last: v + 9})
	}
	return false
}

// yearOfEra reads a year by the era beside it: 44 BC, AD 79.
func (sc *scanner) yearOfEra(p, v, e int) bool {
	if e-p > 4 || v <= 0 {
		return false
	}
	if end, bc, ok := sc.era(e); ok {
		return sc.addPeriod(p, end, period{Date: Date{Year: v}, bc: bc})
	}
	if bc, from, ok := sc.eraBefore(p); ok && e-p <= 3 {
		return sc.addPeriod(from, e, period{Date: Date{Year: v}, bc: bc})
	}
	return false
}

// numberedQuarter reads 3Q24.
func (sc *scanner) numberedQuarter(p, v, e int) bool {
	if e-p != 1 || v < 1 || v > 4 || e >= len(sc.s) || sc.s[e]|0x20 != 'q' {
		return false
	}
	y, end := sc.shortYear(e + 1)
	return y > 0 && sc.addPeriod(p, end, period{Date: Date{Year: y}, quarter: v})
}

// monthAndYear reads 03/2019 and 2019-04.
func (sc *scanner) monthAndYear(p, v, e int) bool {
	s, n := sc.s, e-p
	ends := func(k int, mark byte) bool { // no further digits or part of a date
		return k == len(s) || k < len(s) && classOf(s[k]) != digit && s[k] != mark
	}
	switch {
	case e == len(s):
	case n <= 2 && v >= 1 && v <= 12 && s[e] == '/' && ends(e+5, '/'):
		if y := yearOf(s[e+1 : e+5]); y > 0 {
			return sc.addPeriod(p, e+5, period{Date: Date{Year: y, Month: v}})
		}
	case n == 4 && yearOf(itoa(v)) > 0 && s[e] == '-' && ends(e+3, '-'):
		if m := atoi(s[e+1 : e+3]); m >= 1 && m <= 12 && (m < 10 || m <= v%100) { // 2009-11 is a span of years
			return sc.addPeriod(p, e+3, period{Date: Date{Year: v, Month: m}})
		}
	}
	return false
}

// plainDate reads what dates are in any text, from token i on: a day, a month
// with its year, four digits that are no count.
func (sc *scanner) plainDate(i, p, e int) bool {
	date, next := dateAt(sc.d, i)
	if next == i || date.Month == 0 && (e-p != 4 || sc.moneyOrUnit(p, e)) {
		return false
	}
	sc.date(date, sc.d.TokenSpan(i, next))
	return true
}

// vietnamese reads "ngày 5 tháng 8 năm 1945" and "tháng 10-1930" from the number
// v that ends at byte e.
func (sc *scanner) vietnamese(p, v, e int) bool {
	date := Date{}
	end := e
	if w, we := sc.next(e); w == "tháng" && v >= 1 && v <= 31 {
		m, me := sc.hanInt(sc.skipSpace(we))
		if m < 1 || m > 12 {
			return false
		}
		date.Day, date.Month, end = v, m, me
	} else if strings.TrimSpace(sc.before(p, 1)) == "tháng" && v >= 1 && v <= 12 {
		date.Month = v
	} else {
		return false
	}
	k := end
	if w, we := sc.next(end); w == "năm" {
		k = sc.skipSpace(we)
	} else if end < len(sc.s) && (sc.s[end] == '/' || sc.s[end] == '-') {
		k++
	}
	if y, ye := sc.hanInt(k); k > end && y >= 1000 && y < 2200 {
		date.Year, end = y, ye
	}
	return sc.addPeriod(p, end, period{Date: date})
}

func itoa(v int) string {
	return string([]byte{byte('0' + v/1000%10), byte('0' + v/100%10), byte('0' + v/10%10), byte('0' + v%10)})
}

// secondsLikely reports whether "30s" at byte p is a span of time.
func (sc *scanner) secondsLikely(p int) bool {
	w := strings.TrimSpace(sc.before(p, 1))
	return w != "the" && w != "early" && w != "late" && !strings.HasSuffix(sc.s[:p], "'") && !strings.HasSuffix(sc.s[:p], "’")
}

// moneyOrUnit reports whether the four digits from p to e are a count.
func (sc *scanner) moneyOrUnit(p, e int) bool {
	if name, _ := sc.currencyBefore(p); name != "" {
		return true
	}
	if u, _, ok := sc.unit(e, false); ok && u.name != "m" && u.dimension != "months" {
		return true
	}
	f, _ := sc.scale(e, false)
	return f > 1
}

// shortYear reads a year of four or two digits behind byte p.
func (sc *scanner) shortYear(p int) (int, int) {
	k := p
	if k < len(sc.s) && (sc.s[k] == '\'' || sc.s[k] == ' ' || sc.s[k] == '-' || sc.s[k] == '/') {
		k++
	}
	if rest, ok := strings.CutPrefix(sc.s[k:], "FY"); ok {
		k = sc.skipSpace(len(sc.s) - len(rest))
	}
	if rest, ok := strings.CutPrefix(sc.s[k:], "of "); ok {
		k = len(sc.s) - len(rest)
	}
	e := k
	for e < len(sc.s) && classOf(sc.s[e]) == digit && e-k < 5 {
		e++
	}
	switch e - k {
	case 4:
		if y := yearOf(sc.s[k:e]); y > 0 {
			return y, e
		}
	case 2:
		if k > p || p > 0 && sc.s[p-1] != ' ' {
			return 2000 + atoi(sc.s[k:e]), e
		}
	}
	return 0, p
}

// fiscal reads Q3 2024, FY2019, H1 2020: word is what stands glued before the
// digits at byte p, and from where it begins.
func (sc *scanner) fiscal(word string, p, from int) bool {
	s := sc.s
	e := p
	for e < len(s) && classOf(s[e]) == digit && e-p < 5 {
		e++
	}
	v := atoi(s[p:e])
	switch word {
	case "FY", "CY", "fy":
		if e-p == 2 {
			v += 2000
		}
		return v >= 1900 && v <= 2199 && sc.addPeriod(from, e, period{Date: Date{Year: v}})
	case "H":
		return e-p == 1 && v >= 1 && v <= 2 && sc.partOfYear(from, e, v+10, false)
	case "Q", "q", "T":
		return e-p == 1 && v >= 1 && v <= 4 && sc.partOfYear(from, e, v, word == "T")
	}
	return false
}

// partOfYear adds a quarter or half-year that stands from from to e, with the year
// behind or before it.
func (sc *scanner) partOfYear(from, e, quarter int, needsYear bool) bool {
	y, ye := sc.shortYear(e)
	if y == 0 {
		if w, we := sc.next(e); w == "of" || w == "fiscal" || w == "fy" || w == "in" {
			y, ye = sc.shortYear(sc.skipSpace(we))
		}
	}
	if y == 0 && needsYear {
		return false
	}
	if k := len(sc.out) - 1; y == 0 && k >= 0 && sc.out[k].Kind == Calendar && sc.out[k].date.bare && strings.Trim(sc.s[sc.out[k].End:from], " -,/") == "" && from-sc.out[k].End < 3 { // 2021 Q1
		y, from = sc.out[k].date.Year, sc.out[k].Start
		sc.done, sc.out = from, sc.out[:k]
	}
	return sc.addPeriod(from, max(e, ye), period{Date: Date{Year: y}, quarter: quarter})
}

// afterOrdinal skips the ending of an ordinal behind byte e.
func (sc *scanner) afterOrdinal(e int) int {
	if n, ok := sc.ordinal(e); ok {
		return n
	}
	for _, suffix := range [...]string{".", "e", "-го", "-м", "-й", "ste", "de"} {
		if strings.HasPrefix(sc.s[e:], suffix) && (e+len(suffix) == len(sc.s) || !alnum(sc.s[e+len(suffix)])) {
			return e + len(suffix)
		}
	}
	return e
}

const centuryWords = " century cent. centuries jahrhundert jahrhunderts jh jhdt siècle siecle secolo eeuw århundradet wiek wieku век века веке yüzyıl yüzyılda século शताब्दी शतक শতাব্দী শতক "

// century reads the word for it behind the number v that ends at byte e.
func (sc *scanner) century(p, e, v int) bool {
	if v < 1 || v > 30 {
		return false
	}
	k := e
	if rest, ok := strings.CutPrefix(sc.s[k:], "e "); ok { // XVIIIe siècle
		k = len(sc.s) - len(rest) - 1
	} else if rest, ok := strings.CutPrefix(sc.s[k:], "ème "); ok {
		k = len(sc.s) - len(rest) - 1
	}
	if k < len(sc.s) && sc.s[k] == '-' {
		k++
	}
	w, end := sc.next(k)
	if w == "" || !strings.Contains(centuryWords, " "+w+" ") {
		rest := sc.s[sc.skipSpace(e):]
		if !strings.HasPrefix(rest, "世纪") && !strings.HasPrefix(rest, "世紀") && !strings.HasPrefix(rest, "세기") {
			return false
		}
		end = sc.skipSpace(e) + len("世纪")
	}
	bc := false
	if strings.HasPrefix(sc.s[end:], ". ") { // 3. Jh. v. Chr.
		if e2, b, ok := sc.era(end + 1); ok {
			end, bc = e2, b
		}
	} else if e2, b, ok := sc.era(end); ok {
		end, bc = e2, b
	}
	if bc {
		return sc.addPeriod(p, end, period{Date: Date{Year: (v-1)*100 + 1}, last: v * 100, bc: true})
	}
	return sc.addPeriod(p, end, centuryOf(v, false))
}

// centuryBefore reads "siglo 18".
func (sc *scanner) centuryBefore(i int) bool {
	t := sc.d.Tokens[i]
	if !strings.Contains(" siglo seculo secolo siecle século siècle ", " "+t.Text+" ") || i+1 >= len(sc.d.Tokens) {
		return false
	}
	next := sc.d.Tokens[i+1]
	v := romanValue(next.of(sc.s))
	if v == 0 && len(next.Text) <= 2 {
		v = atoi(next.Text)
	}
	if v < 1 || v > 30 {
		return false
	}
	return sc.addPeriod(t.Start, next.End, centuryOf(v, sc.eraAfter(next.End)))
}

// ordinalCalendar reads "third quarter of 2024", "eighteenth century": the
// ordinal v ends at byte e.
func (sc *scanner) ordinalCalendar(p, e, v int) bool {
	if sc.century(p, e, v) {
		return true
	}
	w, end := sc.next(e)
	if w == "fiscal" {
		w, end = sc.next(end)
	}
	quarter := 0
	switch w {
	case "quarter", "quartal", "quartals", "trimestre", "kwartaal", "kvartalet", "kwartał", "kwartale", "квартал", "квартале", "çeyrek":
		quarter = v
	case "half", "halbjahr", "semestre":
		quarter = v + 10
	}
	if quarter == 0 || v > 4 || v < 1 || quarter > 10 && v > 2 {
		return false
	}
	y, ye := sc.shortYear(sc.skipSpace(end))
	for k := end; y == 0; {
		next, ne := sc.next(k)
		if !strings.Contains(" of fiscal year fy in des jahres de del di do van года roku ", " "+next+" ") || next == "" {
			break
		}
		k = ne
		y, ye = sc.shortYear(sc.skipSpace(k))
	}
	if quarter > 10 && y == 0 {
		return false
	}
	if y == 0 {
		ye = end
	}
	return sc.addPeriod(p, ye, period{Date: Date{Year: y}, quarter: quarter})
}
