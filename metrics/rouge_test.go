package metrics_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/ragdiag/ragdiag/metrics"
)

func ExampleRouge() {
	o, err := metrics.Rouge(metrics.RougeL, "police killed the gunman", []string{"the gunman was killed by police"}, metrics.RougeOptions{})
	fmt.Printf("%.3f %.3f %.3f %v\n", o.Precision, o.Recall, o.F1, err)
	// Output: 0.500 0.333 0.400 <nil>
}

func TestRouge(t *testing.T) {
	for _, tt := range []struct {
		name            string
		kind            metrics.RougeKind
		opt             metrics.RougeOptions
		prediction, ref string
		want            metrics.Overlap
		err             error
	}{
		{"single tokens", metrics.Rouge1, metrics.RougeOptions{}, "the cat sat", "the cat, the mat", metrics.Overlap{Precision: 2. / 3, Recall: .5, F1: 4. / 7}, nil},
		{"pairs", metrics.Rouge2, metrics.RougeOptions{}, "the cat sat", "the cat the mat", metrics.Overlap{Precision: .5, Recall: 1. / 3, F1: .4}, nil},
		{"a single token has no pair", metrics.Rouge2, metrics.RougeOptions{}, "cat", "cat", metrics.Overlap{}, nil},
		{"in order", metrics.RougeL, metrics.RougeOptions{}, "b a c", "a b c", metrics.Overlap{Precision: 2. / 3, Recall: 2. / 3, F1: 2. / 3}, nil},
		// Worked in Lin (2004), section 3.2: w1..w5 against w1 w2 w6 w7 w8 and w1 w3 w8 w9 w5.
		{"union over sentences", metrics.RougeLsum, metrics.RougeOptions{}, "w1 w2 w6 w7 w8\nw1 w3 w8 w9 w5", "w1 w2 w3 w4 w5", metrics.Overlap{Precision: .4, Recall: .8, F1: 8. / 15}, nil},
		{"stemmed", metrics.Rouge1, metrics.RougeOptions{Stem: true}, "generally running", "generalization runs", metrics.Overlap{Precision: 1, Recall: 1, F1: 1}, nil},
		{"three letters are not stemmed", metrics.Rouge1, metrics.RougeOptions{Stem: true}, "was", "wa", metrics.Overlap{}, nil},
		{"Kelvin sign is a k", metrics.Rouge1, metrics.RougeOptions{}, "\u212aelvin", "kelvin", metrics.Overlap{Precision: 1, Recall: 1, F1: 1}, nil},
		{"İ parts a word", metrics.Rouge1, metrics.RougeOptions{}, "İx", "i x", metrics.Overlap{Precision: 1, Recall: 1, F1: 1}, nil},
		{"é parts a word", metrics.Rouge1, metrics.RougeOptions{}, "cafés", "caf s", metrics.Overlap{Precision: 1, Recall: 1, F1: 1}, nil},
		{"nothing said", metrics.RougeL, metrics.RougeOptions{}, " - ", "cat", metrics.Overlap{}, nil},
		{"another script is not 0", metrics.RougeL, metrics.RougeOptions{}, "東京", "東京", metrics.Overlap{}, metrics.ErrNoTokens},
		{"nor in the reference alone", metrics.RougeL, metrics.RougeOptions{}, "Tokyo", "東京", metrics.Overlap{}, metrics.ErrNoTokens},
		{"by character", metrics.RougeL, metrics.RougeOptions{Chars: true}, "東京都", "東京", metrics.Overlap{Precision: 2. / 3, Recall: 1, F1: .8}, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := metrics.Rouge(tt.kind, tt.prediction, []string{tt.ref}, tt.opt)
			require.ErrorIs(t, err, tt.err)
			require.InDelta(t, tt.want.Precision, got.Precision, 1e-15)
			require.InDelta(t, tt.want.Recall, got.Recall, 1e-15)
			require.InDelta(t, tt.want.F1, got.F1, 1e-15)
		})
	}
	_, err := metrics.Rouge(metrics.Rouge1, "x", nil, metrics.RougeOptions{})
	require.ErrorIs(t, err, metrics.ErrNoReference)
	long := strings.Repeat("x ", 9000)
	_, err = metrics.Rouge(metrics.RougeLsum, long, []string{long}, metrics.RougeOptions{})
	require.ErrorIs(t, err, metrics.ErrTooLong)
	o, err := metrics.Rouge(metrics.RougeL, long, []string{long}, metrics.RougeOptions{})
	require.NoError(t, err)
	require.InDelta(t, 1, o.F1, 0)
	longer := strings.Repeat(long, 8)
	lines := strings.ReplaceAll(longer, " ", "\n")
	for kind, text := range map[metrics.RougeKind]string{metrics.RougeL: longer, metrics.RougeLsum: lines} {
		_, err = metrics.Rouge(kind, text, []string{text}, metrics.RougeOptions{})
		require.ErrorIs(t, err, metrics.ErrTooLong)
	}
}

// lcs is the textbook recursion.
func lcs(a, b []string) int {
	switch {
	case len(a) == 0 || len(b) == 0:
		return 0
	case a[0] == b[0]:
		return 1 + lcs(a[1:], b[1:])
	}
	return max(lcs(a[1:], b), lcs(a, b[1:]))
}

func TestRougeProperties(t *testing.T) {
	tokens := rapid.SliceOfN(rapid.SampledFrom([]string{"u", "v", "w"}), 0, 7)
	rapid.Check(t, func(t *rapid.T) {
		a, b := tokens.Draw(t, "a"), tokens.Draw(t, "b")
		of := func(kind metrics.RougeKind, x, y []string) metrics.Overlap {
			o, err := metrics.Rouge(kind, strings.Join(x, " "), []string{strings.Join(y, " ")}, metrics.RougeOptions{})
			require.NoError(t, err)
			return o
		}
		l := of(metrics.RougeL, a, b)
		if len(a) > 0 {
			require.InDelta(t, float64(lcs(a, b))/float64(len(a)), l.Precision, 1e-15)
		}
		require.Equal(t, l, of(metrics.RougeLsum, a, b), "one sentence: Lsum is L")
		one := of(metrics.Rouge1, a, b)
		require.LessOrEqual(t, l.Precision, one.Precision, "a subsequence shares tokens")
		turned := of(metrics.Rouge1, b, a)
		require.Equal(t, one.Precision, turned.Recall, "precision and recall change places")
	})
}
