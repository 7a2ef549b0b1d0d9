package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// ragdiag runs the program in this process.
func ragdiag(ctx context.Context, args ...string) (code int, stdout, stderr string) {
	var out, errs bytes.Buffer
	code = run(ctx, args, bytes.NewReader(nil), &out, &errs)
	return code, out.String(), errs.String()
}

func read(t *testing.T, dir, name string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(dir, name))
	require.NoError(t, err)
	return string(b)
}

var update = flag.Bool("update", false, "write the golden file of the demo")

// The demo's report is golden: a verdict that changes is a diff to be read.
func TestDemoIsGolden(t *testing.T) {
	code, got, stderr := ragdiag(t.Context(), "demo", "--out", filepath.Join(t.TempDir(), "run"))
	require.Equal(t, exitOK, code, stderr)
	golden := filepath.Join("testdata", "demo.txt")
	if *update {
		require.NoError(t, os.WriteFile(golden, []byte(got), 0o600))
	}
	require.Equal(t, read(t, "testdata", "demo.txt"), got)
}

// An interrupted run says how to go on, and going on gives the same bytes as a
// run that was never interrupted.
func TestInterruptedRunGoesOn(t *testing.T) {
	whole, cut := filepath.Join(t.TempDir(), "whole"), filepath.Join(t.TempDir(), "cut")
	code, want, stderr := ragdiag(t.Context(), "demo", "--out", whole)
	require.Equal(t, exitOK, code, stderr)

	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(errors.New("interrupted"))
	code, _, stderr = ragdiag(ctx, "demo", "--out", cut)
	require.Equal(t, exitInterrupted, code, stderr)
	require.Contains(t, stderr, "--out "+cut)
	require.Contains(t, read(t, cut, "manifest.json"), "cancelled")

	// As if it had been killed in the middle of the 40th record.
	for _, name := range []string{"records.jsonl", "diagnoses.jsonl"} {
		lines := bytes.SplitAfter([]byte(read(t, whole, name)), []byte("\n"))
		kept := append(bytes.Join(lines[:39], nil), lines[39][:10]...)
		require.NoError(t, os.WriteFile(filepath.Join(cut, name), kept, 0o600))
	}
	code, got, stderr := ragdiag(t.Context(), "demo", "--out", cut)
	require.Equal(t, exitOK, code, stderr)
	require.Contains(t, stderr, "going on after 39 records")
	require.Equal(t, want, got)
	for _, name := range []string{"records.jsonl", "diagnoses.jsonl", "summary.json", "report.html"} {
		require.Equal(t, read(t, whole, name), read(t, cut, name), name)
	}
}

// A folder that cannot be written to is named, with the system's reason.
func TestNoPlaceToWrite(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(file, nil, 0o600))
	code, _, stderr := ragdiag(t.Context(), "demo", "--out", filepath.Join(file, "run"))
	require.Equal(t, exitFailed, code)
	require.Contains(t, stderr, file)
}

// Each command explains itself, with an example that can be copied.
func TestEveryCommandHelps(t *testing.T) {
	root := newRootCmd()
	for _, cmd := range root.Commands() {
		if cmd.Hidden || cmd.Name() == "help" || cmd.Name() == "completion" {
			continue
		}
		require.NotEmpty(t, cmd.Short, cmd.Name())
		code, stdout, _ := ragdiag(t.Context(), cmd.Name(), "--help")
		require.Equal(t, exitOK, code)
		require.Contains(t, stdout, "ragdiag "+cmd.Name(), cmd.Name())
	}
}

func TestCompletion(t *testing.T) {
	for _, shell := range []string{"bash", "zsh", "fish", "powershell"} {
		code, stdout, _ := ragdiag(t.Context(), "completion", shell)
		require.Equal(t, exitOK, code)
		require.Contains(t, stdout, "ragdiag")
	}
}
