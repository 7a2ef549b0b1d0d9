// Package simulated draws failures and whole runs of systems whose rates are
// known, and lets the experiments of package intervene judge them: it shows
// whether stated probabilities hold (verdicts.go) and how often the intervals of
// the ceiling table cover (ceiling.go).
//
// In: rates and a seed. Out: each verdict or gain beside what is true. It asks no
// generator. Limits: the worlds are drawn as the model of intervene has them.
package simulated
