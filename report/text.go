package report

import (
	"bufio"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"

	"github.com/ragdiag/ragdiag/diagnose"
	"github.com/ragdiag/ragdiag/summary"
)

// TextOptions sets up output for a terminal. The zero value is plain text of
// 80 columns.
type TextOptions struct {
	Width int  // columns; 0: 80, less than 60 counts as 60
	Color bool // write ANSI colours
	All   bool // every metric, slice and reason; otherwise what fits a screen
}

func (o TextOptions) width() int {
	if o.Width == 0 {
		return 80
	}
	return max(o.Width, 60)
}

// What one screen shows of the long lists.
const (
	topFixes  = 3
	topSlices = 5
	topLines  = 4
	topSets   = 2
)

// Text writes the overview of a run: quality, causes, fixes, metrics, slices,
// what was skipped, gates. The error is that of w.
func Text(w io.Writer, s summary.Summary, o TextOptions) error {
	b := bufio.NewWriter(w)
	p := &page{Writer: b, ink: ink(o.Color), width: o.width(), all: o.All}
	p.head(&s)
	p.causes(&s)
	p.undetermined(&s)
	p.fixes(&s)
	p.metrics(&s)
	p.slices(&s)
	p.asides(&s)
	p.gates(&s)
	return b.Flush()
}

func (p *page) head(s *summary.Summary) {
	title := "ragdiag"
	if s.Title != "" {
		title += " · " + clean(s.Title)
	}
	p.line("%s", p.paint(bold, title))
	if len(s.Setup) > 0 {
		p.para(0, 0, p.paint(dim, setupLine(s)))
	}
	p.line("")
	if _, ok := s.Quality.Share.Get(); ok {
		p.line("  Quality  %s  %s  %s", p.paint(bold, value(s.Quality.Share)), within(s.Quality.Interval),
			fmt.Sprintf("%d of %d judged right, %d bad", s.Right, s.Judged, s.Bad))
	} else {
		p.line("  Quality  –  no record was judged: nothing says which answers are bad")
	}
	p.para(2, 9, "Records  "+sumRule(s))
	if s.SetAside.Count > 0 {
		p.para(2, 9, fmt.Sprintf("Aside    %s with a reference in doubt, not judged here: %s", count(s.SetAside.Count, "record"), ids(s.SetAside.Examples)))
	}
	if s.Artefact.Count > 0 {
		p.para(2, 9, fmt.Sprintf("Note     %s right by value where a string match says wrong; counted as right", count(s.Artefact.Count, "answer")))
	}
}

// setupLine prints what produced the answers, hashes left out.
func setupLine(s *summary.Summary) string {
	var parts []string
	for _, d := range s.Setup {
		switch d.Name {
		case "system", "model", "retriever", "k":
			v := strings.Join(d.Values[:min(3, len(d.Values))], ", ")
			if n := len(d.Values); n > 3 {
				v += fmt.Sprintf(" and %d more", n-3)
			}
			parts = append(parts, d.Name+" "+clean(v))
		}
	}
	return strings.Join(parts, " · ")
}

