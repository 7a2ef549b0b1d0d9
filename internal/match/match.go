package match

import (
	"github.com/ragdiag/ragdiag/internal/text"
	"github.com/ragdiag/ragdiag/trace"
)

// Passage is one passage of a list that is searched. Any part may be absent.
type Passage struct {
	ID, Doc, Title, Text string
	Prepared             *text.Doc // of Text, if the caller has it already
}

// Passages converts the context of a record.
func Passages(in []trace.Passage) []Passage {
	out := make([]Passage, len(in))
	for i, p := range in {
		out[i] = Passage{ID: p.ID, Doc: p.Doc, Title: p.Title, Text: p.Text}
	}
	return out
}

// Hits converts the candidates of a record.
func Hits(in []trace.Hit) []Passage {
	out := make([]Passage, len(in))
	for i, h := range in {
		out[i] = Passage{ID: h.ID, Doc: h.Doc, Title: h.Title, Text: h.Text}
	}
	return out
}

// Match says where a unit was found.
type Match struct {
	Rank   int         // 1-based position in the list; 0: not found
	How    string      // "id", "doc", "text", "near-duplicate", "split"; "" if not found
	P      float64     // probability that the unit is in the list
	Grade  trace.Grade // GradeNone: unknown, because list and unit share no way to compare
	Detail string      // what was seen, or why it is unknown
}

// List is a list of passages prepared for searching. Texts are analysed when a
// unit first needs them. It is not safe for concurrent use.
type List struct {
	in []Passage
}

// Prepare returns the list for searching.
func Prepare(in []Passage) *List { return &List{in: in} }

// Find looks for one unit in the list. See List.Find.
func Find(u trace.Unit, in []Passage) Match { return Prepare(in).Find(u) }

// Sets looks for the gold evidence in the list. See List.Sets.
func Sets(g *trace.Gold, in []Passage) (units []trace.UnitMatch, whole, partial trace.Predicate, bestRank int) {
	return Prepare(in).Sets(g)
}
