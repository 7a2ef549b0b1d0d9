package bleve

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc64"
	"io"
	"os"
	"path/filepath"

	"github.com/ragdiag/ragdiag/corpus"
	"github.com/ragdiag/ragdiag/internal/text"
)

// entry locates one passage in passages.bin. Its position in passages.idx is
// the passage's ordinal, which is its name in bleve.
type entry struct {
	Offset int64
	Size   uint32
	Tokens uint32 // as the analyser counted them
	Doc    uint64 // text.Hash64 of the document ID
	Sum    uint64 // of the stored bytes
}

const entrySize = 32

func (e entry) append(b []byte) []byte {
	b = binary.LittleEndian.AppendUint64(b, uint64(e.Offset))
	b = binary.LittleEndian.AppendUint32(b, e.Size)
	b = binary.LittleEndian.AppendUint32(b, e.Tokens)
	b = binary.LittleEndian.AppendUint64(b, e.Doc)
	return binary.LittleEndian.AppendUint64(b, e.Sum)
}

func parseEntry(b []byte) entry {
	return entry{
		Offset: int64(binary.LittleEndian.Uint64(b)),
		Size:   binary.LittleEndian.Uint32(b[8:]),
		Tokens: binary.LittleEndian.Uint32(b[12:]),
		Doc:    binary.LittleEndian.Uint64(b[16:]),
		Sum:    binary.LittleEndian.Uint64(b[24:]),
	}
}

var sums = crc64.MakeTable(crc64.ECMA)

// encode appends the stored form of p: its strings and numbers, each with its
// length in front.
func encode(b []byte, p corpus.Passage) []byte {
	for _, s := range []string{p.ID, p.Doc, p.Title, p.Date, p.Text} {
		b = binary.AppendUvarint(b, uint64(len(s)))
		b = append(b, s...)
	}
	b = binary.AppendUvarint(b, uint64(p.Start))
	return binary.AppendUvarint(b, uint64(p.End))
}

// decode reads what encode wrote.
func decode(b []byte) (corpus.Passage, error) {
	var p corpus.Passage
	number := func() uint64 {
		v, n := binary.Uvarint(b)
		if n <= 0 {
			b = nil
			return 1 // longer than what is left
		}
		b = b[n:]
		return v
	}
	for _, s := range []*string{&p.ID, &p.Doc, &p.Title, &p.Date, &p.Text} {
		n := number()
		if n > uint64(len(b)) {
			return p, errors.New("damaged passage: build the index anew with --force")
		}
		*s, b = string(b[:n]), b[n:]
	}
	p.Start, p.End = int(number()), int(number())
	return p, nil
}

// store is passages.bin and the entries that point into it.
type store struct {
	dir     string
	f       *os.File
	entries []entry
}

// openStore reads the entries of dir. A torn last entry, and entries whose
// passage is not there, are left out.
func openStore(dir string) (*store, error) {
	f, err := os.Open(filepath.Join(dir, passagesFile))
	if err != nil {
		return nil, err
	}
	s := &store{dir: dir, f: f}
	if err := s.load(); err != nil {
		f.Close()
		return nil, err
	}
	return s, nil
}

func (s *store) load() error {
	stat, err := s.f.Stat()
	if err != nil {
		return err
	}
	idx, err := os.Open(filepath.Join(s.dir, entriesFile))
	if err != nil {
		return err
	}
	defer idx.Close()
	r := bufio.NewReaderSize(idx, 1<<20)
	var b [entrySize]byte
	var end int64
	for {
		_, err := io.ReadFull(r, b[:])
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			return nil
		}
		if err != nil {
			return err
		}
		e := parseEntry(b[:])
		if e.Offset != end || e.Offset+int64(e.Size) > stat.Size() {
			return nil
		}
		end = e.Offset + int64(e.Size)
		s.entries = append(s.entries, e)
	}
}

// read returns the passage with an ordinal.
func (s *store) read(ordinal int) (corpus.Passage, error) {
	e := s.entries[ordinal]
	b := make([]byte, e.Size)
	if _, err := s.f.ReadAt(b, e.Offset); err != nil {
		return corpus.Passage{}, remedy(s.dir, fmt.Errorf("passage %d: %w", ordinal, err))
	}
	p, err := decode(b)
	if err != nil {
		return p, fmt.Errorf("index %s: passage %d: %w", s.dir, ordinal, err)
	}
	return p, nil
}

// appender writes passages and, once they are indexed, their entries.
type appender struct {
	bin, idx *os.File
	buf      *bufio.Writer
	scratch  []byte
	offset   int64
}

// openAppender cuts both files to the given entries and continues after them.
func openAppender(dir string, entries []entry) (*appender, error) {
	bin, err := os.OpenFile(filepath.Join(dir, passagesFile), os.O_CREATE|os.O_RDWR, 0o644)
	if err != nil {
		return nil, err
	}
	idx, err := os.OpenFile(filepath.Join(dir, entriesFile), os.O_CREATE|os.O_RDWR, 0o644)
	if err != nil {
		bin.Close()
		return nil, err
	}
	a := &appender{bin: bin, idx: idx, buf: bufio.NewWriterSize(bin, 1<<20)}
	if n := len(entries); n > 0 {
		a.offset = entries[n-1].Offset + int64(entries[n-1].Size)
	}
	for f, size := range map[*os.File]int64{bin: a.offset, idx: int64(len(entries)) * entrySize} {
		if err == nil {
			err = f.Truncate(size)
		}
		if err == nil {
			_, err = f.Seek(size, io.SeekStart)
		}
	}
	if err != nil {
		a.close()
		return nil, err
	}
	return a, nil
}

// entryOf returns what the entry of p would be at the present end, tokens aside.
func (a *appender) entryOf(p corpus.Passage) entry {
	a.scratch = encode(a.scratch[:0], p)
	return entry{Offset: a.offset, Size: uint32(len(a.scratch)), Doc: text.Hash64(p.Doc), Sum: crc64.Checksum(a.scratch, sums)}
}

// passage appends p.
func (a *appender) passage(p corpus.Passage) (entry, error) {
	e := a.entryOf(p)
	a.offset += int64(e.Size)
	_, err := a.buf.Write(a.scratch)
	return e, err
}

// commit appends entries; their passages must have been flushed.
func (a *appender) commit(entries []entry) error {
	b := make([]byte, 0, len(entries)*entrySize)
	for _, e := range entries {
		b = e.append(b)
	}
	_, err := a.idx.Write(b)
	return err
}

// close flushes and closes both files; it may be called twice.
func (a *appender) close() error {
	err := a.buf.Flush()
	return errors.Join(err, a.bin.Close(), a.idx.Close())
}
