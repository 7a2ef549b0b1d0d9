package faults

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"os"
	"path/filepath"

	"github.com/ragdiag/ragdiag/diagnose"
	"github.com/ragdiag/ragdiag/trace"
	"github.com/ragdiag/ragdiag/trace/formats"
)

// The files of a set.
const (
	RecordsFile = "records.jsonl" // native records, for any tool
	KeyFile     = "key.jsonl"     // what is true about them
	AboutFile   = "about.json"    // how the set came about
	ProbesFile  = "probes.jsonl"  // what the broken system's own retriever finds with other queries
)

// About says how a set came about.
type About struct {
	Options Options  `json:"options"`
	Corpora []string `json:"corpora"`
	Asked   int      `json:"asked"`
	Items   int      `json:"items"`
	Cases   int      `json:"cases"`
	Tallies []Tally  `json:"operators"`
}

// Write writes the set into dir, which is made if need be. Files of an earlier
// set are replaced.
func (s *Set) Write(dir string, about About) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	w, err := formats.Create(filepath.Join(dir, RecordsFile), formats.Native)
	if err != nil {
		return err
	}
	for _, rec := range s.Records {
		if err := w.Write(rec); err != nil {
			return errors.Join(err, w.Abort())
		}
	}
	if err := w.Close(); err != nil {
		return err
	}
	about.Asked, about.Items, about.Cases, about.Tallies = s.Asked, s.Items, len(s.Records), s.Tallies
	b, err := json.MarshalIndent(about, "", "  ")
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(dir, AboutFile), append(b, '\n'), 0o644); err != nil {
		return err
	}
	if err := writeLines(filepath.Join(dir, KeyFile), s.Keys); err != nil {
		return err
	}
	var all []probed
	for i, k := range s.Keys {
		all = append(all, probed{k.ID, s.Probes[i]})
	}
	return writeLines(filepath.Join(dir, ProbesFile), all)
}

// probed is a line of the file of probes.
type probed struct {
	ID     string        `json:"id"`
	Probes []trace.Probe `json:"probes"`
}

// writeLines writes one JSON value a line.
func writeLines[T any](path string, values []T) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	out := bufio.NewWriter(f)
	enc := json.NewEncoder(out)
	for _, v := range values {
		if err := enc.Encode(v); err != nil {
			return errors.Join(err, f.Close())
		}
	}
	return errors.Join(out.Flush(), f.Close())
}

// Read reads a set. An empty key is the one in dir. A record without a key, or
// a key without a record, is an error: half a set measures something else.
func Read(dir, key string) (*Set, error) {
	if key == "" {
		key = filepath.Join(dir, KeyFile)
	}
	keys := map[string]Key{}
	for k, err := range lines[Key](key) {
		if err != nil {
			return nil, err
		}
		if _, ok := keys[k.ID]; ok {
			return nil, fmt.Errorf("%s: %q stands there twice", key, k.ID)
		}
		keys[k.ID] = k
	}
	path := filepath.Join(dir, RecordsFile)
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	set := &Set{}
	for rec, err := range formats.Records(f, path, formats.Options{Format: formats.Native}) {
		if err != nil {
			return nil, err
		}
		k, ok := keys[rec.ID]
		if !ok {
			return nil, fmt.Errorf("%s: record %q has no key in %s", path, rec.ID, key)
		}
		set.Records, set.Keys = append(set.Records, rec), append(set.Keys, k)
	}
	if len(set.Keys) < len(keys) {
		return nil, fmt.Errorf("%s has %d keys for %d records", key, len(keys), len(set.Keys))
	}
	if len(set.Keys) == 0 {
		return nil, fmt.Errorf("%s holds no record", path)
	}
	byID := map[string][]trace.Probe{}
	for p, err := range lines[probed](filepath.Join(dir, ProbesFile)) {
		if errors.Is(err, fs.ErrNotExist) {
			break
		}
		if err != nil {
			return nil, err
		}
		byID[p.ID] = p.Probes
	}
	for _, k := range set.Keys {
		set.Probes = append(set.Probes, byID[k.ID])
	}
	about, err := os.ReadFile(filepath.Join(dir, AboutFile))
	if errors.Is(err, fs.ErrNotExist) {
		return set, nil
	}
	var a About
	if err == nil {
		err = json.Unmarshal(about, &a)
	}
	set.Asked, set.Items, set.Tallies = a.Asked, a.Items, a.Tallies
	return set, err
}

// Prediction is what some tool says about a case. Root is a cause's slug, or
// "undetermined", or "not-a-failure".
type Prediction struct {
	ID        string           `json:"id"`
	Root      string           `json:"root"`
	Proximate string           `json:"proximate,omitzero"`
	Set       []diagnose.Cause `json:"set,omitzero"`
}

// What a prediction may say beside a cause.
const (
	Undetermined = "undetermined"
	NotFailure   = "not-a-failure"
)

// ReadPredictions reads one prediction a line.
func ReadPredictions(path string) (map[string]Prediction, error) {
	all := map[string]Prediction{}
	for p, err := range lines[Prediction](path) {
		if err != nil {
			return nil, err
		}
		for _, slug := range []string{p.Root, p.Proximate} {
			if slug == Undetermined || slug == NotFailure || slug == "" && slug == p.Proximate {
				continue
			}
			if _, err := diagnose.ParseCause(slug); err != nil {
				return nil, fmt.Errorf("%s: prediction %q: %w", path, p.ID, err)
			}
		}
		if _, ok := all[p.ID]; ok {
			return nil, fmt.Errorf("%s: prediction %q stands there twice", path, p.ID)
		}
		all[p.ID] = p
	}
	return all, nil
}

// Predicted turns a diagnosis into a prediction.
func Predicted(d *diagnose.Diagnosis) Prediction {
	p := Prediction{ID: d.ID, Root: Undetermined, Proximate: Undetermined, Set: d.Set}
	switch d.Status {
	case diagnose.StatusDiagnosed:
		p.Root, p.Proximate = string(d.Root.Cause), string(d.Proximate.Cause)
		if len(d.Set) > 1 && d.Root.Cause.Group() == diagnose.Retrieve {
			p.Root = EitherMiss
			if d.Proximate == d.Root {
				p.Proximate = EitherMiss
			}
		}
	case diagnose.StatusNotFailure:
		p.Root, p.Proximate = NotFailure, NotFailure
	}
	return p
}

// EitherMiss is a retrieval miss of which it is open whether the query or the
// retriever is to blame: decided at the coarse level, open at the fine one.
const EitherMiss = "retrieval-miss or query-formation"

// lines decodes one JSON value a line.
func lines[T any](path string) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		f, err := os.Open(path)
		if err != nil {
			yield(*new(T), err)
			return
		}
		defer f.Close()
		dec := json.NewDecoder(bufio.NewReader(f))
		for n := 1; ; n++ {
			var v T
			err := dec.Decode(&v)
			if errors.Is(err, io.EOF) {
				return
			}
			if err != nil {
				yield(v, fmt.Errorf("%s: value %d: %w", path, n, err))
				return
			}
			if !yield(v, nil) {
				return
			}
		}
	}
}
