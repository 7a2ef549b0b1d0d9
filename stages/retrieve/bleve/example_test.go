package bleve_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/ragdiag/ragdiag/corpus"
	"github.com/ragdiag/ragdiag/stages/retrieve/bleve"
)

// An index is built from a stream of documents, opened, and asked; Explain
// says where a score comes from.
func Example() {
	if err := index(); err != nil {
		fmt.Println(err)
	}
	// Output:
	// timetable
	// 0.6407  BM25 of passage "timetable", 3 tokens long (mean 2.5), k1 1.2, b 0.75; sum of:
	//   0.6407  "ferri": product of:
	//     1.0000  times in the query
	//     0.6931  idf: in 1 of 2 passages
	//     0.9244  1 times in the passage, saturated and set against its length
}

func index() error {
	ctx := context.Background()
	dir, err := os.MkdirTemp("", "index")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	docs := func(yield func(corpus.Document, error) bool) {
		_ = yield(corpus.Document{ID: "timetable", Text: "The ferries leave at six."}, nil) &&
			yield(corpus.Document{ID: "sights", Text: "The lighthouse is open."}, nil)
	}
	path := filepath.Join(dir, "index")
	if _, err := bleve.Build(ctx, docs, path, bleve.Options{Language: "en"}); err != nil {
		return err
	}
	x, err := bleve.Open(path, bleve.RankExact)
	if err != nil {
		return err
	}
	defer x.Close()
	hits, err := x.Retrieve(ctx, "ferry", 5)
	if err != nil {
		return err
	}
	for _, h := range hits {
		fmt.Println(h.ID)
	}
	why, err := x.Explain(ctx, "ferry", hits[0].ID)
	fmt.Print(why)
	return err
}
