package metrics

// Normalize lets the tests see the text as the convention compares it: for SQuAD
// the tokens with one space between, for Chars the characters.
func (c Convention) Normalize(s string) string { return string(c.appendNormal(nil, s)) }
