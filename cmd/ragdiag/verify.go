package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/ragdiag/ragdiag/claim"
	"github.com/ragdiag/ragdiag/lab/verifier"
)

const verifyLong = `Fit the verifier to your own labels, and measure it on them.

The verifier decides offline whether passages support a claim. Its weights were
fitted on public data; on other texts its ranking carries over better than its
probabilities. A labels file is JSON lines, one judged claim each:

  {"claim": "…", "passages": ["…", "…"], "supported": true}

With "set" (where it comes from) each set weighs the same. Claims with the same
"group" (such as the document) are never split between fitting and testing.`

func newVerifyCmd() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "verify",
		Short: "Fit the offline verifier to your labels, or measure it",
		Long:  verifyLong,
		Example: `  ragdiag verify eval --labels labels.jsonl
  ragdiag verify train --labels labels.jsonl --out weights.json
  ragdiag diagnose traces.jsonl --verifier-weights weights.json`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newVerifyTrainCmd(), newVerifyEvalCmd())
	return cmd
}

// registerWeights adds the flag that names a file of weights.
func registerWeights(fl *pflag.FlagSet, path *string) {
	fl.StringVar(path, "verifier-weights", "", "weights of the verifier, as 'ragdiag verify train' writes them (default: the ones that come with it)")
}

// readWeights reads a file of weights; an empty path means the shipped ones.
func readWeights(path string) (*claim.Model, error) {
	if path == "" {
		return claim.Shipped(), nil
	}
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, usageErrorf("--verifier-weights: %w", err)
	}
	m, err := claim.ParseModel(b)
	if err != nil {
		return nil, usageErrorf("--verifier-weights: %s: %w", path, err)
	}
	return m, nil
}

// eachLabel reads a labels file and hands on what can be used. Bad lines are
// named on stderr and counted.
func eachLabel(cmd *cobra.Command, path string, use func(verifier.Label) error) (skipped int, err error) {
	if path == "" {
		return 0, usageErrorf("--labels: name a file of judged claims; see 'ragdiag verify --help'")
	}
	in, name := cmd.InOrStdin(), "stdin"
	if path != "-" {
		f, err := os.Open(path)
		if err != nil {
			return 0, usageErrorf("--labels: %w", err)
		}
		defer f.Close()
		in, name = io.Reader(f), path
	}
	for l, err := range verifier.ReadLabels(in, name) {
		if err := cmd.Context().Err(); err != nil {
			return skipped, &exitError{exitInterrupted, errors.New("interrupted")}
		}
		var bad *verifier.LabelError
		switch {
		case errors.As(err, &bad):
			skipped++
			if skipped <= maxSkipLines {
				fmt.Fprintf(cmd.ErrOrStderr(), "skipped: %v\n", bad)
			}
			continue
		case err != nil:
			return skipped, usageErrorf("%w", err)
		}
		if err := use(l); err != nil {
			return skipped, err
		}
	}
	if skipped > maxSkipLines {
		fmt.Fprintf(cmd.ErrOrStderr(), "skipped: %d more\n", skipped-maxSkipLines)
	}
	return skipped, nil
}

// incomplete is the error of a command that had to skip lines.
func incomplete(skipped int, path string) error {
	if skipped == 0 {
		return nil
	}
	return &exitError{exitIncomplete, fmt.Errorf("%d lines of %s were skipped: correct or remove them", skipped, filepath.Base(path))}
}
