package verifier

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"

	"github.com/ragdiag/ragdiag/claim"
	"github.com/ragdiag/ragdiag/metrics/stat"
	"github.com/ragdiag/ragdiag/trace"
)

// Judged is a labelled claim with what the verifier says of it.
type Judged struct {
	Supported  bool
	Set, Group string
	Verdict    claim.Verdict
	Words      float64 // share of its word mass anywhere in the passages: the baseline to beat
	Margin     float64 // P over the probability at which the model is even
}

// Judge checks a label. P of a model fitted on one set keeps that set's share of
// supported claims; Margin is over the P at which its weights are even.
func Judge(v *claim.Verifier, l Label) (Judged, error) {
	if l.Supported == nil {
		return Judged{}, fmt.Errorf("supported is missing")
	}
	c := v.Prepare(l.Passages)
	got := c.Check(l.Claim)
	return Judged{*l.Supported, l.Set, cmp.Or(l.Group, l.Claim), got, c.Coverage(l.Claim), got.P - v.Even()}, nil
}

// Quality is what a verifier is worth on labelled claims.
type Quality struct {
	N         int `json:"n"`
	Supported int `json:"supported"` // of N, for people

	AUC      float64       `json:"auc"` // of P
	AUCRange stat.Interval `json:"auc_interval"`
	Words    float64       `json:"word_coverage_auc"` // AUC of IDF-weighted word coverage on the same claims
	Gain     stat.Interval `json:"gain_interval"`     // of AUC − Words, paired

	Balanced      float64       `json:"balanced_accuracy"` // of P above the even chance
	BalancedRange stat.Interval `json:"balanced_accuracy_interval"`

	Abstains float64 `json:"abstains"`                  // share without a verdict
	Decided  float64 `json:"balanced_accuracy_decided"` // of the verdicts, the others left out

	Contradicted int `json:"contradicted"`       // verdicts
	Falsely      int `json:"falsely"`            // of these, claims that people call supported
	FalseSupport int `json:"falsely_supported"`  // verdicts "supported" on claims that people do not
	SaidSupport  int `json:"supported_verdicts"` // verdicts "supported"

	ECE   float64    `json:"ece"`
	Brier float64    `json:"brier"`
	Bins  []stat.Bin `json:"reliability"`
}

// reliabilityBins is the number of rows of a reliability table.
const reliabilityBins = 10

// Evaluate measures judged claims; it takes a claim of either kind. Intervals
// are 95 %, by bootstrap over groups with the given seed.
func Evaluate(rows []Judged, seed uint64) (Quality, error) {
	q := Quality{N: len(rows)}
	p, words, yes := make([]float64, len(rows)), make([]float64, len(rows)), make([]bool, len(rows))
	abstained := 0
	for i, r := range rows {
		p[i], words[i], yes[i] = r.Verdict.P, r.Words, r.Supported
		if r.Supported {
			q.Supported++
		}
		switch r.Verdict.Support {
		case trace.Abstain:
			abstained++
		case trace.Contradicted:
			q.Contradicted++
			if r.Supported {
				q.Falsely++
			}
		case trace.Supported:
			q.SaidSupport++
			if !r.Supported {
				q.FalseSupport++
			}
		}
	}
	var err error
	if q.AUC, err = stat.AUC(p, yes); err != nil {
		return Quality{}, fmt.Errorf("AUC: %w", err)
	}
	if q.Words, err = stat.AUC(words, yes); err != nil {
		return Quality{}, err
	}
	q.Abstains = float64(abstained) / float64(len(rows))
	q.Balanced = balanced(rows, func(r *Judged) (bool, bool) { return r.Margin >= 0, true })
	q.Decided = balanced(rows, func(r *Judged) (bool, bool) {
		return r.Verdict.Support == trace.Supported, r.Verdict.Support != trace.Abstain
	})
	c, err := stat.ExpectedCalibrationError(p, yes, reliabilityBins)
	if err != nil {
		return Quality{}, fmt.Errorf("calibration: %w", err)
	}
	q.ECE, q.Bins = c.ECE, c.Bins
	if q.Brier, err = stat.Brier(p, yes); err != nil {
		return Quality{}, err
	}
	return q, q.intervals(rows, seed)
}

// balanced is the mean of both classes' accuracy over the rows that count; 0
// where a class has none.
func balanced(rows []Judged, says func(*Judged) (yes, counts bool)) float64 {
	var right, n [2]float64
	for i := range rows {
		got, counts := says(&rows[i])
		if !counts {
			continue
		}
		k := 0
		if rows[i].Supported {
			k = 1
		}
		n[k]++
		if got == rows[i].Supported {
			right[k]++
		}
	}
	if n[0] == 0 || n[1] == 0 {
		return 0
	}
	return (right[0]/n[0] + right[1]/n[1]) / 2
}

// resamples is the number of bootstrap draws.
const resamples = 1000

// intervals draws whole groups.
func (q *Quality) intervals(rows []Judged, seed uint64) error {
	index := map[string]int{}
	var groups [][]Judged
	for _, r := range rows {
		k, ok := index[r.Group]
		if !ok {
			k = len(groups)
			index[r.Group] = k
			groups = append(groups, nil)
		}
		groups[k] = append(groups[k], r)
	}
	if len(groups) < 2 {
		return nil
	}
	var auc, gain, bacc []float64
	rng := rand.New(rand.NewPCG(seed, 0))
	for range resamples {
		var p, words []float64
		var yes []bool
		var drawn []Judged
		for range groups {
			for _, r := range groups[rng.IntN(len(groups))] {
				p, words, yes, drawn = append(p, r.Verdict.P), append(words, r.Words), append(yes, r.Supported), append(drawn, r)
			}
		}
		if !slices.Contains(yes, true) || !slices.Contains(yes, false) {
			continue
		}
		a, err := stat.AUC(p, yes)
		if err != nil {
			return err
		}
		w, err := stat.AUC(words, yes)
		if err != nil {
			return err
		}
		auc, gain = append(auc, a), append(gain, a-w)
		bacc = append(bacc, balanced(drawn, func(r *Judged) (bool, bool) { return r.Margin >= 0, true }))
	}
	for _, x := range []struct {
		to   *stat.Interval
		from []float64
	}{{&q.AUCRange, auc}, {&q.Gain, gain}, {&q.BalancedRange, bacc}} {
		iv, err := stat.PercentileInterval(x.from, stat.DefaultLevel)
		if err != nil {
			return err
		}
		*x.to = iv
	}
	return nil
}
