package diagnose

import (
	"bytes"
	"cmp"
	_ "embed"
	"encoding/json"
	"math"
	"slices"
	"sync"

	"github.com/ragdiag/ragdiag/trace"
)

// Tables hold what was learned from systems that were broken on purpose: how
// likely each observation is under each cause. internal/bench/posterior makes
// them; this package only reads them.
type Tables struct {
	Data  string  `json:"data"`  // SHA-256 of the cases, in hexadecimal
	Made  string  `json:"made"`  // the command that made the tables
	Cases int     `json:"cases"` // failures learned from, each seen through several views
	Alpha float64 `json:"alpha"` // share of causes that a conformal set may miss

	Causes   []Cause            `json:"causes"`
	Prior    []float64          `json:"prior"` // of each cause
	Features map[string]Feature `json:"features"`

	Temperature map[string]float64 `json:"temperature"` // by Level.Gold
	Quantile    map[string]float64 `json:"quantile"`    // conformal, by Level and by Level.Gold; 1: every cause stays
	Gates       map[string]Count   `json:"gates"`       // verdicts of the procedure, by cause and by grade
	Both        map[string]Curve   `json:"both"`        // by Level.Gold: how sure a verdict of the gates is, given its posterior

	// Named is, by Level and coarse cause, the posterior from which a cause
	// that the gates leave open is named as probable; one that is missing never is.
	Named map[string]map[Cause]float64 `json:"named"`

	// Guessed is, by Level, how often such a name was right for faults of a kind
	// that the tables had not seen: no such name is said to be surer.
	Guessed map[string]Count `json:"guessed"`
}

// Curve is a logistic curve over log odds.
type Curve struct {
	Bias  float64 `json:"bias"`
	Slope float64 `json:"slope"`
}

// At returns the probability for log odds: 1/(1+exp(-(Bias+Slope·x))).
func (c Curve) At(logOdds float64) float64 { return 1 / (1 + math.Exp(-(c.Bias + c.Slope*logOdds))) }

// most bounds log odds: no verdict is beyond doubt.
const most = 7

// LogOdds returns log(p/(1-p)), bounded.
func LogOdds(p float64) float64 { return min(max(math.Log(p)-math.Log1p(-p), -most), most) }

// Feature is the likelihood of each value of a feature.
type Feature struct {
	Weight float64              `json:"weight"` // in [0,1]: how much of it is not said by the others
	P      map[string][]float64 `json:"p"`      // P(value | cause), in the order of Tables.Causes
}

// Count is how often a verdict was right.
type Count struct {
	N     int `json:"n"`
	Right int `json:"right"`
}

// rate is the share of right ones, with one of each kind added: no verdict is
// beyond doubt.
func (c Count) rate() float64 { return float64(c.Right+1) / float64(c.N+2) }

//go:embed tables.json
var tablesJSON []byte

var shipped = sync.OnceValue(func() *Tables {
	t := &Tables{}
	dec := json.NewDecoder(bytes.NewReader(tablesJSON))
	dec.DisallowUnknownFields()
	if err := dec.Decode(t); err != nil {
		panic("diagnose: the embedded tables.json is broken: " + err.Error()) // caught by any test
	}
	return t
})

// ShippedTables returns the tables that the program ships. They are shared: do
// not change them.
func ShippedTables() *Tables { return shipped() }

// logits returns, for each cause, log π + Σ w log P(feature | cause), where a
// feature that is not sure counts by the probability of its values (Jeffrey's
// rule). A feature or value that was never seen says nothing.
func (t *Tables) logits(o Observation) []float64 {
	z := make([]float64, len(t.Causes))
	for h, p := range t.Prior {
		z[h] = math.Log(p)
	}
	for _, s := range o.Seen {
		if w, like := t.Likelihood(s); w > 0 && like != nil {
			for h := range z {
				z[h] += w * math.Log(like[h])
			}
		}
	}
	return z
}

// Likelihood returns the weight of a feature and how likely what was seen is
// under each cause; nil if nothing like it was ever seen.
func (t *Tables) Likelihood(s Seen) (weight float64, like []float64) {
	f, ok := t.Features[s.Name]
	if !ok {
		return 0, nil
	}
	for i, v := range s.Values {
		row, ok := f.P[v]
		if !ok {
			return 0, nil
		}
		if like == nil {
			like = make([]float64, len(row))
		}
		for h, p := range row {
			like[h] += s.P[i] * p
		}
	}
	return f.Weight, like
}

