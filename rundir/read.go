package rundir

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"os"
	"path/filepath"

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

// ErrNotFound is wrapped by Find.
var ErrNotFound = errors.New("there is no record of that ID in the run")

// Find returns the record with the given ID. Only that one is decoded.
func (s *Saved) Find(id string) (Pair, error) {
	wanted := func(line []byte) bool {
		got, ok := lineID(line)
		return ok && got == id
	}
	for p, err := range s.pairs(wanted) {
		return p, err
	}
	return Pair{}, fmt.Errorf("%s: %q: %w", s.Dir, id, ErrNotFound)
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
		return Pair{}, fmt.Errorf("record %q stands beside the diagnosis of %q: the folder has been changed by hand; run the command again to mend it", p.Record.ID, p.Diagnosis.ID)
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
