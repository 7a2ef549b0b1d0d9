package report

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"

	"github.com/ragdiag/ragdiag/metrics/stat"
	"github.com/ragdiag/ragdiag/summary"
	"github.com/ragdiag/ragdiag/trace"
)

// notCausal is the note beside every bound: it is no effect of a repair.
const notCausal = "an association, not causal: answers whose context suffices may be to easier questions"

// gained prints a difference of shares in points of a hundred: "+6.1".
func gained(v float64) string {
	s := inPoints(v)
	if v > 0 && s != "0.0" {
		s = "+" + s
	}
	return s
}

// inPoints prints a difference of shares with the one decimal that the noise of
// a few hundred answers leaves.
func inPoints(v float64) string {
	s := strconv.FormatFloat(100*v, 'f', 1, 64)
	if s == "-0.0" {
		return "0.0"
	}
	return s
}

func withinPoints(iv *stat.Interval) string { return bounds(iv, inPoints) }

// drawn says what a ceiling table rests on.
func drawn(c *summary.Ceiling) string {
	return fmt.Sprintf("%d of %s and %d of %s tried, %s, %d documents or records", c.Failures.N, count(c.Failures.Of, "failure"), c.Successes.N, count(c.Successes.Of, "good answer"), count(c.Calls, "call"), c.Clusters)
}

// sums is the check that the Shapley values share out the whole gain.
func sums(c *summary.Ceiling) string {
	s := fmt.Sprintf("Quality is %s by replays and %s with every stage perfect; the Shapley values add up to %s", inPoints(c.Now), inPoints(c.Perfect), gained(c.ShapleySum))
	if d := c.ShapleySum - (c.Perfect - c.Now); d > -1e-9 && d < 1e-9 {
		return s + " ✓"
	}
	return s + ", which is not the difference"
}

// leftOut names the records that a ceiling table is not about.
func leftOut(c *summary.Ceiling) string {
	var parts []string
	for _, g := range c.LeftOut {
		parts = append(parts, fmt.Sprintf("%s (%d)", clean(g.Name), g.Count))
	}
	return strings.Join(parts, "; ")
}

// ceiling writes what experiments showed, or what can be said without them.
func (p *page) ceiling(s *summary.Summary) {
	c := s.Ceiling
	if c == nil {
		p.bounds(s)
		return
	}
	p.title("What a perfect stage buys", "points of quality; simultaneous 95 % intervals")
	rows := []table.Row{{p.paint(dim, "made perfect"), p.paint(dim, "alone"), "", p.paint(dim, "last"), "", p.paint(dim, "Shapley")}}
	for _, r := range c.Rows {
		rows = append(rows, table.Row{r.Title, p.paint(bold, gained(r.FirstIn.Value)), withinPoints(r.FirstIn.Interval),
			gained(r.LastIn.Value), withinPoints(r.LastIn.Interval), gained(r.Shapley)})
	}
	p.grid(rows, 2, 4, 6)
	p.para(2, 2, p.paint(bold, clean(c.First)))
	p.para(2, 2, p.paint(dim, "too strong: "+clean(c.TooStrong)))
	p.para(2, 2, p.paint(dim, sums(c)+"; "+drawn(c)))
	if c.Unproven != "" {
		p.para(2, 2, p.paint(yellow, "no intervals: "+clean(c.Unproven)))
	}
	for _, n := range c.Notes {
		p.para(2, 2, p.paint(dim, clean(n)))
	}
	if !p.all {
		return
	}
	for _, r := range c.Rows {
		p.para(2, 4, clean(r.Sentence)+p.paint(dim, " Too strong: "+clean(r.TooStrong)+"."))
	}
	if out := leftOut(c); out != "" {
		p.para(2, 4, p.paint(dim, "left out: "+out))
	}
	p.para(2, 2, p.paint(dim, clean(c.Intervals)))
}

// bounds writes the most that perfect stages could add, a line of it in a short
// report.
func (p *page) bounds(s *summary.Summary) {
	if len(s.Bounds) == 0 || s.Bad == 0 {
		return
	}
	if p.all {
		p.title("At most, were a stage perfect", "points of quality")
		var rows []table.Row
		for _, b := range s.Bounds {
			rows = append(rows, table.Row{b.Title, "≤ " + atMost(b), boundOf(b)})
		}
		p.grid(rows, 2)
		p.para(2, 2, p.paint(dim, notCausal))
		return
	}
	var parts []string
	for _, b := range s.Bounds {
		parts = append(parts, b.Title+nbsp+"≤"+nbsp+atMost(b))
	}
	p.line("")
	p.para(0, 9, "At most  "+strings.Join(parts, ", ")+p.paint(dim, " points if perfect (not causal; --all says how)"))
}

// atMost prints a bound in points of a hundred.
func atMost(b summary.Bound) string {
	if x, ok := b.AtMost.Get(); ok {
		return hundredths(x)
	}
	return "–"
}

// boundOf says what a bound is made of.
func boundOf(b summary.Bound) string {
	s := fmt.Sprintf("%d of %d judged are wrong and may be its", b.Wrong.Count, b.Wrong.Of)
	if b.Stage != trace.StageGround {
		s += fmt.Sprintf(", × %d of %d right where the context suffices", b.RightIfEnough.Count, b.RightIfEnough.Of)
	}
	return s
}

func (m *markdown) ceiling(s *summary.Summary) {
	c := s.Ceiling
	if c == nil {
		m.bounds(s)
		return
	}
	m.section("What a perfect stage buys")
	m.line("**%s** Too strong: %s.\n", md(c.First), md(c.TooStrong))
	m.table("lrlrlr", "made perfect", "alone, points", "95 %", "after all others", "95 %", "Shapley")
	for _, r := range c.Rows {
		m.row(md(r.Title), gained(r.FirstIn.Value), withinPoints(r.FirstIn.Interval), gained(r.LastIn.Value), withinPoints(r.LastIn.Interval), gained(r.Shapley))
	}
	m.line("\n%s; %s.\n", md(sums(c)), md(drawn(c)))
	for _, r := range c.Rows {
		m.line("- %s Too strong: %s.", md(r.Sentence), md(r.TooStrong))
	}
	for _, n := range c.Notes {
		m.line("- %s", md(n))
	}
	if c.Unproven != "" {
		m.line("- No intervals: %s", md(c.Unproven))
	}
	if out := leftOut(c); out != "" {
		m.line("- Left out: %s", md(out))
	}
	m.line("\n%s", md(c.Intervals))
}

func (m *markdown) bounds(s *summary.Summary) {
	if len(s.Bounds) == 0 || s.Bad == 0 {
		return
	}
	m.section("At most, were a stage perfect")
	m.table("lrl", "stage", "points of quality", "from")
	for _, b := range s.Bounds {
		m.row(b.Title, "≤ "+atMost(b), boundOf(b))
	}
	m.line("\nThis is %s.", notCausal)
}
