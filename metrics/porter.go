package metrics

import "strings"

// porterStem is Porter's algorithm (1980) with the extensions of NLTK's
// PorterStemmer in its default mode, which rouge_score uses. The word is lower
// case, letters a to z and digits; digits count as consonants.
func porterStem(word string) string {
	if s, ok := porterIrregular[word]; ok {
		return s
	}
	if len(word) <= 2 {
		return word
	}
	for _, step := range []func(string) string{step1a, step1b, step1c, step2, step3, step4, step5a, step5b} {
		word = step(word)
	}
	return word
}

var porterIrregular = map[string]string{
	"sky": "sky", "skies": "sky", "dying": "die", "lying": "lie", "tying": "tie", "news": "news",
	"innings": "inning", "inning": "inning", "outings": "outing", "outing": "outing",
	"cannings": "canning", "canning": "canning", "howe": "howe",
	"proceed": "proceed", "exceed": "exceed", "succeed": "succeed",
}

// suffixRule replaces a suffix where the stem before it meets the condition.
type suffixRule struct {
	suffix, replacement string
	condition           func(stem string) bool // nil: always
}

// applyRules applies the first rule whose suffix fits. If its condition fails,
// no further rule is tried.
func applyRules(word string, rules []suffixRule) string {
	for _, r := range rules {
		if stem, ok := strings.CutSuffix(word, r.suffix); ok {
			if r.condition == nil || r.condition(stem) {
				return stem + r.replacement
			}
			return word
		}
	}
	return word
}

func consonant(w string, i int) bool {
	switch w[i] {
	case 'a', 'e', 'i', 'o', 'u':
		return false
	case 'y':
		return i == 0 || !consonant(w, i-1)
	}
	return true
}

// measure is Porter's m: how often a vowel is followed by a consonant.
func measure(stem string) int {
	m, vowel, cons := 0, false, true
	for i := range len(stem) {
		// y is a consonant at the start and after a vowel.
		cons = !strings.ContainsRune("aeiou", rune(stem[i])) && (stem[i] != 'y' || i == 0 || !cons)
		if cons && vowel {
			m++
		}
		vowel = !cons
	}
	return m
}

func above0(stem string) bool { return measure(stem) > 0 }
func above1(stem string) bool { return measure(stem) > 1 }

func containsVowel(stem string) bool {
	for i := range len(stem) {
		if !consonant(stem, i) {
			return true
		}
	}
	return false
}

func endsDoubleConsonant(w string) bool {
	n := len(w)
	return n >= 2 && w[n-1] == w[n-2] && consonant(w, n-1)
}

// endsCVC: consonant, vowel, consonant other than w, x, y; or, in NLTK, a word
// of vowel and consonant.
func endsCVC(w string) bool {
	n := len(w)
	return n >= 3 && consonant(w, n-3) && !consonant(w, n-2) && consonant(w, n-1) && !strings.ContainsRune("wxy", rune(w[n-1])) ||
		n == 2 && !consonant(w, 0) && consonant(w, 1)
}

func step1a(w string) string {
	if len(w) == 4 && strings.HasSuffix(w, "ies") {
		return w[:3] // dies → die, but flies → fli
	}
	return applyRules(w, []suffixRule{{"sses", "ss", nil}, {"ies", "i", nil}, {"ss", "ss", nil}, {"s", "", nil}})
}

func step1b(w string) string {
	if strings.HasSuffix(w, "ied") {
		if len(w) == 4 {
			return w[:3]
		}
		return w[:len(w)-2]
	}
	if stem, ok := strings.CutSuffix(w, "eed"); ok {
		if above0(stem) {
			return stem + "ee"
		}
		return w
	}
	stem, ok := strings.CutSuffix(w, "ed")
	if !ok {
		stem, ok = strings.CutSuffix(w, "ing")
	}
	if !ok || !containsVowel(stem) {
		return w
	}
	for _, s := range []string{"at", "bl", "iz"} {
		if strings.HasSuffix(stem, s) {
			return stem + "e"
		}
	}
	if endsDoubleConsonant(stem) {
		if strings.ContainsRune("lsz", rune(stem[len(stem)-1])) {
			return stem
		}
		return stem[:len(stem)-1]
	}
	if measure(stem) == 1 && endsCVC(stem) {
		return stem + "e"
	}
	return stem
}

func step1c(w string) string {
	return applyRules(w, []suffixRule{{"y", "i", func(stem string) bool { return len(stem) > 1 && consonant(stem, len(stem)-1) }}})
}

func step2(w string) string {
	// NLTK applies alli → al first, and then the step once more.
	if stem, ok := strings.CutSuffix(w, "alli"); ok && above0(stem) {
		return step2(stem + "al")
	}
	return applyRules(w, []suffixRule{
		{"ational", "ate", above0}, {"tional", "tion", above0}, {"enci", "ence", above0},
		{"anci", "ance", above0}, {"izer", "ize", above0}, {"bli", "ble", above0},
		{"alli", "al", above0}, {"entli", "ent", above0}, {"eli", "e", above0},
		{"ousli", "ous", above0}, {"ization", "ize", above0}, {"ation", "ate", above0},
		{"ator", "ate", above0}, {"alism", "al", above0}, {"iveness", "ive", above0},
		{"fulness", "ful", above0}, {"ousness", "ous", above0}, {"aliti", "al", above0},
		{"iviti", "ive", above0}, {"biliti", "ble", above0}, {"fulli", "ful", above0},
		{"logi", "log", func(stem string) bool { return above0(stem + "l") }},
	})
}

func step3(w string) string {
	return applyRules(w, []suffixRule{
		{"icate", "ic", above0}, {"ative", "", above0}, {"alize", "al", above0}, {"iciti", "ic", above0},
		{"ical", "ic", above0}, {"ful", "", above0}, {"ness", "", above0},
	})
}

func step4(w string) string {
	return applyRules(w, []suffixRule{
		{"al", "", above1}, {"ance", "", above1}, {"ence", "", above1}, {"er", "", above1}, {"ic", "", above1},
		{"able", "", above1}, {"ible", "", above1}, {"ant", "", above1}, {"ement", "", above1}, {"ment", "", above1},
		{"ent", "", above1}, {"ion", "", func(stem string) bool {
			return above1(stem) && strings.ContainsRune("st", rune(stem[len(stem)-1]))
		}},
		{"ou", "", above1}, {"ism", "", above1}, {"ate", "", above1}, {"iti", "", above1}, {"ous", "", above1},
		{"ive", "", above1}, {"ize", "", above1},
	})
}

func step5a(w string) string {
	if stem, ok := strings.CutSuffix(w, "e"); ok {
		if m := measure(stem); m > 1 || m == 1 && !endsCVC(stem) {
			return stem
		}
	}
	return w
}

func step5b(w string) string {
	return applyRules(w, []suffixRule{{"ll", "l", func(stem string) bool { return above1(stem + "l") }}})
}
