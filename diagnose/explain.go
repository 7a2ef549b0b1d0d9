package diagnose

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/ragdiag/ragdiag/trace"
)

// What a diagnosis may say is missing. The same words serve as the key of the
// next step.
const (
	missingJudgement  = "whether the answer is bad"
	missingCandidates = "the retriever's candidates"
	missingEvidence   = "the gold evidence"
	missingAnswer     = "a reference answer"
	missingContext    = "the context that reached the prompt"
	missingProbe      = "another query tried against the retriever"
)

// gaps lists the missing evidence that would help to decide this record.
func (f *facts) gaps() []string {
	var gaps []string
	if f.rec.Context == nil {
		gaps = append(gaps, missingContext)
	}
	if f.rec.Candidates == nil {
		gaps = append(gaps, missingCandidates)
	}
	if !f.hasGoldEvidence() {
		gaps = append(gaps, missingEvidence)
	}
	if f.rec.Gold == nil || len(f.rec.Gold.Answers) == 0 && len(f.rec.Gold.Claims) == 0 && f.answerable.IsUnknown() {
		gaps = append(gaps, missingAnswer)
	}
	return gaps
}

// next returns the one thing to add that would settle most of what v leaves open,
// the cheapest first where several would; "" where nothing is open.
func (f *facts) next(v finding) string {
	const (
		addJudgement = "add a reference answer, or the verdict of a user or a judge"
		askJudge     = "let a judge (--judge-model) or a person (ragdiag label) say whether the answer is right"
		logAnswer    = "log the answer"
		logContext   = "log the passages that were put into the prompt"
		logHits      = "log what the retriever returned before selection (IDs suffice)"
		giveIndex    = "give the retriever to ragdiag (--index DIR): the probe needs no generator call"
		addEvidence  = "add the ID or the text of the passage that answers the question"
	)
	switch {
	case v.status == StatusNotJudged && f.rec.Answer == nil:
		return logAnswer
	case v.status == StatusNotJudged && f.hasReference():
		return askJudge
	case v.status == StatusNotJudged:
		return addJudgement
	case v.status == StatusDiagnosed && v.root.Cause == Missing && f.rec.Candidates == nil:
		return logHits
	case v.status == StatusDiagnosed && v.root.Cause == Missing:
		return addEvidence
	case v.status == StatusDiagnosed && v.root.Cause == Retrieve && len(v.set) > 1:
		return giveIndex
	case v.status != StatusUndetermined:
		return ""
	case f.rec.Context == nil:
		return logContext
	case !f.hasReference():
		return "add a reference answer"
	case !f.hasGoldEvidence():
		return addEvidence + ", or let a judge say whether the prompt suffices (--judge-model)"
	case len(v.missing) > 0:
		return "have a person or a judge decide: " + v.missing[0]
	}
	return ""
}

// render turns a finding into the diagnosis that users see.
func (f *facts) render(v finding) Diagnosis {
	d := Diagnosis{
		Status:       v.status,
		Root:         v.root,
		Proximate:    v.proximate,
		Conditional:  v.status == StatusNotJudged && v.root.Cause != None,
		Contributing: v.contributing,
		Joint:        v.joint,
		Set:          v.set,
		Missing:      v.missing,
		Notes:        v.notes,
		Quarantined:  v.quarantined,
		Modifiers:    append(v.modifiers, f.modifiers(v.root.Cause)...),
		Evidence:     f.lines(),

		Basis:   v.basis,
		P:       round(v.p),
		Chances: v.chances,
	}
	if p, ok := f.bad.Chance(); ok {
		d.PBad = trace.Known(round(p))
	} else {
		d.PBad = trace.Unknown(cmp.Or(f.bad.Why, "nothing says whether the answer is bad"))
	}
	switch {
	case v.status == StatusNotFailure || f.bad.IsNo():
		d.Right = trace.Yes
	case f.bad.IsYes():
		d.Right = trace.No
	}
	d.Next = f.next(v)
	for _, c := range f.rec.Evidence.Capped {
		d.Notes = append(d.Notes, "examined in part: "+c)
	}
	for _, l := range f.rec.Labels {
		if l.What == "root" && l.Value != "" {
			d.Notes = append(d.Notes, fmt.Sprintf("%s names the cause %s", cmp.Or(l.By, "a person"), l.Value))
		}
	}
	d.Fix = v.root.Fix()
	d.Sentence, d.TooStrong = f.say(v)
	return d
}

