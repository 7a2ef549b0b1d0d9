package text

// shapes is a set of word shapes: length, first and last byte. Most words are
// told from those of a table by their shape alone, which costs a tenth of a
// look into the table.
type shapes [32][32]uint32

func (s *shapes) add(w string) { s[len(w)&31][w[0]&31] |= 1 << (w[len(w)-1] & 31) }

// may reports whether some word that was added has the shape of w, which must
// not be empty.
func (s *shapes) may(w string) bool {
	return s[len(w)&31][w[0]&31]>>(w[len(w)-1]&31)&1 != 0
}

// WordSet is a set of words that few words of a text are in.
type WordSet struct {
	words  map[string]bool
	shapes shapes
}

// NewWordSet returns the set of the given words, each in the form of
// Token.Text and not empty.
func NewWordSet(words ...string) *WordSet {
	s := &WordSet{words: make(map[string]bool, len(words))}
	for _, w := range words {
		s.add(w)
	}
	return s
}

func (s *WordSet) add(w string) {
	s.words[w] = true
	s.shapes.add(w)
}

// Has reports whether w, which must not be empty, is in the set.
func (s *WordSet) Has(w string) bool { return s.shapes.may(w) && s.words[w] }
