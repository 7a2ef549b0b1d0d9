package text

import (
	"hash/maphash"
	"strings"
	"sync/atomic"
)

// wordRead is a word of a language and what it is there.
type wordRead struct {
	lang, word, stem string
	hash             uint64 // of stem
	stop             bool   // a function word; it has no stem
}

// The words that were read last, each in the one slot that its hash names, where
// the next one takes its place: texts repeat their words, and to find a stem
// costs more than to remember it. The table is bounded, and safe for concurrent
// use because an entry never changes.
var (
	remembered [1 << 15]atomic.Pointer[wordRead]
	wordSeed   = maphash.MakeSeed()
)

// longestRemembered bounds the bytes of a word that is remembered.
const longestRemembered = 48

// reader reads the words of one language.
type reader struct {
	lang  string
	index uint64 // of the language, for the hash
	stem  stemmer
	stops *stopSet
}

func readerOf(lang string) *reader {
	return &reader{lang, uint64(indexOf(lang)), stemmerOf(lang), stopsOf(lang)}
}

func (r *reader) read(word string) wordRead {
	if len(word) > longestRemembered {
		return r.work(word)
	}
	slot := &remembered[(maphash.String(wordSeed, word)+r.index*0x9e3779b97f4a7c15)%uint64(len(remembered))]
	if w := slot.Load(); w != nil && w.word == word && w.lang == r.lang {
		return *w
	}
	w := r.work(strings.Clone(word)) // the text that it is in is not kept
	slot.Store(&w)
	return w
}

// work finds out what a word is.
func (r *reader) work(word string) wordRead {
	w := wordRead{lang: r.lang, word: word, stop: r.stops.has(word)}
	if !w.stop {
		w.stem = r.stem.stem(word)
		w.hash = Hash64(w.stem)
	}
	return w
}
