package match

import (
	"fmt"

	"github.com/ragdiag/ragdiag/trace"
)

// answerRight is the chance that a passage with an accepted answer in it is
// enough to answer, and that one without is not (about four in five; see the
// design of sufficiency by answer and question words).
const answerRight = .8

// Sets looks for all units of all gold sets. Any one set suffices, all of its
// units are needed. whole says whether some set is complete in the list, best
// at bestRank (0: never); partial whether no set is complete, but some unit is
// found. Without gold evidence an accepted answer in some passage stands in
// for it, with grade C and no units. The predicates are unknown where no set
// can be compared.
func (l *List) Sets(g *trace.Gold) (units []trace.UnitMatch, whole, partial trace.Predicate, bestRank int) {
	switch {
	case g == nil:
		unknown := trace.NotKnown("no gold is recorded")
		return nil, unknown, unknown, 0
	case l.in == nil:
		unknown := trace.NotKnown("the list was not recorded")
		return nil, unknown, unknown, 0
	case len(g.Evidence) == 0:
		whole, bestRank = l.byAnswer(g.Answers)
		return nil, whole, trace.NotKnown("no gold evidence is recorded"), bestRank
	}
	var r reading
	for si, set := range g.Evidence {
		s := setReading{complete: len(set) > 0, p: 1, grade: trace.GradeA}
		for ui, u := range set {
			m := l.Find(u)
			units = append(units, trace.UnitMatch{Set: si, Unit: ui, Rank: m.Rank, How: m.How, P: m.P, Grade: m.Grade})
			s.add(m)
		}
		if len(set) > 0 {
			r.add(s)
		}
	}
	whole, partial = r.predicates()
	return units, whole, partial, r.rank
}

// setReading is what is known about one set.
type setReading struct {
	complete, unknown bool
	found, units      int
	p                 float64
	grade             trace.Grade
	rank              int
	detail            string
}

func (s *setReading) add(m Match) {
	s.units++
	if m.Grade == trace.GradeNone {
		s.unknown, s.complete = true, false
		s.detail = m.Detail
		return
	}
	s.p *= m.P
	s.grade = min(s.grade, m.Grade)
	if m.Rank == 0 {
		s.complete = false
		return
	}
	s.found++
	s.rank = max(s.rank, m.Rank)
}

// reading is what is known about all sets.
type reading struct {
	rank          int // best rank of a complete set
	missing       float64
	sets          int
	complete      int
	open          int // sets that might be complete, because a unit cannot be compared
	found, of     int // units found in the fullest incomplete set
	grade         trace.Grade
	detail        string
	decided, seen bool
}

func (r *reading) add(s setReading) {
	if r.sets == 0 {
		r.missing = 1
		r.grade = trace.GradeA
	}
	r.sets++
	r.seen = r.seen || s.found > 0
	switch {
	case s.complete:
		r.complete++
		if r.rank == 0 || s.rank < r.rank {
			r.rank = s.rank
		}
		r.missing *= 1 - s.p
		r.grade = min(r.grade, s.grade)
	case s.unknown && s.found == s.units-1 || s.unknown && s.found == 0:
		r.open++
		r.detail = s.detail
	default:
		if s.unknown {
			r.open++
			r.detail = s.detail
			break
		}
		r.missing *= 1 - s.p
		r.grade = min(r.grade, s.grade)
	}
	if !s.complete && (s.found > r.found || r.of == 0) {
		r.found, r.of = s.found, s.units
	}
}

func (r *reading) predicates() (whole, partial trace.Predicate) {
	switch {
	case r.sets == 0:
		unknown := trace.NotKnown("the gold evidence is empty")
		return unknown, unknown
	case r.complete > 0:
		return trace.Holds(true, 1-r.missing, r.grade, fmt.Sprintf("all units of a gold set, complete at rank %d", r.rank)),
			trace.Holds(false, 1-r.missing, r.grade, "a gold set is complete")
	case r.open > 0:
		whole = trace.NotKnown(r.detail)
		if r.seen {
			return whole, trace.NotKnown("a unit is found, another cannot be compared: " + r.detail)
		}
		return whole, whole
	}
	why := fmt.Sprintf("%d of %d units of the fullest gold set", r.found, r.of)
	return trace.Holds(false, r.missing, r.grade, why), trace.Holds(r.found > 0, r.missing, r.grade, why)
}

// byAnswer looks for an accepted answer in the passages.
func (l *List) byAnswer(aliases []string) (trace.Predicate, int) {
	m := l.Answer(aliases)
	if m.Grade == trace.GradeNone {
		return trace.NotKnown(m.Detail), 0
	}
	return trace.Holds(m.Rank > 0, answerRight, m.Grade, m.Detail), m.Rank
}

// Answer returns the first passage that states an accepted answer by value:
// grade C, because a passage may hold the words for another reason.
func (l *List) Answer(aliases []string) Match {
	switch {
	case len(aliases) == 0:
		return Match{Detail: "neither gold evidence nor an accepted answer is recorded"}
	case l.in == nil:
		return Match{Detail: "the list was not recorded"}
	case len(l.in) > 0 && !l.texts:
		return Match{Detail: "an accepted answer cannot be looked for in passages without text"}
	case allPolar(aliases):
		return Match{Detail: "a yes or no cannot be looked for in passages"}
	}
	for i, p := range l.in {
		if p.Text == "" {
			continue
		}
		if alias, _, ok := AnswerIn(aliases, l.doc(i)); ok {
			return Match{Rank: i + 1, How: "answer", P: answerRight, Grade: trace.GradeC, Detail: fmt.Sprintf("passage %d states %q", i+1, alias)}
		}
	}
	return Match{P: 1 - answerRight, Grade: trace.GradeC, Detail: "no passage states an accepted answer"}
}
