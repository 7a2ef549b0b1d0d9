package cite

import (
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// markerAt reads the marker that starts at i, if one does.
func (s *scanner) markerAt(i int, r rune) (m marker, ok bool) {
	switch r {
	case '[', '［', '〔', '⟦', '〖':
		m, ok = s.bracket(i, r)
	case '【':
		m, ok = s.lenticular(i)
	case '\\':
		m, ok = s.backslash(i)
	case '(', '（':
		m, ok = s.paren(i)
	case '{':
		m, ok = s.brace(i)
	case '<':
		m, ok = s.tag(i)
	case '①', '②', '③', '④', '⑤', '⑥', '⑦', '⑧', '⑨', '⑩':
		m, ok = s.bareNumber(marker{start: i, end: i + len("①")}, strconv.Itoa(int(r-'①')+1))
	case '⁽', '^', '¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹', '$':
		m, ok = s.superscript(i)
	case privateOpen:
		m, ok = s.private(i)
	case 'h', 'w':
		m, ok = s.url(i)
	}
	if ok {
		m.wipe = s.around(m)
	}
	return m, ok
}

// longestInside bounds in bytes what a marker holds.
const longestInside = 600

// inside returns what is between s.text[i:i+open] and the next closing
// string on the same line, and the offset behind it.
func (s *scanner) inside(i, open int, end string) (string, int, bool) {
	rest := s.text[i+open:]
	if len(rest) > longestInside {
		rest = rest[:longestInside]
	}
	n := strings.Index(rest, end)
	if n < 1 || strings.ContainsAny(rest[:n], "\n[") {
		return "", 0, false
	}
	return rest[:n], i + open + n + len(end), true
}

var closers = map[rune]string{'[': "]", '［': "］", '〔': "〕", '⟦': "⟧", '〖': "〗"}

// bracket reads "[1]", "[1, 3]", "[1-3]", "[^1]", "[doc_7]", "[Doc 2]", "[[1]]",
// the Markdown links "[words](address)", "[1](address)" and "[[1]](#address)",
// and the same in other brackets.
func (s *scanner) bracket(i int, r rune) (marker, bool) {
	open := utf8.RuneLen(r)
	double := strings.HasPrefix(s.text[i+open:], string(r))
	if double {
		open *= 2
	}
	in, end, ok := s.inside(i, open, strings.Repeat(closers[r], open/utf8.RuneLen(r)))
	if !ok {
		return marker{}, false
	}
	m := marker{start: i, end: end}
	if r == '[' && strings.HasPrefix(s.text[end:], "(") {
		if address, stop, ok := s.inside(end, 1, ")"); ok {
			address, _, _ = strings.Cut(address, " \"")
			if strings.ContainsAny(address, " \t") {
				return marker{}, false
			}
			target := strings.Trim(address, "#<> ")
			m.end = stop
			label := strings.Trim(in, quotes)
			m.whole = s.numeric(s.items(in, isName)) || labels.has(label) || headings.has(label) || len(s.names.resolveName(label)) > 0
			if s.names.named(target) {
				m.items = []item{{text: target, is: isURL}}
				return m, true
			}
			if number := s.items(in, isName); number != nil && s.numeric(number) {
				m.items, m.whole = number, true
				return m, true
			}
			if m.whole && len(s.names.kinds) == 0 {
				m.items = []item{{text: target, is: isLabel}}
				return m, true
			}
			m.items = []item{{text: address, is: isURL}}
			return m, true
		}
	}
	if note, ok := strings.CutPrefix(in, "^"); ok {
		m.items = s.items(note, isName)
		for k := range m.items {
			if m.items[k].is == isNumber {
				m.items[k].is = isLabel
			}
		}
		return m, m.items != nil
	}
	if low := strings.ToLower(strings.TrimSpace(in)); low == "cite_start" || low == "cite_end" || low == "/cite" {
		s.wipes = append(s.wipes, span{i, end})
		return marker{}, false
	}
	if !double && (s.isIndex(i, end) || s.isInterval(i, in)) {
		return marker{}, false
	}
	m.items = s.items(in, isName)
	if title := strings.Trim(in, quotes); s.names.byTitle[canonical(title)] != nil && (m.items == nil || m.items[0].is == isName && !s.names.named(in)) {
		m.items = []item{{text: title, is: isLabel}}
		if !strings.ContainsAny(title, " _-0123456789") && !s.closes(end) {
			m.form = inWords
		}
	}
	if len(m.items) > 0 && shortLetter.MatchString(strings.TrimSpace(in)) && m.items[0].is == isLabel {
		m.form = letter
	}
	return m, m.items != nil
}

// numeric reports whether all items are numbers.
func (s *scanner) numeric(items []item) bool {
	for _, it := range items {
		if !digitsOnly(it.text) {
			return false
		}
	}
	return len(items) > 0
}

// closes reports whether a clause or line ends at i, or another marker follows.
func (s *scanner) closes(i int) bool {
	rest := strings.TrimLeft(s.text[i:min(len(s.text), i+40)], " *_")
	if rest == "" {
		return true
	}
	r, _ := utf8.DecodeRuneInString(rest)
	return strings.ContainsRune(".,;:!?\n\r[(（【|。，；！？、)।۔؟،", r)
}

// lenticular reads "【1】" and OpenAI's "【4:0†name】", whose second number counts
// the sources of a message from 0. The name decides only where that number is
// beyond the context.
func (s *scanner) lenticular(i int) (marker, bool) {
	in, end, ok := s.inside(i, len("【"), "】")
	if !ok {
		return marker{}, false
	}
	m := marker{start: i, end: end}
	number, name, dagger := strings.Cut(in, "†")
	if _, index, ok := strings.Cut(number, ":"); ok {
		if n, err := strconv.Atoi(strings.TrimSpace(index)); err == nil && n >= 0 {
			m.items = []item{{text: strings.TrimSpace(index), number: n, zero: true, is: isLabel}}
			if dagger && n >= s.names.passages && s.names.named(name) {
				m.items = []item{{text: name, is: isLabel}}
			}
			return m, true
		}
	}
	m.items = s.items(number, isName)
	if dagger {
		m.items = s.items(number, isLabel)
	}
	return m, m.items != nil
}

var latex = regexp.MustCompile(`^\\(?:[a-zA-Z]*cite[a-zA-Z]*|textsuperscript|footnotemark)\*?(?:\[[^\[\]\n]{0,80}\]){0,2}[{\[]([^{}\n]{1,200})[}\]]`)

// backslash reads "\[1\]" and "\cite{doc_7}".
func (s *scanner) backslash(i int) (marker, bool) {
	rest := s.text[i:min(len(s.text), i+longestInside)]
	if inner, ok := strings.CutPrefix(rest, `\[`); ok {
		if n := strings.Index(inner, `\]`); n > 0 && !strings.ContainsAny(inner[:n], "\n") {
			m := marker{start: i, end: i + n + 4, items: s.items(strings.Trim(inner[:n], "[] "), isName)}
			return m, m.items != nil
		}
		return marker{}, false
	}
	in := latex.FindStringSubmatch(rest)
	if in == nil {
		return marker{}, false
	}
	m := marker{start: i, end: i + len(in[0]), items: s.items(strings.Trim(in[1], "[] "), isLabel)}
	return m, m.items != nil
}

// paren reads "(Doc 2)", "(Source: Ferry guide)", "(doc_7)", and "(2)" where it
// does not number an item.
func (s *scanner) paren(i int) (marker, bool) {
	open, end := 1, ")"
	if s.text[i] != '(' {
		open, end = len("（"), "）"
	}
	in, stop, ok := s.inside(i, open, end)
	if !ok {
		return marker{}, false
	}
	m := marker{start: i, end: stop}
	if plain := digitOf.Replace(in); plain != in && digitsOnly(plain) {
		m.items = s.items(plain, isLabel)
		return m, s.raised(i)
	}
	if digitsOnly(strings.TrimSpace(in)) || numberList.MatchString(in) {
		return s.bareNumber(m, in)
	}
	for {
		if n := leads.after(in); n > 0 && n < len(in) { // "(see Doc 2)"
			in = strings.TrimLeft(in[n:], " :")
			continue
		}
		break
	}
	if n := articles.after(in); n > 0 && n < len(in) && in[n] == ' ' {
		if items := s.items(in[n+1:], isName); items != nil && items[0].is == isLabel {
			in = in[n+1:]
		}
	}
	m.items = s.items(in, isName)
	if title := strings.Trim(in, quotes); s.names.byTitle[canonical(title)] != nil && (m.items == nil || m.items[0].is == isName) {
		m.items = []item{{text: title, is: isLabel}}
		if !strings.Contains(title, " ") {
			if !s.closes(stop) {
				return marker{}, false
			}
			m.form = inWords
		}
		return m, true
	}
	labelled := false
	for _, it := range m.items {
		switch {
		case it.is == isLabel:
			labelled = true
		case it.is == isName && s.names.named(it.text):
		case it.is == isURL:
		case it.is == isNumber && labelled: // "(Docs 1, 3)"
		default:
			return marker{}, false
		}
	}
	if len(m.items) > 0 && shortLetter.MatchString(strings.TrimSpace(in)) && m.items[0].is == isLabel {
		m.form = letter
	}
	return m, m.items != nil
}

var numberList = regexp.MustCompile(`^\s*\d{1,3}(?:\s*[,;–-]\s*\d{1,3})+\s*$`)

// bareNumber reads "(2)". It is a marker at the end of a clause; in front of an
// item it numbers it, and then no "(n)" of the answer is a marker.
func (s *scanner) bareNumber(m marker, in string) (marker, bool) {
	before := s.text[:m.start]
	trimmed := strings.TrimRight(before[max(0, len(before)-60):], " ")
	last, _ := utf8.DecodeLastRuneInString(trimmed)
	word := trimmed[strings.LastIndexAny(trimmed, " \n(")+1:]
	rest := strings.TrimLeft(s.text[m.end:min(len(s.text), m.end+40)], " ")
	follows, _ := utf8.DecodeRuneInString(rest)
	ends := s.closes(m.end)
	number, err := strconv.Atoi(strings.TrimSpace(in))
	switch {
	case err == nil && (number == 0 || number >= 100):
		return marker{}, false
	case strings.TrimSpace(trimmed) == "" || last == '\n' || strings.ContainsRune(",;:，；：、", last),
		!ends && (strings.EqualFold(word, "and") || strings.EqualFold(word, "or") || strings.EqualFold(word, "und") || strings.EqualFold(word, "et") || strings.EqualFold(word, "y")):
		if unicode.IsLetter(follows) {
			s.enumerates = true
		}
		return marker{}, false
	case strings.ContainsRune(".!?。！？", last):
		s.afterStop = true
	case !ends:
		return marker{}, false
	case !unicode.IsLetter(last) && !unicode.IsDigit(last) && !unicode.IsMark(last) && !strings.ContainsRune(`"”»’')%€$£]`, last):
		return marker{}, false
	case len(trimmed) == len(before[max(0, len(before)-60):]) && !unspaced(last): // "f(1)"
		return marker{}, false
	case things.has(strings.Trim(word, ".")) || unicode.IsDigit(last) && s.afterThing(trimmed):
		return marker{}, false
	}
	m.items, m.form = s.items(in, isName), bare
	return m, m.items != nil
}

// afterThing reports whether the text ends in "section 5".
func (s *scanner) afterThing(text string) bool {
	fields := strings.Fields(text)
	return len(fields) > 1 && things.has(strings.Trim(fields[len(fields)-2], "."))
}

// brace reads "{1}" and "{doc_7}", which stand for other things in formulas.
func (s *scanner) brace(i int) (marker, bool) {
	open, end := 1, "}"
	if strings.HasPrefix(s.text[i:], "{{") {
		open, end = 2, "}}"
	}
	in, stop, ok := s.inside(i, open, end)
	if !ok {
		return marker{}, false
	}
	last, _ := utf8.DecodeLastRuneInString(s.text[:i])
	if strings.ContainsRune(`^_}\=$`, last) || s.isInterval(i, in+",") || i > 1 && strings.Contains(s.text[max(0, i-12):i], `\`) {
		return marker{}, false
	}
	m := marker{start: i, end: stop, form: curly, items: s.items(in, isName)}
	return m, m.items != nil
}

var (
	openTag  = regexp.MustCompile(`^<\|?(cite|citation|citations|cit|source|sources|src|ref|reference|references|doc|document|passage|chunk|context|sup|footnote|fn|co|a)((?:[\s:=_][^<>\n]{0,300})?)>`)
	closeTag = regexp.MustCompile(`^</\|?(?:cite|citation|citations|cit|source|sources|src|ref|reference|references|doc|document|passage|chunk|context|sup|footnote|fn|co|a)(?:[\s:][^<>\n]{0,40})?>`)
	autoLink = regexp.MustCompile(`^<(https?://[^<>\s]+)>`)
	numTag   = regexp.MustCompile(`^<(\d{1,3})>`)
	anyTag   = regexp.MustCompile(`<[^<>]*>`)
	tagID    = regexp.MustCompile(`(?:^|[\s"'])(?:id|ids|source|sources|src|doc|docs|document|passage|ref|refs|index|idx|n|num|number|name|cite|target|url|href|chunk)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'/>]+))`)
)

// tag reads `<cite id="2">`, "<cite>2</cite>", "<source>doc_7</source>",
// "<sup>1</sup>" and others of the kind. An opening tag with an ID that is
// closed behind text belongs to that text.
func (s *scanner) tag(i int) (marker, bool) {
	rest := s.text[i:min(len(s.text), i+longestInside)]
	if n := len(closeTag.FindString(rest)); n > 0 {
		s.wipes = append(s.wipes, span{i, i + n})
		return marker{}, false
	}
	if in := autoLink.FindStringSubmatch(rest); in != nil {
		return marker{start: i, end: i + len(in[0]), items: []item{{text: in[1], is: isURL}}}, true
	}
	if in := numTag.FindStringSubmatch(rest); in != nil {
		m := marker{start: i, end: i + len(in[0]), form: angle, items: s.items(in[1], isName)}
		return m, m.items != nil
	}
	in := openTag.FindStringSubmatch(rest)
	if in == nil {
		return marker{}, false
	}
	name, attributes := in[1], in[2]
	m := marker{start: i, end: i + len(in[0])}
	id := ""
	if a := tagID.FindStringSubmatch(attributes); a != nil {
		id = strings.Trim(a[1]+a[2]+a[3], "#")
	} else if name == "co" || strings.HasPrefix(attributes, ":") || strings.HasPrefix(attributes, "=") || strings.HasPrefix(attributes, "_") {
		id = strings.Trim(attributes, ":=_ |/")
	}
	closed := strings.HasSuffix(strings.TrimSpace(attributes), "/") || strings.HasSuffix(in[0], "|>")
	content := ""
	if n := strings.Index(rest[len(in[0]):], "</"+name); n >= 0 && !closed {
		content = rest[len(in[0]) : len(in[0])+n]
		if stop := strings.IndexByte(rest[len(in[0])+n:], '>'); stop > 0 {
			short := strings.Trim(anyTag.ReplaceAllString(content, ""), "[]()【】 ")
			items := s.items(short, isLabel)
			if items == nil && name == "source" && s.names.byTitle[canonical(short)] != nil {
				items = []item{{text: short, is: isLabel}}
			}
			if s.identify(items, id != "" && name != "a") && len(short) <= 80 && (name != "sup" || s.raised(i) || strings.ContainsAny(content, "[(<")) && (name != "a" || strings.Contains(attributes, "#")) {
				m.end, m.items = i+len(in[0])+n+stop+1, items
				if name == "a" && id != "" && s.names.named(id) {
					m.items = []item{{text: id, is: isURL}}
				}
				return m, true
			}
		}
	}
	if name == "sup" {
		return marker{}, false
	}
	if id == "" {
		return marker{}, false
	}
	if name == "a" {
		m.items = []item{{text: id, is: isURL}}
		return m, true
	}
	m.leads = !closed && content != ""
	m.items = s.items(id, isLabel)
	return m, m.items != nil
}

// identify reports whether items are numbers or names of passages. Unless
// strictly, what looks like a name of a file or an ID is one too.
func (s *scanner) identify(items []item, strictly bool) bool {
	for _, it := range items {
		if !digitsOnly(it.text) && len(s.names.resolveName(it.text)) == 0 && (strictly || kindOf(it.text) == aTitle) {
			return false
		}
	}
	return len(items) > 0
}

var digitOf = strings.NewReplacer("⁰", "0", "¹", "1", "²", "2", "³", "3", "⁴", "4", "⁵", "5", "⁶", "6", "⁷", "7", "⁸", "8", "⁹", "9", "⁽", "", "⁾", "", "⁻", "-", "˒", ",", "⸴", ",")

var (
	raisedSigns = regexp.MustCompile(`^⁽?[¹²³⁴-⁹][⁰¹²³⁴-⁹]{0,2}(?:[⁻,˒⸴'’ ]{1,2}[¹²³⁴-⁹][⁰¹²³⁴-⁹]{0,2})*⁾?`)
	caret       = regexp.MustCompile(`^\^\d{1,3}(?:,\d{1,3})*\^?`)
	caretIn     = regexp.MustCompile(`^\$?\^(?:\[+([^\[\]\n]{1,80})\]+|\{\[?([^{}\[\]\n]{1,80})\]?\}|\((\d{1,3}(?:[,;–-]\s?\d{1,3})*)\)|(\d{1,2}))\^?\$?`)
)

// superscript reads "¹", "¹²", "^1", "^[1]^" and "$^{1}$". What is behind a
// unit, a number or a single letter is a power: "m²", "10^6", "x^2". Raised
// numbers next to each other are one marker each if there are not that many
// passages.
func (s *scanner) superscript(i int) (marker, bool) {
	rest := s.text[i:min(len(s.text), i+120)]
	if rest[0] == '$' && !strings.HasPrefix(rest, "$^") {
		return marker{}, false
	}
	if in := raisedSigns.FindString(rest); in != "" {
		in = strings.TrimRight(in, "⁻,˒⸴'’ ")
		if !s.raised(i) {
			return marker{}, false
		}
		number := digitOf.Replace(in)
		if v, err := strconv.Atoi(number); err == nil && v > s.names.passages && v < 1000 && len(number) > 1 && s.digitsExist(number) {
			number = strings.Join(strings.Split(number, ""), ",")
		}
		number = strings.NewReplacer("'", ",", "’", ",", " ", ",").Replace(number)
		m := marker{start: i, end: i + len(in), items: s.items(number, isName)}
		return m, m.items != nil
	}
	if in := caretIn.FindStringSubmatch(rest); in != nil && (rest[0] == '$') == strings.HasSuffix(in[0], "$") && (in[4] == "" || rest[0] == '$') {
		m := marker{start: i, end: i + len(in[0])}
		if (in[2] != "" || in[3] != "" || in[4] != "") && !s.raised(i) {
			return marker{}, false
		}
		m.items = s.items(in[1]+in[2]+in[3]+in[4], isLabel)
		return m, m.items != nil
	}
	in := caret.FindString(rest)
	if in == "" || !s.raised(i) {
		return marker{}, false
	}
	before := s.text[max(0, i-40):i]
	last, _ := utf8.DecodeLastRuneInString(before)
	word := before[len(strings.TrimRightFunc(before, unicode.IsLetter)):]
	if unicode.IsLetter(last) && !unspaced(last) && utf8.RuneCountInString(word) < 4 {
		return marker{}, false
	}
	m := marker{start: i, end: i + len(in), items: s.items(strings.Trim(in, "^"), isName)}
	return m, m.items != nil
}

// digitsExist reports whether each digit is the number of a passage.
func (s *scanner) digitsExist(number string) bool {
	for _, d := range number {
		if d < '1' || int(d-'0') > s.names.passages {
			return false
		}
	}
	return true
}

// raised reports whether a raised number at i can be a note: behind a sentence
// mark, another marker or a word that is no unit.
func (s *scanner) raised(i int) bool {
	before := strings.TrimRight(s.text[max(0, i-60):i], " ")
	last, _ := utf8.DecodeLastRuneInString(before)
	if strings.ContainsRune(`.,;:!?"”»’。！？、，)）]】>|।۔؟،*_%`, last) {
		return true
	}
	if unspaced(last) || unicode.IsMark(last) {
		return true
	}
	word := before[len(strings.TrimRightFunc(before, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsMark(r) })):]
	return utf8.RuneCountInString(word) > 2 && !units.has(word)
}

// Some chat exports keep the model's own markers in private-use characters:
// "citeturn0search1" between them counts sources from 0.
const privateOpen = '\ue200'

var privateMark = regexp.MustCompile(`^\x{e200}[^\x{e201}\n]{1,300}\x{e201}`)

var privateIndex = regexp.MustCompile(`turn\d+[a-z]+(\d{1,3})`)

func (s *scanner) private(i int) (marker, bool) {
	in := privateMark.FindString(s.text[i:min(len(s.text), i+longestInside)])
	m := marker{start: i, end: i + len(in)}
	for _, n := range privateIndex.FindAllStringSubmatch(in, -1) {
		v, _ := strconv.Atoi(n[1])
		m.items = append(m.items, item{text: n[1], number: v, zero: true, is: isLabel})
	}
	return m, m.items != nil
}

// url reads the address of a passage as it is in the text.
func (s *scanner) url(i int) (marker, bool) {
	rest := s.text[i:min(len(s.text), i+longestInside)]
	if !s.names.urls || !strings.HasPrefix(rest, "http") && !strings.HasPrefix(rest, "www.") {
		return marker{}, false
	}
	at := address.FindStringIndex(rest)
	if at == nil || at[0] != 0 {
		return marker{}, false
	}
	url := strings.TrimRight(rest[:at[1]], ".,;:!?*_")
	return marker{start: i, end: i + len(url), items: []item{{text: url, is: isURL}}}, s.names.named(url)
}

// isIndex reports whether the bracket at i is an array index in running text:
// behind x, my_list or items when code goes on after it.
func (s *scanner) isIndex(i, end int) bool {
	before := s.text[max(0, i-80):i]
	name := before[len(strings.TrimRightFunc(before, func(r rune) bool { return r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r) })):]
	if name == "" {
		return false
	}
	after := s.text[end:]
	next, _ := utf8.DecodeRuneInString(after)
	_, second := utf8.DecodeRuneInString(after)
	third, _ := utf8.DecodeRuneInString(after[min(second, len(after)):])
	return strings.HasSuffix(before[:len(before)-len(name)], `\`) || strings.Contains(name, "_") || len(name) == 1 && name[0] >= 'a' && name[0] <= 'z' ||
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
	for _, word := range before[max(0, len(before)-3):] {
		switch strings.ToLower(strings.Trim(word, ",:")) {
		case "∈", "=", "interval", "range", "set", "intervall", "intervalle", "intervalo", "intervallo", "диапазон", "интервал":
			return true
		}
	}
	return strings.EqualFold(before[len(before)-1], "in") && len(before) > 1 && utf8.RuneCountInString(before[len(before)-2]) == 1
}
