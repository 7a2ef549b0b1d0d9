package formats

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/ragdiag/ragdiag/trace"
)

// fields are the named values of one foreign record.
type fields map[string]json.RawMessage

// has reports whether a field is there and is not null.
func (f fields) has(name string) bool {
	v, ok := f[name]
	return ok && !absent(v)
}

func isNull(raw json.RawMessage) bool { return len(raw) == 0 || string(raw) == "null" }

// decodeFields reads one JSON object. Python writes a judge's failure as a
// bare NaN, which is no JSON: it is read as null, which is what it means.
func decodeFields(raw []byte) (fields, error) {
	var f fields
	err := json.Unmarshal(raw, &f)
	var syntax *json.SyntaxError
	if errors.As(err, &syntax) {
		if json.Unmarshal(nullNaN(raw), &f) == nil {
			return f, nil
		}
		return nil, jsonError(err)
	}
	if err != nil || f == nil {
		return nil, fmt.Errorf("is %s, not a JSON object", kindOf(raw))
	}
	return f, nil
}

// jsonError says in words where a JSON value is broken or of the wrong kind.
func jsonError(err error) error {
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	switch {
	case errors.As(err, &syntax):
		return fmt.Errorf("broken JSON at byte %d: %w", syntax.Offset, err)
	case errors.As(err, &kind) && kind.Field != "":
		return fmt.Errorf("%s: a JSON %s has no place there", kind.Field, kind.Value)
	}
	return err
}

// nullNaN replaces NaN and the infinities outside strings by null.
func nullNaN(raw []byte) []byte {
	var out []byte
	quoted := false
	for i := 0; i < len(raw); i++ {
		rest := raw[i:]
		switch {
		case quoted && raw[i] == '\\' && i+1 < len(raw):
			out = append(out, raw[i])
			i++
		case raw[i] == '"':
			quoted = !quoted
		case quoted:
		default:
			if word := notANumber(rest); word > 0 {
				out = append(out, "null"...)
				i += word - 1
				continue
			}
		}
		out = append(out, raw[i])
	}
	return out
}

// notANumber returns the length of the word at the start of b that Python
// writes for a number that is none; 0 if there is no such word.
func notANumber(b []byte) int {
	for _, w := range []string{"NaN", "Infinity", "-Infinity"} {
		if bytes.HasPrefix(b, []byte(w)) {
			return len(w)
		}
	}
	return 0
}

// kindOf names the kind of a JSON value for people.
func kindOf(raw json.RawMessage) string {
	raw = bytes.TrimSpace(raw)
	if len(raw) == 0 {
		return "nothing"
	}
	switch raw[0] {
	case '{':
		return "an object"
	case '[':
		return "a list"
	case '"':
		return "a text"
	case 't', 'f':
		return "true or false"
	case 'n':
		return "null"
	}
	return "a number"
}

// foreign is a foreign record on its way into ours. A mapper takes the fields
// that it knows; what is left becomes Extra. The first error sticks.
type foreign struct {
	fields
	rec   *trace.Record
	taken map[string]string // field → where it went; shared by the records of an input
	note  func(string)      // something that was read with less than it says
	warn  func(string)      // something that was not read
	err   error

	aside   fields            // what a mapper took and could not read
	columns map[string]string // target of --map → the column that it is read from
	keys    map[string]string // target of --map → the field of its elements that holds the text
}

func newForeign(f fields, rec *trace.Record, cover *Source) *foreign {
	return &foreign{
		fields: f, rec: rec, taken: cover.Columns, note: cover.note, warn: cover.warn,
		aside: fields{}, columns: map[string]string{}, keys: map[string]string{},
	}
}

// take removes and returns the first of the named fields that is recorded.
func (r *foreign) take(target string, names ...string) (json.RawMessage, string) {
	for _, name := range names {
		raw, ok := r.fields[name]
		if !ok {
			continue
		}
		if _, known := r.taken[name]; !known {
			r.taken[name] = target
		}
		delete(r.fields, name)
		if !absent(raw) {
			return raw, name
		}
	}
	return nil, ""
}

func (r *foreign) fail(name string, err error) {
	if r.err == nil {
		r.err = fmt.Errorf("%s: %w", name, err)
	}
}

// text takes a text; numbers and booleans are read as they are written.
func (r *foreign) text(target string, names ...string) (string, bool) {
	raw, name := r.take(target, names...)
	if raw == nil {
		return "", false
	}
	s, err := textOf(raw)
	if err != nil {
		r.fail(name, err)
	}
	return s, err == nil
}

func textOf(raw json.RawMessage) (string, error) {
	raw = bytes.TrimSpace(raw)
	switch {
	case isNull(raw) || raw[0] == '{' || raw[0] == '[':
		return "", fmt.Errorf("is %s, not a text", kindOf(raw))
	case raw[0] != '"':
		return string(raw), nil
	}
	var s string
	err := json.Unmarshal(raw, &s)
	return s, err
}

// list takes a list, see listOf.
func (r *foreign) list(target string, names ...string) ([]json.RawMessage, bool) {
	raw, name := r.take(target, names...)
	if raw == nil {
		return nil, false
	}
	items, err := listOf(raw)
	if err != nil {
		r.fail(name, err)
	}
	return items, err == nil
}

// listOf reads a list. A text is read as JSON, else as a Python list, else it
// is the one element.
func listOf(raw json.RawMessage) ([]json.RawMessage, error) {
	items := []json.RawMessage{}
	switch raw = bytes.TrimSpace(raw); raw[0] {
	case '[':
		err := json.Unmarshal(raw, &items)
		return items, err
	case '{':
		return nil, errors.New("is an object, not a list")
	case '"':
		s, err := textOf(raw)
		if err != nil {
			return nil, err
		}
		if inner := strings.TrimSpace(s); strings.HasPrefix(inner, "[") || strings.HasPrefix(inner, "(") || strings.HasPrefix(inner, "array(") {
			if err := limits([]byte(inner)); err != nil && inner[0] == '[' {
				return nil, err
			}
			if json.Unmarshal([]byte(inner), &items) == nil {
				return items, nil
			}
			if list, ok := pythonList(inner); ok {
				return list, nil
			}
		}
	}
	return append(items[:0], raw), nil
}

// texts takes a list of texts; null elements count as empty texts.
func (r *foreign) texts(target string, names ...string) ([]string, bool) {
	var name string
	for _, n := range names {
		if r.has(n) {
			name = n
			break
		}
	}
	items, ok := r.list(target, names...)
	if !ok {
		return nil, false
	}
	out := make([]string, len(items))
	for i, raw := range items {
		if absent(raw) {
			continue
		}
		s, err := textOf(raw)
		if err != nil {
			r.fail(fmt.Sprintf("%s[%d]", name, i), err)
			return nil, false
		}
		out[i] = s
	}
	return out, true
}

// keepRest moves what no mapper took into Extra. A name that our own format
// uses gets the format's name before it, so that it can be written back.
func (r *foreign) keepRest(f Format) {
	for name, raw := range r.fields {
		var c bytes.Buffer
		if json.Compact(&c, raw) != nil {
			continue // cannot be: the decoder has accepted it
		}
		if trace.IsField(name) {
			name = string(f) + "." + name
		}
		if r.rec.Extra == nil {
			r.rec.Extra = map[string]json.RawMessage{}
		}
		r.rec.Extra[name] = c.Bytes()
	}
}
