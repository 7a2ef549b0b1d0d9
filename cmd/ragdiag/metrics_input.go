package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
	"github.com/spf13/cobra"
)

const maxRecord = 16 << 20 // bytes in a line of records

// openInput opens a file, or standard input for "-", and unpacks gzip and zstd.
func openInput(cmd *cobra.Command, path string) (io.ReadCloser, error) {
	file := io.NopCloser(cmd.InOrStdin())
	if path != "-" {
		f, err := os.Open(path)
		if err != nil {
			return nil, usageErrorf("%w", err)
		}
		file = f
	}
	br := bufio.NewReaderSize(file, 64<<10)
	switch head, _ := br.Peek(4); {
	case bytes.HasPrefix(head, []byte{0x1f, 0x8b}):
		z, err := gzip.NewReader(br)
		if err != nil {
			return nil, usageErrorf("%s: %w", path, err)
		}
		return unpacked{z, file}, nil
	case bytes.Equal(head, []byte{0x28, 0xb5, 0x2f, 0xfd}):
		z, err := zstd.NewReader(br)
		if err != nil {
			return nil, usageErrorf("%s: %w", path, err)
		}
		return unpacked{z.IOReadCloser(), file}, nil
	}
	return unpacked{io.NopCloser(br), file}, nil
}

type unpacked struct {
	io.ReadCloser
	file io.Closer
}

func (u unpacked) Close() error { return errors.Join(u.ReadCloser.Close(), u.file.Close()) }

// recordID is an id: a JSON string or number.
type recordID string

func (id *recordID) UnmarshalJSON(b []byte) error {
	var s string
	if len(b) > 0 && b[0] == '"' {
		if err := json.Unmarshal(b, &s); err != nil {
			return err
		}
	} else if err := json.Unmarshal(b, new(float64)); err != nil || string(b) == "null" {
		return errors.New("id must be a string or a number")
	} else {
		s = string(b)
	}
	*id = recordID(s)
	return nil
}

// given is a value in a list. It refuses null, which encoding/json would read
// as 0, false or "".
type given[T any] struct{ value T }

func (g *given[T]) UnmarshalJSON(b []byte) error {
	if string(b) == "null" {
		return errors.New("null stands where a value is needed")
	}
	return json.Unmarshal(b, &g.value)
}

// values takes the values out. No list stays nil.
func values[T any](list []given[T]) []T {
	if list == nil {
		return nil
	}
	out := make([]T, len(list))
	for i, g := range list {
		out[i] = g.value
	}
	return out
}

// eachRecord decodes the lines of a JSONL file into T one after the other.
// Every error names file and line; an id that comes twice is one, and so is a
// file without records.
func eachRecord[T any](cmd *cobra.Command, path string, id func(*T) recordID, use func(*T) error) (err error) {
	in, err := openInput(cmd, path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, in.Close()) }()
	name := path
	if path == "-" {
		name = "standard input"
	}
	br := bufio.NewReaderSize(in, maxRecord+2)
	if head, _ := br.Peek(3); string(head) == "\xef\xbb\xbf" {
		_, _ = br.Discard(3) // what was peeked at can be discarded
	}
	first := make(map[recordID]int)
	for line := 1; ; line++ {
		text, readErr := br.ReadSlice('\n')
		switch {
		case errors.Is(readErr, bufio.ErrBufferFull):
			return usageErrorf("%s:%d: the line has more than %d bytes", name, line, maxRecord)
		case readErr != nil && readErr != io.EOF:
			return failErrorf("%s:%d: %w", name, line, readErr)
		}
		if text = bytes.TrimSpace(text); len(text) > 0 {
			if err := ctxErr(cmd); err != nil {
				return err
			}
			var rec T
			err := decodeRecord(text, &rec)
			if err == nil {
				at, twice := first[id(&rec)]
				switch {
				case id(&rec) == "":
					err = errors.New(`no "id"`)
				case twice:
					err = fmt.Errorf("the id %q was given on line %d already", id(&rec), at)
				default:
					first[id(&rec)] = line
					err = use(&rec)
				}
			}
			if err != nil {
				return usageErrorf("%s:%d: %w", name, line, err)
			}
		}
		if readErr == io.EOF {
			if len(first) == 0 {
				return usageErrorf("%s:%d: the file holds no record", name, line)
			}
			return nil
		}
	}
}

func decodeRecord(text []byte, rec any) error {
	if !utf8.Valid(text) {
		return errors.New("not UTF-8: convert the file first, for example with: iconv -f LATIN1 -t UTF-8")
	}
	if half := loneSurrogate(text); half != "" {
		return fmt.Errorf("%s is half of a surrogate pair, which is no character", half)
	}
	err := json.Unmarshal(text, rec)
	if te := (*json.UnmarshalTypeError)(nil); errors.As(err, &te) && te.Field != "" {
		return fmt.Errorf("%q cannot be: %s", te.Field, te.Value)
	}
	if err != nil {
		return fmt.Errorf("not a record: %w", err)
	}
	return nil
}

// loneSurrogate finds an escape such as \ud800 that is not part of a pair.
// encoding/json would make U+FFFD of it, and different texts equal.
func loneSurrogate(text []byte) string {
	for i := 0; i+1 < len(text); i++ {
		if text[i] != '\\' {
			continue
		}
		unit := escapedUnit(text[i:])
		switch {
		case utf16.IsSurrogate(unit) && utf16.DecodeRune(unit, escapedUnit(text[i+6:])) == utf8.RuneError:
			return string(text[i : i+6])
		case utf16.IsSurrogate(unit):
			i += 11
		default:
			i++ // the escaped character, which may be a backslash
		}
	}
	return ""
}

// escapedUnit is the UTF-16 unit that an escape \uXXXX at the start of b stands for, or 0.
func escapedUnit(b []byte) rune {
	if len(b) < 6 || b[0] != '\\' || b[1] != 'u' {
		return 0
	}
	n, err := strconv.ParseUint(string(b[2:6]), 16, 16)
	if err != nil {
		return 0
	}
	return rune(n)
}

// ctxErr is the reason why the command should stop, if there is one.
func ctxErr(cmd *cobra.Command) error {
	if ctx := cmd.Context(); ctx != nil {
		return ctx.Err()
	}
	return nil
}
