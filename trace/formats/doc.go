// Package formats reads and writes the records of RAG systems: our own JSON
// lines, and the files of other evaluators.
//
// In: files, standard input or any reader, plain, gzip or zstd. Out: a stream
// of *trace.Record, and a Coverage that says what was detected, why, which
// share of the records carries each field, and what the file cannot say.
// Writers go the other way and count what their format cannot carry.
//
// A format is recognised by content, never by file name. A bad record is an
// error of that one element, with its file, line and ID, and the reader goes
// on; only an unreadable input ends the stream. What is not valid UTF-8 is
// repaired with U+FFFD and counted; UTF-16 and binary files are refused. Names
// that a format does not know are kept in Record.Extra. A record without an ID
// gets "r000007" if it is the seventh element of the whole input, broken
// elements counted, so that mending one does not rename the others.
//
// Tools and their users mix names: what a format's own names leave out is
// filled from names that leave no doubt, whatever their case and signs between
// words, and each such guess is noted. Passages may keep their text under any
// name if it is the only long text in them; where that is open the context is
// not recorded, never empty. Coverage.Hints says so, names unused fields that
// look like evidence, and gives the --map that reads them.
//
// Memory does not grow with the input apart from 16 bytes of hash and 8 bytes
// of position for each ID, kept to find duplicates: 56 MB for a million records
// (BenchmarkReadNative, TestMemoryIsFlat).
//
// Limits: an element may take 16 MiB, 200 levels of nesting, a million values
// and 100,000 passages; a larger one is skipped, counted, and
// the reader goes on behind it. In a JSON document (one array or object over
// many lines) that is broken between two elements, what follows is lost, and
// the error says so. Nothing is fetched, nothing is judged here.
//
// Place in the flow: first. It imports trace and a decompressor only.
// Start reading in read.go; one file per tool holds the mapping.
package formats
