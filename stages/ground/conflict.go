package ground

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/ragdiag/ragdiag/internal/text"
	"github.com/ragdiag/ragdiag/trace"
)

// rival is a pair of passages that say different things about the same.
type rival struct {
	one, other int // indexes into the context
	conflict   trace.Conflict
}

// The sentences of the context that are compared: the best of each passage
// by the question's words, if they have enough of them, and so many in all.
const (
	rivalMass  = .25
	perPassage = 2
	maxRivals  = 6
	sameButOne = .5 // the same, where one word is the opposite of another
	sameTalk   = .7 // share of the sentence's words that the other passage must have around its value

	onTopic       = .5 // how much of the question one must take up against the other, names aside
	samePredicate = .5 // share of the shorter sentence's words, values and names aside, that both have
	sameEvent     = .7 // the same where dates differ: they often tell two events apart
	askedCount    = .5 // share of the question that both passages take up, where they count the same thing
	askedUnit     = .6 // the same where they only measure in the same unit
)

// spokesman is a sentence that speaks for its passage.
type spokesman struct {
	passage int
	text.Sentence
	mass      float64 // share of the question that it takes up
	titled    float64 // the same together with the passage's title
	predicate float64 // the same as mass, without the names in the question
	doc       *text.Doc
	title     []text.Term
	values    []value
	plain     []text.Term // without values and names
}

// conflicts looks for two passages that answer the question with different
// values: the sentence of one that is nearest to the question is contradicted
// by the other, or says the same with another value.
func (x *examination) conflicts() {
	if x.rec.Context == nil {
		x.ev.Conflicting = trace.NotKnown("the context was not recorded")
		return
	}
	all := x.spokesmen()
	for i, a := range all {
		for _, b := range all[i+1:] {
			if a.passage == b.passage {
				continue
			}
			if against := x.against(a, b); against != nil && !x.apart(a, b, *against) {
				x.rivals = append(x.rivals, rival{a.passage, b.passage, *against})
			} else if c := x.otherValue(a, b); c != nil && !x.apart(a, b, *c) {
				x.rivals = append(x.rivals, rival{a.passage, b.passage, *c})
			}
		}
	}
	x.rivals = append(x.rivals, x.slotRivals()...)
	if len(x.rivals) == 0 {
		why := "no two passages give different values for the same thing"
		if x.uncompared {
			why += fmt.Sprintf(", among the first %d with a value", maxRead)
		}
		x.ev.Conflicting = trace.Holds(false, .8, trace.GradeC, why)
		return
	}
	r := x.rivals[0]
	x.ev.Conflicting = trace.Holds(true, .75, trace.GradeC, fmt.Sprintf("passage %d says %q, passage %d says %q",
		r.one+1, r.conflict.Claim, r.other+1, r.conflict.Passage))
}

// against returns where the passage of b contradicts a, if it takes up enough of
// what a says.
func (x *examination) against(a, b spokesman) *trace.Conflict {
	said := a.Of(a.doc.Text)
	if x.texts.Within(said, b.passage) < sameButOne {
		return nil
	}
	v := x.texts.CheckIn(said, b.passage)
	if v.Support == trace.Contradicted && v.Against != nil && (v.Overlap >= sameTalk || v.Against.Kind == "antonym" && v.Overlap >= sameButOne) {
		return v.Against
	}
	return nil
}

// apart reports whether a spokesman speaks of something else than the passage
// that is said to disagree with it.
func (x *examination) apart(a, b spokesman, c trace.Conflict) bool {
	theirs := text.Span{Start: c.Span.Start, End: c.Span.End}
	s, ok := sentenceAt(b.doc, theirs)
	if !ok {
		return false
	}
	var mine text.Span
	if i := strings.Index(a.Of(a.doc.Text), c.Claim); i >= 0 {
		mine = text.Span{Start: a.Start + i, End: a.Start + i + len(c.Claim)}
	}
	return contrast(a.doc, a.Sentence, mine, b.doc, s, theirs)
}

