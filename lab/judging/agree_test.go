package judging

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ragdiag/ragdiag/judge"
	"github.com/ragdiag/ragdiag/llm"
	"github.com/ragdiag/ragdiag/metrics/stat"
	"github.com/ragdiag/ragdiag/trace"
)

func judged(verdict string, confidence float64) trace.Judgement {
	return trace.Judgement{Verdict: verdict, Confidence: trace.Known(confidence)}
}

func TestAgree(t *testing.T) {
	pairs := []Labelled{
		{Human: judge.Supported, Judge: judged(judge.Supported, .9)}, {Human: judge.Supported, Judge: judged(judge.Supported, .8)}, {Human: judge.Supported, Judge: judged(judge.NotFound, .6)},
		{Human: judge.NotFound, Judge: judged(judge.NotFound, .9)}, {Human: judge.Contradicted, Judge: judged(judge.Contradicted, .7)}, {Human: judge.NotFound, Judge: judged(judge.Supported, .5)},
		{Human: judge.Supported, Judge: judged(judge.CannotTell, .2)}, {Human: judge.NotFound, Judge: trace.Judgement{Error: "x"}},
	}
	a, err := Agree(judge.Verify, pairs, nil, 1)
	require.NoError(t, err)
	require.Equal(t, []int{8, 6, 1, 1}, []int{a.Labelled, a.Decided, a.Abstained, a.Errors})
	acc, _ := a.Accuracy.Get()
	require.InDelta(t, 4./6, acc, 1e-12, "errors and abstentions are neither right nor wrong")
	// By hand: agreement 4/6; chance (3·3 + 2·2 + 1·1)/36 = 14/36; κ = (24−14)/(36−14).
	k, _ := a.Kappa.Get()
	require.InDelta(t, 10./22, k, 1e-12)
	require.Equal(t, []string{judge.Supported, judge.Partial, judge.Contradicted, judge.NotFound}, a.Categories)
	require.Equal(t, [][]int{{2, 0, 0, 1}, {0, 0, 0, 0}, {0, 0, 1, 0}, {1, 0, 0, 1}}, a.Table)
	_, ok := a.PPI.Get()
	require.False(t, ok)
	require.Contains(t, a.PPI.Reason(), "judge's value alone")
	require.Contains(t, a.PlattECE.Reason(), "20")

	_, err = Agree(judge.Verify, []Labelled{{Human: "right", Judge: judged(judge.Supported, 1)}}, nil, 1)
	require.ErrorContains(t, err, `"right" is no label`)
	none, err := Agree(judge.Verify, nil, nil, 1)
	require.NoError(t, err)
	require.NotEmpty(t, none.Accuracy.Reason())
	require.NotEmpty(t, none.Kappa.Reason())
}

// simulate draws labels, and a judge that is right with the given sensitivity and
// specificity and says so with a confidence that is too high.
func simulate(dice *rand.Rand, n int, share, sens, spec float64) (pairs []Labelled) {
	for range n {
		human, hit := judge.NotFound, spec
		if dice.Float64() < share {
			human, hit = judge.Supported, sens
		}
		said := human
		if dice.Float64() >= hit {
			said = map[string]string{judge.Supported: judge.NotFound, judge.NotFound: judge.Supported}[human]
		}
		pairs = append(pairs, Labelled{Human: human, Judge: judged(said, .95)})
	}
	return pairs
}

