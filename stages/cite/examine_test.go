package cite

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ragdiag/ragdiag/claim"
	"github.com/ragdiag/ragdiag/stages/prepared"
	"github.com/ragdiag/ragdiag/trace"
)

const (
	refunds  = "Refunds are paid by the Marmot store within 30 days of the return."
	shipping = "Parcels leave the warehouse on weekdays, and shipping is free above 40 euros."
	founder  = "The Marmot store was founded by Ada Kell in the town of Lund."
)

// record has the three passages above as its context.
func record(answer string) *trace.Record {
	return &trace.Record{Answer: &trace.Answer{Text: answer}, Context: []trace.Passage{{ID: "r", Text: refunds}, {ID: "s", Text: shipping}, {ID: "f", Text: founder}}}
}

// statuses lists the status of every citation, statements apart by " | ".
func statuses(ev *trace.CiteEvidence) string {
	var all []string
	for _, s := range ev.Statements {
		var marks []string
		for _, c := range s.Citations {
			st := string(c.Status)
			if st == "" {
				st = "undecided"
			}
			marks = append(marks, st)
		}
		all = append(all, strings.Join(marks, " "))
	}
	return strings.Join(all, " | ")
}

func TestExamine(t *testing.T) {
	const elephants = "Elephants swim across the Nile every winter"
	const store, weekdays = "The Marmot store was founded by Ada Kell", "Parcels leave the warehouse on weekdays"
	for _, tt := range []struct {
		name              string
		answer            string
		want              string
		faulty, missing   trace.Truth
		recall, precision trace.Value
	}{
		{"right", "Refunds are paid by the Marmot store within 30 days [1]. " + store + " [3].", "supported | supported", trace.No, trace.No, trace.Known(1), trace.Known(1)},
		{"behind the full stop", "Refunds are paid by the Marmot store within 30 days. [1] " + store + ". [3]", "supported | supported", trace.No, trace.No, trace.Known(1), trace.Known(1)},
		{"in front", "[1] Refunds are paid by the Marmot store within 30 days. [3] " + store + ".", "supported | supported", trace.No, trace.No, trace.Known(1), trace.Known(1)},
		{"on lines", "- Refunds are paid by the Marmot store within 30 days. [1]\n- " + store + ". [3]", "supported | supported", trace.No, trace.No, trace.Known(1), trace.Known(1)},
		{"in tags", `<cite id="1">Refunds are paid by the Marmot store within 30 days.</cite> <cite id="3">` + store + `.</cite>`, "supported | supported", trace.No, trace.No, trace.Known(1), trace.Known(1)},
		{"misplaced", "Refunds are paid by the Marmot store within 30 days [2].", "misplaced", trace.Yes, trace.No, trace.Known(0), trace.Known(0)},
		{"unsupported", elephants + " [2].", "unsupported", trace.Yes, trace.No, trace.Known(0), trace.Known(0)},
		{"contradicted by the one cited", "Refunds are paid by the Marmot store within 45 days [1].", "unsupported", trace.Yes, trace.No, trace.Known(0), trace.Known(0)},
		{"fabricated", "Refunds are paid by the Marmot store within 30 days [7].", "fabricated", trace.Yes, trace.No, trace.Known(0), trace.Known(0)},
		{"fabricated beside a right one", "Refunds are paid by the Marmot store within 30 days [1][7].", "supported fabricated", trace.Yes, trace.No, trace.Known(0), trace.Known(0)},
		{"one too many", "Refunds are paid by the Marmot store within 30 days [1][2].", "supported undecided", trace.No, trace.No, trace.Known(1), trace.Known(.5)},
		{"several left open that are more probably not held", "Refunds within 30 days keep customers loyal for years to come [1]. Free shipping of parcels earns a store a good name among its neighbours [2].",
			"undecided | undecided", trace.Yes, trace.No, trace.Unknown("no statement could be decided, 2 were left open"), trace.Unknown("no statement could be decided, 2 were left open")},
		{"one left open says nothing", "Refunds within 30 days keep customers loyal for years to come [1].",
			"undecided", trace.TruthUnknown, trace.No, trace.Unknown("no statement could be decided, 1 were left open"), trace.Unknown("no statement could be decided, 1 were left open")},
		{"missing", "Refunds are paid by the Marmot store within 30 days [1]. " + store + ".", "supported | ", trace.No, trace.Yes, trace.Known(.5), trace.Known(1)},
		{"covered by the next", "Parcels leave the warehouse on weekdays. Shipping is free above 40 euros [2].", " | supported", trace.No, trace.No, trace.Known(1), trace.Known(1)},
		{"a marker does not reach forward", "Shipping is free above 40 euros [2]. Parcels leave the warehouse on weekdays.", "supported | ", trace.No, trace.Yes, trace.Known(.5), trace.Known(1)},
		{"unless markers stand in front", "[2] Shipping is free above 40 euros. Parcels leave the warehouse on weekdays.", "supported | ", trace.No, trace.No, trace.Known(1), trace.Known(1)},
		{"no citation needed", "Is that so? Refunds are paid by the Marmot store within 30 days [1].", " | supported", trace.No, trace.No, trace.Known(1), trace.Known(1)},
		{"none at all", "Refunds are paid by the Marmot store within 30 days.", "", trace.No, trace.No, trace.Unknown("the answer has no citations"), trace.Unknown("the answer has no citations")},
		{"footnotes and sources state nothing", weekdays + "[^2].\n\n[^2]: Handbook of the store, second edition\n\nSources:\n- [1] Handbook of refunds", "supported", trace.No, trace.No, trace.Known(1), trace.Known(1)},
	} {
		t.Run(tt.name, func(t *testing.T) {
			rec := record(tt.answer)
			ev := Examine(prepared.New(rec, nil))
			require.Equal(t, tt.want, statuses(ev), "%+v", ev.Statements)
			require.Equal(t, tt.faulty, ev.Faulty.Truth, ev.Faulty.Why)
			require.Equal(t, tt.missing, ev.Missing.Truth, ev.Missing.Why)
			require.Equal(t, tt.recall, ev.Recall)
			require.Equal(t, tt.precision, ev.Precision)
		})
	}
}

