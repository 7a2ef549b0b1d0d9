package formats

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"iter"
)

// lineReader cuts a text into lines of at most maxElement bytes. From a mark
// on it keeps what it reads, so that it can go back there.
type lineReader struct {
	r    *bufio.Reader
	line int // number of the line last returned
	buf  []byte

	kept     []byte // whole lines read since a mark
	off      int    // how much of kept has been returned
	marked   bool
	markOff  int
	markLine int
}

// mark remembers the place behind the line last returned.
func (l *lineReader) mark() {
	if l.off > len(l.kept)/2 {
		l.kept = append(l.kept[:0], l.kept[l.off:]...)
		l.off = 0
	}
	l.marked, l.markOff, l.markLine = true, l.off, l.line
}

// back returns to the mark, if there is one.
func (l *lineReader) back() {
	if l.marked {
		l.off, l.line = l.markOff, l.markLine
	}
	l.marked = false
}

// next returns the next line without its end, valid until the next call.
// whole is false if the text ends without a line break. errTooLong concerns
// the one line, which has been passed over; any other error ends the text.
func (l *lineReader) next() (line []byte, whole bool, err error) {
	if l.off < len(l.kept) {
		l.line++
		line, _, whole = bytes.Cut(l.kept[l.off:], []byte{'\n'})
		l.off = min(l.off+len(line)+1, len(l.kept))
		return bytes.TrimRight(line, "\r"), whole, nil
	}
	line, whole, err = l.read()
	switch {
	case !l.marked:
		l.kept, l.off = l.kept[:0], 0
	case err == nil:
		l.kept = append(l.kept, line...)
		if whole {
			l.kept = append(l.kept, '\n')
		}
		l.off = len(l.kept)
	}
	return line, whole, err
}

// read does what next does, from the text itself.
func (l *lineReader) read() (line []byte, whole bool, err error) {
	l.line++
	l.buf = l.buf[:0]
	long := false
	for {
		part, err := l.r.ReadSlice('\n')
		switch {
		case long:
		case len(l.buf)+len(part) > maxElement:
			long, l.buf = true, nil // give the memory back
		case err == nil && len(l.buf) == 0:
			return bytes.TrimRight(part, "\r\n"), true, nil
		default:
			l.buf = append(l.buf, part...)
		}
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
			continue
		case err == nil:
			whole = true
		case !errors.Is(err, io.EOF):
			return nil, false, err
		case len(l.buf) == 0 && !long:
			return nil, false, io.EOF
		}
		if long {
			return nil, whole, errTooLong
		}
		return bytes.TrimRight(l.buf, "\r\n"), whole, nil
	}
}

// jsonLines yields each line that is not blank.
func jsonLines(r *bufio.Reader) iter.Seq[element] {
	return func(yield func(element) bool) {
		lines := lineReader{r: r}
		for {
			line, whole, err := lines.next()
			switch {
			case errors.Is(err, io.EOF):
				return
			case errors.Is(err, errTooLong):
				if !yield(element{line: lines.line, err: err}) {
					return
				}
				continue
			case err != nil:
				yield(element{line: lines.line, err: readError(err)})
				return
			}
			line = bytes.TrimSpace(line)
			if len(line) == 0 {
				continue
			}
			el := element{line: lines.line, json: line}
			if !whole && !closed(line) {
				el.err = errCutOff
			}
			if !yield(el) {
				return
			}
		}
	}
}

// closed reports whether the JSON object line ends where it should.
func closed(line []byte) bool {
	s := scanner{r: bufio.NewReader(bytes.NewReader(line))}
	_, err := s.value()
	return err == nil
}
