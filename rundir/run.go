package rundir

import (
	"encoding/json"
	"errors"
	"fmt"
	"hash/maphash"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/ragdiag/ragdiag/diagnose"
	"github.com/ragdiag/ragdiag/internal/lock"
	"github.com/ragdiag/ragdiag/trace"
	"github.com/ragdiag/ragdiag/trace/formats"
)

// The files of a run.
const (
	manifestName  = "manifest.json"
	recordsName   = "records.jsonl"
	diagnosesName = "diagnoses.jsonl"
	errorsName    = "errors.jsonl"
	summaryName   = "summary.json"
	timingsName   = "timings.jsonl"
	lockName      = "lock"
)

// syncEvery is after how many records the files are synced.
const syncEvery = 256

// A MismatchError says that a folder holds another run.
type MismatchError struct {
	Dir     string
	Differs []string // "command", "versions", "configuration", "inputs"
}

// Error names what differs and the remedy.
func (e *MismatchError) Error() string {
	return fmt.Sprintf("%s holds a run with other %s: give another --out, or delete the folder", e.Dir, strings.Join(e.Differs, " and "))
}

// ErrForeign is wrapped, with the folder's name, where a folder holds other files.
var ErrForeign = errors.New("holds files that are not of a run: give an empty or a new folder as --out")

// Run is a run being written. It serves one goroutine.
type Run struct {
	dir      string
	manifest Manifest
	lock     *lock.Lock

	records, diagnoses, errs, timings *os.File

	seeds   [2]maphash.Seed
	done    map[[2]uint64]struct{} // 128 bits of each ID that an earlier process wrote
	resumed int
	dropped int
	pending int   // records since the last sync
	broken  error // the first failure to write; nothing is written after it
}

// Create begins the run that m describes in dir, or resumes it if dir holds a
// run with the same hash. m.Schema and m.Status are set here. The errors are a
// *MismatchError, ErrForeign, lock.ErrHeld, or the system's.
func Create(dir string, m Manifest) (*Run, error) {
	m.Schema, m.Status, m.Error = Schema, Started, ""
	if m.Versions == nil {
		m.Versions = map[string]string{}
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, writeError(err)
	}
	if err := fits(dir, &m); err != nil { // before the lock: nothing is left in a foreign folder
		return nil, err
	}
	held, err := lock.Acquire(filepath.Join(dir, lockName))
	if errors.Is(err, lock.ErrHeld) {
		return nil, fmt.Errorf("%s: %w: wait for it, or give another --out", dir, err)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", dir, writeError(err))
	}
	if err := fits(dir, &m); err != nil { // another process may have been faster
		return nil, errors.Join(err, held.Release())
	}
	r := &Run{
		dir: dir, manifest: m, lock: held,
		seeds: [2]maphash.Seed{maphash.MakeSeed(), maphash.MakeSeed()},
		done:  map[[2]uint64]struct{}{},
	}
	if err := r.open(); err != nil {
		return nil, errors.Join(err, r.close())
	}
	return r, nil
}

// fits says why the run that m describes cannot be written to dir.
func fits(dir string, m *Manifest) error {
	old, err := readManifest(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return empty(dir)
	}
	if err != nil {
		return err
	}
	if differs := old.differs(m); len(differs) > 0 {
		return &MismatchError{dir, differs}
	}
	if err := old.resumable(); err != nil {
		return fmt.Errorf("%s holds a run that cannot be resumed: %w", dir, err)
	}
	return nil
}

// empty refuses a folder with files that are not ours.
func empty(dir string) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if e.Name() != lockName && !strings.HasPrefix(e.Name(), tempPrefix) {
			return fmt.Errorf("%s %w", dir, ErrForeign)
		}
	}
	return nil
}

// open writes the manifest first, mends what a kill left behind, and opens the
// files to append.
func (r *Run) open() error {
	strays, err := filepath.Glob(filepath.Join(r.dir, tempPrefix+"*"))
	if err != nil {
		return err
	}
	for _, path := range strays {
		if err := os.Remove(path); err != nil {
			return err
		}
	}
	if err := WriteJSON(filepath.Join(r.dir, manifestName), &r.manifest); err != nil {
		return err
	}
	if err := r.repair(); err != nil {
		return err
	}
	for _, f := range []struct {
		name string
		flag int
		to   **os.File
	}{
		{recordsName, os.O_APPEND, &r.records},
		{diagnosesName, os.O_APPEND, &r.diagnoses},
		{errorsName, os.O_TRUNC, &r.errs},
		{timingsName, os.O_APPEND, &r.timings},
	} {
		if *f.to, err = os.OpenFile(filepath.Join(r.dir, f.name), os.O_CREATE|os.O_WRONLY|f.flag, 0o644); err != nil {
			return writeError(err)
		}
	}
	return syncDir(r.dir)
}

