package main

import (
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/ragdiag/ragdiag/trace/formats"
)

const convertLong = `convert rewrites records from any format that ragdiag reads into its own format,
RAGAS or RAGChecker. What the target cannot carry is counted on standard error.

Compressed input is recognised; an output name that ends in .gz or .zst is
compressed. The output file appears when it is whole.

  ragdiag convert traces.csv --map question=q,answer=a,context=docs --to native --out-file traces.jsonl
  ragdiag convert traces.jsonl --to ragas --out-file - | head`

// inputFlags are the flags of every command that reads records.
type inputFlags struct {
	format string
	maps   []string
}

func (f *inputFlags) register(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.format, "input-format", "", "format of the input: native, ragas, ragas-0.1, ragchecker, deepeval, langchain, llamaindex, table (default: found out)")
	cmd.Flags().StringArrayVar(&f.maps, "map", nil, "columns of a table, as question=COLUMN,answer=COLUMN,context=COLUMN,gold=COLUMN,id=COLUMN,tag.NAME=COLUMN; a list column that is neither JSON nor a Python list takes its separator: context=COLUMN[|]")
}

// options checks the flags before anything is read.
func (f *inputFlags) options(cmd *cobra.Command) (formats.Options, error) {
	format, err := formats.ParseFormat(f.format)
	if err != nil {
		return formats.Options{}, usageErrorf("--input-format: %w", err)
	}
	columns, err := formats.ParseMapping(f.maps...)
	if err != nil {
		return formats.Options{}, usageErrorf("--map: %w", err)
	}
	if !columns.IsZero() && format != formats.Detect && format != formats.Table {
		return formats.Options{}, usageErrorf("--map names the columns of a table, and --input-format %s is none: drop one of the two", format)
	}
	return formats.Options{Format: format, Map: columns, Stdin: cmd.InOrStdin()}, nil
}

type convertFlags struct {
	input      inputFlags
	to         string
	outFile    string
	strict     bool
	incomplete bool
}

func newConvertCmd() *cobra.Command {
	var f convertFlags
	cmd := &cobra.Command{
		Use:   "convert FILE...",
		Short: "Rewrite records into another format",
		Long:  convertLong,
		Args:  atLeastOne("FILE"),
		RunE:  func(cmd *cobra.Command, args []string) error { return convert(cmd, args, f) },
	}
	f.input.register(cmd)
	cmd.Flags().StringVar(&f.to, "to", string(formats.Native), "format to write: native, ragas, ragchecker")
	cmd.Flags().StringVar(&f.outFile, "out-file", "-", "file to write; - is standard output")
	cmd.Flags().BoolVar(&f.strict, "strict", false, "stop at the first record that cannot be read or loses something, and write no file")
	cmd.Flags().BoolVar(&f.incomplete, "allow-incomplete", false, "exit 0 although records were skipped")
	return cmd
}

func convert(cmd *cobra.Command, paths []string, f convertFlags) (err error) {
	o, err := f.input.options(cmd)
	if err != nil {
		return err
	}
	in, err := formats.Open(cmd.Context(), paths, o)
	if err != nil {
		return usageErrorf("%w", err)
	}
	var w *formats.Writer
	if f.outFile == "-" {
		w, err = formats.NewWriter(cmd.OutOrStdout(), formats.Format(f.to))
	} else {
		w, err = formats.Create(f.outFile, formats.Format(f.to))
	}
	if err != nil {
		return usageErrorf("--to %s --out-file %s: %w", f.to, f.outFile, err)
	}
	if err := copyRecords(cmd.ErrOrStderr(), in, w, f.strict); err != nil {
		return errors.Join(err, w.Abort())
	}
	if in.Coverage().Records == 0 {
		return errors.Join(usageErrorf("no record could be read, so nothing is written"), w.Abort())
	}
	if err := w.Close(); err != nil {
		return failErrorf("%s: %w", f.outFile, err)
	}
	return convertReport(cmd.ErrOrStderr(), in.Coverage(), w, f)
}

// copyRecords writes every record that can be read, and reports the others.
func copyRecords(stderr io.Writer, in *formats.Input, w *formats.Writer, strict bool) error {
	for rec, err := range in.Records() {
		var bad *formats.RecordError
		var unreadable *formats.InputError
		switch {
		case errors.As(err, &unreadable):
			return usageErrorf("%w", err)
		case errors.As(err, &bad) && !strict:
			switch n := in.Coverage().Skipped; {
			case n <= maxSkipLines:
				fmt.Fprintf(stderr, "ragdiag: skipped: %v\n", bad)
			case n == maxSkipLines+1:
				fmt.Fprintln(stderr, "ragdiag: skipped: more of them, which are counted below")
			}
			continue
		case errors.As(err, &bad):
			return failErrorf("%w", err)
		case err != nil:
			return &exitError{exitInterrupted, errors.New("interrupted; no file is written")}
		}
		if err := w.Write(rec); err != nil {
			return failErrorf("%w", err)
		}
		if lost := w.Lost(); strict && len(lost) > 0 {
			return failErrorf("record %q would lose: %s", rec.ID, lost[0].What)
		}
	}
	return nil
}

// convertReport says what was done and what was lost on the way.
func convertReport(stderr io.Writer, c *formats.Coverage, w *formats.Writer, f convertFlags) error {
	for _, s := range c.Sources {
		fmt.Fprintf(stderr, "%s: %s as %s\n", s.Name, s.Title, s.Shape)
	}
	fmt.Fprint(stderr, c.Encoding())
	fmt.Fprintf(stderr, "%d records written as %s, %d skipped\n", c.Records, f.to, c.Skipped)
	for _, l := range w.Lost() {
		fmt.Fprintf(stderr, "not carried over, in %d of %d records: %s\n", l.Records, c.Records, l.What)
	}
	if c.Skipped > 0 && !f.incomplete {
		return &exitError{exitIncomplete, fmt.Errorf("%d of %d records were skipped; --allow-incomplete accepts that", c.Skipped, c.Records+c.Skipped)}
	}
	return nil
}
