package bleve

import (
	"fmt"
	"unicode"

	"github.com/ragdiag/ragdiag/trace"
)

// thinDensity is the number of tokens per letter below which an analyser loses
// text: words of natural languages give .06 to .2, pairs of characters about 1;
// Thai under a tokenizer for words gives .01.
const thinDensity = .03

// densitySample is how many passages are looked at for the density.
const densitySample = 500

// density returns the tokens per letter or digit of the first passages; 0 for
// an empty store.
func (s *store) density() (float64, error) {
	letters, tokens := 0, 0
	for i := range min(len(s.entries), densitySample) {
		p, err := s.read(i)
		if err != nil {
			return 0, err
		}
		tokens += int(s.entries[i].Tokens)
		for _, r := range p.Title + p.Text {
			if unicode.IsLetter(r) || unicode.IsDigit(r) {
				letters++
			}
		}
	}
	if letters == 0 {
		return 0, nil
	}
	return float64(tokens) / float64(letters), nil
}

// misfit says whether the analyser of the index is wrong for its corpus.
func (m Manifest) misfit() trace.Predicate {
	switch {
	case m.Passages == 0:
		return trace.NotKnown("the index is empty")
	case m.Density < thinDensity:
		return trace.Holds(true, .97, trace.GradeB, fmt.Sprintf("analyser %s finds %.3f tokens per letter (below %.2f it loses the text): index again with --analyzer %s", m.Analyzer, m.Density, thinDensity, AnalyzerFor(m.Language)))
	case m.Language == "":
		return trace.NotKnown("the language of the corpus is not known")
	case !serves(m.Analyzer, m.Language):
		return trace.Holds(true, .9, trace.GradeB, fmt.Sprintf("analyser %s is made for another language than the corpus (%s): index again with --analyzer %s", m.Analyzer, m.Language, AnalyzerFor(m.Language)))
	}
	return trace.Holds(false, .95, trace.GradeB, fmt.Sprintf("analyser %s serves the corpus language %s", m.Analyzer, m.Language))
}

// warnings says what makes the index worse than it could be.
func (m Manifest) warnings() []string {
	var out []string
	if misfit := m.misfit(); misfit.IsYes() {
		out = append(out, misfit.Why)
	}
	if m.Untokened > 0 && m.Passages > 0 {
		out = append(out, fmt.Sprintf("%d of %d passages hold no searchable word: they can never be found", m.Untokened, m.Passages))
	}
	return out
}
