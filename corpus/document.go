package corpus

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"hash"
)

// maxDocument is the longest document read, in bytes, and the longest line.
const maxDocument = 16 << 20

// Document is one unit of a corpus as its owner names it.
type Document struct {
	ID    string
	Title string // empty: none
	Text  string // UTF-8
	Date  string // YYYY, YYYY-MM or YYYY-MM-DD; empty: not known
	Pos   Pos    // where it was read; for messages only
}

// Pos is a place in a file.
type Pos struct {
	File string
	Line int // 1-based; 0: the whole file
}

// String prints file:line.
func (p Pos) String() string {
	if p.Line == 0 {
		return p.File
	}
	return fmt.Sprintf("%s:%d", p.File, p.Line)
}

// Error is a document that could not be read. The documents after it are read
// all the same.
type Error struct {
	Pos Pos
	ID  string // of the document, if it was read that far
	Err error
}

// Error prints file:line, the document and what is wrong.
func (e *Error) Error() string {
	at := e.Pos.String()
	if e.ID != "" {
		at += fmt.Sprintf(": document %q", e.ID)
	}
	return at + ": " + e.Err.Error()
}

// Unwrap returns what is wrong, without the position.
func (e *Error) Unwrap() error { return e.Err }

// Hash names a version of a corpus. The same documents in the same order give
// the same Sum; a changed, added, missing or moved document gives another one.
// The zero Hash is empty and ready to use.
type Hash struct{ h hash.Hash }

// Add takes in the next document.
func (c *Hash) Add(d Document) {
	if c.h == nil {
		c.h = sha256.New()
	}
	var size [8]byte
	for _, s := range []string{d.ID, d.Title, d.Text, d.Date} {
		binary.LittleEndian.PutUint64(size[:], uint64(len(s)))
		c.h.Write(size[:])
		c.h.Write([]byte(s))
	}
}

// Sum returns 16 hexadecimal digits. It may be called at any time.
func (c *Hash) Sum() string {
	if c.h == nil {
		c.h = sha256.New()
	}
	return hex.EncodeToString(c.h.Sum(nil)[:8])
}
