package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/ragdiag/ragdiag/metrics"
	"github.com/ragdiag/ragdiag/metrics/trec"
	"github.com/ragdiag/ragdiag/trace/formats"
)

const retrievalLong = `Evaluate runs against relevance judgements, as trec_eval does.

The qrels have "query iteration document grade" on a line, a run has
"query Q0 document rank score tag". Documents are ranked by score, ties by
document ID, both falling; the rank column is ignored. Measures are named as
ir_measures names them: P@5, R@100, RR, AP(rel=2), nDCG(dcg='exp-log2')@10;
trec_eval's names (map, ndcg_cut_10) are read too.

Rows are: measure, query or "all", value. Counts (NumRet, NumRel, NumRelRet) are
summed over queries, everything else is averaged. For measures with a cutoff k,
ties_at_cut (json; in text a line, if there are any) is the share of the queries
whose documents at ranks k and k+1 have the same score, so that only the IDs
decide which of them counts.

  --rel          the least grade that is relevant, for measures that do not name
                 one; it does not rename them, nor touch nDCG, ERR and Judged
  --missing      queries that are judged and absent from the run: error (the
                 default, which names them), zero (as trec_eval -c and
                 ir_measures), skip (as trec_eval)
  --no-relevant  queries without a relevant document: zero counts them as 0, as
                 trec_eval does; skip leaves them out of the mean
  --convention   trec_eval: skip missing queries unless --missing is given.
                 trec_eval9: also compare scores as 32-bit numbers, as version 9
                 does.

With several --run, the rows carry the run's name, and each run after the first
is compared with the first: difference of means with 95 % bootstrap interval,
sign-flip permutation test, and the p-value after Holm's correction over all
comparisons.

  $ ragdiag metrics retrieval --qrels qrels.txt --run run.txt --measures 'P@5 AP' --format tsv
  P@5	all	0.2000
  AP	all	0.2917
  $ ragdiag metrics retrieval --qrels qrels.txt --run run.txt --measures 'AP' --format jsonl
  {"measure":"AP","query":"all","value":0.29166666666666663,"n":2,"undefined":0,"missing":0,"ignored":0}`

type retrievalFlags struct {
	out                 outputFlags
	qrels               string
	runs                []string
	measures            string
	perQuery            bool
	missing, noRelevant string
	convention          string
	rel                 int
	seed                uint64
}

func newMetricsRetrievalCmd() *cobra.Command {
	var f retrievalFlags
	cmd := &cobra.Command{
		Use:   "retrieval --qrels FILE --run FILE",
		Short: "trec_eval's measures for one or several runs",
		Long:  retrievalLong,
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if f.qrels == "" || len(f.runs) == 0 {
				return usageErrorf("give --qrels FILE and at least one --run FILE")
			}
			return retrieval(cmd, f)
		},
	}
	cmd.Flags().StringVar(&f.qrels, "qrels", "", "relevance judgements")
	cmd.Flags().StringArrayVar(&f.runs, "run", nil, "run to evaluate; give it several times to compare")
	cmd.Flags().StringVar(&f.measures, "measures", "P@5 R@100 RR AP nDCG@10", "measures, separated by spaces")
	cmd.Flags().BoolVar(&f.perQuery, "per-query", false, "print the values of each query too")
	cmd.Flags().StringVar(&f.missing, "missing", "", "error, zero or skip (default error)")
	cmd.Flags().StringVar(&f.noRelevant, "no-relevant", "zero", "zero or skip")
	cmd.Flags().StringVar(&f.convention, "convention", "", "trec_eval or trec_eval9")
	cmd.Flags().IntVar(&f.rel, "rel", 0, "least grade that is relevant, for measures that do not say (default 1)")
	cmd.Flags().Uint64Var(&f.seed, "seed", 0, "seed of the bootstrap and the permutation test")
	f.out.register(cmd)
	return cmd
}

// evaluated is one run's evaluation.
type evaluated struct {
	name             string
	missing, ignored int
	ties             map[int]float64 // share of the run's queries with a tie at the cutoff
	metrics.Evaluation
}

func retrieval(cmd *cobra.Command, f retrievalFlags) error {
	measures, err := f.measuresToUse()
	if err != nil {
		return err
	}
	if err := f.settle(); err != nil {
		return err
	}
	s, err := f.out.sheet(cmd.OutOrStdout())
	if err != nil {
		return err
	}
	s.header = len(f.runs) > 1
	in, err := openInput(cmd, f.qrels)
	if err != nil {
		return err
	}
	qrels, err := trec.ReadQrels(f.qrels, in)
	if err = errors.Join(err, in.Close()); err != nil {
		return unreadable(err)
	}
	var runs []evaluated
	for _, name := range f.runs {
		e, err := f.evaluate(cmd, name, qrels, measures)
		if err != nil {
			return err
		}
		runs = append(runs, e)
	}
	// The measures are printed as they were asked for; --rel does not rename them.
	names, _ := metrics.ParseMeasures(f.measures) // parsed above
	for _, e := range runs {
		f.print(s, e, names)
	}
	if len(runs) > 1 {
		if err := compareRuns(s, runs, names, f.seed); err != nil {
			return err
		}
	}
	return s.close()
}

