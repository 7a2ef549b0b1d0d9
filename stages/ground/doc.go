// Package ground asks the generator, and finds out what the answer made of the
// context.
//
// Running: a Prompt is a template in a file, hashed; Generate renders it and
// asks an llm.Generator. Examining: Examine takes a record, whoever produced
// it, and says whether the context sufficed, and of each claim of the answer
// whether the context supports it, whether the gold answer does, and where a
// wrong one may come from.
//
// Examine calls no model and follows no orders in passages: whether passages
// support a claim is asked of the claim.Context that the caller has prepared,
// and prompt.go fences what others wrote. Whether the context suffices is asked of
// package sufficient where a reference is recorded, and weighed against the gold
// evidence in sufficient.go. Limits: sufficiency without gold is
// a guess by words, grade D, right about six times in ten on passages that were
// really retrieved; two passages in conflict are found by a number, time, date
// or name in the same place of sentences that share their words, or as different
// values of the kind that the question asks for, so opposite statements without
// values are missed (ramdocs_data_test.go and data_test.go measure both sides);
// orders are known by their usual words in a few languages.
//
// Start reading in prompt.go for the running half, in examine.go for the other:
// sufficient.go, hint.go, gold.go, conflict.go, slot.go and injection.go each decide one
// thing,
// imported.go hears what another judge said.
package ground
