package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/spf13/cobra"

	"github.com/ragdiag/ragdiag/judge"
	"github.com/ragdiag/ragdiag/lab/judging"
	"github.com/ragdiag/ragdiag/metrics/stat"
	"github.com/ragdiag/ragdiag/pipeline"
	"github.com/ragdiag/ragdiag/report"
	"github.com/ragdiag/ragdiag/rundir"
	"github.com/ragdiag/ragdiag/trace"
)

const evalLong = `Measure a judge against the labels that people gave (see 'ragdiag label').

For each task that has labels: accuracy and Cohen's kappa on what the judge
decided, what it left open, and how far its confidence means what it says (ECE as
given and after Platt scaling, with the reliability table), and whether the verdict
follows the length of what is judged where people's label is the same. A twentieth
of the records, at least five, is asked three times, and once in another order; a
twentieth of the items that shared a prompt, at least twenty, is asked alone.

With --unlabelled N the judge also decides N more records, and the share of the
first verdict (supported, sufficient, equivalent …) is estimated from both by
PPI++: the labels correct the judge, the judge narrows the interval. That needs
the labelled records to be a random sample of FILE, as 'ragdiag label' draws it.

With --against the answers of FILE are compared with those of another file to the
same records, each pair in both orders: how often the same answer wins in both, and
which position the judge prefers where it does not. Wins are regressed on the ratio
of the lengths: what would the share be at equal length? That takes no labels.`

type evalFlags struct {
	input      inputFlags
	model      modelFlags
	labels     []string
	against    string
	unlabelled int
	seed       uint64
	scale      string
	format     string
	quiet      bool
}

func newJudgeEvalCmd() *cobra.Command {
	var f evalFlags
	cmd := &cobra.Command{
		Use:   "eval FILE...",
		Short: "Measure how far a judge agrees with people",
		Long:  evalLong,
		Example: `  ragdiag label traces.jsonl --out labels.jsonl
  ragdiag judge eval traces.jsonl --labels labels.jsonl --model qwen2.5 --base-url http://localhost:11434/v1
  ragdiag judge eval my-run --labels labels.jsonl --model my-model --unlabelled 300 --format json
  ragdiag judge eval run-a --against run-b --model my-model`,
		Args: atLeastOne("FILE or RUN"),
		RunE: func(cmd *cobra.Command, args []string) error { return f.run(cmd, args) },
	}
	f.input.register(cmd)
	f.model.register(cmd)
	fl := cmd.Flags()
	fl.StringArrayVar(&f.labels, "labels", nil, "file with labels (repeatable; of several people the first one's label of an item counts)")
	fl.IntVar(&f.unlabelled, "unlabelled", 0, "records without labels to decide too, for PPI++ intervals")
	fl.Uint64Var(&f.seed, "seed", 1, "seed of the samples and of the bootstrap")
	fl.StringVar(&f.scale, "calibration", "", "file to write what 'ragdiag diagnose --judge-calibration' reads")
	fl.StringVar(&f.format, "format", "text", "what to print: text or json")
	fl.BoolVar(&f.quiet, "quiet", false, "do not say what was used up")
	fl.StringVar(&f.against, "against", "", "file or run with other answers to the same records, to compare in both orders")
	return cmd
}

// evalReport is what the command prints.
type evalReport struct {
	Model     string              `json:"model"`
	Labels    int                 `json:"labels"`
	Used      int                 `json:"used"`
	Stale     int                 `json:"stale"`   // labels of texts that have changed
	Missing   int                 `json:"missing"` // labels of records or items that are not there
	Tasks     []judging.Agreement `json:"tasks"`
	Length    []lengthOfTask      `json:"length"`
	Batching  judging.Batching    `json:"batching"`
	Stability judging.Stability   `json:"stability"`
	Compared  *compared           `json:"compared,omitzero"`
	Calls     int                 `json:"calls"`
}

// lengthOfTask is the length bias of one task.
type lengthOfTask struct {
	Task string `json:"task"`
	judging.LengthBias
}

// compared is the outcome of --against.
type compared struct {
	judging.Positions
	Wins   int                `json:"wins"`   // of the answers of FILE
	Losses int                `json:"losses"` // of the other ones
	Ties   int                `json:"ties"`   // neither, or another one in each order
	Length judging.LengthBias `json:"length"`
}

