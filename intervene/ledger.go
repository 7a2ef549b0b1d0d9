package intervene

import (
	"bufio"
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"slices"
	"sync"

	"github.com/ragdiag/ragdiag/rundir"
	"github.com/ragdiag/ragdiag/trace"
)

// Entry is one paid reply.
type Entry struct {
	ID        string       `json:"id"` // of the record
	Arm       string       `json:"arm"`
	Key       string       `json:"key"` // of the prompt
	Replicate int          `json:"replicate"`
	Text      string       `json:"text"`
	Finish    string       `json:"finish_reason,omitzero"`
	Usage     *trace.Usage `json:"usage,omitzero"`
}

type entryKey struct {
	id, key   string
	replicate int
}

// Ledger keeps every paid reply on disk at once, so that after a crash nothing
// is paid for twice. It is safe for concurrent use.
type Ledger struct {
	mu   sync.Mutex
	f    *os.File
	have map[entryKey]Entry
}

// OpenLedger opens the ledger at path, or begins one. A last line that a crash
// tore is cut off; a broken line before it is an error.
func OpenLedger(path string) (*Ledger, error) {
	l := &Ledger{have: map[entryKey]Entry{}}
	b, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	whole := bytes.LastIndexByte(b, '\n') + 1
	sc := bufio.NewReader(bytes.NewReader(b[:whole]))
	for n := 1; ; n++ {
		line, err := sc.ReadBytes('\n')
		if errors.Is(err, io.EOF) {
			break
		}
		var e Entry
		if err := json.Unmarshal(line, &e); err != nil {
			return nil, fmt.Errorf("%s:%d: %w; delete the line: its call is then made again", path, n, err)
		}
		l.have[entryKey{e.ID, e.Key, e.Replicate}] = e
	}
	if whole < len(b) {
		if err := os.Truncate(path, int64(whole)); err != nil {
			return nil, err
		}
	}
	l.f, err = os.OpenFile(path, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o644)
	return l, err
}

// find returns a reply that was paid for earlier.
func (l *Ledger) find(id, key string, replicate int) (Entry, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	e, ok := l.have[entryKey{id, key, replicate}]
	return e, ok
}

// keep writes a reply down.
func (l *Ledger) keep(e Entry) error {
	line, err := json.Marshal(e)
	if err != nil {
		return err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.have[entryKey{e.ID, e.Key, e.Replicate}] = e
	if l.f == nil { // kept in memory only
		return nil
	}
	_, err = l.f.Write(append(line, '\n'))
	return err
}

// Settle puts the ledger on disk into the order of records, prompts and draws, so
// that two equal runs leave the same bytes whichever reply came first. The file
// is replaced whole or not at all. Nothing can be kept after it.
func (l *Ledger) Settle() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.f == nil {
		return nil
	}
	all := slices.SortedFunc(maps.Values(l.have), func(a, b Entry) int {
		return cmp.Or(cmp.Compare(a.ID, b.ID), cmp.Compare(a.Key, b.Key), cmp.Compare(a.Replicate, b.Replicate))
	})
	var b bytes.Buffer
	for _, e := range all {
		line, err := json.Marshal(e)
		if err != nil {
			return err
		}
		b.Write(append(line, '\n'))
	}
	path := l.f.Name()
	err := l.f.Close()
	l.f = nil
	if err != nil {
		return err
	}
	return rundir.WriteFile(path, b.Bytes())
}

// Close ends the ledger.
func (l *Ledger) Close() error {
	if l.f == nil {
		return nil
	}
	return errors.Join(l.f.Sync(), l.f.Close())
}
