package bleve

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"sync"

	blevesearch "github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/analysis"
	"github.com/blevesearch/bleve/v2/mapping"
	index "github.com/blevesearch/bleve_index_api"

	"github.com/ragdiag/ragdiag/corpus"
	"github.com/ragdiag/ragdiag/trace"
)

// Ranker names how passages are scored.
type Ranker string

// The rankers.
const (
	RankExact Ranker = "exact"       // BM25 as published; the default
	RankTFIDF Ranker = "bleve-tfidf" // bleve's default
	RankBM25  Ranker = "bleve-bm25"  // what bleve calls bm25; its scores move with the segment layout
)

// Rankers lists them, the default first.
func Rankers() []Ranker { return []Ranker{RankExact, RankTFIDF, RankBM25} }

// Index is a complete index, open for reading. It sees one snapshot for as long
// as it is open and may be used by several goroutines at once. Close waits for
// those that are reading; what is asked afterwards ends in ErrClosed.
type Index struct {
	dir      string
	m        Manifest
	checked  bool
	ranker   Ranker
	idx      blevesearch.Index
	reader   index.IndexReader
	analyzer analysis.Analyzer
	store    *store
	pool     sync.Pool // of *accumulator

	inUse  sync.RWMutex // held for reading as long as the mapped files are read
	closed bool         // under inUse

	byDoc func() []int // ordinals sorted by the hash of their document; made at the first call
}

// Open opens the complete index in dir. An empty ranker is RankExact. It fails,
// with what to do about it, if dir holds no index, an unfinished or a damaged
// one, or if another process is writing to it.
func Open(dir string, ranker Ranker) (x *Index, err error) {
	defer guard(dir, &err)()
	m, err := readManifest(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, fmt.Errorf("folder %s holds no index: make one with `ragdiag index CORPUS --out %s`", dir, dir)
	case errors.Is(err, fs.ErrPermission):
		return nil, remedy(dir, err)
	case err != nil:
		return nil, err
	case m.State != StateComplete:
		return nil, fmt.Errorf("index %s is unfinished: run `ragdiag index` with the same corpus and --out again, it continues", dir)
	}
	model := index.TFIDFScoring
	switch ranker {
	case "":
		ranker = RankExact
	case RankExact, RankTFIDF:
	case RankBM25:
		model = index.BM25Scoring
	default:
		return nil, fmt.Errorf("unknown ranker %q: there are %v", ranker, Rankers())
	}
	if m.Files != nil {
		if err := verify(dir, m.Files); err != nil {
			return nil, err
		}
	}
	x = &Index{dir: dir, m: m.Manifest, checked: m.Files != nil, ranker: ranker}
	x.byDoc = sync.OnceValue(x.sortByDoc)
	if x.store, err = openStore(dir); err != nil {
		return nil, remedy(dir, err)
	}
	if len(x.store.entries) != m.Passages {
		x.store.f.Close()
		return nil, fmt.Errorf("index %s is damaged: %d passages stored, %d expected: build it anew with --force", dir, len(x.store.entries), m.Passages)
	}
	config := map[string]any{"read_only": true, "bolt_timeout": lockWait}
	if x.idx, err = blevesearch.OpenUsing(filepath.Join(dir, postingsDir), config); err != nil {
		x.store.f.Close()
		return nil, remedy(dir, err)
	}
	im, ok := x.idx.Mapping().(*mapping.IndexMappingImpl)
	if ok {
		im.ScoringModel = model
		x.analyzer = im.AnalyzerNamed(m.Analyzer)
	}
	advanced, err := x.idx.Advanced()
	if err == nil {
		x.reader, err = advanced.Reader()
	}
	if err == nil {
		var held uint64
		if held, err = x.reader.DocCount(); err == nil && held != uint64(m.Passages) {
			err = fmt.Errorf("the postings hold %d passages of %d", held, m.Passages)
		}
	}
	if err == nil && x.analyzer == nil {
		err = fmt.Errorf("it has no analyser %q", m.Analyzer)
	}
	if err != nil {
		x.Close()
		return nil, remedy(dir, err)
	}
	return x, nil
}

// ErrClosed says that an index was asked after it was closed.
var ErrClosed = errors.New("the index is closed")

// enter keeps the files mapped until leave: to read them afterwards would crash
// the process.
func (x *Index) enter() error {
	x.inUse.RLock()
	if x.closed {
		x.inUse.RUnlock()
		return fmt.Errorf("index %s: %w", x.dir, ErrClosed)
	}
	return nil
}

func (x *Index) leave() { x.inUse.RUnlock() }

// Close waits for readers and releases the files. A second call does nothing.
func (x *Index) Close() error {
	x.inUse.Lock()
	defer x.inUse.Unlock()
	if x.closed {
		return nil
	}
	x.closed = true
	var err error
	if x.reader != nil {
		err = x.reader.Close()
	}
	return errors.Join(err, x.idx.Close(), x.store.f.Close())
}

// Checked reports whether the files were held against checksums when the index
// was opened; one that was built before there were any has none.
func (x *Index) Checked() bool { return x.checked }

// Manifest says what the index was made from.
func (x *Index) Manifest() Manifest { return x.m }

// Name describes the retriever: "bleve exact en".
func (x *Index) Name() string { return fmt.Sprintf("bleve %s %s", x.ranker, x.m.Analyzer) }

// Retrieve returns the depth best passages for a query, best first, with their
// text and score. The list is empty, not nil, if no word of the query is in the
// index. A depth below 1 is an error.
func (x *Index) Retrieve(ctx context.Context, query string, depth int) (found []trace.Hit, err error) {
	defer guard(x.dir, &err)()
	if depth < 1 {
		return nil, fmt.Errorf("retrieval depth %d: ask for at least 1", depth)
	}
	if err := x.enter(); err != nil {
		return nil, err
	}
	defer x.leave()
	rank := x.exact
	if x.ranker != RankExact {
		rank = x.native
	}
	best, err := rank(ctx, query, min(depth, max(1, x.m.Passages)))
	if err != nil {
		return nil, remedy(x.dir, err)
	}
	hits := make([]trace.Hit, len(best))
	for i, s := range best {
		p := s.passage
		hits[i] = trace.Hit{ID: p.ID, Doc: p.Doc, Title: p.Title, Text: p.Text, Date: p.Date, Score: trace.Known(s.score)}
	}
	return hits, nil
}

// native ranks with bleve's own scoring, ties by the order of the corpus.
func (x *Index) native(ctx context.Context, query string, depth int) ([]scored, error) {
	q := blevesearch.NewMatchQuery(query)
	q.SetField(field)
	req := blevesearch.NewSearchRequestOptions(q, depth, 0, false)
	req.SortBy([]string{"-_score", "_id"})
	res, err := x.idx.SearchInContext(ctx, req)
	if err != nil {
		return nil, err
	}
	out := make([]scored, len(res.Hits))
	for i, h := range res.Hits {
		p, err := x.named(h.ID)
		if err != nil {
			return nil, err
		}
		out[i] = scored{p, h.Score}
	}
	return out, nil
}

// Passage returns the passage with an ordinal from 0 to Manifest().Passages − 1,
// in the order of the corpus.
func (x *Index) Passage(ordinal int) (corpus.Passage, error) {
	if err := x.enter(); err != nil {
		return corpus.Passage{}, err
	}
	defer x.leave()
	return x.store.read(ordinal)
}
