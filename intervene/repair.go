package intervene

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ragdiag/ragdiag/diagnose"
	"github.com/ragdiag/ragdiag/trace"
)

// repair says which stages repair an answer: the first fix, and what each stage
// is responsible for. It reads the game of the record off the arms that were run
// and the predicates that say where the evidence was; what neither shows is left
// open, and so is what hangs on it. Nil if nothing is shown, or if what is shown
// does not fit the root that was decided. Shapley values of one record are not
// given: with a few draws they are mostly noise.
func repair(rec *trace.Record, d *diagnose.Diagnosis, effects []Effect, replays Count) *diagnose.Repair {
	if d.Quarantined || replays.N > 0 && 2*replays.K >= replays.N {
		return nil // nothing to repair, or nothing that a stage could
	}
	w := winsOf(rec, effects)
	first, ok := w.firstFix()
	r := &diagnose.Repair{}
	game := Game{Players: w.players}
	if ok {
		r.First = game.Stages(first)
	}
	alone := 0
	for i, degree := range w.responsibility() {
		if degree > 0 {
			for _, s := range w.players[i] {
				r.Responsible = append(r.Responsible, diagnose.Responsibility{Stage: s, Degree: degree})
			}
		}
		if degree == 1 {
			alone++
		}
	}
	r.Either = alone > 1
	if r.First == nil || d.Status == diagnose.StatusDiagnosed && !fits(r.First, d.Root.Cause) {
		return nil
	}
	r.Text = repairText(r)
	return r
}

// fits reports whether a cause lies at one of the stages.
func fits(stages []trace.Stage, c diagnose.Cause) bool {
	if upstream(c) {
		return slices.Contains(stages, trace.StageQuery) || slices.Contains(stages, trace.StageRetrieve)
	}
	return slices.Contains(stages, c.Stage())
}

// winsOf says of each set of stages whether repairing them repairs the answer.
func winsOf(rec *trace.Record, effects []Effect) wins {
	e := &rec.Evidence
	sure := func(p trace.Predicate) trace.Truth {
		if p.Grade == trace.GradeD {
			return trace.TruthUnknown
		}
		return p.Truth
	}
	found, in, enough, partly := trace.TruthUnknown, trace.TruthUnknown, trace.TruthUnknown, false
	if e.Retrieve != nil {
		found, partly = sure(e.Retrieve.InCandidates), e.Retrieve.Partial.IsYes()
	}
	if e.Rerank != nil {
		in = sure(e.Rerank.InContext)
	}
	if e.Ground != nil {
		enough = sure(e.Ground.Sufficient)
	}
	byQuery := slices.ContainsFunc(e.Probes, func(p trace.Probe) bool { return p.Kind != trace.ProbeDepth && p.Rank > 0 })
	repairs := func(arm string) trace.Truth {
		for _, a := range e.Arms { // another arm's prompt, whose draws count there
			if a.Name == arm && a.Same != "" {
				arm = a.Same
				break
			}
		}
		if arm == trace.ArmReplay {
			return trace.No
		}
		for _, x := range effects {
			if x.Arm == arm {
				return truthOf(x.Verdict)
			}
		}
		return trace.TruthUnknown
	}
	w := wins{players: []Player{{trace.StageRetrieve}, {trace.StageRerank}, {trace.StageGround}}}
	if byQuery {
		w.players = append([]Player{{trace.StageQuery}}, w.players...)
	}
	game := Game{Players: w.players}
	for c := range Coalition(1 << len(w.players)) {
		bits, generator := stageBits(game.Stages(c))
		// Where the evidence is in the prompt of the coalition, by which arm that
		// prompt was tried; no arm: it is the prompt that failed.
		reached, arm := in, ""
		switch {
		case in == trace.Yes || bits == 0:
		case in == trace.TruthUnknown || found == trace.TruthUnknown || partly && bits != bits|bitRetrieve|bitSelect:
			reached, arm = trace.TruthUnknown, "unknown"
		case found == trace.Yes && bits&bitSelect != 0:
			reached, arm = trace.Yes, trace.ArmOracleSelect
		case found == trace.No && bits&(bitRetrieve|bitQuery) != 0:
			reached, arm = trace.Yes, trace.ArmInsertGold
		}
		switch {
		case generator && reached == trace.Yes:
			w.v = append(w.v, trace.Yes)
		case generator && arm == "":
			w.v = append(w.v, enough)
		case generator:
			w.v = append(w.v, trace.TruthUnknown)
		case arm == "":
			w.v = append(w.v, trace.No)
		default:
			w.v = append(w.v, repairs(arm))
		}
	}
	return w
}

// repairText is what a repair says to people.
func repairText(r *diagnose.Repair) string {
	var names []string
	for _, s := range r.First {
		names = append(names, stageTitles[s])
	}
	text := names[0] + ": made perfect alone, it repairs this answer"
	if r.First[0] == trace.StageGround {
		text = names[0] + ": the prompt suffices, a perfect generator needs nothing else"
	}
	switch {
	case len(names) > 1:
		text = strings.Join(names, " and ") + ": none of them alone repairs this answer, together they do"
	case r.Either:
		text += ", and it is not the only one: either fix works, so take the cheaper"
	}
	if len(r.Responsible) == 1 && r.Responsible[0].Degree == 1 {
		return text
	}
	var shares []string
	for _, x := range r.Responsible {
		shares = append(shares, fmt.Sprintf("%s %.2g", stageTitles[x.Stage], x.Degree))
	}
	return text + "; responsibility: " + strings.Join(shares, ", ")
}
