package text

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// scanner reads the quantities of a Doc in one pass over its words.
type scanner struct {
	d     *Doc
	s     string
	lx    *lexicon
	comma bool // decimal commas
	done  int  // everything before this byte is read
	out   []Quantity
	links []Span
	pre   []string // the words before byte preAt
	preAt int
}

// maxQuantities bounds what is kept of one text: no answer or passage holds so
// many values, and a dump of a table must not fill the memory.
const maxQuantities = 50000

func scanQuantities(d *Doc) []Quantity {
	sc := &scanner{d: d, s: d.Text, lx: lexiconOnce(), comma: commaLanguage(d.Lang)}
	sc.findLinks()
	de := d.Lang == "de" || d.Lang == ""
	for i, t := range d.Tokens {
		if len(sc.out) >= maxQuantities {
			break
		}
		if len(sc.links) > 0 && t.End > sc.links[0].Start {
			sc.add(Quantity{Span: sc.links[0], Kind: Link})
			sc.links = sc.links[1:]
		}
		if t.Start < sc.done && t.End <= sc.done {
			continue
		}
		c := t.Text[0]
		switch {
		case c >= utf8.RuneSelf && sc.han(t):
		case t.Start < sc.done:
		case hasDigit(t.Text):
			sc.digits(i)
		case sc.lx.starts.Has(t.Text):
			sc.words(i)
		case de && len(t.Text) > 4 && germanStarts[t.Text[:3]]:
			if v, _, ok := germanNumeral(t.Text); ok && v > 0 {
				sc.words(i)
			}
		case strings.IndexByte("ivxlcdm", c) >= 0:
			sc.roman(i)
		}
	}
	for i := range sc.out {
		q := &sc.out[i]
		q.Text = q.Of(d.Text)
		q.lang = d.Lang
	}
	return sc.out
}

func commaLanguage(lang string) bool {
	return lang != "" && strings.Contains(decimalComma, " "+lang+" ")
}

func hasDigit(s string) bool {
	for i := range len(s) {
		if classOf(s[i]) == digit {
			return true
		}
	}
	return false
}

func (sc *scanner) add(q Quantity) {
	if q.Start < sc.done { // what stands before it was read with the one before
		q.Start = sc.done
	}
	if q.End <= q.Start {
		return
	}
	sc.done = q.End
	if sc.out == nil {
		n := 1
		for _, t := range sc.d.Tokens {
			if c := t.Text[0]; c >= '0' && c <= '9' {
				n++
			}
		}
		sc.out = make([]Quantity, 0, min(n, 256))
	}
	if len(sc.out) == cap(sc.out) {
		sc.out = slices.Grow(sc.out, len(sc.out)) // values are large: append by itself would copy them ever more often
	}
	sc.out = append(sc.out, q)
}

// findLinks finds URLs: with a scheme, or a domain with a path.
func (sc *scanner) findLinks() {
	s := sc.s
	for at := 0; ; {
		k := strings.IndexByte(s[at:], '/')
		if k < 0 {
			return
		}
		k += at
		from := k
		for from > at && k-from < 128 && !linkEdge(s[from-1]) {
			from--
		}
		end := k
		for end < len(s) && end-k < 2048 && !linkEdge(s[end]) {
			end++
		}
		at = end
		if at == k {
			at++
		}
		if head := s[from:k]; strings.HasSuffix(head, ":") && strings.HasPrefix(s[k:], "//") && len(head) > 2 || domain(head) {
			for end > from && strings.IndexByte(".,;:!?*'", s[end-1]) >= 0 {
				end--
			}
			sc.links = append(sc.links, Span{from, end})
		}
	}
}

func linkEdge(c byte) bool {
	return c <= ' ' || strings.IndexByte("()<>[]{}\"`|,", c) >= 0
}

// domain reports whether s is a host name such as docs.example.org.
func domain(s string) bool {
	dot := strings.LastIndexByte(s, '.')
	if dot < 2 || len(s)-dot < 3 || len(s)-dot > 12 {
		return false
	}
	for i := range len(s) {
		c := s[i]
		if classOf(c) == other && c != '.' && c != '-' || i > dot && classOf(c) != letter {
			return false
		}
	}
	return classOf(s[0]) != other
}

