package cite

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// numbered reads "document 2" in running text, whose number starts at i, where
// words say that it is the source: "According to document 2, …", "Document 2
// says …", "根据文档2".
func (s *scanner) numbered(i int) (marker, bool) {
	before := s.text[max(0, i-80):i]
	if at := strings.LastIndexByte(before, '\n'); at >= 0 {
		before = before[at+1:]
	}
	trimmed := strings.TrimRight(before, " \u00a0#:°№")
	for _, no := range []string{" no.", " nr.", " number", " n", " số", " num"} {
		trimmed = strings.TrimRight(strings.TrimSuffix(trimmed, no), " ")
	}
	at := labels.before(trimmed)
	if at < 0 || len(trimmed) == len(before) && !endsUnspaced(trimmed) {
		return marker{}, false
	}
	items, end := s.numberRun(i)
	if items == nil {
		return marker{}, false
	}
	m := marker{start: i - len(before) + at, end: end, items: items}
	m.wipe = s.around(m)
	leads := m.wipe.start < m.start
	switch {
	case m.wipe.end > m.end || leads && s.strong(m):
	case leads:
		m.form = prose
	default:
		return marker{}, false
	}
	m.leads = s.opens(m.wipe.start)
	return m, true
}

// strong reports whether the words in front of a marker name a source and are
// not mere prepositions.
func (s *scanner) strong(m marker) bool {
	return leads.before(s.withoutArticle(strings.TrimRight(s.text[max(0, m.start-80):m.start], " "))) >= 0
}

func endsUnspaced(text string) bool {
	r, _ := utf8.DecodeLastRuneInString(text)
	return unspaced(r)
}

// opens reports whether a sentence begins at i.
func (s *scanner) opens(i int) bool {
	before := strings.TrimRight(s.text[max(0, i-40):i], " *_#>-•\"“(")
	if before == "" {
		return true
	}
	r, _ := utf8.DecodeLastRuneInString(before)
	return strings.ContainsRune(".!?\n。！？।۔", r)
}

// numberRun reads the numbers from i: "2", "1 and 2", "1, 2 and 4", "1-3".
func (s *scanner) numberRun(i int) ([]item, int) {
	var items []item
	end := i
	for {
		j := end
		if len(items) > 0 {
			rest := s.text[end:min(len(s.text), end+24)]
			sep := separator.FindString(rest)
			if sep == "" || !strings.HasPrefix(rest, sep) {
				break
			}
			j += len(sep)
			if more := separator.FindString(s.text[j:min(len(s.text), j+24)]); more != "" && strings.HasPrefix(s.text[j:], more) { // ", and"
				j += len(more)
			} else if strings.HasPrefix(s.text[j:], "and ") {
				j += len("and ")
			}
		}
		n := j
		for n < len(s.text) && s.text[n] >= '0' && s.text[n] <= '9' {
			n++
		}
		v, err := strconv.Atoi(s.text[j:n])
		if err != nil || n-j > 3 || !s.numberEnds(n) {
			break
		}
		items = append(items, item{text: strconv.Itoa(v), number: v, is: isLabel})
		end = n
		if len(items) > longest {
			return nil, 0
		}
	}
	return items, end
}

// numberEnds reports whether a number that ends at n is whole: no decimals, per
// cent or time.
func (s *scanner) numberEnds(n int) bool {
	r, size := utf8.DecodeRuneInString(s.text[n:])
	next, _ := utf8.DecodeRuneInString(s.text[min(len(s.text), n+size):])
	switch {
	case unicode.IsLetter(r) && !unspaced(r), unicode.IsDigit(r), r == '%', r == '/', r == '_':
		return false
	case r == '.' || r == ',' || r == ':' || r == '-' || r == '–':
		return !unicode.IsDigit(next)
	}
	return true
}

