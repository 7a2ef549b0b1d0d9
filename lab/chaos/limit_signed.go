//go:build freebsd || dragonfly

package main

import "syscall"

// setSoft sets the limit that a process may raise again; here it has a sign.
func setSoft(l *syscall.Rlimit, n uint64) { l.Cur = int64(n) }
