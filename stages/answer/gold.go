package answer

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/ragdiag/ragdiag/claim"
	"github.com/ragdiag/ragdiag/internal/match"
	"github.com/ragdiag/ragdiag/internal/text"
	"github.com/ragdiag/ragdiag/trace"
)

// goldDoubt asks whether the reference is wrong rather than the answer. Three
// signs count: the gold evidence states no reference and supports the answer;
// it states no reference at all; or two systems agree on another answer that
// the context states. A label "gold" decides alone. The grade is C, for a
// verifier read the evidence; it is D where the evidence may state the reference
// in other words: see differs.
func (x *examination) goldDoubt(ctx *claim.Context) trace.Predicate {
	if p, ok := goldLabel(x.rec.Labels); ok {
		return p
	}
	e := x.out
	switch {
	case len(x.gold.Answers) == 0:
		return trace.NotKnown("no reference answer is recorded")
	case e.ContentOK.IsUnknown():
		return trace.NotKnown("whether the answer agrees with the reference is not known")
	case e.ContentOK.IsYes():
		return trace.Holds(false, .95, trace.GradeB, "the answer agrees with the reference")
	}
	if p, ok := x.peersAgree(ctx); ok {
		return p
	}
	texts, whole := x.unitTexts()
	if len(texts) == 0 {
		return trace.NotKnown("the text of the gold evidence is not recorded")
	}
	units := ctx.Prepare(texts)
	switch {
	case x.statedIn(units):
		return trace.Holds(false, .9, trace.GradeC, "the gold evidence states the reference")
	case !whole:
		return trace.NotKnown("the text of some gold evidence is not recorded")
	}
	differs := x.differs(units)
	if e.Refusal.IsNo() && x.supportedBy(units, ctx) {
		if !differs {
			return trace.Holds(true, .5, trace.GradeD, "the gold evidence supports this answer, and the reference only in other words if at all")
		}
		return trace.Holds(true, .8, trace.GradeC, "the gold evidence supports this answer and does not state the reference")
	}
	if differs && x.absentFrom(units) {
		return trace.Holds(true, .65, trace.GradeC, "the gold evidence says nothing of the reference")
	}
	return trace.NotKnown("the gold evidence neither states the reference nor supports the answer")
}

// goldLabel reads a person's verdict about the reference.
func goldLabel(labels []trace.Label) (trace.Predicate, bool) {
	for i := len(labels) - 1; i >= 0; i-- {
		if l := labels[i]; l.What == "gold" {
			switch strings.ToLower(l.Value) {
			case "wrong", "bad", "outdated":
				return trace.Holds(true, .97, trace.GradeB, "a person calls the reference "+l.Value), true
			case "right", "good", "ok":
				return trace.Holds(false, .97, trace.GradeB, "a person calls the reference "+l.Value), true
			}
		}
	}
	return trace.Predicate{}, false
}

// unitTexts returns the texts of the gold units, from gold and from the passages
// of the record that they name; whole is false if one is missing.
func (x *examination) unitTexts() (texts []string, whole bool) {
	whole = true
	for _, set := range x.gold.Evidence {
		for _, u := range set {
			found := x.passage(u)
			if u.Text != "" && !strings.Contains(found, u.Text) {
				texts = append(texts, u.Text)
			}
			switch {
			case found != "":
				texts = append(texts, found)
			case u.Text == "":
				whole = false
			}
		}
	}
	return texts, whole
}

// passage finds the recorded text of a unit by its ID. A unit that names only a
// document is found if a passage is that whole document: of another passage of
// it nobody knows whether it is the right one.
func (x *examination) passage(u trace.Unit) string {
	id := cmp.Or(u.ID, u.Doc)
	if id == "" {
		return ""
	}
	return x.prepared.TextOf(id)
}

// inOtherWords is the share of a claim's words in one place of the evidence from
// which it may be a paraphrase of it.
const inOtherWords = .3

// sentence is the number of content words from which a short reference can be
// paraphrased: fewer are a name or a value, and are there or are not.
const sentence = 4

