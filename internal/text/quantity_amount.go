package text

import (
	"math"
	"strconv"
	"strings"
	"unicode/utf8"
)

// moneyWord reports whether w, glued to a number, is a currency.
func (sc *scanner) moneyWord(w string) bool {
	u, ok := sc.currencyWord(w)
	return ok && u != ""
}

func (sc *scanner) currencyWord(w string) (string, bool) {
	if u, ok := sc.lx.exact[w]; ok && isCurrency(u.name) {
		return u.name, true
	}
	f := foldWord(w)
	if u, ok := sc.lx.units[f]; ok && isCurrency(u.name) && (len(w) == 3 && strings.ToUpper(w) == w || strings.Contains(" kr rs zł ", " "+f+" ")) {
		return u.name, true
	}
	return "", w == "US"
}

// measure finishes a number: range, scale, unit, sign, bounds. start and end
// are those of the number itself.
func (sc *scanner) measure(start int, l literal, end int, words bool) {
	s := sc.s
	q := Quantity{Span: Span{start, end}, Kind: Measure, Low: l.v, High: l.v, lit: l}
	q.step = math.Pow(10, float64(l.exp-l.dec))
	pre, from := sc.currencyBefore(start)
	if pre != "" {
		q.setUnit(unit{pre, pre, 1, 0})
		if pre == "penny" || pre == "cent" {
			q.setUnit(sc.lx.units[pre])
		}
		q.Start = from
	}
	if !words {
		if e, ok := sc.ordinal(end); ok && l.dec == 0 && pre == "" {
			q.Kind, q.End = Ordinal, e
			sc.add(q)
			return
		}
	}
	scale, e := sc.scale(end, pre != "")
	q.scaled = scale > 1
	for scale >= 1e4 { // 1億2千万
		_, n := digitAt(s, e)
		if n == 0 {
			break
		}
		l2, e2, ok := sc.literal(e)
		s2, e3 := sc.scale(e2, false)
		if !ok || e3 == e2 || s2 >= scale {
			break
		}
		q.Low += l2.v * s2 / scale
		q.step, e = s2/scale, e3
	}
	// the other end of a range
	if hi, he, ok := sc.rangeEnd(start, e, &q); ok {
		s2, e2 := sc.scale(he, pre != "")
		if scale > 1 && s2 == 1 {
			s2 = 1 // 3 million to 5: as written
		}
		if s2 > 1 && scale == 1 {
			scale = s2
		}
		q.High = hi * s2
		q.isRange = true
		q.lit.hasAlt = q.lit.hasAlt && q.altHigh > 0
		q.scaled = q.scaled || s2 > 1
		e = e2
	}
	q.Low *= scale
	q.step *= scale
	if scale == 12 { // a dozen is a dozen: it is not rounded to the next one
		q.step = min(q.step, 2)
	}
	if !q.isRange {
		q.High = q.Low
	}
	q.scaleBy = scale
	q.End = e
	if w, we := sc.next(e); w == "in" && pre == "" && len(sc.out) > 0 && sc.out[len(sc.out)-1].Unit == "ft" && strings.TrimSpace(s[sc.out[len(sc.out)-1].End:start]) == "" {
		q.setUnit(sc.lx.units["inch"]) // 5 ft 11 in
		q.End = we
	} else if inches, ie, ok := sc.feet(l, e); ok && pre == "" {
		q.setUnit(sc.lx.units["feet"]) // 5'11"
		q.Low, q.High, q.step, q.End = l.v+inches/12, l.v+inches/12, 1./12, ie
	} else if v, ve, ok := sc.outOf(l, e); ok && pre == "" && scale == 1 && !q.isRange {
		q.Low, q.High, q.step, q.End = l.v/v, l.v/v, .0001, ve
		q.lit.fraction, q.lit.dec, q.lit.digits = true, 4, 4
	} else if pre == "" {
		if u, ue, ok := sc.unit(e, scale > 1); ok {
			q.setUnit(u)
			q.End = ue
			if u.name == "times" || u.name == "×" {
				q.End = sc.frequency(&q, ue)
			}
		}
	} else if u, ue, ok := sc.unit(e, scale > 1); ok && isCurrency(u.name) { // $5 USD
		if u.name != "cent" && q.Unit == "dollar" {
			q.setUnit(u)
		}
		q.End = ue
	} else if ok2 := e; ok2 < len(s) && s[e] == '/' || sc.perAt(e) {
		if u2, ue, ok := sc.perUnit(q.u, e); ok {
			q.setUnit(u2)
			q.End = ue
		}
	}
	if start > 0 && s[start-1] == '%' && q.Unit == "" { // Turkish
		q.setUnit(sc.lx.units["percent"])
		q.Start = max(start-1, sc.done)
	}
	if !q.isRange && q.Unit != "" && !l.fraction && scale == 1 { // 3 km to 5 km
		if hi, he, ok := sc.rangeEnd(start, q.End, &q); ok && hi > q.Low {
			if u, ue, ok := sc.unit(he, false); ok && u.name == q.Unit || pre != "" && !ok {
				q.High, q.isRange, q.End = hi, true, max(he, ue)
				q.lit.hasAlt = q.lit.hasAlt && q.altHigh > 0
			}
		}
	}
	sc.sign(&q, start)
	sc.bounds(&q, start)
	// 8 minutes and 20 seconds, 5 ft 11 in, two hours and a quarter
	if k := len(sc.out) - 1; k >= 0 && sc.out[k].continued(q, s[sc.out[k].End:q.Start]) {
		o := &sc.out[k]
		if isCurrency(o.Unit) { // 12 dollars and 50 cents
			q.u.factor, q.step = .01*o.u.factor, 1
		}
		o.Low = (o.Low*o.u.factor + q.Low*q.u.factor) / o.u.factor
		o.High, o.End = o.Low, q.End
		o.step = q.step * q.u.factor / o.u.factor
		sc.done = q.End
		return
	}
	if (q.dim == "time" || q.dim == "months") && !q.isRange {
		sc.andPart(&q)
	}
	sc.add(q)
}

