package claim

import (
	"math/bits"
	"slices"
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
	hash  []uint64
	sent  []int32 // sentence of a position
	slots []int32 // a hash table with a power of two of slots: last position of a term; -1: none
	prev  []int32 // position before with the same term; -1: none
	sents []sentence
	words []word // the distinct terms that may be like another one

	claims map[string]*statement // by text; shared with the contexts made of this one
	splits map[string][]Claim    // by text; see Split
	masks  []masks               // scratch, one per sentence
	bit    []uint8               // scratch: the claim's term at a position, plus one; 0: none
}

// sentence is one sentence of one passage.
type sentence struct {
	doc, index int // passage, and sentence within it
}

// masks says which of the claim's terms and term pairs stand in a sentence,
// one bit each; like holds those of terms and those that stand there in another
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
	for i, d := range docs {
		for j, s := range d.Sentences {
			for _, t := range d.Terms[s.Term:s.TermEnd] {
				at := int32(len(c.hash))
				slot := c.slot(t.Hash)
				c.hash = append(c.hash, t.Hash)
				c.sent = append(c.sent, int32(len(c.sents)))
				c.prev = append(c.prev, *slot)
				if key := prefixKey(t.Stem); *slot < 0 && key != 0 {
					c.words = append(c.words, word{key: key, hash: t.Hash, stem: t.Stem})
				}
				*slot = at
			}
			c.sents = append(c.sents, sentence{i, j})
		}
	}
	c.masks = make([]masks, len(c.sents))
	c.bit = make([]uint8, len(c.hash))
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
}

// maxTerms is the number of distinct terms of a claim that are looked at, so
// that a set of them fits a machine word.
const maxTerms = 64

// statement prepares a claim, once per text.
func (c *Context) statement(claim string) *statement {
	if s, ok := c.claims[claim]; ok {
		return s
	}
	lang := c.v.opt.Language
	if lang == "" {
		lang = c.languageOf(claim)
	}
	s := &statement{doc: c.Analyze(claim, lang)}
	last := -1
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
	for k, t := range s.terms {
		if s.doc.InFact(t.Token) {
			s.values |= 1 << k
		}
	}
	for _, e := range s.doc.Entities() {
		s.names |= s.termsIn(e.Span)
	}
	c.claims[claim] = s
	return s
}

// shortClaim is the length in bytes below which a claim is too short to tell
// its language from another one in the same script.
const shortClaim = 60

// languageOf guesses the language of a claim; a short one is read in the
// language of the passages if its script allows that.
func (c *Context) languageOf(claim string) string {
	short := len(claim) < shortClaim
	if short && latin(claim) && text.SameScript(c.lang, "en") {
		return c.lang
	}
	lang := text.Language(claim)
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

// mark fills c.masks for a claim and returns the union over the allowed
// passages; allowed nil means all.
func (c *Context) mark(s *statement, allowed []bool) (whole masks) {
	clear(c.masks)
	clear(c.bit)
	for k, t := range s.terms {
		for at := c.last(t.Hash); at >= 0; at = c.prev[at] {
			i := c.sent[at]
			if allowed == nil || allowed[c.sents[i].doc] {
				c.bit[at] = uint8(k + 1)
				c.masks[i].terms |= 1 << k
				c.masks[i].like |= 1 << k
				whole.terms |= 1 << k
				whole.like |= 1 << k
			}
		}
	}
	for p, pair := range s.pairs {
		b := s.terms[pair[1]].Hash
		for at := c.last(s.terms[pair[0]].Hash); at >= 0; at = c.prev[at] {
			i := c.sent[at]
			if (allowed == nil || allowed[c.sents[i].doc]) && c.near(int(at), b) {
				c.masks[i].pairs |= 1 << p
				whole.pairs |= 1 << p
			}
		}
	}
	c.markLike(s, allowed, &whole)
	return whole
}

// near reports whether the term b stands within two content words of position
// at, in the same sentence.
func (c *Context) near(at int, b uint64) bool {
	for i := max(0, at-2); i <= min(len(c.hash)-1, at+2); i++ {
		if c.hash[i] == b && i != at && c.sent[i] == c.sent[at] {
			return true
		}
	}
	return false
}
