// Package judging measures a judge: how far it agrees with people, what its
// confidence is worth, whether it says the same again, and what moves it that
// should not: company, position, length, and orders hidden in a text.
//
// In: a judge.Judge, questions to it, labels of people (label.go). Out: numbers
// with intervals, and a scale for judge.Options.Calibration. 'ragdiag judge eval',
// 'ragdiag judge audit' and 'ragdiag label' call it; a diagnosis never does.
//
// Limits: a judge is measured on the data that it is shown. Start reading in
// agree.go.
package judging
