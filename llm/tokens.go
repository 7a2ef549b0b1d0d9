package llm

import (
	"unicode"
)

// LeastTokens returns a number of tokens that no tokeniser in use stays below:
// one for each word between blanks, and one for four characters of a script
// without blanks. A server that reports fewer has not read all of the prompt.
func LeastTokens(parts ...string) int {
	words, dense := 0, 0
	for _, s := range parts {
		inWord := false
		for _, r := range s {
			switch {
			case unicode.IsSpace(r):
				inWord = false
			case unspaced(r):
				dense++
				inWord = false
			case !inWord && (unicode.IsLetter(r) || unicode.IsDigit(r)):
				inWord = true
				words++
			}
		}
	}
	return words + dense/4
}

// AboutTokens estimates the tokens of texts: a quarter of the Latin letters
// and other ASCII characters, half of other letters, one per character of a
// script without blanks. Tokenisers differ by a third and more. It is for the
// cost of whole requests; packing, which cuts within a text, has rerank.Tokens.
func AboutTokens(parts ...string) int {
	quarters := 0
	for _, s := range parts {
		for _, r := range s {
			switch {
			case unspaced(r):
				quarters += 4
			case r < 0x250: // Latin
				quarters++
			default:
				quarters += 2
			}
		}
	}
	return (quarters + 3) / 4
}

// unspaced reports whether r is of a script that puts no blanks between words.
func unspaced(r rune) bool {
	return r >= 0xe00 && unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar)
}

// promptTokens estimates the tokens of a request that a model reads.
func promptTokens(req Request) (least, about int) {
	parts := []string{req.System, req.User}
	if req.Given != "" {
		parts = append(parts, req.Given)
	}
	if req.Schema != nil {
		about = AboutTokens(string(req.Schema.JSON))
	}
	return LeastTokens(parts...), about + AboutTokens(parts...)
}
