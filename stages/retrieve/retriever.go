package retrieve

import (
	"context"

	"github.com/ragdiag/ragdiag/trace"
)

// Retriever finds passages for a query.
type Retriever interface {
	// Retrieve returns at most depth passages, best first. Nothing found is an
	// empty list and no error.
	Retrieve(ctx context.Context, query string, depth int) ([]trace.Hit, error)
	// Name describes the retriever in records and reports.
	Name() string
}

// Corpus is what a Retriever may offer beside it: knowledge of the passages
// that it did not return.
type Corpus interface {
	// Holds says whether a unit of gold evidence lies in the corpus.
	Holds(ctx context.Context, unit trace.Unit) trace.Predicate
	// Misfit says whether the analysis of the index is wrong for its corpus, or
	// for questions in lang (ISO 639-1; empty: not known).
	Misfit(lang string) trace.Predicate
	// Stale says whether a run on the named version of the corpus saw other
	// documents than the index holds.
	Stale(version string) trace.Predicate
}