func (f *evalFlags) run(cmd *cobra.Command, args []string) error {
	switch {
	case f.format != "text" && f.format != "json":
		return usageErrorf("unknown format %q: use text or json", f.format)
	case f.unlabelled < 0:
		return usageErrorf("--unlabelled %d: it must not be negative", f.unlabelled)
	case f.model.name == "":
		return usageErrorf("name the judge with --model")
	case len(f.labels) == 0 && f.against == "":
		return usageErrorf("--labels: name a file with labels ('ragdiag label' makes one), or other answers with --against")
	}
	var report evalReport
	var asked []labelledQuery
	if len(f.labels) > 0 {
		labels, err := readLabels(f.labels)
		if err != nil {
			return err
		}
		report.Labels = len(labels)
		if asked, err = f.match(cmd, args, labels, &report); err != nil {
			return err
		}
	}
	if len(asked) == 0 && f.against == "" {
		return usageErrorf("no label fits a record: %d are of records or items that are not there, %d of texts that have changed", report.Missing, report.Stale)
	}
	j, m, err := openJudge(cmd, &f.model, judge.Options{})
	if err != nil {
		return err
	}
	defer m.close(cmd.ErrOrStderr(), f.quiet)
	report.Model = j.Model()
	err = f.judge(cmd, args, j, asked, &report)
	if err == nil && f.against != "" {
		report.Compared, err = f.compare(cmd, args, j)
	}
	if err != nil {
		return judgeFailed(cmd, m, err)
	}
	if m.dry != nil {
		return m.printEstimate(cmd.OutOrStdout())
	}
	report.Calls = j.Calls()
	if f.scale != "" {
		if err := report.calibrate(f.scale, f.model.name); err != nil {
			return err
		}
	}
	if f.format == "json" {
		e := json.NewEncoder(cmd.OutOrStdout())
		e.SetIndent("", "  ")
		return e.Encode(report)
	}
	return report.text(cmd.OutOrStdout())
}

// calibrate writes the scales of the tasks that have one.
func (r *evalReport) calibrate(path, model string) error {
	c := calibration{Format: calibrationFormat, Model: model, Tasks: map[string]trace.JudgeScale{}}
	for _, a := range r.Tasks {
		if a.Scale != nil {
			c.Tasks[a.Task] = *a.Scale
		}
	}
	if len(c.Tasks) == 0 {
		return &exitError{exitIncomplete, fmt.Errorf("--calibration: no task has the 20 labelled items with a confidence that it takes: label more")}
	}
	if err := rundir.WriteJSON(path, c); err != nil {
		return failErrorf("--calibration: %w", err)
	}
	return nil
}

// readLabels reads label files; of several labels of one item the first counts.
func readLabels(files []string) ([]judging.Label, error) {
	var out []judging.Label
	seen := map[[3]string]bool{}
	for _, name := range files {
		file, err := os.Open(name)
		if err != nil {
			return nil, usageErrorf("%w", err)
		}
		list, err := judging.ReadLabels(file, name)
		file.Close()
		if err != nil {
			return nil, usageErrorf("%w", err)
		}
		for _, l := range list {
			if key := [3]string{l.Record, l.Task, l.Item}; !seen[key] {
				seen[key] = true
				out = append(out, l)
			}
		}
	}
	if len(out) == 0 {
		return nil, usageErrorf("no labels in %s: make some with 'ragdiag label'", strings.Join(files, ", "))
	}
	return out, nil
}

// labelledQuery is a query about items that people have decided.
type labelledQuery struct {
	judge.Query
	human   []string  // by item
	offline []float64 // by item, of claims: the verifier's probability; 0: none
}

// match finds the records of the labels.
func (f *evalFlags) match(cmd *cobra.Command, args []string, labels []judging.Label, r *evalReport) ([]labelledQuery, error) {
	records, err := source(cmd, &f.input, args)
	if err != nil {
		return nil, err
	}
	p, err := pipeline.New(pipeline.Options{})
	if err != nil {
		return nil, failErrorf("%w", err)
	}
	byRecord := map[string][]judging.Label{}
	for _, l := range labels {
		if l.Task == judging.RootTask {
			r.Labels-- // not a judge's business
			continue
		}
		byRecord[l.Record] = append(byRecord[l.Record], l)
	}
	var out []labelledQuery
	for rec, err := range records {
		if cmd.Context().Err() != nil {
			return nil, ctxErr(cmd)
		}
		if err != nil || len(byRecord[rec.ID]) == 0 {
			continue
		}
		if rec.Evidence.Ground == nil {
			if err := p.Examine(cmd.Context(), rec); err != nil {
				return nil, failErrorf("%w", err)
			}
		}
		for _, t := range judge.Tasks() {
			if q, ok := labelled(t, rec, byRecord[rec.ID], r); ok {
				out = append(out, q)
			}
		}
	}
	r.Missing = r.Labels - r.Used - r.Stale
	return out, nil
}

