package report

import (
	"bufio"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
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

	Studies Studies // shown beside the summary
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
	topSlices = 4
	topKinds  = 3
)

// Text writes the overview of a run: quality, causes, fixes, metrics, slices,
// what was skipped, gates. The error is that of w.
func Text(w io.Writer, s summary.Summary, o TextOptions) error {
	b := bufio.NewWriter(w)
	p := &page{Writer: b, ink: ink(o.Color), width: o.width(), all: o.All}
	p.head(&s)
	p.causes(&s)
	p.ceiling(&s)
	p.fixes(&s)
	p.studies(o.Studies)
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
		p.line("%s", p.paint(dim, p.fit(setupLine(s), 0)))
	}
	p.line("")
	switch {
	case s.Judged > 0:
		p.line("Quality  %s  %s  %d of %d judged answers right%s", p.paint(bold, value(s.Quality.Share)), within(s.Quality.Interval), s.Right, s.Judged, rightBad(s))
		if limits := qualityLimits(s); limits != "" {
			p.para(9, 0, p.paint(dim, limits))
		}
	case s.Read == 0:
		p.line("Quality  –  the input holds no record")
	case s.Read == s.Count(diagnose.StatusSkipped):
		p.line("Quality  –  no record could be read")
	default:
		p.line("Quality  –  no record was judged: what is known does not tell which are bad")
	}
	terms := strings.Split(sumRule(s), " + ")
	for i, t := range terms {
		terms[i] = strings.ReplaceAll(t, " ", nbsp)
	}
	p.para(0, 9, "Records  "+strings.Join(terms, " +"+nbsp))
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

// causes draws a bar for each coarse cause, scaled to the longest: the three that
// everybody knows always, the parts of missing context beneath it, the other causes
// that occurred, what is undetermined, and what was not judged. Finer kinds stand
// beside their row or, in a full report, beneath it.
func (p *page) causes(s *summary.Summary) {
	open := s.Count(diagnose.StatusNotJudged)
	switch {
	case s.Judged+open == 0:
		return
	case s.Judged == 0:
		p.title("What broke", "")
	case s.Bad == 0:
		p.title("What broke", "nothing that was judged is a failure")
	default:
		note := fmt.Sprintf("%s of %d judged; simultaneous 95 %% intervals", count(s.Bad, "failure"), s.Judged)
		if p.all {
			note += "; last: share of judged"
		}
		p.title("What broke", note)
	}
	longest := share(s.Undetermined.OfFailures.Share)
	for _, r := range s.Causes {
		longest = max(longest, share(r.OfFailures.Share))
	}
	cells := min(24, p.width/8-2)
	room := p.width - 52 - cells - len(strconv.Itoa(s.Bad)) // beside the numbers
	var rows []table.Row
	row := func(label, beside string, r, j summary.Ratio) {
		cols := table.Row{label, r.Count, percent(r.Share), withinPercent(r.Interval)}
		if p.all {
			cols = append(cols, percent(j.Share))
		}
		rows = append(rows, append(cols, p.paint(dim, beside)))
	}
	barred := func(label, ansi, beside string, r, j summary.Ratio) {
		drawn := ""
		if longest > 0 {
			drawn = bar(share(r.Share)/longest, cells)
		}
		row(p.paint(bold, fmt.Sprintf("%-23s", label))+p.paint(ansi, fmt.Sprintf("%-*s", cells, drawn)), beside, r, j)
	}
	var none []string
	for _, r := range s.Causes {
		switch {
		case s.Bad == 0:
			continue
		case r.OfFailures.Count == 0 && !isHead(r):
			none = append(none, strings.ToLower(r.Title))
			continue
		case p.all || inStages(r):
			barred(r.Title, lookOf(causeOf(r.Slug)).ansi, "", r.OfFailures, r.OfJudged)
		default:
			barred(r.Title, lookOf(causeOf(r.Slug)).ansi, kinds(r, room), r.OfFailures, r.OfJudged)
		}
		if !p.all && !inStages(r) {
			continue
		}
		for _, part := range r.Parts {
			beside := ""
			if !p.all {
				beside = kinds(part, room)
			}
			row(p.paint(dim, "  "+partLabel(r, part)), beside, part.OfFailures, part.OfJudged)
			for _, kind := range part.Parts {
				if p.all {
					row(p.paint(dim, "    "+partLabel(part, kind)), "", kind.OfFailures, kind.OfJudged)
				}
			}
		}
	}
	if u := s.Undetermined; u.OfFailures.Count > 0 {
		barred("Undetermined", lookOf(diagnose.None).ansi, "", u.OfFailures, u.OfJudged)
	}
	right := []int{2, 3}
	if p.all {
		right = append(right, 5)
	}
	if len(rows) > 0 {
		p.grid(rows, right...)
		p.undetermined(s)
	}
	if open > 0 {
		note := fmt.Sprintf("  %d of %s read, no failure in any count", open, count(s.Read, "record"))
		for i, g := range s.WouldJudge {
			if i == 0 || p.all {
				note += fmt.Sprintf("; to judge %d: %s", g.Count, clean(g.Name))
			}
		}
		p.para(2, 6, p.paint(bold, "Not judged")+note)
	}
	if len(none) > 0 {
		p.para(2, 6, p.paint(dim, "none: "+strings.Join(none, ", ")))
	}
}

