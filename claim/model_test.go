package claim

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ragdiag/ragdiag/trace"
)

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
		switch f.Sign {
		case 1:
			require.GreaterOrEqual(t, b, a, f.Name)
		case -1:
			require.LessOrEqual(t, b, a, f.Name)
		}
	}
}
