package text

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Sentences cuts s into sentences, without the white space around them. A
// sentence ends at a mark that is no part of an abbreviation, initial, number
// or address; a list item, table row, heading or paragraph ends with its line.
// Thai, which has no mark, is cut at its wide spaces.
func Sentences(s string) []Span {
	out := make([]Span, 0, len(s)/100+1)
	start := 0
	cut := func(end int) {
		if sp := trim(s, start, end); sp.Start < sp.End {
			out = append(out, sp)
		}
		start = end
	}
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '\n':
			if lineEnds(s, start, i) {
				cut(i + 1)
			}
		case c == '.' || c == '!' || c == '?':
			if end := stopEnd(s, start, i); end > 0 {
				cut(end)
				i = end - 1
			} else {
				for i+1 < len(s) && (s[i+1] == '.' || s[i+1] == '!' || s[i+1] == '?') {
					i++
				}
			}
		case c == ' ' && i > 0 && s[i-1] >= utf8.RuneSelf:
			if thaiBreak(s, start, i) {
				cut(i)
			}
		case c >= utf8.RuneSelf:
			r, n := utf8.DecodeRuneInString(s[i:])
			if fullStop(r) {
				cut(closers(s, i+n))
				i = start - 1
			} else {
				i += n - 1
			}
		}
	}
	cut(len(s))
	return out
}

// fullStop reports whether r ends a sentence whatever follows.
func fullStop(r rune) bool {
	switch r {
	case '。', '！', '？', '｡', '؟', '।', '॥', '۔', '።', '။', '។':
		return true
	}
	return false
}

// stopEnd returns the end of the sentence whose mark stands at i, or 0 if the
// sentence goes on.
func stopEnd(s string, start, i int) int {
	j := i
	for j < len(s) && (s[j] == '.' || s[j] == '!' || s[j] == '?') {
		j++
	}
	end := closers(s, j)
	if end == len(s) {
		return end
	}
	r, _ := utf8.DecodeRuneInString(s[end:])
	if !unicode.IsSpace(r) {
		if unspaced(r) && s[i] != '.' {
			return end
		}
		return 0
	}
	next := end
	for next < len(s) && (s[next] == ' ' || s[next] == '\t') {
		next++
	}
	if next == len(s) || s[next] == '\n' {
		return end
	}
	r, _ = utf8.DecodeRuneInString(strings.TrimLeft(s[next:], "\"'“”‘«„(["))
	if unicode.IsLower(r) || strings.ContainsRune(",;:", r) {
		return 0
	}
	if s[i] != '.' || j-i > 1 {
		return end
	}
	return abbreviated(s, start, i, next, end)
}

// longestWord bounds in bytes how far a dot is looked behind.
const longestWord = 40

// abbreviated returns 0 if the dot at i belongs to what stands before it and
// the sentence goes on at next; otherwise end.
func abbreviated(s string, start, i, next, end int) int {
	w := i
	for w > start && i-w < longestWord {
		r, n := utf8.DecodeLastRuneInString(s[start:w])
		if unicode.IsSpace(r) || strings.ContainsRune("([\"'“‘„«", r) {
			break
		}
		w -= n
	}
	before := s[w:i]
	if before == "" || len(before) > longestShort {
		return end
	}
	low := strings.ToLower(before)
	after := nextWord(s[next:])
	switch {
	case itemNumber(s, start, w, before):
		return 0
	case allDigits(before):
		if _, ok := months[fold(after)]; ok && len(before) <= 2 { // 5. Mai
			return 0
		}
		return end
	case titles[low]:
		return 0
	case shortened[low], utf8.RuneCountInString(before) == 1 && unicode.IsUpper([]rune(before)[0]), strings.Contains(before, ".") && !strings.ContainsAny(before, "/@:") && len(before) <= 8:
		if opener(after) {
			return end
		}
		return 0
	}
	return end
}

// longestShort bounds in bytes what can be an abbreviation.
const longestShort = 8

