package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/ragdiag/ragdiag/metrics"
)

func newMetricsListCmd() *cobra.Command {
	var format string
	cmd := &cobra.Command{
		Use:   "list",
		Short: "Say what each metric measures, and what it does not",
		Long: `List every metric: its formula, its range, what it measures, what it does not,
and what to read beside it. --format text, tsv, json, jsonl, or markdown for the
page docs/metrics.md.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return listMetrics(cmd, format) },
	}
	cmd.Flags().StringVar(&format, "format", "text", "text, tsv, json, jsonl or markdown")
	return cmd
}

func listMetrics(cmd *cobra.Command, format string) error {
	var err error
	switch format {
	case "markdown":
		_, err = fmt.Fprint(cmd.OutOrStdout(), metrics.Markdown())
	case "text":
		_, err = fmt.Fprint(cmd.OutOrStdout(), listText())
	default:
		s, err := (&outputFlags{format: format}).sheet(cmd.OutOrStdout())
		if err != nil {
			return usageErrorf("--format %q: want text, tsv, json, jsonl or markdown", format)
		}
		for _, e := range metrics.Catalogue() {
			s.record(row{
				{"group", e.Group}, {"name", e.Name}, {"formula", e.Formula}, {"range", e.Range},
				{"measures", e.Measures}, {"does_not_measure", e.Not}, {"pair_with", e.Pair},
			}, nil)
		}
		return s.close()
	}
	if err != nil {
		return failErrorf("output: %w", err)
	}
	return nil
}

func listText() string {
	var b strings.Builder
	group := ""
	for _, e := range metrics.Catalogue() {
		if e.Group != group {
			group = e.Group
			fmt.Fprintf(&b, "%s\n", strings.ToUpper(group))
		}
		fmt.Fprintf(&b, "  %s\n", e.Name)
		for _, line := range [][2]string{
			{"formula", e.Formula}, {"range", e.Range}, {"measures", e.Measures}, {"not", e.Not}, {"pair with", e.Pair},
		} {
			fmt.Fprintf(&b, "    %-10s %s\n", line[0], line[1])
		}
		b.WriteByte('\n')
	}
	return b.String()
}
