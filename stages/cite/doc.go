// Package cite finds the citations of an answer and checks each one.
//
// In: a trace.Record with an Answer and a Context. Out: trace.CiteEvidence.
// It calls no model; whether passages support a statement is asked of the
// claim.Context that the caller has prepared.
//
// Limits: a marker is read by its form, and a form that serves other ends too,
// such as "(1)", counts only where nothing else explains it; what is left out and
// why is at parse. A structured citation is trusted about what it covers. A
// fault is found only where a cited passage could have shown the statement: one
// in other words, or in another language, is left undecided.
//
// Start reading in examine.go; statement.go cuts the answer, parse.go finds
// markers, notation.go has their forms, prose.go the sources that running text
// names, list.go the lists of sources, resolve.go what all of them mean;
// words.txt has the words of each language.
package cite
