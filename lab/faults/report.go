package faults

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/ragdiag/ragdiag/metrics/stat"
	"github.com/ragdiag/ragdiag/trace"
)

// Formats lists how a validation can be printed.
func Formats() []string { return []string{"text", "md", "json"} }

// Render prints a validation. An unknown format is an error.
func Render(w io.Writer, v *Validation, format string) error {
	p := &printer{w: w, md: format == "md"}
	switch format {
	case "json":
		enc := json.NewEncoder(w)
		enc.SetIndent("", "  ")
		return enc.Encode(v)
	case "text", "md":
		p.validation(v)
		return p.err
	}
	return fmt.Errorf("format %q: want one of %s", format, strings.Join(Formats(), ", "))
}

type printer struct {
	w   io.Writer
	md  bool
	err error
}

func (p *printer) line(format string, args ...any) {
	if p.err == nil {
		_, p.err = fmt.Fprintf(p.w, format+"\n", args...)
	}
}

func (p *printer) title(s string) {
	if p.md {
		p.line("\n## %s\n", s)
	} else {
		p.line("\n%s\n", strings.ToUpper(s))
	}
}

// table prints rows, the first of which names the columns.
func (p *printer) table(rows [][]string) {
	width := make([]int, len(rows[0]))
	for _, r := range rows {
		for i, c := range r {
			width[i] = max(width[i], utf8.RuneCountInString(c))
		}
	}
	for n, r := range rows {
		cells := make([]string, len(r))
		for i, c := range r {
			cells[i] = c
			if !p.md {
				pad := strings.Repeat(" ", width[i]-utf8.RuneCountInString(c))
				if i == 0 {
					cells[i] = c + pad
				} else {
					cells[i] = pad + c
				}
			}
		}
		if !p.md {
			p.line("%s", strings.TrimRight(strings.Join(cells, "  "), " "))
			continue
		}
		p.line("| %s |", strings.Join(cells, " | "))
		if n == 0 {
			p.line("|%s", strings.Repeat("---|", len(r)))
		}
	}
}

func (p *printer) validation(v *Validation) {
	kept := fmt.Sprintf("%d cases", v.Cases)
	if v.Items > 0 {
		kept += fmt.Sprintf(" from %d questions that the sound system answers, of %d asked", v.Items, v.Asked)
	}
	p.line("%s", kept)
	p.title("Attribution, on the cases that can be decided")
	p.table(append([][]string{scoreHead("slot")},
		scoreRow("root, query apart from retrieval", v.Scores.Root),
		scoreRow("root", v.Scores.Coarse),
		scoreRow("proximate", v.Scores.Proximate)))
	p.line("")
	a := v.Scores.Ambiguous
	p.line("Undecidable cases left open: %d of %d (%s); the causes left hold the truth in %d.", a.Hits, a.N, Within(a.Share, a.Interval), a.Covered)
	p.line("Macro-F1 is over true causes; its interval resamples documents. Undetermined counts as wrong in F1.")
	if len(v.Grid) > 0 {
		p.grid(v.Grid)
	}
	p.title("Root: what was said for what was true")
	p.confusion(v.Scores.Root.Matrix)
	p.title("Proximate: what was said for what was true")
	p.confusion(v.Scores.Proximate.Matrix)
	p.operators(v.Scores.Operators)
	p.title("Parts")
	rows := [][]string{scoreHead("part")}
	for _, s := range v.Scores.Corpora {
		rows = append(rows, scoreRow(s.Name, s.Score))
	}
	p.table(rows)
	if len(v.Tallies) > 0 {
		p.tallies(v.Tallies)
	}
}

func (p *printer) grid(rows []GridRow) {
	p.title("What is left if inputs are missing")
	table := [][]string{{"the record has", "n", "macro-F1 root [95 %]", "query apart", "coverage", "right if decided", "undecidable left open", "macro-F1 of the others"}}
	for _, r := range rows {
		open := "none"
		if r.Open.N > 0 {
			open = fmt.Sprintf("%d/%d", r.Open.Hits, r.Open.N)
		}
		table = append(table, []string{r.View, fmt.Sprint(r.Score.N), Within(r.Score.MacroF1, r.Score.Interval), Number(r.Fine.MacroF1),
			Number(r.Score.Coverage), Number(r.Score.Decided), open, Number(r.Closed.MacroF1)})
	}
	p.table(table)
}

func (p *printer) confusion(c Confusion) {
	rows := [][]string{append([]string{"true \\ said"}, c.Said...)}
	for i, t := range c.Truths {
		row := []string{t}
		for _, n := range c.Counts[i] {
			row = append(row, fmt.Sprint(n))
		}
		rows = append(rows, row)
	}
	p.table(rows)
}

func (p *printer) operators(all []OperatorScore) {
	p.title("By operator, worst first")
	rows := [][]string{{"operator", "n", "right", "95 %", "mostly said instead"}}
	for _, o := range all {
		iv := ""
		if o.Interval != nil {
			iv = fmt.Sprintf("[%.2f, %.2f]", o.Interval.Lo, o.Interval.Hi)
		}
		rows = append(rows, []string{o.Operator, fmt.Sprint(o.N), fmt.Sprint(o.Right), iv, o.Said})
	}
	p.table(rows)
}

func (p *printer) tallies(all []Tally) {
	p.title("How the cases came about")
	rows := [][]string{{"operator", "stage", "kept", "answer stayed good", "hit elsewhere", "not applicable"}}
	for _, t := range all {
		rows = append(rows, []string{t.Operator, t.Stage, fmt.Sprint(t.Kept), fmt.Sprint(t.Robust), fmt.Sprint(t.OffTarget), fmt.Sprint(t.NotApplicable)})
	}
	p.table(rows)
}

func scoreHead(what string) []string {
	return []string{what, "n", "clusters", "macro-F1 [95 %]", "accuracy", "coverage", "right if decided"}
}

func scoreRow(what string, s Score) []string {
	return []string{what, fmt.Sprint(s.N), fmt.Sprint(s.Clusters), Within(s.MacroF1, s.Interval), Number(s.Accuracy), Number(s.Coverage), Number(s.Decided)}
}

// Number prints three decimals, or "n/a" for what was not measured.
func Number(v trace.Value) string {
	if x, ok := v.Get(); ok {
		return fmt.Sprintf("%.3f", x)
	}
	return "n/a"
}

// Within is Number with its interval, if there is one.
func Within(v trace.Value, iv *stat.Interval) string {
	if iv == nil {
		return Number(v)
	}
	return fmt.Sprintf("%s [%.3f, %.3f]", Number(v), iv.Lo, iv.Hi)
}

// ScoreTable prints named scores with their confusion matrices, for data that
// come with their own labels.
func ScoreTable(w io.Writer, what string, scores []Slice) error {
	p := &printer{w: w, md: true}
	rows := [][]string{scoreHead(what)}
	for _, s := range scores {
		rows = append(rows, scoreRow(s.Name, s.Score))
	}
	p.table(rows)
	for _, s := range scores {
		p.line("\n%s:\n", s.Name)
		p.confusion(s.Score.Matrix)
	}
	return p.err
}
