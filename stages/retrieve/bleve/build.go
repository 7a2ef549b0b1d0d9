package bleve

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"sync"

	blevesearch "github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/analysis"
	"github.com/blevesearch/bleve/v2/index/scorch"

	"github.com/ragdiag/ragdiag/corpus"
	"github.com/ragdiag/ragdiag/internal/lock"
	"github.com/ragdiag/ragdiag/internal/text"
)

// Options say how an index is built. The zero value is the recommended setting.
type Options struct {
	Language string              // ISO 639-1 of the corpus; empty: found out from the first documents
	Analyzer string              // one of Analyzers; empty: AnalyzerFor the language
	Chunk    corpus.ChunkOptions // how documents are cut
	Source   string              // where the documents come from, for the manifest

	BatchSize int // passages given to bleve at once; 0: 1000
	Writers   int // batches in flight; 0: 2

	// Force builds anew over an index that is complete, damaged or was begun
	// with other options.
	Force bool

	OnSkip     func(error)    // a document that is left out, and why; one call at a time
	OnProgress func(Progress) // after every document; one call at a time
}

// Progress is how far a build has come.
type Progress struct{ Documents, Passages int }

// Stats is the manifest of a finished build, and how it came about.
type Stats struct {
	Manifest
	Resumed  int      // passages taken over from an earlier, unfinished build
	Warnings []string // what makes the index worse than it could be
}

// languageSample is how many documents decide on the language.
const languageSample = 500

// lockWait is how long to wait for another process before giving up.
const lockWait = "500ms"

// ErrNoDocuments is returned by Build when not one document could be read.
var ErrNoDocuments = errors.New("the corpus holds no document that can be read")

// RefusedError is wrong use of Build: nothing was written.
type RefusedError struct{ Err error }

func (e *RefusedError) Error() string { return e.Err.Error() }

// Unwrap returns the reason.
func (e *RefusedError) Unwrap() error { return e.Err }

func refusef(format string, args ...any) error { return &RefusedError{fmt.Errorf(format, args...)} }

// Build makes an index of docs in the folder dir, which must be absent, empty
// or hold an unfinished index of the same corpus and options: that one is
// continued. A document that cannot be read (*corpus.Error), or whose ID was
// used before, is left out, counted, and told to OnSkip. When ctx ends or the
// disk fails, what was indexed stays, and the same call continues it.
func Build(ctx context.Context, docs iter.Seq2[corpus.Document, error], dir string, o Options) (Stats, error) {
	b, err := newBuilder(dir, o)
	if err != nil {
		return Stats{}, err
	}
	defer b.lock.Release() //nolint:errcheck // the system takes it back in any case
	next, stop := iter.Pull2(docs)
	defer stop()
	sample, err := b.prepare(ctx, next)
	if err != nil {
		return Stats{}, err
	}
	if err := b.open(); err != nil {
		return Stats{}, remedy(dir, err)
	}
	err = b.run(ctx, func(yield func(corpus.Document, error) bool) {
		for _, s := range sample {
			if !yield(s.doc, s.err) {
				return
			}
		}
		for {
			d, err, ok := next()
			if !ok || !yield(d, err) {
				return
			}
		}
	})
	closed := b.close()
	if err != nil {
		return Stats{}, err
	}
	if closed != nil {
		return Stats{}, remedy(dir, closed)
	}
	return b.finish()
}

// builder holds what a build needs while it runs.
type builder struct {
	dir      string
	lock     *lock.Lock
	o        Options
	m        Manifest
	old      []entry // of an earlier, unfinished build
	analyzer analysis.Analyzer
	idx      blevesearch.Index
	out      *appender
	files    string       // where scorch keeps its files
	trouble  <-chan error // background errors of bleve

	hash corpus.Hash
	seen map[uint64]struct{} // passage IDs

	mu     sync.Mutex // guards what follows
	parked map[int]*batch
	nextUp int // sequence number of the batch to commit next
}

