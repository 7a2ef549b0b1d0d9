package match

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/ragdiag/ragdiag/internal/text"
)

// view is a text prepared to have words looked up in it. It is made once and
// held against many references.
type view struct {
	d        *text.Doc
	words    []word
	at       map[string][]int       // words by key, by stem and by joined neighbours
	compact  string                 // see compactText
	sentence []int                  // of each token
	clause   []clause               // of each token; nil: not worked out
	ops      []occurrence[operator] // see operators
	opsLang  string
	values   []text.Quantity
	aside    []bool // see brackets
	kinds    []int  // see distinct
}

// word is one token with the forms that it is compared by.
type word struct {
	key   string // spelling aside: accents, umlauts, British and American, marks kept
	base  string // key without the marks
	stem  string
	cap   bool
	stop  bool
	dense bool
}

func newView(d *text.Doc) *view {
	v := &view{d: d, words: make([]word, len(d.Tokens)), at: make(map[string][]int, 2*len(d.Tokens)), sentence: make([]int, len(d.Tokens))}
	for i, s := range d.Sentences {
		for t := s.Token; t < s.TokenEnd; t++ {
			v.sentence[t] = i
		}
	}
	for i := range d.Tokens {
		w := readWord(d, i)
		v.words[i] = w
		v.index(w.key, i)
		if w.stem != w.key {
			v.index(w.stem, i)
		}
		if i > 0 && !w.dense && !v.words[i-1].dense && joinable(d, i-1) {
			v.index(v.words[i-1].base+w.base, i-1)
		}
	}
	return v
}

// compactText is the text with letters and digits only, simplified: for
// compounds and dense scripts.
func (v *view) compactText() string {
	if v.compact == "" {
		var b strings.Builder
		for _, r := range simplify(v.d.Text) {
			if unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r) {
				b.WriteRune(r)
			}
		}
		v.compact = b.String()
	}
	return v.compact
}

func (v *view) index(key string, i int) {
	if key == "" {
		return
	}
	if l := v.at[key]; len(l) > 0 && l[len(l)-1] == i {
		return
	}
	v.at[key] = append(v.at[key], i)
}

// joinable reports whether tokens i and i+1 may be one word in other spelling:
// "bee keeper", "bee-keeper".
func joinable(d *text.Doc, i int) bool {
	switch gap(d, i) {
	case " ", "-", "‑", "‐", "–", "\u00a0", "'", "’":
		return true
	}
	return false
}

// gap is the text between tokens i and i+1.
func gap(d *text.Doc, i int) string {
	if i < 0 || i+1 >= len(d.Tokens) || d.Tokens[i].End > d.Tokens[i+1].Start {
		return ""
	}
	return d.Text[d.Tokens[i].End:d.Tokens[i+1].Start]
}

func readWord(d *text.Doc, i int) word {
	t := d.Tokens[i]
	w := word{stop: text.IsStop(d.Lang, t.Text), dense: isDense(t.Text)}
	r, _ := utf8.DecodeRuneInString(d.Text[t.Start:])
	w.cap = unicode.IsUpper(r)
	w.base = spelling(t.Text)
	w.key = w.base + marks(d, i)
	w.stem = text.Stem(d.Lang, t.Text)
	if w.key != w.base {
		w.stem = w.key
	}
	return w
}

// marks returns the marks behind a short word that are part of it: C++, C#, A−.
// A mark that joins two words is none.
func marks(d *text.Doc, i int) string {
	t := d.Tokens[i]
	rest := d.Text[t.End:]
	n := 0
	for n < len(rest) && n < 6 {
		r, size := utf8.DecodeRuneInString(rest[n:])
		if !strings.ContainsRune("+#-−*", r) {
			if unicode.IsLetter(r) || unicode.IsDigit(r) {
				return ""
			}
			break
		}
		n += size
	}
	m := rest[:n]
	if m == "" || strings.Trim(m, "*") == "" || t.Text[0] <= '9' {
		return ""
	}
	if strings.Trim(m, "-−") == "" && (utf8.RuneCountInString(t.Text) > 2 || len(m) > 3 || !unicode.IsUpper(rune(d.Text[t.Start]))) {
		return "" // a dash
	}
	return strings.ReplaceAll(strings.ReplaceAll(m, "−", "-"), "*", "")
}

// britishAmerican are endings that differ between the two spellings of English.
var britishAmerican = strings.NewReplacer("isation", "ization", "ising", "izing", "ised", "ized", "ise$", "ize$", "yse$", "yze$", "ysed", "yzed", "tre$", "ter$", "tres$", "ters$", "our$", "or$", "ours$", "ors$", "ogue$", "og$", "aeo", "eo", "ence$", "ense$", "lled$", "led$", "lling$", "ling$", "$", "")