// labelled asks about those items of a record that have a label of this very text.
func labelled(t *judge.Task, rec *trace.Record, labels []judging.Label, r *evalReport) (labelledQuery, bool) {
	whole, ok := judging.Whole(t, rec)
	out := labelledQuery{Query: whole}
	out.Items = nil
	for _, it := range whole.Items {
		i := slices.IndexFunc(labels, func(l judging.Label) bool { return l.Task == t.Name && l.Item == it.ID })
		switch {
		case i < 0:
		case labels[i].About != judge.About(t, whole.Question, whole.Units, it):
			r.Stale++
		case slices.Contains(t.Verdicts(), labels[i].Value) && labels[i].Value != judge.CannotTell:
			r.Used++
			p := 0.0
			if t == judge.Verify {
				if c := rec.Evidence.Ground.Claims[judge.ClaimIndex(it)]; !c.Judged {
					p = c.P
				}
			}
			out.Items, out.human, out.offline = append(out.Items, it), append(out.human, labels[i].Value), append(out.offline, p)
		default:
			r.Used++ // a person who cannot tell decides nothing
		}
	}
	return out, ok && len(out.Items) > 0
}

// judge asks, and fills the report.
func (f *evalFlags) judge(cmd *cobra.Command, args []string, j *judge.Judge, asked []labelledQuery, r *evalReport) error {
	queries := make([]judge.Query, len(asked))
	for i, q := range asked {
		queries[i] = q.Query
	}
	said, err := j.AskAll(cmd.Context(), queries, f.model.concurrency)
	if err != nil {
		return err
	}
	human := make([][]string, len(asked))
	for i, q := range asked {
		human[i] = q.human
	}
	for _, t := range judge.Tasks() {
		var pairs []judging.Labelled
		have := map[string]bool{}
		for i, q := range asked {
			if q.Task != t {
				continue
			}
			have[q.Record] = true
			for k, h := range q.human {
				pairs = append(pairs, judging.Labelled{Record: q.Record, Human: h, Judge: said[i][k], Offline: q.offline[k]})
			}
		}
		if len(pairs) == 0 {
			continue
		}
		others, err := f.others(cmd, args, j, t, have)
		if err != nil {
			return err
		}
		a, err := judging.Agree(t, pairs, others, f.seed)
		if err != nil {
			return err
		}
		r.Tasks = append(r.Tasks, a)
		r.Length = append(r.Length, lengthOfTask{t.Name, judging.LengthOf(t, queries, said, human)})
	}
	if len(queries) == 0 {
		return nil
	}
	if r.Batching, err = judging.Alone(cmd.Context(), j, queries, said, human, f.seed, f.model.concurrency); err != nil {
		return err
	}
	r.Stability, err = judging.Repeat(cmd.Context(), j, queries, said, f.seed)
	return err
}

// others judges a sample of records without labels.
func (f *evalFlags) others(cmd *cobra.Command, args []string, j *judge.Judge, t *judge.Task, have map[string]bool) ([][]trace.Judgement, error) {
	if f.unlabelled == 0 {
		return nil, nil
	}
	records, err := source(cmd, &f.input, args)
	if err != nil {
		return nil, err
	}
	queries, err := sampleOf(cmd, records, t, f.unlabelled, f.seed, func(q judge.Query) bool { return have[q.Record] })
	if err != nil {
		return nil, err
	}
	return j.AskAll(cmd.Context(), queries, f.model.concurrency)
}

