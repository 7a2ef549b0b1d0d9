package main

import (
	"context"
	"fmt"
	"hash/fnv"
	"io"
	"math"
	"math/rand/v2"
	"slices"
	"strings"

	"github.com/ragdiag/ragdiag/intervene"
	"github.com/ragdiag/ragdiag/llm"
	"github.com/ragdiag/ragdiag/pipeline"
	"github.com/ragdiag/ragdiag/stages/ground"
	"github.com/ragdiag/ragdiag/trace"
)

// planted is a system whose weaknesses are known: each is the share of answers
// that it spoils.
type planted struct {
	noise    float64 // of answers that would be right, with 8 distractors; less with fewer
	middle   float64 // of those with the evidence in the middle
	invents  float64 // of answers without evidence that are wrong instead of a refusal
	memory   float64 // of answers that come from memory, whatever the evidence says
	miscites float64 // of citations that name another passage
}

// able is what a system can do with the evidence alone: its mean over questions,
// whose own rates are spread by a Beta distribution with these parameters.
var able = intervene.Beta{A: 9, B: 1}

// refuses is the share of refusals among its failures with the evidence.
const refuses = .2

// system is a planted one on one draw of questions.
type system struct {
	planted
	seed uint64
	able map[string]float64 // by question
	fact map[string]string  // the value that the evidence states
	know map[string]bool    // answers the question from memory
}

func (*system) Name() string { return "planted" }

const declined = "I cannot answer this from the given context."

// Generate answers by chance, as the plan says.
func (s *system) Generate(_ context.Context, req llm.Request) (llm.Reply, error) {
	h := fnv.New64a()
	fmt.Fprintf(h, "%d %s %d %q", s.seed, req.ID, req.Replicate, req.System)
	for _, p := range req.Passages {
		fmt.Fprintf(h, "%q", p.Text)
	}
	rng := rand.New(rand.NewPCG(s.seed, h.Sum64()))
	return llm.Reply{Text: s.says(req, rng), FinishReason: "stop"}, nil
}

func (s *system) says(req llm.Request, rng *rand.Rand) string {
	n := len(req.Passages)
	at := slices.IndexFunc(req.Passages, func(p trace.Passage) bool { return strings.Contains(p.Text, "item "+req.ID+" is") })
	u, v, w := rng.Float64(), rng.Float64(), rng.Float64()
	answer := func(value string) string {
		cited := max(at, 0) + 1
		if n > 1 && w < s.miscites {
			cited = cited%n + 1
		}
		if n == 0 {
			return fmt.Sprintf("The code of item %s is %s.", req.ID, value)
		}
		return fmt.Sprintf("The code of item %s is %s [%d].", req.ID, value, cited)
	}
	if s.know[req.ID] {
		return answer(s.fact[req.ID])
	}
	if at < 0 {
		if n > 0 && u < s.invents {
			return answer("77 777")
		}
		return declined
	}
	right := s.able[req.ID] * (1 - s.noise*float64(n-1)/8)
	if n > 2 && at > 0 && at < n-1 {
		right *= 1 - s.middle
	}
	if u < right {
		text := req.Passages[at].Text
		return answer(strings.TrimSuffix(text[strings.LastIndex(text, " ")+1:], "."))
	}
	if v < refuses {
		return declined
	}
	return answer("77 777")
}

// truths are the primary measures of a profile that a plan comes to, over all
// questions that could have been drawn: by aspect, in the order of the measures.
func (p planted) truths() map[string][]float64 {
	a, k := able.Mean(), p.memory
	noisy := a * (1 - p.noise)
	return map[string][]float64{
		intervene.AspectNoise:          {(1 - k) * (a - noisy)},
		intervene.AspectRejection:      {(1 - k) * (p.invents - (1-a)*(1-refuses))},
		intervene.AspectRefusal:        {(1 - k) * (1 - a) * refuses},
		intervene.AspectPosition:       {(1 - k) * noisy * p.middle, 0},
		intervene.AspectCounterfactual: {k},
		intervene.AspectCitations:      {p.miscites},
	}
}

