package cite

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// entryKey is what an entry of a list of sources begins with: its number or name.
var entryKey = regexp.MustCompile(`^(?:\\?\[\^?\\?\[?([^\]\[\n\\]{1,40})\\?\]\]?[:.)]?|【([^】\n]{1,40})】|［([^］\n]{1,40})］|〔([^〕\n]{1,40})〕|[(（](\d{1,3})[)）]|\^?(\d{1,3})(?:[.):：]|\\[.)])|([¹²³⁴-⁹][⁰¹²³⁴-⁹]*)|<sup>\[?(\d{1,3})\]?</sup>|\{(\d{1,3})\})\s*[:：]?\s*`)

// labelKey is the same in words: "Doc 1: Ferry guide".
var labelKey = regexp.MustCompile(`^(\p{L}[\p{L}\p{M}]*\.?)\s?#?(\d{1,3})\s*(?:[:：.)|–-]\s*|$)`)

// numberedItem is the number of an item within a line.
var numberedItem = regexp.MustCompile(`^\d{1,2}[.)]\s\S`)

// entry is one line or item of a list of sources.
type entry struct {
	marker
	key      string // its number or name, or ""
	rest     string // what is behind the key
	passages []int  // that rest names
}

// definitions finds what is not to be scanned, what numbers stand for, and what
// lists of sources name.
func (s *scanner) definitions() {
	if strings.Contains(s.text, "`") || strings.Contains(s.text, "~~~") { // the expression is slow, and rarely needed
		for _, m := range code.FindAllStringIndex(s.text, -1) {
			s.skip = append(s.skip, span{m[0], m[1]})
		}
	}
	s.defined = map[string][]int{}
	inCode := slices.Clone(s.skip)
	var entries []entry
	for start := 0; start < len(s.text); {
		end := s.lineEnd(start)
		for len(inCode) > 0 && inCode[0].end <= start {
			inCode = inCode[1:]
		}
		if len(inCode) > 0 && inCode[0].start <= start {
			start = max(end, s.lineEnd(inCode[0].end))
			continue
		}
		if found, to := s.list(start, end); to > 0 {
			entries = append(entries, found...)
			start = to
			continue
		}
		if e, ok := s.definition(start, end); ok {
			s.lists = append(s.lists, span{start, end})
			entries = append(entries, e)
		}
		start = end
	}
	for _, e := range entries {
		if e.key != "" && e.rest != "" {
			if p, ok := s.defined[e.key]; !ok || len(p) == 0 {
				s.defined[e.key] = e.passages
			}
			if at := (names{passages: s.names.passages}).number(e.key); len(e.passages) > 0 && (at < 0 || !slices.Contains(e.passages, at)) {
				s.ownNumbers = true
			}
		}
		if len(e.items) > 0 {
			e.listed = true
			s.listed = append(s.listed, e.marker)
		}
	}
	s.skip = append(s.skip, s.lists...)
	slices.SortStableFunc(s.skip, func(a, b span) int { return cmp.Compare(a.start, b.start) })
}

// number returns the index of the passage with the number, counted from 1, or -1.
func (n names) number(key string) int {
	if digitsOnly(key) && len(key) < 7 {
		if p := n.resolve(key, oneBased); len(p) > 0 {
			return p[0]
		}
	}
	return -1
}

// lineEnd returns the offset behind the line that holds i.
func (s *scanner) lineEnd(i int) int {
	if i >= len(s.text) {
		return len(s.text)
	}
	if n := strings.IndexByte(s.text[i:], '\n'); n >= 0 {
		return i + n + 1
	}
	return len(s.text)
}

// list reads a list of sources whose heading is in the line, and returns
// the end of it; 0: there is none. What states something is none.
func (s *scanner) list(start, end int) ([]entry, int) {
	line := strings.TrimRight(s.text[start:end], " \t\r\n")
	from, behind, alone := heading(line)
	if from < 0 {
		return nil, 0
	}
	if rest := line[behind:]; strings.Trim(rest, " *_:：|") != "" {
		entries, ok := s.inline(start+behind, start+len(line))
		if !ok || from > 0 && !slices.ContainsFunc(entries, func(e entry) bool { return e.key != "" && e.rest != "" }) {
			return nil, 0 // within a paragraph it cites as other markers do
		}
		s.lists = append(s.lists, span{start + from, end})
		return entries, end
	}
	if !alone || from > 0 {
		return nil, 0
	}
	var entries []entry
	good, blank, to := false, false, end
	for at := end; at < len(s.text); {
		stop := s.lineEnd(at)
		raw := s.text[at:stop]
		text := strings.TrimSpace(raw)
		if text == "" {
			blank = true
			at = stop
			continue
		}
		e, is := s.entry(at, stop)
		if !is && (blank && len(entries) > 0 || strings.HasPrefix(text, "#")) {
			break
		}
		if _, _, another := heading(text); another && !is {
			break
		}
		if is {
			good = true
		} else if len(entries) == 0 && !marked(text) && len(strings.Fields(text)) > 12 {
			return nil, 0 // a paragraph
		}
		entries = append(entries, e)
		blank, to = false, stop
		at = stop
	}
	if !good {
		return nil, 0
	}
	s.lists = append(s.lists, span{start, to})
	return entries, to
}

