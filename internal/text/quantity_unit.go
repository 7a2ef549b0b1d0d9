package text

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// unit reads the unit behind byte e.
func (sc *scanner) unit(e int, scaled bool) (unit, int, bool) {
	s := sc.s
	q := sc.skipSpace(e)
	if q == e && e < len(s) && (s[e] == '-' || strings.HasPrefix(s[e:], "‑")) {
		_, n := utf8.DecodeRuneInString(s[e:])
		if w, _ := sc.word(e + n); w != "" {
			q = e + n
		}
	}
	if q >= len(s) {
		return unit{}, e, false
	}
	if scaled { // 3 millions d'euros, 3 millones de dólares
		for _, of := range [...]string{"d'", "d’", "de ", "di ", "of ", "do "} {
			if rest, ok := strings.CutPrefix(s[q:], of); ok {
				q = len(s) - len(rest)
				break
			}
		}
	}
	u, end, ok := sc.simpleUnit(q, q == e)
	if !ok {
		return unit{}, e, false
	}
	if u2, e2, ok := sc.perUnit(u, end); ok {
		return u2, e2, true
	}
	return u, end, true
}

// perUnit reads "/h", "per hour", "pro Stunde" behind a unit.
func (sc *scanner) perUnit(u unit, e int) (unit, int, bool) {
	s := sc.s
	q := e
	if q < len(s) && s[q] == '/' {
		q = sc.skipSpace(q + 1)
	} else if sc.perAt(e) {
		_, q = sc.next(e)
		q = sc.skipSpace(q)
	} else {
		return unit{}, e, false
	}
	v, end, ok := sc.simpleUnit(q, false)
	if !ok || v.dimension == "share" || isCurrency(v.name) || v.offset != 0 {
		return unit{}, e, false
	}
	return unit{u.name + "/" + v.name, u.dimension + "/" + v.dimension, u.factor / v.factor, 0}, end, true
}

// perWords may mean per before a unit.
var perWords = []string{"per", "pro", "par", "por", "an", "a", "je", "na", "в", "à", "al", "all'ora"}

func (sc *scanner) perAt(e int) bool {
	w, _ := sc.next(e)
	if slices.Contains(perWords, w) {
		if w == "a" || w == "an" || w == "na" || w == "à" || w == "al" || w == "в" || w == "por" || w == "par" || w == "je" || w == "pro" {
			_, q := sc.next(e)
			u, _, ok := sc.simpleUnit(sc.skipSpace(q), false)
			return ok && (u.dimension == "time" || u.dimension == "months" || u.dimension == "mass" || u.dimension == "length" || u.dimension == "length3")
		}
		return true
	}
	return false
}

// simpleUnit reads one unit at byte q; glued if it touches its number.
func (sc *scanner) simpleUnit(q int, glued bool) (unit, int, bool) {
	s := sc.s
	if q >= len(s) {
		return unit{}, q, false
	}
	for _, c := range currencySymbols {
		if strings.HasPrefix(s[q:], c.text) && !strings.HasPrefix(c.text, "Rs") {
			return unit{c.unit, c.unit, 1, 0}, q + len(c.text), true
		}
	}
	r, n := utf8.DecodeRuneInString(s[q:])
	switch r {
	case '%', '％', '٪':
		if strings.HasPrefix(s[q+n:], "-Punkt") {
			w, e := sc.word(q + n + 1)
			_ = w
			return sc.lx.units["prozentpunkte"], e, true
		}
		if w, e := sc.next(q + n); w == "points" || w == "point" {
			return sc.lx.units["pp"], e, true
		}
		return sc.lx.units["percent"], q + n, true
	case '‰':
		return unit{"‰", "share", .1, 0}, q + n, true
	case '¢':
		return sc.lx.units["cent"], q + n, true
	case '℃':
		return sc.lx.units["celsius"], q + n, true
	case '℉':
		return sc.lx.units["fahrenheit"], q + n, true
	case '㎡':
		return unit{"m2", "length2", 1, 0}, q + n, true
	case '㎞':
		return sc.lx.units["km"], q + n, true
	case '㎏':
		return sc.lx.units["kg"], q + n, true
	case '°', 'º':
		e := sc.skipSpace(q + n)
		w, we := sc.word(e)
		switch foldWord(w) {
		case "c", "celsius":
			return sc.lx.units["celsius"], we, true
		case "f", "fahrenheit":
			return sc.lx.units["fahrenheit"], we, true
		}
		if r == 'º' {
			return unit{}, q, false
		}
		return sc.lx.units["degrees"], q + n, true
	case '×':
		return unit{"×", "times", 1, 0}, q + n, true
	}
	if unspaced(r) {
		for _, h := range hanUnits {
			if strings.HasPrefix(s[q:], h.text) {
				return sc.named(h.unit), q + len(h.text), true
			}
		}
		return unit{}, q, false
	}
	w, e := sc.word(q)
	if w == "" {
		return unit{}, q, false
	}
	// square metres, cubic metres, km², m3, m^2
	f := foldWord(w)
	power := 1
	switch f {
	case "square", "sq", "quadrat", "квадратных":
		power = 2
	case "cubic", "cu", "kubik", "кубических":
		power = 3
	}
	if power > 1 {
		if e < len(s) && s[e] == '.' {
			e++
		}
		if u, e2, ok := sc.plainUnit(sc.skipSpace(e)); ok && u.dimension == "length" {
			return raise(u, power), e2, true
		}
		return unit{}, q, false
	}
	for _, prefix := range [...]string{"quadrat", "kwadrat", "kvadrat", "kubik"} {
		if rest, ok := strings.CutPrefix(f, prefix); ok {
			if u, ok := sc.lx.units[rest]; ok && u.dimension == "length" && prefix == "kubik" {
				return raise(u, 3), e, true
			} else if ok && u.dimension == "length" {
				return raise(u, 2), e, true
			}
		}
	}
	// adjectives between a number and its unit
	if strings.Contains(" full whole consecutive additional more further calendar volle ganze weitere ", " "+f+" ") {
		if u, e2, ok := sc.plainUnit(sc.skipSpace(e)); ok && (u.dimension == "time" || u.dimension == "months") {
			return u, e2, true
		}
	}
	u, e, ok := sc.plainUnit(q)
	if !ok {
		if w == "p" && glued {
			return sc.lx.units["pence"], q + 1, true
		}
		if (w == "x" || w == "X") && (glued || e == len(s)) {
			return unit{"×", "times", 1, 0}, e, true
		}
		if strings.HasSuffix(f, "fach") && glued {
			return unit{"×", "times", 1, 0}, e, true
		}
		return unit{}, q, false
	}
	if u.dimension == "length" && e < len(s) {
		switch rest := s[e:]; {
		case strings.HasPrefix(rest, "²"):
			return raise(u, 2), e + 2, true
		case strings.HasPrefix(rest, "³"):
			return raise(u, 3), e + 2, true
		case strings.HasPrefix(rest, "^2"), strings.HasPrefix(rest, "^3"):
			return raise(u, int(rest[1]-'0')), e + 2, true
		case (rest[0] == '2' || rest[0] == '3') && (len(rest) == 1 || !alnum(rest[1])):
			return raise(u, int(rest[0]-'0')), e + 1, true
		}
		if w, e2 := sc.next(e); strings.Contains(" carrés carré cuadrados quadrati quadrados kwadratowych cubes cúbicos cubi ", " "+w+" ") && w != "" {
			if strings.HasPrefix(w, "cub") || strings.HasPrefix(w, "cúb") {
				return raise(u, 3), e2, true
			}
			return raise(u, 2), e2, true
		}
	}
	return u, e, true
}

