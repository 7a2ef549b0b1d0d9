// Package trace holds the one data type that flows through ragdiag: the Record
// of one question answered by a RAG system, and the Evidence that the stages
// add to it.
//
// In: nothing. Out: types with JSON tags, the contract on disk. The package
// does no I/O; reading and writing files is the work of trace/formats.
//
// Two rules carry the package. Not recorded is not the same as empty: a nil
// Candidates means that the trace does not say, an empty one that the
// retriever found nothing. And every measurement is a Value, which is a number
// or unknown with a reason, never a zero that stands for ignorance.
//
// Start reading in record.go; evidence.go lists what each stage may add.
package trace
