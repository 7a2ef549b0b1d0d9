package text

import (
	"math"
	"strconv"
	"strings"
)

// wordNumber reads a number in words at byte p: in the language of the text, or,
// since that of a short text is a guess, in the one that reads most of it.
func (sc *scanner) wordNumber(p int) (v float64, end int, ordinal, ok bool) {
	first, we := sc.word(p)
	if first == "" {
		return 0, p, false, false
	}
	w := foldWord(first)
	lang := sc.d.Lang
	if lang == "" {
		lang = "en"
	}
	v, end, ordinal, ok = sc.wordNumberIn(lang, p)
	langs := sc.lx.langs[w]
	if len(sc.d.Tokens) > shortText && ok || len(langs) == 0 && (lang == "de" || len(w) <= 4) {
		return v, end, ordinal, ok
	}
	try := func(other string) {
		if v2, e2, o2, ok2 := sc.wordNumberIn(other, p); ok2 && (!ok || e2 > end) && (e2 > we || sc.d.Lang == "" && sc.unitFollows(e2) || len(sc.d.Tokens) <= shortText && sc.fractionFollows(e2) || sc.lx.anywhere[w] == v2 && !o2 || other == "en" || len(langs) == 0) {
			v, end, ordinal, ok = v2, e2, o2, true
		}
	}
	for _, other := range langs {
		if other != lang {
			try(other)
		}
	}
	if lang != "de" && len(langs) == 0 {
		try("de")
	}
	return v, end, ordinal, ok
}

// fractionFollows reports whether a part is named behind byte e: dos tercios.
func (sc *scanner) fractionFollows(e int) bool {
	w, _ := sc.next(e)
	f := sc.lx.fraction[w]
	return f > 0 && f < .5
}

// shortText is the number of words up to which the language of a text is a
// guess.
const shortText = 12

// wordNumberIn reads a number in words of one language at byte p.
func (sc *scanner) wordNumberIn(lang string, p int) (v float64, end int, ordinal, ok bool) {
	n := numeralsOf[lang]
	compound := sc.lx.compound[lang]
	a := amount{french: lang == "fr"}
	end = p
	count := 0
	e := p
	for count < 12 {
		w, we := sc.wordPart(e)
		if w == "" {
			break
		}
		x, known, ord, dozen := 0., false, false, false
		if n != nil {
			x, known = n.values[w]
			if !known {
				x, ord = n.ordinals[w]
				known = ord
			}
		}
		if !known {
			x, known = compound[w]
		}
		if !known && lang == "de" {
			x, ord, known = germanNumeral(w)
		}
		if !known && count > 0 {
			x, known = sc.lx.scales[w]
			dozen = x == 12
		}
		if !known {
			if count > 0 && strings.Contains(" and et y und e en och i ", " "+w+" ") {
				// joins only if a number follows that fits
				w2, _ := sc.wordPart(sc.skipJoin(we))
				if y, isNum := cardinal(n, compound, w2); isNum && joinsWell(w, a, y) {
					e = sc.skipJoin(we)
					continue
				}
			}
			break
		}
		switch {
		case count == 0 && x == 0:
			return 0, we, false, true
		case count == 0 && !ord && (x >= 1e6 || x > 1000 && x < 2000 && lang == "" || lang == "en" && (x == 100 || x == 1000)) && !sc.article(p):
			return 0, p, false, false // "millions of people" is no exact number
		case dozen:
			return (a.total + a.part) * 12, we, false, true
		}
		if !a.add(x) {
			break
		}
		count++
		end = we
		if ord {
			ordinal = true
			break
		}
		k := sc.skipJoin(we)
		if k == we {
			break
		}
		e = k
	}
	if count == 0 {
		return 0, p, false, false
	}
	v = a.total + a.part
	// two point five, zwei Komma fünf
	if w, we := sc.next(end); !ordinal && w != "" && strings.Contains(" point komma virgule coma virgola vírgula przecinek запятая ", " "+w+" ") {
		f, scale, e := 0., .1, we
		for range 6 {
			w, we := sc.next(e)
			d, isDigit := cardinal(n, nil, w)
			if !isDigit || d > 9 {
				break
			}
			f += d * scale
			scale /= 10
			e = we
		}
		if e > we {
			v, end = v+f, e
		}
	}
	return v, end, ordinal, true
}

// article reports whether "a" stands before byte p.
func (sc *scanner) article(p int) bool {
	w := strings.TrimSpace(sc.before(p, 1))
	return w == "a" || w == "one"
}

func cardinal(n *numerals, compound map[string]float64, w string) (float64, bool) {
	if w == "" || n == nil {
		return 0, false
	}
	if x, ok := n.values[w]; ok {
		return x, true
	}
	x, ok := compound[w]
	return x, ok
}

// joinsWell reports whether "and" before the number word y goes on with a.
func joinsWell(w string, a amount, y float64) bool {
	low := math.Mod(a.part, 100)
	switch w {
	case "and", "och", "en", "und":
		return (a.part >= 100 || a.part == 0 && a.total > 0) && low == 0 && y < 100
	case "et":
		return low >= 20 && low <= 70 && (y == 1 || y == 11)
	}
	return y < 100 && (low >= 20 && math.Mod(low, 10) == 0 && y < 10 || low == 0 && (a.part >= 100 || a.total > 0))
}

