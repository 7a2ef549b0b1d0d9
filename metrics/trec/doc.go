// Package trec reads the files of trec_eval: relevance judgements (qrels) and
// runs of any size.
//
// In: text, one judgement or one retrieved document a line. Out: metrics.Topic
// for each query that both files name, and what was missing or ignored.
//
// A run is read in blocks of whole queries by several goroutines, and nothing
// is kept of a query but the ranks of its judged documents, so memory does not
// grow with the run. A run whose queries are interleaved is read a second time,
// then into memory.
//
// Lines may end in CRLF, fields are separated by any white space, a byte order
// mark is passed over, blank lines too, and # starts a comment in the first
// column. Everything else that is not a well-formed line is an *Error with file
// and line: a wrong number of fields, a score that is not a finite decimal
// number, a document that a query names twice, a line of more than 1 MiB.
//
// Start reading in run.go.
package trec
