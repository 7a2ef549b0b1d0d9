// Package summary turns a stream of diagnoses into numbers that can be
// defended: counts that add up, shares with intervals, metrics that say on how
// many records they rest, slices, the fixes worth most, and gates for CI.
//
// In: one record and its diagnosis at a time, in input order ([Builder.Add]),
// and the reasons of those that could not be read ([Builder.Skip]). Out: a
// [Summary], which is all that the renderers of package report know.
//
// Its place in the flow is behind diagnose and before report. It does no I/O,
// takes no clock and keeps no record: counts, sums and at most five IDs of
// examples for each line, so memory does not grow with the input. Only the
// values of a metric are kept for the bootstrap, up to stat.LargeN of them;
// above that the interval is the normal one and says so.
//
// What it never does: it never counts something unmeasured as zero, never lets
// a gate pass on nothing, and never drops a record without a reason. The sum
// rule (read = diagnosed + undetermined + not a failure + not judged + skipped)
// is checked and is in the Summary.
//
// Limits: a tag with more than 200 values is not sliced, and a warning names it.
// Intervals take records as independent; records of one conversation are not.
//
// Start reading in summary.go, then builder.go; gate.go has the gate grammar.
package summary
