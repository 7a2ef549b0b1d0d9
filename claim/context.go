package claim

import (
	"math/bits"
	"slices"
	"sort"
	"unicode"

	"github.com/ragdiag/ragdiag/internal/text"
)

// Context is a set of passages prepared once and asked many times. It must not
// be shared between goroutines.
type Context struct {
	v     *Verifier
	lang  string
	docs  []*text.Doc
	known *known // see share.go; nil: nothing is shared yet

	// The terms of all passages in one row, position by position, with a chain
	// of the positions of each term.
	hash   []uint64
	sent   []int32 // sentence of a position
	slots  []int32 // a hash table with a power of two of slots: last position of a term; -1: none
	prev   []int32 // position before with the same term; -1: none
	sents  []sentence
	first  []int32 // by passage: its first position; one more for the end
	words  []word  // the distinct terms that may be like another one, sorted by key once sorted is set
	sorted bool

	firstSentence []int32 // by passage: the index of its first sentence

	claims   map[string]*statement  // by text; shared with the contexts made of this one
	splits   map[string][]Claim     // by text; see Split
	verdicts map[asking]Verdict     // what was asked before; nil: nothing yet
	masks    []masks                // scratch, one per sentence; zero but for those in hit
	hit      []int32                // scratch: the sentences that hold a term of the claim or one like it, ascending
	seeking  sought                 // scratch: what a claim looks for
	parts    map[int32][]clausePart // by sentence; see clausesOf
	units    map[int32][]unit       // by sentence; see unitsAt
	at       []place                // scratch: where the claim's terms stand, ascending
	stands   []standing             // scratch: of each fact of the claim
}

// place is a position of the passages with the claim's term there.
type place struct{ at, term int32 }

// sentence is one sentence of one passage.
type sentence struct {
	doc, index int // passage, and sentence within it
}

// masks says which of the claim's terms and term pairs are in a sentence,
// one bit each; like holds those of terms and those that are there in another
// form or as another word.
type masks struct{ terms, pairs, like uint64 }

func newContext(v *Verifier, docs []*text.Doc, lang string) *Context {
	n, sents := 0, 0
	for _, d := range docs {
		n += len(d.Terms)
		sents += len(d.Sentences)
	}
	c := &Context{
		v: v, lang: lang, docs: docs, claims: map[string]*statement{}, splits: map[string][]Claim{},
		hash: make([]uint64, 0, n), sent: make([]int32, 0, n), prev: make([]int32, 0, n),
		slots: make([]int32, 1<<bits.Len(uint(2*n))), sents: make([]sentence, 0, sents),
	}
	for i := range c.slots {
		c.slots[i] = -1
	}
	c.first = make([]int32, 0, len(docs)+1)
	for i, d := range docs {
		c.first = append(c.first, int32(len(c.hash)))
		c.firstSentence = append(c.firstSentence, int32(len(c.sents)))
		for j, s := range d.Sentences {
			for _, t := range d.Terms[s.Term:s.TermEnd] {
				at := int32(len(c.hash))
				slot := c.slot(t.Hash)
				c.hash = append(c.hash, t.Hash)
				c.sent = append(c.sent, int32(len(c.sents)))
				c.prev = append(c.prev, *slot)
				if key := prefixKey(t.Stem); *slot < 0 && key != 0 {
					c.words = append(c.words, word{key: key, at: at, hash: t.Hash, stem: t.Stem})
				}
				*slot = at
			}
			c.sents = append(c.sents, sentence{i, j})
		}
	}
	c.first = append(c.first, int32(len(c.hash)))
	c.masks = make([]masks, len(c.sents))
	return c
}

// slot returns the place of a term in the hash table, which is at most half
// full.
func (c *Context) slot(hash uint64) *int32 {
	for i := int(hash >> 32); ; i++ {
		s := &c.slots[i&(len(c.slots)-1)]
		if *s < 0 || c.hash[*s] == hash {
			return s
		}
	}
}

// last returns the last position of a term, or -1.
func (c *Context) last(hash uint64) int32 { return *c.slot(hash) }

// Holds reports whether a term is in a passage.
func (c *Context) Holds(hash uint64) bool { return c.last(hash) >= 0 }

// Verifier returns the verifier that prepared the context.
func (c *Context) Verifier() *Verifier { return c.v }

// Docs returns the prepared passages in order.
func (c *Context) Docs() []*text.Doc { return c.docs }

// Len returns the number of passages.
func (c *Context) Len() int { return len(c.docs) }

// Language returns the language of the passages, ISO 639-1, or "".
func (c *Context) Language() string { return c.lang }

