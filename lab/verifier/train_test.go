package verifier

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ragdiag/ragdiag/claim"
	"github.com/ragdiag/ragdiag/internal/fit"
)

// at is the place of a feature in a Vector.
func at(name string) int {
	return slices.IndexFunc(claim.Features(), func(f claim.Feature) bool { return f.Name == name })
}

// drawRows makes rows in which the share of words decides, and the answer leans
// to yes by bias.
func drawRows(n int, bias float64, sets ...string) []Row {
	rng := rand.New(rand.NewPCG(uint64(n), 7))
	rows := make([]Row, n)
	for i := range rows {
		r := &rows[i]
		r.Set, r.Group = sets[i%len(sets)], fmt.Sprint(i/3)
		share := rng.Float64()
		for _, f := range []string{"words_any", "like_3", "pairs_any", "pairs_3", "together_2", "longest_run", "names_3"} {
			r.X[at(f)] = min(1, max(0, share+.2*rng.NormFloat64()))
		}
		r.Supported = rng.Float64() < fit.Sigmoid(6*(share-.5)+bias)
	}
	return rows
}

// What is fitted grows with the number of labels, and the rest stays.
func TestTrainBySize(t *testing.T) {
	base := claim.Shipped()
	for _, tt := range []struct {
		n      int
		fitted []string
		whyNot string
	}{
		{60, []string{"threshold"}, "Platt scaling takes 150 labels, all weights 1000"},
		{300, []string{"platt"}, "all weights take 1000 labels"},
		{1200, []string{"weights", "platt", "bands"}, ""},
	} {
		m, whyNot, err := Train(base, drawRows(tt.n, 0, ""))
		require.NoError(t, err)
		require.Equal(t, tt.fitted, m.Training.Refitted)
		require.Equal(t, tt.whyNot, whyNot)
		require.Equal(t, base.Hash(), m.Training.Base)
		require.Equal(t, map[string]int{"labels": tt.n}, m.Training.Labels)
		if tt.n < minWeights {
			require.Equal(t, base.Weights, m.Weights)
			require.Equal(t, base.Bands, m.Bands)
		}
		if tt.n < minPlatt {
			require.InDelta(t, base.Platt.Slope, m.Platt.Slope, 0)
			require.NotEqual(t, base.Platt.Bias, m.Platt.Bias)
		}
		again, _, err := Train(base, drawRows(tt.n, 0, ""))
		require.NoError(t, err)
		require.Equal(t, m.JSON(), again.JSON())
	}
}

func TestTrainNeedsLabels(t *testing.T) {
	_, _, err := Train(claim.Shipped(), drawRows(49, 0, ""))
	require.ErrorIs(t, err, ErrFewLabels)
	_, _, err = Train(nil, drawRows(999, 0, ""))
	require.ErrorIs(t, err, ErrFewLabels, "the equal-weight prior has nothing to keep")
	rows := drawRows(200, 0, "")
	for i := range rows {
		rows[i].Supported = i < 5
	}
	_, _, err = Train(claim.Shipped(), rows)
	require.ErrorContains(t, err, "5 supported and 195 not, and it takes 15 of each")
}

// A model of one set keeps its share of supported claims; of several sets it
// presumes an even chance.
func TestTrainProbabilities(t *testing.T) {
	mean := func(m *claim.Model, rows []Row) float64 {
		sum := 0.
		for i := range rows {
			sum += fit.Sigmoid(m.Platt.Slope*Odds(m, &rows[i].X) + m.Platt.Bias)
		}
		return sum / float64(len(rows))
	}
	one, two := drawRows(2000, -2, ""), drawRows(2000, -2, "a", "b")
	yes := 0.
	for _, r := range one {
		if r.Supported {
			yes++
		}
	}
	yes /= float64(len(one))
	require.Less(t, yes, .35)
	m, _, err := Train(nil, one)
	require.NoError(t, err)
	require.InDelta(t, yes, mean(m, one), .03)
	m, _, err = Train(nil, two)
	require.NoError(t, err)
	require.Greater(t, mean(m, two), yes+.08)
}

// A feature that lies about support gets no weight, whatever the labels say.
func TestWeightsKeepTheirSign(t *testing.T) {
	rows := drawRows(1500, 0, "")
	for i := range rows {
		rows[i].Supported = !rows[i].Supported
	}
	m, err := Fit(nil, rows)
	require.NoError(t, err)
	for _, f := range claim.Features() {
		if f.Sign != 0 {
			require.GreaterOrEqual(t, m.Weights[f.Name], 0., f.Name)
		}
	}
	require.NoError(t, check(m))
}

func TestReadLabels(t *testing.T) {
	in := `{"claim":"a","passages":["b"],"supported":true}

{"claim":" ","passages":["b"],"supported":true}
{"claim":"a","passages":[],"supported":true}
{"claim":"a","passages":["b"]}
no
{"claim":"a","passages":["b"],"supported":false,"set":"s","group":"g"}`
	var good []Label
	var bad []string
	for l, err := range ReadLabels(strings.NewReader(in), "f.jsonl") {
		if err != nil {
			bad = append(bad, err.Error())
			continue
		}
		good = append(good, l)
	}
	require.Len(t, good, 2)
	require.True(t, *good[0].Supported)
	require.Equal(t, "g", good[1].Group)
	require.Len(t, bad, 4)
	for i, want := range []string{"f.jsonl:3: claim is empty", "f.jsonl:4: passages is empty", "f.jsonl:5: supported is missing", "f.jsonl:6: "} {
		require.Contains(t, bad[i], want)
	}
}

func FuzzReadLabels(f *testing.F) {
	f.Add("{\"claim\":\"a\",\"passages\":[\"b\"],\"supported\":true}\n{")
	f.Fuzz(func(t *testing.T, in string) {
		n := 0
		for l, err := range ReadLabels(strings.NewReader(in), "f") {
			n++
			if err == nil {
				_, err := Judge(claim.New(claim.Options{}), l)
				require.NoError(t, err)
			}
		}
		require.LessOrEqual(t, n, strings.Count(in, "\n")+1)
	})
}

func ExampleTrain() {
	// Too few labels say what is needed.
	_, _, err := Train(claim.Shipped(), nil)
	fmt.Println(err)
	// Output: too few labels: 0, and fitting the threshold takes 50
}

// TestEqualWeights holds that the model without labels is a model, and that its
// sums are those of the equal features.
func TestEqualWeights(t *testing.T) {
	m := EqualWeights()
	_, err := claim.ParseModel(m.JSON())
	require.NoError(t, err)
	var x claim.Vector
	require.Zero(t, Odds(m, &x))
	x[at("words_any")], x[at("differs")], x[at("words_1")] = 1, .5, 1
	require.InDelta(t, .5, Odds(m, &x), 1e-12, "words for, a difference against, a variant not at all")
}
