package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"iter"
	"os"
	"path/filepath"

	"github.com/ragdiag/ragdiag/corpus"
	"github.com/ragdiag/ragdiag/trace"
)

// question is one line of clapnq: a question, its passage, and what people
// answered from it.
type question struct {
	ID       string `json:"id"`
	Input    string `json:"input"`
	Passages []struct {
		Title string `json:"title"`
		Text  string `json:"text"`
	} `json:"passages"`
	Output []struct {
		Answer string `json:"answer"`
	} `json:"output"`
	Answerable bool `json:"answerable"`
}

// readQuestions reads the whole set: a few hundred records.
func readQuestions(data string) ([]question, error) {
	f, err := os.Open(filepath.Join(data, "clapnq", "dev.jsonl"))
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var all []question
	dec := json.NewDecoder(bufio.NewReader(f))
	for dec.More() {
		var q question
		if err := dec.Decode(&q); err != nil {
			return nil, fmt.Errorf("%s: %w", f.Name(), err)
		}
		all = append(all, q)
	}
	return all, nil
}

// documents yields the passages of the questions, each once, and the paragraphs
// of XQuAD English as distractors. It returns the document of each question
// through byQuestion, which is complete when the iteration is over.
func documents(questions []question, paragraphs iter.Seq2[corpus.Document, error]) (docs iter.Seq2[corpus.Document, error], byQuestion map[string]string) {
	byQuestion = map[string]string{}
	first := map[string]string{} // text → document
	var own []corpus.Document
	for _, q := range questions {
		for i, p := range q.Passages {
			id, seen := first[p.Text]
			if !seen {
				id = fmt.Sprintf("nq-%s-%d", q.ID, i)
				first[p.Text] = id
				own = append(own, corpus.Document{ID: id, Title: p.Title, Text: p.Text})
			}
			if i == 0 {
				byQuestion[q.ID] = id
			}
		}
	}
	return func(yield func(corpus.Document, error) bool) {
		for _, d := range own {
			if !yield(d, nil) {
				return
			}
		}
		for d, err := range paragraphs {
			if !yield(d, err) {
				return
			}
		}
	}, byQuestion
}

// records turns the questions into an eval set for a live run.
func records(questions []question, byQuestion map[string]string) iter.Seq2[*trace.Record, error] {
	return func(yield func(*trace.Record, error) bool) {
		for _, q := range questions {
			rec := &trace.Record{
				ID:       q.ID,
				Question: q.Input,
				Gold:     &trace.Gold{Answerable: trace.TruthOf(q.Answerable)},
				Tags:     map[string]string{"answerable": trace.TruthOf(q.Answerable).String()},
			}
			if q.Answerable {
				rec.Gold.Evidence = []trace.EvidenceSet{{{Doc: byQuestion[q.ID]}}}
				for _, o := range q.Output {
					if o.Answer != "" {
						rec.Gold.Answers = append(rec.Gold.Answers, o.Answer)
					}
				}
			}
			if !yield(rec, nil) {
				return
			}
		}
	}
}
