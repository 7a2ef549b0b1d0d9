package cite

import (
	"cmp"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/ragdiag/ragdiag/trace"
)

// Mark is one citation: a marker in the answer, or a structured citation, and
// one thing that it names. "[1, 3]" yields two marks of the same span.
type Mark struct {
	Marker string // as written, such as "[1, 3]"; for a structured citation its target
	Start  int    // byte offsets of the marker in the answer; of a structured
	End    int    // citation, of the statement that it covers
	Target string // what it names: "1", "doc_7", an address

	Passages []int // indexes into the context; empty: it resolves to nothing there
	Covers   bool  // structured: [Start, End) is the statement, not a marker
	Leads    bool  // it belongs to the text behind it, as an opening <cite> does
}

// Parse finds the citations of an answer, in order, and resolves each against
// the passages of the context. A structured citation that lies on a marker says
// what the marker means; the others come after the markers.
//
// Numbering says how numbers were read: "1-based", "0-based" or "ids", whatever
// resolves most of them, and 1-based in doubt; "ids" also when there are only
// names, and "" when there is no citation or no passage.
//
// A marker is left out if it is no citation: in code, in a mathematical range,
// copied together with its surroundings from a passage, within a quotation
// without meaning anything here, a year, or a name that no passage has and
// that does not look like one.
func Parse(answer string, ctx []trace.Passage, structured []trace.Citation) (marks []Mark, numbering string) {
	marks, numbering, _ = parse(answer, ctx, structured)
	return marks, numbering
}

// parse also returns the parts of the answer that state nothing: code, footnote
// definitions, a list of sources.
func parse(answer string, ctx []trace.Passage, structured []trace.Citation) (marks []Mark, numbering string, skip []span) {
	s := &scanner{text: answer, names: newNames(ctx)}
	s.definitions()
	s.scan()

	raw := slices.DeleteFunc(s.found, func(m marker) bool { return copied(answer, m, ctx) })
	scheme := numberScheme(raw, structured, s.names)
	for _, m := range raw {
		if over := overlapping(structured, m); over != nil {
			for _, target := range over.Targets {
				marks = append(marks, m.mark(answer, target, s.names.resolve(target, scheme)))
			}
			continue
		}
		marks = append(marks, s.resolve(m, scheme)...)
	}
	for _, c := range structured {
		start := min(max(c.Start, 0), len(answer))
		end := min(max(c.End, start), len(answer))
		if slices.ContainsFunc(raw, func(m marker) bool { return m.start < c.End && c.Start < m.end }) {
			continue // said above
		}
		for _, target := range c.Targets {
			marks = append(marks, Mark{Marker: target, Start: start, End: end, Target: target,
				Passages: s.names.resolve(target, scheme), Covers: true})
		}
	}
	if len(marks) == 0 || len(ctx) == 0 {
		return marks, "", s.skip
	}
	return marks, cmp.Or(scheme.String(), "ids"), s.skip
}

// overlapping returns the structured citation that lies on the marker itself: it
// may be wider by no more than a blank. A wider one covers a statement.
func overlapping(structured []trace.Citation, m marker) *trace.Citation {
	for i, c := range structured {
		if c.Start < m.end && m.start < c.End && c.End-c.Start <= m.end-m.start+2 {
			return &structured[i]
		}
	}
	return nil
}

// marker is a marker as found, before it is known what its numbers mean.
type marker struct {
	start, end int
	items      []item
	quoted     bool // within quotation marks
	leads      bool
}

// item is one thing that a marker names.
type item struct {
	text   string
	number int  // valid if isNumber
	zero   bool // the notation counts from 0 whatever the others do
	is     itemKind
}

type itemKind uint8

const (
	isName   itemKind = iota
	isNumber          // a bare number: may be a year
	isLabel           // a number or name behind a word such as "Doc": surely a citation
	isURL             // an address
)

func (m marker) mark(answer, target string, passages []int) Mark {
	return Mark{Marker: answer[m.start:m.end], Start: m.start, End: m.end, Target: target, Passages: passages, Leads: m.leads}
}

