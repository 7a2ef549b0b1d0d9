package metrics_test

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/ragdiag/ragdiag/metrics"
)

// drawRanking draws a ranking of up to 12 documents and grades for some of them.
func drawRanking(t *rapid.T) (ranked []string, grades map[string]int) {
	docs := make([]string, rapid.IntRange(1, 12).Draw(t, "documents"))
	grades = map[string]int{}
	for i := range docs {
		docs[i] = fmt.Sprintf("d%d", i)
		if g := rapid.IntRange(-2, 3).Draw(t, "grade"); g > -2 {
			grades[docs[i]] = g
		}
	}
	ranked = rapid.Permutation(docs).Draw(t, "ranked")
	return ranked[:rapid.IntRange(0, len(docs)).Draw(t, "retrieved")], grades
}

func parse(t require.TestingT, names string) []metrics.Measure {
	ms, err := metrics.ParseMeasures(names)
	require.NoError(t, err)
	return ms
}

const bounded = "P@1 P@5 R@1 R@5 Success@3 RR RR@2 AP AP@4 nDCG nDCG@3 nDCG(dcg='exp-log2')@5 Rprec Bpref ERR ERR@2 SetP SetR SetF Judged@4 AP(judged_only=True) P(rel=2)@3"

func TestRetrievalProperties(t *testing.T) {
	measures := parse(t, bounded)
	rapid.Check(t, func(t *rapid.T) {
		ranked, grades := drawRanking(t)
		topic, err := metrics.NewTopic("q", ranked, grades)
		require.NoError(t, err)
		renamed, err := metrics.NewTopic("q", rename(ranked), renameKeys(grades))
		require.NoError(t, err)
		// One more document that nobody judged, at the end, changes only what
		// divides by the number retrieved.
		longer, err := metrics.NewTopic("q", append(slices.Clone(ranked), "unjudged"), grades)
		require.NoError(t, err)
		for _, m := range measures {
			v, err := m.Of(topic)
			if err != nil {
				continue
			}
			require.True(t, 0 <= v && v <= 1+1e-15, "%s = %v", m, v)
			same, err := m.Of(renamed)
			require.NoError(t, err)
			require.Equal(t, v, same, "%s depends on names", m)
			if m.Kind != metrics.KindSetP && m.Kind != metrics.KindSetF && m.Kind != metrics.KindJudged {
				same, err = m.Of(longer)
				require.NoError(t, err)
				require.Equal(t, v, same, "%s depends on what comes after the last judged document", m)
			}
		}
	})
}

func rename(docs []string) []string {
	out := make([]string, len(docs))
	for i, d := range docs {
		out[i] = "another-" + d
	}
	return out
}

func renameKeys(grades map[string]int) map[string]int {
	out := map[string]int{}
	for d, g := range grades {
		out["another-"+d] = g
	}
	return out
}

// TestRetrievalByDefinition compares with the definitions, written out.
func TestRetrievalByDefinition(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		ranked, grades := drawRanking(t)
		k := rapid.IntRange(1, 14).Draw(t, "k")
		rel := map[string]bool{}
		total := 0
		for d, g := range grades {
			if rel[d] = g >= 1; rel[d] {
				total++
			}
		}
		if total == 0 {
			_, err := metrics.AP(ranked, rel)
			require.ErrorIs(t, err, metrics.ErrNoRelevant)
			return
		}
		hits, ap, rr := 0, 0., 0.
		for i, d := range ranked {
			if !rel[d] {
				continue
			}
			if hits++; hits == 1 {
				rr = 1 / float64(i+1)
			}
			ap += float64(hits) / float64(i+1)
		}
		top := 0
		for _, d := range ranked[:min(k, len(ranked))] {
			if rel[d] {
				top++
			}
		}
		near(t, "AP", ap/float64(total))(metrics.AP(ranked, rel))
		near(t, "RR", rr)(metrics.RR(ranked, rel))
		near(t, "R", float64(top)/float64(total))(metrics.RecallAt(k, ranked, rel))

		gain := func(docs []int) float64 {
			sum := 0.
			for i, g := range docs[:min(k, len(docs))] {
				sum += float64(max(g, 0)) / math.Log2(float64(i+2))
			}
			return sum
		}
		var got, ideal []int
		for _, d := range ranked {
			got = append(got, grades[d])
		}
		for _, g := range grades {
			ideal = append(ideal, g)
		}
		slices.Sort(ideal)
		slices.Reverse(ideal)
		near(t, "nDCG", gain(got)/gain(ideal))(metrics.NDCGAt(k, ranked, grades))
	})
}

