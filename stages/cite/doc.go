// Package cite finds the citations of an answer and checks each one.
//
// In: a trace.Record with an Answer and a Context. Out: trace.CiteEvidence.
// It calls no model; whether passages support a statement is asked of the
// claim.Context that the caller has prepared.
//
// Limits: a marker is read by its form, so a bare number in parentheses is
// never a citation, and one in brackets nearly always is; what is left out and
// why stands at parse. A structured citation is trusted about what it covers.
//
// Start reading in examine.go; statement.go cuts the answer, parse.go finds
// markers, notation.go has their forms, resolve.go what they mean.
package cite
