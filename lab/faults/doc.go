// Package faults tests the diagnosis stage by stage: it breaks our own pipeline
// on purpose, one real component at a time, and scores how often the right one is
// named.
//
// In: questions with gold, and the index that answers them (Build); or a set
// made before, with anybody's predictions (Score). Out: records without any
// trace of the label, a key, and tables.
//
// A fault is never text that was pasted in. The query former, the retriever,
// the selection, the reader, the citation writer or the gold label is disturbed,
// and what it then does is recorded. The reader is extractive and scripted: it
// has settable noise, position and prior, and no model. A case is kept only if
// its answer turns bad in most replays and the disturbance hit the stage it was
// aimed at; both are checked on strings and document IDs, not by the tool that
// is measured.
//
// It never tunes anything and never calls a model, and no probability comes from
// it: what breaks by itself in real systems looks otherwise. Limits: the reader copies
// sentences, so paraphrase and reasoning are not tested; effects of one
// disturbance on another are only known for the pairs that are built.
//
// Its place in the flow is behind pipeline. Start reading in build.go;
// operators.go is the table of faults, score.go the measures.
package faults
