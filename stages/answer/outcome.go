package answer

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/ragdiag/ragdiag/claim"
	"github.com/ragdiag/ragdiag/internal/fit"
	"github.com/ragdiag/ragdiag/internal/match"
	"github.com/ragdiag/ragdiag/internal/text"
	"github.com/ragdiag/ragdiag/stages/prepared"
	"github.com/ragdiag/ragdiag/trace"
)

// The bands of P(bad) that an examiner marks: from badAbove on an answer is bad,
// up to rightBelow it is right, between the two it is open. The decision has
// bands of its own, which a user may set.
const (
	badAbove   = .53
	rightBelow = .47
)

// refusal reads which share of what was asked the answer declines.
func (x *examination) refusal() {
	if x.failed() {
		x.out.Refusal = trace.Holds(false, .95, trace.GradeB, "nothing was said: a step failed")
		x.out.RefusalShare = trace.Unknown("nothing was said: a step failed")
		return
	}
	x.out.Refusal, x.out.RefusalShare = declined(x.rec.Question, x.content, x.claims)
}

// declinedShare is the share of the asked parts that the answer declines; 0 where
// that is not known.
func (x *examination) declinedShare() float64 {
	share, _ := x.out.RefusalShare.Get()
	return share
}

// A reference declines to answer itself if it reads so with this probability, and
// is not so long that it must say something.
const (
	declinesFrom  = .8
	declinesWords = 40
)

func (x *examination) declining(ref string) bool {
	return len(strings.Fields(ref)) <= declinesWords && claim.ReadRefusal(x.rec.Question, ref).P >= declinesFrom
}

// readReferences reads the accepted answers by their kinds.
func (x *examination) readReferences() {
	if len(x.gold.Answers) > 0 {
		x.refs = match.ReadReferences(x.asked, x.gold.Answers, x.asked.Lang, x.declining)
	}
}

// declines reports whether every accepted answer says that there is none.
func (x *examination) declines() bool {
	for _, r := range x.refs {
		if r.Kind != trace.ReferenceDeclines {
			return false
		}
	}
	return len(x.refs) > 0
}

// compare holds the accepted answers, and what a complete answer says, against
// the answer, and keeps what agrees best.
func (x *examination) compare() {
	e := x.out
	results := match.CompareEach(x.refs, x.doc, match.Setting{Passages: x.texts.Docs()})
	best := -1.
	for i, r := range x.refs {
		if r.Kind == trace.ReferenceDeclines {
			continue
		}
		res := results[i]
		var s Signals
		if r.Kind == trace.ReferenceProse {
			s = x.weighClaims(&res)
		}
		if res.P > best {
			best, x.best, x.result, x.weighed = res.P, i, res, s
		}
	}
	if len(x.gold.Claims) > 0 {
		if res, s := x.goldClaims(); len(x.refs) == 0 || res.P > best && (x.result.Agreement != trace.Different || x.reference() == trace.ReferenceProse || res.P >= claimsOverrule) {
			x.best, x.result, x.weighed = -1, res, s
		}
	}
	e.Contains = trace.Unknown("no reference answer is recorded")
	if len(x.refs) > 0 {
		e.Contains = trace.Known(0)
		e.Reference = trace.ReferenceDeclines
	}
	if len(x.gold.Claims) > 0 && x.best < 0 {
		e.Reference = trace.ReferenceClaims
	}
	if x.best >= 0 {
		e.Reference, e.ReferenceAt = x.refs[x.best].Kind, x.best
		if x.result.Agreement == trace.Equal {
			e.Contains, e.Matched = trace.Known(1), x.gold.Answers[x.best]
		}
	}
	e.Compared = x.located(x.result.Items)
	e.ClaimRecall = trace.Unknown("neither gold claims nor a reference that makes statements")
	e.Completeness = x.completeness()
	if sum, n := stated(x.result.Items); n > 0 {
		e.ClaimRecall = trace.Known(sum / float64(n))
	}
}

// completeness says how much of an accepted answer the answer gives: of the one
// that agrees best.
func (x *examination) completeness() trace.Value {
	if len(x.refs) == 0 {
		return trace.Unknown("no reference answer is recorded")
	}
	return x.saying().Completeness(x.gold.Answers[max(x.best, 0)])
}

