package diagnose

import (
	"fmt"
	"slices"

	"github.com/ragdiag/ragdiag/trace"
)

// Procedure is the version of the decision procedure.
const Procedure = "verdict-1"

// finding is what the procedure concludes about one record. A finding with an
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

	basis   Basis
	p       float64
	chances []Chance
}

// Classify decides one record from its evidence. It reads rec and changes
// nothing. The questions are asked in this order: did a step fail, is the answer
// bad, can the question be answered at all, did the prompt hold what was needed,
// where was it lost, what did the generator do with it, do the citations hold.
// Hard evidence (gold passages, candidates, probes, a step run again) decides
// where it is at hand; the rest is a probability, and the cause is named whose
// probability is high enough: see chances.go.
func Classify(rec *trace.Record, p Params) Diagnosis {
	f := newFacts(rec, p)
	d := f.render(f.decide())
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
		return f.blame(Instruction, "", f.malformed, f.contentOK)
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
			v := f.blame(GoldLabel, "", f.goldDoubt)
			v.quarantined = true
			return v
		}
		if f.goldDoubt.IsYes() { // by a heuristic: either the system is wrong or the reference
			of := f.cause()
			v := f.open(append(of.set, GoldLabel), "whether the reference answer is right")
			v.chances = orGold(of)
			return v
		}
		if n, k := f.arm(trace.ArmReplay); n >= f.p.FlakyRuns && float64(k) >= f.p.FlakyRate*float64(n) {
			return f.blame(Flaky, "", trace.Predicate{Truth: trace.Yes, Grade: trace.GradeA})
		}
	}
	v := f.cause()
	if f.bad.IsUnknown() {
		v.status = StatusNotJudged
		v.missing = append([]string{missingJudgement}, v.missing...)
		v.p = 0
		if v.root.Cause == None {
			v.proximate = Attribution{}
		}
	}
	return v
}

// integrity: a step that failed is the cause of whatever followed, unless
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
	v := f.blame(Infra, sub, trace.Predicate{Truth: trace.Yes, Grade: trace.GradeB})
	if u := f.rec.Answer.Usage; u.Cut() {
		v.notes = append(v.notes, fmt.Sprintf("the server read %d tokens of a prompt of at least %d: raise its context window, or give it fewer passages", u.Prompt, u.Least))
	}
	if f.bad.IsUnknown() {
		v.status = StatusNotJudged
	}
	return v, true
}

// success is the finding for an acceptable answer: its citations may still be a fault,
// and invented detail is reported beside it.
func (f *facts) success() finding {
	v := finding{status: StatusNotFailure}
	if p, ok := f.bad.Chance(); ok && f.bad.IsNo() {
		v.p = 1 - p
	}
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

// cause finds the cause of an answer that is bad, or taken to be.
func (f *facts) cause() finding {
	var v finding
	switch c := f.chances(); {
	case f.answerable.IsNo():
		v = f.unanswerable()
	case f.inCorpus.IsNo() && f.inCorpus.Grade > trace.GradeD && !f.sufficient.IsYes():
		v = f.gap()
	default:
		v = f.name(c)
	}
	if cite, ok := f.citation(); ok && cite.root.Cause != None {
		v.contributing = append(v.contributing, cite.root)
	}
	return v
}

// unanswerable is the finding for a question that gold calls unanswerable: declining was
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
	return f.blame(Unsupported, "abstention", f.answerable, f.refusal)
}

// gap is the finding for evidence that the corpus does not hold.
func (f *facts) gap() finding {
	should := f.p.CorpusPolicy == ShouldHave || f.answerable.IsYes()
	switch {
	case should:
		shows := f.inCorpus
		if f.answerable.IsNo() {
			shows = f.answerable
		}
		v := f.blame(CorpusGap, "", shows)
		v.proximate = f.afterwards(v.root)
		return v
	case f.refusal.IsYes():
		return finding{status: StatusNotFailure, notes: []string{"the corpus does not hold the answer and the answer says so; set corpus_policy to should-have if it ought to"}}
	default:
		return f.blame(Unsupported, "abstention", f.inCorpus)
	}
}

// retrieval says which step upstream of the candidates lost the evidence.
func (f *facts) retrieval() finding {
	ps := f.probes()
	var v finding
	switch {
	case ps.foreign == nil && ps.found != nil:
		v = f.blame(Query, f.queryFault(ps.found), f.inCandidates)
		v.notes = append(v.notes, fmt.Sprintf("the %s query finds the evidence at rank %d", ps.found.Kind, ps.found.Rank))
	case ps.foreign == nil && ps.asked:
		v = f.blame(Retrieve, f.retrievalFault(ps), f.inCandidates)
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
		v = f.blame(Retrieve, f.retrievalFault(probes{}), f.inCandidates)
		v.set = []Cause{Query, Retrieve}
		v.missing = append(v.missing, missingProbe)
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

// selection: the evidence was retrieved and did not reach the prompt.
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
	v := f.blame(Select, sub, needs...)
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

// citation finds the faults of the citations themselves.
func (f *facts) citation() (finding, bool) {
	if n, k := f.arm(trace.ArmRemoveSupport); n > 0 && f.hasCitations.IsYes() && f.closedBookRight() &&
		betaTail(k, n) >= f.p.StatedByChance {
		return f.blame(Cite, "unfaithful", trace.Predicate{Truth: trace.Yes, Grade: trace.GradeA}), true
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
		return f.blame(Cite, sub, f.citesFaulty), true
	}
	if f.citesMissing.IsYes() && f.p.MissingCitation == Fault {
		return f.blame(Cite, "missing", f.citesMissing), true
	}
	return finding{}, false
}

// blame names a cause. Its grade is that of the weakest predicate it needs.
func (f *facts) blame(c Cause, sub string, needs ...trace.Predicate) finding {
	grade := trace.GradeA
	for _, n := range needs {
		grade = min(grade, n.Grade)
	}
	if f.bad.IsYes() {
		grade = min(grade, f.bad.Grade)
	}
	a := Attribution{c, sub, grade}
	return finding{status: StatusDiagnosed, root: a, proximate: a, set: []Cause{c}, basis: ByEvidence}
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
