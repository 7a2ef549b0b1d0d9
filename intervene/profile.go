package intervene

import (
	"cmp"
	"context"
	"fmt"
	"iter"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/ragdiag/ragdiag/internal/match"
	"github.com/ragdiag/ragdiag/pipeline"
	"github.com/ragdiag/ragdiag/stages/cite"
	"github.com/ragdiag/ragdiag/trace"
)

// ProfileOptions sets up Runner.Profile. The zero value is what reports use.
type ProfileOptions struct {
	Sample int    // judged records to draw; 0: 100
	Seed   uint64 // of the draw
}

// Profile is how a generator stands what can be wrong with a prompt: measured on
// a sample of all judged records, right and wrong ones alike, each asked once
// for each prompt. It says nothing about a single record.
type Profile struct {
	Fitting  int      `json:"fitting"` // records that are judged and have a reference
	Sampled  int      `json:"sampled"`
	Evidence int      `json:"evidence"` // of them with known evidence, on which most of it rests
	Seed     uint64   `json:"seed"`
	Spent    Spent    `json:"spent"`
	Level    float64  `json:"level"` // of the interval behind each finding: all of them hold together at 95 %
	Aspects  []Aspect `json:"aspects"`
	Sweep    Sweep    `json:"sweep"`
	Notes    []string `json:"notes,omitzero"`
}

// Aspect is one way in which a prompt can be hard, and what it costs.
type Aspect struct {
	Name     string    `json:"name"`
	Title    string    `json:"title"`
	Finding  Finding   `json:"finding"`
	Says     string    `json:"says"` // the sentence that the numbers allow
	Fix      string    `json:"fix,omitzero"`
	Measures []Measure `json:"measures"`
}

// Finding is what an aspect comes to.
type Finding string

// The findings. A weakness costs more than 5 points of quality, by the whole
// interval; it is ruled out if the whole interval lies below 10.
const (
	Weakness   Finding = "weakness"
	RuledOut   Finding = "no weakness"
	Unclear    Finding = "cannot tell"
	Unmeasured Finding = "not measured"
	Informs    Finding = "for information" // a fact about the system that is no weakness in itself
)

// The limits of a finding.
const (
	tolerated    = .05
	excluded     = .10
	leastRecords = 10 // below it nothing is called measured
)

// The names of the aspects.
const (
	AspectNoise          = "noise"
	AspectRejection      = "rejection"
	AspectRefusal        = "over-refusal"
	AspectIntegration    = "integration"
	AspectCounterfactual = "counterfactual"
	AspectPosition       = "position"
	AspectCitations      = "citations"
	AspectPrior          = "prior"
)

// primaries is how many intervals decide findings; they share the 5 %.
const primaries = 8

// Sweep is quality by the number of passages in the prompt. The passages are
// those of the run's prompt in their order, then the next of its ranking.
type Sweep struct {
	Sampled int     `json:"sampled"`
	Level   float64 `json:"level"` // of the differences: all of them hold together at 95 %
	Says    string  `json:"says"`
	Points  []Point `json:"points"`
}

// Point is one depth of a Sweep.
type Point struct {
	K       int         `json:"k"`
	Tokens  trace.Value `json:"tokens"`  // of the passages, mean
	Quality Measure     `json:"quality"` // on the records that have so many passages
	Against Measure     `json:"against"` // the same records under the run's own prompt: quality at k less quality then
}

// Depths are those of the sweep.
func Depths() []int { return []int{1, 3, 5, 10, 20} }

// noiseLevels are the numbers of distractors that are added to the evidence.
var noiseLevels = []int{0, 2, 4, 8}

const (
	mostNoise   = 8
	leastMiddle = 4 // distractors without which there is no middle
)

// sweepAtLeast is the sample of the sweep at least; beyond it is half of the
// sample.
const sweepAtLeast = 50

// profiled is a sampled record with what its prompts are made of.
type profiled struct {
	rec      *trace.Record
	gold     []trace.Passage
	note     string
	noise    []trace.Passage // distractors, nearest first
	far      int             // of them taken from other questions
	ranking  []trace.Passage // for the sweep
	expects  string          // the value of the edited evidence
	confound string          // of the edit

	noisy              [4]*outcome // by noiseLevels, the evidence first
	ratio              [4]float64
	first, middle, end *outcome
	among              int // passages beside which the three stand
	without            *outcome
	edited, closed     *outcome
	run, clean         *outcome
	deep               map[int]*outcome
	deepTokens         map[int]int
	citing             *trace.Record // the longest prompt with the evidence first
}

