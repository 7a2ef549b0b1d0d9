package diagnose

import (
	"cmp"
	"math"
	"slices"

	"github.com/ragdiag/ragdiag/trace"
)

// chances are the probabilities of the causes of a bad answer, given that it is
// bad. They add up to 1, unless nothing tells: then known is false.
type chances struct {
	known bool

	selected float64 // the evidence was among the candidates, and not in the prompt
	upstream float64 // it was not among the candidates
	lost     float64 // it was not in the prompt, and where it was lost is not recorded
	ignored  float64
	invented float64 // unsupported generation
}

func (c chances) missing() float64 { return c.selected + c.upstream + c.lost }

// chances weighs the evidence. Whether the prompt held what was needed comes
// first; what then was made of it divides the rest: content that is in the
// prompt, though wrong, ignores the context, content that is nowhere in it
// is unsupported, and a reply that only declines is either right about its
// prompt or an over-refusal.
func (f *facts) chances() chances {
	enough, ok := f.sufficient.Chance()
	if !ok || f.rec.Context == nil {
		return f.withoutContext()
	}
	if !f.hasReference() && !f.hasGoldEvidence() && f.sufficient.Grade <= trace.GradeD {
		return chances{} // nothing upstream of the answer is told without any gold
	}
	if f.sufficient.Grade > trace.GradeD {
		enough = 1 - missingGiven(1-enough)
	}
	held := f.wrongHeld()
	c := chances{known: true}
	if declined := f.declinedShare(); declined >= wholeRefusal {
		c.ignored = enough
	} else {
		held = declined + (1-declined)*held // what is declined was not invented
		c.ignored, c.invented = enough*held, enough*(1-held)
	}
	f.divide(&c, 1-enough)
	return c
}

// line turns a probability into another by a logistic curve over its log odds.
func line(p, bias, slope float64) float64 {
	p = min(max(p, .02), .98)
	return 1 / (1 + math.Exp(-(bias + slope*(math.Log(p)-math.Log1p(-p)))))
}

// missingGiven turns the probability that the prompt does not suffice into that
// of missing context, given that the answer is bad: a bad answer makes it
// likelier. It needs a comparison that was made: where nothing could be compared
// the probability stays.
func missingGiven(lacks float64) float64 { return line(lacks, missingBias, missingSlope) }

// verdictP is the probability that a verdict is right as printed, in the eyes of
// careful people, who may defend more than one. From the product of P(bad) and
// the chance of its cause.
func verdictP(product float64) float64 { return line(product, verdictBias, verdictSlope) }

// Fitted on natural answers by lab/bench/verdicts -fit, which prints how they
// do on sources that were left out.
const (
	missingBias  = .93
	missingSlope = 1.17

	verdictBias  = 1.37
	verdictSlope = .25
)

// wholeRefusal is the share of the asked parts from which a reply only declines.
const wholeRefusal = .99

// withoutContext weighs what is known where the prompt was not recorded or
// nothing says whether it sufficed.
func (f *facts) withoutContext() chances {
	switch {
	case f.rec.Context == nil && f.inCandidates.IsNo() && f.hasGoldEvidence():
		return chances{known: true, upstream: 1 - f.inCandidates.P}
	case f.inContext.IsNo() && f.hasGoldEvidence():
		c := chances{known: true}
		f.divide(&c, 1)
		return c
	}
	return chances{}
}

// divide splits the probability that the prompt lacked what was needed by where
// it was lost, as far as the candidates tell.
func (f *facts) divide(c *chances, missing float64) {
	if f.truncated.IsYes() {
		c.selected = missing
		return
	}
	found, ok := f.inCandidates.Chance()
	if !ok || f.rec.Candidates == nil && !f.hasGoldEvidence() {
		c.lost = missing
		return
	}
	c.selected, c.upstream = missing*found, missing*(1-found)
}

