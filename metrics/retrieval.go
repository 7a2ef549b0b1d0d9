package metrics

import (
	"fmt"
	"math"
)

// RecallAt is the share of the relevant documents that are among the first k.
// Range [0, 1]. Without a relevant document: ErrNoRelevant.
func RecallAt(k int, ranked []string, rel map[string]bool) (float64, error) {
	return Measure{Kind: KindR, Cutoff: k}.ofBinary(ranked, rel)
}

// RR is 1/rank of the first relevant document, 0 if none was retrieved.
// Its mean is MRR. Without a relevant document: ErrNoRelevant.
func RR(ranked []string, rel map[string]bool) (float64, error) {
	return Measure{Kind: KindRR}.ofBinary(ranked, rel)
}

// AP is the mean over the relevant documents of the precision at
// their ranks, 0 for those not retrieved. Range [0, 1]; its mean is MAP.
// Without a relevant document: ErrNoRelevant.
func AP(ranked []string, rel map[string]bool) (float64, error) {
	return Measure{Kind: KindAP}.ofBinary(ranked, rel)
}

// NDCGAt is the normalised discounted cumulative gain of the first k with the
// grade itself as gain (trec_eval, Järvelin and Kekäläinen 2002), against the
// ideal over all judged documents. Range [0, 1]. Without a positive grade:
// ErrNoRelevant.
func NDCGAt(k int, ranked []string, grades map[string]int) (float64, error) {
	return Measure{Kind: KindNDCG, Cutoff: k}.ofGrades(ranked, grades)
}

func (m Measure) ofBinary(ranked []string, rel map[string]bool) (float64, error) {
	grades := make(map[string]int, len(rel))
	for doc, is := range rel {
		grades[doc] = 0
		if is {
			grades[doc] = 1
		}
	}
	t, err := NewTopic("", ranked, grades)
	if err != nil {
		return 0, err
	}
	return m.Of(t)
}

func (m Measure) ofGrades(ranked []string, grades map[string]int) (float64, error) {
	if m.Cutoff < 1 {
		return 0, fmt.Errorf("%w, not %d", ErrCutoff, m.Cutoff)
	}
	t, err := NewTopic("", ranked, grades)
	if err != nil {
		return 0, err
	}
	return m.Of(t)
}

// Of computes the measure for one query. Without a document of the level asked for
// it is ErrNoRelevant, without one retrieved, where that is what is divided by,
// ErrNoneRetrieved; a grade above the scale is ErrGrade. Evaluate turns them into 0
// where a convention asks for it.
func (m Measure) Of(t Topic) (float64, error) {
	if err := m.check(); err != nil {
		return 0, err
	}
	if m.JudgedOnly {
		t = t.condensed()
	}
	rel := m.rel()
	switch m.Kind {
	case KindNumQ:
		return 1, nil
	case KindNumRet:
		if m.Rel == 0 {
			return float64(t.Retrieved), nil
		}
		return float64(t.found(0, rel)), nil
	case KindNumRel:
		return float64(t.relevant(rel)), nil
	case KindNumRelRet:
		return float64(t.found(0, rel)), nil
	case KindJudged:
		if t.Retrieved == 0 {
			return 0, ErrNoneRetrieved
		}
		return float64(t.found(m.Cutoff, math.MinInt)) / float64(min(m.Cutoff, t.Retrieved)), nil
	}
	relevant := t.relevant(rel)
	if relevant == 0 {
		return 0, ErrNoRelevant
	}
	switch m.Kind {
	case KindP:
		return float64(t.found(m.Cutoff, rel)) / float64(m.Cutoff), nil
	case KindR:
		return float64(t.found(m.Cutoff, rel)) / float64(relevant), nil
	case KindSuccess:
		return float64(min(1, t.found(m.Cutoff, rel))), nil
	case KindRR:
		return t.reciprocalRank(m.Cutoff, rel), nil
	case KindAP:
		return t.averagePrecision(m.Cutoff, rel) / float64(relevant), nil
	case KindRprec:
		return float64(t.found(relevant, rel)) / float64(relevant), nil
	case KindBpref:
		return t.bpref(rel, relevant), nil
	case KindNDCG:
		return t.ndcg(m.Cutoff, m.ExpGain)
	case KindERR:
		return t.err(m.Cutoff, m.maxGrade())
	case KindSetR:
		return float64(t.found(0, rel)) / float64(relevant), nil
	}
	// SetP and SetF divide by the number retrieved.
	if t.Retrieved == 0 {
		return 0, ErrNoneRetrieved
	}
	found := float64(t.found(0, rel))
	if m.Kind == KindSetP {
		return found / float64(t.Retrieved), nil
	}
	return 2 * found / float64(t.Retrieved+relevant), nil // SetF = 2PR/(P+R)
}

