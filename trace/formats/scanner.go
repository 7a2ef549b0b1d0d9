package formats

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"iter"
)

// jsonArray yields the elements of a JSON document: those of the array that is
// the document or, if key is not empty, of the array of that name in the
// object that is the document.
func jsonArray(r *bufio.Reader, key string) iter.Seq[element] {
	return func(yield func(element) bool) {
		s := scanner{r: r, line: 1}
		err := s.enter(key)
		for err == nil {
			var c byte
			if c, err = s.space(); err != nil || c == ']' {
				break
			}
			line := s.line
			var raw []byte
			raw, err = s.value()
			if err == nil || errors.Is(err, errTooLong) {
				if !yield(element{line: line, json: raw, err: err}) {
					return
				}
				err = s.comma()
			}
		}
		if err != nil {
			yield(element{line: s.line, err: documentError(err)})
		}
	}
}

// jsonValues yields JSON values that follow one another, each over any number
// of lines.
func jsonValues(r *bufio.Reader) iter.Seq[element] {
	return func(yield func(element) bool) {
		s := scanner{r: r, line: 1}
		for {
			if _, err := s.space(); errors.Is(err, io.EOF) {
				return
			}
			line := s.line
			raw, err := s.value()
			if err != nil && !errors.Is(err, errTooLong) {
				yield(element{line: line, err: documentError(err)})
				return
			}
			if !yield(element{line: line, json: raw, err: err}) {
				return
			}
		}
	}
}

// documentError says why a JSON document cannot be read to its end.
func documentError(err error) error {
	var broken *brokenError
	if errors.As(err, &broken) {
		return fmt.Errorf("broken JSON, and what follows it is lost: %w", err)
	}
	if errors.Is(err, io.EOF) {
		err = io.ErrUnexpectedEOF
	}
	return readError(err)
}

// brokenError is a byte where JSON has no place for it.
type brokenError struct {
	got  byte
	want string
}

func (e *brokenError) Error() string { return fmt.Sprintf("found %q instead of %s", e.got, e.want) }

// scanner cuts JSON values out of a stream by their brackets and quotes. What
// is inside a value is checked by its decoder, so that a broken record
// costs only itself.
type scanner struct {
	r    *bufio.Reader
	line int
	buf  []byte
	long bool // the value being read is past maxElement
}

// space passes over white space and returns the byte behind it, unread.
func (s *scanner) space() (byte, error) {
	for {
		c, err := s.r.ReadByte()
		if err != nil {
			return 0, err
		}
		switch c {
		case '\n':
			s.line++
		case ' ', '\t', '\r':
		default:
			return c, s.r.UnreadByte()
		}
	}
}

// expect passes over white space and the byte want.
func (s *scanner) expect(want byte) error {
	c, err := s.space()
	if err != nil {
		return err
	}
	if c != want {
		return &brokenError{c, fmt.Sprintf("%q", want)}
	}
	_, err = s.r.ReadByte()
	return err
}

// comma passes over the comma between two elements; the end stays.
func (s *scanner) comma() error {
	c, err := s.space()
	switch {
	case err != nil || c == ']' || c == '}':
		return err
	case c != ',':
		return &brokenError{c, "a comma or the end"}
	}
	_, err = s.r.ReadByte()
	return err
}

// enter goes to the first element of the array: of the document itself, or of
// the object member named key.
func (s *scanner) enter(key string) error {
	if key == "" {
		return s.expect('[')
	}
	if err := s.expect('{'); err != nil {
		return err
	}
	for {
		name, err := s.member()
		if err != nil {
			return err
		}
		if c, err := s.space(); err == nil && c == '[' && name == key {
			return s.expect('[')
		}
		if _, err := s.value(); err != nil && !errors.Is(err, errTooLong) {
			return err
		}
		if err := s.comma(); err != nil {
			return err
		}
	}
}

// member reads the name of an object member and its colon.
func (s *scanner) member() (string, error) {
	c, err := s.space()
	if err != nil {
		return "", err
	}
	if c != '"' {
		return "", &brokenError{c, "a name"}
	}
	raw, err := s.value()
	if err != nil {
		return "", err
	}
	name := string(raw[1 : len(raw)-1])
	return name, s.expect(':')
}

// keep adds c to the value being read, or notes that there is too much of it.
func (s *scanner) keep(c byte) {
	if len(s.buf) >= maxElement {
		s.long, s.buf = true, nil
	}
	if !s.long {
		s.buf = append(s.buf, c)
	}
}

// value reads one JSON value, valid until the next call. A value past
// maxElement is passed over, and the error is errTooLong.
func (s *scanner) value() ([]byte, error) {
	first, err := s.space()
	if err != nil {
		return nil, err
	}
	s.buf, s.long = s.buf[:0], false
	switch first {
	case '{', '[', '"':
		err = s.nested()
	case ',', ':', '}', ']':
		return nil, &brokenError{first, "a value"}
	default:
		err = s.literal()
	}
	if err == nil && s.long {
		err = errTooLong
	}
	return s.buf, err
}

// nested reads an object, an array or a string.
func (s *scanner) nested() error {
	depth, quoted, escaped := 0, false, false
	for {
		c, err := s.r.ReadByte()
		if err != nil {
			if errors.Is(err, io.EOF) {
				return io.ErrUnexpectedEOF
			}
			return err
		}
		s.keep(c)
		switch {
		case c == '\n':
			s.line++
		case escaped:
			escaped = false
		case quoted && c == '\\':
			escaped = true
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '{' || c == '[':
			depth++
		case c == '}' || c == ']':
			depth--
		}
		if depth == 0 && !quoted {
			return nil
		}
	}
}

// literal reads a number, true, false, null, or a word that has no place here.
func (s *scanner) literal() error {
	for {
		c, err := s.r.ReadByte()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		switch c {
		case ',', ':', '}', ']', '{', '[', '"', ' ', '\t', '\r', '\n':
			return s.r.UnreadByte()
		}
		s.keep(c)
	}
}
