package main

import (
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"os"
	"path/filepath"

	"github.com/ragdiag/ragdiag/corpus"
	"github.com/ragdiag/ragdiag/fixtures"
	"github.com/ragdiag/ragdiag/lab/faults"
	"github.com/ragdiag/ragdiag/stages/retrieve/bleve"
	"github.com/ragdiag/ragdiag/trace"
)

// world is an eval set with the index that answers it.
type world struct {
	name    string
	records iter.Seq2[*trace.Record, error]
	index   *bleve.Index
}

func build(ctx context.Context, worlds []world, o faults.Options) (*faults.Set, error) {
	var sources []faults.Source
	for _, x := range worlds {
		sources = append(sources, faults.Source{Name: x.name, Records: x.records, Index: x.index})
	}
	return faults.Build(ctx, sources, o)
}

// fixtureWorlds are the three fictional worlds.
func fixtureWorlds(ctx context.Context, tmp string) ([]world, error) {
	var out []world
	for _, name := range fixtures.Names() {
		b, err := fixtures.FS.ReadFile("corpora/" + name + ".jsonl")
		if err != nil {
			return nil, err
		}
		path := filepath.Join(tmp, name+".jsonl")
		if err := os.WriteFile(path, b, 0o600); err != nil {
			return nil, err
		}
		docs, _, err := corpus.Open(ctx, path)
		if err != nil {
			return nil, err
		}
		x, err := index(ctx, docs, filepath.Join(tmp, name), bleve.Options{})
		if err != nil {
			return nil, err
		}
		out = append(out, world{name, fixtures.EvalSet(name), x})
	}
	return out, nil
}

// xquadWorlds are the paragraphs and questions of two languages.
func xquadWorlds(data string) func(context.Context, string) ([]world, error) {
	return func(ctx context.Context, tmp string) ([]world, error) {
		var out []world
		for _, lang := range []string{"de", "en"} {
			docs, records, err := readXQuAD(filepath.Join(data, "xquad", "xquad."+lang+".json"))
			if err != nil {
				return nil, err
			}
			stream := func(yield func(corpus.Document, error) bool) {
				for _, d := range docs {
					if !yield(d, nil) {
						return
					}
				}
			}
			x, err := index(ctx, stream, filepath.Join(tmp, lang), bleve.Options{Chunk: corpus.ChunkOptions{Words: -1}})
			if err != nil {
				return nil, err
			}
			out = append(out, world{"xquad." + lang, func(yield func(*trace.Record, error) bool) {
				for _, rec := range records {
					if !yield(rec, nil) {
						return
					}
				}
			}, x})
		}
		return out, nil
	}
}

func index(ctx context.Context, docs iter.Seq2[corpus.Document, error], dir string, o bleve.Options) (*bleve.Index, error) {
	if _, err := bleve.Build(ctx, docs, dir, o); err != nil {
		return nil, err
	}
	return bleve.Open(dir, bleve.RankExact)
}

func readXQuAD(path string) (docs []corpus.Document, records []*trace.Record, err error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, nil, err
	}
	var file struct {
		Data []struct {
			Title      string
			Paragraphs []struct {
				Context string
				QAs     []struct {
					ID, Question string
					Answers      []struct{ Text string }
				}
			}
		}
	}
	if err := json.Unmarshal(b, &file); err != nil {
		return nil, nil, err
	}
	for a, article := range file.Data {
		for p, paragraph := range article.Paragraphs {
			doc := fmt.Sprintf("x%02d-%02d", a, p)
			docs = append(docs, corpus.Document{ID: doc, Title: article.Title, Text: paragraph.Context})
			for _, q := range paragraph.QAs {
				g := &trace.Gold{Answerable: trace.Yes, Evidence: []trace.EvidenceSet{{{Doc: doc}}}}
				for _, answer := range q.Answers {
					g.Answers = append(g.Answers, answer.Text)
				}
				records = append(records, &trace.Record{ID: q.ID, Question: q.Question, Gold: g})
			}
		}
	}
	return docs, records, nil
}
