package ground

import (
	"fmt"
	"math"
	"math/bits"
	"strings"

	"github.com/ragdiag/ragdiag/internal/fit"
	"github.com/ragdiag/ragdiag/internal/text"
	"github.com/ragdiag/ragdiag/trace"
)

// hint guesses, where gold says nothing, from the words of the question whether
// the context holds an answer. Grade D: it feeds a probability and decides
// nothing. Features that lie in [0,1] are in it with the weights below.
func (x *examination) hint() trace.Predicate {
	const none = "no gold answer or evidence"
	h, ok := x.hints()
	if !ok {
		return trace.NotKnown(none)
	}
	z := hintSlope * (2*h.subjects + h.subject + h.pairs + h.relation - h.precise - hintEven)
	p := fit.Sigmoid(z)
	why := fmt.Sprintf("%s; by its words the context holds an answer with probability %.2f", none, p)
	if p >= .5 {
		return trace.Holds(true, p, trace.GradeD, why)
	}
	return trace.Holds(false, 1-p, trace.GradeD, why)
}

// The weights of the features are set by hand, equal but for one. So is where
// the odds are even: a passage about the question's subject that says a little
// of the rest (1 and .2). The slope keeps p off the ends, as befits a guess.
const (
	hintSlope = .5
	hintEven  = 1.2
)

// hints are what the words of question and context say about sufficiency.
type hints struct {
	subjects float64 // share of passages whose title the question names in full
	subject  float64 // how far the nearest title and the question are the same
	pairs    float64 // share of neighbouring words of the question that are neighbours in the best passage
	relation float64 // share of the rest of the question in the best sentence that holds a value of the kind asked for
	precise  float64 // 1: the question asks for a number or a date, which passages about the subject often lack
}

// farTitle is what the relation is worth in a passage about another subject.
const farTitle = .3

// hints reads the features; ok is false where the passages have no titles, or
// the question no words: the features say nothing then.
func (x *examination) hints() (h hints, ok bool) {
	if len(x.asks) == 0 {
		return h, false
	}
	want := asksFor(x.query)
	if want == wantNumber || want == wantDate {
		h.precise = 1
	}
	everything := uint64(math.MaxUint64) >> (maxTerms - len(x.asks))
	all := x.mass(everything)
	for i, d := range x.texts.Docs() {
		inTitle, named := x.titleOf(i)
		ok = ok || x.rec.Context[i].Title != ""
		h.subject = max(h.subject, named*x.mass(inTitle)/all)
		if named == 1 {
			h.subjects += 1 / float64(x.texts.Len())
		}
		var pairs uint64
		rest := x.mass(everything &^ inTitle)
		for _, s := range d.Sentences {
			in, both := x.taken(d.Terms[s.Term:s.TermEnd])
			pairs |= both
			held := 1.
			if rest > 0 {
				held = x.mass(in&^inTitle) / rest
			}
			if r := (farTitle + (1-farTitle)*named) * held; r > h.relation && x.holds(d, s, want) {
				h.relation = r
			}
		}
		h.pairs = max(h.pairs, float64(bits.OnesCount64(pairs))/float64(max(1, len(x.asks)-1)))
	}
	return h, ok
}

// titleOf returns the words of the question that are in the title of passage
// i, and the share of the title's words that the question has. What a title
// says in brackets tells it from another and is left out.
func (x *examination) titleOf(i int) (in uint64, named float64) {
	title := x.rec.Context[i].Title
	if cut := strings.IndexAny(title, "(（"); cut > 0 {
		title = title[:cut]
	}
	if title == "" {
		return 0, 0
	}
	terms := text.Analyze(title, x.texts.Docs()[i].Lang).Terms
	n := 0
	for _, t := range terms {
		if containsTerm(x.query.Terms, t.Hash) {
			n++
		}
	}
	in, _ = x.taken(terms)
	return in, float64(n) / float64(max(1, len(terms)))
}

// taken returns the words of the question among the terms, one bit each, and
// those that the next one of the question follows right away.
func (x *examination) taken(terms []text.Term) (words, pairs uint64) {
	last := -1
	for _, t := range terms {
		at := -1
		for i, q := range x.asks {
			if q.Hash == t.Hash {
				at = i
				words |= 1 << i
				break
			}
		}
		if at > 0 && last == at-1 {
			pairs |= 1 << last
		}
		last = at
	}
	return words, pairs
}

// mass returns the weight of some words of the question.
func (x *examination) mass(words uint64) float64 {
	m := 0.
	for ; words != 0; words &= words - 1 {
		m += x.asks[bits.TrailingZeros64(words)].weight
	}
	return m
}

// holds reports whether a sentence has a value of the kind asked for; of names
// only those count that the question does not have. Where the kind or the names
// of the script are not known every sentence may.
func (x *examination) holds(d *text.Doc, s text.Sentence, want wanted) bool {
	switch want {
	case wantNumber:
		return anyWithin(d.Numbers(), s, func(n text.Number) text.Span { return n.Span })
	case wantDate:
		return anyWithin(d.Dates(), s, func(t text.Date) text.Span { return t.Span })
	case wantPerson, wantPlace, wantName:
		if !cased(d.Lang) {
			return true
		}
		for _, e := range d.Entities() {
			if e.Start >= s.Start && e.End <= s.End && !x.names(d, s, e.Span) {
				return true
			}
		}
		return false
	}
	return true
}

// names reports whether the question has a word of the name at sp.
func (x *examination) names(d *text.Doc, s text.Sentence, sp text.Span) bool {
	for _, t := range d.Terms[s.Term:s.TermEnd] {
		if tok := d.Tokens[t.Token]; tok.Start >= sp.Start && tok.End <= sp.End && containsTerm(x.query.Terms, t.Hash) {
			return true
		}
	}
	return false
}

func anyWithin[T any](values []T, s text.Sentence, at func(T) text.Span) bool {
	for _, v := range values {
		if sp := at(v); sp.Start >= s.Start && sp.End <= s.End {
			return true
		}
	}
	return false
}

// cased reports whether a language marks names by capitals.
func cased(lang string) bool {
	switch lang {
	case "zh", "ja", "ko", "th", "ar", "he", "fa", "hi", "bn", "ta":
		return false
	}
	return true
}