// PPI++ covers the truth where the judge alone does not, and is narrower than the
// labels alone.
func TestShareIsCovered(t *testing.T) {
	const runs, share = 1000, .7
	ppi, naive, narrower := 0, 0, 0
	for seed := range uint64(runs) {
		dice := rand.New(rand.NewPCG(9, seed*0x9e3779b97f4a7c15))
		pairs := simulate(dice, 100, share, .8, .7)
		for i := range pairs {
			pairs[i].Judge.Confidence = trace.Unknown("not asked for") // nothing to scale: it takes long
		}
		var others [][]trace.Judgement
		for _, p := range simulate(dice, 1000, share, .8, .7) {
			others = append(others, []trace.Judgement{p.Judge})
		}
		a, err := Agree(judge.Verify, pairs, others, seed)
		require.NoError(t, err)
		if a.PPIInterval.Contains(share) {
			ppi++
		}
		if v, _ := a.Naive.Get(); v > share-.029 && v < share+.029 {
			naive++
		}
		if a.PPIInterval.Hi-a.PPIInterval.Lo < a.HumansInterval.Hi-a.HumansInterval.Lo {
			narrower++
		}
	}
	t.Logf("of %d runs: PPI++ covers in %d, the judge alone in %d, PPI++ is narrower than the labels in %d", runs, ppi, naive, narrower)
	require.GreaterOrEqual(t, ppi, runs*93/100)
	require.LessOrEqual(t, ppi, runs*97/100)
	require.Less(t, naive, runs/2)
	require.Greater(t, narrower, runs*8/10)
}

// Platt scaling takes away the overconfidence, and finds a known curve.
func TestPlatt(t *testing.T) {
	dice := rand.New(rand.NewPCG(1, 2))
	a, err := Agree(judge.Verify, simulate(dice, 1000, .7, .8, .8), nil, 1)
	require.NoError(t, err)
	before, _ := a.ECE.Get()
	after, _ := a.PlattECE.Get()
	require.InDelta(t, .15, before, .04)
	require.Less(t, after, .04)

	truth := scaling{.6, -.5}
	var conf []float64
	var right []bool
	for range 20000 {
		c := dice.Float64()
		conf, right = append(conf, c), append(right, dice.Float64() < truth.of(c))
	}
	got := platt(conf, right)
	require.InDelta(t, truth.a, got.a, .05)
	require.InDelta(t, truth.b, got.b, .05)

	for _, all := range []bool{true, false} { // no information but the share
		s := platt([]float64{.9, .9, .9, .9}, []bool{all, all, all, all})
		require.Equal(t, all, s.of(.9) > .5)
	}
}

func TestStability(t *testing.T) {
	queries := fixtureQueries(t, 30)
	n := 0
	steady := generator(func(r llm.Request) string { return honest{}.reply(r) })
	moody := generator(func(r llm.Request) string {
		n++
		s := look(r.User)
		var out []string
		for _, it := range s.items {
			out = append(out, one(it.ID, []string{judge.CannotTell, judge.Partial}[n%2], "", ""))
		}
		return items(out...)
	})
	for _, tt := range []struct {
		name   string
		g      generator
		steady bool
	}{{"steady", steady, true}, {"moody", moody, false}} {
		j := judgeOf(t, tt.g)
		var first [][]trace.Judgement
		for _, q := range queries {
			got, _, err := j.Ask(t.Context(), q)
			require.NoError(t, err)
			first = append(first, got)
		}
		s, err := Repeat(t.Context(), j, queries, first, 1)
		require.NoError(t, err)
		require.GreaterOrEqual(t, s.Repeated, repeatLeast)
		require.Equal(t, tt.steady, s.Same == s.Repeated, "%+v", s)
		require.NotNil(t, s.Share)
	}
}

func TestCountPositions(t *testing.T) {
	p := CountPositions([]Preference{{Winner: 0, Consistent: true}, {Winner: -1, Consistent: true}, {Winner: -1, Slot: judge.First}, {Winner: -1, Slot: judge.First}, {Winner: -1, Slot: judge.Second}, {Winner: -1, Error: "x"}, {Winner: -1}})
	require.Equal(t, []int{6, 1, 2, 2, 1}, []int{p.Pairs, p.Errors, p.Consistent, p.First, p.Second})
	require.NotNil(t, p.Bias)
	require.Nil(t, CountPositions(nil).Share)
}

func ExampleAgree() {
	pairs := []Labelled{{Human: judge.Supported, Judge: trace.Judgement{Verdict: judge.Supported}}, {Human: judge.NotFound, Judge: trace.Judgement{Verdict: judge.Supported}}, {Human: judge.NotFound, Judge: trace.Judgement{Verdict: judge.NotFound}}}
	a, err := Agree(judge.Verify, pairs, nil, 1)
	fmt.Println(a.Accuracy, a.Decided, err)
	// Output: 0.667 3 <nil>
}