// compare puts the answers of two sources to the judge in both orders. Of the
// other source the answers alone are kept in memory.
func (f *evalFlags) compare(cmd *cobra.Command, args []string, j *judge.Judge) (*compared, error) {
	others, err := source(cmd, &f.input, []string{f.against})
	if err != nil {
		return nil, err
	}
	answers := map[string]string{}
	for rec, err := range others {
		if err == nil && rec.Answer != nil {
			answers[rec.ID] = rec.Answer.Text
		}
	}
	records, err := source(cmd, &f.input, args)
	if err != nil {
		return nil, err
	}
	var out compared
	var prefs []judging.Preference
	var ratios []float64
	for rec, err := range records {
		if err != nil || rec.Answer == nil || answers[rec.ID] == "" || rec.Answer.Text == "" {
			continue
		}
		p, err := judging.Compare(cmd.Context(), j, rec.ID, rec.Question, judge.Passages(rec), rec.Answer.Text, answers[rec.ID])
		if err != nil {
			return nil, err
		}
		prefs = append(prefs, p)
		ratios = append(ratios, float64(utf8.RuneCountInString(rec.Answer.Text))/float64(utf8.RuneCountInString(answers[rec.ID])))
		switch {
		case p.Error != "":
		case p.Winner == 0:
			out.Wins++
		case p.Winner == 1:
			out.Losses++
		default:
			out.Ties++
		}
	}
	if len(prefs) == 0 {
		return nil, usageErrorf("--against %s: it has no answer to any record of %s", f.against, strings.Join(args, ", "))
	}
	out.Positions, out.Length = judging.CountPositions(prefs), judging.LengthOfPairs(prefs, ratios)
	return &out, nil
}

func (r evalReport) text(w io.Writer) error {
	fmt.Fprintf(w, "judge      %s\nlabels     %d, of which %d fit; %d are of texts that have changed, %d of records or items that are not there\n",
		report.Visible(r.Model), r.Labels, r.Used, r.Stale, r.Missing)
	for i, a := range r.Tasks {
		hits := 0
		for k := range a.Table {
			hits += a.Table[k][k]
		}
		fmt.Fprintf(w, "\n%s\n  labelled   %d: %d decided, %d \"cannot tell\", %d errors\n", a.Task, a.Labelled, a.Decided, a.Abstained, a.Errors)
		fmt.Fprintf(w, "  accuracy   %s\n", share(hits, a.Decided, a.AccuracyInterval))
		fmt.Fprintf(w, "  kappa      %s%s\n", a.Kappa, between(a.KappaInterval))
		fmt.Fprintf(w, "  ECE        %s; after Platt scaling %s, with the verifier %s; Brier %s\n", a.ECE, a.PlattECE, a.CombinedECE, a.Brier)
		for _, b := range a.Reliability {
			if b.N > 0 {
				fmt.Fprintf(w, "    confidence %.1f to %.1f  %4d items  said %.2f  right %.2f\n", b.Lo, b.Hi, b.N, b.Confidence, b.Accuracy)
			}
		}
		fmt.Fprintf(w, "  %q  people %s%s\n", a.Positive, a.Humans, between(a.HumansInterval))
		if a.JudgeOnly > 0 {
			fmt.Fprintf(w, "    judge alone %s (biased)\n    PPI++ with %d more items %s%s, weight of the judge %s\n", a.Naive, a.JudgeOnly, a.PPI, between(a.PPIInterval), a.Lambda)
		}
		printLength(w, "  ", r.Length[i].LengthBias)
		if len(a.Table) > 0 {
			fmt.Fprintf(w, "  people \\ judge  %s\n", strings.Join(a.Categories, "  "))
			for i, row := range a.Table {
				fmt.Fprintf(w, "  %-15s", a.Categories[i])
				for k, n := range row {
					fmt.Fprintf(w, " %*d ", len(a.Categories[k]), n)
				}
				fmt.Fprintln(w)
			}
		}
	}
	if c := r.Compared; c != nil {
		fmt.Fprintf(w, "\npairwise\n  wins %d, losses %d, ties %d, no outcome %d\n  the same in both orders       %s\n", c.Wins, c.Losses, c.Ties, c.Errors, share(c.Consistent, c.Pairs, c.Share))
		fmt.Fprintf(w, "  the first position, where not %s\n", share(c.First, c.First+c.Second, c.Bias))
		fmt.Fprintf(w, "  wins at equal length          %s%s\n", c.Length.Even, between(c.Length.EvenInterval))
		printLength(w, "  ", c.Length)
	}
	fmt.Fprintln(w)
	printBatching(w, "", r.Batching)
	s := r.Stability
	_, err := fmt.Fprintf(w, "the same in three draws       %s\nthe same in another order     %s\ncalls %d\n", share(s.Same, s.Repeated, s.Share), share(s.SameOrder, s.Reordered, s.Order), r.Calls)
	return err
}

// between prints an interval; "" without one.
func between(iv *stat.Interval) string {
	if iv == nil {
		return ""
	}
	return fmt.Sprintf(" (95 %% interval %.3f to %.3f)", iv.Lo, iv.Hi)
}
