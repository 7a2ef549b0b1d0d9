package match

import (
	_ "embed"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ragdiag/ragdiag/internal/text"
	"github.com/ragdiag/ragdiag/trace"
)

// compareOne reads one reference and holds a text against it.
func compareOne(question *text.Doc, ref, lang string, d *text.Doc, s Setting) (*Reference, Result) {
	refs := ReadReferences(question, []string{ref}, lang, nil)
	return refs[0], CompareEach(refs, d, s)[0]
}

// compareBest returns the result of the reference that agrees best and its index.
func compareBest(refs []*Reference, d *text.Doc, s Setting) (best Result, at int) {
	at = -1
	for i, res := range CompareEach(refs, d, s) {
		if at < 0 || res.P > best.P {
			best, at = res, i
		}
	}
	return best, at
}

//go:embed testdata/comparisons.txt
var comparisonTable string

// TestComparisons holds answers against references of every kind.
func TestComparisons(t *testing.T) {
	n := 0
	for line := range strings.Lines(comparisonTable) {
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		f := strings.Split(line, " | ")
		require.Len(t, f, 4, line)
		n++
		q := text.Analyze(f[0], "")
		r, res := compareOne(q, f[1], q.Lang, text.Analyze(f[2], ""), Setting{})
		got := map[trace.Agreement]string{trace.Equal: "equal", trace.Different: "bad", trace.Missing: "bad", trace.CannotTell: "open"}[res.Agreement]
		if got != f[3] {
			t.Errorf("%s\n\tgot %s (%s, P %.2f: %s), read as %s: %+v", line, got, res.Agreement, res.P, res.Why, r.Kind, res.Items)
		}
		require.GreaterOrEqual(t, res.P, 0., line)
		require.LessOrEqual(t, res.P, 1., line)
	}
	require.Greater(t, n, 100)
}

// TestComparisonOfHostileTexts compares texts that repeat themselves, in which
// each word has very many places.
func TestComparisonOfHostileTexts(t *testing.T) {
	for name, unit := range map[string]string{
		"one sentence":   "alpha beta not Gamma 12 more than 3 euros ",
		"many sentences": "Alpha beat Beta in 1931. No, it is not open. ",
		"brackets":       "((((AB (AB) ",
		"commas":         "Oak, Elm, Ash and 5 km, ",
		"options":        "A) Oak B) Elm ",
		"dense":          "不是四十五间陳曉東、",
		"signs":          "C++ C# A- +3 3:1 ",
	} {
		s := strings.Repeat(unit, 60_000/len(unit))
		for _, texts := range [][3]string{{s, s, s}, {"Who won?", s, "Alpha"}, {"Is it open?", "Yes", s}, {"Who won?", "Alpha Beta", s}, {s, "12 euros", s}} {
			q := text.Analyze(texts[0], "en")
			_, res := compareOne(q, texts[1], "en", text.Analyze(texts[2], "en"), Setting{Passages: []*text.Doc{q}})
			require.GreaterOrEqual(t, res.P, 0., name)
			require.LessOrEqual(t, res.P, 1., name)
		}
	}
}

func FuzzCompare(f *testing.F) {
	for line := range strings.Lines(comparisonTable) {
		if p := strings.Split(strings.TrimSpace(line), " | "); len(p) == 4 {
			f.Add(p[0], p[1], p[2])
		}
	}
	f.Add("", "", "")
	f.Add("A) \xff B) x", "(\xff", "\u200f+3 (")
	f.Fuzz(func(t *testing.T, question, ref, answer string) {
		r := ReadReferences(text.Analyze(question, ""), []string{ref}, "", nil)[0]
		for _, it := range r.Items {
			require.True(t, 0 <= it.Span.Start && it.Span.Start <= it.Span.End && it.Span.End <= len(ref))
		}
		res := CompareEach([]*Reference{r}, text.Analyze(answer, ""), Setting{})[0]
		require.True(t, res.P >= 0 && res.P <= 1, "%v", res.P)
		for _, c := range res.Items {
			require.True(t, c.P >= 0 && c.P <= 1)
			require.Equal(t, c.Got, answer[c.GotStart:c.GotEnd])
		}
	})
}