// titled reads a title or name of a passage in running text: "According to the
// Ferry guide, …" and, at the beginning of a sentence, "The Ferry guide says …".
func (s *scanner) titled(i int, r rune) (marker, bool) {
	rest := s.text[i:min(len(s.text), i+400)]
	if at := strings.IndexByte(rest, '\n'); at >= 0 {
		rest = rest[:at]
	}
	at, labelled := 0, false
	word := firstWord(rest)
	if labelWords[word] {
		n := max(labels.after(rest), headings.after(rest))
		if tail := strings.TrimLeft(rest[n:], " *_"); n > 0 && (strings.HasPrefix(tail, ":") || strings.HasPrefix(tail, "：")) {
			tail = strings.TrimLeft(tail, ":： *_")
			at, labelled = len(rest)-len(tail), true
		}
	}
	if !labelled && leadWords[word] {
		if n := leads.after(rest); n > 0 {
			at = n + len(rest[n:]) - len(strings.TrimLeft(rest[n:], " "))
		}
	}
	opens := s.opens(i)
	if at == 0 && !opens {
		return marker{}, false
	}
	start := at
	if n := articles.after(rest[at:]); n > 0 {
		start = at + n + len(rest[at+n:]) - len(strings.TrimLeft(rest[at+n:], " "))
	}
	for _, from := range []int{start, at} {
		quote := len(rest[from:]) - len(strings.TrimLeft(rest[from:], "\"“„«'‘*_《「『"))
		from += quote
		n := s.names.titleAt(rest[from:])
		if n == 0 {
			continue
		}
		before, width := utf8.DecodeLastRuneInString(s.text[:i+from])
		quoted := strings.ContainsRune(quotes, before) && before != ' ' && before != utf8.RuneError
		if name := rest[from : from+n]; at == 0 && !quoted && kindOf(name) == aTitle && !strings.Contains(name, " ") && !unspacedAt(name, 0) {
			continue // "Fares say little"
		}
		m := marker{start: i + from, end: i + from + n, items: []item{{text: rest[from : from+n], is: isLabel}}, leads: opens}
		stop := m.end
		if labelled && !s.closes(stop) {
			continue
		}
		if quoted {
			stop += len(s.text[stop:]) - len(strings.TrimLeft(s.text[stop:min(len(s.text), stop+20)], "\"”“»'’*_》」』")) - len(s.text[min(len(s.text), stop+20):])
		}
		wipe := s.behind(stop)
		if labelled {
			m.leads = false
			before := strings.TrimRight(s.text[max(0, i-20):i], " -–—")
			m.wipe = span{i - len(s.text[max(0, i-20):i]) + len(before), stop}
			return m, true
		}
		if at == 0 && wipe == stop {
			continue
		}
		if at == 0 && !s.says(stop) {
			continue
		}
		m.wipe = span{i, wipe}
		if quoted && at == 0 {
			m.wipe.start -= width
		}
		return m, true
	}
	return marker{}, false
}

// titleAt returns the length of the longest title or name of a passage that
// opens text.
func (n names) titleAt(text string) int {
	if !n.firsts[firstWord(text)] {
		return 0
	}
	text = text[:min(len(text), 160)]
	low := lower(text)
	best, ends := 0, 0
	for j, r := range text {
		if j == 0 || (unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r)) && !unspaced(r) {
			continue
		}
		if ends++; ends > 24 {
			break
		}
		if n.spoken[low[:j]] {
			best = j
		}
	}
	if n.spoken[low] {
		best = len(text)
	}
	return best
}

func firstWord(text string) string {
	r, size := utf8.DecodeRuneInString(text)
	if unspaced(r) {
		return text[:size]
	}
	n := strings.IndexFunc(text, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsMark(r) })
	if n < 0 {
		n = len(text)
	}
	return strings.ToLower(text[:n])
}

// labelWords are the first words of what labels a source.
var labelWords = func() map[string]bool {
	all := map[string]bool{}
	for _, w := range []words{labels, headings} {
		for phrase := range w.set {
			all[firstWord(phrase)] = true
		}
	}
	return all
}()

