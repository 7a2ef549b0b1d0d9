package fit

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

func ExampleTemperature() {
	// Says 88 to 12 each time and is right in three of four: too sure.
	logits := [][]float64{{2, 0}, {2, 0}, {2, 0}, {2, 0}}
	t, _ := Temperature(logits, []int{0, 0, 0, 1})
	fmt.Printf("%.2f\n", t)
	// Output: 1.82
}

func ExampleQuantile() {
	q, _ := Quantile([]float64{.1, .5, .2, .9, .3, .4, .6, .7, .8}, .1)
	few, _ := Quantile([]float64{.1, .2}, .1)
	fmt.Println(q, few)
	// Output: 0.9 +Inf
}

// Logits drawn from a softmax and then blown up by T give T back, and T moves
// with the scale of the logits.
func TestTemperatureRecovers(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for _, want := range []float64{.5, 1, 3} {
		var logits, twice [][]float64
		var labels []int
		for range 20000 {
			z := []float64{2 * rng.NormFloat64(), 2 * rng.NormFloat64(), 2 * rng.NormFloat64()}
			mass := 0.0
			for _, x := range z {
				mass += math.Exp(x)
			}
			u, label := rng.Float64()*mass, 0
			for u -= math.Exp(z[0]); u > 0 && label < 2; u -= math.Exp(z[label]) {
				label++
			}
			logits = append(logits, []float64{want * z[0], want * z[1], want * z[2]})
			twice = append(twice, []float64{2 * want * z[0], 2 * want * z[1], 2 * want * z[2]})
			labels = append(labels, label)
		}
		got, err := Temperature(logits, labels)
		require.NoError(t, err)
		require.InEpsilon(t, want, got, .05)
		double, err := Temperature(twice, labels)
		require.NoError(t, err)
		require.InEpsilon(t, 2*got, double, 1e-9)
	}
}

func TestTemperatureEdges(t *testing.T) {
	inf := math.Inf(-1)
	got, err := Temperature([][]float64{{1, 0, inf}}, []int{0})
	require.NoError(t, err)
	require.Equal(t, minTemperature, got, "always right: as sure as allowed")
	got, err = Temperature([][]float64{{1, 0}}, []int{1})
	require.NoError(t, err)
	require.EqualValues(t, maxTemperature, got, "always wrong: as unsure as allowed")
	for name, tt := range map[string]struct {
		logits [][]float64
		labels []int
		want   string
	}{
		"none":       {nil, nil, "no rows"},
		"lengths":    {[][]float64{{1, 0}}, nil, "1 rows but 0 labels"},
		"class":      {[][]float64{{1, 0}}, []int{2}, "row 0: label 2 is none of 2 classes"},
		"one class":  {[][]float64{{1}}, []int{0}, "row 0: 1 classes"},
		"NaN":        {[][]float64{{1, math.NaN()}}, []int{0}, "row 0: logit 1 is NaN"},
		"impossible": {[][]float64{{1, inf}}, []int{1}, "probability 0"},
	} {
		_, err := Temperature(tt.logits, tt.labels)
		require.ErrorContains(t, err, tt.want, name)
	}
}

// A new score of the same source lies at or below the quantile at least as
// often as promised, and not much more often.
func TestQuantileCovers(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	const trials = 4000
	for _, alpha := range []float64{.05, .1, .3} {
		for _, n := range []int{20, 99} {
			in := 0
			for range trials {
				scores := make([]float64, n)
				for i := range scores {
					scores[i] = rng.ExpFloat64()
				}
				q, err := Quantile(scores, alpha)
				require.NoError(t, err)
				if rng.ExpFloat64() <= q {
					in++
				}
			}
			share := float64(in) / trials
			require.Greater(t, share, 1-alpha-.02, "n %d alpha %v", n, alpha)
			require.Less(t, share, 1-alpha+1/float64(n+1)+.02, "n %d alpha %v", n, alpha)
		}
	}
}

// An item of a new group lies at or below the grouped quantile as often as
// promised, where the pooled one falls short.
func TestGroupedQuantileCovers(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	const trials, alpha = 4000, .1
	for _, k := range []int{12, 30} {
		grouped, pooled := 0, 0
		for range trials {
			groups := make([][]float64, k)
			var all []float64
			for i := range groups {
				shift := 3 * rng.NormFloat64() // groups differ more than their items
				for range 1 + rng.IntN(20) {
					groups[i] = append(groups[i], shift+rng.NormFloat64())
				}
				all = append(all, groups[i]...)
			}
			q, err := GroupedQuantile(groups, alpha)
			require.NoError(t, err)
			p, err := Quantile(all, alpha)
			require.NoError(t, err)
			next := 3*rng.NormFloat64() + rng.NormFloat64()
			if next <= q {
				grouped++
			}
			if next <= p {
				pooled++
			}
		}
		require.Greater(t, float64(grouped)/trials, 1-alpha-.012, "k %d", k)
		require.Less(t, float64(pooled), float64(grouped), "k %d", k)
	}
}

func TestGroupedQuantileEdges(t *testing.T) {
	one := [][]float64{{.1}, {.5}, {.2}, {.9}, {.3}, {.4}, {.6}, {.7}, {.8}}
	q, err := GroupedQuantile(one, .1)
	require.NoError(t, err)
	require.EqualValues(t, .9, q, "one score a group: as Quantile")
	q, err = GroupedQuantile(one[:2], .1)
	require.NoError(t, err)
	require.True(t, math.IsInf(q, 1))
	q, err = GroupedQuantile([][]float64{{1, 2}, nil, {3}, {1}}, .3)
	require.NoError(t, err)
	require.EqualValues(t, 3, q, "an empty group is none: 1, 1 and 2 weigh .125+.25+.125")
	_, err = GroupedQuantile(one, 1)
	require.Error(t, err)
	_, err = GroupedQuantile([][]float64{{math.NaN()}}, .1)
	require.ErrorContains(t, err, "group 0 is NaN")
}

func TestQuantileEdges(t *testing.T) {
	q, err := Quantile([]float64{3, 1, 2}, .25)
	require.NoError(t, err)
	require.EqualValues(t, 3, q, "⌈4·.75⌉ = 3")
	q, err = Quantile(nil, .1)
	require.NoError(t, err)
	require.True(t, math.IsInf(q, 1))
	q, err = Quantile([]float64{5}, .999)
	require.NoError(t, err)
	require.EqualValues(t, 5, q)
	for _, alpha := range []float64{0, 1, -1, math.NaN()} {
		_, err := Quantile([]float64{1}, alpha)
		require.Error(t, err)
	}
	_, err = Quantile([]float64{math.NaN()}, .1)
	require.ErrorContains(t, err, "score 0 is NaN")
}
