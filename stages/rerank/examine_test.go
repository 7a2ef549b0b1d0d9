package rerank

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ragdiag/ragdiag/stages/prepared"
	"github.com/ragdiag/ragdiag/trace"
)

// passages makes a context of the named hits.
func passages(hs []trace.Hit, ids string) []trace.Passage {
	out := []trace.Passage{}
	for _, id := range ids {
		for _, h := range hs {
			if h.ID == string(id) {
				out = append(out, trace.Passage{ID: h.ID, Text: h.Text})
			}
		}
	}
	return out
}

func set(ids ...string) trace.EvidenceSet {
	var s trace.EvidenceSet
	for _, id := range ids {
		s = append(s, trace.Unit{ID: id})
	}
	return s
}

var store = hits(
	"Shipping is free above forty euros for every order.",
	"Parcels leave the warehouse on weekdays before noon.",
	"Cards are accepted in all shops of the chain.",
	"Refunds are paid. The term for refunds is thirty days after the return.",
	"The chain was founded in the north by a baker.",
)

func TestExamine(t *testing.T) {
	scored := func(s ...float64) []trace.Hit {
		out := append([]trace.Hit(nil), store...)
		for i := range s {
			out[i].RerankScore = trace.Known(s[i])
		}
		return out
	}
	dropped := append([]trace.Hit(nil), store...)
	dropped[3].Dropped = trace.DropBudget
	twins := append(append([]trace.Hit(nil), store[3:4]...), store[:2]...)
	twin := passages(store, "d")[0]
	twin.ID, twin.Text = "z", "Refunds are paid. The term for refunds is thirty days after the return now."
	short := passages(store, "ad")
	short[1].Text, short[1].Truncated = "Refunds are paid.", true

	for _, tt := range []struct {
		name       string
		candidates []trace.Hit
		context    []trace.Passage
		gold       *trace.Gold
		in         trace.Truth
		partial    trace.Truth
		truncated  trace.Truth
		lost       []trace.Loss // Margin is compared apart
		margin     trace.Value
	}{
		{"whole", store, passages(store, "ad"), &trace.Gold{Evidence: []trace.EvidenceSet{set("d")}}, trace.Yes, trace.No, trace.No, nil, trace.Value{}},
		{"the other alternative", store, passages(store, "ad"), &trace.Gold{Evidence: []trace.EvidenceSet{set("e"), set("d")}}, trace.Yes, trace.No, trace.No,
			[]trace.Loss{{Set: 0, Before: 5, Cut: 2, Drop: trace.DropCut, ID: "e"}}, trace.Known(1)},
		{"cut off by k", store, passages(store, "abc"), &trace.Gold{Evidence: []trace.EvidenceSet{set("d")}}, trace.No, trace.No, trace.No,
			[]trace.Loss{{Before: 4, Cut: 3, Drop: trace.DropCut, ID: "d"}}, trace.Known(1)},
		{"one of two", store, passages(store, "abc"), &trace.Gold{Evidence: []trace.EvidenceSet{set("a", "d")}}, trace.No, trace.Yes, trace.No,
			[]trace.Loss{{Unit: 1, Before: 4, Cut: 3, Drop: trace.DropCut, ID: "d"}}, trace.Known(1)},
		{"moved down", scored(1, 5, 4, 3, 2), passages(store, "bc"), &trace.Gold{Evidence: []trace.EvidenceSet{set("a")}}, trace.No, trace.No, trace.No,
			[]trace.Loss{{Before: 1, After: 5, Cut: 2, Drop: trace.DropDemoted, ID: "a"}}, trace.Known(3)},
		{"moved up, not enough", scored(5, 4, 1, 3, 2), passages(store, "ab"), &trace.Gold{Evidence: []trace.EvidenceSet{set("d")}}, trace.No, trace.No, trace.No,
			[]trace.Loss{{Before: 4, After: 3, Cut: 2, Drop: trace.DropCut, ID: "d"}}, trace.Known(1)},
		{"high before and gone", store, passages(store, "bc"), &trace.Gold{Evidence: []trace.EvidenceSet{set("a")}}, trace.No, trace.No, trace.No,
			[]trace.Loss{{Before: 1, Cut: 2, Drop: trace.DropDemoted, ID: "a"}}, trace.Known(-2)},
		{"the trace says why", dropped, passages(store, "abc"), &trace.Gold{Evidence: []trace.EvidenceSet{set("d")}}, trace.No, trace.No, trace.No,
			[]trace.Loss{{Before: 4, Cut: 3, Drop: trace.DropBudget, ID: "d"}}, trace.Known(1)},
		{"taken for a duplicate", twins, []trace.Passage{twin, passages(store, "a")[0]}, &trace.Gold{Evidence: []trace.EvidenceSet{set("d")}}, trace.No, trace.No, trace.No,
			[]trace.Loss{{Before: 1, Cut: 2, Drop: trace.DropDuplicate, ID: "d"}}, trace.Known(3)},
		{"cut before the evidence", store, short, &trace.Gold{Evidence: []trace.EvidenceSet{{{ID: "d", Text: "The term for refunds is thirty days"}}}}, trace.No, trace.No, trace.Yes,
			[]trace.Loss{{Before: 4, Cut: 2, Drop: trace.DropTruncated, ID: "d"}}, trace.Known(0)},
		{"cut before the answer", store, short, &trace.Gold{Answers: []string{"thirty days"}, Evidence: []trace.EvidenceSet{set("d")}}, trace.No, trace.No, trace.Yes,
			[]trace.Loss{{Before: 4, Cut: 2, Drop: trace.DropTruncated, ID: "d"}}, trace.Known(0)},
		{"cut, and nothing says where the evidence is", store, short, &trace.Gold{Evidence: []trace.EvidenceSet{set("d")}}, trace.Yes, trace.No, trace.TruthUnknown, nil, trace.Value{}},
		{"nothing reached the prompt", store, []trace.Passage{}, &trace.Gold{Evidence: []trace.EvidenceSet{set("d")}}, trace.No, trace.No, trace.No,
			[]trace.Loss{{Before: 4, ID: "d"}}, trace.Unknown("no scores of the lost and a kept passage were recorded")},
		{"never retrieved", store, passages(store, "abc"), &trace.Gold{Evidence: []trace.EvidenceSet{set("x")}}, trace.No, trace.No, trace.No, nil, trace.Value{}},
		{"candidates not recorded", nil, passages(store, "abc"), &trace.Gold{Evidence: []trace.EvidenceSet{set("d")}}, trace.No, trace.No, trace.No, nil, trace.Value{}},
		{"context not recorded", store, nil, &trace.Gold{Evidence: []trace.EvidenceSet{set("d")}}, trace.TruthUnknown, trace.TruthUnknown, trace.TruthUnknown, nil, trace.Value{}},
		{"only an answer is known, and it was cut off", store, passages(store, "abc"), &trace.Gold{Answers: []string{"thirty days"}}, trace.No, trace.TruthUnknown, trace.TruthUnknown,
			[]trace.Loss{{Before: 4, Cut: 3, Drop: trace.DropCut, ID: "d"}}, trace.Known(1)},
		{"only an answer is known, and its passage was cut short", store, short, &trace.Gold{Answers: []string{"thirty days"}}, trace.No, trace.TruthUnknown, trace.TruthUnknown,
			[]trace.Loss{{Before: 4, Cut: 2, Drop: trace.DropTruncated, ID: "d"}}, trace.Known(0)},
		{"only an answer is known, and it is in the prompt", store, passages(store, "ad"), &trace.Gold{Answers: []string{"thirty days"}}, trace.Yes, trace.TruthUnknown, trace.TruthUnknown, nil, trace.Value{}},
		{"no gold", store, passages(store, "abc"), nil, trace.TruthUnknown, trace.TruthUnknown, trace.TruthUnknown, nil, trace.Value{}},
		{"only IDs against only text", store, []trace.Passage{{ID: "a"}}, &trace.Gold{Evidence: []trace.EvidenceSet{{{Text: "Refunds are paid within thirty days."}}}}, trace.TruthUnknown, trace.TruthUnknown, trace.TruthUnknown, nil, trace.Value{}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			ev := Examine(prepared.New(&trace.Record{Question: "?", Candidates: tt.candidates, Context: tt.context, Gold: tt.gold}, nil))
			require.Equal(t, tt.in, ev.InContext.Truth, "in context: %s", ev.InContext.Why)
			require.Equal(t, tt.partial, ev.Partial.Truth, "partial: %s", ev.Partial.Why)
			require.Equal(t, tt.truncated, ev.Truncated.Truth, "truncated: %s", ev.Truncated.Why)
			for i := range ev.Lost {
				require.Equal(t, tt.margin, ev.Lost[i].Margin)
				ev.Lost[i].Margin = trace.Value{}
			}
			require.Equal(t, tt.lost, ev.Lost)
			for _, p := range []trace.Predicate{ev.InContext, ev.Partial, ev.Truncated, ev.Middle} {
				require.NotEmpty(t, p.Why)
			}
		})
	}
}

