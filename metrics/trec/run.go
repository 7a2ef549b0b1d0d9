package trec

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"io"
	"maps"
	"runtime"
	"slices"
	"strings"
	"sync"

	"github.com/ragdiag/ragdiag/metrics"
)

// Options for reading a run. The zero value is the recommended setting.
type Options struct {
	Float32 bool  // compare scores as 32-bit numbers, as trec_eval 9 does
	Cuts    []int // cutoffs k ≥ 1 for Run.Ties
	Workers int   // goroutines; 0 means one for each CPU
}

// Run is what a run says about judged queries.
type Run struct {
	Topics  []metrics.Topic // queries that the qrels name too, by ID in bytes
	Missing []string        // queries of the qrels that the run does not name, sorted
	Ties    []int           // for each of Options.Cuts, topics whose documents at ranks k and k+1 have the same score
	Ignored int             // queries of the run that the qrels do not name
	Lines   int             // documents read, ignored queries included
}

// WithMissing are the run's topics and, among them by ID, those of the judged
// queries that it does not name, for which nothing was retrieved.
func WithMissing(run Run, qrels Qrels) []metrics.Topic {
	all := slices.Clone(run.Topics)
	for _, q := range run.Missing {
		all = append(all, metrics.Topic{ID: q, Grades: grades(qrels[q])})
	}
	slices.SortFunc(all, byID)
	return all
}

func byID(a, b metrics.Topic) int { return strings.Compare(a.ID, b.ID) }

// ReadRun reads a run; name stands for it in errors. open is called a second
// time if the lines of a query are not together. The result is the same
// for any number of workers; so is the error, which is that of the first line
// that is wrong.
func ReadRun(ctx context.Context, name string, open func() (io.ReadCloser, error), qrels Qrels, opt Options) (Run, error) {
	c := collector{qrels: qrels, seen: make(map[string]bool)}
	err := inBlocks(ctx, open, qrels, opt, blockSize, &c)
	if errors.Is(err, errInterleaved) {
		c = collector{qrels: qrels, seen: make(map[string]bool)}
		err = inMemory(ctx, open, qrels, opt, &c)
	}
	if le := (*lineError)(nil); errors.As(err, &le) {
		return Run{}, &Error{name, le.line, le.msg}
	}
	if err != nil {
		return Run{}, err
	}
	if c.run.Lines == 0 {
		return Run{}, &Error{name, max(c.lines, 1), "the file holds no retrieved document"}
	}
	return c.finish(), nil
}

func (e *lineError) Error() string { return e.msg }

var errInterleaved = errors.New("the lines of a query do not stand together")

// result is what a worker makes of one block.
type result struct {
	index  int
	lines  int // lines in the block
	topics []metrics.Topic
	err    *lineError // its line counts from the start of the block
}

// collector joins results in the order of their blocks.
type collector struct {
	qrels Qrels
	seen  map[string]bool
	lines int
	run   Run
}

func (c *collector) add(r result) error {
	for _, t := range r.topics {
		if c.seen[t.ID] {
			return errInterleaved
		}
		c.seen[t.ID] = true
		c.run.Lines += t.Retrieved
		if c.qrels[t.ID] == nil {
			c.run.Ignored++
			continue
		}
		c.run.Topics = append(c.run.Topics, t)
	}
	if r.err != nil {
		return &lineError{c.lines + r.err.line, r.err.msg}
	}
	c.lines += r.lines
	return nil
}

func (c *collector) finish() Run {
	slices.SortFunc(c.run.Topics, byID)
	for _, q := range slices.Sorted(maps.Keys(c.qrels)) {
		if !c.seen[q] {
			c.run.Missing = append(c.run.Missing, q)
		}
	}
	return c.run
}

// inBlocks reads the run once: one goroutine cuts it into blocks of whole
// queries, the workers turn them into topics, and the results are collected in
// order. As many blocks exist at a time as there are buffers, of size bytes or more.
func inBlocks(ctx context.Context, open func() (io.ReadCloser, error), qrels Qrels, opt Options, size int, c *collector) (err error) {
	file, err := open()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close()) }()

	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	workers := opt.Workers
	if workers < 1 {
		workers = runtime.GOMAXPROCS(0)
	}
	builders := make([]*topicBuilder, workers)
	for i := range builders {
		builders[i] = newTopicBuilder(qrels, opt)
	}
	blocks, results := make(chan block), make(chan result)
	free := make(chan []byte, workers+2)
	for range cap(free) {
		free <- nil
	}
	var readErr error
	var work sync.WaitGroup
	work.Go(func() {
		defer close(blocks)
		readErr = cut(ctx, file, size, free, blocks)
	})
	for _, b := range builders {
		work.Go(func() {
			for bl := range blocks {
				r := b.block(bl)
				free <- bl.buf // never waits: there are no more buffers than places
				select {
				case results <- r:
				case <-ctx.Done():
				}
			}
		})
	}
	go func() { work.Wait(); close(results) }()

	pending, next := make(map[int]result), 0
	for r := range results {
		pending[r.index] = r
		for err == nil {
			r, ok := pending[next]
			if !ok {
				break
			}
			delete(pending, next)
			next++
			if err = c.add(r); err != nil {
				cancel()
			}
		}
	}
	if err != nil {
		return err
	}
	if le := (*lineError)(nil); errors.As(readErr, &le) {
		return &lineError{c.lines + le.line, le.msg}
	}
	c.addTies(builders...)
	return cmp.Or(readErr, ctx.Err())
}

// addTies adds up what the builders counted.
func (c *collector) addTies(builders ...*topicBuilder) {
	for _, b := range builders {
		if c.run.Ties == nil {
			c.run.Ties = make([]int, len(b.ties))
		}
		for i, n := range b.ties {
			c.run.Ties[i] += n
		}
	}
}

// block is a part of the file that holds whole queries.
type block struct {
	index int
	buf   []byte // to be given back
	data  []byte
}

// block turns a block into topics. It goes on to the first wrong line.
func (b *topicBuilder) block(bl block) result {
	r := result{index: bl.index}
	var f [6][]byte
	open := false
	for data := bl.data; len(data) > 0; {
		var line []byte
		if end := bytes.IndexByte(data, '\n'); end >= 0 {
			line, data = data[:end], data[end+1:]
		} else {
			line, data = data, nil
		}
		r.lines++
		if skipped(line) {
			continue
		}
		if msg := fields(f[:], line, runLayout); msg != "" {
			r.err = errorf(r.lines, "%s", msg)
			break
		}
		if !open || !bytes.Equal(b.query, f[0]) {
			if open {
				r.topics = append(r.topics, b.topic())
			}
			b.begin(f[0])
			open = true
		}
		if r.err = b.add(r.lines, &f); r.err != nil {
			break
		}
	}
	if open {
		r.topics = append(r.topics, b.topic())
	}
	return r
}
