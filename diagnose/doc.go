// Package diagnose turns the evidence of a record into a verdict: what broke,
// how sure that is, what evidence shows it, what is missing, and what to fix.
//
// In: a trace.Record whose Evidence the stages have filled. Out: a Diagnosis.
// It does no I/O, reads no clock, calls no model and imports nothing outside
// the standard library but trace, so a verdict can always be recomputed from a
// saved record.
//
// Unknown evidence is never read as false. Where a decision needs evidence
// that is missing, the verdict is undetermined and carries the set of causes
// left and the cheapest evidence to add.
//
// Start reading in classify.go.
package diagnose
