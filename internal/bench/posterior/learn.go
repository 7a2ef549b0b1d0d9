package main

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"slices"

	"github.com/ragdiag/ragdiag/diagnose"
	"github.com/ragdiag/ragdiag/internal/faults"
	"github.com/ragdiag/ragdiag/internal/fit"
)

// The settings of learning. They were fixed before anything was measured.
const (
	alpha    = .1
	sweeps   = 4   // over the weights
	smallest = 100 // records of a level from which it has a quantile of its own
)

// grid are the weights that are tried.
var grid = []float64{0, .2, .4, .6, .8, 1}

// learn makes tables from cases: likelihoods with a count of one for every
// value (Dirichlet), then, each case by likelihoods that have not seen its
// operator, weights against double counting, a temperature for each kind of
// gold, and conformal quantiles.
func learn(cases []one) (*diagnose.Tables, error) {
	rows := failures(cases)
	if len(rows) == 0 {
		return nil, fmt.Errorf("no failure to learn from")
	}
	t := count(rows)
	out := byOperator(rows, 0)
	held := make([]*diagnose.Tables, out.n)
	for i := range held {
		held[i] = count(slices.DeleteFunc(slices.Clone(rows), func(c one) bool { return out.part(&c) == i }))
	}
	x := newCrossed(rows, held, out, slices.Sorted(maps.Keys(t.Features)))
	x.weigh()
	for k, name := range x.names {
		f := t.Features[name]
		f.Weight = x.weights[k]
		t.Features[name] = f
	}
	if err := x.temper(t); err != nil {
		return nil, err
	}
	if err := x.conform(t); err != nil {
		return nil, err
	}
	x.join(t)
	x.name(t, held, out, cases)
	t.Gates = gates(cases)
	return t, nil
}

// count makes the tables of likelihoods. Each case counts once for each
// feature, however many views show it.
func count(rows []one) *diagnose.Tables {
	type shown struct{ id, feature string }
	times := map[shown]float64{}
	views := map[string]float64{}
	for _, c := range rows {
		views[c.key.ID]++
		for _, s := range c.seen.Seen {
			times[shown{c.key.ID, s.Name}]++
		}
	}
	t := &diagnose.Tables{Alpha: alpha, Causes: causes, Features: map[string]diagnose.Feature{},
		Temperature: map[string]float64{}, Quantile: map[string]float64{}, Cases: len(views)}
	prior := make([]float64, len(causes))
	for _, c := range rows {
		prior[c.truth] += 1 / views[c.key.ID]
		for _, s := range c.seen.Seen {
			f, ok := t.Features[s.Name]
			if !ok {
				f = diagnose.Feature{Weight: 1, P: map[string][]float64{}}
				t.Features[s.Name] = f
			}
			for i, v := range s.Values {
				if f.P[v] == nil {
					f.P[v] = make([]float64, len(causes))
				}
				f.P[v][c.truth] += s.P[i] / times[shown{c.key.ID, s.Name}]
			}
		}
	}
	for name := range t.Features {
		tie(name, t.Features[name].P)
		smooth(t.Features[name].P)
		mix(name, t.Features[name].P)
	}
	t.Prior = even(prior)
	return t
}

// even returns the probability of each cause before anything is seen. How many
// faults of each cause were injected says nothing about a system that nobody has
// seen, so the causes that users see are as likely as each other; within one of
// them, and for faulty references, the counts decide.
func even(counts []float64) []float64 {
	total, own := 0., map[diagnose.Cause]float64{}
	for h, n := range counts {
		total += n + 1
		own[causes[h].Coarse()] += n + 1
	}
	rest := 1 - own[diagnose.GoldLabel]/total
	var prior []float64
	for h, n := range counts {
		share := rest / float64(len(own)-1)
		if causes[h] == diagnose.GoldLabel {
			share = 1 - rest
		}
		prior = append(prior, round(share*(n+1)/own[causes[h].Coarse()], 4))
	}
	return prior
}

