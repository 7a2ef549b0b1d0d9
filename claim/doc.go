// Package claim splits an answer into claims and decides offline whether
// passages support, contradict or do not mention each one.
//
// In: a text and passages. Out: claims with their bytes in the text, and a
// Verdict per claim with the spans that it rests on. It calls no model, and
// nothing that a passage says is ever read as an instruction: a passage is a
// bag of words, numbers, dates and names in order.
//
// The verifier is a plain baseline: an equal-weight mean of word coverage,
// word-pair coverage and the presence of numbers, dates and names, with rules
// that spot one differing value, name, negation or opposite in an otherwise
// matching window. A claim is supported only if its numbers and dates stand in
// that window too. It abstains where all this decides nothing: on about a third
// of the claims in human-judged sets. Limits: it knows no synonyms and draws no
// inferences; a value that is right in itself but belongs to
// another thing in the same sentence passes. The error rates are measured, and
// held, in verify_data_test.go; German, Chinese and Arabic mechanically only.
//
// Whether a text declines to answer is read by a small grammar of 13 languages
// (grammar.go) and by idioms of some more (phrase.go).
//
// Start reading in verifier.go.
package claim
