package text

import "math"

// Weights says how much a term matters. The zero value and nil know no corpus
// and judge by the form of the word alone.
type Weights struct {
	df   func(term string) int
	docs int
	max  float64
}

// NewWeights returns inverse document frequencies, ln(1 + (N − df + .5)/(df + .5)),
// divided by the one of an unseen term, so weights lie in (0,1]. df counts the
// documents that hold a term as Stem writes it; a negative count means that it
// cannot tell, and the form of the word decides.
func NewWeights(df func(term string) int, docs int) *Weights {
	w := &Weights{df: df, docs: docs}
	w.max = w.idf(0)
	return w
}

func (w *Weights) idf(df int) float64 {
	return math.Log1p((float64(max(w.docs-df, 0)) + .5) / (float64(df) + .5))
}

// Weight returns the weight of a content term as Stem writes it, in (0,1].
func (w *Weights) Weight(term string) float64 {
	if w != nil && w.df != nil && w.max > 0 {
		if df := w.df(term); df >= 0 {
			return w.idf(df) / w.max
		}
	}
	return formWeight(term)
}

// Held returns the share of the weight of the distinct terms whose stems are in
// a set; 0 without any.
func (w *Weights) Held(terms []Term, in map[string]bool) float64 {
	var sum, held float64
	done := make(map[string]bool, len(terms))
	for _, t := range terms {
		if done[t.Stem] {
			continue
		}
		done[t.Stem] = true
		weight := w.Weight(t.Stem)
		sum += weight
		if in[t.Stem] {
			held += weight
		}
	}
	if sum == 0 {
		return 0
	}
	return held / sum
}

// StemSet returns the stems of the content words of s, a text in lang, as a set.
func StemSet(s, lang string) map[string]bool {
	terms := Terms(s, lang)
	set := make(map[string]bool, len(terms))
	for _, t := range terms {
		set[t] = true
	}
	return set
}

// formWeight stands in for a corpus: everyday words weigh least, digits and
// long words most.
func formWeight(term string) float64 {
	n := 0
	for _, r := range term {
		if r >= '0' && r <= '9' {
			return 1
		}
		if unspaced(r) {
			return .6
		}
		n++
	}
	if term != "" && everyday.Has(term) {
		return .3
	}
	return min(1, .4+.06*float64(n))
}
