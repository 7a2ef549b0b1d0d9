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
// that spot one differing value in an otherwise matching window. It abstains
// where that decides nothing. Limits: it knows no synonyms and draws no
// inferences; see the measured error rates in verify_data_test.go.
//
// Start reading in verifier.go.
package claim
