package text

import (
	"maps"
	"math"
	"slices"
	"strings"
)

// numerals are the number words of one language.
type numerals struct {
	values map[string]float64
	// bound words count only beside others, because alone they mean more: "un",
	// "neuf", "first".
	bound    map[string]bool
	ordinals map[string]float64
	and      string // joins two words of one number
	vague    bool   // a hundred or a thousand without a count before it is no exact number
}

// ordinalWords lists ordinal words. German ones are read by germanNumeral.
var ordinalWords = map[string]string{
	"en": "first* second* third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth thirtieth fortieth fiftieth sixtieth seventieth eightieth ninetieth hundredth* thousandth*",
	"fr": "unième* deuxième troisième quatrième cinquième sixième septième huitième neuvième dixième onzième douzième treizième quatorzième quinzième seizième - - - vingtième trentième quarantième cinquantième soixantième - - - centième* millième*",
}

// firsts are the ordinals of a day that are no number elsewhere.
var firsts = map[string]map[string]float64{
	"fr": {"premier": 1}, "es": {"primero": 1}, "it": {"primo": 1}, "pt": {"primeiro": 1},
}

var numeralsOf = func() map[string]*numerals {
	all := map[string]*numerals{}
	for _, r := range rows(numbersFile) {
		lang := r[0]
		n := &numerals{values: map[string]float64{}, bound: map[string]bool{}, ordinals: map[string]float64{}, vague: lang == "en"}
		for i, w := range r[1:] {
			n.add(n.values, w, rowValue(i))
		}
		for i, w := range strings.Fields(ordinalWords[lang]) {
			n.add(n.ordinals, w, rowValue(i+1))
		}
		all[lang] = n
	}
	for _, r := range rows(moreNumbersFile) {
		for _, f := range r[1:] {
			w, v, _ := strings.Cut(f, ":")
			all[r[0]].add(all[r[0]].values, w, atof(v))
		}
	}
	all["en"].and, all["fr"].and, all["es"].and = "and", "et", "y"
	return all
}()

// numeralLangs are the languages whose number words we know, in order.
var numeralLangs = slices.Sorted(maps.Keys(numeralsOf))

// rowValue is the value of the word at place i of a row of the tables.
func rowValue(i int) float64 {
	switch {
	case i == 29:
		return 1000
	case i == 28:
		return 100
	case i > 20:
		return float64(i-18) * 10
	}
	return float64(i)
}

func (n *numerals) add(to map[string]float64, w string, v float64) {
	w, bound := strings.CutSuffix(w, "*")
	w = fold(w)
	if strings.ContainsAny(w, "- ") { // none, or said by two words
		return
	}
	to[w] = v
	if bound {
		n.bound[w] = true
	}
}

// numeralsIn returns the number words of a language, nil if we know none.
func numeralsIn(lang string) *numerals {
	if lang == "" {
		lang = "en"
	}
	return numeralsOf[lang]
}

// amount is a number in words as far as it is read: total is what a thousand or
// more closed, part what follows.
type amount struct {
	total, part, scale float64
	french             bool // counts by twenties: soixante-dix, quatre-vingt-dix
}

// add takes the next word; false if it begins another number.
func (a *amount) add(v float64) bool {
	low := math.Mod(a.part, 100)
	switch {
	case v >= 1000:
		if a.scale != 0 && v >= a.scale {
			return false
		}
		a.total += max(a.part, 1) * v
		a.part, a.scale = 0, v
	case v == 100:
		if a.part >= 100 {
			return false
		}
		a.part = max(a.part, 1) * 100
	case v > 100:
		if a.part != 0 {
			return false
		}
		a.part = v
	case v == 0:
		return false
	case low == 0, low >= 20 && math.Mod(low, 10) == 0 && v < 10:
		a.part += v
	case a.french && (low == 60 || low == 80) && v >= 10 && v <= 16, a.french && low == 10 && v >= 7 && v <= 9:
		a.part += v
	case a.french && low == 4 && v == 20:
		a.part += 76
	default:
		return false
	}
	return true
}

// wordsAt reads a number in words. A lone "one" is too often a pronoun, unless
// nothing else is said.
func wordsAt(d *Doc, i int) (Number, int) {
	n, next, lone := d.numeralAt(i)
	lone = lone || next == i+1 && n.Value == 1 && n.Unit == ""
	switch {
	case next == i || lone && len(d.Tokens) > 1 && !d.scaleAt(next):
		return Number{}, i
	case next == i+1 && n.Unit == "th" && d.Lang == "de" && d.capital(i): // "Dritte" are other people
		return Number{}, i
	}
	return n, next
}

// scaleAt reports whether token i follows the one before it and multiplies it:
// "un million".
func (d *Doc) scaleAt(i int) bool {
	return i < len(d.Tokens) && d.adjacent(i-1) && scales[d.Tokens[i].Text] > 1000
}

