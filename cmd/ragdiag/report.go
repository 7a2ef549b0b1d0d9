package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/ragdiag/ragdiag/diagnose"
	"github.com/ragdiag/ragdiag/report"
	"github.com/ragdiag/ragdiag/rundir"
	"github.com/ragdiag/ragdiag/summary"
	"github.com/ragdiag/ragdiag/trace"
)

const reportLong = `Render a saved run again; nothing is computed anew.

  text    the overview for a terminal; --all lists everything
  md      the same as Markdown
  json    the summary with all digits
  html    one page with the overview and the records, nothing else needed
  junit   a test case for each record, its cause the failure type
  jsonl   the records in the native format, with their evidence
  csv     one line for each record

--only picks records for jsonl and csv: a cause (retrieval-miss counts query
formation too), a cause with its kind (ignored-context.over-refusal), or a
status (diagnosed, undetermined, not-a-failure, not-judged).

--redact removes the texts of questions, passages and answers from html, jsonl,
csv and junit. IDs, tags, ranks and verdicts stay.`

// perRecord are the formats that list records.
var perRecord = []string{"html", "junit", "jsonl", "csv"}

// reportFlags are what the report command can be told.
type reportFlags struct {
	format, only, file string
	all, redact        bool
	chosen             *report.Chosen // what the page shows; nil: chosen from the saved records
}

func newReportCmd() *cobra.Command {
	var f reportFlags
	cmd := &cobra.Command{
		Use:   "report [RUN]",
		Short: "Render a saved run as text, Markdown, JSON, HTML, JUnit, JSONL or CSV",
		Long:  reportLong,
		Args:  cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			keep, err := f.check()
			if err != nil {
				return err
			}
			saved, err := openRun(cmd, args)
			if err != nil {
				return err
			}
			return f.write(cmd, saved, keep)
		},
	}
	cmd.Flags().StringVar(&f.format, "format", "text", "text, md, json, html, junit, jsonl or csv")
	cmd.Flags().StringVar(&f.only, "only", "", "with jsonl or csv: records of this cause or status")
	cmd.Flags().StringVar(&f.file, "out-file", "", "file to write; default: standard output")
	cmd.Flags().BoolVar(&f.all, "all", false, "with text: every metric, slice and reason")
	cmd.Flags().BoolVar(&f.redact, "redact", false, "remove the texts of the trace")
	return cmd
}

// check refuses wrong flags before anything is read, and returns which records
// --only keeps.
func (f *reportFlags) check() (func(*diagnose.Diagnosis) bool, error) {
	formats := append([]string{"text", "md", "json"}, perRecord...)
	if !slices.Contains(formats, f.format) {
		return nil, usageErrorf("unknown format %q: use one of %s", f.format, strings.Join(formats, ", "))
	}
	if f.only == "" {
		return func(*diagnose.Diagnosis) bool { return true }, nil
	}
	if f.format != "jsonl" && f.format != "csv" {
		return nil, usageErrorf("--only picks records: use it with --format jsonl or csv; a %s report counts the whole run", f.format)
	}
	if st := diagnose.Status(f.only); slices.Contains(diagnose.Statuses(), st) {
		return func(d *diagnose.Diagnosis) bool { return d.Status == st }, nil
	}
	name, kind, _ := strings.Cut(f.only, ".")
	cause, err := diagnose.ParseCause(name)
	if err != nil {
		return nil, usageErrorf("--only: %w, or a status: %v", err, diagnose.Statuses())
	}
	return func(d *diagnose.Diagnosis) bool {
		switch {
		case d.Status != diagnose.StatusDiagnosed:
			return false
		case kind != "":
			return d.Root.Slug() == f.only
		}
		return cause.Includes(d.Root.Cause)
	}, nil
}

func (f *reportFlags) write(cmd *cobra.Command, saved *rundir.Saved, keep func(*diagnose.Diagnosis) bool) error {
	var s summary.Summary
	if f.format != "jsonl" && f.format != "csv" {
		switch err := saved.Summary(&s); {
		case errors.Is(err, fs.ErrNotExist):
			return usageErrorf("%s has no summary: the run is not finished; run the same command again to resume it", saved.Dir)
		case err != nil:
			return failErrorf("%w", err)
		case s.Version > summary.Version:
			return usageErrorf("%s: its summary has schema version %d, this program reads up to %d: use a newer ragdiag", saved.Dir, s.Version, summary.Version)
		}
		if err := loadCeiling(saved.Dir, &s); err != nil {
			return err
		}
		if f.redact {
			s = report.RedactSummary(s)
		}
	}
	ctx := cmd.Context()
	if f.file == "" {
		return f.render(ctx, cmd.OutOrStdout(), &s, saved, keep)
	}
	err := rundir.WriteTo(f.file, func(w io.Writer) error { return f.render(ctx, w, &s, saved, keep) })
	if err != nil {
		return failErrorf("--out-file %s: %w", f.file, err)
	}
	return nil
}

func (f *reportFlags) render(ctx context.Context, w io.Writer, s *summary.Summary, saved *rundir.Saved, keep func(*diagnose.Diagnosis) bool) error {
	var damage error // of the saved records, met while rendering, or an interruption
	records := func(yield func(*trace.Record, diagnose.Diagnosis) bool) {
		for p, err := range saved.Pairs() {
			if err == nil && ctx.Err() != nil {
				err = context.Cause(ctx)
			}
			if err != nil {
				damage = err
				return
			}
			rec, d := p.Record, p.Diagnosis
			if !keep(&d) {
				continue
			}
			if f.redact {
				rec, d = report.Redact(rec, d)
			}
			if !yield(rec, d) {
				return
			}
		}
	}
	st, err := readStudies(saved.Dir)
	if err != nil {
		return failErrorf("report: %w", err)
	}
	if f.redact {
		st = report.RedactStudies(st)
	}
	switch f.format {
	case "md":
		err = report.Markdown(w, *s, records, st)
	case "json":
		err = report.JSON(w, *s, st)
	case "html":
		err = report.HTML(w, *s, records, report.HTMLOptions{Redacted: f.redact, Studies: st, Chosen: f.chosen})
	case "junit":
		err = report.JUnit(w, *s, records)
	case "jsonl":
		err = report.JSONL(w, records)
	case "csv":
		err = report.CSV(w, records)
	default:
		color, width := screen(w)
		err = report.Text(w, *s, report.TextOptions{Color: color, Width: width, All: f.all, Studies: st})
	}
	if err = errors.Join(err, damage); err != nil {
		return failErrorf("report: %w", err)
	}
	return nil
}

// nearestIDs lists up to n IDs of the run that are most like the one asked for.
func nearestIDs(saved *rundir.Saved, id string, n int) []string {
	type near struct {
		id   string
		away int
	}
	var best []near
	for p, err := range saved.Pairs() {
		if err != nil {
			break
		}
		c := near{p.Diagnosis.ID, distance(cutID(id), cutID(p.Diagnosis.ID))}
		if strings.Contains(c.id, id) {
			c.away = 0
		}
		at, _ := slices.BinarySearchFunc(best, c, func(a, b near) int {
			if a.away <= b.away { // equal ones stay in input order
				return -1
			}
			return 1
		})
		if best = slices.Insert(best, at, c); len(best) > n {
			best = best[:n]
		}
	}
	out := make([]string, len(best))
	for i, b := range best {
		out[i] = fmt.Sprintf("%q", b.id)
	}
	return out
}

// cutID bounds what is compared: IDs may be long, and a run has many.
func cutID(id string) string { return id[:min(len(id), 64)] }
