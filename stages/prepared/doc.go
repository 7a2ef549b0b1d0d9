// Package prepared holds a record whose texts are analysed once and whose gold
// evidence is looked for once, for the examiners of all stages.
//
// In: a trace.Record and the verifier of claims. Out: a Record, from which each
// stage takes the question, the context, the lists and the places of the gold
// evidence. Everything is worked out when it is first asked for and kept.
//
// It decides nothing and writes nothing into the trace.Record.
package prepared
