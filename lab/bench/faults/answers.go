package main

import (
	"context"
	"fmt"
	"iter"
	"path/filepath"
	"strings"

	"github.com/ragdiag/ragdiag/corpus"
	"github.com/ragdiag/ragdiag/diagnose"
	"github.com/ragdiag/ragdiag/lab/faults"
	"github.com/ragdiag/ragdiag/llm"
	"github.com/ragdiag/ragdiag/pipeline"
	"github.com/ragdiag/ragdiag/trace"
)

// diagnoseAll diagnoses records in their order.
func diagnoseAll(ctx context.Context, o pipeline.Options, recs []*trace.Record) ([]diagnose.Diagnosis, error) {
	p, err := pipeline.New(o)
	if err != nil {
		return nil, err
	}
	in := func(yield func(*trace.Record, error) bool) {
		for _, rec := range recs {
			if !yield(rec, nil) {
				return
			}
		}
	}
	var out []diagnose.Diagnosis
	for res := range p.Diagnose(ctx, iter.Seq2[*trace.Record, error](in)) {
		if res.Err != nil {
			return nil, res.Err
		}
		out = append(out, res.Diagnosis)
	}
	return out, ctx.Err()
}

// readers scores the diagnosis of real readers' answers to a paragraph that
// answers the question. The refusal of a reader, an empty string, is logged in
// words.
func readers(ctx context.Context, data string) ([]faults.Slice, error) {
	paragraphs, err := readParagraphs(data)
	if err != nil {
		return nil, err
	}
	type row struct {
		ID, Paragraph, Question, Gold, System, Answer, Label string
	}
	var rows []row
	if err := each(filepath.Join(data, "reader_faults", "answers.jsonl"), func(_ int, r row) { rows = append(rows, r) }); err != nil {
		return nil, err
	}
	var scores []faults.Slice
	bySystem := map[string][]faults.Pair{}
	for _, gold := range []bool{true, false} {
		var recs []*trace.Record
		for i, r := range rows {
			if r.Answer == "" {
				r.Answer = llm.Refusal
			}
			rec := &trace.Record{
				ID: fmt.Sprint(i), Question: r.Question,
				Context: []trace.Passage{{ID: r.Paragraph, Text: paragraphs[r.Paragraph].Text}},
				Answer:  &trace.Answer{Text: r.Answer},
			}
			if gold {
				rec.Gold = &trace.Gold{Answers: []string{r.Gold}}
			}
			recs = append(recs, rec)
		}
		all, err := diagnoseAll(ctx, pipeline.Options{}, recs)
		if err != nil {
			return nil, err
		}
		var pairs []faults.Pair
		for i, d := range all {
			p := faults.Pair{Truth: rows[i].Label, Said: readerFault(d), Cluster: rows[i].Paragraph}
			pairs = append(pairs, p)
			if gold {
				bySystem[rows[i].System] = append(bySystem[rows[i].System], p)
			}
		}
		name := "question, paragraph, answer"
		if gold {
			name += ", reference"
		}
		scores = append(scores, faults.Slice{Name: name, Score: faults.ScoreOf(pairs, 1)})
	}
	for _, system := range sorted(bySystem) {
		scores = append(scores, faults.Slice{Name: strings.TrimRight(system, "_"), Score: faults.ScoreOf(bySystem[system], 1)})
	}
	return scores, nil
}

// readerFault names a verdict as the data set does. A verdict for the case that
// the answer is bad counts as one.
func readerFault(d diagnose.Diagnosis) string {
	switch {
	case d.Status == diagnose.StatusNotFailure:
		return "OK"
	case d.Root.Slug() == "ignored-context.over-refusal":
		return "OVER_REFUSAL"
	case d.Root.Cause == diagnose.Ignore:
		return "WRONG_SPAN"
	case d.Root.Cause == diagnose.None:
		return faults.Undetermined
	}
	return string(d.Root.Cause)
}

func readParagraphs(data string) (map[string]corpus.Document, error) {
	all := map[string]corpus.Document{}
	err := each(filepath.Join(data, "query_noise", "paragraphs.jsonl"), func(_ int, p struct{ ID, Title, Text string }) {
		all[p.ID] = corpus.Document{ID: p.ID, Title: p.Title, Text: p.Text}
	})
	return all, err
}