// heading finds the words that head a list of sources in a line: alone in it,
// in front of a colon at its beginning, or behind a full stop. From is where
// they begin, behind what follows them; alone: there is nothing in front.
func heading(line string) (from, behind int, alone bool) {
	strip := func(s string) string { return strings.Trim(s, " \t\r#*_>-•|=—–") }
	if len(line) < 120 && !strings.ContainsAny(line, ":：") {
		if isHeading(dropSigns(strip(line))) {
			return 0, len(line), true
		}
		return -1, 0, false
	}
	for i, r := range line {
		if r != ':' && r != '：' || strings.HasPrefix(line[i:], "://") {
			continue
		}
		behind := i + utf8.RuneLen(r)
		if isHeading(dropSigns(strip(line[:min(i, 120)]))) && i <= 120 {
			return 0, behind, true
		}
		before := strings.TrimRight(line[:i], " *_")
		at := headings.before(before)
		if at <= 0 {
			continue
		}
		stop := strings.TrimRight(line[:at], " *_(（[")
		last, _ := utf8.DecodeLastRuneInString(stop)
		opened := strings.ContainsAny(line[len(stop):at], "([（")
		if stop == "" || strings.ContainsRune(".!?。！？।|])】", last) && !opened {
			return len(stop), behind, false
		}
	}
	return -1, 0, false
}

// dropSigns cuts pictograms and numbers in front of a heading.
func dropSigns(s string) string {
	return strings.TrimLeftFunc(s, func(r rune) bool { return !unicode.IsLetter(r) })
}

// isHeading reports whether text is a heading word with nothing but words that
// qualify it.
func isHeading(text string) bool {
	if headings.has(text) {
		return true
	}
	fields := strings.Fields(text)
	if len(fields) == 0 || len(fields) > 5 {
		return false
	}
	found := false
	for _, f := range fields {
		f = strings.Trim(f, "*_().")
		switch {
		case headings.has(f):
			found = true
		case f != "" && f != "/" && f != "&" && !qualifiers.has(f):
			return false
		}
	}
	return found
}

// marked reports whether a line is an item of a list.
func marked(text string) bool {
	return strings.HasPrefix(text, "- ") || strings.HasPrefix(text, "* ") || strings.HasPrefix(text, "• ") || entryKey.MatchString(text)
}

// entry reads a line of a list of sources; is: it has a number, an address or
// the name of a passage.
func (s *scanner) entry(start, end int) (e entry, is bool) {
	text := s.text[start:end]
	lead := len(text) - len(strings.TrimLeft(text, " \t-*•+>|–·▪◦"))
	text = strings.TrimRight(text[lead:], " \t\r\n|*_")
	at := start + lead
	e.rest = text
	e.marker = marker{start: at, end: at + len(text)}
	if key, n := s.key(text); n > 0 {
		e.key, e.rest = key, strings.Trim(text[n:], " *_|–-:")
		e.marker.end = at + len(strings.TrimRight(text[:n], " :：\t"))
	}
	if e.rest != "" {
		e.passages = s.names.mentioned(unlink(e.rest))
		if e.key == "" && len(e.passages) == 0 { // "Doc 2" or "[1], [2]" in the line
			if items := s.items(e.rest, isName); items != nil && items[0].is == isLabel {
				e.items = items
				return e, true
			}
		}
	}
	switch {
	case e.key != "":
		e.items = s.items(e.key, isLabel)
		if len(e.passages) > 0 && !digitsOnly(e.key) && !s.names.named(e.key) {
			e.items = nil
		}
	case len(e.passages) > 0:
		e.items = []item{{text: e.rest, is: isLabel}}
		s.alias(e.rest, e.passages)
	}
	return e, e.key != "" || len(e.passages) > 0 || address.MatchString(e.rest)
}

// alias lets a text of the list stand for the passages that it names.
func (s *scanner) alias(text string, passages []int) {
	if s.defined[text] == nil {
		s.defined[text] = passages
	}
}

// key returns the number or name that opens an entry, and its length.
func (s *scanner) key(text string) (string, int) {
	if m := entryKey.FindStringSubmatch(text); m != nil {
		key := strings.TrimSpace(strings.Join(m[1:], ""))
		whole := strings.TrimRight(m[0], " ")
		if strings.HasPrefix(text[len(m[0]):], "(") && m[1] != "" && !digitsOnly(key) && !strings.HasSuffix(whole, ":") {
			return "", 0 // a link
		}
		key = strings.TrimPrefix(key, "^")
		if m[7] != "" {
			key = digitOf.Replace(key)
		}
		if items := s.items(key, isName); len(items) == 1 && (digitsOnly(items[0].text) || !strings.Contains(key, " ") || s.names.named(key)) {
			if digitsOnly(items[0].text) {
				key = items[0].text
			}
			return key, len(m[0])
		}
		if !strings.ContainsAny(key, " ,") && (m[1] != "" || m[2] != "") && strings.HasSuffix(whole, ":") {
			return key, len(m[0])
		}
		return "", 0
	}
	if m := labelKey.FindStringSubmatch(text); m != nil && labels.has(strings.TrimRight(m[1], ".")) {
		return m[2], len(m[0])
	}
	return "", 0
}