// numeralAt reads the number words that start at token i, ordinals with the
// unit "th"; lone if it is a single word that is a number only beside others.
func (d *Doc) numeralAt(i int) (n Number, next int, lone bool) {
	if d.Lang == "de" {
		v, ordinal, ok := germanNumeral(d.Tokens[i].Text)
		if !ok || i > 0 && v >= 100 && strings.Contains(" mehrere einige paar viele wenige ", " "+d.Tokens[i-1].Text+" ") {
			return n, i, false
		}
		n.Value = v
		if ordinal {
			n.Unit = "th"
		}
		return n, i + 1, ordinal && (v == 1 || v == 8) // "achten" is a verb
	}
	words := numeralsIn(d.Lang)
	if words == nil {
		return n, i, false
	}
	a := amount{french: d.Lang == "fr"}
	next = i
	for next < len(d.Tokens) {
		at := next
		if at > i {
			if !d.adjacent(at-1) && d.between(at-1) != "-" {
				break
			}
			if d.Tokens[at].Text == words.and && at+1 < len(d.Tokens) && a.joins(words) && (d.adjacent(at) || d.between(at) == "-") {
				at++
			}
		}
		w := d.Tokens[at].Text
		if v, ok := words.ordinals[w]; ok && a.add(v) {
			return Number{Value: a.total + a.part, Unit: "th"}, at + 1, at == i && words.bound[w]
		}
		v, ok := words.values[w]
		if !ok || words.vague && at == i && v >= 100 {
			break
		}
		if v == 0 && at == i {
			return n, i + 1, false
		}
		if !a.add(v) {
			break
		}
		next = at + 1
	}
	n.Value = a.total + a.part
	return n, next, next == i+1 && words.bound[d.Tokens[i].Text]
}

// joins reports whether an "and" may be behind what was read.
func (a *amount) joins(words *numerals) bool {
	low := math.Mod(a.part, 100)
	switch words.and {
	case "and":
		return low == 0 && (a.part >= 100 || a.total > 0)
	case "et":
		return low >= 20 && low <= 70 && math.Mod(low, 10) == 0
	case "y":
		return low >= 30 && math.Mod(low, 10) == 0
	}
	return false
}

// germanNumeral reads a German number, which is one word: "achtunddreißig",
// "zweihundertfünf", "neunzehnhundertachtundneunzig", "einundzwanzigsten". The
// word is in the form of Token.Text.
func germanNumeral(w string) (v float64, ordinal, ok bool) {
	if len(w) < 3 || !germanStarts[w[:3]] {
		return 0, false, false
	}
	if v, ok := germanCardinal(w); ok {
		return v, false, true
	}
	stem := ""
	for _, ending := range [...]string{"en", "er", "es", "em", "e"} {
		if s, ok := strings.CutSuffix(w, ending); ok {
			stem = s
			break
		}
	}
	if s, ok := strings.CutSuffix(stem, "st"); ok {
		if v, ok := germanCardinal(s); ok && (math.Mod(v, 100) >= 20 || v > 0 && math.Mod(v, 100) == 0) {
			return v, true, true
		}
	}
	for _, tail := range [...][2]string{{"erst", "eins"}, {"dritt", "drei"}, {"siebt", "sieben"}, {"acht", "acht"}, {"t", ""}} {
		if s, ok := strings.CutSuffix(stem, tail[0]); ok {
			low := 0.
			if v, ok = germanCardinal(s + tail[1]); ok {
				low = math.Mod(v, 100)
			}
			if low >= 1 && low < 20 && (tail[1] != "" || low != 1 && low != 3 && low != 8) {
				return v, true, true
			}
		}
	}
	return 0, false, false
}

// germanStarts are the first three bytes with which a German number may begin.
var germanStarts = func() map[string]bool {
	m := map[string]bool{"ein": true, "ers": true, "dri": true, "zwo": true}
	for w := range numeralsOf["de"].values {
		m[w[:3]] = true
	}
	return m
}()

// germanCardinal reads a number below a million.
func germanCardinal(w string) (float64, bool) {
	left, right, thousands := strings.Cut(w, "tausend")
	if !thousands {
		return germanHundreds(w, 19)
	}
	a, b, ok := 1., 0., true
	if left != "" {
		a, ok = germanHundreds(left, 9)
	}
	if right = strings.TrimPrefix(right, "und"); right != "" && ok {
		b, ok = germanHundreds(right, 9)
	}
	return a*1000 + b, ok && a > 0
}

// germanHundreds reads up to 999, or up to nineteen hundred and so on.
func germanHundreds(w string, most float64) (float64, bool) {
	left, right, hundreds := strings.Cut(w, "hundert")
	if !hundreds {
		return germanTens(w)
	}
	a, b, ok := 1., 0., true
	if left != "" {
		a, ok = germanTens(left)
	}
	if right = strings.TrimPrefix(right, "und"); right != "" && ok {
		b, ok = germanTens(right)
	}
	return a*100 + b, ok && a > 0 && a <= most
}

func germanTens(w string) (float64, bool) {
	words := numeralsOf["de"].values
	switch w {
	case "ein":
		return 1, true
	case "zwo":
		return 2, true
	}
	if v, ok := words[w]; ok {
		return v, v < 100
	}
	unit, tens, ok := strings.Cut(w, "und")
	if !ok {
		return 0, false
	}
	a, okUnit := germanTens(unit)
	b := words[tens]
	return a + b, okUnit && unit != "eins" && a > 0 && a < 10 && b >= 20 && b < 100
}