// Split is the function of that name, which it runs once per text: several
// stages read the claims of one answer. The result must not be changed.
func (c *Context) Split(answer string) []Claim {
	claims, ok := c.splits[answer]
	if !ok {
		claims = Split(answer)
		c.splits[answer] = claims
	}
	return claims
}

// statement is a claim prepared for checking.
type statement struct {
	doc     *text.Doc
	terms   []text.Term // distinct, in order of appearance
	weights []float64   // of terms
	mass    float64     // sum of weights
	pairs   [][2]int    // neighbouring terms, as indexes into terms
	values  uint64      // bits of the terms that belong to numbers, dates and names
	names   uint64      // bits of the terms that belong to names
	codes   uint64      // bits of the terms that hold a digit
	facts   []fact

	units      []unit // nil: not worked out
	opposables []opposable
	opposed    bool // opposables were looked for
}

var digits = text.NewCharSet("0123456789")

// maxTerms is the number of distinct terms of a claim that are looked at, so
// that a set of them fits a machine word.
const maxTerms = 64

// statement prepares a claim, once per text.
func (c *Context) statement(claim string) *statement {
	if s, ok := c.claims[claim]; ok {
		return s
	}
	lang, toks := c.v.opt.Language, text.Tokens(claim)
	if lang == "" {
		lang = c.languageOf(claim, toks)
	}
	s := &statement{doc: c.stated(claim, toks, lang)}
	last := -1
	n := min(maxTerms, len(s.doc.Terms))
	s.terms, s.weights, s.pairs = make([]text.Term, 0, n), make([]float64, 0, n), make([][2]int, 0, n)
	for _, t := range s.doc.Terms {
		k := slices.IndexFunc(s.terms, func(u text.Term) bool { return u.Hash == t.Hash })
		if k < 0 {
			if len(s.terms) == maxTerms {
				break
			}
			k = len(s.terms)
			w := c.v.Weight(t.Stem)
			s.terms = append(s.terms, t)
			s.weights = append(s.weights, w)
			s.mass += w
		}
		if last >= 0 && last != k && len(s.pairs) < maxTerms {
			s.pairs = append(s.pairs, [2]int{last, k})
		}
		last = k
	}
	s.facts = factsOf(s.doc)
	for k, t := range s.terms {
		if s.doc.InFact(t.Token) {
			s.values |= 1 << k
		}
		if digits.In(t.Stem) {
			s.codes |= 1 << k
		}
	}
	for _, e := range s.doc.Entities() {
		s.names |= s.termsIn(e.Span)
	}
	c.claims[claim] = s
	return s
}

// stated analyses what a claim, whose tokens are at hand, states.
func (c *Context) stated(claim string, toks []text.Token, lang string) *text.Doc {
	s := unattributed(claim, toks)
	if s != claim {
		toks = text.Tokens(s)
	}
	return c.shared().docs.AnalyzeTokens(s, toks, lang)
}

// shortClaim is the length in bytes below which a claim is too short to tell
// its language from another one in the same script.
const shortClaim = 60

// languageOf guesses the language of a claim; a short one is read in the
// language of the passages if its script allows that.
func (c *Context) languageOf(claim string, toks []text.Token) string {
	short := len(claim) < shortClaim
	if short && latin(claim) && text.SameScript(c.lang, "en") {
		return c.lang
	}
	lang := text.LanguageOfTokens(toks, claim)
	if lang == "" || short && text.SameScript(lang, c.lang) {
		return c.lang
	}
	return lang
}

// latin reports whether s has no letter beyond the Latin blocks.
func latin(s string) bool {
	for _, r := range s {
		if r >= 0x250 && unicode.IsLetter(r) {
			return false
		}
	}
	return true
}

// weigh sums the weights of a set of terms.
func (s *statement) weigh(set uint64) float64 {
	sum := 0.0
	for ; set != 0; set &= set - 1 {
		sum += s.weights[bits.TrailingZeros64(set)]
	}
	return sum
}

// coverage is the share of the claim's mass that a set of its terms holds.
func (s *statement) coverage(set uint64) float64 {
	if s.mass == 0 {
		return 0
	}
	return s.weigh(set) / s.mass
}

