package intervene

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/ragdiag/ragdiag/metrics/stat"
	"github.com/ragdiag/ragdiag/summary"
	"github.com/ragdiag/ragdiag/trace"
)

const ceilingIntervals = "Simultaneous 95 % intervals of first-in and last-in gains, over all stages and both columns, for questions of the same kind put to this system; with a few documents or conversations they are rough."

// estimate turns the games into the table.
func (c *ceiling) estimate() (*summary.Ceiling, error) {
	t := &c.table
	t.Failures = summary.Drawn{Of: c.strata[0].Size, N: len(c.strata[0].Played)}
	t.Successes = summary.Drawn{Of: c.strata[1].Size, N: len(c.strata[1].Played)}
	t.LeftOut, t.Intervals = c.leftOut, ceilingIntervals
	for h, s := range c.strata {
		if s.Size > 0 && len(s.Played) == 0 {
			return nil, &NoCeilingError{fmt.Sprintf("none of the %s that were drawn allows an experiment: %s", [2]string{"failures", "good answers"}[h], groupsText(c.leftOut))}
		}
	}
	if t.Successes.Of == 0 {
		c.note("no answer was right, so what a repair would break cannot be seen")
	}
	g := Game{c.players, make([]float64, 1<<len(c.players))}
	used := map[int]bool{}
	ungrounded := 0.
	total := float64(c.strata[0].Size + c.strata[1].Size)
	generator := Coalition(1 << (len(c.players) - 1))
	for _, s := range c.strata {
		for _, p := range s.Played {
			w := float64(s.Size) / total / float64(len(s.Played))
			used[p.Cluster] = true
			for co, v := range p.Worth {
				g.V[co] += w * v
			}
			ungrounded += w * p.Worth[0] * (1 - p.Worth[generator])
		}
	}
	t.Clusters = len(used)
	t.Now, t.Perfect = g.V[0], g.V[len(g.V)-1]
	if ungrounded > .005 {
		c.note(fmt.Sprintf("%.1f points of the quality are right answers whose context does not suffice (memory, luck, or evidence that is not recognised); a perfect generator is taken to decline there", 100*ungrounded))
	}
	for co, v := range g.V {
		t.Worth = append(t.Worth, summary.Worth{Stages: append([]trace.Stage{}, g.Stages(Coalition(co))...), Quality: v})
	}
	gains, err := c.gains()
	if err != nil {
		if !errors.Is(err, stat.ErrTooFew) {
			return nil, err
		}
		t.Unproven = "too few failures or good answers, or all of them from one document: " + err.Error()
	}
	if gains != nil {
		for _, w := range gains[0].Interval.Warnings {
			c.note(w)
		}
	}
	for i, phi := range g.Shapley() {
		row := summary.CeilingRow{Stages: c.players[i], Title: c.players[i].title(), Shapley: phi,
			FirstIn: summary.Gain{Value: g.FirstIn(i)}, LastIn: summary.Gain{Value: g.LastIn(i)}}
		if gains != nil {
			row.FirstIn, row.LastIn = gainOf(gains[i]), gainOf(gains[len(c.players)+i])
		}
		row.Sentence, row.TooStrong = sayGain(row)
		t.Rows = append(t.Rows, row)
		t.ShapleySum += phi
	}
	t.First, t.TooStrong = c.first(t)
	return t, nil
}

func gainOf(e stat.StratifiedEstimate) summary.Gain {
	return summary.Gain{Value: e.Value, SE: e.SE, Interval: &e.Interval, Here: &e.Here.Interval}
}

func (c *ceiling) gains() ([]stat.StratifiedEstimate, error) {
	return Gains(len(c.players), c.both(), c.o)
}

func (c *ceiling) both() [2]Stratum { return [2]Stratum{c.strata[0].Stratum, c.strata[1].Stratum} }

// Gains estimates the first-in gain of each of n players from what was played of
// failures and good answers, then the last-in gains.
func Gains(n int, strata [2]Stratum, o CeilingOptions) ([]stat.StratifiedEstimate, error) {
	pairs := make([][2]int, 0, 2*n)
	for i := range n {
		pairs = append(pairs, [2]int{0, 1 << i})
	}
	for i := range n {
		all := 1<<n - 1
		pairs = append(pairs, [2]int{all &^ (1 << i), all})
	}
	return differences(strata, o, pairs)
}

// difference is v(to) − v(from) with the variance by its draws.
func (p *Played) difference(from, to int) (d, noise float64) {
	a, b := p.Prompt[from], p.Prompt[to]
	if a >= 0 && a == b { // the very same draws
		return 0, 0
	}
	for _, at := range []int{a, b} {
		if at >= 0 {
			noise += p.Noise[at]
		}
	}
	return p.Worth[to] - p.Worth[from], noise
}

