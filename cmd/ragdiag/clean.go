package main

import (
	"io"
	"os"
	"regexp"
	"sync"
	"unicode/utf8"

	"golang.org/x/term"

	"github.com/ragdiag/ragdiag/report"
)

// cleaned makes what is written to it safe for a terminal: texts of traces,
// servers and file names may hold sequences that move the cursor, change the
// title or hide what follows. Colours pass once color has been set, by those who
// draw and clean their texts themselves.
type cleaned struct {
	w io.Writer

	mu    sync.Mutex // guards what follows
	color bool
	rest  []byte // the beginning of a character or a colour whose end is to come
}

var (
	colour    = regexp.MustCompile("\x1b\\[[0-9;]*m")
	begun     = regexp.MustCompile("\x1b(\\[[0-9;]*)?$")
	longBegun = 32 // bytes: no colour is that long
)

// Write writes b, with what cannot be shown made visible.
func (c *cleaned) Write(b []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	text := append(c.rest, b...)
	whole := len(text)
	for i := 1; i <= min(utf8.UTFMax-1, len(text)); i++ {
		if tail := text[len(text)-i:]; utf8.RuneStart(tail[0]) {
			if !utf8.FullRune(tail) {
				whole -= i
			}
			break
		}
	}
	if at := begun.FindIndex(text[:whole]); c.color && at != nil && whole-at[0] < longBegun {
		whole = at[0]
	}
	c.rest = append([]byte{}, text[whole:]...)
	if _, err := io.WriteString(c.w, c.clean(string(text[:whole]))); err != nil {
		return 0, err
	}
	return len(b), nil
}

func (c *cleaned) clean(s string) string {
	if !c.color {
		return report.Visible(s)
	}
	out, from := "", 0
	for _, at := range colour.FindAllStringIndex(s, -1) {
		out += report.Visible(s[from:at[0]]) + s[at[0]:at[1]]
		from = at[1]
	}
	return out + report.Visible(s[from:])
}

// terminal returns the terminal that w ends at, if it is one.
func terminal(w io.Writer) (*os.File, bool) {
	if c, ok := w.(*cleaned); ok {
		w = c.w
	}
	f, ok := w.(*os.File)
	return f, ok && term.IsTerminal(int(f.Fd()))
}