// isHead says that a row is one of the three that are first even at zero.
func isHead(r summary.CauseRow) bool {
	switch causeOf(r.Slug) {
	case diagnose.Missing, diagnose.Ignore, diagnose.Unsupported:
		return true
	}
	return false
}

// inStages says that the parts of a row are stages, which are always listed.
func inStages(r summary.CauseRow) bool { return causeOf(r.Slug) == diagnose.Missing }

// kinds names the heaviest finer causes of a row, as many as there is room for:
// "misread 10, distractor 6 …".
func kinds(r summary.CauseRow, room int) string {
	var names []string
	for _, part := range r.Parts {
		if part.Slug == r.Slug { // nothing finer is known
			continue
		}
		names = append(names, fmt.Sprintf("%s %d", partLabel(r, part), part.OfFailures.Count))
	}
	s, n := fitting(names[:min(topKinds, len(names))], ", ", room-2)
	if n > 0 && n < len(r.Parts) {
		s += " …"
	}
	return s
}

// undetermined names the causes that are left open and what would decide.
func (p *page) undetermined(s *summary.Summary) {
	u := &s.Undetermined
	if p.all {
		for _, g := range u.Sets {
			p.para(4, 6, fmt.Sprintf("%4d  %s  %s", g.Count, words(clean(g.Name)), p.paint(dim, ids(g.Examples))))
		}
		for _, g := range u.Next {
			p.para(4, 6, fmt.Sprintf("%4d  next: %s  %s", g.Count, clean(g.Name), p.paint(dim, ids(g.Examples))))
		}
		return
	}
	var sets []string
	for _, g := range u.Sets {
		sets = append(sets, fmt.Sprintf("%d %s", g.Count, words(clean(g.Name))))
	}
	if len(sets) > 0 {
		p.para(2, 6, p.paint(dim, "open: "+some(sets, p.width-8)))
	}
	if len(u.Next) > 0 {
		p.para(2, 6, fmt.Sprintf("next: %s (%d of %d)", clean(u.Next[0].Name), u.Next[0].Count, u.OfFailures.Count))
	}
}

// fixes lists the advice that would address most failures: the text and, on a
// line of its own where there is room, the records that show it.
func (p *page) fixes(s *summary.Summary) {
	if len(s.Fixes) == 0 {
		return
	}
	shown := s.Fixes
	if !p.all {
		shown = shown[:min(topFixes, len(shown))]
	}
	p.title("Fix first", fmt.Sprintf("failures that each would address at most, of %d", s.Bad))
	for i, f := range shown {
		advice := clean(f.Text)
		room, long := p.width-5, len([]rune(advice)) > p.width-5
		if long { // what the second line has left, short of a broken word
			room = 2*room - len([]rune(advice)) - 12
		}
		note := fmt.Sprintf("%d of %d", f.Addresses.Count, f.Addresses.Of)
		if !long || p.all {
			note += " · " + clean(inWords(f.Slug))
		}
		if p.all {
			room = math.MaxInt
		}
		examples := f.Examples
		if !p.all {
			examples = examples[:min(3, len(examples))]
		}
		if s, n := fitting(shortIDs(examples), " ", room-len([]rune(note))-3); n > 0 {
			note += " · " + s
		}
		if long {
			p.para(2, 3, fmt.Sprintf("%d. %s  %s", i+1, p.paint(bold, advice), p.paint(dim, note)))
			continue
		}
		p.line("  %d. %s", i+1, p.paint(bold, advice))
		p.para(5, 0, p.paint(dim, note))
	}
}

