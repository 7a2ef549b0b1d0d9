package judging

import (
	"fmt"
	"math"
	"slices"

	"github.com/ragdiag/ragdiag/internal/fit"
	"github.com/ragdiag/ragdiag/judge"
	"github.com/ragdiag/ragdiag/metrics/stat"
	"github.com/ragdiag/ragdiag/trace"
)

// Labelled is an item that a person and the judge have decided.
type Labelled struct {
	Record  string // items of the same record hang together; "": this one stands alone
	Human   string // a verdict of the task, not CannotTell
	Judge   trace.Judgement
	Offline float64 // of a claim: the verifier's probability that it is supported; 0: none
}

// Agreement says how far a judge agrees with people on one task. Shares and
// statistics that have no value are unknown, with the reason.
type Agreement struct {
	Task      string `json:"task"`
	Labelled  int    `json:"labelled"`
	Decided   int    `json:"decided"`   // with a verdict that decides
	Abstained int    `json:"abstained"` // "cannot tell"
	Errors    int    `json:"errors"`    // no verdict at all

	Accuracy         trace.Value    `json:"accuracy"` // of the decided
	AccuracyInterval *stat.Interval `json:"accuracy_interval,omitzero"`
	Kappa            trace.Value    `json:"kappa"` // Cohen's κ of the decided
	KappaInterval    *stat.Interval `json:"kappa_interval,omitzero"`

	Categories []string `json:"categories"`
	Table      [][]int  `json:"table"` // Table[human][judge]

	Calibrated  int         `json:"calibrated"` // decided items with a confidence
	ECE         trace.Value `json:"ece"`        // of the judge's own confidence
	PlattECE    trace.Value `json:"platt_ece"`  // after Platt scaling, each half scaled by the other
	PlattA      trace.Value `json:"platt_a"`    // P(right) = 1/(1+exp(−(A·Logit(confidence)+B))), of all
	PlattB      trace.Value `json:"platt_b"`
	Brier       trace.Value `json:"brier"`
	Reliability []stat.Bin  `json:"reliability,omitzero"`

	CombinedECE trace.Value       `json:"combined_ece"`   // of confidence and verifier together, each half scaled by the other
	Scale       *trace.JudgeScale `json:"scale,omitzero"` // fitted on all, for Options.Calibration; of both only if that errs less on the other half

	Positive       string         `json:"positive"` // the verdict whose share is estimated
	Humans         trace.Value    `json:"humans"`   // its share among the labels
	HumansInterval *stat.Interval `json:"humans_interval,omitzero"`
	Naive          trace.Value    `json:"naive"` // its share by the judge alone: biased
	PPI            trace.Value    `json:"ppi"`   // by PPI++ of both
	PPIInterval    *stat.Interval `json:"ppi_interval,omitzero"`
	Lambda         trace.Value    `json:"lambda"`     // weight of the judge in it
	JudgeOnly      int            `json:"judge_only"` // items without a label that the judge decided
}

// bins is the number of rows of a reliability table.
const bins = 10

// Agree compares labels with judgements, and estimates the share of the task's
// first verdict from the labels and from the judgements of other items, record by
// record, of which the labelled ones must be a random sample. The intervals of
// shares are widened by the design effect of items that share a record.
func Agree(t *judge.Task, pairs []Labelled, others [][]trace.Judgement, seed uint64) (Agreement, error) {
	only := 0
	for _, o := range others {
		only += len(o)
	}
	all := t.Verdicts()
	all = all[:len(all)-1] // without CannotTell
	a := Agreement{Task: t.Name, Labelled: len(pairs), Categories: all, Positive: all[0], JudgeOnly: only}
	var first, second []int
	var sure []float64
	var right []bool
	var offline []float64 // log odds of the judge's verdict by the verifier
	var hit []float64
	var of []int // record of each decided item
	cluster := recordsOf(pairs)
	hits := 0
	for i, p := range pairs {
		h := slices.Index(all, p.Human)
		if h < 0 {
			return a, fmt.Errorf("task %s: %q is no label: use %v", t.Name, p.Human, all)
		}
		switch {
		case p.Judge.Error != "":
			a.Errors++
			continue
		case p.Judge.Verdict == judge.CannotTell:
			a.Abstained++
			continue
		}
		g := slices.Index(all, p.Judge.Verdict)
		if g < 0 {
			return a, fmt.Errorf("task %s: %q is no verdict", t.Name, p.Judge.Verdict)
		}
		first, second, of = append(first, h), append(second, g), append(of, cluster[i])
		hit = append(hit, 0)
		if h == g {
			hits++
			hit[len(hit)-1] = 1
		}
		if c, ok := p.Judge.Confidence.Get(); ok {
			sure, right = append(sure, c), append(right, h == g)
			offline = append(offline, judge.OddsOf(p.Judge.Verdict, p.Offline))
		}
	}
	a.Decided = len(first)
	a.agreement(first, second, hits)
	widen(a.AccuracyInterval, a.Accuracy, effect(hit, of))
	a.calibration(sure, right)
	a.combine(sure, offline, right)
	a.share(pairs, others, seed)
	return a, nil
}

