//go:build unix

package main

import (
	"bytes"
	"context"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ragdiag/ragdiag/llm"
)

const record = `{"ragdiag":1,"id":"q1","question":"Who?","context":[{"text":"Ada."}],"answer":{"text":"Ada."},"gold":{"answers":["Ada"]}}` + "\n"

// pipe makes a named pipe.
func pipe(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "pipe.jsonl")
	require.NoError(t, syscall.Mkfifo(path, 0o600))
	return path
}

// interrupted starts the program, has begin find out that it waits, interrupts
// it, and returns what it said.
func interrupted(t *testing.T, sig os.Signal, begin func(stdin io.WriteCloser) (release func()), args ...string) string {
	t.Helper()
	cmd := exec.Command("ragdiag", args...)
	cmd.Dir = t.TempDir()
	var says bytes.Buffer
	cmd.Stderr = &says
	stdin, err := cmd.StdinPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	release := begin(stdin)
	defer release()
	require.NoError(t, cmd.Process.Signal(sig))
	err = cmd.Wait()
	require.Equal(t, exitInterrupted, cmd.ProcessState.ExitCode(), "%v: %s", err, says.String())
	return says.String()
}

// TestInterruptedWaiting interrupts commands that wait for an input that never
// comes to its end.
func TestInterruptedWaiting(t *testing.T) {
	written := func(stdin io.WriteCloser) func() {
		_, err := io.WriteString(stdin, strings.Repeat(strings.Replace(record, `"id":"q1",`, "", 1), 2000)) // more than a pipe holds: the program has read
		require.NoError(t, err)
		return func() { stdin.Close() }
	}
	says := interrupted(t, os.Interrupt, written, "diagnose", "-", "--out", "run", "--quiet")
	require.Contains(t, says, "what was done is kept in run")
	interrupted(t, syscall.SIGTERM, written, "convert", "-")

	fifo := pipe(t)
	opened := func(io.WriteCloser) func() {
		f, err := os.OpenFile(fifo, os.O_WRONLY, 0) // waits for the program to open it
		require.NoError(t, err)
		return func() { f.Close() }
	}
	says = interrupted(t, os.Interrupt, opened, "diagnose", fifo, "--out", "run", "--quiet")
	require.Contains(t, says, "what was done is kept in run")
}

// TestNamedPipe reads records from a pipe, which must not be consumed by a look
// into it.
func TestNamedPipe(t *testing.T) {
	fifo := pipe(t)
	wrote := make(chan error, 1)
	go func() { wrote <- os.WriteFile(fifo, []byte(record), 0o600) }()
	var out, says bytes.Buffer
	dir := filepath.Join(t.TempDir(), "run")
	require.Equal(t, exitOK, run(t.Context(), []string{"diagnose", fifo, "--out", dir, "--quiet"}, strings.NewReader(""), &out, &says), says.String())
	require.NoError(t, <-wrote)
	records, err := os.ReadFile(filepath.Join(dir, "records.jsonl"))
	require.NoError(t, err)
	require.Contains(t, string(records), `"id":"q1"`)
	require.Equal(t, exitUsage, run(t.Context(), []string{"diagnose", fifo, "--out", dir}, strings.NewReader(""), &out, &says))
	require.Contains(t, says.String(), "can be read only once")
}

// TestNamedPipeOfARun evaluates a run that can be read only once.
func TestNamedPipeOfARun(t *testing.T) {
	fifo, qrels := pipe(t), filepath.Join(t.TempDir(), "qrels")
	require.NoError(t, os.WriteFile(qrels, []byte("q1 0 d1 1\n"), 0o600))
	wrote := make(chan error, 1)
	go func() { wrote <- os.WriteFile(fifo, []byte("q1 Q0 d1 1 2.5 x\n"), 0o600) }()
	var out, says bytes.Buffer
	require.Equal(t, exitOK, run(t.Context(), []string{"metrics", "retrieval", "--run", fifo, "--qrels", qrels, "--measures", "RR"}, strings.NewReader(""), &out, &says), says.String())
	require.NoError(t, <-wrote)
	require.Contains(t, out.String(), "1")
}

// TestInterruptedCommandIsAskedNoMore interrupts experiments on a program while
// it has one request and others wait: that one is answered and kept, and it gets
// no other.
func TestInterruptedCommandIsAskedNoMore(t *testing.T) {
	dir := t.TempDir()
	saved, out, asked, fifo := filepath.Join(dir, "run"), filepath.Join(dir, "out"), filepath.Join(dir, "asked"), pipe(t)
	code, _, stderr := ragdiag(t.Context(), "demo", "--out", saved, "--quiet")
	require.Equal(t, exitOK, code, stderr)
	script := filepath.Join(dir, "answer.sh")
	require.NoError(t, os.WriteFile(script, []byte(`while read -r line; do
	echo asked >> "$1"
	echo asked > "$2" # waits until the test reads it
	read -r go < "$2" # waits until the test writes it
	echo '{"answer":"I cannot tell."}'
done
`), 0o600))
	ctx, interrupt := context.WithCancelCause(t.Context())
	done := make(chan int, 1)
	go func() {
		code, _, _ := ragdiag(ctx, "intervene", saved, "--generator", `cmd:["sh","`+script+`","`+asked+`","`+fifo+`"]`, "--out", out, "--quiet")
		done <- code
	}()
	_, err := os.ReadFile(fifo)
	require.NoError(t, err)
	interrupt(llm.ErrInterrupted)
	require.NoError(t, os.WriteFile(fifo, []byte("go\n"), 0o600))
	require.Equal(t, exitInterrupted, <-done)
	for path, want := range map[string]int{asked: 1, filepath.Join(out, callsFile): 1} {
		b, err := os.ReadFile(path)
		require.NoError(t, err)
		require.Equal(t, want, bytes.Count(b, []byte("\n")), path)
	}
}
