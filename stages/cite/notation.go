package cite

import (
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// markerAt reads the marker that starts at i, if one does.
func (s *scanner) markerAt(i int, r rune) (marker, bool) {
	switch r {
	case '[':
		return s.bracket(i)
	case '【':
		return s.lenticular(i)
	case '(', '（':
		return s.paren(i)
	case '<':
		return s.tag(i)
	case '^', '¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹':
		return s.superscript(i)
	}
	return marker{}, false
}

// inside returns what stands between s.text[i:i+open] and the next closing
// string on the same line, and the offset behind it.
func (s *scanner) inside(i, open int, end string) (string, int, bool) {
	rest := s.text[i+open:]
	if len(rest) > 2000 {
		rest = rest[:2000]
	}
	n := strings.Index(rest, end)
	if n < 1 || strings.ContainsAny(rest[:n], "\n[") {
		return "", 0, false
	}
	return rest[:n], i + open + n + len(end), true
}

// bracket reads "[1]", "[1, 3]", "[1-3]", "[^1]", "[doc_7]", "[Doc 2]" and the
// Markdown link "[words](address)".
func (s *scanner) bracket(i int) (marker, bool) {
	in, end, ok := s.inside(i, 1, "]")
	if !ok {
		return marker{}, false
	}
	m := marker{start: i, end: end}
	if strings.HasPrefix(s.text[end:], "(") {
		if address, stop, ok := s.inside(end, 1, ")"); ok && !strings.ContainsAny(address, " \t") {
			m.end, m.items = stop, []item{{text: address, is: isURL}}
			return m, true
		}
	}
	if note, ok := strings.CutPrefix(in, "^"); ok {
		m.items = s.items(note, isLabel)
		return m, m.items != nil
	}
	if s.isIndex(i, end) || s.isInterval(i, in) {
		return marker{}, false
	}
	m.items = s.items(in, isName)
	return m, m.items != nil
}

// lenticular reads "【1】" and OpenAI's "【4:0†name】", whose second number counts
// the sources of a message from 0.
func (s *scanner) lenticular(i int) (marker, bool) {
	in, end, ok := s.inside(i, len("【"), "】")
	if !ok {
		return marker{}, false
	}
	m := marker{start: i, end: end}
	number, name, dagger := strings.Cut(in, "†")
	if dagger && len(s.names.resolve(name, scheme{})) > 0 {
		m.items = []item{{text: name, is: isLabel}}
		return m, true
	}
	if _, index, ok := strings.Cut(number, ":"); ok {
		n, err := strconv.Atoi(strings.TrimSpace(index))
		if err != nil || n < 0 {
			return marker{}, false
		}
		m.items = []item{{text: strings.TrimSpace(index), number: n, zero: true, is: isLabel}}
		return m, true
	}
	m.items = s.items(number, isName)
	if dagger {
		m.items = s.items(number, isLabel)
	}
	return m, m.items != nil
}

// paren reads "(Doc 2)"; a bare "(2)" is a list number, and a bare name counts
// only if a passage has it.
func (s *scanner) paren(i int) (marker, bool) {
	open, end := 1, ")"
	if s.text[i] != '(' {
		open, end = len("（"), "）"
	}
	in, stop, ok := s.inside(i, open, end)
	if !ok {
		return marker{}, false
	}
	items := s.items(in, isName)
	labelled := false
	for _, it := range items {
		switch {
		case it.is == isLabel:
			labelled = true
		case it.is == isName && len(s.names.resolve(it.text, scheme{})) > 0:
		case it.is == isNumber && labelled: // "(Docs 1, 3)"
		default:
			return marker{}, false
		}
	}
	return marker{start: i, end: stop, items: items}, items != nil
}

var citeTag = regexp.MustCompile(`^<cite\s*(?:(?:id|ids|source|doc|ref)\s*=\s*(?:"([^"<>]*)"|'([^'<>]*)'))?\s*(/?)>`)

// tag reads `<cite id="2">` and "<cite>2</cite>".
func (s *scanner) tag(i int) (marker, bool) {
	in := citeTag.FindStringSubmatch(s.text[i:])
	if in == nil {
		return marker{}, false
	}
	m := marker{start: i, end: i + len(in[0]), leads: in[3] == ""}
	if id := in[1] + in[2]; id != "" {
		m.items = s.items(id, isLabel)
		return m, m.items != nil
	}
	id, end, ok := s.inside(m.end-1, 1, "</cite>")
	if !ok || !m.leads {
		return marker{}, false
	}
	m.end, m.leads = end, false
	m.items = s.items(id, isLabel)
	return m, m.items != nil && len(id) <= 60
}

var superscripts = strings.NewReplacer("⁰", "0", "¹", "1", "²", "2", "³", "3", "⁴", "4", "⁵", "5", "⁶", "6", "⁷", "7", "⁸", "8", "⁹", "9")

var caret = regexp.MustCompile(`^(?:\^\d{1,3}(?:,\d{1,3})*\^?|[⁰¹²³⁴-⁹]{1,3})`)

// superscript reads "^1" and "¹" behind a sentence mark or a word of four
// letters; behind anything shorter they are powers: "m²", "10^6", "km^2".
func (s *scanner) superscript(i int) (marker, bool) {
	in := caret.FindString(s.text[i:])
	if in == "" {
		return marker{}, false
	}
	before := s.text[:i]
	word := before[len(strings.TrimRightFunc(before, unicode.IsLetter)):]
	last, _ := utf8.DecodeLastRuneInString(before)
	if !strings.ContainsRune(`.,;:!?"”»。！？`, last) && utf8.RuneCountInString(word) < 4 {
		return marker{}, false
	}
	m := marker{start: i, end: i + len(in), items: s.items(superscripts.Replace(strings.Trim(in, "^")), isName)}
	return m, m.items != nil
}

// isIndex reports whether the bracket at i is an array index in running text:
// behind x, my_list or items when code goes on after it.
func (s *scanner) isIndex(i, end int) bool {
	before := s.text[:i]
	name := before[len(strings.TrimRightFunc(before, func(r rune) bool { return r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r) })):]
	if name == "" {
		return false
	}
	after := s.text[end:]
	next, _ := utf8.DecodeRuneInString(after)
	_, second := utf8.DecodeRuneInString(after)
	third, _ := utf8.DecodeRuneInString(after[min(second, len(after)):])
	return strings.Contains(name, "_") || len(name) == 1 && name[0] >= 'a' && name[0] <= 'z' ||
		strings.ContainsRune("=+*(", next) || next == '.' && unicode.IsLower(third) ||
		strings.HasPrefix(after, " =") || strings.HasPrefix(after, " +=")
}

// isInterval reports whether "[0, 1]" stands for a range of values.
func (s *scanner) isInterval(i int, in string) bool {
	if !strings.Contains(in, ",") {
		return false
	}
	before := strings.Fields(s.text[max(0, i-24):i])
	if len(before) == 0 {
		return false
	}
	last := strings.ToLower(before[len(before)-1])
	return last == "∈" || last == "interval" || last == "range" || last == "intervall" ||
		last == "in" && len(before) > 1 && utf8.RuneCountInString(before[len(before)-2]) == 1
}