// probabilities returns the posterior in the order of Causes. What the gates
// exclude has none: evidence that decides outweighs odds.
func (t *Tables) probabilities(o Observation) []float64 {
	z := t.logits(o)
	temperature := t.Temperature[o.Level.Gold()]
	if temperature > 0 {
		for h := range z {
			z[h] /= temperature
		}
	}
	if slices.ContainsFunc(t.Causes, func(c Cause) bool { return slices.Contains(o.Left, c) }) {
		for h, c := range t.Causes {
			if !slices.Contains(o.Left, c) {
				z[h] = math.Inf(-1)
			}
		}
	}
	return softmax(z)
}

func softmax(z []float64) []float64 {
	p := make([]float64, len(z))
	top := slices.Max(z)
	sum := 0.0
	for i, v := range z {
		p[i] = math.Exp(v - top)
		sum += p[i]
	}
	for i := range p {
		p[i] /= sum
	}
	return p
}

// Posterior returns the probability of each cause given that the answer is bad,
// the likeliest first, ties in the order of the flow.
func (t *Tables) Posterior(o Observation) []Chance {
	if len(t.Causes) == 0 {
		return nil
	}
	var all []Chance
	for i, p := range t.probabilities(o) {
		all = append(all, Chance{t.Causes[i], p})
	}
	slices.SortStableFunc(all, likelier)
	return all
}

// Conformal returns the causes that hold the true one in 1-Alpha of the records
// with the same inputs, in the order of the flow. It is never empty: where no
// cause is likely enough the best one stands for the set.
func (t *Tables) Conformal(l Level, chances []Chance) []Cause {
	q, ok := t.Quantile[l.String()]
	if !ok {
		if q, ok = t.Quantile[l.Gold()]; !ok {
			q = 1
		}
	}
	var set []Cause
	for i, c := range chances {
		if i == 0 || 1-c.P <= q {
			set = append(set, c.Cause)
		}
	}
	slices.SortFunc(set, byFlow)
	return set
}

// gate is the probability that a verdict of the procedure alone is right.
func (t *Tables) gate(name string, g trace.Grade) float64 {
	if c, ok := t.Gates[name]; ok {
		return c.rate()
	}
	return t.Gates["grade "+g.String()].rate()
}

// coarsely adds up the chances of the causes that users see as one, the
// likeliest first.
func coarsely(chances []Chance) []Chance {
	var out []Chance
	for _, c := range chances {
		at := slices.IndexFunc(out, func(o Chance) bool { return o.Cause == c.Cause.Coarse() })
		if at < 0 {
			out = append(out, Chance{c.Cause.Coarse(), c.P})
		} else {
			out[at].P += c.P
		}
	}
	slices.SortStableFunc(out, likelier)
	return out
}

// rescaled returns the chances with those of one coarse cause adding up to p.
func rescaled(chances []Chance, coarse Cause, p float64) []Chance {
	own := 0.0
	for _, c := range chances {
		if c.Cause.Coarse() == coarse {
			own += c.P
		}
	}
	if own <= 0 || own >= 1 {
		return chances
	}
	out := slices.Clone(chances)
	for i, c := range out {
		if c.Cause.Coarse() == coarse {
			out[i].P = c.P / own * p
		} else {
			out[i].P = c.P / (1 - own) * (1 - p)
		}
	}
	slices.SortStableFunc(out, likelier)
	return out
}

// rounded returns the chances with four decimals: what a record holds must not
// hang on the last bit of a logarithm.
func rounded(chances []Chance) []Chance {
	out := slices.Clone(chances)
	for i := range out {
		out[i].P = round(out[i].P)
	}
	return out
}

func round(p float64) float64 { return math.Round(p*1e4) / 1e4 }

// likelier orders the likeliest first.
func likelier(a, b Chance) int { return cmp.Compare(b.P, a.P) }

func chanceOf(chances []Chance, c Cause) float64 {
	for _, x := range chances {
		if x.Cause == c {
			return x.P
		}
	}
	return 0
}
