package metrics_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/ragdiag/ragdiag/metrics"
)

func ExampleConvention_F1() {
	v, err := metrics.SQuAD2.F1("the Eiffel Tower in Paris", []string{"Eiffel Tower", "La tour Eiffel"})
	fmt.Printf("%.4f %v\n", v, err)
	// Output: 0.6667 <nil>
}

// The values are those of Python 3.11 with the expressions of the SQuAD scripts:
// ' '.join(re.sub(r'\b(a|an|the)\b', ' ', drop_punctuation(s.lower())).split()).
func TestNormalize(t *testing.T) {
	for _, tt := range []struct{ name, in, want string }{
		{"articles, punctuation, case", "The  cat, an A. the-end!", "cat theend"},
		{"the article may come out of the punctuation", "t.h.e cat", "cat"},
		{"only whole words", "theatre another data", "theatre another data"},
		{"underscore is punctuation", "the_cat _a_", "thecat"},
		{"punctuation beyond ASCII stays and parts words", "x—a—b", "x— —b"},
		{"a digit beyond ASCII is a word character", "a² the½ ²a", "a² the½ ²a"},
		{"a combining mark is none", "a\u0301 the\u0308", "\u0301 \u0308"},
		{"İ in full", "İstanbul", "i\u0307stanbul"},
		{"final sigma", "ΟΔΟΣ ΣΑΣ Σ", "οδος σας σ"},
		{"sigma before an ignorable and a letter", "ΑΣ.Α ΑΣ.", "ασα ας"},
		{"capital sharp s", "STRAẞE", "straße"},
		{"information separators are space", "a\x1cb\x1fthe\u0085c", "b c"},
		{"ideographic and no-break space", "\u3000the\u00a0cat\u2003", "cat"},
		{"zero width space is none", "the\u200bcat", "\u200bcat"},
		{"control characters stay", "a\x01the", "\x01"},
		{"nothing left", " The! ", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := metrics.SQuAD2.Normalize(tt.in); got != tt.want {
				t.Errorf("Normalize(%q) = %q; want %q", tt.in, got, tt.want)
			}
		})
	}
	require.Equal(t, "東京tower1ⅷ", metrics.Chars.Normalize(" 「東京」Ｔｏｗｅｒ１・ Ⅷ!$"))
}

func TestAnswers(t *testing.T) {
	type scores struct{ em, f1, contains float64 }
	const undefined = -1
	for _, tt := range []struct {
		name       string
		convention metrics.Convention
		prediction string
		references []string
		want       scores
	}{
		{"best of the references", metrics.SQuAD2, "Paris, France", []string{"London", "paris"}, scores{0, 2. / 3, 1}},
		{"repeated tokens count as often as on both sides", metrics.SQuAD2, "b b b", []string{"b b c"}, scores{0, 2. / 3, 0}},
		{"containment is of whole words", metrics.SQuAD2, "parisian", []string{"paris"}, scores{0, 0, 0}},
		{"containment is of neighbours", metrics.SQuAD2, "new big york", []string{"new york"}, scores{0, .8, 0}},
		{"v2: both empty agree", metrics.SQuAD2, "the", []string{"."}, scores{1, 1, undefined}},
		{"v1: both empty do not", metrics.SQuAD1, "the", []string{"."}, scores{1, 0, undefined}},
		{"v2: an empty reference is dropped", metrics.SQuAD2, "", []string{"a", "paris"}, scores{0, 0, 0}},
		{"v1: it is not", metrics.SQuAD1, "", []string{"a", "paris"}, scores{1, 0, 0}},
		{"v2: no reference means no answer", metrics.SQuAD2, "x", nil, scores{0, 0, undefined}},
		{"v1: no reference", metrics.SQuAD1, "x", nil, scores{undefined, undefined, undefined}},
		{"chars", metrics.Chars, "東京都", []string{"東京"}, scores{0, .8, 1}},
		{"chars, words would give 0", metrics.SQuAD2, "東京都", []string{"東京"}, scores{0, 0, 0}},
		{"long texts take the other path", metrics.SQuAD2, strings.Repeat("x y ", 50), []string{strings.Repeat("y z ", 50)}, scores{0, .5, 0}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for _, m := range []struct {
				name string
				of   func(string, []string) (float64, error)
				want float64
			}{
				{"ExactMatch", tt.convention.ExactMatch, tt.want.em},
				{"F1", tt.convention.F1, tt.want.f1},
				{"Contains", tt.convention.Contains, tt.want.contains},
			} {
				got, err := m.of(tt.prediction, tt.references)
				if m.want == undefined {
					require.ErrorIs(t, err, metrics.ErrNoReference, m.name)
					continue
				}
				require.NoError(t, err, m.name)
				require.InDelta(t, m.want, got, 1e-15, m.name)
			}
		})
	}
}

