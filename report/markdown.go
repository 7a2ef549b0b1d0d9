package report

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"github.com/ragdiag/ragdiag/diagnose"
	"github.com/ragdiag/ragdiag/summary"
)

// Markdown writes the overview for a pull request or a wiki: the numbers of
// Text with everything listed.
func Markdown(w io.Writer, s summary.Summary, st Studies) error {
	b := bufio.NewWriter(w)
	m := &markdown{b}
	m.head(&s)
	m.ceiling(&s)
	m.causes(&s)
	m.undetermined(&s)
	m.fixes(&s)
	m.studies(st)
	m.metrics(&s)
	m.slices(&s)
	m.groups("Skipped", s.Skipped)
	m.groups("Not judged: what would be the cause if the answer is bad", s.NotJudged)
	m.groups("Also seen: faults beside the root cause", s.Contributing)
	m.groups("Pairs of causes that both need repair", s.Joint)
	m.groups("Circumstances", s.Modifiers)
	m.groups("Remarks", s.Notes)
	m.groups("Warnings", s.Warnings)
	m.line("%s", s.Intervals)
	return b.Flush()
}

type markdown struct{ *bufio.Writer }

func (m *markdown) line(format string, args ...any) { fmt.Fprintf(m, format+"\n", args...) }

func (m *markdown) section(title string) { m.line("\n## %s\n", title) }

// row writes a table row; cells from traces go through md.
func (m *markdown) row(cells ...string) { m.line("| %s |", strings.Join(cells, " | ")) }

func (m *markdown) table(align string, titles ...string) {
	m.row(titles...)
	rules := make([]string, len(align))
	for i, a := range align {
		rules[i] = "---"
		if a == 'r' {
			rules[i] = "--:"
		}
	}
	m.row(rules...)
}

// md makes a text from a trace plain in Markdown: one line, no markup, no HTML,
// no link and no mention of an account.
func md(s string) string {
	var b strings.Builder
	for _, r := range clean(s) {
		switch {
		case r == '<':
			b.WriteString("&lt;")
		case r == '&':
			b.WriteString("&amp;")
		case strings.ContainsRune("\\`*_{}[]|~$@", r):
			b.WriteByte('\\')
			fallthrough
		default:
			b.WriteRune(r)
		}
	}
	return strings.ReplaceAll(b.String(), "://", "\\://")
}

func mdIDs(ids []string) string {
	out := make([]string, len(ids))
	for i, id := range ids {
		out[i] = md(cut(id, 40))
	}
	return strings.Join(out, ", ")
}

func (m *markdown) head(s *summary.Summary) {
	title := "ragdiag"
	if s.Title != "" {
		title += " · " + md(s.Title)
	}
	m.line("# %s\n", title)
	if _, ok := s.Quality.Share.Get(); ok {
		m.line("**Quality %s** %s · %d of %d judged right%s; %s\n", value(s.Quality.Share), within(s.Quality.Interval), s.Right, s.Judged, rightBad(s), count(s.Bad, "failure"))
	} else {
		m.line("**Quality unknown**: no record was judged.\n")
	}
	m.line("Records: %s\n", sumRule(s))
	if s.SetAside.Count > 0 {
		m.line("Set aside: %s with a reference in doubt (%s)\n", count(s.SetAside.Count, "record"), mdIDs(s.SetAside.Examples))
	}
	if s.Artefact.Count > 0 {
		m.line("Right by value where a string match says wrong: %s (%s)\n", count(s.Artefact.Count, "answer"), mdIDs(s.Artefact.Examples))
	}
	if len(s.Setup) > 0 {
		m.line("%s", md(setupLine(s)))
	}
	if len(s.Gates) > 0 {
		m.section("Gates")
		m.table("lll", "gate", "outcome", "why")
		for _, g := range s.Gates {
			mark, _ := gateMark(g.Outcome)
			m.row("`"+strings.NewReplacer("`", "'", "|", "\\|").Replace(clean(g.Gate.String()))+"`", mark+" "+string(g.Outcome), md(g.Why))
		}
	}
}

