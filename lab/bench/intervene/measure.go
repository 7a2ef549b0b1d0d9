package main

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"

	"github.com/ragdiag/ragdiag/diagnose"
	"github.com/ragdiag/ragdiag/internal/text"
	"github.com/ragdiag/ragdiag/intervene"
	"github.com/ragdiag/ragdiag/lab/faults"
	"github.com/ragdiag/ragdiag/lab/simulated"
	"github.com/ragdiag/ragdiag/llm"
	"github.com/ragdiag/ragdiag/pipeline"
	"github.com/ragdiag/ragdiag/stages/ground"
	"github.com/ragdiag/ragdiag/trace"
)

// setting is one row of the table.
type setting struct {
	matchError float64 // added to the matcher's own
	budget     float64 // 0: no experiment
	wrong      bool    // it starts from likelihoods that are far off
	seed       uint64
}

// farOff are likelihoods of a world in which arms tell little: to start from.
var farOff = intervene.Likelihoods{
	intervene.Healthy: {A: 6, B: 4}, intervene.PriorOnly: {A: 2, B: 4}, intervene.Defeated: {A: 4, B: 4},
	intervene.Eased: {A: 1, B: 3}, intervene.Never: {A: .5, B: 20}, intervene.Wavering: {A: 4, B: 4},
}

// row is what was measured.
type row struct {
	setting
	failures, calls int
	scores          faults.Scores
	decided, right  int // of the failures experimented on
	stated, hits    float64
	flaky, found    int
}

// systems sends each request to the system that gave the recorded answer.
type systems map[string]faults.System

func (systems) Name() string { return "broken systems" }

func (s systems) Generate(ctx context.Context, req llm.Request) (llm.Reply, error) {
	return s[req.ID].Generate(ctx, req)
}

// measure diagnoses the decidable cases and experiments on them, one runner for
// each corpus. A case counts as decided by the verdict; what is scored is the
// most probable cause.
//
// The systems are asked directly, or through the endpoint if there is one.
func measure(ctx context.Context, set *faults.Set, worlds []world, endpoint *served, s setting) (*row, error) {
	r := &row{setting: s}
	said := map[string]faults.Prediction{}
	var keys []faults.Key
	for _, x := range worlds {
		results, asked, mine, err := diagnosed(ctx, set, x, s)
		if err != nil {
			return nil, err
		}
		keys = append(keys, mine...)
		if s.budget > 0 {
			o := intervene.Options{
				Generator: asked, Prompt: ground.DefaultPrompt(), Budget: s.budget, Match: intervene.MatchErrors{False: .02 + s.matchError, Missed: .02 + s.matchError},
				Library: intervene.Library{Passages: x.index.Passages, Retrieve: x.index.Retrieve},
			}
			if endpoint != nil {
				o.Generator = endpoint
			}
			if s.wrong {
				o.Start = &farOff
			}
			runner, err := intervene.New(o)
			if err != nil {
				return nil, err
			}
			results = slices.Collect(runner.Run(ctx, slices.Values(results)))
			t := runner.Totals()
			r.failures += t.Failures
			r.calls += t.Calls
			if t.Failed > 0 || runner.Stopped() != nil {
				return nil, fmt.Errorf("%d calls failed: %w", t.Failed, runner.Stopped())
			}
		}
		for i := range results {
			if results[i].Err != nil {
				return nil, results[i].Err
			}
			r.count(&mine[i], &results[i].Diagnosis, said)
		}
	}
	var err error
	r.scores, err = faults.ScoreAll(keys, said, 1)
	return r, err
}

// fresh is how many replays settle whether a failure is chance.
const fresh = 20

// settle applies the definition of a flaky failure: where at least half of the
// replays are right, chance is the cause, whatever disturbed the generator. The
// oracle counts replays that neither made the case nor are seen by the
// experiments. A case that was meant to be flaky and is not is taken out.
func settle(ctx context.Context, set *faults.Set) error {
	for i := range set.Keys {
		k, rec := &set.Keys[i], set.Records[i]
		if k.Stage != string(trace.StageGround) || rec.Context == nil {
			continue
		}
		right := 0
		for n := range int64(fresh) {
			seed := 1_000_000 + n
			got, err := ground.Generate(ctx, rec, set.Systems[i], ground.DefaultPrompt(), llm.Decoding{Seed: &seed})
			if err != nil {
				return err
			}
			if set.Systems[i].Right(got.Text) {
				right++
			}
		}
		switch {
		case 2*right >= fresh:
			k.Root, k.Proximate = diagnose.Flaky, diagnose.Flaky
		case k.Root == diagnose.Flaky:
			k.Ambiguous = true
		}
	}
	return nil
}

// diagnosed examines and diagnoses the decidable cases of a world, with what
// its own retriever's probes found. The matcher is made to err at random.
func diagnosed(ctx context.Context, set *faults.Set, x world, s setting) ([]pipeline.Result, systems, []faults.Key, error) {
	p, err := pipeline.New(pipeline.Options{Weights: x.index.Weights()})
	if err != nil {
		return nil, nil, nil, err
	}
	var results []pipeline.Result
	var keys []faults.Key
	asked := systems{}
	params := faults.Params()
	for i, k := range set.Keys {
		if k.Corpus != x.name || k.Ambiguous || k.Root == diagnose.Flaky && s.budget < 4 {
			continue // chance is scored from a budget of four
		}
		rec := *set.Records[i]
		rec.Evidence = trace.Evidence{Probes: set.Probes[i]}
		if err := p.Examine(ctx, &rec); err != nil {
			return nil, nil, nil, err
		}
		if s.matchError > 0 {
			misplace(&rec, s)
		}
		results = append(results, pipeline.Result{Record: &rec, Diagnosis: diagnose.Classify(&rec, params)})
		keys = append(keys, k)
		asked[rec.ID] = set.Systems[i]
	}
	return results, asked, keys, nil
}