func TestExamineMiddleAndRecall(t *testing.T) {
	var nine []trace.Passage
	for i := range 9 {
		nine = append(nine, trace.Passage{ID: fmt.Sprint(i + 1), Text: fmt.Sprintf("Passage number %d says something.", i+1)})
	}
	at := func(n int, sets ...trace.EvidenceSet) *trace.RerankEvidence {
		return Examine(prepared.New(&trace.Record{Context: nine[:n], Gold: &trace.Gold{Evidence: sets}}, nil))
	}
	for rank := range 9 {
		want := trace.TruthOf(rank+1 >= 4 && rank+1 <= 6)
		require.Equal(t, want, at(9, set(fmt.Sprint(rank+1))).Middle.Truth, rank+1)
	}
	require.Equal(t, trace.No, at(7, set("4")).Middle.Truth, "seven passages have no middle")
	require.Equal(t, trace.No, at(9, set("5"), set("1")).Middle.Truth, "the other set is at the front")
	require.Equal(t, trace.No, at(9, set("x")).Middle.Truth, "not there at all")

	ev := at(9, set("2", "6"))
	require.Equal(t, []trace.Depth{{K: 1, Value: trace.Known(0)}, {K: 3, Value: trace.Known(.5)}, {K: 5, Value: trace.Known(.5)}, {K: 9, Value: trace.Known(1)}, {K: 10, Value: trace.Known(1)}, {K: 20, Value: trace.Known(1)}}, ev.Recall)
	require.Equal(t, 9*7, ev.Tokens)
}

