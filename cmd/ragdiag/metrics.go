package main

import (
	"github.com/spf13/cobra"
)

const metricsLong = `Compute the field's metrics from files, without a trace.

The numbers are those of the reference programs: trec_eval and ir_measures for
retrieval, the SQuAD scripts and rouge_score for answers, HumanEval for pass@k,
ALCE for citations, RAGChecker for grounding. 'ragdiag metrics list' says of
each metric what it measures, and what it does not.

Output (all commands): --format text for people; tsv, json or jsonl for
programs. One line per record, then the line of all records, whose id (or
query) is "all"; json is {"records": [lines], "all": [lines]}. An undefined
value is never 0 or NaN: it is null, and the field of the same name with _reason
says why. On the line of all records, "undefined" counts such values and "ci95"
has 95 % intervals of the means, with their method. --precision full prints 17
significant digits. FILE may be - for standard input, and gzip or zstd.

Exit codes: 0 done · 1 could not · 2 wrong usage, or a line that cannot be
read, which is named with file and line.`

func newMetricsCmd() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "metrics",
		Short: "Compute retrieval, answer and citation metrics from files",
		Long:  metricsLong,
		Args:  cobra.NoArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(
		newMetricsRetrievalCmd(),
		newMetricsAnswersCmd(),
		newMetricsPassKCmd(),
		newMetricsLMCmd(),
		newMetricsPreferenceCmd(),
		newMetricsCitationsCmd(),
		newMetricsGroundingCmd(),
		newMetricsListCmd(),
	)
	return cmd
}

// recordCommand makes a command that reads a file of records.
func recordCommand(use, short, long string, work func(cmd *cobra.Command, file string, s *sheet) error) *cobra.Command {
	var out outputFlags
	cmd := &cobra.Command{
		Use:   use + " FILE.jsonl",
		Short: short,
		Long:  long,
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			s, err := out.sheet(cmd.OutOrStdout())
			if err != nil {
				return err
			}
			if err := work(cmd, args[0], s); err != nil {
				return err
			}
			return s.close()
		},
	}
	out.register(cmd)
	return cmd
}
