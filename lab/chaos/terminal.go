//go:build unix

package main

import (
	"errors"
	"io"
	"io/fs"
	"strings"
	"syscall"
)

// onTerminal runs the program with a terminal as its standard output, and returns
// all that it says. Where no terminal can be simulated only what goes to standard
// error is returned: the program cleans the rest for terminals alone.
func (t *trial) onTerminal(codes []int, args ...string) (string, error) {
	c := t.command(t.ctx, t.dir, []string{"TERM=xterm-256color"}, args...)
	ours, theirs, err := openTerminal()
	if errors.Is(err, errors.ErrUnsupported) {
		e, err := expect(codes, c)
		return e.stderr, err
	}
	if err != nil {
		return "", err
	}
	defer ours.Close()
	c.cmd.Stdout = theirs
	said := make(chan error, 1)
	var shown strings.Builder
	go func() {
		_, err := io.Copy(&shown, ours)
		said <- err
	}()
	e, err := expect(codes, c)
	err = errors.Join(err, theirs.Close())
	// Linux tells the end of a terminal by this error.
	if end := <-said; err == nil && end != nil && !errors.Is(end, syscall.EIO) && !errors.Is(end, fs.ErrClosed) {
		err = end
	}
	return shown.String() + e.stderr, err
}
