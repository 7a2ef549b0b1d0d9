package text

import (
	"hash/maphash"
	"strings"
	"sync/atomic"
)

// Recent keeps what was last worked out from texts, each in the one slot that
// its hash names, where the next one takes its place: the stages read the same
// sentences of one record. It is bounded, and safe for concurrent use because
// an entry never changes: neither may a value that it returned.
type Recent[V any] struct {
	slots []atomic.Pointer[recent[V]]
}

type recent[V any] struct {
	text  string
	value V
}

// longestRecent bounds the bytes of a text that is kept.
const longestRecent = 2000

// NewRecent returns an empty table of so many slots.
func NewRecent[V any](slots int) *Recent[V] {
	return &Recent[V]{make([]atomic.Pointer[recent[V]], slots)}
}

// Of returns the value of a text, worked out by read unless it is kept. What
// read returns must depend on the text alone, and must not hold on to a long
// text that it is a part of.
func (r *Recent[V]) Of(s string, read func(string) V) V {
	if len(s) > longestRecent {
		return read(s)
	}
	slot := &r.slots[maphash.String(wordSeed, s)%uint64(len(r.slots))]
	if e := slot.Load(); e != nil && e.text == s {
		return e.value
	}
	s = strings.Clone(s) // the text that it is in is not kept
	e := &recent[V]{s, read(s)}
	slot.Store(e)
	return e.value
}
