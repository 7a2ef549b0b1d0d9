package intervene

import (
	"slices"

	"github.com/ragdiag/ragdiag/trace"
)

// Case is what Fit learns from: one failure with its prior and its runs.
type Case struct {
	Hyps    []Hypothesis
	Weights []float64         // among failures, before any run
	Runs    map[string]Count  // by arm; replay without the recorded failure
	Same    map[string]string // an arm to the one with the same prompt
}

// belief rebuilds the belief of a case.
func (c Case) belief(lik Likelihoods) *Belief {
	b := NewBelief(c.Hyps, c.Weights, lik)
	b.same = c.Same
	for arm, n := range c.Runs {
		have := b.runs[arm]
		b.runs[arm] = Count{have.N + n.N, have.K + n.K}
	}
	return b
}

// The strength of the starting point in Fit: draws, and pairs of draws, that it
// is worth. A population that was hardly seen stays where it was.
const (
	fitDraws = 8.
	fitPairs = 8.
	fitSteps = 25
)

// Fit refits the populations on the runs of a set by moments: each draw counts
// for a population with the probability that its failure belongs there, and the
// two are improved in turn. The mean comes from all draws, the spread from arms
// with at least two. That the recorded answers failed is allowed for. Without a
// run it returns from as it is.
func Fit(cases []Case, from Likelihoods) Likelihoods {
	lik := from
	for range fitSteps {
		var draws, hits, pairs, both [responses]float64
		for _, c := range cases {
			p := c.belief(lik).P()
			for _, arm := range sortedArms(c.Runs) {
				run := c.Runs[arm]
				n, k := float64(run.N), float64(run.K)
				for i, h := range c.Hyps {
					r := h.Responds(arm)
					// A rate that has failed once is of Beta(a, b+1): its mean is smaller
					// by s/(s+1), its second moment by s/(s+2).
					one, two := 1., 1.
					if s := lik[r].A + lik[r].B; arm == trace.ArmReplay {
						one, two = s/(s+1), s/(s+2)
					}
					draws[r] += p[i] * n * one
					hits[r] += p[i] * k
					pairs[r] += p[i] * n * (n - 1) * two
					both[r] += p[i] * k * (k - 1)
				}
			}
		}
		for r := range responses {
			if draws[r] > 0 {
				lik[r] = moments(from[r], draws[r], hits[r], pairs[r], both[r])
			}
		}
	}
	return lik
}

// moments returns the Beta whose first two moments are those seen, drawn towards
// from.
func moments(from Beta, draws, hits, pairs, both float64) Beta {
	s := from.A + from.B
	mean := (hits + fitDraws*from.Mean()) / (draws + fitDraws)
	mean = min(.98, max(.02, mean))
	second := mean * (mean*s + 1) / (s + 1) // of from's spread about the new mean
	second = (both + fitPairs*second) / (pairs + fitPairs)
	variance := second - mean*mean
	size := mean*(1-mean)/max(variance, 1e-6) - 1
	size = min(60, max(2, size))
	return Beta{mean * size, (1 - mean) * size}
}

func sortedArms[V any](m map[string]V) []string {
	out := make([]string, 0, len(m))
	for a := range m {
		out = append(out, a)
	}
	slices.Sort(out)
	return out
}
