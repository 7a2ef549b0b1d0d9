package intervene

import (
	"math"
	"sync"
)

// Beta is a Beta distribution over a success rate. Both parameters are above 0.
type Beta struct {
	A float64 `json:"a"`
	B float64 `json:"b"`
}

// Mean returns A/(A+B).
func (b Beta) Mean() float64 { return b.A / (b.A + b.B) }

// logLikelihood returns the log probability of one sequence of n draws with k
// successes, when the rate is drawn from b once for all of them. The number of
// sequences is left out: it is the same for every hypothesis.
func (b Beta) logLikelihood(k, n int) float64 {
	return logBeta(b.A+float64(k), b.B+float64(n-k)) - logBeta(b.A, b.B)
}

func logBeta(a, b float64) float64 {
	x, _ := math.Lgamma(a)
	y, _ := math.Lgamma(b)
	z, _ := math.Lgamma(a + b)
	return x + y - z
}

// Count is the outcome of n draws.
type Count struct {
	N int `json:"n"`
	K int `json:"k"` // of them right
}

// Verdict is what an arm did to an answer.
type Verdict string

// The verdicts about a change.
const (
	Repairs      Verdict = "repairs"        // P(δ > .2) ≥ .9
	DoesNot      Verdict = "does not"       // P(δ > .2) ≤ .1
	Inconclusive Verdict = "cannot tell"    // between the two, or too few runs
	NotRun       Verdict = "not run"        // the arm or its control has no run
	Masked       Verdict = "not comparable" // the arm changed more than one thing
)

// The definition of a repair.
const (
	margin   = .2 // least gain in success rate that counts
	sureFrom = .9 // probability of it from which the arm repairs …
	sureTo   = .1 // … and up to which it does not
)

// Effect compares an arm with replay.
type Effect struct {
	Arm      string  `json:"arm"`
	Runs     Count   `json:"runs"`
	Control  Count   `json:"control"` // replays
	Delta    float64 `json:"delta"`   // posterior mean of the gain in success rate, in (−1, 1)
	PAbove   float64 `json:"p_above"` // P(δ > .2)
	Verdict  Verdict `json:"verdict"`
	Confound string  `json:"confounded,omitzero"`
}

// EffectOf compares an arm's runs with those of replay. The success rates have
// independent Jeffreys posteriors Beta(½+k, ½+n−k). Without a run on either side
// the verdict is NotRun.
func EffectOf(arm string, runs, control Count, confounded string) Effect {
	e := Effect{Arm: arm, Runs: runs, Control: control, Verdict: NotRun, Confound: confounded}
	if runs.N == 0 || control.N == 0 {
		return e
	}
	e.Delta = jeffreysMean(runs) - jeffreysMean(control)
	e.PAbove = exceeds(runs, control, margin)
	switch {
	case confounded != "":
		e.Verdict = Masked
	case e.PAbove >= sureFrom:
		e.Verdict = Repairs
	case e.PAbove <= sureTo:
		e.Verdict = DoesNot
	default:
		e.Verdict = Inconclusive
	}
	return e
}

func jeffreysMean(c Count) float64 { return (float64(c.K) + .5) / (float64(c.N) + 1) }

// steps of the quadrature; the integrand is smooth after the substitution
// p = sin²t, which takes the poles of Jeffreys' prior away.
const steps = 512

// posterior tabulates the Jeffreys posterior of a rate over t in [0, π/2]:
// density and distribution function at steps+1 points. A difference of two rates
// needs both at every point, which metrics/stat gives one at a time.
type posterior struct{ density, cdf [steps + 1]float64 }

var posteriors sync.Map // Count to *posterior: the same few counts come again and again

func posteriorOf(c Count) *posterior {
	if p, ok := posteriors.Load(c); ok {
		return p.(*posterior)
	}
	p := &posterior{}
	peak := math.Inf(-1)
	for i := range p.density {
		s, co := math.Sincos(math.Pi / 2 * float64(i) / steps)
		v := 0.0
		if c.K > 0 {
			v += 2 * float64(c.K) * math.Log(s)
		}
		if c.N > c.K {
			v += 2 * float64(c.N-c.K) * math.Log(max(co, 1e-300))
		}
		p.density[i] = v
		peak = max(peak, v)
	}
	sum := 0.0
	for i, v := range p.density {
		p.density[i] = math.Exp(v - peak)
		if i > 0 {
			sum += (p.density[i-1] + p.density[i]) / 2
		}
		p.cdf[i] = sum
	}
	for i := range p.density {
		p.density[i] /= sum
		p.cdf[i] /= sum
	}
	posteriors.Store(c, p)
	return p
}

// below returns P(rate ≤ x).
func (p *posterior) below(x float64) float64 {
	at := math.Asin(math.Sqrt(min(1, max(0, x)))) / (math.Pi / 2) * steps
	i := min(int(at), steps-1)
	return p.cdf[i] + (at-float64(i))*(p.cdf[i+1]-p.cdf[i])
}

// exceeds returns P(rate of a − rate of b > by).
func exceeds(a, b Count, by float64) float64 {
	pa, pb := posteriorOf(a), posteriorOf(b)
	sum := 0.0
	for i, d := range pb.density {
		s := math.Sin(math.Pi / 2 * float64(i) / steps)
		w := d
		if i == 0 || i == steps {
			w /= 2
		}
		sum += w * (1 - pa.below(s*s+by))
	}
	return min(1, max(0, sum))
}
