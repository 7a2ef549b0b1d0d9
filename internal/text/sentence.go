package text

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Sentences cuts s into sentences, without the white space around them. A
// sentence ends at a mark that is no part of an abbreviation, initial, number
// or address; a list item, table row, heading, line of "key: value" or
// paragraph ends with its line. A fenced block of code is one sentence. Thai,
// which has no mark, is cut at polite particles and at wide spaces.
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
		case c == '`' || c == '~':
			if end := codeEnd(s, i); end > 0 {
				if fenced(s, i) {
					cut(i)
					cut(end)
				}
				i = end - 1
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
		case c == ';' && i > 0 && s[i-1] >= utf8.RuneSelf:
			if greek(s, i) {
				cut(i + 1)
			}
		case c == ':' && inlineItem(s[i+1:]):
			cut(i + 1)
		case c >= utf8.RuneSelf:
			r, n := utf8.DecodeRuneInString(s[i:])
			switch {
			case fullStop(r):
				if end := closers(s, i+n); goesOn(s, i+n, end) {
					i = end - 1
				} else {
					cut(end)
					i = start - 1
				}
			case pictogram(r):
				end := pictograms(s, i)
				if rest := strings.TrimLeft(s[end:], " "); rest != s[end:] && upperFirst(rest) && strings.TrimSpace(s[start:i]) != "" && lastEnds(s[start:i]) {
					cut(end)
				}
				i = end - 1
			default:
				i += n - 1
			}
		}
	}
	cut(len(s))
	return out
}

// lastEnds reports whether the last word before a pictogram could end a
// sentence: "the 🚀" could not.
func lastEnds(s string) bool {
	s = strings.TrimRight(s, " ")
	w := s[strings.LastIndexByte(s, ' ')+1:]
	return stops()[fold(w)] == 0
}

// pictogram reports whether r is an emoji or another drawn sign.
func pictogram(r rune) bool {
	return r >= 0x1f000 && r < 0x20000 || r >= 0x2600 && r < 0x27c0 || r == 0x2b50 || r == 0x2b55
}

// pictograms returns the end of the pictograms at i, with what varies and joins them.
func pictograms(s string, i int) int {
	for i < len(s) {
		r, n := utf8.DecodeRuneInString(s[i:])
		if !pictogram(r) && r != 0xfe0f && r != 0x200d && r != 0x20e3 {
			break
		}
		i += n
	}
	return i
}

// maxCode bounds in bytes how far the end of code within a line is looked for.
const maxCode = 200

// codeEnd returns the end of the code whose backticks or tildes are at i, or
// 0. A block that is never closed goes to the end.
func codeEnd(s string, i int) int {
	if fenced(s, i) {
		mark := s[i : i+3]
		for at := i + 3; ; {
			j := strings.IndexByte(s[at:], '\n')
			if j < 0 {
				return len(s)
			}
			at += j + 1
			if strings.HasPrefix(strings.TrimLeft(s[at:], " \t"), mark) {
				if j = strings.IndexByte(s[at:], '\n'); j < 0 {
					return len(s)
				}
				return at + j
			}
		}
	}
	if s[i] != '`' {
		return 0
	}
	n := 1
	for i+n < len(s) && s[i+n] == '`' {
		n++
	}
	rest := s[i+n : min(len(s), i+n+maxCode)]
	if j := strings.IndexByte(rest, '\n'); j >= 0 {
		rest = rest[:j]
	}
	j := strings.Index(rest, s[i:i+n])
	if j < 0 {
		return i + n
	}
	return i + n + j + n
}

// fenced reports whether a block of code opens at i.
func fenced(s string, i int) bool {
	return (strings.HasPrefix(s[i:], "```") || strings.HasPrefix(s[i:], "~~~")) && strings.TrimSpace(s[strings.LastIndexByte(s[:i], '\n')+1:i]) == ""
}

// greek reports whether the semicolon at i is a Greek question mark.
func greek(s string, i int) bool {
	r, _ := utf8.DecodeLastRuneInString(s[:i])
	return r >= 0x370 && r < 0x400 && (i+1 == len(s) || s[i+1] == ' ' || s[i+1] == '\n')
}

// inlineItem reports whether a numbered list opens within a line.
func inlineItem(s string) bool {
	t := strings.TrimLeft(s, " ")
	return t != s && strings.HasPrefix(t, "1. ") || strings.HasPrefix(t, "1) ")
}

