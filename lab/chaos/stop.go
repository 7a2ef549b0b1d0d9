//go:build unix

package main

import (
	"fmt"
	"os"
	"syscall"
	"time"
)

// tryKill kills a diagnosis at random moments and has it completed.
func tryKill(t *trial) error {
	for range 1 + t.dice.IntN(3) {
		c, err := t.begin(t.diagnose(t.path("run"))...)
		if err != nil {
			return err
		}
		time.Sleep(t.moment(t.runTime))
		_ = c.cmd.Process.Kill() // it may have ended
		e, err := c.wait()
		if err != nil {
			return err
		}
		if e.code != 0 && e.signal != syscall.SIGKILL {
			return fmt.Errorf("it ended before the kill: %v", e)
		}
	}
	return t.complete()
}

// answerWithin is the time in which an interruption is answered at least.
const answerWithin = 5 * time.Second

// tryInterrupt interrupts a diagnosis and has it completed.
func tryInterrupt(t *trial) error {
	c, err := t.begin(t.diagnose(t.path("run"))...)
	if err != nil {
		return err
	}
	time.Sleep(t.moment(t.runTime))
	_ = c.cmd.Process.Signal(os.Interrupt) // it may have ended
	asked := time.Now()
	e, err := c.wait()
	if err != nil {
		return err
	}
	// In the first milliseconds the program does not know the signal yet, and the
	// system ends it; a shell calls that 130 as well.
	if e.code != 130 && e.code != 0 && e.signal != syscall.SIGINT {
		return fmt.Errorf("interrupted: %v", e)
	}
	if took := time.Since(asked); took > answerWithin {
		return fmt.Errorf("the interruption was answered after %v", took.Round(time.Millisecond))
	}
	return t.complete()
}

// complete runs the diagnosis again, and says if the result is not the
// undisturbed one.
func (t *trial) complete() error {
	if _, err := t.done([]int{0}, t.diagnose(t.path("run"))...); err != nil {
		return fmt.Errorf("run again: %w", err)
	}
	return sameRun(t.path("run"), t.run)
}
