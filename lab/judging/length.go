package judging

import (
	"fmt"
	"math"
	"unicode/utf8"

	"github.com/ragdiag/ragdiag/judge"
	"github.com/ragdiag/ragdiag/metrics/stat"
	"github.com/ragdiag/ragdiag/trace"
)

// LengthBias says how far a judge's verdict follows the length of what it judges:
// the slope of a logistic regression on the binary logarithm of the length in
// characters. 0 is no bias; the odds of the verdict grow by exp(PerDoubling) where
// the text is twice as long.
type LengthBias struct {
	Verdict     string         `json:"verdict"`    // whose odds they are
	Items       int            `json:"items"`      // decided
	Controlled  bool           `json:"controlled"` // people's labels are held fixed: without, the slope may show that longer texts really differ
	PerDoubling trace.Value    `json:"per_doubling"`
	Interval    *stat.Interval `json:"interval,omitzero"`

	Even         trace.Value    `json:"even,omitzero"` // of pairs: share of wins where both answers are of one length
	EvenInterval *stat.Interval `json:"even_interval,omitzero"`
}

// leastOfEach is the number of items of either outcome below which no slope is
// estimated.
const leastOfEach = 5

// measured is an item with a verdict for the regression.
type measured struct {
	doublings float64 // log₂ of the length, or of the ratio of two
	yes       bool
	label     float64 // 1 if people give the verdict, too
	cluster   int     // of the query
}

// LengthOf measures how a task's first verdict follows the length of the items of
// queries, given the judgements of each; labels are people's in the same order, or
// nil.
func LengthOf(t *judge.Task, queries []judge.Query, said [][]trace.Judgement, labels [][]string) LengthBias {
	b := LengthBias{Verdict: t.Verdicts()[0], Controlled: labels != nil}
	var rows []measured
	for i, q := range queries {
		if q.Task != t {
			continue
		}
		for k, it := range q.Items {
			g := said[i][k]
			if n := utf8.RuneCountInString(textOf(q, it)); decided(g) && n > 0 {
				m := measured{doublings: math.Log2(float64(n)), yes: g.Verdict == b.Verdict, cluster: i}
				if labels != nil && labels[i][k] == b.Verdict {
					m.label = 1
				}
				rows = append(rows, m)
			}
		}
	}
	b.fit(rows)
	return b
}

// textOf is the text that an item is about.
func textOf(q judge.Query, it judge.Item) string {
	if !q.Task.Own() {
		return it.Text
	}
	for _, u := range q.Units {
		if u.ID == it.ID {
			return u.Text
		}
	}
	return ""
}

// LengthOfPairs measures how the winner follows the length: ratios are the first
// answer's length by the second's, of pairs with a winner. Pairs without one are
// left out.
func LengthOfPairs(prefs []Preference, ratios []float64) LengthBias {
	b := LengthBias{Verdict: judge.First}
	var rows []measured
	for i, p := range prefs {
		if p.Error == "" && p.Winner >= 0 && ratios[i] > 0 {
			rows = append(rows, measured{doublings: math.Log2(ratios[i]), yes: p.Winner == 0, cluster: i})
		}
	}
	line := b.fit(rows)
	b.Even = trace.Unknown(b.PerDoubling.Reason())
	if line != nil { // log odds at equal length
		odds := func(z float64) float64 { return 1 / (1 + math.Exp(-z)) }
		iv := line[0].Interval
		iv.Lo, iv.Hi = odds(iv.Lo), odds(iv.Hi)
		b.Even, b.EvenInterval = trace.Known(odds(line[0].Value)), &iv
	}
	return b
}

// fit fills the slope, and returns the estimates or nil.
func (b *LengthBias) fit(rows []measured) []stat.Estimate {
	b.Items = len(rows)
	var x [][]float64
	var y []bool
	var cluster []int
	yes, labelled := 0, 0.0
	for _, r := range rows {
		if r.yes {
			yes++
		}
		labelled += r.label
	}
	if least := min(yes, len(rows)-yes); least < leastOfEach {
		b.PerDoubling = trace.Unknown(fmt.Sprintf("%d items of the rarer outcome: it takes %d", least, leastOfEach))
		return nil
	}
	varies := labelled > 0 && labelled < float64(len(rows))
	for _, r := range rows {
		row := []float64{r.doublings}
		if b.Controlled && varies {
			row = append(row, r.label)
		}
		x, y, cluster = append(x, row), append(y, r.yes), append(cluster, r.cluster)
	}
	line, err := stat.Logistic(x, y, cluster, stat.DefaultLevel)
	if err != nil {
		b.PerDoubling = trace.Of(0, err)
		return nil
	}
	b.PerDoubling, b.Interval = trace.Known(line[1].Value), &line[1].Interval
	return line
}