// chunk is the run of characters without spaces around bytes [from, to), without
// the punctuation around it.
func (sc *scanner) chunk(from, to int) (int, int) {
	s := sc.s
	for n := 0; from > sc.done && n < 48; n++ {
		r, size := utf8.DecodeLastRuneInString(s[:from])
		if from-size < sc.done || unicode.IsSpace(r) || unspaced(r) || strings.ContainsRune(chunkEdges+",_", r) {
			break
		}
		from -= size
	}
	for n := 0; to < len(s) && n < 64; n++ {
		r, size := utf8.DecodeRuneInString(s[to:])
		if unicode.IsSpace(r) || unspaced(r) || strings.ContainsRune(chunkEdges, r) || r == ',' && !wordFollows(s[to+1:]) {
			break
		}
		to += size
	}
	for to > from && strings.IndexByte(".,;:!?'", s[to-1]) >= 0 {
		to--
	}
	return from, to
}

// chunkEdges end a run of characters; marks of direction are among them.
const chunkEdges = "()[]{}<>\"“”„«»|;*`\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff"

func wordFollows(s string) bool {
	_, n := digitAt(s, 0)
	return n > 0
}

// digits reads the quantity around token i, which holds a digit.
func (sc *scanner) digits(i int) {
	t, s := sc.d.Tokens[i], sc.s
	p := max(t.Start, sc.done)
	for p < t.End {
		if _, n := digitAt(s, p); n > 0 {
			break
		}
		_, n := utf8.DecodeRuneInString(s[p:])
		p += n
	}
	if p >= t.End {
		if v, n := vulgar(s, t.Start); n > 0 {
			sc.measure(t.Start, literal{v: v, fraction: true, dec: 4, digits: 4}, t.Start+n, false)
		}
		return
	}
	from, to := sc.chunk(p, t.End)
	pre := s[from:p]
	pre = strings.TrimLeft(pre, "'‘’“”~≈<>=±:.…–—−#№%")
	if sc.marker(p, t.End) {
		return
	}
	word := strings.TrimRight(pre, "+-−–$€£¥₹₽₩~≈.'’")
	if k := strings.LastIndexAny(word, "/:=,&"); k >= 0 && !strings.HasPrefix(strings.ToLower(word), "http") {
		pre, word = pre[k+1:], word[k+1:]
	}
	for _, dash := range [...]string{"–", "—", "−"} {
		if k := strings.LastIndex(word, dash); k >= 0 {
			pre, word = pre[k+len(dash):], word[k+len(dash):]
		}
	}
	hyphen := strings.HasSuffix(pre, "-") && word != ""
	switch {
	case word == "" || sc.moneyWord(word) || strings.HasSuffix(pre, "$") || strings.ContainsAny(word, "$€£¥₹"):
	case sc.fiscal(word, p, p-len(pre)):
		return
	case word == "v" || word == "V" && strings.Contains(s[p:to], "."):
		sc.add(Quantity{Span: Span{p, to}, Kind: Identifier, version: true})
		return
	case hyphen && strings.ToLower(word) == word, strings.ContainsRune(word, '@'):
		// "mid-1990", "covid-19": the number stands for itself
	case strings.EqualFold(word, "kl") || strings.EqualFold(word, "no") || strings.EqualFold(word, "nr") || strings.EqualFold(word, "p") || strings.EqualFold(word, "T"):
	case !asciiLetters(word) && !hyphen:
		// glued in a script that does not set words apart
	default:
		sc.add(Quantity{Span: Span{p - len(pre), to}, Kind: Identifier})
		return
	}
	if sc.saysVersion(p) && sc.code(p, to) || sc.calendar(i, p) || sc.clock(p) || sc.code(p, to) {
		return
	}
	lit, end, ok := sc.literal(p)
	if !ok {
		return
	}
	// Letters that are no unit make a code of it: 17B, 4x4.
	if end < to && lit.exp == 0 {
		if r, _ := utf8.DecodeRuneInString(s[end:]); r < utf8.RuneSelf && class[byte(r)] == letter && !sc.tailKnown(end) {
			sc.add(Quantity{Span: Span{p, to}, Kind: Identifier})
			return
		}
	}
	sc.measure(p, lit, end, false)
}

