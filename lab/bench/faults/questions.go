package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/ragdiag/ragdiag/corpus"
	"github.com/ragdiag/ragdiag/trace"
)

// question is a question with its accepted answers and the documents that hold
// them, each by itself.
func question(id, asked string, answers []string, docs ...string) *trace.Record {
	rec := &trace.Record{ID: id, Question: asked, Gold: &trace.Gold{Answers: answers, Answerable: trace.Yes}}
	for _, doc := range docs {
		rec.Gold.Evidence = append(rec.Gold.Evidence, trace.EvidenceSet{{Doc: doc}})
	}
	return rec
}

// readNQ reads Natural Questions with their gold passages.
func readNQ(data string) ([]corpus.Document, []*trace.Record, error) {
	var docs []corpus.Document
	var all []*trace.Record
	byText := map[string]string{}
	err := each(filepath.Join(data, "nq_oracle", "dev.jsonl"), func(n int, row struct {
		Question string   `json:"question"`
		Answers  []string `json:"answers"`
		Ctxs     []struct {
			Title string `json:"title"`
			Text  string `json:"text"`
		} `json:"ctxs"`
	}) {
		if len(row.Ctxs) == 0 {
			return
		}
		p := row.Ctxs[0]
		doc, ok := byText[p.Text]
		if !ok {
			doc = fmt.Sprintf("nq-%04d", n)
			byText[p.Text] = doc
			docs = append(docs, corpus.Document{ID: doc, Title: p.Title, Text: p.Text})
		}
		all = append(all, question(fmt.Sprintf("q%04d", n), row.Question, row.Answers, doc))
	})
	return docs, all, err
}

// xquad reads the paragraphs and questions of one language.
func xquad(lang string) func(string) ([]corpus.Document, []*trace.Record, error) {
	return func(data string) ([]corpus.Document, []*trace.Record, error) {
		b, err := os.ReadFile(filepath.Join(data, "xquad", "xquad."+lang+".json"))
		if err != nil {
			return nil, nil, err
		}
		var file struct {
			Data []struct {
				Title      string `json:"title"`
				Paragraphs []struct {
					Context string `json:"context"`
					QAs     []struct {
						ID       string `json:"id"`
						Question string `json:"question"`
						Answers  []struct {
							Text string `json:"text"`
						} `json:"answers"`
					} `json:"qas"`
				} `json:"paragraphs"`
			} `json:"data"`
		}
		if err := json.Unmarshal(b, &file); err != nil {
			return nil, nil, err
		}
		var docs []corpus.Document
		var all []*trace.Record
		for a, article := range file.Data {
			for p, paragraph := range article.Paragraphs {
				doc := fmt.Sprintf("x%02d-%02d", a, p)
				docs = append(docs, corpus.Document{ID: doc, Title: article.Title, Text: paragraph.Context})
				for _, q := range paragraph.QAs {
					var answers []string
					for _, answer := range q.Answers {
						answers = append(answers, answer.Text)
					}
					all = append(all, question(q.ID, q.Question, answers, doc))
				}
			}
		}
		return docs, all, nil
	}
}

// each calls do for every JSON value of a file, counted from 1.
func each[T any](path string, do func(n int, row T)) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	return values(f, path, do)
}

// values calls do for every JSON value of r, counted from 1.
func values[T any](r io.Reader, name string, do func(n int, row T)) error {
	dec := json.NewDecoder(bufio.NewReader(r))
	for n := 1; ; n++ {
		var row T
		err := dec.Decode(&row)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("%s: value %d: %w", name, n, err)
		}
		do(n, row)
	}
}

// readRAMDocs reads questions whose documents disagree: some answer, some lie,
// some are noise. Each document that answers does so by itself.
func readRAMDocs(data string) ([]corpus.Document, []*trace.Record, error) {
	var docs []corpus.Document
	var all []*trace.Record
	byText := map[string]string{}
	err := each(filepath.Join(data, "ramdocs", "ramdocs.jsonl"), func(n int, row struct {
		Question  string
		Documents []struct{ Text, Type string }
		Gold      []string `json:"gold_answers"`
	}) {
		var answer []string
		for i, d := range row.Documents {
			doc, ok := byText[d.Text]
			if !ok {
				doc = fmt.Sprintf("ram-%03d-%02d", n, i)
				byText[d.Text] = doc
				docs = append(docs, corpus.Document{ID: doc, Text: d.Text})
			}
			if d.Type == "correct" {
				answer = append(answer, doc)
			}
		}
		all = append(all, question(fmt.Sprintf("r%03d", n), row.Question, row.Gold, answer...))
	})
	return docs, all, err
}
