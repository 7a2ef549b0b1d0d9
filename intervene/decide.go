package intervene

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/ragdiag/ragdiag/diagnose"
	"github.com/ragdiag/ragdiag/trace"
)

// ByExperiment is the basis of a verdict that rests on arms.
const ByExperiment diagnose.Basis = "experiment"

// Beliefs are the numbers by which arms are read. They are part of a run's
// manifest or totals, so that a verdict can be recomputed from the evidence.
type Beliefs struct {
	Mix         Mix         `json:"mix"`
	Likelihoods Likelihoods `json:"likelihoods"`
	Match       MatchErrors `json:"match"`
}

// What makes a probable cause a decided one.
const (
	leastP    = .6 // of the cause
	leastOdds = 3. // against the next one
	manyCalls = 4  // from which "repairs" may be said
)

// Decide refines a diagnosis, as Classify left it, by the steering arms in the
// record's evidence. Without any it changes nothing. It draws nothing and asks
// nobody: the same evidence gives the same verdict.
func Decide(rec *trace.Record, d *diagnose.Diagnosis, b Beliefs) {
	hyps, weights := Hypotheses(doubted(believed(d)), b.Mix, b.Match)
	if len(hyps) == 0 && d.Root.Cause == diagnose.Flaky {
		hyps, weights = Hypotheses([]diagnose.Chance{{Cause: diagnose.Ignore, P: 1}}, b.Mix, b.Match)
	}
	runs := countsOf(rec)
	calls := 0
	for _, a := range steering {
		calls += runs[a].N
	}
	if len(hyps) == 0 || calls == 0 {
		return
	}
	belief := NewBelief(hyps, weights, b.Likelihoods)
	for _, a := range rec.Evidence.Arms {
		if a.Same != "" && slices.Contains(steering, a.Name) {
			belief.share(a.Name, a.Same)
		}
	}
	for _, a := range steering {
		c := belief.runs[a]
		belief.runs[a] = Count{c.N + runs[a].N, c.K + runs[a].K}
	}
	p := belief.P()
	v := verdictOf(hyps, p)
	if c := d.Root.Cause; v.root.Group() == diagnose.Retrieve && c.Group() == diagnose.Retrieve && len(d.Set) == 1 {
		v.root, v.either = c, false // the probes have told the two apart, which no arm can
	}
	if d.Status == diagnose.StatusUndetermined {
		v.unmoved = unmoved(parts(d.Set), v, hyps, NewBelief(hyps, weights, b.Likelihoods).P(), p)
	}
	d.Chances = v.chances
	effects := Effects(rec)
	apply(d, v, effects, runs, calls)
	if d.Status == diagnose.StatusDiagnosed {
		steer(rec, d, effects)
	}
	d.Repair = repair(rec, d, effects, runs[trace.ArmReplay])
	for _, e := range effects {
		if e.Verdict != NotRun {
			d.Evidence = append(d.Evidence, diagnose.Line{
				Name:  "the change (" + e.Arm + ") repairs the answer",
				Truth: truthOf(e.Verdict), Grade: trace.GradeA, Text: e.String(),
			})
		}
	}
}

func truthOf(v Verdict) trace.Truth {
	switch v {
	case Repairs:
		return trace.Yes
	case DoesNot:
		return trace.No
	}
	return trace.TruthUnknown
}

// String says what was seen: "3 of 3 right against 0 of 3 replays: repairs
// (p = 0.98)".
func (e Effect) String() string {
	if e.Verdict == NotRun {
		return "not run beside a replay"
	}
	s := fmt.Sprintf("%d of %d right against %d of %d replays: %s (P(gain > 0.2) = %.2f)", e.Runs.K, e.Runs.N, e.Control.K, e.Control.N, e.Verdict, e.PAbove)
	if e.Confound != "" {
		s += "; " + e.Confound
	}
	return s
}

// countsOf pools the recorded runs of each arm; those of another arm's prompt
// count there.
func countsOf(rec *trace.Record) map[string]Count {
	runs := map[string]Count{}
	for _, a := range rec.Evidence.Arms {
		if a.Same != "" {
			continue
		}
		c := runs[a.Name]
		runs[a.Name] = Count{c.N + a.N, c.K + a.K}
	}
	return runs
}

// Effects compares every recorded arm with the recorded replays, in the order
// of Arms. An arm of which any run was confounded is.
func Effects(rec *trace.Record) []Effect {
	runs := countsOf(rec)
	var out []Effect
	for _, name := range Arms() {
		if name == trace.ArmReplay || name == trace.ArmEdit || runs[name].N == 0 {
			continue
		}
		why := ""
		for _, a := range rec.Evidence.Arms {
			if a.Name == name && a.Confounded != "" {
				why = a.Confounded
			}
		}
		out = append(out, EffectOf(name, runs[name], runs[trace.ArmReplay], why))
	}
	return out
}

