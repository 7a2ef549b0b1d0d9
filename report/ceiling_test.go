package report

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ragdiag/ragdiag/metrics/stat"
	"github.com/ragdiag/ragdiag/summary"
	"github.com/ragdiag/ragdiag/trace"
)

// sampleCeiling is a table with every part.
func sampleCeiling() *summary.Ceiling {
	gain := func(v, lo, hi float64) summary.Gain {
		return summary.Gain{Value: v, Interval: &stat.Interval{Lo: lo, Hi: hi, Level: .95}, Here: &stat.Interval{Lo: lo, Hi: hi, Level: .95}}
	}
	row := func(stage trace.Stage, title string, first, last summary.Gain, phi float64) summary.CeilingRow {
		return summary.CeilingRow{Stages: []trace.Stage{stage}, Title: title, FirstIn: first, LastIn: last, Shapley: phi,
			Sentence: "Perfect " + title + ", all else as it is, would add this on this set.", TooStrong: "that any real change to it reaches this"}
	}
	return &summary.Ceiling{
		Version: 1, Failures: summary.Drawn{Of: 59, N: 57}, Successes: summary.Drawn{Of: 104, N: 100}, Clusters: 88, Calls: 402, Repeats: 2,
		LeftOut: []summary.Group{{Name: "no passage is known to hold the evidence", Count: 7}, {Name: "a call failed", Count: 2, Examples: []string{"ferry-008"}}},
		Now:     .632, Perfect: .981,
		Rows: []summary.CeilingRow{
			row(trace.StageQuery, "query formation", gain(.061, .022, .1), gain(0, -.008, .008), .031),
			row(trace.StageRetrieve, "retrieval", gain(.174, .118, .229), gain(.121, .07, .172), .148),
			row(trace.StageRerank, "context selection", gain(.028, -.006, .062), gain(.035, .001, .069), .032),
			row(trace.StageGround, "generation", gain(.096, .041, .151), gain(.173, .104, .242), .138),
		},
		ShapleySum: .349, First: "Fix retrieval first: made perfect alone it adds 17.4 [11.8, 22.9] points, more than any other stage.",
		TooStrong: "which product repairs it", Notes: []string{"perfect retrieval includes what a perfect query buys"},
		Intervals: "95 % intervals hold together.", Seed: 1, Resamples: 10_000,
	}
}

// TestCeiling shows the table in each form, after that of the causes.
func TestCeiling(t *testing.T) {
	s := sampleSummary(t)
	s.Ceiling = sampleCeiling()
	var b bytes.Buffer
	between := func(whole, from, to string) string {
		i, j := strings.Index(whole, from), strings.Index(whole, to)
		require.True(t, 0 < i && i < j, "%q comes before %q", from, to)
		return whole[i:j]
	}
	b.WriteString(between(render(t, s, TextOptions{}), "\nWhat a perfect stage buys", "\nFix first"))
	b.WriteString("\n== wide\n")
	b.WriteString(between(render(t, s, TextOptions{Width: 120, All: true}), "\nWhat a perfect stage buys", "\nFix first"))
	b.WriteString("\n== Markdown\n")
	var md bytes.Buffer
	require.NoError(t, Markdown(&md, s, nil, Studies{}))
	b.WriteString(between(md.String(), "\n## What a perfect stage buys", "\n## Left open"))
	golden(t, "ceiling.txt", b.Bytes())

	var page bytes.Buffer
	require.NoError(t, HTML(&page, s, drill(few()), HTMLOptions{}))
	golden(t, "ceiling.html", []byte(between(page.String(), `<section aria-labelledby="buys">`, `<div class="two">`)))

	var saved bytes.Buffer
	require.NoError(t, JSON(&saved, s, Studies{}))
	var again summary.Summary
	require.NoError(t, json.Unmarshal(saved.Bytes(), &again))
	require.Equal(t, s.Ceiling, again.Ceiling)
}

// TestCeilingOfLittle: no interval is shown where there is none, a sum that does
// not hold is said, and hostile words stay words.
func TestCeilingOfLittle(t *testing.T) {
	s := sampleSummary(t)
	c := sampleCeiling()
	for i := range c.Rows {
		c.Rows[i].FirstIn.Interval, c.Rows[i].LastIn.Interval = nil, nil
	}
	c.Unproven, c.ShapleySum = "one failure only", .4
	c.First, c.Notes, c.LeftOut[0].Name = hostile, []string{hostile}, hostile
	s.Ceiling = c
	for _, o := range []TextOptions{{}, {All: true}} {
		out := render(t, s, o)
		requireSafe(t, out)
		require.Contains(t, out, "no intervals: one failure only")
		require.Contains(t, out, "which is not the difference")
	}
	var b bytes.Buffer
	require.NoError(t, Markdown(&b, s, nil, Studies{}))
	requireSafe(t, b.String())
	require.NotContains(t, b.String(), "<script")
	b.Reset()
	require.NoError(t, HTML(&b, s, drill(few()), HTMLOptions{}))
	require.NotContains(t, b.String(), "<script>alert")
}
