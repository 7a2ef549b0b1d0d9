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
	if _, ok := everyday[term]; ok {
		return .3
	}
	return min(1, .4+.06*float64(n))
}
