package text

import (
	_ "embed"
	"maps"
	"strconv"
	"strings"
	"sync"
	"unicode/utf8"
)

var (
	//go:embed words/units.txt
	unitsFile string
	//go:embed words/scales.txt
	scalesFile string
	//go:embed words/numbers.txt
	numbersFile string
	//go:embed words/numbers_more.txt
	moreNumbersFile string
	//go:embed words/fractions.txt
	fractionsFile string
)

// rows yields the fields of the lines of an embedded list; an underscore in a
// word stands for a space.
func rows(file string) [][]string {
	var out [][]string
	for line := range strings.Lines(file) {
		if f := strings.Fields(line); len(f) > 1 && f[0] != "#" {
			for i := range f {
				f[i] = strings.ReplaceAll(f[i], "_", " ")
			}
			out = append(out, f)
		}
	}
	return out
}

// atof reads a number of an embedded list, which is ours and well-formed.
func atof(s string) float64 {
	f, err := strconv.ParseFloat(s, 64)
	if err != nil {
		panic("text: bad number in an embedded list: " + s)
	}
	return f
}

// lexicon holds the words that quantities are read with.
type lexicon struct {
	units    map[string]unit    // by word, in the form of Token.Text
	exact    map[string]unit    // by word as written
	scales   map[string]float64 // by word, in the form of Token.Text
	scaling  *WordSet           // the words of scales
	exactS   map[string]float64 // by word as written
	fraction map[string]float64
	fracLone map[string]bool               // is a fraction without a count before it
	anywhere map[string]float64            // number words that mean the same in every language
	langs    map[string][]string           // the languages of a number word, in order
	compound map[string]map[string]float64 // numbers that a language writes in one word
	starts   *WordSet                      // words that a quantity may begin with
}

var lexiconOnce = sync.OnceValue(func() *lexicon {
	l := &lexicon{
		units: map[string]unit{}, exact: map[string]unit{}, scales: map[string]float64{}, exactS: map[string]float64{},
		fraction: map[string]float64{}, fracLone: map[string]bool{}, anywhere: map[string]float64{},
		langs: map[string][]string{}, starts: NewWordSet(), scaling: NewWordSet(),
	}
	for _, r := range rows(unitsFile) {
		u := unit{r[0], r[1], atof(r[2]), atof(r[3])}
		for _, w := range r[4:] {
			if e, ok := strings.CutPrefix(w, "="); ok {
				l.exact[e] = u
			} else {
				l.units[fold(w)] = u
			}
		}
	}
	for _, r := range rows(scalesFile) {
		for _, w := range r[1:] {
			if e, ok := strings.CutPrefix(w, "="); ok {
				l.exactS[e] = atof(r[0])
			} else {
				l.scales[fold(w)] = atof(r[0])
				l.scaling.add(fold(w))
			}
		}
	}
	for _, r := range rows(fractionsFile) {
		for _, w := range r[1:] {
			w, counted := strings.CutPrefix(w, "*")
			w = fold(w)
			l.fraction[w] = atof(r[0])
			l.fracLone[w] = !counted
			if !counted {
				l.starts.add(w)
			}
		}
	}
	clash := map[string]bool{}
	for _, lang := range numeralLangs {
		n := numeralsOf[lang]
		for w, v := range n.values {
			if old, ok := l.anywhere[w]; ok && old != v || n.bound[w] {
				clash[w] = true
			}
			l.anywhere[w] = v
			l.langs[w] = append(l.langs[w], lang)
			l.starts.add(w)
		}
		for w := range n.ordinals {
			l.langs[w] = append(l.langs[w], lang)
			l.starts.add(w)
		}
	}
	for w := range clash {
		delete(l.anywhere, w)
	}
	for _, w := range strings.Fields(elsewhere) { // common words of another language
		delete(l.anywhere, w)
	}
	l.compound = compounds()
	for _, lang := range [...]string{"it", "nl", "sv"} {
		for w, v := range l.compound[lang] {
			l.anywhere[w] = v
			l.langs[w] = append(l.langs[w], lang)
			l.starts.add(w)
		}
	}
	for w := range months {
		l.starts.add(w)
	}
	for w := range clockWords {
		l.starts.add(w)
	}
	for w := range quantityOpeners {
		l.starts.add(w)
	}
	for w := range decadeWords {
		l.starts.add(w)
	}
	for w := range feminineParts {
		l.starts.add(w)
	}
	return l
})