// spelling is a token with its accents gone and variants of spelling unified.
func spelling(w string) string { return spellings.Of(w, readSpelling) }

var spellings = text.NewRecent[string](1 << 12)

func readSpelling(w string) string {
	if w == "" || w[0] <= '9' {
		return w
	}
	w = simplify(w)
	if len(w) < 4 {
		return w
	}
	if len(w) >= 5 {
		w = britishAmerican.Replace(w + "$")
	}
	return umlauts.Replace(w)
}

// umlauts are the spellings of umlauts without their dots; text.Stem has
// already taken the dots away.
var umlauts = strings.NewReplacer("ae", "a", "oe", "o", "ue", "u", "aa", "a", "eau", "eau")

// simplify folds a text as far as two spellings of one name agree.
func simplify(s string) string {
	plain := true
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			plain = false
			break
		}
	}
	if plain {
		return strings.ToLower(s)
	}
	s = text.Stem("und", text.Normalize(s))
	return strings.Map(letterForm, expandLigatures.Replace(s))
}

var expandLigatures = strings.NewReplacer("æ", "a", "œ", "o", "ø", "o", "ß", "ss", "þ", "th", "ð", "d", "ł", "l", "đ", "d", "ı", "i")

func letterForm(r rune) rune {
	switch {
	case r == 0xad, r >= 0x200b && r <= 0x200f, r >= 0x202a && r <= 0x202e, r >= 0x2066 && r <= 0x2069, r == 0xfeff:
		return -1
	case r >= 0x1e00 && r <= 0x1eff:
		return baseOf(r)
	case r >= 0x4e00 && r <= 0x9fff:
		if simple, ok := simplifiedHan()[r]; ok {
			return simple
		}
	}
	return r
}

// distinct returns the first place of each different word.
func (v *view) distinct() []int {
	if v.kinds == nil {
		v.kinds = []int{}
		for i, w := range v.words {
			if l := v.at[w.key]; len(l) > 0 && l[0] == i {
				v.kinds = append(v.kinds, i)
			}
		}
	}
	return v.kinds
}

// within returns a place of a sorted list that lies in [from, to).
func within(places []int, from, to int) (int, bool) {
	k, _ := slices.BinarySearch(places, from)
	if k < len(places) && places[k] < to {
		return places[k], true
	}
	return 0, false
}

// compounded finds the parts of a compound in a text that sets them apart:
// Bearbeitungsgebühr, Gebühr für die Bearbeitung.
func (v *view) compounded(w, lang string) ([]int, bool) {
	if lang == "" || !strings.Contains(" de nl sv da no fi hu ", " "+lang+" ") || len(w) < 10 {
		return nil, false
	}
	head, tail := -1, -1
	for _, i := range v.distinct() {
		x := v.words[i].base
		if len(x) < 4 || v.words[i].stop {
			continue
		}
		if strings.HasPrefix(w, x) && (head < 0 || len(x) > len(v.words[head].base)) {
			head = i
		}
		if strings.HasSuffix(w, x) && (tail < 0 || len(x) > len(v.words[tail].base)) {
			tail = i
		}
	}
	if head < 0 || tail < 0 || head == tail || v.sentence[head] != v.sentence[tail] {
		return nil, false
	}
	if rest := len(w) - len(v.words[head].base) - len(v.words[tail].base); rest < 0 || rest > 2 {
		return nil, false
	}
	return []int{head}, true
}

// span is the stretch of tokens from to to, both included.
func (v *view) span(from, to int) text.Span { return v.d.TokenSpan(from, to+1) }

// clause says where the clause of a token begins and ends, in tokens.
type clause struct{ from, to int }

// clauseOf returns the clause of a token: to the next comma, semicolon, bracket,
// colon or end of sentence.
func (v *view) clauseOf(i int) clause {
	if v.clause == nil {
		d := v.d
		v.clause = make([]clause, len(d.Tokens))
		for from := 0; from < len(d.Tokens); {
			to := from + 1
			for to < len(d.Tokens) && v.sentence[to] == v.sentence[from] && !strings.ContainsAny(gap(d, to-1), ",;:()\n—–،؛、，；：") {
				to++
			}
			for t := from; t < to; t++ {
				v.clause[t] = clause{from, to}
			}
			from = to
		}
	}
	return v.clause[i]
}
