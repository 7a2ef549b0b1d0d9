package corpus

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"os"
	"path"
	"path/filepath"
	"strings"
	"unicode/utf8"
)

// textKind names the kind of a text file after its extension: "text",
// "markdown", "html", or "" for any other file.
func textKind(name string) string {
	switch strings.ToLower(path.Ext(name)) {
	case ".txt", ".text":
		return "text"
	case ".md", ".markdown":
		return "markdown"
	case ".html", ".htm", ".xhtml":
		return "html"
	}
	return ""
}

// folder reads every text file under root in the order of their paths. A
// document's ID is its path in the folder, with slashes. Hidden files and
// folders are left out; a symbolic link is read if it leads to a file inside.
func folder(ctx context.Context, dir string) iter.Seq2[Document, error] {
	return func(yield func(Document, error) bool) {
		root, err := os.OpenRoot(dir)
		if err != nil {
			yield(Document{}, fmt.Errorf("corpus: %w", err))
			return
		}
		defer root.Close()
		stopped := false
		err = fs.WalkDir(root.FS(), ".", func(name string, e fs.DirEntry, err error) error {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			pos := Pos{File: filepath.Join(dir, filepath.FromSlash(name))}
			hidden := name != "." && strings.HasPrefix(path.Base(name), ".")
			switch {
			case err != nil && name == ".":
				return err
			case err == nil && hidden && e.IsDir():
				return fs.SkipDir
			case hidden, err == nil && (e.IsDir() || textKind(name) == ""):
				return nil
			}
			var d Document
			if err == nil {
				d, err = readText(root, name, pos)
			}
			if err != nil {
				d, err = Document{}, &Error{Pos: pos, ID: name, Err: err}
			}
			if !yield(d, err) {
				stopped = true
				return fs.SkipAll
			}
			return nil
		})
		if err != nil && !stopped {
			yield(Document{}, fmt.Errorf("corpus: %w", err))
		}
	}
}

// readText reads one file of a folder.
func readText(root *os.Root, name string, pos Pos) (Document, error) {
	stat, err := root.Stat(name) // follows links, and refuses those that lead out
	if err != nil {
		return Document{}, err
	}
	if !stat.Mode().IsRegular() {
		return Document{}, errors.New("not a regular file")
	}
	f, err := root.Open(name)
	if err != nil {
		return Document{}, err
	}
	defer f.Close()
	return textDocument(f, name, pos)
}

// textDocument makes a document of a text, Markdown or HTML file.
func textDocument(r io.Reader, name string, pos Pos) (Document, error) {
	b, err := io.ReadAll(io.LimitReader(r, maxDocument+1))
	if err != nil {
		return Document{}, err
	}
	b = bytes.TrimPrefix(b, []byte("\ufeff"))
	switch {
	case len(b) > maxDocument:
		return Document{}, errTooLong
	case bytes.IndexByte(b, 0) >= 0:
		return Document{}, errors.New("the file is binary")
	case !utf8.Valid(b):
		return Document{}, errors.New("not valid UTF-8: convert the file to UTF-8")
	}
	d := Document{ID: name, Pos: pos}
	switch textKind(name) {
	case "html":
		d.Title, d.Text = htmlText(b)
	case "markdown":
		d.Text = strings.TrimSpace(string(b))
		if first, _, _ := strings.Cut(d.Text, "\n"); strings.HasPrefix(first, "# ") {
			d.Title = strings.TrimSpace(first[2:])
		}
	default:
		d.Text = strings.TrimSpace(string(b))
	}
	if d.Text == "" {
		return Document{}, errors.New("no text")
	}
	return d, nil
}

// wholeFile reads a single text file as the one document of a corpus.
func wholeFile(_ context.Context, r *bufio.Reader, name string) iter.Seq2[Document, error] {
	return func(yield func(Document, error) bool) {
		pos := Pos{File: name}
		d, err := textDocument(r, filepath.Base(name), pos)
		if err != nil {
			d, err = Document{}, &Error{Pos: pos, Err: err}
		}
		yield(d, err)
	}
}
