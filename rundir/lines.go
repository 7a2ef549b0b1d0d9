package rundir

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"

	"github.com/ragdiag/ragdiag/trace"
)

// lineID returns the ID in a line of records.jsonl or diagnoses.jsonl, which
// is at its beginning because we write it there. ok is false for a line
// that is not whole.
func lineID(line []byte) (id string, ok bool) {
	rest := bytes.TrimPrefix(line, fmt.Appendf(nil, `{"ragdiag":%d,`, trace.Version))
	rest = bytes.TrimPrefix(rest, []byte("{"))
	rest, found := bytes.CutPrefix(rest, []byte(`"id":`))
	if !found || !bytes.HasSuffix(line, []byte("}")) || bytes.IndexByte(line, 0) >= 0 {
		return "", false
	}
	dec := json.NewDecoder(bytes.NewReader(rest))
	return id, dec.Decode(&id) == nil
}

// lines reads the whole lines of one of our own files.
type lines struct {
	f *os.File
	r *bufio.Reader
}

// openLines opens path; a file that is not there has no lines.
func openLines(path string) (*lines, error) {
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return &lines{r: bufio.NewReader(strings.NewReader(""))}, nil
	}
	if err != nil {
		return nil, err
	}
	return &lines{f: f, r: bufio.NewReaderSize(f, 1<<20)}, nil
}

// next returns the next whole line without its end, valid until the next call.
// A torn last line counts as the end, io.EOF.
func (l *lines) next() ([]byte, error) {
	line, err := l.r.ReadSlice('\n')
	if errors.Is(err, bufio.ErrBufferFull) {
		head := bytes.Clone(line)
		line, err = l.r.ReadBytes('\n')
		line = append(head, line...)
	}
	if err != nil {
		return nil, err
	}
	return line[:len(line)-1], nil
}

// Close closes the file.
func (l *lines) Close() {
	if l.f != nil {
		_ = l.f.Close() // it was only read
	}
}

// hardError returns the first error that is not the end of a file.
func hardError(errs ...error) error {
	for _, err := range errs {
		if err != nil && !errors.Is(err, io.EOF) {
			return err
		}
	}
	return nil
}

// cutAt cuts a file to n bytes and returns how many lines went, a torn one
// included. A file that is not there needs no cut.
func cutAt(path string, n int64) (int, error) {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if errors.Is(err, fs.ErrNotExist) {
		return 0, nil
	}
	if err != nil {
		return 0, writeError(err)
	}
	defer f.Close()
	if _, err := f.Seek(n, io.SeekStart); err != nil {
		return 0, err
	}
	cut, torn := 0, false
	r := bufio.NewReader(f)
	for {
		part, err := r.ReadSlice('\n')
		torn = err != nil && (torn || len(part) > 0)
		if err == nil {
			cut++
		} else if !errors.Is(err, bufio.ErrBufferFull) {
			break
		}
	}
	if torn {
		cut++
	}
	if cut == 0 {
		return 0, nil
	}
	return cut, writeError(f.Truncate(n))
}

// cutTorn cuts the torn last line of a file, if there is one.
func cutTorn(path string) error {
	l, err := openLines(path)
	if err != nil {
		return err
	}
	defer l.Close()
	var end int64
	for {
		line, err := l.next()
		if errors.Is(err, io.EOF) {
			_, err = cutAt(path, end)
			return err
		}
		if err != nil {
			return err
		}
		end += int64(len(line)) + 1
	}
}
