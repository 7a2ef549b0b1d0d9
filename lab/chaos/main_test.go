//go:build unix

package main

import (
	"bytes"
	"io"
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// TestFewTrials makes a few trials of each kind.
func TestFewTrials(t *testing.T) {
	if testing.Short() {
		t.Skip("it builds the program and runs it many times")
	}
	var out bytes.Buffer
	ok, err := run(t.Context(), &out, options{trials: 1, seed: 1, budget: 30 * time.Second})
	require.NoError(t, err)
	require.True(t, ok, out.String())
}

// TestNoProgram ends with an error, and leaves nothing behind, where the program
// under trial or a kind is not there.
func TestNoProgram(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	for _, o := range []options{{binary: "not-there", trials: 1}, {kind: "unheard-of"}} {
		_, err := run(t.Context(), io.Discard, o)
		require.Error(t, err)
		left, err := os.ReadDir(os.TempDir())
		require.NoError(t, err)
		require.Empty(t, left)
	}
	t.Setenv("PATH", "")
	_, err := run(t.Context(), io.Discard, options{trials: 1})
	require.ErrorContains(t, err, "build")
}

// TestShow prints a table that says how to repeat what failed, and what was left.
func TestShow(t *testing.T) {
	all := []tally{{kind: kinds[0], tried: 2, survived: 1, failures: []failure{{7, errTest}}}}
	var out bytes.Buffer
	require.False(t, show(&out, all, options{trials: 3, budget: time.Second}))
	require.Contains(t, out.String(), "| kill | killed up to three times, then run again | 2 | 1 |")
	require.Contains(t, out.String(), "`-kind kill -seed 7 -trials 1`: it said \\x1b[2J")
	require.Contains(t, out.String(), "Not tried within 1s: kill 1 of 3.")
}

// TestHarmless knows what controls a terminal from what we draw.
func TestHarmless(t *testing.T) {
	require.NoError(t, harmless("\x1b[1mTitle\x1b[0m\r\nText ␛[2J\n"))
	for _, bad := range []string{"\x1b[2J", "\x1b[38;5;196m", "\u202e", "\u009b", "\x00", "\xff", "a\rb", "\a"} {
		require.Error(t, harmless(bad), "%q", bad)
	}
}

// TestPageActs knows what acts in a page from what is only shown.
func TestPageActs(t *testing.T) {
	const page = `<script type="application/json">["chaosmark \u003c/script>"]</script><script type="application/json"></script><script>own()</script>`
	require.NoError(t, pageActs([]byte(page+"<p title='chaosmark'>&lt;chaosmark> chaosmark")))
	for _, bad := range []string{
		"<chaosmark>", "<p chaosmark=1>", "<p onclick='chaosmark()'>", "<a href='javascript:chaosmark()'>", "<script></script>",
		"<img src='http://127.0.0.1:1/chaosmark'>", "<iframe></iframe>",
	} {
		require.Error(t, pageActs([]byte(page+bad)), bad)
	}
	require.Error(t, pageActs([]byte("<script>chaosmark()</script><script></script><script></script>")))
}

// TestTruthful knows which exit codes fit what was answered.
func TestTruthful(t *testing.T) {
	for _, tt := range []struct {
		code, answered int
		stderr         string
		want           bool
	}{
		{0, 5, "", true}, {0, 4, "", false}, {4, 4, "", true}, {4, 5, "", false}, {4, 0, "", false}, {1, 0, "", true}, {1, 2, "", false},
		{4, 0, "budget reached", true}, {1, 2, "what was done is kept in run", true}, {1, 5, "what was done is kept in run", false}, {2, 0, "", false},
	} {
		require.Equal(t, tt.want, truthful(ended{code: tt.code, stderr: tt.stderr}, tt.answered, 5), "%+v", tt)
	}
}

type testError string

func (e testError) Error() string { return string(e) }

const errTest = testError("it said\n\x1b[2J")
