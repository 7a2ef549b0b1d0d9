package formats

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ragdiag/ragdiag/trace"
)

// FuzzRecords holds the law of reading: nothing panics, each bad record has a
// position, and what is accepted survives being written and read natively.
func FuzzRecords(f *testing.F) {
	paths, err := filepath.Glob("testdata/*/*.*")
	require.NoError(f, err)
	for _, path := range paths {
		b, err := os.ReadFile(path)
		require.NoError(f, err)
		if filepath.Ext(path) != ".golden" {
			f.Add(b, "", "")
		}
	}
	f.Add([]byte(`[{"q":"a","c":"['x', \"y\", None, {'text': u'\\u00e9'}]"}]`), "question=q,context=c", "")
	f.Add([]byte("q,c\na,x|y\n"), "question=q,context=c[|],tag.z=c", "")
	for _, format := range Formats() {
		f.Add([]byte(`{"ragdiag":1,"id":7,"question":"q","input":"q","query":"q","user_input":"q","context":["t"]}`), "", string(format))
	}
	f.Fuzz(func(t *testing.T, in []byte, columns, format string) {
		m, err := ParseMapping(columns)
		if err != nil {
			return
		}
		forced, err := ParseFormat(format)
		if err != nil {
			return
		}
		for rec, err := range Records(bytes.NewReader(in), "fuzz", Options{Map: m, Format: forced}) {
			if err != nil {
				require.True(t, strings.HasPrefix(err.Error(), "fuzz"), "%v names no file", err)
				continue
			}
			require.NoError(t, check(rec))
			line := marshal(t, rec)
			require.Equal(t, string(line), string(marshal(t, reread(t, line))))
		}
	})
}

func marshal(t *testing.T, rec *trace.Record) []byte {
	t.Helper()
	line, err := rec.MarshalJSON()
	require.NoError(t, err)
	return line
}

// reread reads one native line back.
func reread(t *testing.T, line []byte) *trace.Record {
	t.Helper()
	var out *trace.Record
	for rec, err := range Records(bytes.NewReader(line), "again", Options{}) {
		require.NoError(t, err)
		require.Nil(t, out, "one record has become two")
		out = rec
	}
	require.NotNil(t, out)
	return out
}

// FuzzMapping holds that a mapping prints as it is read.
func FuzzMapping(f *testing.F) {
	for _, s := range []string{"question=q", `"context=a, b"`, `context=p[\n],context=q[|],tag.x=y[z]`, "gold==["} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		m, err := ParseMapping(s)
		if err != nil || m.IsZero() {
			return
		}
		again, err := ParseMapping(m.String())
		require.NoError(t, err, "%q", m.String())
		require.Equal(t, m.String(), again.String())
	})
}

func TestPythonLists(t *testing.T) {
	for _, tt := range []struct{ in, want string }{
		{`['a', "b's", 'it\'s', None]`, `["a" "b's" "it's" null]`},
		{`('a',)`, `["a"]`},
		{`[]`, `[]`},
		{`['\u00e9\x41\n\q']`, `["éA\n\\q"]`},
		{`[u'a', r'\d', b'c']`, `["a" "\\d" "c"]`},
		{`array(['a', 'b'], dtype=object)`, `["a" "b"]`},
		{`['a' 'b']`, `["a" "b"]`},
		{`[{'text': 'x', 'n': 1.5, 'ok': True}, [False]]`, `[{"text":"x","n":1.5,"ok":true} [false]]`},
		{`[nan, 1e5]`, `[null 1e5]`},
		{`['a'`, ``},
		{`['a'] and more`, ``},
		{`[print('x')]`, ``},
		{strings.Repeat("[", 1000) + strings.Repeat("]", 1000), ``},
	} {
		items, ok := pythonList(tt.in)
		got := ""
		if ok {
			var parts []string
			for _, item := range items {
				parts = append(parts, string(item))
			}
			got = "[" + strings.Join(parts, " ") + "]"
		}
		if got != tt.want {
			t.Errorf("pythonList(%.40q) = %s, %v; want %s", tt.in, got, ok, tt.want)
		}
	}
}

func TestParseMappingErrors(t *testing.T) {
	for _, tt := range []struct{ in, want string }{
		{"question", "want TARGET=COLUMN"},
		{"quest=a", `unknown target "quest"`},
		{"tag.=a", "unknown target"},
		{"question=a,question=b", `question is already taken from column "a"`},
		{`"question=a`, "mapping"},
		{"context=a[]", "want the separator in the brackets"},
	} {
		_, err := ParseMapping(tt.in)
		require.ErrorContains(t, err, tt.want, tt.in)
	}
}
