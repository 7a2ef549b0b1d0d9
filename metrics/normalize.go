package metrics

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// The normalisers below follow the reference scripts, which are Python; where
// Python's idea of a letter, of white space or of lower case differs from Go's,
// Python's is meant.

// Class of an ASCII byte for the SQuAD normaliser.
const (
	asciiOther = iota // kept, but neither a word character nor space
	asciiSpace
	asciiPunct
	asciiWord
)

var asciiClass = func() (t [128]byte) {
	for c := range t {
		switch b := byte(c); {
		case pySpace(rune(b)):
			t[c] = asciiSpace
		case '0' <= b && b <= '9', 'a' <= b && b <= 'z', 'A' <= b && b <= 'Z':
			t[c] = asciiWord
		case '!' <= b && b <= '~':
			t[c] = asciiPunct // `_` is among them, so no word character is left over
		}
	}
	return t
}()

// appendSQuAD appends the SQuAD normal form of s to buf: lower case, the 32
// ASCII punctuation characters deleted, the words a, an and the replaced by a
// space, white space collapsed to one space. Words are runs of Unicode letters
// and numbers; a combining mark ends a word.
func appendSQuAD(buf []byte, s string) []byte {
	start := len(buf)
	word := -1 // where the current word starts in buf
	for i := 0; i < len(s); {
		if c := s[i]; c < utf8.RuneSelf {
			i++
			switch asciiClass[c] {
			case asciiWord:
				if word < 0 {
					word = len(buf)
				}
				if 'A' <= c && c <= 'Z' {
					c += 'a' - 'A'
				}
				buf = append(buf, c)
			case asciiSpace:
				buf, word = endWord(buf, word, start), -1
				buf = appendSpace(buf, start)
			case asciiOther:
				buf, word = endWord(buf, word, start), -1
				buf = append(buf, c)
			}
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		switch lower := pyLower(s, i, r); {
		case pySpace(r):
			buf, word = endWord(buf, word, start), -1
			buf = appendSpace(buf, start)
		case pyWord(lower):
			if word < 0 {
				word = len(buf)
			}
			buf = utf8.AppendRune(buf, lower)
			if r == 'İ' { // lower case in full: i and a combining dot
				buf, word = endWord(buf, word, start), -1
				buf = append(buf, "\u0307"...)
			}
		default:
			buf, word = endWord(buf, word, start), -1
			buf = utf8.AppendRune(buf, lower)
		}
		i += size
	}
	buf = endWord(buf, word, start)
	if n := len(buf); n > start && buf[n-1] == ' ' {
		buf = buf[:n-1]
	}
	return buf
}

// endWord replaces the word that starts at buf[word:] by a space if it is an
// article; word < 0 means that there is none.
func endWord(buf []byte, word, start int) []byte {
	if word >= 0 {
		switch string(buf[word:]) {
		case "a", "an", "the":
			return appendSpace(buf[:word], start)
		}
	}
	return buf
}

// appendSpace appends a space unless buf[start:] is empty or ends with one.
func appendSpace(buf []byte, start int) []byte {
	if n := len(buf); n > start && buf[n-1] != ' ' {
		buf = append(buf, ' ')
	}
	return buf
}

// appendChars appends the normal form of the character mode: lower case,
// full-width forms folded to ASCII, white space and every Unicode punctuation
// character deleted.
func appendChars(buf []byte, s string) []byte {
	for i, r := range s {
		if 0xff01 <= r && r <= 0xff5e {
			r -= 0xff01 - '!'
		}
		if pySpace(r) || unicode.IsPunct(r) || r < utf8.RuneSelf && asciiClass[r] == asciiPunct {
			continue
		}
		buf = utf8.AppendRune(buf, pyLower(s, i, r))
		if r == 'İ' {
			buf = append(buf, "\u0307"...)
		}
	}
	return buf
}

// pyLower is the lower case of the rune r at s[i], by Python's str.lower: the
// simple mapping, and ς for a Σ that ends a word. Of İ it gives the i alone.
func pyLower(s string, i int, r rune) rune {
	switch {
	case r == 'Σ' && finalSigma(s, i):
		return 'ς'
	case r == 'İ':
		return 'i'
	}
	return unicode.ToLower(r)
}

// finalSigma is the condition Final_Sigma of the Unicode standard (section
// 3.13): a cased letter comes before and none after, case-ignorable characters
// not counted.
func finalSigma(s string, i int) bool {
	before, after := false, false
	for rest := s[:i]; rest != ""; {
		r, size := utf8.DecodeLastRuneInString(rest)
		if !caseIgnorable(r) {
			before = cased(r)
			break
		}
		rest = rest[:len(rest)-size]
	}
	for _, r := range s[i+len("Σ"):] {
		if !caseIgnorable(r) {
			after = cased(r)
			break
		}
	}
	return before && !after
}

func cased(r rune) bool {
	return unicode.In(r, unicode.Lu, unicode.Ll, unicode.Lt, unicode.Other_Lowercase, unicode.Other_Uppercase)
}

// caseIgnorable: marks, format characters, modifiers, and the punctuation that
// is inside words (Word_Break = MidLetter, MidNumLet or Single_Quote).
func caseIgnorable(r rune) bool {
	return unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf, unicode.Lm, unicode.Sk) ||
		strings.ContainsRune("'.:\u00b7\u0387\u055f\u05f4\u2018\u2019\u2024\u2027\ufe13\ufe52\ufe55\uff07\uff0e\uff1a", r)
}

// pySpace is Python's str.isspace: White_Space and the separators U+001C to U+001F.
func pySpace(r rune) bool {
	return 0x1c <= r && r <= 0x1f || unicode.IsSpace(r)
}

// pyWord is Python's \w without the underscore: letters and numbers.
func pyWord(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) }
