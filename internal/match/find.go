package match

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"
)

// placed is where the words of an item stand in a text.
type placed struct {
	at       map[int]int // token of the reference to token of the text
	share    float64     // of the weight of the words, in the best sentence
	loose    float64     // of the weight, anywhere in the text
	exact    bool        // all of them, in order, side by side
	inOrder  bool
	sentence int
}

// Bounds that keep the work linear on texts that repeat themselves: words of one
// item, places of one word, different words looked through for one spelt a
// little otherwise, tokens of a sentence or clause looked at closely.
const (
	mostWords   = 200
	mostPlaces  = 50
	mostSpelled = 2000
	mostTokens  = 400
)

// wordSearch is the words of an item while they are looked for in a text.
type wordSearch struct {
	r      *Reference
	c      *comparison
	tokens []int
	weight map[int]float64 // of each token
	total  float64
	spots  []spot // in the order of the tokens
}

// spot is a place where the text may say a word of the reference.
type spot struct {
	ref, at int
	counts  float64 // the weight of the word, less where it is spelt otherwise
}

// find looks for words of the reference in the text: all those in the sentence
// that holds most of them.
func (r *Reference) find(tokens []int, c *comparison, name bool) placed {
	if len(tokens) > mostWords {
		tokens = tokens[:mostWords]
	}
	f := wordSearch{r: r, c: c, tokens: tokens, weight: make(map[int]float64, len(tokens))}
	for _, t := range tokens {
		w := c.s.Weights.Weight(r.v.words[t].stem)
		if name && isTitle(r.Doc.Tokens[t].Text) {
			w = .05
		}
		f.weight[t] = w
		f.total += w
		at, degree := r.lookUp(t, tokens, c, name)
		for _, i := range at[:min(len(at), mostPlaces)] {
			f.spots = append(f.spots, spot{t, i, w * degree})
		}
	}
	p := placed{at: map[int]int{}, sentence: -1}
	if f.total > 0 {
		f.chooseSentence(&p)
		f.place(&p)
	}
	return p
}

// chooseSentence finds the sentence of the text that holds most of the words.
func (f *wordSearch) chooseSentence(p *placed) {
	sums := map[int]float64{}
	seen := map[[2]int]bool{}
	any := map[int]bool{}
	for _, s := range f.spots {
		n := f.c.v.sentence[s.at]
		if key := [2]int{n, s.ref}; !seen[key] {
			seen[key] = true
			sums[n] += s.counts
		}
		if !any[s.ref] {
			any[s.ref] = true
			p.loose += s.counts
		}
	}
	p.loose /= f.total
	for n, sum := range sums {
		if sum > p.share || sum == p.share && (p.sentence < 0 || n < p.sentence) {
			p.share, p.sentence = sum, n
		}
	}
	p.share /= f.total
}

// place gives each word a place of its own in that sentence, near the word
// before, and notes whether they stand there as in the reference.
func (f *wordSearch) place(p *placed) {
	byRef := map[int][]int{}
	for _, s := range f.spots {
		if f.c.v.sentence[s.at] == p.sentence {
			byRef[s.ref] = append(byRef[s.ref], s.at)
		}
	}
	p.exact, p.inOrder = true, true
	taken := map[int]bool{}
	last, prev := -1, -1
	for _, t := range f.tokens {
		best := -1
		for _, at := range byRef[t] {
			if taken[at] && !f.r.joins(t, at, f.c) {
				continue
			}
			if best < 0 || last >= 0 && distance(at, last) < distance(best, last) {
				best = at
			}
		}
		if best < 0 {
			p.exact = p.exact && (len(byRef[t]) > 0 || f.weight[t] < .1)
			continue
		}
		taken[best] = true
		p.at[t] = best
		if prev >= 0 {
			p.inOrder = p.inOrder && best >= last
			p.exact = p.exact && best >= last && best-last <= t-prev+1
		}
		last, prev = best, t
	}
}

func distance(a, b int) int {
	if a > b {
		return 2 * (a - b) // behind is further than before
	}
	return b - a
}

// dotted reports whether a full stop follows token i, as it does an initial: the
// article "A" is none.
func (v *view) dotted(i int) bool {
	end := v.d.Tokens[i].End
	return end < len(v.d.Text) && v.d.Text[end] == '.'
}

