package judge

import (
	"fmt"
	"math"
	"slices"

	"github.com/ragdiag/ragdiag/internal/fit"
	"github.com/ragdiag/ragdiag/internal/text"
	"github.com/ragdiag/ragdiag/trace"
)

// says begins every reason that rests on a judge.
const says = "judge "

// leastSure is the model's own confidence below which its verdict counts for
// nothing.
const leastSure = .5

// Apply returns the evidence about outcome and grounding with the recorded
// judgements of a record in it, at grade C. It asks no model and trusts none: a
// judgement counts only where the offline examiners left something open, if it is
// about these very texts, and if its quotes pass the same checks as when it was
// given. It changes nothing in the record; applied to its own result it changes
// nothing either.
func Apply(of *trace.Record) (*trace.OutcomeEvidence, *trace.GroundEvidence) {
	ev := of.Evidence.Judge
	if ev == nil || len(ev.Judgements) == 0 {
		return of.Evidence.Outcome, of.Evidence.Ground
	}
	rec := writable(of)
	for _, q := range open(rec) {
		p := &prompt{q: &q, units: map[string]*unit{}}
		for _, u := range q.Units {
			p.units[u.ID] = &unit{text: u.Text}
		}
		changed := false
		for _, it := range q.Items {
			g, ok := p.believed(ev, it)
			if !ok {
				continue
			}
			v := &voice{model: ev.Model, g: g, quotes: p.words(g.Quotes), p: conventional(g)}
			if s, ok := ev.Calibration[q.Task.Name]; ok {
				offline := 0.0
				if q.Task == Verify {
					offline = OddsOf(g.Verdict, rec.Evidence.Ground.Claims[number(it.ID)-1].P)
				}
				if c, sure := g.Confidence.Get(); sure {
					v.p = RightBy(s, c, offline)
				}
				if v.p < leastSure {
					continue // more likely wrong than right
				}
			}
			switch q.Task {
			case Refusal:
				v.refusal(rec.Evidence.Outcome)
			case Equivalence:
				v.equivalence(rec.Evidence.Outcome)
			case Sufficiency:
				v.sufficiency(rec.Evidence.Ground)
			case Verify:
				changed = v.claim(rec, &rec.Evidence.Ground.Claims[number(it.ID)-1]) || changed
			}
		}
		if changed {
			e := rec.Evidence.Ground
			e.Faithfulness, e.Undecided = trace.Faithfulness(e.Claims)
		}
	}
	return rec.Evidence.Outcome, rec.Evidence.Ground
}

// writable returns a copy of a record of which the evidence about outcome and
// grounding may be changed.
func writable(of *trace.Record) *trace.Record {
	rec := *of
	if o := rec.Evidence.Outcome; o != nil {
		out := *o
		rec.Evidence.Outcome = &out
	}
	if g := rec.Evidence.Ground; g != nil {
		ground := *g
		ground.Claims = slices.Clone(g.Claims)
		rec.Evidence.Ground = &ground
	}
	return &rec
}

// believed returns the judgement about an item, if there is one that counts.
func (p *prompt) believed(ev *trace.JudgeEvidence, it Item) (trace.Judgement, bool) {
	t := p.q.Task
	about := About(t, p.q.Question, p.q.Units, it)
	i := slices.IndexFunc(ev.Judgements, func(g trace.Judgement) bool {
		return g.Task == t.Name && g.Version == t.Version && g.Item == it.ID && g.About == about
	})
	if i < 0 {
		return trace.Judgement{}, false
	}
	g := ev.Judgements[i]
	if c, ok := g.Confidence.Get(); ok && c < leastSure || g.Error != "" || !slices.Contains(t.Verdicts(), g.Verdict) || g.Verdict == CannotTell {
		return g, false
	}
	for _, q := range g.Quotes {
		u, ok := p.units[q.Unit]
		if !ok || q.Start < 0 || q.End > len(u.text) || q.Start >= q.End || t.own && q.Unit != it.ID {
			return g, false
		}
	}
	if t.needsQuote(g.Verdict) && len(g.Quotes) == 0 {
		return g, false
	}
	return g, t.check == nil || t.check(p.q, it, g.Verdict, p.words(g.Quotes)) == ""
}

// voice is a judgement that counts.
type voice struct {
	model  string
	g      trace.Judgement
	quotes []string
	p      float64 // probability that the verdict is right
}

func (v *voice) right() float64 { return v.p }

// conventional is the probability that the verdict is right. Models are surer than they
// are right, so that their own confidence moves it little: from 0.7 at a half to
// 0.9. It is no calibration: 'ragdiag judge eval' measures one.
func conventional(g trace.Judgement) float64 {
	c, ok := g.Confidence.Get()
	if !ok {
		return .8
	}
	return .5 + .4*min(max(c, 0), 1)
}

