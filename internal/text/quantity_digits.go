package text

import (
	"math"
	"strconv"
	"strings"
	"unicode/utf8"
)

// literal is a number as it is written.
type literal struct {
	v, alt   float64
	dec      int // decimals
	altDec   int
	hasAlt   bool // a separator could be read the other way
	exp      int
	fraction bool
	words    bool
	digits   int // significant ones, without the zeros that end an integer
	zeros    int // that end an integer
	top, low float64
	sep      rune // that could be read the other way
}

// literal reads digits with their separators, a power of ten and a fraction.
func (sc *scanner) literal(p int) (literal, int, bool) {
	s := sc.s
	var groups []string
	var seps []rune
	e := p
	for len(groups) < 40 {
		var b []byte
		for len(b) < 400 {
			v, n := digitAt(s, e)
			if n == 0 {
				break
			}
			b = append(b, v)
			e += n
		}
		if len(b) == 0 {
			return literal{}, p, false
		}
		groups = append(groups, string(b))
		r, n := utf8.DecodeRuneInString(s[e:])
		if !strings.ContainsRune(".,'’٬٫_ \u00a0\u202f\u2009", r) || n == 0 {
			break
		}
		k := 0
		for q := e + n; ; k++ {
			_, m := digitAt(s, q)
			if m == 0 || k > 3 {
				break
			}
			q += m
		}
		if k == 0 || (r == ' ' || r == '\u00a0' || r == '\u202f' || r == '\u2009' || r == '\'' || r == '’' || r == '_') && k != 3 {
			break
		}
		if r == ' ' && (!sc.comma && sc.d.Lang != "" || len(groups[0]) > 3 || len(seps) > 0 && seps[0] != ' ') && !(len(groups) > 1 && seps[len(seps)-1] == ' ') && !(sc.spaced(e)) {
			break
		}
		if len(groups[0]) > 3 && r != '.' && r != ',' && r != '٫' {
			break
		}
		if r == ',' && len(seps) > 0 && seps[len(seps)-1] == ',' && k != 3 && k != 2 {
			break
		}
		if r == ',' && len(seps) == 0 && k != 3 && !sc.comma && sc.d.Lang != "" && !(k == 2 && sc.indian(e)) && !sc.decimalForm(e+1, k) {
			break // a list
		}
		seps = append(seps, r)
		e += n
	}
	l, ok := combine(groups, seps, sc.comma, sc.d.Lang != "en")
	if !ok {
		return literal{}, p, false
	}
	// 2½, 2 1/2, 3/4
	if v, n := vulgar(s, e); n > 0 && l.dec == 0 {
		l.v, l.dec, l.fraction, e = l.v+v, 4, true, e+n
	} else if v, n, low := sc.over(e); n > 0 && l.dec == 0 {
		l.top, l.low = l.v, low
		l.v, l.dec, l.fraction, e = l.v/v, 4, true, e+n
	} else if q := sc.skipSpace(e); q > e && q-e <= 2 && l.dec == 0 && len(groups) == 1 && len(groups[0]) < 3 {
		if v, n := vulgar(s, q); n > 0 {
			l.v, l.dec, l.fraction, e = l.v+v, 4, true, q+n
		} else if top, n := digitAt(s, q); n == 1 {
			if v, m, _ := sc.over(q + 1); m > 0 && v > float64(top-'0') && v < 17 {
				l.v, l.dec, l.fraction, e = l.v+float64(top-'0')/v, 4, true, q+1+m
			}
		}
	}
	if x, n, ok := sc.exponent(e); ok && !l.fraction {
		l.exp = x
		l.v *= math.Pow(10, float64(x))
		e += n
	}
	if math.IsInf(l.v, 0) || math.IsNaN(l.v) {
		return literal{}, p, false
	}
	return l, e, true
}

// spaced reports whether two groups of three digits follow spaces from byte e:
// 12 345 678 is one number in any language.
func (sc *scanner) spaced(e int) bool {
	for range 2 {
		if e >= len(sc.s) || sc.s[e] != ' ' {
			return false
		}
		e++
		for range 3 {
			_, n := digitAt(sc.s, e)
			if n == 0 {
				return false
			}
			e += n
		}
	}
	_, n := digitAt(sc.s, e)
	return n == 0
}

// indian reports whether the comma at byte e groups as in 12,34,567.
func (sc *scanner) indian(e int) bool {
	for e < len(sc.s) && sc.s[e] == ',' {
		n := 0
		for e++; n < 4; n++ {
			_, k := digitAt(sc.s, e)
			if k == 0 {
				break
			}
			e += k
		}
		if n == 3 {
			return true
		}
		if n != 2 {
			return false
		}
	}
	return false
}

// decimalForm reports whether the digits behind a comma are decimals although
// the language writes points: a unit stands behind them.
func (sc *scanner) decimalForm(p, k int) bool {
	if k > 2 {
		return false
	}
	for range k {
		_, n := digitAt(sc.s, p)
		p += n
	}
	_, _, ok := sc.unit(p, false)
	return ok
}