// newBuilder checks the options, looks at dir, locks it, and decides whether to
// begin, continue or refuse.
func newBuilder(dir string, o Options) (*builder, error) {
	var err error
	if o.Chunk, err = o.Chunk.Resolve(); err != nil {
		return nil, &RefusedError{err}
	}
	if o.BatchSize < 0 || o.Writers < 0 {
		return nil, refusef("batch size %d and writers %d must not be negative", o.BatchSize, o.Writers)
	}
	if o.BatchSize == 0 {
		o.BatchSize = 1000
	}
	if o.Writers == 0 {
		o.Writers = 2
	}
	if o.Analyzer != "" && !slices.Contains(Analyzers(), o.Analyzer) {
		_, err := newMapping(o.Analyzer)
		return nil, &RefusedError{err}
	}
	b := &builder{dir: dir, o: o, seen: map[uint64]struct{}{}, parked: map[int]*batch{}}
	if err := b.look(); err != nil { // before the lock: nothing is left in a foreign folder
		return nil, err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, remedy(dir, err)
	}
	b.lock, err = lock.Acquire(filepath.Join(dir, lockFile))
	if errors.Is(err, lock.ErrHeld) {
		return nil, fmt.Errorf("index %s: %w: wait until it has ended, or choose another folder", dir, err)
	}
	if err != nil {
		return nil, fmt.Errorf("index %s cannot be locked: choose a folder that you may write to, on a disk of this machine (%w)", dir, err)
	}
	if err := b.begin(); err != nil {
		return nil, errors.Join(err, b.lock.Release())
	}
	return b, nil
}

// look says why nothing can be built in the folder; of an unfinished index it
// takes over the manifest.
func (b *builder) look() error {
	dir, o := b.dir, b.o
	files, err := os.ReadDir(dir)
	// A manifest that is not whole is of a build that is just beginning, or that
	// was stopped there.
	ours := func(e fs.DirEntry) bool { return e.Name() == lockFile || e.Name() == manifestFile+".tmp" }
	if errors.Is(err, fs.ErrNotExist) || err == nil && !slices.ContainsFunc(files, func(e fs.DirEntry) bool { return !ours(e) }) {
		return nil
	}
	if err != nil {
		return remedy(dir, err)
	}
	m, err := readManifest(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return refusef("folder %s is not empty and holds no index: choose another one", dir)
	case o.Force:
		return nil
	case err != nil:
		return err
	case m.State == StateComplete:
		return refusef("folder %s holds a complete index of %d passages: use it, build it anew with --force, or choose another folder", dir, m.Passages)
	case o.Analyzer != "" && o.Analyzer != m.Analyzer, o.Language != "" && o.Language != m.Language, o.Chunk != m.Chunk:
		return refusef("folder %s holds an unfinished index with other options (language %q, analyser %s, passages of %d words, overlap %d): give the same options, or build it anew with --force",
			dir, m.Language, m.Analyzer, m.Chunk.Words, m.Chunk.Overlap)
	}
	b.m = m.Manifest
	return nil
}

// begin makes the folder ready, once it is locked.
func (b *builder) begin() error {
	if err := b.look(); err != nil { // another process may have been faster
		return err
	}
	if b.o.Force {
		return b.wipe()
	}
	if b.m.State != StateBuilding {
		return nil
	}
	b.m.Documents, b.m.Skipped, b.m.Passages, b.m.Tokens, b.m.Untokened = 0, 0, 0, 0, 0
	if s, err := openStore(b.dir); err == nil { // without files there is nothing to continue
		b.old = s.entries
		s.f.Close()
	}
	return nil
}

// wipe removes the files of an index from dir, the manifest last so that a
// half-removed index is not mistaken for something else.
func (b *builder) wipe() error {
	for _, name := range []string{postingsDir, passagesFile, entriesFile, manifestFile + ".tmp", manifestFile} {
		if err := os.RemoveAll(filepath.Join(b.dir, name)); err != nil {
			return remedy(b.dir, err)
		}
	}
	return nil
}

