package intervene

import (
	"cmp"
	"context"
	"fmt"
	"iter"
	"math"
	"math/rand/v2"
	"slices"
	"strings"

	"github.com/ragdiag/ragdiag/diagnose"
	"github.com/ragdiag/ragdiag/pipeline"
	"github.com/ragdiag/ragdiag/stages/ground"
	"github.com/ragdiag/ragdiag/stages/prepared"
	"github.com/ragdiag/ragdiag/summary"
	"github.com/ragdiag/ragdiag/trace"
)

// CeilingOptions say how much a ceiling table may cost and how sure it is to be.
// The zero value is recommended.
type CeilingOptions struct {
	Failures  int // experimented on at most; 0: 200
	Successes int // 0: 100
	Seed      uint64
	Resamples int // 0: 10,000
}

// The sizes of the samples, the calls for which a lead may expect.
const (
	ceilingFailures  = 200
	ceilingSuccesses = 100
)

// Ceiling estimates what end quality would gain if a stage were perfect: alone,
// after all others, and its Shapley value in between. It experiments on a seeded
// sample of failures and of good answers, because a repair can also break what
// was right; each prompt is drawn Options.Repeats times, and what the ledger has
// of it is not paid for again. A perfect generator needs no call: it is right
// where the context suffices. Results are read once; only the sample is kept in
// memory.
//
// Perfect retrieval puts into the prompt what was not among the candidates, as
// InsertGold does: that selection keeps what retrieval finds is assumed.
// Perfect selection puts there what was among them. Perfect query formation
// sends the one of the queries known to be good which finds the evidence best;
// it takes a retriever in the Library, and without one counts as part of
// retrieval. An error comes from the generator, where every call would meet it,
// from the library or from ctx, or is a *NoCeilingError.
func (r *Runner) Ceiling(ctx context.Context, results iter.Seq[pipeline.Result], o CeilingOptions) (*summary.Ceiling, error) {
	o.Failures, o.Successes = cmp.Or(o.Failures, ceilingFailures), cmp.Or(o.Successes, ceilingSuccesses)
	o.Resamples = cmp.Or(o.Resamples, 10_000)
	c := &ceiling{r: r, o: o, table: summary.Ceiling{Version: summary.CeilingVersion, Seed: o.Seed, Resamples: o.Resamples, Repeats: r.o.Repeats}, clusters: map[string]int{}}
	if err := c.sample(ctx, results); err != nil {
		return nil, err
	}
	if err := c.play(ctx); err != nil {
		return nil, err
	}
	return c.estimate()
}

// NoCeilingError says why the records of a run allow no ceiling table.
type NoCeilingError struct{ Why string }

func (e *NoCeilingError) Error() string { return e.Why }

// ceiling is a table in the making.
type ceiling struct {
	r        *Runner
	o        CeilingOptions
	table    summary.Ceiling
	players  []Player
	strata   [2]stratum // failures, successes
	clusters map[string]int
	leftOut  []summary.Group
	bare     int // records whose candidates are not recorded
}

// stratum is a Stratum with the records of the sample.
type stratum struct {
	Stratum
	sample []*scene
}

// Stratum is the failures, or the good answers.
type Stratum struct {
	Size    int
	Members map[int]int // size by cluster
	Played  []Played    // of a sample
}

// scene is a record of the sample.
type scene struct {
	subject
	at      int // in the input
	cluster int
	p       *planner
	prompts [8]int    // by set of perfect stages before the generator: index into arms
	enough  []float64 // by arm: the context suffices, 1 or 0
	why     string    // it is left out for this reason
}

// Played is the game of one record: its worth for each coalition, and which
// draws each rests on.
type Played struct {
	Worth   []float64
	Prompt  []int     // index into Noise; −1: no draw
	Noise   []float64 // variance of the mean of each prompt's draws, see NoiseOf
	Cluster int
}

// bits of the stages before the generator.
const (
	bitQuery = 1 << iota
	bitRetrieve
	bitSelect
)

