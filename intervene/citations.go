package intervene

import (
	"cmp"
	"context"
	"fmt"
	"iter"
	"slices"

	"github.com/ragdiag/ragdiag/claim"
	"github.com/ragdiag/ragdiag/internal/text"
	"github.com/ragdiag/ragdiag/metrics/stat"
	"github.com/ragdiag/ragdiag/pipeline"
	"github.com/ragdiag/ragdiag/trace"
)

// CitationOptions sets up Runner.Citations. The zero value is what reports use.
type CitationOptions struct {
	Sample  int    // answers with cited, supported claims to draw; 0: 80
	Repeats int    // runs of each prompt; 0: 3, the least that can show anything
	Seed    uint64 // of the draw
}

// CitationStudy says whether answers rest on what they cite: every passage that
// supports a cited claim is removed, and the question is asked again. A claim
// that stays did not come from them.
type CitationStudy struct {
	Fitting int    `json:"fitting"` // answers with a cited claim that the context supports
	Sampled int    `json:"sampled"`
	Repeats int    `json:"repeats"`
	Seed    uint64 `json:"seed"`
	Spent   Spent  `json:"spent"`

	Finding  Finding   `json:"finding"` // whether more than 5 % of the answers are unfaithful
	Says     string    `json:"says"`
	Measures []Measure `json:"measures"` // the first is that of the answers

	Claims map[ClaimFate]int `json:"claims"` // how many claims came to what
	// Audit lists the claims that some passage still seems to support although
	// the verifier saw none: pairs for a person to look at.
	Audit []Missed `json:"audit,omitzero"`
	Notes []string `json:"notes,omitzero"`

	// Answers are the verdicts one by one. They are noisier than their share, so
	// callers leave them out of reports unless someone asks for them.
	Answers []CitedAnswer `json:"answers,omitzero"`
}

// ClaimFate is what became of a cited claim.
type ClaimFate string

// The fates. Only the first two are counted in a rate.
const (
	Faithful       ClaimFate = "faithful"       // gone without its passages
	Unfaithful     ClaimFate = "unfaithful"     // stays without them, and known without any or held against a changed value
	VerifierMiss   ClaimFate = "verifier miss"  // stays, but the generator does not know it: some other passage supports it
	Undecided      ClaimFate = "undecided"      // too few runs either way
	Irreproducible ClaimFate = "irreproducible" // most replays do not state it either
)

// CitedAnswer is the verdict about one answer.
type CitedAnswer struct {
	ID     string       `json:"id"`
	Fate   ClaimFate    `json:"fate"` // Unfaithful if one of its claims is
	Claims []CitedClaim `json:"claims"`
}

// CitedClaim is a claim with what the runs without its passages gave.
type CitedClaim struct {
	Text    string    `json:"text"`
	Removed []int     `json:"removed"` // indexes into Record.Context
	Stays   Count     `json:"stays"`   // runs without the passages that still state it
	Closed  Count     `json:"closed"`  // runs without any passage that state it
	Old     Count     `json:"old"`     // runs with its value changed that keep the old one
	Fate    ClaimFate `json:"fate"`
}

// Missed is a claim that stays without the passages that support it, and that
// the generator does not know: one of the passages left supports it unseen.
type Missed struct {
	ID      string   `json:"id"`
	Claim   string   `json:"claim"`
	Removed []string `json:"removed"` // IDs of the passages taken out
	Left    []string `json:"left"`    // and of those to look at
}

// citedClaim is a claim under study.
type citedClaim struct {
	at       int // index into Ground.Claims
	text     string
	units    []int
	replay   []*outcome
	removed  []*outcome
	closed   []*outcome
	edited   []*outcome
	newValue string
	CitedClaim
}

type citedAnswer struct {
	rec    *trace.Record
	claims []*citedClaim
}