// pulled is an element of the document stream that was read ahead.
type pulled struct {
	doc corpus.Document
	err error
}

// prepare settles language and analyser, reading ahead if it has to, and
// writes the manifest of a new index.
func (b *builder) prepare(ctx context.Context, next func() (corpus.Document, error, bool)) ([]pulled, error) {
	if b.m.State == StateBuilding {
		return nil, nil
	}
	b.m = Manifest{Version: formatVersion, State: StateBuilding, Source: b.o.Source, Language: b.o.Language, Analyzer: b.o.Analyzer, Chunk: b.o.Chunk}
	var sample []pulled
	if b.m.Language == "" {
		for len(sample) < languageSample {
			d, err, ok := next()
			if ctx.Err() != nil {
				return nil, fmt.Errorf("nothing was indexed yet: %w", context.Cause(ctx)) // half a sample is no ground to choose on
			}
			if !ok {
				break
			}
			sample = append(sample, pulled{d, err})
		}
		b.m.Language = text.LanguageOf(func(yield func(string) bool) {
			for _, s := range sample {
				if s.err == nil && !yield(s.doc.Text) {
					return
				}
			}
		})
	}
	if b.m.Analyzer == "" {
		b.m.Analyzer = AnalyzerFor(b.m.Language)
	}
	return sample, remedy(b.dir, saved{Manifest: b.m}.write(b.dir))
}

// open creates or reopens the postings and the passages.
func (b *builder) open() (err error) {
	defer guard(b.dir, &err)()
	m, err := newMapping(b.m.Analyzer)
	if err != nil {
		return err
	}
	b.analyzer = m.AnalyzerNamed(b.m.Analyzer)
	path := filepath.Join(b.dir, postingsDir)
	b.files = filepath.Join(path, "store")
	b.trouble = trouble().listen(b.files)
	defer func() {
		if err != nil {
			trouble().ignore(b.files)
		}
	}()
	config := map[string]any{"bolt_timeout": lockWait, "unsafe_batch": true, "asyncErrorCallbackName": troubleName}
	if len(b.old) > 0 {
		b.idx, err = blevesearch.OpenUsing(path, config)
	} else {
		if err := os.RemoveAll(path); err != nil { // begun, but nothing in it is complete
			return err
		}
		b.idx, err = blevesearch.NewUsing(path, m, scorch.Name, scorch.Name, config)
	}
	if err != nil {
		return err
	}
	if b.out, err = openAppender(b.dir, b.old); err != nil {
		return errors.Join(err, b.idx.Close())
	}
	return nil
}

// close releases the files.
func (b *builder) close() error {
	defer trouble().ignore(b.files)
	return errors.Join(b.idx.Close(), b.out.close())
}

// finish counts what was stored, marks the index complete and warns.
func (b *builder) finish() (Stats, error) {
	if b.m.Documents == 0 {
		return Stats{}, ErrNoDocuments
	}
	s, err := openStore(b.dir)
	if err != nil {
		return Stats{}, remedy(b.dir, err)
	}
	defer s.f.Close()
	if len(s.entries) != b.m.Passages {
		return Stats{}, fmt.Errorf("index %s: %d passages stored, %d expected (another process may have written to it, or the corpus has become shorter): build it anew with --force", b.dir, len(s.entries), b.m.Passages)
	}
	for _, e := range s.entries {
		b.m.Tokens += int64(e.Tokens)
		if e.Tokens == 0 {
			b.m.Untokened++
		}
	}
	if b.m.Density, err = s.density(); err != nil {
		return Stats{}, err
	}
	b.m.Corpus = b.hash.Sum()
	b.m.State = StateComplete
	files, err := sumFiles(b.dir)
	if err != nil {
		return Stats{}, remedy(b.dir, err)
	}
	if err := (saved{Manifest: b.m, Files: files}).write(b.dir); err != nil {
		return Stats{}, remedy(b.dir, err)
	}
	return Stats{Manifest: b.m, Resumed: len(b.old), Warnings: b.m.warnings()}, nil
}
