package sufficient

import (
	"math/bits"

	"github.com/ragdiag/ragdiag/internal/text"
)

// index finds the bits of the words of a question and of the parts of one
// alternative in a text.
type index struct {
	exact  map[uint64][]place
	family map[uint32][]place
}

// place is a bit of one set of terms: 0 is the question, k the part k−1.
type place struct {
	set, bit int
	stem     string
}

func newIndex(p *prepared, a *alternative) *index {
	x := &index{map[uint64][]place{}, map[uint32][]place{}}
	x.add(0, p.asks)
	if a != nil {
		for i := range a.parts {
			x.add(i+1, a.parts[i].terms)
		}
	}
	return x
}

func (x *index) add(set int, terms []term) {
	for k, t := range terms {
		at := place{set, k, t.Stem}
		x.exact[t.Hash] = append(x.exact[t.Hash], at)
		if key, ok := familyKey(t.Stem); ok {
			x.family[key] = append(x.family[key], at)
		}
	}
}

func familyKey(stem string) (uint32, bool) {
	if len(stem) < minAlike {
		return 0, false
	}
	return uint32(stem[0])<<24 | uint32(stem[1])<<16 | uint32(stem[2])<<8 | uint32(stem[3]), true
}

// mark sets the bits of the terms in row, which has one word per set.
func (x *index) mark(row []uint64, terms []text.Term) {
	for _, t := range terms {
		for _, at := range x.exact[t.Hash] {
			row[at.set] |= 1 << at.bit
		}
		if key, ok := familyKey(t.Stem); ok {
			for _, at := range x.family[key] {
				if row[at.set]&(1<<at.bit) == 0 && alike(at.stem, t.Stem) {
					row[at.set] |= 1 << at.bit
				}
			}
		}
	}
}

// share is the part of the mass that the bits hold.
func share(terms []term, mass float64, set uint64) float64 {
	if mass == 0 {
		return 0
	}
	sum := 0.
	for ; set != 0; set &= set - 1 {
		sum += terms[bits.TrailingZeros64(set)].weight
	}
	return sum / mass
}

// scan reads passages once and keeps the best place of each part.
type scan struct {
	l     *list
	p     *prepared
	a     *alternative
	x     *index
	sets  int
	rows  []uint64 // scratch: one row of sets per sentence
	parts []found

	asked       float64 // best share of the question in one passage
	stated      float64 // the same without sentences that only ask
	operands    uint64  // words of the question in sentences with numbers
	bestPassage int
	bestScore   float64
}

// found is where a part of the reference stands.
type found struct {
	held     float64
	place    float64
	passage  int
	span     text.Span
	anywhere uint64
	values   []float64 // of each value: 0 if it stands nowhere, else how far in place
}

func newScan(l *list, p *prepared, a *alternative) *scan {
	s := &scan{l: l, p: p, a: a, x: newIndex(p, a), sets: 1, bestPassage: -1}
	if a != nil {
		s.sets += len(a.parts)
		s.parts = make([]found, len(a.parts))
		for k := range s.parts {
			s.parts[k].passage = -1
			s.parts[k].values = make([]float64, len(a.parts[k].values))
		}
	}
	return s
}

