//go:build unix && !(freebsd || dragonfly)

package main

import "syscall"

// setSoft sets the limit that a process may raise again.
func setSoft(l *syscall.Rlimit, n uint64) { l.Cur = n }