// saying returns the answer as a passage, to check statements against.
func (x *examination) saying() *claim.Context {
	if x.said == nil {
		x.said = x.texts.PrepareDocs([]*text.Doc{x.doc}, x.lang)
	}
	return x.said
}

// claimsOverrule is the probability of all gold claims from which they stand
// against an accepted answer whose value or yes or no differs.
const claimsOverrule = .8

// reference is the kind of the accepted answer that agrees best; "" without any.
func (x *examination) reference() string {
	if x.best < 0 {
		return ""
	}
	return x.refs[x.best].Kind
}

// located returns the items with their places in the answer as recorded, from
// which the text compared differs by its form; an item whose words do not stand
// there together has no place.
func (x *examination) located(items []trace.Comparison) []trace.Comparison {
	raw := x.rec.Answer.Text
	for i := range items {
		it := &items[i]
		at := -1
		if it.Got != "" && i < maxLocated {
			at = strings.Index(raw, it.Got)
		}
		it.GotStart, it.GotEnd = 0, 0
		if at >= 0 {
			it.GotStart, it.GotEnd = at, at+len(it.Got)
		}
	}
	return items
}

// maxLocated bounds the items that are looked for in the answer as recorded, so
// that a long reference against a long answer costs a bounded time.
const maxLocated = 64

// stated sums the probabilities of the statements among the items that are asked
// for, and counts these.
func stated(items []trace.Comparison) (sum float64, n int) {
	for _, it := range items {
		if it.Asked && it.Kind == claimKind {
			sum += it.P
			n++
		}
	}
	return sum, n
}

// The kinds of an item that is a statement, and of a yes or no.
const (
	claimKind = "claim"
	polarKind = "yes-no"
)

// goldClaims holds the claims of a complete answer, all of which are needed,
// against the answer.
func (x *examination) goldClaims() (match.Result, Signals) {
	res := match.Result{}
	at := 0
	for _, c := range x.gold.Claims {
		res.Items = append(res.Items, trace.Comparison{Kind: claimKind, Want: c, WantStart: at, WantEnd: at + len(c), Asked: true, P: .5})
		at += len(c) + 1
	}
	s := x.weighClaims(&res)
	return res, s
}

// weighClaims lets the verifier say how probable each statement of a reference
// is in the answer, and draws P of the whole from them.
func (x *examination) weighClaims(res *match.Result) Signals {
	s := x.signals(res)
	res.P = 1 - s.PBad()
	res.Agreement = trace.CannotTell
	switch {
	case res.P >= 1-rightBelow:
		res.Agreement = trace.Equal
	case res.P <= 1-badAbove:
		res.Agreement = trace.Different
	}
	res.Why = fmt.Sprintf("it says %.0f %% of what the reference says and the question asks for", 100*s.Claims)
	if res.Agreement == trace.Different {
		for _, it := range res.Items {
			if it.Asked && it.Agreement == trace.Different && it.Why != "" {
				res.Why = it.Why
			}
		}
	}
	return s
}

// SignalsOf returns the signals of an answer whose best reference makes
// statements; ok is false for any other. It serves the fit of the weights.
func SignalsOf(r *prepared.Record) (s Signals, ok bool) {
	x := examine(r)
	return x.weighed, x.out.Reference == trace.ReferenceProse || x.best < 0 && len(x.gold.Claims) > 0
}

// Signals are what the probability of a bad answer is worked out from where the
// reference makes statements. All lie in [0, 1].
type Signals struct {
	Claims   float64 `json:"claims"`   // mean probability that a statement asked for is in the answer
	Least    float64 `json:"least"`    // the smallest of them
	Words    float64 `json:"words"`    // share of the weight of the reference's words, beyond the question's, in the answer
	Declined float64 `json:"declined"` // share of the asked parts that the answer declines
}

