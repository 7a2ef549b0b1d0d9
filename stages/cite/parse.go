package cite

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
	"unicode"
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
	Listed   bool  // it is in a list of sources, which covers what is before
	Unsure   bool  // what it names cannot be told from what was recorded

	whole bool // of a link, the words state nothing either
	wipe  span // the marker with the words around it that state nothing
}

// parsed is what an answer cites.
type parsed struct {
	marks     []citation
	numbering string
	skip      []span // code, lists of sources, definitions; ascending
	lists     []span // of these, what is no code
	wipes     []span // tags without content
}

// parse finds the citations of an answer, in order, and resolves each against
// the passages of the context. A structured citation that lies on a marker says
// what the marker means; the others come after the markers. Where the answer
// itself lists its sources, the list says what its numbers mean; a list in an
// answer without markers cites for all that is before.
//
// Numbering says how numbers were read: "1-based", "0-based" or "ids", whatever
// resolves most of them, and 1-based in doubt; "ids" also when there are only
// names, and "" when there is no citation or no passage.
//
// A marker is left out if it is no citation: in code, in a mathematical range,
// copied together with its surroundings from a passage, within a quotation
// without meaning anything here, a year, or a name that no passage has and
// that does not look like one. Some notations serve other ends as well, such as
// "(1)" and "{1}": one that resolves to nothing is no citation unless another of
// its form does.
func parse(answer string, ctx []trace.Passage, structured []trace.Citation) parsed {
	s := &scanner{text: answer, names: newNames(ctx)}
	s.definitions()
	s.scan()

	raw := s.found
	if len(raw) > 0 {
		theirs := ownMarkers(ctx)
		raw = slices.DeleteFunc(raw, func(m marker) bool { return theirs.copied(answer, m) })
	}
	raw = s.sift(raw)
	if len(raw) == 0 && len(structured) == 0 {
		raw = s.listed
	}
	scheme := numberScheme(raw, structured, s)
	s.companions(raw, scheme)
	sorted := slices.SortedStableFunc(slices.Values(structured), func(a, b trace.Citation) int { return cmp.Compare(a.Start, b.Start) })
	narrow := slices.DeleteFunc(slices.Clone(sorted), func(c trace.Citation) bool { return c.End-c.Start > longestInside })
	p := parsed{skip: s.skip, lists: s.lists, wipes: s.wipes}
	for _, m := range raw {
		for len(narrow) > 0 && narrow[0].Start <= m.start-longestInside {
			narrow = narrow[1:]
		}
		if over := overlapping(narrow, m); over != nil {
			for _, target := range over.Targets {
				p.marks = append(p.marks, m.mark(answer, target, s.names.resolve(target, scheme)))
			}
			continue
		}
		p.marks = append(p.marks, s.resolve(m, scheme)...)
	}
	at := 0
	for _, c := range sorted {
		start := min(max(c.Start, 0), len(answer))
		end := min(max(c.End, start), len(answer))
		for at < len(raw) && raw[at].end <= c.Start {
			at++
		}
		if at < len(raw) && raw[at].start < c.End && c.Start < raw[at].end {
			continue // said above
		}
		for _, target := range c.Targets {
			p.marks = append(p.marks, citation{Marker: target, Start: start, End: end, Target: target,
				Passages: s.names.resolve(target, scheme), Covers: true})
		}
	}
	if len(p.marks) > 0 && len(ctx) > 0 {
		p.numbering = cmp.Or(scheme.String(), "ids")
	}
	return p
}

// overlapping returns the structured citation, of those given by their start,
// that lies on the marker itself: it may be wider by no more than a blank. A wider one covers a statement.
func overlapping(structured []trace.Citation, m marker) *trace.Citation {
	for i, c := range structured {
		if c.Start >= m.end {
			break
		}
		if m.start < c.End && c.End-c.Start <= m.end-m.start+2 {
			return &structured[i]
		}
	}
	return nil
}

