package retrieve

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/ragdiag/ragdiag/stages/prepared"
	"github.com/ragdiag/ragdiag/trace"
)

// A text is cut by the candidate that ends with its beginning or begins with its
// end, and by no other.
func TestCutBy(t *testing.T) {
	const gold = "the ferry to Norrby leaves at noon from the northern pier of Keld"
	for _, tt := range []struct {
		candidate string
		cut       bool
	}{
		{"Timetable: the ferry to Norrby leaves at", true},
		{"noon from the northern pier of Keld. Tickets are sold on board", true},
		{"the ferry to Norrby", false}, // too little to tell
		{"the ferry to Norrby leaves at night", false},
		{"Timetable: " + gold, false}, // nothing is cut off
		{"", false},
	} {
		r := prepared.New(&trace.Record{
			Candidates: []trace.Hit{{Text: "Gulls nest on the cranes."}, {Text: tt.candidate}},
			Gold:       &trace.Gold{Evidence: []trace.EvidenceSet{{{Text: gold}}}},
		}, nil)
		cuts := cutBy(r, []trace.UnitMatch{{}})
		i, ok := cuts[gold]
		require.Equal(t, tt.cut, ok, tt.candidate)
		if ok {
			require.Equal(t, 1, i)
		}
	}
}

func TestNeighbour(t *testing.T) {
	rec := &trace.Record{Gold: &trace.Gold{Evidence: []trace.EvidenceSet{{{ID: "a#3"}, {ID: "a#4"}, {ID: "b#5"}, {ID: "a#5"}}, {{ID: "a#2"}}}}}
	found := chunks(rec, []trace.UnitMatch{{Unit: 0, Rank: 2}, {Unit: 1}, {Unit: 2, Rank: 1}, {Unit: 3, Rank: 3}, {Set: 1, Rank: 4}})
	for _, tt := range []struct {
		id   string
		want int // -1: none
	}{{"a#4", 0}, {"a#6", 3}, {"a#3", -1}, {"b#4", 2}, {"b#7", -1}, {"a", -1}, {"", -1}} {
		v, ok := neighbour(found, 0, tt.id)
		require.Equal(t, tt.want >= 0, ok, tt.id)
		if ok {
			require.Equal(t, tt.want, v, tt.id)
		}
	}
}

// overlap agrees with trying every length.
func TestOverlap(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		words := rapid.SliceOfN(rapid.SampledFrom([]string{"a", "b"}), 0, 12)
		a, b := words.Draw(t, "a"), words.Draw(t, "b")
		want := 0
		for n := range min(len(a), len(b)) + 1 {
			if strings.Join(a[len(a)-n:], "") == strings.Join(b[:n], "") {
				want = n
			}
		}
		require.Equal(t, want, overlap(a, b))
	})
}
