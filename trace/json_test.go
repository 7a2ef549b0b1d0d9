package trace

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"reflect"
	"strings"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestUnmarshalKeepsUnknownFields(t *testing.T) {
	in := ` { "ragdiag" : 1, "id":"q\u0031", "QUESTION":"why?", "team" : { "a" : [ 1, "]}\"" ] }, "n\u00e9w":null, "e\\":1.50 } `
	var rec Record
	require.NoError(t, rec.UnmarshalJSON([]byte(in)))
	require.Equal(t, "q1", rec.ID)
	require.Equal(t, "why?", rec.Question, "case does not matter")
	require.Equal(t, map[string]json.RawMessage{"team": []byte(`{"a":[1,"]}\""]}`), "néw": []byte("null"), `e\`: []byte("1.50")}, rec.Extra)
	out, err := json.Marshal(rec)
	require.NoError(t, err)
	require.Equal(t, `{"ragdiag":1,"id":"q1","question":"why?","e\\":1.50,"néw":null,"team":{"a":[1,"]}\""]}}`, string(out))
}

func TestUnmarshalRefuses(t *testing.T) {
	for _, tt := range []struct{ name, in, want string }{
		{"no version", `{"id":"q"}`, "not a native record"},
		{"no version, foreign types", `{"id":"q","answer":"text"}`, "not a native record"},
		{"a newer version", `{"ragdiag":2}`, "schema version 2 is not supported (this program reads 1 to 1)"},
		{"a newer version with other types", `{"answer":"text","ragdiag":2}`, "schema version 2 is not supported"},
		{"version zero", `{"ragdiag":0}`, "schema version 0"},
		{"a version that is no number", `{"ragdiag":"1"}`, "holds no schema version"},
		{"null", `null`, "not a native record"},
		{"a list", `[]`, "schema version"},
		{"a wrong type", `{"ragdiag":1,"answer":"text"}`, "answer"},
		{"broken", `{"ragdiag":1,`, "unexpected end"},
	} {
		var rec Record
		err := rec.UnmarshalJSON([]byte(tt.in))
		require.ErrorContains(t, err, tt.want, tt.name)
		require.Zero(t, rec, tt.name)
	}
}

func TestNotRecordedIsNotEmpty(t *testing.T) {
	rec := Record{ID: "q", Question: "?", Candidates: []Hit{}, Context: nil, Gold: &Gold{Answers: []string{}}}
	b, err := rec.MarshalJSON()
	require.NoError(t, err)
	require.Equal(t, `{"ragdiag":1,"id":"q","question":"?","candidates":[],"gold":{"answers":[]}}`, string(b))
	var back Record
	require.NoError(t, back.UnmarshalJSON(b))
	require.Equal(t, rec, back)
}

func TestExtraNeverShadowsAField(t *testing.T) {
	rec := Record{ID: "q", Question: "?", Extra: map[string]json.RawMessage{"Answer": []byte(`"x"`), "ſcore": []byte("1"), "queſtion": []byte(`"y"`), "RAGDIAG": []byte("7")}}
	b, err := rec.MarshalJSON()
	require.NoError(t, err)
	require.Equal(t, `{"ragdiag":1,"id":"q","question":"?","ſcore":1}`, string(b))
	rec.Extra = map[string]json.RawMessage{"bad": []byte("{")}
	_, err = rec.MarshalJSON()
	require.ErrorContains(t, err, `extra field "bad"`)
}

// TestOldVersions reads a file of every released schema version.
func TestOldVersions(t *testing.T) {
	for version := 1; version <= Version; version++ {
		b, err := os.ReadFile(fmt.Sprintf("testdata/v%d.jsonl", version))
		require.NoError(t, err)
		for line := range strings.Lines(string(b)) {
			var rec Record
			require.NoError(t, rec.UnmarshalJSON([]byte(line)))
			out, err := rec.MarshalJSON()
			require.NoError(t, err)
			require.Equal(t, strings.TrimSpace(line), string(out))
		}
	}
}

// TestOmitzeroOnly holds the rule that keeps "not recorded" and "empty" apart:
// no field of a record may be marked omitempty.
func TestOmitzeroOnly(t *testing.T) {
	seen := map[reflect.Type]bool{}
	var walk func(reflect.Type)
	walk = func(typ reflect.Type) {
		switch typ.Kind() {
		case reflect.Pointer, reflect.Slice, reflect.Map:
			walk(typ.Elem())
		case reflect.Struct:
			if seen[typ] {
				return
			}
			seen[typ] = true
			for f := range typ.Fields() {
				if !f.IsExported() {
					continue
				}
				tag := f.Tag.Get("json")
				require.NotEmpty(t, tag, "%v.%s has no JSON name", typ, f.Name)
				require.NotContains(t, tag, "omitempty", "%v.%s", typ, f.Name)
				if k := f.Type.Kind(); (k == reflect.Slice || k == reflect.Map) && tag != "-" {
					require.True(t, strings.HasSuffix(tag, ",omitzero") || typ == reflect.TypeFor[Citation](), "%v.%s: nil must be absent, not null", typ, f.Name)
				}
				walk(f.Type)
			}
		}
	}
	walk(reflect.TypeFor[Record]())
	require.Greater(t, len(seen), 20)
}

// TestSizes notices when a type of which there are millions grows.
func TestSizes(t *testing.T) {
	for _, tt := range []struct {
		name      string
		got, most uintptr
	}{
		{"Value", unsafe.Sizeof(Value{}), 32},
		{"Predicate", unsafe.Sizeof(Predicate{}), 40},
		{"Hit", unsafe.Sizeof(Hit{}), 168},
		{"Passage", unsafe.Sizeof(Passage{}), 120},
		{"Unit", unsafe.Sizeof(Unit{}), 56}, // a record names few of them
		{"Span", unsafe.Sizeof(Span{}), 24},
	} {
		if tt.got > tt.most {
			t.Errorf("%s has grown to %d bytes, past %d: is the field worth it in each of a million records?", tt.name, tt.got, tt.most)
		}
	}
}

func TestValuesSurviveJSON(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var v Value
		switch rapid.IntRange(0, 2).Draw(t, "kind") {
		case 0:
			v = Known(rapid.Float64().Draw(t, "v"))
		case 1:
			v = Unknown(rapid.String().Draw(t, "why"))
		}
		b, err := json.Marshal(v)
		require.NoError(t, err)
		var back Value
		require.NoError(t, json.Unmarshal(b, &back))
		x, known := v.Get()
		y, knownToo := back.Get()
		require.Equal(t, known, knownToo)
		require.Equal(t, math.Float64bits(x), math.Float64bits(y))
		require.Equal(t, strings.ToValidUTF8(v.Reason(), "\uFFFD"), back.Reason())
	})
	require.Equal(t, "unknown (not a finite number)", Known(math.NaN()).String())
	require.Equal(t, "0.500", Known(.5).String())
	for _, bad := range []string{`"x"`, `{}`, `[1]`, `{"unknown":3}`} {
		var v Value
		require.Error(t, json.Unmarshal([]byte(bad), &v), bad)
	}
}

func TestTruthAndGradeSurviveJSON(t *testing.T) {
	for i := range truthNames {
		b, err := json.Marshal(Truth(i))
		require.NoError(t, err)
		var back Truth
		require.NoError(t, json.Unmarshal(b, &back))
		require.Equal(t, Truth(i), back)
	}
	for i := range gradeNames {
		b, err := json.Marshal(Grade(i))
		require.NoError(t, err)
		var back Grade
		require.NoError(t, json.Unmarshal(b, &back))
		require.Equal(t, Grade(i), back)
	}
	var g Grade
	require.Error(t, g.UnmarshalText([]byte("E")))
	var truth Truth
	require.Error(t, truth.UnmarshalJSON([]byte(`"maybe"`)))
	require.Equal(t, "unknown", Truth(9).String())
}

// FuzzRecord holds that what is accepted survives writing and reading, and
// that the quick look at the names agrees with the decoder.
func FuzzRecord(f *testing.F) {
	b, err := os.ReadFile("testdata/v1.jsonl")
	require.NoError(f, err)
	for line := range strings.Lines(string(b)) {
		f.Add([]byte(line))
	}
	f.Add([]byte(`{"ragdiag":1,"a\"\\":"\\\"","b":[[],{}],"b":2,"":-0.1e-7}`))
	f.Fuzz(func(t *testing.T, in []byte) {
		var rec Record
		if rec.UnmarshalJSON(in) != nil {
			return
		}
		var all map[string]json.RawMessage
		require.NoError(t, json.Unmarshal(in, &all))
		for name := range all {
			_, extra := rec.Extra[name]
			require.True(t, extra != IsField(name) || strings.ContainsRune(name, '\uFFFD'), "field %q", name)
		}
		out, err := rec.MarshalJSON()
		require.NoError(t, err)
		var back Record
		require.NoError(t, back.UnmarshalJSON(out))
		again, err := back.MarshalJSON()
		require.NoError(t, err)
		require.Equal(t, string(out), string(again))
	})
}

func ExampleRecord() {
	rec := Record{
		ID: "q1", Question: "When was the lighthouse built?",
		Context: []Passage{{ID: "varn#2", Text: "The lighthouse was built in 1874."}},
		Answer:  &Answer{Text: "In 1880."},
		Gold:    &Gold{Answers: []string{"1874"}},
	}
	b, err := json.Marshal(rec)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(string(b))
	// Output: {"ragdiag":1,"id":"q1","question":"When was the lighthouse built?","context":[{"id":"varn#2","text":"The lighthouse was built in 1874."}],"answer":{"text":"In 1880."},"gold":{"answers":["1874"]}}
}