// differences estimates those of pairs of coalitions over the population.
func differences(both [2]Stratum, o CeilingOptions, pairs [][2]int) ([]stat.StratifiedEstimate, error) {
	var strata []stat.Stratum
	for _, s := range both {
		x := stat.Stratum{Size: s.Size, Members: s.Members}
		for k := range s.Played {
			p := &s.Played[k]
			row, noise := make([]float64, len(pairs)), make([]float64, len(pairs))
			for j := range row {
				row[j], noise[j] = p.difference(pairs[j][0], pairs[j][1])
			}
			x.Items, x.Noise, x.Cluster = append(x.Items, row), append(x.Noise, noise), append(x.Cluster, p.Cluster)
		}
		strata = append(strata, x)
	}
	return stat.StratifiedMeans(strata, stat.StratifiedOptions{
		BootstrapOptions: stat.BootstrapOptions{Resamples: o.Resamples, Seed: o.Seed}, Unit: 1,
	})
}

var stageTitles = map[trace.Stage]string{
	trace.StageQuery: "query formation", trace.StageRetrieve: "retrieval", trace.StageRerank: "context selection", trace.StageGround: "generation",
}

// title names a player for people.
func (p Player) title() string {
	switch len(p) {
	case 2: // what a query cannot find, retrieval has to
		return "query and retrieval"
	case 3: // which of them lost it is not known
		return "retrieval or selection"
	}
	return stageTitles[p[0]]
}

// points prints a share as points of a hundred, with its interval.
func points(g summary.Gain) string {
	s := fmt.Sprintf("%.1f", 100*g.Value)
	if g.Interval != nil {
		s += fmt.Sprintf(" [%.1f, %.1f]", 100*g.Interval.Lo, 100*g.Interval.Hi)
	}
	return s
}

// sayGain is what a row allows to say, and what it does not.
func sayGain(r summary.CeilingRow) (allowed, tooStrong string) {
	tooStrong = "that any real change to it reaches this, or gains as much with another corpus, model or number of passages"
	g := r.FirstIn
	switch {
	case g.Interval == nil:
		return fmt.Sprintf("Perfect %s added %s points on the records tried; how far that holds cannot be said.", r.Title, points(g)),
			"that it would add anything on other records"
	case g.Interval.Lo > 0:
		return fmt.Sprintf("Perfect %s, all else as it is, would add %s points on this set.", r.Title, points(g)), tooStrong
	case g.Interval.Hi < 0:
		return fmt.Sprintf("Perfect %s, all else as it is, would cost %s points on this set.", r.Title, points(summary.Gain{Value: -g.Value, Interval: &stat.Interval{Lo: -g.Interval.Hi, Hi: -g.Interval.Lo}})),
			"that it does not pay once other stages are repaired"
	}
	return fmt.Sprintf("Perfect %s alone is not shown to add anything on this set: %s points.", r.Title, points(g)),
		"that it does not matter"
}

// first says what to fix first: the stage that alone adds most, and those that
// cannot be told apart from it.
func (c *ceiling) first(t *summary.Ceiling) (first, tooStrong string) {
	best := 0
	for i := range t.Rows {
		if t.Rows[i].FirstIn.Value > t.Rows[best].FirstIn.Value {
			best = i
		}
	}
	top := t.Rows[best]
	tooStrong = "which product, model or setting repairs it: the table says what perfection buys, not how to get there"
	if top.FirstIn.Interval == nil || top.FirstIn.Interval.Lo <= 0 {
		first = "No stage alone is shown to add quality."
		for _, r := range t.Rows {
			if iv := r.LastIn.Interval; iv != nil && iv.Lo > 0 {
				first = "No stage alone is shown to add quality; two or more have to be repaired together."
			}
		}
		return first, tooStrong
	}
	n := len(c.players)
	var pairs [][2]int
	for i := range n {
		for j := range n {
			if i != j {
				pairs = append(pairs, [2]int{1 << j, 1 << i})
			}
		}
	}
	// All pairs, so that picking the best after the fact costs nothing.
	gaps, err := differences(c.both(), c.o, pairs)
	var open []string
	for k, pair := range pairs {
		j := slices.Index([]int{1, 2, 4, 8}, pair[0])
		if pair[1] == 1<<best && (err != nil || gaps[k].Interval.Lo <= 0) {
			open = append(open, t.Rows[j].Title)
		}
	}
	first = fmt.Sprintf("Fix %s first: made perfect alone it adds %s points", top.Title, points(top.FirstIn))
	if len(open) == 0 {
		return first + ", more than any other stage.", tooStrong
	}
	return first + "; whether " + strings.Join(open, " or ") + " would add less is not shown.", tooStrong
}
