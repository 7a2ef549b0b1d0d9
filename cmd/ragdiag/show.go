package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"

	"github.com/spf13/cobra"

	"github.com/ragdiag/ragdiag/diagnose"
	"github.com/ragdiag/ragdiag/report"
	"github.com/ragdiag/ragdiag/rundir"
	"github.com/ragdiag/ragdiag/trace"
)

const showLong = `Without ID: list the records of a run, each with its verdict. RUN is the newest
one in ragdiag-runs unless it is named.

With ID, or a beginning of it that only one record has: its whole story, question, query, candidates, context, answer with
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
		Use:   "show [RUN] [ID]",
		Short: "List the records of a run, or tell one record's whole story",
		Long:  showLong,
		Example: `  ragdiag show                    # the records of the newest run
  ragdiag show q17                # one of them
  ragdiag show my-run q17`,
		Args: cobra.MaximumNArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			if format != "text" && format != "json" {
				return usageErrorf("unknown format %q: use text or json", format)
			}
			saved, args, err := runAnd(cmd, args)
			if err != nil {
				return err
			}
			if len(args) == 0 {
				return listRecords(cmd.OutOrStdout(), saved, format == "json", redact)
			}
			p, err := saved.Find(args[0])
			switch {
			case errors.Is(err, rundir.ErrAmbiguous):
				return usageErrorf("%w", err)
			case errors.Is(err, rundir.ErrNotFound):
				if near := nearestIDs(saved, args[0], 3); len(near) > 0 {
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

// runsFolder is where runs lie that were given no folder of their own.
const runsFolder = "ragdiag-runs"

// openRun opens the run that a command names, or the newest one and says which.
func openRun(cmd *cobra.Command, args []string) (*rundir.Saved, error) {
	if len(args) > 0 {
		saved, err := rundir.Open(args[0])
		if err != nil {
			return nil, usageErrorf("%w", err)
		}
		return saved, nil
	}
	saved, err := rundir.Newest(runsFolder)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, usageErrorf("there is no run in %s: name one, or make one with 'ragdiag diagnose'", runsFolder)
	case err != nil:
		return nil, failErrorf("%w", err)
	}
	fmt.Fprintf(cmd.ErrOrStderr(), "ragdiag: the newest run: %s\n", saved.Dir)
	return saved, nil
}

// runAnd opens the run that the first of two arguments names; a single one that
// names no run is left for the newest.
func runAnd(cmd *cobra.Command, args []string) (saved *rundir.Saved, rest []string, err error) {
	var named error
	if len(args) > 0 {
		saved, named = openRun(cmd, args[:1])
		if named == nil || len(args) > 1 {
			return saved, args[1:], named
		}
	}
	if saved, err = openRun(cmd, nil); err != nil && named != nil {
		err = named
	}
	return saved, args, err
}

// longLine is the width of a line that no terminal cuts off.
const longLine = 400

// listRecords writes a line for each record of a run: its ID, its verdict, its
// question.
func listRecords(w io.Writer, saved *rundir.Saved, asJSON, redact bool) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	width := longLine
	if _, ok := terminal(w); ok {
		_, width = screen(w)
	}
	for p, err := range saved.Pairs() {
		if err != nil {
			return failErrorf("%w", err)
		}
		rec, d := p.Record, p.Diagnosis
		if redact {
			rec, d = report.Redact(rec, d)
		}
		if asJSON {
			err = e.Encode(struct {
				ID       string          `json:"id"`
				Status   diagnose.Status `json:"status"`
				Cause    string          `json:"cause,omitzero"`
				Question string          `json:"question"`
			}{rec.ID, d.Status, d.Root.Slug(), rec.Question})
		} else {
			err = report.Line(w, rec, d, width)
		}
		if err != nil {
			return err
		}
	}
	return nil
}