// wordPart reads the letters at byte p, or a number word with hyphens such as
// dix-sept.
func (sc *scanner) wordPart(p int) (string, int) {
	w, e := sc.word(p)
	if w == "" {
		return "", p
	}
	return foldWord(w), e
}

// skipJoin skips the space or hyphen between two number words.
func (sc *scanner) skipJoin(e int) int {
	if k := sc.skipSpace(e); k > e {
		return k
	}
	if e < len(sc.s) && sc.s[e] == '-' {
		return e + 1
	}
	if strings.HasPrefix(sc.s[e:], "‑") {
		return e + len("‑")
	}
	return e
}

// words reads the quantity that begins with the word of token i.
func (sc *scanner) words(i int) {
	t, s := sc.d.Tokens[i], sc.s
	p := t.Start
	if m := months[t.Text]; m > 0 {
		if date, next := dateAt(sc.d, i); next > i {
			sc.date(date, sc.d.TokenSpan(i, next))
			return
		}
		if t.Text != "mar" && t.Text != "sept" {
			return
		}
	}
	if sc.timeWords(p, t) || sc.centuryBefore(i) {
		return
	}
	if y, ok := decadeWords[t.Text]; ok {
		if v := strings.TrimSpace(sc.before(p, 1)); v != "his" && v != "her" && v != "their" && v != "my" && v != "mid" {
			q := Quantity{Span: Span{p, t.End}, Kind: Calendar, date: period{decade: y, loose: true}}
			sc.add(q)
		}
		return
	}
	switch t.Text {
	case "once":
		q := Quantity{Span: Span{p, t.End}, Kind: Measure, Low: 1, High: 1, step: 1, scaleBy: 1, lit: literal{v: 1, digits: 1, words: true}}
		if q.End = sc.frequency(&q, t.End); q.End > t.End && sc.d.Lang != "es" {
			sc.add(q)
			return
		}
	case "twice", "thrice", "zweimal", "dreimal":
		v := float64(quantityOpeners[t.Text])
		q := Quantity{Span: Span{p, t.End}, Kind: Measure, Low: v, High: v, step: 1, scaleBy: 1, lit: literal{v: v, digits: 1, words: true}}
		q.setUnit(sc.lx.units["times"])
		q.End = sc.frequency(&q, t.End)
		sc.add(q)
		return
	case "anderthalb", "eineinhalb", "полтора", "zweieinhalb":
		v := 1.5
		if t.Text == "zweieinhalb" {
			v = 2.5
		}
		sc.measure(p, literal{v: v, dec: 1, digits: 2, words: true}, t.End, true)
		return
	case "a", "an":
		w, e := sc.next(t.End)
		switch {
		case w == "fortnight":
			q := Quantity{Span: Span{p, e}, Kind: Measure, Low: 1, High: 1, step: 1, scaleBy: 1, lit: literal{v: 1, digits: 1, words: true}}
			q.setUnit(sc.lx.units["fortnight"])
			sc.add(q)
		case w == "dozen" || w == "hundred" || w == "thousand" || w == "million" || w == "billion" || w == "lakh" || w == "crore":
			sc.measure(p, literal{v: 1, digits: 1, words: true}, t.End, true)
		case t.Text == "an" && w == "hour" || t.Text == "a" && (w == "year" || w == "month" || w == "day" || w == "week" || w == "minute" || w == "mile"):
			// an hour and a half; alone it is no number
			q := Quantity{Span: Span{p, e}, Kind: Measure, Low: 1, High: 1, step: .01, scaleBy: 1, lit: literal{v: 1, dec: 2, digits: 2, words: true}}
			q.setUnit(sc.lx.units[w])
			if sc.andPart(&q); q.End > e {
				sc.add(q)
			}
		case sc.lx.fraction[w] > 0:
			sc.fractionAt(p, 1, e, sc.lx.fraction[w], w)
		}
		return
	case "fortnight":
		return
	}
	if f, ok := sc.lx.fraction[t.Text]; ok && sc.lx.fracLone[t.Text] {
		if strings.Contains(" media medio mezzo mezza meio meia demi demie halbe halber halbes halben halb ", " "+t.Text+" ") {
			if _, _, ok := sc.unit(t.End, false); !ok {
				return
			}
		}
		sc.fractionAt(p, 1, t.End, f, t.Text)
		return
	}
	if t.Text == "minus" || t.Text == "moins" || t.Text == "menos" || t.Text == "meno" || t.Text == "минус" {
		return // read with its number
	}
	if f, end := sc.partOf(t.Text, t.End); f > 0 {
		sc.fractionAt(p, 1, end, f, t.Text)
		return
	}
	v, e, ordinal, ok := sc.wordNumber(p)
	if !ok || e <= p {
		return
	}
	// dates in words: the fifth of May
	if v >= 1 && v <= 31 {
		if date, next := sc.d.dayInWords(i); next > i {
			sc.date(date, sc.d.TokenSpan(i, next))
			return
		}
	}
	if ordinal {
		if sc.ordinalCalendar(p, e, int(v)) {
			return
		}
		if sc.d.Lang == "de" && sc.d.capital(i) {
			return
		}
		if n := numeralsIn(sc.d.Lang); n != nil && n.bound[t.Text] && len(sc.d.Tokens) > 1 && !strings.Contains(" the his her their its our in came finished placed ranked ", sc.before(p, 1)) {
			return // "First, we add": no place in a row
		}
		sc.add(Quantity{Span: Span{p, e}, Kind: Ordinal, Low: v, High: v})
		return
	}
	if v >= 100 && strings.Contains(vagueWords, sc.before(p, 1)) {
		return // several hundred
	}
	if sc.afterClock(p, int(v), e, true) {
		return
	}
	// two thirds, three quarters
	if k := sc.skipJoin(e); k > e && v < 100 {
		w, we := sc.word(k)
		if f, ok := sc.lx.fraction[foldWord(w)]; ok && w != "" && foldWord(w) != "media" && foldWord(w) != "medio" && foldWord(w) != "second" {
			sc.fractionAt(p, v, we, f, foldWord(w))
			return
		}
		if f, end := sc.partOf(foldWord(w), we); f > 0 {
			sc.fractionAt(p, v, end, f, foldWord(w))
			return
		}
	}
	l := literal{v: v, words: true}
	if v != math.Trunc(v) {
		l.dec = 1
	}
	digits := strings.TrimRight(strconv.FormatFloat(math.Trunc(v), 'f', 0, 64), "0")
	l.digits = max(1, len(digits))
	// and a half
	if w, k := sc.next(e); strings.Contains(" and und et y e en och i ", " "+w+" ") && w != "" {
		w2, k2 := sc.next(k)
		switch w2 {
		case "a", "one", "un", "une", "una", "ein", "eine":
			w2, k2 = sc.next(k2)
		}
		if f, ok := sc.lx.fraction[w2]; ok && (sc.lx.fracLone[w2] || f == .25) {
			l.v, l.dec, e = l.v+f, 2, k2
		}
	}
	// A lone "one" is a pronoun more often than a number, and so are the words
	// that other languages use as an article.
	if l.v == 1 || sc.bound(foldWord(s[p:e])) {
		_, _, hasUnit := sc.unit(e, false)
		f, _ := sc.scale(e, false)
		_, _, share := sc.outOf(l, e)
		if !hasUnit && f == 1 && !share && len(sc.d.Tokens) > 1 {
			return
		}
	}
	sc.measure(p, l, e, true)
}

