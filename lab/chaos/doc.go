// Command chaos tries the program under harm: it kills and interrupts it, fills
// its disk, starts it twice, gives it an endpoint that misbehaves, hostile texts
// and a damaged index, and says what did not survive:
// `go run ./lab/chaos -trials 30`.
//
// In: the number of trials of each kind, a seed, and a limit of time. Out: a
// Markdown table, and a line for each trial that did not survive, with the seed
// that repeats it: `go run ./lab/chaos -kind KIND -seed N -trials 1`. The exit
// code is 1 if there is such a line. The program is built from this module
// unless -binary names one.
//
// The trial number i of a run has the seed of the run plus i, and draws all it
// does from it. The moments of kills and interruptions are drawn as well, but
// what the program does at that moment depends on the machine.
//
// A full disk is simulated by the limit of the length of a file (RLIMIT_FSIZE),
// which needs no rights: a write beyond it fails as one on a full disk does, if
// with another error. Limits and signals need Unix; terminals are simulated on
// Linux alone, and left out elsewhere.
//
// Start reading in main.go; each kind of trial is a file of its own.
package main