// mark fills c.masks, c.hit and c.at for a claim and returns the union over the
// allowed passages, which ascend; nil means all. Its work is in the places that
// hold a word of the claim or, where passages are named, in these passages.
func (c *Context) mark(s *statement, allowed []int) (whole masks) {
	for _, i := range c.hit {
		c.masks[i] = masks{}
	}
	c.hit, c.at = c.hit[:0], c.at[:0]
	sought := &c.seeking
	c.seek(s)
	if allowed == nil {
		for _, h := range sought.order {
			w := sought.by[h]
			for at := c.last(h); at >= 0; at = c.prev[at] {
				c.note(s, at, w, &whole)
			}
		}
		slices.SortFunc(c.at, func(a, b place) int { return int(a.at - b.at) })
		c.noteValues(s, allowed, &whole)
		return whole
	}
	for _, i := range allowed {
		for at := c.first[i]; at < c.first[i+1]; at++ {
			if w, ok := sought.by[c.hash[at]]; ok {
				c.note(s, at, w, &whole)
			}
		}
	}
	c.noteValues(s, allowed, &whole)
	return whole
}

// noteValues takes down the amounts of a claim that a passage writes otherwise:
// 5 km, 5,000 metres. It leaves c.hit in order.
func (c *Context) noteValues(s *statement, allowed []int, whole *masks) {
	for _, f := range s.facts {
		set := s.termsIn(f.span)
		if f.kind != "unit" || set&^whole.terms == 0 {
			continue
		}
		in := func(i int) {
			d := c.docs[i]
			for _, sp := range f.all(d) {
				k := sort.Search(len(d.Sentences), func(k int) bool { return d.Sentences[k].End >= sp.End })
				if k == len(d.Sentences) {
					continue
				}
				m := &c.masks[c.sentence(i)+k]
				if *m == (masks{}) {
					c.hit = append(c.hit, int32(c.sentence(i)+k))
				}
				m.terms |= set
				m.like |= set
				whole.terms |= set
				whole.like |= set
			}
		}
		if allowed == nil {
			for i := range c.docs {
				in(i)
			}
			continue
		}
		for _, i := range allowed {
			in(i)
		}
	}
	slices.Sort(c.hit)
}

// sentence returns the index of the first sentence of a passage.
func (c *Context) sentence(passage int) int { return int(c.firstSentence[passage]) }

// bySentence returns what cut makes of sentence i of the passages, and keeps it in
// known, so that each sentence is cut once.
func bySentence[T any](c *Context, known *map[int32][]T, i int, cut func(d *text.Doc, from, to int) []T) []T {
	parts, ok := (*known)[int32(i)]
	if !ok {
		d := c.docs[c.sents[i].doc]
		s := d.Sentences[c.sents[i].index]
		parts = cut(d, s.Token, s.TokenEnd)
		if *known == nil {
			*known = map[int32][]T{}
		}
		(*known)[int32(i)] = parts
	}
	return parts
}

// sought is what is looked for in the passages on behalf of a claim.
type sought struct {
	by    map[uint64]soughtTerm
	order []uint64
}

// soughtTerm says which term of the claim a word is, or -1, and which ones it is
// like.
type soughtTerm struct {
	term int32
	like uint64
}

func (q *sought) add(h uint64, term int32, like uint64) {
	w, ok := q.by[h]
	if !ok {
		w.term = -1
		q.order = append(q.order, h)
	}
	if term >= 0 {
		w.term = term
	}
	w.like |= like
	q.by[h] = w
}

// seek lists the terms of a claim and the words of the passages that are like
// them.
func (c *Context) seek(s *statement) {
	q := &c.seeking
	if q.by == nil {
		q.by = make(map[uint64]soughtTerm, maxTerms)
	}
	clear(q.by)
	q.order = q.order[:0]
	for k, t := range s.terms {
		q.add(t.Hash, int32(k), 1<<k)
		c.alike(s, t, func(h uint64) { q.add(h, -1, 1<<k) })
	}
}

// note takes down that a sought word is at a position.
func (c *Context) note(s *statement, at int32, w soughtTerm, whole *masks) {
	i := c.sent[at]
	m := &c.masks[i]
	if *m == (masks{}) {
		c.hit = append(c.hit, i)
	}
	m.like |= w.like
	whole.like |= w.like
	if w.term < 0 {
		return
	}
	m.terms |= 1 << w.term
	whole.terms |= 1 << w.term
	c.at = append(c.at, place{at, w.term})
	for p, pair := range s.pairs {
		if pair[0] == int(w.term) && m.pairs&(1<<p) == 0 && c.near(int(at), s.terms[pair[1]].Hash) {
			m.pairs |= 1 << p
			whole.pairs |= 1 << p
		}
	}
}

// near reports whether the term b is within two content words of position
// at, in the same sentence.
func (c *Context) near(at int, b uint64) bool {
	for i := max(0, at-2); i <= min(len(c.hash)-1, at+2); i++ {
		if c.hash[i] == b && i != at && c.sent[i] == c.sent[at] {
			return true
		}
	}
	return false
}
