package metrics

import (
	"fmt"
	"slices"
)

// Grounding holds the verdicts on the claims of one answer, from which the
// measures of RAGChecker (Ru et al. 2024) follow. Where RAGChecker's code gives
// 0 for what is undefined, the methods here return an error.
type Grounding struct {
	// Passages is the number of retrieved passages, the length of each inner list.
	Passages int
	// Right says of each claim of the response whether the gold answer entails it.
	Right []bool
	// Covered says of each gold claim whether the response entails it.
	Covered []bool
	// Supports says of each claim of the response which passages entail it.
	Supports [][]bool
	// Holds says of each gold claim which passages entail it.
	Holds [][]bool
}

// GroundingMeasures lists the measures by the names RAGChecker gives them, in
// its order.
var GroundingMeasures = []struct {
	Name string
	Of   func(Grounding) (float64, error)
}{
	{"precision", Grounding.Precision},
	{"recall", Grounding.Recall},
	{"f1", Grounding.F1},
	{"claim_recall", Grounding.ClaimRecall},
	{"context_precision", Grounding.ContextPrecision},
	{"context_utilization", Grounding.ContextUtilization},
	{"noise_sensitivity_in_relevant", Grounding.NoiseInRelevant},
	{"noise_sensitivity_in_irrelevant", Grounding.NoiseInIrrelevant},
	{"hallucination", Grounding.Hallucination},
	{"self_knowledge", Grounding.SelfKnowledge},
	{"faithfulness", Grounding.Faithfulness},
}

// Check refuses verdict lists that do not fit together.
func (g Grounding) Check() error {
	if g.Right != nil && g.Supports != nil && len(g.Right) != len(g.Supports) {
		return fmt.Errorf("%w: %d and %d claims of the response", ErrShape, len(g.Right), len(g.Supports))
	}
	if g.Covered != nil && g.Holds != nil && len(g.Covered) != len(g.Holds) {
		return fmt.Errorf("%w: %d and %d gold claims", ErrShape, len(g.Covered), len(g.Holds))
	}
	for _, row := range slices.Concat(g.Supports, g.Holds) {
		if len(row) != g.Passages {
			return fmt.Errorf("%w: %d verdicts for %d passages", ErrShape, len(row), g.Passages)
		}
	}
	return nil
}

// Precision is the share of the response's claims that are right.
func (g Grounding) Precision() (float64, error) {
	return share(len(g.Right), func(i int) bool { return g.Right[i] }, g.Right == nil)
}

// Recall is the share of the gold claims that the response covers.
func (g Grounding) Recall() (float64, error) {
	return share(len(g.Covered), func(i int) bool { return g.Covered[i] }, g.Covered == nil)
}

// F1 is the harmonic mean of Precision and Recall, 0 if both are.
func (g Grounding) F1() (float64, error) {
	p, err := g.Precision()
	if err != nil {
		return 0, err
	}
	r, err := g.Recall()
	if err != nil || p+r == 0 {
		return 0, err
	}
	return 2 * p * r / (p + r), nil
}

// ClaimRecall is the share of the gold claims that some passage holds.
func (g Grounding) ClaimRecall() (float64, error) {
	return share(len(g.Holds), func(i int) bool { return slices.Contains(g.Holds[i], true) }, g.Holds == nil)
}

// ContextPrecision is the share of the passages that hold some gold claim.
// No passages, or no gold claims that they could hold: undefined.
func (g Grounding) ContextPrecision() (float64, error) {
	relevant, err := g.relevant()
	if err != nil {
		return 0, err
	}
	if g.Passages == 0 {
		return 0, ErrNoneRetrieved
	}
	return share(g.Passages, func(j int) bool { return relevant[j] }, false)
}

// ContextUtilization is the share covered by the response of the gold claims
// that some passage holds. If no passage holds any: ErrNothingHeld.
func (g Grounding) ContextUtilization() (float64, error) {
	if err := g.Check(); err != nil {
		return 0, err
	}
	if g.Holds == nil || g.Covered == nil {
		return 0, ErrNotJudged
	}
	if len(g.Holds) == 0 {
		return 0, ErrNoClaims
	}
	held, used := 0, 0
	for i, row := range g.Holds {
		if slices.Contains(row, true) {
			held++
			if g.Covered[i] {
				used++
			}
		}
	}
	if held == 0 {
		return 0, ErrNothingHeld
	}
	return float64(used) / float64(held), nil
}

// NoiseInRelevant is the share of the response's claims that are wrong and
// supported by a passage that holds a gold claim.
func (g Grounding) NoiseInRelevant() (float64, error) { return g.noise(true) }

// NoiseInIrrelevant is the share of the response's claims that are wrong and
// supported only by passages that hold no gold claim.
func (g Grounding) NoiseInIrrelevant() (float64, error) { return g.noise(false) }

// Hallucination is the share of the response's claims that are wrong and
// supported by no passage.
func (g Grounding) Hallucination() (float64, error) { return g.unsupported(false) }

// SelfKnowledge is the share of the response's claims that are right and
// supported by no passage.
func (g Grounding) SelfKnowledge() (float64, error) { return g.unsupported(true) }

// Faithfulness is the share of the response's claims that some passage supports.
func (g Grounding) Faithfulness() (float64, error) {
	return share(len(g.Supports), func(i int) bool { return slices.Contains(g.Supports[i], true) }, g.Supports == nil)
}

// relevant says of each passage whether it holds a gold claim.
func (g Grounding) relevant() ([]bool, error) {
	if err := g.Check(); err != nil {
		return nil, err
	}
	if g.Holds == nil {
		return nil, ErrNotJudged
	}
	if len(g.Holds) == 0 {
		return nil, ErrNoClaims
	}
	out := make([]bool, g.Passages)
	for _, row := range g.Holds {
		for j, holds := range row {
			out[j] = out[j] || holds
		}
	}
	return out, nil
}

func (g Grounding) noise(inRelevant bool) (float64, error) {
	relevant, err := g.relevant()
	if err != nil {
		return 0, err
	}
	return share(len(g.Right), func(i int) bool {
		byRelevant, byAny := false, false
		for j, supports := range g.Supports[i] {
			byAny = byAny || supports
			byRelevant = byRelevant || supports && relevant[j]
		}
		return !g.Right[i] && byAny && byRelevant == inRelevant
	}, g.Right == nil || g.Supports == nil)
}

func (g Grounding) unsupported(right bool) (float64, error) {
	if err := g.Check(); err != nil {
		return 0, err
	}
	return share(len(g.Right), func(i int) bool {
		return g.Right[i] == right && !slices.Contains(g.Supports[i], true)
	}, g.Right == nil || g.Supports == nil)
}

// share is the share of n things that are so.
func share(n int, is func(i int) bool, notJudged bool) (float64, error) {
	if notJudged {
		return 0, ErrNotJudged
	}
	if n == 0 {
		return 0, ErrNoClaims
	}
	count := 0
	for i := range n {
		if is(i) {
			count++
		}
	}
	return float64(count) / float64(n), nil
}