const vagueWords = " several few many some mehrere einige paar viele wenige plusieurs quelques varios varias algunos alcuni alcune vários algumas enkele flera några kilka несколько birkaç "

func (sc *scanner) bound(w string) bool {
	n := numeralsIn(sc.d.Lang)
	return n != nil && n.bound[w]
}

// partOf reads a Romance fraction that is said with the word for part, of which w
// ends at byte e: "tres cuartas partes", "la terza parte".
func (sc *scanner) partOf(w string, e int) (f float64, end int) {
	part, end := sc.next(e)
	switch part {
	case "parte", "partes", "parti":
		return feminineParts[w], end
	}
	return 0, e
}

// fractionAt finishes a fraction in words: half an hour, two thirds of a mile,
// half a million.
func (sc *scanner) fractionAt(p int, count float64, e int, f float64, w string) {
	if e < len(sc.s) && sc.s[e] == '-' && !sc.unitFollows(e) {
		return // half-hearted
	}
	v := count * f
	l := literal{v: v, dec: 4, fraction: true, words: true, digits: 4}
	next, ne := sc.next(e)
	after := e
	if next == "of" || next == "de" || next == "des" || next == "der" || next == "di" {
		next, ne = sc.next(ne)
	}
	if next == "a" || next == "an" || next == "une" || next == "un" || next == "einer" || next == "eines" || next == "einem" {
		if _, _, ok := sc.unit(ne, false); ok {
			after = ne
		} else if f, _ := sc.scale(ne, false); f > 1 {
			after = ne
		}
	}
	if count == 1 && !sc.lx.fracLone[w] && after == e {
		// "a third", "a quarter": a share where "of" follows, "one eighth"
		nw, _ := sc.next(e)
		first, _ := sc.wordPart(p)
		lone := sc.skipSpace(e) >= len(sc.s) || strings.IndexByte(".,;)", sc.s[sc.skipSpace(e)]) >= 0
		if !strings.Contains(" of des de der di del dei della delle dos das do da ", " "+nw+" ") && !(lone && first != "the") {
			return
		}
	}
	if nw, _ := sc.next(e); (w == "quarter" || w == "quarters") && (nw == "of" || nw == "past" || nw == "to") && nw != "of" {
		return
	}
	sc.measure(p, l, after, true)
}
