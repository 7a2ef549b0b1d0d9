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
// and prompt.go fences what others wrote. Limits: sufficiency without gold is
// unknown; two passages in conflict are found by a number, time, date or name in
// the same place of sentences that share their words, so opposite statements
// without values, and values in another wording, are missed (about seven in ten
// falsified passages; data_test.go measures both sides); orders are known by
// their usual words in a few languages.
//
// Start reading in prompt.go for the running half, in examine.go for the other:
// sufficient.go, gold.go, conflict.go and injection.go each decide one thing,
// imported.go hears what another judge said.
package ground
