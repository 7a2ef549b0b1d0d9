// Package corpus reads the documents that a retriever searches, cuts them into
// passages with stable IDs, and names a version of the whole by its hash.
//
// In: a file or folder (BEIR corpus.jsonl, plain JSONL, a folder of .txt, .md
// and .html, SQuAD or XQuAD JSON, TREC documents; each file may be compressed
// with gzip or zstd). Out: a stream of Documents, and the Passages of each.
//
// The format is told from the content, not from the name. A document that
// cannot be read is an *Error in the stream with file, line and ID, and reading
// goes on; any other error ends the stream. Nothing outside the folder given is
// read, whatever its symbolic links say.
//
// Limits: one document holds at most 16 MiB; text is UTF-8; Markdown is kept as it
// stands; IDs that come twice are left to the index, which reports them.
//
// Start reading in open.go; chunk.go cuts documents into passages.
package corpus