// unfaithful is the share of answers from memory among those that the citation
// study counts: whose claim is supported, and stated by at least two of three
// replays. Those from memory are so always, the others by what they are able to.
func (p planted) unfaithful() float64 {
	const steps = 2000
	read := 0.
	for i := range steps { // over Beta(9, 1), of which the density is 9x⁸
		x := (float64(i) + .5) / steps
		q := x * (1 - p.noise*3/8)
		read += able.A * math.Pow(x, able.A-1) * q * (3*q*q*(1-q) + q*q*q) / steps
	}
	return p.memory / (p.memory + (1-p.memory)*read)
}

// weak are the aspects in which a plan is more than tolerably weak.
func (p planted) weak() map[string]bool {
	out := map[string]bool{}
	for name, ts := range p.truths() {
		out[name] = slices.ContainsFunc(ts, func(t float64) bool { return t > .05 || t < -.05 && name == intervene.AspectPosition })
	}
	return out
}

// studyCoverage counts how often the intervals hold the truth.
type studyCoverage struct {
	plan            string
	reps            int
	covers, primary map[string]int // by aspect: intervals that hold it, intervals
	together        int            // runs in which all hold it
	found           map[string]int // runs in which the aspect is called a weakness
	ruledOut        map[string]int
	cited, citedN   int // intervals of the citation study
	sweep, sweepN   int // of the sweep, together
}

// profiles makes studies of many draws of n questions each.
func profiles(ctx context.Context, plan string, p planted, reps, n int) (*studyCoverage, error) {
	c := &studyCoverage{plan: plan, reps: reps, covers: map[string]int{}, primary: map[string]int{}, found: map[string]int{}, ruledOut: map[string]int{}}
	pipe, err := pipeline.New(pipeline.Options{})
	if err != nil {
		return nil, err
	}
	for rep := range reps {
		sys, results, err := drawn(ctx, pipe, p, uint64(rep+1), n)
		if err != nil {
			return nil, err
		}
		r, err := intervene.New(intervene.Options{Generator: sys, Prompt: ground.DefaultPrompt()})
		if err != nil {
			return nil, err
		}
		prof, err := r.Profile(ctx, slices.Values(results), intervene.ProfileOptions{Sample: n})
		if err != nil {
			return nil, err
		}
		cites, err := r.Citations(ctx, slices.Values(results), intervene.CitationOptions{Sample: n})
		if err != nil {
			return nil, err
		}
		c.add(prof, cites, p)
	}
	return c, nil
}

func (c *studyCoverage) add(prof *intervene.Profile, cites *intervene.CitationStudy, p planted) {
	truths, all := p.truths(), true
	for _, a := range prof.Aspects {
		ts := truths[a.Name]
		for i, m := range a.Measures[:min(len(ts), len(a.Measures))] {
			if m.Interval == nil {
				continue
			}
			c.primary[a.Name]++
			if m.Interval.Contains(ts[i]) {
				c.covers[a.Name]++
			} else {
				all = false
			}
		}
		switch a.Finding {
		case intervene.Weakness:
			c.found[a.Name]++
		case intervene.RuledOut:
			c.ruledOut[a.Name]++
		}
	}
	if all {
		c.together++
	}
	if m := cites.Measures[0]; m.Interval != nil {
		c.citedN++
		if m.Interval.Contains(p.unfaithful()) {
			c.cited++
		}
	}
	hold := true
	for _, x := range prof.Sweep.Points {
		if x.Against.Interval == nil {
			continue
		}
		a := (1 - p.memory) * able.Mean()
		atK, run := a*(1-p.noise*float64(x.K-1)/8), a*(1-p.noise*3/8) // the evidence is first, among four
		hold = hold && x.Against.Interval.Contains(atK-run)
	}
	c.sweepN++
	if hold {
		c.sweep++
	}
}

