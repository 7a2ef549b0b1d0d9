package text

import (
	"math"
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
	r, n := utf8.DecodeRuneInString(sc.s[e:])
	p := e
	switch {
	case strings.ContainsRune("-–—/", r) && n > 0:
		p = e + n
	case r == ' ':
		k := sc.skipSpace(e)
		r, n := utf8.DecodeRuneInString(sc.s[k:])
		if strings.ContainsRune("-–—", r) && n > 0 {
			p = sc.skipSpace(k + n)
			break
		}
		w, we := sc.next(e)
		pre := sc.before(e-4, 1)
		between := (w == "and" || w == "und" || w == "et" || w == "y" || w == "e" || w == "en" || w == "och") && strings.Contains(" between zwischen entre tra fra tussen mellan ", pre) && strings.TrimSpace(pre) != ""
		if w != "to" && w != "bis" && w != "à" && w != "until" && !between {
			return e, 0
		}
		p = sc.skipSpace(we)
	default:
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
	if k-p == 2 && v > first%100 && r != ' ' {
		v += first / 100 * 100
	} else if k-p != 4 || v <= first || v > 2199 {
		return e, 0
	}
	return k, v
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

// calendar reads the date, decade or century that begins with the digits at
// byte p, in token i.
func (sc *scanner) calendar(i, p int) bool {
	s := sc.s
	v, e := 0, p
	for k := 0; k < 5; k++ {
		d, n := digitAt(s, e)
		if n == 0 {
			break
		}
		v = v*10 + int(d-'0')
		e += n
	}
	if sc.hanDate(p, v, e) || sc.vietnamese(p, v, e) {
		return true
	}
	if r, n := utf8.DecodeRuneInString(s[e:]); n > 0 && classOf(s[e]) == digit || r == ',' && wordFollows(s[min(len(s), e+1):]) {
		return false
	}
	n := e - p
	// 1990s, 1990er, 80s
	if n == 4 || n == 2 {
		for _, suffix := range [...]string{"s", "'s", "’s", "er", "ers", "-х", "-е", "-ih", "-talet"} {
			if !strings.HasPrefix(s[e:], suffix) {
				continue
			}
			end := e + len(suffix)
			if end < len(s) && alnum(s[end]) || v%10 != 0 || n == 2 && suffix == "s" && v < 20 && p > 0 && s[p-1] == '$' {
				continue
			}
			q := Quantity{Span: Span{p, end}, Kind: Calendar}
			switch {
			case n == 2:
				if suffix == "s" && sc.secondsLikely(p) {
					continue
				}
				q.date = period{decade: v, loose: true}
			case v%100 == 0:
				q.date = period{Date: Date{Year: v}, last: v + 99}
			default:
				q.date = period{Date: Date{Year: v}, last: v + 9}
			}
			sc.add(q)
			return true
		}
	}
	if n <= 2 && sc.century(p, sc.afterOrdinal(e), v) {
		return true
	}
	if n <= 2 && sc.ordinalCalendar(p, sc.afterOrdinal(e), v) {
		return true
	}
	if n <= 4 && v > 0 {
		if e2, bc, ok := sc.era(e); ok {
			q := Quantity{Span: Span{p, e2}, Kind: Calendar, date: period{Date: Date{Year: v}, bc: bc}}
			sc.add(q)
			return true
		}
		if n <= 3 {
			if bc, from, ok := sc.eraBefore(p); ok {
				sc.add(Quantity{Span: Span{from, e}, Kind: Calendar, date: period{Date: Date{Year: v}, bc: bc}})
				return true
			}
		}
	}
	// 3Q24
	if n == 1 && v >= 1 && v <= 4 && e < len(s) && s[e]|0x20 == 'q' {
		if y, ye := sc.shortYear(e + 1); y > 0 {
			sc.add(Quantity{Span: Span{p, ye}, Kind: Calendar, date: period{Date: Date{Year: y}, quarter: v}})
			return true
		}
	}
	// 03/2019
	if n <= 2 && v >= 1 && v <= 12 && e+5 <= len(s) && s[e] == '/' && (e+5 == len(s) || classOf(s[e+5]) != digit && s[e+5] != '/') {
		if y := yearOf(s[e+1 : e+5]); y > 0 {
			sc.add(Quantity{Span: Span{p, e + 5}, Kind: Calendar, date: period{Date: Date{Year: y, Month: v}}})
			return true
		}
	}
	// 2019-04
	if n == 4 && yearOf(itoa(v)) > 0 && e+3 <= len(s) && s[e] == '-' && (e+3 == len(s) || classOf(s[e+3]) != digit && s[e+3] != '-') {
		if m := atoi(s[e+1 : e+3]); m >= 1 && m <= 12 && (m < 10 || m <= v%100) {
			sc.add(Quantity{Span: Span{p, e + 3}, Kind: Calendar, date: period{Date: Date{Year: v, Month: m}}})
			return true
		}
	}
	date, next := dateAt(sc.d, i)
	if next == i || date.Month == 0 && n != 4 {
		return false
	}
	if date.Month == 0 && (sc.moneyOrUnit(p, e) || n != 4) {
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
	sc.add(Quantity{Span: Span{p, end}, Kind: Calendar, date: period{Date: date}})
	return true
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
		if v < 1900 || v > 2199 {
			return false
		}
		sc.add(Quantity{Span: Span{from, e}, Kind: Calendar, date: period{Date: Date{Year: v}}})
		return true
	case "Q", "q", "H", "T":
		if e-p != 1 || v < 1 || v > 4 || word == "H" && v > 2 {
			return false
		}
		y, ye := sc.shortYear(e)
		if y == 0 {
			if w, we := sc.next(e); w == "of" || w == "fiscal" || w == "fy" || w == "in" {
				y, ye = sc.shortYear(sc.skipSpace(we))
			}
		}
		if word == "T" && y == 0 {
			return false
		}
		if k := len(sc.out) - 1; y == 0 && k >= 0 && sc.out[k].Kind == Calendar && sc.out[k].date.bare && strings.Trim(s[sc.out[k].End:from], " -,/") == "" && from-sc.out[k].End < 3 { // 2021 Q1
			y, from = sc.out[k].date.Year, sc.out[k].Start
			sc.done, sc.out = from, sc.out[:k]
		}
		q := v
		if word == "H" {
			q = v + 10
		}
		sc.add(Quantity{Span: Span{from, max(e, ye)}, Kind: Calendar, date: period{Date: Date{Year: y}, quarter: q}})
		return true
	}
	return false
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
	q := Quantity{Span: Span{p, end}, Kind: Calendar, date: centuryOf(v, bc)}
	if bc {
		q.date = period{Date: Date{Year: (v-1)*100 + 1}, last: v * 100, bc: true}
	}
	sc.add(q)
	return true
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
	sc.add(Quantity{Span: Span{t.Start, next.End}, Kind: Calendar, date: centuryOf(v, sc.eraAfter(next.End))})
	return true
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
	sc.add(Quantity{Span: Span{p, ye}, Kind: Calendar, date: period{Date: Date{Year: y}, quarter: quarter}})
	return true
}

func (sc *scanner) hasEra(p int) bool {
	_, _, ok := sc.eraBefore(p)
	return ok
}

// thaiMonths are the months in Thai, whose years count from 543 years earlier.
var thaiMonths = [...]string{"มกราคม", "กุมภาพันธ์", "มีนาคม", "เมษายน", "พฤษภาคม", "มิถุนายน", "กรกฎาคม", "สิงหาคม", "กันยายน", "ตุลาคม", "พฤศจิกายน", "ธันวาคม"}

// hanDate reads 2019年4月3日, 4月3日, 31年, 2024年第三季度; v are the digits from p to e.
func (sc *scanner) hanDate(p, v, e int) bool {
	s := sc.s
	mark := func(at int, words ...string) (int, bool) {
		at = sc.skipSpace(at)
		for _, w := range words {
			if strings.HasPrefix(s[at:], w) {
				return at + len(w), true
			}
		}
		return at, false
	}
	date := Date{}
	end := e
	year := v
	for _, era := range eras {
		if strings.HasSuffix(s[max(0, p-6):p], era.text) {
			year += era.zero
			p -= len(era.text)
		}
	}
	if k := sc.skipSpace(e); v >= 1 && v <= 31 {
		for m, w := range thaiMonths {
			if rest, ok := strings.CutPrefix(s[k:], w); ok {
				end = len(s) - len(rest)
				at := sc.skipSpace(end)
				for _, be := range [...]string{"พ.ศ.", "ค.ศ."} {
					if rest, ok := strings.CutPrefix(s[at:], be); ok {
						at = sc.skipSpace(len(s) - len(rest))
					}
				}
				y, ye := sc.hanInt(at)
				if y > 2400 && y < 2800 {
					y -= 543
				}
				q := Quantity{Span: Span{p, end}, Kind: Calendar, date: period{Date: Date{Month: m + 1, Day: v}}}
				if y >= 1000 && y < 2200 {
					q.date.Year, q.End = y, ye
				}
				sc.add(q)
				return true
			}
		}
	}
	if k, ok := mark(e, "年", "년"); ok && (year >= 1000 && year < 2200 || year != v || sc.hasEra(p)) {
		date.Year, end = year, k
		m, me := sc.hanInt(sc.skipSpace(k))
		if k2, ok := mark(me, "月", "월"); ok && m >= 1 && m <= 12 {
			date.Month, end = m, k2
			d, de := sc.hanInt(sc.skipSpace(k2))
			if k3, ok := mark(de, "日", "号", "일"); ok && d >= 1 && d <= 31 {
				date.Day, end = d, k3
			}
		}
	} else if k, ok := mark(e, "月", "월"); ok && v >= 1 && v <= 12 {
		d, de := sc.hanInt(sc.skipSpace(k))
		k3, ok := mark(de, "日", "号", "일")
		if !ok || d < 1 || d > 31 {
			return false
		}
		date.Month, date.Day, end = v, d, k3
	} else {
		return false
	}
	q := Quantity{Span: Span{p, end}, Kind: Calendar, date: period{Date: date}}
	if date.Month == 0 {
		for i, w := range [...]string{"第一季度", "第二季度", "第三季度", "第四季度"} {
			if rest, ok := strings.CutPrefix(s[end:], w); ok {
				q.date.quarter, q.End = i+1, len(s)-len(rest)
			}
		}
		if rest, ok := strings.CutPrefix(s[end:], "第"); ok && q.date.quarter == 0 {
			k := len(s) - len(rest)
			if v, n := sc.hanInt(k); v >= 1 && v <= 4 {
				if e2, ok := mark(n, "季度", "四半期"); ok {
					q.date.quarter, q.End = v, e2
				}
			}
		}
		if rest, ok := strings.CutPrefix(s[end:], "代"); ok && year%10 == 0 {
			q.date.last, q.End = year+9, len(s)-len(rest)
		}
		if bc, from, ok := sc.eraBefore(p); ok {
			q.date.bc, q.Start = bc, from
		}
	}
	sc.add(q)
	return true
}

// hanInt reads a small whole number in digits or Chinese numerals at byte p.
func (sc *scanner) hanInt(p int) (int, int) {
	v, e := 0, p
	for e-p < 12 {
		d, n := digitAt(sc.s, e)
		if n == 0 {
			break
		}
		v = v*10 + int(d-'0')
		e += n
		if v > 9999 {
			return 0, p
		}
	}
	if e > p {
		return v, e
	}
	f, e := sc.hanNumber(p)
	if f > 9999 {
		return 0, p
	}
	return int(f), e
}

// hanNumber reads Chinese numerals at byte p: 四十五, 二〇一九, 三百二十万.
func (sc *scanner) hanNumber(p int) (float64, int) {
	s := sc.s
	total, section, digit, run, e := 0., 0., -1., 0., p
	plain, n := true, 0
	for e < len(s) && n < 20 {
		r, size := utf8.DecodeRuneInString(s[e:])
		if d, ok := hanDigits[r]; ok {
			run = run*10 + d
			digit = d
		} else if m, ok := hanTens[r]; ok && (n > 0 || r == '十' || r == '百' || r == '千') {
			if r == '천' || r == '백' {
				break
			}
			plain = false
			if m >= 1e4 {
				if digit >= 0 {
					section += digit
				}
				total += max(section, 1) * m
				section = 0
			} else {
				if digit < 0 {
					digit = 1
				}
				section += digit * m
			}
			digit = -1
		} else {
			break
		}
		n++
		e += size
	}
	if n == 0 {
		return 0, p
	}
	if plain {
		return run, e
	}
	if digit >= 0 {
		section += digit
	}
	return total + section, e
}

// han reads what begins with Chinese numerals or Japanese eras in token t, and
// the words for parts of the day.
func (sc *scanner) han(t Token) bool {
	p := t.Start
	for k := 0; k < 2 && p < t.End; k++ {
		r, n := utf8.DecodeRuneInString(sc.s[p:])
		if !unspaced(r) {
			return false
		}
		if p >= sc.done && sc.hanAt(p, r) {
			return true
		}
		p += n
	}
	return true
}

func (sc *scanner) hanAt(p int, r rune) bool {
	_, isDigit := hanDigits[r]
	if !isDigit && r != '十' && r != '百' && r != '千' && r != '半' {
		return false
	}
	if r == '半' {
		if u, e, ok := sc.simpleUnit(p+len("半"), true); ok && (u.dimension == "time" || u.dimension == "months") {
			q := Quantity{Span: Span{p, e}, Kind: Measure, Low: .5, High: .5, step: .01, scaleBy: 1, lit: literal{v: .5, dec: 2, digits: 2, words: true}}
			q.setUnit(u)
			sc.add(q)
			return true
		}
		return false
	}
	for _, word := range [...]string{"十分重", "十分好", "十分大", "十分不", "十分有", "千万不", "千万别", "千万要", "千万请"} { // very, by all means
		if strings.HasPrefix(sc.s[p:], word) {
			return false
		}
	}
	if rest, ok := strings.CutPrefix(sc.s[p:], "百分之"); ok {
		k := len(sc.s) - len(rest)
		l, e, ok := sc.literal(k)
		if v, ve := sc.hanNumber(k); ve > k {
			l, e, ok = literal{v: v, digits: 1, words: true}, ve, true
		}
		if !ok {
			return false
		}
		q := Quantity{Span: Span{p, e}, Kind: Measure, Low: l.v, High: l.v, step: math.Pow(10, -float64(l.dec)), scaleBy: 1, lit: l}
		q.setUnit(sc.lx.units["percent"])
		sc.add(q)
		return true
	}
	v, e := sc.hanNumber(p)
	if e == p {
		return false
	}
	if rest, ok := strings.CutPrefix(sc.s[e:], "分之"); ok && v > 0 {
		k := len(sc.s) - len(rest)
		if top, te := sc.hanNumber(k); te > k {
			sc.measure(p, literal{v: top / v, dec: 4, fraction: true, words: true, digits: 4}, te, true)
			return true
		}
	}
	if v < 1e4 && (sc.hanDate(p, int(v), e) || sc.century(p, e, int(v)) || sc.afterClock(p, int(v), e, true)) {
		return true
	}
	// 一 alone is a word more often than a number; so is any numeral before a
	// character that is no unit or counter, where it stands alone.
	size := e - p
	if _, _, ok := sc.unit(e, false); !ok && size <= 3 && v < 10 {
		r, n := utf8.DecodeRuneInString(sc.s[e:])
		if n > 0 && unspaced(r) && !strings.ContainsRune("个個間间人名本張张部家台件次回倍层層匹枚冊辆只种種套万億亿", r) {
			return false
		}
		if p > 0 {
			if r, _ := utf8.DecodeLastRuneInString(sc.s[:p]); r == '第' {
				sc.add(Quantity{Span: Span{p, e}, Kind: Ordinal, Low: v, High: v})
				return true
			}
		}
		if v == 1 {
			return false
		}
	}
	if pr, n := utf8.DecodeLastRuneInString(sc.s[:p]); pr == '第' {
		sc.add(Quantity{Span: Span{p - n, e}, Kind: Ordinal, Low: v, High: v})
		return true
	}
	l := literal{v: v, digits: len(strings.TrimRight(itoa(int(min(v, 9999))), "0")), words: true}
	sc.measure(p, l, e, true)
	return true
}

// clock reads a time of day in digits at byte p.
func (sc *scanner) clock(p int) bool {
	s := sc.s
	h, e := 0, p
	for k := 0; k < 3; k++ {
		d, n := digitAt(s, e)
		if n == 0 {
			break
		}
		h = h*10 + int(d-'0')
		e += n
	}
	if h > 24 || e == p {
		return false
	}
	m, me, has := 0, e, false
	if e < len(s) && (s[e] == ':' || s[e] == '.') {
		if a, n := digitAt(s, e+1); n > 0 {
			if b, n2 := digitAt(s, e+1+n); n2 > 0 {
				if _, n3 := digitAt(s, e+1+n+n2); n3 == 0 {
					m, me, has = int(a-'0')*10+int(b-'0'), e+1+n+n2, true
				}
			}
		}
	}
	if has && m > 59 {
		return false
	}
	if has && s[e] == ':' {
		q := sc.clockQuantity(p, h, m, me)
		q.padded = s[p] == '0' || h > 12
		if me+2 < len(s) && s[me] == ':' && classOf(s[me+1]) == digit && classOf(s[me+2]) == digit { // seconds
			q.End = me + 3
		}
		if u, ue, ok := sc.unit(q.End, false); ok && (u.name == "h" || u.name == "min") { // 2:30 h
			q.span, q.padded, q.End = true, true, ue
		}
		sc.finishClock(q, q.End)
		return true
	}
	if has { // 7.30 Uhr, 7.30 pm, kl. 7.30
		if mer, _ := sc.meridiem(me); mer != 0 {
			sc.finishClock(sc.clockQuantity(p, h, m, me), me)
			return true
		}
		w, we := sc.next(me)
		pre := strings.Trim(sc.before(p, 1), " .")
		if w == "uhr" || w == "uur" || w == "heures" {
			q := sc.clockQuantity(p, h, m, we)
			q.padded = true
			sc.finishClock(q, we)
			return true
		}
		if pre == "kl" || pre == "klo" || pre == "alle" {
			sc.finishClock(sc.clockQuantity(p, h, m, me), me)
			return true
		}
		return false
	}
	// 7h40, 21h, 7 h 40
	q := e
	if k := sc.skipSpace(e); k < len(s) && s[k] == 'h' && (k+1 == len(s) || classOf(s[k+1]) != letter) {
		q = k + 1
		a := sc.skipSpace(q)
		if k == e {
			a = q
		}
		if x, n := digitAt(s, a); n > 0 {
			if y, n2 := digitAt(s, a+n); n2 > 0 && (a+n+n2 == len(s) || !alnum(s[a+n+n2])) {
				m = int(x-'0')*10 + int(y-'0')
				if m < 60 {
					c := sc.clockQuantity(p, h, m, a+n+n2)
					c.span, c.padded = true, true
					sc.finishClock(c, c.End)
					return true
				}
			}
		}
		if k == e && (sc.d.Lang == "fr" || sc.d.Lang == "pt" || sc.d.Lang == "es") && sc.clockPrefix(p) {
			c := sc.clockQuantity(p, h, 0, q)
			c.padded = true
			sc.finishClock(c, q)
			return true
		}
		return false
	}
	return sc.afterClock(p, h, e, false)
}

func (sc *scanner) clockQuantity(p, h, m, e int) Quantity {
	return Quantity{Span: Span{p, e}, Kind: Clock, minutes: h*60 + m}
}

// clockPrefix reports whether the word before byte p announces a time of day.
func (sc *scanner) clockPrefix(p int) bool {
	w := strings.Trim(sc.before(p, 1), " .")
	return w != "" && strings.Contains(" à vers dès jusqu'à las alle às as at um gegen kl klo o в saat om ", " "+w+" ")
}

// afterClock reads what makes a time of day of the number h that ends at byte
// e: pm, Uhr, o'clock, 点.
func (sc *scanner) afterClock(p, h, e int, words bool) bool {
	if h > 24 || h < 0 {
		return false
	}
	if mer, _ := sc.meridiem(e); mer != 0 {
		sc.finishClock(sc.clockQuantity(p, h, 0, e), e)
		return true
	}
	s := sc.s
	k := sc.skipSpace(e)
	rest := s[k:]
	for _, w := range [...]string{"点", "點", "时", "時", "시"} {
		tail, ok := strings.CutPrefix(rest, w)
		if !ok || strings.HasPrefix(tail, "间") || strings.HasPrefix(tail, "間") || strings.HasPrefix(tail, "간") {
			continue
		}
		end, m := k+len(w), 0
		if t, ok := strings.CutPrefix(tail, "半"); ok {
			m, end = 30, len(s)-len(t)
		} else if t, ok := strings.CutPrefix(strings.TrimLeft(tail, " "), "반"); ok {
			m, end = 30, len(s)-len(t)
		} else if v, n := sc.hanInt(sc.skipSpace(end)); v > 0 && v < 60 {
			for _, w := range [...]string{"分", "분"} {
				if strings.HasPrefix(s[n:], w) {
					m, end = v, n+len(w)
				}
			}
		}
		sc.finishClock(sc.clockQuantity(p, h, m, end), end)
		return true
	}
	w, we := sc.next(e)
	switch {
	case w == "o" && strings.HasPrefix(strings.TrimLeft(s[we:], "'’"), "clock"):
		end := we + strings.Index(s[we:], "clock") + 5
		sc.finishClock(sc.clockQuantity(p, h, 0, end), end)
		return true
	case w == "noon" && h == 12, w == "midnight" && h == 12:
		q := sc.clockQuantity(p, 12, 0, we)
		if w == "midnight" {
			q.minutes = 0
		}
		q.padded = true
		sc.finishClock(q, we)
		return true
	case w == "uhr" || w == "uur":
		end, m := we, 0
		if v, n := sc.hanInt(sc.skipSpace(we)); v > 0 && v < 60 && !words {
			m, end = v, n
		} else if v, n, _, ok := sc.wordNumber(sc.skipSpace(we)); ok && v < 60 && v > 0 && w == "uhr" {
			m, end = int(v), n
		}
		q := sc.clockQuantity(p, h, m, end)
		q.padded = !words && (h > 12 || s[p] == '0')
		sc.finishClock(q, end)
		return true
	case (w == "heures" || w == "heure" || w == "horas" || w == "h") && sc.clockPrefix(p):
		end, m := we, 0
		if v, n := sc.hanInt(sc.skipSpace(we)); v > 0 && v < 60 {
			m, end = v, n
		}
		if t, n := sc.next(end); t == "et" {
			if t2, n2 := sc.next(n); t2 == "demie" || t2 == "demi" {
				m, end = 30, n2
			} else if t2 == "quart" {
				m, end = 15, n2
			}
		}
		sc.finishClock(sc.clockQuantity(p, h, m, end), end)
		return true
	case (w == "часов" || w == "часа" || w == "час") && strings.Contains(" в к до с ", sc.before(p, 1)):
		sc.finishClock(sc.clockQuantity(p, h, 0, we), we)
		return true
	}
	// a las siete (y media), alle sette (e mezza), às sete
	pre := strings.TrimSpace(sc.before(p, 1))
	if pre == "las" || pre == "alle" || pre == "às" {
		if u, _, ok := sc.unit(e, false); !ok || u.dimension == "" {
			end, m := e, 0
			if t, n := sc.next(e); t == "y" || t == "e" {
				switch t2, n2 := sc.next(n); t2 {
				case "media", "mezza", "mezzo", "meia":
					m, end = 30, n2
				case "cuarto", "quarto":
					m, end = 15, n2
				}
			}
			sc.finishClock(sc.clockQuantity(p, h, m, end), end)
			return true
		}
	}
	return false
}

// meridiem reads am, pm and the words for parts of the day behind byte e: 1 for
// the morning, 2 for the afternoon; end is where they end.
func (sc *scanner) meridiem(e int) (int, int) {
	p := sc.skipSpace(e)
	rest := sc.s[p:min(len(sc.s), p+32)]
	for _, m := range [...]struct {
		w string
		m int
	}{
		{"a.m.", 1}, {"p.m.", 2}, {"am", 1}, {"pm", 2}, {"AM", 1}, {"PM", 2}, {"A.M.", 1}, {"P.M.", 2}, {"a. m.", 1}, {"p. m.", 2}, {"a.m", 1}, {"p.m", 2},
		{"in the morning", 1}, {"in the afternoon", 2}, {"in the evening", 2}, {"at night", 2},
		{"morgens", 1}, {"vormittags", 1}, {"früh", 1}, {"nachmittags", 2}, {"abends", 2},
		{"du matin", 1}, {"de l'après-midi", 2}, {"du soir", 2},
		{"de la mañana", 1}, {"de la tarde", 2}, {"de la noche", 2}, {"di mattina", 1}, {"del mattino", 1}, {"di sera", 2}, {"del pomeriggio", 2},
		{"da manhã", 1}, {"da tarde", 2}, {"da noite", 2}, {"'s avonds", 2}, {"'s ochtends", 1}, {"утра", 1}, {"вечера", 2}, {"дня", 2}, {"rano", 1}, {"wieczorem", 2},
	} {
		if strings.HasPrefix(rest, m.w) && (len(rest) == len(m.w) || !alnum(rest[len(m.w)])) {
			if m.w == "am" && sc.d.Lang == "de" || m.w == "дня" && !sc.hourBefore(e) {
				continue
			}
			return m.m, p + len(m.w)
		}
	}
	return 0, e
}

// hourBefore reports whether a number that ends at byte e is said to be an hour:
// "дня" behind it means the afternoon then, else days: "в 3 часа дня" and "через 3
// дня".
func (sc *scanner) hourBefore(e int) bool {
	w := strings.Fields(sc.s[max(0, e-32):e])
	if len(w) == 0 {
		return false
	}
	last := w[len(w)-1]
	if strings.HasPrefix(last, "час") || strings.ContainsAny(last, ":.") {
		return true
	}
	if len(w) < 2 || len(last) > 1 {
		return false
	}
	switch strings.ToLower(w[len(w)-2]) {
	case "в", "к", "до", "с", "около", "после":
		return true
	}
	return false
}

// dayPartBefore reads 午前, 오후, 下午 before byte p.
func (sc *scanner) dayPartBefore(p int) (int, int) {
	from := max(0, p-16)
	part := strings.TrimRight(sc.s[from:p], " ")
	for _, m := range [...]struct {
		w string
		m int
	}{{"午前", 1}, {"午後", 2}, {"오전", 1}, {"오후", 2}, {"上午", 1}, {"下午", 2}, {"早上", 1}, {"凌晨", 1}, {"晚上", 2}, {"中午", 2}, {"傍晚", 2}, {"朝", 1}, {"夜", 2}, {"夕方", 2}} {
		if strings.HasSuffix(part, m.w) {
			return m.m, from + len(part) - len(m.w)
		}
	}
	return 0, p
}

// finishClock reads the half of the day, the zone and what stands before, and
// adds q.
func (sc *scanner) finishClock(q Quantity, e int) {
	m, end := sc.meridiem(e)
	if w, n := sc.next(end); m == 0 && w == "uhr" {
		end = n
		m, end = sc.meridiem(end)
		q.padded = true
	}
	if m == 0 {
		var from int
		if m, from = sc.dayPartBefore(q.Start); m > 0 && from >= sc.done {
			q.Start = from
		}
	}
	h := q.minutes / 60
	switch {
	case m == 1 && h == 12:
		q.minutes -= 720
	case m == 2 && h < 12:
		q.minutes += 720
	}
	q.half = m == 0 && !q.padded && q.minutes <= 780
	q.End = max(q.End, end)
	// the zone
	p := sc.skipSpace(q.End)
	if p < len(sc.s) && sc.s[p] == '(' {
		p++
	}
	w, we := sc.word(p)
	if off, ok := zones[w]; ok {
		q.zoned, q.zone, q.End = true, off, we
		p = we
	} else if p > q.End || p >= len(sc.s) || sc.s[p] != '+' && sc.s[p] != '-' {
		p = -1
	}
	if p >= 0 && p < len(sc.s) && (sc.s[p] == '+' || sc.s[p] == '-' || strings.HasPrefix(sc.s[p:], "−")) {
		sign := 1
		n := 1
		if sc.s[p] != '+' {
			sign = -1
		}
		if sc.s[p] >= utf8.RuneSelf {
			n = len("−")
		}
		v, k := 0, p+n
		for k < len(sc.s) && classOf(sc.s[k]) == digit && k-p < 7 {
			v = v*10 + int(sc.s[k]-'0')
			k++
		}
		width := k - p - n
		mm := 0
		if k+2 < len(sc.s) && sc.s[k] == ':' && width == 2 {
			mm = atoi(sc.s[k+1 : k+3])
			k += 3
		} else if width == 4 {
			v, mm = v/100, v%100
		}
		if width > 0 && v <= 14 && (q.zoned || width >= 2 && mm >= 0 && k-p-n >= 4) {
			q.zoned = true
			q.zone += sign * (v*60 + mm)
			q.End = k
		}
	}
	sc.dateBound(&q)
	sc.add(q)
}

// timeWords reads noon, half past seven, quarter to nine, halb acht.
func (sc *scanner) timeWords(p int, t Token) bool {
	if m, ok := clockWords[t.Text]; ok {
		if strings.TrimSpace(sc.before(p, 1)) == "le" || t.Text == "midi" && sc.d.Lang != "fr" && sc.d.Lang != "" {
			return false
		}
		q := Quantity{Span: Span{p, t.End}, Kind: Clock, minutes: m, padded: true}
		sc.finishClock(q, t.End)
		return true
	}
	minutes, e := 0, t.End
	word := t.Text
	if word == "half" && (sc.d.Lang == "nl" || strings.TrimSpace(sc.before(p, 1)) == "om") { // half acht is half past seven
		word = "halb"
	}
	switch word {
	case "half":
		minutes = 30
	case "viertel":
		minutes = 15
	case "halb":
		v, end, _, ok := sc.wordNumber(sc.skipSpace(e))
		if !ok {
			if n, k := sc.hanInt(sc.skipSpace(e)); n > 0 {
				v, end, ok = float64(n), k, true
			}
		}
		if !ok || v < 1 || v > 12 {
			return false
		}
		sc.finishClock(sc.clockQuantity(p, int(v)-1, 30, end), end)
		return true
	case "a", "quarter":
		w := t.Text
		if w == "a" {
			w, e = sc.next(e)
		}
		if w != "quarter" {
			return false
		}
		minutes = 15
	default:
		v, end, _, ok := sc.wordNumber(p)
		if !ok || v < 1 || v > 29 {
			return false
		}
		w, we := sc.next(end)
		if w == "minutes" || w == "minuten" {
			e = we
		} else {
			e = end
		}
		minutes = int(v)
	}
	w, we := sc.next(e)
	sign := 0
	switch w {
	case "past", "nach":
		sign = 1
	case "to", "vor":
		sign = -1
	}
	if sign == 0 || sign < 0 && minutes == 30 {
		return false
	}
	if t.Text != "half" && t.Text != "viertel" && minutes != 15 && minutes%5 != 0 {
		return false
	}
	k := sc.skipSpace(we)
	v, end, _, ok := sc.wordNumber(k)
	if !ok {
		if n, ke := sc.hanInt(k); n > 0 {
			v, end, ok = float64(n), ke, true
		} else if nw, ne := sc.next(we); clockWords[nw] > 0 || nw == "midnight" {
			v, end, ok = float64(clockWords[nw]/60), ne, true
		}
	}
	if !ok || v < 0 || v > 12 || sign < 0 && minutes != 15 && v < 13 && sc.unitFollows(end) || (minutes != 15 && minutes != 30) && sign < 0 {
		return false
	}
	total := int(v)*60 + sign*minutes
	if total < 0 {
		total += 720
	}
	q := Quantity{Span: Span{p, end}, Kind: Clock, minutes: total}
	sc.finishClock(q, end)
	return true
}