func (p *page) causes(s *summary.Summary) {
	if s.Bad == 0 {
		p.title("What broke", "nothing that was judged is bad")
		return
	}
	p.title("What broke", fmt.Sprintf("share of %s, 95 %% together, and of %d judged", count(s.Bad, "failure"), s.Judged))
	cells := min(32, p.width-64)
	var rows []table.Row
	row := func(label string, r, j summary.Ratio) {
		rows = append(rows, table.Row{label, r.Count, percent(r.Share), withinPercent(r.Interval), percent(j.Share)})
	}
	barred := func(label, ansi string, r, j summary.Ratio) {
		row(p.paint(bold, fmt.Sprintf("%-23s", label))+p.paint(ansi, fmt.Sprintf("%-*s", cells, bar(r.Share, cells))), r, j)
	}
	kinds := make(map[int]summary.CauseRow) // to be named beneath their line
	var none []string
	for _, r := range s.Causes {
		if r.OfFailures.Count == 0 {
			none = append(none, strings.ToLower(r.Title))
			continue
		}
		barred(r.Title, lookOf(causeOf(r.Slug)).ansi, r.OfFailures, r.OfJudged)
		if !p.all {
			kinds[len(rows)-1] = r
			continue
		}
		for _, part := range r.Parts {
			row(p.paint(dim, "  "+partLabel(r, part)), part.OfFailures, part.OfJudged)
		}
	}
	if s.Undetermined.OfFailures.Count > 0 {
		barred("Undetermined", lookOf(diagnose.None).ansi, s.Undetermined.OfFailures, s.Undetermined.OfJudged)
	}
	for i, l := range aligned(rows, 2, 3, 5) {
		p.line("%s", l)
		if parts := kinds[i].Parts; len(parts) > 0 {
			p.para(4, 0, p.paint(dim, partList(kinds[i])))
		}
	}
	if len(none) > 0 {
		p.para(2, 6, p.paint(dim, "none: "+strings.Join(none, ", ")))
	}
}

// partList names the finer causes of a row: "misread 10, distractor 6".
func partList(r summary.CauseRow) string {
	names := make([]string, len(r.Parts))
	for i, part := range r.Parts {
		names[i] = fmt.Sprintf("%s %d", partLabel(r, part), part.OfFailures.Count)
	}
	return strings.Join(names, ", ")
}

func (p *page) undetermined(s *summary.Summary) {
	u := &s.Undetermined
	if u.OfFailures.Count == 0 {
		return
	}
	p.title("Left open", count(u.OfFailures.Count, "failure"))
	shown := u.Sets
	if !p.all {
		shown = shown[:min(topSets, len(shown))]
	}
	for _, g := range shown {
		p.para(2, 6, fmt.Sprintf("%4d  %s  %s", g.Count, words(clean(g.Name)), p.paint(dim, p.ids(g.Examples))))
	}
	if rest := len(u.Sets) - len(shown); rest > 0 {
		p.para(8, 0, p.paint(dim, fmt.Sprintf("and %d more sets of causes", rest)))
	}
	for _, g := range u.Next[:min(1, len(u.Next))] {
		p.para(2, 6, fmt.Sprintf("most useful next: %s (%d of %d)", clean(g.Name), g.Count, u.OfFailures.Count))
	}
}

func (p *page) fixes(s *summary.Summary) {
	if len(s.Fixes) == 0 {
		return
	}
	p.title("Fix first", "failures each would address at most")
	n := topFixes
	if p.all {
		n = len(s.Fixes)
	}
	for i, f := range s.Fixes[:min(n, len(s.Fixes))] {
		p.para(2, 3, fmt.Sprintf("%d. %s", i+1, p.paint(bold, clean(f.Text))))
		p.para(5, 0, p.paint(dim, fmt.Sprintf("%d of %d · %s · %s", f.Addresses.Count, f.Addresses.Of, clean(f.Slug), p.ids(f.Examples))))
	}
}

func (p *page) metrics(s *summary.Summary) {
	if len(s.Metrics) == 0 {
		return
	}
	p.title("By stage", "mean, 95 % interval, scored of examined records")
	room := p.width - 70 // for the reasons, beside the numbers; else they stand beneath
	var reasons []summary.Group
	var rows []table.Row
	stage := "–"
	for _, m := range s.Metrics {
		if !m.Headline && !p.all {
			continue
		}
		name := ""
		if string(m.Stage) != stage {
			stage = string(m.Stage)
			name = stageName(m)
		}
		row := table.Row{p.paint(dim, name), m.Name, value(m.Mean), within(m.Interval), fmt.Sprintf("%d of %d", m.Scored, m.Of)}
		if room >= 30 {
			row = append(row, p.paint(dim, cut(unscored(m), room)))
		} else if len(m.Unscored) > 0 && !slices.ContainsFunc(reasons, func(g summary.Group) bool { return g.Name == m.Unscored[0].Name }) {
			reasons = append(reasons, m.Unscored[0])
		}
		rows = append(rows, row)
	}
	p.grid(rows, 3, 5)
	if len(reasons) > 0 {
		p.para(2, 12, p.paint(dim, "not scored: "+p.several(reasons)))
	}
	if r := s.Refusals; r.OverRefusal.Of+r.UnderRefusal.Of > 0 {
		p.para(2, 10, "Refusals: "+refusals(r))
	}
}