// misplace flips "among the candidates" and "in the prompt", each with the given
// probability. Evidence that is taken to be in the prompt suffices, and one that
// is not does not.
func misplace(rec *trace.Record, s setting) {
	rng := rand.New(rand.NewPCG(s.seed, text.Hash64(rec.ID)))
	flip := func(p *trace.Predicate) bool {
		if rng.Float64() >= s.matchError || p.IsUnknown() {
			return false
		}
		*p = trace.Holds(!p.IsYes(), p.P, p.Grade, "misplaced on purpose")
		return true
	}
	e := &rec.Evidence
	flip(&e.Retrieve.InCandidates)
	if flip(&e.Rerank.InContext) {
		in := e.Rerank.InContext
		e.Ground.Sufficient, e.Ground.Alternative = in, trace.NotKnown("misplaced on purpose")
		if in.IsYes() {
			e.Retrieve.InCandidates = in
		}
	}
}

// count adds a case.
func (r *row) count(k *faults.Key, d *diagnose.Diagnosis, said map[string]faults.Prediction) {
	p := faults.Predicted(d)
	p.ID = k.ID
	if d.Basis == intervene.ByExperiment && len(d.Chances) > 0 {
		groups := map[diagnose.Cause]float64{}
		top := d.Chances[0].Cause.Group()
		for _, c := range d.Chances {
			groups[c.Cause.Group()] += c.P
		}
		for _, c := range diagnose.Causes() {
			if groups[c] > groups[top] {
				top = c
			}
		}
		hit := k.Root.Group() == top
		r.stated += groups[top]
		if hit {
			r.hits++
		}
		r.decided++
		if d.Status == diagnose.StatusDiagnosed {
			r.right++
		}
		if d.Status == diagnose.StatusUndetermined {
			i := slices.IndexFunc(d.Chances, func(c diagnose.Chance) bool { return c.Cause.Group() == top })
			p.Root = string(d.Chances[i].Cause)
			p.Proximate = p.Root
		}
	}
	said[k.ID] = p
	if k.Root == diagnose.Flaky {
		r.flaky++
		if p.Root == string(diagnose.Flaky) {
			r.found++
		}
	}
}

func (r *row) print(w io.Writer) {
	interval := func(s faults.Score) string {
		v, _ := s.MacroF1.Get()
		if s.Interval == nil {
			return fmt.Sprintf("%.3f", v)
		}
		return fmt.Sprintf("%.3f [%.3f, %.3f]", v, s.Interval.Lo, s.Interval.Hi)
	}
	calls, gap, decided := 0., "", ""
	if r.failures > 0 {
		calls = float64(r.calls) / float64(r.failures)
		gap = fmt.Sprintf("%+.3f", (r.stated-r.hits)/float64(max(1, r.decided)))
		decided = fmt.Sprintf("%.3f", float64(r.right)/float64(max(1, r.decided)))
	}
	acc, _ := r.scores.Coarse.Accuracy.Get()
	start := "default"
	if r.wrong {
		start = "far off"
	}
	fmt.Fprintf(w, "| %.0f %% | %s | %g | %d | %.2f | %s | %s | %s | %.3f | %s | %d of %d |\n",
		100*r.matchError, start, r.budget, r.failures, calls, interval(r.scores.Root), interval(r.scores.Coarse), decided, acc, gap, r.found, r.flaky)
}

// simulation prints the design's table as this policy gives it.
func simulation(w io.Writer) {
	fmt.Fprintln(w, "| likelihoods | evidence error | accuracy | stated | calls |")
	fmt.Fprintln(w, "|---|---|---|---|---|")
	for _, kind := range []string{"right", "wrong", "wrong, refitted"} {
		for _, e := range []float64{.02, .1, .2} {
			s := simulated.Simulation{
				N: 6000, Seed: 1, Error: e, Mix: intervene.DefaultMix(), Tau: .9, MaxCalls: 6,
				World: intervene.DefaultLikelihoods(), Believed: intervene.DefaultLikelihoods(), Refit: kind == "wrong, refitted",
			}
			if kind != "right" {
				s.World[intervene.Healthy], s.World[intervene.PriorOnly], s.World[intervene.Defeated] = intervene.Beta{A: 10.5, B: 3.5}, intervene.Beta{A: 1.75, B: 5.25}, intervene.Beta{A: 2.5, B: 5}
			}
			right, stated, calls, n := 0., 0., 0., 0.
			for _, x := range s.Run() {
				n++
				stated += x.P
				calls += float64(x.Calls)
				if x.Said == x.Truth {
					right++
				}
			}
			fmt.Fprintf(w, "| %s | %.0f %% | %.3f | %.3f | %.2f |\n", kind, 100*e, right/n, stated/n, calls/n)
		}
	}
}