// goesOn reports whether a sentence goes on behind a quotation that ended with
// a full stop of its own: 「…。」と言った。
func goesOn(s string, stop, end int) bool {
	return end > stop && end < len(s) && (strings.HasPrefix(s[end:], "と") || strings.HasPrefix(s[end:], "って") || strings.HasPrefix(s[end:], "という"))
}

// fullStop reports whether r ends a sentence whatever follows.
func fullStop(r rune) bool {
	switch r {
	case '。', '！', '？', '｡', '؟', '।', '॥', '۔', '።', '፧', '፨', '။', '។', '៕', '։', '᠃', 0x37e:
		return true
	}
	return false
}

// stopEnd returns the end of the sentence whose mark is at i, or 0 if the
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
		if (unspaced(r) || pictogram(r)) && s[i] != '.' {
			return pictograms(s, end)
		}
		return 0
	}
	next := blanks(s, end)
	if next < len(s) && s[next] >= utf8.RuneSelf {
		r, n := utf8.DecodeRuneInString(s[next:])
		switch {
		case pictogram(r):
			end = pictograms(s, next)
			next = blanks(s, end)
		case r == '»': // set apart by a space in French
			end = next + n
			next = blanks(s, end)
		}
	}
	if next == len(s) || s[next] == '\n' || s[next] == '\r' {
		return end
	}
	r, _ = utf8.DecodeRuneInString(strings.TrimLeft(s[next:], "\"'“”‘«„(["))
	if unicode.IsLower(r) || strings.ContainsRune(",;:!?", r) {
		return 0
	}
	if end > j && s[i] != '.' && saidBy(s[next:]) {
		return 0
	}
	if s[i] != '.' || j-i > 1 {
		return end
	}
	return abbreviated(s, start, i, next, end)
}

// blanks skips spaces and tabs.
func blanks(s string, i int) int {
	for i < len(s) {
		switch {
		case s[i] == ' ' || s[i] == '\t':
			i++
		case strings.HasPrefix(s[i:], "\u00a0"), strings.HasPrefix(s[i:], "\u202f"):
			_, n := utf8.DecodeRuneInString(s[i:])
			i += n
		default:
			return i
		}
	}
	return i
}

// saidBy reports whether a name and a verb of saying follow a quotation.
func saidBy(s string) bool {
	_, rest, ok := strings.Cut(s, " ")
	return ok && sayers[nextWord(rest)]
}

var sayers = set("said asked replied wrote cried shouted answered added sagte fragte rief schrieb dit dijo preguntó")

// longestWord bounds in bytes how far a dot is looked behind.
const longestWord = 40

// abbreviated returns 0 if the dot at i belongs to what is before it and
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
	first, _ := utf8.DecodeRuneInString(s[next:])
	switch {
	case itemNumber(s, start, w, before):
		return 0
	case allDigits(before):
		if _, ok := months[fold(after)]; len(before) <= 2 && (ok || counted[fold(after)]) { // 5. Mai, 19. Jahrhundert
			return 0
		}
		return end
	case numbered[low]:
		if unicode.IsDigit(first) || roman(after) {
			return 0
		}
		return end
	case titles[low]:
		return 0
	case loneLetter(before):
		if p, _ := utf8.DecodeLastRuneInString(strings.TrimRight(s[start:w], " ")); unicode.IsDigit(p) && end == len(s) {
			return end
		}
		return 0
	case shortened[low], utf8.RuneCountInString(before) == 1 && unicode.IsUpper([]rune(before)[0]), dotted(before):
		if opener(after) && !initial(s[next:], after) {
			return end
		}
		return 0
	}
	return end
}

// initial reports whether s begins with the word w, and that is an initial.
func initial(s, w string) bool {
	return utf8.RuneCountInString(w) == 1 && len(s) > len(w) && strings.HasPrefix(s, w) && (s[len(w)] == '.' || s[len(w)] == '-')
}

// longestShort bounds in bytes what can be an abbreviation.
const longestShort = 12

// dotted reports whether a word is made of pieces of one or two letters, as
// U.S or Ph.D is; file names, versions and addresses are not.
func dotted(w string) bool {
	n, dots := 0, 0
	for _, r := range w {
		switch {
		case r == '.' && n > 0:
			n = 0
			dots++
		case !unicode.IsLetter(r) && r != '-' || n == 2:
			return false
		default:
			n++
		}
	}
	return dots > 0 && n > 0
}

