package diagnose

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ragdiag/ragdiag/trace"
)

// Procedure is the version of the decision procedure.
const Procedure = "posterior-2"

// finding is what one step of the procedure concludes. A finding with an
// undecided root carries the set of causes left.
type finding struct {
	status       Status
	root         Attribution
	proximate    Attribution
	contributing []Attribution
	joint        []Cause
	set          []Cause
	notes        []string
	missing      []string
	modifiers    []string
	quarantined  bool

	posterior    []Chance
	conformal    []Cause
	basis        Basis
	p            float64
	open         []Cause // what the gates left open, if the posterior decided
	disagreement string
	next         string // the cheapest evidence to add, if the tables tell
}

// Classify decides one record from its evidence. It reads rec and changes
// nothing. The steps stand in the order in which the procedure takes them:
// integrity, outcome, sufficiency, answerability, retrieval, selection,
// generation, citation; each passes on what it cannot decide.
// Then the posterior weighs the same evidence: see weigh.go.
func Classify(rec *trace.Record, p Params) Diagnosis { return ShippedTables().Classify(rec, p) }

// Classify is Classify with other tables than those that the program ships.
func (t *Tables) Classify(rec *trace.Record, p Params) Diagnosis {
	f := newFacts(rec, p)
	d := f.render(f.weigh(t, f.decide()))
	d.ID = rec.ID
	d.Tags = rec.Tags
	d.Versions = Versions{Procedure: Procedure, Params: p.Hash()}
	return d
}

func (f *facts) decide() finding {
	if f.rec.Answer == nil {
		return finding{status: StatusNotJudged, missing: []string{"the answer"}}
	}
	if v, ok := f.integrity(); ok {
		return v
	}
	if f.malformed.IsYes() && f.contentOK.IsYes() {
		return f.blame(Instruction, "", nil, f.malformed, f.contentOK)
	}
	if f.artefact.IsYes() {
		v := f.success()
		v.modifiers = append(v.modifiers, string(Metric))
		return v
	}
	if f.p.CorpusPolicy == ShouldHave && f.refusal.IsYes() && (f.answerable.IsNo() || f.inCorpus.IsNo()) {
		return f.gap()
	}
	if f.bad.IsNo() {
		return f.success()
	}
	if f.bad.IsYes() {
		if f.goldDoubt.IsYes() && f.goldDoubt.Grade > trace.GradeD {
			v := f.blame(GoldLabel, "", nil, f.goldDoubt)
			v.quarantined = true
			return v
		}
		if f.goldDoubt.IsYes() { // by a heuristic: either the system is wrong or the reference
			v := f.open(append(f.cause().set, GoldLabel))
			v.missing = []string{"whether the reference answer is right"}
			return v
		}
		if n, k := f.arm(trace.ArmReplay); n >= f.p.FlakyRuns && float64(k) >= f.p.FlakyRate*float64(n) {
			return f.blame(Flaky, "", nil, trace.Predicate{Truth: trace.Yes, Grade: trace.GradeA})
		}
	}
	v := f.cause()
	if f.bad.IsUnknown() {
		v.status = StatusNotJudged
		v.missing = append([]string{missingJudgement}, v.missing...)
		if v.root.Cause == None {
			v.proximate = Attribution{}
		}
	}
	return v
}

// integrity is D0: a step that failed is the cause of whatever followed, unless
// the answer is right all the same.
func (f *facts) integrity() (finding, bool) {
	if f.bad.IsNo() {
		return finding{}, false
	}
	sub := ""
	switch {
	case len(f.rec.Run.Errors) > 0:
		sub = string(f.rec.Run.Errors[0].Stage) + "-error"
		if f.rec.Run.Errors[0].Stage == trace.StageUnknown {
			sub = "error"
		}
	case f.rec.Answer.Usage.Cut():
		sub = "context-truncated"
	case f.cut.IsYes():
		sub = "cut-off"
	case f.rec.Answer.Text == "":
		sub = "empty-answer"
	default:
		return finding{}, false
	}
	v := f.blame(Infra, sub, nil, trace.Predicate{Truth: trace.Yes, Grade: trace.GradeB})
	if u := f.rec.Answer.Usage; u.Cut() {
		v.notes = append(v.notes, fmt.Sprintf("the server read %d tokens of a prompt of at least %d: raise its context window, or give it fewer passages", u.Prompt, u.Least))
	}
	if f.bad.IsUnknown() {
		v.status = StatusNotJudged
	}
	return v, true
}

