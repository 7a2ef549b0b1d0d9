// Package judge asks a language model about what the offline examiners leave
// open, and checks what it says before anybody believes it.
//
// In: a question with units of text and items to decide, or a whole record with
// its evidence. Out: trace.Judgements, each with a verdict and the quotes that it
// rests on, or with the reason why there is none. Apply puts the judgements of a
// record into its evidence, with grade C; it asks no model, so a saved record gives
// the same evidence again.
//
//	Record  the cascade: which items of a record are worth a call
//	Ask     one task: batches, prompt, reply, repairs, quotes
//	Apply   judgements into predicates and claims
//
// Every text of a trace is hostile until shown otherwise. Texts are between
// marks that their author cannot guess; invisible characters and forged marks are
// removed; sentences that read as orders to the judge are withheld; a verdict that
// needs a quote counts only if the quote is in the unit, has to do with the
// item, and the offline verifier does not object.
//
// It never counts a failure as a verdict: an unreadable reply, a missing item or a
// call that failed is an error of that item and nothing else.
//
// Limits: the judge is as good as its model; orders in a language or form that
// hostile.go does not know reach the model. "Not found" and "insufficient" rest on
// no quote. Measure a model on your data with 'ragdiag judge eval' and 'ragdiag
// judge audit' before you trust it.
//
// There is one file for each task: verify.go, sufficiency.go, equivalence.go,
// refusal.go, relevance.go, pairwise.go and subtype.go. Start reading in ask.go.
package judge
