package claim

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/ragdiag/ragdiag/internal/text"
)

var (
	subordinates = text.NewWordSet("if", "when", "although", "though", "because", "while", "since", "unless", "until", "whether", "whereas", "neither", "both", "either", "not")
	adverbs      = text.NewWordSet("also", "later", "then", "now", "subsequently", "eventually", "still", "never", "often", "soon", "finally", "usually", "currently", "thus", "therefore")
	openings     = text.NewWordSet("the", "a", "an", "he", "she", "it", "they", "this", "these", "its", "his", "her", "their", "there", "some", "many", "most", "each", "all")
	behindVerb   = text.NewWordSet("in", "by", "at", "on", "to", "from", "as", "for", "with", "into", "until", "between", "during", "after", "before")
	// finites are verb forms that are rarely anything else.
	finites = wordsOf("finites")
	// notVerbs end as verbs of the past do.
	notVerbs = wordsOf("notVerbs")
)

// finite reports whether w looks like a verb that a statement can rest on.
func finite(w string) bool {
	if w == "" {
		return false
	}
	return finites.Has(w) || len(w) >= 5 && strings.HasSuffix(w, "ed") && !notVerbs.Has(w)
}

// maxSubject bounds the words of a subject that is carried over.
const maxSubject = 7

// subject returns what is before the first verb of a sentence, if that
// reads as its subject: it opens with a determiner, a pronoun or a capital, and
// nothing is set apart in it.
func subject(s string, toks []text.Token) string {
	for i, t := range toks {
		if i > maxSubject {
			return ""
		}
		if i > 0 && strings.ContainsAny(s[min(toks[i-1].End, t.Start):t.Start], ",;:([") {
			return ""
		}
		if finite(t.Text) {
			if i == 0 || adverbs.Has(toks[i-1].Text) && i == 1 {
				return ""
			}
			end := i
			if adverbs.Has(toks[i-1].Text) {
				end--
			}
			first := toks[0].Text
			r, _ := utf8.DecodeRuneInString(s[toks[0].Start:])
			if behindVerb.Has(first) || subordinates.Has(first) || !openings.Has(first) && !unicode.IsUpper(r) {
				return ""
			}
			return s[toks[0].Start:toks[end-1].End]
		}
		switch t.Text {
		case "that", "which", "who", "and", "or", "to":
			return ""
		}
	}
	return ""
}