// wrongHeld is the probability that the content of a wrong answer is in the
// prompt: as the examiner found it, else by the claims that are wrong.
func (f *facts) wrongHeld() float64 {
	if p, ok := f.wrongContentHeld.Chance(); ok {
		return p
	}
	t := f.tally()
	switch {
	case len(t.asked) > 0: // it contradicts an accepted answer that stands in the prompt
		return 1
	case t.wrong() == 0 && t.abstained == 0 && len(f.claims) > 0: // all that it says is right: something is missing
		return 1
	case t.wrong()+t.abstained == 0:
		return heldUndecided
	}
	held, invented := t.perCause()
	return (held + heldUndecided*t.abstained) / (held + invented + t.abstained)
}

// heldUndecided is the probability that a wrong claim of which the verifier
// cannot tell is in the prompt in other words.
const heldUndecided = .54

// declinedShare is the share of the asked parts that the answer declines.
func (f *facts) declinedShare() float64 {
	if share, ok := f.refusalShare.Get(); ok {
		return share
	}
	if f.refusal.IsYes() {
		return 1
	}
	return 0
}

func (f *facts) hasReference() bool {
	g := f.rec.Gold
	return g != nil && (len(g.Answers) > 0 || len(g.Claims) > 0 || g.Answerable == trace.No)
}

// fine spreads the probability of missing context evenly over the parts that the
// evidence leaves: what experiments start from. The likeliest comes first, ties
// in the order of the flow; nil if nothing tells.
func (f *facts) fine(c chances) []Chance {
	if !c.known {
		return nil
	}
	third, query := c.lost/3, .5
	switch ps := f.probes(); {
	case ps.foreign != nil:
	case ps.found != nil:
		query = probeTells
	case ps.tried:
		query = 1 - probeTells
	}
	out := []Chance{
		{Query, c.upstream*query + third},
		{Retrieve, c.upstream*(1-query) + third},
		{Select, c.selected + third},
		{Ignore, c.ignored},
		{Unsupported, c.invented},
	}
	out = slices.DeleteFunc(out, func(c Chance) bool { return c.P < 1e-9 })
	slices.SortStableFunc(out, func(a, b Chance) int { return cmp.Compare(b.P, a.P) })
	for i := range out {
		out[i].P = round(out[i].P)
	}
	return out
}

// orGold holds what is believed of the causes of a finding against a reference
// in doubt: which of the two is wrong is even.
func orGold(v finding) []Chance {
	believed := v.chances
	if believed == nil && v.root.Cause != None {
		believed = []Chance{{v.root.Cause, 1}}
	}
	if believed == nil {
		return nil
	}
	out := []Chance{{GoldLabel, .5}}
	for _, c := range believed {
		out = append(out, Chance{c.Cause, round(c.P / 2)})
	}
	return out
}

// probeTells is the probability that a query which finds the evidence, where the
// one that was sent did not, shows a fault of the query and no chance.
const probeTells = .9

// name concludes a cause from the chances: the finest cause that is likely
// enough and clearly likelier than anything outside its family, else its family
// by the same rule, else the record stays undetermined.
func (f *facts) name(c chances) finding {
	if !c.known {
		return f.open(f.suspects())
	}
	bad := f.pBad()
	clear := func(p, rival float64) bool { return bad*p >= f.p.Named && p >= f.p.Odds*rival }
	// part reports whether p is clear, and clearly likelier than the other parts.
	part := func(p, rival, others float64) bool { return clear(p, rival) && p >= partOdds*others }
	generator := max(c.ignored, c.invented)
	var v finding
	switch {
	case part(c.selected, generator, max(c.upstream, c.lost)):
		v = f.selection()
		v.p = verdictP(bad * c.selected)
	case part(c.upstream, generator, max(c.selected, c.lost)):
		v = f.retrieval()
		v.p = verdictP(bad * c.upstream)
	case clear(c.missing(), generator):
		v = f.blame(Missing, Unsplit, f.sufficient)
		v.missing = append(v.missing, f.gaps()...)
		v.proximate = f.afterwards(v.root)
		v.p = verdictP(bad * c.missing())
	case clear(c.ignored, max(c.missing(), c.invented)):
		v = f.ignoring()
		v.p = verdictP(bad * c.ignored)
	case clear(c.invented, max(c.missing(), c.ignored)):
		v = f.inventing()
		v.p = verdictP(bad * c.invented)
	default:
		v = f.open(c.left())
	}
	v.chances = f.fine(c)
	if f.contradictory() {
		v = f.open([]Cause{Ignore, Unsupported, GoldLabel}, "whether the reference answer follows from the gold evidence")
		enough := 1 - c.missing() // never 0: see missingGiven
		v.chances = f.fine(chances{known: true, ignored: c.ignored / enough, invented: c.invented / enough})
		v.chances = orGold(v)
	}
	if v.status == StatusDiagnosed {
		if f.alternative.IsYes() && v.root.Cause.Coarse() != Missing {
			v.notes = append(v.notes, "gold evidence is incomplete: the context suffices without it")
		}
		v.basis = ByEstimate
		if !f.calibrated(v.root.Cause) {
			v.basis, v.p = ByEvidence, 0
		}
	}
	return v
}