// elsewhere lists number words that are common words of another language, or
// part of names, so that they count only in a text of their own language.
const elsewhere = "once dos due sei sex on un una uno une um uma en ett een one die bin to mil cent mille sept sette tres do null sto elf nove dez otto dix onze ten hai ba bon lima sei tam iki yuz elli nul noll on cem cento fem"

// compounds lists the numbers that Italian, Dutch and Swedish write in one word.
func compounds() map[string]map[string]float64 {
	out := map[string]map[string]float64{"it": {}, "nl": {}, "sv": {}}
	for lang, words := range out {
		row := strings.Fields(numberRow(lang))
		digit := func(i int) string {
			if row[i] == "-" {
				return map[string]string{"it": "uno", "nl": "een"}[lang]
			}
			return row[i]
		}
		for t := 2; t <= 9; t++ {
			tens := row[t+18]
			if t == 2 {
				tens = row[20]
			}
			for u := 1; u <= 9; u++ {
				w := digit(u)
				if lang == "sv" && u == 1 {
					w = "ett"
				}
				v := float64(t*10 + u)
				switch lang {
				case "it":
					stem := tens
					if u == 1 || u == 8 {
						stem = stem[:len(stem)-1]
					}
					words[fold(stem+w)] = v
					if u == 3 {
						words[fold(stem+"tré")] = v
					}
				case "nl":
					join := "en"
					if strings.HasSuffix(w, "e") {
						join = "ën"
					}
					words[fold(w+join+tens)] = v
				case "sv":
					words[fold(tens+w)] = v
				}
			}
			words[fold(row[28]+row[t])], words[fold(row[28]+row[t+8])] = float64(100+t), float64(100+t+8)
			words[fold(digit(t)+row[28])] = float64(t * 100)
			words[fold(row[28]+tens)] = float64(100 + t*10)
			words[fold(digit(t)+map[string]string{"it": "mila", "nl": "duizend", "sv": "tusen"}[lang])] = float64(t * 1000)
		}
	}
	for lang, words := range out {
		hundred := fold(strings.Fields(numberRow(lang))[28])
		for w, v := range maps.Clone(words) {
			if v > 20 && v < 100 {
				words[hundred+w] = 100 + v
			}
		}
	}
	return out
}

// numberRow returns the row of numbers.txt of a language without its name.
func numberRow(lang string) string {
	for line := range strings.Lines(numbersFile) {
		if rest, ok := strings.CutPrefix(line, lang+" "); ok {
			return rest
		}
	}
	return ""
}

// clockWords are times of day in one word, in minutes.
var clockWords = foldKeys(map[string]int{
	"noon": 720, "midday": 720, "midnight": 0, "mittag": 720, "mitternacht": 0, "midi": 720, "minuit": 0,
	"mediodía": 720, "medianoche": 0, "mezzogiorno": 720, "mezzanotte": 0, "полдень": 720, "полночь": 0, "północ": 0,
})

// decadeWords name a decade without its century.
var decadeWords = foldKeys(map[string]int{
	"twenties": 20, "thirties": 30, "forties": 40, "fifties": 50, "sixties": 60, "seventies": 70, "eighties": 80, "nineties": 90,
	"zwanziger": 20, "dreißiger": 30, "vierziger": 40, "fünfziger": 50, "sechziger": 60, "siebziger": 70, "achtziger": 80, "neunziger": 90,
})

// feminineParts are fractions before the word for part.
var feminineParts = map[string]float64{
	"tercera": 1. / 3, "terceras": 1. / 3, "terça": 1. / 3, "terças": 1. / 3, "terza": 1. / 3, "terze": 1. / 3,
	"cuarta": .25, "cuartas": .25, "quarta": .25, "quartas": .25, "quarte": .25,
	"quinta": .2, "quintas": .2, "quinte": .2, "sexta": 1. / 6, "sextas": 1. / 6, "sesta": 1. / 6,
	"octava": .125, "octavas": .125, "oitava": .125, "oitavas": .125, "ottava": .125,
	"décima": .1, "décimas": .1, "decima": .1, "decime": .1,
}

// quantityOpeners are further words that a quantity may begin with.
var quantityOpeners = foldKeys(map[string]int{
	"once": 1, "twice": 2, "thrice": 3, "zweimal": 2, "dreimal": 3, "minus": 0, "moins": 0, "menos": 0, "meno": 0, "минус": 0, "a": 0, "an": 0,
	"anderthalb": 0, "eineinhalb": 0, "zweieinhalb": 0, "fortnight": 0, "halb": 0, "viertel": 0, "полтора": 0,
	"quarter": 0, "siglo": 0, "século": 0, "secolo": 0, "siècle": 0,
})

