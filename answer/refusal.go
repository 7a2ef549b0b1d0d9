package answer

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/ragdiag/ragdiag/claim"
	"github.com/ragdiag/ragdiag/internal/text"
	"github.com/ragdiag/ragdiag/trace"
)

// refuses reports whether a text declines to answer. It declines if it says so
// (clauses of 13 languages, idioms of a few more) and makes no other statement, or none after a
// turn such as "however". The grade is C: words decide, no one asked a model.
func refuses(s string) trace.Predicate {
	s = claim.Uncite(s)
	return declined(s, claim.Split(s))
}

// declined judges a text that was split into claims.
func declined(s string, claims []claim.Claim) trace.Predicate {
	norm := text.Normalize(s)
	if strings.Trim(norm, " .!?\"'[]()-_*`") == "" {
		return trace.Holds(true, .9, trace.GradeC, "the answer is empty")
	}
	if sentinel(norm) {
		return trace.Holds(true, .95, trace.GradeC, fmt.Sprintf("it says only %q", strings.TrimSpace(s)))
	}
	statements, said, opens, turned := 0, "", false, false
	for i, c := range claims {
		phrase, rest, declines := "", text.Normalize(c.Text), false
		if !c.Checkable {
			phrase, rest, declines = claim.Declines(c.Text)
		}
		opens = opens || declines && i == 0
		said = cmp.Or(said, phrase)
		if c.Checkable {
			statements++
		}
		if declines || c.Checkable {
			rest, yes := turn(rest)
			_, _, again := claim.Declines(rest)
			turned = turned || yes && !again
		}
	}
	switch {
	case said == "":
		return trace.Holds(false, .95, trace.GradeC, "it does not decline")
	case statements == 0 && !turned:
		return trace.Holds(true, .95, trace.GradeC, fmt.Sprintf("it says %q and states nothing", said))
	case turned:
		return trace.Holds(false, .7, trace.GradeC, fmt.Sprintf("it says %q, but goes on to answer", said))
	case opens:
		return trace.Holds(true, .75, trace.GradeC, fmt.Sprintf("it opens with %q", said))
	}
	return trace.Holds(false, .65, trace.GradeC, fmt.Sprintf("it says %q beside %d statements", said, statements))
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

// turn returns what follows the word with which a normalised text turns from
// declining to answering, or draws its conclusion.
func turn(norm string) (rest string, yes bool) {
	norm = " " + norm + " "
	for _, w := range turnWords {
		if _, rest, ok := strings.Cut(norm, w); ok {
			return rest, true
		}
	}
	return "", false
}

var turnWords = []string{" however", ", so ", "therefore", ", hence ", ", also ", ", daher ", ", donc ", ", por lo tanto", ", quindi ", ", dus ", ", därför ", ", więc ", ", поэтому ", " but ", " although ", " nevertheless", " that said", " jedoch", " allerdings", " aber ", " cependant", " mais ", " toutefois", " sin embargo", " pero ", " tuttavia", " ma ", " no entanto", " porém", " mas ", " echter ", " maar ", " однако", " но ", "但是", "不过", "然而", "しかし", "ただし", " ancak ", " لكن ", " लेकिन ", "하지만", "그러나"}