// tied are the causes that a feature cannot tell apart, because of what they
// are: where the prompt lacks the answer it does so after a poor query, a miss or
// a loss, and only a poor query shows in the query. What one operator of such
// a cause looks like then speaks for all.
var tied = map[string][]diagnose.Cause{
	"asked/prompt":        {diagnose.Query, diagnose.Retrieve, diagnose.Select},
	"dropped/candidates":  {diagnose.Query, diagnose.Retrieve},
	"kept/ranks":          {diagnose.Query, diagnose.Retrieve, diagnose.Ignore, diagnose.Unsupported, diagnose.GoldLabel},
	"query/question":      {diagnose.Retrieve, diagnose.Select, diagnose.Ignore, diagnose.Unsupported, diagnose.GoldLabel},
	"conflicting/context": {diagnose.Query, diagnose.Retrieve, diagnose.Select, diagnose.Unsupported, diagnose.GoldLabel},
}

// either are the features of the prompt that say nothing of an invention, which
// goes past a prompt that suffices as well as past one that does not.
var either = []string{"asked/prompt", "dropped/candidates"}

// tie adds up the counts of causes that a feature cannot tell apart.
func tie(name string, counts map[string][]float64) {
	for _, row := range counts {
		sum := 0.
		for _, c := range tied[name] {
			sum += row[slices.Index(causes, c)]
		}
		for _, c := range tied[name] {
			row[slices.Index(causes, c)] = sum
		}
	}
}

// mix gives an invention the mean of the likelihoods after a miss and of those
// of an answer that ignores its prompt.
func mix(name string, likely map[string][]float64) {
	if !slices.Contains(either, name) {
		return
	}
	miss, ignored, invented := slices.Index(causes, diagnose.Retrieve), slices.Index(causes, diagnose.Ignore), slices.Index(causes, diagnose.Unsupported)
	for _, row := range likely {
		row[invented] = round((row[miss]+row[ignored])/2, 4)
	}
}

// smooth turns counts into likelihoods.
func smooth(counts map[string][]float64) {
	for h := range causes {
		sum := 0.0
		for _, v := range slices.Sorted(maps.Keys(counts)) {
			counts[v][h]++
			sum += counts[v][h]
		}
		for v := range counts {
			counts[v][h] = max(round(counts[v][h]/sum, 4), .0001)
		}
	}
}

// crossed are rows whose likelihoods come from the folds without their operator.
type crossed struct {
	rows    []one
	share   []float64 // how much a row counts; they add up to the number of rows
	names   []string
	prior   [][]float64   // row, cause
	like    [][][]float64 // row, feature, cause: log; nil where the row does not show it
	weights []float64
}

func newCrossed(rows []one, held []*diagnose.Tables, out split, names []string) *crossed {
	x := &crossed{rows: rows, names: names, share: shares(rows), weights: slices.Repeat([]float64{.6}, len(names))}
	for i := range rows {
		c := &rows[i]
		t := held[out.part(c)]
		like := make([][]float64, len(names))
		for _, s := range c.seen.Seen {
			if _, l := t.Likelihood(s); l != nil {
				k, _ := slices.BinarySearch(names, s.Name)
				like[k] = logs(l)
			}
		}
		x.prior, x.like = append(x.prior, logs(t.Prior)), append(x.like, like)
	}
	return x
}

// shares returns how much each row counts: a fault that nobody has seen may be
// of any cause, and like any operator of it. So at each level each cause counts
// as much as any other, and so does each operator of it.
func shares(rows []one) []float64 {
	type group struct {
		level diagnose.Level
		cause diagnose.Cause
		op    string // empty: all
	}
	n := map[group]float64{} // rows of an operator
	ops := map[group]float64{}
	kinds := map[diagnose.Level]float64{}
	in := func(c one) (op, cause group) {
		cause = group{level: c.seen.Level, cause: causes[c.truth].Coarse()}
		op = cause
		op.op = first(c.key)
		return op, cause
	}
	size := map[diagnose.Level]float64{}
	for _, c := range rows {
		op, cause := in(c)
		if n[op]++; n[op] == 1 {
			if ops[cause]++; ops[cause] == 1 {
				kinds[c.seen.Level]++
			}
		}
		size[c.seen.Level]++
	}
	out := make([]float64, len(rows))
	for i, c := range rows {
		op, cause := in(c)
		out[i] = size[c.seen.Level] / (n[op] * ops[cause] * kinds[c.seen.Level])
	}
	return out
}

