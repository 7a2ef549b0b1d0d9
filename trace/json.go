package trace

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
)

// plain has the fields of Record without its methods, so that encoding it does
// not recurse.
type plain Record

// recordFields are the JSON names that Record itself knows.
var recordFields = func() map[string]bool {
	names := map[string]bool{"ragdiag": true}
	t := reflect.TypeFor[Record]()
	for i := range t.NumField() {
		name, _, _ := strings.Cut(t.Field(i).Tag.Get("json"), ",")
		if name != "-" {
			names[name] = true
		}
	}
	return names
}()

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
		if recordFields[strings.ToLower(name)] {
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
func (r *Record) UnmarshalJSON(b []byte) error {
	var head struct {
		Version *int `json:"ragdiag"`
	}
	if err := json.Unmarshal(b, &head); err != nil {
		return err
	}
	if head.Version == nil {
		return fmt.Errorf(`no "ragdiag" version field: not a native record`)
	}
	if *head.Version < 1 || *head.Version > Version {
		return fmt.Errorf("schema version %d is not supported (this program reads 1 to %d): use a newer ragdiag", *head.Version, Version)
	}
	var p plain
	if err := json.Unmarshal(b, &p); err != nil {
		return err
	}
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(b, &fields); err != nil {
		return err
	}
	maps.DeleteFunc(fields, func(name string, _ json.RawMessage) bool { return recordFields[strings.ToLower(name)] })
	if len(fields) > 0 {
		p.Extra = fields
	}
	*r = Record(p)
	return nil
}