func TestConventionNames(t *testing.T) {
	for _, c := range []metrics.Convention{metrics.SQuAD2, metrics.SQuAD1, metrics.Chars} {
		got, err := metrics.ParseConvention(c.String())
		require.NoError(t, err)
		require.Equal(t, c, got)
	}
	_, err := metrics.ParseConvention("squad3")
	require.Error(t, err)
}

// words draws short texts in which tokens, articles and punctuation meet.
var words = rapid.Custom(func(t *rapid.T) string {
	parts := rapid.SliceOfN(rapid.SampledFrom([]string{
		"the", "a", "An", "cat", "Cat", "dog", "1", "½", "東京", "Σ", "ΟΣ", "İ", "-", "—", ".", "\u0301", "",
	}), 0, 8).Draw(t, "parts")
	return strings.Join(parts, rapid.SampledFrom([]string{" ", "", "\u00a0", "-"}).Draw(t, "between"))
})

func TestAnswerProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := rapid.SampledFrom([]metrics.Convention{metrics.SQuAD2, metrics.SQuAD1, metrics.Chars}).Draw(t, "convention")
		a, b := words.Draw(t, "a"), words.Draw(t, "b")
		em, err := c.ExactMatch(a, []string{b})
		require.NoError(t, err)
		f1, err := c.F1(a, []string{b})
		require.NoError(t, err)
		back, err := c.F1(b, []string{a})
		require.NoError(t, err)
		require.True(t, 0 <= f1 && f1 <= 1, "F1 = %v", f1)
		require.InDelta(t, f1, back, 1e-15, "F1 is symmetric")
		if em == 1 && c.Normalize(a) != "" {
			require.InDelta(t, 1, f1, 1e-15, "an exact match has F1 1")
		}
		if in, err := c.Contains(a, []string{b}); err == nil && in == 1 {
			require.Positive(t, f1, "what is contained shares tokens")
		}
		more, err := c.F1(a, []string{b, words.Draw(t, "c")})
		require.NoError(t, err)
		if c.Normalize(b) != "" {
			require.GreaterOrEqual(t, more, f1, "a further reference never lowers the best")
		}
	})
}

func FuzzNormalize(f *testing.F) {
	for _, s := range []string{"The cat", "ΑΣ.Α", "x—a—b", "İ", "\xff the", "a\u0301"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		n := metrics.SQuAD2.Normalize(s)
		if strings.Contains(n, "  ") || strings.TrimSpace(n) != n {
			t.Errorf("Normalize(%q) = %q has loose space", s, n)
		}
		for _, w := range strings.Split(n, " ") {
			if w == "a" || w == "an" || w == "the" {
				t.Errorf("Normalize(%q) = %q has an article", s, n)
			}
		}
		if c := metrics.Chars.Normalize(s); strings.ContainsAny(c, " \t\n.,!") {
			t.Errorf("Chars.Normalize(%q) = %q", s, c)
		}
	})
}
