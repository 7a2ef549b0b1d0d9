package faults

import (
	"context"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"strings"

	"github.com/ragdiag/ragdiag/corpus"
	"github.com/ragdiag/ragdiag/internal/text"
	"github.com/ragdiag/ragdiag/stages/retrieve/bleve"
	"github.com/ragdiag/ragdiag/trace"
)

// world is a corpus with its sound index, and the unsound indexes that some
// faults need. Those are built when first asked for, and removed by close.
type world struct {
	sound    *bleve.Index
	weights  *text.Weights
	passages []corpus.Passage
	byDoc    map[string][]int // into passages
	byID     map[string]int
	pool     []value // every value of the corpus
	scratch  string
	built    map[string]*bleve.Index
}

func newWorld(index *bleve.Index) (*world, error) {
	w := &world{sound: index, weights: index.Weights(), byDoc: map[string][]int{}, byID: map[string]int{}, built: map[string]*bleve.Index{}}
	for i := range index.Manifest().Passages {
		p, err := index.Passage(i)
		if err != nil {
			return nil, err
		}
		w.passages = append(w.passages, p)
		w.byDoc[p.Doc] = append(w.byDoc[p.Doc], i)
		w.byID[p.ID] = i
		if len(w.pool) < maxPool {
			w.pool = append(w.pool, values(p.Text)...)
		}
	}
	var err error
	w.scratch, err = os.MkdirTemp("", "ragdiag-faults-")
	return w, err
}

// maxPool is enough values to draw another one from.
const maxPool = 2000

func (w *world) close() error {
	for _, x := range w.built {
		x.Close()
	}
	return os.RemoveAll(w.scratch)
}

// index returns the index called name, building it from the passages that
// change yields for each passage of the corpus.
func (w *world) index(ctx context.Context, name string, o bleve.Options, change func(corpus.Passage) []corpus.Document) (*bleve.Index, error) {
	if x := w.built[name]; x != nil {
		return x, nil
	}
	m := w.sound.Manifest()
	o.Language, o.Analyzer = m.Language, m.Analyzer
	if o.Chunk == (corpus.ChunkOptions{}) {
		o.Chunk.Words = -1
	}
	docs := func(yield func(corpus.Document, error) bool) {
		for _, p := range w.passages {
			for _, d := range change(p) {
				if !yield(d, nil) {
					return
				}
			}
		}
	}
	dir := filepath.Join(w.scratch, name)
	if _, err := bleve.Build(ctx, iter.Seq2[corpus.Document, error](docs), dir, o); err != nil {
		return nil, fmt.Errorf("index %q: %w", name, err)
	}
	x, err := bleve.Open(dir, bleve.RankExact)
	if err != nil {
		return nil, fmt.Errorf("index %q: %w", name, err)
	}
	w.built[name] = x
	return x, nil
}

// standalone is a passage as a document of its own, under the passage's ID.
func standalone(p corpus.Passage) corpus.Document {
	return corpus.Document{ID: p.ID, Title: p.Title, Text: p.Text, Date: p.Date}
}

// another names a second edition of a passage as the corpus names passages, so
// that its name tells nothing: by an ID that is free and is before or behind
// the first one's.
func (w *world) another(id string, ahead bool) string {
	doc, chunk := id, ""
	if at := strings.LastIndexByte(id, '#'); at >= 0 {
		doc, chunk = id[:at], id[at:]
	}
	for shift := byte(1); shift < 10; shift++ {
		digits := []byte(doc)
		for i, c := range digits {
			if c >= '0' && c <= '9' {
				digits[i] = '0' + (c-'0'+shift)%10
			}
		}
		other := string(digits)
		_, taken := w.byID[other+chunk]
		if !taken && len(w.byDoc[other]) == 0 && other != doc && (other < doc) == ahead {
			return other + chunk
		}
	}
	if ahead {
		return "a-" + id
	}
	return doc + "-b" + chunk
}

// evidence returns the sentence of a document that holds an accepted answer,
// and its passage.
func (w *world) evidence(doc string, answers []string) (p corpus.Passage, sentence string, ok bool) {
	for _, i := range w.byDoc[doc] {
		p = w.passages[i]
		for _, a := range answers {
			for _, s := range sentences(p.Text) {
				if holds(s, a) {
					return p, s, true
				}
			}
		}
	}
	return corpus.Passage{}, "", false
}

// present reports whether one of the texts holds the whole sentence.
func present(sentence string, texts []string) bool {
	for _, t := range texts {
		if holds(t, sentence) {
			return true
		}
	}
	return false
}

func contextTexts(passages []trace.Passage) []string {
	out := make([]string, len(passages))
	for i, p := range passages {
		out[i] = p.Text
	}
	return out
}

// sameDoc reports whether a passage ID belongs to a document or passage, in any
// chunking.
func sameDoc(id, doc string) bool {
	return id == doc || strings.HasPrefix(id, doc+"#")
}
