package main

import (
	"bytes"
	"context"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ragdiag/ragdiag/lab/mock"
	"github.com/ragdiag/ragdiag/llm"
)

// TestWatch plays what may follow an interruption, with a clock of its own.
func TestWatch(t *testing.T) {
	type play struct {
		done    chan int
		signals chan os.Signal
		ticks   chan time.Time
		calls   int
	}
	for _, tt := range []struct {
		name  string
		calls int
		after func(*play)
		code  int
		says  string
	}{
		{"the command ends", 0, func(p *play) { p.done <- exitOK }, exitInterrupted, ""},
		{"a gate has failed", 0, func(p *play) { p.done <- exitGate }, exitGate, ""},
		{"the command goes on", 0, func(p *play) {
			for range moment {
				p.ticks <- time.Time{}
			}
		}, exitInterrupted, "in the middle of a step"},
		{"replies come", 3, func(p *play) {
			for range replies - 1 {
				p.ticks <- time.Time{}
			}
			p.done <- exitFailed
		}, exitInterrupted, "up to 10s for model replies that are paid for (3 of them)"},
		{"replies do not come", 1, func(p *play) {
			for range replies + moment {
				p.ticks <- time.Time{}
			}
		}, exitInterrupted, "in the middle of a step"},
		{"a second signal", 2, func(p *play) { p.signals <- os.Interrupt }, exitInterrupted, "ended at once"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p := &play{make(chan int), make(chan os.Signal), make(chan time.Time), tt.calls}
			var says bytes.Buffer
			stopped := false
			w := &watch{p.done, p.signals, p.ticks, func() { stopped = true }, func() int { return p.calls }, &says}
			go func() {
				p.signals <- os.Interrupt
				tt.after(p)
			}()
			require.Equal(t, tt.code, w.exitCode())
			require.True(t, stopped)
			require.Contains(t, says.String(), tt.says)
		})
	}
}

// TestInterruptedReplyIsKept interrupts a run while the model is answering: the
// reply, which is paid for, comes and is kept, and no other call is made.
func TestInterruptedReplyIsKept(t *testing.T) {
	impatient(t)
	dir := world(t)
	ctx, interrupt := context.WithCancelCause(t.Context())
	var calls atomic.Int32
	sound := mock.New(mock.Options{})
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		calls.Add(1)
		interrupt(llm.ErrInterrupted)
		sound.ServeHTTP(w, r)
	}))
	defer srv.Close()
	code, _, stderr := asked(t, ctx, dir, srv.URL+"/v1", "out", "--concurrency", "1")
	require.Equal(t, exitInterrupted, code, stderr)
	require.Contains(t, stderr, "run the same command with --out")
	require.Equal(t, int32(1), calls.Load())
	kept, err := filepath.Glob(filepath.Join(dir, "cache-out", "??", "*.json"))
	require.NoError(t, err)
	require.Len(t, kept, 1)
}

// TestInterruptedReport interrupts a report: no half file stays.
func TestInterruptedReport(t *testing.T) {
	dir := t.TempDir()
	saved, page := filepath.Join(dir, "run"), filepath.Join(dir, "page")
	code, _, stderr := ragdiag(t.Context(), "demo", "--out", saved, "--quiet")
	require.Equal(t, exitOK, code, stderr)
	for _, format := range perRecord {
		ctx, interrupt := context.WithCancelCause(t.Context())
		interrupt(llm.ErrInterrupted)
		code, _, stderr := ragdiag(ctx, "report", saved, "--format", format, "--out-file", page)
		require.Equal(t, exitInterrupted, code, format)
		require.Contains(t, stderr, "interrupted")
		require.NoFileExists(t, page)
	}
}
