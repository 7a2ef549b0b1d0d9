package main

import (
	"encoding/json"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/ragdiag/ragdiag/claim"
	"github.com/ragdiag/ragdiag/lab/verifier"
)

const verifyEvalLong = `Measure the verifier on your labels.

AUC is the chance that a supported claim gets more than one that is not; the
same for plain word coverage stands beside it, weighted by how rare the words
are. Balanced accuracy is the mean of both kinds. The table of reliability says
how often claims came true that were given a probability.

Intervals are 95 %, by bootstrap over groups. Labels that the weights were
fitted on say nothing about others.`

type verifyEvalFlags struct {
	labels, base, format string
	seed                 uint64
}

func newVerifyEvalCmd() *cobra.Command {
	var f verifyEvalFlags
	cmd := &cobra.Command{
		Use:   "eval",
		Short: "Measure the verifier on judged claims",
		Long:  verifyEvalLong,
		Example: `  ragdiag verify eval --labels labels.jsonl
  ragdiag verify eval --labels test.jsonl --verifier-weights weights.json --format json`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return f.run(cmd) },
	}
	fl := cmd.Flags()
	fl.StringVar(&f.labels, "labels", "", "JSON lines of judged claims; - is standard input")
	fl.StringVar(&f.format, "format", "text", "what to print: text or json")
	fl.Uint64Var(&f.seed, "seed", 1, "seed of the bootstrap")
	registerWeights(fl, &f.base)
	return cmd
}

func (f *verifyEvalFlags) run(cmd *cobra.Command) error {
	if f.format != "text" && f.format != "json" {
		return usageErrorf("--format %q: want text or json", f.format)
	}
	m, err := readWeights(f.base)
	if err != nil {
		return err
	}
	v := claim.New(claim.Options{Model: m})
	var judged []verifier.Judged
	skipped, err := eachLabel(cmd, f.labels, func(l verifier.Label) error {
		j, err := verifier.Judge(v, l)
		judged = append(judged, j)
		return err
	})
	if err != nil {
		return err
	}
	q, err := verifier.Evaluate(judged, f.seed)
	if err != nil {
		return usageErrorf("--labels %s: %w: it takes supported claims and others", f.labels, err)
	}
	if f.format == "json" {
		e := json.NewEncoder(cmd.OutOrStdout())
		e.SetIndent("", "  ")
		err = e.Encode(struct {
			Verifier string `json:"verifier"`
			verifier.Quality
		}{v.Version(), q})
	} else {
		err = printQuality(cmd.OutOrStdout(), v.Version(), q)
	}
	if err != nil {
		return failErrorf("output: %w", err)
	}
	return incomplete(skipped, f.labels)
}

// printQuality writes a quality for people.
func printQuality(w io.Writer, verifier string, q verifier.Quality) error {
	_, err := fmt.Fprintf(w, `%s on %d claims, %d of them supported

AUC                       %.3f %v
  of IDF word coverage    %.3f; gain %+.3f %v
balanced accuracy         %.3f %v
abstains                  %.3f
  accuracy where decided  %.3f
contradicted              %d, of which people call %d supported
called supported          %d, of which people call %d not
calibration error         %.3f (Brier %.3f)

said          n   mean  came true
`, verifier, q.N, q.Supported, q.AUC, q.AUCRange, q.Words, q.AUC-q.Words, q.Gain, q.Balanced, q.BalancedRange,
		q.Abstains, q.Decided, q.Contradicted, q.Falsely, q.SaidSupport, q.FalseSupport, q.ECE, q.Brier)
	for _, b := range q.Bins {
		if err == nil && b.N > 0 {
			_, err = fmt.Fprintf(w, "%.1f–%.1f %6d   %.2f  %.2f\n", b.Lo, b.Hi, b.N, b.Confidence, b.Accuracy)
		}
	}
	return err
}
