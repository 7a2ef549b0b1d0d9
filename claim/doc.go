// Package claim splits an answer into claims and decides offline whether
// passages support, contradict or do not mention each one.
//
// In: a text and passages. Out: claims with their bytes in the text, and a
// Verdict per claim with the spans that it rests on. It calls no model, and
// nothing that a passage says is ever read as an instruction: a passage is a
// bag of words, numbers, dates and names in order.
//
// The verifier is a logistic regression over features of word, pair, number, date
// and name coverage (features.go), whose signs are fixed and whose weights were
// fitted on claims that people judged (weights.json, by lab/verifier). Rules spot one differing
// value, name, negation, opposite (opposites.txt), exchanged role (role.go) or
// value of something else (bind.go) in an otherwise matching window; they only
// lower certainty. A value that can be worked out from others (compute.go) leaves
// a claim open; a comparison of two things is worked out (comparative.go). Between two bands of probability it abstains. Limits: it knows
// few synonyms and draws no other inferences; its probabilities are
// calibrated in the domains of the fit. lab/bench/evidence measures the error
// rates, and its tests hold them.
//
// Read takes reasoning in tags away, and what is before an explicit final
// line. ReadRefusal tells which share of what was asked a text declines, by a
// grammar of 26 languages (grammar.go, clause.go, refusal.go) and by idioms
// (phrase.go); the words are in lexicon/.
//
// Start reading in verifier.go.
package claim
