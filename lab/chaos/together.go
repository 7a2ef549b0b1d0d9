//go:build unix

package main

import (
	"fmt"
	"strings"
	"time"
)

// tryTwoProcesses starts the same work on the same folder twice.
func tryTwoProcesses(t *trial) error {
	index := t.chance(.5)
	dir, args := t.path("run"), t.diagnose(t.path("run"))
	if index {
		dir, args = t.path("index"), t.makeIndex(t.path("index"))
	}
	first, err := t.begin(args...)
	if err != nil {
		return err
	}
	time.Sleep(t.moment(20 * time.Millisecond))
	second, err := t.begin(args...)
	if err != nil {
		_ = first.cmd.Process.Kill()
		_, _ = first.wait()
		return err
	}
	a, err := first.wait()
	b, errB := second.wait()
	if err != nil || errB != nil {
		return fmt.Errorf("%s: %v; %v", args[0], err, errB)
	}
	holder := first
	if a.code != 0 { // the second was faster
		a, b, holder = b, a, second
	}
	who := fmt.Sprintf("process %d", holder.cmd.Process.Pid)
	if a.code != 0 || b.code <= 0 || !strings.Contains(b.stderr, who) {
		return fmt.Errorf("%s: one: %v; the other, which should name %s: %v", args[0], a, who, b)
	}
	if index {
		return t.sameIndex(dir)
	}
	return sameRun(dir, t.run)
}
