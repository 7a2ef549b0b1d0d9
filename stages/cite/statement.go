package cite

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/ragdiag/ragdiag/internal/text"
	"github.com/ragdiag/ragdiag/trace"
)

// statement is a sentence of the answer with its claims and citations.
type statement struct {
	trace.CitedStatement
	claims  []string // the checkable ones
	cells   []string // by claim, the cells of a table row without their headers, or ""
	marks   []span   // by citation, where its marker stands, with the words around it
	cited   [][]int  // by citation, the passages that it names
	unsure  []bool   // by citation, that it cannot be told which passage it names
	listed  bool     // a list of sources, which covers what is before
	covered int      // index of the statement whose citations stand for this one too, or -1
	strict  bool     // no doubt that it is not supported
	alone   []trace.Support
	rest    []trace.Support // set where it is needed
}

// cut divides the answer into sentences and gives each its claims and
// citations. Markers are blanked out before, so that they part no sentences,
// and so are lists of sources. All of them ascend, so they are merged.
func (x *examination) cut(p parsed) {
	plain := blank(x.answer, p)
	x.plain = plain
	skip := p.skip
	for _, s := range text.Sentences(plain) {
		for len(skip) > 0 && skip[0].end < s.End {
			skip = skip[1:]
		}
		if len(skip) == 0 || s.Start < skip[0].start {
			x.statements = append(x.statements, statement{CitedStatement: trace.CitedStatement{Start: s.Start, End: s.End}, covered: -1})
		}
	}
	i := 0
	for _, c := range x.texts.Split(plain) {
		for i < len(x.statements) && x.statements[i].End <= c.Start {
			i++
		}
		if i == len(x.statements) || c.Start < x.statements[i].Start {
			continue
		}
		s := &x.statements[i]
		said := joined.Replace(strings.Join(strings.Fields(c.Text), " "))
		s.Text = strings.TrimSpace(s.Text + " " + said)
		if c.Checkable && !yesOrNo.has(strings.Trim(said, " .,!。")) {
			s.Needs = true
			s.claims = append(s.claims, said)
			s.cells = append(s.cells, cells(plain[c.Start:c.End]))
		}
	}
	x.lines = lineStarts(x.answer)
	if marks := p.marks; len(marks) > 0 && len(x.statements) > 0 {
		first := x.statements[0]
		x.leading = !marks[0].Covers && !marks[0].Leads && marks[0].End <= first.Start && x.line(marks[0].Start) == x.line(first.Start)
	}
	var lists []statement
	in, begun := p.lists, false
	for _, m := range p.marks {
		switch {
		case m.Listed:
			for len(in) > 0 && in[0].end <= m.Start {
				in = in[1:]
				begun = false
			}
			if !begun {
				lists = append(lists, statement{CitedStatement: trace.CitedStatement{Start: m.Start}, listed: true, covered: -1})
				begun = true
			}
			s := &lists[len(lists)-1]
			s.End = m.End
			s.add(m)
		case m.Covers:
			for i := x.from(m.Start); i < len(x.statements) && x.statements[i].Start < m.End; i++ {
				x.statements[i].add(m)
			}
		default:
			if i := x.owner(m); i >= 0 {
				x.statements[i].add(m)
			}
		}
	}
	if len(lists) > 0 {
		x.statements = append(x.statements, lists...)
		slices.SortStableFunc(x.statements, func(a, b statement) int { return a.Start - b.Start })
	}
}

// cells returns the cells of a row of a table.
func cells(row string) string {
	row = strings.TrimSpace(row)
	if !strings.HasPrefix(row, "|") {
		return ""
	}
	var all []string
	for cell := range strings.SplitSeq(row, "|") {
		if cell = strings.TrimSpace(cell); cell != "" {
			all = append(all, cell)
		}
	}
	return strings.Join(all, ", ")
}

// lineStarts lists where the lines of s begin.
func lineStarts(s string) []int {
	starts := []int{0}
	for i := range len(s) {
		if s[i] == '\n' {
			starts = append(starts, i+1)
		}
	}
	return starts
}

// line returns the number of the line that holds offset i.
func (x *examination) line(i int) int {
	n, found := slices.BinarySearch(x.lines, i)
	if !found {
		n--
	}
	return n
}

// from returns the index of the first statement that ends behind offset i.
func (x *examination) from(i int) int {
	n, _ := slices.BinarySearchFunc(x.statements, i, func(s statement, i int) int {
		if s.End <= i {
			return -1
		}
		return 1
	})
	return n
}

var joined = strings.NewReplacer(" .", ".", " ,", ",", " ;", ";", " !", "!", " 。", "。", " ，", "，", " ।", "।")

// blank returns the answer with spaces in place of lists of sources, of markers
// with the words and parentheses around them that state nothing, and of tags,
// byte for byte. The words of a link stay.
func blank(answer string, p parsed) string {
	b := []byte(answer)
	wipe := func(from, to int) {
		for i := max(0, from); i < min(to, len(b)); i++ {
			if b[i] != '\n' {
				b[i] = ' '
			}
		}
	}
	for _, sp := range p.lists {
		wipe(sp.start, sp.end)
	}
	for _, sp := range p.wipes {
		wipe(sp.start, sp.end)
	}
	for _, m := range p.marks {
		switch i := strings.Index(m.Marker, "]("); {
		case m.Covers || m.Listed:
			continue
		case i > 0 && !m.whole && !strings.Contains(m.Marker[:i], "[["):
			wipe(m.Start, m.Start+1)
			wipe(m.Start+i, m.End)
			continue
		}
		wipe(m.Start, m.End)
		if m.wipe.end > 0 {
			wipe(m.wipe.start, m.wipe.end)
			if m.Leads {
				capital(b[m.wipe.end:])
			}
		}
	}
	for _, m := range p.marks {
		if !m.Covers && !m.Listed {
			parentheses(b, m)
		}
	}
	return string(b)
}