// asides lists what was skipped, not judged, or weakens the result.
func (p *page) asides(s *summary.Summary) {
	aside := s.SetAside
	aside.Name = "set aside, " + aside.Name
	if p.all {
		p.groups("Skipped", count(s.Count(diagnose.StatusSkipped), "record"), s.Skipped)
		p.groups("Not judged", "what would be the cause if the answer is bad", named(s.NotJudged))
		p.citations(s)
		p.groups("Also seen", "faults beside the root cause", named(s.Contributing))
		p.groups("Both needed", "pairs of causes that both need repair", s.Joint)
		p.groups("Circumstances", "", named(s.Modifiers))
		p.groups("Judging", "", slices.Concat(nonEmpty(aside), nonEmpty(s.Artefact)))
		p.groups("Remarks", "", s.Notes)
		p.groups("Warnings", "", s.Warnings)
		return
	}
	also := slices.Concat(nonEmpty(aside), nonEmpty(s.Artefact), named(s.Modifiers), named(s.Contributing), s.Joint)
	if len(s.Skipped)+s.UnjudgedCitations.Faulty.Of+len(also)+len(s.Warnings) == 0 {
		return
	}
	p.line("")
	p.several("Skipped", "", s.Skipped)
	p.citations(s)
	p.several("Also", "", also)
	p.several("Warnings", "", s.Warnings)
}

// citations writes the citation faults of the records that were not judged.
func (p *page) citations(s *summary.Summary) {
	c := s.UnjudgedCitations
	if c.Faulty.Of == 0 {
		return
	}
	if p.all {
		p.groups("Citations of unjudged answers", citationsSeen(c), c.Kinds)
		if len(c.Kinds) == 0 {
			p.title("Citations of unjudged answers", citationsSeen(c))
		}
		return
	}
	var kinds []string
	for _, g := range c.Kinds {
		kinds = append(kinds, fmt.Sprintf("%s %d", words(clean(g.Name)), g.Count))
	}
	line := citationsSeen(c)
	if len(kinds) > 0 {
		line += ": " + strings.Join(kinds, ", ")
	}
	p.para(0, 11, p.paint(bold, "Citations")+"  "+line)
}

// citationsSeen says how many unjudged answers have citations at fault.
func citationsSeen(c summary.CitationFaults) string {
	return fmt.Sprintf("%d of %s with citations and no judgement %s faulty ones", c.Faulty.Count, count(c.Faulty.Of, "answer"), have(c.Faulty.Count))
}

func have(n int) string {
	if n == 1 {
		return "has"
	}
	return "have"
}

// qualityLimits says what quality would be with the records that were not judged;
// "" if there are none.
func qualityLimits(s *summary.Summary) string {
	open := s.QualityBounds.Of - s.Judged
	if open <= 0 {
		return ""
	}
	return fmt.Sprintf("%s to %s with the %d not judged (all wrong to all right)", value(s.QualityBounds.AtLeast), value(s.QualityBounds.AtMost), open)
}

// nonEmpty is a list of the group, unless nothing was counted.
func nonEmpty(g summary.Group) []summary.Group {
	if g.Count == 0 {
		return nil
	}
	return []summary.Group{g}
}

func (p *page) gates(s *summary.Summary) {
	if len(s.Gates) == 0 {
		return
	}
	p.title("Checks", "")
	for _, g := range s.Gates {
		mark, ansi := gateMark(g.Outcome)
		p.para(2, 2, fmt.Sprintf("%s %s  %s  %s", p.paint(ansi, mark), p.paint(bold, clean(g.Gate.String())), p.paint(ansi, string(g.Outcome)), clean(g.Why)))
	}
}

// rightBad says how many of the right answers are failures all the same, by
// their citations or their form; "" if none is.
func rightBad(s *summary.Summary) string {
	if s.RightBad == 0 {
		return ""
	}
	return fmt.Sprintf(", %d with a fault", s.RightBad)
}
