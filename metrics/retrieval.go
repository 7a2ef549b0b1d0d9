package metrics

import (
	"fmt"
	"math"
)

// RecallAt is the share of the relevant documents that stand among the first k.
// Range [0, 1]. Without a relevant document: ErrNoRelevant.
func RecallAt(k int, ranked []string, rel map[string]bool) (float64, error) {
	return Measure{Kind: KindR, Cutoff: k}.ofBinary(ranked, rel)
}

// PrecisionAt is the number of relevant documents among the first k, divided
// by k even when fewer were retrieved. Range [0, 1]. Without a relevant
// document: ErrNoRelevant.
func PrecisionAt(k int, ranked []string, rel map[string]bool) (float64, error) {
	return Measure{Kind: KindP, Cutoff: k}.ofBinary(ranked, rel)
}

// SuccessAt is 1 if a relevant document stands among the first k, else 0.
// Also called hit@k. Without a relevant document: ErrNoRelevant.
func SuccessAt(k int, ranked []string, rel map[string]bool) (float64, error) {
	return Measure{Kind: KindSuccess, Cutoff: k}.ofBinary(ranked, rel)
}

// RR is 1/rank of the first relevant document, 0 if none was retrieved.
// Its mean is MRR. Without a relevant document: ErrNoRelevant.
func RR(ranked []string, rel map[string]bool) (float64, error) {
	return Measure{Kind: KindRR}.ofBinary(ranked, rel)
}

// RRAt is RR with ranks beyond k counted as not retrieved.
func RRAt(k int, ranked []string, rel map[string]bool) (float64, error) {
	return Measure{Kind: KindRR, Cutoff: k}.ofBinaryAt(ranked, rel)
}

// AP is the mean over the relevant documents of the precision at
// their ranks, 0 for those not retrieved. Range [0, 1]; its mean is MAP.
// Without a relevant document: ErrNoRelevant.
func AP(ranked []string, rel map[string]bool) (float64, error) {
	return Measure{Kind: KindAP}.ofBinary(ranked, rel)
}

// APAt is AP of the first k, still divided by the
// number of all relevant documents (trec_eval's map_cut).
func APAt(k int, ranked []string, rel map[string]bool) (float64, error) {
	return Measure{Kind: KindAP, Cutoff: k}.ofBinaryAt(ranked, rel)
}

// Rprec is the precision at rank R, where R is the number of relevant
// documents. Without a relevant document: ErrNoRelevant.
func Rprec(ranked []string, rel map[string]bool) (float64, error) {
	return Measure{Kind: KindRprec}.ofBinary(ranked, rel)
}

// Bpref says how seldom judged non-relevant documents (false
// in rel) stand above relevant ones; documents that rel does not name are
// skipped. Range [0, 1]. Without a relevant document: ErrNoRelevant.
func Bpref(ranked []string, rel map[string]bool) (float64, error) {
	return Measure{Kind: KindBpref}.ofBinary(ranked, rel)
}

// NDCGAt is the normalised discounted cumulative gain of the first k with the
// grade itself as gain (trec_eval, Järvelin and Kekäläinen 2002), against the
// ideal over all judged documents. Range [0, 1]. Without a positive grade:
// ErrNoRelevant.
func NDCGAt(k int, ranked []string, grades map[string]int) (float64, error) {
	return Measure{Kind: KindNDCG, Cutoff: k}.ofGrades(ranked, grades)
}

// NDCGExpAt is NDCGAt with 2^grade − 1 as gain (Burges et al. 2005, gdeval).
func NDCGExpAt(k int, ranked []string, grades map[string]int) (float64, error) {
	return Measure{Kind: KindNDCG, Cutoff: k, ExpGain: true}.ofGrades(ranked, grades)
}

// ERRAt is the expected reciprocal rank of the first k (Chapelle et al. 2009):
// a reader stops at a document with probability (2^grade − 1)/2^maxGrade.
// Range [0, 1). Without a positive grade: ErrNoRelevant; above maxGrade: ErrGrade.
func ERRAt(k, maxGrade int, ranked []string, grades map[string]int) (float64, error) {
	return Measure{Kind: KindERR, Cutoff: k, MaxGrade: maxGrade}.ofGrades(ranked, grades)
}

// JudgedAt is the share of the first k (or of all, if fewer were retrieved)
// that have a grade, be it negative. With nothing retrieved: ErrNoneRetrieved.
func JudgedAt(k int, ranked []string, grades map[string]int) (float64, error) {
	return Measure{Kind: KindJudged, Cutoff: k}.ofGrades(ranked, grades)
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

// ofBinaryAt is ofBinary where the cutoff is not optional as it is in Measure.
func (m Measure) ofBinaryAt(ranked []string, rel map[string]bool) (float64, error) {
	if m.Cutoff < 1 {
		return 0, fmt.Errorf("%w, not %d", ErrCutoff, m.Cutoff)
	}
	return m.ofBinary(ranked, rel)
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

// Of computes the measure for one query. The errors are those of the function
// of the same measure; Evaluate turns them into 0 where a convention asks for it.
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