// marker reports whether the digits from p to e number an item of a list or cite
// a source: "2. Open the lid", "[3]". They state nothing, unless nothing else
// is said.
func (sc *scanner) marker(p, e int) bool {
	s := sc.s
	if e-p > 3 || e >= len(s) || p > 0 && (s[p-1] == '.' || s[p-1] == ',') {
		return false
	}
	if s[e] == ']' || strings.HasPrefix(s[e:], "】") {
		return p > 1 && s[p-1] == '[' || strings.HasSuffix(s[:p], "【")
	}
	if s[e] == ')' && p > 0 && s[p-1] == '(' {
		if _, n := digitAt(s, sc.skipSpace(e+1)); n > 0 {
			return false // (555) 010-0199
		}
	}
	if s[e] != '.' && s[e] != ')' || e+1 < len(s) && s[e+1] != ' ' && s[e+1] != '\n' || strings.TrimSpace(s[e+1:min(len(s), e+40)]) == "" {
		return false
	}
	for k := p; ; k-- {
		if k == 0 || s[k-1] == '\n' {
			return !sc.dateFollows(e)
		}
		if strings.IndexByte(".;:!?", s[k-1]) >= 0 && k < p {
			return true
		}
		if strings.IndexByte(" \t#*->_(", s[k-1]) < 0 {
			return false
		}
	}
}

// dateFollows reports whether a month stands behind byte e: 3. April.
func (sc *scanner) dateFollows(e int) bool {
	w, _ := sc.next(e + 1)
	return w != "" && (months[w] > 0 || strings.Contains(centuryWords, " "+w+" ") || w == "quartal")
}

