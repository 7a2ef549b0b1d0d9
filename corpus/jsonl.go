package corpus

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"strings"
	"unicode/utf8"
)

// jsonDocument has the names under which tools store a document's parts.
type jsonDocument struct {
	BEIRID   label `json:"_id"`
	ID       label `json:"id"`
	DocID    label `json:"doc_id"`
	DocIDOne label `json:"docid"`
	Document label `json:"document_id"`

	Title label `json:"title"`

	Text     string `json:"text"`
	Contents string `json:"contents"`
	Content  string `json:"content"`
	Passage  string `json:"passage"`
	Page     string `json:"page_content"`

	Date     label           `json:"date"`
	Metadata json.RawMessage `json:"metadata"`
}

// label is a JSON string, or a number as it is written.
type label string

// UnmarshalJSON takes strings, numbers and null.
func (l *label) UnmarshalJSON(b []byte) error {
	switch {
	case bytes.Equal(b, []byte("null")):
		return nil
	case len(b) > 0 && b[0] == '"':
		return json.Unmarshal(b, (*string)(l))
	case len(b) > 0 && (b[0] == '-' || b[0] >= '0' && b[0] <= '9'):
		*l = label(b)
		return nil
	}
	return errors.New("must be a string or a number")
}

// jsonLines reads one JSON object per line. A line without an ID is named
// "line-12" after its place.
func jsonLines(ctx context.Context, r *bufio.Reader, name string) iter.Seq2[Document, error] {
	return func(yield func(Document, error) bool) {
		lines := lineReader{r: r}
		for {
			if err := ctx.Err(); err != nil {
				yield(Document{}, err)
				return
			}
			line, err := lines.next()
			pos := Pos{name, lines.line}
			switch {
			case errors.Is(err, io.EOF):
				return
			case errors.Is(err, errTooLong):
				err = &Error{Pos: pos, Err: err}
			case err != nil:
				yield(Document{}, readError(pos, err))
				return
			case len(bytes.TrimSpace(line)) == 0:
				continue
			}
			var d Document
			if err == nil {
				d, err = parseJSON(line, pos)
			}
			if !yield(d, err) {
				return
			}
		}
	}
}

// readError is the error that ends a stream at pos.
func readError(pos Pos, err error) error {
	if errors.Is(err, io.ErrUnexpectedEOF) {
		return fmt.Errorf("%v: the file is cut off: fetch or compress it again", pos)
	}
	return fmt.Errorf("%v: %w", pos, err)
}

// parseJSON reads one line. Errors are *Error.
func parseJSON(line []byte, pos Pos) (Document, error) {
	bad := func(id, format string, args ...any) (Document, error) {
		return Document{}, &Error{Pos: pos, ID: id, Err: fmt.Errorf(format, args...)}
	}
	if !utf8.Valid(line) {
		return bad("", "not valid UTF-8: convert the file to UTF-8")
	}
	var j jsonDocument
	if err := json.Unmarshal(line, &j); err != nil {
		var wrong *json.UnmarshalTypeError
		if errors.As(err, &wrong) && wrong.Field != "" {
			return bad("", "%q must be a string, it is %s", wrong.Field, wrong.Value)
		}
		if errors.As(err, &wrong) {
			return bad("", "the line must be a JSON object, it is %s", wrong.Value)
		}
		return bad("", "not a JSON document: %w", err)
	}
	d := Document{
		ID:    string(cmp.Or(j.BEIRID, j.ID, j.DocID, j.DocIDOne, j.Document)),
		Title: strings.TrimSpace(string(j.Title)),
		Text:  strings.TrimSpace(cmp.Or(j.Text, j.Contents, j.Content, j.Passage, j.Page)),
		Date:  string(j.Date),
		Pos:   pos,
	}
	if d.ID == "" {
		d.ID = fmt.Sprintf("line-%d", pos.Line)
	}
	var meta struct{ Title, Date label }
	if len(j.Metadata) > 0 && json.Unmarshal(j.Metadata, &meta) == nil { // metadata of another shape holds nothing for us
		d.Title, d.Date = cmp.Or(d.Title, string(meta.Title)), cmp.Or(d.Date, string(meta.Date))
	}
	if d.Text == "" && d.Title == "" {
		return bad(d.ID, `no text: a document needs "text", "contents", "content", "passage" or "page_content"`)
	}
	return d, nil
}
