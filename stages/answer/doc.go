// Package answer decides whether an answer is a failure at all: right, wrong,
// a refusal, malformed, right but counted wrong by string match, or measured
// against a reference that is wrong itself.
//
// In: a trace.Record and its prepared context. Out: trace.OutcomeEvidence. It
// calls no model; values are compared by package match, claims by package
// claim, and exact match and F1 come from package metrics.
//
// Limits: without a reference answer, gold claims or a user's label nothing is
// called bad.
//
// Start reading in examine.go.
package answer