// modifiers lists circumstances that come with a failure without being its
// root.
func (f *facts) modifiers(root Cause) []string {
	if root == None {
		return nil
	}
	var m []string
	add := func(yes bool, name string) {
		if yes {
			m = append(m, name)
		}
	}
	add(f.conflicting.IsYes(), "conflict")
	add(slices.ContainsFunc(f.claims, func(c trace.ClaimVerdict) bool { return c.Stale.IsYes() }), "stale")
	add(root == Ignore && f.middle.IsYes(), "position")
	add(f.split.IsYes(), "chunking")
	add(f.injected.IsYes(), "injection")
	add(f.closedBookRight(), "known-without-context")
	return m
}

// lines lists the decided predicates in flow order, as evidence for people.
func (f *facts) lines() []Line {
	var lines []Line
	for _, row := range []struct {
		name  string
		p     trace.Predicate
		tells bool // its "no" says as much as its "yes"
	}{
		{"the answer is bad", f.bad, true},
		{"the answer declines", f.refusal, true},
		{"the answer breaks its required form", f.malformed, false},
		{"only the string match says wrong", f.artefact, false},
		{"the reference answer is in doubt", f.goldDoubt, false},
		{"the question can be answered", f.answerable, true},
		{"the query was rewritten", f.rewritten, false},
		{"the rewriting lost or invented something", f.drifted, false},
		{"the query leaves a reference unresolved", f.unresolved, false},
		{"no searchable word is left in the query", f.emptyQuery, false},
		{"the query is in another language", f.foreign, false},
		{"the evidence is in the corpus", f.inCorpus, true},
		{"the evidence is among the candidates", f.inCandidates, true},
		{"the evidence spans a chunk boundary", f.split, false},
		{"the index analyser does not fit the language", f.misfit, false},
		{"the index is older than the corpus", f.staleIndex, false},
		{"the evidence is in the prompt", f.inContext, true},
		{"the evidence was cut short in the prompt", f.truncated, false},
		{"the evidence stands in the middle of the prompt", f.middle, false},
		{"the prompt suffices to answer", f.sufficient, true},
		{"it suffices without the gold evidence", f.alternative, false},
		{"passages of the prompt disagree", f.conflicting, false},
		{"the answer follows orders from a passage", f.injected, false},
		{"the answer stops before its end", f.cut, false},
		{"a citation is faulty", f.citesFaulty, false},
		{"a statement lacks its citation", f.citesMissing, false},
	} {
		if !row.p.IsUnknown() {
			lines = append(lines, Line{row.name, row.p.Truth, row.p.Grade, row.p.Why, row.p.IsNo() && !row.tells})
		}
	}
	return append(lines, f.experiments()...)
}

// experiments lists what recorded probes and arms showed.
func (f *facts) experiments() []Line {
	var lines []Line
	for _, p := range f.rec.Evidence.Probes {
		text := fmt.Sprintf("%q at depth %d: not found", p.Query, p.Depth)
		if p.Rank > 0 {
			text = fmt.Sprintf("%q at depth %d: rank %d", p.Query, p.Depth, p.Rank)
		}
		lines = append(lines, Line{"probe (" + p.Kind + ") finds the evidence", trace.TruthOf(p.Rank > 0), trace.GradeA, text, false})
	}
	for _, a := range f.rec.Evidence.Arms {
		text := fmt.Sprintf("%d of %d runs", a.K, a.N)
		if a.Confounded != "" {
			text += "; confounded: " + a.Confounded
		}
		lines = append(lines, Line{"re-run (" + a.Name + ") gives the expected result", trace.TruthOf(2*a.K > a.N), trace.GradeA, text, false})
	}
	return lines
}

// say returns the sentence that the evidence allows and the one that it does
// not.
func (f *facts) say(v finding) (allowed, tooStrong string) {
	switch v.status {
	case StatusNotFailure:
		if len(v.notes) > 0 {
			return asSentence(v.notes[0]), ""
		}
		if slices.Contains(v.modifiers, string(Metric)) {
			return "The answer says by value what the reference says, only the string match says otherwise.", "that the rest of the answer is right"
		}
		return "The answer is acceptable.", "that every statement in it is right"
	case StatusUndetermined:
		if len(v.set) == 1 {
			return fmt.Sprintf("The answer counts as bad. The cause is perhaps %s, but that is not sure enough to name it; what would help is %s.", titles(v.set, "or"), either(v.missing)),
				"that it is the cause"
		}
		return fmt.Sprintf("The answer counts as bad. The cause is %s; what would tell them apart is %s.", titles(v.set, "or"), either(v.missing)),
			"that any one of them is the cause"
	}
	if v.root.Cause == None {
		var seen string
		if len(v.contributing) > 0 {
			seen = fmt.Sprintf(" Seen in any case: %s.", strings.ToLower(v.contributing[0].Cause.Title()))
		}
		return f.unjudged() + seen, "that the answer is bad"
	}
	allowed, tooStrong = f.sentence(v)
	if v.status == StatusNotJudged {
		return f.unjudged() + " If it is bad: " + strings.ToLower(allowed[:1]) + allowed[1:], "that the answer is bad"
	}
	return allowed, tooStrong
}

