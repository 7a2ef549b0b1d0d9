package main

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/ragdiag/ragdiag/internal/faults"
)

const validateLong = `Score a diagnosis against a benchmark of known faults (see 'ragdiag inject').

Without --predictions the records are diagnosed here, once as they are and once
for each row of the degradation grid, in which inputs are taken away. With
--index the rows with a retriever at hand are filled in too.

--predictions scores any other tool: a JSON object a line, with the id of the
record, root (a cause's slug, "undetermined" or "not-a-failure"), and if there
are proximate, set and confidence.

A benchmark whose causes can be guessed from counts, lengths, scores or missing
fields fails with exit code 3: its scores mean nothing.`

type validateFlags struct {
	key, predictions string
	format           string
	index            []string
	o                faults.ValidateOptions
}

func newValidateCmd() *cobra.Command {
	var f validateFlags
	cmd := &cobra.Command{
		Use:   "validate BENCH",
		Short: "Measure the diagnosis on known faults",
		Long:  validateLong,
		Example: `  ragdiag validate bench
  ragdiag validate bench --index orvane=my-index --format md
  ragdiag validate bench --predictions other-tool.jsonl`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error { return f.run(cmd, args[0]) },
	}
	fl := cmd.Flags()
	fl.StringVar(&f.key, "key", "", "file with what is true (default: key.jsonl of the benchmark)")
	fl.StringVar(&f.predictions, "predictions", "", "JSON lines of another tool (default: diagnose the records)")
	fl.StringVar(&f.format, "format", "text", "what to print: "+strings.Join(faults.Formats(), ", "))
	fl.StringArrayVar(&f.index, "index", nil, "CORPUS=DIR: index at hand for the cases of an eval set; DIR alone: for all")
	fl.Uint64Var(&f.o.Seed, "seed", 1, "seed of the bootstrap")
	fl.IntVar(&f.o.Workers, "workers", 0, "records in flight (default: one per processor)")
	return cmd
}

func (f *validateFlags) run(cmd *cobra.Command, dir string) error {
	if !slices.Contains(faults.Formats(), f.format) {
		return usageErrorf("--format %q: want one of %s", f.format, strings.Join(faults.Formats(), ", "))
	}
	set, err := faults.Read(dir, f.key)
	if err != nil {
		return usageErrorf("%w", err)
	}
	if f.predictions != "" {
		if f.o.Predictions, err = faults.ReadPredictions(f.predictions); err != nil {
			return usageErrorf("--predictions: %w", err)
		}
	}
	var names, dirs []string
	for _, s := range f.index {
		name, path, ok := strings.Cut(s, "=")
		if !ok {
			name, path = "", s
		}
		names, dirs = append(names, name), append(dirs, path)
	}
	indexes, closeAll, err := openIndexes(dirs)
	if err != nil {
		return err
	}
	defer closeAll()
	f.o.Retrievers = map[string]faults.Retriever{}
	for i, x := range indexes {
		r := faults.Retriever{Retriever: x, Weights: x.Weights()}
		for _, k := range set.Keys {
			if names[i] == "" || names[i] == k.Corpus {
				f.o.Retrievers[k.Corpus] = r
			}
		}
	}
	v, err := faults.Validate(cmd.Context(), set, f.o)
	switch {
	case cmd.Context().Err() != nil:
		return &exitError{exitInterrupted, context.Cause(cmd.Context())}
	case err != nil:
		return usageErrorf("%w", err)
	}
	v.Title = dir
	if err := faults.Render(cmd.OutOrStdout(), v, f.format); err != nil {
		return failErrorf("output: %w", err)
	}
	if !v.Audit.Passed {
		return &exitError{exitGate, fmt.Errorf("the set gives itself away: %.3f of its causes can be guessed from shallow fields, limit %.3f", v.Audit.Tree, v.Audit.Limit)}
	}
	return nil
}
