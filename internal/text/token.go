package text

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Span is a stretch of a string: bytes [Start, End).
type Span struct{ Start, End int }

// Of returns the stretch of s that the span names.
func (p Span) Of(s string) string { return s[p.Start:p.End] }

// Token is one word, number or pair of characters.
type Token struct {
	Text       string // normalised: compatibility forms, case, quotes and digits unified
	Start, End int    // bytes in the original
}

// Byte classes of ASCII; everything else takes the slow path.
const (
	other = iota
	letter
	digit
)

var class = func() (t [utf8.RuneSelf]uint8) {
	for c := range t {
		switch {
		case c >= '0' && c <= '9':
			t[c] = digit
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z':
			t[c] = letter
		}
	}
	return t
}()

// Tokens cuts s into words. Numbers keep their decimals and lose their
// thousands separators ("1,200" is "1200"), contractions keep a negation
// ("don't") and lose a possessive ("Ann's" is "ann"), initials are joined
// ("U.S." is "us"). Scripts without spaces yield overlapping pairs of
// characters, or one character where it stands alone.
func Tokens(s string) []Token {
	if s == "" {
		return nil
	}
	return appendTokens(make([]Token, 0, countWords(s)), s)
}

// countWords is the number of tokens of s or a little more: a list of tokens
// that grows costs more than this look ahead.
func countWords(s string) int {
	n, in := 0, false
	for i := range len(s) {
		c := s[i]
		word := c >= utf8.RuneSelf || class[c] != other
		if word && !in || c >= 0xe0 && c != 0xe2 { // a character of a dense script may be a token
			n++
		}
		in = word
	}
	return n
}

// appendTokens appends the tokens of s.
func appendTokens(out []Token, s string) []Token {
	for i := 0; i < len(s); {
		c := s[i]
		if c < utf8.RuneSelf {
			if class[c] == other {
				i++
				continue
			}
			out, i = word(out, s, i)
			continue
		}
		r, n := utf8.DecodeRuneInString(s[i:])
		switch {
		case unspaced(r):
			out, i = pairs(out, s, i)
		case wordRune(r):
			out, i = word(out, s, i)
		default:
			i += n
		}
	}
	return out
}

// word reads the word that starts at i and returns where to go on.
func word(out []Token, s string, i int) ([]Token, int) {
	start, kind := i, uint8(letter)
	if c := s[i]; c < utf8.RuneSelf {
		kind = class[c]
	}
	plain, upper := true, false // ASCII only; some capital
	var drop byte               // a separator to take out of the text
	for i < len(s) {
		c := s[i]
		if c < utf8.RuneSelf {
			if class[c] != other {
				upper = upper || c >= 'A' && c <= 'Z'
				i++
				continue
			}
			switch {
			case c == '\'' && contracted(s, start, i, 1):
				i += 2
				continue
			case (c == ',' || c == '.') && kind == digit && joinsDigits(s, i):
				if c == ',' {
					drop = ','
				}
				i++
				continue
			case c == '.' && initials(s, start, i):
				drop = '.'
				i++
				continue
			}
			break
		}
		r, n := utf8.DecodeRuneInString(s[i:])
		if (r == '’' || r == 'ʼ') && contracted(s, start, i, n) {
			plain = false
			i += n + 1
			continue
		}
		if unspaced(r) || !wordRune(r) {
			break
		}
		plain = false
		i += n
	}
	t := s[start:i]
	switch {
	case !plain:
		t = fold(t)
	case upper:
		t = strings.ToLower(t)
	}
	if drop != 0 {
		t = strings.ReplaceAll(t, string(drop), "")
	}
	if t != "" {
		out = append(out, Token{t, start, i})
	}
	return out, possessive(s, i)
}

// contracted reports whether the apostrophe of n bytes at i belongs to "n't".
func contracted(s string, start, i, n int) bool {
	return i > start && s[i-1]|0x20 == 'n' && i+n < len(s) && s[i+n]|0x20 == 't' && (i+n+1 == len(s) || !alnum(s[i+n+1]))
}

