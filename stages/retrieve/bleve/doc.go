// Package bleve is the retriever that ships with ragdiag: an index on disk,
// built with the bleve library, and an exact BM25 over its postings.
//
// In: the documents of package corpus. Out: an Index that retrieves passages,
// explains every score term by term, and says whether the corpus holds a piece
// of evidence.
//
// bleve analyses text and stores postings. Its own ranking is not the default:
// its "bm25" takes the number of distinct terms for the length of a passage, so
// scores move with the layout of the segments, and idf counts twice. The exact
// scorer computes the published formula, breaks ties by ID, and gives the same
// bytes whatever the batch size, the number of writers or the merges done.
//
// On disk an index is a folder: manifest.json (what it was made from; state
// "building" or "complete"), bleve/ (postings), passages.bin (the passages) and
// passages.idx (one fixed-size entry each). A build that was killed leaves the
// state "building": Open refuses it and Build continues it.
//
// Limits: one field, text with its title in front; at most 2^32 passages; the
// whole of passages.idx (32 bytes a passage) is held in memory.
//
// Start reading in bm25.go for the formula, build.go and batch.go for the index.
package bleve