func asciiLetters(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// tailKnown reports whether the letters glued to a number at byte end are a
// unit, a scale, an ordinal ending or a multiplier.
func (sc *scanner) tailKnown(end int) bool {
	w, e := sc.word(end)
	if w == "N" || w == "M" && strings.HasPrefix(sc.s[e:], "'s") || w == "M" && strings.HasPrefix(sc.s[e:], "’s") {
		return false
	}
	if e < len(sc.s) && (classOf(sc.s[e]) == digit) {
		return w == "x" || w == "h" || w == "e"
	}
	if _, ok := sc.lx.exact[w]; ok {
		return true
	}
	if _, ok := sc.lx.exactS[w]; ok {
		return true
	}
	w = foldWord(w)
	if _, ok := sc.lx.units[w]; ok {
		return true
	}
	if _, ok := sc.lx.scales[w]; ok {
		return true
	}
	return strings.Contains(" st nd rd th er e eme ème ste de a x p am pm m s ers er ier iere ", " "+w+" ")
}

// word reads the letters at byte p as written.
func (sc *scanner) word(p int) (string, int) {
	e := p
	for e < len(sc.s) && e-p < 40 {
		c := sc.s[e]
		if c < utf8.RuneSelf {
			if class[c] != letter {
				break
			}
			e++
			continue
		}
		r, n := utf8.DecodeRuneInString(sc.s[e:])
		if unspaced(r) || !unicode.IsLetter(r) && !unicode.IsMark(r) {
			break
		}
		e += n
	}
	return sc.s[p:e], e
}

// skipSpace skips a few spaces on one line.
func (sc *scanner) skipSpace(p int) int {
	for n := 0; n < 4; n++ {
		r, size := utf8.DecodeRuneInString(sc.s[p:])
		if r != ' ' && r != '\u00a0' && r != '\u202f' && r != '\u2009' && r != '\t' {
			break
		}
		p += size
	}
	return p
}

// next reads the word behind byte p, in the form of Token.Text; "" if something
// else stands there.
func (sc *scanner) next(p int) (string, int) {
	w, e := sc.word(sc.skipSpace(p))
	if w == "" {
		return "", p
	}
	return foldWord(w), e
}

// before returns up to n words before byte p, in the form of Token.Text, with
// spaces around; a sentence mark ends them.
func (sc *scanner) before(p, n int) string {
	f := sc.lastWords(p, n)
	switch len(f) {
	case 0:
		return "  "
	case 1:
		return " " + f[0] + " "
	}
	return " " + strings.Join(f, " ") + " "
}

// lastWords returns them one by one.
func (sc *scanner) lastWords(p, n int) []string {
	if sc.preAt != p || sc.pre == nil {
		sc.preAt, sc.pre = p, sc.wordsBefore(p)
	}
	return sc.pre[max(0, len(sc.pre)-n):]
}

// wordsBefore reads the last words within 64 bytes before byte p.
func (sc *scanner) wordsBefore(p int) []string {
	from := max(0, p-64)
	for from < p && !utf8.RuneStart(sc.s[from]) {
		from++
	}
	part := sc.s[from:p]
	if k := strings.LastIndexAny(part, ".;!?\n|()"); k >= 0 && (k+1 < len(part) && part[k] != '.' || part[k] == '.' && k+2 < len(part) && k > 3) {
		part = part[k+1:]
	}
	f := strings.FieldsFunc(foldWord(part), func(r rune) bool {
		return unicode.IsSpace(r) || r == ',' || r == ':' || r == '"'
	})
	if f == nil {
		return []string{}
	}
	return f
}

// foldWord is fold with a short way for ASCII.
func foldWord(s string) string {
	if ascii(s) {
		return strings.ToLower(s)
	}
	return fold(s)
}

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

// code reads versions, telephone numbers and numbers with leading zeros at byte
// p; to is where the run without spaces ends.
func (sc *scanner) code(p, to int) bool {
	s := sc.s
	c := s[p:to]
	dots, hyphens, digits, colons, rest := 0, 0, 0, 0, 0
	for i := range len(c) {
		switch {
		case c[i] == '.':
			dots++
		case c[i] == '-':
			hyphens++
		case c[i] == ':':
			colons++
		case classOf(c[i]) == digit:
			digits++
		default:
			rest++
		}
	}
	version := sc.saysVersion(p)
	switch {
	case rest == 0 && colons == 1 && dots == 0 && hyphens == 0 && len(c) > 5 && c[len(c)-5] == ':' && yearOf(c[len(c)-4:]) > 0: // ISO 16:1975
		sc.add(Quantity{Span: Span{p, to}, Kind: Identifier})
		return true
	case version && rest == 0 && colons == 0, dots >= 2 && hyphens == 0 && colons == 0 && digits > 0 && rest <= 4 && !grouped(c):
		sc.add(Quantity{Span: Span{p, to}, Kind: Identifier, version: true})
		return true
	case rest == 0 && colons == 1 && hyphens == 0 && dots == 0 && digits+1 == len(c) && c[len(c)-1] != ':' && digits < 7: // 3:1
		sc.add(Quantity{Span: Span{p, to}, Kind: Identifier})
		return true
	case rest == 0 && (hyphens >= 2 || hyphens == 1 && colons == 1), digits > 1 && digits == len(c) && c[0] == '0' && !sc.spacedPhone(p) && !sc.unitFollows(to):
		sc.add(Quantity{Span: Span{p, to}, Kind: Identifier})
		return true
	}
	if rest == 0 && hyphens == 1 && dots == 0 && digits >= 6 {
		k := strings.IndexByte(c, '-')
		if k == 3 && len(c)-k == 5 || c[0] == '0' {
			sc.add(Quantity{Span: Span{p, to}, Kind: Identifier})
			return true
		}
	}
	// +44 20 7946 0123, 020 7946 0123, (020) 7946 0123
	plus := p > 0 && s[p-1] == '+'
	bracket := p > 0 && s[p-1] == '('
	if !plus && s[p] != '0' && !bracket {
		return false
	}
	e, n, groups, end := p, 0, 0, p
	for e < len(s) && n < 18 {
		if _, m := digitAt(s, e); m > 0 {
			if e == p || s[e-1] < '0' || s[e-1] > '9' {
				groups++
			}
			n++
			e += m
			end = e
			continue
		}
		if strings.IndexByte(" -.()/", s[e]) < 0 || e-end > 1 {
			break
		}
		e++
	}
	if n < 7 || groups < 2 && !plus {
		return false
	}
	sc.add(Quantity{Span: Span{p, end}, Kind: Identifier, phone: true})
	return true
}

func (sc *scanner) unitFollows(p int) bool {
	_, _, ok := sc.unit(p, false)
	return ok
}

// spacedPhone reports whether more digits follow the group at p.
func (sc *scanner) spacedPhone(p int) bool {
	for p < len(sc.s) && classOf(sc.s[p]) == digit {
		p++
	}
	return p+1 < len(sc.s) && strings.IndexByte(" )/", sc.s[p]) >= 0 && (classOf(sc.s[p+1]) == digit || p+2 < len(sc.s) && sc.s[p+1] == ' ' && classOf(sc.s[p+2]) == digit)
}

// grouped reports whether c is digits in groups of three: 1.072.000.
func grouped(c string) bool {
	for i, g := range strings.Split(c, ".") {
		if i > 0 && len(g) != 3 || len(g) > 3 {
			return false
		}
	}
	return true
}

func (sc *scanner) saysVersion(p int) bool {
	f := sc.lastWords(p, 1)
	if len(f) == 0 {
		return false
	}
	w := strings.Trim(f[0], " .:")
	return w != "" && versionNames.Has(w)
}

// versionNames stand before the number of a version.
var versionNames = NewWordSet(strings.Fields("version versions v release ver versión versione versão versie wersja wersji версия версии версию sürüm")...)

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
	switch name {
	case "d":
		return sc.lx.units["days"]
	case "h":
		return sc.lx.units["hours"]
	case "s":
		return sc.lx.units["seconds"]
	case "wk":
		return sc.lx.units["weeks"]
	case "mo":
		return sc.lx.units["months"]
	case "yr":
		return sc.lx.units["years"]
	case "t":
		return sc.lx.units["tonnes"]
	case "mb":
		return sc.lx.units["megabyte"]
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

// roman reads a Roman numeral behind a name: Aldric IV, Chapter XII.
func (sc *scanner) roman(i int) {
	t := sc.d.Tokens[i]
	raw := t.of(sc.s)
	if ord := strings.TrimRight(raw, "eèm"); len(ord) < len(raw) { // XVIIIe siècle
		if v := romanValue(ord); v > 0 {
			sc.century(t.Start, t.End, v)
		}
		return
	}
	v := romanValue(raw)
	if v == 0 {
		return
	}
	if sc.century(t.Start, t.End, v) {
		return
	}
	// after the word for century: siglo XVIII, século XVIII
	if i == 0 {
		return
	}
	prev := sc.d.Tokens[i-1]
	if strings.Contains(" siglo século secolo siècle ", " "+prev.Text+" ") {
		sc.add(Quantity{Span: Span{prev.Start, t.End}, Kind: Calendar, date: centuryOf(v, sc.eraAfter(t.End))})
		return
	}
	if !sc.d.capital(i-1) || strings.TrimSpace(sc.d.between(i-1)) != "" || raw == "I" && !sc.ends(t.End) || len(raw) == 1 && raw != "I" && raw != "V" && raw != "X" {
		return
	}
	if v > 39 || sc.d.acronym(i-1) {
		return
	}
	if raw == "I" && strings.Contains(" and then as when if that which can may do did so am ", " "+prev.Text+" ") {
		return
	}
	sc.add(Quantity{Span: Span{t.Start, t.End}, Kind: Ordinal, Low: float64(v), High: float64(v), roman: true})
}

func (t Token) of(s string) string { return s[t.Start:t.End] }

// ends reports whether a clause ends at byte e.
func (sc *scanner) ends(e int) bool {
	rest := strings.TrimLeft(sc.s[e:], " ")
	return rest == "" || strings.IndexByte(".,;:!?)", rest[0]) >= 0
}