// repair cuts records and diagnoses to the whole pairs at their beginning, and
// notes the IDs of those.
func (r *Run) repair() error {
	recPath, diagPath := filepath.Join(r.dir, recordsName), filepath.Join(r.dir, diagnosesName)
	recs, err := openLines(recPath)
	if err != nil {
		return err
	}
	defer recs.Close()
	diags, err := openLines(diagPath)
	if err != nil {
		return err
	}
	defer diags.Close()
	var recEnd, diagEnd int64
	for {
		rec, errR := recs.next()
		diag, errD := diags.next()
		if errR != nil || errD != nil {
			if bad := hardError(errR, errD); bad != nil {
				return bad
			}
			break
		}
		id, ok := lineID(rec)
		other, okD := lineID(diag)
		if !ok || !okD || id != other {
			break
		}
		r.done[r.key(id)] = struct{}{}
		r.resumed++
		recEnd += int64(len(rec)) + 1
		diagEnd += int64(len(diag)) + 1
	}
	for path, end := range map[string]int64{recPath: recEnd, diagPath: diagEnd} {
		n, err := cutAt(path, end)
		if err != nil {
			return err
		}
		r.dropped = max(r.dropped, n)
	}
	return cutTorn(filepath.Join(r.dir, timingsName))
}

func (r *Run) key(id string) [2]uint64 {
	return [2]uint64{maphash.String(r.seeds[0], id), maphash.String(r.seeds[1], id)}
}

// Done reports whether an earlier process of this run wrote the record, so
// that it must not be appended again.
func (r *Run) Done(id string) bool {
	_, ok := r.done[r.key(id)]
	return ok
}

// Restart forgets the records that earlier processes of this run wrote, for work
// in which later records change the verdicts about earlier ones. What they cost
// must be kept elsewhere.
func (r *Run) Restart() error {
	for _, f := range []*os.File{r.records, r.diagnoses, r.errs, r.timings} {
		if err := f.Truncate(0); err != nil {
			return writeError(err)
		}
	}
	clear(r.done)
	r.resumed = 0
	return nil
}

// Resumed returns how many records were done before, and how many lines were
// cut because they were torn or had no partner; both are 0 in a new run.
func (r *Run) Resumed() (done, cut int) { return r.resumed, r.dropped }

// Dir returns the folder.
func (r *Run) Dir() string { return r.dir }

// Append writes a record with its evidence and its diagnosis. Records must
// come in input order, as must the calls of Skip among them.
func (r *Run) Append(rec *trace.Record, d *diagnose.Diagnosis) error {
	if rec.ID != d.ID {
		return fmt.Errorf("record %q was given the diagnosis of %q", rec.ID, d.ID)
	}
	line, err := rec.MarshalJSON()
	if err != nil {
		return fmt.Errorf("record %q: %w", rec.ID, err)
	}
	verdict, err := json.Marshal(d)
	if err != nil {
		return fmt.Errorf("record %q: diagnosis: %w", rec.ID, err)
	}
	r.write(r.records, line)
	r.write(r.diagnoses, verdict)
	if r.pending++; r.pending >= syncEvery {
		r.sync()
	}
	return r.broken
}

// Skipped is one line of errors.jsonl.
type Skipped struct {
	formats.Pos
	Stage trace.Stage `json:"stage,omitzero"`
	Error string      `json:"error"`
}

// Skip notes a record that has no diagnosis, and why.
func (r *Run) Skip(e *formats.RecordError) error {
	line, err := json.Marshal(Skipped{e.Pos, e.Stage, e.Err.Error()})
	if err != nil {
		return err
	}
	r.write(r.errs, line)
	return r.broken
}

// Timing writes one line of anything that depends on the clock.
func (r *Run) Timing(v any) error {
	line, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("timing: %w", err)
	}
	r.write(r.timings, line)
	return r.broken
}

// write appends one line. After a failure nothing more is written: a line
// behind a torn one could not be read.
func (r *Run) write(f *os.File, line []byte) {
	if r.broken != nil {
		return
	}
	if _, err := f.Write(append(line, '\n')); err != nil {
		r.broken = writeError(err)
	}
}

func (r *Run) sync() {
	r.pending = 0
	if r.broken != nil {
		return
	}
	// Records first: a diagnosis without its record is cut like any other half.
	if err := errors.Join(r.records.Sync(), r.diagnoses.Sync(), r.errs.Sync(), r.timings.Sync()); err != nil {
		r.broken = writeError(err)
	}
}

// Finish writes the summary, then the status with the reason for it, and
// closes the run. A nil summary leaves the old one, or none.
func (r *Run) Finish(status Status, why string, summary any) error {
	r.sync()
	err := r.broken
	if err == nil && summary != nil {
		err = WriteJSON(filepath.Join(r.dir, summaryName), summary)
	}
	if err == nil {
		r.manifest.Status, r.manifest.Error = status, why
		err = WriteJSON(filepath.Join(r.dir, manifestName), &r.manifest)
	}
	return errors.Join(err, r.close())
}

func (r *Run) close() error {
	var errs []error
	for _, f := range []*os.File{r.records, r.diagnoses, r.errs, r.timings} {
		if f != nil {
			errs = append(errs, f.Close())
		}
	}
	return errors.Join(append(errs, r.lock.Release())...)
}

// writeError says what to do about a folder that cannot be written to.
func writeError(err error) error {
	switch {
	case errors.Is(err, syscall.ENOSPC):
		return fmt.Errorf("the disk is full: free some space and run the same command again, it goes on where it stopped: %w", err)
	case errors.Is(err, syscall.EFBIG):
		return fmt.Errorf("no file may become so long there: see to it (ulimit -f) and run the same command again, it goes on where it stopped: %w", err)
	case errors.Is(err, fs.ErrPermission):
		return fmt.Errorf("no permission to write there: give another --out: %w", err)
	}
	return err
}