// agreement fills accuracy and κ.
func (a *Agreement) agreement(first, second []int, hits int) {
	a.Accuracy, a.Kappa = trace.Unknown("the judge decided no labelled item"), trace.Unknown("the judge decided no labelled item")
	table, err := stat.Table(first, second, len(a.Categories))
	if err != nil || a.Decided == 0 {
		return
	}
	a.Table = table
	if iv, err := stat.Proportion(hits, a.Decided); err == nil {
		a.Accuracy, a.AccuracyInterval = trace.Known(float64(hits)/float64(a.Decided)), &iv
	}
	k, err := stat.Kappa(table, stat.Unweighted, stat.DefaultLevel)
	if a.Kappa = trace.Of(k.Value, err); err == nil {
		a.KappaInterval = &k.Interval
	}
}

// leastCalibrated is the number of items below which nothing is scaled.
const leastCalibrated = 20

// calibration fills what compares confidence with being right.
func (a *Agreement) calibration(sure []float64, right []bool) {
	a.Calibrated = len(sure)
	cal, err := stat.ExpectedCalibrationError(sure, right, bins)
	a.ECE, a.Reliability = trace.Of(cal.ECE, err), cal.Bins
	b, err := stat.Brier(sure, right)
	a.Brier = trace.Of(b, err)
	few := trace.Unknown(fmt.Sprintf("%d items with a confidence: it takes %d", len(sure), leastCalibrated))
	a.PlattECE, a.PlattA, a.PlattB = few, few, few
	if len(sure) < leastCalibrated {
		return
	}
	all := platt(sure, right)
	a.PlattA, a.PlattB = trace.Known(all.a), trace.Known(all.b)
	scaled := make([]float64, len(sure))
	for half := range 2 {
		var xs []float64
		var ys []bool
		for i := range sure {
			if i%2 != half {
				xs, ys = append(xs, sure[i]), append(ys, right[i])
			}
		}
		s := platt(xs, ys)
		for i := half; i < len(sure); i += 2 {
			scaled[i] = s.of(sure[i])
		}
	}
	after, err := stat.ExpectedCalibrationError(scaled, right, bins)
	a.PlattECE = trace.Of(after.ECE, err)
}

// combine fills the scale of confidence and verifier together.
func (a *Agreement) combine(sure, offline []float64, right []bool) {
	if len(sure) < leastCalibrated {
		a.CombinedECE = a.PlattECE
		return
	}
	scaled := make([]float64, len(sure))
	with, without := 0.0, 0.0 // squared errors on the other half
	for half := range 2 {
		var xs, os []float64
		var ys []bool
		for i := range sure {
			if i%2 != half {
				xs, os, ys = append(xs, sure[i]), append(os, offline[i]), append(ys, right[i])
			}
		}
		s, plain := combined(xs, os, ys), platt(xs, ys)
		for i := half; i < len(sure); i += 2 {
			scaled[i] = judge.RightBy(s, sure[i], offline[i])
			y := 0.0
			if right[i] {
				y = 1
			}
			with += (scaled[i] - y) * (scaled[i] - y)
			without += (plain.of(sure[i]) - y) * (plain.of(sure[i]) - y)
		}
	}
	all := combined(sure, offline, right)
	if with >= without { // the verifier has not earned its weight
		s := platt(sure, right)
		all = trace.JudgeScale{Confidence: max(0, s.a), Bias: s.b, Labels: len(right)}
		if s.a < 0 {
			all.Bias = judge.Logit(mean(right))
		}
	}
	a.Scale = &all
	after, err := stat.ExpectedCalibrationError(scaled, right, bins)
	a.CombinedECE = trace.Of(after.ECE, err)
}

// combined fits a scale as platt does, with the verifier as a second column that is
// pulled to 0: it has to earn its weight.
func combined(confidence, offline []float64, right []bool) trace.JudgeScale {
	p := fit.Problem{Prior: []float64{1, 0}, Lambda: 5e-3}
	for i, y := range smoothed(right) {
		p.X, p.Y = append(p.X, []float64{judge.Logit(confidence[i]), offline[i]}), append(p.Y, y)
	}
	l, err := fit.Logistic(p)
	if err != nil {
		return trace.JudgeScale{Confidence: 1, Labels: len(right)}
	}
	return trace.JudgeScale{Confidence: l.Beta[0], Offline: l.Beta[1], Bias: l.Bias, Labels: len(right)}
}

