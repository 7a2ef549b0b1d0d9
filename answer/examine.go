package answer

import (
	"strings"

	"github.com/ragdiag/ragdiag/claim"
	"github.com/ragdiag/ragdiag/internal/match"
	"github.com/ragdiag/ragdiag/internal/text"
	"github.com/ragdiag/ragdiag/metrics"
	"github.com/ragdiag/ragdiag/trace"
)

// Version names the examiner in evidence.
const Version = "answer/1"

// Options configures Examine. The zero value is the recommended setting.
type Options struct {
	Tau float64 // claim recall below which an answer is bad; 0 means 0.6
}

// examination is one record on its way to a verdict.
type examination struct {
	rec     *trace.Record
	gold    trace.Gold     // zero where none is recorded
	texts   *claim.Context // of the record
	tau     float64
	content string         // the answer without its form: fences, JSON, citations
	doc     *text.Doc      // of content
	claims  []claim.Claim  // of content
	said    *claim.Context // content as a passage, for claim recall; see recallContext
	lang    string
	long    [][]string // the claims of each long reference; nil: not split yet
	out     *trace.OutcomeEvidence
}

// Examine judges the answer of a record. ctx is the prepared context of the
// record, as claim.Verifier.Record returns it; nil stands for a context that
// the function prepares itself. Every predicate of the result is set, with the
// reason where it is unknown.
func Examine(rec *trace.Record, ctx *claim.Context, o Options) *trace.OutcomeEvidence {
	x := &examination{rec: rec, tau: o.Tau, out: &trace.OutcomeEvidence{Version: Version}}
	if x.tau == 0 {
		x.tau = .6
	}
	if rec.Gold != nil {
		x.gold = *rec.Gold
	}
	x.out.Answerable = answerable(x.gold)
	if rec.Answer == nil {
		x.noAnswer()
		return x.out
	}
	if ctx == nil {
		ctx = claim.New(claim.Options{}).Record(rec)
	}
	x.texts = ctx
	read := claim.Read(rec.Answer.Text)
	x.lang = text.Language(read.Body)
	if x.lang == "" {
		x.lang = ctx.Language()
	}
	x.content = content(read.Text, x.gold.Format)
	x.doc = text.Analyze(x.content, x.lang)
	x.claims = ctx.Split(x.content)
	x.out.Refusal, x.out.RefusalShare = declined(rec.Question, x.content, x.claims)
	if x.failed() {
		x.out.Refusal = trace.Holds(false, .05, trace.GradeB, "nothing was said: a step failed")
		x.out.RefusalShare = trace.Unknown("nothing was said: a step failed")
	}
	x.out.Malformed = malformed(strings.TrimSpace(read.Body), x.gold.Format)
	x.measure()
	x.judge()
	x.out.Artefact = x.artefact()
	x.out.GoldDoubt = x.goldDoubt(ctx)
	return x.out
}

// failed reports whether a step failed and left no answer: that declines nothing.
func (x *examination) failed() bool {
	return len(x.rec.Run.Errors) > 0 && strings.TrimSpace(x.rec.Answer.Text) == ""
}

// noAnswer fills the evidence of a record without an answer.
func (x *examination) noAnswer() {
	const why = "no answer is recorded"
	unknown := trace.NotKnown(why)
	e := x.out
	e.Bad, e.Refusal, e.Malformed, e.ContentOK, e.Artefact, e.GoldDoubt = unknown, unknown, unknown, unknown, unknown, unknown
	e.ExactMatch, e.F1, e.Contains, e.ClaimRecall, e.RefusalShare = trace.Unknown(why), trace.Unknown(why), trace.Unknown(why), trace.Unknown(why), trace.Unknown(why)
	if bad, ok := labelled(x.rec.Labels); ok {
		e.Bad = bad
	}
}