// titles stand before a name or number, so no sentence ends with them.
var titles = set("mr mrs ms mx dr prof st gen col lt sgt capt cmdr adm rev hon fr sr. sra sres dott sig mme mlle mm hr fig figs eq no nos nr vol vols pp ed eds cf vs e.g i.e z.b d.h u.a bzw vgl ca approx dipl ing art abs s.a p.ej al resp")

// shortened words may end a sentence or stand within one.
var shortened = set("inc ltd co corp llc plc bros etc jr sr a.m p.m u.s u.k u.n ph.d m.d b.a m.a est dept univ assn ave blvd rd jan feb mar apr jun jul aug sep sept oct nov dec mt ft gov sen rep usw bsp str gmbh núm av")

// opener reports whether a capitalised word usually opens a sentence.
func opener(word string) bool {
	if r, _ := utf8.DecodeRuneInString(word); !unicode.IsUpper(r) {
		return false
	}
	return stops()[fold(word)] != 0
}

func nextWord(s string) string {
	s = strings.TrimLeft(s, "\"'“”‘«„([ ")
	for i, r := range s {
		if !unicode.IsLetter(r) {
			return s[:i]
		}
	}
	return s
}

func allDigits(s string) bool {
	for i := range len(s) {
		if classOf(s[i]) != digit {
			return false
		}
	}
	return s != ""
}

// itemNumber reports whether before is the number or letter of a list item.
func itemNumber(s string, start, w int, before string) bool {
	return (len(before) <= 2 && allDigits(before) || len(before) == 1 && classOf(before[0]) == letter && before != "I") && strings.TrimSpace(s[start:w]) == ""
}

// closers returns the end of the quotes, brackets and citations glued to the
// end of a sentence at i.
func closers(s string, i int) int {
	for i < len(s) {
		r, n := utf8.DecodeRuneInString(s[i:])
		switch {
		case strings.ContainsRune("\"')]}’”»」』）】*_", r) || fullStop(r):
			i += n
		case r == '[' || r == '【':
			closing := "]"
			if r == '【' {
				closing = "】"
			}
			j := strings.Index(s[i:min(len(s), i+40)], closing)
			if j < 0 || strings.ContainsAny(s[i:i+j], "\n") {
				return i
			}
			i += j + len(closing)
		default:
			return i
		}
	}
	return i
}

// lineEnds reports whether the line break at i ends a sentence that began at start.
func lineEnds(s string, start, i int) bool {
	rest := strings.TrimLeft(s[i+1:], " \t\r")
	if rest == "" || rest[0] == '\n' || lineMarker(rest) {
		return true
	}
	line := strings.TrimSpace(s[max(start, strings.LastIndexByte(s[:i], '\n')+1):i])
	return line == "" || lineMarker(line) || strings.HasSuffix(line, ":")
}

// lineMarker reports whether a line begins as a list item, table row, heading
// or quotation.
func lineMarker(line string) bool {
	switch {
	case line == "":
		return false
	case strings.HasPrefix(line, "•"), strings.HasPrefix(line, "–"):
		return true
	case strings.IndexByte("|#>", line[0]) >= 0:
		return true
	case strings.IndexByte("-*+", line[0]) >= 0:
		return len(line) > 1 && line[1] == ' '
	}
	n := 0
	for n < len(line) && classOf(line[n]) == digit {
		n++
	}
	return n > 0 && n <= 3 && n+1 < len(line) && (line[n] == '.' || line[n] == ')') && line[n+1] == ' '
}

// thaiBreak reports whether the space at i ends a Thai clause of some length.
func thaiBreak(s string, start, i int) bool {
	if i-start < 90 || i+1 >= len(s) { // 30 characters
		return false
	}
	before, _ := utf8.DecodeLastRuneInString(s[:i])
	after, _ := utf8.DecodeRuneInString(s[i+1:])
	return before >= 0xe00 && before < 0xe80 && after >= 0xe00 && after < 0xe80
}

// trim returns [start, end) without white space at both ends.
func trim(s string, start, end int) Span {
	t := strings.TrimLeftFunc(s[start:end], unicode.IsSpace)
	start = end - len(t)
	return Span{start, start + len(strings.TrimRightFunc(t, unicode.IsSpace))}
}
