package rundir

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ragdiag/ragdiag/diagnose"
	"github.com/ragdiag/ragdiag/internal/lock"
	"github.com/ragdiag/ragdiag/trace"
	"github.com/ragdiag/ragdiag/trace/formats"
)

func manifest() Manifest {
	return Manifest{Command: "diagnose", ConfigHash: "c1", Versions: map[string]string{"ragdiag": "dev"}, Inputs: []File{{Name: "in.jsonl", SHA256: "aa"}}}
}

// inputs are the records of the tests; their IDs need escapes and differ in length.
func inputs() []Pair {
	var out []Pair
	for i, id := range []string{"a", "b \"quoted\"", "çödé", "last-one"} {
		out = append(out, Pair{
			&trace.Record{ID: id, Question: fmt.Sprintf("question %d?", i), Context: []trace.Passage{{Text: "text {}[]\""}}},
			diagnose.Diagnosis{ID: id, Status: diagnose.StatusNotJudged, Sentence: "nothing said"},
		})
	}
	return out
}

// work does what a command does: it goes through the input and writes what is
// not done. It stops before record number stop.
func work(t *testing.T, r *Run, stop int) {
	t.Helper()
	for i, p := range inputs() {
		if i == stop {
			return
		}
		if i == 1 {
			require.NoError(t, r.Skip(&formats.RecordError{Pos: formats.Pos{File: "in.jsonl", Line: 2}, Err: fs.ErrInvalid}))
		}
		if !r.Done(p.Record.ID) {
			require.NoError(t, r.Append(p.Record, &p.Diagnosis))
		}
	}
	require.NoError(t, r.Timing(map[string]int{"ms": 12}))
}

const all = 99

func run(t *testing.T, dir string) {
	t.Helper()
	r, err := Create(dir, manifest())
	require.NoError(t, err)
	work(t, r, all)
	require.NoError(t, r.Finish(Success, "", map[string]int{"n": 4}))
}

// stable reads the files that must be the same bytes however a run came about.
func stable(t *testing.T, dir string) map[string]string {
	t.Helper()
	out := map[string]string{}
	for _, name := range []string{manifestName, recordsName, diagnosesName, errorsName, summaryName} {
		b, err := os.ReadFile(filepath.Join(dir, name))
		require.NoError(t, err)
		out[name] = string(b)
	}
	return out
}

func TestRunIsReadBack(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new", "run")
	run(t, dir)
	s, err := Open(dir)
	require.NoError(t, err)
	require.Equal(t, Success, s.Manifest.Status)
	var got []Pair
	for p, err := range s.Pairs() {
		require.NoError(t, err)
		got = append(got, p)
	}
	require.Equal(t, inputs(), got)
	p, err := s.Find("çödé")
	require.NoError(t, err)
	require.Equal(t, "question 2?", p.Record.Question)
	_, err = s.Find("nobody")
	require.ErrorIs(t, err, ErrNotFound)
	var skipped Skipped
	b, err := os.ReadFile(filepath.Join(dir, errorsName))
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(b, &skipped), "one line")
	require.Equal(t, Skipped{Pos: formats.Pos{File: "in.jsonl", Line: 2}, Error: "invalid argument"}, skipped)
	var sum map[string]int
	require.NoError(t, s.Summary(&sum))
	require.Equal(t, map[string]int{"n": 4}, sum)
	_, err = Open(t.TempDir())
	require.ErrorContains(t, err, "is no run")
}

// TestKilledAnywhere cuts the files as a kill would, at each byte of the last
// pair and at each end of a line before it, and demands that the
// next run ends with the same bytes.
func TestKilledAnywhere(t *testing.T) {
	ref := t.TempDir()
	run(t, ref)
	want := stable(t, ref)
	recs := bytes.SplitAfter([]byte(want[recordsName]), []byte("\n"))
	diags := bytes.SplitAfter([]byte(want[diagnosesName]), []byte("\n"))
	dir := t.TempDir()
	started := manifest()
	started.Schema, started.Status = Schema, Started
	require.NoError(t, WriteJSON(filepath.Join(dir, manifestName), &started))
	recBytes, diagBytes := 0, 0
	check := func(whole int) {
		require.NoError(t, os.WriteFile(filepath.Join(dir, recordsName), []byte(want[recordsName])[:recBytes], 0o644))
		require.NoError(t, os.WriteFile(filepath.Join(dir, diagnosesName), []byte(want[diagnosesName])[:diagBytes], 0o644))
		require.NoError(t, os.WriteFile(filepath.Join(dir, errorsName), []byte(`{"file":"in.js`), 0o644))
		require.NoError(t, os.WriteFile(filepath.Join(dir, timingsName), []byte("{}\n{\"ms"), 0o644))
		require.NoError(t, os.WriteFile(filepath.Join(dir, tempPrefix+"123"), []byte("{"), 0o644))
		r, err := Create(dir, manifest())
		require.NoError(t, err)
		done, _ := r.Resumed()
		require.Equal(t, whole, done, "after %d and %d bytes", recBytes, diagBytes)
		work(t, r, all)
		require.NoError(t, r.Finish(Success, "", map[string]int{"n": 4}))
		require.Equal(t, want, stable(t, dir))
		timings, err := os.ReadFile(filepath.Join(dir, timingsName))
		require.NoError(t, err)
		require.Equal(t, "{}\n{\"ms\":12}\n", string(timings))
		_, err = os.Stat(filepath.Join(dir, tempPrefix+"123"))
		require.ErrorIs(t, err, fs.ErrNotExist)
	}
	check(0)
	for i := range inputs() {
		everyByte := i == len(inputs())-1
		for k := range recs[i] {
			recBytes++
			if everyByte || k == len(recs[i])-1 {
				check(i)
			}
		}
		for k := range diags[i] {
			diagBytes++
			if k == len(diags[i])-1 {
				check(i + 1)
			} else if everyByte {
				check(i)
			}
		}
	}
}

