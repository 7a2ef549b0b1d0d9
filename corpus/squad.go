package corpus

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"strings"
)

// squad reads the paragraphs of {"data": [{"title", "paragraphs": [{"context"}]}]},
// one article in memory at a time.
func squad(ctx context.Context, r *bufio.Reader, name string) iter.Seq2[Document, error] {
	return func(yield func(Document, error) bool) {
		lines := &lineCounter{r: r}
		dec := json.NewDecoder(lines)
		fail := func(err error) {
			var syntax *json.SyntaxError
			switch {
			case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
				err = io.ErrUnexpectedEOF
			case errors.As(err, &syntax):
				err = fmt.Errorf("not valid JSON: %w", err)
			}
			yield(Document{}, readError(Pos{name, lines.n + 1}, err))
		}
		if err := skipTo(dec, "data"); err != nil {
			fail(err)
			return
		}
		for article := 0; dec.More(); article++ {
			if err := ctx.Err(); err != nil {
				yield(Document{}, err)
				return
			}
			var a struct {
				Title      string
				Paragraphs []struct{ Context string }
			}
			if err := dec.Decode(&a); err != nil {
				var wrong *json.UnmarshalTypeError
				if !errors.As(err, &wrong) {
					fail(err)
					return
				}
				if !yield(Document{}, &Error{Pos: Pos{File: name}, ID: ParagraphID("", article, 0), Err: fmt.Errorf("the article has a %s of the wrong type: it is %s", strings.ToLower(wrong.Field), wrong.Value)}) {
					return
				}
				continue
			}
			for i, p := range a.Paragraphs {
				d := Document{ID: ParagraphID(a.Title, article, i), Title: strings.ReplaceAll(a.Title, "_", " "), Text: p.Context, Pos: Pos{File: name}}
				var err error
				if strings.TrimSpace(p.Context) == "" {
					d, err = Document{}, &Error{Pos: d.Pos, ID: d.ID, Err: errors.New("the paragraph has no context")}
				}
				if !yield(d, err) {
					return
				}
			}
		}
		if _, err := dec.Token(); err != nil {
			fail(err)
		}
	}
}

// ParagraphID names a paragraph of a SQuAD file, which has no IDs of its own:
// the article's title and the paragraph's 0-based place in it, "Warsaw/3". An
// article without a title is "article-0" by its 0-based place in the file.
func ParagraphID(title string, article, paragraph int) string {
	if title == "" {
		title = fmt.Sprintf("article-%d", article)
	}
	return fmt.Sprintf("%s/%d", title, paragraph)
}

// skipTo moves dec into the array that the top-level key holds.
func skipTo(dec *json.Decoder, key string) error {
	if _, err := dec.Token(); err != nil {
		return err
	}
	for dec.More() {
		tok, err := dec.Token()
		if err != nil {
			return err
		}
		if tok == key {
			tok, err := dec.Token()
			if err == nil && tok != json.Delim('[') {
				err = fmt.Errorf("%q must be a list", key)
			}
			return err
		}
		var skipped json.RawMessage
		if err := dec.Decode(&skipped); err != nil {
			return err
		}
	}
	return fmt.Errorf("no %q list", key)
}

// lineCounter counts the line ends that pass through.
type lineCounter struct {
	r io.Reader
	n int
}

func (l *lineCounter) Read(p []byte) (int, error) {
	n, err := l.r.Read(p)
	for _, b := range p[:n] {
		if b == '\n' {
			l.n++
		}
	}
	return n, err
}
