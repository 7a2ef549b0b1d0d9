package text

import "strings"

// porter is the stemmer of M. F. Porter (An algorithm for suffix stripping,
// 1980) for lower-case ASCII words; other words come back unchanged.
func porter(word string) string {
	for i := range len(word) {
		if word[i] < 'a' || word[i] > 'z' {
			return word
		}
	}
	// Most words end in a letter that no rule looks at.
	if !strings.ContainsRune("sdgynlreticm", rune(word[len(word)-1])) {
		return word
	}
	var buf [32]byte
	if len(word) > len(buf)-2 {
		return word
	}
	b := append(buf[:0], word...)
	b = plural(b)
	b = past(b)
	if n := len(b); b[n-1] == 'y' && hasVowel(b[:n-1]) {
		b[n-1] = 'i'
	}
	b = replace(b, step2, 0)
	b = replace(b, step3, 0)
	b = replace(b, step4, 1)
	if n := len(b); b[n-1] == 'e' {
		if m := measure(b[:n-1]); m > 1 || m == 1 && !cvc(b[:n-1]) {
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

// rule replaces one ending by another.
type rule struct{ from, to string }

var (
	step2 = byLast("ational ate tional tion enci ence anci ance izer ize abli able alli al entli ent eli e ousli ous ization ize ation ate ator ate alism al iveness ive fulness ful ousness ous aliti al iviti ive biliti ble")
	step3 = byLast("icate ic ative - alize al iciti ic ical ic ful - ness -")
	step4 = byLast("al - ance - ence - er - ic - able - ible - ant - ement - ment - ent - ion - ou - ism - ate - iti - ous - ive - ize -")
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
	for _, r := range rules[b[len(b)-1]-'a'] {
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
func plural(b []byte) []byte {
	switch {
	case ends(b, "sses"), ends(b, "ies"):
		return b[:len(b)-2]
	case ends(b, "ss"):
	case ends(b, "s") && len(b) > 2:
		return b[:len(b)-1]
	}
	return b
}

// past is step 1b.
func past(b []byte) []byte {
	var stem []byte
	switch {
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
	case measure(stem) == 1 && cvc(stem):
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

// cvc reports whether b ends in consonant, vowel, consonant other than w, x, y.
func cvc(b []byte) bool {
	n := len(b)
	return n > 2 && !vowel(b, n-3) && vowel(b, n-2) && !vowel(b, n-1) && !strings.ContainsRune("wxy", rune(b[n-1]))
}
