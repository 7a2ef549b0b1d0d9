// Package metrics computes the numbers the field knows by name, as pure
// functions of numbers and strings.
//
// In: rankings and relevance grades, texts, token log-probabilities, verdicts
// on claims and citations, votes. Out: (float64, error). A value that is not
// defined is an error that gives the reason; it is never 0 and never NaN.
// Where the field has two conventions, the name says which one is meant.
//
// The package reads no files (metrics/trec does), asks no model, and draws no
// random numbers; intervals and tests are in metrics/stat. It imports the
// standard library and the stemmer.
//
// The retrieval measures share one form, Topic: the ranks at which a query's
// judged documents stand. Measure is a measure's name as a value; Evaluate
// applies measures to topics. Answers are compared in squad.go and rouge.go.
// Catalogue describes every metric, what it does not tell included.
//
// Limits: the reference programs' values are met to about 1e-15, not to the
// last bit, because logarithms differ between mathematics libraries; Unicode
// is that of Go's tables (version 15).
//
// Start reading in retrieval.go.
package metrics