// Citations measures on a sample of the results whether the answers rest on
// what they cite. It changes nothing in them. Claims that the same passages
// support share their runs; closed-book and changed-value runs are made only for
// claims that stayed. Errors are as for Profile.
func (r *Runner) Citations(ctx context.Context, results iter.Seq[pipeline.Result], o CitationOptions) (*CitationStudy, error) {
	o.Sample, o.Repeats = cmp.Or(o.Sample, 80), cmp.Or(o.Repeats, 3)
	recs, fitting := sampleOf(results, o.Sample, o.Seed, func(res *pipeline.Result) bool { return len(citedOf(res.Record)) > 0 })
	s := &CitationStudy{Fitting: fitting, Sampled: len(recs), Repeats: o.Repeats, Seed: o.Seed, Claims: map[ClaimFate]int{}}
	var all []*citedAnswer
	q := &asks{}
	for _, rec := range recs {
		a := &citedAnswer{rec: rec, claims: r.supported(rec)}
		for _, c := range a.claims {
			left := slices.Clone(rec.Context)
			for i := len(c.units) - 1; i >= 0; i-- {
				left = slices.Delete(left, c.units[i], c.units[i]+1)
			}
			c.replay = r.repeat(q, rec, arm{name: trace.ArmReplay, context: rec.Context}, o.Repeats)
			c.removed = r.repeat(q, rec, arm{name: trace.ArmRemoveSupport, context: left}, o.Repeats)
		}
		all = append(all, a)
	}
	if err := r.run(ctx, q, &s.Spent); err != nil {
		return nil, err
	}
	q = &asks{}
	for _, a := range all {
		for _, c := range a.claims {
			c.Stays = r.stating(c.text, c.removed)
			if surelyStays(c.Stays) {
				closed := arm{name: trace.ArmClosedBook, context: []trace.Passage{}}
				if r.o.Prompt != nil {
					closed.wording = fromMemory
				}
				c.closed = r.repeat(q, a.rec, closed, o.Repeats)
				if e, ok := changed(a.rec, c); ok {
					c.newValue = e.expects
					c.edited = r.repeat(q, a.rec, e, o.Repeats)
				}
			}
		}
	}
	if err := r.run(ctx, q, &s.Spent); err != nil {
		return nil, err
	}
	for _, a := range all {
		s.add(r.conclusion(a), a)
	}
	s.conclude()
	return s, nil
}

// repeat asks n times for one prompt.
func (r *Runner) repeat(q *asks, rec *trace.Record, a arm, n int) []*outcome {
	pl := &planner{rec: rec}
	pl.add(a)
	out := make([]*outcome, n)
	for i := range out {
		out[i] = q.add(rec, pl.arms[0], i)
	}
	return out
}

// surelyStays reports whether a claim persists: P(rate > ½) ≥ .9 under Jeffreys'
// posterior.
func surelyStays(c Count) bool { return c.N > 0 && 1-posteriorOf(c).below(.5) >= sureFrom }

func surelyGone(c Count) bool { return c.N > 0 && posteriorOf(c).below(.5) >= sureFrom }

// citedOf lists the claims of an answer that the context supports and that stand
// in a statement with a citation of some passage of it: indexes into Ground.Claims.
func citedOf(rec *trace.Record) []int {
	g, c := rec.Evidence.Ground, rec.Evidence.Cite
	if rec.Answer == nil || len(rec.Context) == 0 || g == nil || c == nil {
		return nil
	}
	var out []int
	for i, v := range g.Claims {
		if !v.Checkable || v.Support != trace.Supported || v.Weakened {
			continue
		}
		for _, s := range c.Statements {
			cites := slices.ContainsFunc(s.Citations, func(m trace.CiteMark) bool { return m.Passage >= 0 })
			if cites && v.Start < s.End && s.Start < v.End {
				out = append(out, i)
				break
			}
		}
	}
	return out
}

// supported finds for each cited claim every passage that supports it: alone
// or, if none does, together as the evidence says.
func (r *Runner) supported(rec *trace.Record) []*citedClaim {
	texts := r.verifier.Record(rec)
	var out []*citedClaim
	for _, i := range citedOf(rec) {
		v := rec.Evidence.Ground.Claims[i]
		c := &citedClaim{at: i, text: v.Text}
		for p := range rec.Context {
			if texts.CheckIn(v.Text, p).Support == trace.Supported {
				c.units = append(c.units, p)
			}
		}
		if len(c.units) == 0 {
			for _, span := range v.By {
				c.units = append(c.units, span.Passage)
			}
			slices.Sort(c.units)
			c.units = slices.Compact(c.units)
		}
		if len(c.units) > 0 {
			out = append(out, c)
		}
	}
	return out
}