func TestExamineNamesTheBetterPassage(t *testing.T) {
	ev := Examine(prepared.New(record("Refunds are paid by the Marmot store within 30 days [2]."), nil))
	require.Equal(t, []int{0}, ev.Statements[0].Better)
	require.Equal(t, 1, ev.Misplaced)
	require.Equal(t, "1-based", ev.Numbering)
	require.Equal(t, trace.CiteMark{Marker: "[2]", Start: 52, End: 55, Passage: 1, Status: trace.CiteMisplaced}, ev.Statements[0].Citations[0])
}

func TestExamineNotRecorded(t *testing.T) {
	ev := Examine(prepared.New(&trace.Record{}, nil))
	require.True(t, ev.HasCitations.IsUnknown())
	require.Equal(t, "the answer was not recorded", ev.Recall.Reason())

	rec := record("Refunds are paid by the Marmot store within 30 days [1].")
	rec.Context = nil
	ev = Examine(prepared.New(rec, nil))
	require.True(t, ev.HasCitations.IsYes())
	require.Equal(t, "undecided", statuses(ev), "nothing is fabricated where the context is unknown")
	require.True(t, ev.Faulty.IsUnknown())
	require.Equal(t, "the context was not recorded", ev.Precision.Reason())

	rec.Context = []trace.Passage{}
	require.Equal(t, "fabricated", statuses(Examine(prepared.New(rec, nil))), "an empty context was recorded")
}

func TestExamineStructured(t *testing.T) {
	rec := record("Refunds are paid by the Marmot store within 30 days. The Marmot store was founded by Ada Kell.")
	second := strings.Index(rec.Answer.Text, "The Marmot")
	rec.Answer.Citations = []trace.Citation{{Start: 0, End: second - 1, Targets: []string{"r"}}, {Start: second, End: len(rec.Answer.Text), Targets: []string{"s"}}}
	ev := Examine(prepared.New(rec, nil))
	require.Equal(t, "supported | misplaced", statuses(ev))
	require.Equal(t, "ids", ev.Numbering)
}

// A citation of a document may mean any of its passages.
func TestExamineDocument(t *testing.T) {
	rec := record("The Marmot store was founded by Ada Kell [book_1].")
	for i := range rec.Context {
		rec.Context[i].Doc = "book_1"
	}
	require.Equal(t, "supported", statuses(Examine(prepared.New(rec, nil))))
}

// Renaming IDs and moving passages with their markers changes no verdict.
func TestExamineMetamorphic(t *testing.T) {
	a := Examine(prepared.New(record("Refunds are paid by the Marmot store within 30 days [1]. The Marmot store was founded by Ada Kell [2]."), nil))
	moved := record("Refunds are paid by the Marmot store within 30 days [3]. The Marmot store was founded by Ada Kell [2].")
	moved.Context[0], moved.Context[2] = moved.Context[2], moved.Context[0]
	moved.Context[0].ID = "other"
	moved.Context[1].Text, moved.Context[1].ID = shipping, "t"
	b := Examine(prepared.New(moved, nil))
	require.Equal(t, statuses(a), statuses(b))
	require.Equal(t, a.Precision, b.Precision)
}

func ExampleExamine() {
	rec := &trace.Record{
		Context: []trace.Passage{{Text: "Shipping is free above 40 euros."}, {Text: "Refunds are paid within 30 days of the return."}},
		Answer:  &trace.Answer{Text: "Refunds are paid within 30 days [1]. Shipping is free above 40 euros [1]."},
	}
	ev := Examine(prepared.New(rec, nil))
	for _, s := range ev.Statements {
		fmt.Println(s.Text, s.Citations[0].Marker, s.Citations[0].Status, "better:", s.Better)
	}
	fmt.Println("precision:", ev.Precision)
	// Output:
	// Refunds are paid within 30 days. [1] misplaced better: [1]
	// Shipping is free above 40 euros. [1] supported better: []
	// precision: 0.500
}

func BenchmarkExamine(b *testing.B) {
	rec := record("Refunds are paid by the Marmot store within 30 days [1]. The Marmot store was founded by Ada Kell [2]. Shipping is free above 40 euros [3, 4].")
	for i := range 7 {
		rec.Context = append(rec.Context, trace.Passage{ID: fmt.Sprint(i), Text: strings.Repeat(fmt.Sprintf("Parcel %d waits for the board, and its sum is set by the clerk of the town. ", i), 6)})
	}
	v := claim.New(claim.Options{})
	b.ReportAllocs()
	for b.Loop() {
		Examine(prepared.New(rec, v))
	}
}
