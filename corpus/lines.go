package corpus

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
)

// errTooLong is the reason for skipping a line or a file above maxDocument.
var errTooLong = fmt.Errorf("longer than %d MiB: split it or leave it out", maxDocument>>20)

// lineReader reads lines of bounded length and counts them.
type lineReader struct {
	r    *bufio.Reader
	line int // number of the line last returned
	buf  []byte
}

// next returns the next line without its end; it stays valid until the call
// after. A line above maxDocument is read to its end and reported as
// errTooLong, so the reader is at the next line. At the end it is io.EOF.
func (l *lineReader) next() ([]byte, error) {
	l.buf = l.buf[:0]
	long := false
	for {
		part, err := l.r.ReadSlice('\n')
		if len(part) > 0 && len(l.buf) == 0 && !long {
			l.line++
		}
		if len(l.buf)+len(part) > maxDocument+1 {
			long = true
			l.buf = l.buf[:0]
		}
		if !long {
			l.buf = append(l.buf, part...)
		}
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
			continue
		case err != nil && !errors.Is(err, io.EOF):
			return nil, err
		case long:
			return nil, errTooLong
		case err != nil && len(l.buf) == 0:
			return nil, io.EOF
		}
		return bytes.TrimRight(l.buf, "\r\n"), nil
	}
}
