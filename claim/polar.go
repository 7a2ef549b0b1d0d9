package claim

import (
	"slices"
	"strings"

	"github.com/ragdiag/ragdiag/internal/text"
	"github.com/ragdiag/ragdiag/trace"
)

var (
	// questionWords open questions that yes and no do not answer.
	questionWords = wordsOf("questionWords")
	// particles make a question and say nothing.
	particles = wordRuns(section("particles"))
	// alternatives between two things ask for one of them.
	alternatives = text.NewWordSet("or", "oder", "ou", "eller", "lub", "czy", "или")
)

// The probabilities of an answer of one word whose question the passages answer
// the other way, or not at all.
const (
	turnedP     = .85
	openP       = .5
	polarMargin = .2 // how far P may be from even where nothing was decided
)

// CheckPolar asks the passages about an answer of yes or no to a question. Yes
// states what the question asks, no denies it: a passage that states it
// contradicts a no, and one that contradicts it supports the no. That no passage
// says it supports neither. A question that yes and no do not answer, or one
// between two things, yields abstain.
func (c *Context) CheckPolar(question string, yes bool) Verdict {
	s, ok := polarStatement(question)
	if !ok {
		return Verdict{P: openP, Why: "the question is none of yes or no"}
	}
	v := c.Check(s)
	if yes {
		if v.Support == trace.NotFound { // a question has words of its own
			v.Support, v.P = trace.Abstain, max(v.P, openP-polarMargin)
		}
		return v
	}
	switch v.Support {
	case trace.Supported:
		at := trace.Span{}
		if len(v.By) > 0 {
			at = v.By[0]
		}
		v.Support, v.P, v.By = trace.Contradicted, 1-v.P, nil
		v.Against = &trace.Conflict{Kind: "negation", Claim: s, Passage: c.docs[at.Passage].Text[at.Start:at.End], Span: at}
		v.Why = "the passage states what the answer denies"
	case trace.Contradicted:
		v.Support, v.P, v.By, v.Against = trace.Supported, max(1-v.P, turnedP), []trace.Span{v.Against.Span}, nil
		v.Why = "the passage contradicts what the answer denies"
	default:
		v.Support, v.P = trace.Abstain, min(openP+polarMargin, max(openP-polarMargin, 1-v.P))
		v.Why = "no passage says it, which does not deny it"
	}
	return v
}

// polarStatement returns the statement that a question of yes or no asks about; false:
// it is none.
func polarStatement(question string) (string, bool) {
	s := strings.TrimSpace(question)
	if spans := text.Sentences(s); len(spans) > 1 { // the question stands last
		last := spans[len(spans)-1]
		s = last.Of(s)
	}
	s = strings.TrimSpace(strings.Trim(s, "¿?？؟;! \t\n"))
	toks := text.Tokens(s)
	if len(toks) < 2 {
		return "", false
	}
	from := runAt(particles, toks, 0)
	for i, t := range toks[from:min(len(toks), from+2)] { // "In which year"
		if questionWords.Has(t.Text) && !(i > 0 && t.Text == "que") {
			return "", false
		}
	}
	if slices.ContainsFunc(toks[from:], func(t text.Token) bool { return alternatives.Has(t.Text) }) {
		return "", false
	}
	if from == 0 && strings.HasSuffix(toks[0].Text, "n't") { // "Isn't it" asks whether it is
		from = 1
	}
	if from >= len(toks) {
		return "", false
	}
	return s[toks[from].Start:] + ".", true
}
