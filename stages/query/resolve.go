package query

import (
	"slices"
	"strings"

	"github.com/ragdiag/ragdiag/internal/text"
	"github.com/ragdiag/ragdiag/trace"
)

// reference is how a question leans on what was said before.
type reference int

const (
	selfContained reference = iota
	pronoun                 // "How old is she?"
	ellipsis                // "What about Germany?", "Why?"
)

// pronouns of the third person; true: possessive before a noun.
var pronouns = map[string]bool{
	"it": false, "they": false, "them": false, "he": false, "him": false, "she": false,
	"its": true, "their": true, "his": true, "her": true, "theirs": true, "hers": true,
}

// demonstratives refer back only where no noun of their own follows.
var demonstratives = []string{"this", "that", "these", "those", "there"}

// prepositions before a pronoun at the end: "the price of it".
var prepositions = []string{"of", "about", "for", "in", "on", "to", "with", "from", "by", "at", "than", "after", "before", "like"}

// openers begin a question that is only the rest of one.
var openers = [][]string{
	{"what", "about"}, {"how", "about"}, {"and", "what", "about"}, {"and", "how", "about"}, {"what", "of"}, {"and"}, {"or"},
}

// expletives are forms of "it" that stand for nothing.
var expletives = []string{
	"is it true", "is it possible", "is it legal", "is it safe", "is it ok", "is it okay", "is it necessary", "is it better", "is it worth", "is it normal",
	"does it take", "did it take", "will it take", "does it cost to", "does it mean to", "is it called when", "time is it", "was it like to", "is it like to",
	"it is", "it was", "it's", "is it that",
}

// Resolve makes a follow-up question self-contained by rule: a pronoun is
// replaced by what the conversation is about, and a question that is only the
// rest of one ("what about Germany?") is put into the question before it. It
// reports false, and returns the question as it is, if the question is on
// its own, if there is nothing in the history to put in, or if the
// conversation is not in English.
func Resolve(question string, history []trace.Turn) (string, bool) {
	kind, at := refers(question)
	if kind == selfContained || len(history) == 0 || !english(question, history) {
		return question, false
	}
	if kind == ellipsis {
		return complete(question, at, history)
	}
	about := antecedent(question, history)
	if about == "" {
		return question, false
	}
	toks := text.Tokens(question)
	t := toks[at]
	if possessive := pronouns[t.Text]; possessive && (t.Text != "her" || at+1 < len(toks)) {
		about += "'s"
	}
	return question[:t.Start] + about + question[t.End:], true
}

// english reports whether the conversation is in English, or too short to say.
func english(question string, history []trace.Turn) bool {
	var b strings.Builder
	for _, t := range history[max(0, len(history)-4):] {
		b.WriteString(t.Text)
		b.WriteByte('\n')
	}
	b.WriteString(question)
	lang := text.Language(b.String())
	return lang == "en" || lang == ""
}

// refers says whether a question leans on the history, and the index of the
// token that does, or of the first one after an opener.
func refers(question string) (reference, int) {
	toks := text.Tokens(question)
	words := make([]string, len(toks))
	for i, t := range toks {
		words[i] = t.Text
	}
	for _, o := range openers {
		if len(words) > len(o) && len(words) <= len(o)+6 && slices.Equal(words[:len(o)], o) && !isClause(words[len(o):]) {
			return ellipsis, len(o)
		}
	}
	if len(words) > 0 && len(words) <= 2 && slices.Contains([]string{"why", "how", "when", "where", "who", "really"}, words[0]) && len(text.Terms(question, "en")) == 0 {
		return ellipsis, 0
	}
	line := " " + strings.Join(words, " ") + " "
	for _, e := range expletives {
		line = strings.ReplaceAll(line, " "+e+" ", " "+strings.ReplaceAll(e, "it", "··")+" ")
	}
	masked := strings.Fields(line)
	if len(masked) != len(words) {
		masked = words // a token with a space inside: no masking
	}
	named := len(text.Entities(question)) > 0
	noun := false // a noun phrase is before this token
	for i, w := range masked {
		_, third := pronouns[w]
		last := i == len(masked)-1
		switch {
		case third && last && i > 0 && slices.Contains(prepositions, masked[i-1]) && !named:
			return pronoun, i
		case third && !noun && !namedBefore(question, toks[i].Start):
			return pronoun, i
		case slices.Contains(demonstratives, w) && last && i > 0 && !noun && !named:
			return pronoun, i
		}
		if i+1 < len(masked) && slices.Contains([]string{"the", "a", "an", "my", "our", "your"}, w) {
			noun = true
		}
	}
	return selfContained, 0
}

