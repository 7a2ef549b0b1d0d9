// Package text is the one place that knows how text is normalised: words,
// stems, sentences, numbers, dates, names, languages.
//
// In: any string, valid UTF-8 or not. Out: a Doc, the prepared form of a text
// that every comparison shares, so that no text is read twice. The functions
// Tokens, Terms, Sentences, Dates and Entities give one part of it.
// All positions are bytes of the original string, ascending and never
// overlapping within one kind.
//
// It never fails, never calls a model, and holds no state. Limits: stop words
// for 25 languages, stems for 24, negations for 21; scripts without spaces (Chinese, Japanese,
// Korean, Thai, Lao, Khmer, Burmese) are cut into pairs of characters; names
// are found by capital letters, so only in scripts that have them.
//
// Start reading in document.go.
package text
