package judging

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ragdiag/ragdiag/judge"
	"github.com/ragdiag/ragdiag/lab/mock"
	"github.com/ragdiag/ragdiag/trace"
)

// simulated is a judge over HTTP with settable weaknesses.
func simulated(t *testing.T, m mock.Judge) *judge.Judge {
	t.Helper()
	return judgeOf(t, overHTTP(t, mock.Options{Handlers: m.Handlers()}))
}

// crowd is queries of several claims each, one half of them true.
func crowd(n int) (queries []judge.Query) {
	for i := range n {
		q := judge.Query{Record: fmt.Sprint("r", i), Task: judge.Verify}
		for k := range 4 {
			q.Units = append(q.Units, judge.Unit{ID: fmt.Sprintf("p%d", k+1), Text: fmt.Sprintf("The tower of Ostra%d has %d steps.", k, 100+7*i+k)})
			claim := fmt.Sprintf("The tower of Ostra%d has %d steps.", k, 100+7*i+k)
			if k%2 == 1 {
				claim = fmt.Sprintf("The tower of Ostra%d has no steps at all.", k)
			}
			q.Items = append(q.Items, judge.ClaimItem(k, claim))
		}
		queries = append(queries, q)
	}
	return queries
}

// What batches cost is found: a judge that errs only in company is right alone.
func TestAlone(t *testing.T) {
	queries := crowd(40)
	var labels [][]string // what the judge says without its weakness
	right, err := simulated(t, mock.Judge{}).AskAll(t.Context(), queries, 4)
	require.NoError(t, err)
	for _, said := range right {
		var words []string
		for _, g := range said {
			words = append(words, word(g))
		}
		labels = append(labels, words)
	}
	for _, tt := range []struct {
		name    string
		crowded float64
	}{{"steady", 0}, {"confused by company", .3}} {
		t.Run(tt.name, func(t *testing.T) {
			j := simulated(t, mock.Judge{Seed: 2, Crowded: tt.crowded})
			first, err := j.AskAll(t.Context(), queries, 4)
			require.NoError(t, err)
			b, err := Alone(t.Context(), j, queries, first, labels, 1, 1)
			require.NoError(t, err)
			again, err := Alone(t.Context(), j, queries, first, labels, 1, 8)
			require.NoError(t, err)
			require.Equal(t, b, again, "at any parallelism")
			require.Equal(t, aloneLeast, b.Items)
			require.Equal(t, aloneLeast, b.Labelled)
			require.Equal(t, b.Items, b.AloneRight)
			if tt.crowded == 0 {
				require.Equal(t, b.Items, b.Same)
				require.Zero(t, b.Turned)
				return
			}
			require.Less(t, b.Same, b.Items)
			require.Less(t, b.BatchRight, b.AloneRight)
		})
	}
	many := crowd(200)
	j := simulated(t, mock.Judge{})
	first, err := j.AskAll(t.Context(), many, 8)
	require.NoError(t, err)
	b, err := Alone(t.Context(), j, many, first, nil, 1, 8)
	require.NoError(t, err)
	require.Equal(t, 40, b.Items, "a twentieth of 800")
	require.Zero(t, b.Labelled)

	single := crowd(1)
	single[0].Items = single[0].Items[:1]
	b, err = Alone(t.Context(), j, single, [][]trace.Judgement{{{}}}, nil, 1, 1)
	require.NoError(t, err)
	require.Zero(t, b.Items, "nothing shared a prompt")
	require.Nil(t, b.Share)
}

