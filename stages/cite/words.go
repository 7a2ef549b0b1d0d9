package cite

import (
	_ "embed"
	"strings"
	"unicode"
	"unicode/utf8"
)

//go:embed words.txt
var wordFile string

// words are phrases that do one thing, in lower case.
type words struct {
	set     map[string]bool
	longest int // in bytes
}

// vocabulary holds the sections of words.txt.
var vocabulary = readWords(wordFile)

func readWords(file string) map[string]words {
	all := map[string]words{}
	section := ""
	for line := range strings.Lines(file) {
		line = strings.TrimSpace(line)
		if name, ok := strings.CutPrefix(line, "= "); ok {
			section = name
			all[section] = words{set: map[string]bool{}}
			continue
		}
		if line == "" || line[0] == '#' {
			continue
		}
		w := all[section]
		for phrase := range strings.SplitSeq(line, "|") {
			if phrase = strings.TrimSpace(phrase); phrase != "" {
				w.set[phrase] = true
				w.longest = max(w.longest, len(phrase))
			}
		}
		all[section] = w
	}
	return all
}

var (
	labels     = vocabulary["label"]
	headings   = vocabulary["heading"]
	qualifiers = vocabulary["qualifier"]
	leads      = vocabulary["lead"]
	preps      = vocabulary["prep"]
	articles   = vocabulary["article"]
	sayings    = vocabulary["say"]
	thats      = vocabulary["that"]
	conclude   = vocabulary["conclude"]
	locators   = vocabulary["locator"]
	things     = vocabulary["thing"]
	units      = vocabulary["unit"]
	yesOrNo    = vocabulary["yes"]
)

// has reports whether the phrase is one of w.
func (w words) has(phrase string) bool { return w.set[strings.ToLower(phrase)] }

// before returns where the longest phrase of w begins that ends s, or -1. In
// scripts with blanks it must begin a word.
func (w words) before(s string) int {
	tail := s
	if len(tail) > w.longest+8 {
		tail = tail[len(tail)-w.longest-8:]
	}
	best := -1
	low := lower(tail)
	for i := len(tail); i > 0; {
		first, n := utf8.DecodeLastRuneInString(tail[:i])
		i -= n
		if (i == 0 && len(tail) < len(s)) || !w.set[low[i:]] {
			continue
		}
		before, _ := utf8.DecodeLastRuneInString(s[:len(s)-len(tail)+i])
		if unspaced(first) || !unicode.IsLetter(before) && !unicode.IsDigit(before) && before != '_' && before != '-' {
			best = len(s) - len(tail) + i
		}
	}
	return best
}

// after returns the length of the longest phrase of w that opens s, or 0.
func (w words) after(s string) int {
	if len(s) > w.longest+8 {
		s = s[:w.longest+8]
	}
	best := 0
	low := lower(s)
	for i, r := range s {
		if i > 0 && w.set[low[:i]] {
			last, _ := utf8.DecodeLastRuneInString(s[:i])
			if unspaced(last) || !unicode.IsLetter(r) && !unicode.IsMark(r) {
				best = i
			}
		}
	}
	if w.set[low] {
		best = len(s)
	}
	return best
}

// lower returns s in lower case if that leaves every offset where it is.
func lower(s string) string {
	if low := strings.ToLower(s); len(low) == len(s) {
		return low
	}
	return s
}

// unspaced reports whether r is of a script that sets no blanks between words.
func unspaced(r rune) bool {
	if r < 0xe00 {
		return false
	}
	return unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai, unicode.Hangul, unicode.Lao, unicode.Khmer)
}