// verdict is what the probabilities say.
type verdict struct {
	chances []diagnose.Chance // fine causes, most probable first
	root    diagnose.Cause
	either  bool // query formation or retrieval, which of them is open
	p       float64
	second  float64
	joint   diagnose.Cause
	left    []diagnose.Cause // up to nine tenths of the probability
	unmoved []diagnose.Cause // that the gates left and the arms said nothing of
}

// parts puts the parts of missing context in its place.
func parts(set []diagnose.Cause) []diagnose.Cause {
	var out []diagnose.Cause
	for _, c := range set {
		if c == diagnose.Missing {
			out = append(out, diagnose.Query, diagnose.Retrieve, diagnose.Select)
			continue
		}
		out = append(out, c)
	}
	return out
}

// unmoved returns the causes that were left open beside the root and that no arm
// has spoken against: either no hypothesis stands for them, or the arms
// made the root less than leastOdds times likelier against them than it was
// before. What is then believed of the root is what was believed, and was not
// enough.
func unmoved(open []diagnose.Cause, v verdict, hyps []Hypothesis, before, after []float64) []diagnose.Cause {
	prior, now := map[diagnose.Cause]float64{}, map[diagnose.Cause]float64{}
	for i, h := range hyps {
		prior[h.Cause] += before[i]
		now[h.Cause] += after[i]
	}
	var out []diagnose.Cause
	for _, c := range open {
		if c.Group() == v.root.Group() && c != diagnose.CorpusGap {
			continue // which of the two is said apart
		}
		if prior[c] == 0 || now[v.root]*prior[c] < leastOdds*prior[v.root]*now[c] {
			out = append(out, c)
		}
	}
	return out
}

func verdictOf(hyps []Hypothesis, p []float64) verdict {
	var v verdict
	fine, with := map[diagnose.Cause]float64{}, map[diagnose.Cause]float64{}
	for i, h := range hyps {
		fine[h.Cause] += p[i]
		if h.With != diagnose.None {
			with[h.Cause] += p[i]
		}
	}
	coarse := map[diagnose.Cause]float64{}
	for _, c := range diagnose.Causes() {
		if fine[c] > 0 {
			v.chances = append(v.chances, diagnose.Chance{Cause: c, P: fine[c]})
			coarse[c.Group()] += fine[c]
		}
	}
	byP := func(a, b diagnose.Chance) int { return cmp.Compare(b.P, a.P) }
	slices.SortStableFunc(v.chances, byP)
	var groups []diagnose.Chance
	for _, c := range diagnose.Causes() {
		if coarse[c] > 0 {
			groups = append(groups, diagnose.Chance{Cause: c, P: coarse[c]})
		}
	}
	slices.SortStableFunc(groups, byP)
	v.root, v.p = groups[0].Cause, groups[0].P
	if len(groups) > 1 {
		v.second = groups[1].P
	}
	if v.root == diagnose.Retrieve && fine[diagnose.Query] > 0 {
		switch q, r := fine[diagnose.Query], fine[diagnose.Retrieve]; {
		case q >= leastOdds*r:
			v.root = diagnose.Query
		case r < leastOdds*q:
			v.either = true
		}
	}
	if with[v.root] > fine[v.root]/2 {
		v.joint = diagnose.Ignore
	}
	sum := 0.
	for _, c := range v.chances {
		v.left = append(v.left, c.Cause)
		if sum += c.P; sum >= .9 {
			break
		}
	}
	return v
}

// restsOn says what the probability of a verdict by experiment is worth.
const restsOn = "the probability rests on the likelihoods of the experiments, how often a generator is right after each change, as refitted on this set; it was not calibrated on answers that people read"