// signals weighs the statements of a reference and fills their probabilities in.
func (x *examination) signals(res *match.Result) Signals {
	s := Signals{Least: 1, Declined: x.declinedShare()}
	n := 0.
	var words []text.Term
	agrees := len(res.Items) > 0 && res.Items[0].Kind == polarKind && res.Items[0].Agreement == trace.Equal
	for i := range res.Items {
		it := &res.Items[i]
		if it.Kind == claimKind {
			switch v := x.saying().Check(it.Want); {
			case it.Agreement == trace.CannotTell && v.Support == trace.Contradicted:
				it.Agreement, it.P, it.Why = trace.Different, v.P, v.Why
			case it.Why == "": // held against nothing yet
				it.P, it.Why = v.P, cmp.Or(v.Why, "as far as a verifier can tell")
			case it.Agreement == trace.CannotTell:
				it.P = (it.P + v.P) / 2
			}
		}
		if !it.Asked {
			continue
		}
		words = append(words, x.texts.Analyze(it.Want, x.lang).Terms...)
		if agrees && i > 0 && it.Agreement == trace.CannotTell {
			continue // the reason of a yes or no that agrees may be put in other words
		}
		n++
		s.Claims += it.P
		s.Least = min(s.Least, it.P)
	}
	if n == 0 {
		s.Least = 0
		return s
	}
	s.Claims /= n
	known := text.StemSet(x.rec.Question, x.lang)
	beyond := words[:0]
	for _, t := range words {
		if !known[t.Stem] {
			beyond = append(beyond, t)
		}
	}
	have := make(map[string]bool, len(x.doc.Terms))
	for _, t := range x.doc.Terms {
		have[t.Stem] = true
	}
	var w *text.Weights
	s.Words = w.Held(beyond, have)
	return s
}

// The line of P(bad) over the signals: fitted on the natural answers whose licence
// allows it; lab/bench/verdicts -fit prints it, and how it does on sources
// that were left out.
const (
	badBias     = 2.05
	badClaims   = -1.23
	badLeast    = -1.61
	badWords    = -1.32
	badDeclined = .83
)

// PBad is the probability that an answer with these signals is bad.
func (s Signals) PBad() float64 {
	return fit.Sigmoid(badBias + badClaims*s.Claims + badLeast*s.Least + badWords*s.Words + badDeclined*s.Declined)
}

// denied reports whether some accepted answer says that there is no such thing.
func (x *examination) denied() bool {
	return slices.ContainsFunc(x.refs, func(r *match.Reference) bool { return r.Kind != trace.ReferenceDeclines && r.Denies() })
}

// statesValue reports whether the answer gives every number, date or time that
// the reference gives and the question asks for.
func (x *examination) statesValue() bool {
	n := 0
	for _, it := range x.result.Items {
		if !it.Asked {
			continue
		}
		switch it.Kind {
		case "number", "date", "time":
		default:
			continue
		}
		if it.Agreement != trace.Equal {
			return false
		}
		n++
	}
	return n > 0
}

// badContent decides from references, gold claims and answerability.
func (x *examination) badContent() trace.Predicate {
	e := x.out
	refuses := e.Refusal.P
	switch {
	case x.failed():
		return trace.Holds(true, .95, trace.GradeB, "a step failed, and there is no answer")
	case e.Answerable.IsNo() && e.Refusal.IsYes():
		return trace.Holds(false, max(.6, refuses), trace.GradeB, "the question has no answer in the corpus, and the answer declines")
	case e.Answerable.IsNo():
		return trace.Likely(1-refuses, rightBelow, badAbove, trace.GradeB, "the question has no answer in the corpus, and the answer gives one")
	case len(x.refs) == 0 && len(x.gold.Claims) == 0:
		return trace.NotKnown("no reference answer, gold claim or label says whether it is right")
	case e.Refusal.IsYes() && x.denied():
		return trace.Likely(.5, rightBelow, badAbove, trace.GradeB, "it finds nothing about what the reference says there is not")
	case e.Refusal.IsYes() && x.statesValue():
		return trace.Likely(.5, rightBelow, badAbove, trace.GradeB, "it declines, and yet states the value of the reference")
	case e.Refusal.IsYes():
		return trace.Likely(1-(1-refuses)*x.result.P, rightBelow, badAbove, trace.GradeB, "it declines a question that has an answer")
	}
	p := 1 - x.result.P
	if e.Reference != trace.ReferenceProse && e.Reference != trace.ReferenceClaims && x.result.Agreement == trace.CannotTell {
		p = .5 // values and names that could not be compared say nothing
	}
	if share := x.declinedShare(); e.Reference != trace.ReferenceProse && share > 0 {
		p = 1 - (1-p)*(1-share*refuses)
	}
	return trace.Likely(p, rightBelow, badAbove, trace.GradeB, x.result.Why)
}
