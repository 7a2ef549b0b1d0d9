package main

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"github.com/ragdiag/ragdiag/diagnose"
	"github.com/ragdiag/ragdiag/internal/faults"
	"github.com/ragdiag/ragdiag/internal/fit"
)

// The settings of learning. They were fixed before anything was measured.
const (
	alpha    = .1
	folds    = 3   // by operator: weights must serve faults that were not seen
	sweeps   = 4   // over the weights
	smallest = 100 // records of a level from which it has a quantile of its own
	target   = .82 // share of what is decided at a level that must be right, if causes are named by their odds
)

// Of a cause named by its odds so many must be right at least, and of all
// guesses of a cause about so many are named at most, the surest: what inputs
// like these cannot decide is to stay open.
const (
	leastRight = .65
	mostNamed  = .3
	fewest     = 10 // guesses from which anything is concluded
)

// nameable are the causes that may be named by their odds. Calling gold wrong
// needs evidence.
var nameable = []diagnose.Cause{diagnose.Retrieve, diagnose.Select, diagnose.Ignore, diagnose.Unsupported}

// grid are the weights that are tried.
var grid = []float64{0, .2, .4, .6, .8, 1}

// learn makes tables from cases: likelihoods with a count of one for every
// value (Dirichlet), then, on folds that were held out, weights against double
// counting, a temperature for each kind of gold, and conformal quantiles.
func learn(cases []one) (*diagnose.Tables, error) {
	rows := failures(cases)
	if len(rows) == 0 {
		return nil, fmt.Errorf("no failure to learn from")
	}
	t := count(rows)
	ops := parts(rows, folds)
	held := make([]*diagnose.Tables, folds)
	for i := range held {
		held[i] = count(slices.DeleteFunc(slices.Clone(rows), func(c one) bool { return part(&c, ops, folds) == i }))
	}
	x := newCrossed(rows, held, ops, slices.Sorted(keys(t.Features)))
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
	x.name(t, held, ops, cases)
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
		smooth(t.Features[name].P)
	}
	sum := 0.0
	for h := range prior {
		prior[h]++
		sum += prior[h]
	}
	for h := range prior {
		t.Prior = append(t.Prior, round(prior[h]/sum, 4))
	}
	return t
}