// Confidence and verifier together tell more than confidence alone where the
// verifier knows something, and the verifier gets no weight where it does not.
func TestCombined(t *testing.T) {
	for _, tt := range []struct {
		name  string
		knows float64 // weight of the verifier's log odds in being right
	}{{"it knows something", .8}, {"it knows nothing", 0}} {
		dice := rand.New(rand.NewPCG(3, 1))
		var pairs []Labelled
		var sure []float64
		var right []bool
		brier := func(p func(i int) float64) (s float64) {
			for i := range pairs {
				y := 0.0
				if right[i] {
					y = 1
				}
				s += (p(i) - y) * (p(i) - y)
			}
			return s / float64(len(pairs))
		}
		for range 2000 {
			c, p := .5+.49*dice.Float64(), .02+.96*dice.Float64()
			ok := dice.Float64() < 1/(1+math.Exp(-(-.3+.5*judge.Logit(c)+tt.knows*judge.Logit(p))))
			human := judge.NotFound
			if ok {
				human = judge.Supported
			}
			pairs = append(pairs, Labelled{Human: human, Judge: judged(judge.Supported, c), Offline: p})
			sure, right = append(sure, c), append(right, ok)
		}
		a, err := Agree(judge.Verify, pairs, nil, 1)
		require.NoError(t, err)
		require.InDelta(t, .5, a.Scale.Confidence, .15, tt.name)
		require.InDelta(t, tt.knows, a.Scale.Offline, .12, tt.name)
		require.InDelta(t, -.3, a.Scale.Bias, .2, tt.name)
		require.Equal(t, 2000, a.Scale.Labels)
		ece, ok := a.CombinedECE.Get()
		require.True(t, ok)
		require.Less(t, ece, .05)
		alone := platt(sure, right)
		both := brier(func(i int) float64 {
			return judge.RightBy(*a.Scale, sure[i], judge.OddsOf(judge.Supported, pairs[i].Offline))
		})
		one := brier(func(i int) float64 { return alone.of(sure[i]) })
		t.Logf("%s: Brier %.4f by confidence, %.4f with the verifier", tt.name, one, both)
		if tt.knows > 0 {
			require.Less(t, both, one-.02)
		}
	}
	require.InDelta(t, judge.Logit(.9), -judge.OddsOf(judge.NotFound, .9), 1e-12)
	require.Zero(t, judge.OddsOf(judge.Partial, .9))
	require.Zero(t, judge.OddsOf(judge.Supported, 0))
}

// Items of one record that agree tell less: the intervals are wider by it, and are
// as they were where each record has one item.
func TestItemsOfOneRecordHangTogether(t *testing.T) {
	dice := rand.New(rand.NewPCG(1, 9))
	alone := simulate(dice, 60, .7, .8, .8)
	tied := make([]Labelled, 0, 180)
	for i, p := range alone {
		for range 3 {
			p.Record = fmt.Sprint(i)
			tied = append(tied, p)
		}
	}
	free := slices.Clone(tied)
	for i := range free {
		free[i].Record = ""
	}
	var others [][]trace.Judgement
	for _, p := range simulate(dice, 200, .7, .8, .8) {
		others = append(others, []trace.Judgement{p.Judge, p.Judge, p.Judge})
	}
	of := func(pairs []Labelled) Agreement {
		a, err := Agree(judge.Verify, pairs, others, 1)
		require.NoError(t, err)
		return a
	}
	a, b := of(tied), of(free)
	width := func(iv *stat.Interval) float64 { return iv.Hi - iv.Lo }
	require.Equal(t, a.Accuracy, b.Accuracy)
	require.InDelta(t, math.Sqrt(3), width(a.AccuracyInterval)/width(b.AccuracyInterval), .1, "three times the same is one")
	require.InDelta(t, math.Sqrt(3), width(a.HumansInterval)/width(b.HumansInterval), .1)
	require.Greater(t, width(a.PPIInterval), 1.15*width(b.PPIInterval))
	require.Contains(t, a.PPIInterval.Method, "design effect")
	require.NotContains(t, b.AccuracyInterval.Method, "design effect")
}
