package claim

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/ragdiag/ragdiag/internal/text"
)

// Reason says why a claim is not checkable.
type Reason string

// The reasons.
const (
	Question    Reason = "question"
	LeadIn      Reason = "lead-in" // it ends with a colon: what follows is said below
	Refusal     Reason = "refusal"
	SmallTalk   Reason = "small talk" // greetings, and talk about the answer itself
	Hedge       Reason = "hedge"      // it says only that it may be otherwise
	Heading     Reason = "heading"
	Code        Reason = "code"
	TableHeader Reason = "table header"
	NoWords     Reason = "no words"
)

// reason says why a claim, as written and cleaned, cannot be checked; "": it can.
// aside: it belongs to a refusal that is beside it; see asides.
func reason(raw, s string) (why Reason, aside bool) {
	switch {
	case isCode(raw):
		return Code, false
	case asks(s):
		return Question, false
	}
	switch last, _ := utf8.DecodeLastRuneInString(strings.TrimRight(s, "\"'”’)*_ ")); last {
	case ':', '：':
		return LeadIn, false
	}
	letters := 0
	for _, r := range s {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			if letters++; letters == 2 {
				break
			}
		}
	}
	if letters < 2 {
		return NoWords, false
	}
	norm := text.Normalize(s)
	if _, _, declines := declinesIn(norm); declines {
		return Refusal, false
	}
	switch {
	case smallTalk(s, norm), searches(norm):
		return SmallTalk, false
	case hedges(norm):
		return Hedge, false
	}
	aside = isAside(clausesOf(norm))
	if strings.HasPrefix(raw, "#") {
		return Heading, aside
	}
	return "", aside
}

// asks reports whether a claim is a question. The Greek mark looks like a
// semicolon, the Armenian one is within the word.
func asks(s string) bool {
	last, _ := utf8.DecodeLastRuneInString(strings.TrimRight(s, "\"'”’)*_ "))
	switch last {
	case '?', '？', '؟', '፧', 0x37e:
		return true
	case ';':
		r, _ := utf8.DecodeLastRuneInString(strings.TrimRight(s, ";\"'”’)*_ "))
		return r >= 0x370 && r < 0x400
	case '։':
		return strings.ContainsRune(s, '՞')
	}
	return false
}

// isCode reports whether a claim is nothing but code.
func isCode(s string) bool {
	s = strings.TrimSpace(s[text.ListMark(s):])
	if strings.HasPrefix(s, "```") || strings.HasPrefix(s, "~~~") {
		return true
	}
	s = strings.TrimRight(s, ".,;: ")
	return len(s) > 2 && s[0] == '`' && s[len(s)-1] == '`' && strings.Count(s, "`") == 2
}

// hedging opens sentences that state nothing but doubt.
var hedging = phrases(`
it depends | this depends | that depends | this may vary | it may vary | results may vary | this can vary | i think so | i believe so | i'm not an expert | i am not an expert | this is just my opinion | it is hard to say | it's hard to say | opinions differ
das kommt darauf an | es kommt darauf an | ça dépend | cela dépend | depende | dipende | это зависит | зависит от
`)

// maxHedge bounds in bytes the sentences that can be a mere hedge: a longer
// one says what it depends on.
const maxHedge = 45

// hedges reports whether a normalised claim states nothing but doubt.
func hedges(norm string) bool {
	if len(norm) > maxHedge {
		return false
	}
	for _, p := range hedging {
		if p.opens(norm) {
			return true
		}
	}
	return false
}