var link = regexp.MustCompile(`\[([^\[\]\n]+)\]\(([^()\s]+)[^()]*\)`)

// unlink writes a Markdown link as its words and its address.
func unlink(text string) string {
	if !strings.Contains(text, "](") {
		return text
	}
	return link.ReplaceAllString(text, "$1 | $2")
}

// inline reads the sources of one line: "[1], [2]", "[1] Ferry guide, [2] Fares",
// "doc_a, doc_b". Not ok: it says something else.
func (s *scanner) inline(start, end int) ([]entry, bool) {
	text := s.text[start:end]
	lead := len(text) - len(strings.TrimLeft(text, " *_:："))
	start += lead
	text = strings.TrimRight(text[lead:], " .*_|)）。")
	var entries []entry
	if p := s.names.resolveName(text); len(p) > 0 {
		s.alias(text, p)
		return []entry{{marker: marker{start: start, end: start + len(text), items: []item{{text: text, is: isLabel}}}, rest: text, passages: p}}, true
	}
	if cuts := s.keysIn(text); len(cuts) > 0 && strings.Trim(text[:cuts[0]], " ,;") == "" {
		for i, at := range cuts {
			stop := len(text)
			if i+1 < len(cuts) {
				stop = cuts[i+1]
			}
			part := strings.TrimRight(text[at:stop], " ,;，、；|")
			for _, and := range []string{" and", " und", " et", " y", " e", " и"} {
				part = strings.TrimRight(strings.TrimSuffix(part, and), " ,;")
			}
			e, _ := s.entry(start+at, start+at+len(part))
			if len(strings.Fields(e.rest)) > 14 {
				return nil, false
			}
			entries = append(entries, e)
		}
		return entries, true
	}
	if items := s.items(text, isName); items != nil && (items[0].is == isLabel || items[0].is == isNumber) {
		return []entry{{marker: marker{start: start, end: start + len(text), items: items}, key: text}}, true
	}
	at, known := 0, 0
	add := func(from, to int) {
		part := strings.TrimSpace(text[from:to])
		if part == "" {
			return
		}
		from += strings.Index(text[from:to], part)
		p := s.names.mentioned(unlink(part))
		e := entry{marker: marker{start: start + from, end: start + from + len(part)}, rest: part, passages: p}
		if len(p) > 0 {
			known++
			e.items = []item{{text: part, is: isLabel}}
			s.alias(part, p)
		} else if address.MatchString(part) || kindOf(part) != aTitle && !strings.Contains(part, " ") {
			known++
			e.items = []item{{text: part, is: isLabel}}
		}
		entries = append(entries, e)
	}
	for _, sep := range separator.FindAllStringIndex(text, -1) {
		add(at, sep[0])
		at = sep[1]
	}
	add(at, len(text))
	return entries, known > 0 && 2*known >= len(entries) && len(strings.Fields(text)) <= 14*known
}

// keysIn returns where the entries of a line begin that start with a marker.
func (s *scanner) keysIn(text string) []int {
	var at []int
	for i := 0; i < len(text); {
		r, n := utf8.DecodeRuneInString(text[i:])
		if strings.ContainsRune("[【［〔\\<¹²³⁴⁵⁶⁷⁸⁹{", r) || strings.ContainsRune("(（", r) && len(text) > i+n && unicode.IsDigit(rune(text[i+n])) ||
			r >= '0' && r <= '9' && (i == 0 || text[i-1] == ' ') && numberedItem.MatchString(text[i:min(len(text), i+8)]) {
			if _, k := s.key(text[i:min(len(text), i+120)]); k > 0 {
				at = append(at, i)
				i += k
				continue
			}
		}
		i += n
	}
	return at
}

// definition reads "[1]: address", "[^1]: words" and, where the rest is exactly
// the name of a passage, "[1] Ferry guide".
func (s *scanner) definition(start, end int) (entry, bool) {
	text := strings.TrimLeft(s.text[start:end], " \t-*")
	r, _ := utf8.DecodeRuneInString(text)
	if !strings.ContainsRune(`[【［〔\¹²³⁴⁵⁶⁷⁸⁹<^`, r) {
		return entry{}, false
	}
	key, n := s.key(text[:min(len(text), longestInside)])
	if n == 0 || key == "" {
		return entry{}, false
	}
	rest := strings.TrimSpace(text[n:])
	head := strings.TrimRight(text[:n], " \t")
	if rest == "" || !strings.HasSuffix(head, ":") && len(s.names.resolveName(strings.Trim(unlink(rest), `"“”. `))) == 0 && !address.MatchString(strings.Fields(rest)[0]) {
		return entry{}, false
	}
	e, _ := s.entry(start, end)
	e.items = nil
	return e, true
}
