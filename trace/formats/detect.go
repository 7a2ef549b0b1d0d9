package formats

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"iter"
	"slices"
)

// shape is how records are in a file, whatever their fields are.
type shape struct {
	name     string // for people
	why      string
	columns  []string // of a table
	array    array    // of a JSON document: where its records stand; zero elsewhere
	elements iter.Seq[element]
}

// array is a member of a JSON document that holds its records.
type array struct {
	key    string
	format Format // of the tool that writes them so …
	field  string // … if the records have this field
}

var arrays = []array{
	{"results", RAGChecker, "query"},
	{"testCases", DeepEval, "input"},
	{"test_cases", DeepEval, "input"},
}

// shapeOf finds the shape of a text by its first bytes.
func shapeOf(r *bufio.Reader) (shape, error) {
	head, err := peek(r)
	if err != nil {
		return shape{}, err
	}
	start := bytes.TrimLeft(head, " \t\r\n")
	switch {
	case len(start) == 0:
		return shape{}, errEmpty
	case start[0] == '[':
		return shape{name: "a JSON list", why: "it begins with [", elements: jsonArray(r, "")}, nil
	case start[0] == '{':
		return objectShape(r, start), nil
	}
	t, err := openTable(r)
	if err != nil {
		return shape{}, err
	}
	name := "CSV"
	switch t.sep {
	case '\t':
		name = "TSV"
	case ';':
		name = "CSV with semicolons"
	}
	return shape{
		name: name, why: fmt.Sprintf("its first line is a header of %d columns", len(t.header)),
		columns: t.header, elements: t.elements(),
	}, nil
}

// objectShape tells JSON lines from one JSON document. head begins with {.
func objectShape(r *bufio.Reader, head []byte) shape {
	lines := shape{name: "JSON lines", why: "its first line is a JSON object", elements: jsonLines(r)}
	members := firstMembers(head)
	foreign := !slices.ContainsFunc(members, func(m string) bool {
		return slices.Contains([]string{"ragdiag", "question", "query", "user_input", "input"}, m)
	})
	for _, a := range arrays {
		if foreign && slices.Contains(members, a.key+"[") {
			return shape{name: "a JSON document", why: fmt.Sprintf("its member %q is a list", a.key), array: a, elements: jsonArray(r, a.key)}
		}
	}
	first, rest, found := bytes.Cut(head, []byte{'\n'})
	next := bytes.TrimLeft(rest, " \t\r\n")
	if !found || closed(first) || len(next) > 0 && next[0] == '{' {
		return lines
	}
	return shape{name: "JSON objects over several lines", why: "its first line is not a whole object", elements: jsonValues(r)}
}

// firstMembers returns the names of the members of the object that head begins
// with, as far as head goes. A member that is a list has "[" after its name.
func firstMembers(head []byte) []string {
	s := scanner{r: bufio.NewReader(bytes.NewReader(head))}
	if s.expect('{') != nil {
		return nil
	}
	var out []string
	for {
		name, err := s.member()
		if err != nil {
			return out
		}
		c, err := s.space()
		out = append(out, name)
		if err == nil && c == '[' {
			out = append(out, name+"[")
		}
		if _, err := s.value(); err != nil || s.comma() != nil {
			return out
		}
	}
}

// detected is what is known of one input: how its records are in the file
// and whose fields they have.
type detected struct {
	shape
	spec
	mapping Mapping
	reason  string // why this format
}

// byMap is the reason of a mapping that the user gave.
const byMap = "columns are named by --map"

// maxPuzzling is after how many records of no known format an input is given up.
const maxPuzzling = 100

// settle decides the format of an input by one of its elements.
func (d *detected) settle(el *element, o Options) error {
	f, err := el.fields()
	if err != nil {
		return err
	}
	if d.columns != nil { // an empty cell must not hide a column
		f = fields{}
		for _, c := range d.columns {
			f[c] = nil
		}
	}
	switch {
	case !o.Map.IsZero():
		d.spec, d.mapping, d.reason = Table.spec(), o.Map, byMap
		// --map adds to what a tool's own names say.
		if s, _, why, err := recognise(f); o.Format == Detect && err == nil && s.from != nil {
			d.spec, d.reason = s, why+"; "+d.reason
		} else if s := o.Format.spec(); s.from != nil {
			d.spec, d.reason = s, "asked for by --input-format; "+d.reason
		}
		if d.columns != nil {
			return o.Map.check(d.columns)
		}
	case o.Format == Table:
		m, ok := guess(f)
		if !ok {
			return errors.New("a table needs --map question=COLUMN,answer=COLUMN,context=COLUMN")
		}
		d.spec, d.mapping, d.reason = Table.spec(), m, "asked for; columns guessed by name: "+m.String()
	case o.Format != Detect:
		d.spec, d.reason = o.Format.spec(), "asked for by --input-format"
	case d.array.format != Detect && f.has(d.array.field):
		d.spec, d.reason = d.array.format.spec(), fmt.Sprintf("its elements have the field %q", d.array.field)
	default:
		d.spec, d.mapping, d.reason, err = recognise(f)
	}
	return err
}

// fields returns the named values of the element.
func (el *element) fields() (fields, error) {
	if el.row != nil {
		return el.row, nil
	}
	return decodeFields(el.json)
}