// partOdds is what is asked of one part of missing context against the others.
const partOdds = 2

// contradictory reports whether gold contradicts itself: its evidence is in
// the prompt, and what its answer says does not follow from it.
func (f *facts) contradictory() bool {
	enough, ok := f.sufficient.Chance()
	return ok && enough < .5 && f.inContext.IsYes() && f.inContext.Grade >= trace.GradeB && !f.truncated.IsYes()
}

// Unsplit is the finer kind of missing context where nothing recorded tells
// which stage lost the evidence.
const Unsplit = "unsplit"

// calibrated reports whether the probability of a verdict was fitted on enough
// labelled answers: a reference and a context, without gold passages or other
// evidence of which too few were labelled.
func (f *facts) calibrated(c Cause) bool {
	return f.hasReference() && !f.hasGoldEvidence() && (c == Missing || c == Ignore || c == Unsupported)
}

// left lists the coarse causes that are likely: those with at least a quarter of
// the probability.
func (c chances) left() []Cause {
	var out []Cause
	for _, x := range []Chance{{Missing, c.missing()}, {Ignore, c.ignored}, {Unsupported, c.invented}} {
		if x.P >= .25 {
			out = append(out, x.Cause)
		}
	}
	return out
}

// suspects are the causes that stay possible where nothing says whether the
// prompt sufficed.
func (f *facts) suspects() []Cause {
	if f.declinedShare() >= wholeRefusal {
		return []Cause{Missing, Ignore}
	}
	return []Cause{Missing, Ignore, Unsupported}
}

// ignoring names what the generator did against a prompt that sufficed.
func (f *facts) ignoring() finding {
	t := f.tally()
	sub := ""
	switch {
	case f.declinedShare() >= wholeRefusal:
		return f.blame(Ignore, "over-refusal", f.sufficient)
	case f.leftOut() || f.declinedShare() > 0 || t.wrong()+t.abstained == 0:
		sub = "incomplete"
	case f.computed.IsYes():
		sub = "reasoning"
	default:
		if lead, _ := t.ranked(); lead.Cause == Ignore {
			sub = lead.Sub
		}
	}
	return f.beside(f.blame(Ignore, sub, f.sufficient), t)
}

// beside adds the heaviest form of the generator's other cause, if the claims
// show any.
func (f *facts) beside(v finding, t tally) finding {
	for _, o := range t.sorted() {
		if o.Cause != v.root.Cause {
			o.Grade = t.grade
			v.contributing = append(v.contributing, o)
			break
		}
	}
	return v
}

// leftOut reports whether the answer gives something that was asked for and lacks
// something else, and nothing that it says instead differs from the reference.
func (f *facts) leftOut() bool {
	lacks, gives := false, false
	for _, c := range f.compared {
		if !c.Asked {
			continue
		}
		switch c.Agreement {
		case trace.Different:
			return false
		case trace.Missing:
			lacks = true
		case trace.Equal:
			gives = true
		}
	}
	return lacks && gives
}

// inventing names content that is nowhere in a prompt that sufficed.
func (f *facts) inventing() finding {
	return f.beside(f.blame(Unsupported, "fabrication", f.sufficient), f.tally())
}

// pBad is the probability that the answer is bad; 1 where nothing says, so that
// what would be the cause can still be named.
func (f *facts) pBad() float64 {
	if p, ok := f.bad.Chance(); ok && !f.bad.IsUnknown() {
		return p
	}
	return 1
}

func round(p float64) float64 { return math.Round(p*1e4) / 1e4 }
