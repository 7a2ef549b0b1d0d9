package main

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/ragdiag/ragdiag/metrics"
)

const citationsLong = `Compute citation recall and precision from verdicts, as ALCE defines them.

Each line of FILE is one answer:

  {"id": …, "passages": number of passages it was given, "sentences": [
    {"citations": [1, 3], "joint": true, "alone": [false, true], "rest": [true, false]}, …]}

"citations" are passage numbers from 1 in the order written; one that is written
twice counts twice. "joint" says whether the cited passages together support the
sentence; "alone", for each citation, whether its passage alone does; "rest", for
each, whether the others do, the first copy of its number removed. alone and rest
are needed only where there are several citations and joint is true. A sentence
with "exempt": true needs no source (a greeting): if it cites nothing it is left
out, except under --convention alce.

  citation_recall     share of the sentences that their citations support
  citation_precision  share of the citations that are needed or suffice; 0 if
                      there are none
  fabricated          citations of passages that do not exist

The line of all records has the means over answers, and micro_recall,
micro_precision and fabricated_rate over all sentences and citations.
--convention alce counts as ALCE's code does: the citations of a sentence that
cites a passage beyond the last drop out of the precision, and [0] is the last
passage. (ALCE cuts the citations of a sentence to the first three unless told
otherwise; cut them in the file to compare.)

  $ echo '{"id":"1","passages":2,"sentences":[{"citations":[1],"joint":true},{"citations":[7]}]}' |
      ragdiag metrics citations - --format jsonl
  {"id":"1","citation_recall":0.5,"citation_precision":0.5,"sentences":2,"citations":2,"fabricated":1}
  {"id":"all","citation_recall":0.5,"citation_precision":0.5,"sentences":2,"citations":2,"fabricated":1,"records":1,"undefined":{},"ci95":{},"micro_recall":0.5,"micro_precision":0.5,"fabricated_rate":0.5}`

func newMetricsCitationsCmd() *cobra.Command {
	var convention string
	cmd := recordCommand("citations", "Citation recall and precision from verdicts", citationsLong,
		func(cmd *cobra.Command, file string, s *sheet) error {
			switch convention {
			case "fabricated":
				return citations(cmd, file, s, metrics.CountFabricated)
			case "alce":
				return citations(cmd, file, s, metrics.ALCE)
			}
			return usageErrorf("--convention %q: want fabricated or alce", convention)
		})
	cmd.Flags().StringVar(&convention, "convention", "fabricated", "fabricated or alce: how citations of passages that do not exist count")
	return cmd
}

func citations(cmd *cobra.Command, file string, s *sheet, rules metrics.CitationRules) error {
	type record struct {
		ID        recordID `json:"id"`
		Passages  *int     `json:"passages"`
		Sentences *[]struct {
			Citations []given[int] `json:"citations"`
			Joint     *entailment  `json:"joint"`
			Alone     []entailment `json:"alone"`
			Rest      []entailment `json:"rest"`
			Exempt    bool         `json:"exempt"`
		} `json:"sentences"`
	}
	m := newMeans("citation_recall", "citation_precision")
	var sum metrics.CitationCounts
	written := 0
	err := eachRecord(cmd, file, func(r *record) recordID { return r.ID }, func(r *record) error {
		if r.Passages == nil || *r.Passages < 0 || r.Sentences == nil {
			return errors.New(`no "passages" or no "sentences"`)
		}
		var sentences []metrics.CitedSentence
		cited := 0
		for _, s := range *r.Sentences {
			cited += len(s.Citations)
			sentences = append(sentences, metrics.CitedSentence{
				Citations: values(s.Citations), Joint: s.Joint != nil && bool(*s.Joint), Alone: bools(s.Alone), Rest: bools(s.Rest), Exempt: s.Exempt,
			})
		}
		c, err := metrics.CountCitations(*r.Passages, sentences, rules)
		if err != nil {
			return err
		}
		for i, s := range *r.Sentences {
			if s.Joint == nil && len(s.Citations) > 0 && rules.Exist(*r.Passages, sentences[i].Citations) {
				return fmt.Errorf(`sentence %d: no "joint", the verdict on its citations together`, i+1)
			}
		}
		sum, written = sum.Add(c), written+cited
		line := m.add(r.ID, []any{measured(c.Recall()), measured(c.Precision())})
		s.record(append(line, entry{"sentences", c.Sentences}, entry{"citations", cited}, entry{"fabricated", c.Fabricated}), nil)
		return nil
	})
	if err != nil {
		return err
	}
	line, notes := m.total()
	line = append(line, entry{"sentences", sum.Sentences}, entry{"citations", written}, entry{"fabricated", sum.Fabricated})
	rate := any(undefined{"no citations"})
	if written > 0 {
		rate = float64(sum.Fabricated) / float64(written)
	}
	s.total(line, append(notes, m.intervals(),
		entry{"micro_recall", measured(sum.Recall())}, entry{"micro_precision", measured(sum.Precision())}, entry{"fabricated_rate", rate}))
	return nil
}
