package ground

import (
	"cmp"
	"math"
	"slices"
	"sort"
	"strings"

	"github.com/ragdiag/ragdiag/internal/text"
)

// reading is what a passage answers to the question, as far as words tell: the
// value of the kind asked for that is nearest to the question's relation.
type reading struct {
	value
	score float64 // of its place, (0,1]
	class string  // of a value of a closed class, such as "tennis"; "": of another kind
}

// The settings of a reading.
const (
	onSubject  = .6  // share of the subject's weight that a passage must have
	onRelation = .5  // share of the relation's weight that a passage must have
	sureSlot   = .34 // score from which two readings that differ are a conflict
	nearSlot   = 5.  // tokens from the relation at which a place is worth half
)

// slot is what a question asks, taken apart.
type slot struct {
	want     wanted
	class    map[string]string // of a closed class: word → value; nil: no class
	relation [][]uint64        // words that say what is asked of the subject, each with others for it
	weight   []float64         // of relation
	subject  uint64            // bits of the question's words that name the subject
	birth    bool              // when someone was born
}

// slotOf takes the question apart.
func (x *examination) slotOf() slot {
	s := slot{want: asksFor(x.query)}
	if s.class = classOf(x.query); s.class != nil {
		s.want = wantAny
	}
	names := x.query.Entities()
	for i, q := range x.asks {
		tok := x.query.Tokens[q.Token]
		if slices.ContainsFunc(names, func(e text.Entity) bool { return tok.Start >= e.Start && tok.End <= e.End }) || inQuotes(x.query.Text, tok.Start) {
			s.subject |= 1 << i
			continue
		}
		ways := []uint64{q.Hash}
		for _, w := range sayAlso[q.Stem] {
			ways = append(ways, text.Hash64(text.Stem("en", w)))
		}
		s.relation = append(s.relation, ways)
		s.weight = append(s.weight, q.weight)
		s.birth = s.birth || q.Stem == "born" || q.Stem == "birth"
	}
	return s
}

// inQuotes reports whether a byte of s lies between quotation marks.
func inQuotes(s string, at int) bool { return strings.Count(s[:at], `"`)%2 == 1 }

// sayAlso has, by the stem of a word of an English question, other words that
// passages say it with.
var sayAlso = map[string][]string{
	"born": {"birth", "born"}, "birth": {"born"}, "di": {"death", "died", "dead"}, "death": {"died"},
	"establish": {"founded", "created", "formed", "opened", "established", "launched"}, "found": {"established", "created", "formed"},
	"built": {"constructed", "construction", "completed", "erected"}, "construct": {"built", "completed"},
	"open": {"opened", "inaugurated"}, "releas": {"release", "released"}, "publish": {"published"},
	"artist": {"album", "song", "band", "singer", "musician"}, "author": {"written", "novel", "book"}, "creator": {"created", "written", "film", "series", "song", "album"},
	"popul": {"inhabitants", "people", "residents"}, "locat": {"situated"}, "length": {"long"}, "height": {"tall", "high"},
}

// readings returns the values of the kind asked for in passage i, the best first.
func (x *examination) readings(s slot, i int) []reading {
	d := x.texts.Docs()[i]
	title, _ := x.titleOf(i)
	whole, _ := x.taken(d.Terms)
	subject := s.subject
	if subject == 0 { // no name in the question: all of it must be there
		subject = math.MaxUint64 >> (maxTerms - len(x.asks))
	}
	if x.mass((whole|title)&subject) < onSubject*x.mass(subject) {
		return nil
	}
	var out []reading
	if s.class != nil {
		for j, t := range d.Tokens {
			w := t.Text
			if c, ok := s.class[w]; ok {
				if j > 0 {
					if two, ok := s.class[d.Tokens[j-1].Text+" "+w]; ok {
						c = two
					}
				}
				out = append(out, reading{value: value{Span: d.TokenSpan(j, j+1)}, class: c, score: 1})
			}
		}
		return out
	}
	var at []int // tokens of the relation
	said, all := 0., 0.
	for k, ways := range s.relation {
		n := len(at)
		for _, t := range d.Terms {
			if slices.Contains(ways, t.Hash) {
				at = append(at, t.Token)
			}
		}
		all += s.weight[k]
		if len(at) > n {
			said += s.weight[k]
		}
	}
	if said < onRelation*all && !s.birth {
		return nil
	}
	slices.Sort(at)
	for _, sent := range d.Sentences {
		for _, v := range valuesOf(d, sent) {
			if !s.takes(v) || x.named([]value{v}) || v.kind == aName && x.names(d, sent, v.Span) {
				continue
			}
			out = append(out, reading{value: v, score: x.place(s, d, v, at)})
		}
	}
	slices.SortStableFunc(out, func(a, b reading) int { return cmp.Compare(b.score, a.score) })
	return slices.Clip(out)
}

