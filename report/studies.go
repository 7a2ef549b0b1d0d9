package report

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"

	"github.com/ragdiag/ragdiag/intervene"
)

// Studies are what experiments on a sample of all records say about the system,
// beside the summary of a run. A nil one was not made.
type Studies struct {
	Profile   *intervene.Profile       `json:"profile,omitzero"`
	Citations *intervene.CitationStudy `json:"citation_faithfulness,omitzero"`
}

// RedactStudies returns the studies without texts of the trace: IDs and numbers
// stay.
func RedactStudies(st Studies) Studies {
	if st.Citations == nil {
		return st
	}
	c := *st.Citations
	c.Audit = make([]intervene.Missed, len(st.Citations.Audit))
	for i, m := range st.Citations.Audit {
		m.Claim = Redacted
		c.Audit[i] = m
	}
	c.Answers = make([]intervene.CitedAnswer, len(st.Citations.Answers))
	for i, a := range st.Citations.Answers {
		claims := make([]intervene.CitedClaim, len(a.Claims))
		for j, x := range a.Claims {
			x.Text = Redacted
			claims[j] = x
		}
		a.Claims = claims
		c.Answers[i] = a
	}
	st.Citations = &c
	return st
}

// findingInk is the colour of a finding, and its sign for those who see none.
func findingInk(f intervene.Finding) (sign, ansi string) {
	switch f {
	case intervene.Weakness:
		return "✗", red
	case intervene.RuledOut:
		return "✓", green
	case intervene.Unclear:
		return "?", yellow
	case intervene.Informs:
		return "·", ""
	}
	return "–", dim
}

// drawnProfile says what a profile rests on.
func drawnProfile(p *intervene.Profile) string {
	s := fmt.Sprintf("%d of %d judged records, %s", p.Sampled, p.Fitting, count(p.Spent.Prompts, "prompt"))
	if n := p.Spent.Failed + p.Spent.Unasked; n > 0 {
		s += fmt.Sprintf(", %d of them without an answer", n)
	}
	return s
}

// drawnCitations says what a citation study rests on.
func drawnCitations(c *intervene.CitationStudy) string {
	s := fmt.Sprintf("%d of %d answers with citations, %d runs of each prompt, %s", c.Sampled, c.Fitting, c.Repeats, count(c.Spent.Prompts, "call"))
	if n := c.Spent.Failed + c.Spent.Unasked; n > 0 {
		s += fmt.Sprintf(", %d of them without an answer", n)
	}
	return s
}

// measured prints a measure: "33 % [24, 43]", or points for a difference.
func measured(m intervene.Measure) string {
	v, ok := m.Value.Get()
	if !ok {
		return "–"
	}
	unit, digits := " %", 0
	switch m.Kind {
	case intervene.MeanOf: // a slope is small
		unit, digits = " points", 1
	case intervene.Paired, intervene.BetweenSets:
		unit = " points"
	}
	n := func(x float64) string {
		s := strconv.FormatFloat(100*x, 'f', digits, 64)
		if strings.Trim(s, "-0.") == "" {
			return strings.TrimPrefix(s, "-") // no minus before a zero
		}
		return s
	}
	s := n(v) + unit
	if s == "1 points" || s == "-1 points" {
		s = strings.TrimSuffix(s, "s")
	}
	if m.Interval != nil {
		s += fmt.Sprintf(" [%s, %s]", n(m.Interval.Lo), n(m.Interval.Hi))
	}
	return s
}

// fates lists what became of the claims, in a fixed order.
func fates(c *intervene.CitationStudy) string {
	var parts []string
	for _, f := range []intervene.ClaimFate{intervene.Faithful, intervene.Unfaithful, intervene.VerifierMiss, intervene.Undecided, intervene.Irreproducible} {
		if n := c.Claims[f]; n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, f))
		}
	}
	if parts == nil {
		return "none"
	}
	return strings.Join(parts, ", ")
}

// together is what the intervals of a profile mean.
const together = "The intervals behind the findings are simultaneous 95 % intervals (Bonferroni), and so are those of the depths; the others each stand alone. They are about this set of questions, not about other corpora or models."

