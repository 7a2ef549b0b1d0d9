package trace

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
)

// plain has the fields of Record without its methods, so that encoding it does
// not recurse.
type plain Record

// versionField is the name of the field that makes a JSON object a native
// record.
const versionField = "ragdiag"

// recordFields are the JSON names that Record itself knows.
var recordFields = func() []string {
	names := []string{versionField}
	t := reflect.TypeFor[Record]()
	for i := range t.NumField() {
		name, _, _ := strings.Cut(t.Field(i).Tag.Get("json"), ",")
		if name != "-" {
			names = append(names, name)
		}
	}
	return names
}()

// IsField reports whether name is a field of the native record, so that it
// cannot be a key of Extra. Case does not matter, because the JSON decoder
// does not mind it either.
func IsField(name string) bool {
	return slices.ContainsFunc(recordFields, func(f string) bool { return strings.EqualFold(f, name) })
}

// MarshalJSON writes the record as one line of the native format: the version
// first, the known fields in their order, then the extra ones sorted by name.
func (r Record) MarshalJSON() ([]byte, error) {
	body, err := json.Marshal(plain(r))
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	b.Grow(len(body) + 16)
	fmt.Fprintf(&b, `{"ragdiag":%d,`, Version)
	b.Write(body[1 : len(body)-1])
	for _, name := range slices.Sorted(maps.Keys(r.Extra)) {
		if IsField(name) {
			continue // a known field never comes from Extra
		}
		key, err := json.Marshal(name)
		if err != nil {
			return nil, err
		}
		b.WriteByte(',')
		b.Write(key)
		b.WriteByte(':')
		if err := json.Compact(&b, r.Extra[name]); err != nil {
			return nil, fmt.Errorf("extra field %q: %w", name, err)
		}
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

// UnmarshalJSON reads a native record and keeps the fields it does not know in
// Extra. It refuses a record of a newer schema version.
//
// The record is decoded once. Its names are then looked over a second time,
// which costs little beside the decoding (BenchmarkUnmarshal).
func (r *Record) UnmarshalJSON(b []byte) error {
	var p plain
	if err := json.Unmarshal(b, &p); err != nil {
		// What does not fit may be foreign or newer: say that first.
		var syntax *json.SyntaxError
		if !errors.As(err, &syntax) {
			if verr := checkVersion(b); verr != nil {
				return verr
			}
		}
		return err
	}
	var version []byte
	var extra map[string]json.RawMessage
	for name, value := range members(b) {
		switch {
		case strings.EqualFold(name, versionField):
			version = value
		case IsField(name):
		default:
			if extra == nil {
				extra = map[string]json.RawMessage{}
			}
			var c bytes.Buffer
			if err := json.Compact(&c, value); err != nil {
				return err
			}
			extra[string([]rune(name))] = c.Bytes() // bytes that are no UTF-8 become U+FFFD, as in every other string
		}
	}
	if string(version) != "1" {
		if err := checkVersion(b); err != nil {
			return err
		}
	}
	p.Extra = extra
	*r = Record(p)
	return nil
}

// checkVersion says why b is not a record of a version that we read.
func checkVersion(b []byte) error {
	var head struct {
		Version *int `json:"ragdiag"`
	}
	if err := json.Unmarshal(b, &head); err != nil {
		return fmt.Errorf(`field "ragdiag" holds no schema version: %w`, err)
	}
	if head.Version == nil {
		return errors.New(`no "ragdiag" version field: not a native record`)
	}
	if *head.Version < 1 || *head.Version > Version {
		return fmt.Errorf("schema version %d is not supported (this program reads 1 to %d): use a newer ragdiag", *head.Version, Version)
	}
	return nil
}

// members yields the names and raw values of the JSON object b, which must be
// valid JSON. It yields nothing if b is no object.
func members(b []byte) func(yield func(string, []byte) bool) {
	return func(yield func(string, []byte) bool) {
		i := skipSpace(b, 0)
		if i >= len(b) || b[i] != '{' {
			return
		}
		for i = skipSpace(b, i+1); i < len(b) && b[i] == '"'; i = skipSpace(b, i+1) {
			end := skipValue(b, i)
			name := string(b[i+1 : end-1])
			if strings.ContainsRune(name, '\\') {
				_ = json.Unmarshal(b[i:end], &name) // valid by contract
			}
			start := skipSpace(b, skipSpace(b, end)+1) // over the colon
			end = skipValue(b, start)
			if !yield(name, b[start:end]) {
				return
			}
			i = skipSpace(b, end) // at the comma or the closing brace
		}
	}
}

// skipSpace returns the index of the first byte of b from i on that is no JSON
// white space.
func skipSpace(b []byte, i int) int {
	for i < len(b) && (b[i] == ' ' || b[i] == '\t' || b[i] == '\n' || b[i] == '\r') {
		i++
	}
	return i
}

// skipValue returns the index after the JSON value that starts at i.
func skipValue(b []byte, i int) int {
	for depth := 0; i < len(b); {
		switch b[i] {
		case '{', '[':
			depth++
			i++
		case '}', ']':
			depth--
			i++
		case '"':
			i = skipString(b, i)
		case ',', ':', ' ', '\t', '\n', '\r':
			i++
		default: // a number or a literal
			for i < len(b) && !bytes.ContainsRune([]byte(",:]} \t\n\r"), rune(b[i])) {
				i++
			}
		}
		if depth == 0 {
			break
		}
	}
	return i
}

// skipString returns the index after the string that starts at i.
func skipString(b []byte, i int) int {
	for i++; i < len(b); {
		n := bytes.IndexByte(b[i:], '"')
		if n < 0 {
			return len(b)
		}
		i += n + 1
		slashes := 0
		for b[i-2-slashes] == '\\' {
			slashes++
		}
		if slashes%2 == 0 {
			break
		}
	}
	return i
}