// spokesmen returns the sentences to compare, the nearest to the question first.
func (x *examination) spokesmen() []spokesman {
	var all []spokesman
	x.stated = valuesOf(x.query, text.Sentence{Span: text.Span{End: len(x.query.Text)}, TermEnd: len(x.query.Terms)})
	var names []uint64 // the terms of the names in the question
	for _, v := range x.stated {
		for _, t := range v.name {
			names = append(names, t.Hash)
		}
	}
	for i, d := range x.texts.Docs() {
		var own []spokesman
		var title []text.Term
		if t := x.rec.Context[i].Title; t != "" {
			title = text.Analyze(t, cmp.Or(d.Lang, x.lang)).Terms
		}
		for _, s := range d.Sentences {
			terms := d.Terms[s.Term:s.TermEnd]
			if m := x.asked(terms); m >= rivalMass || len(title) > 0 && m > 0 {
				own = append(own, spokesman{passage: i, Sentence: s, mass: m, doc: d, title: title})
			}
		}
		slices.SortStableFunc(own, func(a, b spokesman) int { return cmp.Compare(b.mass, a.mass) })
		for _, s := range own[:min(len(own), perPassage)] {
			s.titled = s.mass
			if len(title) > 0 {
				s.titled = x.asked(slices.Concat(d.Terms[s.Term:s.TermEnd], title))
			}
			if s.titled >= rivalMass {
				all = append(all, s)
			}
		}
	}
	slices.SortStableFunc(all, func(a, b spokesman) int { return cmp.Compare(b.titled, a.titled) })
	all = slices.CompactFunc(all, func(a, b spokesman) bool { return a.Of(a.doc.Text) == b.Of(b.doc.Text) }) // copies say the same
	all = slices.Clone(all[:min(len(all), maxRivals)])
	for i := range all {
		s := &all[i]
		s.values = valuesOf(s.doc, s.Sentence)
		s.plain = plain(s.doc, *s)
		s.predicate = x.asked(s.doc.Terms[s.Term:s.TermEnd], names...)
	}
	return all
}

// plain returns the terms of a sentence that belong to no value and no name.
func plain(d *text.Doc, s spokesman) []text.Term {
	var out []text.Term
	for _, t := range d.Terms[s.Term:min(s.TermEnd, s.Term+maxTerms)] {
		tok := d.Tokens[t.Token]
		if !slices.ContainsFunc(s.values, func(v value) bool { return tok.Start < v.End && v.Start < tok.End }) {
			out = append(out, t)
		}
	}
	return out
}

// otherValue returns the first value of a for which b gives another one. A value
// that the question names tells what it is about and is no answer.
func (x *examination) otherValue(a, b spokesman) *trace.Conflict {
	if len(a.values) == 0 || len(b.values) == 0 {
		return nil
	}
	alike := 0.
	if x.sameSubject(a, b) && min(a.predicate, b.predicate) >= onTopic*max(a.predicate, b.predicate) {
		alike = x.alike(a, b)
	}
	for _, v := range a.values {
		one, other := peers(v, a.values), peers(v, b.values)
		if len(one) != len(other) || x.named(one) || x.named(other) || slices.ContainsFunc(one, func(v value) bool {
			return slices.ContainsFunc(other, v.equal)
		}) {
			continue
		}
		floor := samePredicate
		if v.kind == aDate || v.kind == aName {
			floor = sameEvent
		}
		if alike >= floor || x.answersBoth(v, a, b) {
			w := other[0]
			return &trace.Conflict{Kind: v.kind.String(), Claim: v.Of(a.doc.Text), Passage: w.Of(b.doc.Text),
				Span: trace.Span{Passage: b.passage, Start: w.Start, End: w.End}}
		}
	}
	return nil
}

// named reports whether the question states one of the values.
func (x *examination) named(values []value) bool {
	return slices.ContainsFunc(x.stated, func(q value) bool {
		return slices.ContainsFunc(values, func(v value) bool { return q.kind == v.kind && q.equal(v) })
	})
}

// sameSubject reports whether two sentences take up the same codes of the
// question, such as K5: another code is another thing.
func (x *examination) sameSubject(a, b spokesman) bool {
	has := func(s spokesman, t text.Term) bool {
		return containsTerm(s.doc.Terms[s.Term:s.TermEnd], t.Hash) || containsTerm(s.title, t.Hash)
	}
	return !slices.ContainsFunc(x.asks, func(q weighted) bool {
		return strings.ContainsAny(q.Stem, "0123456789") && has(a, q.Term) != has(b, q.Term)
	})
}