func (p *page) studies(st Studies) {
	if x := st.Profile; x != nil {
		p.title("Robustness", drawnProfile(x))
		for _, a := range x.Aspects {
			sign, ansi := findingInk(a.Finding)
			p.para(2, 20, fmt.Sprintf("%s %s  %s", p.paint(ansi, sign), p.paint(bold, fmt.Sprintf("%-14s", a.Title)), clean(a.Says)))
			if a.Fix != "" {
				p.para(20, 0, p.paint(dim, "try: "+clean(a.Fix)))
			}
			if p.all {
				for _, m := range a.Measures {
					p.para(4, 36, fmt.Sprintf("%-22s n = %-6d ", measured(m), m.N)+p.paint(dim, m.Name))
				}
			}
		}
		p.sweep(&x.Sweep)
		if p.all {
			for _, n := range x.Notes {
				p.para(2, 2, p.paint(yellow, clean(n)))
			}
			p.para(2, 2, p.paint(dim, together))
		}
	}
	if c := st.Citations; c != nil {
		p.title("Citations put to the test", drawnCitations(c))
		sign, ansi := findingInk(c.Finding)
		p.para(2, 2, p.paint(ansi, sign)+" "+clean(c.Says))
		p.para(2, 2, p.paint(dim, "claims: "+fates(c)))
		if p.all {
			for _, n := range c.Notes {
				p.para(2, 2, p.paint(yellow, clean(n)))
			}
			for _, m := range c.Audit {
				p.para(4, 2, fmt.Sprintf("audit %s: %q  %s", cut(clean(m.ID), 24), cut(clean(m.Claim), 80), p.paint(dim, "look at "+clean(strings.Join(m.Left, " ")))))
			}
			for _, a := range c.Answers {
				p.para(4, 2, fmt.Sprintf("%-24s %s", cut(clean(a.ID), 24), a.Fate))
			}
		}
	}
}

func (p *page) sweep(s *intervene.Sweep) {
	var rows []table.Row
	for _, x := range s.Points {
		if x.Quality.N == 0 {
			continue
		}
		rows = append(rows, table.Row{fmt.Sprintf("k = %d", x.K), measured(x.Quality), measured(x.Against), p.paint(dim, fmt.Sprintf("n = %d", x.Against.N)), p.paint(dim, value(x.Tokens)+" tokens")})
	}
	if rows == nil {
		return
	}
	p.para(2, 2, p.paint(bold, "Passages in the prompt")+"  "+clean(s.Says))
	p.grid(rows)
}

func (m *markdown) studies(st Studies) {
	if x := st.Profile; x != nil {
		m.section("Robustness")
		m.line("%s. %s\n", drawnProfile(x), together)
		m.table("lll", "aspect", "finding", "what the numbers allow to say")
		for _, a := range x.Aspects {
			sign, _ := findingInk(a.Finding)
			says := md(a.Says)
			if a.Fix != "" {
				says += " **Try:** " + md(a.Fix)
			}
			m.row(a.Title, sign+" "+string(a.Finding), says)
		}
		m.line("")
		m.table("llrr", "aspect", "measure", "value and interval", "n")
		for _, a := range x.Aspects {
			for _, v := range a.Measures {
				name := md(v.Name)
				if v.Primary {
					name = "**" + name + "**"
				}
				m.row(a.Title, name, measured(v), fmt.Sprint(v.N))
			}
		}
		m.section("Passages in the prompt")
		m.line("%s\n", md(x.Sweep.Says))
		m.table("rrrrr", "k", "tokens", "quality", "against the run's prompt", "n")
		for _, d := range x.Sweep.Points {
			m.row(fmt.Sprint(d.K), value(d.Tokens), measured(d.Quality), measured(d.Against), fmt.Sprint(d.Against.N))
		}
		for _, n := range x.Notes {
			m.line("\n%s", md(n))
		}
	}
	if c := st.Citations; c != nil {
		m.section("Citations put to the test")
		sign, _ := findingInk(c.Finding)
		m.line("%s. %s %s: %s Claims: %s.", drawnCitations(c), sign, c.Finding, md(c.Says), md(fates(c)))
		for _, n := range c.Notes {
			m.line("\n%s", md(n))
		}
		if len(c.Audit) > 0 {
			m.line("")
			m.table("lll", "record", "claim to audit", "passages to look at")
			for _, x := range c.Audit {
				m.row(md(cut(x.ID, 40)), md(x.Claim), mdIDs(x.Left))
			}
		}
		if len(c.Answers) > 0 {
			m.line("")
			m.table("ll", "record", "verdict")
			for _, a := range c.Answers {
				m.row(md(cut(a.ID, 40)), string(a.Fate))
			}
		}
	}
}
