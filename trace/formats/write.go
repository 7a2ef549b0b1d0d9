package formats

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"syscall"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"

	"github.com/ragdiag/ragdiag/trace"
)

// Writable lists the formats that can be written.
func Writable() []Format { return []Format{Native, RAGAS, RAGChecker} }

// Writer writes records in one format and counts what that format cannot
// carry. Create or NewWriter makes one; it serves one goroutine.
type Writer struct {
	encode func(*trace.Record) ([]byte, error)
	format Format
	out    *bufio.Writer
	n      int
	lost   []int // as losses, by index

	layers []io.Closer // compressor before file
	file   *os.File    // nil: not ours
	path   string      // where file goes in the end
}

// NewWriter writes to w. Close must be called, and does not close w.
func NewWriter(w io.Writer, f Format) (*Writer, error) {
	out := &Writer{format: f, out: bufio.NewWriterSize(w, headSize), lost: make([]int, len(losses))}
	switch f {
	case Native:
		out.encode = func(rec *trace.Record) ([]byte, error) { return rec.MarshalJSON() }
	case RAGAS:
		out.encode = toRAGAS
	case RAGChecker:
		out.encode = toRAGChecker
	default:
		return nil, fmt.Errorf("format %q cannot be written: the formats are %s", f, names(Writable()))
	}
	return out, nil
}

// Create writes to the file at path, compressed if the name ends in .gz or
// .zst. The file appears whole, when Close has been called, or not at all.
func Create(path string, f Format) (*Writer, error) {
	tmp, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*.part")
	if err != nil {
		return nil, writeError(err)
	}
	discard := func(err error) (*Writer, error) {
		return nil, errors.Join(err, tmp.Close(), os.Remove(tmp.Name()))
	}
	var sink io.Writer = tmp
	var layers []io.Closer
	switch filepath.Ext(path) {
	case ".gz":
		z := gzip.NewWriter(tmp)
		sink, layers = z, append(layers, z)
	case ".zst":
		z, err := zstd.NewWriter(tmp, zstd.WithEncoderConcurrency(1))
		if err != nil {
			return discard(err)
		}
		sink, layers = z, append(layers, z)
	}
	w, err := NewWriter(sink, f)
	if err != nil {
		return discard(err)
	}
	w.layers, w.file, w.path = layers, tmp, path
	return w, nil
}

// The text before, between and after the results of a RAGChecker file.
const (
	documentStart = `{"results":[` + "\n"
	documentComma = ",\n"
	documentEnd   = "\n]}\n"
)

// Write adds rec.
func (w *Writer) Write(rec *trace.Record) error {
	line, err := w.encode(rec)
	if err != nil {
		return &RecordError{Pos: Pos{Record: rec.ID}, Err: err}
	}
	switch {
	case w.format != RAGChecker:
		line = append(line, '\n')
	case w.n == 0:
		line = append([]byte(documentStart), line...)
	default:
		line = append([]byte(documentComma), line...)
	}
	if _, err := w.out.Write(line); err != nil {
		return writeError(err)
	}
	w.n++
	for i, l := range losses {
		if l.isLost(w.format, rec) {
			w.lost[i]++
		}
	}
	return nil
}

// Close ends the output; a file that Create made gets its name now.
func (w *Writer) Close() error {
	if err := w.finish(); err != nil {
		return errors.Join(writeError(err), w.Abort())
	}
	if w.file == nil {
		return nil
	}
	err := errors.Join(w.file.Chmod(0o644), w.file.Sync(), w.file.Close())
	if err == nil {
		err = os.Rename(w.file.Name(), w.path)
	}
	if err != nil {
		err = errors.Join(writeError(err), os.Remove(w.file.Name()))
	}
	w.file = nil
	return err
}

func (w *Writer) finish() error {
	if w.format == RAGChecker {
		if w.n == 0 {
			_, _ = w.out.WriteString(documentStart) // the error stays for Flush
		}
		_, _ = w.out.WriteString(documentEnd)
	}
	if err := w.out.Flush(); err != nil {
		return err
	}
	for _, l := range w.layers {
		if err := l.Close(); err != nil {
			return err
		}
	}
	return nil
}

// Abort gives a file that Create made up, leaving nothing behind. After Close
// it does nothing.
func (w *Writer) Abort() error {
	if w.file == nil {
		return nil
	}
	err := errors.Join(w.file.Close(), os.Remove(w.file.Name()))
	w.file = nil
	return err
}

// writeError says what to do about an output that cannot be written.
func writeError(err error) error {
	switch {
	case errors.Is(err, syscall.ENOSPC):
		return fmt.Errorf("the disk is full: free some space: %w", err)
	case errors.Is(err, os.ErrPermission):
		return fmt.Errorf("no permission to write there: choose another place: %w", err)
	}
	return err
}

