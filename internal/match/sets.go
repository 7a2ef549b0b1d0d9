package match

import (
	"fmt"
	"slices"

	"github.com/ragdiag/ragdiag/internal/text"
	"github.com/ragdiag/ragdiag/trace"
)

// Sets looks for all units of all gold sets. Any one set suffices, all of its
// units are needed. whole says whether some set is complete in the list, best
// at bestRank (0: never); partial whether no set is complete, but some unit is
// found. The predicates are unknown where no set can be compared.
func (l *List) Sets(g *trace.Gold) (units []trace.UnitMatch, whole, partial trace.Predicate, bestRank int) {
	switch {
	case g == nil:
		unknown := trace.NotKnown("no gold is recorded")
		return nil, unknown, unknown, 0
	case l.in == nil:
		unknown := trace.NotKnown("the list was not recorded")
		return nil, unknown, unknown, 0
	case len(g.Evidence) == 0:
		unknown := trace.NotKnown("no gold evidence is recorded")
		return nil, unknown, unknown, 0
	}
	var sets []setReading
	for si, set := range g.Evidence {
		var found []Match
		for ui, u := range set {
			m := l.Find(u)
			units = append(units, trace.UnitMatch{Set: si, Unit: ui, Rank: m.Rank, How: m.How, P: m.P, Grade: m.Grade})
			found = append(found, m)
		}
		if len(set) > 0 {
			sets = append(sets, readSet(set, found))
		}
	}
	whole, partial, bestRank = conclude(sets)
	return units, whole, partial, bestRank
}

// setReading is what is known about one set.
type setReading struct {
	units, found, missed int // missed: compared and not found; the rest cannot be compared
	p                    float64
	grade                trace.Grade // of the weakest comparison
	rank                 int         // at which the units found are complete
	unknown              string      // why a unit cannot be compared
	inferred             bool        // that it is evidence is only likely
}

func readSet(set trace.EvidenceSet, units []Match) setReading {
	s := setReading{units: len(units), p: 1, grade: trace.GradeA}
	for i, m := range units {
		if p := set[i].P; p > 0 {
			s.inferred = true
			s.p *= p
			m.Grade = min(m.Grade, trace.GradeC)
		}
		switch {
		case m.Grade == trace.GradeNone:
			s.unknown = m.Detail
			continue
		case m.Rank == 0:
			s.missed++
		default:
			s.found++
			s.rank = max(s.rank, m.Rank)
		}
		s.p *= m.P
		s.grade = min(s.grade, m.Grade)
	}
	return s
}

// conclude turns what is known about the sets into predicates. A set with a
// unit that is missing cannot be whole; one that merely cannot be compared may.
func conclude(sets []setReading) (whole, partial trace.Predicate, bestRank int) {
	if len(sets) == 0 {
		unknown := trace.NotKnown("the gold evidence is empty")
		return unknown, unknown, 0
	}
	if sets[0].inferred {
		return concludeInferred(sets)
	}
	none, grade := 1., trace.GradeA // none: probability that no set is whole
	var fullest setReading
	open := ""
	for _, s := range sets {
		if s.found == s.units && (bestRank == 0 || s.rank < bestRank) {
			bestRank = s.rank
		}
		if s.missed == 0 && s.found < s.units {
			open = s.unknown
			continue
		}
		none *= 1 - s.p
		grade = min(grade, s.grade)
		if s.found > fullest.found || fullest.units == 0 {
			fullest = s
		}
	}
	why := fmt.Sprintf("%d of %d units of the fullest gold set", fullest.found, fullest.units)
	switch {
	case bestRank > 0:
		return trace.Holds(true, 1-none, grade, fmt.Sprintf("all units of a gold set, complete at rank %d", bestRank)),
			trace.Holds(false, 1-none, grade, "a gold set is complete"), bestRank
	case open != "":
		return trace.NotKnown(open), trace.NotKnown(open), 0
	case fullest.found == 0 && fullest.unknown != "":
		return trace.Holds(false, none, grade, why), trace.NotKnown(fullest.unknown), 0
	}
	return trace.Holds(false, none, grade, why), trace.Holds(fullest.found > 0, none, grade, why), 0
}

// concludeInferred does the same for units of which each is evidence only with
// some probability. The best rank is the one from which it is likely enough
// that one of them is.
func concludeInferred(sets []setReading) (whole, partial trace.Predicate, bestRank int) {
	partial = trace.NotKnown("the evidence was inferred from the reference answer")
	slices.SortStableFunc(sets, func(a, b setReading) int { return a.rank - b.rank })
	none := 1.
	for _, s := range sets {
		switch {
		case s.unknown != "":
			return trace.NotKnown(s.unknown), partial, 0
		case s.found == s.units:
			none *= 1 - s.p
			if bestRank == 0 && 1-none >= trace.InferredYes {
				bestRank = s.rank
			}
		}
	}
	why := fmt.Sprintf("with probability %.2f it holds a passage that the reference answer rests on", 1-none)
	if none > trace.InferredNo && none < trace.InferredYes {
		return trace.NotKnown(why), partial, 0
	}
	return trace.Holds(bestRank > 0, max(none, 1-none), trace.GradeC, why), partial, bestRank
}

// answerRight is the chance that a passage that has an accepted answer in it
// answers the question, where nothing says what else is beside it.
const answerRight = .8

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
	var want Accepted
	for i, p := range l.in {
		if p.Text == "" {
			continue
		}
		d := l.Doc(i)
		if want == nil {
			want = Accept(aliases, d.Lang)
		}
		if alias, _, ok := want.In(d); ok {
			return Match{Rank: i + 1, How: "answer", P: answerRight, Grade: trace.GradeC, Detail: fmt.Sprintf("passage %d states %q", i+1, alias)}
		}
	}
	if !slices.ContainsFunc(aliases, isShort) {
		return Match{Detail: "the accepted answers are sentences: that no passage has them word for word says nothing"}
	}
	return Match{P: 1 - answerRight, Grade: trace.GradeC, Detail: "no passage states an accepted answer"}
}

// shortAnswer is the number of words up to which a passage that gives an answer
// can be expected to have its very words.
const shortAnswer = 6

func isShort(alias string) bool { return len(text.Tokens(alias)) <= shortAnswer }
