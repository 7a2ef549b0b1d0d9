package bleve

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"strconv"

	blevesearch "github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/document"
	index "github.com/blevesearch/bleve_index_api"
	"golang.org/x/sync/errgroup"

	"github.com/ragdiag/ragdiag/corpus"
	"github.com/ragdiag/ragdiag/internal/text"
)

// batch is a stretch of passages that bleve indexes at once.
type batch struct {
	seq     int
	ops     *blevesearch.Batch
	entries []entry
	fields  []*document.TextField
}

// run cuts the documents into batches and has them indexed. When ctx ends, the
// batches under way are finished.
func (b *builder) run(ctx context.Context, docs iter.Seq2[corpus.Document, error]) error {
	group, failed := errgroup.WithContext(context.WithoutCancel(ctx))
	work := make(chan *batch)
	for range b.o.Writers {
		group.Go(func() error {
			for w := range work {
				if err := b.index(failed, w); err != nil {
					return remedy(b.dir, err)
				}
			}
			return nil
		})
	}
	group.Go(func() error {
		defer close(work)
		return b.produce(ctx, failed, docs, work)
	})
	if err := group.Wait(); err != nil {
		return err
	}
	if ctx.Err() != nil {
		return fmt.Errorf("index %s is unfinished, the same command continues it: %w", b.dir, context.Cause(ctx))
	}
	return nil
}

// produce reads documents, stores their passages and sends full batches, until
// ctx ends or a writer has failed.
func (b *builder) produce(ctx, failed context.Context, docs iter.Seq2[corpus.Document, error], work chan<- *batch) error {
	w := &batch{ops: b.idx.NewBatch()}
	send := func() error {
		if len(w.entries) == 0 {
			return nil
		}
		if err := b.out.buf.Flush(); err != nil {
			return remedy(b.dir, err)
		}
		select {
		case work <- w:
			w = &batch{seq: w.seq + 1, ops: b.idx.NewBatch()}
		case <-ctx.Done():
		case <-failed.Done():
		}
		return nil
	}
	for d, err := range docs {
		if ctx.Err() != nil || failed.Err() != nil {
			return nil
		}
		var passages []corpus.Passage
		if err == nil {
			passages, err = b.passages(d)
		}
		if err != nil {
			if _, one := errors.AsType[*corpus.Error](err); !one {
				return err
			}
			b.m.Skipped++
			if b.o.OnSkip != nil {
				b.o.OnSkip(err)
			}
			continue
		}
		b.hash.Add(d)
		b.m.Documents++
		for _, p := range passages {
			if err := b.add(w, p); err != nil {
				return err
			}
			if len(w.entries) == b.o.BatchSize {
				if err := send(); err != nil {
					return err
				}
			}
		}
		if b.o.OnProgress != nil {
			b.o.OnProgress(Progress{b.m.Documents, b.m.Passages})
		}
	}
	return send()
}

// passages cuts d and refuses it if an ID was used before.
func (b *builder) passages(d corpus.Document) ([]corpus.Passage, error) {
	out := corpus.Chunk(d, b.o.Chunk)
	for i, p := range out {
		id := text.Hash64(p.ID)
		if _, used := b.seen[id]; used || p.ID == "" {
			for _, q := range out[:i] {
				delete(b.seen, text.Hash64(q.ID))
			}
			why := errors.New("duplicate ID: it was used before, this document is left out")
			if p.ID == "" {
				why = errors.New("the document has no ID")
			}
			return nil, &corpus.Error{Pos: d.Pos, ID: d.ID, Err: why}
		}
		b.seen[id] = struct{}{}
	}
	return out, nil
}

// add puts p into w, or checks it against what an earlier build did.
func (b *builder) add(w *batch, p corpus.Passage) error {
	ordinal := b.m.Passages
	b.m.Passages++
	if ordinal < len(b.old) {
		if e := b.out.entryOf(p); e.Sum != b.old[ordinal].Sum {
			return refusef("index %s: the corpus has changed since this build was begun (passage %q): build it anew with --force", b.dir, p.ID)
		}
		return nil
	}
	e, err := b.out.passage(p)
	if err != nil {
		return remedy(b.dir, err)
	}
	content := p.Text
	if p.Title != "" {
		content = p.Title + "\n" + p.Text
	}
	f := document.NewTextFieldCustom(field, nil, []byte(content), index.IndexField, b.analyzer)
	doc := document.NewDocument(name(ordinal))
	doc.AddField(f)
	w.entries = append(w.entries, e)
	w.fields = append(w.fields, f)
	return w.ops.IndexAdvanced(doc)
}

// name is what bleve calls the passage with an ordinal; names sort as ordinals do.
func name(ordinal int) string { return fmt.Sprintf("%08x", ordinal) }

// ordinal undoes name.
func ordinal(name string) (int, error) {
	n, err := strconv.ParseUint(name, 16, 32)
	return int(n), err
}

// index has bleve index w and commits, in order, what is complete and on disk,
// so an entry never points to a passage that a crash can lose from the postings.
func (b *builder) index(failed context.Context, w *batch) error {
	onDisk := make(chan error, 1)
	w.ops.SetPersistedCallback(func(err error) { onDisk <- err })
	err := b.idx.Batch(w.ops)
	if err == nil {
		select {
		case err = <-onDisk:
		case err = <-b.trouble:
		case <-failed.Done():
			err = failed.Err()
		}
	}
	if err != nil {
		return err
	}
	for i, f := range w.fields {
		w.entries[i].Tokens = uint32(f.AnalyzedLength())
	}
	w.ops, w.fields = nil, nil
	b.mu.Lock()
	defer b.mu.Unlock()
	b.parked[w.seq] = w
	for {
		ready, ok := b.parked[b.nextUp]
		if !ok {
			return nil
		}
		if err := b.out.commit(ready.entries); err != nil {
			return err
		}
		delete(b.parked, b.nextUp)
		b.nextUp++
	}
}
