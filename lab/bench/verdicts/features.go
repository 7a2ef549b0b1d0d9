package main

import (
	"encoding/json"
	"os"

	"github.com/ragdiag/ragdiag/diagnose"
	"github.com/ragdiag/ragdiag/stages/answer"
	"github.com/ragdiag/ragdiag/stages/prepared"
	"github.com/ragdiag/ragdiag/trace"
)

// labelled is an answer that people judged, with what the examiners say of it.
type labelled struct {
	Set        string                 `json:"set"`
	Source     string                 `json:"source"` // left out as a whole
	ID         string                 `json:"id"`
	Lang       string                 `json:"lang,omitzero"`
	Bad        trace.Truth            `json:"bad"`
	Root       string                 `json:"root,omitzero"`
	Acceptable []string               `json:"acceptable,omitzero"`
	Prose      bool                   `json:"prose"`
	Signals    answer.Signals         `json:"signals"`
	Outcome    *trace.OutcomeEvidence `json:"outcome"`
	Ground     *trace.GroundEvidence  `json:"ground"`
	Diagnosis  diagnose.Diagnosis     `json:"diagnosis"`
	Context    bool                   `json:"context"`
	Candidates bool                   `json:"candidates"`
}

// label returns what people said of the answer.
func (l *labelled) label() label {
	return label{ID: l.ID, Bad: l.Bad, Root: l.Root, Acceptable: l.Acceptable}
}

// features reads the sets whose labels may be fitted on.
func (b *bench) features() ([]labelled, error) {
	labels, err := readLines[label](b.path("natural/labels.jsonl"))
	if err != nil {
		return nil, err
	}
	of := map[string]label{}
	for _, l := range labels {
		of[l.ID] = l
	}
	recs, err := records(b.path("natural/records.jsonl"))
	if err != nil {
		return nil, err
	}
	said, err := examine(recs)
	if err != nil {
		return nil, err
	}
	var out []labelled
	for _, v := range said {
		l := of[v.rec.ID]
		row := describe(v)
		row.Set, row.Source, row.Lang = "natural", v.rec.Tags["source"], v.rec.Tags["lang"]
		row.Bad, row.Root, row.Acceptable = l.Bad, l.Root, l.Acceptable
		out = append(out, row)
	}
	return out, nil
}

func describe(v verdict) labelled {
	e := v.rec.Evidence
	row := labelled{ID: v.rec.ID, Outcome: e.Outcome, Ground: e.Ground, Diagnosis: v.d, Context: v.rec.Context != nil, Candidates: v.rec.Candidates != nil}
	row.Signals, row.Prose = answer.SignalsOf(prepared.New(v.rec, nil))
	return row
}

func (b *bench) writeFeatures(path string) error {
	rows, err := b.features()
	if err != nil {
		return err
	}
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	enc := json.NewEncoder(f)
	for _, r := range rows {
		if err := enc.Encode(r); err != nil {
			return err
		}
	}
	return f.Close()
}
