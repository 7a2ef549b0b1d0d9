package main

import (
	"errors"

	"github.com/spf13/cobra"

	"github.com/ragdiag/ragdiag/metrics"
)

const answersLong = `Compare answers with reference answers.

Each line of FILE is {"id": …, "prediction": "…", "references": ["…", …]}.
Fields of a record, each for the reference that scores highest:

  em          1 if the normal forms are equal, else 0
  f1          harmonic mean of token precision and recall
  contains    1 if the tokens of a reference stand in the prediction side by side
  rouge1, rouge2, rouge_l, rouge_lsum
              F1 of ROUGE as rouge_score computes it; json has precision and
              recall too

--convention squad2 is the script of SQuAD v2.0: references that normalise to
nothing are dropped, and with none left the empty answer is the right one.
squad1 is the script of v1.1. chars compares characters, for scripts without
spaces between words. Values are from 0 to 1, where the scripts print percent.

  $ echo '{"id":"1","prediction":"the Eiffel Tower","references":["Eiffel Tower"]}' |
      ragdiag metrics answers - --format jsonl
  {"id":"1","em":1,"f1":1,"contains":1,"rouge1":0.8,"rouge2":0.6666666666666666,"rouge_l":0.8,"rouge_lsum":0.8,"rouge1_precision":0.6666666666666666,"rouge1_recall":1,…}
  {"id":"all","em":1,"f1":1,"contains":1,"rouge1":0.8,"rouge2":0.6666666666666666,"rouge_l":0.8,"rouge_lsum":0.8,"records":1,"undefined":{},"ci95":{"em":{"low":0.14674631630957524,"high":1,"method":"jeffreys, ends fixed"},…}}`

func newMetricsAnswersCmd() *cobra.Command {
	var convention string
	var stem bool
	cmd := recordCommand("answers", "Exact match, token F1, containment and ROUGE of answers", answersLong,
		func(cmd *cobra.Command, file string, s *sheet) error {
			c, err := metrics.ParseConvention(convention)
			if err != nil {
				return usageErrorf("--convention: %w", err)
			}
			if stem && c == metrics.Chars {
				return usageErrorf("--stem stems English words, --convention chars has none: leave one of them out")
			}
			return answers(cmd, file, s, c, metrics.RougeOptions{Stem: stem, Chars: c == metrics.Chars})
		})
	cmd.Flags().StringVar(&convention, "convention", "squad2", "squad2, squad1 or chars")
	cmd.Flags().BoolVar(&stem, "stem", false, "ROUGE: stem English words, as RougeScorer(use_stemmer=True)")
	return cmd
}

var rougeNames = []string{"rouge1", "rouge2", "rouge_l", "rouge_lsum"} // in the order of metrics.RougeKind

func answers(cmd *cobra.Command, file string, s *sheet, c metrics.Convention, opt metrics.RougeOptions) error {
	type record struct {
		ID         recordID        `json:"id"`
		Prediction *string         `json:"prediction"`
		References []given[string] `json:"references"`
	}
	m := newMeans(append([]string{"em", "f1", "contains"}, rougeNames...)...)
	err := eachRecord(cmd, file, func(r *record) recordID { return r.ID }, func(r *record) error {
		if r.Prediction == nil {
			return errors.New(`no "prediction"`)
		}
		if r.References == nil {
			return errors.New(`no "references"`)
		}
		pred, refs := *r.Prediction, values(r.References)
		scores := []any{
			measured(c.ExactMatch(pred, refs)),
			measured(c.F1(pred, refs)),
			measured(c.Contains(pred, refs)),
		}
		var more row
		for kind, name := range rougeNames {
			o, err := metrics.Rouge(metrics.RougeKind(kind), pred, refs, opt)
			scores = append(scores, measured(o.F1, err))
			if err == nil {
				more = append(more, entry{name + "_precision", o.Precision}, entry{name + "_recall", o.Recall})
			}
		}
		s.record(m.add(r.ID, scores), more)
		return nil
	})
	if err != nil {
		return err
	}
	m.print(s)
	return nil
}
