package ground

import (
	"slices"

	"github.com/ragdiag/ragdiag/internal/text"
	"github.com/ragdiag/ragdiag/trace"
)

// The shares of weight from which claims that another program cut from the same
// answer are taken for parts of ours, and for all of it.
const (
	partOfClaim = .8
	wholeClaim  = .6
)

// imported is another judge's opinion that came with the record. It is asked
// only where the verifier cannot tell, and only for what it decided.
type imported struct {
	claims []importedClaim
	gold   []trace.GoldClaim
}

type importedClaim struct {
	trace.ClaimVerdict
	terms []text.Term
}

// importedLabels reads the labels that came with the record, before they are
// replaced by our own evidence.
func (x *examination) importedLabels() imported {
	var im imported
	e := x.rec.Evidence.Ground
	if e == nil || e.Version != trace.ImportedLabels {
		return im
	}
	x.ev.Version += ", " + trace.ImportedLabels + " where it abstains"
	for _, c := range e.Claims {
		im.claims = append(im.claims, importedClaim{c, x.texts.Analyze(c.Text, x.lang).Terms})
	}
	im.gold = e.GoldClaims
	return im
}

// decide fills in what is open about a claim of the answer from the imported
// claims that are parts of it: contradicted if one is, supported if all are and
// they make up most of it; and likewise whether it is right.
func (x *examination) decide(v *trace.ClaimVerdict) {
	if len(x.imported.claims) == 0 || v.Support != trace.Abstain && !v.Right.IsUnknown() {
		return
	}
	own := x.texts.Analyze(v.Text, x.lang).Terms
	var covered []text.Term
	var parts []trace.ClaimVerdict
	for _, c := range x.imported.claims {
		if x.held(c.terms, own) >= partOfClaim {
			parts = append(parts, c.ClaimVerdict)
			covered = append(covered, c.terms...)
		}
	}
	if len(parts) == 0 {
		return
	}
	whole := x.held(own, covered) >= wholeClaim
	if v.Support == trace.Abstain {
		if i := slices.IndexFunc(parts, func(c trace.ClaimVerdict) bool { return c.Support == trace.Contradicted }); i >= 0 {
			v.Support, v.P, v.Weakened = trace.Contradicted, parts[i].P, false
		} else if whole && !slices.ContainsFunc(parts, func(c trace.ClaimVerdict) bool { return c.Support != trace.Supported }) {
			v.Support, v.P, v.By, v.Weakened = trace.Supported, parts[0].P, parts[0].By, false
		}
	}
	if v.Right.IsUnknown() {
		if i := slices.IndexFunc(parts, func(c trace.ClaimVerdict) bool { return c.Right.IsNo() }); i >= 0 {
			v.Right = parts[i].Right
		} else if whole && !slices.ContainsFunc(parts, func(c trace.ClaimVerdict) bool { return !c.Right.IsYes() }) {
			v.Right = parts[0].Right
		}
	}
}

// decideGold does the same for a gold claim, which both sides have in the same
// words.
func (im imported) decideGold(c *trace.GoldClaim) {
	for _, g := range im.gold {
		if g.Text != c.Text {
			continue
		}
		if c.InContext == trace.Abstain {
			c.InContext = g.InContext
		}
		if c.InAnswer == trace.Abstain {
			c.InAnswer = g.InAnswer
		}
	}
}

// held returns the share of the weight of want that is among the terms has.
func (x *examination) held(want, has []text.Term) float64 {
	var got, all float64
	for _, t := range want {
		w := x.texts.Verifier().Weight(t.Stem)
		all += w
		if containsTerm(has, t.Hash) {
			got += w
		}
	}
	if all == 0 {
		return 0
	}
	return got / all
}
