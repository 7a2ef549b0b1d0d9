// Package match decides whether a passage holds a piece of gold evidence, and
// whether a text states an accepted answer.
//
// In: a gold unit named by passage ID, document ID or text, and a list of
// passages that carry IDs, texts, or both. Out: where the unit was found, how,
// with which probability and grade. Every attribution rests on this, so a list
// that has only IDs and a unit that has only text yield "unknown", never "no".
//
// The floors of a match by text: a passage holds a unit if it has .8 of the
// unit's word mass and .6 of its words in order; from .5 to .8 it is
// not called found, and its probability grows with the share, by a logistic that
// was fitted on half of the mtrag conversations (match_data_test.go). Near-duplicates are judged by
// the exact Jaccard similarity of word pairs (.8), because the lists are short. A
// passage that says another number, date or name between the same words is
// another passage; one that is a piece of a much longer unit is left open.
//
// A reference answer is read by its kind (reference.go: yes or no, values and
// names, a list, prose, an instruction, code) and for what the question asks
// (question.go); each thing that it says is an item. Compare (compare.go) holds
// the items against a text. An item is equal, different, missing or, where the
// comparison could not be made, left open: words of another language, words that
// have synonyms, a statement in other words. Values are compared by package text.
// One function word can turn an answer round: operators.txt lists the sets of
// opposites, each word of which counts only against another of its set. The
// probability of a name or phrase is a logistic of the shares of its words and
// of its triples of characters; it was fitted on the even questions of a set of
// answers judged by people, and the tests measure it on the odd ones.
//
// It calls no model. Limits: a paraphrase of the evidence is not recognised as
// the evidence; that is the work of package claim.
//
// A person checks the matcher itself on a sample of pairs (audit.go), which
// yields the two error rates that a diagnosis can allow for (audited.go).
//
// Start reading in match.go.
package match
