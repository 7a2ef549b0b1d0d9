// Command endtoend runs the whole program on a public eval set and prints
// Markdown tables: `go run ./lab/bench/endtoend -data DIR`.
//
// In: clapnq and XQuAD in DIR. It indexes the passages of clapnq and the English
// paragraphs of XQuAD, answers the questions with the extractive stub, and
// diagnoses every answer; then it converts the run to RAGAS and RAGChecker
// files, diagnoses those, and compares the causes. Out: retrieval and answer
// quality, causes, and how often the poorer formats agree, are less certain, or
// differ. Everything but the time is the same at every run.
package main

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"time"

	"github.com/ragdiag/ragdiag/corpus"
	"github.com/ragdiag/ragdiag/diagnose"
	"github.com/ragdiag/ragdiag/llm"
	"github.com/ragdiag/ragdiag/pipeline"
	"github.com/ragdiag/ragdiag/report"
	"github.com/ragdiag/ragdiag/stages/query"
	"github.com/ragdiag/ragdiag/stages/rerank"
	"github.com/ragdiag/ragdiag/stages/retrieve/bleve"
	"github.com/ragdiag/ragdiag/summary"
	"github.com/ragdiag/ragdiag/trace"
	"github.com/ragdiag/ragdiag/trace/formats"
)

func main() {
	data := flag.String("data", "../shared/data", "folder of the data sets")
	flag.Parse()
	if err := run(context.Background(), os.Stdout, *data); err != nil {
		fmt.Fprintln(os.Stderr, "endtoend:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, w io.Writer, data string) error {
	tmp, err := os.MkdirTemp("", "ragdiag-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(tmp)
	start := time.Now()
	r, err := live(ctx, data, filepath.Join(tmp, "index"))
	if err != nil {
		return err
	}
	defer r.index.Close()
	took := time.Since(start)
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	fmt.Fprintf(w, "%d questions over %d passages in %.1f s, %d MB from the system\n\n", len(r.records), r.passages, took.Seconds(), m.Sys>>20)
	if err := report.Markdown(w, r.summary, nil, report.Studies{}); err != nil {
		return err
	}
	fmt.Fprintf(w, "\n## The same answers in poorer formats\n\n")
	fmt.Fprintln(w, "| format | records | same | less certain | other, and certain |\n|---|---|---|---|---|")
	for _, f := range []formats.Format{formats.RAGAS, formats.RAGChecker} {
		c, err := convert(ctx, r, f)
		if err != nil {
			return err
		}
		fmt.Fprintf(w, "| %s | %d | %d | %d | %d |\n", f.Title(), c.same+c.less+c.other, c.same, c.less, c.other)
	}
	return nil
}

// outcome is a finished live run.
type outcome struct {
	records   []*trace.Record
	diagnoses []diagnose.Diagnosis
	summary   summary.Summary
	passages  int
	index     *bleve.Index // open as long as its weights are used
}

// live indexes, answers and diagnoses.
func live(ctx context.Context, data, dir string) (*outcome, error) {
	questions, err := readQuestions(data)
	if err != nil {
		return nil, err
	}
	paragraphs, _, err := corpus.Open(ctx, filepath.Join(data, "xquad", "xquad.en.json"))
	if err != nil {
		return nil, err
	}
	docs, byQuestion := documents(questions, paragraphs)
	stats, err := bleve.Build(ctx, docs, dir, bleve.Options{})
	if err != nil {
		return nil, err
	}
	index, err := bleve.Open(dir, bleve.RankExact)
	if err != nil {
		return nil, err
	}
	weights := index.Weights()
	p, err := pipeline.New(pipeline.Options{
		Weights:   weights,
		Retriever: index,
		Live: &pipeline.Live{
			Query:     query.Options{Search: index.Retrieve, Weights: weights},
			Retriever: index,
			Rerank:    rerank.Options{Weights: weights},
			Generator: &llm.Stub{Weights: weights},
			Corpus:    stats.Corpus,
		},
	})
	if err != nil {
		return nil, err
	}
	r := &outcome{passages: stats.Passages, index: index}
	b := summary.New(summary.Options{Title: "clapnq dev, extractive stub"})
	for res := range p.Diagnose(ctx, records(questions, byQuestion)) {
		if res.Err != nil {
			return nil, res.Err
		}
		r.records = append(r.records, res.Record)
		r.diagnoses = append(r.diagnoses, res.Diagnosis)
		b.Add(res.Record, &res.Diagnosis)
	}
	r.summary = b.Summary()
	return r, ctx.Err()
}

// agreement compares the causes of the same answers from two files.
type agreement struct{ same, less, other int }

// convert writes the run in a format, reads it back as if it came from another
// tool, and compares the causes.
func convert(ctx context.Context, r *outcome, f formats.Format) (agreement, error) {
	var file bytes.Buffer
	w, err := formats.NewWriter(&file, f)
	if err != nil {
		return agreement{}, err
	}
	for _, rec := range r.records {
		if err := w.Write(rec); err != nil {
			return agreement{}, err
		}
	}
	if err := w.Close(); err != nil {
		return agreement{}, err
	}
	p, err := pipeline.New(pipeline.Options{Weights: r.index.Weights()})
	if err != nil {
		return agreement{}, err
	}
	var a agreement
	i := 0
	for res := range p.Diagnose(ctx, formats.Records(&file, string(f), formats.Options{})) {
		if res.Err != nil {
			return a, res.Err
		}
		switch full, less := r.diagnoses[i], res.Diagnosis; {
		case full.Status == less.Status && full.Root.Cause.Group() == less.Root.Cause.Group():
			a.same++
		case less.Root.Cause == diagnose.Missing && full.Root.Cause.Coarse() == diagnose.Missing:
			a.less++ // the family without the part
		case decided(less):
			a.other++
		default:
			a.less++
		}
		i++
	}
	return a, ctx.Err()
}

// decided reports whether a diagnosis commits itself: to a cause, or to there
// being no failure.
func decided(d diagnose.Diagnosis) bool {
	return d.Status == diagnose.StatusDiagnosed || d.Status == diagnose.StatusNotFailure
}