// statedIn reports whether some reference is in the units: a short one by
// value, a long one by most of its claims.
func (x *examination) statedIn(units *claim.Context) bool {
	for i, ref := range x.gold.Answers {
		if claims := x.longClaims(i); len(claims) > 0 {
			held := 0.
			for _, cl := range claims {
				if v := units.Check(cl); v.Support == trace.Supported || v.Support == trace.Abstain || v.Overlap >= inOtherWords {
					held++
				}
			}
			if held/float64(len(claims)) >= .5 {
				return true
			}
			continue
		}
		d := units.Analyze(ref, units.Language())
		if _, polar := match.Polarity(d); polar {
			return true // a yes or a no follows from evidence, it is not in it
		}
		if len(d.Terms) >= sentence && units.Check(ref).Overlap >= inOtherWords && holdValues(units.Docs(), d) && holdNames(units.Docs(), d) {
			return true // words enough to say it in other ones
		}
		want := match.Accept([]string{ref}, units.Language())
		for _, u := range units.Docs() {
			if _, _, ok := want.In(u); ok {
				return true
			}
		}
	}
	return false
}

// supportedBy reports whether the units support the answer: at least one
// checkable claim, while the rest is in the context. An answer without a
// sentence is no claim: its words may be there for another reason.
func (x *examination) supportedBy(units, ctx *claim.Context) bool {
	n := 0
	for _, cl := range x.claims {
		switch {
		case !cl.Checkable:
		case len(text.Terms(cl.Text, x.lang)) < 3:
			return false
		case units.Check(cl.Text).Support == trace.Supported:
			n++
		case ctx.Check(cl.Text).Support != trace.Supported:
			return false
		}
	}
	return n > 0
}

// absentFrom reports whether hardly a word of the references is in the
// units. A reference may be worked out from the evidence (a sum, a yes), so
// a number or a yes does not count.
func (x *examination) absentFrom(units *claim.Context) bool {
	words := map[uint64]bool{}
	for _, u := range units.Docs() {
		for _, t := range u.Terms {
			words[t.Hash] = true
		}
	}
	for _, ref := range x.gold.Answers {
		d := units.Analyze(ref, units.Language())
		if _, polar := match.Polarity(d); polar || len(d.Numbers())+len(d.Dates()) > 0 {
			return false
		}
		for _, t := range d.Terms {
			if words[t.Hash] {
				return false
			}
		}
	}
	return true
}

// differs reports whether no reference can be in the units in another form.
// That is sure of a value if they hold others of its kind and not this one, of
// a name if they hold no word of it, and of a long reference that was split
// into claims. Other words have synonyms: of them nothing is sure.
func (x *examination) differs(units *claim.Context) bool {
	for i, ref := range x.gold.Answers {
		if len(x.longClaims(i)) > 0 {
			continue
		}
		d := units.Analyze(ref, units.Language())
		switch {
		case len(d.Numbers())+len(d.Dates()) > 0:
			if !otherValues(d, units.Docs()) {
				return false
			}
		case !named(d) || mentions(units.Docs(), d):
			return false
		}
	}
	return true
}

// holdValues reports whether the units hold every number and date of ref.
func holdValues(units []*text.Doc, ref *text.Doc) bool {
	for _, n := range ref.Numbers() {
		if !slices.ContainsFunc(units, func(u *text.Doc) bool { return slices.ContainsFunc(u.Numbers(), n.Equal) }) {
			return false
		}
	}
	for _, t := range ref.Dates() {
		if !slices.ContainsFunc(units, func(u *text.Doc) bool {
			return slices.ContainsFunc(u.Dates(), func(other text.Date) bool { return other.Says(t) })
		}) {
			return false
		}
	}
	return true
}

// holdNames reports whether the units mention every name of ref.
func holdNames(units []*text.Doc, ref *text.Doc) bool {
	for _, e := range ref.Entities() {
		if name := text.Analyze(e.Text, ref.Lang); len(name.Terms) > 0 && !mentions(units, name) {
			return false
		}
	}
	return true
}

