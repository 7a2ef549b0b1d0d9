package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/ragdiag/ragdiag/metrics/stat"
)

// outputFlags are the flags of every metrics command.
type outputFlags struct{ format, precision string }

func (o *outputFlags) register(cmd *cobra.Command) {
	cmd.Flags().StringVar(&o.format, "format", "text", "text, tsv, json or jsonl")
	cmd.Flags().StringVar(&o.precision, "precision", "", "digits after the point, or 'full' for 17 significant digits (default: 4 in text and tsv, the shortest exact form in json)")
}

func (o *outputFlags) sheet(w io.Writer) (*sheet, error) {
	s := &sheet{w: bufio.NewWriter(w), format: o.format, verb: 'f', digits: 4, header: true}
	switch o.format {
	case "text", "tsv":
	case "json", "jsonl":
		s.verb, s.digits = 'g', -1
	default:
		return nil, usageErrorf("--format %q: want text, tsv, json or jsonl", o.format)
	}
	switch n, err := strconv.Atoi(o.precision); {
	case o.precision == "":
	case o.precision == "full":
		s.verb, s.digits = 'g', 17
	case err != nil || n < 0 || n > 17:
		return nil, usageErrorf("--precision %q: want a number from 0 to 17, or full", o.precision)
	default:
		s.verb, s.digits = 'f', n
	}
	return s, nil
}

// entry is a named value of a row: a string, an int, a float64, an undefined, a
// stat.Interval, or a nested row.
type entry struct {
	name  string
	value any
}

type row []entry

// undefined is a value that does not exist, with the reason.
type undefined struct{ reason string }

// measured is the result of a metric as a value of a row.
func measured(v float64, err error) any {
	if err != nil {
		return undefined{err.Error()}
	}
	return v
}

// sheet prints rows as they come: records first, then one or more totals, and
// at last what there is to say beside them.
type sheet struct {
	w       *bufio.Writer
	format  string
	verb    byte
	digits  int
	header  bool     // text and tsv begin with the names of the columns
	part    string   // "", "records" or "all": what has begun in json
	first   bool     // json: no row of the part is printed yet
	columns []string // names of the row printed last
	widths  []int    // text: of the columns
}

// record prints the row of one record. more is in json only.
func (s *sheet) record(r, more row) {
	if s.format == "text" || s.format == "tsv" {
		more = nil
	}
	s.print("records", r, more)
}

// total prints the row of all records. notes are left out of tsv, and follow
// the table in text.
func (s *sheet) total(r, notes row) { s.print("all", r, notes) }

func (s *sheet) print(part string, r, notes row) {
	switch s.format {
	case "jsonl":
		s.object(append(r[:len(r):len(r)], notes...))
		s.w.WriteByte('\n')
	case "json":
		s.begin(part)
		if !s.first {
			s.w.WriteByte(',')
		}
		s.first = false
		s.w.WriteString("\n  ")
		s.object(append(r[:len(r):len(r)], notes...))
	default:
		s.line(r)
		for _, n := range notes {
			if s.format == "text" {
				s.note(n)
			}
		}
	}
}

// begin opens the list of a part of the JSON document, after closing the one before.
func (s *sheet) begin(part string) {
	if s.part == part {
		return
	}
	if s.part == "" {
		s.w.WriteString("{\"records\": [")
		s.part, s.first = "records", true
	}
	if part == "all" {
		s.w.WriteString("],\n \"all\": [")
		s.part, s.first = "all", true
	}
}

func (s *sheet) close() error {
	if s.format == "json" {
		s.begin("all")
		s.w.WriteString("]}\n")
	}
	if err := s.w.Flush(); err != nil {
		return failErrorf("output: %w", err)
	}
	return nil
}

// line prints a row of a table; where the columns change, their names first.
func (s *sheet) line(r row) {
	names := make([]string, len(r))
	for i, e := range r {
		names[i] = e.name
	}
	if !slices.Equal(names, s.columns) {
		if s.columns != nil && s.format == "text" {
			s.w.WriteByte('\n')
		}
		s.columns, s.widths = names, nil
		for i, name := range names {
			width := max(len(name), 10)
			if i == 0 {
				width = max(width, 16)
			}
			s.widths = append(s.widths, width)
		}
		if s.header {
			s.cells(names)
		}
	}
	cells := make([]string, len(r))
	for i, e := range r {
		cells[i] = s.text(e.value)
	}
	s.cells(cells)
}

func (s *sheet) cells(cells []string) {
	for i, c := range cells {
		if i > 0 {
			s.w.WriteByte('\t')
		}
		s.w.WriteString(c)
		if s.format == "text" && i+1 < len(cells) && i < len(s.widths) {
			s.w.WriteString(strings.Repeat(" ", max(s.widths[i]-len(c), 0)))
		}
	}
	s.w.WriteByte('\n')
}

// note prints a remark under the table.
func (s *sheet) note(e entry) {
	if nested, ok := e.value.(row); ok {
		for _, n := range nested {
			fmt.Fprintf(s.w, "%s: %s %s\n", strings.ReplaceAll(e.name, "_", " "), n.name, s.text(n.value))
		}
		return
	}
	fmt.Fprintf(s.w, "%s: %s\n", strings.ReplaceAll(e.name, "_", " "), s.text(e.value))
}

func (s *sheet) text(v any) string {
	switch v := v.(type) {
	case float64:
		return s.number(v)
	case undefined:
		if s.format == "text" {
			return "n/a"
		}
		return "null"
	case stat.Interval:
		return v.String() + " (" + v.Method + ")"
	case string:
		// A tab or a newline in an ID must not look like a column or a row.
		return strings.NewReplacer("\t", `\t`, "\n", `\n`, "\r", `\r`).Replace(v)
	}
	return fmt.Sprint(v)
}

// number prints a value; one that would round to 0 gets an exponent instead.
func (s *sheet) number(v float64) string {
	text := strconv.FormatFloat(v, s.verb, s.digits, 64)
	if v != 0 && strings.Trim(text, "-0.") == "" {
		return strconv.FormatFloat(v, 'g', 3, 64)
	}
	return text
}

// object prints a row as a JSON object, its fields in their order.
func (s *sheet) object(r row) {
	s.w.WriteByte('{')
	for i, e := range r {
		if i > 0 {
			s.w.WriteByte(',')
		}
		s.json(e.name)
		s.w.WriteByte(':')
		switch v := e.value.(type) {
		case float64:
			s.w.WriteString(s.number(v))
		case stat.Interval:
			s.object(row{{"low", v.Lo}, {"high", v.Hi}, {"method", v.Method}})
		case row:
			s.object(v)
		case undefined:
			s.w.WriteString("null,")
			s.json(e.name + "_reason")
			s.w.WriteByte(':')
			s.json(v.reason)
		default:
			s.json(v)
		}
	}
	s.w.WriteByte('}')
}

func (s *sheet) json(v any) {
	e := json.NewEncoder(trimNewline{s.w})
	e.SetEscapeHTML(false)
	_ = e.Encode(v) // strings and whole numbers can always be encoded; a write error stays in s.w
}

// trimNewline drops the newline that json.Encoder puts at the end.
type trimNewline struct{ w io.Writer }

func (t trimNewline) Write(b []byte) (int, error) {
	_, err := t.w.Write(b[:len(b)-1])
	return len(b), err
}
