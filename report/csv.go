package report

import (
	"encoding/csv"
	"io"
	"strconv"
	"strings"

	"github.com/ragdiag/ragdiag/diagnose"
)

// CSV writes one line for each record: its verdict, no texts of the trace but
// the question. A cell that a spreadsheet would take for a formula starts with
// an apostrophe.
func CSV(w io.Writer, records Drill) error {
	c := csv.NewWriter(w)
	_ = c.Write([]string{"id", "status", "family", "part", "cause", "p_bad", "confidence", "grade", "basis", "proximate", "conditional", "contributing", "causes_left", "next_evidence", "fix", "sentence", "question"})
	for rec, d := range records {
		row := []string{d.ID, string(d.Status), string(d.Root.Cause.Coarse()), d.Root.Part(), d.Root.Slug(), pBad(&d), chance(d.P), d.Root.Grade.String(), string(d.Basis), d.Proximate.Slug(), yes(d.Conditional),
			slugs(d.Contributing), causes(left(&d)), d.Next, d.Fix, d.Sentence, rec.Question}
		for i := range row {
			row[i] = disarm(row[i])
		}
		if err := c.Write(row); err != nil {
			return err
		}
	}
	c.Flush()
	return c.Error()
}

// disarm keeps a spreadsheet from running a cell.
func disarm(cell string) string {
	if cell != "" && strings.ContainsRune("=+-@\t\r\n|%", rune(cell[0])) {
		return "'" + cell
	}
	return cell
}

// chance writes a probability; 0 is one that was not said.
func chance(p float64) string {
	if p == 0 {
		return ""
	}
	return strconv.FormatFloat(p, 'f', 3, 64)
}

// pBad writes the probability that the answer is bad, if it is known.
func pBad(d *diagnose.Diagnosis) string {
	if p, ok := d.PBad.Get(); ok {
		return strconv.FormatFloat(p, 'f', 3, 64)
	}
	return ""
}

// left returns the causes that stay possible: of an undetermined record alone.
func left(d *diagnose.Diagnosis) []diagnose.Cause {
	if d.Status != diagnose.StatusUndetermined {
		return nil
	}
	return d.Set
}

func yes(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}

func slugs(as []diagnose.Attribution) string {
	names := make([]string, len(as))
	for i, a := range as {
		names[i] = a.Slug()
	}
	return strings.Join(names, " ")
}

func causes(cs []diagnose.Cause) string {
	names := make([]string, len(cs))
	for i, c := range cs {
		names[i] = string(c)
	}
	return strings.Join(names, " ")
}
