package sufficient

import (
	"math/bits"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

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
	reckoned    bool    // the answer may have to be worked out from numbers
	operands    uint64  // words of the question in sentences with numbers, if reckoned
	numbers     []number
	seen        []seen // in the passage at hand
	wanted      []wanted
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
	values   []float64 // of each value: 0 if it is nowhere, else how far in place
}

// anyPlace is what a value counts as held that is in another place.
const anyPlace = .3

// whole is the share of a part that is anywhere.
func (f *found) whole(x *part) float64 {
	if x.mass == 0 {
		return 0
	}
	sum := share(x.terms, 1, f.anywhere)
	for _, v := range f.values {
		if v > 0 {
			sum += valueWeight * (anyPlace + (1-anyPlace)*inPlaceShare(v))
		}
	}
	return sum / x.mass
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
		s.want()
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
	var numbers []bool
	if s.reckoned {
		numbers = numbered(d)
	}
	for j, sent := range d.Sentences {
		row := s.rows[j*s.sets : (j+1)*s.sets]
		s.x.mark(row, units(d, d.Terms[sent.Term:sent.TermEnd]))
		for k, m := range row {
			whole[k] |= m
		}
		if !inquires(d, sent) {
			stated |= row[0]
		}
		if s.reckoned && numbers[j] {
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
	s.see(d, topic&s.p.topic|head[0])
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
			held := share(x.terms, x.mass, win) + valueWeight*s.inWindow(k, j)/max(x.mass, valueWeight)
			if held == 0 {
				continue
			}
			if x.short() && len(x.values) == 0 { // a word or two may be there for another reason
				held *= anyPlace + (1-anyPlace)*inPlaceShare(s.inPlace(d, j, text.Span{}, topic&s.p.topic|head[0]))
			}
			place := share(s.p.asks, s.p.mass, q|topic)
			if held > f.held || held == f.held && place > f.place {
				f.held, f.place, f.passage, f.span = held, place, i, d.Sentences[j].Span
			}
		}
		score += f.held
	}
	if score > s.bestScore {
		s.bestScore, s.bestPassage = score, i
	}
}

// seen is a value of a part in a sentence of the passage at hand.
type seen struct {
	sentence int
	of       partValue
	held     float64
}

// partValue is a value of a part.
type partValue struct{ part, value int }

// wanted is a value that is looked for, once for all parts that say it.
type wanted struct {
	value *value
	of    []partValue
}

// maxWanted bounds the values that are looked for, maxSeen the places of a
// passage that are kept.
const maxWanted, maxSeen = 64, 4096

// want lists the values of all parts.
func (s *scan) want() {
	at := map[string]int{}
	for k := range s.parts {
		for n := range s.a.parts[k].values {
			v := &s.a.parts[k].values[n]
			i, known := at[v.text]
			if !known {
				if len(s.wanted) == maxWanted {
					continue
				}
				i = len(s.wanted)
				at[v.text] = i
				s.wanted = append(s.wanted, wanted{value: v})
			}
			s.wanted[i].of = append(s.wanted[i].of, partValue{k, n})
		}
	}
}

// number is a number of the passages, with how far it is in place.
type number struct {
	value float64
	place float64
}

// maxOperands bounds the numbers that an answer may be worked out from: those
// that are best in place.
const maxOperands = 40

// see looks for the values of all parts in a passage, and keeps its numbers.
func (s *scan) see(d *text.Doc, topic uint64) {
	s.seen = s.seen[:0]
	if len(s.wanted) == 0 {
		return // numbers are kept to work out a value from
	}
	look := func(sp text.Span, says func(v *value) bool) float64 {
		j := sentenceAt(d, sp.Start)
		place := -1.
		for i := range s.wanted {
			w := &s.wanted[i]
			if !says(w.value) {
				continue
			}
			if place < 0 {
				place = s.inPlace(d, j, sp, topic)
			}
			for _, of := range w.of {
				s.stands(d, j, of, max(place, w.value.rarely()))
			}
		}
		return place
	}
	setting := s.p.setting
	if setting.Scale == 0 && len(d.Quantities()) > 0 { // "in millions" stands in a heading
		setting.Scale = text.ScaleOf(d)
	}
	for _, q := range d.Quantities() {
		place := look(q.Span, func(v *value) bool { return v.measures(d.Text, q) && v.Compare(q, setting) == text.Equal })
		if q.Kind != text.Measure {
			continue // nobody reckons with ordinals and years
		}
		if place < 0 {
			place = share(s.p.asks, s.p.mass, s.rows[max(0, sentenceAt(d, q.Start))*s.sets]|topic)
		}
		s.keep(number{q.Low, place})
	}
	for i := range s.wanted { // as written: what is read as something else
		w := &s.wanted[i]
		if at := indexWhole(d.Text, w.value.text); at >= 0 && s.parts[w.of[0].part].values[w.of[0].value] == 0 {
			look(text.Span{Start: at, End: at + len(w.value.text)}, func(v *value) bool { return v == w.value })
		}
	}
	slices.SortStableFunc(s.seen, func(a, b seen) int { return a.sentence - b.sentence })
}