func (f *retrievalFlags) measuresToUse() ([]metrics.Measure, error) {
	measures, err := metrics.ParseMeasures(f.measures)
	if err != nil {
		return nil, usageErrorf("--measures: %w", err)
	}
	if f.rel < 0 {
		return nil, usageErrorf("--rel %d: want at least 1", f.rel)
	}
	for i, m := range measures {
		if m.TakesRel() && m.Rel == 0 && m.Kind != metrics.KindNumRet {
			measures[i].Rel = f.rel
		}
	}
	return measures, nil
}

// settle checks the modes and lets the convention fill in what was not given.
func (f *retrievalFlags) settle() error {
	switch f.convention {
	case "", "trec_eval", "trec_eval9":
	default:
		return usageErrorf("--convention %q: want trec_eval or trec_eval9", f.convention)
	}
	if f.missing == "" && f.convention != "" {
		f.missing = "skip"
	}
	switch f.missing {
	case "", "error", "zero", "skip":
	default:
		return usageErrorf("--missing %q: want error, zero or skip", f.missing)
	}
	if f.noRelevant != "zero" && f.noRelevant != "skip" {
		return usageErrorf("--no-relevant %q: want zero or skip", f.noRelevant)
	}
	return nil
}

func (f *retrievalFlags) evaluate(cmd *cobra.Command, name string, qrels trec.Qrels, measures []metrics.Measure) (evaluated, error) {
	open := func() (io.ReadCloser, error) { return openInput(cmd, name) }
	if formats.ReadOnce(name) { // and it may be read twice
		in, err := open()
		if err != nil {
			return evaluated{}, err
		}
		data, err := io.ReadAll(in)
		if err = errors.Join(err, in.Close()); err != nil {
			return evaluated{}, failErrorf("%s: %w", name, err)
		}
		open = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(data)), nil }
	}
	var cuts []int
	for _, m := range measures {
		if m.Cutoff > 0 && !slices.Contains(cuts, m.Cutoff) {
			cuts = append(cuts, m.Cutoff)
		}
	}
	run, err := trec.ReadRun(cmd.Context(), name, open, qrels, trec.Options{Float32: f.convention == "trec_eval9", Cuts: cuts})
	if err != nil {
		return evaluated{}, unreadable(err)
	}
	topics := run.Topics
	if len(run.Missing) > 0 {
		switch f.missing {
		case "", "error":
			return evaluated{}, usageErrorf("%s: judged queries that the run does not name (%d): %s; --missing zero counts them as 0, --missing skip leaves them out",
				name, len(run.Missing), listed(run.Missing))
		case "zero":
			topics = trec.WithMissing(run, qrels)
		}
	}
	if len(topics) == 0 {
		return evaluated{}, usageErrorf("%s: no query of the run is judged in %s", name, f.qrels)
	}
	e, err := metrics.Evaluate(topics, measures, metrics.EvalOptions{LeaveOut: f.noRelevant == "skip"})
	if err != nil {
		return evaluated{}, usageErrorf("%s: %w", name, err)
	}
	ties := make(map[int]float64)
	for i, k := range cuts {
		ties[k] = float64(run.Ties[i]) / float64(max(len(run.Topics), 1))
	}
	return evaluated{name, len(run.Missing), run.Ignored, ties, e}, nil
}

// print prints one run's rows: those of each query, then the totals.
func (f *retrievalFlags) print(s *sheet, e evaluated, names []metrics.Measure) {
	label := func(m metrics.Measure, query string) row {
		r := row{{"measure", m.String()}, {"query", query}}
		if len(f.runs) > 1 {
			r = append(row{{"run", e.name}}, r...)
		}
		return r
	}
	if f.perQuery {
		for _, q := range e.Queries {
			for i, v := range q.Values {
				s.record(append(label(names[i], q.ID), entry{"value", countOr(names[i], v.Value, v.Reason)}), nil)
			}
		}
	}
	for i, t := range e.Totals {
		r := append(label(names[i], "all"), entry{"value", countOr(names[i], t.Value, t.Reason)})
		if s.format == "text" || s.format == "tsv" {
			s.total(r, nil)
			continue
		}
		notes := row{{"n", t.N}, {"undefined", t.Undefined}, {"missing", e.missing}, {"ignored", e.ignored}}
		if k := names[i].Cutoff; k > 0 {
			notes = append(notes, entry{"ties_at_cut", e.ties[k]})
		}
		s.total(r, notes)
	}
	if s.format == "text" {
		for _, k := range slices.Sorted(maps.Keys(e.ties)) {
			if e.ties[k] > 0 {
				s.note(entry{fmt.Sprintf("share of queries with a tie at rank %d", k), e.ties[k]})
			}
		}
	}
}

// countOr prints counts as whole numbers.
func countOr(m metrics.Measure, v float64, err error) any {
	if err == nil && m.Sums() {
		return int(v)
	}
	return measured(v, err)
}

// unreadable is the error of a file: exit 2 if a line of it is wrong.
func unreadable(err error) error {
	var line *trec.Error
	var known *exitError
	switch {
	case errors.As(err, &known):
		return known
	case errors.As(err, &line):
		return usageErrorf("%w", line)
	}
	return failErrorf("%w", err)
}

// listed names the first of many.
func listed(ids []string) string {
	const most = 10
	if len(ids) <= most {
		return strings.Join(ids, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(ids[:most], ", "), len(ids)-most)
}
