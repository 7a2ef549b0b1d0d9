package report

import (
	"bufio"
	"encoding/xml"
	"fmt"
	"io"
	"strings"

	"github.com/ragdiag/ragdiag/diagnose"
	"github.com/ragdiag/ragdiag/summary"
)

// junitCase is one test case of the JUnit schema that CI systems read.
type junitCase struct {
	XMLName xml.Name      `xml:"testcase"`
	Suite   string        `xml:"classname,attr"`
	Name    string        `xml:"name,attr"`
	Failure *junitProblem `xml:"failure"`
	Error   *junitProblem `xml:"error"`
	Skipped *junitProblem `xml:"skipped"`
}

type junitProblem struct {
	Type    string `xml:"type,attr,omitempty"`
	Message string `xml:"message,attr"`
	Text    string `xml:",chardata"`
}

// JUnit writes every record as a test case whose failure type is the cause, and
// every gate as one more. What was not judged, or has its reference in doubt,
// is skipped; a gate that cannot tell is an error. Reasons for skipping stand
// for the records that could not be read.
func JUnit(w io.Writer, s summary.Summary, records Drill) error {
	b := bufio.NewWriter(w)
	title := s.Title
	if title == "" {
		title = "ragdiag"
	}
	fmt.Fprint(b, xml.Header)
	examined := s.Read - s.Count(diagnose.StatusSkipped)
	skipped := examined - s.Judged + len(s.Skipped)
	failed, open := 0, 0
	for _, g := range s.Gates {
		switch g.Outcome {
		case summary.Fail:
			failed++
		case summary.CannotTell:
			open++
		}
	}
	tests := examined + len(s.Skipped)
	fmt.Fprintf(b, "<testsuites name=%s tests=\"%d\" failures=\"%d\" errors=\"%d\" skipped=\"%d\">\n", attr(title), tests+len(s.Gates), s.Bad+failed, open, skipped)
	fmt.Fprintf(b, "<testsuite name=\"records\" tests=\"%d\" failures=\"%d\" errors=\"0\" skipped=\"%d\">\n", tests, s.Bad, skipped)
	e := xml.NewEncoder(b)
	e.Indent("", "  ")
	for _, d := range records {
		if d.Status == diagnose.StatusSkipped {
			continue // counted with its reason below
		}
		if err := e.Encode(recordCase(&d)); err != nil {
			return err
		}
	}
	for _, g := range s.Skipped {
		c := junitCase{Suite: "records", Name: "skipped: " + Visible(g.Name), Skipped: &junitProblem{Message: count(g.Count, "record")}}
		if err := e.Encode(c); err != nil {
			return err
		}
	}
	fmt.Fprint(b, "\n</testsuite>\n")
	if len(s.Gates) > 0 {
		fmt.Fprintf(b, "<testsuite name=\"checks\" tests=\"%d\" failures=\"%d\" errors=\"%d\" skipped=\"0\">\n", len(s.Gates), failed, open)
		for _, g := range s.Gates {
			if err := e.Encode(gateCase(&g)); err != nil {
				return err
			}
		}
		fmt.Fprint(b, "\n</testsuite>\n")
	}
	fmt.Fprint(b, "</testsuites>\n")
	return b.Flush()
}

func attr(s string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(Visible(s)))
	return `"` + b.String() + `"`
}

func recordCase(d *diagnose.Diagnosis) junitCase {
	c := junitCase{Suite: "records", Name: Visible(d.ID)}
	problem := &junitProblem{Type: Visible(d.Root.Slug()), Message: Visible(d.Sentence), Text: Visible(caseText(d))}
	switch {
	case d.Quarantined || d.Root.Cause == diagnose.GoldLabel && d.Status == diagnose.StatusDiagnosed:
		c.Skipped = &junitProblem{Message: "the reference is in doubt"}
	case d.Status == diagnose.StatusDiagnosed:
		c.Failure = problem
	case d.Status == diagnose.StatusUndetermined:
		problem.Type = "undetermined"
		c.Failure = problem
	case d.Status != diagnose.StatusNotFailure:
		c.Skipped = &junitProblem{Message: Visible(d.Sentence)}
	}
	return c
}

// caseText is the body of a failure: the evidence for it, what is missing, the fix.
func caseText(d *diagnose.Diagnosis) string {
	var b strings.Builder
	for _, l := range d.Evidence {
		if l.Aside {
			continue
		}
		fmt.Fprintf(&b, "%s: %s (%s) %s\n", l.Name, l.Truth, l.Grade, l.Text)
	}
	if s := sure(d); s != "" {
		fmt.Fprintf(&b, "%s\n", s)
	}
	if set := left(d); len(set) > 0 {
		fmt.Fprintf(&b, "causes left: %s\n", causes(set))
	}
	if d.Next != "" {
		fmt.Fprintf(&b, "next evidence: %s\n", d.Next)
	}
	if d.Fix != "" {
		fmt.Fprintf(&b, "fix: %s\n", d.Fix)
	}
	return b.String()
}

func gateCase(g *summary.Result) junitCase {
	c := junitCase{Suite: "checks", Name: Visible(g.Gate.String())}
	problem := &junitProblem{Type: string(g.Outcome), Message: Visible(g.Why)}
	switch g.Outcome {
	case summary.Fail:
		c.Failure = problem
	case summary.CannotTell:
		c.Error = problem
	}
	return c
}
