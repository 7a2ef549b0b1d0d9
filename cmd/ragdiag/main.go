// Command ragdiag finds out why a RAG system gave a bad answer: which stage
// broke, what evidence shows it, how sure that is, and what to fix first.
//
// This package parses flags, calls the packages that do the work, and turns
// errors into exit codes; one file per command. Start reading in root.go.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"strings"
	"syscall"
)

func main() {
	collectLess()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// collectLess lets the heap grow further between collections, as long as it is
// small: a record leaves much behind that is garbage at once, and a seventh of
// the time went into finding that out. GOGC and GOMEMLIMIT win where they are set.
func collectLess() {
	if os.Getenv("GOGC") != "" || os.Getenv("GOMEMLIMIT") != "" {
		return
	}
	debug.SetGCPercent(400)
	debug.SetMemoryLimit(1 << 30) // beyond it memory is worth more than time
}

// run is the whole program without the process around it: tests call it.
func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	root := newRootCmd()
	root.SetArgs(args)
	root.SetIn(stdin)
	root.SetOut(stdout)
	root.SetErr(stderr)
	err := unknownCommand(root, args)
	if err == nil {
		err = root.ExecuteContext(ctx)
	}
	if err == nil {
		return exitOK
	}
	code := exitFailed
	var e *exitError
	switch {
	case errors.As(err, &e):
		code = e.code
	case ctx.Err() != nil:
		code = exitInterrupted
	case isUsage(err):
		code = exitUsage
	}
	if msg := err.Error(); msg != "" {
		fmt.Fprintln(stderr, "ragdiag: "+strings.TrimPrefix(msg, "ragdiag: "))
	}
	return code
}

// isUsage recognises the errors that cobra makes for commands and arguments it
// does not know; it has no type for them.
func isUsage(err error) bool {
	for _, prefix := range []string{"unknown command", "accepts ", "requires at least", "requires at most", "invalid argument", "required flag"} {
		if strings.HasPrefix(err.Error(), prefix) {
			return true
		}
	}
	return false
}