// A judge that says "supported" of long claims whatever is true is found out at
// equal labels; one whose long claims really are true more often is not blamed.
func TestLengthOf(t *testing.T) {
	draw := func(seed uint64, bias, truth float64) (queries []judge.Query, said [][]trace.Judgement, labels [][]string) {
		dice := rand.New(rand.NewPCG(seed, 3))
		for range 300 {
			doublings := 4 + 3*dice.Float64()
			label := judge.NotFound
			if dice.Float64() < 1/(1+math.Exp(-truth*(doublings-5.5))) {
				label = judge.Supported
			}
			z := bias * (doublings - 5.5)
			if label == judge.Supported {
				z += 2
			} else {
				z -= 2
			}
			v := judge.NotFound
			if dice.Float64() < 1/(1+math.Exp(-z)) {
				v = judge.Supported
			}
			queries = append(queries, judge.Query{Task: judge.Verify, Items: []judge.Item{{ID: "c1", Text: strings.Repeat("x", int(math.Exp2(doublings)))}}})
			said, labels = append(said, []trace.Judgement{{Verdict: v}}), append(labels, []string{label})
		}
		return queries, said, labels
	}
	for _, tt := range []struct {
		name        string
		bias, truth float64
		found       bool
	}{{"no bias", 0, 0, false}, {"long claims are true more often", 0, 2, false}, {"bias", 1.5, 0, true}} {
		found, inside := 0, 0
		for seed := range uint64(40) {
			q, s, l := draw(seed, tt.bias, tt.truth)
			b := LengthOf(judge.Verify, q, s, l)
			require.True(t, b.Controlled)
			require.NotNil(t, b.Interval, "%s", b.PerDoubling)
			if !b.Interval.Contains(0) {
				found++
			}
			if b.Interval.Contains(tt.bias) {
				inside++
			}
		}
		t.Logf("%s: a bias is found in %d of 40, the true slope lies inside in %d", tt.name, found, inside)
		require.GreaterOrEqual(t, inside, 34)
		if tt.found {
			require.GreaterOrEqual(t, found, 38)
		} else {
			require.LessOrEqual(t, found, 6)
		}
	}
	q, s, _ := draw(1, 0, 3)
	b := LengthOf(judge.Verify, q, s, nil)
	require.False(t, b.Controlled)
	require.False(t, b.Interval.Contains(0), "without labels the truth shows as a slope: it says so")
	few := LengthOf(judge.Verify, q[:6], s[:6], nil)
	require.Nil(t, few.Interval)
	require.NotEmpty(t, few.PerDoubling.Reason())
}

// Over HTTP, in both orders: a judge that likes length is found out, and what it
// would say at equal length is worked out.
func TestLengthOfPairs(t *testing.T) {
	compared := func(m mock.Judge) LengthBias {
		j := simulated(t, m)
		var prefs []Preference
		var ratios []float64
		dice := rand.New(rand.NewPCG(5, 5))
		for i := range 80 {
			passages := []judge.Unit{{ID: "p1", Text: fmt.Sprintf("The quay of Venn%d is 140 metres long and was built in 1871.", i)}}
			answers := []string{"It is 140 metres long.", "Somebody built something."}
			if dice.IntN(2) == 0 {
				answers[0], answers[1] = answers[1], answers[0]
			}
			for k := range answers {
				answers[k] += strings.Repeat(" Thank you for asking.", dice.IntN(6))
			}
			p, err := Compare(t.Context(), j, fmt.Sprint(i), fmt.Sprintf("How long is the quay of Venn%d?", i), passages, answers[0], answers[1])
			require.NoError(t, err)
			prefs, ratios = append(prefs, p), append(ratios, float64(len(answers[0]))/float64(len(answers[1])))
		}
		return LengthOfPairs(prefs, ratios)
	}
	fair, keen := compared(mock.Judge{}), compared(mock.Judge{Longer: .6})
	t.Logf("fair %s %v; keen on length %s %v, even %s %v", fair.PerDoubling, fair.Interval, keen.PerDoubling, keen.Interval, keen.Even, keen.EvenInterval)
	require.NotNil(t, keen.Interval)
	require.Greater(t, keen.Interval.Lo, 0.0)
	require.NotNil(t, keen.EvenInterval)
	require.True(t, keen.EvenInterval.Contains(.5))
	none := LengthOfPairs(nil, nil)
	require.NotEmpty(t, none.PerDoubling.Reason())
	require.NotEmpty(t, none.Even.Reason())
}
