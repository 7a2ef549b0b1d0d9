package text

import (
	"math"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// currencyBefore reads a currency before byte p; from is where it begins.
func (sc *scanner) currencyBefore(p int) (name string, from int) {
	lo := max(sc.done, p-8)
	part := strings.TrimRight(sc.s[lo:p], " \u00a0-−+~(")
	if part == "" || p-lo-len(part) > 4 {
		return "", p
	}
	for _, c := range currencySymbols {
		if strings.HasSuffix(part, c.text) {
			return c.unit, lo + len(part) - len(c.text)
		}
	}
	k := len(part)
	if part[k-1] == '.' {
		k--
	}
	j := k
	for j > 0 {
		r, n := utf8.DecodeLastRuneInString(part[:j])
		if !unicode.IsLetter(r) {
			break
		}
		j -= n
	}
	if j == k || j == 0 && lo > 0 && alnum(sc.s[lo-1]) {
		return "", p
	}
	if u, ok := sc.currencyWord(part[j:k]); ok && u != "" {
		return u, lo + j
	}
	return "", p
}

// sign reads a minus, or the brackets that stand for one in accounts.
func (sc *scanner) sign(q *Quantity, start int) {
	s := sc.s
	at := min(start, q.Start)
	for _, p := range [...]int{start, at} {
		for _, sign := range [...]string{"-", "−", "–"} {
			rest, ok := strings.CutSuffix(s[:p], sign)
			if !ok {
				continue
			}
			before := strings.TrimRight(rest, " ")
			r, _ := utf8.DecodeLastRuneInString(rest)
			glued := rest == "" || unicode.IsSpace(r) || strings.ContainsRune("([|:=$€£\"*~", r)
			if glued && !(sign == "–" && len(before) > 0 && alnum(before[len(before)-1])) {
				q.Low, q.High = -q.Low, -q.High
				q.Start = max(min(q.Start, len(rest)), min(sc.done, q.Start))
				return
			}
		}
	}
	switch strings.TrimSpace(sc.before(at, 1)) {
	case "minus", "moins", "menos", "meno", "минус", "negative", "零下":
		q.Low, q.High = -q.Low, -q.High
		return
	}
	if strings.HasSuffix(strings.TrimSpace(s[max(0, at-8):at]), "零下") {
		q.Low, q.High = -q.Low, -q.High
		return
	}
	if strings.HasSuffix(s[:start], "(") && strings.HasPrefix(s[q.End:], ")") {
		q.brackets = true
		line := s[:start]
		if len(line) > 400 {
			line = line[len(line)-400:]
		}
		if k := strings.LastIndexByte(line, '\n'); k >= 0 {
			line = line[k:]
		}
		if strings.ContainsAny(line, "|\t") || strings.HasSuffix(s[:start], "$(") {
			q.Low, q.High, q.brackets = -q.Low, -q.High, false
		}
	}
	q.down = slices.ContainsFunc(sc.lastWords(at, 5), downWords.Has)
}

var downWords = NewWordSet(strings.Fields("fell fall decreased decrease declined decline dropped drop down loss losses lost reduction reduced shrank contracted negative lower gesunken sank rückgang verlust baisse perte baissé caída pérdida bajó calo perdita queda daling verlies minskning spadek strata снижение убыток падение outflow used")...)

// bound is an operator that stands with a value.
type bound uint8

const (
	unbound bound = iota
	atLeast
	atMost
	over
	under
	every
	lasting // for three years
	until
	from
	beforeIt
	afterIt
)

var boundPhrases = []struct {
	words string
	b     bound
}{
	{"no less than", atLeast}, {"not less than", atLeast}, {"no fewer than", atLeast}, {"not fewer than", atLeast}, {"at least", atLeast}, {"a minimum of", atLeast}, {"minimum of", atLeast}, {"minimum", atLeast}, {"from at least", atLeast},
	{"no more than", atMost}, {"not more than", atMost}, {"not exceeding", atMost}, {"at most", atMost}, {"up to", atMost}, {"a maximum of", atMost}, {"maximum of", atMost}, {"maximum", atMost}, {"not over", atMost}, {"not exceed", atMost},
	{"more than", over}, {"greater than", over}, {"over", over}, {"above", over}, {"exceeding", over}, {"older than", over}, {"longer than", over}, {"larger than", over}, {"higher than", over}, {"better than", over},
	{"less than", under}, {"fewer than", under}, {"under", under}, {"below", under}, {"younger than", under}, {"shorter than", under}, {"lower than", under}, {"smaller than", under},
	{"mindestens", atLeast}, {"wenigstens", atLeast}, {"höchstens", atMost}, {"maximal", atMost}, {"bis zu", atMost}, {"mehr als", over}, {"über", over}, {"weniger als", under}, {"unter", under}, {"alle", every}, {"jede", every}, {"jeden", every},
	{"au moins", atLeast}, {"minimum de", atLeast}, {"au plus", atMost}, {"jusqu'à", atMost}, {"plus de", over}, {"moins de", under}, {"tous les", every}, {"toutes les", every},
	{"al menos", atLeast}, {"por lo menos", atLeast}, {"como máximo", atMost}, {"más de", over}, {"menos de", under}, {"cada", every},
	{"almeno", atLeast}, {"al massimo", atMost}, {"più di", over}, {"meno di", under}, {"ogni", every},
	{"pelo menos", atLeast}, {"no máximo", atMost}, {"mais de", over},
	{"minstens", atLeast}, {"ten minste", atLeast}, {"hoogstens", atMost}, {"meer dan", over}, {"minder dan", under}, {"elke", every}, {"om de", every},
	{"minst", atLeast}, {"högst", atMost}, {"mer än", over}, {"mindre än", under}, {"varje", every}, {"vart", every},
	{"co najmniej", atLeast}, {"najwyżej", atMost}, {"ponad", over}, {"mniej niż", under}, {"więcej niż", over}, {"co", every},
	{"не менее", atLeast}, {"минимум", atLeast}, {"не более", atMost}, {"более", over}, {"больше", over}, {"свыше", over}, {"менее", under}, {"меньше", under}, {"каждые", every}, {"каждый", every},
	{"en az", atLeast}, {"en fazla", atMost}, {"her", every},
	{"every", every}, {"each", every}, {"once every", every}, {"for", lasting}, {"für", lasting}, {"lasts", lasting}, {"pendant", lasting}, {"durante", lasting},
}

var boundOf = func() map[string]bound {
	m := map[string]bound{}
	for _, p := range boundPhrases {
		m[fold(p.words)] = p.b
	}
	return m
}()

// boundEnds are the last words of boundOf.
var boundEnds = func() *WordSet {
	s := NewWordSet()
	for p := range boundOf {
		s.add(p[strings.LastIndexByte(p, ' ')+1:])
	}
	return s
}()

var hanHeads = []struct {
	words string
	b     bound
}{{"至少", atLeast}, {"最低", atLeast}, {"最多", atMost}, {"最大", atMost}, {"超过", over}, {"不到", under}, {"每", every}}

var boundTails = []struct {
	words string
	b     bound
}{
	{"or more", atLeast}, {"or older", atLeast}, {"or over", atLeast}, {"or above", atLeast}, {"or higher", atLeast}, {"or longer", atLeast}, {"or later", atLeast}, {"and over", atLeast}, {"and older", atLeast}, {"and above", atLeast}, {"and up", atLeast}, {"minimum", atLeast}, {"at least", atLeast},
	{"or less", atMost}, {"or fewer", atMost}, {"or younger", atMost}, {"or under", atMost}, {"or below", atMost}, {"maximum", atMost}, {"at most", atMost}, {"or lower", atMost},
	{"oder mehr", atLeast}, {"oder älter", atLeast}, {"und älter", atLeast}, {"oder weniger", atMost}, {"ou plus", atLeast}, {"ou moins", atMost}, {"o más", atLeast}, {"o menos", atMost}, {"o più", atLeast}, {"o meno", atMost}, {"ou mais", atLeast}, {"of meer", atLeast}, {"of minder", atMost}, {"eller mer", atLeast}, {"eller mindre", atMost}, {"lub więcej", atLeast}, {"или более", atLeast}, {"или больше", atLeast},
}

var hanTails = []struct {
	words string
	b     bound
}{{"以上", atLeast}, {"以下", atMost}, {"未満", under}, {"未满", under}, {"이상", atLeast}, {"이하", atMost}, {"미만", under}, {"超", over}}

// bounds reads "about", "at least", "or more" around q.
func (sc *scanner) bounds(q *Quantity, start int) {
	at := min(start, q.Start)
	fields := sc.lastWords(at, 5)
	if len(fields) > 0 && approxWords.Has(fields[len(fields)-1]) {
		q.approx = true
		fields = fields[:len(fields)-1]
	}
	if t := strings.TrimRight(sc.s[max(0, at-4):at], " "); strings.HasSuffix(t, "~") || strings.HasSuffix(t, "≈") || strings.HasSuffix(t, "约") || strings.HasSuffix(t, "約") {
		q.approx = true
	}
	found := false
	for n := min(4, len(fields)); n > 0 && !found && boundEnds.Has(fields[len(fields)-1]); n-- {
		phrase := strings.Join(fields[len(fields)-n:], " ")
		if b, ok := boundOf[phrase]; ok {
			if n == 1 && strings.Contains(" co alle her for each cada varje ", " "+phrase+" ") && q.dim != "time" && q.dim != "months" && q.dim != "workdays" {
				continue
			}
			q.op, found = b, true
		}
	}
	if !found {
		t := strings.TrimRight(sc.s[max(0, at-9):at], " ")
		for _, b := range hanHeads {
			if strings.HasSuffix(t, b.words) {
				q.op = b.b
			}
		}
		switch {
		case strings.HasSuffix(t, "≥"):
			q.op = atLeast
		case strings.HasSuffix(t, "≤"):
			q.op = atMost
		case strings.HasSuffix(t, ">"):
			q.op = over
		case strings.HasSuffix(t, "<"):
			q.op = under
		}
	}
	if w, e := sc.next(q.End); w != "" {
		if w2, _ := sc.next(e); w2 != "" {
			for _, b := range boundTails {
				if b.words == w+" "+w2 {
					q.op = b.b
				}
			}
		}
		if w == "minimum" {
			q.op = atLeast
		} else if w == "maximum" {
			q.op = atMost
		}
	} else {
		rest := sc.s[q.End:]
		for _, b := range hanTails {
			if strings.HasPrefix(rest, b.words) {
				q.op = b.b
			}
		}
		if strings.HasPrefix(rest, "+") && (len(rest) == 1 || !alnum(rest[1])) {
			q.op = atLeast
		}
	}
}

var approxWords = NewWordSet(strings.Fields("about around approximately roughly nearly almost circa ca c. ca. approx. approx some etwa rund ungefähr fast environ presque aproximadamente alrededor unos unas cerca casi circa quasi ongeveer bijna omkring ungefär cirka około prawie около примерно почти yaklaşık लगभग প্রায় حوالي")...)

// rangeEnd reads the second number of a range behind byte e.
func (sc *scanner) rangeEnd(start, e int, q *Quantity) (hi float64, end int, ok bool) {
	s := sc.s
	// the unit of the first may stand between: 3 km to 5 km
	p := e
	r, n := utf8.DecodeRuneInString(s[sc.skipSpace(p):])
	joined := false
	switch {
	case strings.ContainsRune("-–—~〜～", r) && n > 0:
		k := sc.skipSpace(p)
		after := sc.skipSpace(k + n)
		if k > p && after == k+n && r == '-' { // "5 -3": a sign
			return 0, e, false
		}
		if k > p && after > k+n && r == '-' && sc.minuend(after, q) { // $5 - $3
			return 0, e, false
		}
		p, joined = after, true
	default:
		w, we := sc.next(p)
		pre := sc.before(min(start, q.Start), 1)
		switch w {
		case "to", "bis", "à", "a", "до", "tot", "till", "til", "do", "al", "až", "से", "থেকে", "đến", "hingga", "إلى":
			p, joined = sc.skipSpace(we), true
		case "and", "und", "et", "y", "e", "en", "och", "i", "и", "ve":
			if strings.Contains(" between zwischen entre tra fra tussen mellan między между ", pre) {
				p, joined = sc.skipSpace(we), true
			}
		}
		if !joined && r == '至' || r == '到' || r == '부' {
			p, joined = sc.skipSpace(p)+n, true
		}
	}
	if !joined || p >= len(s) {
		return 0, e, false
	}
	for _, c := range currencySymbols {
		if strings.HasPrefix(s[p:], c.text) {
			p += len(c.text)
			break
		}
	}
	if _, n := digitAt(s, p); n > 0 {
		l, le, ok := sc.literal(p)
		if !ok || l.fraction != q.lit.fraction && l.fraction {
			return 0, e, false
		}
		// a date or a code is no end of a range
		if le < len(s) && (s[le] == '-' || s[le] == ':' || s[le] == '/') && le+1 < len(s) && classOf(s[le+1]) == digit {
			return 0, e, false
		}
		q.step = min(q.step, math.Pow(10, float64(l.exp-l.dec)))
		q.altHigh = l.alt
		if l.hasAlt && q.lit.hasAlt && (l.dec == 0) != (q.lit.dec == 0) { // 5.000 a 5.500: both are read alike
			l.v, q.altHigh = l.alt, l.v
		}
		return l.v, le, true
	}
	v, we, _, ok := sc.wordNumber(p)
	return v, we, ok
}

// minuend reports whether the number at byte p is taken away from q rather than
// the end of a range: it is smaller or has a currency of its own.
func (sc *scanner) minuend(p int, q *Quantity) bool {
	if _, n := digitAt(sc.s, p); n == 0 {
		return true
	}
	l, _, ok := sc.literal(p)
	return !ok || l.v <= q.Low
}