// sample draws failures and good answers at random, each with the same chance.
func (c *ceiling) sample(ctx context.Context, results iter.Seq[pipeline.Result]) error {
	rng := rand.New(rand.NewPCG(c.o.Seed, 0xce111))
	limit := [2]int{c.o.Failures, c.o.Successes}
	var bareStrata [2]stratum
	for i := range c.strata {
		c.strata[i].Members = map[int]int{}
		bareStrata[i].Members = map[int]int{}
	}
	draw := func(s *stratum, limit int, x *scene) {
		s.Size++
		s.Members[x.cluster]++
		if len(s.sample) < limit {
			s.sample = append(s.sample, x)
		} else if k := rng.IntN(s.Size); k < limit {
			s.sample[k] = x
		}
	}
	at := 0
	for res := range results {
		if err := context.Cause(ctx); err != nil {
			return err
		}
		at++
		if res.Err != nil {
			c.leave("it could not be examined", "")
			continue
		}
		x, why, err := c.scene(ctx, res)
		if err != nil {
			return err
		}
		if why != "" {
			c.leave(why, res.Record.ID)
			continue
		}
		x.at = at
		h := 0
		if res.Diagnosis.Right == trace.Yes {
			h = 1
		}
		if res.Record.Candidates == nil {
			c.bare++
			draw(&bareStrata[h], limit[h], x)
			continue
		}
		draw(&c.strata[h], limit[h], x)
	}
	full := c.strata[0].Size + c.strata[1].Size
	switch {
	case full+c.bare == 0:
		return &NoCeilingError{"no record allows one: " + groupsText(c.leftOut)}
	case c.bare > full: // the usual trace that has the prompt only
		if full > 0 {
			c.leftOut = append(c.leftOut, summary.Group{Name: "its candidates are recorded, those of most others are not", Count: full})
		}
		c.strata = bareStrata
		c.players = []Player{{trace.StageQuery, trace.StageRetrieve, trace.StageRerank}, {trace.StageGround}}
		c.note("candidates are not recorded, so retrieval and selection cannot be told apart: log what the retriever returned")
	default:
		if c.bare > 0 {
			c.leftOut = append(c.leftOut, summary.Group{Name: "its candidates are not recorded", Count: c.bare})
		}
		c.players = []Player{{trace.StageQuery, trace.StageRetrieve}, {trace.StageRerank}, {trace.StageGround}}
		if c.r.o.Library.Retrieve != nil {
			c.players = fourStages
			c.note("perfect retrieval finds the evidence whatever was asked of it, so its gain includes that of a perfect query; the retriever at hand is taken for the one of the system")
		} else {
			c.note("no retriever is at hand, so other queries could not be tried: query and retrieval cannot be told apart")
		}
	}
	for h := range c.strata {
		slices.SortFunc(c.strata[h].sample, func(a, b *scene) int { return cmp.Compare(a.at, b.at) })
	}
	return nil
}

func (c *ceiling) note(s string) { c.table.Notes = append(c.table.Notes, s) }

// leave counts a record that the table is not about.
func (c *ceiling) leave(why, id string) {
	i := slices.IndexFunc(c.leftOut, func(g summary.Group) bool { return g.Name == why })
	if i < 0 {
		i = len(c.leftOut)
		c.leftOut = append(c.leftOut, summary.Group{Name: why})
	}
	g := &c.leftOut[i]
	if g.Count++; id != "" && len(g.Examples) < 5 {
		g.Examples = append(g.Examples, id)
	}
}

func groupsText(gs []summary.Group) string {
	if len(gs) == 0 {
		return "there is none"
	}
	var parts []string
	for _, g := range gs {
		parts = append(parts, fmt.Sprintf("%d left out because %s", g.Count, g.Name))
	}
	return strings.Join(parts, "; ")
}

// scene prepares a record, or says why the table is not about it.
func (c *ceiling) scene(ctx context.Context, res pipeline.Result) (x *scene, why string, err error) {
	rec, d := res.Record, &res.Diagnosis
	switch {
	case d.Quarantined || d.Status == diagnose.StatusDiagnosed && d.Root.Cause == diagnose.GoldLabel:
		return nil, "its reference is in doubt", nil
	case d.Right == trace.TruthUnknown:
		return nil, "it was not judged", nil
	case rec.Context == nil:
		return nil, "its context is not recorded", nil
	case rec.Gold == nil:
		return nil, "no reference says what is right", nil
	}
	gold, note, err := c.r.o.Library.evidence(ctx, rec)
	if err != nil {
		return nil, "", fmt.Errorf("record %q: %w", rec.ID, err)
	}
	if len(gold) == 0 && rec.Gold.Answerable != trace.No {
		return nil, "no passage is known to hold the evidence", nil
	}
	name := "record\x00" + rec.ID
	switch {
	case rec.Tags["conversation"] != "":
		name = "conversation\x00" + rec.Tags["conversation"]
	case rec.Tags["document"] != "":
		name = "document\x00" + rec.Tags["document"]
	case len(gold) > 0 && gold[0].Doc != "":
		name = "document\x00" + gold[0].Doc
	}
	id, ok := c.clusters[name]
	if !ok {
		id = len(c.clusters)
		c.clusters[name] = id
	}
	p := &planner{rec: rec, gold: gold, note: note, k: len(rec.Context), byPrompt: c.r.o.Prompt != nil}
	return &scene{subject: subject{res: &res, runs: map[string]*record{}}, cluster: id, p: p}, "", nil
}