// feet reads the inches of 5'11" behind the feet that end at byte e.
func (sc *scanner) feet(l literal, e int) (inches float64, end int, ok bool) {
	s := sc.s
	r, n := utf8.DecodeRuneInString(s[e:])
	if !strings.ContainsRune("'’′", r) || n == 0 || l.dec > 0 || l.v > 99 {
		return 0, e, false
	}
	v, k := sc.hanInt(sc.skipSpace(e + n))
	if r, n := utf8.DecodeRuneInString(s[k:]); k > e+n && v < 12 && strings.ContainsRune("\"”″", r) && n > 0 {
		return float64(v), k + n, true
	}
	return 0, e, false
}

// outOf reads "in four" or "out of 5" behind the number l: one in four.
func (sc *scanner) outOf(l literal, e int) (v float64, end int, ok bool) {
	if l.dec > 0 || l.v < 1 || l.v > 99 {
		return 0, e, false
	}
	w, we := sc.next(e)
	words := false
	switch w {
	case "out":
		if w, we = sc.next(we); w != "of" {
			return 0, e, false
		}
	case "von", "sur", "su":
	case "in":
		words = true
	default:
		return 0, e, false
	}
	p := sc.skipSpace(we)
	if _, n := digitAt(sc.s, p); n > 0 && (!words || !l.words) {
		k, ke, good := sc.literal(p)
		v, end, ok = k.v, ke, good && k.dec == 0
		if words && yearOf(strconv.Itoa(int(min(v, 9999)))) > 0 {
			return 0, e, false
		}
	} else {
		var ordinal bool
		v, end, ordinal, ok = sc.wordNumber(p)
		ok = ok && !ordinal && l.words
	}
	if !ok || v <= l.v || v > 1000 || sc.unitFollows(end) {
		return 0, e, false
	}
	return v, end, true
}

// continued reports whether r is the smaller part of the amount q.
func (q Quantity) continued(r Quantity, gap string) bool {
	if q.Kind == Measure && isCurrency(q.Unit) && (r.Unit == "cent" && q.Unit != "cent" || r.Unit == "penny" && q.Unit == "gbp") && !q.isRange && !r.isRange && r.Low < 100 && q.scaleBy == 1 {
		gap = strings.TrimSpace(gap)
		return gap == "" || gap == "," || gap == "and" || gap == "und" || gap == "et" || gap == "y" || gap == "con" || gap == "e" || gap == "i" || gap == "och" || gap == "en"
	}
	if q.Kind != Measure || q.u.dimension == "" || q.u.dimension != r.u.dimension || q.isRange || r.isRange || r.u.factor >= q.u.factor || q.u.offset != 0 || r.Low < 0 {
		return false
	}
	if d := q.u.dimension; d != "time" && d != "length" && d != "mass" && d != "months" {
		return false
	}
	switch strings.TrimSpace(gap) {
	case "", "and", ",", ", and", "und", "et", "y", "e", "en", "och", "i", "и", "ve":
		return r.Low*r.u.factor < q.u.factor*1.0001
	}
	return false
}