// noise scores the diagnosis of bad queries: the question is clean, what was
// sent is what people made of it. The truth is what our retriever does with
// both at five passages; the answer is a refusal, so that only the way to the
// passages is judged.
func noise(ctx context.Context, data, tmp string) ([]faults.Slice, error) {
	paragraphs, err := readParagraphs(data)
	if err != nil {
		return nil, err
	}
	var docs []corpus.Document
	for _, id := range sorted(paragraphs) {
		docs = append(docs, paragraphs[id])
	}
	x, err := index(ctx, docs, filepath.Join(tmp, "noise"))
	if err != nil {
		return nil, err
	}
	defer x.Close()
	const k = 5
	type row struct {
		ID            string
		Title         string
		GoldParagraph string `json:"gold_paragraph"`
		Answers       []string
		Clean         string
		Variants      map[string]string
	}
	var rows []row
	if err := each(filepath.Join(data, "query_noise", "queries.jsonl"), func(_ int, r row) { rows = append(rows, r) }); err != nil {
		return nil, err
	}
	finds := func(q, doc string) (bool, []trace.Hit, error) {
		hits, err := x.Retrieve(ctx, q, k)
		for _, h := range hits {
			if h.ID == doc {
				return true, hits, err
			}
		}
		return false, hits, err
	}
	var recs []*trace.Record
	var pairs []faults.Pair
	for _, r := range rows {
		clean, _, err := finds(r.Clean, r.GoldParagraph)
		if err != nil {
			return nil, err
		}
		for _, name := range sorted(r.Variants) {
			ok, hits, err := finds(r.Variants[name], r.GoldParagraph)
			if err != nil {
				return nil, err
			}
			truth := "RETRIEVE"
			switch {
			case ok:
				truth = "OK"
			case clean:
				truth = "QUERY"
			}
			recs = append(recs, refused(&trace.Record{
				ID: r.ID + "/" + name, Question: r.Clean, Queries: []trace.Query{{Text: r.Variants[name], Kind: trace.QueryRewritten}},
				Candidates: hits, Gold: &trace.Gold{Answers: r.Answers, Evidence: []trace.EvidenceSet{{{Doc: r.GoldParagraph}}}},
			}, hits))
			pairs = append(pairs, faults.Pair{Truth: truth, Cluster: r.Title})
		}
	}
	all, err := diagnoseAll(ctx, pipeline.Options{Retriever: x, Weights: x.Weights()}, recs)
	if err != nil {
		return nil, err
	}
	for i, d := range all {
		pairs[i].Said = retrievalFault(d, false)
		if pairs[i].Said == "RETRIEVE_DEPTH" {
			pairs[i].Said = "RETRIEVE"
		}
	}
	return []faults.Slice{{Name: "our retriever at hand", Score: faults.ScoreOf(pairs, 1)}}, nil
}

// refused completes a record of retrieval: the passages reached the prompt, and
// the answer declines.
func refused(rec *trace.Record, context []trace.Hit) *trace.Record {
	rec.Context = []trace.Passage{}
	for _, h := range context {
		rec.Context = append(rec.Context, trace.Passage{ID: h.ID, Doc: h.Doc, Title: h.Title, Text: h.Text, Score: h.Score})
	}
	rec.Answer = &trace.Answer{Text: llm.Refusal}
	return rec
}

// retrievalFault names a verdict as the data sets do. What lies behind
// retrieval and selection counts as OK; missing context that is not split leaves
// open where the evidence was lost.
func retrievalFault(d diagnose.Diagnosis, rewritten bool) string {
	switch {
	case d.Root.Cause == diagnose.Query && rewritten:
		return "QUERY_REWRITE_DRIFT"
	case d.Root.Cause == diagnose.Query:
		return "QUERY"
	case d.Root.Cause == diagnose.Retrieve && len(d.Set) > 1:
		return faults.EitherMiss
	case d.Root.Slug() == "retrieval-miss.depth":
		return "RETRIEVE_DEPTH"
	case d.Root.Cause == diagnose.Retrieve:
		return "RETRIEVE"
	case d.Root.Cause == diagnose.Select && d.Root.Sub == "demoted":
		return "SELECT_DEMOTED"
	case d.Root.Cause == diagnose.Select:
		return "SELECT"
	case d.Root.Cause == diagnose.Missing, d.Root.Cause == diagnose.None && d.Status != diagnose.StatusNotFailure:
		return faults.Undetermined
	}
	return "OK"
}
