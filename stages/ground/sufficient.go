package ground

import (
	"fmt"
	"math"

	"github.com/ragdiag/ragdiag/internal/fit"
	"github.com/ragdiag/ragdiag/internal/match"
	"github.com/ragdiag/ragdiag/stages/sufficient"
	"github.com/ragdiag/ragdiag/trace"
)

// sufficiency decides whether the context is enough to answer: by gold evidence
// at the grain of spans and by what the reference says. Two that agree are surer
// than one. Without any gold it is guessed; see hint.
func (x *examination) sufficiency() {
	held := x.needed
	said := held.Predicate // by the reference
	if x.rec.Context != nil {
		said = x.labelled(said)
	}
	x.ev.Computed = held.Computed
	spans := x.spans()
	p, known := said.Chance()
	switch {
	case x.rec.Context == nil:
		x.ev.Sufficient = trace.NotKnown("the context was not recorded")
	case x.ev.Empty.IsYes():
		x.ev.Sufficient = trace.Holds(false, .99, trace.GradeB, "the context is empty")
	case x.goldless():
		x.ev.Sufficient = x.hint()
	case held.Kind == sufficient.ByDecline:
		x.ev.Sufficient = said
	case spans.IsYes() && said.IsYes():
		x.ev.Sufficient = trace.Holds(true, .98, trace.GradeB, spans.Why+", and "+said.Why)
	case spans.IsYes() && said.IsNo() && said.Grade > trace.GradeD: // a wrong reference, a passage cut unseen, or another passage under the same name
		x.ev.Sufficient = trace.Likely(fit.Sigmoid(goldShare*logit(spans.P)+logit(p)), sufficient.No, sufficient.Yes, spans.Grade, spans.Why+", but "+said.Why)
	case spans.IsYes():
		x.ev.Sufficient = spans
	case !known && x.whole.IsYes(): // by document only
		x.ev.Sufficient = trace.Holds(true, .75, trace.GradeC, "a passage of the gold document is in the prompt; whether it is the right one is not known")
	case !known && x.whole.IsNo():
		x.ev.Sufficient = trace.Holds(false, min(.85, 1-x.whole.P), min(x.whole.Grade, trace.GradeB), "the gold evidence is not in the prompt")
	case !known:
		x.ev.Sufficient = said
	case x.whole.IsNo() && !said.IsYes(): // either alone says so
		x.ev.Sufficient = trace.Likely(missedToo*p, sufficient.No, sufficient.Yes, min(x.whole.Grade, trace.GradeB), "the gold evidence is not in the prompt, and "+said.Why)
	case x.whole.IsNo(): // gold evidence is seldom complete, and words may stand there for another reason
		x.ev.Sufficient = trace.Likely(fit.Sigmoid(logit(p)-goldMissed), sufficient.No, sufficient.Yes, said.Grade, said.Why)
	default:
		x.ev.Sufficient = said
	}
	x.alternative()
}

// How gold evidence and reference weigh against each other, in log odds where
// they disagree: the share of its own that gold evidence in the prompt keeps,
// and what its absence takes away.
const (
	goldShare  = .7
	goldMissed = 2
)

func logit(p float64) float64 { return math.Log(p / (1 - p)) }

// missedToo is what is left of the probability that the prompt suffices where
// the gold evidence is not in it.
const missedToo = .4

// labelled lets another judge's labels of what a right answer says, which came
// with the record, are before what was found here.
func (x *examination) labelled(said trace.Predicate) trace.Predicate {
	if len(x.imported.gold) == 0 || len(x.ev.GoldClaims) == 0 {
		return said
	}
	r := recall(x.ev.GoldClaims, func(c trace.GoldClaim) trace.Support { return c.InContext })
	return trace.Likely(r, sufficient.No, sufficient.Yes, trace.GradeC, fmt.Sprintf("%.0f %% of what a right answer says is in the prompt, as labelled", 100*r))
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
