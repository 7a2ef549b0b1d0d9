package report

import (
	"bufio"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/ragdiag/ragdiag/diagnose"
	"github.com/ragdiag/ragdiag/trace"
)

// Story writes everything about one record in the order of the flow: question,
// query, candidates, context, answer with its claims marked, citations,
// verdict and why, next evidence, fix.
func Story(w io.Writer, rec *trace.Record, d diagnose.Diagnosis, o TextOptions) error {
	b := bufio.NewWriter(w)
	lim := limits{candidates: 10, candidateText: 160, passageText: 700}
	if o.All {
		lim = limits{}
	}
	t := &teller{page: &page{Writer: b, ink: ink(o.Color), width: o.width(), all: o.All}, story: newStory(rec, &d, lim), cause: d.Root.Cause}
	t.head()
	t.queries()
	t.candidates()
	t.context()
	t.answer()
	t.verdict()
	return b.Flush()
}

type teller struct {
	*page
	story
	cause diagnose.Cause
}

// marks is the sign and the colour of each mark; the sign says it without colour.
var marks = map[string]struct{ sign, ansi string }{
	"supported":     {"✓", green},
	"contradicted":  {"✗", red},
	"not-found":     {"?", yellow},
	"undecided":     {"~", dim},
	"not checkable": {"·", dim},
	"unsupported":   {"✗", red},
	"misplaced":     {"↷", yellow},
	"fabricated":    {"✗", red},
	"equal":         {"✓", green},
	"different":     {"✗", red},
	"missing":       {"–", yellow},
	"open":          {"?", dim},
}

// labelled writes a label in a column of its own and a text beside it.
func (t *teller) labelled(label, s string) { t.hanging(label, 0, s) }

// hanging is labelled with the text's further lines set in by some columns.
func (t *teller) hanging(label string, by int, s string) {
	const column = 11
	t.para(0, column+by, t.paint(dim, fmt.Sprintf("%-*s", column-1, label))+" "+s)
}

// absent says that a part is missing, or empty.
func (t *teller) absent(label string, recorded bool) {
	if recorded {
		t.labelled(label, "none")
		return
	}
	t.labelled(label, t.paint(dim, "not recorded"))
}

func (t *teller) head() {
	note := strings.Join(append(append([]string{}, t.Tags...), t.Run...), " · ")
	t.line("%s%s", t.paint(bold, clean(t.ID)), t.paint(dim, spaced(cut(clean(note), max(20, t.width-len(t.ID)-2)))))
	t.line("")
	for _, h := range t.History {
		t.labelled(clean(h.Role), t.paint(dim, clean(h.Text)))
	}
	t.labelled("question", t.paint(bold, clean(t.Question)))
	for i, g := range t.story.Gold {
		label := ""
		if i == 0 {
			label = "gold"
		}
		t.labelled(label, clean(g))
	}
	for _, e := range t.Errors {
		t.labelled("error", t.paint(red, clean(e)))
	}
}

func (t *teller) queries() {
	t.line("")
	if len(t.Queries) == 0 {
		t.absent("query", t.Queries != nil)
	}
	for i, q := range t.Queries {
		label := ""
		if i == 0 {
			label = "query"
		}
		t.labelled(label, clean(q.Text)+t.paint(dim, spaced(clean(words(q.Kind)))))
	}
	for _, p := range t.Tried {
		t.labelled("", t.paint(dim, clean(p.Name)+": "+clean(p.Text)))
	}
}

func (t *teller) candidates() {
	t.line("")
	if len(t.Candidates) == 0 {
		t.absent("candidates", t.Candidates != nil)
		return
	}
	name, score := 0, 0
	for _, c := range t.Candidates {
		name, score = max(name, len([]rune(cut(clean(c.ID), 32)))), max(score, len(c.Score))
	}
	for i, c := range t.Candidates {
		label := ""
		if i == 0 {
			label = "candidates"
		}
		s := fmt.Sprintf("%2d  %s", c.Rank, t.paint(bold, fmt.Sprintf("%-*s", name, cut(clean(c.ID), 32))))
		if score > 0 {
			s += fmt.Sprintf("  %*s", score, c.Score)
		}
		if c.Rerank != "" {
			s += "  reranked " + c.Rerank
		}
		if c.Gold != "" {
			s += "  " + t.paint(green, "★ gold ("+clean(c.Gold)+")")
		}
		switch {
		case c.Kept > 0:
			s += fmt.Sprintf("  → passage %d", c.Kept)
		case c.Dropped != "":
			s += "  " + t.paint(yellow, "✂ "+clean(c.Dropped))
		}
		t.labelled(label, s)
	}
	if t.More > 0 {
		t.labelled("", t.paint(dim, fmt.Sprintf("and %d more (--all shows them)", t.More)))
	}
}