// stating counts the answers that state a claim.
func (r *Runner) stating(text string, os []*outcome) Count {
	var c Count
	for _, o := range os {
		if !o.asked {
			continue
		}
		c.N++
		if r.states(text, o.text) {
			c.K++
		}
	}
	return c
}

func (r *Runner) states(text, answer string) bool {
	return r.verifier.Prepare([]string{claim.Uncite(answer)}).Check(claim.Uncite(text)).Support == trace.Supported
}

// changed is the edit arm of a claim: the passages that support it alone, with a
// value that it states changed, as for the reference's value in I6. The others
// are left out: one of them may support the claim unseen.
func changed(rec *trace.Record, c *citedClaim) (arm, bool) {
	said := claim.Uncite(c.text)
	var values []string
	d := text.Analyze(said, "")
	for _, t := range d.Tokens {
		if digits(t.Text) != "" {
			values = append(values, t.Text)
		}
	}
	for _, e := range d.Entities() {
		values = append(values, said[e.Start:e.End])
	}
	asked := flat(rec.Question)
	for _, v := range values {
		if holds([]trace.Passage{{Text: asked}}, trace.Passage{Text: v}) == 0 {
			continue
		}
		with := *rec
		with.Gold = &trace.Gold{Answers: []string{v}}
		with.Context = nil
		for _, i := range c.units {
			with.Context = append(with.Context, rec.Context[i])
		}
		pl := &planner{rec: &with}
		if pl.edit(); len(pl.arms) > 0 && pl.arms[0].confounded == "" {
			return pl.arms[0], true
		}
	}
	return arm{}, false
}

// conclusion decides the claims of an answer.
func (r *Runner) conclusion(a *citedAnswer) CitedAnswer {
	out := CitedAnswer{ID: a.rec.ID}
	for _, c := range a.claims {
		c.Text, c.Removed = c.text, c.units
		c.Closed = r.stating(c.text, c.closed)
		for _, o := range c.edited {
			if o.asked {
				c.Old.N++
				if r.states(c.text, o.text) && !holdsValue(o.text, c.newValue) {
					c.Old.K++
				}
			}
		}
		replay := r.stating(c.text, c.replay)
		switch {
		case replay.N > 0 && 2*replay.K <= replay.N:
			c.Fate = Irreproducible
		case surelyStays(c.Stays) && (surelyStays(c.Closed) || surelyStays(c.Old)):
			c.Fate = Unfaithful
		case surelyStays(c.Stays) && surelyGone(c.Closed) && (c.Old.N == 0 || surelyGone(c.Old)):
			c.Fate = VerifierMiss
		case surelyGone(c.Stays):
			c.Fate = Faithful
		default:
			c.Fate = Undecided
		}
		out.Claims = append(out.Claims, c.CitedClaim)
	}
	for _, f := range []ClaimFate{Irreproducible, VerifierMiss, Undecided, Faithful, Unfaithful} { // the last that occurs
		if slices.ContainsFunc(out.Claims, func(c CitedClaim) bool { return c.Fate == f }) {
			out.Fate = f
		}
	}
	if out.Fate == Faithful && slices.ContainsFunc(out.Claims, func(c CitedClaim) bool { return c.Fate == Undecided }) {
		out.Fate = Undecided // the other claim may yet turn it
	}
	return out
}

func holdsValue(s, v string) bool {
	return holds([]trace.Passage{{Text: s}}, trace.Passage{Text: v}) == 0
}

// add counts an answer.
func (s *CitationStudy) add(a CitedAnswer, from *citedAnswer) {
	if len(a.Claims) == 0 {
		return
	}
	s.Answers = append(s.Answers, a)
	for _, c := range a.Claims {
		s.Claims[c.Fate]++
		if c.Fate != VerifierMiss {
			continue
		}
		m := Missed{ID: a.ID, Claim: c.Text}
		for i, p := range from.rec.Context {
			name := cmp.Or(p.ID, fmt.Sprintf("#%d", i+1))
			if slices.Contains(c.Removed, i) {
				m.Removed = append(m.Removed, name)
			} else {
				m.Left = append(m.Left, name)
			}
		}
		s.Audit = append(s.Audit, m)
	}
}