// stands notes that a value of a part is in sentence j. The words that the
// reference puts beside it show the place too.
func (s *scan) stands(d *text.Doc, j int, of partValue, place float64) {
	k := of.part
	if x := &s.a.parts[k]; j >= 0 && len(x.terms) > 0 {
		own, near := s.rows[j*s.sets+k+1], uint64(0)
		for o := max(0, j-1); o <= min(len(d.Sentences)-1, j+1); o++ {
			near |= s.rows[o*s.sets+k+1]
		}
		mass := massOf(x.terms)
		place = max(place, share(x.terms, mass, own), nearShare*share(x.terms, mass, near))
	}
	f := &s.parts[k]
	f.values[of.value] = max(f.values[of.value], place)
	if len(s.seen) < maxSeen {
		s.seen = append(s.seen, seen{j, of, inPlaceShare(place)})
	}
}

// nearShare is what words in the sentence beside count.
const nearShare = .7

func massOf(terms []term) float64 {
	sum := 0.
	for _, t := range terms {
		sum += t.weight
	}
	return sum
}

// indexWhole returns where s has sub with neither letter nor digit beside it;
// -1: nowhere.
func indexWhole(s, sub string) int {
	for from := 0; sub != ""; {
		i := strings.Index(s[from:], sub)
		if i < 0 {
			break
		}
		i += from
		before, _ := utf8.DecodeLastRuneInString(s[:i])
		after, _ := utf8.DecodeRuneInString(s[i+len(sub):])
		if !wordRune(before) && !wordRune(after) {
			return i
		}
		from = i + len(sub)
	}
	return -1
}

func wordRune(r rune) bool {
	return r != utf8.RuneError && (unicode.IsDigit(r) || unicode.IsLetter(r) && r < 0x2e80)
}

// keep keeps a number among those that are best in place.
func (s *scan) keep(n number) {
	if n.place < leastOperand || slices.Contains(s.numbers, n) {
		return
	}
	if len(s.numbers) < maxOperands {
		s.numbers = append(s.numbers, n)
		return
	}
	worst := 0
	for i, m := range s.numbers {
		if m.place < s.numbers[worst].place {
			worst = i
		}
	}
	if n.place > s.numbers[worst].place {
		s.numbers[worst] = n
	}
}

// leastOperand is the share of the question beside a number from which on an
// answer may be worked out from it.
const leastOperand = .2

// inWindow returns how many values of part k are in a sentence or beside it,
// each as far as it is in place.
func (s *scan) inWindow(k, j int) float64 {
	var best [maxValues]float64
	from, _ := slices.BinarySearchFunc(s.seen, j-1, func(v seen, j int) int { return v.sentence - j })
	for _, v := range s.seen[from:] {
		if v.sentence > j+1 {
			break
		}
		if v.of.part == k {
			best[v.of.value] = max(best[v.of.value], v.held)
		}
	}
	sum := 0.
	for _, b := range best {
		sum += b
	}
	return sum
}

// coincidence is what a value is worth that is in a sentence with nothing
// of the question; inPlaceFully is what it has above that where it surely
// is in place.
const coincidence, inPlaceFully = .2, .3

func inPlaceShare(place float64) float64 { return min(1, max(0, (place-coincidence)/inPlaceFully)) }

// inPlace says how far a value, or words, in sentence j is where the question asks:
// what the question says of its subject has to be in the sentence itself,
// its names and years in the passage or its title. The sentences beside it count
// as far as its own says nothing else.
func (s *scan) inPlace(d *text.Doc, j int, value text.Span, topic uint64) float64 {
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
	total := 0.
	for _, t := range d.Terms[sent.Term:sent.TermEnd] {
		if tok := d.Tokens[t.Token]; tok.End <= value.Start || value.End <= tok.Start {
			total++
		}
	}
	other := 0.
	if total > 0 {
		other = max(0, total-said-float64(bits.OnesCount64(own))) / total
	}
	if s.p.mass == 0 || s.p.foreign {
		return unknownPlace
	}
	names := s.p.topic
	about := share(s.p.asks, s.p.mass, (own|topic)&names)
	a := share(s.p.asks, s.p.mass, own&^names)
	b := share(s.p.asks, s.p.mass, near&^names)
	all := share(s.p.asks, s.p.mass, names)
	relation := a + (b-a)*(1-other)
	switch {
	case all > .999:
		return max(coincidence, about)
	case all > 0:
		// A sentence that says nothing else of the subject says it of the question.
		relation = max(relation, (1-other)*about/all*(1-all))
		return max(coincidence, topicShare*about/all+(1-topicShare)*relation/(1-all))
	}
	return max(coincidence, relation)
}

// unknownPlace is how far a value is in place where the question has no
// words to tell.
const unknownPlace = .5

// topicShare is what the names of a question weigh against the rest of it.
const topicShare = .25

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
	for _, q := range d.Quantities() {
		if j := sentenceAt(d, q.Start); j >= 0 && q.Kind == text.Measure {
			out[j] = true
		}
	}
	return out
}
