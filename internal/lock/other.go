//go:build !(darwin || dragonfly || freebsd || linux || netbsd || openbsd)

package lock

import (
	"errors"
	"io/fs"
	"os"
)

// Lock keeps others out by the existence of a file. A kill leaves it behind;
// the error of Acquire says which file to delete then.
type Lock struct{ path string }

// Acquire takes the lock at path, without waiting.
func Acquire(path string) (*Lock, error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o644)
	if errors.Is(err, fs.ErrExist) {
		return nil, held(path, "; if no such process runs, delete "+path)
	}
	if err != nil {
		return nil, err
	}
	return &Lock{path}, errors.Join(sign(f), f.Close())
}

// Release gives the lock back.
func (l *Lock) Release() error { return os.Remove(l.path) }
