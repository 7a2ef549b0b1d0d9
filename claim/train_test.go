package claim

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ragdiag/ragdiag/internal/fit"
	"github.com/ragdiag/ragdiag/trace"
)

// drawRows makes rows in which the share of words decides, and the answer leans
// to yes by bias.
func drawRows(n int, bias float64, sets ...string) []Row {
	rng := rand.New(rand.NewPCG(uint64(n), 7))
	rows := make([]Row, n)
	for i := range rows {
		r := &rows[i]
		r.Set, r.Group = sets[i%len(sets)], fmt.Sprint(i/3)
		share := rng.Float64()
		for _, f := range []int{wordsAny, likeThree, pairsAny, pairsThree, togetherTwo, longestRun, namesThree} {
			r.X[f] = min(1, max(0, share+.2*rng.NormFloat64()))
		}
		r.Supported = rng.Float64() < fit.Sigmoid(6*(share-.5)+bias)
	}
	return rows
}

// What is fitted grows with the number of labels, and the rest stays.
func TestTrainBySize(t *testing.T) {
	base := Shipped()
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
		if tt.n < MinWeights {
			require.Equal(t, base.Weights, m.Weights)
			require.Equal(t, base.Bands, m.Bands)
		}
		if tt.n < MinPlatt {
			require.InDelta(t, base.Platt.Slope, m.Platt.Slope, 0)
			require.NotEqual(t, base.Platt.Bias, m.Platt.Bias)
		}
		again, _, err := Train(base, drawRows(tt.n, 0, ""))
		require.NoError(t, err)
		require.Equal(t, m.JSON(), again.JSON())
	}
}

func TestTrainNeedsLabels(t *testing.T) {
	_, _, err := Train(Shipped(), drawRows(49, 0, ""))
	require.ErrorIs(t, err, ErrFewLabels)
	_, _, err = Train(nil, drawRows(999, 0, ""))
	require.ErrorIs(t, err, ErrFewLabels, "the equal-weight prior has nothing to keep")
	rows := drawRows(200, 0, "")
	for i := range rows {
		rows[i].Supported = i < 5
	}
	_, _, err = Train(Shipped(), rows)
	require.ErrorContains(t, err, "5 supported and 195 not, and it takes 15 of each")
}

// A model of one set keeps its share of supported claims; of several sets it
// presumes an even chance.
func TestTrainProbabilities(t *testing.T) {
	mean := func(m *Model, rows []Row) float64 {
		s, sum := m.scorer(), 0.
		for i := range rows {
			sum += s.probability(&rows[i].X)
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
	for _, f := range features {
		if f.sign != 0 {
			require.GreaterOrEqual(t, m.Weights[f.name], 0., f.name)
		}
	}
	require.NoError(t, m.check())
}

func TestShippedModel(t *testing.T) {
	m := Shipped()
	require.Less(t, len(shippedWeights), 4<<10)
	require.Equal(t, string(shippedWeights), string(m.JSON()), "the file is as written by the command")
	require.Len(t, m.Weights, int(featureCount))
	require.NotEmpty(t, m.Training.Command)
	require.Len(t, m.Training.Hash, 64)
	require.Contains(t, Version(), m.Hash())
}

func TestParseModel(t *testing.T) {
	change := func(f func(map[string]any)) string {
		var m map[string]any
		require.NoError(t, json.Unmarshal(shippedWeights, &m))
		f(m)
		b, err := json.Marshal(m)
		require.NoError(t, err)
		return string(b)
	}
	for want, in := range map[string]string{
		"make them with":                        "{",
		`unknown field "wieghts"`:               `{"wieghts":{}}`,
		"something stands behind":               string(shippedWeights) + "{}",
		`format "x": this version`:              change(func(m map[string]any) { m["format"] = "x" }),
		`weight of "words_any" is -1`:           change(func(m map[string]any) { m["weights"] = map[string]float64{"words_any": -1} }),
		`"luck" is no feature`:                  change(func(m map[string]any) { m["weights"] = map[string]float64{"luck": 1} }),
		"platt slope is -1":                     change(func(m map[string]any) { m["platt"] = Platt{-1, 0} }),
		"want 0 ≤ not_found < supported ≤ 1":    change(func(m map[string]any) { m["bands"] = Bands{.3, .7} }),
		"bands are 0.1 and 2: want 0 ≤ not_fou": change(func(m map[string]any) { m["bands"] = Bands{2, .1} }),
	} {
		_, err := ParseModel([]byte(in))
		require.ErrorContains(t, err, want)
	}
}

func FuzzParseModel(f *testing.F) {
	f.Add(shippedWeights)
	f.Add([]byte("{}"))
	f.Fuzz(func(t *testing.T, b []byte) {
		m, err := ParseModel(b)
		if err != nil {
			return
		}
		again, err := ParseModel(m.JSON())
		require.NoError(t, err)
		require.Equal(t, m.JSON(), again.JSON())
		v := New(Options{Model: m}).Prepare(mill).Check("The Halden mill was opened in 1921.")
		require.GreaterOrEqual(t, v.P, 0.)
		require.LessOrEqual(t, v.P, 1.)
	})
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
				_, err := New(Options{}).Judge(l)
				require.NoError(t, err)
			}
		}
		require.LessOrEqual(t, n, strings.Count(in, "\n")+1)
	})
}

