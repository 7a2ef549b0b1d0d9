package main

import (
	"fmt"
	"maps"
	"slices"

	"github.com/spf13/cobra"

	"github.com/ragdiag/ragdiag/metrics/stat"
)

func newAuditAgreeCmd() *cobra.Command {
	return &cobra.Command{
		Use:   "agree FIRST SECOND",
		Short: "Say how far two people agree on an audit",
		Long: `Compare two files of answers of 'ragdiag audit match', or blind pairs with
"answer" filled in. Pairs that both answered with yes or no count.

It prints the share of equal answers and Cohen's kappa.`,
		Example: `  ragdiag audit agree match-audit.jsonl second.jsonl`,
		Args:    cobra.ExactArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			first, _, err := readAnswers(args[0])
			if err != nil {
				return usageErrorf("%w", err)
			}
			second, _, err := readAnswers(args[1])
			if err != nil {
				return usageErrorf("%w", err)
			}
			category := map[string]int{answerNo: 0, answerYes: 1}
			table := [][]int{{0, 0}, {0, 0}}
			for _, pair := range slices.Sorted(maps.Keys(first)) {
				a, ok1 := category[first[pair]]
				b, ok2 := category[second[pair]]
				if ok1 && ok2 {
					table[a][b]++
				}
			}
			n := table[0][0] + table[0][1] + table[1][0] + table[1][1]
			if n == 0 {
				return usageErrorf("%s and %s have no answered pair in common: were they drawn from the same run with the same --seed and --pairs?", args[0], args[1])
			}
			equal := table[0][0] + table[1][1]
			w := cmd.OutOrStdout()
			iv, err := stat.Wilson(equal, n, stat.DefaultLevel)
			if err != nil {
				return failErrorf("%w", err)
			}
			fmt.Fprintf(w, "%d pairs answered by both: %d yes, %d no, %d only the first yes, %d only the second\n", n, table[1][1], table[0][0], table[1][0], table[0][1])
			fmt.Fprintf(w, "equal answers  %.3f [%.3f, %.3f]\n", float64(equal)/float64(n), iv.Lo, iv.Hi)
			k, err := stat.Kappa(table, stat.Unweighted, stat.DefaultLevel)
			if err != nil {
				fmt.Fprintf(w, "kappa          undefined: %v\n", err)
				return nil
			}
			fmt.Fprintf(w, "kappa          %.3f [%.3f, %.3f]\n", k.Value, k.Interval.Lo, k.Interval.Hi)
			return nil
		},
	}
}