// isClause reports whether the words begin like a question or hold a common
// verb form: then they say something of their own.
func isClause(words []string) bool {
	for i, w := range words {
		switch w {
		case "who", "what", "when", "where", "why", "how", "which", "whose":
			if i == 0 {
				return true
			}
		case "is", "are", "was", "were", "do", "does", "did", "has", "have", "had", "can", "could", "will", "would", "should", "may", "might", "must":
			return true
		}
	}
	return false
}

// namedBefore reports whether a name is in question before byte pos: the
// pronoun there may stand for it.
func namedBefore(question string, pos int) bool {
	for _, e := range text.Entities(question) {
		if e.Start < pos {
			return true
		}
	}
	return false
}

// antecedent is what the conversation is about: the last name in the user's
// latest turn that has one, else the first in the last answer, else the last
// run of content words of the user's latest turn.
func antecedent(question string, history []trace.Turn) string {
	for i := len(history) - 1; i >= 0; i-- {
		if history[i].Role != "user" {
			continue
		}
		for _, e := range slices.Backward(text.Entities(history[i].Text)) {
			if !strings.Contains(question, e.Text) {
				return e.Text
			}
		}
		if kind, _ := refers(history[i].Text); kind == selfContained {
			break // this turn is about something without a name
		}
	}
	if last := history[len(history)-1]; last.Role == "assistant" {
		if names := text.Entities(last.Text); len(names) > 0 {
			return names[0].Text
		}
	}
	for _, t := range slices.Backward(history) {
		if kind, _ := refers(t.Text); t.Role != "user" || kind != selfContained {
			continue
		}
		return lastRun(t.Text)
	}
	return ""
}

// lastRun is the last run of content words of s, as written.
func lastRun(s string) string {
	toks := text.Tokens(s)
	end := len(toks)
	for end > 0 && text.IsStop("en", toks[end-1].Text) {
		end--
	}
	start := end
	for start > 0 && end-start < 4 && !text.IsStop("en", toks[start-1].Text) {
		start--
	}
	if start == end {
		return ""
	}
	return s[toks[start].Start:toks[end-1].End]
}

// complete puts the rest of a question, from token at on, into the user's last
// question: in place of its only name, or of its date, else behind it.
func complete(question string, at int, history []trace.Turn) (string, bool) {
	before := ""
	for _, t := range slices.Backward(history) {
		if kind, _ := refers(t.Text); t.Role == "user" && kind != ellipsis {
			before = strings.TrimSpace(t.Text)
			break
		}
	}
	toks := text.Tokens(question)
	if before == "" || at >= len(toks) {
		return question, false
	}
	rest := strings.TrimRight(question[toks[at].Start:], " ?.!")
	oldDates, newDates := text.Dates(before), text.Dates(rest)
	oldNames := text.Entities(before)
	newNames := slices.DeleteFunc(text.Entities(question), func(e text.Entity) bool { return e.Start < toks[at].Start })
	switch {
	case len(oldDates) == 1 && len(newDates) == 1 && len(newNames) == 0:
		d := oldDates[0]
		return before[:d.Start] + newDates[0].Text + before[d.End:], true
	case len(oldNames) == 1 && len(newNames) == 1 && newNames[0].Text != oldNames[0].Text:
		n := oldNames[0]
		return before[:n.Start] + newNames[0].Text + before[n.End:], true
	}
	return strings.TrimRight(before, " ?.!") + " " + rest + "?", true
}
