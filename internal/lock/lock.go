// Package lock keeps a second process out of a folder.
package lock

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
)

// ErrHeld is wrapped by the error of Acquire if another has the lock.
var ErrHeld = errors.New("another process is writing there")

// held names the process that wrote its number into the file of the lock.
func held(path, more string) error {
	who := "its number is not known"
	if f, err := os.Open(path); err == nil {
		defer f.Close()
		if b, err := io.ReadAll(io.LimitReader(f, 64)); err == nil && len(b) > 0 {
			who = strings.TrimSpace(string(b))
		}
	}
	return fmt.Errorf("%w (%s)%s", ErrHeld, who, more)
}

// sign writes the number of this process into the file of the lock.
func sign(f *os.File) error {
	_, err := fmt.Fprintf(f, "process %d\n", os.Getpid())
	return err
}
