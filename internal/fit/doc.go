// Package fit fits small models to labelled numbers: a logistic regression
// whose weights keep their sign, and Platt scaling. How good they are, metrics/stat
// says.
//
// In: rows of finite numbers and what was true. Out: parameters. It knows
// neither claims nor causes, reads no file and draws nothing by chance: the
// same rows in the same order give the same bits. What it cannot fit is an
// error that says what is missing.
//
// Limits: dense rows in memory, some dozens of columns, full-batch descent. It
// is made for thousands of rows, not for millions.
//
// Start reading in logistic.go.
package fit