func foldKeys(m map[string]int) map[string]int {
	out := make(map[string]int, len(m))
	for w, v := range m {
		out[fold(w)] = v
	}
	return out
}

// hanUnits are units of measure and currencies that follow a number without a
// space. Longer ones stand first.
var hanUnits = []struct{ text, unit string }{
	{"个百分点", "pp"}, {"パーセント", "%"}, {"퍼센트", "%"},
	{"平方公里", "km2"}, {"平方キロ", "km2"}, {"平方米", "m2"}, {"平方メートル", "m2"}, {"제곱미터", "m2"}, {"キログラム", "kg"}, {"キロメートル", "km"}, {"センチ", "cm"}, {"ミリ", "mm"}, {"メートル", "m"}, {"킬로미터", "km"}, {"킬로그램", "kg"}, {"미터", "m"},
	{"公里", "km"}, {"千米", "km"}, {"厘米", "cm"}, {"毫米", "mm"}, {"米", "m"}, {"公斤", "kg"}, {"千克", "kg"}, {"キロ", "km"}, {"毫克", "mg"}, {"克", "g"}, {"グラム", "g"}, {"吨", "t"}, {"噸", "t"}, {"トン", "t"}, {"톤", "t"},
	{"小时", "h"}, {"小時", "h"}, {"時間", "h"}, {"个小时", "h"}, {"시간", "h"}, {"ชั่วโมง", "h"}, {"分钟", "min"}, {"分鐘", "min"}, {"分間", "min"}, {"นาที", "min"}, {"秒", "s"}, {"วินาที", "s"},
	{"个工作日", "workday"}, {"工作日", "workday"}, {"営業日", "workday"}, {"영업일", "workday"},
	{"日間", "d"}, {"天", "d"}, {"日", "d"}, {"일", "d"}, {"วัน", "d"}, {"週間", "wk"}, {"周", "wk"}, {"星期", "wk"}, {"주", "wk"}, {"สัปดาห์", "wk"}, {"个月", "mo"}, {"個月", "mo"}, {"か月", "mo"}, {"ヶ月", "mo"}, {"カ月", "mo"}, {"개월", "mo"}, {"เดือน", "mo"}, {"年間", "yr"}, {"年", "yr"}, {"岁", "yr"}, {"歳", "yr"}, {"년", "yr"}, {"살", "yr"}, {"ปี", "yr"},
	{"美元", "usd"}, {"ドル", "dollar"}, {"달러", "dollar"}, {"日元", "jpy"}, {"円", "jpy"}, {"人民币", "cny"}, {"人民幣", "cny"}, {"欧元", "eur"}, {"歐元", "eur"}, {"ユーロ", "eur"}, {"유로", "eur"}, {"元", "cny"}, {"원", "krw"}, {"บาท", "thb"},
	{"メガ", "mb"}, {"升", "l"}, {"リットル", "l"}, {"公顷", "ha"}, {"亩", "mu"}, {"度", "°c"},
}

// currencySymbols are read before and behind a number. Longer ones stand first.
var currencySymbols = []struct{ text, unit string }{
	{"US$", "usd"}, {"C$", "cad"}, {"CA$", "cad"}, {"A$", "aud"}, {"AU$", "aud"}, {"NZ$", "nzd"}, {"S$", "sgd"}, {"HK$", "hkd"}, {"R$", "brl"}, {"MX$", "mxn"},
	{"$", "dollar"}, {"€", "eur"}, {"£", "gbp"}, {"¥", "¥"}, {"￥", "¥"}, {"₹", "inr"}, {"₽", "rub"}, {"₩", "krw"}, {"₺", "try"}, {"฿", "thb"}, {"৳", "bdt"}, {"₫", "vnd"}, {"zł", "pln"}, {"Rs.", "rupee"},
}

// currencyOf lists, for a name that several currencies share, which.
var currencyOf = map[string]string{
	"dollar": " usd cad aud nzd sgd hkd ", "¥": " jpy cny ", "kr": " sek nok dkk czk ", "franc": " chf ", "rupee": " inr pkr ", "peso": " mxn ",
	"cent": " dollar usd cad aud nzd eur kr sek nok dkk pln zar brl mxn rub franc chf ",
}

