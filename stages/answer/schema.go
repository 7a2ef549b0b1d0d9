package answer

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// What a JSON Schema may cost. A few kilobytes of one that refers to its own
// parts can ask for more steps than there is time for, and a validator cannot be
// interrupted: a schema beyond these limits cannot be checked.
const (
	maxSchema      = 256 << 10 // bytes
	maxSchemaDepth = 100       // objects and lists within each other
	maxValueDepth  = 64        // of the value that is held against it
	maxSteps       = 500_000   // applications of a part of the schema to a part of the value
	maxProblem     = 400       // bytes of what is wrong with the value
)

// schemaAddress is the address of a schema, which its errors name. It is
// absolute: a relative one would be of the current folder, which has no place in
// a verdict.
const schemaAddress = "gold:///schema.json"

var errTooMuch = errors.New("the format's schema cannot be checked: it would take too many steps")

// violates checks v against a JSON Schema. A schema may refer to itself only:
// gold is untrusted, so nothing is read from disk or network for it.
func violates(v any, schema json.RawMessage) (problem string, err error) {
	if len(schema) > maxSchema {
		return "", errTooMuch
	}
	s, err := jsonschema.UnmarshalJSON(bytes.NewReader(schema))
	if err != nil {
		return "", fmt.Errorf("the format's schema is not JSON: %w", err)
	}
	_, valueDepth := extent(v)
	if _, depth := extent(s); depth > maxSchemaDepth || valueDepth > maxValueDepth {
		return "", errTooMuch
	}
	c := jsonschema.NewCompiler()
	c.UseLoader(closed{})
	if err := c.AddResource(schemaAddress, s); err != nil {
		return "", fmt.Errorf("the format's schema: %w", err)
	}
	compiled, err := c.Compile(schemaAddress)
	if err != nil {
		return "", fmt.Errorf("the format's schema: %w", err)
	}
	values, _ := extent(v)
	if count := (steps{}).of(compiled, valueDepth); count > maxSteps/max(1, values) {
		return "", errTooMuch
	}
	if err := compiled.Validate(v); err != nil {
		why := strings.Join(strings.Fields(err.Error()), " ")
		if len(why) > maxProblem {
			why = strings.ToValidUTF8(why[:maxProblem], "") + " …"
		}
		return "it does not fit the schema: " + why, nil
	}
	return "", nil
}

// closed is a schema loader that loads nothing.
type closed struct{}

func (closed) Load(url string) (any, error) {
	return nil, fmt.Errorf("a schema may not refer to %s", url)
}

// extent returns the number of values in a JSON value, itself included, and how
// deep they are within each other.
func extent(v any) (values, depth int) {
	values = 1
	add := func(e any) {
		n, d := extent(e)
		values, depth = values+n, max(depth, d+1)
	}
	switch v := v.(type) {
	case map[string]any:
		for _, e := range v {
			add(e)
		}
	case []any:
		for _, e := range v {
			add(e)
		}
	}
	return values, depth
}

// steps remembers how often parts of a schema are applied at most.
type steps map[step]int

// step is a part of a schema, applied to a value with so many levels below it.
type step struct {
	part  *jsonschema.Schema
	depth int
}

// of returns how many parts of s are applied at most to any one of the values
// within a value of that depth, for one application of s to the value. Times the
// number of values this bounds the work. It is large for what has no bound.
func (m steps) of(s *jsonschema.Schema, depth int) int {
	if s == nil {
		return 0
	}
	key := step{s, depth}
	if n, ok := m[key]; ok {
		return n
	}
	m[key] = maxSteps + 1 // what leads back here without going down does not end
	n := 1
	add := func(k int) { n = min(n+k, maxSteps+1) }
	same := slices.Concat([]*jsonschema.Schema{s.Ref, s.RecursiveRef, s.Not, s.If, s.Then, s.Else}, s.AllOf, s.AnyOf, s.OneOf,
		slices.Collect(maps.Values(s.DependentSchemas)))
	for _, d := range s.Dependencies {
		same = append(same, oneSchema(d))
	}
	if s.DynamicRef != nil {
		same = append(same, s.DynamicRef.Ref)
	}
	for _, part := range same {
		add(m.of(part, depth))
	}
	if depth == 0 {
		m[key] = n
		return n
	}
	most := func(parts []*jsonschema.Schema) (most int) { // only one of them meets a value
		for _, part := range parts {
			most = max(most, m.of(part, depth-1))
		}
		return most
	}
	add(most(slices.Collect(maps.Values(s.Properties))))
	add(most(s.PrefixItems))
	if list, ok := s.Items.([]*jsonschema.Schema); ok {
		add(most(list))
	}
	below := slices.Concat([]*jsonschema.Schema{
		s.PropertyNames, s.UnevaluatedProperties, s.Contains, s.Items2020, s.UnevaluatedItems, s.ContentSchema,
		oneSchema(s.AdditionalProperties), oneSchema(s.AdditionalItems), oneSchema(s.Items),
	}, slices.Collect(maps.Values(s.PatternProperties)))
	for _, part := range below {
		add(m.of(part, depth-1))
	}
	m[key] = n
	return n
}

// oneSchema returns v if it is a schema: some keywords take other values too.
func oneSchema(v any) *jsonschema.Schema {
	s, _ := v.(*jsonschema.Schema)
	return s
}
