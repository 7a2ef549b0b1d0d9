package ground

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/ragdiag/ragdiag/internal/match"
	"github.com/ragdiag/ragdiag/internal/text"
	"github.com/ragdiag/ragdiag/trace"
)

// The settings of the answer-bearing test.
const (
	near        = 60  // tokens on either side of an accepted answer
	nearMass    = .5  // share of the question's weight that must stand there
	answerBears = .87 // how often a passage that passes does answer the question
	recallYes   = .8  // share of gold claims in the context from which it suffices
	recallNo    = .3  // and below which it does not
)

// sufficiency decides whether the context is enough to answer: by gold evidence
// at the grain of spans, else by an accepted answer near the question's words,
// else by gold claims. Two tests that agree are surer than one. Without any gold
// it is guessed; see hint.
func (x *examination) sufficiency() {
	g := x.rec.Gold
	tested := x.bears()
	if tested.IsUnknown() {
		tested = x.claimsHeld(tested.Why)
	}
	spans := x.spans()
	switch {
	case x.rec.Context == nil:
		x.ev.Sufficient = trace.NotKnown("the context was not recorded")
	case x.ev.Empty.IsYes():
		x.ev.Sufficient = trace.Holds(false, .99, trace.GradeB, "the context is empty")
	case x.goldless():
		x.ev.Sufficient = x.hint()
	case g.Answerable == trace.No:
		x.ev.Sufficient = trace.Holds(false, .9, trace.GradeB, "the question cannot be answered")
	case spans.IsYes() && tested.IsYes():
		x.ev.Sufficient = trace.Holds(true, .98, trace.GradeB, spans.Why+", and "+tested.Why)
	case spans.IsYes() && tested.IsNo() && x.onlyValues(): // a wrong reference, a passage cut unseen, or a value to be worked out
		x.ev.Sufficient = trace.NotKnown(spans.Why + ", but " + tested.Why)
	case spans.IsYes():
		x.ev.Sufficient = spans
	case tested.IsUnknown() && x.whole.IsYes(): // by document only
		x.ev.Sufficient = trace.Holds(true, .75, trace.GradeC, "a passage of the gold document is in the prompt; whether it is the right one is not known")
	case tested.IsUnknown() && x.whole.IsNo():
		x.ev.Sufficient = trace.Holds(false, min(.85, 1-x.whole.P), min(x.whole.Grade, trace.GradeB), "the gold evidence is not in the prompt")
	case tested.IsNo() && x.whole.IsNo():
		x.ev.Sufficient = trace.Holds(false, .95, min(x.whole.Grade, trace.GradeB), "the gold evidence is not in the prompt, and "+tested.Why)
	default:
		x.ev.Sufficient = tested
	}
	x.alternative()
}

// goldless reports whether no gold says what a context must hold.
func (x *examination) goldless() bool {
	g := x.rec.Gold
	return g == nil || len(x.aliases)+len(x.long) == 0 && len(g.Claims) == 0 && len(g.Evidence) == 0 && g.Answerable != trace.No
}

// alternative says whether the context suffices without any whole gold set.
func (x *examination) alternative() {
	s := x.ev.Sufficient
	switch {
	case s.Grade == trace.GradeD && x.goldless(): // a guess is no ground for another predicate
		x.ev.Alternative = trace.NotKnown(s.Why)
	case s.IsNo() || s.IsYes() && x.whole.IsYes():
		x.ev.Alternative = trace.Holds(false, .95, trace.GradeB, s.Why)
	case s.IsYes() && x.whole.IsNo():
		x.ev.Alternative = trace.Holds(true, s.P, s.Grade, "no gold evidence in the prompt, yet "+s.Why)
	case s.IsYes():
		x.ev.Alternative = trace.NotKnown(x.whole.Why)
	default:
		x.ev.Alternative = trace.NotKnown(s.Why)
	}
}

// spans says whether a whole gold set is in the context at the grain of spans:
// not just by document, and not cut before its evidence.
func (x *examination) spans() trace.Predicate {
	if !x.whole.IsYes() {
		return x.whole
	}
	broken := map[int]bool{}
	for _, u := range x.units {
		if u.Rank == 0 || u.How == "doc" || x.cutShort(u) {
			broken[u.Set] = true
		}
	}
	for _, u := range x.units {
		if !broken[u.Set] {
			return trace.Holds(true, x.whole.P*.97, x.whole.Grade, "the gold evidence is in the prompt")
		}
	}
	return trace.NotKnown("gold evidence is in the prompt only by document or cut short")
}

