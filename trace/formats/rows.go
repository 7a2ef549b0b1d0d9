package formats

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"strings"
)

// separators are the bytes that may be between the cells of a table, in the
// order in which ties are decided.
var separators = []rune{'\t', ',', ';'}

// separator returns the byte that the header of a table uses between cells,
// and 0 if it has none.
func separator(header []byte) rune {
	var best rune
	most := 0
	for _, sep := range separators {
		cells, err := cut(header, sep)
		if err == nil && len(cells)-1 > most {
			best, most = sep, len(cells)-1
		}
	}
	return best
}

// cut splits one logical row into its cells.
func cut(row []byte, sep rune) ([]string, error) {
	r := csv.NewReader(bytes.NewReader(row))
	r.Comma = sep
	r.LazyQuotes = sep == '\t' // TSV writers seldom quote
	r.FieldsPerRecord = -1
	cells, err := r.Read()
	var parse *csv.ParseError
	if errors.As(err, &parse) {
		return nil, fmt.Errorf("column %d: %w", parse.Column, parse.Err)
	}
	return cells, err
}

// table is a CSV or TSV file: its header, then a stream of rows.
type table struct {
	lines  lineReader
	sep    rune
	header []string
}

// openTable reads the header of a table.
func openTable(r *bufio.Reader) (*table, error) {
	t := &table{lines: lineReader{r: r}}
	for len(t.header) == 0 {
		row, _, err := t.row()
		if err != nil {
			return nil, fmt.Errorf("the header row: %w", err)
		}
		if len(bytes.TrimSpace(row)) == 0 {
			continue
		}
		row, _ = repair(row)
		if t.sep = separator(row); t.sep == 0 {
			t.sep = ','
		}
		if t.header, err = cut(row, t.sep); err != nil {
			return nil, fmt.Errorf("the header row: %w", err)
		}
	}
	seen := map[string]bool{}
	for i, name := range t.header {
		name = strings.TrimSpace(name)
		switch {
		case name == "": // an index column, as data frames write it
			name = fmt.Sprintf("column %d", i+1)
		case seen[name]:
			return nil, fmt.Errorf("the header row names column %q twice: rename one", name)
		}
		seen[name] = true
		t.header[i] = name
	}
	return t, nil
}

// row returns the next logical row: lines are joined while a quote is open,
// with a mark behind the first of them. The number of that line comes with it.
func (t *table) row() ([]byte, int, error) {
	t.lines.marked = false
	line, whole, err := t.lines.next()
	start := t.lines.line
	if err != nil || !t.open(line) {
		return line, start, err
	}
	row := bytes.Clone(line)
	t.lines.mark()
	for {
		if whole {
			line, whole, err = t.lines.next()
		} else {
			err = io.EOF
		}
		switch {
		case errors.Is(err, io.EOF):
			return nil, start, errOpenQuote
		case err != nil:
			return nil, start, err
		}
		row = append(append(row, '\n'), line...)
		if len(row) > maxElement {
			return nil, start, errOpenQuote
		}
		if bytes.Count(line, []byte{'"'})%2 == 1 {
			return row, start, nil
		}
	}
}

var errOpenQuote = fmt.Errorf("a quote stays open for %d MiB or to the end of the file: it is not closed, or the file is cut off", maxElement>>20)

// open reports whether a quote stays open at the end of line. In TSV a quote
// counts only where it begins a cell.
func (t *table) open(line []byte) bool {
	odd := func(b []byte) bool { return bytes.Count(b, []byte{'"'})%2 == 1 }
	if t.sep != '\t' {
		return odd(line)
	}
	for cell := range bytes.SplitSeq(line, []byte{'\t'}) {
		if bytes.HasPrefix(cell, []byte{'"'}) && odd(cell) {
			return true
		}
	}
	return false
}

// elements yields the rows behind the header. An empty cell, and a word
// that stands for one, is not recorded.
func (t *table) elements() iter.Seq[element] {
	return func(yield func(element) bool) {
		for {
			row, line, err := t.row()
			if errors.Is(err, io.EOF) {
				return
			}
			el := element{line: line, err: err}
			goOn := err == nil || errors.Is(err, errTooLong) || errors.Is(err, errOpenQuote)
			if err == nil {
				if len(bytes.TrimSpace(row)) == 0 {
					continue
				}
				row, el.repaired = repair(row)
				el.row, el.err = t.fields(row)
			} else if !goOn {
				el.err = readError(err)
			}
			if errors.Is(el.err, errOpenQuote) || errors.Is(el.err, csv.ErrQuote) || errors.Is(el.err, csv.ErrBareQuote) {
				t.lines.back() // a quote that is never closed costs its line alone
			}
			if !yield(el) || !goOn {
				return
			}
		}
	}
}

// fields names the cells of a row.
func (t *table) fields(row []byte) (fields, error) {
	cells, err := cut(row, t.sep)
	if err != nil {
		return nil, err
	}
	if len(cells) != len(t.header) {
		return nil, fmt.Errorf("has %d cells, the header has %d: is a quote or a separator missing?", len(cells), len(t.header))
	}
	f := make(fields, len(cells))
	for i, cell := range cells {
		if absentCell(cell) {
			continue
		}
		raw, err := json.Marshal(cell)
		if err != nil {
			return nil, err
		}
		f[t.header[i]] = raw
	}
	return f, nil
}