// A claim in another language than the passages never gets a verdict, and its
// probability stays in the middle unless several values all say the same.
func TestForeignClaim(t *testing.T) {
	c := New(Options{}).Prepare([]string{"The Halden mill was opened in 1911 by the engineer Ann Ott. It employed 240 people and made 30 tonnes of paper a day."})
	for _, tt := range []struct {
		claim  string
		lo, hi float64
	}{
		{"Die Mühle wurde von einer Ingenieurin gebaut und nicht vom Bürgermeister der Stadt.", .5, .5},
		{"Die Mühle wurde im Jahr 1911 eröffnet und gehörte damals der Stadt und dem Landkreis.", .3, .7},
		{"Die Mühle wurde 1911 eröffnet, beschäftigte 240 Menschen und machte 30 Tonnen Papier am Tag.", .7, .85},
		{"Die Mühle wurde 1935 eröffnet, beschäftigte 512 Menschen und machte 77 Tonnen Papier am Tag.", .15, .3},
	} {
		v := c.Check(tt.claim)
		require.Equal(t, trace.Abstain, v.Support, tt.claim)
		require.True(t, v.Untested)
		require.False(t, v.Measured)
		require.GreaterOrEqual(t, v.P, tt.lo, tt.claim)
		require.LessOrEqual(t, v.P, tt.hi, tt.claim)
	}
}

func TestGradeOf(t *testing.T) {
	require.Equal(t, trace.GradeC, GradeOf("en").Grade)
	require.Equal(t, trace.GradeC, GradeOf("zh").Grade)
	require.Equal(t, Tested{"fi", trace.GradeD, "not tested"}, GradeOf("fi"))
	require.Equal(t, trace.GradeD, GradeOf("").Grade)
	require.Len(t, Languages(), 4)
}

// Every value that is swapped for a wrong one lowers the probability, and more
// words of the claim in the passage never do.
func TestProbabilityIsMonotone(t *testing.T) {
	s := Shipped().scorer()
	for j, f := range features {
		var lo, hi Vector
		hi[j] = 1
		a, b := s.probability(&lo), s.probability(&hi)
		switch f.sign {
		case 1:
			require.GreaterOrEqual(t, b, a, f.name)
		case -1:
			require.LessOrEqual(t, b, a, f.name)
		}
	}
}

func ExampleTrain() {
	// Too few labels say what is needed.
	_, _, err := Train(Shipped(), nil)
	fmt.Println(err)
	// Output: too few labels: 0, and fitting the threshold takes 50
}

// TestEqualWeights holds that the model without labels is a model, and that its
// sums are those of the equal features.
func TestEqualWeights(t *testing.T) {
	m := EqualWeights()
	_, err := ParseModel(m.JSON())
	require.NoError(t, err)
	var x Vector
	require.Zero(t, m.Odds(&x))
	x[wordsAny], x[differs], x[wordsOne] = 1, .5, 1
	require.InDelta(t, .5, m.Odds(&x), 1e-12, "words for, a difference against, a variant not at all")
}