// marker is a marker as found, before it is known what its numbers mean.
type marker struct {
	start, end int
	items      []item
	form       form
	whole      bool // of a link, the words too
	quoted     bool // within quotation marks
	leads      bool
	listed     bool
	wipe       span // wider than the marker: words around it that state nothing
}

// form is the notation of a marker, as far as it matters for what else it may be.
type form uint8

const (
	plain   form = iota // nothing but a citation
	bare                // "(1)": may be the number of an item
	curly               // "{1}"
	letter              // "[S1]"
	angle               // "<1>"
	inWords             // "(Fares)": may be an aside
	prose               // "document 2", without words that say that it is the source
)

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
	return citation{Marker: answer[m.start:m.end], Start: m.start, End: m.end, Target: target, Passages: passages, Leads: m.leads, Listed: m.listed, whole: m.whole, wipe: m.wipe}
}

// passages returns what an item names. Unsure: the answer's own list gives the
// number another meaning, which cannot be told.
func (s *scanner) passages(it item, scheme scheme) (passages []int, unsure bool) {
	own, defined := s.defined[it.text]
	switch {
	case len(own) > 0:
		return own, false
	case it.zero:
		return s.names.position(it.number, zeroBased), false
	case defined && s.ownNumbers:
		return nil, true
	}
	return s.names.resolve(it.text, scheme), defined
}

// resolve turns a marker into marks, or into none if it is no citation after all.
func (s *scanner) resolve(m marker, scheme scheme) []citation {
	var marks []citation
	for _, it := range m.items {
		passages, unsure := s.passages(it, scheme)
		if len(passages) == 0 && !unsure {
			if !s.means(m, it) {
				return nil
			}
			unsure = !s.comparable(it)
		}
		c := m.mark(s.text, it.text, passages)
		c.Unsure = unsure
		marks = append(marks, c)
	}
	return marks
}

// means reports whether an item that resolves to nothing is a citation all the
// same: a fabricated one.
func (s *scanner) means(m marker, it item) bool {
	if m.form != plain && !s.known[m.form] {
		return false
	}
	switch it.is {
	case isLabel:
		return true
	case isNumber:
		return !m.quoted && it.number < 1000 // otherwise a year, or the source's own number
	case isURL:
		return s.names.urls
	}
	sh := shape(it.text)
	return !m.quoted && (m.listed || s.names.shapes[sh] || sh != "" && len(s.names.kinds) == 0)
}

// comparable reports whether an item that resolves to nothing could have named
// a passage: every number could, a name only where passages have names of its
// kind.
func (s *scanner) comparable(it item) bool {
	if it.is == isNumber || it.zero || digitsOnly(it.text) {
		return true
	}
	return s.names.kinds[kindOf(it.text)]
}

// companions notes the forms of which a marker resolves.
func (s *scanner) companions(raw []marker, scheme scheme) {
	s.known = map[form]bool{}
	for _, m := range raw {
		if m.form == plain || s.known[m.form] {
			continue
		}
		for _, it := range m.items {
			if got, _ := s.passages(it, scheme); len(got) > 0 {
				s.known[m.form] = true
			}
		}
	}
}

// sift takes out what another use of its notation explains: "(1)" as the number
// of an item, and a single word in parentheses, if it is the only title there.
func (s *scanner) sift(raw []marker) []marker {
	ends, single, titles := false, 0, 0
	for _, m := range raw {
		switch {
		case m.form == bare:
			ends = ends || strings.Trim(s.text[m.end:min(len(s.text), m.end+8)], ".。 \n") == ""
		case m.form == inWords:
			single++
		case m.items[0].is == isLabel && strings.Contains(m.items[0].text, " "):
			titles++
		}
	}
	items := s.enumerates || s.afterStop && !ends // "A. (1) B. (2)": only if the last one ends the text
	return slices.DeleteFunc(raw, func(m marker) bool {
		return m.form == bare && items || m.form == inWords && titles == 0 && single < 2
	})
}

