package simulated

import (
	"math"
	"math/rand/v2"

	"github.com/ragdiag/ragdiag/intervene"
	"github.com/ragdiag/ragdiag/metrics/stat"
)

// CeilingSimulation draws whole runs of a system whose gains are known and
// estimates the ceiling table of each: it shows how often the intervals cover.
// Records come in documents whose evidence tends to be lost at the same place.
type CeilingSimulation struct {
	Records   int           // of a run
	PerDoc    int           // records of a document, 1 to this many
	Spread    float64       // how unlike documents are: standard deviation of what moves their log-odds
	Mix       intervene.Mix // where the evidence is lost; Joint and Flaky are not used
	Generator float64       // share of records whose generator fails with all that it needs
	World     intervene.Likelihoods

	Failures, Successes, Repeats, Resamples int // as in CeilingOptions and Options
}

// CoveredGain is an estimated gain with what it is in truth.
type CoveredGain struct {
	stat.StratifiedEstimate
	Truth     float64 // over all questions of the kind
	HereTruth float64 // over the records of this run
}

// Columns names the gains in their order.
func (CeilingSimulation) Columns() []string {
	var out []string
	for _, kind := range []string{"first in", "last in"} {
		for _, stage := range []string{"query formation", "retrieval", "context selection", "generation"} {
			out = append(out, stage+", "+kind)
		}
	}
	return out
}

// simulatedRecord is what is true of a record: the rate at which each of its
// prompts is answered right, and which prompt and sufficiency each coalition has.
type simulatedRecord struct {
	doc    int
	rates  []float64
	prompt []int // by coalition; −1: sufficiency decides
	enough []float64
}

// worth is the true worth of a coalition.
func (r *simulatedRecord) worth(c int) float64 {
	if at := r.prompt[c]; at >= 0 {
		return r.rates[at]
	}
	return r.enough[c]
}

// record draws one of a document that leans by lean to losing evidence, and by
// ill to failing with it.
func (s CeilingSimulation) record(rng *rand.Rand, doc int, lean, ill float64) simulatedRecord {
	w := []float64{s.Mix.Retrieval * math.Exp(lean), s.Mix.Selection * math.Exp(lean), 1 - s.Mix.Retrieval - s.Mix.Selection}
	place := drawIndex(rng, w)
	odds := s.Generator / (1 - s.Generator) * math.Exp(ill)
	with := intervene.Healthy
	if rng.Float64() < odds/(1+odds) {
		with = intervene.Defeated
	}
	lacks := drawBeta(rng, s.World[intervene.PriorOnly])
	has := drawBeta(rng, s.World[with])
	byQuery := place == lostBefore && rng.Float64() < .3 // another query finds it
	cutAfter := byQuery && rng.Float64() < .3            // … and selection drops it
	r := simulatedRecord{doc: doc}
	prompts := map[[2]bool]int{}
	for c := range 16 {
		q, ret, sel, gen := c&1 > 0, c&2 > 0, c&4 > 0, c&8 > 0
		other := byQuery && q && !ret // the passages of the other query
		in := place == lostNever || place == lostAfter && sel ||
			place == lostBefore && (ret || other && (!cutAfter || sel))
		enough := 0.
		if in {
			enough = 1
		}
		r.enough = append(r.enough, enough)
		if gen {
			r.prompt = append(r.prompt, -1)
			continue
		}
		key := [2]bool{in, other}
		at, ok := prompts[key]
		if !ok {
			at = len(r.rates)
			prompts[key] = at
			rate := lacks
			if in {
				rate = has
			}
			if other { // it reads other passages, not just one more
				rate = drawBeta(rng, intervene.Beta{A: 1 + 8*rate, B: 9 - 8*rate})
			}
			r.rates = append(r.rates, rate)
		}
		r.prompt = append(r.prompt, at)
	}
	return r
}

// records draws documents until there are n records.
func (s CeilingSimulation) records(rng *rand.Rand, n int) []simulatedRecord {
	var out []simulatedRecord
	for doc := 0; len(out) < n; doc++ {
		lean, ill := s.Spread*rng.NormFloat64(), s.Spread*rng.NormFloat64()
		for range 1 + rng.IntN(s.PerDoc) {
			out = append(out, s.record(rng, doc, lean, ill))
		}
	}
	return out[:n]
}

// gain returns the coalitions whose difference a column is.
func gainPair(j int) (from, to int) {
	if j < 4 {
		return 0, 1 << j
	}
	return 15 &^ (1 << (j - 4)), 15
}

// Truth returns the gains over all questions of the kind, by so many draws that
// their own error is far below that of any run.
func (s CeilingSimulation) Truth(seed uint64) []float64 {
	rng := rand.New(rand.NewPCG(seed, 0x7407))
	const n = 400_000
	out := make([]float64, 8)
	docs := 0
	for done := 0; done < n; docs++ {
		lean, ill := s.Spread*rng.NormFloat64(), s.Spread*rng.NormFloat64()
		for range 1 + rng.IntN(s.PerDoc) {
			r := s.record(rng, docs, lean, ill)
			for j := range out {
				from, to := gainPair(j)
				out[j] += r.worth(to) - r.worth(from)
			}
			done++
		}
		if done >= n {
			for j := range out {
				out[j] /= float64(done)
			}
		}
	}
	return out
}

// Run draws one run and estimates its table. ok is false where a stratum is too
// small for intervals.
func (s CeilingSimulation) Run(truth []float64, seed uint64) (gains []CoveredGain, ok bool) {
	rng := rand.New(rand.NewPCG(seed, 0xc0e))
	all := s.records(rng, s.Records)
	here := make([]float64, 8)
	var drawn [2][]*simulatedRecord
	strata := [2]intervene.Stratum{{Members: map[int]int{}}, {Members: map[int]int{}}}
	for i := range all {
		r := &all[i]
		h := 0
		if rng.Float64() < r.rates[r.prompt[0]] {
			h = 1
		}
		drawn[h] = append(drawn[h], r)
		strata[h].Size++
		strata[h].Members[r.doc]++
		for j := range here {
			from, to := gainPair(j)
			here[j] += (r.worth(to) - r.worth(from)) / float64(len(all))
		}
	}
	for h, limit := range []int{s.Failures, s.Successes} {
		list := drawn[h]
		rng.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
		for _, r := range list[:min(limit, len(list))] {
			strata[h].Played = append(strata[h].Played, s.draw(rng, r))
		}
	}
	est, err := intervene.Gains(4, strata, intervene.CeilingOptions{Seed: seed, Resamples: s.Resamples})
	if err != nil {
		return nil, false
	}
	for j, e := range est {
		gains = append(gains, CoveredGain{e, truth[j], here[j]})
	}
	return gains, true
}

// draw asks each prompt of a record Repeats times.
func (s CeilingSimulation) draw(rng *rand.Rand, r *simulatedRecord) intervene.Played {
	p := intervene.Played{Cluster: r.doc, Prompt: r.prompt}
	rates := make([]float64, len(r.rates))
	for i, rate := range r.rates {
		k := 0.
		for range s.Repeats {
			if rng.Float64() < rate {
				k++
			}
		}
		rates[i] = k / float64(s.Repeats)
		p.Noise = append(p.Noise, intervene.NoiseOf(k, float64(s.Repeats)))
	}
	for c := range r.prompt {
		if at := r.prompt[c]; at >= 0 {
			p.Worth = append(p.Worth, rates[at])
		} else {
			p.Worth = append(p.Worth, r.enough[c])
		}
	}
	return p
}