// peers returns the values that compare with v.
func peers(v value, in []value) []value {
	var out []value
	for _, w := range in {
		if v.comparable(w) {
			out = append(out, w)
		}
	}
	return out
}

// alike returns the weighted share of the shorter sentence's words, values and
// names aside, that both sentences have; 0 if that is a single word.
func (x *examination) alike(a, b spokesman) float64 {
	share := func(a, b spokesman) (float64, float64) {
		var both, all float64
		n := 0
		for i, t := range a.plain {
			if containsTerm(a.plain[:i], t.Hash) {
				continue
			}
			w := x.texts.Verifier().Weight(t.Stem)
			all += w
			if within(t, b.plain, a.doc.Lang) {
				both += w
				n++
			}
		}
		if n < 2 {
			both = 0
		}
		return both, all
	}
	inA, massA := share(a, b)
	inB, massB := share(b, a)
	if massB < massA {
		inA, massA = inB, massB
	}
	if massA == 0 {
		return 0
	}
	return inA / massA
}

// answersBoth reports whether the question asks for a value like v, names its
// kind, and both passages take up most of the rest of it.
func (x *examination) answersBoth(v value, a, b spokesman) bool {
	kind, floor := v.kinds(a), askedUnit
	if v.number.Unit == "" {
		floor = askedCount
	}
	for _, q := range x.asks { // "window", of days
		if unit, ok := measures[x.query.Tokens[q.Token].Text]; ok && v.kind == aNumber && v.number.Unit != "" && sameMeasure(v.number, unit) {
			kind = append(kind, q.Hash)
		}
	}
	if !slices.ContainsFunc(x.asks, func(q weighted) bool { return slices.Contains(kind, q.Hash) }) {
		return false
	}
	for _, s := range []spokesman{a, b} {
		if x.asked(slices.Concat(s.doc.Terms[s.Term:s.TermEnd], s.title), kind...) < floor {
			return false
		}
	}
	return true
}

// measures has the nouns that ask for an amount, by a unit of it; months stand
// for any time, euros for any currency.
var measures = func() map[string]string {
	out := map[string]string{}
	for unit, words := range map[string]string{
		"mo":  "window period deadline duration warranty guarantee notice validity frist dauer garantie zeitraum délai durée préavis plazo duración garantía preaviso termine durata garanzia prazo duração garantia termijn duur opzegtermijn garantitid uppsägningstid okres gwarancja срок гарантия",
		"eur": "cost price fee fare charge rent fine preis gebühr kosten miete prix tarif frais loyer precio tarifa coste alquiler prezzo tariffa costo affitto preço custo aluguel prijs huur pris avgift hyra cena opłata czynsz цена стоимость плата аренда",
		"m":   "height length depth width distance höhe länge tiefe breite hauteur longueur profondeur largeur altura longitud profundidad altezza lunghezza profondità larghezza comprimento profundidade hoogte lengte diepte höjd längd djup wysokość długość głębokość высота длина глубина",
		"kg":  "weight gewicht poids peso vikt waga вес",
	} {
		for w := range strings.FieldsSeq(words) {
			out[w] = unit
		}
	}
	return out
}()

// sameMeasure reports whether a number is an amount of what a unit measures.
func sameMeasure(n text.Number, unit string) bool {
	if n.Comparable(text.Number{Unit: unit}) {
		return true
	}
	switch unit {
	case "mo":
		return n.Comparable(text.Number{Unit: "d"})
	case "eur":
		return slices.Contains([]string{"usd", "gbp", "jpy", "inr", "cny", "chf"}, n.Unit)
	}
	return false
}

// rivalOf turns two readings into a pair of passages that disagree.
func (x *examination) rivalOf(i, j int, a, b reading) rival {
	kind := a.kind.String()
	if a.class != "" {
		kind = "entity"
	}
	return rival{i, j, trace.Conflict{Kind: kind, Claim: a.Of(x.texts.Docs()[i].Text), Passage: b.Of(x.texts.Docs()[j].Text),
		Span: trace.Span{Passage: j, Start: b.Start, End: b.End}}}
}
