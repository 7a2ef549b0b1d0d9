package cite

import (
	"slices"
	"strings"

	"github.com/ragdiag/ragdiag/internal/text"
	"github.com/ragdiag/ragdiag/trace"
)

// statement is a sentence of the answer with its claims and citations.
type statement struct {
	trace.CitedStatement
	claims []string // the checkable ones
	cited  [][]int  // by citation, the passages that it names
	alone  []trace.Support
	rest   []trace.Support // set where it is needed
}

// cut divides the answer into sentences and gives each its claims and
// citations. Markers are blanked out before, so that they part no sentences.
func (x *examination) cut(marks []citation, skip []span) {
	plain := blank(x.rec.Answer.Text, marks)
	for _, s := range text.Sentences(plain) {
		if !slices.ContainsFunc(skip, func(no span) bool { return s.Start >= no.start && s.End <= no.end }) {
			x.statements = append(x.statements, statement{CitedStatement: trace.CitedStatement{Start: s.Start, End: s.End}})
		}
	}
	for _, c := range x.texts.Split(plain) {
		i := slices.IndexFunc(x.statements, func(s statement) bool { return c.Start >= s.Start && c.Start < s.End })
		if i < 0 {
			continue
		}
		s := &x.statements[i]
		said := joined.Replace(strings.Join(strings.Fields(c.Text), " "))
		s.Text = strings.TrimSpace(s.Text + " " + said)
		if c.Checkable {
			s.Needs = true
			s.claims = append(s.claims, said)
		}
	}
	x.leading = len(marks) > 0 && len(x.statements) > 0 && !marks[0].Covers && marks[0].End <= x.statements[0].Start
	for _, m := range marks {
		if !m.Covers {
			if i := x.owner(m); i >= 0 {
				x.statements[i].add(m)
			}
			continue
		}
		for i := range x.statements {
			if s := &x.statements[i]; m.Start < s.End && s.Start < m.End {
				s.add(m)
			}
		}
	}
}

var joined = strings.NewReplacer(" .", ".", " ,", ",", " ;", ";", " !", "!", " 。", "。")

// blank returns the answer with spaces in place of markers and closing tags,
// byte for byte. The words of a link stay.
func blank(answer string, marks []citation) string {
	b := []byte(strings.ReplaceAll(answer, "</cite>", "       "))
	wipe := func(from, to int) {
		for i := from; i < to; i++ {
			b[i] = ' '
		}
	}
	for _, m := range marks {
		if m.Covers {
			continue
		}
		if i := strings.Index(m.Marker, "]("); i > 0 {
			wipe(m.Start, m.Start+1)
			wipe(m.Start+i, m.End)
			continue
		}
		wipe(m.Start, m.End)
	}
	return string(b)
}

func (s *statement) add(m citation) {
	mark := trace.CiteMark{Marker: m.Marker, Start: m.Start, End: m.End, Passage: -1}
	if len(m.Passages) > 0 {
		mark.Passage = m.Passages[0]
	}
	s.Citations = append(s.Citations, mark)
	s.cited = append(s.cited, m.Passages)
}

// owner returns the statement that a marker belongs to: the one it stands in;
// between two, the one before on the same line, but the one behind if the answer
// puts its markers in front.
func (x *examination) owner(m citation) int {
	before, behind := -1, -1
	for i, s := range x.statements {
		switch {
		case m.Start < s.End && s.Start < m.End:
			return i
		case s.End <= m.Start:
			before = i
		case behind < 0:
			behind = i
		}
	}
	if before < 0 || behind >= 0 && (x.leading || m.Leads || strings.Contains(x.rec.Answer.Text[x.statements[before].End:m.Start], "\n")) {
		return behind
	}
	return before
}