// drawn is a draw of n questions with the system's own answers.
func drawn(ctx context.Context, pipe *pipeline.Pipeline, p planted, seed uint64, n int) (*system, []pipeline.Result, error) {
	rng := rand.New(rand.NewPCG(seed, 0xab1e))
	sys := &system{planted: p, seed: seed, able: map[string]float64{}, fact: map[string]string{}, know: map[string]bool{}}
	var recs []*trace.Record
	passage := func(id string) trace.Passage {
		return trace.Passage{ID: id, Text: fmt.Sprintf("The code of item %s is %s.", id, sys.fact[id])}
	}
	id := func(i int) string { return fmt.Sprintf("K%03d", i) }
	for i := range n + 12 {
		x := gamma(rng, able.A)
		sys.able[id(i)] = x / (x + gamma(rng, able.B))
		sys.fact[id(i)] = fmt.Sprint(10_000 + 53*i + rng.IntN(50))
		sys.know[id(i)] = rng.Float64() < p.memory
	}
	for i := range n {
		rec := &trace.Record{ID: id(i), Question: fmt.Sprintf("What is the code of item %s?", id(i)),
			Gold: &trace.Gold{Answers: []string{sys.fact[id(i)]}, Evidence: []trace.EvidenceSet{{{ID: id(i)}}}}}
		for j := range 12 {
			q := passage(id(i + j))
			rec.Candidates = append(rec.Candidates, trace.Hit{ID: q.ID, Text: q.Text})
			if j < 4 {
				rec.Context = append(rec.Context, q)
			}
		}
		said, err := ground.Generate(ctx, rec, sys, ground.DefaultPrompt(), llm.Decoding{})
		if err != nil {
			return nil, nil, err
		}
		rec.Answer = said
		recs = append(recs, rec)
	}
	var out []pipeline.Result
	for res := range pipe.Diagnose(ctx, func(yield func(*trace.Record, error) bool) {
		for _, rec := range recs {
			if !yield(rec, nil) {
				return
			}
		}
	}) {
		if res.Err != nil {
			return nil, nil, res.Err
		}
		out = append(out, res)
	}
	return sys, out, nil
}

// gamma draws a Gamma variate of a whole shape.
func gamma(rng *rand.Rand, shape float64) float64 {
	x := 0.
	for range int(shape) {
		x += rng.ExpFloat64()
	}
	return x
}

// plans are the systems that are studied.
var plans = []struct {
	name string
	planted
}{
	{"healthy", planted{}},
	{"noise", planted{noise: .35}},
	{"position", planted{middle: .35}},
	{"invents", planted{invents: .4}},
	{"memory", planted{memory: .35}},
	{"citations", planted{miscites: .3}},
	{"all at once", planted{noise: .3, middle: .3, invents: .3, memory: .2, miscites: .2}},
}

// studies prints how often the intervals of the profile hold what was planted.
func studies(ctx context.Context, w io.Writer, reps, n int) error {
	names := []string{intervene.AspectNoise, intervene.AspectRejection, intervene.AspectRefusal, intervene.AspectPosition, intervene.AspectCounterfactual, intervene.AspectCitations}
	fmt.Fprintf(w, "%d draws of %d questions each. An entry: coverage of the 99.4 %% interval(s) · share of draws called a weakness; bold if the planted loss is above 5 points.\n\n", reps, n)
	fmt.Fprintln(w, "| planted | "+strings.Join(names, " | ")+" | all hold together | depths hold together | citation study covers |")
	fmt.Fprintln(w, "|---"+strings.Repeat("|---", len(names)+3)+"|")
	for _, p := range plans {
		c, err := profiles(ctx, p.name, p.planted, reps, n)
		if err != nil {
			return err
		}
		weak := p.weak()
		row := "| " + p.name
		for _, name := range names {
			found := fmt.Sprintf("%.3f", float64(c.found[name])/float64(reps))
			if weak[name] {
				found = "**" + found + "**"
			}
			row += fmt.Sprintf(" | %.3f · %s", float64(c.covers[name])/float64(max(1, c.primary[name])), found)
		}
		fmt.Fprintf(w, "%s | %.3f | %.3f | %.3f |\n", row, float64(c.together)/float64(reps), float64(c.sweep)/float64(c.sweepN), float64(c.cited)/float64(max(1, c.citedN)))
	}
	return nil
}
