package trec

import (
	"bufio"
	"bytes"
	"context"
	"io"
)

const blockSize = 1 << 20 // bytes; a block grows if a query does not fit

// cut reads the file into blocks of size bytes or more that end where a query
// ends. Buffers come from free; a nil one is made.
func cut(ctx context.Context, file io.Reader, size int, free <-chan []byte, blocks chan<- block) error {
	br := bufio.NewReaderSize(file, 16)
	if err := skipBOM(br); err != nil {
		return errorf(1, "%s", err)
	}
	var carry []byte // the beginning of a query, from the end of the last block
	for index, last := 0, false; !last; index++ {
		var buf []byte
		select {
		case buf = <-free:
		case <-ctx.Done():
			return ctx.Err()
		}
		if cap(buf) < size || cap(buf) < 2*len(carry) {
			buf = make([]byte, max(size, 2*len(carry)))
		}
		buf = buf[:cap(buf)]
		filled := copy(buf, carry)
		end := 0
		for {
			n, err := io.ReadFull(br, buf[filled:])
			filled += n
			if last = err == io.EOF || err == io.ErrUnexpectedEOF; last {
				end = filled
				break
			}
			if err != nil {
				return err
			}
			if end = lastQuery(buf[:filled]); end > 0 {
				break
			}
			if filled-bytes.LastIndexByte(buf[:filled], '\n') > maxLine+1 {
				end = filled // let the worker find the line that is too long
				break
			}
			buf = append(buf, make([]byte, len(buf))...)
		}
		carry = append(carry[:0], buf[end:filled]...)
		select {
		case blocks <- block{index, buf, buf[:end]}:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}

// lastQuery is the offset at which the last query of the data begins whose lines
// are together; what lies before are whole queries. 0 if all is one query.
func lastQuery(data []byte) int {
	end := bytes.LastIndexByte(data, '\n') + 1 // the last line may be torn
	start, query := end, []byte(nil)
	for start > 0 {
		from := bytes.LastIndexByte(data[:start-1], '\n') + 1
		if line := data[from : start-1]; !skipped(line) {
			q, _ := field(line)
			if query == nil {
				query = q
			} else if !bytes.Equal(q, query) {
				return start
			}
		}
		start = from
	}
	return 0
}
