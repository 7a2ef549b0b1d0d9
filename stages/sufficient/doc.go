// Package sufficient tests whether passages hold what a right answer needs.
//
// In: a question, what is known of its right answer, and passages: those of the
// prompt, or the candidates that a retriever found. Out: whether they suffice,
// with a probability and the reason; part by part of the reference, where it
// stands; and whether the answer has to be worked out from values.
//
// A typed value counts only in the place that the question asks about. That a
// sentence of the reference is nowhere word for word says little, since it
// can be said in other words: it moves the probability and decides nothing. A
// "no" is sure only where something comparable is absent, a value or a name in
// the language of the passages, and the passages hold little of the question.
// What cannot be compared (another language, a passage that was cut, a result
// that has to be computed, a bare yes or no) is unknown, or judged by the
// question alone.
//
// Limits: no inference and few synonyms, so that a paraphrase has a probability
// near even; and a value beside the question's words may still be said of
// another thing. The weights were fitted on a few hundred read answers of real
// systems; see weights.go.
//
// Start reading in test.go.
package sufficient