func (t Topic) reciprocalRank(k, rel int) float64 {
	for _, h := range t.Hits {
		if k >= 1 && h.Rank > k {
			break
		}
		if h.Grade >= rel {
			return 1 / float64(h.Rank)
		}
	}
	return 0
}

// averagePrecision is the sum over the relevant hits, not yet divided.
func (t Topic) averagePrecision(k, rel int) float64 {
	sum, n := 0.0, 0
	for _, h := range t.Hits {
		if k >= 1 && h.Rank > k {
			break
		}
		if h.Grade >= rel {
			n++
			sum += float64(n) / float64(h.Rank)
		}
	}
	return sum
}

// bpref = 1/R Σ over the retrieved relevant of 1 − min(above, R)/min(N, R),
// where above counts judged non-relevant documents above it and N all of them;
// the term is 1 where above is 0 (Buckley and Voorhees 2004, as in trec_eval).
func (t Topic) bpref(rel, relevant int) float64 {
	nonRelevant := t.relevant(0) - relevant
	sum, above := 0.0, 0
	for _, h := range t.Hits {
		switch {
		case h.Grade >= rel:
			if above == 0 {
				sum++
			} else {
				sum += 1 - float64(min(above, relevant))/float64(min(nonRelevant, relevant))
			}
		case h.Grade >= 0:
			above++
		}
	}
	return sum / float64(relevant)
}

// maxExpGrade keeps 2^grade, and sums of some thousands of it, finite.
const maxExpGrade = 1000

func (t Topic) ndcg(k int, exp bool) (float64, error) {
	if exp && t.Grades[0] > maxExpGrade {
		return 0, fmt.Errorf("%w: %d is above %d", ErrGrade, t.Grades[0], maxExpGrade)
	}
	gain := func(grade, rank int) float64 {
		g := float64(grade)
		if exp {
			g = math.Exp2(g) - 1
		}
		return g / math.Log2(float64(rank+1))
	}
	dcg, ideal := 0.0, 0.0
	for _, h := range t.Hits {
		if k >= 1 && h.Rank > k {
			break
		}
		if h.Grade > 0 {
			dcg += gain(h.Grade, h.Rank)
		}
	}
	for i, g := range t.Grades {
		if g <= 0 || k >= 1 && i >= k {
			break
		}
		ideal += gain(g, i+1)
	}
	return dcg / ideal, nil
}

func (t Topic) err(k, maxGrade int) (float64, error) {
	if t.Grades[0] > maxGrade {
		return 0, fmt.Errorf("%w: %d is above %d", ErrGrade, t.Grades[0], maxGrade)
	}
	sum, goesOn := 0.0, 1.0
	for _, h := range t.Hits {
		if k >= 1 && h.Rank > k {
			break
		}
		if h.Grade > 0 {
			stops := (math.Exp2(float64(h.Grade)) - 1) / math.Exp2(float64(maxGrade))
			sum += stops * goesOn / float64(h.Rank)
			goesOn *= 1 - stops
		}
	}
	return sum, nil
}
