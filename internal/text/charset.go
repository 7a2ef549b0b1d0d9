package text

import (
	"strings"
	"unicode/utf8"
)

// CharSet is a set of characters that few bytes of a text begin one of: to look
// for characters beyond ASCII one by one costs more than all else that is done
// with most texts.
type CharSet struct {
	chars string
	heads [256]bool // the bytes that a character of the set begins with
}

// NewCharSet returns the set of the given characters.
func NewCharSet(chars string) *CharSet {
	c := &CharSet{chars: chars}
	for i := range chars {
		c.heads[chars[i]] = true
	}
	return c
}

// Index returns where the first character of the set is in s, or -1.
func (c *CharSet) Index(s string) int {
	for i := range len(s) {
		if !c.heads[s[i]] {
			continue
		}
		if s[i] < utf8.RuneSelf {
			return i
		}
		if r, _ := utf8.DecodeRuneInString(s[i:]); strings.ContainsRune(c.chars, r) {
			return i
		}
	}
	return -1
}

// In reports whether s holds a character of the set.
func (c *CharSet) In(s string) bool { return c.Index(s) >= 0 }
