package claim

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/ragdiag/ragdiag/internal/text"
)

// Words with which a sentence says where its content comes from, or leads to it.
// Such a beginning is no part of what is claimed: it neither supports a claim
// nor keeps it from being compared.
var (
	// pointers open a phrase up to a comma that names a source.
	pointers = wordRuns(section("pointers"))
	// sourceNouns name what was read.
	sourceNouns = wordsOf("sourceNouns")
	// sourceAdjectives may be around a source.
	sourceAdjectives = wordsOf("sourceAdjectives")
	// reporting are verbs with which a source says something, or phrases that lead to a statement, each with its "that".
	reporting = wordRuns(section("reporting"))
	// openers lead to a statement with nothing in front of them.
	leadOpeners = wordRuns(section("leadOpeners"))
	// bareLeads are before a comma and say nothing that can be checked.
	bareLeads = text.NewWordSet(strings.Split(section("bareLeads"), "|")...)
)

// wordRuns lists phrases, longest first where one begins another.
func wordRuns(table string) map[string][][]string {
	out := map[string][][]string{}
	for p := range strings.SplitSeq(strings.ReplaceAll(table, "\n", "|"), "|") {
		var words []string
		for _, t := range text.Tokens(p) {
			words = append(words, t.Text)
		}
		if len(words) > 0 {
			out[words[0]] = append(out[words[0]], words)
		}
	}
	return out
}

// runAt returns the number of tokens of the longest phrase that begins at token
// i; 0: none.
func runAt(runs map[string][][]string, toks []text.Token, i int) int {
	longest := 0
	for _, words := range runs[toks[i].Text] {
		if len(words) <= longest || i+len(words) > len(toks) {
			continue
		}
		ok := true
		for j, w := range words {
			ok = ok && toks[i+j].Text == w
		}
		if ok {
			longest = len(words)
		}
	}
	return longest
}

// The beginning of a sentence in which attributions are looked for.
const (
	attributionBytes  = 200
	attributionTokens = 9
	attributions      = 3 // one behind the other: "Yes, according to the policy, …"
)

// unattributed returns what a claim states, without the words in front that say
// where it comes from or only lead to it. toks are the tokens of the claim.
func unattributed(s string, toks []text.Token) string {
	for range attributions {
		if len(s) > attributionBytes {
			toks = text.Tokens(s[:attributionBytes])
		}
		rest := afterAttribution(s, toks)
		if rest == s {
			break
		}
		s, toks = rest, text.Tokens(rest)
	}
	return s
}

// afterAttribution is unattributed for one attribution; toks are the tokens of
// the head of s.
func afterAttribution(s string, toks []text.Token) string {
	head := s[:min(len(s), attributionBytes)]
	if len(toks) < 2 {
		return s
	}
	cut := func(i int) string { // the statement begins at token i
		if i >= len(toks) {
			return s
		}
		rest := s[toks[i].Start:]
		r, n := utf8.DecodeRuneInString(rest)
		if n == 0 {
			return s
		}
		if s[0] == '"' || toks[i].Start == 0 {
			return s
		}
		return string(unicode.ToUpper(r)) + rest[n:]
	}
	if n := runAt(leadOpeners, toks, 0); n > 0 {
		return cut(n)
	}
	comma := -1 // the first token behind a comma
	for i := 1; i < min(len(toks), attributionTokens); i++ {
		if toks[i-1].End <= toks[i].Start && strings.ContainsAny(head[toks[i-1].End:toks[i].Start], ",，、:") {
			comma = i
			break
		}
	}
	if comma > 0 {
		if bareLeads.Has(strings.ToLower(text.Normalize(strings.TrimSpace(head[:toks[comma-1].End])))) {
			return cut(comma)
		}
		if n := runAt(pointers, toks, 0); n > 0 && n < comma && sourceIn(toks[n:comma]) {
			return cut(comma)
		}
	}
	for i := range min(len(toks), attributionTokens) { // "The second passage says that"
		if n := runAt(reporting, toks, i); n > 0 {
			if i > 0 && sourceIn(toks[:i]) {
				return cut(i + n)
			}
			return s
		}
	}
	return s
}

// sourceIn reports whether some words are nothing but a source: "the provided
// documents", "passage 1".
func sourceIn(toks []text.Token) bool {
	found := false
	for _, t := range toks {
		switch {
		case sourceNouns.Has(t.Text):
			found = true
		case sourceAdjectives.Has(t.Text), anyStop(t.Text):
		case found && t.Text[0] >= '0' && t.Text[0] <= '9' && len(t.Text) < 4:
		default:
			return false
		}
	}
	return found
}

// anyStop reports whether a word is a function word of one of the languages of
// the lists above.
func anyStop(w string) bool {
	for _, lang := range [...]string{"en", "de", "fr", "es", "it", "pt", "nl", "sv", "pl", "ru"} {
		if text.IsStop(lang, w) {
			return true
		}
	}
	return false
}
