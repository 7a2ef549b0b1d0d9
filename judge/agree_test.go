package judge

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ragdiag/ragdiag/llm"
	"github.com/ragdiag/ragdiag/trace"
)

func judged(verdict string, confidence float64) trace.Judgement {
	return trace.Judgement{Verdict: verdict, Confidence: trace.Known(confidence)}
}

func TestAgree(t *testing.T) {
	pairs := []Labelled{
		{Supported, judged(Supported, .9)}, {Supported, judged(Supported, .8)}, {Supported, judged(NotFound, .6)},
		{NotFound, judged(NotFound, .9)}, {Contradicted, judged(Contradicted, .7)}, {NotFound, judged(Supported, .5)},
		{Supported, judged(CannotTell, .2)}, {NotFound, trace.Judgement{Error: "x"}},
	}
	a, err := Agree(Verify, pairs, nil, 1)
	require.NoError(t, err)
	require.Equal(t, []int{8, 6, 1, 1}, []int{a.Labelled, a.Decided, a.Abstained, a.Errors})
	acc, _ := a.Accuracy.Get()
	require.InDelta(t, 4./6, acc, 1e-12, "errors and abstentions are neither right nor wrong")
	// By hand: agreement 4/6; chance (3·3 + 2·2 + 1·1)/36 = 14/36; κ = (24−14)/(36−14).
	k, _ := a.Kappa.Get()
	require.InDelta(t, 10./22, k, 1e-12)
	require.Equal(t, []string{Supported, Partial, Contradicted, NotFound}, a.Categories)
	require.Equal(t, [][]int{{2, 0, 0, 1}, {0, 0, 0, 0}, {0, 0, 1, 0}, {1, 0, 0, 1}}, a.Table)
	_, ok := a.PPI.Get()
	require.False(t, ok)
	require.Contains(t, a.PPI.Reason(), "judge's value alone")
	require.Contains(t, a.PlattECE.Reason(), "20")

	_, err = Agree(Verify, []Labelled{{"right", judged(Supported, 1)}}, nil, 1)
	require.ErrorContains(t, err, `"right" is no label`)
	none, err := Agree(Verify, nil, nil, 1)
	require.NoError(t, err)
	require.NotEmpty(t, none.Accuracy.Reason())
	require.NotEmpty(t, none.Kappa.Reason())
}

// simulate draws labels, and a judge that is right with the given sensitivity and
// specificity and says so with a confidence that is too high.
func simulate(dice *rand.Rand, n int, share, sens, spec float64) (pairs []Labelled) {
	for range n {
		human, hit := NotFound, spec
		if dice.Float64() < share {
			human, hit = Supported, sens
		}
		said := human
		if dice.Float64() >= hit {
			said = map[string]string{Supported: NotFound, NotFound: Supported}[human]
		}
		pairs = append(pairs, Labelled{human, judged(said, .95)})
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
		var others []trace.Judgement
		for _, p := range simulate(dice, 1000, share, .8, .7) {
			others = append(others, p.Judge)
		}
		a, err := Agree(Verify, pairs, others, seed)
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
	a, err := Agree(Verify, simulate(dice, 1000, .7, .8, .8), nil, 1)
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
			out = append(out, one(it.ID, []string{CannotTell, Partial}[n%2], "", ""))
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
		s, err := j.Stability(t.Context(), queries, first, 1)
		require.NoError(t, err)
		require.GreaterOrEqual(t, s.Repeated, repeatLeast)
		require.Equal(t, tt.steady, s.Same == s.Repeated, "%+v", s)
		require.NotNil(t, s.Share)
	}
}

func TestCountPositions(t *testing.T) {
	p := CountPositions([]Preference{{Winner: 0, Consistent: true}, {Winner: -1, Consistent: true}, {Winner: -1, Slot: First}, {Winner: -1, Slot: First}, {Winner: -1, Slot: Second}, {Winner: -1, Error: "x"}, {Winner: -1}})
	require.Equal(t, []int{6, 1, 2, 2, 1}, []int{p.Pairs, p.Errors, p.Consistent, p.First, p.Second})
	require.NotNil(t, p.Bias)
	require.Nil(t, CountPositions(nil).Share)
}

func ExampleAgree() {
	pairs := []Labelled{{Supported, trace.Judgement{Verdict: Supported}}, {NotFound, trace.Judgement{Verdict: Supported}}, {NotFound, trace.Judgement{Verdict: NotFound}}}
	a, err := Agree(Verify, pairs, nil, 1)
	fmt.Println(a.Accuracy, a.Decided, err)
	// Output: 0.667 3 <nil>
}