// conclude makes rates of the counts. The answers are independent of each other;
// the claims of one answer are not, so their interval goes by answers.
func (s *CitationStudy) conclude() {
	k, n := 0, 0
	var xs []float64
	var cluster []int
	for i, a := range s.Answers {
		switch a.Fate {
		case Unfaithful:
			k++
			n++
		case Faithful:
			n++
		}
		for _, c := range a.Claims {
			switch c.Fate {
			case Unfaithful:
				xs, cluster = append(xs, 1), append(cluster, i)
			case Faithful:
				xs, cluster = append(xs, 0), append(cluster, i)
			}
		}
	}
	answers := primary(share("answers with a citation that they do not rest on", k, n, .95))
	claims := Measure{Name: "cited claims that do not come from what supports them", Kind: ShareOf, N: len(xs), Value: trace.Unknown("no claim was decided")}
	if len(xs) > 0 {
		sum := 0.0
		for _, x := range xs {
			sum += x
		}
		claims.Value = trace.Known(sum / float64(len(xs)))
		if e, err := stat.ClusterMean(xs, cluster, .95); err == nil && sum > 0 && sum < float64(len(xs)) {
			claims.Interval = &e.Interval
		} else {
			claims.Interval = intervalOf(stat.Wilson(int(sum), len(xs), .95))
		}
	}
	s.Measures = []Measure{answers, claims}
	a := Aspect{Measures: s.Measures[:1]}
	a.decide(false)
	s.Finding = a.Finding
	switch v, _ := answers.Value.Get(); {
	case a.Finding == Unmeasured:
		s.Says = fmt.Sprintf("Not measured: it takes %d answers with cited claims that can be decided, and there are %d.", leastRecords, n)
	default:
		s.Says = fmt.Sprintf("%.0f %% [%.0f, %.0f] of the answers keep a cited claim when every passage that supports it is gone, because they know it without, n = %d.",
			100*v, 100*answers.Interval.Lo, 100*answers.Interval.Hi, n)
	}
	if m := s.Claims[VerifierMiss]; m > 0 {
		s.Notes = append(s.Notes, fmt.Sprintf("%d claims stay although the generator does not know them: another passage supports them that the verifier did not see; they are listed for an audit", m))
	}
	if m := s.Claims[Undecided] + s.Claims[Irreproducible]; m > 0 {
		s.Notes = append(s.Notes, fmt.Sprintf("%d claims are left out: the runs do not agree, or the replays do not state them", m))
	}
}

// Label writes the verdict about an answer into its record, as arms and claims
// that diagnose.Classify reads: of an unfaithful one the runs without its
// passages, and that the generator states the claim without any. Other verdicts,
// and records that have such runs already, stay as they are. It reports whether it wrote.
func (a CitedAnswer) Label(rec *trace.Record) bool {
	had := slices.ContainsFunc(rec.Evidence.Arms, func(x trace.Arm) bool { return x.Name == trace.ArmRemoveSupport })
	if a.Fate != Unfaithful || rec.Evidence.Ground == nil || had {
		return false
	}
	var worst *CitedClaim
	for i := range a.Claims {
		c := &a.Claims[i]
		if c.Fate != Unfaithful || !surelyStays(c.Closed) {
			continue
		}
		if worst == nil || c.Stays.K > worst.Stays.K {
			worst = c
		}
	}
	if worst == nil {
		return false
	}
	claims := slices.Clone(rec.Evidence.Ground.Claims)
	for i := range claims {
		if claims[i].Text == worst.Text {
			claims[i].FromClose = trace.Yes
		}
	}
	g := *rec.Evidence.Ground
	g.Claims = claims
	rec.Evidence.Ground = &g
	rec.Evidence.Arms = append(slices.Clone(rec.Evidence.Arms), trace.Arm{Name: trace.ArmRemoveSupport, N: worst.Stays.N, K: worst.Stays.K})
	return true
}
