package main

import (
	"context"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/ragdiag/ragdiag/lab/faults"
)

const validateLong = `Score a diagnosis against a benchmark of known faults (see 'ragdiag inject').

Without --predictions the records are diagnosed here, as they are and with inputs
taken away. A missing citation counts as a fault, since the benchmark has some.

--predictions scores any other tool: a JSON object a line, with the id of the
record, root (a cause's slug, "undetermined" or "not-a-failure"), and if there
are proximate and set.`

type validateFlags struct {
	key, predictions string
	format           string
	o                faults.ValidateOptions
}

func newValidateCmd() *cobra.Command {
	var f validateFlags
	cmd := &cobra.Command{
		Use:   "validate BENCH",
		Short: "Measure the diagnosis on known faults",
		Long:  validateLong,
		Example: `  ragdiag validate bench
  ragdiag validate bench --format md
  ragdiag validate bench --predictions other-tool.jsonl`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error { return f.run(cmd, args[0]) },
	}
	fl := cmd.Flags()
	fl.StringVar(&f.key, "key", "", "file with what is true (default: key.jsonl of the benchmark)")
	fl.StringVar(&f.predictions, "predictions", "", "JSON lines of another tool (default: diagnose the records)")
	fl.StringVar(&f.format, "format", "text", "what to print: "+strings.Join(faults.Formats(), ", "))
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
	return nil
}
