package main

import (
	"fmt"
	"io"
	"time"

	"github.com/schollz/progressbar/v3"
)

// progress shows how far a long job is, on stderr: a bar on a terminal, a plain
// line every ten seconds otherwise. Output to stdout is the same bytes either
// way.
type progress struct {
	w     io.Writer
	what  string // what is counted, such as "records"
	n     int
	total int // 0: not known

	bar  *progressbar.ProgressBar // nil: plain lines
	last time.Time
}

const progressEvery = 10 * time.Second

// newProgress starts to show progress on w, or nothing if quiet; total 0 means
// that it is not known.
func newProgress(w io.Writer, what string, total int, quiet bool) *progress {
	if quiet {
		w = io.Discard
	}
	p := &progress{w: w, what: what, total: total, last: time.Now()}
	if f, ok := terminal(w); ok {
		limit := total
		if limit == 0 {
			limit = -1
		}
		p.bar = progressbar.NewOptions(limit,
			progressbar.OptionSetWriter(f),
			progressbar.OptionSetDescription(what),
			progressbar.OptionShowCount(),
			progressbar.OptionShowIts(),
			progressbar.OptionThrottle(100*time.Millisecond),
			progressbar.OptionClearOnFinish(),
		)
	}
	return p
}

// add counts n more.
func (p *progress) add(n int) {
	p.n += n
	if p.bar != nil {
		_ = p.bar.Add(n) // a bar that cannot be drawn is no reason to stop
		return
	}
	if now := time.Now(); now.Sub(p.last) >= progressEvery {
		p.last = now
		if p.total > 0 {
			fmt.Fprintf(p.w, "%d of %d %s\n", p.n, p.total, p.what)
		} else {
			fmt.Fprintf(p.w, "%d %s\n", p.n, p.what)
		}
	}
}

// done takes the bar off the screen.
func (p *progress) done() {
	if p.bar != nil {
		_ = p.bar.Finish()
	}
}
