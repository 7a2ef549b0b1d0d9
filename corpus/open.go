package corpus

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"

	"github.com/klauspost/compress/zstd"
)

// Format is how a corpus is stored.
type Format string

// The formats that Open tells apart.
const (
	FormatBEIR   Format = "beir"   // JSON lines with "_id", "title", "text"
	FormatJSONL  Format = "jsonl"  // JSON lines with an ID and a text under their usual names
	FormatFolder Format = "folder" // .txt, .md and .html files, at any depth
	FormatFile   Format = "file"   // one such file
	FormatSQuAD  Format = "squad"  // SQuAD or XQuAD JSON; each paragraph is a document
	FormatTREC   Format = "trec"   // <DOC><DOCNO>…</DOCNO>…</DOC>
)

// Info says what Open found.
type Info struct {
	Path   string // the file or folder that is read
	Format Format
	Bytes  int64 // size on disk; for a folder 0

	// Read returns how many of the Bytes the stream has taken in so far. It may
	// be called from another goroutine.
	Read func() int64
}

// peekSize is how much of a file decides its format.
const peekSize = 64 << 10

// reader yields the documents of an opened file; name is for messages.
type reader func(ctx context.Context, r *bufio.Reader, name string) iter.Seq2[Document, error]

// Open finds out what path holds and returns its documents as a stream that
// may be read more than once. An *Error in the stream concerns one document;
// any other error is the last element. IDs are as they stand: the index reports
// those that come twice. Open itself fails if the path cannot be read, is empty
// or binary, or holds nothing that it knows.
func Open(ctx context.Context, path string) (iter.Seq2[Document, error], Info, error) {
	stat, err := os.Stat(path)
	if err != nil {
		return nil, Info{}, fmt.Errorf("corpus: %w", err)
	}
	if stat.IsDir() {
		inner := filepath.Join(path, "corpus.jsonl")
		if in, err := os.Stat(inner); err == nil && in.Mode().IsRegular() {
			return Open(ctx, inner) // a BEIR folder
		}
		return folder(ctx, path), Info{Path: path, Format: FormatFolder, Read: func() int64 { return 0 }}, nil
	}
	if !stat.Mode().IsRegular() {
		return nil, Info{}, fmt.Errorf("corpus %s is neither a file nor a folder: write it into a file first, since it is read more than once", path)
	}
	var taken atomic.Int64
	info := Info{Path: path, Bytes: stat.Size(), Read: taken.Load}
	var read reader
	err = withFile(path, new(atomic.Int64), func(r *bufio.Reader) error {
		head, err := r.Peek(peekSize)
		if err != nil && !errors.Is(err, io.EOF) {
			return err
		}
		info.Format, err = detect(head, path)
		return err
	})
	if err != nil {
		return nil, Info{}, fmt.Errorf("corpus %s: %w", path, err)
	}
	switch info.Format {
	case FormatTREC:
		read = trec
	case FormatSQuAD:
		read = squad
	case FormatFile:
		read = wholeFile
	default:
		read = jsonLines
	}
	docs := func(yield func(Document, error) bool) {
		stopped := false
		taken.Store(0)
		err := withFile(path, &taken, func(r *bufio.Reader) error {
			for d, err := range read(ctx, r, path) {
				if !yield(d, err) {
					stopped = true
					break
				}
			}
			return nil
		})
		if err != nil && !stopped {
			yield(Document{}, fmt.Errorf("corpus %s: %w", path, err))
		}
	}
	return docs, info, nil
}

// withFile hands the decompressed content of path to do, and adds the bytes
// read from disk to taken.
func withFile(path string, taken *atomic.Int64, do func(*bufio.Reader) error) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	r, closer, err := decompress(&meter{f, taken})
	if err != nil {
		return err
	}
	defer closer()
	return do(r)
}

// meter counts the bytes that pass through.
type meter struct {
	r io.Reader
	n *atomic.Int64
}

func (m *meter) Read(p []byte) (int, error) {
	n, err := m.r.Read(p)
	m.n.Add(int64(n))
	return n, err
}

// decompress undoes gzip and zstd, told by their first bytes, and drops a UTF-8
// byte order mark.
func decompress(f io.Reader) (*bufio.Reader, func(), error) {
	raw := bufio.NewReaderSize(f, peekSize)
	done := func() {}
	magic, _ := raw.Peek(4)
	out := raw
	switch {
	case bytes.HasPrefix(magic, []byte{0x1f, 0x8b}):
		z, err := gzip.NewReader(raw)
		if err != nil {
			return nil, nil, fmt.Errorf("gzip: %w", err)
		}
		out = bufio.NewReaderSize(z, peekSize)
	case bytes.Equal(magic, []byte{0x28, 0xb5, 0x2f, 0xfd}):
		z, err := zstd.NewReader(raw, zstd.WithDecoderConcurrency(1))
		if err != nil {
			return nil, nil, fmt.Errorf("zstd: %w", err)
		}
		out, done = bufio.NewReaderSize(z, peekSize), z.Close
	}
	if mark, _ := out.Peek(3); string(mark) == "\ufeff" {
		out.Discard(3) // cannot fail: it was peeked
	}
	return out, done, nil
}

// detect names the format of a file that begins with head.
func detect(head []byte, path string) (Format, error) {
	text := bytes.TrimSpace(head)
	switch {
	case len(text) == 0:
		return "", errors.New("the file is empty")
	case bytes.HasPrefix(head, []byte{0xff, 0xfe}), bytes.HasPrefix(head, []byte{0xfe, 0xff}):
		return "", errors.New("the file is UTF-16: convert it to UTF-8 first")
	case bytes.IndexByte(head, 0) >= 0:
		return "", errors.New("the file is binary: give JSON lines, SQuAD JSON, TREC documents, or a folder of text files")
	case text[0] == '{':
		return detectJSON(text), nil
	case isTREC(text):
		return FormatTREC, nil
	case textKind(path) != "":
		return FormatFile, nil
	}
	return "", fmt.Errorf("not a format that is known (it begins with %.40q): give JSON lines with an ID and a text, SQuAD JSON, TREC documents, or a folder of .txt, .md and .html files", text)
}

// isTREC reports whether the text begins with a <DOC> element.
func isTREC(text []byte) bool {
	return len(text) >= 5 && strings.EqualFold(string(text[:5]), "<doc>")
}

// detectJSON looks at the keys of the first object.
func detectJSON(text []byte) Format {
	dec := json.NewDecoder(bytes.NewReader(text))
	depth, key := 0, true
	for {
		tok, err := dec.Token()
		if err != nil {
			return FormatJSONL // its reader says which line is wrong
		}
		switch t := tok.(type) {
		case json.Delim:
			if t == '{' || t == '[' {
				depth++
			} else {
				depth--
			}
			key = true
			if depth == 0 {
				return FormatJSONL
			}
		case string:
			if depth != 1 || !key {
				key = true
				continue
			}
			switch t {
			case "data":
				if next, _ := dec.Token(); next == json.Delim('[') {
					return FormatSQuAD
				}
				return FormatJSONL
			case "_id":
				return FormatBEIR
			}
			key = false // its value comes next
		default:
			key = true
		}
	}
}
