// Package verifier fits the claim verifier to claims that people judged, and
// measures it on such claims.
//
// In: labels (labels.go), JSON lines of a claim, its passages and whether they
// support it. Out: a claim.Model (train.go), and its Quality with intervals
// (evaluate.go). 'ragdiag verify' and lab/bench/evidence call it; a diagnosis
// never does.
//
// Limits: what is fitted grows with the labels, see Train. Start reading in
// train.go.
package verifier