// stageBits are the stages before the generator that a coalition makes perfect.
func stageBits(stages []trace.Stage) (bits int, generator bool) {
	for _, s := range stages {
		switch s {
		case trace.StageQuery:
			bits |= bitQuery
		case trace.StageRetrieve:
			bits |= bitRetrieve
		case trace.StageRerank:
			bits |= bitSelect
		case trace.StageGround:
			generator = true
		}
	}
	return bits, generator
}

// play asks for all draws of the sample and makes a game of each record.
func (c *ceiling) play(ctx context.Context) error {
	var all []*subject
	for h := range c.strata {
		for _, x := range c.strata[h].sample {
			if err := c.prompts(ctx, x); err != nil {
				return err
			}
			if x.why == "" {
				all = append(all, &x.subject)
			}
		}
	}
	c.r.each(ctx, all, func(s *subject) { c.draw(ctx, s) })
	if err := context.Cause(ctx); err != nil {
		return err
	}
	if err := c.r.broken(); err != nil {
		return err
	}
	longer := 0
	for h := range c.strata {
		s := &c.strata[h]
		for _, x := range s.sample {
			c.table.Calls += x.calls
			switch {
			case x.why != "":
			case x.open:
				x.why = "not asked to the end: a limit was reached, or the server was lost"
			case x.err != nil:
				x.why = "a call failed"
			}
			if x.why == "" && slices.ContainsFunc(x.arms, func(a arm) bool { return x.runs[a.key].count.N == 0 }) {
				x.why = "its new answers could not be judged"
			}
			if x.why != "" {
				c.leave(x.why, x.res.Record.ID)
				continue
			}
			if slices.ContainsFunc(x.arms, func(a arm) bool { return a.confounded != "" }) {
				longer++
			}
			s.Played = append(s.Played, c.game(x))
		}
		s.sample = nil
	}
	if longer > 0 {
		c.note(fmt.Sprintf("in %d of the records tried the prompt got longer by the evidence that was put in, so length changed too", longer))
	}
	return nil
}

// draw asks for the draws of a record's prompts.
func (c *ceiling) draw(ctx context.Context, s *subject) {
	for i := range s.arms {
		a := &s.arms[i]
		run := &record{name: a.name, arm: a}
		s.runs[a.key] = run
		for ; run.drawn < c.r.o.Repeats; run.drawn++ {
			var text string
			if text, s.open, s.err = c.r.attempt(ctx, s.res.Record, a, run.drawn); s.open || s.err != nil {
				return
			}
			s.calls++
			if right, known := c.r.right(s.res.Record, a, text); known {
				run.count.N++
				if right {
					run.count.K++
				}
			}
		}
	}
}

// game is what came of the draws.
func (c *ceiling) game(x *scene) Played {
	p := Played{Cluster: x.cluster}
	rates := make([]float64, len(x.arms))
	for i, a := range x.arms {
		n, k := float64(x.runs[a.key].count.N), float64(x.runs[a.key].count.K)
		rates[i] = k / n
		p.Noise = append(p.Noise, NoiseOf(k, n))
	}
	g := Game{Players: c.players}
	for co := range 1 << len(c.players) {
		bits, generator := stageBits(g.Stages(Coalition(co)))
		at := x.prompts[bits]
		if generator {
			p.Worth, p.Prompt = append(p.Worth, x.enough[at]), append(p.Prompt, -1)
		} else {
			p.Worth, p.Prompt = append(p.Worth, rates[at]), append(p.Prompt, at)
		}
	}
	return p
}

// NoiseOf is the variance of the mean of n draws, k of them right: its mean
// under the Jeffreys posterior of the rate, which is above 0 even where all draws
// agree.
func NoiseOf(k, n float64) float64 {
	return (k + .5) * (n - k + .5) / ((n + 1) * (n + 2)) / n
}

