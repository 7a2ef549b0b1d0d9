package sufficient

import (
	"github.com/ragdiag/ragdiag/internal/fit"
	"github.com/ragdiag/ragdiag/trace"
)

// content is the probability that passages suffice by what the reference says.
// It was fitted on 138 answers of real systems that two people read each
// (FinanceBench left out), pulled to 0 by one row's log loss. With each system
// left out in turn it orders .83 of the pairs; see TestNaturalOnData.
var content = fit.Line{Bias: -1.04, Beta: []float64{
	1.64, // Whole
	1.16, // Least
	1.19, // Values
	.30,  // Place
	1.60, // Short, less an even half: not fitted; see below
}}

// A value or a name is said in its own words. In nq_oracle and xquad (en de zh
// ar), with as many passages of another question, one that is nowhere was
// insufficient in .95 and more of 4,000 cases. In real prompts values are written
// in more ways, so that about half of that is believed.

// asked is the same by the question alone, for references that say nothing that
// could be looked for. On clapnq and nomiracl (en fr zh) the words of the
// question order .55 to .78 of the pairs, so it stays near even.
var asked = fit.Line{Bias: -1.2, Beta: []float64{2.2}}

// operands is the same for answers that are worked out: by the share of the
// question in sentences with numbers. Set by hand.
var operands = fit.Line{Bias: -.8, Beta: []float64{2.4}}

// foreign is the same for references and passages of different languages, by
// the values and names that they share: on xquad across languages .40 of those
// with none suffice and .92 of those with all.
var foreign = fit.Line{Bias: -.4, Beta: []float64{2.8}}

// workedOut is the probability where two numbers in place give the value.
const workedOut = .8

// foreignNone is what is believed across languages where nothing is shared.
const foreignNone = .4

// partBias and partSlope turn what is held of one part into a probability.
const partBias, partSlope = -1.6, 4.0

// The bands: the probability from which passages are said to suffice, and the
// one up to which they are said not to.
const Yes, No = .65, .35

// How sure one may be without a sure ground.
const (
	unsureNo     = .25
	surestDoubt  = .2
	littleAsked  = .6
	unanswerable = .9
)

// probability returns the probability that the passages suffice, and whether it
// rests on values that the answer is to be worked out from.
func probability(r *Result) (p float64, byOperands bool) {
	f := r.Features
	if r.Kind == ByContent {
		switch {
		case f.Foreign && f.Short == .5: // statements: the names in them say little
			p = foreignNone + f.Whole*(.5-foreignNone)
		case f.Foreign:
			p = fit.Sigmoid(foreign.At([]float64{f.Whole}))
		default:
			p = fit.Sigmoid(content.At([]float64{f.Whole, f.Least, f.Values, f.Place, f.Short - .5}))
		}
	} else if p = fit.Sigmoid(asked.At([]float64{f.Stated})); f.Foreign {
		p = foreignNone
	}
	if r.Computed.IsYes() {
		if r.Computed.Grade == trace.GradeC && workedOut > p {
			return workedOut, true
		}
		if c := fit.Sigmoid(operands.At([]float64{f.Operands})); c > p {
			return c, true
		}
	}
	return p, false
}