// Lost is something that the records held and the format could not carry.
type Lost struct {
	What    string
	Records int // that held it
}

// Lost lists what could not be carried, over all records written.
func (w *Writer) Lost() []Lost {
	var out []Lost
	for i, l := range losses {
		if w.lost[i] > 0 {
			out = append(out, Lost{l.what, w.lost[i]})
		}
	}
	return out
}

// withExtra returns the struct row as JSON with the extra fields behind its
// own. A name of a field of row is never taken from extra.
func withExtra(row any, extra map[string]json.RawMessage) ([]byte, error) {
	body, err := json.Marshal(row)
	if err != nil || len(extra) == 0 {
		return body, err
	}
	own := map[string]bool{}
	for f := range reflect.TypeOf(row).Fields() {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		own[name] = true
	}
	var b bytes.Buffer
	b.Write(body[:len(body)-1])
	for _, name := range sorted(extra) {
		if own[name] {
			continue
		}
		key, err := json.Marshal(name)
		if err != nil {
			return nil, err
		}
		b.WriteByte(',')
		b.Write(key)
		b.WriteByte(':')
		if err := json.Compact(&b, extra[name]); err != nil {
			return nil, fmt.Errorf("extra field %q: %w", name, err)
		}
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

// loss is one row of the table of what formats cannot carry.
type loss struct {
	what string
	has  func(*trace.Record) bool
	kept string // names of the formats that carry it
}

func (l loss) isLost(f Format, rec *trace.Record) bool {
	return f != Native && !strings.Contains(l.kept, string(f)) && l.has(rec)
}

// partOf takes a row over from the table of parts.
func partOf(name, kept string) loss {
	for _, p := range parts {
		if p.name == name {
			return loss{name, p.has, kept}
		}
	}
	panic("formats: no part is named " + name)
}

// losses is what a conversion may lose. What is in neither this table nor
// an encoder would be lost in silence: a test walks the fields of a record.
var losses = []loss{
	partOf("history", ""),
	partOf("queries", ""),
	partOf("candidates", ""),
	{"IDs of passages (not all have one)", someIDs, "ragchecker"},
	{"titles, documents, dates, scores and cuts of passages", hasPassageDetail, ""},
	partOf("structured citations", ""),
	{"finish reason, usage, probabilities and closed-book answer", hasAnswerDetail, ""},
	{"claims of the gold answer", func(r *trace.Record) bool { return r.Gold != nil && r.Gold.Claims != nil }, ""},
	{"gold evidence", func(r *trace.Record) bool { return r.Gold != nil && r.Gold.Evidence != nil }, "ragas"},
	{"gold evidence (any of several sets, or units without common ID or text)", hasUneven, "ragchecker"},
	partOf("answerable flag", ""),
	{"rewrite, date and form of the gold", hasGoldDetail, ""},
	partOf("labels", ""),
	partOf("tags", ""),
	partOf("run", ""),
	partOf("evidence", ""),
	{"answer: there is none, and RAGChecker refuses that", func(r *trace.Record) bool { return r.Answer == nil }, "ragas"},
}

func someIDs(r *trace.Record) bool {
	n := 0
	for _, p := range r.Context {
		if p.ID != "" {
			n++
		}
	}
	return n > 0 && n < len(r.Context)
}

func hasPassageDetail(r *trace.Record) bool {
	for _, p := range r.Context {
		if p.Doc+p.Title+p.Date != "" || p.Truncated || p.Score != (trace.Value{}) {
			return true
		}
	}
	return false
}

func hasAnswerDetail(r *trace.Record) bool {
	a := r.Answer
	return a != nil && (a.FinishReason+a.Closed != "" || a.Logprobs != nil || a.Likelihood != nil || a.Usage != nil)
}

func hasGoldDetail(r *trace.Record) bool {
	g := r.Gold
	return g != nil && (g.Rewrite+g.ValidFrom != "" || g.Format != nil)
}

// hasUneven reports whether toRAGAS leaves out gold evidence or a part of it.
func hasUneven(r *trace.Record) bool {
	if r.Gold == nil || r.Gold.Evidence == nil {
		return false
	}
	if len(r.Gold.Evidence) != 1 {
		return true
	}
	texts, ids := unitTextsAndIDs(r.Gold.Evidence[0])
	for _, u := range r.Gold.Evidence[0] {
		if u.Doc != "" || u.Text != "" && texts == nil || u.ID != "" && ids == nil {
			return true
		}
	}
	return false
}