// unjudged says why it is open whether the answer is bad.
func (f *facts) unjudged() string {
	switch {
	case f.rec.Answer == nil:
		return "There is no answer."
	case f.hasReference():
		return "Held against the reference, the answer may be right or wrong."
	}
	return "Nothing says whether the answer is bad."
}

// sentence is the claim ladder for a decided root: observation for recorded
// evidence, a causal word only where a step was run again.
func (f *facts) sentence(v finding) (allowed, tooStrong string) {
	switch v.root.Cause {
	case Missing:
		return "The prompt did not hold what a right answer needs; at which stage it was lost is not recorded.", "that the retriever missed it: it may have been cut later, or lie in no document"
	case Query:
		if found := f.probes().found; found != nil {
			return fmt.Sprintf("The query that was sent missed the evidence; %q retrieves it at rank %d.", found.Query, found.Rank),
				"that the rewriting hurts overall"
		}
	case Retrieve:
		s := "The needed evidence was not among the candidates."
		if f.inCandidates.Why != "" {
			s = "The needed evidence was not among the candidates (" + f.inCandidates.Why + ")."
		}
		return s, "that a better retriever would repair this answer"
	case Select:
		return "The needed evidence was retrieved and did not reach the prompt.", "that more context would repair this answer"
	case Ignore:
		if v.root.Sub == "over-refusal" {
			return "The prompt held what was needed, and the answer declined.", "that the model cannot answer this"
		}
		what, ok := ignoredHow[v.root.Sub]
		if !ok {
			what = "the answer goes against it or past it"
		}
		return "The prompt held what was needed, and " + what + ".", "why the generator did so: that needs a re-run"
	case Unsupported:
		if v.root.Sub == "abstention" {
			return "Nothing at hand answers the question, and the answer states something all the same.", "where the statement comes from"
		}
		return "The answer states what was found in no passage of the prompt, by its words, numbers and names.", "that it was invented: it may be a free paraphrase, or come from the model's memory"
	case Cite:
		return "The content holds, but a citation does not.", "that the answer was not derived from its sources"
	case CorpusGap:
		return "The corpus does not hold the answer.", "that retrieval works"
	case Instruction:
		return "The content is right, but not in the form that was asked for.", ""
	case Infra:
		return "A step failed before the answer was complete; nothing further is concluded.", "any fault of retrieval or generation"
	case GoldLabel:
		return "The reference answer is in doubt: the evidence supports the answer that was given.", "that the answer is right"
	case Flaky:
		n, k := f.arm(trace.ArmReplay)
		return fmt.Sprintf("The same step gives a right answer in %d of %d replays.", k, n), "that anything but chance is to blame"
	}
	return asSentence(v.root.Cause.Describe()), ""
}

// ignoredHow says what became of a context that was ignored, by finer kind.
var ignoredHow = map[string]string{
	"incomplete": "the answer leaves part of it out",
	"reasoning":  "what the answer works out from it is wrong",
	"misread":    "the answer says something else than the passage",
	"distractor": "the answer takes another passage's content for it",
}

// asSentence writes a clause as a sentence.
func asSentence(clause string) string {
	first, size := utf8.DecodeRuneInString(clause)
	return string(unicode.ToUpper(first)) + clause[size:] + "."
}

func titles(set []Cause, last string) string {
	names := make([]string, len(set))
	for i, c := range set {
		names[i] = strings.ToLower(c.Title())
	}
	if len(names) == 0 {
		return "not narrowed down"
	}
	return join(names, last)
}

func either(missing []string) string {
	if len(missing) == 0 {
		return "more evidence"
	}
	return join(missing, "or")
}

func join(names []string, last string) string {
	if n := len(names); n > 1 {
		return strings.Join(names[:n-1], ", ") + " " + last + " " + names[n-1]
	}
	return names[0]
}