// joins reports whether two words of the reference are one of the text.
func (r *Reference) joins(t, at int, c *comparison) bool {
	return t > 0 && r.v.words[t-1].base+r.v.words[t].base == c.v.words[at].base
}

// lookUp returns the places of one word of the reference and how much they
// count: 1 for the word or a form of it.
func (r *Reference) lookUp(t int, tokens []int, c *comparison, name bool) ([]int, float64) {
	v, w := c.v, r.v.words[t]
	if at := v.at[w.key]; len(at) > 0 {
		if len(tokens) == 1 && w.cap && w.stop { // the month of May
			at = slices.DeleteFunc(slices.Clone(at), func(i int) bool { return !v.words[i].cap })
		}
		return at, 1
	}
	if w.key != w.base { // a mark that carries meaning
		return nil, 0
	}
	if at := v.at[w.stem]; len(at) > 0 && v.confirm(at[0], w) {
		return at, 1
	}
	if at := r.lookUpJoined(t, v); len(at) > 0 {
		return at, 1
	}
	if w.dense {
		return nil, 0
	}
	if full := c.defined[r.Doc.Tokens[t].Text]; full != "" {
		if at := v.at[spelling(strings.Fields(full)[0])]; len(at) > 0 {
			return at, 1
		}
	}
	lang := cmp.Or(r.Question.Lang, v.d.Lang)
	if at, degree := v.lookUpSpelled(w, lang, name && len(tokens) > 1); degree > 0 {
		return at, degree
	}
	if at, ok := v.compounded(w.base, lang); ok {
		return at, .9
	}
	return nil, 0
}

// lookUpJoined returns the places where the text writes a word and one beside it
// as one.
func (r *Reference) lookUpJoined(t int, v *view) []int {
	for _, a := range [...]int{t, t - 1} {
		if a >= 0 && a+1 < len(r.v.words) {
			if at := v.at[r.v.words[a].base+r.v.words[a+1].base]; len(at) > 0 && joinable(r.Doc, a) {
				return at
			}
		}
	}
	return nil
}

// lookUpSpelled returns the places of the words that are spelt most like w, and
// how much they count; named says that w belongs to a name of several words.
func (v *view) lookUpSpelled(w word, lang string, named bool) (out []int, degree float64) {
	distinct := v.distinct()
	if len(distinct) > mostSpelled {
		return nil, 0
	}
	runes := utf8.RuneCountInString(w.base)
	inflected := lang != "" && strings.Contains(" fi et hu tr pl ru uk cs ro ", " "+lang+" ")
	for _, i := range distinct {
		x := v.words[i]
		d := 0.
		switch {
		case x.dense || x.key != x.base:
		case sameWord(w.base, x.base):
			d = 1
		case named && x.cap && w.cap && initialOf(w.base, x.base) && !(x.stop && !v.dotted(i)):
			d = .8
		case near(w.base, x.base) && (w.cap == x.cap || runes >= 7):
			d = .85
		case runes >= 5 && kindred(w.base, x.base, lang):
			d = .8
		case inflected && w.cap && x.cap && alike(w.base, x.base):
			d = .5
		}
		if d > degree {
			degree, out = d, out[:0]
		}
		if d > 0 && d == degree {
			out = append(out, i)
		}
	}
	if len(out) == 1 {
		out = v.at[v.words[out[0]].key]
	}
	return out, degree
}

// confirm guards against two words with one stem and another meaning, where
// only the stem agrees.
func (v *view) confirm(at int, w word) bool {
	x := v.words[at]
	return x.stem == w.stem || x.base == w.stem
}

// kindred reports whether two words share so long a head that they are forms of
// one: Argentina and Argentine, Tampere and Tampereella.
func kindred(a, b, lang string) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	n := 0
	for n < len(a) && a[n] == b[n] {
		n++
	}
	if n < 5 {
		return false
	}
	ending := 3
	if strings.Contains(" fi et hu tr ", " "+lang+" ") && lang != "" { // endings pile up
		ending = 6
	}
	return n >= 5 && len(a)-n <= 2 && len(b)-n <= ending || n >= 8 && len(a)-n <= 3 && len(b)-n <= 5
}

// alike reports whether two names of a language that changes their ends, and
// letters within, may be forms of one: Turku, Turussa.
func alike(a, b string) bool {
	n := 0
	for n < min(len(a), len(b)) && a[n] == b[n] {
		n++
	}
	return n >= 3 && 2*n >= min(len(a), len(b))
}
