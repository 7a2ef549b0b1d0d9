package main

import (
	"bytes"
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
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
		}, exitInterrupted, "up to 10s for 3 model replies"},
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
