// Package retrieve examines whether the retriever found the evidence that the
// question needs, and tries other queries to learn why it did not.
//
// In: a trace.Record, and for probing a Retriever. Out: trace.RetrieveEvidence
// and trace.Probes. Examine works from the record alone; Inspect has a
// retriever at hand as well.
//
// It changes nothing in a record. Limits: a probe says what the retriever at
// hand does, which is the system's own only if its index and settings are.
//
// Start reading in examine.go. The retriever that ships is in the folder bleve.
package retrieve