// longNames are the words of units that a language may know only by a sign.
var longNames = map[string]string{
	"d": "days", "h": "hours", "s": "seconds", "wk": "weeks", "mo": "months", "yr": "years", "t": "tonnes", "mb": "megabyte",
}

// named returns the unit of a name, also of the squares in hanUnits.
func (sc *scanner) named(name string) unit {
	switch name {
	case "m2":
		return unit{"m2", "length2", 1, 0}
	case "km2":
		return unit{"km2", "length2", 1e6, 0}
	case "%":
		return sc.lx.units["percent"]
	}
	if u, ok := sc.lx.units[name]; ok {
		return u
	}
	if u, ok := sc.lx.exact[name]; ok {
		return u
	}
	if long, ok := longNames[name]; ok {
		return sc.lx.units[long]
	}
	return unit{name, name, 1, 0}
}

func raise(u unit, p int) unit {
	return unit{u.name + strconv.Itoa(p), u.dimension + strconv.Itoa(p), math.Pow(u.factor, float64(p)), 0}
}

// plainUnit reads up to three words at byte q that name a unit.
func (sc *scanner) plainUnit(q int) (unit, int, bool) {
	s := sc.s
	w, e := sc.word(q)
	if w == "" {
		return unit{}, q, false
	}
	if u, ok := sc.lx.exact[w]; ok {
		return u, e, true
	}
	phrase := foldWord(w)
	u, ok := sc.lx.units[phrase]
	best, found := e, ok
	end := e
	for range 2 {
		k := end
		for k < len(s) && k-end < 2 && (s[k] == ' ' || s[k] == '-' || s[k] == '.') {
			k++
		}
		if k == end {
			if strings.HasPrefix(s[k:], "\u00a0") {
				k += 2
			} else {
				break
			}
		}
		w2, e2 := sc.word(k)
		if w2 == "" {
			break
		}
		phrase += " " + foldWord(w2)
		end = e2
		if v, ok := sc.lx.units[phrase]; ok {
			u, best, found = v, e2, true
		}
	}
	if found && best < len(s) && classOf(s[best]) == digit && len(w) > 1 && s[best] != '2' && s[best] != '3' {
		return unit{}, q, false
	}
	return u, best, found
}

// frequency reads "a day", "per week", "daily" behind "times" and gives q the
// unit.
func (sc *scanner) frequency(q *Quantity, e int) int {
	w, n := sc.next(e)
	name := ""
	switch w {
	case "daily", "täglich":
		name = "days"
	case "weekly", "wöchentlich":
		name = "weeks"
	case "monthly", "monatlich":
		name = "months"
	case "yearly", "annually", "jährlich":
		name = "years"
	}
	if name != "" {
		v := sc.lx.units[name]
		q.setUnit(unit{"times/" + v.name, "times/" + v.dimension, 1 / v.factor, 0})
		return n
	}
	switch w {
	case "a", "per", "each", "every", "par", "al", "por", "am", "pro", "the", "im", "in":
		if v, n2, ok := sc.plainUnit(sc.skipSpace(n)); ok && (v.dimension == "time" || v.dimension == "months") {
			q.setUnit(unit{"times/" + v.name, "times/" + v.dimension, 1 / v.factor, 0})
			return n2
		}
	}
	return e
}
