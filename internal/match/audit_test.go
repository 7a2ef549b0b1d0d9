package match

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ragdiag/ragdiag/trace"
)

// auditRun makes n records whose unit is found by ID in two of three, and
// otherwise not.
func auditRun(n int) []*trace.Record {
	var out []*trace.Record
	for i := range n {
		r := &trace.Record{ID: fmt.Sprint("q", i), Question: "what?", Context: []trace.Passage{{ID: "a", Text: mill}, {ID: "b", Text: storm}},
			Gold: &trace.Gold{Evidence: []trace.EvidenceSet{{{ID: "a"}}}}}
		if i%3 == 0 {
			r.Gold.Evidence[0][0] = trace.Unit{Text: shop}
		}
		out = append(out, r)
	}
	return out
}

func TestSampleIsStratifiedAndSeeded(t *testing.T) {
	draw := func(seed uint64, turned bool) Sample {
		a := NewAuditor(10, seed)
		run := auditRun(90)
		for i := range run {
			if turned {
				i = len(run) - 1 - i
			}
			a.Add(run[i])
		}
		return a.Sample()
	}
	s := draw(1, false)
	require.Len(t, s.Pairs, 10)
	require.Equal(t, map[string]int{BandID: 60, BandFar: 30}, s.Count)
	weight := map[string]float64{}
	for _, p := range s.Pairs {
		weight[p.Band] += p.Weight
		require.Equal(t, p.Band == BandID, p.Found)
	}
	require.InDelta(t, 60, weight[BandID], 1e-9, "the pairs of a band stand for all of its units")
	require.InDelta(t, 30, weight[BandFar], 1e-9)
	require.Equal(t, s, draw(1, true), "the order of the records does not matter")
	require.NotEqual(t, s.Pairs, draw(2, false).Pairs)
}

func TestPairsThatCannotBeShown(t *testing.T) {
	a := NewAuditor(10, 1)
	a.Add(&trace.Record{ID: "1", Context: []trace.Passage{{ID: "a"}}, Gold: &trace.Gold{Evidence: []trace.EvidenceSet{{{ID: "a"}}}}})
	a.Add(&trace.Record{ID: "2", Context: []trace.Passage{{ID: "a", Text: mill}}})
	a.Add(&trace.Record{ID: "3", Gold: &trace.Gold{Evidence: []trace.EvidenceSet{{{ID: "a"}}}}})
	s := a.Sample()
	require.Empty(t, s.Pairs)
	require.Equal(t, 1, s.Blind)
}

// A person who is asked about few pairs of an unequal sample gets the rate of
// the whole run, and its interval holds it about as often as it says.
func TestAuditIsUnbiased(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	const rounds = 2000
	truth := map[string]float64{BandID: .98, BandNear: .5, BandFar: .02, BandBelow: .4}
	count := map[string]int{BandID: 900, BandNear: 100, BandFar: 400, BandBelow: 50}
	wantFalse, wantMissed := (900*.02+100*.5)/1000, (400*.02+50*.4)/450
	var sumFalse, sumMissed float64
	holds := 0
	for range rounds {
		s := Sample{Count: count}
		answers := map[string]bool{}
		for _, band := range Bands() {
			if count[band] == 0 {
				continue
			}
			for i := range 25 {
				p := Pair{ID: fmt.Sprint(band, i), Band: band}
				s.Pairs = append(s.Pairs, p)
				answers[p.ID] = rng.Float64() < truth[band]
			}
		}
		got := Audit(s, answers)
		sumFalse += got.False.Rate
		sumMissed += got.Missed.Rate
		if got.False.Lo <= wantFalse && wantFalse <= got.False.Hi {
			holds++
		}
	}
	require.InDelta(t, wantFalse, sumFalse/rounds, .003)
	require.InDelta(t, wantMissed, sumMissed/rounds, .003)
	require.Greater(t, float64(holds)/rounds, .93)
}

func TestAuditOfNothing(t *testing.T) {
	got := Audit(Sample{Count: map[string]int{BandID: 5, BandFar: 2}, Pairs: []Pair{{ID: "1", Band: BandID}}}, nil)
	require.False(t, got.False.Known)
	require.Equal(t, 5, got.False.Unjudged)
	require.Len(t, got.Bands, 2)
}