// loneLetter reports whether a word is one letter, marks aside, of a script
// without capitals: there a dot makes it an initial or an abbreviation.
func loneLetter(w string) bool {
	r, n := utf8.DecodeRuneInString(w)
	if r < 0x590 || r >= 0xe00 || !unicode.IsLetter(r) {
		return false
	}
	for _, r := range w[n:] {
		if !unicode.IsMark(r) {
			return false
		}
	}
	return true
}

// titles are before a name or number, so no sentence ends with them.
var titles = set("mr mrs ms mx dr prof st gen col lt sgt capt cmdr adm rev hon fr sr. sra sres dott sig mme mlle mm hr eds cf vs viz approx adj avg max min incl excl est dipl ing s.a p.ej al resp " +
	"e.g i.e z.b d.h u.a bzw vgl ca inkl evtl ggf sog mr dra srta ud uds sig.ra mevr dhr bijv bl.a t.ex np tzn ul św inż mgr г ул пр проф акад им тов см рис म डॉ श्री प्रो मो डा ড ডা মো ডঃ ডঃ")

// numbered are before a number; elsewhere they are words.
var numbered = set("fig figs eq eqs no nos nr vol vols pp p ed abs art sec ch núm núms pág págs pag str стр № kap cap tel zz")

// shortened words may end a sentence or are within one.
var shortened = set("inc ltd co corp llc plc bros etc jr sr a.m p.m u.s u.k u.n ph.d m.d b.a m.a est dept univ assn ave blvd rd jan feb mar apr jun jul aug sep sept oct nov dec mt ft gov sen rep usw bsp gmbh av " +
	"str mio mrd mwst jh jhd chr r w s t u v z b h p e т е п д к гг в вв др руб тыс млн млрд itd itp tys mln enz o.a ecc dvs m.ö m.s j.-c eeuu uu ee")

// counted are German nouns that a numeral with a dot is before.
var counted = set("jahrhundert jahrhunderts jh weltkrieg auflage geburtstag klasse kapitel werk platz etage stock bezirk mal")

// roman reports whether w is a Roman numeral.
func roman(w string) bool { return w != "" && strings.Trim(w, "IVXLC") == "" }

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
	for _, r := range s {
		if !unicode.IsDigit(r) {
			return false
		}
	}
	return s != ""
}

// itemNumber reports whether before is the number or letter of a list item.
func itemNumber(s string, start, w int, before string) bool {
	if strings.TrimSpace(s[start:w]) != "" {
		return false
	}
	return utf8.RuneCountInString(before) <= 2 && allDigits(before) || len(before) == 1 && classOf(before[0]) == letter && before != "I"
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
	from := max(start, strings.LastIndexByte(s[:i], '\n')+1)
	line := strings.TrimSpace(s[from:i])
	next, _, _ := strings.Cut(rest, "\n")
	switch {
	case line == "", strings.HasSuffix(line, ":"), strings.HasSuffix(line, "："):
		return true
	case strings.IndexByte("#|", line[0]) >= 0 || ruled(line) || ruled(next):
		return true
	case strings.Contains(line, " | ") && strings.Contains(next, " | "):
		return true
	case keyed(line) && keyed(next):
		return true
	case lineMarker(line): // an item that was wrapped is indented and goes on small
		r, _ := utf8.DecodeRuneInString(rest)
		return s[i+1] != ' ' && s[i+1] != '\t' || !unicode.IsLower(r)
	}
	return start == from+len(s[from:i])-len(strings.TrimLeft(s[from:i], " \t")) && short(line) && upperFirst(next)
}

// maxHeading is the length in bytes up to which a line that the next one does
// not continue is read as a heading or an item.
const maxHeading = 40

// short reports whether a line is too short to have been wrapped. It must not
// end with a word that needs another one.
func short(line string) bool {
	return len(line) <= maxHeading && lastEnds(line) && !strings.HasSuffix(line, ",")
}

// ruled reports whether a line is a rule under a heading or within a table.
func ruled(line string) bool {
	return len(line) >= 3 && strings.Trim(line, "-=|: \t\r") == "" && strings.ContainsAny(line, "-=")
}

// keyed reports whether a line reads "key: value".
func keyed(line string) bool {
	i := strings.IndexAny(line, ":：")
	if i <= 0 || i > maxHeading || strings.Count(line[:i], " ") > 3 || strings.ContainsAny(line[:i], ".,!?") {
		return false
	}
	_, n := utf8.DecodeRuneInString(line[i:])
	rest := line[i+n:]
	return n > 1 && rest != "" || strings.HasPrefix(rest, " ") && strings.TrimSpace(rest) != ""
}

