//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package lock

import (
	"errors"
	"os"
	"syscall"
)

// Lock keeps others out until Release. The system drops it when the process
// ends, however it ends, so a kill leaves no stale lock.
type Lock struct{ f *os.File }

// Acquire takes the lock at path, without waiting.
func Acquire(path string) (*Lock, error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o644)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		if errors.Is(err, syscall.EWOULDBLOCK) {
			err = held(path, "")
		}
		return nil, errors.Join(err, f.Close())
	}
	if err := errors.Join(f.Truncate(0), sign(f)); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return &Lock{f}, nil
}

// Release gives the lock back. The file stays, empty: removing it would let two
// others lock two different files of this name.
func (l *Lock) Release() error { return errors.Join(l.f.Truncate(0), l.f.Close()) }