// own knows what is in the passages in front of signs that may open a
// marker.
type own struct {
	ctx    []trace.Passage
	before map[string]bool
}

// openers are the signs that open a marker.
const openers = "[(^<{【［〔¹²³⁴⁵⁶⁷⁸⁹"

// context is how many characters in front of a marker must be a passage's own
// for the marker to be copied with them.
const context = 24

func ownMarkers(ctx []trace.Passage) own {
	o := own{ctx, map[string]bool{}}
	for _, p := range ctx {
		for i, r := range p.Text {
			if strings.ContainsRune(openers, r) {
				o.before[p.Text[back(p.Text, i):i]] = true
			}
		}
	}
	return o
}

// back returns the offset that many characters before i at which the context of
// a marker begins.
func back(s string, i int) int {
	for range context {
		_, n := utf8.DecodeLastRuneInString(s[:i])
		i -= n
	}
	return i
}

// copied reports whether the marker and what is before it are a passage's
// own words.
func (o own) copied(answer string, m marker) bool {
	r, _ := utf8.DecodeRuneInString(answer[m.start:])
	from := back(answer, m.start)
	if !strings.ContainsRune(openers, r) || m.start-from < 8 || from > 0 && !o.before[answer[from:m.start]] {
		return false
	}
	return slices.ContainsFunc(o.ctx, func(p trace.Passage) bool { return strings.Contains(p.Text, answer[from:m.end]) })
}

// scanner walks over an answer and collects markers.
type scanner struct {
	text    string
	names   names
	found   []marker
	listed  []marker         // of lists of sources
	defined map[string][]int // number or label to passages; nil: it cannot be told which
	skip    []span           // code, definitions and lists of sources, ascending
	lists   []span           // of skip, what is no code
	wipes   []span

	ownNumbers bool // the answer's own list gives some number another passage than its place does
	enumerates bool // "(1)" stands in front of an item
	afterStop  bool // one is behind a full stop
	known      map[form]bool
}

type span struct{ start, end int }

var code = regexp.MustCompile("(?s)```.*?(?:```|$)|~~~.*?(?:~~~|$)|`[^`\n]+`")

// scan collects the markers outside of code, in order and without overlap.
func (s *scanner) scan() {
	quote := rune(0) // the quotation mark that would end the quotation
	quoteEnds := -1  // where it is ended; behind len: nowhere
	previous := rune(0)
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
		m, ok := s.markerAt(i, r)
		if !ok && !unicode.IsDigit(previous) && r >= '0' && r <= '9' {
			m, ok = s.numbered(i)
		}
		if !ok && s.names.titles && unicode.IsLetter(r) && (!unicode.IsLetter(previous) && !unicode.IsDigit(previous) || unspaced(r)) {
			m, ok = s.titled(i, r)
		}
		if ok && (len(s.found) == 0 || m.start >= s.found[len(s.found)-1].end) && m.end > i {
			m.quoted = quote != 0 && quoteEnds >= m.end
			s.found = append(s.found, m)
			i = m.end
			previous, _ = utf8.DecodeLastRuneInString(s.text[:i])
			continue
		}
		switch {
		case r == '\n' || r == quote:
			quote = 0
		case quote == 0 && closing[r] != 0:
			quote = closing[r]
			if quoteEnds <= i {
				quoteEnds = len(s.text)
				if end := strings.IndexByte(s.text[i+n:], '\n'); end >= 0 {
					quoteEnds = i + n + end
				}
			}
			end := strings.IndexRune(s.text[i+n:quoteEnds], quote)
			if end < 0 {
				quote, quoteEnds = 0, i // never closed on this line
			} else {
				quoteEnds = i + n + end
			}
		}
		previous = r
		i += n
	}
}

var closing = map[rune]rune{'"': '"', '“': '”', '„': '“', '«': '»', '「': '」'}