// takes reports whether a value is of the kind that the question asks for.
func (s slot) takes(v value) bool {
	switch s.want {
	case wantNumber:
		return v.kind == aNumber && v.number.Unit != "th"
	case wantDate:
		return v.kind == aDate && v.date.Year != 0
	case wantPerson, wantPlace, wantName:
		return v.kind == aName
	}
	return false
}

// place scores where a value stands: by its distance from a word of the relation.
func (x *examination) place(s slot, d *text.Doc, v value, at []int) float64 {
	from := sort.Search(len(d.Tokens)-1, func(i int) bool { return d.Tokens[i].End > v.Start })
	to := from
	for to < len(d.Tokens)-1 && d.Tokens[to+1].End <= v.End {
		to++
	}
	best := 0.
	next, _ := slices.BinarySearch(at, from)
	for _, t := range at[max(0, next-1):min(len(at), next+1)] { // the nearest on both sides
		dist := max(0, from-t-1, t-to-1)
		best = max(best, 1/(1+float64(dist)/nearSlot))
	}
	if v.kind == aName && from > 0 && d.Tokens[from-1].Text == "by" {
		best = max(best, .9)
	}
	if s.birth && from > 0 && v.Start > 0 && from < 30 && strings.HasSuffix(strings.TrimSpace(d.Text[:v.Start]), "(") {
		best = max(best, .95) // "Ann Ott (3 May 1900 – …"
	}
	return best
}

// same reports whether two readings say the same.
func (r reading) same(o reading) bool {
	if r.class != "" || o.class != "" {
		return r.class == o.class
	}
	return r.kind == o.kind && r.equal(o.value)
}

// maxRead is the number of passages whose readings are compared, so that time
// and memory stay in proportion to the number of passages.
const maxRead = 64

// slotRivals returns the pairs of passages that answer the question with
// different values, neither of which the other passage has.
func (x *examination) slotRivals() []rival {
	s := x.slotOf()
	if len(x.asks) == 0 || s.want == wantAny && s.class == nil {
		return nil
	}
	type read struct {
		passage int
		all     []reading
	}
	var sure []read
	for i := range x.texts.Len() {
		all := x.readings(s, i)
		if len(all) == 0 || all[0].score < sureSlot {
			continue
		}
		if len(sure) == maxRead {
			x.uncompared = true
			break
		}
		sure = append(sure, read{i, all})
	}
	var out []rival
	for k, a := range sure {
		for _, b := range sure[k+1:] {
			if slices.ContainsFunc(b.all, a.all[0].same) || slices.ContainsFunc(a.all, b.all[0].same) {
				continue
			}
			if x.readApart(a.passage, b.passage, a.all[0], b.all[0]) {
				continue
			}
			out = append(out, x.rivalOf(a.passage, b.passage, a.all[0], b.all[0]))
		}
	}
	return out
}

// readApart reports whether the sentences of two readings speak of two things.
func (x *examination) readApart(i, j int, a, b reading) bool {
	d, e := x.texts.Docs()[i], x.texts.Docs()[j]
	s, ok := sentenceAt(d, a.Span)
	t, also := sentenceAt(e, b.Span)
	return ok && also && contrast(d, s, a.Span, e, t, b.Span)
}
