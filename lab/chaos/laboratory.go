//go:build unix

package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"time"

	"github.com/ragdiag/ragdiag/fixtures"
	"github.com/ragdiag/ragdiag/lab/made"
	"github.com/ragdiag/ragdiag/trace"
)

// laboratory holds what all trials share: the program, what it works on, and
// what it makes of that when nobody disturbs it.
type laboratory struct {
	program string
	dir     string

	records   string // recorded answers, some hundred
	run       string // the run directory of their undisturbed diagnosis
	runTime   time.Duration
	corpus    string
	index     string // the undisturbed index of corpus
	indexTime time.Duration
	questions string // about the corpus
	answers   string // the run directory of the questions, answered over index without a model
}

// How often the fixtures are repeated under other IDs, so that the program has
// work for about a second.
const (
	caseCopies   = 2
	corpusCopies = 30
)

// newLaboratory builds the program, writes its inputs and runs it undisturbed.
func newLaboratory(ctx context.Context, binary string) (l *laboratory, err error) {
	l = &laboratory{}
	dir, err := os.MkdirTemp("", "ragdiag-chaos-")
	if err != nil {
		return nil, err
	}
	l.dir = dir
	defer func() {
		if err != nil {
			err = errors.Join(err, os.RemoveAll(dir))
		}
	}()
	if l.program, err = l.build(ctx, binary); err != nil {
		return nil, err
	}
	if err := l.write(); err != nil {
		return nil, err
	}
	return l, l.undisturbed(ctx)
}

// build returns the path of the program, built from this module unless it is named.
func (l *laboratory) build(ctx context.Context, binary string) (string, error) {
	if binary != "" {
		return filepath.Abs(binary)
	}
	return made.Program(ctx, l.dir)
}

// write writes the inputs, made of the fixtures.
func (l *laboratory) write() error {
	l.records, l.corpus, l.questions = filepath.Join(l.dir, "records.jsonl"), filepath.Join(l.dir, "corpus.jsonl"), filepath.Join(l.dir, "questions.jsonl")
	var cases, corpus, questions bytes.Buffer
	for i := range caseCopies {
		if err := copyRecords(&cases, fixtures.Cases(), i); err != nil {
			return err
		}
	}
	for _, name := range fixtures.Names() {
		if err := copyRecords(&questions, fixtures.EvalSet(name), 0); err != nil {
			return err
		}
		for i := range corpusCopies {
			if err := copyCorpus(&corpus, name, i); err != nil {
				return err
			}
		}
	}
	return errors.Join(
		os.WriteFile(l.records, cases.Bytes(), 0o644),
		os.WriteFile(l.corpus, corpus.Bytes(), 0o644),
		os.WriteFile(l.questions, questions.Bytes(), 0o644))
}

// another is the ID of the copy number i; that of number 0 is the ID itself.
func another(id string, i int) string {
	if i == 0 {
		return id
	}
	return fmt.Sprintf("%s~%d", id, i)
}

func copyRecords(w io.Writer, records iter.Seq2[*trace.Record, error], i int) error {
	for rec, err := range records {
		if err != nil {
			return err
		}
		rec.ID = another(rec.ID, i)
		line, err := rec.MarshalJSON()
		if err != nil {
			return err
		}
		if _, err := w.Write(append(line, '\n')); err != nil {
			return err
		}
	}
	return nil
}

func copyCorpus(w io.Writer, name string, i int) error {
	f, err := fixtures.Corpus(name)
	if err != nil {
		return err
	}
	defer f.Close()
	for dec, enc := json.NewDecoder(f), json.NewEncoder(w); ; {
		var doc map[string]any
		err := dec.Decode(&doc)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("corpus %s: %w", name, err)
		}
		id, _ := doc["_id"].(string)
		doc["_id"] = another(id, i)
		if err := enc.Encode(doc); err != nil {
			return err
		}
	}
}

// undisturbed makes the results that others are compared with.
func (l *laboratory) undisturbed(ctx context.Context) error {
	l.run, l.index, l.answers = filepath.Join(l.dir, "run"), filepath.Join(l.dir, "index"), filepath.Join(l.dir, "answers")
	for _, args := range [][]string{
		l.diagnose(filepath.Join(l.dir, "cold")), // the system reads the program from disk
		l.diagnose(l.run),
		l.makeIndex(l.index),
		l.answer(l.index, l.answers),
	} {
		e, err := expect([]int{0}, l.command(ctx, l.dir, nil, args...))
		if err != nil {
			return fmt.Errorf("undisturbed: %w", err)
		}
		switch args[0] {
		case "diagnose":
			l.runTime = e.took
		case "index":
			l.indexTime = e.took
		}
	}
	return sameRun(filepath.Join(l.dir, "cold"), l.run)
}

// diagnose, makeIndex and answer are the commands that most trials disturb.
func (l *laboratory) diagnose(out string) []string {
	return []string{"diagnose", l.records, "--out", out, "--quiet"}
}

func (l *laboratory) makeIndex(out string) []string {
	return []string{"index", l.corpus, "--out", out, "--quiet"}
}

func (l *laboratory) answer(index, out string) []string {
	return []string{"run", l.questions, "--index", index, "--out", out, "--quiet"}
}

// results are the files of a run that are the same bytes whatever happened.
var results = []string{"records.jsonl", "diagnoses.jsonl", "summary.json"}

// sameRun says how two run directories differ.
func sameRun(dir, want string) error {
	for _, name := range results {
		if err := sameFile(filepath.Join(dir, name), filepath.Join(want, name)); err != nil {
			return err
		}
	}
	return nil
}

func sameFile(path, want string) error {
	a, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	b, err := os.ReadFile(want)
	if err != nil {
		return err
	}
	if bytes.Equal(a, b) {
		return nil
	}
	at := 0
	for at < min(len(a), len(b)) && a[at] == b[at] {
		at++
	}
	return fmt.Errorf("%s has %d bytes, undisturbed %d, and differs from byte %d on", filepath.Base(path), len(a), len(b), at)
}

// sameIndex says how an index differs from the undisturbed one: in its passages,
// or in what it finds. The postings may be laid out otherwise.
func (t *trial) sameIndex(dir string) error {
	for _, name := range []string{"passages.bin", "passages.idx"} {
		if err := sameFile(filepath.Join(dir, name), filepath.Join(t.index, name)); err != nil {
			return err
		}
	}
	if _, err := t.done([]int{0}, t.answer(dir, t.path("found"))...); err != nil {
		return err
	}
	return sameFile(t.path("found/records.jsonl"), filepath.Join(t.answers, "records.jsonl"))
}

// filesOf lists the files of a folder that are not empty, with their sizes, by
// name.
func filesOf(dir string) (paths []string, sizes []int64, err error) {
	err = filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		info, err := d.Info()
		if err == nil && info.Size() > 0 {
			paths, sizes = append(paths, path), append(sizes, info.Size())
		}
		return err
	})
	return paths, sizes, err
}
