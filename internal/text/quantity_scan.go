package text

import (
	"slices"
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
