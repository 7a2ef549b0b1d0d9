//go:build unix

package main

import (
	"fmt"
	"os"
	"strings"
	"syscall"
	"time"
)

// work is what is stopped and then completed.
type work struct {
	args     []string
	takes    time.Duration // undisturbed
	complete func() error  // runs it again, and says if the result is not the undisturbed one
}

// someWork is a diagnosis, or in fewer trials the building of an index.
func (t *trial) someWork() work {
	if t.chance(.3) {
		return work{t.makeIndex(t.path("index")), t.indexTime, t.completeIndex}
	}
	return work{t.diagnose(t.path("run")), t.runTime, t.complete}
}

// tryKill kills the program at random moments and has its work completed.
func tryKill(t *trial) error {
	w := t.someWork()
	for range 1 + t.dice.IntN(3) {
		c, err := t.begin(w.args...)
		if err != nil {
			return err
		}
		time.Sleep(t.moment(w.takes))
		_ = c.cmd.Process.Kill() // it may have ended
		e, err := c.wait()
		if err != nil {
			return err
		}
		if e.signal != syscall.SIGKILL {
			if !w.ended(e) {
				return fmt.Errorf("it ended before the kill: %v", e)
			}
			break
		}
	}
	return w.complete()
}

// ended reports whether the work came to its end, now or at an earlier attempt:
// an index that is complete is not built again.
func (w work) ended(e ended) bool {
	return e.code == 0 || e.code == 2 && strings.Contains(e.stderr, "holds a complete index")
}

// answerWithin is the time in which an interruption is answered at most.
const answerWithin = 5 * time.Second

// tryInterrupt interrupts the program and has its work completed.
func tryInterrupt(t *trial) error {
	w := t.someWork()
	c, err := t.begin(w.args...)
	if err != nil {
		return err
	}
	time.Sleep(t.moment(w.takes))
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
	return w.complete()
}

// complete runs the diagnosis again, and says if the result is not the
// undisturbed one.
func (t *trial) complete() error {
	if _, err := t.done([]int{0}, t.diagnose(t.path("run"))...); err != nil {
		return fmt.Errorf("run again: %w", err)
	}
	return sameRun(t.path("run"), t.run)
}

// completeIndex does the same for an index.
func (t *trial) completeIndex() error {
	w := work{args: t.makeIndex(t.path("index"))}
	e, err := t.done([]int{0, 2}, w.args...)
	if err == nil && !w.ended(e) {
		err = fmt.Errorf("index: %v", e)
	}
	if err != nil {
		return fmt.Errorf("run again: %w", err)
	}
	return t.sameIndex(t.path("index"))
}
