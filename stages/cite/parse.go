package cite

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/ragdiag/ragdiag/trace"
)

// citation is a marker in the answer, or a structured citation, and
// one thing that it names. "[1, 3]" yields two marks of the same span.
type citation struct {
	Marker string // as written, such as "[1, 3]"; for a structured citation its target
	Start  int    // byte offsets of the marker in the answer; of a structured
	End    int    // citation, of the statement that it covers
	Target string // what it names: "1", "doc_7", an address

	Passages []int // indexes into the context; empty: it resolves to nothing there
	Covers   bool  // structured: [Start, End) is the statement, not a marker
	Leads    bool  // it belongs to the text behind it, as an opening <cite> does
}

// parse finds the citations of an answer, in order, and resolves each against
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
//
// Skip are the parts of the answer that state nothing: code, footnote
// definitions, a list of sources.
func parse(answer string, ctx []trace.Passage, structured []trace.Citation) (marks []citation, numbering string, skip []span) {
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
			marks = append(marks, citation{Marker: target, Start: start, End: end, Target: target,
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

func (m marker) mark(answer, target string, passages []int) citation {
	return citation{Marker: answer[m.start:m.end], Start: m.start, End: m.end, Target: target, Passages: passages, Leads: m.leads}
}

// resolve turns a marker into marks, or into none if it is no citation after all.
func (s *scanner) resolve(m marker, scheme scheme) []citation {
	var marks []citation
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
