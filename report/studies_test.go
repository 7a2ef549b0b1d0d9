package report

import (
	"bytes"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ragdiag/ragdiag/intervene"
	"github.com/ragdiag/ragdiag/metrics/stat"
	"github.com/ragdiag/ragdiag/trace"
)

// sampleStudies are those of a system that loses the middle of its prompt and
// cites what it knows anyway. The numbers are invented.
func sampleStudies(evil string) Studies {
	m := func(name string, kind intervene.Kind, v, lo, hi float64, n int, primary bool) intervene.Measure {
		return intervene.Measure{Name: name, Kind: kind, N: n, Value: trace.Known(v), Interval: &stat.Interval{Lo: lo, Hi: hi, Level: .95, N: n, Method: "as invented"}, Primary: primary}
	}
	none := intervene.Measure{Name: "names both values", Kind: intervene.ShareOf, Value: trace.Unknown("no record")}
	return Studies{
		Profile: &intervene.Profile{
			Fitting: 240, Sampled: 100, Evidence: 96, Spent: intervene.Spent{Prompts: 1312, Failed: 2, Incomplete: true}, Level: .99375,
			Aspects: []intervene.Aspect{
				{Name: intervene.AspectNoise, Title: "Noise", Finding: intervene.RuledOut, Says: "Distractors cost less than 10 points: 1 point [-5, 7], n = 96.", Measures: []intervene.Measure{m("quality with the evidence alone, less with 8 distractors behind it", intervene.Paired, .01, -.05, .07, 96, true)}},
				{Name: intervene.AspectPosition, Title: "Position", Finding: intervene.Weakness, Says: "The place of the evidence decides answers: 31 points [18, 44], n = 96.", Fix: "Put the best passages where the generator looks, or pass fewer of them.", Measures: []intervene.Measure{
					m("quality with the evidence first, less in the middle", intervene.Paired, .31, .18, .44, 96, true), m("right with the evidence first", intervene.ShareOf, .9, .82, .94, 96, false)}},
				{Name: intervene.AspectCounterfactual, Title: "Counterfactual", Finding: intervene.Unclear, Says: "Cannot tell: 9 points [-3, 21], n = 41; a larger sample narrows the interval.", Measures: []intervene.Measure{m("right with the evidence alone, less giving the new value once it is changed", intervene.Paired, .09, -.03, .21, 41, true), none}},
				{Name: intervene.AspectIntegration, Title: "Integration", Finding: intervene.Unmeasured, Says: "Not measured: it takes 10 records with one and 10 with several pieces of evidence; there are 96 and 0.", Measures: []intervene.Measure{none}},
				{Name: intervene.AspectPrior, Title: "Prior", Finding: intervene.Informs, Says: "Without passages 12 % [7, 20] of the answers are right, n = 100; the passages add 66 points [55, 75].", Measures: []intervene.Measure{m("right without any passage", intervene.ShareOf, .12, .07, .2, 100, false)}},
			},
			Sweep: intervene.Sweep{Sampled: 50, Level: .99, Says: "Against the run's prompt worse: k = 1 -22 points [-38, -7].", Points: []intervene.Point{
				{K: 1, Tokens: trace.Known(41), Quality: m("", intervene.ShareOf, .56, .42, .69, 50, false), Against: m("", intervene.Paired, -.22, -.38, -.07, 50, false)},
				{K: 5, Tokens: trace.Known(203.5), Quality: m("", intervene.ShareOf, .78, .65, .87, 50, false), Against: m("", intervene.Paired, 0, -.1, .1, 50, false)},
				{K: 20, Tokens: trace.Unknown("no record has so many passages"), Quality: none, Against: none}}},
			Notes: []string{"the evidence of 9 of 96 records is inferred: the passage nearest to question and reference that states the answer"},
		},
		Citations: &intervene.CitationStudy{
			Fitting: 130, Sampled: 80, Repeats: 3, Spent: intervene.Spent{Prompts: 540}, Finding: intervene.Weakness,
			Says:     "17 % [10, 27] of the answers keep a cited claim when every passage that supports it is gone, because they know it without, n = 76.",
			Measures: []intervene.Measure{m("answers with a citation that they do not rest on", intervene.ShareOf, .17, .1, .27, 76, true)},
			Claims:   map[intervene.ClaimFate]int{intervene.Faithful: 70, intervene.Unfaithful: 14, intervene.VerifierMiss: 1, intervene.Undecided: 3},
			Notes:    []string{"1 claims stay although the generator does not know them"},
			Audit:    []intervene.Missed{{ID: "ferry-012", Claim: evil, Removed: []string{"fares#1"}, Left: []string{"old#4", "time#2"}}},
			Answers:  []intervene.CitedAnswer{{ID: "ferry-012", Fate: intervene.VerifierMiss, Claims: []intervene.CitedClaim{{Text: evil}}}},
		},
	}
}

func TestStudies(t *testing.T) {
	s, st := sampleSummary(t), sampleStudies("A carnet costs <b>110</b> crowns \x1b[31m| [x](http://y).")
	var all strings.Builder
	for _, o := range []TextOptions{{Studies: st}, {Width: 120, All: true, Studies: st}} {
		whole := render(t, s, o)
		from, to := strings.Index(whole, "\nRobustness"), strings.Index(whole, "\nBy stage")
		all.WriteString(whole[from:to])
	}
	golden(t, "studies.txt", []byte(all.String()))

	var b bytes.Buffer
	require.NoError(t, Markdown(&b, s, nil, st))
	whole := b.String()
	golden(t, "studies.md", []byte(whole[strings.Index(whole, "\n## Robustness"):strings.Index(whole, "\n## By stage")]))

	b.Reset()
	require.NoError(t, HTML(&b, s, drill(few()), HTMLOptions{Studies: st}))
	whole = b.String()
	part := whole[strings.Index(whole, `<section aria-labelledby="robust">`):strings.Index(whole, `<section aria-labelledby="stages">`)]
	golden(t, "studies.html", []byte(part))
	require.NotContains(t, part, "<b>110")

	b.Reset()
	require.NoError(t, JSON(&b, s, st))
	whole = b.String()
	golden(t, "studies.json", []byte(whole[strings.Index(whole, "\n  \"profile\": {"):]))
}

func TestRedactStudies(t *testing.T) {
	st := sampleStudies("secret words")
	var b bytes.Buffer
	require.NoError(t, JSON(&b, sampleSummary(t), RedactStudies(st)))
	require.NotContains(t, b.String(), "secret words")
	require.Contains(t, b.String(), Redacted)
	require.Equal(t, "secret words", st.Citations.Audit[0].Claim, "the original is not changed")
	require.Equal(t, Studies{}, RedactStudies(Studies{}))
}
