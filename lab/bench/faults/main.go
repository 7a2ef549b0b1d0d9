// Command faults measures the attribution and prints Markdown tables:
// `go run ./lab/bench/faults -data DIR`.
//
// In: the data sets in DIR. It breaks our own pipeline over Natural Questions,
// RAMDocs and two languages of XQuAD and scores the diagnosis (injected), and scores it
// on faults that nobody injected: retrieval runs with relevance judgements
// (natural), human-made bad queries (noise), readers' wrong answers (readers).
// The part evidence fits the weights by which passages are inferred from a
// reference answer.
// Out: macro-F1 with intervals over clusters, and what was said for what was
// true. Everything is the same at every run.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/ragdiag/ragdiag/corpus"
	"github.com/ragdiag/ragdiag/lab/faults"
	"github.com/ragdiag/ragdiag/lab/realdata"
	"github.com/ragdiag/ragdiag/stages/retrieve/bleve"
)

func main() {
	data := flag.String("data", realdata.Dir(), "folder of the data sets")
	only := flag.String("only", "injected,natural,noise,readers", "parts to run")
	flag.Parse()
	if err := run(context.Background(), os.Stdout, *data, strings.Split(*only, ",")); err != nil {
		fmt.Fprintln(os.Stderr, "faults:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, w io.Writer, data string, parts []string) error {
	tmp, err := os.MkdirTemp("", "ragdiag-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(tmp)
	for _, part := range parts {
		fmt.Fprintf(w, "\n# %s\n\n", part)
		switch part {
		case "injected":
			err = injected(ctx, w, data, tmp)
		case "evidence":
			err = evidence(ctx, w, data, tmp)
		case "natural":
			err = natural(ctx, w, data, tmp)
		case "noise":
			err = printed(w, "")(noise(ctx, data, tmp))
		case "readers":
			err = printed(w, "the tool sees")(readers(ctx, data))
		default:
			err = fmt.Errorf("no part %q", part)
		}
		if err != nil {
			return fmt.Errorf("%s: %w", part, err)
		}
	}
	return nil
}

// index indexes documents whole.
func index(ctx context.Context, docs []corpus.Document, dir string) (*bleve.Index, error) {
	stream := func(yield func(corpus.Document, error) bool) {
		for _, d := range docs {
			if !yield(d, nil) {
				return
			}
		}
	}
	if _, err := bleve.Build(ctx, stream, dir, bleve.Options{Chunk: corpus.ChunkOptions{Words: -1}}); err != nil {
		return nil, err
	}
	return bleve.Open(dir, bleve.RankExact)
}

// printed prints scores, if there are any.
func printed(w io.Writer, what string) func([]faults.Slice, error) error {
	return func(scores []faults.Slice, err error) error {
		if err != nil {
			return err
		}
		return faults.ScoreTable(w, what, scores)
	}
}
