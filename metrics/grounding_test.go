package metrics_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/ragdiag/ragdiag/metrics"
)

// A response of four claims, gold of three, three passages. Passage 1 holds gold
// claim 1 only; passages 2 and 3 hold none. Claims: 1 right and supported by 1;
// 2 wrong, supported by 1 and 2; 3 wrong, supported by 3; 4 right, unsupported.
var grounded = metrics.Grounding{
	Passages: 3,
	Right:    []bool{true, false, false, true},
	Covered:  []bool{true, false, true},
	Supports: [][]bool{{true, false, false}, {true, true, false}, {false, false, true}, {false, false, false}},
	Holds:    [][]bool{{true, false, false}, {false, false, false}, {false, false, false}},
}

func TestGrounding(t *testing.T) {
	want := map[string]float64{
		"precision": .5, "recall": 2. / 3, "f1": 4. / 7, "claim_recall": 1. / 3, "context_precision": 1. / 3,
		"context_utilization": 1, "noise_sensitivity_in_relevant": .25, "noise_sensitivity_in_irrelevant": .25,
		"hallucination": 0, "self_knowledge": .25, "faithfulness": .75,
	}
	for _, m := range metrics.GroundingMeasures {
		near(t, m.Name, want[m.Name])(m.Of(grounded))
	}
	require.Len(t, want, len(metrics.GroundingMeasures))
}

func TestGroundingUndefined(t *testing.T) {
	none := metrics.Grounding{Right: []bool{}, Covered: []bool{}, Supports: [][]bool{}, Holds: [][]bool{}}
	for _, m := range metrics.GroundingMeasures {
		_, err := m.Of(none)
		require.ErrorIs(t, err, metrics.ErrNoClaims, "%s of no claims", m.Name)
		_, err = m.Of(metrics.Grounding{})
		require.ErrorIs(t, err, metrics.ErrNotJudged, "%s of no verdicts", m.Name)
	}
	nothing := grounded
	nothing.Holds = [][]bool{{false, false, false}, {false, false, false}, {false, false, false}}
	_, err := nothing.ContextUtilization()
	require.ErrorIs(t, err, metrics.ErrNothingHeld)
	near(t, "both 0", 0)(metrics.Grounding{Right: []bool{false}, Covered: []bool{false}}.F1())

	empty := metrics.Grounding{Right: []bool{true}, Covered: []bool{true}, Supports: [][]bool{{}}, Holds: [][]bool{{}}}
	_, err = empty.ContextPrecision()
	require.ErrorIs(t, err, metrics.ErrNoneRetrieved)
	near(t, "nothing retrieved holds nothing", 0)(empty.ClaimRecall())
	near(t, "nothing retrieved supports nothing", 1)(empty.SelfKnowledge())

	ragged := grounded
	ragged.Supports = ragged.Supports[:2]
	for _, of := range []func(metrics.Grounding) (float64, error){metrics.Grounding.Hallucination, metrics.Grounding.NoiseInRelevant, metrics.Grounding.ContextUtilization} {
		_, err = of(ragged)
		require.ErrorIs(t, err, metrics.ErrShape)
	}
	ragged = grounded
	ragged.Passages = 2
	require.ErrorIs(t, ragged.Check(), metrics.ErrShape)
}

// TestGroundingIdentities: every claim of a response is either supported or not,
// and right or wrong.
func TestGroundingIdentities(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		passages := rapid.IntRange(0, 4).Draw(t, "passages")
		bools := func(n int, name string) []bool { return rapid.SliceOfN(rapid.Bool(), n, n).Draw(t, name) }
		matrix := func(n int, name string) [][]bool {
			rows := make([][]bool, n)
			for i := range rows {
				rows[i] = bools(passages, name)
			}
			return rows
		}
		claims, gold := rapid.IntRange(1, 6).Draw(t, "claims"), rapid.IntRange(1, 5).Draw(t, "gold")
		g := metrics.Grounding{
			Passages: passages, Right: bools(claims, "right"), Covered: bools(gold, "covered"),
			Supports: matrix(claims, "supports"), Holds: matrix(gold, "holds"),
		}
		require.NoError(t, g.Check())
		v := map[string]float64{}
		for _, m := range metrics.GroundingMeasures {
			value, err := m.Of(g)
			if m.Name == "context_utilization" && err != nil || m.Name == "context_precision" && passages == 0 {
				continue
			}
			require.NoError(t, err, m.Name)
			require.True(t, 0 <= value && value <= 1, "%s = %v", m.Name, value)
			v[m.Name] = value
		}
		require.InDelta(t, 1, v["faithfulness"]+v["hallucination"]+v["self_knowledge"], 1e-15)
		require.InDelta(t, 1, v["precision"]+v["noise_sensitivity_in_relevant"]+v["noise_sensitivity_in_irrelevant"]+v["hallucination"], 1e-15)
	})
}