func (t *teller) context() {
	t.line("")
	if len(t.Context) == 0 {
		t.absent("context", t.Context != nil)
		return
	}
	for i, p := range t.Context {
		label := ""
		if i == 0 {
			label = "context"
		}
		s := fmt.Sprintf("[%d] %s", p.N, t.paint(bold, cut(clean(p.ID), 32)))
		for _, x := range []string{p.Title, p.Date} {
			if x != "" {
				s += t.paint(dim, "  "+clean(x))
			}
		}
		if p.Gold != "" {
			s += "  " + t.paint(green, "★ gold ("+clean(p.Gold)+")")
		}
		if p.Truncated {
			s += "  " + t.paint(yellow, "✂ truncated")
		}
		t.labelled(label, s)
		t.labelled("", t.segments(p.Text))
	}
}

// segments writes a text with what claims rest on set off.
func (t *teller) segments(segs []segment) string {
	var b strings.Builder
	claim := 0
	for _, s := range segs {
		text := Visible(strings.ReplaceAll(s.Text, "\n", " "))
		m, ok := marks[strings.TrimPrefix(s.Mark, "cite-")]
		if ok && (s.Claim == 0 || s.Claim != claim) { // the sign stands once, where a citation splits a claim
			text = m.sign + text
		}
		claim = max(claim, s.Claim)
		b.WriteString(t.paint(m.ansi, text))
	}
	return strings.TrimSpace(b.String())
}

func (t *teller) answer() {
	t.line("")
	if t.Answer == nil {
		t.absent("answer", false)
		return
	}
	t.labelled("answer", t.segments(t.Answer))
	t.against()
	for i, c := range t.Claims {
		label := ""
		if i == 0 {
			label = "claims"
		}
		m := marks[c.Mark]
		s := t.paint(m.ansi, fmt.Sprintf("%s %-12s", m.sign, words(c.Mark))) + " " + clean(c.Text)
		if c.Where != "" {
			s += t.paint(dim, "  ("+clean(c.Where)+")")
		}
		t.labelled(label, s)
	}
	for i, c := range t.Citations {
		label := ""
		if i == 0 {
			label = "citations"
		}
		m := marks[c.Status]
		where := "points to nothing in the context"
		if c.Passage > 0 {
			where = fmt.Sprintf("passage %d", c.Passage)
		}
		s := t.paint(m.ansi, fmt.Sprintf("%s %-12s", m.sign, clean(c.Status))) + " " + clean(c.Marker) + " " + where
		if c.Better != "" {
			s += t.paint(dim, "  ("+c.Better+")")
		}
		t.labelled(label, s)
	}
	if t.Closed != "" {
		t.labelled("no context", clean(t.Closed))
	}
}

// topItems is how many items of a reference are listed, unless all are asked for.
const topItems = 12

// against writes the reference and what became of each of its items: those that
// the question asks for, then the others.
func (t *teller) against() {
	a := t.Against
	if a == nil {
		return
	}
	var wanted strings.Builder // its signs are in the list beneath: a dash before a number would change it
	for _, s := range a.Wanted {
		ansi := marks[s.Mark].ansi
		if s.Beyond {
			ansi = dim
		}
		wanted.WriteString(t.paint(ansi, Visible(strings.ReplaceAll(s.Text, "\n", " "))))
	}
	t.labelled("reference", strings.TrimSpace(wanted.String()))
	if len(a.Others) > 0 {
		t.labelled("", t.paint(dim, "or "+clean(strings.Join(a.Others, " | "))))
	}
	shown, more, beyond := a.Items, a.More, false
	if !t.all && len(shown) > topItems {
		more += len(shown) - topItems
		shown = shown[:topItems]
	}
	for i, it := range shown {
		label := ""
		if i == 0 {
			label = "compared"
		}
		m := marks[it.Mark]
		if it.Beyond && !beyond {
			beyond = true
			t.labelled(label, t.paint(dim, "beyond what was asked:"))
			label = ""
		}
		s := m.sign + " " + clean(it.Text)
		if it.Mark == "missing" {
			s = m.sign + " missing: " + clean(it.Text)
		}
		why := clean(it.Why)
		if it.Mark == "open" {
			why = "cannot tell" + strings.TrimSuffix(": "+why, ": ")
		}
		if it.Beyond {
			s = t.paint(dim, s)
		} else {
			s = t.paint(m.ansi, s)
		}
		if why != "" {
			s += t.paint(dim, "  ("+why+")")
		}
		t.hanging(label, 2, s)
	}
	if more > 0 {
		t.labelled("", t.paint(dim, fmt.Sprintf("and %d more (--all shows them)", more)))
	}
}