// success is D1 for an acceptable answer: its citations may still be a fault,
// and invented detail is reported beside it.
func (f *facts) success() finding {
	v := finding{status: StatusNotFailure}
	for _, c := range f.claims {
		if c.Checkable && c.Support == trace.NotFound && !c.Right.IsYes() && !c.Weakened {
			v.contributing = append(v.contributing, Attribution{Unsupported, "extrapolation", trace.GradeC})
			break
		}
	}
	if cite, ok := f.citation(); ok {
		cite.contributing = v.contributing
		return cite
	}
	return v
}

// cause is D5, D2, D3, D4 and D6 for an answer that is bad, or taken to be.
func (f *facts) cause() finding {
	var v finding
	switch {
	case f.sufficient.IsYes() && f.sufficient.Grade > trace.GradeD:
		v = f.generation()
		if f.alternative.IsYes() {
			v.notes = append(v.notes, "gold evidence is incomplete: the context suffices without it")
		}
	case f.answerable.IsNo():
		v = f.unanswerable()
	case f.inCorpus.IsNo() && f.inCorpus.Grade > trace.GradeD:
		v = f.gap()
	case f.inCandidates.IsNo():
		v = f.retrieval()
	case f.inCandidates.IsYes() && f.inContext.IsNo(), f.truncated.IsYes():
		v = f.selection()
	default:
		v = f.undecided()
	}
	if cite, ok := f.citation(); ok && cite.root.Cause != None {
		v.contributing = append(v.contributing, cite.root)
	}
	return v
}

// unanswerable is D2 for a question that gold calls unanswerable: declining was
// right, so an answer is an invention.
func (f *facts) unanswerable() finding {
	if f.p.CorpusPolicy == ShouldHave {
		return f.gap()
	}
	if f.refusal.IsUnknown() {
		return f.open([]Cause{Unsupported}, "whether the answer declines")
	}
	if f.refusal.IsYes() {
		return finding{status: StatusNotFailure, notes: []string{"the question cannot be answered and the answer says so"}}
	}
	return f.blame(Unsupported, "abstention", nil, f.answerable, f.refusal)
}

// gap is D2 for evidence that the corpus does not hold.
func (f *facts) gap() finding {
	should := f.p.CorpusPolicy == ShouldHave || f.answerable.IsYes()
	switch {
	case should:
		shows := f.inCorpus
		if f.answerable.IsNo() {
			shows = f.answerable
		}
		v := f.blame(CorpusGap, "", nil, shows)
		v.proximate = f.afterwards(v.root)
		return v
	case f.refusal.IsYes():
		return finding{status: StatusNotFailure, notes: []string{"the corpus does not hold the answer and the answer says so; set corpus_policy to should-have if it ought to"}}
	default:
		return f.blame(Unsupported, "abstention", nil, f.inCorpus)
	}
}

// retrieval is D3: the evidence is not among the candidates.
func (f *facts) retrieval() finding {
	ps := f.probes()
	var v finding
	switch {
	case f.inCorpus.IsNo(): // by a heuristic alone: a sure "no" was taken above
		v = f.open([]Cause{Query, Retrieve, CorpusGap}, "whether the corpus holds the answer")
	case ps.foreign == nil && ps.found != nil:
		v = f.blame(Query, f.queryFault(ps.found), []Cause{Retrieve}, f.inCandidates)
		v.notes = append(v.notes, fmt.Sprintf("the %s query finds the evidence at rank %d", ps.found.Kind, ps.found.Rank))
	case ps.foreign == nil && ps.asked:
		v = f.blame(Retrieve, f.retrievalFault(ps), []Cause{Query}, f.inCandidates)
		if ps.deeper != nil {
			v.notes = append(v.notes, fmt.Sprintf("the same query finds the evidence at rank %d", ps.deeper.Rank))
		}
		if ps.expanded != nil {
			v.notes = append(v.notes, fmt.Sprintf("the query expanded by words of what it found reaches the evidence at rank %d", ps.expanded.Rank))
		}
		if !ps.tried {
			v.notes = append(v.notes, "no other query was tried, so query formation is not excluded")
		}
	default:
		// Decided at the coarse level: the evidence was not retrieved. Which of
		// the two is to blame needs another query to be tried.
		v = f.blame(Retrieve, f.retrievalFault(probes{}), []Cause{Query}, f.inCandidates)
		if v.status == StatusDiagnosed {
			v.set = []Cause{Query, Retrieve}
			v.missing = append(v.missing, missingProbe)
		}
		if ps.foreign != nil {
			v.notes = append(v.notes, fmt.Sprintf("the retriever at hand finds the evidence with the same query at rank %d: it is not the system's own, so its probes show nothing", ps.foreign.Rank))
		}
	}
	if f.inCorpus.IsUnknown() && !f.hasGoldEvidence() {
		v.notes = append(v.notes, "that the corpus holds the answer is assumed, not shown")
	}
	v.proximate = f.afterwards(v.root)
	if n, k := f.arm(trace.ArmGoldOnly); n >= 2 && k == 0 {
		v.joint = []Cause{v.root.Cause, Ignore}
		v.proximate = Attribution{Cause: Ignore, Grade: trace.GradeA}
		v.notes = append(v.notes, fmt.Sprintf("given only the gold evidence the generator failed too (%d of %d runs)", n-k, n))
	}
	return v
}

