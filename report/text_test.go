package report

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/jedib0t/go-pretty/v6/text"
	"github.com/stretchr/testify/require"

	"github.com/ragdiag/ragdiag/diagnose"
	"github.com/ragdiag/ragdiag/summary"
	"github.com/ragdiag/ragdiag/trace"
)

func render(t *testing.T, s summary.Summary, o TextOptions) string {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, Text(&b, s, o))
	return b.String()
}

func TestText(t *testing.T) {
	s := sampleSummary(t)
	golden(t, "overview.txt", []byte(render(t, s, TextOptions{})))
	golden(t, "overview-wide.txt", []byte(render(t, s, TextOptions{Width: 120, All: true})))
}

// TestTextOfLittle shows what is said when there is little to say.
func TestTextOfLittle(t *testing.T) {
	yes := func(i int) diagnose.Diagnosis {
		return diagnose.Diagnosis{ID: fmt.Sprint("r", i), Status: diagnose.StatusNotFailure, Right: trace.Yes}
	}
	no := func(i int) diagnose.Diagnosis {
		root := diagnose.Attribution{Cause: diagnose.Cite, Sub: "misplaced", Grade: trace.GradeC}
		return diagnose.Diagnosis{ID: fmt.Sprint("r", i), Status: diagnose.StatusDiagnosed, Right: trace.No, Root: root, Fix: root.Fix()}
	}
	unjudged := func(i int) diagnose.Diagnosis {
		d := no(i)
		d.Status, d.Right, d.Conditional = diagnose.StatusNotJudged, trace.TruthUnknown, true
		return d
	}
	var got strings.Builder
	for _, tt := range []struct {
		name    string
		records []diagnose.Diagnosis
		skipped int
	}{
		{"no record", nil, 0},
		{"all skipped", nil, 3},
		{"one right", []diagnose.Diagnosis{yes(0)}, 0},
		{"one failure", []diagnose.Diagnosis{no(0)}, 0},
		{"no failure", []diagnose.Diagnosis{yes(0), yes(1), yes(2)}, 0},
		{"nothing judged", []diagnose.Diagnosis{unjudged(0), unjudged(1)}, 1},
	} {
		b := summary.New(summary.Options{Title: tt.name})
		for _, d := range tt.records {
			b.Add(&trace.Record{ID: d.ID}, &d)
		}
		for range tt.skipped {
			b.Skip("line too long")
		}
		got.WriteString(render(t, b.Summary(), TextOptions{}) + strings.Repeat("-", 80) + "\n")
	}
	golden(t, "overview-little.txt", []byte(got.String()))
}

func TestTextFitsItsWidth(t *testing.T) {
	s := sampleSummary(t)
	for _, w := range []int{80, 100, 160} {
		for l := range strings.SplitSeq(render(t, s, TextOptions{Width: w}), "\n") {
			require.LessOrEqual(t, text.StringWidth(l), w, l)
		}
	}
	s.Gates = nil // a line or two for each, as many as were asked for
	for w, most := range map[int]int{80: 60, 100: 54} {
		require.LessOrEqual(t, strings.Count(render(t, s, TextOptions{Width: w}), "\n"), most, "the overview is one screen")
	}
}

func TestColourAddsNothingButColour(t *testing.T) {
	s := sampleSummary(t)
	plain, coloured := render(t, s, TextOptions{}), render(t, s, TextOptions{Color: true})
	require.NotContains(t, plain, "\x1b")
	require.Contains(t, coloured, "\x1b[")
	require.Equal(t, plain, text.StripEscape(coloured))
}

func TestNumbersHaveThreeDigits(t *testing.T) {
	for v, want := range map[float64]string{0: "0", 1: "1.00", .5: "0.500", 2. / 3: "0.667", 41.2345: "41.2", 100: "100", 12345: "12345", .00012: "0.0001", .0123456: "0.012"} {
		require.Equal(t, want, number(v))
	}
}
