package match

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/ragdiag/ragdiag/internal/text"
	"github.com/ragdiag/ragdiag/trace"
)

// names finds the passages of a list by their IDs; where several have one, the
// first.
type names struct {
	id    map[string]int // by passage ID
	doc   map[string]int // by document, or the document part of the ID
	chunk map[string]int // by the document part of the ID
}

func newNames(in []Passage) *names {
	n := &names{make(map[string]int, len(in)), map[string]int{}, map[string]int{}}
	first := func(m map[string]int, key string, i int) {
		if _, ok := m[key]; !ok && key != "" {
			m[key] = i
		}
	}
	for i, p := range in {
		part := document(p.ID)
		first(n.id, p.ID, i)
		first(n.chunk, part, i)
		if p.Doc != "" {
			part = p.Doc
		}
		first(n.doc, part, i)
	}
	return n
}

// find compares IDs. A document holds its chunks, so "doc" matches "doc#3"
// both ways: a unit that names a document accepts any of its chunks, and a
// passage that is the whole document holds each of them.
func (n *names) find(u trace.Unit) Match {
	at := func(maps []map[string]int, key string) int { // the first in any of them, 1-based
		rank := 0
		for _, m := range maps {
			if i, ok := m[key]; ok && (rank == 0 || i+1 < rank) {
				rank = i + 1
			}
		}
		return rank
	}
	if u.ID == "" {
		rank := at([]map[string]int{n.doc, n.id}, u.Doc)
		if u.Doc == "" || rank == 0 {
			return Match{}
		}
		m := Match{Rank: rank, How: "doc", P: 1, Grade: trace.GradeB, Detail: "same document " + u.Doc}
		if u.Text != "" { // the document is right, the place in it is not yet shown
			m.P = .6
		}
		return m
	}
	part := document(u.ID)
	if rank := at([]map[string]int{n.id}, u.ID); rank > 0 {
		return Match{Rank: rank, How: "id", P: 1, Grade: trace.GradeB, Detail: "same passage ID " + u.ID}
	}
	if rank := at([]map[string]int{n.id}, part); rank > 0 {
		return Match{Rank: rank, How: "doc", P: .95, Grade: trace.GradeB, Detail: "the passage is the whole document " + part}
	}
	whole := []map[string]int{n.doc}
	if part == u.ID {
		whole = append(whole, n.chunk)
	}
	if rank := at(whole, u.ID); rank > 0 {
		return Match{Rank: rank, How: "doc", P: .9, Grade: trace.GradeB, Detail: "the unit names the document " + u.ID}
	}
	return Match{}
}

// words finds the passages of a list by their words.
type words struct {
	hay   [][]uint64       // the terms of each passage; nil: it has no text
	next  []int            // by passage, the one that follows it in its document; -1: none
	last  map[uint64]int32 // by term, its last place in at and before; places count from 1
	at    []int32          // passage of a place
	prev  []int32          // the place before with the same term
	count []int32          // the places with the same term up to this one

	needles []*needle // the passages, to be looked for in a longer text; nil: not needed yet

	cover []float64 // scratch: mass of the needle by passage; zero but for those in hit
	hit   []int32   // scratch
}

func (l *List) newWords() *words {
	w := &words{hay: make([][]uint64, len(l.in)), next: followers(l.in), last: map[uint64]int32{},
		at: []int32{-1}, prev: []int32{0}, count: []int32{0}, cover: make([]float64, len(l.in)), needles: make([]*needle, len(l.in))}
	for i, p := range l.in {
		if p.Text == "" {
			continue
		}
		w.hay[i] = hashes(l.Doc(i))
		for _, h := range w.hay[i] {
			place := w.last[h]
			if w.at[place] == int32(i) {
				continue
			}
			w.last[h] = int32(len(w.at))
			w.at = append(w.at, int32(i))
			w.prev = append(w.prev, place)
			w.count = append(w.count, w.count[place]+1)
		}
	}
	return w
}

// followers returns for each passage the one that follows it in its document, or
// -1. Where IDs do not say, it is the next one of the list, unless documents
// differ.
func followers(in []Passage) []int {
	type part struct {
		doc string
		n   int
	}
	first := map[part]int{}
	for i, p := range in {
		if doc, n, ok := chunk(p.ID); ok {
			if _, is := first[part{doc, n}]; !is {
				first[part{doc, n}] = i
			}
		}
	}
	out := make([]int, len(in))
	for i, p := range in {
		out[i] = -1
		if doc, n, ok := chunk(p.ID); ok {
			if j, ok := first[part{doc, n + 1}]; ok {
				out[i] = j
			}
		} else if i+1 < len(in) && p.Doc == in[i+1].Doc {
			out[i] = i + 1
		}
	}
	return out
}

// Bounds that keep the work on one unit the same however long the list is. No list
// that a person would read reaches them.
const (
	maxPlaces = 1 << 12 // places of the unit's words, rare ones first, before the rest of them is left
	maxClose  = 256     // passages that are compared word by word
)

// rounding is more than sums of the same weights in another order differ by.
const rounding = 1e-9

