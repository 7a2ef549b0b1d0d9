package formats

import (
	"context"
	"io"
	"os"
)

// ReadOnce reports whether the input at path can be read only once: standard
// input, a named pipe, or what a shell puts for <(command). Such an input cannot
// be looked at or hashed before it is read.
func ReadOnce(path string) bool {
	if path == "-" {
		return true
	}
	st, err := os.Stat(path)
	return err == nil && !st.Mode().IsRegular() && !st.IsDir()
}

// await opens and reads something that may make us wait without end, until ctx
// ends. A call that is given up goes on in its goroutine, and what it reads is
// lost.
func await(ctx context.Context, open func() (io.ReadCloser, error)) (io.ReadCloser, error) {
	if ctx.Done() == nil {
		return open()
	}
	r := &awaited{ctx: ctx}
	_, err := r.do(func() (n int, err error) {
		r.r, err = open()
		return 0, err
	})
	return r, err
}

type awaited struct {
	ctx context.Context
	r   io.ReadCloser
	buf []byte
}

// do returns what call does, or why ctx ended.
func (a *awaited) do(call func() (int, error)) (int, error) {
	if a.ctx.Err() != nil {
		return 0, context.Cause(a.ctx)
	}
	type outcome struct {
		n   int
		err error
	}
	done := make(chan outcome, 1)
	go func() {
		n, err := call()
		done <- outcome{n, err}
	}()
	select {
	case o := <-done:
		return o.n, o.err
	case <-a.ctx.Done():
		return 0, context.Cause(a.ctx)
	}
}

// Read reads into a buffer of its own: a call that was given up must not write
// into b.
func (a *awaited) Read(b []byte) (int, error) {
	if len(a.buf) < len(b) {
		a.buf = make([]byte, len(b))
	}
	own := a.buf[:len(b)]
	n, err := a.do(func() (int, error) { return a.r.Read(own) })
	return copy(b, own[:n]), err
}

// Close closes what was opened.
func (a *awaited) Close() error { return a.r.Close() }
