package cite

import (
	"bufio"
	"bytes"
	_ "embed"
	"encoding/json"
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ragdiag/ragdiag/lab/realdata"
	"github.com/ragdiag/ragdiag/stages/prepared"
	"github.com/ragdiag/ragdiag/trace"
)

//go:embed testdata/notations.jsonl
var notations []byte

// fault names the worst kind of citation fault that ev holds, or "".
func fault(ev *trace.CiteEvidence) string {
	switch {
	case !ev.Faulty.IsYes():
		return ""
	case ev.Fabricated > 0:
		return "fabricated"
	case ev.Misplaced > 0:
		return "misplaced"
	}
	return "unsupported"
}

// read lists the passages that the markers name, from 1, in order; 0: none.
func read(ev *trace.CiteEvidence) []int {
	var marks []trace.CiteMark
	for _, s := range ev.Statements {
		marks = append(marks, s.Citations...)
	}
	slices.SortStableFunc(marks, func(a, b trace.CiteMark) int { return a.Start - b.Start })
	var out []int
	for _, m := range marks {
		out = append(out, m.Passage+1)
	}
	return out
}

// TestNotations reads one answer in each notation, with its citations right and
// with the passages exchanged.
func TestNotations(t *testing.T) {
	lines := bufio.NewScanner(bytes.NewReader(notations))
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var rec trace.Record
		var c struct {
			Expect struct {
				Fault *string
				Cites []*int
			}
		}
		require.NoError(t, json.Unmarshal(lines.Bytes(), &c))
		require.NoError(t, json.Unmarshal(lines.Bytes(), &rec))
		t.Run(rec.ID, func(t *testing.T) {
			var want []int
			for _, n := range c.Expect.Cites {
				if n == nil {
					n = new(int)
				}
				want = append(want, *n)
			}
			ev := Examine(prepared.New(&rec, nil))
			require.Equal(t, fmt.Sprint(want), fmt.Sprint(read(ev)), "%s: %+v", rec.Answer.Text, ev.Statements)
			kind := ""
			if c.Expect.Fault != nil {
				kind = *c.Expect.Fault
			}
			require.Equal(t, kind, fault(ev), "%+v %+v", ev.Faulty, ev.Statements)
		})
	}
}

// TestExamineNatural examines answers of real systems that two people have
// read. Where the content is right and its citations are the fault, that must
// be seen in most; and an answer that they call right has no citation fault,
// but for one whose citations they say may be faulted as well.
func TestExamineNatural(t *testing.T) {
	root := map[string]string{}
	for l := range realdata.Values[struct{ ID, Root string }](t, "natural/labels.jsonl") {
		root[l.ID] = l.Root
	}
	found, n, wrong, cited, rights := 0, 0, 0, 0, 0
	for rec := range realdata.Values[trace.Record](t, "natural/records.jsonl") {
		ev := Examine(prepared.New(&rec, nil))
		switch root[rec.ID] {
		case "citation-fault":
			n++
			if ev.Faulty.IsYes() {
				found++
			}
		case "right":
			rights++
			if ev.HasCitations.IsYes() {
				cited++
			}
			if ev.Faulty.IsYes() {
				wrong++
			}
		}
	}
	require.GreaterOrEqual(t, found, 7)
	require.LessOrEqual(t, wrong, 1, "one whose citations a careful reader may fault too")
	t.Logf("citation faults found: %d of %d; right answers called faulty: %d of %d that cite, %d in all", found, n, wrong, cited, rights)
}