// smooth turns counts into likelihoods.
func smooth(counts map[string][]float64) {
	for h := range causes {
		sum := 0.0
		for _, v := range slices.Sorted(keys(counts)) {
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
	share   []float64 // 1 / number of views of the case
	names   []string
	prior   [][]float64   // row, cause
	like    [][][]float64 // row, feature, cause: log; nil where the row does not show it
	weights []float64
}

func newCrossed(rows []one, held []*diagnose.Tables, ops map[string]int, names []string) *crossed {
	x := &crossed{rows: rows, names: names, weights: slices.Repeat([]float64{.6}, len(names))}
	views := map[string]float64{}
	for _, c := range rows {
		views[c.key.ID]++
	}
	for i := range rows {
		c := &rows[i]
		t := held[part(c, ops, folds)]
		like := make([][]float64, len(names))
		for _, s := range c.seen.Seen {
			if _, l := t.Likelihood(s); l != nil {
				k, _ := slices.BinarySearch(names, s.Name)
				like[k] = logs(l)
			}
		}
		x.prior, x.like, x.share = append(x.prior, logs(t.Prior)), append(x.like, like), append(x.share, 1/views[c.key.ID])
	}
	return x
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
		z := x.logits(i)
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
	for _, gold := range slices.Sorted(keys(byGold)) {
		var logits [][]float64
		var truths []int
		for _, i := range byGold[gold] {
			logits, truths = append(logits, x.logits(i)), append(truths, x.rows[i].truth)
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
		s := 1 - math.Exp(z[c.truth]-logSum(z))
		for _, name := range slices.Compact([]string{c.seen.Level.String(), c.seen.Level.Gold()}) {
			if scores[name] == nil {
				scores[name] = map[string][]float64{}
			}
			scores[name][first(c.key)] = append(scores[name][first(c.key)], s)
			n[name]++
		}
	}
	for _, name := range slices.Sorted(keys(scores)) {
		if n[name] < smallest {
			continue
		}
		var groups [][]float64
		for _, op := range slices.Sorted(keys(scores[name])) {
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

// name chooses, for each level and each cause, the lowest posterior at
// which a cause that the gates leave open is named: the one from which on it was
// right often enough among faults whose operator the tables had not seen. The
// verdicts are those of the procedure itself, asked to name what it can.
func (x *crossed) name(t *diagnose.Tables, held []*diagnose.Tables, ops map[string]int, cases []one) {
	params := diagnose.DefaultParams()
	params.Probable = 1e-9
	for _, h := range held {
		h.Temperature, h.Quantile, h.Both = t.Temperature, t.Quantile, t.Both
		h.Named = map[string]map[diagnose.Cause]float64{}
		for _, c := range x.rows {
			level := c.seen.Level.String()
			if h.Named[level] != nil {
				continue
			}
			h.Named[level] = map[diagnose.Cause]float64{}
			for _, c := range causes {
				h.Named[level][c.Coarse()] = 1e-9
			}
		}
		for name, f := range h.Features {
			f.Weight = t.Features[name].Weight
			h.Features[name] = f
		}
	}
	said := map[string]map[diagnose.Cause][]guess{}
	for _, c := range x.rows {
		d := held[part(&c, ops, folds)].Classify(c.rec, params)
		if d.Basis != diagnose.ByPosterior {
			continue
		}
		level, root := c.seen.Level.String(), d.Root.Cause.Coarse()
		if said[level] == nil {
			said[level] = map[diagnose.Cause][]guess{}
		}
		said[level][root] = append(said[level][root], guess{d.P, root == causes[c.truth].Coarse()})
	}
	decided := map[string]diagnose.Count{} // by the gates, of all cases
	for _, c := range cases {
		p := faults.Predicted(&c.bare)
		if p.Root == faults.Undetermined || c.key.Ambiguous {
			continue
		}
		level := c.seen.Level.String()
		n := decided[level]
		n.N++
		if named(c.key.Root) == coarse(p.Root) {
			n.Right++
		}
		decided[level] = n
	}
	t.Named = map[string]map[diagnose.Cause]float64{}
	for level, byCause := range said {
		t.Named[level] = thresholds(byCause, decided[level])
	}
}

// thresholds returns from which probability on each cause is named, for the
// lowest share of right ones with which enough of everything that is decided at
// a level is right. No more than a share of each cause's guesses is named. A
// cause with few guesses takes the threshold of all causes together.
func thresholds(byCause map[diagnose.Cause][]guess, gates diagnose.Count) map[diagnose.Cause]float64 {
	var pooled []guess
	for _, cause := range nameable {
		pooled = append(pooled, byCause[cause]...)
	}
	for share := leastRight; share < 1; share += .01 {
		out := map[diagnose.Cause]float64{}
		n, right := gates.N, gates.Right
		for _, cause := range nameable {
			from := byCause[cause]
			if len(from) < fewest {
				from = pooled
			}
			p, ok := lowest(from, share)
			if !ok {
				continue
			}
			p = max(p, from[int(mostNamed*float64(len(from)))].p) // lowest has sorted them
			out[cause] = math.Floor(p*1e4) / 1e4
			for _, v := range byCause[cause] {
				if v.p >= p {
					n++
					if v.right {
						right++
					}
				}
			}
		}
		if float64(right) >= target*float64(n) {
			return out
		}
	}
	return map[diagnose.Cause]float64{}
}

// guess is a cause that was named by its odds.
type guess struct {
	p     float64
	right bool
}

// lowest returns the lowest probability from which on such a share were right,
// one of each kind added; ok is false where there is none, or too few guesses.
func lowest(all []guess, share float64) (p float64, ok bool) {
	slices.SortStableFunc(all, func(a, b guess) int { return cmp.Compare(b.p, a.p) })
	right := 1.
	for i, v := range all {
		if v.right {
			right++
		}
		if ties := i+1 < len(all) && all[i+1].p == v.p; !ties && i+1 >= fewest && right/float64(i+3) >= share {
			p, ok = v.p, true
		}
	}
	return p, ok
}

// join fits, for each kind of gold, how often a verdict of the gates is right
// given the posterior of its cause.
func (x *crossed) join(t *diagnose.Tables) {
	odds, right, share := map[string][]float64{}, map[string][]float64{}, map[string][]float64{}
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
		odds[gold], right[gold], share[gold] = append(odds[gold], diagnose.LogOdds(p)), append(right[gold], hit), append(share[gold], x.share[i])
	}
	t.Both = map[string]diagnose.Curve{}
	for gold := range odds {
		c := curve(odds[gold], right[gold], share[gold])
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

func keys[V any](m map[string]V) func(func(string) bool) {
	return func(yield func(string) bool) {
		for k := range m {
			if !yield(k) {
				return
			}
		}
	}
}