// cutShort reports whether a gold passage in the prompt is marked as cut and
// does not hold the unit's text any more.
func (x *examination) cutShort(u trace.UnitMatch) bool {
	p := x.rec.Context[u.Rank-1]
	gold := x.rec.Gold.Evidence[u.Set][u.Unit].Text
	if !p.Truncated {
		return false
	}
	if gold != "" {
		return match.Find(trace.Unit{Text: gold}, []match.Passage{{Text: p.Text, Prepared: x.texts.Docs()[u.Rank-1]}}).Rank == 0
	}
	return !x.stands[u.Rank-1].ok
}

// bears says whether an accepted answer stands in a passage near the question's
// words. It decides nothing about yes and no, nor about long answers.
func (x *examination) bears() trace.Predicate {
	if len(x.aliases) == 0 {
		return trace.NotKnown("no short accepted answer")
	}
	if slices.ContainsFunc(x.aliases, isYesNo) {
		return trace.NotKnown("an answer of yes or no stands in no passage")
	}
	best, where, alias := -1.0, 0, ""
	for i, d := range x.texts.Docs() {
		s := x.stands[i]
		if !s.ok {
			continue
		}
		if c := x.around(d, s.at, x.rec.Context[i].Title); c > best {
			best, where, alias = c, i, s.alias
		}
	}
	switch {
	case best < 0:
		return trace.Holds(false, .85, trace.GradeC, fmt.Sprintf("no passage has %q", x.aliases[0]))
	case best < nearMass:
		return trace.NotKnown(fmt.Sprintf("passage %d has %q, but little of the question near it", where+1, alias))
	}
	return trace.Holds(true, answerBears, trace.GradeC, fmt.Sprintf("passage %d has %q near the question's words", where+1, alias))
}

// onlyValues reports whether every short accepted answer is a number or a date:
// unlike words, those cannot be put in another way.
func (x *examination) onlyValues() bool {
	return len(x.aliases) > 0 && !slices.ContainsFunc(x.aliases, func(alias string) bool {
		d := text.Analyze(alias, x.lang)
		return len(d.Numbers())+len(d.Dates()) == 0
	})
}

// around returns the share of the question's weight within the tokens around a
// span, or in the passage's title.
func (x *examination) around(d *text.Doc, at text.Span, title string) float64 {
	token := 0
	for token < len(d.Tokens)-1 && d.Tokens[token].End <= at.Start {
		token++
	}
	terms := text.Analyze(title, cmp.Or(d.Lang, x.lang)).Terms
	for _, t := range d.Terms {
		if t.Token >= token-near && t.Token <= token+near {
			terms = append(terms, t)
		}
	}
	return x.asked(terms)
}

// claimsHeld decides by the share of gold claims in the context.
func (x *examination) claimsHeld(why string) trace.Predicate {
	claims := slices.DeleteFunc(slices.Clone(x.ev.GoldClaims), func(c trace.GoldClaim) bool { return slices.Contains(x.aliases, c.Text) })
	if len(claims) == 0 || x.rec.Context == nil {
		return trace.NotKnown(why)
	}
	r := recall(claims, func(c trace.GoldClaim) trace.Support { return c.InContext })
	held := fmt.Sprintf("%.0f %% of what a right answer says is in the prompt", 100*r)
	switch {
	case r >= recallYes:
		return trace.Holds(true, .8, trace.GradeC, held)
	case r <= recallNo: // the claims may stand there in other words
		return trace.Holds(false, .75, trace.GradeD, held)
	}
	return trace.NotKnown(held)
}

func isYesNo(s string) bool {
	switch strings.Trim(text.Normalize(s), ".!。") {
	case "yes", "no", "true", "false", "ja", "nein", "oui", "non", "sí", "si", "是", "否", "不是", "نعم", "لا", "да", "нет", "はい", "いいえ":
		return true
	}
	return false
}