// why names the judge, and what it quotes or says.
func (v *voice) why() string {
	s := fmt.Sprintf("%s%s (%s/%d) says %s", says, v.model, v.g.Task, v.g.Version, v.g.Verdict)
	switch {
	case len(v.quotes) > 0:
		s += fmt.Sprintf(": %q", text.Clip(oneLine(v.quotes[0]), 120))
	case v.g.Reason != "":
		s += ": " + v.g.Reason
	}
	return s
}

func (v *voice) holds(yes bool) trace.Predicate {
	return trace.Holds(yes, v.right(), trace.GradeC, v.why())
}

// refusal decides whether the answer declines, and with it whether an answer to a
// question that has none is good.
func (v *voice) refusal(e *trace.OutcomeEvidence) {
	declines := v.g.Verdict == Declines
	e.Refusal = v.holds(declines)
	if e.Answerable.IsNo() && !e.Malformed.IsYes() && e.Bad.Grade < trace.GradeA && !e.Bad.IsUnknown() {
		if e.Bad.IsYes() == declines { // a label of a person says otherwise or the same: it stays
			e.Bad, e.ContentOK = v.holds(!declines), v.holds(declines)
		}
	}
}

// equivalence decides whether the content is right, and whether it was only the
// string metrics that failed it.
func (v *voice) equivalence(e *trace.OutcomeEvidence) {
	same := v.g.Verdict == Equivalent
	if !e.Bad.IsUnknown() && e.Bad.IsYes() != same {
		return // it agrees with the offline grading, which is better evidence
	}
	e.Bad, e.ContentOK = v.holds(!same), v.holds(same)
	em, ok1 := e.ExactMatch.Get()
	f1, ok2 := e.F1.Get()
	if ok1 && ok2 {
		e.Artefact = v.holds(same && em < 1 && f1 < trace.ArtefactF1)
	}
}

func (v *voice) sufficiency(e *trace.GroundEvidence) {
	e.Sufficient = v.holds(v.g.Verdict == Sufficient)
}

// claim decides a claim. A part that is supported decides nothing about the rest.
func (v *voice) claim(rec *trace.Record, c *trace.ClaimVerdict) bool {
	spans := make([]trace.Span, len(v.g.Quotes))
	for i, q := range v.g.Quotes {
		spans[i] = trace.Span{Passage: number(q.Unit) - 1, Start: q.Start, End: q.End}
	}
	switch v.g.Verdict {
	case Supported:
		c.Support, c.P, c.By, c.Against = trace.Supported, v.right(), spans, nil
		c.GoldUnit = holdsGold(rec.Evidence.Rerank, spans)
	case Contradicted:
		c.Support, c.P, c.By = trace.Contradicted, 1-v.right(), nil
		c.Against = &trace.Conflict{Kind: "judge", Claim: text.Clip(oneLine(c.Text), 120), Passage: text.Clip(oneLine(v.quotes[0]), 120), Span: spans[0]}
		c.Overlap = shared(c.Text, v.quotes)
	case NotFound:
		c.Support, c.P, c.By, c.Against = trace.NotFound, 1-v.right(), nil, nil
	default:
		return false
	}
	c.Judged, c.Weakened = true, false
	return true
}

// holdsGold says whether a passage that supports a claim holds gold evidence.
func holdsGold(e *trace.RerankEvidence, by []trace.Span) trace.Truth {
	if e == nil || len(e.Units) == 0 || e.InContext.IsUnknown() {
		return trace.TruthUnknown
	}
	return trace.TruthOf(slices.ContainsFunc(by, func(s trace.Span) bool {
		return slices.ContainsFunc(e.Units, func(u trace.UnitMatch) bool { return u.Rank == s.Passage+1 })
	}))
}

// OddsOf is the log odds that the verifier gives to a verdict about a claim whose
// support has probability p; 0 where it says nothing about it.
func OddsOf(verdict string, p float64) float64 {
	switch {
	case p == 0 || verdict == Partial:
		return 0
	case verdict == Supported:
		return Logit(p)
	}
	return -Logit(p)
}

// RightBy is the probability that a verdict is right.
func RightBy(s trace.JudgeScale, confidence, offline float64) float64 {
	return fit.Sigmoid(s.Bias + s.Confidence*Logit(confidence) + s.Offline*offline)
}

// Logit is the log odds of a probability, bounded so that those of 0 and 1 stay
// finite.
func Logit(p float64) float64 {
	p = min(max(p, .01), .99)
	return math.Log(p / (1 - p))
}
