package report

import (
	"bytes"
	"strings"
	"testing"

	"github.com/jedib0t/go-pretty/v6/text"
	"github.com/stretchr/testify/require"

	"github.com/ragdiag/ragdiag/summary"
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
	golden(t, "overview-empty.txt", []byte(render(t, summary.New(summary.Options{}).Summary(), TextOptions{})))
}

func TestTextFitsItsWidth(t *testing.T) {
	s := sampleSummary(t)
	for _, w := range []int{80, 100, 160} {
		for l := range strings.SplitSeq(render(t, s, TextOptions{Width: w}), "\n") {
			require.LessOrEqual(t, text.StringWidth(l), w, l)
		}
	}
	lines := strings.Count(render(t, s, TextOptions{}), "\n")
	require.LessOrEqual(t, lines, 78, "the overview stays short")
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