// joinsDigits reports whether the separator at i continues a number: a dot
// before a digit, or a comma before exactly three digits.
func joinsDigits(s string, i int) bool {
	n := 0
	for i+1+n < len(s) && classOf(s[i+1+n]) == digit {
		n++
	}
	if classOf(s[i-1]) != digit {
		return false
	}
	return n > 0 && s[i] == '.' || n == 3 && (i+4 >= len(s) || classOf(s[i+4]) == other)
}

// initials reports whether the dot at i is inside an abbreviation of
// single letters such as "U.S.A".
func initials(s string, start, i int) bool {
	if i-start > 16 || i+1 >= len(s) || classOf(s[i+1]) != letter {
		return false
	}
	if i+2 < len(s) && alnum(s[i+2]) {
		return false
	}
	for j := start; j < i; j += 2 {
		if classOf(s[j]) != letter || j+1 < i && s[j+1] != '.' {
			return false
		}
	}
	return (i-start)%2 == 1
}

// possessive skips "'s" after a word.
func possessive(s string, i int) int {
	if i == len(s) || s[i] != '\'' && s[i] != "’"[0] {
		return i
	}
	n := 0
	switch {
	case strings.HasPrefix(s[i:], "'s"), strings.HasPrefix(s[i:], "'S"):
		n = 2
	case strings.HasPrefix(s[i:], "’s"):
		n = len("’s")
	}
	if n > 0 && (i+n == len(s) || !alnum(s[i+n])) {
		return i + n
	}
	return i
}

func classOf(c byte) uint8 {
	if c >= utf8.RuneSelf {
		return other
	}
	return class[c]
}

// alnum reports whether c belongs to a letter or digit, or to any character
// outside ASCII.
func alnum(c byte) bool { return c >= utf8.RuneSelf || class[c] != other }

// pairs reads a run of a script without spaces.
func pairs(out []Token, s string, i int) ([]Token, int) {
	prev, count := -1, 0 // start of the rune before
	for i < len(s) {
		r, n := utf8.DecodeRuneInString(s[i:])
		if !unspaced(r) {
			break
		}
		if count > 0 {
			out = append(out, Token{foldWide(s[prev : i+n]), prev, i + n})
		}
		prev = i
		i += n
		count++
	}
	if count == 1 {
		out = append(out, Token{foldWide(s[prev:i]), prev, i})
	}
	return out, i
}

// wordRune reports whether r can be in a word; joiners and the soft hyphen
// can.
func wordRune(r rune) bool {
	return unicode.IsLetter(r) || unicode.IsNumber(r) || unicode.IsMark(r) || r == 0x200c || r == 0x200d || r == 0xad
}

// unspaced reports whether r belongs to a script that does not set words apart
// with spaces, or (Korean) glues so much to a word that pairs match better.
func unspaced(r rune) bool {
	switch {
	case r < 0x0e00:
		return false
	case r <= 0x0eff, r >= 0x1000 && r <= 0x109f, r >= 0x1780 && r <= 0x17ff: // Thai, Lao, Burmese, Khmer
		return unicode.IsLetter(r) || unicode.IsMark(r)
	case r >= 0x3041 && r <= 0x30ff: // kana
		return r != '・'
	case r == '々', r >= 0x3400 && r <= 0x4dbf, r >= 0x4e00 && r <= 0x9fff, r >= 0xf900 && r <= 0xfaff, r >= 0x20000 && r <= 0x323af: // Han
		return true
	case r >= 0xac00 && r <= 0xd7a3, r >= 0x1100 && r <= 0x11ff: // Hangul
		return true
	}
	return r >= 0xff66 && r <= 0xff9d // half-width kana
}

// Hash64 is FNV-1a, spread out: equal strings have equal hashes on every
// machine and in every release.
func Hash64(s string) uint64 {
	h := uint64(14695981039346656037)
	for i := range len(s) {
		h = (h ^ uint64(s[i])) * 1099511628211
	}
	h ^= h >> 32
	return h * 0x9e3779b97f4a7c15
}
