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
	"time"

	"github.com/ragdiag/ragdiag/external"
	"github.com/ragdiag/ragdiag/llm"
)

func main() {
	collectLess()
	signals, done := make(chan os.Signal, 2), make(chan int, 1)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	ctx, stop := context.WithCancelCause(context.Background())
	go func() { done <- run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr) }()
	w := &watch{
		done: done, signals: signals, ticks: time.Tick(tick),
		stop: func() { stop(llm.ErrInterrupted) }, underWay: llm.UnderWay, stderr: os.Stderr,
	}
	code := w.exitCode()
	external.EndAll()
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
	stderr = &cleaned{w: stderr}
	if _, ok := terminal(stdout); ok { // a file or a program gets what there is
		stdout = &cleaned{w: stdout}
	}
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
	isExit := errors.As(err, &e)
	switch {
	case ctx.Err() != nil && !(isExit && e.code == exitGate): // a failed gate is never masked
		code = exitInterrupted
	case isExit:
		code = e.code
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
