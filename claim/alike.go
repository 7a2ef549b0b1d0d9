package claim

import (
	"cmp"
	"slices"
	"strings"

	"github.com/ragdiag/ragdiag/internal/text"
)

// minPrefix is the number of bytes that two words of one family begin with.
const minPrefix = 4

// word is a distinct term of the passages.
type word struct {
	key  uint32 // its first four bytes
	at   int32  // where it is first
	hash uint64
	stem string
}

// prefixKey packs the first four bytes of a stem; 0 if it is shorter or holds a
// digit, so that it is like nothing but itself.
func prefixKey(stem string) uint32 {
	if len(stem) < minPrefix {
		return 0
	}
	var key uint32
	for i := range minPrefix {
		b := stem[i]
		if b >= '0' && b <= '9' {
			return 0
		}
		key = key<<8 | uint32(b)
	}
	return key
}

// sameFamily reports whether two stems with the same four bytes in front are
// likely forms of one word: found and founder, Germany and German.
func sameFamily(a, b string) bool {
	n := minPrefix
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	return 10*n >= 6*max(len(a), len(b)) && max(len(a), len(b))-n <= 5
}

// alike calls add with the words of the passages that are another form of a
// term of the claim, and with those that can stand for it.
func (c *Context) alike(s *statement, t text.Term, add func(hash uint64)) {
	if !c.sorted {
		slices.SortFunc(c.words, func(a, b word) int { return cmp.Or(cmp.Compare(a.key, b.key), cmp.Compare(a.at, b.at)) })
		c.sorted = true
	}
	if key := prefixKey(t.Stem); key != 0 {
		i, _ := slices.BinarySearchFunc(c.words, key, func(w word, key uint32) int { return cmp.Compare(w.key, key) })
		for ; i < len(c.words) && c.words[i].key == key; i++ {
			if w := &c.words[i]; w.stem != t.Stem && sameFamily(w.stem, t.Stem) {
				add(w.hash)
			}
		}
	}
	if s.doc.Lang == "en" {
		for _, h := range synonyms[t.Stem] {
			add(h)
		}
	}
}

// synonyms maps the stem of an English word to the hashes of the stems that can
// stand for it.
var synonyms = func() map[string][]uint64 {
	m := map[string][]uint64{}
	for line := range strings.SplitSeq(synonymLists, "\n") {
		var stems []string
		for w := range strings.FieldsSeq(line) {
			stems = append(stems, text.Stem("en", w))
		}
		for _, a := range stems {
			for _, b := range stems {
				if a != b {
					m[a] = append(m[a], text.Hash64(b))
				}
			}
		}
	}
	return m
}()