// share fills the estimates of how often the positive verdict is right. An item
// that the judge leaves open counts as a half: any fixed rule is valid, because
// PPI++ corrects it by the labels.
func (a *Agreement) share(pairs []Labelled, others [][]trace.Judgement, seed uint64) {
	value := func(g trace.Judgement) float64 {
		switch {
		case !decided(g):
			return .5
		case g.Verdict == a.Positive:
			return 1
		}
		return 0
	}
	data := stat.Judged{}
	positive := 0
	for _, p := range pairs {
		human := 0.0
		if p.Human == a.Positive {
			human = 1
			positive++
		}
		data.Human, data.Judge = append(data.Human, human), append(data.Judge, value(p.Judge))
	}
	var rest []int
	for i, o := range others {
		for _, g := range o {
			data.JudgeOnly, rest = append(data.JudgeOnly, value(g)), append(rest, i)
		}
	}
	cluster := recordsOf(pairs)
	a.Humans, a.Naive = trace.Unknown("no labels"), trace.Unknown("no judgements")
	if n := len(pairs); n > 0 {
		a.Humans = trace.Known(float64(positive) / float64(n))
		if iv, err := stat.Proportion(positive, n); err == nil {
			a.HumansInterval = &iv
			widen(a.HumansInterval, a.Humans, effect(data.Human, cluster))
		}
	}
	if n := len(pairs) + len(rest); n > 0 {
		sum := 0.0
		for _, v := range append(slices.Clone(data.Judge), data.JudgeOnly...) {
			sum += v
		}
		a.Naive = trace.Known(sum / float64(n))
	}
	est, err := stat.PPIMean(data, stat.PPIOptions{Bootstrap: stat.BootstrapOptions{Seed: seed}})
	a.PPI, a.Lambda = trace.Of(est.Value, err), trace.Of(est.Lambda, err)
	if err != nil {
		return
	}
	a.PPIInterval = &est.Interval
	// The two parts of the estimate, each with its own design effect.
	left := make([]float64, len(pairs))
	for i := range left {
		left[i] = data.Human[i] - est.Lambda*data.Judge[i]
	}
	one, err1 := stat.ClusterMean(left, cluster, stat.DefaultLevel)
	two, err2 := stat.ClusterMean(data.JudgeOnly, rest, stat.DefaultLevel)
	if err1 == nil && err2 == nil && est.SE > 0 {
		widen(a.PPIInterval, a.PPI, (one.SE*one.SE+est.Lambda*est.Lambda*two.SE*two.SE)/(est.SE*est.SE))
	}
}

// recordsOf numbers the records of items; an item without one is its own.
func recordsOf(pairs []Labelled) []int {
	seen, out := map[string]int{}, make([]int, len(pairs))
	for i, p := range pairs {
		at, ok := seen[p.Record]
		if !ok || p.Record == "" {
			at = i
			seen[p.Record] = i
		}
		out[i] = at
	}
	return out
}

// effect is the design effect of a mean; 1 if it cannot be told, or no two items
// share a record.
func effect(xs []float64, cluster []int) float64 {
	c, err := stat.ClusterMean(xs, cluster, stat.DefaultLevel)
	if err != nil || c.Clusters == len(xs) {
		return 1
	}
	return c.DesignEffect
}

// widen stretches the interval of a share for a design effect above 1; items that
// hang together tell less than as many that do not.
func widen(iv *stat.Interval, of trace.Value, effect float64) {
	v, ok := of.Get()
	if iv == nil || !ok || effect <= 1.001 {
		return
	}
	by := math.Sqrt(effect)
	iv.Lo, iv.Hi = max(0, v-(v-iv.Lo)*by), min(1, v+(iv.Hi-v)*by)
	iv.Method += fmt.Sprintf(", design effect %.2f", effect)
}

// scaling turns a confidence into a probability of being right.
type scaling struct{ a, b float64 }

func (s scaling) of(confidence float64) float64 {
	return fit.Sigmoid(s.a*judge.Logit(confidence) + s.b)
}

// platt fits P(right) = σ(a·Logit(confidence) + b) with Platt's smoothed targets
// (n₊+1)/(n₊+2) and 1/(n₋+2), and a weak pull towards a = 1, which decides where all
// confidences are equal. Confidences are numbers, so the fit cannot fail.
func platt(confidence []float64, right []bool) scaling {
	ys := smoothed(right)
	p := fit.Problem{Prior: []float64{1}, Free: []bool{true}, Lambda: 5e-3}
	for i, c := range confidence {
		p.X, p.Y = append(p.X, []float64{judge.Logit(c)}), append(p.Y, ys[i])
	}
	l, err := fit.Logistic(p)
	if err != nil {
		return scaling{1, 0}
	}
	return scaling{l.Beta[0], l.Bias}
}

// smoothed are Platt's targets.
func smoothed(right []bool) []float64 {
	pos := 0.0
	for _, r := range right {
		if r {
			pos++
		}
	}
	high, low := (pos+1)/(pos+2), 1/(float64(len(right))-pos+2)
	out := make([]float64, len(right))
	for i, r := range right {
		if out[i] = low; r {
			out[i] = high
		}
	}
	return out
}

// mean is the share of yes.
func mean(all []bool) float64 {
	n := 0
	for _, yes := range all {
		if yes {
			n++
		}
	}
	return float64(n) / float64(len(all))
}
