package text

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// foldWide unifies half-width and compatibility forms.
func foldWide(s string) string {
	if unified(s) || norm.NFKC.IsNormalString(s) {
		return s
	}
	return norm.NFKC.String(s)
}

// Normalize unifies compatibility forms, case, quotes, dashes, digits of other
// scripts and white space. Two texts that differ in nothing else become equal.
func Normalize(s string) string {
	if ascii(s) {
		return normalizeASCII(s)
	}
	return strings.Join(strings.Fields(strings.Map(func(r rune) rune {
		switch r {
		case '‘', '’', 'ʼ', '‚', '′', '`', '´':
			return '\''
		case '“', '”', '„', '«', '»', '″', '「', '」':
			return '"'
		case '‐', '‑', '‒', '–', '—', '―', '−':
			return '-'
		}
		return r
	}, fold(s))), " ")
}

func ascii(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// normalizeASCII is Normalize for ASCII, in one pass.
func normalizeASCII(s string) string {
	out := make([]byte, 0, len(s))
	gap := false
	for i := range len(s) {
		c := s[i]
		switch {
		case c == ' ' || c >= '\t' && c <= '\r':
			gap = len(out) > 0
			continue
		case c == '`':
			c = '\''
		case c >= 'A' && c <= 'Z':
			c += 'a' - 'A'
		}
		if gap {
			out, gap = append(out, ' '), false
		}
		out = append(out, c)
	}
	return string(out)
}

// fold unifies compatibility forms and case, drops vowel signs of Arabic and
// Hebrew, and writes digits in ASCII.
func fold(s string) string {
	// An invalid byte becomes U+FFFD first: beside one, NFKC leaves characters
	// as they are that it would otherwise unify.
	if !utf8.ValidString(s) {
		s = strings.ToValidUTF8(s, "\ufffd")
	}
	if !unified(s) && !norm.NFKC.IsNormalString(s) {
		s = norm.NFKC.String(s)
	}
	return strings.Map(foldRune, strings.ReplaceAll(s, "ß", "ss"))
}

// unified reports whether s has none but frequent letters that NFKC leaves as
// they are, whatever is beside them: a look at each costs much less than the
// tables of all characters.
func unified(s string) bool {
	for _, r := range s {
		switch {
		case r < 0xa0, r >= 0xc0 && r <= 0x131: // Latin
		case r >= 0x391 && r <= 0x3c9: // Greek
		case r >= 0x400 && r <= 0x481: // Cyrillic
		case r >= 0x5d0 && r <= 0x5ea: // Hebrew
		case r >= 0x621 && r <= 0x64a, r >= 0x660 && r <= 0x669: // Arabic
		case r >= 0x4e00 && r <= 0x9fff, r >= 0x3041 && r <= 0x3096, r >= 0x30a1 && r <= 0x30fa, r >= 0xac00 && r <= 0xd7a3: // Chinese, Japanese, Korean
		default:
			return false
		}
	}
	return true
}

func foldRune(r rune) rune {
	switch {
	case r < utf8.RuneSelf:
		if r >= 'A' && r <= 'Z' {
			return r + 0x20
		}
		return r
	case r == '’' || r == 'ʼ':
		return '\''
	case r == 'ς':
		return 'σ'
	case r == 'ё':
		return 'е'
	case r == 0x200c, r == 0x200d, r == 0xad, r == 0x307: // joiners, soft hyphen, the dot of a lowered İ
		return -1
	case r >= 0x591 && r <= 0x5c7 && unicode.IsMark(r), r >= 0x64b && r <= 0x65f, r == 0x670, r == 0x640:
		return -1
	case r == 'أ' || r == 'إ' || r == 'آ' || r == 'ٱ':
		return 'ا'
	case r == 'ى' || r == 'ی':
		return 'ي'
	case r == 'ک':
		return 'ك'
	case r == 'ة':
		return 'ه'
	}
	if unicode.IsDigit(r) {
		if d, ok := decimal(r); ok {
			return d
		}
	}
	if lower := unicode.ToLower(r); lower != r {
		return foldRune(lower) // Ё folds as ё does
	}
	return r
}

// decimal maps a digit of another script to ASCII. Unicode lays the ten digits
// of a script out in a row that starts at a multiple of sixteen or six off it.
func decimal(r rune) (rune, bool) {
	for _, zero := range [...]rune{0x660, 0x6f0, 0x966, 0x9e6, 0xa66, 0xae6, 0xb66, 0xbe6, 0xc66, 0xce6, 0xd66, 0xe50, 0xed0, 0x1040, 0x17e0} {
		if r >= zero && r <= zero+9 {
			return '0' + r - zero, true
		}
	}
	return 0, false
}