// queryFault says what was wrong with the query, given the one that found the
// evidence.
func (f *facts) queryFault(found *trace.Probe) string {
	switch {
	case f.emptyQuery.IsYes():
		return "empty"
	case f.unresolved.IsYes(), found.Kind == trace.QueryHistoryResolved && !f.rewritten.IsYes():
		return "unresolved-reference"
	case f.foreign.IsYes():
		return "wrong-language"
	case f.drifted.IsYes() || f.rewritten.IsYes():
		return "rewrite-drift"
	}
	return ""
}

// retrievalFault says how the retriever missed.
func (f *facts) retrievalFault(ps probes) string {
	switch {
	case f.candidatesPartial.IsYes():
		return "partial"
	case f.split.IsYes():
		return "split"
	case f.staleIndex.IsYes():
		return "stale-index"
	case f.misfit.IsYes():
		return "analyzer-misfit"
	case f.rec.Candidates != nil && len(f.rec.Candidates) == 0:
		return "nothing-returned"
	case ps.deeper != nil:
		return "depth"
	case ps.expanded != nil:
		return "lexical-gap"
	}
	return ""
}

// selection is D4: the evidence was retrieved and did not reach the prompt.
func (f *facts) selection() finding {
	sub := ""
	for _, l := range f.losses {
		if sub = lossNames[l.Drop]; sub != "" {
			break
		}
	}
	switch {
	case f.truncated.IsYes():
		sub = "truncation"
	case f.contextPartial.IsYes():
		sub = "partial"
	}
	needs := []trace.Predicate{f.inCandidates, f.inContext}
	if f.truncated.IsYes() {
		needs = []trace.Predicate{f.truncated}
	}
	v := f.blame(Select, sub, []Cause{Retrieve}, needs...)
	v.proximate = f.afterwards(v.root)
	return v
}

var lossNames = map[trace.Drop]string{
	trace.DropDemoted:   "demoted",
	trace.DropCut:       "k-cut",
	trace.DropDuplicate: "duplicate",
	trace.DropBudget:    "budget",
	trace.DropTruncated: "truncation",
}

// generation is D6: the prompt sufficed, so the generator is at fault.
func (f *facts) generation() finding {
	if f.refusal.IsYes() {
		return f.blame(Ignore, "over-refusal", []Cause{Unsupported}, f.sufficient, f.refusal)
	}
	t := f.tally()
	switch {
	case t.wrong() == 0 && t.abstained == 0:
		if len(f.goldClaims) == 0 && len(f.claims) == 0 {
			return f.open([]Cause{Ignore, Unsupported}, "what the answer claims")
		}
		return f.blame(Ignore, "incomplete", []Cause{Unsupported}, f.sufficient, trace.Predicate{Truth: trace.Yes, Grade: trace.GradeC})
	case t.open():
		return f.open([]Cause{Ignore, Unsupported}, "whether the context supports the wrong claim")
	}
	lead, others := t.ranked()
	grade := trace.Predicate{Truth: trace.Yes, Grade: t.grade}
	v := f.blame(lead.Cause, lead.Sub, []Cause{Ignore, Unsupported}, f.sufficient, grade)
	for _, o := range others {
		o.Grade = t.grade
		v.contributing = append(v.contributing, o)
	}
	return v
}

// afterwards names the proximate cause of a failure whose root lies upstream:
// what the generator made of a context that did not suffice.
func (f *facts) afterwards(root Attribution) Attribution {
	if f.refusal.IsYes() || f.rec.Answer == nil {
		return root // declining was the right thing to do
	}
	t := f.tally()
	if t.open() || t.wrong() == 0 {
		return root
	}
	if lead, _ := t.ranked(); lead.Cause == Unsupported {
		lead.Grade = t.grade
		return lead
	}
	return root // the answer follows what it was given
}