// andPart reads "and a half", "and a quarter" behind a unit of time.
func (sc *scanner) andPart(q *Quantity) {
	w, e := sc.next(q.End)
	if !strings.Contains(" and und et y e en och i и ", " "+w+" ") || w == "" {
		return
	}
	w, e = sc.next(e)
	v := 1.
	switch w {
	case "a", "one", "un", "une", "una", "ein", "eine", "um", "uma":
		w, e = sc.next(e)
	case "three", "drei", "trois", "tres", "três", "tre":
		v = 3
		w, e = sc.next(e)
	}
	f, ok := sc.lx.fraction[w]
	if !ok {
		return
	}
	if _, _, unit := sc.unit(e, false); unit {
		return // a quarter of its own: "and half a day"
	}
	q.Low += v * f
	q.High, q.End = q.Low, e
}

func (q *Quantity) setUnit(u unit) {
	q.Unit, q.u, q.dim = u.name, u, u.dimension
}

// ordinal reads the ending of an ordinal at byte e.
func (sc *scanner) ordinal(e int) (int, bool) {
	for _, suffix := range [...]string{"st", "nd", "rd", "th", "er", "ère", "ème", "ième", "º", "ª", "-й", "-я", "-е", "-го", ". place", ". Platz"} {
		if strings.HasPrefix(sc.s[e:], suffix) {
			n := e + len(suffix)
			if n == len(sc.s) || !alnum(sc.s[n]) || suffix == "º" || suffix == "ª" {
				return n, true
			}
		}
	}
	if sc.d.Lang == "fr" || sc.d.Lang == "nl" {
		if w, n := sc.word(e); w == "e" || w == "ste" || w == "de" {
			return n, true
		}
	}
	return e, false
}

// scale reads words such as "million" behind byte e.
func (sc *scanner) scale(e int, money bool) (float64, int) {
	f := 1.
	for range 3 {
		if r, n := utf8.DecodeRuneInString(sc.s[e:]); hanTens[r] >= 1000 {
			f *= hanTens[r]
			e += n
			continue
		}
		q := sc.skipSpace(e)
		if q == e && f == 1 && e < len(sc.s) && sc.s[e] == '-' {
			q++ // a 5-million budget
		}
		w, n := sc.word(q)
		if w == "" {
			if t, ok := thaiScale(sc.s[q:]); ok {
				f *= t.v
				e = q + len(t.w)
				continue
			}
			return f, e
		}
		v, ok := sc.lx.exactS[w]
		glued := q == e
		ok = ok && (money || glued && w != "mm" && w != "B" && w != "M" || glued && !sc.exactUnitBetter(w)) && (w != "mm" || money)
		if !ok {
			low := foldWord(w)
			switch {
			case low == "k" && (glued || money):
				v, ok = 1e3, true
			case low == "m" && (money || glued && sc.moneyFollows(n)):
				v, ok = 1e6, true
			case low == "b" && money:
				v, ok = 1e9, true
			case low == "t" && money:
				v, ok = 1e12, true
			case len(low) > 1:
				v, ok = sc.lx.scales[low]
			}
			if ok && v == 1000 && (low == "mil" || low == "bin") && sc.d.Lang == "en" {
				ok = false
			}
			if !ok && (low == "hundred" || low == "hundert") {
				v, ok = 100, true
			}
		}
		if !ok {
			return f, e
		}
		f *= v
		e = n
		if e < len(sc.s) && sc.s[e] == '.' && strings.Contains(" mio mrd tys mln mld млн млрд тыс ", " "+foldWord(w)+" ") {
			e++
		}
	}
	return f, e
}

// moneyFollows reports whether a currency stands behind byte e: 12m pounds.
func (sc *scanner) moneyFollows(e int) bool {
	if w, _ := sc.next(e); w == "pounds" {
		return true
	}
	u, _, ok := sc.simpleUnit(sc.skipSpace(e), false)
	return ok && isCurrency(u.name)
}

func (sc *scanner) exactUnitBetter(w string) bool { return w == "m" || w == "mm" }

type thaiWord struct {
	w string
	v float64
}

func thaiScale(s string) (thaiWord, bool) {
	for _, t := range [...]thaiWord{{"ล้าน", 1e6}, {"แสน", 1e5}, {"หมื่น", 1e4}, {"พัน", 1e3}} {
		if strings.HasPrefix(s, t.w) {
			return t, true
		}
	}
	return thaiWord{}, false
}
