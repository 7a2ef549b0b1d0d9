package trec

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"strconv"
)

// Qrels are relevance judgements: query → document → grade.
type Qrels map[string]map[string]int

const qrelsLayout = "query iteration document grade"

// ReadQrels reads judgements; name stands for the source in errors. A query
// that names a document twice is an error, and so is a file without any line.
func ReadQrels(name string, r io.Reader) (Qrels, error) {
	br := bufio.NewReaderSize(r, maxLine+1)
	if err := skipBOM(br); err != nil {
		return nil, &Error{name, 1, err.Error()}
	}
	qrels := make(Qrels)
	var f [4][]byte
	var query string
	var docs map[string]int
	line := 0
	for {
		text, err := br.ReadSlice('\n')
		if err != nil && err != io.EOF && !errors.Is(err, bufio.ErrBufferFull) {
			return nil, err
		}
		if len(text) == 0 && err == io.EOF {
			break
		}
		if line++; !skipped(text) {
			if msg := fields(f[:], text, qrelsLayout); msg != "" {
				return nil, &Error{name, line, msg}
			}
			grade, err := strconv.ParseInt(string(f[3]), 10, 32)
			if err != nil {
				return nil, &Error{name, line, "the grade " + quote(f[3]) + " is not a whole number of 32 bits"}
			}
			if docs == nil || query != string(f[0]) {
				query = string(f[0])
				if docs = qrels[query]; docs == nil {
					docs = make(map[string]int)
					qrels[query] = docs
				}
			}
			if _, twice := docs[string(f[2])]; twice {
				return nil, &Error{name, line, "query " + quote(f[0]) + " judges document " + quote(f[2]) + " a second time"}
			}
			docs[string(f[2])] = int(grade)
		}
		if err == io.EOF {
			break
		}
	}
	if len(qrels) == 0 {
		return nil, &Error{name, max(line, 1), "the file holds no judgement"}
	}
	return qrels, nil
}

// skipBOM passes over the byte order mark of UTF-8 and refuses that of UTF-16.
func skipBOM(br *bufio.Reader) error {
	head, _ := br.Peek(3)
	switch {
	case bytes.HasPrefix(head, []byte("\xef\xbb\xbf")):
		_, err := br.Discard(3)
		return err
	case bytes.HasPrefix(head, []byte("\xff\xfe")), bytes.HasPrefix(head, []byte("\xfe\xff")):
		return errors.New("the file is UTF-16: convert it to UTF-8")
	}
	return nil
}
