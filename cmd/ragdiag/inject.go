package main

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/ragdiag/ragdiag/lab/faults"
	"github.com/ragdiag/ragdiag/stages/retrieve/bleve"
	"github.com/ragdiag/ragdiag/trace"
	"github.com/ragdiag/ragdiag/trace/formats"
)

const injectLong = `Make a benchmark of broken RAG systems whose faults are known.

The questions of EVALSET, with a reference answer and the document that holds
it, are answered over an index by our own pipeline and a scripted reader. Where
that works every time, one component is disturbed: the query former, the
retriever, the selection, the reader, the citation writer, or the label. A case
is kept if its answer is then bad in at least 3 of 5 replays. Some cases get
two faults, some none, and some have so much hidden that nothing can be decided.

DIR gets records.jsonl, which any tool can diagnose; key.jsonl, which says what
is true; probes.jsonl, what other queries find in the broken retriever; and
about.json, which says how often a disturbance did no harm.

Such faults test whether each stage is named where it was broken. Faults of real
systems look otherwise, so a score on them is no estimate for yours.
'ragdiag validate DIR' scores a diagnosis against the key.`

type injectFlags struct {
	input inputFlags
	index []string
	out   string
	o     faults.Options
}

func newInjectCmd() *cobra.Command {
	var f injectFlags
	cmd := &cobra.Command{
		Use:   "inject EVALSET...",
		Short: "Make a benchmark of known faults from an eval set",
		Long:  injectLong,
		Example: `  ragdiag index docs/ --out my-index
  ragdiag inject questions.jsonl --index my-index --out bench
  ragdiag inject a.jsonl b.jsonl --index index-a --index index-b --out bench`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error { return f.run(cmd, args) },
	}
	f.input.register(cmd)
	fl := cmd.Flags()
	fl.StringArrayVar(&f.index, "index", nil, "index to search; one for all eval sets, or one for each in their order")
	fl.StringVarP(&f.out, "out", "o", "", "folder of the benchmark")
	fl.Uint64Var(&f.o.Seed, "seed", 1, "seed of everything drawn by chance")
	fl.IntVar(&f.o.PerOperator, "per-operator", 0, "cases kept for each fault and eval set at most (default 12)")
	_ = cmd.MarkFlagRequired("out") // fails only for a flag that does not exist
	_ = cmd.MarkFlagRequired("index")
	return cmd
}

func (f *injectFlags) run(cmd *cobra.Command, args []string) error {
	if len(f.index) != 1 && len(f.index) != len(args) {
		return usageErrorf("--index: give one for all eval sets or one for each; there are %d for %d", len(f.index), len(args))
	}
	if f.o.PerOperator < 0 {
		return usageErrorf("--per-operator %d: it is a number of cases, or 0 for the default", f.o.PerOperator)
	}
	indexes, closeAll, err := openIndexes(cmd, f.index)
	if err != nil {
		return err
	}
	defer closeAll()
	about := faults.About{Options: f.o}
	var sources []faults.Source
	for i, path := range args {
		o, err := f.input.options(cmd)
		if err != nil {
			return err
		}
		in, err := formats.Open(cmd.Context(), []string{path}, o)
		if err != nil {
			return usageErrorf("%w", err)
		}
		name := corpusName(path)
		about.Corpora = append(about.Corpora, name)
		sources = append(sources, faults.Source{Name: name, Records: readable(cmd, in), Index: indexes[min(i, len(indexes)-1)]})
	}
	set, err := faults.Build(cmd.Context(), sources, f.o)
	switch {
	case cmd.Context().Err() != nil:
		return &exitError{exitInterrupted, context.Cause(cmd.Context())}
	case err != nil:
		return failErrorf("%w", err)
	case len(set.Records) == 0:
		return usageErrorf("no case was kept: of %d questions the sound system answers %d in every replay; each needs a short reference answer that stands in its gold document", set.Asked, set.Items)
	}
	if err := set.Write(f.out, about); err != nil {
		return failErrorf("%w", err)
	}
	fmt.Fprintf(cmd.OutOrStdout(), "benchmark %s\ncases     %d from %d of %d questions\n", f.out, len(set.Records), set.Items, set.Asked)
	return nil
}

// corpusName names an eval set in the key.
func corpusName(path string) string {
	name, _, _ := strings.Cut(filepath.Base(path), ".")
	return name
}

// openIndexes opens all or none.
func openIndexes(cmd *cobra.Command, dirs []string) (open []*bleve.Index, closeAll func(), err error) {
	closeAll = func() {
		for _, x := range open {
			x.Close()
		}
	}
	for _, dir := range dirs {
		x, err := openIndex(cmd, dir, bleve.RankExact)
		if err != nil {
			closeAll()
			return nil, nil, usageErrorf("--index: %w", err)
		}
		open = append(open, x)
	}
	return open, closeAll, nil
}

// readable yields the questions that can be read and says which cannot.
func readable(cmd *cobra.Command, in *formats.Input) func(func(*trace.Record, error) bool) {
	return func(yield func(*trace.Record, error) bool) {
		for rec, err := range questions(in) {
			if err != nil && rec == nil && cmd.Context().Err() == nil {
				fmt.Fprintf(cmd.ErrOrStderr(), "skipped: %v\n", err)
				continue
			}
			if !yield(rec, err) {
				return
			}
		}
	}
}
