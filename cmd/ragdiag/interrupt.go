package main

import (
	"fmt"
	"io"
	"os"
	"time"

	"github.com/ragdiag/ragdiag/llm"
)

// watch waits for the end of a command, and sees to it that an interruption is
// answered: a command that is told to stop has a moment for it, model replies
// that are under way have longer, and a second signal ends everything at once.
type watch struct {
	done     <-chan int       // the exit code of the command
	signals  <-chan os.Signal // interruptions
	ticks    <-chan time.Time // every tick
	stop     func()           // tells the command to stop
	underWay func() int       // model calls that are awaited
	stderr   io.Writer
}

// The patience with a command that was interrupted, in ticks.
const (
	tick    = 100 * time.Millisecond
	moment  = 8 // to stop: with the call of the system about a second
	replies = int(llm.LastCalls / tick)
)

// exitCode returns how the process ends. What is on disk is whole at any time,
// so a command that does not stop can be left behind.
func (w *watch) exitCode() int {
	select {
	case code := <-w.done:
		return code
	case <-w.signals:
	}
	w.stop()
	if n := w.underWay(); n > 0 {
		fmt.Fprintf(w.stderr, "interrupted: waiting up to %v for model replies that are paid for (%d of them); interrupt again to end at once\n", llm.LastCalls, n)
	}
	idle, waited := 0, 0
	for {
		select {
		case code := <-w.done:
			if code == exitGate {
				return code
			}
			return exitInterrupted
		case <-w.signals:
			fmt.Fprintln(w.stderr, "ragdiag: interrupted again, ended at once; replies under way are lost, what was written is whole")
			return exitInterrupted
		case <-w.ticks:
			if w.underWay() > 0 && waited < replies {
				waited, idle = waited+1, 0
				continue
			}
			if idle++; idle >= moment {
				fmt.Fprintln(w.stderr, "ragdiag: interrupted in the middle of a step; what was written is whole: run the same command again, with the same --out where it has one, to go on")
				return exitInterrupted
			}
		}
	}
}
