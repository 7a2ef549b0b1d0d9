// Package query forms the query that is sent to the retriever, and compares a
// query that was sent with the question that was asked.
//
// In: a trace.Record. Out: queries (Form), or trace.QueryEvidence (Examine).
// Forming knows four kinds: the question as asked; a follow-up question made
// self-contained by rule; the question expanded with words of the passages it
// finds (which needs a retriever); a rewriting by any function, such as a model.
//
// It reads no file and calls no model of its own. Limits: references are
// resolved in English only, by rules that rather leave a question alone than
// change a self-contained one; names are found by their capital letters.
//
// Start reading in examine.go; resolve.go holds the rules for follow-ups.
package query