// weigh fills w.cover with the share of the needle's mass that each passage holds,
// and w.hit with the passages that hold any, in order. It counts the needle's rare
// words first. Once enough places are counted, words that make up less than left
// of the mass are not: a passage with none of the others holds too little.
func (w *words) weigh(n *needle) {
	for _, i := range w.hit {
		w.cover[i] = 0
	}
	w.hit = w.hit[:0]
	terms := make([]uint64, 0, len(n.distinct))
	for _, h := range n.distinct {
		if w.last[h] > 0 {
			terms = append(terms, h)
		}
	}
	slices.SortStableFunc(terms, func(a, b uint64) int { return int(w.count[w.last[a]] - w.count[w.last[b]]) })
	left, places := 1., int32(0)
	for _, h := range terms {
		if places += w.count[w.last[h]]; places > maxPlaces && left < partCover-rounding {
			for _, i := range w.hit {
				if w.cover[i]+left >= partCover-rounding {
					w.cover[i] = n.cover(w.hay[i])
				}
			}
			break
		}
		share := n.weights[h] / n.mass
		left -= share
		for place := w.last[h]; place > 0; place = w.prev[place] {
			i := w.at[place]
			if w.cover[i] == 0 {
				w.hit = append(w.hit, i)
			}
			w.cover[i] += share
		}
	}
	if len(w.hit) < len(w.cover)/8 {
		slices.Sort(w.hit)
		return
	}
	w.hit = w.hit[:0] // most passages are hit: reading them in order costs less than to sort them
	for i, c := range w.cover {
		if c != 0 {
			w.hit = append(w.hit, int32(i))
		}
	}
}

// close returns the passages to compare word by word, in order: those that may hold
// the unit or a part of it, the fullest if they are many; without any, the one that
// holds most.
func (w *words) close() []int32 {
	var out []int32
	most := int32(-1)
	for _, i := range w.hit {
		switch c := w.cover[i]; {
		case c >= partCover-rounding:
			out = append(out, i)
		case most < 0 || c > w.cover[most]:
			most = i
		}
	}
	switch {
	case len(out) == 0 && most >= 0:
		return []int32{most}
	case len(out) > maxClose:
		slices.SortStableFunc(out, func(a, b int32) int { return cmp.Compare(w.cover[b], w.cover[a]) })
		out = out[:maxClose]
		slices.Sort(out)
	}
	return out
}

// findText looks for the text of a unit in single passages, then across the
// boundary of two adjacent ones.
func (l *List) findText(s string) Match {
	if l.words == nil {
		l.words = l.newWords()
	}
	w := l.words
	n := l.units[s]
	if n == nil {
		n = newNeedle(text.Analyze(s, l.lang))
		l.units[s] = n
	}
	if n.mass == 0 {
		return Match{Detail: "the gold text has no content words"}
	}
	w.weigh(n)
	best := Match{Grade: trace.GradeB, Detail: "no passage holds half of its words"}
	for _, i := range w.close() {
		m := n.in(w.hay[i], l.Doc(int(i)))
		if m.How == "" {
			if m.P > best.P && best.How == "" {
				best.P = m.P
			}
			continue
		}
		m.Rank = int(i) + 1
		if m.P >= .9 {
			return m
		}
		if best.How == "" || m.P > best.P {
			best = m
		}
	}
	if m, ok := l.across(n, best.P); ok {
		return m
	}
	if best.P < found {
		best.Rank, best.How = 0, ""
		if i := l.pieceOf(n); i >= 0 {
			return Match{Detail: fmt.Sprintf("passage %d is a piece of the gold text: whether it is the piece that matters is not known", i+1)}
		}
	}
	return best
}

// pieces is how many times as long as a passage a unit is of which the passage
// is no more than a piece.
const pieces = 2

// leastPiece is the number of words below which a passage may be found in a
// long text by chance.
const leastPiece = 8

// pieceOf returns a passage that is a piece of a much longer unit, such as the
// chunk of a gold document; -1: none.
func (l *List) pieceOf(n *needle) int {
	w := l.words
	for _, i := range w.hit {
		h := w.hay[i]
		if len(h) < leastPiece || len(n.terms) < pieces*len(h) {
			continue
		}
		p := w.needles[i]
		if p == nil {
			p = newNeedle(l.Doc(int(i)))
			w.needles[i] = p
		}
		// What they share weighs the same on both sides.
		if w.cover[i]*n.mass >= wholeCover*p.mass-rounding && p.cover(n.terms) >= wholeCover && p.order(n.terms) >= inOrder && p.alike(n.terms) > 0 {
			return int(i)
		}
	}
	return -1
}

// across looks for a needle in two passages that follow each other, where that is
// surer than p.
func (l *List) across(n *needle, p float64) (Match, bool) {
	w, tried := l.words, 0
	for _, i := range w.hit {
		j := w.next[i]
		// Two that do not hold enough together are not worth a closer look.
		if j < 0 || w.cover[i]+w.cover[j] < wholeCover-rounding || n.cover(w.hay[i]) < .15 || n.cover(w.hay[j]) < .15 {
			continue
		}
		if tried++; tried > maxClose {
			break
		}
		m := n.in(slices.Concat(w.hay[i], w.hay[j]), l.Doc(int(i)), l.Doc(j))
		if m.How == "text" && m.P >= .9 && m.P > p {
			return Match{Rank: max(int(i), j) + 1, How: "split", P: .85, Grade: trace.GradeB, Detail: fmt.Sprintf("passages %d and %d together: %s", i+1, j+1, m.Detail)}, true
		}
	}
	return Match{}, false
}
