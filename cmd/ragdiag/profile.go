package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/ragdiag/ragdiag/intervene"
	"github.com/ragdiag/ragdiag/pipeline"
	"github.com/ragdiag/ragdiag/report"
	"github.com/ragdiag/ragdiag/rundir"
	"github.com/ragdiag/ragdiag/trace"
)

// The results of studies of many records, in the run directory.
const (
	profileFile   = "profile.json"
	citationsFile = "citations.json"
)

// studyFlags say which studies of the whole system are made.
type studyFlags struct {
	profile   bool
	citations bool
	labels    bool
	sample    int
}

func (f *studyFlags) register(cmd *cobra.Command) {
	fl := cmd.Flags()
	fl.BoolVar(&f.profile, "profile", false, "measure how the generator stands noise, missing and false evidence, its place and the number of passages, on a sample of all judged records: about 14 calls each")
	fl.BoolVar(&f.citations, "citations", false, "measure whether answers rest on what they cite: remove what supports a cited claim and ask again, on a sample of answers: about 6 calls each")
	fl.BoolVar(&f.labels, "citation-labels", false, "with --citations: the verdict about each answer too, and in its diagnosis")
	fl.IntVar(&f.sample, "sample", 0, "records to draw for --profile and --citations (default 100 and 80)")
}

func (f *studyFlags) any() bool { return f.profile || f.citations }

// only reports whether nothing but studies is asked for: the failures are
// experimented on as well if a flag says how.
func (f *studyFlags) only(cmd *cobra.Command) bool {
	return f.any() && !cmd.Flags().Changed("budget") && !cmd.Flags().Changed("arms")
}

// check refuses flags that do not fit together.
func (f *studyFlags) check() error {
	switch {
	case f.sample < 0:
		return usageErrorf("--sample %d: it is a number of records", f.sample)
	case f.sample > 0 && !f.any():
		return usageErrorf("--sample is for --profile and --citations: add one of them")
	case f.labels && !f.citations:
		return usageErrorf("--citation-labels is for --citations: add it")
	}
	return nil
}

// studies are those of one job: made before its records are written, because the
// verdicts about citations can enter their diagnoses.
type studies struct {
	studyFlags
	seed    uint64
	alone   bool // no failure is experimented on
	saved   *rundir.Saved
	labeled map[string]intervene.CitedAnswer
	left    int // calls without an answer
}

// of notes in config what shapes the result, and takes the records of a run.
func (f *studyFlags) of(cmd *cobra.Command, saved *rundir.Saved, seed uint64, config map[string]any) *studies {
	if !f.any() {
		return nil
	}
	config["studies"] = map[string]any{"profile": f.profile, "citations": f.citations, "labels": f.labels, "sample": f.sample, "alone": f.only(cmd)}
	return &studies{studyFlags: *f, seed: seed, alone: f.only(cmd), saved: saved}
}

// resultsOf are the records and verdicts of a run, up to the first that cannot be
// read, which damage then says.
func resultsOf(saved *rundir.Saved, damage *error) iter.Seq[pipeline.Result] {
	return func(yield func(pipeline.Result) bool) {
		for pair, err := range saved.Pairs() {
			if err != nil {
				*damage = err
				return
			}
			if !yield(pipeline.Result{Record: pair.Record, Diagnosis: pair.Diagnosis}) {
				return
			}
		}
	}
}

// make makes the studies and writes them into the run directory; without one they
// are only tried, for a dry run.
func (s *studies) make(ctx context.Context, o intervene.Options, dir string, stderr io.Writer) error {
	var damage error // of the saved records
	records := resultsOf(s.saved, &damage)
	s.left, s.labeled = 0, map[string]intervene.CitedAnswer{}
	r, err := intervene.New(o)
	if err != nil {
		return err
	}
	if s.profile {
		p, err := r.Profile(ctx, records, intervene.ProfileOptions{Sample: s.sample, Seed: s.seed})
		if err = errors.Join(err, damage); err != nil {
			return err
		}
		if err := s.keep(dir, profileFile, p, p.Spent, p.Sampled, stderr); err != nil {
			return err
		}
	}
	if s.citations {
		c, err := r.Citations(ctx, records, intervene.CitationOptions{Sample: s.sample, Seed: s.seed})
		if err = errors.Join(err, damage); err != nil {
			return err
		}
		if s.labels {
			for _, a := range c.Answers {
				s.labeled[a.ID] = a
			}
		} else {
			c.Answers = nil
		}
		if err := s.keep(dir, citationsFile, c, c.Spent, c.Sampled, stderr); err != nil {
			return err
		}
	}
	return nil
}

func (s *studies) keep(dir, name string, v any, spent intervene.Spent, sampled int, stderr io.Writer) error {
	if dir == "" { // a dry run
		return nil
	}
	s.left += spent.Failed + spent.Unasked
	fmt.Fprintf(stderr, "%s: %d records drawn, %d calls; %d paid for now, %d without an answer\n", name, sampled, spent.Prompts, spent.Paid, spent.Failed+spent.Unasked)
	return rundir.WriteJSON(filepath.Join(dir, name), v)
}

// label writes the verdict about a record's citations into it, if there is one.
func (s *studies) label(rec *trace.Record) bool {
	if s == nil {
		return false
	}
	a, ok := s.labeled[rec.ID]
	return ok && a.Label(rec)
}

// readStudies returns the studies that a run directory holds.
func readStudies(dir string) (st report.Studies, err error) {
	for _, file := range []struct {
		name string
		into any
	}{{profileFile, &st.Profile}, {citationsFile, &st.Citations}} {
		path := filepath.Join(dir, file.name)
		b, err := os.ReadFile(path)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err == nil {
			err = json.Unmarshal(b, file.into)
		}
		if err != nil {
			return st, fmt.Errorf("%s: %w; delete the file and run the command that wrote it again: its calls are in %s", path, err, callsFile)
		}
	}
	return st, nil
}
