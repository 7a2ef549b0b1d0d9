package report

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"encoding/xml"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ragdiag/ragdiag/diagnose"
	"github.com/ragdiag/ragdiag/summary"
	"github.com/ragdiag/ragdiag/trace"
)

// few are one record of each kind, so that goldens stay readable.
func few() []sampleCase { return []sampleCase{misread(), missed(), openCase(), fine()} }

func TestMarkdown(t *testing.T) {
	var b bytes.Buffer
	require.NoError(t, Markdown(&b, sampleSummary(t), drill(few()), Studies{}))
	golden(t, "overview.md", b.Bytes())
}

func TestJSON(t *testing.T) {
	s := sampleSummary(t)
	var b bytes.Buffer
	require.NoError(t, JSON(&b, s, Studies{}))
	golden(t, "overview.json", b.Bytes())

	// A saved summary renders as the one that was saved: nothing is lost on disk.
	var again summary.Summary
	require.NoError(t, json.Unmarshal(b.Bytes(), &again))
	require.Equal(t, render(t, s, TextOptions{Width: 120, All: true}), render(t, again, TextOptions{Width: 120, All: true}))
}

func TestJSONL(t *testing.T) {
	var b bytes.Buffer
	require.NoError(t, JSONL(&b, drill(few())))
	lines := bytes.Split(bytes.TrimSpace(b.Bytes()), []byte("\n"))
	require.Len(t, lines, 4)
	for i, l := range lines {
		var rec trace.Record
		require.NoError(t, json.Unmarshal(l, &rec))
		require.Equal(t, few()[i].rec.ID, rec.ID)
		require.Equal(t, few()[i].rec.Context, rec.Context)
	}
}

func TestCSV(t *testing.T) {
	var b bytes.Buffer
	require.NoError(t, CSV(&b, drill(few())))
	golden(t, "records.csv", b.Bytes())
}

func TestCSVDisarmsFormulas(t *testing.T) {
	for _, evil := range []string{"=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "|calc", "%x"} {
		c := fine()
		c.rec.Question, c.diag.ID = evil, evil
		var b bytes.Buffer
		require.NoError(t, CSV(&b, drill([]sampleCase{c})))
		rows, err := csv.NewReader(&b).ReadAll()
		require.NoError(t, err)
		for _, cell := range rows[1] {
			require.False(t, cell != "" && strings.ContainsRune("=+-@\t\r|%", rune(cell[0])), "%q", cell)
		}
	}
}

func TestJUnit(t *testing.T) {
	b := summary.New(summary.Options{Title: "few <&> \x00"})
	for _, c := range few() {
		b.Add(c.rec, &c.diag)
	}
	b.Skip("line too long\x1b[31m")
	s := b.Summary()
	gates, err := summary.ParseGates([]string{"quality<0.01", "retrieval-miss>1%", "f1<.9"})
	require.NoError(t, err)
	s.Gates = summary.CheckAll(gates, s, summary.OnPoint)
	var out bytes.Buffer
	require.NoError(t, JUnit(&out, s, drill(few())))
	golden(t, "records.xml", out.Bytes())
}

// TestJUnitCountsAreTrue parses the document and counts.
func TestJUnitCountsAreTrue(t *testing.T) {
	var out bytes.Buffer
	require.NoError(t, JUnit(&out, sampleSummary(t), drill(samples())))
	var doc struct {
		XMLName  xml.Name `xml:"testsuites"`
		Tests    int      `xml:"tests,attr"`
		Failures int      `xml:"failures,attr"`
		Errors   int      `xml:"errors,attr"`
		Skipped  int      `xml:"skipped,attr"`
		Suites   []struct {
			Tests    int         `xml:"tests,attr"`
			Failures int         `xml:"failures,attr"`
			Errors   int         `xml:"errors,attr"`
			Skipped  int         `xml:"skipped,attr"`
			Cases    []junitCase `xml:"testcase"`
		} `xml:"testsuite"`
	}
	require.NoError(t, xml.Unmarshal(out.Bytes(), &doc))
	require.Len(t, doc.Suites, 2)
	a, b := doc.Suites[0], doc.Suites[1]
	require.Equal(t, []int{doc.Tests, doc.Failures, doc.Errors, doc.Skipped}, []int{a.Tests + b.Tests, a.Failures + b.Failures, a.Errors + b.Errors, a.Skipped + b.Skipped})
	for _, suite := range doc.Suites {
		failures, errors, skipped := 0, 0, 0
		for _, c := range suite.Cases {
			if c.Failure != nil {
				failures++
			}
			if c.Error != nil {
				errors++
			}
			if c.Skipped != nil {
				skipped++
			}
		}
		require.Equal(t, []int{suite.Tests, suite.Failures, suite.Errors, suite.Skipped}, []int{len(suite.Cases), failures, errors, skipped})
	}
}