// resolve turns a marker into marks, or into none if it is no citation after all.
func (s *scanner) resolve(m marker, scheme scheme) []Mark {
	var marks []Mark
	for _, it := range m.items {
		var passages []int
		switch {
		case s.defined[it.text] != nil:
			passages = s.defined[it.text]
		case it.zero:
			passages = s.names.position(it.number, zeroBased)
		default:
			passages = s.names.resolve(it.text, scheme)
		}
		if len(passages) == 0 && !s.means(m, it) {
			return nil
		}
		marks = append(marks, m.mark(s.text, it.text, passages))
	}
	return marks
}

// means reports whether an item that resolves to nothing is a citation all the
// same: a fabricated one.
func (s *scanner) means(m marker, it item) bool {
	switch it.is {
	case isLabel:
		return true
	case isNumber:
		return !m.quoted && it.number < 1000 // otherwise a year, or the source's own number
	case isURL:
		return s.names.urls
	}
	return !m.quoted && s.names.shapes[shape(it.text)]
}

// copied reports whether the marker and what stands before it are a passage's
// own words.
func copied(answer string, m marker, ctx []trace.Passage) bool {
	written := answer[m.start:m.end]
	from := m.start
	for range 24 { // characters
		_, n := utf8.DecodeLastRuneInString(answer[:from])
		from -= n
	}
	for i := range ctx {
		if strings.Contains(ctx[i].Text, written) && m.start-from >= 8 && strings.Contains(ctx[i].Text, answer[from:m.end]) {
			return true
		}
	}
	return false
}

// scanner walks over an answer and collects markers.
type scanner struct {
	text    string
	names   names
	found   []marker
	defined map[string][]int // footnote number or label to passages
	skip    []span           // code and footnote definitions, ascending
}

type span struct{ start, end int }

var (
	definition = regexp.MustCompile(`(?m)^[ \t]*\[(\^?[^\]\s]{1,40})\]:[ \t]+(.+)$`)
	sources    = regexp.MustCompile(`(?mi)^[\s#*]*(?:sources|references|citations|quellen|références|fuentes|fonti|参考文献|来源|المصادر)[\s:：*]*$`)
	code       = regexp.MustCompile("(?s)```.*?(?:```|$)|`[^`\n]+`")
)

// definitions finds what is not to be scanned, and what footnotes stand for.
func (s *scanner) definitions() {
	if strings.Contains(s.text, "`") { // the expressions are slow, and rarely needed
		for _, m := range code.FindAllStringIndex(s.text, -1) {
			s.skip = append(s.skip, span{m[0], m[1]})
		}
	}
	if !strings.Contains(s.text, "\n") {
		return
	}
	if m := sources.FindStringIndex(s.text); m != nil {
		s.skip = append(s.skip, span{m[0], len(s.text)})
	}
	for _, m := range definition.FindAllStringSubmatchIndex(s.text, -1) {
		s.skip = append(s.skip, span{m[0], m[1]})
		label := strings.TrimPrefix(s.text[m[2]:m[3]], "^")
		if passages := s.names.mentioned(s.text[m[4]:m[5]]); len(passages) > 0 {
			if s.defined == nil {
				s.defined = map[string][]int{}
			}
			s.defined[label] = passages
		}
	}
	slices.SortStableFunc(s.skip, func(a, b span) int { return cmp.Compare(a.start, b.start) })
}

// scan collects the markers outside of code, in order and without overlap.
func (s *scanner) scan() {
	quote := rune(0) // the quotation mark that would end the quotation
	skip := s.skip
	for i := 0; i < len(s.text); {
		for len(skip) > 0 && skip[0].end <= i {
			skip = skip[1:]
		}
		if len(skip) > 0 && i >= skip[0].start {
			i = skip[0].end
			continue
		}
		r, n := utf8.DecodeRuneInString(s.text[i:])
		if m, ok := s.markerAt(i, r); ok {
			m.quoted = quote != 0 && strings.ContainsRune(s.text[m.end:], quote)
			s.found = append(s.found, m)
			i = m.end
			continue
		}
		switch {
		case r == '\n' || r == quote:
			quote = 0
		case quote == 0:
			quote = closing[r]
		}
		i += n
	}
}

var closing = map[rune]rune{'"': '"', '“': '”', '„': '“', '«': '»', '「': '」'}

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
	if !ok || m.leads == false {
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
