package faults

import (
	"context"
	"fmt"
	"iter"

	"github.com/ragdiag/ragdiag/diagnose"
	"github.com/ragdiag/ragdiag/pipeline"
	"github.com/ragdiag/ragdiag/trace"
)

// ValidateOptions say what is scored. The zero value diagnoses the records with
// the parameters that the program ships, without a retriever.
type ValidateOptions struct {
	Seed        uint64                // of the bootstrap
	Predictions map[string]Prediction // of another tool; nil: our own, and what is left of them if inputs are missing
	Workers     int                   // records in flight; 0: one per processor
}

// GridRow is what is left of the accuracy if some inputs are missing.
type GridRow struct {
	View   string `json:"view"`
	Fine   Score  `json:"fine"`   // all cases
	Score  Score  `json:"score"`  // coarse root
	Open   Recall `json:"open"`   // of the cases that the view does not decide
	Closed Score  `json:"closed"` // of those that it does
}

// Params are those that the program ships, with the one policy that the set
// needs: it takes citations away, so a missing one is a fault.
func Params() diagnose.Params {
	p := diagnose.DefaultParams()
	p.MissingCitation = diagnose.Fault
	return p
}

// Validation is the whole result.
type Validation struct {
	Title   string    `json:"title,omitzero"`
	Cases   int       `json:"cases"`
	Scores  Scores    `json:"scores"`
	Grid    []GridRow `json:"grid,omitzero"`
	Tallies []Tally   `json:"operators,omitzero"` // how the cases came about
	Items   int       `json:"items"`
	Asked   int       `json:"asked"`
}

// Validate scores predictions about a set, and, for our own diagnosis, takes
// inputs away to see what is left.
func Validate(ctx context.Context, set *Set, o ValidateOptions) (*Validation, error) {
	v := &Validation{Cases: len(set.Keys), Tallies: set.Tallies, Items: set.Items, Asked: set.Asked}
	said := o.Predictions
	if said == nil {
		var err error
		if said, err = diagnoseAll(ctx, set, View{}, o); err != nil {
			return nil, err
		}
	}
	var err error
	if v.Scores, err = ScoreAll(set.Keys, said, o.Seed); err != nil {
		return nil, err
	}
	if o.Predictions != nil {
		return v, nil
	}
	whole := &Set{} // without the cases that lack something already
	for i, k := range set.Keys {
		if k.Hidden == nil {
			whole.Records, whole.Keys, whole.Probes = append(whole.Records, set.Records[i]), append(whole.Keys, k), append(whole.Probes, set.Probes[i])
		}
	}
	for _, view := range Views() {
		row, err := gridRow(ctx, whole, view, o)
		if err != nil {
			return nil, err
		}
		v.Grid = append(v.Grid, row)
	}
	return v, nil
}

// gridRow scores the diagnosis of what a view leaves.
func gridRow(ctx context.Context, set *Set, view View, o ValidateOptions) (GridRow, error) {
	row := GridRow{View: view.Name}
	part := &Set{}
	var open, closed []Key
	for i, k := range set.Keys {
		if !applies(&k, view.Hidden) {
			continue
		}
		part.Records, part.Keys, part.Probes = append(part.Records, set.Records[i]), append(part.Keys, k), append(part.Probes, set.Probes[i])
		if ok, _ := identifiable(&k, view.Hidden); ok {
			closed = append(closed, k)
		} else {
			open = append(open, k)
		}
	}
	said, err := diagnoseAll(ctx, part, view, o)
	if err != nil {
		return row, err
	}
	row.Score = ScoreOf(pairsOf(part.Keys, said, rootCoarse), o.Seed)
	row.Fine = ScoreOf(pairsOf(part.Keys, said, rootFine), o.Seed)
	row.Closed = ScoreOf(pairsOf(closed, said, rootCoarse), o.Seed)
	row.Open = recallOf(open, said)
	return row, nil
}

// diagnoseAll diagnoses a set as seen through a view.
func diagnoseAll(ctx context.Context, set *Set, view View, o ValidateOptions) (map[string]Prediction, error) {
	said := map[string]Prediction{}
	byCorpus := map[string][]int{}
	for i, k := range set.Keys {
		byCorpus[k.Corpus] = append(byCorpus[k.Corpus], i)
	}
	params := Params()
	for _, name := range sortedKeys(byCorpus) {
		p, err := pipeline.New(pipeline.Options{Params: &params, Workers: o.Workers})
		if err != nil {
			return nil, err
		}
		records := func(yield func(*trace.Record, error) bool) {
			for _, i := range byCorpus[name] {
				rec := Hide(set.Records[i], view.Hidden, content(&set.Keys[i]))
				if view.Own {
					rec.Evidence.Probes = set.Probes[i]
				}
				if !yield(rec, nil) {
					return
				}
			}
		}
		for res := range p.Diagnose(ctx, iter.Seq2[*trace.Record, error](records)) {
			if res.Err != nil {
				return nil, fmt.Errorf("case %q: %w", res.Record.ID, res.Err)
			}
			said[res.Record.ID] = Predicted(&res.Diagnosis)
		}
		if err := ctx.Err(); err != nil {
			return nil, err
		}
	}
	return said, nil
}
