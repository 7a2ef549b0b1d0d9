package report

import (
	"bufio"
	"fmt"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"

	"github.com/ragdiag/ragdiag/summary"
)

// page writes the sections of a text report. Write errors stay in the Writer
// and come out at Flush.
type page struct {
	*bufio.Writer
	ink
	width int
	all   bool
}

func (p *page) line(format string, args ...any) { fmt.Fprintf(p, format+"\n", args...) }

// nbsp keeps a number and its sign on one line while words are wrapped.
const nbsp = "\u00a0"

// para writes words after an indent and wraps them beneath their start, which
// lies hang columns further in.
func (p *page) para(indent, hang int, s string) {
	used, blanks := 0, indent
	for i, word := range strings.Split(strings.ReplaceAll(s, " %", nbsp+"%"), " ") {
		if i > 0 {
			blanks++
		}
		if word == "" {
			continue
		}
		word = strings.ReplaceAll(word, nbsp, " ")
		w := text.StringWidthWithoutEscSequences(word)
		if used > indent+hang && used+blanks+w > p.width {
			p.WriteByte('\n')
			used, blanks = 0, indent+hang
		}
		p.WriteString(strings.Repeat(" ", blanks))
		p.WriteString(word)
		used, blanks = used+blanks+w, 0
	}
	p.WriteByte('\n')
}

func (p *page) title(name, note string) {
	p.line("")
	p.line("%s", p.paint(bold, name)+p.paint(dim, spaced(note)))
}

func spaced(s string) string {
	if s == "" {
		return ""
	}
	return "  " + s
}

// grid writes rows as columns; right lists the 1-based columns that align right.
func (p *page) grid(rows []table.Row, right ...int) {
	for _, l := range aligned(rows, right...) {
		p.line("%s", l)
	}
}

// aligned returns one line for each row.
func aligned(rows []table.Row, right ...int) []string {
	t := table.NewWriter()
	t.AppendRows(rows)
	style := table.StyleDefault
	style.Options = table.OptionsNoBordersAndSeparators
	style.Box.PaddingLeft, style.Box.PaddingRight = "", "  "
	t.SetStyle(style)
	var columns []table.ColumnConfig
	for _, n := range right {
		columns = append(columns, table.ColumnConfig{Number: n, Align: text.AlignRight})
	}
	t.SetColumnConfigs(columns)
	lines := strings.Split(t.Render(), "\n")
	for i, l := range lines {
		lines[i] = "  " + strings.TrimRight(l, " ")
	}
	return lines
}

// top is how many of n lines to show.
func (p *page) top(n int) int {
	if p.all {
		return n
	}
	return min(n, topLines)
}

// ids prints examples of records, three where the report is to be short.
func (p *page) ids(examples []string) string {
	if !p.all {
		examples = examples[:min(3, len(examples))]
	}
	return ids(examples)
}

func ids(examples []string) string {
	out := make([]string, len(examples))
	for i, id := range examples {
		out[i] = cut(clean(id), 24)
	}
	return strings.Join(out, " ")
}

// groups lists named sets of records: a line each, or all in one paragraph
// where the report is to be short.
func (p *page) groups(title, note string, gs []summary.Group) {
	switch {
	case len(gs) == 0:
		return
	case p.all:
		p.title(title, note)
		for _, g := range gs {
			amount := strings.Repeat(" ", 6)
			if g.Count > 0 {
				amount = fmt.Sprintf("%4d  ", g.Count)
			}
			p.para(2, 6, amount+clean(g.Name)+p.paint(dim, spaced(ids(g.Examples))))
		}
		return
	}
	p.para(0, 15, p.paint(bold, fmt.Sprintf("%-13s", title))+"  "+p.several(gs))
}

// several lists the first few of many in one paragraph.
func (p *page) several(gs []summary.Group) string {
	var names []string
	for _, g := range gs[:p.top(len(gs))] {
		name := clean(g.Name)
		if g.Count > 0 {
			name += fmt.Sprintf(" (%d)", g.Count)
		}
		names = append(names, name)
	}
	rest := ""
	if n := len(gs) - len(names); n > 0 {
		rest = fmt.Sprintf("; and %d more", n)
	}
	return strings.Join(names, "; ") + rest
}
