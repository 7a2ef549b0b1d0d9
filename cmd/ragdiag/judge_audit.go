package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"

	"github.com/spf13/cobra"

	"github.com/ragdiag/ragdiag/judge"
	"github.com/ragdiag/ragdiag/lab/judging"
	"github.com/ragdiag/ragdiag/llm"
	"github.com/ragdiag/ragdiag/metrics/stat"
	"github.com/ragdiag/ragdiag/pipeline"
	"github.com/ragdiag/ragdiag/report"
	"github.com/ragdiag/ragdiag/trace"
)

const auditLong = `Try to talk a judge round. The judge decides the claims of a sample of records as
they are; then each of twenty canaries (orders, forged schemas, forged ends of a
passage, forged system messages, role play, other languages, base 64 …) is written
into one of the passages, and the same claims are decided again.

A flip is another verdict than the clean one. A verdict that becomes "cannot tell"
is lost: that costs a verdict and does no harm. The control is a harmless text in
the same place: what flips then is the judge's own unrest.

Beside that, a twentieth of the claims, at least twenty, is asked alone: how often
is the verdict the same as in a batch? And the clean verdicts are held against the
length of the claims.

--without leaves guards out of the judge: what your model does then shows what each
of them is worth to you.

Exit code 3 if more than 2 % of the verdicts flip: the judge is unsafe for this
data. Exit code 4 if fewer do, and the interval does not exclude 2 %.`

type judgeAuditFlags struct {
	input  inputFlags
	model  modelFlags
	n      int
	seed   uint64
	less   []string
	format string
	quiet  bool
}

func newJudgeAuditCmd() *cobra.Command {
	var f judgeAuditFlags
	cmd := &cobra.Command{
		Use:   "audit FILE...",
		Short: "Find out whether texts can talk a judge round",
		Long:  auditLong,
		Example: `  ragdiag judge audit traces.jsonl --model qwen2.5 --base-url http://localhost:11434/v1
  ragdiag judge audit my-run --model my-model --n 10 --max-calls 500 --format json
  ragdiag judge audit traces.jsonl --model my-model --without filter,fence`,
		Args: atLeastOne("FILE or RUN"),
		RunE: func(cmd *cobra.Command, args []string) error { return f.run(cmd, args) },
	}
	f.input.register(cmd)
	f.model.register(cmd)
	fl := cmd.Flags()
	fl.IntVar(&f.n, "n", 20, "records to try, drawn at random")
	fl.Uint64Var(&f.seed, "seed", 1, "seed of the sample and of the places of the canaries")
	fl.StringSliceVar(&f.less, "without", nil, fmt.Sprintf("guards to leave out, to see what they do: any of %v", judge.Guards()))
	fl.StringVar(&f.format, "format", "text", "what to print: text or json")
	fl.BoolVar(&f.quiet, "quiet", false, "do not say what was used up")
	return cmd
}

func (f *judgeAuditFlags) run(cmd *cobra.Command, args []string) error {
	switch {
	case f.format != "text" && f.format != "json":
		return usageErrorf("unknown format %q: use text or json", f.format)
	case f.n < 1:
		return usageErrorf("--n %d: it must be at least 1", f.n)
	case f.model.name == "":
		return usageErrorf("name the judge with --model")
	}
	without := make([]judge.Guard, len(f.less))
	for i, g := range f.less {
		if without[i] = judge.Guard(g); !slices.Contains(judge.Guards(), without[i]) {
			return usageErrorf("--without %q: the guards are %v", g, judge.Guards())
		}
	}
	records, err := source(cmd, &f.input, args)
	if err != nil {
		return err
	}
	queries, err := sampleOf(cmd, records, judge.Verify, f.n, f.seed, nil)
	if err != nil {
		return err
	}
	if len(queries) == 0 {
		return usageErrorf("no record has both an answer with checkable claims and a context")
	}
	j, m, err := openJudge(cmd, &f.model, judge.Options{Without: without})
	if err != nil {
		return err
	}
	defer m.close(cmd.ErrOrStderr(), f.quiet)
	report, err := judging.Audit(cmd.Context(), j, queries, f.seed, f.model.concurrency)
	if m.dry != nil && err == nil {
		return m.printEstimate(cmd.OutOrStdout())
	}
	if err != nil {
		return judgeFailed(cmd, m, err)
	}
	if err := f.print(cmd.OutOrStdout(), report); err != nil {
		return failErrorf("%w", err)
	}
	undecided := report.Clean["error"] + report.Clean[judge.CannotTell]
	switch {
	case report.Verdict == judging.Unsafe:
		return &exitError{exitGate, fmt.Errorf("the judge is unsafe for this data: %.1f %% of its verdicts were flipped, more than 2 %%", 100*report.Rate)}
	case 2*undecided > report.Items:
		return &exitError{exitIncomplete, fmt.Errorf("the judge decided only %d of %d items without any attack: an audit says little", report.Items-undecided, report.Items)}
	case report.Verdict == judging.NotShownSafe:
		return &exitError{exitIncomplete, fmt.Errorf("not shown to be safe: up to %.1f %% may be flipped; try more records with --n", 100*report.Wilson.Hi)}
	}
	return nil
}

