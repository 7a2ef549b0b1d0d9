package ground

import (
	"fmt"
	"slices"

	"github.com/ragdiag/ragdiag/claim"
	"github.com/ragdiag/ragdiag/internal/text"
	"github.com/ragdiag/ragdiag/trace"
)

// goldClaims looks for each thing that a right answer says in the context and
// in the answer.
func (x *examination) goldClaims() {
	g := x.rec.Gold
	switch {
	case g == nil:
		return
	case len(g.Claims) > 0:
		x.ev.GoldClaims = x.compare(g.Claims)
	case len(x.aliases) > 0:
		x.ev.GoldClaims = []trace.GoldClaim{x.byValue()}
	default: // any one of the long answers suffices: the one that the answer is nearest to
		best := -1.0
		for _, a := range x.long {
			var parts []string
			for _, c := range x.texts.Split(a) {
				if c.Checkable {
					parts = append(parts, c.Text)
				}
			}
			got := x.compare(parts)
			if r := recall(got, func(c trace.GoldClaim) trace.Support { return c.InAnswer }); r > best {
				best, x.ev.GoldClaims = r, got
			}
		}
	}
}

// compare asks context and answer about gold claims.
func (x *examination) compare(claims []string) []trace.GoldClaim {
	out := make([]trace.GoldClaim, len(claims))
	for i, c := range claims {
		in := x.texts.Check(c)
		out[i] = trace.GoldClaim{Text: c, InContext: in.Support, Weight: in.Weight}
		if x.ev.Empty.IsYes() {
			out[i].InContext = trace.NotFound
		}
		if x.answer != nil {
			out[i].InAnswer = x.answer.Check(c).Support
		}
		x.imported.decideGold(&out[i])
	}
	return out
}

// byValue is the gold claim of a short gold answer: one of the aliases, found
// by value.
func (x *examination) byValue() trace.GoldClaim {
	c := trace.GoldClaim{Text: x.aliases[0], Weight: 1}
	if x.rec.Context != nil {
		c.InContext = trace.NotFound
		if i := slices.IndexFunc(x.stands, func(s stand) bool { return s.ok }); i >= 0 {
			c.Text, c.InContext = x.stands[i].alias, trace.Supported
		}
	}
	if x.answer != nil {
		c.InAnswer = trace.NotFound
		if s := x.find(x.answer.Docs()[0]); s.ok {
			c.Text, c.InAnswer = s.alias, trace.Supported
		}
	}
	return c
}

// recall returns the weighted share of gold claims that are supported, counting
// an abstention as half; 0 without gold claims.
func recall(claims []trace.GoldClaim, where func(trace.GoldClaim) trace.Support) float64 {
	var got, all float64
	for _, c := range claims {
		w := max(c.Weight, .01)
		all += w
		switch where(c) {
		case trace.Supported:
			got += w
		case trace.Abstain:
			got += w / 2
		}
	}
	if all == 0 {
		return 0
	}
	return got / all
}

// judge decides whether claims of the answer agree with gold.
type judge struct {
	x     *examination
	texts *claim.Context // long accepted answers and gold claims; nil: none
	none  trace.Predicate
	named bool // the answer as a whole names an accepted answer
}

func (x *examination) newJudge() *judge {
	j := &judge{x: x}
	g := x.rec.Gold
	if g == nil || len(x.aliases) == 0 && len(x.long) == 0 && len(g.Claims) == 0 {
		j.none = trace.NotKnown("no gold answer")
		if g != nil && g.Answerable == trace.No {
			j.none = trace.Holds(false, .9, trace.GradeB, "the question has no answer, so none can be right")
		}
		return j
	}
	if said := append(x.long[:len(x.long):len(x.long)], g.Claims...); len(said) > 0 {
		j.texts = x.said(said...)
	}
	j.named = x.find(x.answer.Docs()[0]).ok
	return j
}

// of returns whether a claim is right. By value: it names an accepted answer,
// or should have and does not. By the verifier: gold claims and long answers
// support or contradict it. A claim about something else that gold does not
// mention is unknown.
func (j *judge) of(c claim.Claim) trace.Predicate {
	if j.texts == nil && len(j.x.aliases) == 0 {
		return j.none
	}
	d := j.x.texts.Analyze(c.Text, j.x.lang)
	if s := j.x.find(d); s.ok {
		return trace.Holds(true, .93, trace.GradeB, fmt.Sprintf("it gives the accepted answer %q", s.alias))
	}
	if j.texts != nil {
		switch v := j.texts.Check(c.Text); v.Support {
		case trace.Supported:
			return trace.Holds(true, max(.5, v.P), trace.GradeC, "the gold answer says so")
		case trace.Contradicted:
			return trace.Holds(false, .85, trace.GradeC, "the gold answer says otherwise: "+v.Why)
		}
	}
	if len(j.x.aliases) > 0 && !j.named && j.x.attempts(d) {
		return trace.Holds(false, .8, trace.GradeB, fmt.Sprintf("it gives another answer than %q", j.x.aliases[0]))
	}
	return trace.NotKnown("the gold answer does not mention it")
}

// attempts reports whether a claim tries to answer the question: it is as short
// as a bare answer, or it takes up the question's words.
func (x *examination) attempts(c *text.Doc) bool {
	return len(c.Tokens) <= 8 || x.asked(c.Terms) >= .25
}

// asked returns the share of the question's weight that the terms hold, leaving
// out some of its words.
func (x *examination) asked(terms []text.Term, without ...uint64) float64 {
	var got, all float64
	for _, q := range x.asks {
		if slices.Contains(without, q.Hash) {
			continue
		}
		all += q.weight
		if within(q.Term, terms, x.query.Lang) {
			got += q.weight
		}
	}
	if all == 0 {
		return 0
	}
	return got / all
}

func containsTerm(terms []text.Term, hash uint64) bool {
	for _, t := range terms {
		if t.Hash == hash {
			return true
		}
	}
	return false
}
