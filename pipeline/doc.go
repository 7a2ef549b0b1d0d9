// Package pipeline drives records through the five stages in flow order and
// has each one diagnosed.
//
// In: a stream of trace.Records, or of questions to be answered first. Out: a
// stream of Results in input order, whatever the parallelism. It is the only
// package that assigns evidence: the stages examine and return.
//
// It reads no clock but the one it is given, and draws no chance. At most two
// records per worker are in flight, so memory does not grow with the input.
//
// Start reading in pipeline.go; live.go runs the stages, ordered.go is the
// parallel loop.
package pipeline