// TestPowerCut mends what a machine that goes down leaves: files of any
// lengths, and zeros where a line was.
func TestPowerCut(t *testing.T) {
	ref := t.TempDir()
	run(t, ref)
	want := stable(t, ref)
	recs, diags := []byte(want[recordsName]), []byte(want[diagnosesName])
	firstRec, firstDiag := bytes.IndexByte(recs, '\n')+1, bytes.IndexByte(diags, '\n')+1
	for _, tt := range []struct {
		name        string
		recs, diags []byte
		done, cut   int
	}{
		{"no records, all diagnoses", nil, diags, 0, 4},
		{"all records, no diagnoses", recs, nil, 0, 4},
		{"one and a half, all", recs[:firstRec+7], diags, 1, 3},
		{"zeros for a record", append(bytes.Clone(recs[:firstRec]), make([]byte, 40)...), diags, 1, 3},
		{"zeros inside a diagnosis", recs, zeroed(diags, firstDiag+5), 1, 3},
		{"lines out of step", recs, diags[firstDiag:], 0, 4},
	} {
		t.Run(tt.name, func(t *testing.T) {
			dir := t.TempDir()
			m := manifest()
			m.Schema, m.Status = Schema, Started
			require.NoError(t, WriteJSON(filepath.Join(dir, manifestName), &m))
			require.NoError(t, os.WriteFile(filepath.Join(dir, recordsName), tt.recs, 0o644))
			require.NoError(t, os.WriteFile(filepath.Join(dir, diagnosesName), tt.diags, 0o644))
			r, err := Create(dir, manifest())
			require.NoError(t, err)
			done, cut := r.Resumed()
			require.Equal(t, []int{tt.done, tt.cut}, []int{done, cut})
			work(t, r, all)
			require.NoError(t, r.Finish(Success, "", map[string]int{"n": 4}))
			require.Equal(t, want, stable(t, dir))
		})
	}
}

func zeroed(b []byte, at int) []byte {
	b = bytes.Clone(b)
	b[at] = 0
	return b
}

func TestCancelledRunIsResumed(t *testing.T) {
	dir := t.TempDir()
	r, err := Create(dir, manifest())
	require.NoError(t, err)
	work(t, r, 2)
	require.NoError(t, r.Finish(Cancelled, "interrupted", nil))
	s, err := Open(dir)
	require.NoError(t, err)
	require.Equal(t, "interrupted", s.Manifest.Error)
	require.ErrorIs(t, s.Summary(nil), fs.ErrNotExist)
	moved := manifest()
	moved.Inputs[0].Name = "elsewhere/in.jsonl" // the same content under another name
	r, err = Create(dir, moved)
	require.NoError(t, err)
	done, cut := r.Resumed()
	require.Equal(t, []int{2, 0}, []int{done, cut})
	require.True(t, r.Done("a"))
	require.False(t, r.Done("last-one"))
	require.NoError(t, r.Finish(Success, "", nil))
}

