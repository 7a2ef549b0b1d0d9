package main

import (
	"encoding/json"
	"errors"
	"strings"

	"github.com/spf13/cobra"

	"github.com/ragdiag/ragdiag/diagnose"
	"github.com/ragdiag/ragdiag/report"
	"github.com/ragdiag/ragdiag/rundir"
	"github.com/ragdiag/ragdiag/trace"
)

const showLong = `Tell one record's whole story: question, query, candidates, context, answer with
its claims marked, the reference beside it and what became of each of its items,
citations, verdict and why, what evidence would help, and what to fix.

Signs in texts, claims and citations: ✓ supported · ✗ contradicted, or a citation
that does not hold · ? not found · ↷ misplaced citation · ~ undecided ·
★ gold evidence · ✂ left out.
Signs of what the reference says: ✓ matched · ✗ differs · – missing · ? cannot
tell. What goes beyond the question comes last.
The letter behind a line is the grade of its evidence: A a step was run again,
B gold passages, spans or answers, C a verifier or a judge, D word overlap or
another heuristic.`

func newShowCmd() *cobra.Command {
	var format string
	var all, redact bool
	cmd := &cobra.Command{
		Use:   "show RUN ID",
		Short: "Tell one record's whole story",
		Long:  showLong,
		Args:  cobra.ExactArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			if format != "text" && format != "json" {
				return usageErrorf("unknown format %q: use text or json", format)
			}
			saved, err := rundir.Open(args[0])
			if err != nil {
				return usageErrorf("%w", err)
			}
			p, err := saved.Find(args[1])
			switch {
			case errors.Is(err, rundir.ErrNotFound):
				if near := nearestIDs(saved, args[1], 3); len(near) > 0 {
					return usageErrorf("%w; nearest: %s", err, strings.Join(near, ", "))
				}
				return usageErrorf("%w: it holds no records", err)
			case err != nil:
				return failErrorf("%w", err)
			}
			rec, d := p.Record, p.Diagnosis
			if redact {
				rec, d = report.Redact(rec, d)
			}
			w := cmd.OutOrStdout()
			if format == "json" {
				e := json.NewEncoder(w)
				e.SetIndent("", "  ")
				e.SetEscapeHTML(false)
				return e.Encode(struct {
					Record    *trace.Record      `json:"record"`
					Diagnosis diagnose.Diagnosis `json:"diagnosis"`
				}{rec, d})
			}
			color, width := screen(w)
			return report.Story(w, rec, d, report.TextOptions{Color: color, Width: width, All: all})
		},
	}
	cmd.Flags().StringVar(&format, "format", "text", "text or json")
	cmd.Flags().BoolVar(&all, "all", false, "with text: every candidate, and texts in full")
	cmd.Flags().BoolVar(&redact, "redact", false, "remove the texts of the trace")
	return cmd
}