func (t *teller) verdict() {
	t.line("")
	t.labelled("verdict", t.paint(lookOf(t.cause).ansi, t.paint(bold, clean(t.Verdict))))
	if s := clean(t.Sentence); s != "" {
		t.labelled("", s)
	}
	if t.Sure != "" {
		t.labelled("", clean(t.Sure))
	}
	if t.TooStrong != "" {
		t.labelled("", t.paint(dim, "this does not show "+clean(t.TooStrong)))
	}
	t.list("then", t.Proximate)
	t.list("beside", t.Contributing...)
	t.list("with", inWordsAll(t.Modifiers)...)
	t.list("left", t.Left...)
	label := "why"
	aside := 0
	for _, l := range t.Why {
		if l.Aside && !t.all {
			aside++
			continue
		}
		s := fmt.Sprintf("%-3s %s", clean(l.Truth), clean(l.Name))
		if l.Text != "" {
			s += t.paint(dim, ": "+clean(l.Text))
		}
		if l.Grade != "" {
			s += t.paint(dim, "  ["+l.Grade+"]")
		}
		t.hanging(label, 4, s)
		label = ""
	}
	shown := slices.DeleteFunc(slices.Clone(t.Why), func(l line) bool { return l.Aside && !t.all })
	if legend := gradeLegend(shown); legend != "" {
		t.hanging("", 4, t.paint(dim, legend))
	}
	if aside > 0 {
		t.hanging(label, 4, t.paint(dim, fmt.Sprintf("no  %s looked for and not found (--all lists them)", count(aside, "fault"))))
	}
	t.list("missing", t.Missing...)
	t.list("next", t.Next)
	t.list("notes", t.Notes...)
	t.list("first fix", t.Repair)
	if t.Fix != "" {
		t.labelled("fix", t.paint(bold, clean(t.Fix)))
	}
}

// grades says what each letter behind a line of evidence means.
var grades = []struct{ letter, means string }{
	{"A", "a step was run again"},
	{"B", "gold passages, spans or answers"},
	{"C", "a verifier or a judge"},
	{"D", "word overlap or another heuristic"},
}

func inWordsAll(slugs []string) []string {
	out := make([]string, len(slugs))
	for i, s := range slugs {
		out[i] = words(s)
	}
	return out
}

func gradeWords() map[string]string {
	m := make(map[string]string)
	for _, g := range grades {
		m[g.letter] = g.means
	}
	return m
}

// gradeLegend explains the letters that the lines bear.
func gradeLegend(lines []line) string {
	var parts []string
	for _, g := range grades {
		if slices.ContainsFunc(lines, func(l line) bool { return l.Grade == g.letter }) {
			parts = append(parts, "["+g.letter+"] "+g.means)
		}
	}
	return strings.Join(parts, ", ")
}

func (t *teller) list(label string, items ...string) {
	if s := clean(strings.Join(items, ", ")); s != "" {
		t.labelled(label, s)
	}
}

// Widths of the columns of Line, in characters; the question takes what is left.
const (
	idWidth      = 16
	verdictWidth = 34
)

// Line writes one record as a line of a list, safe for a terminal: its ID, its
// verdict, and as much of its question as fits into width columns.
func Line(w io.Writer, rec *trace.Record, d diagnose.Diagnosis, width int) error {
	verdict := string(d.Status)
	switch d.Status {
	case diagnose.StatusDiagnosed:
		verdict = d.Root.Slug()
	case diagnose.StatusNotFailure:
		verdict = "right"
	}
	head := fmt.Sprintf("%-*s  %-*s  ", idWidth, clean(rec.ID), verdictWidth, verdict)
	_, err := fmt.Fprintln(w, head+cut(clean(rec.Question), max(10, width-idWidth-verdictWidth-4-1)))
	return err
}
