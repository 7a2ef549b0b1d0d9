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

func ids(examples []string) string { return strings.Join(shortIDs(examples), " ") }

func shortIDs(examples []string) []string {
	out := make([]string, len(examples))
	for i, id := range examples {
		out[i] = cut(clean(id), 24)
	}
	return out
}

// fitting joins the first items as far as they fit, and says how many did.
func fitting(items []string, sep string, room int) (s string, n int) {
	for ; n < len(items); n++ {
		next := items[n]
		if n > 0 {
			next = s + sep + next
		}
		if len([]rune(next)) > room {
			break
		}
		s = next
	}
	return s, n
}

// some joins the first items as far as they fit, one at least, and says how
// many there are more.
func some(items []string, room int) string {
	s, n := fitting(items, "; ", room)
	if n < len(items) {
		if s, n = fitting(items, "; ", room-len("; 999 more")); n == 0 {
			s, n = items[0], 1
		}
	}
	if rest := len(items) - n; rest > 0 {
		s += fmt.Sprintf("; %d more", rest)
	}
	return s
}

// fit shortens a text to what is left of a line after used columns.
func (p *page) fit(s string, used int) string { return cut(s, p.width-used-1) }

// groups lists named sets of records under a title, a line each.
func (p *page) groups(title, note string, gs []summary.Group) {
	if len(gs) == 0 {
		return
	}
	p.title(title, note)
	for _, g := range gs {
		amount := strings.Repeat(" ", 6)
		if g.Count > 0 {
			amount = fmt.Sprintf("%4d  ", g.Count)
		}
		p.para(2, 6, amount+clean(g.Name)+p.paint(dim, spaced(ids(g.Examples))))
	}
}

// several names the first of many sets of records on a line, two at most.
func (p *page) several(label, before string, gs []summary.Group) {
	if len(gs) == 0 {
		return
	}
	names := make([]string, len(gs))
	for i, g := range gs {
		names[i] = clean(g.Name)
		if g.Count > 0 {
			names[i] += fmt.Sprintf(" (%d)", g.Count)
		}
	}
	p.para(0, 10, p.paint(bold, fmt.Sprintf("%-8s", label))+"  "+before+some(names, 2*(p.width-10)-len(before)-12))
}