// answerable reads what the gold says about the question itself.
func answerable(g trace.Gold) trace.Predicate {
	switch {
	case g.Answerable == trace.No:
		return trace.Holds(false, .97, trace.GradeB, "gold says that the corpus does not answer it")
	case g.Answerable == trace.Yes:
		return trace.Holds(true, .97, trace.GradeB, "gold says that it can be answered")
	case len(g.Evidence) > 0:
		return trace.Holds(true, .95, trace.GradeB, "gold evidence is named")
	}
	return trace.NotKnown("gold does not say whether the question can be answered")
}

// measure compares the answer with the references.
func (x *examination) measure() {
	e, refs := x.out, x.gold.Answers
	if len(refs) == 0 {
		why := "no reference answer is recorded"
		e.ExactMatch, e.F1, e.Contains = trace.Unknown(why), trace.Unknown(why), trace.Unknown(why)
	} else {
		convention := metrics.SQuAD2
		if unspaced(x.lang) {
			convention = metrics.Chars
		}
		e.ExactMatch = trace.Of(convention.ExactMatch(x.content, refs))
		e.F1 = trace.Of(convention.F1(x.content, refs))
		alias, _, ok := match.AnswerIn(refs, x.doc)
		if !ok {
			alias, ok = x.polar(refs)
		}
		e.Matched = alias
		e.Contains = trace.Known(0)
		if ok {
			e.Contains = trace.Known(1)
		}
	}
	e.ClaimRecall = x.recall()
}

// unspaced names the languages that write no spaces between words.
func unspaced(lang string) bool {
	switch lang {
	case "zh", "ja", "th":
		return true
	}
	return false
}

// polar compares an answer that is a sentence with a reference that is a yes or
// a no: what the first sentence turns round says no.
func (x *examination) polar(refs []string) (string, bool) {
	if len(x.doc.Sentences) == 0 || x.out.Refusal.IsYes() {
		return "", false
	}
	if _, opens := match.Polarity(x.doc); opens {
		return "", false
	}
	negated := false
	for i := range x.doc.Sentences[0].TokenEnd {
		negated = negated || x.doc.Negated(i)
	}
	for _, ref := range refs {
		d := text.Analyze(ref, x.lang)
		if yes, ok := match.Polarity(d); ok && len(d.Tokens) == 1 && yes != negated && (negated || len(x.doc.Terms) > 2) {
			return ref, true
		}
	}
	return "", false
}

// recall is the share of the gold claims that the answer states; a claim that
// the verifier cannot decide counts with its probability. Without gold claims,
// long references are split into claims, and the best one counts.
func (x *examination) recall() trace.Value {
	if len(x.gold.Claims) > 0 {
		return trace.Known(x.stated(x.gold.Claims))
	}
	best := trace.Unknown("neither gold claims nor a reference long enough to be split into claims")
	for i := range x.gold.Answers {
		claims := x.longClaims(i)
		if len(claims) == 0 {
			continue
		}
		share := x.stated(claims)
		if b, ok := best.Get(); !ok || share > b {
			best = trace.Known(share)
		}
	}
	return best
}

// longReference is the number of content words from which a reference is more
// than a name or a value.
const longReference = 6

// longClaims returns the checkable claims of reference i if it is long, nil if
// it is short.
func (x *examination) longClaims(i int) []string {
	if x.long == nil {
		x.long = make([][]string, len(x.gold.Answers))
		for i, ref := range x.gold.Answers {
			if len(text.Terms(ref, "")) < longReference {
				continue
			}
			for _, c := range x.texts.Split(ref) {
				if c.Checkable {
					x.long[i] = append(x.long[i], c.Text)
				}
			}
		}
	}
	return x.long[i]
}

// stated is the share of the claims that the answer states.
func (x *examination) stated(claims []string) float64 {
	if x.said == nil {
		x.said = x.texts.Verifier().PrepareDocs([]*text.Doc{x.doc}, x.lang)
	}
	sum := 0.
	for _, c := range claims {
		v := x.said.Check(c)
		switch v.Support {
		case trace.Supported:
			sum++
		case trace.Abstain:
			sum += v.P
		}
	}
	return sum / float64(len(claims))
}
