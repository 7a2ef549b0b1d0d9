package stat

import (
	"fmt"
	"math"
)

// Heterogeneity says whether an effect differs between slices by more than their sampling error.
type Heterogeneity struct {
	Q     float64 `json:"q"`     // Cochran's Σ w(δ−δ̄)², w = 1/variance; χ² with S−1 degrees of freedom if all slices agree
	P     float64 `json:"p"`     // P(χ² > Q)
	I2    float64 `json:"i2"`    // share of the variation that is not sampling error: max(0, (Q−df)/Q)
	Tau2  float64 `json:"tau2"`  // variance of the true effects, DerSimonian–Laird, ≥ 0
	Fixed float64 `json:"fixed"` // mean weighted by 1/variance
	Mean  float64 `json:"mean"`  // random-effects mean, weighted by 1/(variance+Tau2)
	SE    float64 `json:"se"`    // standard error of Mean
	S     int     `json:"s"`     // slices
}

// Cochran measures heterogeneity of effects with known sampling variances, all above 0; two slices at least.
// statsmodels combine_effects(effects, variances, method_re="dl"); R metafor::rma(effects, variances, method="DL"), which
// cuts I2 and Tau2 at 0 as here.
func Cochran(effects, variances []float64) (Heterogeneity, error) {
	if err := checkEffects(effects, variances); err != nil {
		return Heterogeneity{}, err
	}
	if len(effects) < 2 {
		return Heterogeneity{}, tooFew("slices", len(effects), 2)
	}
	var w, w2 float64
	for _, v := range variances {
		w += 1 / v
		w2 += 1 / (v * v)
	}
	h := Heterogeneity{Fixed: weightedMean(effects, variances, 0), S: len(effects)}
	for i, e := range effects {
		h.Q += (e - h.Fixed) * (e - h.Fixed) / variances[i]
	}
	df := float64(len(effects) - 1)
	h.P = chiSquareTail(h.Q, df)
	if h.Q > df {
		h.I2 = (h.Q - df) / h.Q
		h.Tau2 = (h.Q - df) / (w - w2/w)
	}
	h.Mean = weightedMean(effects, variances, h.Tau2)
	precision := 0.0
	for _, v := range variances {
		precision += 1 / (v + h.Tau2)
	}
	h.SE = 1 / math.Sqrt(precision)
	return h, nil
}

// Shrink pulls each slice's effect towards center by as much as its own noise deserves:
// B·center + (1−B)·effect with B = variance/(variance+tau2). With tau2 = 0 all become center.
func Shrink(effects, variances []float64, center, tau2 float64) ([]float64, error) {
	if err := checkEffects(effects, variances); err != nil {
		return nil, err
	}
	if !(tau2 >= 0) || math.IsInf(tau2, 1) {
		return nil, fmt.Errorf("variance between slices is %g: must be ≥ 0 and finite", tau2)
	}
	out := make([]float64, len(effects))
	for i, e := range effects {
		b := variances[i] / (variances[i] + tau2)
		out[i] = b*center + (1-b)*e
	}
	return out, nil
}

func weightedMean(effects, variances []float64, tau2 float64) float64 {
	var sum, weight float64
	for i, e := range effects {
		w := 1 / (variances[i] + tau2)
		sum += w * e
		weight += w
	}
	return sum / weight
}

func checkEffects(effects, variances []float64) error {
	if err := checkPaired(effects, variances); err != nil {
		return err
	}
	for i, v := range variances {
		if !(v > 0) {
			return fmt.Errorf("variance of slice %d is %g: leave slices without spread out and count them", i, v)
		}
	}
	return nil
}
