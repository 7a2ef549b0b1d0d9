//go:build unix

package external

import (
	"os"
	"os/exec"
	"syscall"
)

// ownGroup makes cmd the first of a process group, so that all that it starts
// can be ended with it, and so that an interruption from the keyboard reaches us
// and not it: a reply that is under way can still come.
func ownGroup(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} }

// endGroup kills the group of p; it may have ended.
func endGroup(p *os.Process) error { return syscall.Kill(-p.Pid, syscall.SIGKILL) }
