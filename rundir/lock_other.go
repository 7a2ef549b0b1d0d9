//go:build !(darwin || dragonfly || freebsd || linux || netbsd || openbsd)

package rundir

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
)

// lock keeps a second process out by the existence of a file. A kill leaves it
// behind; the error says which file to delete then.
type lock struct{ path string }

// acquire takes the lock at path; the error is ErrLocked if another has it.
func acquire(path string) (*lock, error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o644)
	if errors.Is(err, fs.ErrExist) {
		return nil, fmt.Errorf("%w; if no other process runs, delete %s", ErrLocked, path)
	}
	if err != nil {
		return nil, writeError(err)
	}
	return &lock{path}, f.Close()
}

// release gives the lock back.
func (l *lock) release() error { return os.Remove(l.path) }
