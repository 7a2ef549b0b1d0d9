package trec

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"

	"github.com/ragdiag/ragdiag/metrics"
)

const chunkSize = 4 * maxLine // bytes

// place says where a line stands: in which chunk, at which offset, and which
// line of the file it is.
type place struct{ chunk, from, number int32 }

// inMemory reads a run whose queries are interleaved: the whole file, its lines
// then put together by query.
func inMemory(ctx context.Context, open func() (io.ReadCloser, error), qrels Qrels, opt Options, c *collector) (err error) {
	file, err := open()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	chunks, err := readChunks(ctx, file)
	if err != nil {
		return err
	}
	b := newTopicBuilder(qrels, opt)
	var first *lineError
	for _, lines := range byQuery(chunks) {
		if err := ctx.Err(); err != nil {
			return err
		}
		le := b.lines(chunks, lines)
		if le != nil && (first == nil || le.line < first.line) {
			first = le
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
	c.addTies(b)
	return nil
}

// readChunks reads a file into pieces of whole lines. A line that fits into no
// chunk is cut; it is too long to be accepted anyway.
func readChunks(ctx context.Context, file io.Reader) ([][]byte, error) {
	br := bufio.NewReaderSize(file, 16)
	if err := skipBOM(br); err != nil {
		return nil, errorf(1, "%s", err)
	}
	var chunks [][]byte
	var carry []byte
	for {
		chunk := make([]byte, chunkSize)
		n := copy(chunk, carry)
		m, err := io.ReadFull(br, chunk[n:])
		chunk = chunk[:n+m]
		if err == io.EOF || err == io.ErrUnexpectedEOF {
			return append(chunks, chunk), nil
		}
		if err = errors.Join(err, ctx.Err()); err != nil {
			return nil, err
		}
		carry = nil
		if end := bytes.LastIndexByte(chunk, '\n'); end >= 0 {
			chunk, carry = chunk[:end+1], chunk[end+1:]
		}
		chunks = append(chunks, chunk)
	}
}

// byQuery puts the lines of each query together, queries in order of their first
// line.
func byQuery(chunks [][]byte) [][]place {
	var queries [][]place
	index := make(map[string]int)
	number := int32(0)
	for c, data := range chunks {
		for from := 0; from < len(data); {
			line := lineAt(data, from)
			number++
			if !skipped(line) {
				query, _ := field(line)
				i, ok := index[string(query)]
				if !ok {
					i = len(queries)
					index[string(query)] = i
					queries = append(queries, nil)
				}
				queries[i] = append(queries[i], place{int32(c), int32(from), number})
			}
			from += len(line) + 1
		}
	}
	return queries
}

// lineAt is the line that starts at the offset, without its newline.
func lineAt(data []byte, from int) []byte {
	data = data[from:]
	if end := bytes.IndexByte(data, '\n'); end >= 0 {
		return data[:end]
	}
	return data
}

// lines takes all the lines of one query, up to the first wrong one.
func (b *topicBuilder) lines(chunks [][]byte, lines []place) *lineError {
	var f [6][]byte
	for i, l := range lines {
		if msg := fields(f[:], lineAt(chunks[l.chunk], int(l.from)), runLayout); msg != "" {
			return errorf(int(l.number), "%s", msg)
		}
		if i == 0 {
			b.begin(f[0])
		}
		if err := b.add(int(l.number), &f); err != nil {
			return err
		}
	}
	return nil
}