// isCurrency reports whether a unit is one of money.
func isCurrency(u string) bool {
	return strings.Contains(" dollar usd cad aud nzd sgd hkd eur gbp penny jpy inr rupee pkr bdt cny krw chf franc kr sek nok dkk czk pln rub try brl mxn peso zar cent ¥ thb vnd ", " "+u+" ")
}

// hanDigits are the numerals of Chinese and Japanese, hanTens what multiplies
// them.
var hanDigits = map[rune]float64{'〇': 0, '零': 0, '一': 1, '二': 2, '两': 2, '兩': 2, '三': 3, '四': 4, '五': 5, '六': 6, '七': 7, '八': 8, '九': 9}

var hanTens = map[rune]float64{'十': 10, '百': 100, '千': 1000, '万': 1e4, '萬': 1e4, '亿': 1e8, '億': 1e8, '兆': 1e12, '만': 1e4, '억': 1e8, '조': 1e12, '천': 1e3, '백': 100}

// eras are the Japanese eras, with the year before their first.
var eras = []struct {
	text string
	zero int
}{{"令和", 2018}, {"平成", 1988}, {"昭和", 1925}, {"大正", 1911}, {"明治", 1867}}

// zones are the names of time zones, in minutes east of UTC.
var zones = map[string]int{
	"UTC": 0, "GMT": 0, "Z": 0, "WET": 0, "WEST": 60, "BST": 60, "CET": 60, "MEZ": 60, "CEST": 120, "MESZ": 120, "EET": 120, "EEST": 180, "MSK": 180,
	"EST": -300, "EDT": -240, "CDT": -300, "MST": -420, "MDT": -360, "PST": -480, "PDT": -420, "JST": 540, "KST": 540, "AEST": 600, "AEDT": 660,
}

// romanValue reads a Roman numeral of capitals in its usual form; 0 for
// anything else.
func romanValue(s string) int {
	if s == "" || len(s) > 15 {
		return 0
	}
	total := 0
	for i := range len(s) {
		v := romanDigit(s[i])
		if v == 0 {
			return 0
		}
		if i+1 < len(s) && romanDigit(s[i+1]) > v {
			total -= v
		} else {
			total += v
		}
	}
	if romanOf(total) != s {
		return 0
	}
	return total
}

func romanDigit(c byte) int {
	switch c {
	case 'I':
		return 1
	case 'V':
		return 5
	case 'X':
		return 10
	case 'L':
		return 50
	case 'C':
		return 100
	case 'D':
		return 500
	case 'M':
		return 1000
	}
	return 0
}

func romanOf(n int) string {
	var b strings.Builder
	for _, r := range [...]struct {
		v int
		s string
	}{{1000, "M"}, {900, "CM"}, {500, "D"}, {400, "CD"}, {100, "C"}, {90, "XC"}, {50, "L"}, {40, "XL"}, {10, "X"}, {9, "IX"}, {5, "V"}, {4, "IV"}, {1, "I"}} {
		for n >= r.v {
			b.WriteString(r.s)
			n -= r.v
		}
	}
	return b.String()
}

// digitAt reads a decimal digit of any script at byte i of s; n is 0 if there
// is none.
func digitAt(s string, i int) (v byte, n int) {
	if i >= len(s) {
		return 0, 0
	}
	c := s[i]
	if c < utf8.RuneSelf {
		if class[c] == digit {
			return c, 1
		}
		return 0, 0
	}
	r, n := utf8.DecodeRuneInString(s[i:])
	if r >= 0xff10 && r <= 0xff19 { // full width
		return byte('0' + r - 0xff10), n
	}
	if d, ok := decimal(r); ok {
		return byte(d), n
	}
	return 0, 0
}

// leadingDigits reads the decimal digits of any script at byte p of s, at most so
// many; end is p if there are none.
func leadingDigits(s string, p, most int) (v, end int) {
	for end = p; most > 0; most-- {
		d, n := digitAt(s, end)
		if n == 0 {
			break
		}
		v = v*10 + int(d-'0')
		end += n
	}
	return v, end
}

var unitsByName = sync.OnceValue(func() map[string]unit {
	m := map[string]unit{}
	for _, r := range rows(unitsFile) {
		m[r[0]] = unit{r[0], r[1], atof(r[2]), atof(r[3])}
	}
	return m
})
