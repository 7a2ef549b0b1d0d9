package corpus

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"iter"
	"regexp"
	"strings"
	"unicode/utf8"
)

var (
	trecNumber = regexp.MustCompile(`(?is)<docno>(.*?)</docno>`)
	trecTitle  = regexp.MustCompile(`(?is)<(title|headline|head)>(.*?)</(?:title|headline|head)>`)
	trecTag    = regexp.MustCompile(`</?[A-Za-z][A-Za-z0-9_-]*(?:\s[^<>]*)?>`)
)

// trec reads <DOC> elements, each of which has a <DOCNO>. Other tags are
// dropped and what they hold is text; a title is taken out of it.
func trec(ctx context.Context, r *bufio.Reader, name string) iter.Seq2[Document, error] {
	return func(yield func(Document, error) bool) {
		lines := lineReader{r: r}
		var body bytes.Buffer
		var start Pos // of the open element; zero: none is open
		var failed error
		finish := func(err error) bool {
			d, perr := parseTREC(body.String(), start)
			if err = errors.Join(failed, err); err != nil {
				d, perr = Document{}, &Error{Pos: start, ID: trecID(body.String()), Err: err}
			}
			body.Reset()
			start, failed = Pos{}, nil
			return yield(d, perr)
		}
		for {
			if err := ctx.Err(); err != nil {
				yield(Document{}, err)
				return
			}
			line, err := lines.next()
			open := start != Pos{}
			switch {
			case errors.Is(err, io.EOF):
				if open {
					finish(errors.New("no </DOC>: the file is cut off"))
				}
				return
			case errors.Is(err, errTooLong):
				failed = err
				continue
			case err != nil:
				yield(Document{}, readError(Pos{name, lines.line}, err))
				return
			}
			rest := string(line)
			if at := indexTag(rest, "<doc>"); at >= 0 {
				if open && !finish(errors.New("no </DOC> before the next <DOC>")) {
					return
				}
				start, rest = Pos{name, lines.line}, rest[at+len("<doc>"):]
			}
			if (start == Pos{}) {
				continue // between two elements
			}
			end := indexTag(rest, "</doc>")
			if end >= 0 {
				rest = rest[:end]
			}
			switch {
			case body.Len()+len(rest) > maxDocument:
				failed = errTooLong
			case failed == nil:
				body.WriteString(rest)
				body.WriteByte('\n')
			}
			if end >= 0 && !finish(nil) {
				return
			}
		}
	}
}

// indexTag finds a tag in any case; most lines have none and cost one scan.
func indexTag(line, tag string) int {
	if strings.IndexByte(line, '<') < 0 {
		return -1
	}
	return strings.Index(strings.ToLower(line), tag)
}

func trecID(body string) string {
	if m := trecNumber.FindStringSubmatch(body); m != nil {
		return strings.TrimSpace(m[1])
	}
	return ""
}

// parseTREC reads what is between <DOC> and </DOC>.
func parseTREC(body string, pos Pos) (Document, error) {
	d := Document{ID: trecID(body), Pos: pos}
	if d.ID == "" {
		return Document{}, &Error{Pos: pos, Err: errors.New("no <DOCNO>")}
	}
	if !utf8.ValidString(body) {
		return Document{}, &Error{Pos: pos, ID: d.ID, Err: errors.New("not valid UTF-8: convert the file to UTF-8")}
	}
	body = trecNumber.ReplaceAllString(body, "")
	if m := trecTitle.FindStringSubmatch(body); m != nil {
		d.Title = strings.Join(strings.Fields(trecTag.ReplaceAllString(m[2], " ")), " ")
		body = strings.Replace(body, m[0], "", 1)
	}
	d.Text = strings.TrimSpace(trecTag.ReplaceAllString(body, " "))
	if d.Text == "" && d.Title == "" {
		return Document{}, &Error{Pos: pos, ID: d.ID, Err: errors.New("no text")}
	}
	return d, nil
}