func (m *markdown) causes(s *summary.Summary) {
	m.section("What broke")
	if s.Bad == 0 {
		m.line("Nothing that was judged is bad.")
		return
	}
	m.table("lrrrll", "cause", "count", "of failures", "of judged", "95 % of failures", "records")
	row := func(name string, f, j summary.Ratio, examples []string) {
		m.row(name, fmt.Sprint(f.Count), percent(f.Share), percent(j.Share), withinPercent(f.Interval), mdIDs(examples))
	}
	for _, r := range s.Causes {
		if r.OfFailures.Count == 0 {
			continue
		}
		row("**"+r.Title+"**", r.OfFailures, r.OfJudged, r.Examples)
		for _, p := range r.Parts {
			row("· "+md(partLabel(r, p)), p.OfFailures, p.OfJudged, p.Examples)
		}
	}
	row("**Undetermined**", s.Undetermined.OfFailures, s.Undetermined.OfJudged, nil)
}

func (m *markdown) undetermined(s *summary.Summary) {
	if s.Undetermined.OfFailures.Count == 0 {
		return
	}
	m.groups("Left open: the causes that the evidence leaves", s.Undetermined.Sets)
	m.groups("Most useful next evidence", s.Undetermined.Next)
}

func (m *markdown) fixes(s *summary.Summary) {
	if len(s.Fixes) == 0 {
		return
	}
	m.section("Fix first")
	for i, f := range s.Fixes {
		m.line("%d. **%s** %d of %d failures at most (%s), %s: %s", i+1, md(f.Text), f.Addresses.Count, f.Addresses.Of, percent(f.Addresses.Share), md(f.Slug), mdIDs(f.Examples))
	}
}

func (m *markdown) metrics(s *summary.Summary) {
	if len(s.Metrics) == 0 {
		return
	}
	m.section("By stage")
	m.table("llrlrl", "stage", "metric", "mean", "95 %", "scored of", "why not scored")
	for _, x := range s.Metrics {
		var why []string
		for _, g := range x.Unscored {
			why = append(why, fmt.Sprintf("%s (%d)", md(g.Name), g.Count))
		}
		m.row(stageName(x), clean(x.Name), value(x.Mean), within(x.Interval), fmt.Sprintf("%d of %d", x.Scored, x.Of), strings.Join(why, "; "))
	}
	if r := s.Refusals; r.OverRefusal.Of+r.UnderRefusal.Of > 0 {
		m.line("\n| | answered | declined |\n| --- | --: | --: |")
		m.line("| answerable | %d | %d |", r.AnswerableAnswered, r.AnswerableDeclined)
		m.line("| unanswerable | %d | %d |", r.UnanswerableAnswered, r.UnanswerableDeclined)
		m.line("\nNot known: %d", r.Unknown)
	}
}

func (m *markdown) slices(s *summary.Summary) {
	if len(s.Slices) == 0 {
		return
	}
	m.section("Slices")
	m.table("llrrll", "slice", "quality", "right of", "of failures", "most frequent cause", "")
	for _, sl := range s.Slices {
		small := ""
		if sl.Small {
			small = fmt.Sprintf("fewer than %d judged", summary.SmallSlice)
		}
		top := ""
		if sl.TopCause != "" {
			top = fmt.Sprintf("%s (%d)", diagnose.Cause(sl.TopCause).Title(), sl.TopCount)
		}
		m.row(md(sl.Tag+"="+sl.Value), value(sl.Quality.Share)+" "+within(sl.Quality.Interval), fmt.Sprintf("%d of %d", sl.Quality.Count, sl.Quality.Of), percent(sl.Bad.Share), top, small)
	}
}

func (m *markdown) groups(title string, gs []summary.Group) {
	if len(gs) == 0 {
		return
	}
	m.section(title)
	for _, g := range gs {
		switch {
		case g.Count == 0:
			m.line("- %s", md(g.Name))
		case len(g.Examples) == 0:
			m.line("- %d × %s", g.Count, md(g.Name))
		default:
			m.line("- %d × %s: %s", g.Count, md(g.Name), mdIDs(g.Examples))
		}
	}
}
