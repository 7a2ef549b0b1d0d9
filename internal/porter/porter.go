// Package porter is the stemmer of M. F. Porter (An algorithm for suffix
// stripping, 1980), plain for matching and with the extensions of NLTK for
// ROUGE, whose reference program has them; matching must not have them, because
// its thresholds were fitted on plain stems.
//
// In: a word. Out: its stem. Start reading in Stem.
package porter

import "strings"

// Stem returns the stem of a lower-case ASCII word; other words, and those of
// more than 30 letters, come back unchanged.
func Stem(word string) string {
	for i := range len(word) {
		if word[i] < 'a' || word[i] > 'z' {
			return word
		}
	}
	// Most words end in a letter that no rule looks at.
	if !strings.ContainsRune("sdgynlreticm", rune(word[len(word)-1])) || len(word) > 30 {
		return word
	}
	return stem(word, false)
}

// StemNLTK returns the stem that NLTK's PorterStemmer gives in its default mode.
// The word is of lower-case ASCII letters and digits; digits count as consonants.
func StemNLTK(word string) string {
	if s, ok := irregular[word]; ok {
		return s
	}
	if len(word) <= 2 {
		return word
	}
	return stem(word, true)
}

var irregular = map[string]string{
	"sky": "sky", "skies": "sky", "dying": "die", "lying": "lie", "tying": "tie", "news": "news",
	"innings": "inning", "inning": "inning", "outings": "outing", "outing": "outing",
	"cannings": "canning", "canning": "canning", "howe": "howe",
	"proceed": "proceed", "exceed": "exceed", "succeed": "succeed",
}

func stem(word string, nltk bool) string {
	var buf [32]byte
	b := append(buf[:0], word...)
	b = plural(b, nltk)
	b = past(b, nltk)
	if n := len(b); b[n-1] == 'y' && (!nltk && hasVowel(b[:n-1]) || nltk && n > 2 && !vowel(b, n-2)) {
		b[n-1] = 'i'
	}
	if nltk {
		b = second(b)
	} else {
		b = replace(b, step2, 0)
	}
	b = replace(b, step3, 0)
	b = replace(b, step4, 1)
	if n := len(b); b[n-1] == 'e' {
		if m := measure(b[:n-1]); m > 1 || m == 1 && !cvc(b[:n-1], nltk) {
			b = b[:n-1]
		}
	}
	if n := len(b); n > 1 && b[n-1] == 'l' && b[n-2] == 'l' && measure(b) > 1 {
		b = b[:n-1]
	}
	if strings.HasPrefix(word, string(b)) {
		return word[:len(b)] // no allocation
	}
	return string(b)
}

// second is step 2 as NLTK has it: alli becomes al first, and what comes of it
// is looked at once more.
func second(b []byte) []byte {
	for ends(b, "alli") && measure(b[:len(b)-4]) > 0 {
		b = b[:len(b)-2]
	}
	if ends(b, "logi") {
		if measure(b[:len(b)-3]) > 0 {
			b = b[:len(b)-1]
		}
		return b
	}
	return replace(b, step2NLTK, 0)
}

// rule replaces one ending by another.
type rule struct{ from, to string }

var (
	step2     = byLast("ational ate tional tion enci ence anci ance izer ize abli able alli al entli ent eli e ousli ous ization ize ation ate ator ate alism al iveness ive fulness ful ousness ous aliti al iviti ive biliti ble")
	step2NLTK = byLast("ational ate tional tion enci ence anci ance izer ize bli ble alli al entli ent eli e ousli ous ization ize ation ate ator ate alism al iveness ive fulness ful ousness ous aliti al iviti ive biliti ble fulli ful")
	step3     = byLast("icate ic ative - alize al iciti ic ical ic ful - ness -")
	step4     = byLast("al - ance - ence - er - ic - able - ible - ant - ement - ment - ent - ion - ou - ism - ate - iti - ous - ive - ize -")
)

// byLast sorts rules, written as pairs, by the last letter of their ending.
func byLast(pairs string) (t [26][]rule) {
	f := strings.Fields(pairs)
	for i := 0; i < len(f); i += 2 {
		to := f[i+1]
		if to == "-" {
			to = ""
		}
		last := f[i][len(f[i])-1] - 'a'
		t[last] = append(t[last], rule{f[i], to})
	}
	return t
}

// replace applies the rule with the longest ending, if the stem before it has
// a measure above m.
func replace(b []byte, rules [26][]rule, m int) []byte {
	var best rule
	last := b[len(b)-1] - 'a'
	if last >= 26 { // a digit
		return b
	}
	for _, r := range rules[last] {
		if len(r.from) > len(best.from) && ends(b, r.from) {
			best = r
		}
	}
	stem := b[:len(b)-len(best.from)]
	if best.from == "" || measure(stem) <= m {
		return b
	}
	if best.from == "ion" && !ends(stem, "s") && !ends(stem, "t") {
		return b
	}
	return append(stem, best.to...)
}

// plural is step 1a.
func plural(b []byte, nltk bool) []byte {
	switch {
	case nltk && len(b) == 4 && ends(b, "ies"):
		return b[:3] // dies → die, but flies → fli
	case ends(b, "sses"), ends(b, "ies"):
		return b[:len(b)-2]
	case ends(b, "ss"):
	case ends(b, "s") && len(b) > 2:
		return b[:len(b)-1]
	}
	return b
}

// past is step 1b.
func past(b []byte, nltk bool) []byte {
	var stem []byte
	switch {
	case nltk && len(b) == 4 && ends(b, "ied"):
		return b[:3]
	case nltk && ends(b, "ied"):
		return b[:len(b)-2]
	case ends(b, "eed"):
		if measure(b[:len(b)-3]) > 0 {
			return b[:len(b)-1]
		}
		return b
	case ends(b, "ed"):
		stem = b[:len(b)-2]
	case ends(b, "ing"):
		stem = b[:len(b)-3]
	}
	if !hasVowel(stem) {
		return b
	}
	n := len(stem)
	switch {
	case ends(stem, "at"), ends(stem, "bl"), ends(stem, "iz"):
		return append(stem, 'e')
	case n > 1 && stem[n-1] == stem[n-2] && !vowel(stem, n-1) && !strings.ContainsRune("lsz", rune(stem[n-1])):
		return stem[:n-1]
	case measure(stem) == 1 && cvc(stem, nltk):
		return append(stem, 'e')
	}
	return stem
}

func ends(b []byte, s string) bool {
	return len(b) >= len(s) && string(b[len(b)-len(s):]) == s
}

func vowel(b []byte, i int) bool {
	switch b[i] {
	case 'a', 'e', 'i', 'o', 'u':
		return true
	case 'y':
		return i > 0 && !vowel(b, i-1)
	}
	return false
}

func hasVowel(b []byte) bool {
	for i := range b {
		if vowel(b, i) {
			return true
		}
	}
	return false
}

// measure counts the sequences of vowels followed by consonants.
func measure(b []byte) int {
	m, before := 0, false
	for i := range b {
		v := vowel(b, i)
		if before && !v {
			m++
		}
		before = v
	}
	return m
}

// cvc reports whether b ends in consonant, vowel, consonant other than w, x, y;
// or, in NLTK, is a vowel and a consonant.
func cvc(b []byte, nltk bool) bool {
	n := len(b)
	return nltk && n == 2 && vowel(b, 0) && !vowel(b, 1) || n > 2 && !vowel(b, n-3) && vowel(b, n-2) && !vowel(b, n-1) && !strings.ContainsRune("wxy", rune(b[n-1]))
}
