package metrics

import "fmt"

// CitedSentence is a sentence of an answer with the verdicts on its citations.
type CitedSentence struct {
	// Citations are the passage numbers as written, from 1. A number that is
	// written twice counts twice.
	Citations []int
	// Joint: the cited passages together support the sentence.
	Joint bool
	// Alone says of each citation whether its passage alone supports the
	// sentence. It is looked at if there are several citations and Joint holds.
	Alone []bool
	// Rest says of each citation whether the others together support the
	// sentence, the first copy of its number removed. It is looked at where
	// Alone is false.
	Rest []bool
	// Exempt: the sentence needs no source (a greeting, a refusal). If it cites
	// nothing it is left out; the rules of ALCE know no such sentences.
	Exempt bool
}

// CitationRules says how citations of passages that do not exist are counted.
type CitationRules int

const (
	// CountFabricated counts them as fabricated: the sentence is not supported,
	// and each citation of it is imprecise.
	CountFabricated CitationRules = iota
	// ALCE counts as the code of ALCE does (Gao et al. 2023): the citations of
	// such a sentence drop out of the precision, and [0] is the last passage.
	ALCE
)

// Exist reports whether all the citations are of passages that exist.
func (r CitationRules) Exist(passages int, citations []int) bool {
	first := 1
	if r == ALCE && passages > 0 {
		first = 0
	}
	for _, id := range citations {
		if id < first || id > passages {
			return false
		}
	}
	return true
}

// CitationCounts are the sums behind citation recall and precision. Those of
// several answers can be added for the micro average.
type CitationCounts struct {
	Sentences  int // sentences, without those that are exempt
	Supported  int // sentences that their citations support
	Citations  int // citations that count for precision
	Precise    int // of these, the ones that are needed or suffice
	Fabricated int // citations of passages that do not exist, under either rule
}

// CountCitations counts the citations of one answer that was given the passages
// 1 to passages. A citation is precise if its sentence is supported and it is
// not superfluous; it is superfluous if it does not support the sentence alone
// and the others do together. Verdicts that are needed and missing: ErrShape.
func CountCitations(passages int, sentences []CitedSentence, rules CitationRules) (CitationCounts, error) {
	var c CitationCounts
	for i, s := range sentences {
		if s.Exempt && len(s.Citations) == 0 && rules != ALCE {
			continue
		}
		c.Sentences++
		for _, id := range s.Citations {
			if id < 1 || id > passages {
				c.Fabricated++
			}
		}
		invalid := !rules.Exist(passages, s.Citations)
		if !invalid || rules != ALCE {
			c.Citations += len(s.Citations)
		}
		if invalid || len(s.Citations) == 0 || !s.Joint {
			continue
		}
		c.Supported++
		if len(s.Citations) == 1 {
			c.Precise++
			continue
		}
		if len(s.Alone) != len(s.Citations) {
			return CitationCounts{}, fmt.Errorf("sentence %d: %w: %d citations, %d verdicts on each alone", i+1, ErrShape, len(s.Citations), len(s.Alone))
		}
		for j, alone := range s.Alone {
			if !alone && len(s.Rest) != len(s.Citations) {
				return CitationCounts{}, fmt.Errorf("sentence %d: %w: %d citations, %d verdicts on the rest", i+1, ErrShape, len(s.Citations), len(s.Rest))
			}
			if alone || !s.Rest[j] {
				c.Precise++
			}
		}
	}
	return c, nil
}

// Recall is the share of the sentences that their citations support. Range
// [0, 1]. No sentences: ErrEmpty.
func (c CitationCounts) Recall() (float64, error) {
	if c.Sentences == 0 {
		return 0, ErrEmpty
	}
	return float64(c.Supported) / float64(c.Sentences), nil
}

// Precision is the share of the citations that are precise; an answer without
// citations has 0. Range [0, 1]. No sentences: ErrEmpty.
func (c CitationCounts) Precision() (float64, error) {
	if c.Sentences == 0 {
		return 0, ErrEmpty
	}
	return float64(c.Precise) / float64(max(c.Citations, 1)), nil
}

// Add returns the sum of the counts.
func (c CitationCounts) Add(d CitationCounts) CitationCounts {
	return CitationCounts{
		c.Sentences + d.Sentences, c.Supported + d.Supported, c.Citations + d.Citations,
		c.Precise + d.Precise, c.Fabricated + d.Fabricated,
	}
}