// combine reads groups of digits with the separators between them.
func combine(groups []string, seps []rune, comma, open bool) (literal, bool) {
	last := len(seps) - 1
	decimalAt := -1 // the separator that begins the decimals
	ambiguous := false
	if last >= 0 {
		count := map[rune]int{}
		for _, r := range seps {
			count[r]++
		}
		r, tail := seps[last], len(groups[last+1])
		switch {
		case r == '٫':
			decimalAt = last
		case r != '.' && r != ',':
		case count[r] > 1 && len(count) == 1: // grouping only: 1.072.000
			for i, g := range groups[1:] {
				if len(g) != 3 && (r != ',' || len(g) != 2 || i == last) {
					return literal{}, false
				}
			}
		case count[r] == 1 && len(count) > 1: // 1,234.5 or 1.234,5
			decimalAt = last
		case tail != 3 || len(groups[0]) > 3 || groups[0] == "0" || groups[0][0] == '0':
			decimalAt = last
		case r == '.' && comma, r == ',' && !comma, r == '.' && open && groups[last+1] == "000": // 1.072 in Spanish, 1,072 in English
			ambiguous = true
		default:
			decimalAt, ambiguous = last, true
		}
	}
	value := func(at int) (float64, int, string) {
		var b strings.Builder
		dec := 0
		for i, g := range groups {
			if i > 0 && i-1 == at {
				b.WriteByte('.')
			}
			if at >= 0 && i > at {
				dec += len(g)
			}
			b.WriteString(g)
		}
		v, err := strconv.ParseFloat(b.String(), 64)
		if err != nil {
			return math.Inf(1), 0, ""
		}
		return v, dec, b.String()
	}
	v, dec, str := value(decimalAt)
	if math.IsInf(v, 0) {
		return literal{}, false
	}
	l := literal{v: v, dec: dec}
	if ambiguous {
		other := last
		if decimalAt >= 0 {
			other = -1
		}
		l.alt, l.altDec, _ = value(other)
		l.hasAlt, l.sep = true, seps[last]
	}
	l.digits = len(strings.TrimLeft(strings.ReplaceAll(str, ".", ""), "0"))
	if dec == 0 {
		trimmed := strings.TrimRight(str, "0")
		l.zeros = len(str) - len(trimmed)
		l.digits -= l.zeros
	}
	return l, true
}

// vulgar reads ½ and its like.
func vulgar(s string, p int) (float64, int) {
	r, n := utf8.DecodeRuneInString(s[p:])
	switch r {
	case '½':
		return .5, n
	case '¼':
		return .25, n
	case '¾':
		return .75, n
	case '⅓':
		return 1. / 3, n
	case '⅔':
		return 2. / 3, n
	case '⅛':
		return .125, n
	case '⅜':
		return .375, n
	case '⅝':
		return .625, n
	case '⅞':
		return .875, n
	case '⅕':
		return .2, n
	}
	return 0, 0
}

// over reads "/4" or "⁄4".
func (sc *scanner) over(p int) (v float64, n int, low float64) {
	r, size := utf8.DecodeRuneInString(sc.s[p:])
	if r != '/' && r != '⁄' {
		return 0, 0, 0
	}
	whole, e := leadingDigits(sc.s, p+size, 5)
	v = float64(whole)
	if v == 0 || e < len(sc.s) && (sc.s[e] == '/' || classOf(sc.s[e]) == letter) {
		return 0, 0, 0
	}
	return v, e - p, v
}

// exponent reads "e24", "× 10^24", "·10²⁴".
func (sc *scanner) exponent(p int) (x, n int, ok bool) {
	s := sc.s
	if p+1 < len(s) && s[p]|0x20 == 'e' {
		e := p + 1
		neg := s[e] == '-'
		if s[e] == '-' || s[e] == '+' {
			e++
		}
		k := e
		for k < len(s) && classOf(s[k]) == digit && k-e < 3 {
			x = x*10 + int(s[k]-'0')
			k++
		}
		if k == e || k < len(s) && alnum(s[k]) {
			return 0, 0, false
		}
		if neg {
			x = -x
		}
		return x, k - p, true
	}
	q := sc.skipSpace(p)
	r, size := utf8.DecodeRuneInString(s[q:])
	if !strings.ContainsRune("×x·*⋅", r) || size == 0 {
		return 0, 0, false
	}
	q = sc.skipSpace(q + size)
	if !strings.HasPrefix(s[q:], "10") {
		return 0, 0, false
	}
	q += 2
	neg, caret := false, false
	for _, c := range [...]string{"^", "**", "{", "("} {
		if rest, ok := strings.CutPrefix(s[q:], c); ok {
			q, caret = len(s)-len(rest), true
		}
	}
	if r, size := utf8.DecodeRuneInString(s[q:]); r == '⁻' || r == '-' || r == '−' {
		neg, caret = true, caret || r != '⁻' // the raised digits may have been lost: ×10-19
		q += size
	}
	start := q
	for q-start < 12 {
		r, size := utf8.DecodeRuneInString(s[q:])
		k := strings.IndexRune("⁰¹²³⁴⁵⁶⁷⁸⁹", r)
		switch {
		case caret && r >= '0' && r <= '9':
			x = x*10 + int(r-'0')
		case !caret && k >= 0 && size > 0 && r != utf8.RuneError:
			x = x*10 + superscript(r)
		default:
			size = 0
		}
		if size == 0 || x > 400 {
			break
		}
		q += size
	}
	if q == start {
		return 0, 0, false
	}
	if q < len(s) && caret && (s[q] == '}' || s[q] == ')') {
		q++
	}
	if neg {
		x = -x
	}
	return x, q - p, true
}

func superscript(r rune) int {
	for i, c := range []rune("⁰¹²³⁴⁵⁶⁷⁸⁹") {
		if c == r {
			return i
		}
	}
	return -1
}