// undecided is the step for evidence that does not say where the chain broke.
func (f *facts) undecided() finding {
	var set []Cause
	switch {
	case f.inContext.IsYes() && f.inContext.Grade >= trace.GradeB && !f.sufficient.IsYes():
		// Gold contradicts itself: its evidence is there, its answer is not.
		// Without the candidates nothing shows that the passage is whole.
		set = append(f.generatorSuspects(), GoldLabel)
		if f.rec.Candidates == nil {
			set = append(set, Select)
		}
		return f.open(set, "whether the reference answer follows from the gold evidence")
	case f.sufficient.IsYes() && f.sufficient.Grade > trace.GradeD || f.inContext.IsYes() && f.inContext.Grade >= trace.GradeB:
		// The evidence stood in the prompt as far as is known.
	case f.inCandidates.IsYes() && f.inCandidates.Grade >= trace.GradeB:
		set = append(set, Select)
	default: // an answer's words in a passage are not yet its evidence
		set = append(set, Query, Retrieve, Select)
	}
	if !f.sufficient.IsNo() || f.sufficient.Grade <= trace.GradeD {
		set = append(set, f.generatorSuspects()...)
	}
	v := f.open(set)
	if len(f.claims) > 0 && !f.refusal.IsYes() {
		if t := f.tally(); !t.open() && t.wrong() > 0 {
			if lead, _ := t.ranked(); lead.Cause == Unsupported {
				lead.Grade = t.grade
				v.proximate = lead
			}
		}
	}
	return v
}

// generatorSuspects lists the generator's causes that the claims leave open.
func (f *facts) generatorSuspects() []Cause {
	if f.refusal.IsYes() {
		return []Cause{Ignore}
	}
	t := f.tally()
	if t.open() || t.wrong() == 0 {
		return []Cause{Ignore, Unsupported}
	}
	lead, _ := t.ranked()
	if lead.Cause == Unsupported && short(f.claims) {
		return []Cause{Ignore, Unsupported} // too few words for their absence to say much
	}
	return []Cause{lead.Cause}
}

// shortClaim is the number of words below which a claim that was not found may
// as well contradict the passages in other words.
const shortClaim = 5

func short(claims []trace.ClaimVerdict) bool {
	return !slices.ContainsFunc(claims, func(c trace.ClaimVerdict) bool {
		return c.Checkable && len(strings.Fields(c.Text)) >= shortClaim
	})
}

// citation is D7: the faults of the citations themselves.
func (f *facts) citation() (finding, bool) {
	if n, k := f.arm(trace.ArmRemoveSupport); n > 0 && f.hasCitations.IsYes() && f.closedBookRight() &&
		betaTail(k, n) >= f.p.StatedByChance {
		return f.blame(Cite, "unfaithful", nil, trace.Predicate{Truth: trace.Yes, Grade: trace.GradeA}), true
	}
	if f.citesFaulty.IsYes() {
		e := f.rec.Evidence.Cite
		sub := "unsupported"
		switch {
		case e.Fabricated > 0:
			sub = "fabricated"
		case e.Misplaced > 0:
			sub = "misplaced"
		}
		return f.blame(Cite, sub, nil, f.citesFaulty), true
	}
	if f.citesMissing.IsYes() && f.p.MissingCitation == Fault {
		return f.blame(Cite, "missing", nil, f.citesMissing), true
	}
	return finding{}, false
}

// blame concludes a cause from the predicates it needs. If one of them is
// unknown or rests on a heuristic alone, the cause is only a suspect, and so
// are its rivals.
func (f *facts) blame(c Cause, sub string, rivals []Cause, needs ...trace.Predicate) finding {
	grade := trace.GradeA
	for _, n := range needs {
		grade = min(grade, n.Grade)
		if n.IsUnknown() {
			grade = trace.GradeNone
		}
	}
	if f.bad.IsYes() {
		grade = min(grade, f.bad.Grade)
	}
	if grade <= trace.GradeD {
		v := f.open(append([]Cause{c}, rivals...), "better evidence than a word-overlap heuristic")
		return v
	}
	a := Attribution{c, sub, grade}
	return finding{status: StatusDiagnosed, root: a, proximate: a, set: []Cause{c}}
}

// open concludes that the causes in set are left, for want of missing.
func (f *facts) open(set []Cause, missing ...string) finding {
	slices.SortFunc(set, byFlow)
	return finding{status: StatusUndetermined, set: slices.Compact(set), missing: append(missing, f.gaps()...)}
}

func byFlow(a, b Cause) int {
	all := Causes()
	return slices.Index(all, a) - slices.Index(all, b)
}

func (f *facts) hasGoldEvidence() bool {
	return f.rec.Gold != nil && len(f.rec.Gold.Evidence) > 0
}
