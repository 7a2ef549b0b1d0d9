package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/ragdiag/ragdiag/claim"
	"github.com/ragdiag/ragdiag/lab/verifier"
)

const verifyTrainLong = `Fit the verifier to your labels and write its weights as JSON.

From 50 labels the threshold is fitted, from 150 Platt scaling (what a score is
worth as a probability), from 1,000 every weight. The rest stays as in the
weights that --prior names; it also pulls the new ones to itself. Weights never
change their sign: more words found never speaks against a claim.

What was fitted, and why not more, is printed on stderr and stands in the file.`

type verifyTrainFlags struct{ labels, out, prior, base string }

func newVerifyTrainCmd() *cobra.Command {
	var f verifyTrainFlags
	cmd := &cobra.Command{
		Use:   "train",
		Short: "Fit the verifier to judged claims",
		Long:  verifyTrainLong,
		Example: `  ragdiag verify train --labels labels.jsonl --out weights.json
  ragdiag diagnose traces.jsonl --verifier-weights weights.json`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return f.run(cmd) },
	}
	fl := cmd.Flags()
	fl.StringVar(&f.labels, "labels", "", "JSON lines of judged claims; - is standard input")
	fl.StringVar(&f.out, "out", "", "file to write (default: standard output)")
	fl.StringVar(&f.prior, "prior", "weights", "what new weights are pulled to: weights (those of --verifier-weights), or equal (every kind of evidence weighs the same; takes 1,000 labels)")
	registerWeights(fl, &f.base)
	return cmd
}

func (f *verifyTrainFlags) run(cmd *cobra.Command) error {
	base, err := readWeights(f.base)
	if err != nil {
		return err
	}
	prior := base
	switch f.prior {
	case "weights":
	case "equal":
		prior = nil
	default:
		return usageErrorf("--prior %q: want weights or equal", f.prior)
	}
	rows := verifier.NewRows(claim.New(claim.Options{Model: base}))
	unmeasured := 0
	skipped, err := eachLabel(cmd, f.labels, func(l verifier.Label) error {
		if _, ok := rows.Add(l); !ok {
			unmeasured++
		}
		return nil
	})
	if err != nil {
		return err
	}
	stderr := cmd.ErrOrStderr()
	if unmeasured > 0 {
		fmt.Fprintf(stderr, "left out: %d claims without content words or in another language than their passages\n", unmeasured)
	}
	m, whyNot, err := rows.Train(prior, fmt.Sprintf("ragdiag verify train --labels %s --prior %s", filepath.Base(f.labels), f.prior))
	switch {
	case errors.Is(err, verifier.ErrFewLabels):
		return usageErrorf("--labels %s: %w", f.labels, err)
	case err != nil:
		return failErrorf("%w", err)
	}
	fmt.Fprintf(stderr, "%d labels: fitted %s\n", len(rows.List()), strings.Join(m.Training.Refitted, ", "))
	if whyNot != "" {
		fmt.Fprintf(stderr, "not more: %s\n", whyNot)
	}
	if f.out == "" {
		if _, err := cmd.OutOrStdout().Write(m.JSON()); err != nil {
			return failErrorf("output: %w", err)
		}
	} else if err := os.WriteFile(f.out, m.JSON(), 0o644); err != nil {
		return failErrorf("--out: %w", err)
	}
	return incomplete(skipped, f.labels)
}
