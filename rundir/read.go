package rundir

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/ragdiag/ragdiag/diagnose"
	"github.com/ragdiag/ragdiag/trace"
)

// Saved is a run on disk, being read. It may still be written by another
// process: what is whole so far is read.
type Saved struct {
	Dir      string
	Manifest Manifest
}

// Open reads the manifest of the run in dir.
func Open(dir string) (*Saved, error) {
	m, err := readManifest(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%s is no run: it has no %s", dir, manifestName)
	}
	if err != nil {
		return nil, err
	}
	return &Saved{dir, *m}, nil
}

// Pair is a record with its diagnosis.
type Pair struct {
	Record    *trace.Record
	Diagnosis diagnose.Diagnosis
}

// Pairs yields every record that is done, with its diagnosis, in input order.
// An error ends it.
func (s *Saved) Pairs() iter.Seq2[Pair, error] {
	return func(yield func(Pair, error) bool) {
		n := 0
		for p, err := range s.pairs(func([]byte) bool { return true }) {
			n++
			if err != nil {
				yield(Pair{}, fmt.Errorf("%s: pair %d: %w", s.Dir, n, err))
				return
			}
			if !yield(p, nil) {
				return
			}
		}
	}
}

// Newest opens the run in a folder of runs that was begun last. The error is
// fs.ErrNotExist if the folder holds none.
func Newest(folder string) (*Saved, error) {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return nil, err
	}
	var newest string
	var begun time.Time
	for _, e := range entries {
		dir := filepath.Join(folder, e.Name())
		info, err := os.Stat(filepath.Join(dir, manifestName))
		if err == nil && !info.ModTime().Before(begun) {
			newest, begun = dir, info.ModTime()
		}
	}
	if newest == "" {
		return nil, fmt.Errorf("%s holds no run: %w", folder, fs.ErrNotExist)
	}
	return Open(newest)
}

// Find wraps one of these.
var (
	ErrNotFound  = errors.New("there is no record of that ID in the run")
	ErrAmbiguous = errors.New("several records have IDs that begin so")
)

// Find returns the record with the given ID, else the only one whose ID begins
// so. Only that one is decoded.
func (s *Saved) Find(id string) (Pair, error) {
	ofID := func(fits func(got string) bool) iter.Seq2[Pair, error] {
		return s.pairs(func(line []byte) bool {
			got, ok := lineID(line)
			return ok && fits(got)
		})
	}
	for p, err := range ofID(func(got string) bool { return got == id }) {
		return p, err
	}
	var found []Pair
	for p, err := range ofID(func(got string) bool { return id != "" && strings.HasPrefix(got, id) }) {
		if err != nil {
			return Pair{}, err
		}
		if found = append(found, p); len(found) > 1 {
			return Pair{}, fmt.Errorf("%s: %q: %w: %q, %q and perhaps more", s.Dir, id, ErrAmbiguous, found[0].Record.ID, p.Record.ID)
		}
	}
	if len(found) == 0 {
		return Pair{}, fmt.Errorf("%s: %q: %w", s.Dir, id, ErrNotFound)
	}
	return found[0], nil
}

// pairs yields the pairs whose diagnosis line is wanted.
func (s *Saved) pairs(wanted func(diagnosis []byte) bool) iter.Seq2[Pair, error] {
	return func(yield func(Pair, error) bool) {
		recs, err := openLines(filepath.Join(s.Dir, recordsName))
		if err != nil {
			yield(Pair{}, err)
			return
		}
		defer recs.Close()
		diags, err := openLines(filepath.Join(s.Dir, diagnosesName))
		if err != nil {
			yield(Pair{}, err)
			return
		}
		defer diags.Close()
		for {
			rec, errR := recs.next()
			diag, errD := diags.next()
			if errR != nil || errD != nil {
				if bad := hardError(errR, errD); bad != nil {
					yield(Pair{}, bad)
				}
				return
			}
			if !wanted(diag) {
				continue
			}
			p, err := decodePair(rec, diag)
			if !yield(p, err) || err != nil {
				return
			}
		}
	}
}

func decodePair(rec, diag []byte) (Pair, error) {
	p := Pair{Record: &trace.Record{}}
	if err := p.Record.UnmarshalJSON(rec); err != nil {
		return Pair{}, fmt.Errorf("%s: %w", recordsName, err)
	}
	if err := json.Unmarshal(diag, &p.Diagnosis); err != nil {
		return Pair{}, fmt.Errorf("%s: %w", diagnosesName, err)
	}
	if p.Record.ID != p.Diagnosis.ID {
		return Pair{}, fmt.Errorf("record %q stands beside the diagnosis of %q: the folder has been changed by hand; diagnose the records again into a new folder", p.Record.ID, p.Diagnosis.ID)
	}
	return p, nil
}

// Summary decodes summary.json into v. The error is fs.ErrNotExist if the run
// has not come so far.
func (s *Saved) Summary(v any) error {
	b, err := os.ReadFile(filepath.Join(s.Dir, summaryName))
	if err != nil {
		return err
	}
	if err := json.Unmarshal(b, v); err != nil {
		return fmt.Errorf("%s: %w", filepath.Join(s.Dir, summaryName), err)
	}
	return nil
}
