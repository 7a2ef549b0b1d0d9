package report

import (
	"bufio"
	"cmp"
	"fmt"
	"io"
	"strings"
	"unicode"

	"github.com/ragdiag/ragdiag/diagnose"
	"github.com/ragdiag/ragdiag/summary"
)

// Markdown writes the overview for a pull request or a wiki: the numbers of
// Text with everything listed, and the first failures with their answers beside
// the reference; without records those are left out.
func Markdown(w io.Writer, s summary.Summary, records Drill, st Studies) error {
	b := bufio.NewWriter(w)
	m := &markdown{b}
	m.head(&s)
	m.causes(&s)
	m.ceiling(&s)
	m.undetermined(&s)
	m.fixes(&s)
	m.beside(records)
	m.studies(st)
	m.metrics(&s)
	m.slices(&s)
	m.groups("Skipped", s.Skipped)
	m.groups("Not judged: what would be the cause if the answer is bad", named(s.NotJudged))
	if c := s.UnjudgedCitations; c.Faulty.Of > 0 {
		m.section("Citations of unjudged answers")
		m.line("%s.\n", citationsSeen(c))
		if len(c.Kinds) > 0 {
			m.table("lrl", "fault", "answers", "records")
		}
		for _, g := range c.Kinds {
			m.row(md(words(g.Name)), fmt.Sprint(g.Count), mdIDs(g.Examples))
		}
	}
	m.groups("Also seen: faults beside the root cause", named(s.Contributing))
	m.groups("Pairs of causes that both need repair", s.Joint)
	m.groups("Circumstances", named(s.Modifiers))
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
	if limits := qualityLimits(s); limits != "" {
		m.line("Quality: %s.\n", limits)
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
		m.section("Checks")
		m.table("lll", "check", "outcome", "why")
		for _, g := range s.Gates {
			mark, _ := gateMark(g.Outcome)
			m.row("`"+strings.NewReplacer("`", "'", "|", "\\|").Replace(clean(g.Gate.String()))+"`", mark+" "+string(g.Outcome), md(g.Why))
		}
	}
}

func (m *markdown) causes(s *summary.Summary) {
	open := s.Count(diagnose.StatusNotJudged)
	m.section("What broke")
	if s.Bad == 0 {
		m.line("Nothing that was judged is bad.\n")
		if open > 0 {
			m.notJudged(s, open)
		}
		return
	}
	m.table("lrrrll", "cause", "count", "of failures", "of judged", "simultaneous 95 % of failures", "records")
	row := func(name string, f, j summary.Ratio, examples []string) {
		m.row(name, fmt.Sprint(f.Count), percent(f.Share), percent(j.Share), withinPercent(f.Interval), mdIDs(examples))
	}
	for _, r := range s.Causes {
		if r.OfFailures.Count == 0 && !isHead(r) {
			continue
		}
		row("**"+r.Title+"**", r.OfFailures, r.OfJudged, r.Examples)
		for _, p := range r.Parts {
			row("· "+md(partLabel(r, p)), p.OfFailures, p.OfJudged, p.Examples)
			for _, k := range p.Parts {
				row("· · "+md(partLabel(p, k)), k.OfFailures, k.OfJudged, k.Examples)
			}
		}
	}
	row("**Undetermined**", s.Undetermined.OfFailures, s.Undetermined.OfJudged, nil)
	if open > 0 {
		m.row("**Not judged**", fmt.Sprint(open), "", "", "", "")
		m.line("")
		m.notJudged(s, open)
	}
}

// notJudged says how many records were not judged and what would decide them.
func (m *markdown) notJudged(s *summary.Summary, open int) {
	m.line("Not judged: %d of %s read, no failure in any count.", open, count(s.Read, "record"))
	for _, g := range s.WouldJudge {
		m.line("To judge %d of them: %s.", g.Count, md(g.Name))
	}
}

// maxBeside is how many failures a Markdown report shows with their answers.
const maxBeside = 20

// beside shows the first failures, answer beside reference.
func (m *markdown) beside(records Drill) {
	if records == nil {
		return
	}
	n := 0
	for rec, d := range records {
		if d.Status != diagnose.StatusDiagnosed && d.Status != diagnose.StatusUndetermined {
			continue
		}
		a := newAgainst(rec, limits{passageText: 400})
		if a == nil {
			continue
		}
		if n == 0 {
			m.section("Answer beside reference")
			m.line("The first failures. ✓ matched, ✗ differs, – missing, ? cannot tell; in italics what goes beyond the question.\n")
			m.table("lllll", "record", "verdict", "answer", "reference", "compared")
		}
		if n++; n > maxBeside {
			break
		}
		var items []string
		for _, it := range a.Items[:min(len(a.Items), topItems)] {
			s := marks[it.Mark].sign + " " + md(it.Text)
			if it.Mark == "missing" {
				s = marks[it.Mark].sign + " missing: " + md(it.Text)
			}
			if it.Beyond {
				s = "*" + s + "*"
			}
			items = append(items, s)
		}
		if rest := len(a.Items) - topItems + a.More; rest > 0 && len(a.Items) > topItems {
			items = append(items, fmt.Sprintf("and %d more", rest))
		}
		verdict := md(verdict(&d))
		if s := sure(&d); s != "" {
			verdict += "<br>" + md(s)
		}
		m.row(mdIDs([]string{cmp.Or(d.ID, rec.ID)}), verdict, mdSegments(a.Said), mdSegments(a.Wanted), strings.Join(items, "<br>"))
	}
}

// mdSegments writes a text with its marked parts in bold and their signs.
func mdSegments(segs []segment) string {
	var b strings.Builder
	for _, s := range segs {
		text, bare := md(s.Text), strings.TrimLeftFunc(s.Text, unicode.IsSpace)
		if len(bare) < len(s.Text) {
			b.WriteByte(' ')
		}
		switch m, ok := marks[s.Mark]; {
		case !ok || text == "" || s.Beyond:
		case s.Mark == "missing": // a dash before a number would be its sign
			text = "**" + text + "** (missing)"
		default:
			text = "**" + m.sign + " " + text + "**"
		}
		b.WriteString(text)
		if len(strings.TrimRightFunc(bare, unicode.IsSpace)) < len(bare) {
			b.WriteByte(' ')
		}
	}
	return strings.TrimSpace(b.String())
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
		m.line("%d. **%s** %d of %d failures at most (%s), %s: %s", i+1, md(f.Text), f.Addresses.Count, f.Addresses.Of, percent(f.Addresses.Share), md(inWords(f.Slug)), mdIDs(f.Examples))
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
