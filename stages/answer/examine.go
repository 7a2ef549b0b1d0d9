package answer

import (
	"strings"

	"github.com/ragdiag/ragdiag/claim"
	"github.com/ragdiag/ragdiag/internal/match"
	"github.com/ragdiag/ragdiag/internal/text"
	"github.com/ragdiag/ragdiag/metrics"
	"github.com/ragdiag/ragdiag/stages/prepared"
	"github.com/ragdiag/ragdiag/trace"
)

// Version names the examiner in evidence.
const Version = "answer/1"

// examination is one record on its way to a verdict.
type examination struct {
	rec      *trace.Record
	prepared *prepared.Record // of rec
	gold     trace.Gold       // zero where none is recorded
	texts    *claim.Context   // of the record
	asked    *text.Doc        // the question
	content  string           // the answer without its form: fences, JSON, citations
	doc      *text.Doc        // of content
	claims   []claim.Claim    // of content
	said     *claim.Context   // content as a passage, for claim recall
	lang     string
	refs     []*match.Reference // the accepted answers, by kind
	result   match.Result       // of the reference that agrees best
	best     int                // its index; -1: none
	weighed  Signals            // of that reference, if it makes statements
	long     [][]string         // the claims of each long reference; nil: not split yet
	out      *trace.OutcomeEvidence
}

// Examine judges the answer of a record. Every predicate of the result is set,
// with the reason where it is unknown.
func Examine(r *prepared.Record) *trace.OutcomeEvidence { return examine(r).out }

func examine(r *prepared.Record) *examination {
	rec := r.Record
	x := &examination{rec: rec, prepared: r, asked: r.Question(), best: -1, out: &trace.OutcomeEvidence{Version: Version}}
	if rec.Gold != nil {
		x.gold = *rec.Gold
	}
	x.readReferences()
	x.out.Answerable = x.answerable()
	if rec.Answer == nil {
		x.noAnswer()
		return x
	}
	ctx := r.Context()
	x.texts = ctx
	read := claim.Read(rec.Answer.Text)
	x.lang = text.Language(read.Body)
	if x.lang == "" {
		x.lang = ctx.Language()
	}
	x.content = content(read.Text, x.gold.Format)
	x.doc = ctx.Analyze(x.content, x.lang)
	x.claims = ctx.Split(x.content)
	x.refusal()
	x.out.Malformed = malformed(strings.TrimSpace(read.Body), x.gold.Format)
	x.measure()
	x.judge()
	x.out.Artefact = x.artefact()
	x.out.GoldDoubt = x.goldDoubt(ctx)
	return x
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

// answerable reads what the gold says about the question itself. A reference that
// declines says that it cannot be answered here.
func (x *examination) answerable() trace.Predicate {
	g := x.gold
	switch {
	case g.Answerable == trace.No:
		return trace.Holds(false, .97, trace.GradeB, "gold says that the corpus does not answer it")
	case g.Answerable == trace.Yes:
		return trace.Holds(true, .97, trace.GradeB, "gold says that it can be answered")
	case x.declines():
		return trace.Holds(false, .9, trace.GradeB, "the reference itself declines to answer")
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
	}
	x.compare()
}

// unspaced names the languages that write no spaces between words.
func unspaced(lang string) bool {
	switch lang {
	case "zh", "ja", "th":
		return true
	}
	return false
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
			if len(x.texts.Analyze(ref, "").Terms) < longReference {
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