// lineMarker reports whether a line begins as a list item, table row, heading
// or quotation.
func lineMarker(line string) bool {
	return line != "" && (line[0] == '|' || ListMark(line) > 0)
}

// ListMark returns the length in bytes of the mark of a list item, heading or
// quotation that a line begins with, white space behind it included; 0: none.
func ListMark(line string) int {
	if line == "" {
		return 0
	}
	n := 0
	switch r, size := utf8.DecodeRuneInString(line); {
	case r == '#' || r == '>':
		n = len(line) - len(strings.TrimLeft(line, "#> "))
		return n
	case strings.ContainsRune("-*+", r):
		if n = size; !strings.HasPrefix(line[n:], " ") {
			return 0
		}
		if box := strings.TrimLeft(line[n:], " "); len(box) > 3 && box[0] == '[' && strings.IndexByte(" xX", box[1]) >= 0 && box[2] == ']' && box[3] == ' ' {
			n = len(line) - len(box) + 3
		}
	case strings.ContainsRune("•–—◦▪‣·○●■□✓✔✗→①②③④⑤⑥⑦⑧⑨⑩", r):
		n = size
	case pictogram(r):
		if n = pictograms(line, 0); !strings.HasPrefix(line[n:], " ") {
			return 0
		}
	case r == '(' || r == '（':
		n = size + numeral(line[size:])
		if n == size || !strings.HasPrefix(line[n:], ") ") && !strings.HasPrefix(line[n:], "）") {
			return 0
		}
		_, size = utf8.DecodeRuneInString(line[n:])
		n += size
	default:
		if n = numeral(line); n == 0 {
			return 0
		}
		switch digits := unicode.IsDigit(r); {
		case strings.HasPrefix(line[n:], "、"):
			n += len("、")
		case strings.HasPrefix(line[n:], ") "), digits && strings.HasPrefix(line[n:], ". "):
			n++
		default:
			return 0
		}
	}
	return n + len(line[n:]) - len(strings.TrimLeft(line[n:], " \t"))
}

// numeral returns the length of the number of a list item: up to three digits,
// one letter, a small Roman or a Chinese numeral; 0: none.
func numeral(s string) int {
	r, size := utf8.DecodeRuneInString(s)
	class := unicode.IsDigit
	most := 3
	switch {
	case unicode.IsDigit(r):
	case strings.ContainsRune("一二三四五六七八九十", r):
		class = func(r rune) bool { return strings.ContainsRune("一二三四五六七八九十", r) }
	case strings.ContainsRune("ivx", r):
		class = func(r rune) bool { return strings.ContainsRune("ivx", r) }
		most = 4
	case r < utf8.RuneSelf && classOf(byte(r)) == letter:
		return size
	default:
		return 0
	}
	n := 0
	for i, r := range s {
		if !class(r) {
			return i
		}
		if n++; n > most {
			return 0
		}
	}
	return len(s)
}

// thaiBreak reports whether the space at i ends a Thai clause: behind a polite
// particle, or after some length where no word of the next clause leans back.
func thaiBreak(s string, start, i int) bool {
	if i+1 >= len(s) {
		return false
	}
	before, n := utf8.DecodeLastRuneInString(s[:i])
	after, _ := utf8.DecodeRuneInString(s[i+1:])
	if before < 0xe00 || before >= 0xe80 || after < 0xe00 || after >= 0xe80 {
		return false
	}
	for _, p := range [...]string{"ครับ", "ค่ะ", "คะ"} {
		if strings.HasSuffix(s[start:i], p) {
			return true
		}
	}
	if i-start < 90 || before == 'ๆ' || before == 'ฯ' || n == 0 { // 30 characters
		return false
	}
	if next, _, _ := strings.Cut(s[i+1:], " "); strings.Contains(next, ".") { // พ.ศ.
		return false
	}
	for _, w := range [...]string{"และ", "แต่", "หรือ", "ซึ่ง", "ที่", "โดย", "เพราะ", "เพื่อ", "ของ", "ๆ"} {
		if strings.HasPrefix(s[i+1:], w) {
			return false
		}
	}
	return true
}

// trim returns [start, end) without white space at both ends.
func trim(s string, start, end int) Span {
	t := strings.TrimLeftFunc(s[start:end], unicode.IsSpace)
	start = end - len(t)
	return Span{start, start + len(strings.TrimRightFunc(t, unicode.IsSpace))}
}
