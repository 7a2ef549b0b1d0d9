package main

import (
	"encoding/json"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/ragdiag/ragdiag/stages/retrieve/bleve"
)

const explainLong = `Explain, term by term, how a passage scores for a query.

  ragdiag explain --index my-index 'when does the last ferry leave' timetable#2

The score is exact BM25, as the default ranker gives it.`

func newExplainCmd() *cobra.Command {
	var index, format string
	cmd := &cobra.Command{
		Use:   "explain QUERY ID",
		Short: "Explain how a passage scores for a query",
		Long:  explainLong,
		Args:  cobra.ExactArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			if format != "text" && format != "json" {
				return usageErrorf("--format %q: it is text or json", format)
			}
			x, err := openIndex(cmd, index, bleve.RankExact)
			if err != nil {
				return usageErrorf("%w", err)
			}
			defer x.Close()
			e, err := x.Explain(cmd.Context(), args[0], args[1])
			if err != nil {
				return failErrorf("%w", err)
			}
			if format == "json" {
				return json.NewEncoder(cmd.OutOrStdout()).Encode(e)
			}
			_, err = fmt.Fprint(cmd.OutOrStdout(), e)
			return err
		},
	}
	cmd.Flags().StringVar(&index, "index", "", "folder of the index")
	cmd.Flags().StringVar(&format, "format", "text", "what to print: text, json")
	_ = cmd.MarkFlagRequired("index") // fails only for a flag that does not exist
	return cmd
}
