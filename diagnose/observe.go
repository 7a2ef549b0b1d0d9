package diagnose

import (
	"slices"
	"strings"

	"github.com/ragdiag/ragdiag/trace"
)

// Level names which inputs a record has. What is missing says nothing about the
// cause; it only decides which features can be seen.
type Level struct {
	Evidence   bool // gold evidence
	Answer     bool // a reference answer, or that there is none
	Candidates bool
	Context    bool
	Retriever  bool // probes were made
}

// String lists what the record has: "evidence+answer+candidates+context", or
// "nothing".
func (l Level) String() string {
	var has []string
	for _, x := range []struct {
		yes  bool
		name string
	}{{l.Evidence, "evidence"}, {l.Answer, "answer"}, {l.Candidates, "candidates"}, {l.Context, "context"}, {l.Retriever, "retriever"}} {
		if x.yes {
			has = append(has, x.name)
		}
	}
	if has == nil {
		return "nothing"
	}
	return strings.Join(has, "+")
}

// Gold names the part of the level that decides most: "evidence+answer",
// "evidence", "answer" or "none".
func (l Level) Gold() string {
	l = Level{Evidence: l.Evidence, Answer: l.Answer}
	if l == (Level{}) {
		return "none"
	}
	return l.String()
}

// Seen is one feature of a record: its value, or several with the probability
// that each is the true one. The name ends in what it was measured against, so
// that features of different worth have tables of their own.
type Seen struct {
	Name   string
	Values []string
	P      []float64 // of each value; they add up to 1
}

// Observation is what of a record the posterior weighs.
type Observation struct {
	Level Level
	Seen  []Seen
	Left  []Cause // where the gates leave the cause open: those that they do not exclude; nil: any
}

// Observe reads the features of an examined record. A feature whose inputs are
// missing is left out; one that was examined and not decided has the value
// "unknown".
func Observe(rec *trace.Record, p Params) Observation {
	f := newFacts(rec, p)
	return f.observe(f.decide())
}

// observe reads the features of a record about which the gates say v.
func (f *facts) observe(v finding) Observation {
	o := Observation{Level: f.level()}
	if v.root.Cause == None {
		o.Left = v.set
	}
	gold := o.Level.Gold()
	if gold != "none" && o.Level.Candidates {
		o.soft("in-candidates", byGrade(f.inCandidates, gold), f.loosened(f.inCandidates, f.candidateUnits()))
	}
	if gold != "none" && o.Level.Context {
		name := byGrade(f.inContext, gold)
		if f.truncated.IsYes() {
			o.sure("in-context", name, "cut")
		} else {
			o.soft("in-context", name, f.loosened(f.inContext, f.contextUnits()))
		}
	}
	if o.Level.Context && gold != "none" {
		o.soft("sufficient", byGrade(f.sufficient, gold), f.sufficient)
	}
	if o.Level.Context && f.rec.Answer != nil {
		o.sure("answer", gold, f.reply())
	}
	if o.Level.Context && gold == "none" {
		o.sure("asked", "prompt", f.asked())
	}
	if len(f.rec.Queries) > 0 {
		o.sure("query", "question", f.wording())
	}
	if o.Level.Retriever {
		o.sure("probe", gold, f.probed())
	}
	if o.Level.Answer {
		doubt := f.goldDoubt.Truth
		if f.goldDoubt.Grade == trace.GradeD {
			doubt = trace.TruthUnknown
		}
		o.sure("gold-doubt", gold, doubt.String())
	}
	if o.Level.Context {
		o.sure("conflicting", "context", f.conflicting.Truth.String())
	}
	if o.Level.Candidates && o.Level.Context {
		o.sure("kept", "ranks", f.kept())
		if gold == "none" {
			o.sure("dropped", "candidates", f.dropped())
		}
	}
	return o
}

func (o *Observation) sure(name, against, value string) {
	o.Seen = append(o.Seen, Seen{name + "/" + against, []string{value}, []float64{1}})
}

// soft adds a predicate with the probability of both of its truths.
func (o *Observation) soft(name, against string, p trace.Predicate) {
	if p.IsUnknown() {
		o.sure(name, against, "unknown")
		return
	}
	o.Seen = append(o.Seen, Seen{name + "/" + against, []string{"yes", "no"}, []float64{p.P, 1 - p.P}})
}

// byGrade names what a predicate was measured against: gold IDs and spans, the
// words of an answer, or nothing but the texts.
func byGrade(p trace.Predicate, gold string) string {
	if p.IsUnknown() {
		return gold
	}
	return gold + "." + p.Grade.String()
}

