package trec

import (
	"bytes"
	"context"
	"errors"
	"io"

	"github.com/ragdiag/ragdiag/metrics"
)

// inMemory reads a run whose queries are interleaved: the whole file, its lines
// then put together by query.
func inMemory(ctx context.Context, open func() (io.ReadCloser, error), qrels Qrels, opt Options, c *collector) (err error) {
	file, err := open()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	data, err := io.ReadAll(file)
	if err != nil {
		return err
	}
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))

	type line struct{ from, to, number int }
	var queries [][]line // in order of first appearance
	place := make(map[string]int)
	for from, number := 0, 1; from < len(data); number++ {
		to := len(data)
		if n := bytes.IndexByte(data[from:], '\n'); n >= 0 {
			to = from + n
		}
		if text := data[from:to]; !skipped(text) {
			query, _ := field(text)
			i, ok := place[string(query)]
			if !ok {
				i = len(queries)
				place[string(query)] = i
				queries = append(queries, nil)
			}
			queries[i] = append(queries[i], line{from, to, number})
		}
		from = to + 1
	}

	b := newTopicBuilder(qrels, opt)
	var first *lineError
	var f [6][]byte
	for _, lines := range queries {
		if err := ctx.Err(); err != nil {
			return err
		}
		for i, l := range lines {
			le := (*lineError)(nil)
			if msg := fields(f[:], data[l.from:l.to], runLayout); msg != "" {
				le = errorf(l.number, "%s", msg)
			} else {
				if i == 0 {
					b.begin(f[0])
				}
				le = b.add(l.number, &f)
			}
			if le != nil {
				if first == nil || le.line < first.line {
					first = le
				}
				break
			}
		}
		if first == nil {
			if err := c.add(result{topics: []metrics.Topic{b.topic()}}); err != nil {
				return err
			}
		}
	}
	if first != nil {
		return first
	}
	return nil
}
