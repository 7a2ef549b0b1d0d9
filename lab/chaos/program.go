//go:build unix

package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"syscall"
	"time"
)

// patience is after what time a program that was to end by itself hangs.
const patience = time.Minute

// child is the program under trial, at work.
type child struct {
	cmd            *exec.Cmd
	cancel         context.CancelFunc
	ctx            context.Context
	stdout, stderr bytes.Buffer
	begun          time.Time
}

// ended is a program that came to its end.
type ended struct {
	code           int            // -1: a signal ended it
	signal         syscall.Signal // 0: none
	stdout, stderr string
	took           time.Duration
}

func (e ended) String() string {
	how := fmt.Sprintf("exit code %d", e.code)
	if e.signal != 0 {
		how = "ended by signal " + e.signal.String()
	}
	return fmt.Sprintf("%s after %v, stderr: %q", how, e.took.Round(time.Millisecond), e.stderr)
}

// command prepares the program, in a folder and with little of our environment:
// no setting and no key of the person who runs us comes in.
func (l *laboratory) command(ctx context.Context, dir string, env []string, args ...string) *child {
	c := &child{}
	c.ctx, c.cancel = context.WithTimeout(ctx, patience)
	c.cmd = exec.CommandContext(c.ctx, l.program, args...)
	c.cmd.Dir = dir
	c.cmd.Env = append([]string{"HOME=" + dir, "TMPDIR=" + dir, "PATH=" + os.Getenv("PATH"), "NO_PROXY=*"}, env...)
	c.cmd.Stdout, c.cmd.Stderr = &c.stdout, &c.stderr
	return c
}

// start lets it run.
func (c *child) start() error {
	c.begun = time.Now()
	if err := c.cmd.Start(); err != nil {
		c.cancel()
		return err
	}
	return nil
}

// wait waits for its end. It is an error that it has to be ended.
func (c *child) wait() (ended, error) {
	err := c.cmd.Wait()
	late := c.ctx.Err()
	c.cancel()
	e := ended{code: c.cmd.ProcessState.ExitCode(), stdout: c.stdout.String(), stderr: c.stderr.String(), took: time.Since(c.begun)}
	if s, ok := c.cmd.ProcessState.Sys().(syscall.WaitStatus); ok && s.Signaled() {
		e.signal = s.Signal()
	}
	var exit *exec.ExitError
	switch {
	case late != nil:
		return e, fmt.Errorf("it did not end within %v: %w; stderr: %q", patience, late, e.stderr)
	case err != nil && !errors.As(err, &exit):
		return e, err
	}
	return e, nil
}

// run starts it and waits for its end.
func (c *child) run() (ended, error) {
	if err := c.start(); err != nil {
		return ended{}, err
	}
	return c.wait()
}

// begin starts the program in the trial's folder.
func (t *trial) begin(args ...string) (*child, error) {
	c := t.command(t.ctx, t.dir, nil, args...)
	return c, c.start()
}

// done runs the program to its end in the trial's folder. It is an error if it
// does not end with one of the codes.
func (t *trial) done(codes []int, args ...string) (ended, error) {
	return expect(codes, t.command(t.ctx, t.dir, nil, args...))
}

// expect runs a program, and says if it did not end with one of the codes.
func expect(codes []int, c *child) (ended, error) {
	e, err := c.run()
	if err != nil {
		return e, err
	}
	for _, code := range codes {
		if e.code == code {
			return e, nil
		}
	}
	return e, fmt.Errorf("%s: %v", c.cmd.Args[1], e)
}
