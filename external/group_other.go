//go:build !unix

package external

import (
	"os"
	"os/exec"
)

// ownGroup does nothing here: on this system processes that a command starts
// itself are not ended with it.
func ownGroup(*exec.Cmd) {}

// endGroup kills p alone; it may have ended.
func endGroup(p *os.Process) error { return p.Kill() }
