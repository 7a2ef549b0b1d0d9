package match

import (
	"strconv"
	"strings"

	"github.com/ragdiag/ragdiag/internal/text"
	"github.com/ragdiag/ragdiag/trace"
)

// Passage is one passage of a list that is searched. Any part may be absent.
type Passage struct {
	ID, Doc, Title, Text string
	Prepared             *text.Doc // of Text, if the caller has it already
}

// Passages converts the context of a record; nil stays nil.
func Passages(in []trace.Passage) []Passage {
	if in == nil {
		return nil
	}
	out := make([]Passage, len(in))
	for i, p := range in {
		out[i] = Passage{ID: p.ID, Doc: p.Doc, Title: p.Title, Text: p.Text}
	}
	return out
}

// Hits converts the candidates of a record; nil stays nil.
func Hits(in []trace.Hit) []Passage {
	if in == nil {
		return nil
	}
	out := make([]Passage, len(in))
	for i, h := range in {
		out[i] = Passage{ID: h.ID, Doc: h.Doc, Title: h.Title, Text: h.Text}
	}
	return out
}

// Match says where a unit was found.
type Match struct {
	Rank   int         // 1-based position in the list; 0: not found
	How    string      // "id", "doc", "text", "near-duplicate", "split", "answer"; "" if not found
	P      float64     // probability that the unit is in the list
	Grade  trace.Grade // GradeNone: unknown, because list and unit share no way to compare
	Detail string      // what was seen, or why it is unknown
}

// found is the probability from which a match counts as one.
const found = .5

// List is a list of passages prepared for searching. Texts are analysed when a
// unit first needs them. It is not safe for concurrent use.
type List struct {
	in    []Passage
	docs  []*text.Doc // of in; nil: not analysed yet
	units map[string]*needle
	names *names // nil: not needed yet
	words *words // nil: not needed yet
	ids   bool   // some passage has an ID or a document
	texts bool   // some passage has a text
	lang  string
}

// Prepare returns the list for searching. A nil list was not recorded, so
// nothing can be said about it; an empty one holds nothing.
func Prepare(in []Passage) *List {
	l := &List{in: in, docs: make([]*text.Doc, len(in)), units: map[string]*needle{}}
	for i, p := range in {
		l.ids = l.ids || p.ID != "" || p.Doc != ""
		l.texts = l.texts || p.Text != ""
		l.docs[i] = p.Prepared
		if p.Prepared != nil && l.lang == "" {
			l.lang = p.Prepared.Lang
		}
	}
	return l
}

// Doc returns passage i, which it analyses once.
func (l *List) Doc(i int) *text.Doc {
	if l.docs[i] == nil {
		if l.lang == "" {
			l.lang = text.Language(l.in[i].Text)
		}
		l.docs[i] = text.Analyze(l.in[i].Text, l.lang)
	}
	return l.docs[i]
}

// Find looks for one unit in the list. See List.Find.
func Find(u trace.Unit, in []Passage) Match { return Prepare(in).Find(u) }

// Sets looks for the gold evidence in the list. See List.Sets.
func Sets(g *trace.Gold, in []Passage) (units []trace.UnitMatch, whole, partial trace.Predicate, bestRank int) {
	return Prepare(in).Sets(g)
}

// Find looks for one unit: by passage ID, by document ID, then by text. The
// first passage that holds it for certain wins, else the most probable one.
func (l *List) Find(u trace.Unit) Match {
	switch {
	case l.in == nil:
		return Match{Detail: "the list was not recorded"}
	case u == (trace.Unit{}):
		return Match{Detail: "the gold unit names nothing"}
	case len(l.in) == 0:
		return Match{Grade: trace.GradeB, Detail: "the list is empty"}
	}
	byID := l.ids && (u.ID != "" || u.Doc != "")
	var best Match
	if byID {
		if l.names == nil {
			l.names = newNames(l.in)
		}
		best = l.names.find(u)
	}
	if best.P >= .9 {
		return best
	}
	if l.texts && u.Text != "" {
		// Another stretch of the right document is not the evidence: where that
		// stretch is recorded, the text decides.
		shown := best.Rank > 0 && l.in[best.Rank-1].Text != ""
		if m := l.findText(u.Text); shown || m.P > best.P || m.Rank > 0 && best.Rank == 0 || best.Grade == trace.GradeNone {
			best = m
		}
		return best
	}
	switch {
	case best.P > 0:
		return best
	case byID:
		return Match{Grade: trace.GradeB, Detail: "no passage has its ID"}
	case u.Text == "":
		return Match{Detail: "the gold unit has only an ID, the passages have none"}
	}
	return Match{Detail: "the gold unit has only a text, the passages have none"}
}

// document returns the document part of a chunk ID: "doc" of "doc#3".
func document(id string) string {
	if doc, _, ok := chunk(id); ok {
		return doc
	}
	return id
}

// chunk splits "doc#3" into document and number.
func chunk(id string) (doc string, n int, ok bool) {
	i := strings.LastIndexByte(id, '#')
	if i <= 0 {
		return "", 0, false
	}
	n, err := strconv.Atoi(id[i+1:])
	return id[:i], n, err == nil
}