// prompts finds the contexts of a record's coalitions, few of which differ, and
// whether each suffices.
func (c *ceiling) prompts(ctx context.Context, x *scene) error {
	p, rec := x.p, x.res.Record
	var lost, cut []trace.Passage // not among the candidates; among them, but not in the prompt
	for _, g := range p.gold {
		switch {
		case holds(rec.Context, g) >= 0:
		case rec.Candidates != nil && p.retrieved(g):
			cut = append(cut, g)
		default:
			lost = append(lost, g)
		}
	}
	without := func(some []trace.Passage) []trace.Passage {
		return slices.DeleteFunc(slices.Clone(p.gold), func(g trace.Passage) bool { return holds(some, g) >= 0 })
	}
	asked := rec.Context // with the best query
	var found []trace.Hit
	if len(lost) > 0 && len(c.players) == len(fourStages) {
		var err error
		if found, err = c.bestQuery(ctx, rec); err != nil {
			return fmt.Errorf("record %q: %w", rec.ID, err)
		}
		if found != nil {
			asked = nil
			for _, h := range found[:min(len(found), cmp.Or(len(rec.Context), rec.Run.K, usualK))] {
				asked = append(asked, passageOf(h))
			}
		}
	}
	seen := map[string]int{}
	for bits := range x.prompts {
		a := arm{name: trace.ArmReplay, context: rec.Context}
		switch {
		case bits&bitRetrieve != 0 && bits&bitSelect != 0:
			a = p.insert(trace.ArmInsertGold, p.gold)
		case bits&bitRetrieve != 0:
			a = p.insert(trace.ArmInsertGold, without(cut))
		case bits&bitQuery != 0 && found != nil:
			a = arm{name: armBestQuery, context: asked}
			if bits&bitSelect != 0 {
				q := &planner{rec: a.request(rec), gold: p.gold}
				q.rec.Candidates = found
				var had []trace.Passage
				for _, g := range p.gold {
					if holds(asked, g) >= 0 || q.retrieved(g) {
						had = append(had, g)
					}
				}
				a = q.insert(armBestQuery, had)
			}
		case bits&bitSelect != 0:
			a = p.insert(trace.ArmOracleSelect, without(lost))
		}
		p.arms = nil
		p.add(a)
		a = p.arms[0]
		at, ok := seen[a.key]
		if !ok {
			at = len(x.arms)
			seen[a.key] = at
			x.arms = append(x.arms, a)
			enough, why := c.suffices(x, &a)
			if why != "" {
				x.why = why
				return nil
			}
			x.enough = append(x.enough, enough)
		}
		x.prompts[bits] = at
	}
	return nil
}

// usualK is how many passages are taken where the record does not say: it was
// answered without any.
const usualK = 5

// armBestQuery is the prompt that another query would have led to.
const armBestQuery = "best-query"

// retrieved reports whether a passage was among the candidates.
func (p *planner) retrieved(g trace.Passage) bool {
	return slices.ContainsFunc(p.rec.Candidates, func(h trace.Hit) bool {
		return h.Text == "" && h.ID != "" && h.ID == g.ID || holds([]trace.Passage{{Text: h.Text}}, g) == 0
	})
}

// bestQuery returns what the best of the queries known to be good finds, at the
// depth that the system used; nil if none finds the evidence. They are tried
// for good answers and failures alike: the question as asked, its self-contained
// form, and those that probes of the record have tried.
func (c *ceiling) bestQuery(ctx context.Context, rec *trace.Record) ([]trace.Hit, error) {
	queries := []string{rec.Question, rec.Gold.Rewrite}
	for _, p := range rec.Evidence.Probes {
		if p.Kind != trace.ProbeDepth {
			queries = append(queries, p.Query)
		}
	}
	var best []trace.Hit
	bestRank := math.MaxInt
	needed := prepared.New(rec, nil)
	var tried []string
	for _, q := range queries {
		q = strings.TrimSpace(q)
		if q == "" || slices.Contains(tried, q) {
			continue
		}
		tried = append(tried, q)
		hits, err := c.r.o.Library.Retrieve(ctx, q, cmp.Or(max(len(rec.Candidates), len(rec.Context)), rec.Run.K, usualK))
		if err != nil {
			return nil, fmt.Errorf("trying another query: %w", err)
		}
		if rank := needed.RankIn(hits); rank > 0 && rank < bestRank {
			best, bestRank = hits, rank
		}
	}
	return best, nil
}

// suffices says whether an arm's context is enough to answer, 1 or 0; for a
// question that has no answer it is, because declining is right.
func (c *ceiling) suffices(x *scene, a *arm) (enough float64, why string) {
	rec := x.res.Record
	if rec.Gold.Answerable == trace.No {
		return 1, ""
	}
	if !slices.ContainsFunc(x.p.gold, func(g trace.Passage) bool { return holds(a.context, g) < 0 }) {
		return 1, ""
	}
	asked := a.request(rec)
	asked.Answer = rec.Answer
	switch e := ground.Examine(c.r.prepare(asked)); {
	case e.Sufficient.IsYes():
		return 1, ""
	case e.Sufficient.IsNo():
		return 0, ""
	}
	return 0, "nothing tells whether its context suffices"
}