func (s *scan) passage(i int) {
	d := s.l.docs[i]
	n := len(d.Sentences)
	if need := (n + 1) * s.sets; cap(s.rows) < need {
		s.rows = make([]uint64, need)
	} else {
		s.rows = s.rows[:need]
		clear(s.rows)
	}
	head := s.rows[n*s.sets:]
	s.x.mark(head, units(s.l.head[i], s.l.head[i].Terms))
	whole := make([]uint64, s.sets)
	copy(whole, head)
	stated := head[0]
	numbers := numbered(d)
	for j, sent := range d.Sentences {
		row := s.rows[j*s.sets : (j+1)*s.sets]
		s.x.mark(row, units(d, d.Terms[sent.Term:sent.TermEnd]))
		for k, m := range row {
			whole[k] |= m
		}
		if !inquires(d, sent) {
			stated |= row[0]
		}
		if numbers[j] {
			s.operands |= row[0]
		}
	}
	// What a passage is about is said once, in its title or its beginning.
	topic := head[0]
	if n > 0 {
		topic |= s.rows[0]
	}
	topic |= whole[0] & s.p.topic
	asked := share(s.p.asks, s.p.mass, whole[0])
	s.asked = max(s.asked, asked)
	s.stated = max(s.stated, share(s.p.asks, s.p.mass, stated))
	s.operands |= topic
	score := asked
	for k := range s.parts {
		f, x := &s.parts[k], &s.a.parts[k]
		f.anywhere |= whole[k+1]
		for j := range n {
			var win, q uint64
			for o := max(0, j-1); o <= min(n-1, j+1); o++ {
				win |= s.rows[o*s.sets+k+1]
				q |= s.rows[o*s.sets]
			}
			win |= head[k+1]
			held := share(x.terms, x.mass, win)
			if held == 0 {
				continue
			}
			place := share(s.p.asks, s.p.mass, q|topic)
			if held > f.held || held == f.held && place > f.place {
				f.held, f.place, f.passage, f.span = held, place, i, d.Sentences[j].Span
			}
		}
		score += share(x.terms, x.mass, whole[k+1])
		s.values(d, i, k, topic&s.p.topic|head[0])
	}
	if score > s.bestScore {
		s.bestScore, s.bestPassage = score, i
	}
}

// values looks for the values of part k in a passage.
func (s *scan) values(d *text.Doc, i, k int, topic uint64) {
	f, x := &s.parts[k], &s.a.parts[k]
	if len(x.values) == 0 {
		return
	}
	see := func(sp text.Span, says func(v value) bool) {
		for j, v := range x.values {
			if says(v) {
				f.values[j] = max(f.values[j], s.inPlace(d, sp, topic))
			}
		}
	}
	for _, n := range d.Numbers() {
		see(n.Span, func(v value) bool {
			return v.number != nil && n.Equal(*v.number) || v.date != nil && v.date.Month == 0 && float64(v.date.Year) == n.Value
		})
	}
	for _, e := range d.Dates() {
		see(e.Span, func(v value) bool {
			return v.date != nil && e.Says(*v.date) || v.number != nil && e.Month == 0 && v.number.Unit == "" && float64(e.Year) == v.number.Value
		})
	}
}

// coincidence is what a value is worth that stands in a sentence with nothing
// of the question.
const coincidence = .1

// inPlace says how far a value stands where the question asks: the share of
// the question's words in its sentence, together with what the passage is about.
// The sentences beside it count as far as its own says nothing else.
func (s *scan) inPlace(d *text.Doc, sp text.Span, topic uint64) float64 {
	j := sentenceAt(d, sp.Start)
	if j < 0 {
		return coincidence
	}
	n := len(d.Sentences)
	own := s.rows[j*s.sets]
	near := own
	for o := max(0, j-1); o <= min(n-1, j+1); o++ {
		near |= s.rows[o*s.sets]
	}
	said := 0.
	sent := d.Sentences[j]
	for k := 1; k < s.sets; k++ {
		said += float64(bits.OnesCount64(s.rows[j*s.sets+k]))
	}
	total := float64(sent.TermEnd - sent.Term)
	other := 0.
	if total > 0 {
		other = max(0, total-said-float64(bits.OnesCount64(own))) / total
	}
	a := share(s.p.asks, s.p.mass, own|topic)
	b := share(s.p.asks, s.p.mass, near|topic)
	return max(coincidence, a, a+(b-a)*(1-other))
}

func sentenceAt(d *text.Doc, at int) int {
	lo, hi := 0, len(d.Sentences)
	for lo < hi {
		m := (lo + hi) / 2
		if d.Sentences[m].Start <= at {
			lo = m + 1
		} else {
			hi = m
		}
	}
	return lo - 1
}

// numbered says which sentences hold a number.
func numbered(d *text.Doc) []bool {
	out := make([]bool, len(d.Sentences))
	for _, n := range d.Numbers() {
		if j := sentenceAt(d, n.Start); j >= 0 {
			out[j] = true
		}
	}
	return out
}