// otherValues reports whether the units hold no value of ref, neither as it is
// nor as a part of another, and for each of them one of the same kind.
func otherValues(ref *text.Doc, units []*text.Doc) bool {
	for _, n := range ref.Numbers() {
		rival := false
		for _, u := range units {
			for _, m := range u.Numbers() {
				if m.Equal(n) || m.Value == n.Value { // 38 and 38th
					return false
				}
				rival = rival || m.Comparable(n)
			}
			for _, t := range u.Dates() {
				if v := n.Value; v == float64(t.Year) || v == float64(t.Month) || v == float64(t.Day) {
					return false
				}
			}
		}
		if !rival {
			return false
		}
	}
	for _, t := range ref.Dates() {
		rival := false
		for _, u := range units {
			for _, other := range u.Dates() {
				if t.Compatible(other) {
					return false
				}
				rival = true
			}
			for _, n := range u.Numbers() {
				if n.Value == float64(t.Year) {
					return false
				}
			}
		}
		if !rival {
			return false
		}
	}
	return true
}

// named reports whether ref is a name: each content word has a capital. In
// German, where every noun has one, it takes two words, and in a script without
// capitals nothing is sure.
func named(ref *text.Doc) bool {
	for _, t := range ref.Terms {
		if r, _ := utf8.DecodeRuneInString(ref.Text[ref.Tokens[t.Token].Start:]); !unicode.IsUpper(r) {
			return false
		}
	}
	return len(ref.Terms) > 1 || len(ref.Terms) == 1 && ref.Lang != "de"
}

// kin is the number of letters that two forms of a name share at their start:
// Prussia, Prussian.
const kin = 4

// mentions reports whether the units hold some word of a name, a form of it, or
// its initials; of initials, words that begin with them.
func mentions(units []*text.Doc, name *text.Doc) bool {
	initials := ""
	for _, t := range name.Terms {
		initials += string([]rune(t.Stem)[:1])
	}
	for _, u := range units {
		run := ""
		for _, t := range u.Terms {
			word := u.Tokens[t.Token].Text
			run += string([]rune(t.Stem)[:1])
			if len(initials) > 1 && word == initials {
				return true
			}
			for _, w := range name.Terms {
				own := name.Tokens[w.Token].Text
				if t.Hash == w.Hash || len(own) >= kin && len(word) >= kin && own[:kin] == word[:kin] || len(own) <= kin && len(own) > 1 && strings.HasSuffix(run, own) {
					return true
				}
			}
		}
	}
	return false
}

// agreeing is the number of other systems that must give the same answer.
const agreeing = 2

// peersAgree looks for an answer that two other systems give, the reference
// does not, and the context states.
func (x *examination) peersAgree(ctx *claim.Context) (trace.Predicate, bool) {
	peers := x.rec.Evidence.PeerAnswers
	for _, a := range peers {
		said := claim.Uncite(a.Text)
		if _, _, ok := match.Answer(x.gold.Answers, said); ok || refuses(x.rec.Question, said).IsYes() {
			continue
		}
		systems := map[string]bool{a.System: true}
		for _, b := range peers {
			if sameAnswer(said, claim.Uncite(b.Text)) {
				systems[b.System] = true
			}
		}
		if len(systems) >= agreeing && x.inContext(ctx, said) {
			return trace.Holds(true, .75, trace.GradeC, fmt.Sprintf("%d systems agree on %.60q, which the context states", len(systems), said)), true
		}
	}
	return trace.Predicate{}, false
}

// sameAnswer reports whether two answers state each other by value.
func sameAnswer(a, b string) bool {
	_, _, ok1 := match.Answer([]string{a}, b)
	_, _, ok2 := match.Answer([]string{b}, a)
	return ok1 || ok2
}

// inContext reports whether a passage states a short answer by value, or
// supports a long one.
func (x *examination) inContext(ctx *claim.Context, s string) bool {
	if len(text.Terms(s, x.lang)) >= longReference {
		return ctx.Check(s).Support == trace.Supported
	}
	for _, d := range ctx.Docs() {
		if _, _, ok := match.AnswerIn([]string{s}, d); ok {
			return true
		}
	}
	return false
}