// leadWords are the first words of the phrases that introduce a source.
var leadWords = func() map[string]bool {
	all := map[string]bool{}
	for phrase := range leads.set {
		all[firstWord(phrase)] = true
	}
	return all
}()

// around returns a marker with the words around it that only say that it is the
// source.
func (s *scanner) around(m marker) span {
	from := max(0, m.start-120)
	before := s.text[from:m.start]
	if at := strings.LastIndexByte(before, '\n'); at >= 0 {
		from += at + 1
		before = before[at+1:]
	}
	trimmed := strings.TrimRight(before, " ")
	start := m.start
	if colon := strings.TrimRight(trimmed, ":： "); colon != trimmed { // "Source: [1]"
		if at := max(labels.before(colon), headings.before(colon)); at >= 0 {
			start, trimmed = from+at, strings.TrimRight(trimmed[:at], " ")
		}
	} else if at := labels.before(trimmed); at >= 0 && isBracket(s.text[m.start:]) && s.introduced(trimmed[:at]) { // "see source [1]"
		start, trimmed = from+at, strings.TrimRight(trimmed[:at], " ")
	}
	short := s.withoutArticle(trimmed)
	at := leads.before(short)
	if at < 0 && !isBracket(s.text[m.start:]) {
		at = preps.before(short)
	}
	if at >= 0 {
		start = from + at
	} else if len(short) < len(trimmed) && s.opens(from+len(short)) { // "El documento 2 indica"
		start = from + articles.before(trimmed)
	}
	end := m.end
	if s.opens(start) {
		end = s.behind(m.end)
	} else if unspacedAt(s.text, m.end) {
		end = s.behind(m.end)
	}
	return span{start, end}
}

// introduced reports whether what ends text introduces a source.
func (s *scanner) introduced(text string) bool {
	text = strings.TrimRight(text, " ")
	return strings.HasSuffix(text, "[") || strings.HasSuffix(text, "(") || leads.before(s.withoutArticle(text)) >= 0
}

func unspacedAt(text string, i int) bool {
	r, _ := utf8.DecodeRuneInString(text[i:])
	return unspaced(r)
}

// isBracket reports whether a marker opens with a sign, not a word.
func isBracket(marker string) bool {
	r, _ := utf8.DecodeRuneInString(marker)
	return !unicode.IsLetter(r) && !unicode.IsDigit(r)
}

// withoutArticle cuts an article from the end of text.
func (s *scanner) withoutArticle(text string) string {
	if at := articles.before(text); at >= 0 {
		return strings.TrimRight(text[:at], " ")
	}
	return text
}

// says reports whether a verb of saying is behind i.
func (s *scanner) says(i int) bool {
	return sayings.after(strings.TrimLeft(s.text[i:min(len(s.text), i+120)], " ")) > 0
}

// behind returns the end of what follows a source at i and only says that it
// is one: "says that", "'ye göre,", a comma.
func (s *scanner) behind(i int) int {
	rest := s.text[i:min(len(s.text), i+160)]
	at := len(rest) - len(strings.TrimLeft(rest, " "))
	for _, mark := range []string{"'", "’"} { // a Turkish ending
		if inner, ok := strings.CutPrefix(rest, mark); ok {
			n := strings.IndexByte(inner, ' ')
			if n > 0 && n <= 6 && sayings.after(strings.TrimLeft(inner[n:], " ")) > 0 {
				at = len(mark) + n + 1
			}
		}
	}
	n := sayings.after(rest[at:])
	if n > 0 {
		at += n
		at += len(rest[at:]) - len(strings.TrimLeft(rest[at:], " "))
		if n := thats.after(rest[at:]); n > 0 {
			at += n
		}
	} else {
		at = 0
	}
	tail := strings.TrimLeft(rest[at:], " ")
	for _, comma := range []string{",", "，", "、", "،", ":", "："} {
		if strings.HasPrefix(tail, comma) {
			return i + len(rest) - len(tail) + len(comma)
		}
	}
	return i + at
}