// capital gives the sentence that begins behind a source a capital again, so
// that it is seen to begin there.
func capital(b []byte) {
	for len(b) > 0 && b[0] == ' ' {
		b = b[1:]
	}
	r, n := utf8.DecodeRune(b)
	if up := unicode.ToUpper(r); up != r && utf8.RuneLen(up) == n {
		utf8.EncodeRune(b, up)
	}
}

// reach bounds in bytes how far from a marker its parentheses are looked for.
const reach = 120

// parentheses wipes the parentheses and emphasis in which nothing but markers
// stood.
func parentheses(b []byte, m citation) {
	from, to := m.Start, m.End
	if m.wipe.end > 0 {
		from, to = min(from, m.wipe.start), max(to, m.wipe.end)
	}
	for {
		open := from - 1
		for open >= 0 && open > from-reach && b[open] == ' ' {
			open--
		}
		end := to
		for end < len(b) && end < to+reach && strings.IndexByte(" ,;&", b[end]) >= 0 {
			end++
		}
		if open < 0 || end >= len(b) || paired[b[open]] == 0 || paired[b[open]] != b[end] {
			return
		}
		from, to = open, end+1
		for i := from; i < to; i++ {
			b[i] = ' '
		}
	}
}

var paired = map[byte]byte{'(': ')', '[': ']', '*': '*', '_': '_'}

func (s *statement) add(m citation) {
	mark := trace.CiteMark{Marker: m.Marker, Start: m.Start, End: m.End, Passage: -1}
	if len(m.Passages) > 0 {
		mark.Passage = m.Passages[0]
	}
	s.Citations = append(s.Citations, mark)
	s.cited = append(s.cited, m.Passages)
	s.unsure = append(s.unsure, m.Unsure)
	s.marks = append(s.marks, span{m.Start, m.End})
}

// owner returns the statement that a marker belongs to: the one it is in;
// between two, the one before, but the one behind on the same line if the marker
// begins the line or the answer puts its markers in front.
func (x *examination) owner(m citation) int {
	behind := x.from(m.Start)
	if behind < len(x.statements) && x.statements[behind].Start < m.End {
		return behind
	}
	before := behind - 1
	if behind == len(x.statements) {
		return before
	}
	line := x.line(m.Start)
	same := x.line(x.statements[behind].Start) == line
	switch {
	case before < 0:
		return behind
	case x.leading && !same:
		return behind
	case same && (x.leading || m.Leads || x.line(max(0, x.statements[before].End-1)) < line):
		return behind
	}
	return before
}

// cover finds for each statement without a citation the one whose citations
// stand for it too: the next one of the same paragraph or list, as a marker at
// the end stands for all of it, or the last one in an answer that puts its
// markers in front. A list of sources covers what is before it.
func (x *examination) cover() {
	answer := x.answer
	n := len(x.statements)
	last, list := -1, -1
	for k := range n {
		i := n - 1 - k
		if x.leading {
			i = k
		}
		s := &x.statements[i]
		if s.listed {
			list = i
			continue
		}
		neighbour := i + 1
		if x.leading {
			neighbour = i - 1
		}
		if neighbour >= 0 && neighbour < n && !x.together(answer, min(i, neighbour), max(i, neighbour)) {
			last = -1
		}
		switch {
		case len(s.Citations) > 0:
			last = i
		case last >= 0:
			s.covered = last
		case list > i:
			s.covered = list
		}
	}
}

// together reports whether two neighbouring statements are in one paragraph
// or list.
func (x *examination) together(answer string, a, b int) bool {
	from, to := x.statements[a].End, x.statements[b].Start
	if from > to {
		return true
	}
	between := answer[from:to]
	if x.leading {
		return !strings.Contains(between, "\n")
	}
	if strings.Count(between, "\n") < 2 || strings.TrimSpace(between) != "" && !strings.Contains(between, "\n\n") {
		return !strings.HasPrefix(strings.TrimSpace(answer[to:min(len(answer), to+8)]), "#")
	}
	lineStart := strings.LastIndexByte(answer[:to], '\n') + 1
	return text.ListMark(answer[lineStart:min(len(answer), lineStart+20)]) > 0 // items may be apart
}

// exempt takes the need for a citation from statements without one that say
// nothing of their own: what the question says, or cited statements do, and
// conclusions from these.
func (x *examination) exempt() {
	cited := false
	lang := x.texts.Language()
	known := map[string]bool{}
	learn := func(s string) {
		for _, t := range text.Terms(s, lang) {
			known[t] = true
		}
	}
	for _, s := range x.statements {
		if len(s.Citations) > 0 && s.Text != "" {
			learn(s.Text)
			cited = true
		}
	}
	if !cited {
		return
	}
	learn(x.rec.Question)
	before := false // a cited statement is before
	for i := range x.statements {
		s := &x.statements[i]
		if len(s.Citations) > 0 {
			before = true
			continue
		}
		if !s.Needs || s.covered >= 0 {
			continue
		}
		terms := text.Terms(s.Text, lang)
		held, values := 0, true
		for _, t := range terms {
			if known[t] {
				held++
			} else if strings.ContainsAny(t, "0123456789") {
				values = false
			}
		}
		if before && conclude.after(strings.ToLower(s.Text)) > 0 || values && float64(held) >= saidBefore*float64(len(terms)) {
			s.Needs = false
		}
	}
}

// saidBefore is the share of its words that a statement must have in common
// with the question and the cited statements to say nothing of its own.
const saidBefore = .75