func (f *facts) level() Level {
	g := f.rec.Gold
	return Level{
		Evidence:   f.hasGoldEvidence(),
		Answer:     g != nil && (len(g.Answers)+len(g.Claims) > 0 || g.Answerable != trace.TruthUnknown),
		Candidates: f.rec.Candidates != nil,
		Context:    f.rec.Context != nil,
		Retriever:  len(f.rec.Evidence.Probes) > 0,
	}
}

func (f *facts) candidateUnits() []trace.UnitMatch {
	if e := f.rec.Evidence.Retrieve; e != nil {
		return e.Units
	}
	return nil
}

func (f *facts) contextUnits() []trace.UnitMatch {
	if e := f.rec.Evidence.Rerank; e != nil {
		return e.Units
	}
	return nil
}

// loosened allows for the matcher's errors where a unit was matched by its
// text. An ID that is equal needs none.
func (f *facts) loosened(p trace.Predicate, units []trace.UnitMatch) trace.Predicate {
	byText := slices.ContainsFunc(units, func(u trace.UnitMatch) bool { return u.How != "id" && u.How != "doc" })
	if p.IsUnknown() || !byText {
		return p
	}
	p.P = p.P*(1-f.p.MatchFalse) + (1-p.P)*f.p.MatchMissed
	return p
}

// reply says what the answer makes of the context.
func (f *facts) reply() string {
	if f.refusal.IsYes() {
		return "declines"
	}
	t := f.tally()
	switch {
	case t.wrong() == 0 && t.abstained == 0:
		return "nothing wrong"
	case t.open():
		return "open"
	}
	lead, _ := t.ranked()
	if lead.Cause == Unsupported && short(f.claims) {
		return "not found, few words"
	}
	switch {
	case lead.Cause == Unsupported:
		return "not found"
	case lead.Sub == "incomplete", lead.Sub == "distractor":
		return lead.Sub
	case lead.Sub == "misread", lead.Sub == "override":
		return "contradicted"
	}
	if against := slices.ContainsFunc(suspects(f.claims), func(c trace.ClaimVerdict) bool { return c.Support == trace.Contradicted }); against {
		return "contradicted"
	}
	return "supported"
}

// wording says how the query that was sent stands to the question.
func (f *facts) wording() string {
	switch {
	case f.emptyQuery.IsYes():
		return "empty"
	case f.unresolved.IsYes():
		return "unresolved"
	case f.foreign.IsYes():
		return "foreign"
	case f.drifted.IsYes():
		return "drifted"
	case f.rewritten.IsYes():
		return "rewritten"
	case f.rewritten.IsUnknown():
		return "unknown"
	}
	return "as asked"
}

// probed says what other queries found.
func (f *facts) probed() string {
	switch ps := f.probes(); {
	case ps.foreign != nil:
		return "same query"
	case ps.found != nil:
		return "other query"
	case ps.deeper != nil:
		return "deeper"
	case ps.expanded != nil:
		return "expanded query"
	}
	return "nothing"
}

// asked says how much of the question the best passage of the prompt holds.
func (f *facts) asked() string {
	e := f.rec.Evidence.Rerank
	if e == nil {
		return "unknown"
	}
	kept, ok := e.AskedKept.Get()
	if !ok {
		return "unknown"
	}
	for _, share := range shares {
		if kept >= share.from {
			return share.name
		}
	}
	return "little"
}

// shares name how much of a question a passage holds.
var shares = []struct {
	from float64
	name string
}{{.9, "nearly all"}, {.8, "most"}, {.7, "much"}, {.6, "more than half"}, {.5, "half"}, {.35, "some"}}

// dropped says whether a candidate that did not reach the prompt holds more of
// the question than the best passage that did.
func (f *facts) dropped() string {
	e := f.rec.Evidence.Rerank
	if e == nil {
		return "unknown"
	}
	kept, _ := e.AskedKept.Get()
	dropped, ok := e.AskedDropped.Get()
	switch {
	case !ok:
		return "nothing dropped"
	case dropped > kept+.2:
		return "much more"
	case dropped > kept+.05:
		return "more"
	case dropped > kept-.05:
		return "as much"
	}
	return "less"
}

// topRanks is how many of the best candidates a selection would normally keep.
const topRanks = 3

// kept says how many of the best candidates reached the prompt, and whether the
// very first did.
func (f *facts) kept() string {
	top := f.rec.Candidates[:min(topRanks, len(f.rec.Candidates))]
	n, lead := 0, false
	for i, c := range top {
		if slices.ContainsFunc(f.rec.Context, func(p trace.Passage) bool {
			return p.ID == c.ID && (c.ID != "" || p.Text == c.Text)
		}) {
			n++
			lead = lead || i == 0
		}
	}
	switch {
	case n == len(top):
		return "all"
	case n == 0:
		return "none"
	case !lead:
		return "not the first"
	}
	return "some"
}
