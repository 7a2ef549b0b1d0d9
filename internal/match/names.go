package match

import (
	"maps"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/ragdiag/ragdiag/internal/text"
)

// titles are before or behind a name and are no part of it; the forms of one
// title are the same word.
const titles = " mr mrs ms miss mister dr doctor prof professor sir dame lord lady rev reverend fr father hon herr frau dr dott sig signor signora monsieur madame mme mlle m señor señora sr sra don doña dom president king queen emperor prince princess duke earl count baron pope captain capt general gen colonel col sergeant sgt lieutenant lt admiral senator sen governor gov judge justice saint st san santa sankt jr jnr junior snr senior esq phd md obe mbe the von van de du der den la le el al bin ibn ltd inc llc plc gmbh ag ab oy corp co company limited corporation incorporated "

func isTitle(w string) bool { return strings.Contains(titles, " "+w+" ") }

// sameForms unifies the short and long forms of words in names.
var sameForms = func() map[string]string {
	m := map[string]string{}
	for _, row := range strings.Split("saint st sankt sainte|mount mt|doctor dr|professor prof|junior jr jnr|senior sr snr|street str st.|avenue ave|boulevard blvd bulevard|road rd|limited ltd|corporation corp|incorporated inc|company co|brothers bros|versus vs v|number no nr|and & und et y e og och i и|united us|fort ft|international intl|association assoc assn|department dept|university univ|mister mr|missus mrs|december dec|november nov|october oct|september sept sep|august aug|january jan|february feb|television tv|william bill billy will|robert bob bobby rob|richard dick rick|edward ed eddie ned|john jack johnny|james jim jimmy|margaret peggy maggie meg|elizabeth liz betty beth eliza|michael mike mick|thomas tom tommy|joseph joe|charles charlie chuck|henry harry hank|alexander alex|anthony tony|catherine kate kathy katherine kathryn|daniel dan danny|david dave|samuel sam|steven steve stephen|theodore ted teddy|benjamin ben|christopher chris|nicholas nick|patrick pat paddy|peter pete|timothy tim|frederick fred|lawrence larry|leonard len leo|matthew matt|philip phil phillip|ronald ron|kenneth ken|gerald gerry jerry", "|") {
		words := strings.Fields(row)
		for _, w := range words[1:] {
			m[w] = words[0]
		}
	}
	return m
}()

// formWords are the words of sameForms that are another form.
var formWords = text.NewWordSet(slices.Collect(maps.Keys(sameForms))...)

// sameWord reports whether two words of names are forms of one.
func sameWord(a, b string) bool {
	if a == b {
		return true
	}
	if a == "" || b == "" || !formWords.Has(a) && !formWords.Has(b) {
		return false
	}
	x, ok := sameForms[a]
	if !ok {
		x = a
	}
	y, ok2 := sameForms[b]
	if !ok2 {
		y = b
	}
	return (ok || ok2) && x == y
}

// initialOf reports whether a is the initial of b or the other way round.
func initialOf(a, b string) bool {
	if utf8.RuneCountInString(a) > 1 {
		a, b = b, a
	}
	return a != "" && utf8.RuneCountInString(a) == 1 && strings.HasPrefix(b, a)
}

// acronymOf is the initials of the content words of tokens [from, to), and with
// the small words.
func acronymOf(v *view, from, to int) (short, long string) {
	for i := from; i < to; i++ {
		r, _ := utf8.DecodeRuneInString(v.d.Tokens[i].Text)
		if !unicode.IsLetter(r) {
			return "", ""
		}
		long += string(r)
		if !v.words[i].stop {
			short += string(r)
		}
	}
	return short, long
}

// isAcronym reports whether token i is written as an acronym of two to eight
// capitals.
func isAcronym(d *text.Doc, i int) bool {
	t := d.Tokens[i]
	n := 0
	for _, r := range d.Text[t.Start:t.End] {
		switch {
		case unicode.IsUpper(r):
			n++
		case r == '.':
		default:
			return false
		}
	}
	return n >= 2 && n <= 8
}

// definitions reads the abbreviations that texts define: "Northern Fisheries
// Board (NFB)". It maps an abbreviation to what it stands for, both simplified.
func definitions(passages []*text.Doc) map[string]string {
	out := map[string]string{}
	for _, d := range passages {
		for i := 1; i+1 <= len(d.Tokens); i++ {
			if i >= len(d.Tokens) || !strings.HasSuffix(strings.TrimRight(gap(d, i-1), " "), "(") && !strings.HasSuffix(gap(d, i-1), "(") || !isAcronym(d, i) {
				continue
			}
			short := d.Tokens[i].Text
			n := utf8.RuneCountInString(short)
			for from := max(0, i-n-3); from < i; from++ {
				a, b := initials(d, from, i)
				if a == short || b == short {
					out[simplify(short)] = simplify(strings.Join(tokenTexts(d, from, i), " "))
					break
				}
			}
		}
	}
	return out
}

func initials(d *text.Doc, from, to int) (short, long string) {
	for i := from; i < to; i++ {
		r, _ := utf8.DecodeRuneInString(d.Tokens[i].Text)
		long += string(r)
		if !text.IsStop(d.Lang, d.Tokens[i].Text) {
			short += string(r)
		}
	}
	return short, long
}

func tokenTexts(d *text.Doc, from, to int) []string {
	var out []string
	for i := from; i < to; i++ {
		out = append(out, d.Tokens[i].Text)
	}
	return out
}

// rivalName finds another name of the kind that the question asks for: one of
// two words at least where a person is asked for, that shares no word with the
// reference and stands not in the question.
func rivalName(v, r, q *view, person bool) (text.Span, bool) {
	for _, e := range v.d.Entities() {
		known, words := false, 0
		for i, to := v.tokensOf(e.Span); i < to; i++ {
			w := v.words[i]
			if w.stop || isTitle(v.d.Tokens[i].Text) {
				continue
			}
			words++
			known = known || len(r.look(w)) > 0 || len(q.look(w)) > 0
		}
		if !known && (words >= 2 || words == 1 && !person) {
			return e.Span, true
		}
	}
	return text.Span{}, false
}

// otherBearer finds the family name of the reference with another first name
// before it: Edwin Crale, Walter Crale. First names that begin alike may be forms
// of one.
func (r *Reference) otherBearer(it *Item, w placed, c *comparison) (text.Span, bool) {
	n := len(it.tokens)
	if it.Kind != itemName || n < 2 || n > 4 || len(w.at) >= n {
		return text.Span{}, false
	}
	last, ok := w.at[it.tokens[n-1]]
	if !ok || last == 0 || len(w.at) > n-1 {
		return text.Span{}, false
	}
	first := r.v.words[it.tokens[0]]
	if _, ok := w.at[it.tokens[0]]; ok || isTitle(first.base) {
		return text.Span{}, false
	}
	from := last
	for from > 0 && from > last-3 && c.v.words[from-1].cap && strings.TrimSpace(strings.Trim(gap(c.v.d, from-1), ".")) == "" {
		from--
	}
	for i := from; i < last; i++ {
		x := c.v.words[i]
		if x.stop || isTitle(x.base) || initialOf(x.base, first.base) || len(x.base) < 3 || len(first.base) < 3 || x.base[0] == first.base[0] || len(r.v.look(x)) > 0 || len(r.q.look(x)) > 0 {
			return text.Span{}, false
		}
	}
	if from == last || !r.ask.person {
		return text.Span{}, false
	}
	return c.v.span(from, last), true
}