func TestCreateRefuses(t *testing.T) {
	t.Run("a foreign folder", func(t *testing.T) {
		dir := t.TempDir()
		require.NoError(t, os.WriteFile(filepath.Join(dir, "thesis.txt"), nil, 0o644))
		_, err := Create(dir, manifest())
		require.ErrorIs(t, err, ErrForeign)
		entries, err := os.ReadDir(dir)
		require.NoError(t, err)
		require.Len(t, entries, 1, "nothing is left in a foreign folder")
	})
	t.Run("another run", func(t *testing.T) {
		dir := t.TempDir()
		run(t, dir)
		m := manifest()
		m.ConfigHash, m.Inputs = "c2", nil
		_, err := Create(dir, m)
		var mismatch *MismatchError
		require.ErrorAs(t, err, &mismatch)
		require.Equal(t, []string{"configuration", "inputs"}, mismatch.Differs)
		require.ErrorContains(t, err, "give another --out")
	})
	t.Run("a second writer", func(t *testing.T) {
		dir := t.TempDir()
		r, err := Create(dir, manifest())
		require.NoError(t, err)
		_, err = Create(dir, manifest())
		require.ErrorIs(t, err, lock.ErrHeld)
		require.NoError(t, r.Finish(Success, "", nil))
		run(t, dir)
	})
	t.Run("standard input cannot be resumed", func(t *testing.T) {
		dir := t.TempDir()
		m := manifest()
		m.Inputs = []File{{Name: "-"}}
		r, err := Create(dir, m)
		require.NoError(t, err)
		require.NoError(t, r.Finish(Success, "", nil))
		_, err = Create(dir, m)
		require.ErrorContains(t, err, "cannot be resumed")
	})
	t.Run("a newer layout", func(t *testing.T) {
		dir := t.TempDir()
		require.NoError(t, os.WriteFile(filepath.Join(dir, manifestName), []byte(`{"schema":99}`), 0o644))
		_, err := Create(dir, manifest())
		require.ErrorContains(t, err, "use a newer ragdiag")
	})
	t.Run("no permission", func(t *testing.T) {
		if os.Geteuid() == 0 {
			t.Skip("the superuser may write everywhere")
		}
		dir := t.TempDir()
		require.NoError(t, os.Chmod(dir, 0o500))
		_, err := Create(filepath.Join(dir, "run"), manifest())
		require.ErrorContains(t, err, "no permission to write there: give another --out")
	})
}

func TestDiskFull(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("needs /dev/full")
	}
	dir := t.TempDir()
	r, err := Create(dir, manifest())
	require.NoError(t, err)
	p := inputs()[0]
	require.NoError(t, r.Append(p.Record, &p.Diagnosis))
	whole := r.diagnoses
	r.diagnoses, err = os.OpenFile("/dev/full", os.O_WRONLY, 0)
	require.NoError(t, err)
	p = inputs()[1]
	require.ErrorContains(t, r.Append(p.Record, &p.Diagnosis), "the disk is full: free some space and run the same command again")
	require.NoError(t, r.diagnoses.Close())
	r.diagnoses = whole
	p = inputs()[2]
	require.Error(t, r.Append(p.Record, &p.Diagnosis), "nothing is written behind a torn line")
	require.Error(t, r.Finish(Failed, "disk full", nil))
	r, err = Create(dir, manifest())
	require.NoError(t, err)
	done, cut := r.Resumed()
	require.Equal(t, []int{1, 1}, []int{done, cut})
	work(t, r, all)
	require.NoError(t, r.Finish(Success, "", map[string]int{"n": 4}))
	ref := t.TempDir()
	run(t, ref)
	require.Equal(t, stable(t, ref), stable(t, dir))
}

func TestAppendRefusesStrangers(t *testing.T) {
	r, err := Create(t.TempDir(), manifest())
	require.NoError(t, err)
	require.Error(t, r.Append(&trace.Record{ID: "a"}, &diagnose.Diagnosis{ID: "b"}))
	require.NoError(t, r.Finish(Success, "", nil))
}

// FuzzLineID holds that the short way to an ID agrees with the decoder.
func FuzzLineID(f *testing.F) {
	f.Add("a")
	f.Add("\" \u2028 <ü")
	f.Fuzz(func(t *testing.T, id string) {
		want, err := json.Marshal(id)
		require.NoError(t, err)
		var clean string
		require.NoError(t, json.Unmarshal(want, &clean))
		rec, err := trace.Record{ID: id}.MarshalJSON()
		require.NoError(t, err)
		diag, err := json.Marshal(diagnose.Diagnosis{ID: id})
		require.NoError(t, err)
		for _, line := range [][]byte{rec, diag} {
			got, ok := lineID(line)
			require.True(t, ok)
			require.Equal(t, clean, got)
		}
	})
}

// TestWriteTo: a file is replaced whole or not at all, and nothing stays beside it.
func TestWriteTo(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "page.html")
	require.NoError(t, WriteFile(path, []byte("old")))
	full := errors.New("the disk is full")
	require.ErrorIs(t, WriteTo(path, func(w io.Writer) error {
		_, err := w.Write(bytes.Repeat([]byte("half a page "), 1<<16))
		return errors.Join(err, full)
	}), full)
	b, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, "old", string(b))
	left, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Len(t, left, 1)
}

// TestNoRoomSaysWhatToDo names the remedy where a file cannot become longer.
func TestNoRoomSaysWhatToDo(t *testing.T) {
	for _, cause := range []error{syscall.ENOSPC, syscall.EFBIG} {
		err := writeError(&fs.PathError{Op: "write", Path: "records.jsonl", Err: cause})
		require.ErrorIs(t, err, cause)
		require.ErrorContains(t, err, "run the same command again")
	}
}