// Profile measures how the generator stands noise, missing and false evidence,
// the place of the evidence and the number of passages, on a sample of the
// results. It reads the results and changes nothing in them. Calls are drawn
// from the ledger where it has them. An error is one that every call meets, or
// the end of ctx; a call that fails for its own reason leaves its record out of
// the numbers that need it, and is counted.
func (r *Runner) Profile(ctx context.Context, results iter.Seq[pipeline.Result], o ProfileOptions) (*Profile, error) {
	recs, fitting := sampleOf(results, cmp.Or(o.Sample, 100), o.Seed, judged)
	p := &Profile{Fitting: fitting, Sampled: len(recs), Seed: o.Seed, Level: 1 - .05/primaries}
	q := &asks{}
	var all []*profiled
	inferred, far, noise := 0, 0, 0
	sweep := min(len(recs), max(sweepAtLeast, len(recs)/2))
	for i, rec := range recs {
		x, err := r.profiled(ctx, rec, recs, i, i < sweep)
		if err != nil {
			return nil, fmt.Errorf("record %q: %w", rec.ID, err)
		}
		r.plan(x, q)
		all = append(all, x)
		if len(x.gold) > 0 {
			p.Evidence++
			if x.note != "" {
				inferred++
			}
			far += x.far
			noise += len(x.noise)
		}
	}
	if err := r.run(ctx, q, &p.Spent); err != nil {
		return nil, err
	}
	if inferred > 0 {
		p.Notes = append(p.Notes, fmt.Sprintf("the evidence of %d of %d records is inferred: the passage nearest to question and reference that states the answer", inferred, p.Evidence))
	}
	if far > 0 {
		p.Notes = append(p.Notes, fmt.Sprintf("%d of %d distractors come from the prompts of other questions, because the record has none of its own: they are easier to tell apart", far, noise))
	}
	if r.o.Prompt == nil {
		p.Notes = append(p.Notes, "without passages the system's own template was kept: it may decline by rule, so closed-book quality may be too low")
	}
	p.Aspects = []Aspect{
		noiseAspect(all, p.Level), rejectionAspect(all, p.Level), refusalAspect(all, p.Level), positionAspect(all, p.Level),
		r.counterfactualAspect(all, p.Level), integrationAspect(all, p.Level), r.citationAspect(all, p.Level), r.priorAspect(all),
	}
	p.Sweep = sweepOf(all[:sweep], sweep)
	return p, nil
}

// judged reports whether a record can be in a profile: a reference says what is
// right, and it can be answered.
func judged(res *pipeline.Result) bool {
	rec := res.Record
	return rec.Gold != nil && len(rec.Gold.Answers)+len(rec.Gold.Claims) > 0 && rec.Gold.Answerable != trace.No &&
		rec.Evidence.Outcome != nil && !rec.Evidence.Outcome.Bad.IsUnknown() && !res.Diagnosis.Quarantined
}

// profiled collects the passages for one record: its evidence, distractors of
// its own, and if there are too few those of other records of the sample.
func (r *Runner) profiled(ctx context.Context, rec *trace.Record, recs []*trace.Record, at int, sweep bool) (*profiled, error) {
	x := &profiled{rec: rec, deep: map[int]*outcome{}, deepTokens: map[int]int{}}
	var err error
	if x.gold, x.note, err = r.o.Library.evidence(ctx, rec); err != nil {
		return nil, err
	}
	ranking, err := r.o.Library.ranking(ctx, rec)
	if err != nil {
		return nil, err
	}
	if sweep && rec.Context != nil {
		x.ranking = ranking
	}
	if len(x.gold) == 0 {
		return x, nil
	}
	pl := &planner{rec: rec, gold: x.gold}
	take := func(c trace.Passage) bool {
		if len(x.noise) < mostNoise && c.Text != "" && !pl.relevant(c) && holds(x.noise, c) < 0 {
			x.noise = append(x.noise, c)
			return true
		}
		return false
	}
	for _, c := range ranking {
		take(c)
	}
	for i := 1; i < len(recs) && len(x.noise) < mostNoise; i++ {
		for _, c := range recs[(at+i)%len(recs)].Context {
			if take(c) {
				x.far++
			}
		}
	}
	return x, nil
}

