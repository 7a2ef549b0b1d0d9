package formats

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"os"
	"unicode/utf8"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

// headSize is how much of an input is looked at to choose its shape.
const headSize = 64 << 10

// errEmpty is the reason of an input without a single record in it.
var errEmpty = errors.New("is empty: there is no record in it")

// openFile opens path for reading; the errors say what to do.
func openFile(path string) (*os.File, error) {
	f, err := os.Open(path)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return nil, errors.New("there is no such file")
	case errors.Is(err, os.ErrPermission):
		return nil, errors.New("no permission to read it")
	case err != nil:
		return nil, err
	}
	if st, err := f.Stat(); err == nil && st.IsDir() {
		return nil, errors.Join(errors.New("is a folder: name the files in it"), f.Close())
	}
	return f, nil
}

// decode returns the text of r: decompressed by its magic bytes, without byte
// order mark. It refuses what is no UTF-8 text at all. The function that it
// returns releases the decompressor.
func decode(r io.Reader) (*bufio.Reader, func(), error) {
	br := bufio.NewReaderSize(r, headSize)
	release := func() {}
	head, err := peek(br)
	if err != nil {
		return nil, nil, err
	}
	switch {
	case bytes.HasPrefix(head, []byte{0x1f, 0x8b}):
		z, err := gzip.NewReader(br)
		if err != nil {
			return nil, nil, err
		}
		br = bufio.NewReaderSize(z, headSize)
	case bytes.HasPrefix(head, []byte{0x28, 0xb5, 0x2f, 0xfd}):
		z, err := zstd.NewReader(br, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(128<<20))
		if err != nil {
			return nil, nil, err
		}
		release = z.Close
		br = bufio.NewReaderSize(z, headSize)
	}
	head, err = peek(br)
	if err == nil {
		err = refuse(head)
	}
	if err != nil {
		release()
		return nil, nil, err
	}
	if bytes.HasPrefix(head, bom) {
		_, _ = br.Discard(len(bom)) // it is in the buffer
	}
	return br, release, nil
}

var bom = []byte("\xef\xbb\xbf")

// peek returns the first bytes of br, at most headSize of them. Damage behind
// the first byte is left for the reader of records to meet and to report.
func peek(br *bufio.Reader) ([]byte, error) {
	head, err := br.Peek(headSize)
	switch {
	case len(head) > 0 || errors.Is(err, io.EOF):
		return head, nil
	default:
		return nil, err
	}
}

// binaries are the files that people hand over by mistake, with the remedy.
var binaries = []struct{ magic, what string }{
	{"PAR1", "a Parquet file: export it as JSON lines first"},
	{"PK\x03\x04", "a zip archive or a spreadsheet: unpack it, or save it as CSV"},
	{"SQLite format 3\x00", "an SQLite database: export the table as CSV or JSON lines"},
	{"%PDF", "a PDF"},
	{"ARROW1", "an Arrow file: export it as JSON lines first"},
	{"BZh", "compressed by bzip2: only gzip and zstd are read"},
	{"\xfd7zXZ\x00", "compressed by xz: only gzip and zstd are read"},
}

// refuse says why a file that begins with head is no text that we read.
func refuse(head []byte) error {
	for _, b := range binaries {
		if bytes.HasPrefix(head, []byte(b.magic)) {
			return errors.New("is " + b.what)
		}
	}
	switch {
	case bytes.HasPrefix(head, []byte{0xff, 0xfe}), bytes.HasPrefix(head, []byte{0xfe, 0xff}), halfNul(head):
		return errors.New("is UTF-16: save it as UTF-8, for example with: iconv -f UTF-16 -t UTF-8")
	case bytes.IndexByte(head, 0) >= 0, mostlyWrong(head):
		return errors.New("is a binary file, or a text that is not in UTF-8: give JSON lines, JSON, CSV or TSV in UTF-8")
	case len(bytes.TrimSpace(bytes.TrimPrefix(head, bom))) == 0 && len(head) < headSize:
		return errEmpty
	}
	return nil
}

// halfNul reports whether about every second byte is zero, as in UTF-16
// without a byte order mark.
func halfNul(b []byte) bool {
	var even, odd int
	for i, c := range b {
		if c == 0 && i%2 == 0 {
			even++
		} else if c == 0 {
			odd++
		}
	}
	return len(b) >= 4 && min(even, odd) == 0 && 5*max(even, odd) > 2*len(b)
}

// mostlyWrong reports whether more than a third of b is control bytes or no
// UTF-8: too much for a text with faults.
func mostlyWrong(b []byte) bool {
	wrong, n := 0, len(b)
	for len(b) > 0 {
		r, size := utf8.DecodeRune(b)
		if r == utf8.RuneError && size == 1 || r < ' ' && r != '\n' && r != '\r' && r != '\t' {
			wrong++
		}
		b = b[size:]
	}
	return 3*wrong > n
}
