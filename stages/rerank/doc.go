// Package rerank decides which candidates reach the prompt, and finds out what
// was lost on the way there.
//
// Running: Select reorders candidates and packs them into a number of passages
// and a token budget; each candidate that is left out says why. Examining:
// Examine takes a record, whoever produced it, and returns where the gold
// evidence is in the context, what the selection lost, and how.
//
// It calls no model and reads no files. Limits: the reorderings are lexical;
// Tokens are estimated, because each model counts its own. Where the trace does
// not record the candidates or the context, the evidence is unknown, never "no".
//
// Start reading in select.go for the running half, in examine.go for the other.
package rerank
