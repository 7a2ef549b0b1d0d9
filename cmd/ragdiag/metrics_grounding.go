package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/ragdiag/ragdiag/metrics"
)

const groundingLong = `Compute the measures of RAGChecker from verdicts on claims.

Each line of FILE is one answer, with the fields of a RAGChecker result; a
verdict is true, false, or a label of which only "Entailment" is true:

  "answer2response"     for each claim of the response: does the gold answer entail it?
  "response2answer"     for each gold claim: does the response entail it?
  "retrieved2response"  for each claim of the response, the verdict of each passage
  "retrieved2answer"    for each gold claim, the verdict of each passage

The id may be called "query_id". A list that is missing leaves undefined the
measures that need it; so do an answer without claims and, for the utilization,
passages that hold no gold claim. RAGChecker's code gives 0 in these cases.

  $ echo '{"id":"1","answer2response":[true,false],"retrieved2response":[[true],[false]]}' |
      ragdiag metrics grounding - --format tsv
  id	precision	recall	f1	claim_recall	context_precision	context_utilization	noise_sensitivity_in_relevant	noise_sensitivity_in_irrelevant	hallucination	self_knowledge	faithfulness
  1	0.5000	null	null	null	null	null	null	null	0.5000	0.0000	0.5000
  all	0.5000	null	null	null	null	null	null	null	0.5000	0.0000	0.5000`

func newMetricsGroundingCmd() *cobra.Command {
	return recordCommand("grounding", "RAGChecker's measures from verdicts on claims", groundingLong, grounding)
}

// entailment is a verdict: a bool, or a label.
type entailment bool

func (e *entailment) UnmarshalJSON(b []byte) error {
	switch s := strings.Trim(string(b), `"`); s {
	case "true", "Entailment":
		*e = true
	case "false", "Neutral", "Contradiction", "Abstain":
		*e = false
	default:
		return fmt.Errorf("the verdict %s is none of true, false, Entailment, Neutral, Contradiction", b)
	}
	return nil
}

func grounding(cmd *cobra.Command, file string, s *sheet) error {
	type record struct {
		ID       recordID       `json:"id"`
		QueryID  recordID       `json:"query_id"`
		Right    []entailment   `json:"answer2response"`
		Covered  []entailment   `json:"response2answer"`
		Supports [][]entailment `json:"retrieved2response"`
		Holds    [][]entailment `json:"retrieved2answer"`
	}
	var names []string
	for _, measure := range metrics.GroundingMeasures {
		names = append(names, measure.Name)
	}
	m := newMeans(names...)
	id := func(r *record) recordID {
		if r.ID == "" {
			return r.QueryID
		}
		return r.ID
	}
	err := eachRecord(cmd, file, id, func(r *record) error {
		g := metrics.Grounding{Right: bools(r.Right), Covered: bools(r.Covered), Supports: boolRows(r.Supports), Holds: boolRows(r.Holds)}
		for _, rows := range [][][]bool{g.Supports, g.Holds} {
			if len(rows) > 0 {
				g.Passages = len(rows[0])
			}
		}
		if err := g.Check(); err != nil {
			return err
		}
		var scores []any
		for _, measure := range metrics.GroundingMeasures {
			v, err := measure.Of(g)
			if errors.Is(err, metrics.ErrShape) {
				return err
			}
			scores = append(scores, measured(v, err))
		}
		s.record(m.add(id(r), scores), nil)
		return nil
	})
	if err != nil {
		return err
	}
	m.print(s)
	return nil
}

// bools keeps the difference between no list and an empty one.
func bools(list []entailment) []bool {
	if list == nil {
		return nil
	}
	out := make([]bool, len(list))
	for i, e := range list {
		out[i] = bool(e)
	}
	return out
}

func boolRows(rows [][]entailment) [][]bool {
	if rows == nil {
		return nil
	}
	out := make([][]bool, len(rows))
	for i, r := range rows {
		out[i] = bools(r)
	}
	return out
}