func (x *crossed) logits(row int) []float64 {
	z := slices.Clone(x.prior[row])
	for k, l := range x.like[row] {
		for h := range l {
			z[h] += x.weights[k] * l[h]
		}
	}
	return z
}

// weigh sets one weight after the other to what gives the least log loss.
func (x *crossed) weigh() {
	for range sweeps {
		for k := range x.names {
			best, loss := x.weights[k], math.Inf(1)
			for _, w := range grid {
				x.weights[k] = w
				if l := x.loss(); l < loss-1e-9 {
					best, loss = w, l
				}
			}
			x.weights[k] = best
		}
	}
}

func (x *crossed) loss() float64 {
	sum := 0.0
	for i, c := range x.rows {
		if !leaves(c.seen.Left, c.truth) {
			continue // lost, whatever the weights
		}
		z := within(x.logits(i), c.seen.Left)
		sum += x.share[i] * (logSum(z) - z[c.truth])
	}
	return sum
}

// temper fits a temperature for each kind of gold. It never sharpens: features
// that depend on each other make the odds too long, not too short.
func (x *crossed) temper(t *diagnose.Tables) error {
	byGold := map[string][]int{}
	for i, c := range x.rows {
		byGold[c.seen.Level.Gold()] = append(byGold[c.seen.Level.Gold()], i)
	}
	for _, gold := range slices.Sorted(maps.Keys(byGold)) {
		var logits [][]float64
		var truths []int
		for _, i := range byGold[gold] {
			if c := x.rows[i]; leaves(c.seen.Left, c.truth) {
				logits, truths = append(logits, within(x.logits(i), c.seen.Left)), append(truths, c.truth)
			}
		}
		temperature, err := fit.Temperature(logits, truths)
		if err != nil {
			return err
		}
		t.Temperature[gold] = round(max(1, temperature), 3)
	}
	return nil
}

// conform takes the quantiles of 1 - P(true cause), for each level and for each
// kind of gold, for faults of a kind that was not seen: each operator counts as
// much as any other, however many cases it has.
func (x *crossed) conform(t *diagnose.Tables) error {
	scores := map[string]map[string][]float64{} // by level and operator
	n := map[string]int{}
	for i, c := range x.rows {
		z := x.logits(i)
		for h := range z {
			z[h] /= t.Temperature[c.seen.Level.Gold()]
		}
		s := 1 - math.Exp(z[c.truth]-logSum(within(z, c.seen.Left)))
		if !leaves(c.seen.Left, c.truth) {
			s = 1
		}
		for _, name := range slices.Compact([]string{c.seen.Level.String(), c.seen.Level.Gold()}) {
			if scores[name] == nil {
				scores[name] = map[string][]float64{}
			}
			scores[name][first(c.key)] = append(scores[name][first(c.key)], s)
			n[name]++
		}
	}
	for _, name := range slices.Sorted(maps.Keys(scores)) {
		if n[name] < smallest {
			continue
		}
		var groups [][]float64
		for _, op := range slices.Sorted(maps.Keys(scores[name])) {
			groups = append(groups, scores[name][op])
		}
		q, err := fit.GroupedQuantile(groups, alpha)
		if err != nil {
			return err
		}
		t.Quantile[name] = round(min(q, 1), 4)
	}
	return nil
}

