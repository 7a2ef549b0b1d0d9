package claim

import "github.com/ragdiag/ragdiag/internal/text"

// Claim is one statement of a text.
type Claim struct {
	Text       string // without citations and list marks
	Start, End int    // bytes in the original, citations included
	Checkable  bool   // false: a question, a greeting, talk about the answer itself
}

// Split cuts an answer into claims.
func Split(answer string) []Claim {
	var out []Claim
	for _, sp := range text.Sentences(answer) {
		out = append(out, Claim{Text: sp.Of(answer), Start: sp.Start, End: sp.End, Checkable: true})
	}
	return out
}
