package match

import (
	"fmt"
	"slices"

	"github.com/ragdiag/ragdiag/internal/fit"
	"github.com/ragdiag/ragdiag/internal/text"
	"github.com/ragdiag/ragdiag/trace"
)

// Floors of a match by text; where they come from is said in doc.go.
const (
	wholeCover = .8 // share of the unit's word mass that the passage must hold
	partCover  = .5 // below this nothing is said to be found
	inOrder    = .6 // share of the unit's words that must be in its order
	duplicate  = .8 // Jaccard similarity of word pairs
)

// needle is the text of a unit, prepared.
type needle struct {
	terms    []uint64           // in order, with repetitions
	distinct []uint64           // in order
	weights  map[uint64]float64 // of the distinct terms
	mass     float64
	pairs    map[[2]uint64]bool
	doc      *text.Doc
	facts    map[frame][]uint64 // see factsOf; nil: not needed yet
}

func newNeedle(d *text.Doc) *needle {
	n := &needle{weights: map[uint64]float64{}, doc: d}
	var w *text.Weights
	for _, t := range d.Terms {
		n.terms = append(n.terms, t.Hash)
		if _, ok := n.weights[t.Hash]; !ok {
			n.distinct = append(n.distinct, t.Hash)
			n.weights[t.Hash] = w.Weight(t.Stem)
			n.mass += n.weights[t.Hash]
		}
	}
	n.pairs = pairs(n.terms)
	return n
}

func pairs(terms []uint64) map[[2]uint64]bool {
	m := make(map[[2]uint64]bool, len(terms))
	for i := 1; i < len(terms); i++ {
		m[[2]uint64{terms[i-1], terms[i]}] = true
	}
	return m
}

// cover is the share of the needle's mass that the haystack holds.
func (n *needle) cover(hay []uint64) float64 {
	if n.mass == 0 {
		return 0
	}
	seen := make(map[uint64]bool, len(n.weights))
	sum := 0.
	for _, h := range hay {
		if w, ok := n.weights[h]; ok && !seen[h] {
			seen[h] = true
			sum += w
		}
	}
	return sum / n.mass
}

// maxOrder bounds the words compared in order, so that two huge passages cost
// a bounded time; the head of a longer unit stands for the whole.
const maxOrder = 400

// order is the length of the longest common subsequence, as a share of the
// needle's words.
func (n *needle) order(hay []uint64) float64 {
	a := n.terms[:min(len(n.terms), maxOrder)]
	if len(a) == 0 {
		return 0
	}
	row := make([]int, len(a)+1)
	for _, h := range hay {
		diag := 0
		for i, t := range a {
			up := row[i+1]
			switch {
			case t == h:
				row[i+1] = diag + 1
			case row[i] > row[i+1]:
				row[i+1] = row[i]
			}
			diag = up
		}
	}
	return float64(row[len(a)]) / float64(len(a))
}

// alike is the Jaccard similarity of the word pairs.
func (n *needle) alike(hay []uint64) float64 {
	other := pairs(hay)
	if len(n.pairs) == 0 || len(other) == 0 {
		return 0
	}
	both := 0
	for p := range n.pairs {
		if other[p] {
			both++
		}
	}
	return float64(both) / float64(len(n.pairs)+len(other)-both)
}

// partly is the chance that a passage with part of a unit's words, in order,
// holds what makes the unit evidence. The logistic was fitted on stretches of
// gold passages of half of the mtrag conversations (Apache-2.0) and measured on
// the other half; see TestProbabilityOfAPart.
func partly(cover float64) float64 {
	return fit.Sigmoid(partSlope * (cover - partMiddle))
}

const partSlope, partMiddle = 5.40, .840

// frame is the words on either side of a number, a date or a name.
type frame struct{ before, after uint64 }

// factsOf returns the numbers, dates and names of a text, each as the words it
// is made of taken together, by the words around them. One at an end of the text
// has no frame and is left out.
func factsOf(d *text.Doc) map[frame][]uint64 {
	out := map[frame][]uint64{}
	for i := 1; i < len(d.Terms); {
		if !d.InFact(d.Terms[i].Token) || d.InFact(d.Terms[i-1].Token) {
			i++
			continue
		}
		from := i
		said := uint64(0)
		for ; i < len(d.Terms) && d.InFact(d.Terms[i].Token); i++ {
			said = said*31 + d.Terms[i].Hash
		}
		if i < len(d.Terms) {
			f := frame{d.Terms[from-1].Hash, d.Terms[i].Hash}
			out[f] = append(out[f], said)
		}
	}
	return out
}

// differs reports whether a text says another number, date or name between the
// same words: then it is not the unit, however much else they share.
func (n *needle) differs(d *text.Doc) bool {
	if n.facts == nil {
		n.facts = factsOf(n.doc)
	}
	if len(n.facts) == 0 {
		return false
	}
	have := factsOf(d)
	for f, want := range n.facts {
		got, framed := have[f]
		if !framed {
			continue
		}
		for _, w := range want {
			if !slices.Contains(got, w) {
				return true
			}
		}
	}
	return false
}

// in judges one haystack. P grows from .14 at half of the mass to .45 below the
// floor of a match, and from .9 to .99 above it.
func (n *needle) in(hay []uint64, docs ...*text.Doc) Match {
	m := Match{Grade: trace.GradeB}
	cover := n.cover(hay)
	m.P = .2 * cover / partCover
	if cover < partCover {
		m.P *= .25
		return m
	}
	order := n.order(hay)
	m.Detail = fmt.Sprintf("%.0f %% of its words, %.0f %% in order", 100*cover, 100*order)
	switch {
	case cover >= wholeCover && order >= inOrder:
		m.How, m.P = "text", .9+.09*(cover-wholeCover)/(1-wholeCover)
	case n.alike(hay) >= duplicate:
		m.How, m.P = "near-duplicate", .85
	case order >= inOrder*cover:
		m.How, m.P = "text", partly(cover)
	default: // the words are there, the text is another
		m.P = .2
	}
	m.P = min(m.P, .99)
	if m.How != "" && cover < 1 && slices.ContainsFunc(docs, n.differs) {
		m.How, m.P, m.Detail = "", .1, m.Detail+", but with another number, date or name"
	}
	return m
}

func hashes(d *text.Doc) []uint64 {
	out := make([]uint64, len(d.Terms))
	for i, t := range d.Terms {
		out[i] = t.Hash
	}
	return out
}
