package answer

import (
	"fmt"
	"strings"

	"github.com/ragdiag/ragdiag/claim"
	"github.com/ragdiag/ragdiag/internal/text"
	"github.com/ragdiag/ragdiag/trace"
)

// refuses reports whether a text declines to answer a question, which may be
// empty where it is not known. The grade is C: words decide, no one asked a
// model.
func refuses(question, s string) trace.Predicate {
	s = claim.Uncite(s)
	p, _ := declined(question, s, claim.Split(s))
	return p
}

// declined judges a text that was split into claims, and says which share of
// what was asked it declines.
func declined(question, s string, claims []claim.Claim) (trace.Predicate, trace.Value) {
	norm := text.Normalize(s)
	if strings.Trim(norm, " .!?\"'[]()-_*`") == "" {
		return trace.Holds(true, .9, trace.GradeC, "the answer is empty"), trace.Known(1)
	}
	if sentinel(norm) {
		return trace.Holds(true, .95, trace.GradeC, fmt.Sprintf("it says only %q", strings.TrimSpace(s))), trace.Known(1)
	}
	r := claim.RefusalOf(question, s, claims)
	var why string
	switch {
	case r.Phrase == "":
		why = "it does not decline"
	case r.Whole:
		why = fmt.Sprintf("it says %q and states nothing", r.Phrase)
	case r.P >= .5:
		why = fmt.Sprintf("it says %q; what else it says does not answer", r.Phrase)
	default:
		why = fmt.Sprintf("it says %q, but answers", r.Phrase)
	}
	return trace.Likely(r.P, .5, .5, trace.GradeC, why), trace.Known(r.Share)
}

// sentinel reports whether a normalised text is one of the marks that systems
// give instead of an answer.
func sentinel(norm string) bool {
	switch strings.Trim(norm, " .!?\"'[]()*`") {
	case "no_answer", "no answer", "noanswer", "n/a", "na", "none", "unknown", "unanswerable", "not answerable", "null", "nil", "idk", "no answer found", "cannot answer":
		return true
	}
	return false
}
