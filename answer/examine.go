package answer

import (
	"fmt"
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
	x.lang = text.Language(rec.Answer.Text)
	if x.lang == "" {
		x.lang = ctx.Language()
	}
	x.content = content(rec.Answer.Text, x.gold.Format)
	x.doc = text.Analyze(x.content, x.lang)
	x.claims = ctx.Split(x.content)
	x.out.Refusal = refuses(x.content, x.claims)
	x.out.Malformed = malformed(rec.Answer.Text, x.gold.Format)
	x.measure()
	x.judge()
	x.out.Artefact = x.artefact()
	x.out.GoldDoubt = x.goldDoubt(ctx)
	return x.out
}

// noAnswer fills the evidence of a record without an answer.
func (x *examination) noAnswer() {
	const why = "no answer is recorded"
	unknown := trace.NotKnown(why)
	e := x.out
	e.Bad, e.Refusal, e.Malformed, e.ContentOK, e.Artefact, e.GoldDoubt = unknown, unknown, unknown, unknown, unknown, unknown
	e.ExactMatch, e.F1, e.Contains, e.ClaimRecall = trace.Unknown(why), trace.Unknown(why), trace.Unknown(why), trace.Unknown(why)
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

// judge sets Bad and ContentOK. A person's label decides alone; an answer that
// breaks its format is bad however right its content is.
func (x *examination) judge() {
	e := x.out
	bad := x.badContent()
	e.ContentOK = not(bad)
	e.Bad = bad
	if e.Malformed.IsYes() {
		e.Bad = e.Malformed
		e.Bad.Why = "it breaks the format: " + e.Malformed.Why
	}
	if label, ok := labelled(x.rec.Labels); ok {
		e.Bad = label
		if e.ContentOK.IsUnknown() && !e.Malformed.IsYes() {
			e.ContentOK = not(label)
		}
	}
}

// not turns a predicate round.
func not(p trace.Predicate) trace.Predicate {
	switch p.Truth {
	case trace.Yes:
		p.Truth = trace.No
	case trace.No:
		p.Truth = trace.Yes
	default:
		return p
	}
	p.P = 1 - p.P
	return p
}

// badContent decides from references, gold claims and answerability.
func (x *examination) badContent() trace.Predicate {
	e := x.out
	contains, judged := e.Contains.Get()
	recall, split := e.ClaimRecall.Get()
	stated := judged && contains == 1
	switch {
	case e.Answerable.IsNo() && e.Refusal.IsUnknown():
		return trace.NotKnown("the question has no answer; whether it declines is not known: " + e.Refusal.Why)
	case e.Answerable.IsNo() && e.Refusal.IsYes():
		return trace.Holds(false, e.Refusal.P, trace.GradeB, "the question has no answer in the corpus, and the answer declines")
	case e.Answerable.IsNo():
		return trace.Holds(true, 1-e.Refusal.P, trace.GradeB, "the question has no answer in the corpus, and the answer gives one")
	case stated:
		return x.commits()
	case split && recall >= x.tau:
		return trace.Holds(false, near(recall, x.tau), trace.GradeB, fmt.Sprintf("it states %.0f %% of the gold claims", 100*recall))
	case !judged && !split:
		return trace.NotKnown("no reference answer, gold claim or label says whether it is right")
	case e.Refusal.IsYes():
		return trace.Holds(true, e.Refusal.P, trace.GradeB, "it declines a question that has an answer")
	case split:
		return trace.Holds(true, near(recall, x.tau), trace.GradeB, fmt.Sprintf("it states %.0f %% of the gold claims, less than %.0f %%, and no accepted answer", 100*recall, 100*x.tau))
	}
	if f1, ok := e.F1.Get(); ok && f1 >= .8 {
		return trace.Holds(false, .75, trace.GradeB, fmt.Sprintf("token F1 with the reference is %.2f", f1))
	}
	return trace.Holds(true, x.far(), trace.GradeB, "no accepted answer is in it")
}

// near is the trust in a verdict that rests on a recall against τ.
func near(recall, tau float64) float64 {
	return min(.92, .6+1.2*abs(recall-tau))
}

func abs(f float64) float64 { return max(f, -f) }

// far is the trust that an answer without any accepted answer is wrong: less
// where it is a part of one ("Paris" for "Paris, France").
func (x *examination) far() float64 {
	for _, ref := range x.gold.Answers {
		if _, _, ok := match.Answer([]string{x.content}, ref); ok {
			return .6
		}
	}
	return .9
}

// commits judges an answer that states an accepted answer: it must not leave
// the choice between it and others open.
func (x *examination) commits() trace.Predicate {
	alias, sp, ok := match.AnswerIn([]string{x.out.Matched}, x.doc)
	if !ok { // matched by polarity
		return trace.Holds(false, .75, trace.GradeB, fmt.Sprintf("it says %q in a sentence", x.out.Matched))
	}
	why := fmt.Sprintf("it states the accepted answer %q", alias)
	others, open := x.otherValues(sp)
	switch {
	case open:
		return trace.Holds(true, .65, trace.GradeB, fmt.Sprintf("it leaves open whether %q or %q", sp.Of(x.content), others))
	case others != "":
		return trace.Holds(false, .7, trace.GradeB, why+fmt.Sprintf(", and also %q", others))
	case x.out.Refusal.IsYes():
		return trace.Holds(false, .65, trace.GradeB, why+", though it also declines")
	}
	return trace.Holds(false, .95, trace.GradeB, why)
}

// otherValues returns a number of the same kind as the matched one that the
// answer states too, and whether an "or" stands between them. Numbers of the
// question do not count.
func (x *examination) otherValues(sp text.Span) (other string, open bool) {
	var mine *text.Number
	numbers := x.doc.Numbers()
	for i, n := range numbers {
		if n.Start >= sp.Start && n.End <= sp.End {
			mine = &numbers[i]
		}
	}
	if mine == nil || mine.Unit == "" {
		return "", false
	}
	asked := text.Analyze(x.rec.Question, x.lang).Numbers()
	for _, n := range numbers {
		if n.Start == mine.Start || !n.Comparable(*mine) || n.Equal(*mine) || !isAsserted(x.doc, n.Span) {
			continue
		}
		if known(asked, n) {
			continue
		}
		other = n.Text
		between := x.content[min(n.End, mine.End):max(n.Start, mine.Start)]
		for _, or := range [...]string{" or ", " oder ", " ou ", " o ", " eller ", " of ", "或", "または"} {
			if len(between) < 40 && strings.Contains(between, or) {
				return other, true
			}
		}
	}
	return other, false
}

func known(ns []text.Number, n text.Number) bool {
	for _, m := range ns {
		if m.Equal(n) {
			return true
		}
	}
	return false
}

func isAsserted(d *text.Doc, sp text.Span) bool {
	for i, t := range d.Tokens {
		if t.Start >= sp.Start && t.Start < sp.End && d.Negated(i) {
			return false
		}
	}
	return true
}

// artefactF1 is the token F1 below which a string metric calls an answer wrong.
const artefactF1 = .6

// artefact reports whether the content is right although exact match and F1
// call it wrong.
func (x *examination) artefact() trace.Predicate {
	e := x.out
	em, ok1 := e.ExactMatch.Get()
	f1, ok2 := e.F1.Get()
	switch {
	case !ok1 || !ok2:
		return trace.NotKnown("no reference answer is recorded")
	case e.ContentOK.IsUnknown():
		return trace.NotKnown("whether the content is right is not known")
	case e.ContentOK.IsNo():
		return trace.Holds(false, e.ContentOK.P, e.ContentOK.Grade, "the content is wrong")
	case em == 1 || f1 >= artefactF1:
		return trace.Holds(false, .97, trace.GradeB, fmt.Sprintf("exact match %.0f, F1 %.2f", em, f1))
	}
	return trace.Holds(true, e.ContentOK.P, trace.GradeB, fmt.Sprintf("right by value, while exact match is 0 and F1 %.2f", f1))
}

// labelled reads what a person said about the answer as a whole: the last
// label named "bad" with a clear value.
func labelled(labels []trace.Label) (trace.Predicate, bool) {
	for i := len(labels) - 1; i >= 0; i-- {
		l := labels[i]
		if l.What != "bad" {
			continue
		}
		var bad bool
		switch strings.ToLower(l.Value) {
		case "yes", "true", "1", "bad":
			bad = true
		case "no", "false", "0", "good", "ok":
		default:
			continue
		}
		why := "labelled by a person"
		if l.By != "" {
			why = "labelled by " + l.By
		}
		if l.Why != "" {
			why += ": " + l.Why
		}
		return trace.Holds(bad, .97, trace.GradeB, why), true
	}
	return trace.Predicate{}, false
}