// apply writes the verdict into the diagnosis.
func apply(d *diagnose.Diagnosis, v verdict, effects []Effect, runs map[string]Count, calls int) {
	d.Basis, d.P = ByExperiment, 0
	if !slices.Contains(d.Notes, restsOn) {
		d.Notes = append(slices.Clip(d.Notes), restsOn)
	}
	d.Joint = nil
	if v.p < leastP || v.p < leastOdds*v.second {
		d.Status = diagnose.StatusUndetermined
		d.Root, d.Proximate = diagnose.Attribution{}, diagnose.Attribution{}
		d.Set = v.left
		d.Fix = ""
		d.Next = "run more experiments: raise --budget"
		d.Sentence = fmt.Sprintf("Undetermined after %s: %s.", plural(calls, "experiment"), chancesText(v.chances))
		d.TooStrong = "that any one of them is the cause"
		return
	}
	repaired, shown := repairOf(v.root, effects)
	if shown { // a repair speaks against what no arm stands for, but not of where evidence was lost that it put in
		v.unmoved = slices.DeleteFunc(v.unmoved, func(c diagnose.Cause) bool { return placeOf(c) == lostNever && !ofGenerator(c) })
	}
	if len(v.unmoved) > 0 {
		d.Set = append([]diagnose.Cause{v.root}, v.unmoved...)
		if v.either {
			d.Set = append([]diagnose.Cause{diagnose.Query, diagnose.Retrieve}, v.unmoved...)
		}
		d.Sentence = fmt.Sprintf("Undetermined after %s: none of them can tell %s from %s.", plural(calls, "experiment"),
			strings.ToLower(v.root.Title()), titles(v.unmoved))
		d.TooStrong = "that any one of them is the cause"
		return
	}
	grade := trace.GradeC
	if d.Root.Cause == v.root {
		grade = max(grade, d.Root.Grade)
	}
	replays := runs[trace.ArmReplay]
	if shown || v.root == diagnose.Flaky && replays.N >= 3 && 2*replays.K >= replays.N {
		grade = trace.GradeA
	}
	if d.Root.Cause != v.root {
		d.Root = diagnose.Attribution{Cause: v.root}
		d.Proximate = d.Root
		d.Contributing = nil
	}
	d.Root.Grade = grade
	if d.Proximate.Cause == v.root {
		d.Proximate.Grade = grade
	}
	if v.joint != diagnose.None {
		d.Joint = []diagnose.Cause{v.root, v.joint}
	}
	d.Status, d.P = diagnose.StatusDiagnosed, math.Round(v.p*1e4)/1e4
	d.Set = []diagnose.Cause{v.root}
	if v.either {
		d.Set = []diagnose.Cause{diagnose.Query, diagnose.Retrieve}
	}
	d.Fix = d.Root.Fix()
	if !v.either {
		d.Missing, d.Next = nil, ""
	}
	d.Sentence, d.TooStrong = say(v, repaired, shown, replays, calls)
}

// repairOf returns the effect that shows the root, if one does: with at least
// four calls, and nothing else changed.
func repairOf(root diagnose.Cause, effects []Effect) (Effect, bool) {
	wanted := []string{trace.ArmOrder, trace.ArmClean, trace.ArmStrict, trace.ArmNeighbours, trace.ArmGoldOnly}
	switch {
	case upstream(root):
		wanted = []string{trace.ArmInsertGold}
	case root == diagnose.Select:
		wanted = []string{trace.ArmOracleSelect, trace.ArmInsertGold}
	case root == diagnose.Flaky || root == diagnose.GoldLabel:
		return Effect{}, false
	}
	for _, name := range wanted {
		for _, e := range effects {
			if e.Arm == name && e.Verdict == Repairs && e.Runs.N+e.Control.N >= manyCalls {
				return e, true
			}
		}
	}
	return Effect{}, false
}

// does says in words what an arm changes.
var does = map[string]string{
	trace.ArmInsertGold:   "Putting the evidence into the prompt",
	trace.ArmOracleSelect: "Keeping the evidence when the candidates are cut",
	trace.ArmClean:        "Leaving only the passages that matter in the prompt",
	trace.ArmGoldOnly:     "Leaving only the evidence in the prompt",
	trace.ArmOrder:        "Putting the evidence first in the prompt",
	trace.ArmStrict:       "Telling the generator to use the passages only",
	trace.ArmNeighbours:   "Adding the chunks around each passage",
	trace.ArmClosedBook:   "Taking all passages away",
}

// say is the ladder of what may be said: a cause is probable until an arm, at
// four calls or more, shows that its repair repairs this answer; what it would
// do to other answers is never said here.
func say(v verdict, e Effect, shown bool, replays Count, calls int) (allowed, tooStrong string) {
	title := strings.ToLower(v.root.Title())
	if v.either {
		title = "query formation or retrieval"
	}
	if v.joint != diagnose.None {
		title += " together with " + strings.ToLower(v.joint.Title())
	}
	switch {
	case shown:
		return fmt.Sprintf("%s repairs this answer: %d of %d runs are right, against %d of %d replays (P(gain > 0.2) = %.2f). Cause: %s (%.0f %%).",
				does[e.Arm], e.Runs.K, e.Runs.N, e.Control.K, e.Control.N, e.PAbove, title, 100*v.p),
			"that the same change repairs other answers, or does not harm good ones"
	case v.root == diagnose.Flaky && replays.N >= 3:
		return fmt.Sprintf("The same prompt gives a right answer in %d of %d replays: the failure is not reproducible (%.0f %%).", replays.K, replays.N, 100*v.p),
			"that anything but chance is to blame"
	}
	return fmt.Sprintf("Probable cause: %s (%.0f %% after %s).", title, 100*v.p, plural(calls, "experiment")),
		"that its repair would repair this answer: that takes an arm and its control, four calls or more"
}

func titles(cs []diagnose.Cause) string {
	var out []string
	for _, c := range cs {
		out = append(out, strings.ToLower(c.Title()))
	}
	return strings.Join(out, " or ")
}

func plural(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

func chancesText(cs []diagnose.Chance) string {
	var parts []string
	for _, c := range cs[:min(3, len(cs))] {
		parts = append(parts, fmt.Sprintf("%s %.0f %%", strings.ToLower(c.Cause.Title()), 100*c.P))
	}
	return strings.Join(parts, ", ")
}
