package answer

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/ragdiag/ragdiag/internal/match"
	"github.com/ragdiag/ragdiag/internal/text"
	"github.com/ragdiag/ragdiag/trace"
)

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
	case x.failed():
		return trace.Holds(true, .95, trace.GradeB, "a step failed, and there is no answer")
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
	return min(.92, .6+1.2*math.Abs(recall-tau))
}

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
		if n.Start == mine.Start || !n.Comparable(*mine) || n.Equal(*mine) || !x.doc.Asserts(n.Span) || slices.ContainsFunc(asked, n.Equal) {
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
	case em == 1 || f1 >= trace.ArtefactF1:
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
