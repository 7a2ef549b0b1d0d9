package claim

import (
	"slices"

	"github.com/ragdiag/ragdiag/trace"
)

// Tested says what is behind verdicts in a language.
type Tested struct {
	Language string      // ISO 639-1
	Grade    trace.Grade // of a claim in it
	How      string
}

// tests are the languages in which the verifier was measured. Every other one
// gets grade D, with which nothing is decided.
var tests = []Tested{
	{"ar", trace.GradeC, mechanically},
	{"de", trace.GradeC, mechanically},
	{"en", trace.GradeC, "on claims that people judged: WiCE, ExpertQA, AttributionBench"},
	{"zh", trace.GradeC, mechanically},
}

const mechanically = "mechanically: sentences of XQuAD against their own paragraph, another one, and with a number changed; no human labels"

// Languages lists what was tested, by language.
func Languages() []Tested { return slices.Clone(tests) }

// GradeOf says what is behind verdicts in a language: grade D and nothing
// where it was not tested.
func GradeOf(lang string) Tested {
	for _, t := range tests {
		if t.Language == lang {
			return t
		}
	}
	return Tested{Language: lang, Grade: trace.GradeD, How: "not tested"}
}
