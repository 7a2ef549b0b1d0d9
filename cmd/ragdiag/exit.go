package main

import "fmt"

// Exit codes, the same for every command and every output format.
const (
	exitOK          = 0   // done; "undetermined" is a verdict
	exitFailed      = 1   // could not do it: I/O, endpoint, internal
	exitUsage       = 2   // wrong usage or configuration, or no record readable; nothing was paid for
	exitGate        = 3   // done, and a gate failed
	exitIncomplete  = 4   // skipped or unfinished records, or a gate that cannot tell
	exitInterrupted = 130 // interrupted; what is written is whole
)

// exitError is an error that carries the process's exit code.
type exitError struct {
	code int
	err  error
}

func (e *exitError) Error() string { return e.err.Error() }
func (e *exitError) Unwrap() error { return e.err }

// usageErrorf reports wrong usage or unreadable input: exit code 2.
func usageErrorf(format string, args ...any) error {
	return &exitError{exitUsage, fmt.Errorf(format, args...)}
}

// failErrorf reports that the work could not be done: exit code 1.
func failErrorf(format string, args ...any) error {
	return &exitError{exitFailed, fmt.Errorf(format, args...)}
}