// hostile fills every text of a record with what attacks terminals and pages.
const hostile = "\x1b[2J\x1b]0;owned\x07<script>alert(1)</script><img src=x onerror=alert(1)>\u202eevil\x9b31m\x00 \xff"

func hostileCase() sampleCase {
	c := misread()
	r := c.rec
	r.ID, r.Question, r.Answer.Text, r.Answer.Closed = hostile, hostile, hostile, hostile
	r.Queries[0].Text, r.History[0].Text, r.History[0].Role = hostile, hostile, hostile
	for i := range r.Candidates {
		r.Candidates[i].ID, r.Candidates[i].Text, r.Candidates[i].Title, r.Candidates[i].Date, r.Candidates[i].Dropped = hostile, hostile, hostile, hostile, hostile
	}
	for i := range r.Context {
		r.Context[i].ID, r.Context[i].Text, r.Context[i].Title, r.Context[i].Date, r.Context[i].Doc = hostile, hostile, hostile, hostile, hostile
	}
	r.Gold.Answers, r.Gold.Claims, r.Gold.Evidence[0][0].ID = []string{hostile}, []string{hostile}, hostile
	r.Tags = map[string]string{hostile: hostile}
	r.Run.System, r.Run.Model, r.Run.Errors = hostile, hostile, []trace.StageError{{Stage: hostile, Message: hostile}}
	r.Evidence.Ground.Claims[0].Text, r.Evidence.Ground.Claims[0].Against.Claim, r.Evidence.Ground.Claims[0].Against.Passage = hostile, hostile, hostile
	r.Evidence.Cite.Statements[0].Citations[0].Marker = hostile
	r.Evidence.Outcome.Compared = []trace.Comparison{
		{Kind: hostile, Want: hostile, WantStart: -1, WantEnd: 1 << 40, Got: hostile, GotStart: 3, GotEnd: 9, Asked: true, Agreement: trace.Different},
		{Kind: hostile, Want: hostile, WantStart: 2, WantEnd: 12, Asked: false, Agreement: hostile, Why: hostile}}
	r.Evidence.Probes = []trace.Probe{{Kind: hostile, Query: hostile}}
	r.Evidence.Arms = []trace.Arm{{Name: hostile, Answers: []string{hostile}, Confounded: hostile}}
	d := &c.diag
	d.ID, d.Sentence, d.TooStrong, d.Fix, d.Next, d.Tags = hostile, hostile, hostile, hostile, hostile, r.Tags
	d.Notes, d.Modifiers, d.Missing = []string{hostile}, []string{hostile}, []string{hostile}
	d.Evidence = []diagnose.Line{{Name: hostile, Text: hostile}}
	d.Root.Sub, d.Contributing = hostile, []diagnose.Attribution{{Cause: hostile, Sub: hostile}}
	return c
}

func hostileSummary() summary.Summary {
	b := summary.New(summary.Options{Title: hostile})
	c := hostileCase()
	b.Add(c.rec, &c.diag)
	c.diag.Status = diagnose.StatusUndetermined
	b.Add(c.rec, &c.diag)
	b.Skip(hostile)
	return b.Summary()
}

// requireSafe refuses everything that would reach a terminal as a command.
func requireSafe(t *testing.T, out string) {
	t.Helper()
	for i, r := range out {
		bad := r < 0x20 && r != '\n' && r != '\t' || r >= 0x7f && r < 0xa0 || r >= 0x202a && r <= 0x202e
		require.False(t, bad, "%q at %d", r, i)
	}
}

func TestTerminalAndMarkupAreSafe(t *testing.T) {
	s := hostileSummary()
	requireSafe(t, render(t, s, TextOptions{All: true}))
	requireSafe(t, render(t, s, TextOptions{}))
	var b bytes.Buffer
	require.NoError(t, Markdown(&b, s, drill([]sampleCase{hostileCase()}), Studies{}))
	requireSafe(t, b.String())
	require.NotContains(t, b.String(), "<script")
	require.NotContains(t, b.String(), "<img")
	b.Reset()
	require.NoError(t, JUnit(&b, s, drill([]sampleCase{hostileCase()})))
	requireSafe(t, b.String())
	for d := xml.NewDecoder(&b); ; {
		if _, err := d.Token(); err == io.EOF {
			break
		} else {
			require.NoError(t, err)
		}
	}
}