// join fits, for each kind of gold, how often a verdict of the gates is right
// given the posterior of its cause.
func (x *crossed) join(t *diagnose.Tables) {
	odds, right, once := map[string][]float64{}, map[string][]float64{}, map[string][]float64{}
	for i, c := range x.rows {
		if c.bare.Status != diagnose.StatusDiagnosed {
			continue
		}
		gold := c.seen.Level.Gold()
		z := x.logits(i)
		for h := range z {
			z[h] /= t.Temperature[gold]
		}
		p, total := 0.0, logSum(z)
		for h, cause := range causes {
			if cause.Coarse() == c.bare.Root.Cause.Coarse() {
				p += math.Exp(z[h] - total)
			}
		}
		hit := 0.0
		if causes[c.truth].Coarse() == c.bare.Root.Cause.Coarse() {
			hit = 1
		}
		odds[gold], right[gold], once[gold] = append(odds[gold], diagnose.LogOdds(p)), append(right[gold], hit), append(once[gold], 1)
	}
	t.Both = map[string]diagnose.Curve{}
	for gold := range odds {
		c := curve(odds[gold], right[gold], once[gold])
		t.Both[gold] = diagnose.Curve{Bias: round(c.Bias, 3), Slope: round(max(c.Slope, 0), 3)}
	}
}

// curve is the logistic curve through weighted points, by Newton's method with
// a light ridge.
func curve(x, y, w []float64) (c diagnose.Curve) {
	const ridge = .1
	c.Slope = 1
	for range 50 {
		g0, g1, h00, h01, h11 := -ridge*c.Bias, -ridge*(c.Slope-1), ridge, 0., ridge
		for i := range x {
			p := c.At(x[i])
			g0 += w[i] * (y[i] - p)
			g1 += w[i] * (y[i] - p) * x[i]
			v := w[i] * p * (1 - p)
			h00, h01, h11 = h00+v, h01+v*x[i], h11+v*x[i]*x[i]
		}
		det := h00*h11 - h01*h01
		c.Bias += (h11*g0 - h01*g1) / det
		c.Slope += (h00*g1 - h01*g0) / det
	}
	return c
}

// gates counts how often the procedure alone was right, by what it said.
func gates(cases []one) map[string]diagnose.Count {
	out := map[string]diagnose.Count{}
	add := func(name string, right bool) {
		c := out[name]
		c.N++
		if right {
			c.Right++
		}
		out[name] = c
	}
	for _, c := range cases {
		p := faults.Predicted(&c.bare)
		if p.Root == faults.Undetermined {
			continue
		}
		truth, said := named(c.key.Root), coarse(p.Root)
		if c.bare.Status == diagnose.StatusNotFailure || !slices.Contains(causes, c.bare.Root.Cause) {
			add(said, truth == said)
		}
		if c.bare.Status == diagnose.StatusDiagnosed {
			add("grade "+c.bare.Root.Grade.String(), truth == said)
		}
	}
	return out
}

// named is a cause as it is scored: as users see it.
func named(c diagnose.Cause) string { return cmp.Or(string(c.Coarse()), faults.NotFailure) }

func coarse(said string) string {
	if said == faults.EitherMiss {
		return string(diagnose.Retrieve)
	}
	return cmp.Or(string(diagnose.Cause(said).Coarse()), said)
}

// leaves reports whether the gates leave a cause open.
func leaves(left []diagnose.Cause, truth int) bool {
	return !slices.ContainsFunc(left, weighedCause) || slices.Contains(left, causes[truth])
}

func weighedCause(c diagnose.Cause) bool { return slices.Contains(causes, c) }

// within takes the causes that the gates exclude out of the logits.
func within(z []float64, left []diagnose.Cause) []float64 {
	out := slices.Clone(z)
	for h := range out {
		if !leaves(left, h) {
			out[h] = -100 // as good as minus infinity
		}
	}
	return out
}

func logs(p []float64) []float64 {
	out := make([]float64, len(p))
	for i, v := range p {
		out[i] = math.Log(v)
	}
	return out
}

func logSum(z []float64) float64 {
	top, sum := slices.Max(z), 0.0
	for _, v := range z {
		sum += math.Exp(v - top)
	}
	return top + math.Log(sum)
}

func round(v float64, digits int) float64 {
	p := math.Pow(10, float64(digits))
	return math.Round(v*p) / p
}