// sweepDepth is how far a ranking is followed.
const sweepDepth = 20

// ranking is what the system would put into a longer prompt: its own prompt,
// the other candidates in their order, and what the retriever finds further down.
func (l Library) ranking(ctx context.Context, rec *trace.Record) ([]trace.Passage, error) {
	out := slices.Clone(rec.Context)
	seen := map[string]bool{}
	for _, c := range out {
		seen[c.ID] = true
	}
	add := func(h trace.Hit) error {
		if h.Dropped == trace.DropDuplicate || h.ID != "" && seen[h.ID] || len(out) >= sweepDepth {
			return nil
		}
		c := passageOf(h)
		if c.Text == "" && l.Passages != nil && h.ID != "" {
			found, err := l.Passages(ctx, h.ID)
			if err != nil {
				return fmt.Errorf("looking up %q: %w", h.ID, err)
			}
			if len(found) == 1 {
				c = found[0]
			}
		}
		if c.Text == "" || h.ID == "" && holds(out, c) >= 0 {
			return nil
		}
		seen[h.ID] = true
		out = append(out, c)
		return nil
	}
	for _, h := range rec.Candidates {
		if err := add(h); err != nil {
			return nil, err
		}
	}
	if len(out) >= sweepDepth || l.Retrieve == nil {
		return out, nil
	}
	query := rec.Question
	if len(rec.Queries) > 0 {
		query = rec.Queries[0].Text
	}
	hits, err := l.Retrieve(ctx, query, sweepDepth+len(rec.Context))
	if err != nil {
		return nil, fmt.Errorf("retrieving more passages: %w", err)
	}
	for _, h := range hits {
		if err := add(h); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// plan lists the prompts of a record. Those of position and noise share the one
// with the evidence first, and every prompt that comes up twice is asked once.
func (r *Runner) plan(x *profiled, q *asks) {
	pl := &planner{rec: x.rec, gold: x.gold, byPrompt: r.o.Prompt != nil}
	ask := func(name string, passages []trace.Passage) *outcome {
		pl.arms = nil
		pl.add(arm{name: name, context: passages})
		return q.add(x.rec, pl.arms[0], 0)
	}
	closed := arm{name: trace.ArmClosedBook, context: []trace.Passage{}}
	if pl.byPrompt {
		closed.wording = fromMemory
	}
	pl.arms = nil
	pl.add(closed)
	x.closed = q.add(x.rec, pl.arms[0], 0)
	if x.rec.Context != nil {
		x.run = ask(trace.ArmReplay, x.rec.Context)
		for _, k := range Depths() {
			if len(x.ranking) >= k {
				x.deep[k] = ask("top-"+strconv.Itoa(k), x.ranking[:k])
				x.deepTokens[k] = tokens(x.ranking[:k])
			}
		}
	}
	if len(x.gold) == 0 {
		return
	}
	for i, m := range noiseLevels {
		if len(x.noise) < m {
			break
		}
		name := trace.ArmGoldOnly
		if m > 0 {
			name = "noise-" + strconv.Itoa(m)
		}
		x.noisy[i] = ask(name, slices.Concat(x.gold, x.noise[:m]))
		x.ratio[i] = float64(m) / float64(m+len(x.gold))
		if m > 0 {
			with := *x.rec
			with.Context = slices.Concat(x.gold, x.noise[:m])
			x.citing = &with
		}
		if m >= leastMiddle {
			half := m / 2
			x.among = m
			x.first = x.noisy[i]
			x.middle = ask("position-middle", slices.Concat(x.noise[:half], x.gold, x.noise[half:m]))
			x.end = ask("position-last", slices.Concat(x.noise[:m], x.gold))
		}
	}
	if len(x.noise) > 0 {
		x.without = ask("no-evidence", x.noise)
	}
	if x.rec.Context != nil && pl.goldIn() {
		pl.arms = nil
		if pl.clean(); len(pl.arms) > 0 {
			x.clean = q.add(x.rec, pl.arms[0], 0)
		}
	}
	alone := *x.rec
	alone.Context = x.gold
	ed := &planner{rec: &alone, gold: x.gold}
	if ed.edit(); len(ed.arms) > 0 {
		x.expects, x.confound = ed.arms[0].expects, ed.arms[0].confounded
		if x.confound == "" {
			x.edited = q.add(x.rec, ed.arms[0], 0)
		}
	}
}

// each collects one outcome of every record.
func each(all []*profiled, f func(*profiled) *outcome) []*outcome {
	out := make([]*outcome, len(all))
	for i, x := range all {
		out[i] = f(x)
	}
	return out
}

// decide sets the finding of an aspect by its primary measures: a weakness if
// the whole interval of one of them lies beyond what is tolerated. Base is the
// quality that could have been lost; where that is below half, nothing is ruled
// out.
func (a *Aspect) decide(twoSided bool, base ...Measure) {
	n, out, weak := 0, true, false
	for _, m := range a.Measures {
		if !m.Primary || m.Interval == nil || m.N < leastRecords {
			continue
		}
		n++
		lo, hi := m.Interval.Lo, m.Interval.Hi
		if lo > tolerated || twoSided && hi < -tolerated {
			weak = true
		}
		if hi >= excluded || twoSided && lo <= -excluded {
			out = false
		}
	}
	for _, m := range base {
		if v, ok := m.Value.Get(); ok && v < .5 {
			out = false
		}
	}
	switch {
	case n == 0:
		a.Finding = Unmeasured
	case weak:
		a.Finding = Weakness
	case out:
		a.Finding = RuledOut
	default:
		a.Finding = Unclear
	}
}

// primary marks the measures on which the finding rests.
func primary(m Measure) Measure {
	m.Primary = true
	return m
}

// inUnit prints a measure with its interval: a difference in points, a share in
// per cent.
func inUnit(m Measure) string {
	v, ok := m.Value.Get()
	if !ok || m.Interval == nil {
		return "unknown"
	}
	unit := "points"
	if m.Kind == ShareOf {
		unit = "%"
	} else if math.Abs(percents(v)) == 1 {
		unit = "point"
	}
	return fmt.Sprintf("%.0f %s [%.0f, %.0f]", percents(v), unit, percents(m.Interval.Lo), percents(m.Interval.Hi))
}

// percents is a share in whole per cent; a zero has no sign.
func percents(v float64) float64 { return math.Round(100*v) + 0 }

// sentence words a finding: what costs how much, or why nothing is said.
func (a *Aspect) sentence(weak, ruledOut string) {
	var ms []Measure
	for _, m := range a.Measures {
		if m.Primary {
			ms = append(ms, m)
		}
	}
	slices.SortStableFunc(ms, func(x, y Measure) int { return cmp.Compare(size(y), size(x)) })
	m := ms[0]
	switch a.Finding {
	case Weakness:
		a.Says = fmt.Sprintf("%s: %s, n = %d.", weak, inUnit(m), m.N)
	case RuledOut:
		a.Says = fmt.Sprintf("%s: %s, n = %d.", ruledOut, inUnit(m), m.N)
	case Unclear:
		a.Says = fmt.Sprintf("Cannot tell: %s, n = %d; ", inUnit(m), m.N)
		if m.Interval != nil && m.Interval.Hi < excluded && m.Interval.Lo > -excluded {
			a.Says += "so few answers are right to begin with that little could be lost."
		} else {
			a.Says += "a larger sample narrows the interval."
		}
	default:
		a.Says = fmt.Sprintf("Not measured: it takes %d records, and %d fit.", leastRecords, m.N)
	}
	if a.Finding != Weakness {
		a.Fix = ""
	}
}

func size(m Measure) float64 {
	v, _ := m.Value.Get()
	return math.Abs(v)
}

func noiseAspect(all []*profiled, level float64) Aspect {
	a := Aspect{Name: AspectNoise, Title: "Noise", Fix: "Pass fewer passages, or rerank before the prompt: what does not matter costs answers."}
	alone := rights(each(all, func(x *profiled) *outcome { return x.noisy[0] }))
	most := rights(each(all, func(x *profiled) *outcome { return x.noisy[len(noiseLevels)-1] }))
	a.Measures = append(a.Measures, primary(gap(fmt.Sprintf("quality with the evidence alone, less with %d distractors behind it", mostNoise), alone, most, level)))
	for i, m := range noiseLevels {
		a.Measures = append(a.Measures, rate(fmt.Sprintf("right with the evidence and %d distractors", m), rights(each(all, func(x *profiled) *outcome { return x.noisy[i] })), .95))
	}
	var slopes []float64
	for _, x := range all {
		if s, ok := slope(x); ok {
			slopes = append(slopes, s)
		}
	}
	a.Measures = append(a.Measures,
		mean("change of quality for each 10 points more noise in the prompt", slopes, .95),
		gap("quality of the run's own prompt once the passages that do not matter are left out, less as it is",
			rights(each(all, func(x *profiled) *outcome { return x.clean })), rights(each(all, func(x *profiled) *outcome {
				if x.clean == nil {
					return nil
				}
				return x.run
			})), .95))
	a.decide(false, a.Measures[1])
	a.sentence("Distractors cost quality", "Distractors cost less than 10 points")
	return a
}

// slope is the least-squares slope of one record's answers over the share of
// noise, for 10 points of it.
func slope(x *profiled) (float64, bool) {
	var rs, ys []float64
	for i, o := range x.noisy {
		if o != nil && o.asked && o.right != trace.TruthUnknown {
			y := 0.0
			if o.right == trace.Yes {
				y = 1
			}
			rs, ys = append(rs, x.ratio[i]), append(ys, y)
		}
	}
	if len(rs) < 3 {
		return 0, false
	}
	mr, my := 0.0, 0.0
	for i := range rs {
		mr += rs[i] / float64(len(rs))
		my += ys[i] / float64(len(rs))
	}
	sxy, sxx := 0.0, 0.0
	for i := range rs {
		sxy += (rs[i] - mr) * (ys[i] - my)
		sxx += (rs[i] - mr) * (rs[i] - mr)
	}
	return sxy / sxx / 10, true
}

// wrong says whether an answer claims something that is not right: neither right
// nor a refusal.
func wrong(o *outcome) trace.Truth {
	switch {
	case o.declined == trace.Yes || o.right == trace.Yes:
		return trace.No
	case o.declined == trace.No && o.right == trace.No:
		return trace.Yes
	}
	return trace.TruthUnknown
}

// rejectionAspect is about prompts without the evidence. An answer that is right
// all the same is no failure to decline: it came from memory, and the prior says
// so.
func rejectionAspect(all []*profiled, level float64) Aspect {
	a := Aspect{Name: AspectRejection, Title: "Rejection", Fix: "Tell the generator to decline when the passages do not answer, and check each answer against them."}
	without := each(all, func(x *profiled) *outcome { return x.without })
	alone := each(all, func(x *profiled) *outcome { return x.noisy[0] })
	a.Measures = []Measure{
		primary(gap("wrong answers without the evidence, less with it alone", truths(without, wrong), truths(alone, wrong), level)),
		rate("declines without the evidence", declines(without), .95),
		rate("declines with the evidence alone", declines(alone), .95),
		rate("right without the evidence", rights(without), .95),
	}
	a.decide(false)
	a.sentence("Without evidence it answers wrongly instead of declining", "Without evidence it declines")
	return a
}

func refusalAspect(all []*profiled, level float64) Aspect {
	a := Aspect{Name: AspectRefusal, Title: "Over-refusal", Fix: "Soften the instruction to decline: the prompt held the answer."}
	alone := declines(each(all, func(x *profiled) *outcome { return x.noisy[0] }))
	most := declines(each(all, func(x *profiled) *outcome { return x.noisy[len(noiseLevels)-1] }))
	a.Measures = []Measure{
		primary(rate("declines with the evidence alone", alone, level)),
		rate(fmt.Sprintf("declines with the evidence and %d distractors", mostNoise), most, .95),
	}
	a.decide(false)
	a.sentence("It declines although the evidence is there", "It seldom declines when the evidence is there")
	return a
}

func positionAspect(all []*profiled, level float64) Aspect {
	a := Aspect{Name: AspectPosition, Title: "Position", Fix: "Put the best passages where the generator looks, or pass fewer of them."}
	first := rights(each(all, func(x *profiled) *outcome { return x.first }))
	middle := rights(each(all, func(x *profiled) *outcome { return x.middle }))
	last := rights(each(all, func(x *profiled) *outcome { return x.end }))
	a.Measures = []Measure{
		primary(gap("quality with the evidence first, less in the middle", first, middle, level)),
		primary(gap("quality with the evidence first, less last", first, last, level)),
		rate("right with the evidence first", first, .95),
		rate("right with the evidence in the middle", middle, .95),
		rate("right with the evidence last", last, .95),
	}
	var bend []float64
	for i := range first {
		if first[i] != trace.TruthUnknown && middle[i] != trace.TruthUnknown && last[i] != trace.TruthUnknown {
			y := func(t trace.Truth) float64 {
				if t == trace.Yes {
					return 1
				}
				return 0
			}
			bend = append(bend, (y(first[i])+y(last[i]))/2-y(middle[i]))
		}
	}
	a.Measures = append(a.Measures, mean("quality at the two ends, less in the middle", bend, .95))
	a.decide(true, a.Measures[2])
	a.sentence("The place of the evidence decides answers", "The place of the evidence hardly matters")
	return a
}

// counterfactualAspect is about evidence that says something else than what is
// true: its value was changed, and an answer that follows it gives the new one.
func (r *Runner) counterfactualAspect(all []*profiled, level float64) Aspect {
	a := Aspect{Name: AspectCounterfactual, Title: "Counterfactual", Fix: "Tell the generator that the passages win over what it remembers."}
	edited := each(all, func(x *profiled) *outcome { return x.edited })
	n := len(all)
	follows, keeps, both := make([]trace.Truth, n), make([]trace.Truth, n), make([]trace.Truth, n)
	faithful, stubborn := make([]trace.Truth, n), make([]trace.Truth, n)
	alone := rights(each(all, func(x *profiled) *outcome { return x.noisy[0] }))
	for i, o := range edited {
		if o == nil || !o.asked {
			continue
		}
		_, _, gives := match.Answer([]string{all[i].expects}, o.text)
		_, _, old := match.Answer(all[i].rec.Gold.Answers, o.text)
		follows[i], keeps[i], both[i] = trace.TruthOf(gives), trace.TruthOf(old && !gives), trace.TruthOf(old && gives)
		if c := all[i].closed; c != nil && c.asked && c.right == trace.Yes {
			faithful[i] = follows[i]
		}
	}
	for i, x := range all { // true evidence, wrong memory
		if c := x.closed; c != nil && c.asked && c.right == trace.No && c.declined == trace.No && x.noisy[0] != nil && x.noisy[0].asked {
			stubborn[i] = trace.TruthOf(alone[i] == trace.No && repeats(r.verifier, c.text, x.noisy[0].text))
		}
	}
	a.Measures = []Measure{
		primary(gap("right with the evidence alone, less giving the new value once it is changed", alone, follows, level)),
		rate("gives the new value", follows, .95),
		rate("keeps the true value against the evidence", keeps, .95),
		rate("names both values", both, .95),
		rate("declines", declines(edited), .95),
		rate("follows the false evidence where it knew better without passages", faithful, .95),
		rate("keeps its own wrong answer where the evidence is true", stubborn, .95),
	}
	a.decide(false, rate("", alone, .95))
	a.sentence("Evidence that contradicts what it remembers is not followed", "It follows the evidence, also against what it remembers")
	return a
}

func integrationAspect(all []*profiled, level float64) Aspect {
	a := Aspect{Name: AspectIntegration, Title: "Integration", Fix: "Ask one sub-question for each piece of evidence."}
	var one, several []*outcome
	for _, x := range all {
		switch len(x.gold) {
		case 0:
		case 1:
			one = append(one, x.noisy[0])
		default:
			several = append(several, x.noisy[0])
		}
	}
	of1, of2 := rate("right with one piece of evidence, given it alone", rights(one), .95), rate("right with several pieces of evidence, given them alone", rights(several), .95)
	m := apart("quality with one piece of evidence, less with several; of different questions", rights(one), rights(several), level)
	m.Primary = min(of1.N, of2.N) >= leastRecords
	a.Measures = []Measure{m, of1, of2}
	if !m.Primary {
		a.Finding, a.Fix = Unmeasured, ""
		a.Says = fmt.Sprintf("Not measured: it takes %d records with one and %d with several pieces of evidence; there are %d and %d.", leastRecords, leastRecords, of1.N, of2.N)
		return a
	}
	a.decide(false)
	a.sentence("Questions that need several pieces of evidence fare worse, which may lie in the questions", "Questions that need several pieces of evidence fare as well")
	return a
}

// citationAspect checks the citations of the right answers to the longest
// prompt with the evidence first.
func (r *Runner) citationAspect(all []*profiled, level float64) Aspect {
	a := Aspect{Name: AspectCitations, Title: "Citations", Fix: "Check each citation against its passage before the answer is shown."}
	faulty, none := make([]trace.Truth, len(all)), make([]trace.Truth, len(all))
	for i, x := range all {
		o := x.longest()
		if o == nil || !o.asked || o.right != trace.Yes {
			continue
		}
		rec := *x.citing
		rec.Evidence = trace.Evidence{}
		rec.Answer = &trace.Answer{Text: o.text}
		e := cite.Examine(r.prepare(&rec))
		switch e.HasCitations.Truth {
		case trace.Yes:
			faulty[i], none[i] = e.Faulty.Truth, trace.No
		case trace.No:
			none[i] = trace.Yes
		}
	}
	a.Measures = []Measure{
		primary(rate("right answers that cite, with a citation that does not hold", faulty, level)),
		rate("right answers that cite nothing", none, .95),
	}
	a.decide(false)
	a.sentence("Right answers carry citations that do not hold", "The citations of right answers hold")
	return a
}

// longest is the outcome of the longest prompt with the evidence first.
func (x *profiled) longest() *outcome {
	for i := len(x.noisy) - 1; i > 0; i-- {
		if x.noisy[i] != nil {
			return x.noisy[i]
		}
	}
	return nil
}

func (r *Runner) priorAspect(all []*profiled) Aspect {
	a := Aspect{Name: AspectPrior, Title: "Prior", Finding: Informs}
	closed := each(all, func(x *profiled) *outcome { return x.closed })
	run := rights(each(all, func(x *profiled) *outcome { return x.run }))
	var held, had []*outcome
	for _, x := range all {
		if x.clean != nil { // the run's prompt held the evidence
			held, had = append(held, x.noisy[0]), append(had, x.run)
		}
	}
	a.Measures = []Measure{
		rate("right without any passage", rights(closed), .95),
		rate("declines without any passage", declines(closed), .95),
		gap("quality of the run's prompt, less without any passage", run, rights(closed), .95),
		gap("quality with the evidence alone, less with the run's prompt where that held it", rights(held), rights(had), .95),
	}
	known, gain := a.Measures[0], a.Measures[2]
	if v, ok := known.Value.Get(); ok && known.Interval != nil {
		a.Says = fmt.Sprintf("Without passages %.0f %% [%.0f, %.0f] of the answers are right, n = %d; the passages add %s.", 100*v, 100*known.Interval.Lo, 100*known.Interval.Hi, known.N, inUnit(gain))
	} else {
		a.Finding, a.Says = Unmeasured, "Not measured: no answer without passages could be judged."
	}
	return a
}

// sweepOf compares the depths with the run's own prompt.
func sweepOf(all []*profiled, sampled int) Sweep {
	s := Sweep{Sampled: sampled, Level: 1 - .05/float64(len(Depths()))}
	var better, worse []string
	for _, k := range Depths() {
		at := rights(each(all, func(x *profiled) *outcome { return x.deep[k] }))
		run := rights(each(all, func(x *profiled) *outcome { return x.run }))
		p := Point{K: k, Tokens: trace.Unknown("no record has so many passages"),
			Quality: rate(fmt.Sprintf("right with the first %d passages", k), at, .95),
			Against: gap(fmt.Sprintf("quality with %d passages, less with the run's prompt", k), at, run, s.Level)}
		sum, n := 0, 0
		for _, x := range all {
			if x.deep[k] != nil {
				sum += x.deepTokens[k]
				n++
			}
		}
		if n > 0 {
			p.Tokens = trace.Known(float64(sum) / float64(n))
		}
		if iv := p.Against.Interval; iv != nil && p.Against.N >= leastRecords {
			switch said := fmt.Sprintf("k = %d %s", k, inUnit(p.Against)); {
			case iv.Lo > 0:
				better = append(better, said)
			case iv.Hi < 0:
				worse = append(worse, said)
			}
		}
		s.Points = append(s.Points, p)
	}
	switch {
	case len(better)+len(worse) == 0:
		s.Says = "No number of passages is shown to be better or worse than the run's."
	default:
		for i, said := range better {
			better[i] = "better: " + said
		}
		for i, said := range worse {
			worse[i] = "worse: " + said
		}
		s.Says = "Against the run's prompt " + strings.Join(append(better, worse...), "; ") + "."
	}
	return s
}
