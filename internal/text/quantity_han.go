package text

import (
	"math"
	"slices"
	"strings"
	"unicode/utf8"
)

// thaiMonths are the months in Thai, whose years count from 543 years earlier.
var thaiMonths = [...]string{"มกราคม", "กุมภาพันธ์", "มีนาคม", "เมษายน", "พฤษภาคม", "มิถุนายน", "กรกฎาคม", "สิงหาคม", "กันยายน", "ตุลาคม", "พฤศจิกายน", "ธันวาคม"}

// mark skips one of some words behind byte at.
func (sc *scanner) mark(at int, words ...string) (int, bool) {
	at = sc.skipSpace(at)
	for _, w := range words {
		if strings.HasPrefix(sc.s[at:], w) {
			return at + len(w), true
		}
	}
	return at, false
}

// hanPart reads a number from 1 to most with one of some words behind it, such as
// a month; 0: none.
func (sc *scanner) hanPart(at, most int, words ...string) (v, end int) {
	v, end = sc.hanInt(sc.skipSpace(at))
	end, ok := sc.mark(end, words...)
	if !ok || v < 1 || v > most {
		return 0, at
	}
	return v, end
}

// hanDate reads 2019年4月3日, 4月3日, 31年, 2024年第三季度; v are the digits from p to e.
func (sc *scanner) hanDate(p, v, e int) bool {
	year := v
	for _, era := range eras {
		if strings.HasSuffix(sc.s[max(0, p-6):p], era.text) {
			year += era.zero
			p -= len(era.text)
		}
	}
	if v >= 1 && v <= 31 && sc.thaiDate(p, v, e) {
		return true
	}
	if k, ok := sc.mark(e, "年", "년"); ok && (year >= 1000 && year < 2200 || year != v || sc.hasEra(p)) {
		return sc.hanYear(p, year, k)
	}
	if k, ok := sc.mark(e, "月", "월"); ok && v >= 1 && v <= 12 {
		d, end := sc.hanPart(k, 31, "日", "号", "일")
		return d > 0 && sc.addPeriod(p, end, period{Date: Date{Month: v, Day: d}})
	}
	return false
}

// hanYear reads what follows a year that ends at byte e: a month and a day, a
// quarter, the sign of a decade.
func (sc *scanner) hanYear(p, year, e int) bool {
	q := Quantity{Span: Span{p, e}, Kind: Calendar, date: period{Date: Date{Year: year}}}
	date := &q.date
	if m, end := sc.hanPart(e, 12, "月", "월"); m > 0 {
		date.Month, q.End = m, end
		if d, end := sc.hanPart(end, 31, "日", "号", "일"); d > 0 {
			date.Day, q.End = d, end
		}
		sc.add(q)
		return true
	}
	if rest, ok := strings.CutPrefix(sc.s[e:], "第"); ok {
		k := len(sc.s) - len(rest)
		if v, n := sc.hanInt(k); v >= 1 && v <= 4 {
			if end, ok := sc.mark(n, "季度", "四半期"); ok {
				date.quarter, q.End = v, end
			}
		}
	}
	if strings.HasPrefix(sc.s[e:], "代") && year%10 == 0 {
		date.last, q.End = year+9, e+len("代")
	}
	if bc, from, ok := sc.eraBefore(p); ok {
		date.bc, q.Start = bc, from
	}
	sc.add(q)
	return true
}

// thaiDate reads a day v with its month, and the year of either count behind
// them.
func (sc *scanner) thaiDate(p, v, e int) bool {
	k := sc.skipSpace(e)
	m := slices.IndexFunc(thaiMonths[:], func(w string) bool { return strings.HasPrefix(sc.s[k:], w) })
	if m < 0 {
		return false
	}
	end := k + len(thaiMonths[m])
	at := sc.skipSpace(end)
	for _, count := range [...]string{"พ.ศ.", "ค.ศ."} {
		if strings.HasPrefix(sc.s[at:], count) {
			at = sc.skipSpace(at + len(count))
		}
	}
	date := Date{Month: m + 1, Day: v}
	y, ye := sc.hanInt(at)
	if y > 2400 && y < 2800 {
		y -= 543
	}
	if y >= 1000 && y < 2200 {
		date.Year, end = y, ye
	}
	return sc.addPeriod(p, end, period{Date: date})
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

// hanAt reads the numeral that begins with the character r at byte p, and what
// it counts, dates or divides.
func (sc *scanner) hanAt(p int, r rune) bool {
	if r == '半' {
		return sc.hanHalf(p)
	}
	if _, isDigit := hanDigits[r]; !isDigit && r != '十' && r != '百' && r != '千' {
		return false
	}
	for _, word := range [...]string{"十分重", "十分好", "十分大", "十分不", "十分有", "千万不", "千万别", "千万要", "千万请"} { // very, by all means
		if strings.HasPrefix(sc.s[p:], word) {
			return false
		}
	}
	if rest, ok := strings.CutPrefix(sc.s[p:], "百分之"); ok {
		return sc.hanPercent(p, len(sc.s)-len(rest))
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
	place := strings.HasSuffix(sc.s[:p], "第")
	if v < 10 && e-p <= 3 {
		if _, _, ok := sc.unit(e, false); !ok {
			switch {
			case sc.hanWordFollows(e):
				return false
			case place:
				sc.add(Quantity{Span: Span{p, e}, Kind: Ordinal, Low: v, High: v})
				return true
			case v == 1: // a word more often than a number
				return false
			}
		}
	}
	if place {
		sc.add(Quantity{Span: Span{p - len("第"), e}, Kind: Ordinal, Low: v, High: v})
		return true
	}
	l := literal{v: v, digits: len(strings.TrimRight(itoa(int(min(v, 9999))), "0")), words: true}
	sc.measure(p, l, e, true)
	return true
}

// hanWordFollows reports whether a character follows at byte e that is no
// counter, so that a lone numeral before it belongs to a word.
func (sc *scanner) hanWordFollows(e int) bool {
	r, n := utf8.DecodeRuneInString(sc.s[e:])
	return n > 0 && unspaced(r) && !strings.ContainsRune("个個間间人名本張张部家台件次回倍層层匹枚冊辆只种種套万億亿", r)
}

// hanHalf reads 半 before a unit of time at byte p.
func (sc *scanner) hanHalf(p int) bool {
	u, e, ok := sc.simpleUnit(p+len("半"), true)
	if !ok || u.dimension != "time" && u.dimension != "months" {
		return false
	}
	sc.addHan(p, e, literal{v: .5, dec: 2, digits: 2, words: true}, u)
	return true
}

// hanPercent reads the number at byte k behind 百分之, which stands at byte p.
func (sc *scanner) hanPercent(p, k int) bool {
	l, e, ok := sc.literal(k)
	if v, ve := sc.hanNumber(k); ve > k {
		l, e, ok = literal{v: v, digits: 1, words: true}, ve, true
	}
	if ok {
		sc.addHan(p, e, l, sc.lx.units["percent"])
	}
	return ok
}

// addHan adds a number with its unit.
func (sc *scanner) addHan(p, e int, l literal, u unit) {
	q := Quantity{Span: Span{p, e}, Kind: Measure, Low: l.v, High: l.v, step: math.Pow(10, -float64(l.dec)), scaleBy: 1, lit: l}
	q.setUnit(u)
	sc.add(q)
}
