package claim

import (
	"strings"
	"unicode"

	"github.com/ragdiag/ragdiag/internal/text"
)

// pronouns that may open an English sentence, and whether they are possessive.
var pronouns = map[string]bool{
	"he": false, "she": false, "it": false, "they": false, "this": false, "these": false,
	"his": true, "its": true, "their": true, // "her" is as often no possessive
}

// generic nouns stand for what was named before: "the company".
var generic = wordsOf("generic")

// resolve replaces the pronoun that opens a claim by the first name of the
// sentence before it, or by its subject; "": the claim opens with none, or
// nothing is named. It is a guess, which a checker may try beside the claim as
// it stands.
func resolve(s, before string) string {
	end := 0
	for i, r := range s {
		if !unicode.IsLetter(r) {
			end = i
			break
		}
	}
	word := strings.ToLower(s[:end])
	possessive, ok := pronouns[word]
	rest := s[end:]
	if word == "the" && strings.HasPrefix(rest, " ") {
		noun, _, _ := strings.Cut(rest[1:], " ")
		if ok = noun != "" && generic.Has(noun) && len(noun)+1 < len(rest); ok {
			end += 1 + len(noun)
		}
	} else if ok && (word == "this" || word == "these") { // "this mill" is not "this is"
		next, _, _ := strings.Cut(strings.TrimSpace(rest), " ")
		ok = finite(next)
	}
	if !ok {
		return ""
	}
	name := firstName(clean(before))
	if name == "" || strings.HasPrefix(s, name) {
		return ""
	}
	if possessive {
		name += "'s"
	}
	return name + s[end:]
}

// firstName returns the first name in a sentence, as far as its subject if that
// opens with it, or else its subject.
func firstName(s string) string {
	d := text.Analyze(s, "en")
	sub := subject(s, d.Tokens)
	if _, leans := pronouns[strings.ToLower(sub)]; leans {
		sub = ""
	}
	if es := d.Entities(); len(es) > 0 && !strings.Contains(sub, es[0].Text) {
		return es[0].Text
	}
	return sub
}