// refusals prints the two ways of declining wrongly.
func refusals(r summary.Refusals) string {
	parts := []string{fmt.Sprintf("%d of %d answerable questions declined", r.OverRefusal.Count, r.OverRefusal.Of)}
	if r.UnderRefusal.Of > 0 {
		parts = append(parts, fmt.Sprintf("%d of %d unanswerable ones answered", r.UnderRefusal.Count, r.UnderRefusal.Of))
	}
	if r.Unknown > 0 {
		parts = append(parts, fmt.Sprintf("%d not known", r.Unknown))
	}
	return strings.Join(parts, ", ")
}

func stageName(m summary.Metric) string {
	if m.Stage == "" {
		return "answer"
	}
	return string(m.Stage)
}

// unscored names the commonest reason why records were not scored.
func unscored(m summary.Metric) string {
	if len(m.Unscored) == 0 {
		return clean(m.Note)
	}
	return fmt.Sprintf("%s (%d)", clean(m.Unscored[0].Name), m.Unscored[0].Count)
}

func (p *page) slices(s *summary.Summary) {
	if len(s.Slices) == 0 {
		return
	}
	p.title("Slices", "quality, judged, share of failures, top cause; ~ fewer than 30")
	shown := s.Slices
	if !p.all { // the slices with most failures
		shown = slices.SortedStableFunc(slices.Values(shown), func(a, b summary.Slice) int { return b.Bad.Count - a.Bad.Count })
		shown = shown[:min(topSlices, len(shown))]
	}
	label := min(40, p.width-62)
	room := p.width - 44 - label
	var rows []table.Row
	for _, sl := range shown {
		mark, top := "", ""
		if sl.Small {
			mark = "~"
		}
		if sl.TopCause != "" {
			top = cut(fmt.Sprintf("%d %s", sl.TopCount, words(clean(sl.TopCause))), room)
		}
		rows = append(rows, table.Row{cut(clean(sl.Tag+"="+sl.Value), label), mark, value(sl.Quality.Share), within(sl.Quality.Interval),
			sl.Quality.Of, percent(sl.Bad.Share), p.paint(dim, top)})
	}
	p.grid(rows, 3, 5, 6)
	if rest := len(s.Slices) - len(shown); rest > 0 {
		p.para(2, 0, p.paint(dim, fmt.Sprintf("and %d more: --all or --format html", rest)))
	}
}

// asides lists what was skipped, not judged, or weakens the result.
func (p *page) asides(s *summary.Summary) {
	if !p.all {
		p.line("")
	}
	p.groups("Skipped", count(s.Count(diagnose.StatusSkipped), "record"), s.Skipped)
	p.groups("Not judged", "what would be the cause if the answer is bad", s.NotJudged)
	p.groups("Also seen", "faults beside the root cause", s.Contributing)
	p.groups("Both needed", "pairs of causes that both need repair", s.Joint)
	p.groups("Circumstances", "", s.Modifiers)
	if p.all {
		p.groups("Remarks", "", s.Notes)
	}
	p.groups("Warnings", "", s.Warnings)
}

func (p *page) gates(s *summary.Summary) {
	if len(s.Gates) == 0 {
		return
	}
	p.title("Gates", "")
	for _, g := range s.Gates {
		mark, ansi := gateMark(g.Outcome)
		p.para(2, 2, fmt.Sprintf("%s %s  %s  %s", p.paint(ansi, mark), p.paint(bold, clean(g.Gate.String())), p.paint(ansi, string(g.Outcome)), clean(g.Why)))
	}
}
