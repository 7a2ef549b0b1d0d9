//go:build unix

package main

import (
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"strings"
	"syscall"
)

// tryDiskFull lets a diagnosis, the end of a diagnosis, or an index run out of room.
func tryDiskFull(t *trial) error {
	switch t.dice.IntN(3) {
	case 0:
		return t.fullRun("records.jsonl")
	case 1: // only summary and page are left to write
		if err := copyFolder(t.run, t.path("run")); err != nil {
			return err
		}
		for _, name := range []string{"summary.json", "report.html"} {
			if err := os.Remove(t.path("run/" + name)); err != nil {
				return err
			}
		}
		return t.fullRun("report.html")
	}
	return t.fullIndex()
}

// fullRun leaves no room for one of the files of the run.
func (t *trial) fullRun(file string) error {
	info, err := os.Stat(filepath.Join(t.run, file))
	if err != nil {
		return err
	}
	if err := t.noRoom(info.Size(), t.diagnose(t.path("run"))...); err != nil {
		return err
	}
	for _, name := range []string{"summary.json", "report.html"} {
		err := sameFile(t.path("run/"+name), filepath.Join(t.run, name))
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("left behind: %w", err)
		}
	}
	if strays, _ := filepath.Glob(t.path("run/.ragdiag-*")); len(strays) > 0 { // the pattern is well formed
		return fmt.Errorf("left behind: %s", filepath.Base(strays[0]))
	}
	return t.complete()
}

// fullIndex leaves no room for the largest file of an index.
func (t *trial) fullIndex() error {
	_, sizes, err := filesOf(t.index)
	if err != nil {
		return err
	}
	var largest int64
	for _, n := range sizes {
		largest = max(largest, n)
	}
	if err := t.noRoom(largest*9/10, t.makeIndex(t.path("index"))...); err != nil { // two builds differ a little
		return err
	}
	return t.completeIndex()
}

// noRoom runs the program with room for less than most bytes in a file, and says
// if it does not end with a clear error.
func (t *trial) noRoom(most int64, args ...string) error {
	room := uint64(t.dice.Int64N(most))
	if t.chance(.5) { // small files are reached as well
		room = uint64(math.Exp(t.dice.Float64() * math.Log(float64(most))))
	}
	c := t.command(t.ctx, t.dir, nil, args...)
	if err := limited(room, c.start); err != nil {
		return err
	}
	e, err := c.wait()
	switch {
	case err != nil:
		return err
	case e.code <= 0, !strings.Contains(e.stderr, syscall.EFBIG.Error()), !strings.Contains(e.stderr, "run the same command again"), strings.Contains(e.stderr, "goroutine "):
		return fmt.Errorf("with room for %d bytes: %v", room, e)
	}
	return nil
}

// limited calls start while no file may become longer than room. A child that is
// begun then keeps the limit; ours is lifted again.
func limited(room uint64, start func() error) error {
	var old syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &old); err != nil {
		return err
	}
	low := old
	setSoft(&low, room)
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &low); err != nil {
		return err
	}
	return errors.Join(start(), syscall.Setrlimit(syscall.RLIMIT_FSIZE, &old))
}

// copyFolder copies a folder of files.
func copyFolder(from, to string) error { return os.CopyFS(to, os.DirFS(from)) }