// Renaming all passages changes nothing but the names.
func TestExamineIgnoresNames(t *testing.T) {
	one := Examine(prepared.New(&trace.Record{Candidates: store, Context: passages(store, "abc"), Gold: &trace.Gold{Evidence: []trace.EvidenceSet{set("d")}}}, nil))
	renamed := append([]trace.Hit(nil), store...)
	var context []trace.Passage
	for i := range renamed {
		renamed[i].ID = "doc-" + renamed[i].ID
		if i < 3 {
			context = append(context, trace.Passage{ID: renamed[i].ID, Text: renamed[i].Text})
		}
	}
	other := Examine(prepared.New(&trace.Record{Candidates: renamed, Context: context, Gold: &trace.Gold{Evidence: []trace.EvidenceSet{set("doc-d")}}}, nil))
	one.Lost[0].ID = other.Lost[0].ID
	require.Equal(t, one, other)
}

func ExampleExamine() {
	ev := Examine(prepared.New(&trace.Record{
		Candidates: []trace.Hit{{ID: "a"}, {ID: "b"}, {ID: "c"}, {ID: "gold"}},
		Context:    []trace.Passage{{ID: "a"}, {ID: "b"}, {ID: "c"}},
		Gold:       &trace.Gold{Evidence: []trace.EvidenceSet{{{ID: "gold"}}}},
	}, nil))
	fmt.Println("in the prompt:", ev.InContext.Truth)
	for _, l := range ev.Lost {
		fmt.Printf("%s was rank %d, %d were kept: %s\n", l.ID, l.Before, l.Cut, l.Drop)
	}
	// Output:
	// in the prompt: no
	// gold was rank 4, 3 were kept: cut
}

func BenchmarkExamine(b *testing.B) {
	var many []trace.Hit
	for range 10 {
		many = append(many, store...)
	}
	for i := range many {
		many[i].ID = fmt.Sprint(i)
		many[i].Text += many[i].Text + many[i].Text
	}
	rec := &trace.Record{Candidates: many, Gold: &trace.Gold{Evidence: []trace.EvidenceSet{{{ID: "20"}}}}}
	for _, h := range many[:10] {
		rec.Context = append(rec.Context, trace.Passage{ID: h.ID, Text: h.Text})
	}
	b.ReportAllocs()
	for b.Loop() {
		Examine(prepared.New(rec, nil))
	}
}