func near(t require.TestingT, name string, want float64) func(float64, error) {
	return func(got float64, err error) {
		require.NoError(t, err, name)
		require.InDelta(t, want, got, 1e-14, name)
	}
}

// TestIdealOrderIsBest tries every order of a few documents: none beats the one
// by falling grade.
func TestIdealOrderIsBest(t *testing.T) {
	grades := map[string]int{"a": 3, "b": 2, "c": 1, "d": 0, "e": -1}
	docs := []string{"a", "b", "c", "d", "e"}
	for _, m := range parse(t, "nDCG@3 nDCG(dcg='exp-log2') AP RR Bpref ERR") {
		best, err := metrics.NewTopic("q", docs, grades)
		require.NoError(t, err)
		top, err := m.Of(best)
		require.NoError(t, err)
		permute(docs, 0, func(order []string) {
			topic, err := metrics.NewTopic("q", order, grades)
			require.NoError(t, err)
			v, err := m.Of(topic)
			require.NoError(t, err)
			require.LessOrEqual(t, v, top+1e-15, "%s of %v", m, order)
		})
	}
}

func permute(docs []string, i int, visit func([]string)) {
	if i == len(docs) {
		visit(docs)
		return
	}
	order := slices.Clone(docs)
	for j := i; j < len(order); j++ {
		order[i], order[j] = order[j], order[i]
		permute(order, i+1, visit)
		order[i], order[j] = order[j], order[i]
	}
}

func TestEvaluate(t *testing.T) {
	with, err := metrics.NewTopic("q1", []string{"x", "a"}, map[string]int{"a": 1})
	require.NoError(t, err)
	without, err := metrics.NewTopic("q2", []string{"a"}, map[string]int{"a": 0})
	require.NoError(t, err)
	topics, ms := []metrics.Topic{with, without}, parse(t, "AP NumRet Judged@5")

	e, err := metrics.Evaluate(topics, ms, metrics.EvalOptions{})
	require.NoError(t, err)
	require.Equal(t, []metrics.Total{{Value: .25, N: 2, Undefined: 1}, {Value: 3, N: 2}, {Value: .75, N: 2}}, e.Totals)

	e, err = metrics.Evaluate(topics, ms, metrics.EvalOptions{LeaveOut: true})
	require.NoError(t, err)
	require.Equal(t, metrics.Total{Value: .5, N: 1, Undefined: 1}, e.Totals[0])
	require.ErrorIs(t, e.Queries[1].Values[0].Reason, metrics.ErrNoRelevant)

	nothing := metrics.Topic{ID: "q0", Grades: []int{1}}
	e, err = metrics.Evaluate([]metrics.Topic{nothing}, parse(t, "SetP Judged@5 R@5"), metrics.EvalOptions{LeaveOut: true})
	require.NoError(t, err)
	require.Equal(t, []metrics.Total{{N: 1, Undefined: 1}, {N: 1, Undefined: 1}, {N: 1}}, e.Totals, "nothing retrieved is 0")

	e, err = metrics.Evaluate(nil, ms, metrics.EvalOptions{})
	require.NoError(t, err)
	require.ErrorIs(t, e.Totals[0].Reason, metrics.ErrEmpty, "the mean of nothing is undefined")

	steep, err := metrics.NewTopic("q3", []string{"a"}, map[string]int{"a": 9})
	require.NoError(t, err)
	_, err = metrics.Evaluate([]metrics.Topic{steep}, parse(t, "ERR@5"), metrics.EvalOptions{})
	require.ErrorIs(t, err, metrics.ErrGrade)
	require.ErrorContains(t, err, `"q3"`)
}
