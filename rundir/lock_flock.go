//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package rundir

import (
	"errors"
	"os"
	"syscall"
)

// lock keeps a second process out. The system drops it when the process ends,
// however it ends, so a kill leaves no stale lock.
type lock struct{ f *os.File }

// acquire takes the lock at path; the error is ErrLocked if another has it.
func acquire(path string) (*lock, error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o644)
	if err != nil {
		return nil, writeError(err)
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		if errors.Is(err, syscall.EWOULDBLOCK) {
			err = ErrLocked
		}
		return nil, errors.Join(err, f.Close())
	}
	return &lock{f}, nil
}

// release gives the lock back. The file stays: removing it would let two
// others lock two different files of this name.
func (l *lock) release() error { return l.f.Close() }