func TestCountCitations(t *testing.T) {
	type sentence = metrics.CitedSentence
	for _, tt := range []struct {
		name        string
		sentences   []sentence
		rules       metrics.CitationRules
		want        metrics.CitationCounts
		recall, pre float64
	}{
		{
			"one citation is as good as its sentence",
			[]sentence{{Citations: []int{1}, Joint: true}, {Citations: []int{2}}},
			metrics.CountFabricated, metrics.CitationCounts{2, 1, 2, 1, 0}, .5, .5,
		},
		{
			"superfluous: not enough alone while the rest is",
			[]sentence{{Citations: []int{1, 2}, Joint: true, Alone: []bool{true, false}, Rest: []bool{false, true}}},
			metrics.CountFabricated, metrics.CitationCounts{1, 1, 2, 1, 0}, 1, .5,
		},
		{
			"needed together",
			[]sentence{{Citations: []int{1, 2}, Joint: true, Alone: []bool{false, false}, Rest: []bool{false, false}}},
			metrics.CountFabricated, metrics.CitationCounts{1, 1, 2, 2, 0}, 1, 1,
		},
		{
			"duplicates count",
			[]sentence{{Citations: []int{1, 1, 3}, Joint: true, Alone: []bool{true, true, false}, Rest: []bool{true, true, true}}},
			metrics.CountFabricated, metrics.CitationCounts{1, 1, 3, 2, 0}, 1, 2. / 3,
		},
		{"no citations: precision is 0", []sentence{{}, {}}, metrics.CountFabricated, metrics.CitationCounts{2, 0, 0, 0, 0}, 0, 0},
		{
			"beyond the last passage is fabricated, and its sentence unsupported",
			[]sentence{{Citations: []int{1, 9}, Joint: true}, {Citations: []int{1}, Joint: true}},
			metrics.CountFabricated, metrics.CitationCounts{2, 1, 3, 1, 1}, .5, 1. / 3,
		},
		{
			"ALCE drops them from the precision",
			[]sentence{{Citations: []int{1, 9}, Joint: true}, {Citations: []int{1}, Joint: true}},
			metrics.ALCE, metrics.CitationCounts{2, 1, 1, 1, 1}, .5, 1,
		},
		{
			"exempt sentences that cite nothing are left out",
			[]sentence{{Exempt: true}, {Citations: []int{1}, Joint: true, Exempt: true}, {}},
			metrics.CountFabricated, metrics.CitationCounts{2, 1, 1, 1, 0}, .5, 1,
		},
		{
			"ALCE exempts no sentence",
			[]sentence{{Exempt: true}, {Citations: []int{1}, Joint: true}},
			metrics.ALCE, metrics.CitationCounts{2, 1, 1, 1, 0}, .5, 1,
		},
		{"[0] is fabricated", []sentence{{Citations: []int{0}, Joint: true}}, metrics.CountFabricated, metrics.CitationCounts{1, 0, 1, 0, 1}, 0, 0},
		{"ALCE reads [0] as the last passage", []sentence{{Citations: []int{0}, Joint: true}}, metrics.ALCE, metrics.CitationCounts{1, 1, 1, 1, 1}, 1, 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := metrics.CountCitations(3, tt.sentences, tt.rules)
			require.NoError(t, err)
			require.Equal(t, tt.want, got)
			near(t, "recall", tt.recall)(got.Recall())
			near(t, "precision", tt.pre)(got.Precision())
		})
	}
	_, err := metrics.CountCitations(3, []sentence{{Citations: []int{1, 2}, Joint: true}}, metrics.CountFabricated)
	require.ErrorIs(t, err, metrics.ErrShape)
	_, err = metrics.CountCitations(3, []sentence{{Citations: []int{1, 2}, Joint: true, Alone: []bool{true, false}}}, metrics.CountFabricated)
	require.ErrorIs(t, err, metrics.ErrShape)
	_, err = metrics.CitationCounts{}.Recall()
	require.ErrorIs(t, err, metrics.ErrEmpty)
	require.Equal(t, metrics.CitationCounts{3, 1, 4, 1, 5}, metrics.CitationCounts{2, 1, 1, 0, 2}.Add(metrics.CitationCounts{1, 0, 3, 1, 3}))
}
