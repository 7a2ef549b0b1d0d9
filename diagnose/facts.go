package diagnose

import (
	"cmp"
	"slices"

	"github.com/ragdiag/ragdiag/trace"
)

// facts are the predicates of one record by name, each unknown where its stage
// was not examined. The procedure reads evidence only through them.
type facts struct {
	rec *trace.Record
	p   Params

	bad, refusal, malformed, contentOK, artefact, goldDoubt, answerable trace.Predicate

	rewritten, drifted, unresolved, emptyQuery, foreign trace.Predicate

	inCorpus, inCandidates, candidatesPartial, split, misfit, staleIndex trace.Predicate

	inContext, contextPartial, truncated, middle trace.Predicate

	sufficient, alternative, conflicting, injected, cut trace.Predicate
	wrongContentHeld, computed                          trace.Predicate

	hasCitations, citesFaulty, citesMissing trace.Predicate

	claims []trace.ClaimVerdict
	losses []trace.Loss

	refusalShare trace.Value
	compared     []trace.Comparison
}

func newFacts(rec *trace.Record, params Params) *facts {
	f := &facts{rec: rec, p: params}
	fill := func(why string, preds ...*trace.Predicate) {
		for _, pred := range preds {
			*pred = trace.NotKnown(why)
		}
	}
	if e := rec.Evidence.Outcome; e != nil {
		f.bad, f.refusal, f.malformed, f.contentOK = e.Bad, e.Refusal, e.Malformed, e.ContentOK
		f.artefact, f.goldDoubt, f.answerable = e.Artefact, e.GoldDoubt, e.Answerable
		f.refusalShare, f.compared = e.RefusalShare, e.Compared
		if p, ok := f.bad.Chance(); ok && f.bad.Grade < trace.GradeA { // the bands are the caller's
			f.bad = trace.Likely(p, params.RightBelow, params.BadAbove, f.bad.Grade, f.bad.Why)
		}
	} else {
		fill("the outcome was not examined", &f.bad, &f.refusal, &f.malformed, &f.contentOK, &f.artefact, &f.goldDoubt, &f.answerable)
	}
	if e := rec.Evidence.Query; e != nil {
		f.rewritten, f.drifted, f.unresolved, f.emptyQuery, f.foreign = e.Rewritten, e.Drifted, e.Unresolved, e.Empty, e.Foreign
	} else {
		fill("the query was not examined", &f.rewritten, &f.drifted, &f.unresolved, &f.emptyQuery, &f.foreign)
	}
	if e := rec.Evidence.Retrieve; e != nil {
		f.inCorpus, f.inCandidates, f.candidatesPartial = e.InCorpus, e.InCandidates, e.Partial
		f.split, f.misfit, f.staleIndex = e.Split, e.Misfit, e.Stale
	} else {
		fill("the retrieval was not examined", &f.inCorpus, &f.inCandidates, &f.candidatesPartial, &f.split, &f.misfit, &f.staleIndex)
	}
	if e := rec.Evidence.Rerank; e != nil {
		f.inContext, f.contextPartial, f.truncated, f.middle = e.InContext, e.Partial, e.Truncated, e.Middle
		f.losses = e.Lost
	} else {
		fill("the selection was not examined", &f.inContext, &f.contextPartial, &f.truncated, &f.middle)
	}
	if e := rec.Evidence.Ground; e != nil {
		f.sufficient, f.alternative, f.conflicting, f.injected, f.cut = e.Sufficient, e.Alternative, e.Conflicting, e.Injected, e.Cut
		f.wrongContentHeld, f.computed, f.claims = e.WrongHeld, e.Computed, e.Claims
	} else {
		fill("the answer was not examined", &f.sufficient, &f.alternative, &f.conflicting, &f.injected, &f.cut)
	}
	if e := rec.Evidence.Cite; e != nil {
		f.hasCitations, f.citesFaulty, f.citesMissing = e.HasCitations, e.Faulty, e.Missing
	} else {
		fill("the citations were not examined", &f.hasCitations, &f.citesFaulty, &f.citesMissing)
	}
	return f
}

// arm returns the recorded, unconfounded runs of an experiment, pooled.
func (f *facts) arm(name string) (n, k int) {
	for _, a := range f.rec.Evidence.Arms {
		if a.Name == name && a.Confounded == "" {
			n += a.N
			k += a.K
		}
	}
	return n, k
}

// probes are what the recorded probes say about a retrieval that missed.
type probes struct {
	asked    bool         // the retriever was asked at all
	tried    bool         // another wording of the question was tried
	found    *trace.Probe // the first such that reached the evidence within the system's own depth
	expanded *trace.Probe // an expansion by words of found passages did
	deeper   *trace.Probe // the query as sent did, below that depth
	foreign  *trace.Probe // the query as sent did within it: this is not the system's retriever
}

func (f *facts) probes() probes {
	sent := map[string]bool{}
	for _, q := range f.rec.Queries {
		sent[q.Text] = true
	}
	depth := cmp.Or(len(f.rec.Candidates), f.rec.Run.K)
	var ps probes
	for i := range f.rec.Evidence.Probes {
		p := &f.rec.Evidence.Probes[i]
		ps.asked = true
		within := p.Rank > 0 && (depth == 0 || p.Rank <= depth)
		switch {
		case p.Kind == trace.ProbeDepth || sent[p.Query]:
			if within && depth > 0 {
				ps.foreign = p
			} else if p.Rank > 0 {
				ps.deeper = p
			}
		case p.Kind == trace.QueryExpanded:
			if within {
				ps.expanded = p
			}
		default:
			ps.tried = true
			if within && ps.found == nil {
				ps.found = p
			}
		}
	}
	return ps
}

// closedBookRight reports whether the generator alone, without context, gave a
// right answer in a recorded run, or states a right claim of this one.
func (f *facts) closedBookRight() bool {
	_, k := f.arm(trace.ArmClosedBook)
	return k > 0 || slices.ContainsFunc(f.claims, func(c trace.ClaimVerdict) bool {
		return c.Right.IsYes() && c.FromClose == trace.Yes
	})
}