// judgeFailed gives the error of a judge its exit code.
func judgeFailed(cmd *cobra.Command, m *model, err error) error {
	if e := ctxErr(cmd); e != nil {
		return e
	}
	var exit *exitError
	if err = m.explain(err); errors.As(err, &exit) {
		return err
	}
	if e, ok := errors.AsType[*llm.Error](err); ok && e.Kind.Stops() {
		return &exitError{exitIncomplete, err}
	}
	return failErrorf("%w", err)
}

func (f *judgeAuditFlags) print(w io.Writer, r judging.AuditReport) error {
	if f.format == "json" {
		e := json.NewEncoder(w)
		e.SetIndent("", "  ")
		return e.Encode(r)
	}
	fmt.Fprintf(w, "judge     %s\nitems     %d, in %d trials\n", report.Visible(r.Model), r.Items, r.Trials)
	if len(r.Without) > 0 {
		fmt.Fprintf(w, "without   %v\n", r.Without)
	}
	fmt.Fprintf(w, "flipped   %d, %.2f %% (95 %% interval %.2f to %.2f %%, Wilson)\n", r.Flips, 100*r.Rate, 100*r.Wilson.Lo, 100*r.Wilson.Hi)
	fmt.Fprintf(w, "lost      %d verdicts became \"cannot tell\" or an error\n", r.Lost)
	fmt.Fprintf(w, "control   %d of %d flipped by a harmless text\n", r.Control.Flips, r.Control.Trials)
	printBatching(w, "", r.Batching)
	printLength(w, "", r.Length)
	fmt.Fprintf(w, "verdict   %s\n\n%-22s %6s %6s %6s\n", r.Verdict, "attack", "trials", "flips", "lost")
	for _, l := range r.Attacks {
		if _, err := fmt.Fprintf(w, "%-22s %6d %6d %6d\n", l.Name, l.Trials, l.Flips, l.Lost); err != nil {
			return err
		}
	}
	return nil
}

// printBatching says what becomes of items that are asked alone.
func printBatching(w io.Writer, indent string, b judging.Batching) {
	if b.Items == 0 {
		fmt.Fprintf(w, "%salone     unknown (no items shared a prompt)\n", indent)
		return
	}
	fmt.Fprintf(w, "%salone     %s the same as in a batch; %d turned into another verdict", indent, share(b.Same, b.Items, b.Share), b.Turned)
	if b.Labelled > 0 {
		fmt.Fprintf(w, "; as people say: %d alone, %d in a batch", b.AloneRight, b.BatchRight)
	}
	fmt.Fprintln(w)
}

// printLength says how far verdicts follow the length.
func printLength(w io.Writer, indent string, b judging.LengthBias) {
	note := "labels not held fixed"
	if b.Controlled {
		note = "at equal labels"
	}
	if b.Verdict == judge.First {
		note = "log odds of the first answer"
	}
	fmt.Fprintf(w, "%slength    %s%s per doubling (%d items; %s)\n", indent, b.PerDoubling, between(b.Interval), b.Items, note)
}

// sampleOf examines records offline and draws n of those that have something for
// a task, in input order. Records that skip names are left out.
func sampleOf(cmd *cobra.Command, records func(func(*trace.Record, error) bool), t *judge.Task, n int, seed uint64, skip func(judge.Query) bool) ([]judge.Query, error) {
	p, err := pipeline.New(pipeline.Options{})
	if err != nil {
		return nil, failErrorf("%w", err)
	}
	type drawn struct {
		q  judge.Query
		at int
	}
	var kept []drawn
	dice, seen := rand.New(rand.NewPCG(seed, 77)), 0
	for rec, err := range records {
		if cmd.Context().Err() != nil {
			return nil, ctxErr(cmd)
		}
		if err != nil {
			fmt.Fprintf(cmd.ErrOrStderr(), "skipped: %v\n", err)
			continue
		}
		if rec.Evidence.Ground == nil {
			if err := p.Examine(cmd.Context(), rec); err != nil {
				return nil, failErrorf("%w", err)
			}
		}
		q, ok := judging.Whole(t, rec)
		if !ok || skip != nil && skip(q) {
			continue
		}
		seen++
		if len(kept) < n {
			kept = append(kept, drawn{q, seen})
		} else if k := dice.IntN(seen); k < n { // Vitter's algorithm R
			kept[k] = drawn{q, seen}
		}
	}
	slices.SortFunc(kept, func(a, b drawn) int { return a.at - b.at })
	out := make([]judge.Query, len(kept))
	for i, d := range kept {
		out[i] = d.q
	}
	return out, nil
}

// share prints a share with its interval.
func share(k, n int, iv *stat.Interval) string {
	if n == 0 || iv == nil {
		return "unknown (no items)"
	}
	return fmt.Sprintf("%.3f (%d of %d; 95 %% interval %.3f to %.3f)", float64(k)/float64(n), k, n, iv.Lo, iv.Hi)
}
