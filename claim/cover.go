package claim

import (
	"github.com/ragdiag/ragdiag/internal/text"
	"github.com/ragdiag/ragdiag/trace"
)

// Covered returns the share of the word mass of claims that is in the
// passages, wherever that is: a baseline that ignores what is said with the
// words, and that orders whole answers well.
func (c *Context) Covered(claims []Claim) float64 {
	has, all := 0., 0.
	for _, cl := range claims {
		for _, t := range c.Analyze(cl.Text, c.lang).Terms {
			w := c.v.Weight(t.Stem)
			all += w
			if c.last(t.Hash) >= 0 {
				has += w
			}
		}
	}
	if all == 0 {
		return 0
	}
	return has / all
}

// sharedShare is the part of Completeness that comes from the words that answer
// and reference share; the rest is the mean probability of the claims. Claims of
// a reference in other words than the answer's have little of it, so that the
// words order answers better.
const sharedShare = .9

// Completeness says how much of a reference an answer gives, in [0,1]: the token
// F1 of the two, and the mean probability that the claims of the reference are in
// the answer. The context must hold the answer as its passages.
func (c *Context) Completeness(reference string) trace.Value {
	said := map[string]int{}
	n := 0
	for _, d := range c.docs {
		n += len(d.Tokens)
		for _, t := range d.Tokens {
			said[t.Text]++
		}
	}
	toks := text.Tokens(reference)
	if n == 0 || len(toks) == 0 {
		return trace.Unknown("there is no answer or no reference")
	}
	shared := 0
	for _, t := range toks {
		if said[t.Text] > 0 {
			said[t.Text]--
			shared++
		}
	}
	f1 := 2 * float64(shared) / float64(n+len(toks))
	var p, mass float64
	for _, cl := range c.Split(reference) {
		if cl.Checkable {
			v := c.Check(cl.Text)
			p += v.P * v.Weight
			mass += v.Weight
		}
	}
	if mass == 0 {
		return trace.Known(f1)
	}
	return trace.Known(sharedShare*f1 + (1-sharedShare)*p/mass)
}
