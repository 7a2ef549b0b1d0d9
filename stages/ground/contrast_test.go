package ground

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ragdiag/ragdiag/stages/prepared"
	"github.com/ragdiag/ragdiag/trace"
)

// TestContrast: passages that give two values for one thing, and passages that
// speak of two things, two times or two conditions.
func TestContrast(t *testing.T) {
	b, err := os.ReadFile("testdata/conflicts.txt")
	require.NoError(t, err)
	n := 0
	for line := range strings.Lines(string(b)) {
		cells := strings.Split(strings.TrimSpace(line), "|")
		if len(cells) != 4 || line[0] == '#' {
			continue
		}
		n++
		for _, order := range [][2]int{{2, 3}, {3, 2}} {
			rec := &trace.Record{Question: cells[1], Context: []trace.Passage{{Text: cells[order[0]]}, {Text: cells[order[1]]}}, Answer: &trace.Answer{Text: "I am not sure."}}
			got := Examine(prepared.New(rec, nil)).Conflicting
			require.Equal(t, cells[0] == "+", got.IsYes(), "%s: %s", line, got.Why)
		}
	}
	require.Greater(t, n, 30)
}

// TestManyPassages: of many passages with a value only some are compared, and
// the evidence says so.
func TestManyPassages(t *testing.T) {
	rec := &trace.Record{Question: "When was the mill built?", Answer: &trace.Answer{Text: "In 1820."}}
	for range 2 * maxRead {
		rec.Context = append(rec.Context, trace.Passage{Text: "The mill was built in 1820."})
	}
	got := Examine(prepared.New(rec, nil)).Conflicting
	require.False(t, got.IsYes())
	require.Contains(t, got.Why, "first 64")
}
