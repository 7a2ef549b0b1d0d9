package main

import (
	"context"
	"io"
	"path/filepath"

	"github.com/ragdiag/ragdiag/corpus"
	"github.com/ragdiag/ragdiag/lab/faults"
	"github.com/ragdiag/ragdiag/trace"
)

// base is a set of questions with the corpus that answers them.
type base struct {
	name string
	read func(data string) ([]corpus.Document, []*trace.Record, error)
}

// bases are the sets that faults are made from.
var bases = []base{{"nq_oracle", readNQ}, {"ramdocs", readRAMDocs}, {"xquad.de", xquad("de")}, {"xquad.en", xquad("en")}}

// breakOver breaks our pipeline over the bases.
func breakOver(ctx context.Context, data, tmp string, from []base, o faults.Options) (*faults.Set, error) {
	var sources []faults.Source
	for _, b := range from {
		docs, questions, err := b.read(data)
		if err != nil {
			return nil, err
		}
		x, err := index(ctx, docs, filepath.Join(tmp, b.name))
		if err != nil {
			return nil, err
		}
		defer x.Close()
		records := func(yield func(*trace.Record, error) bool) {
			for _, q := range questions {
				if !yield(q, nil) {
					return
				}
			}
		}
		sources = append(sources, faults.Source{Name: b.name, Records: records, Index: x})
	}
	return faults.Build(ctx, sources, o)
}

// injected makes a set and scores the diagnosis on it.
func injected(ctx context.Context, w io.Writer, data, tmp string) error {
	set, err := breakOver(ctx, data, tmp, bases, faults.Options{Seed: 1})
	if err != nil {
		return err
	}
	v, err := faults.Validate(ctx, set, faults.ValidateOptions{Seed: 1})
	if err != nil {
		return err
	}
	return faults.Render(w, v, "md")
}
