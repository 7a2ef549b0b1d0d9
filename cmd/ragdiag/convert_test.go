package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const convertInput = `{"user_input":"Who keeps the tower?","retrieved_contexts":["Mara keeps it."],"response":"Mara.","reference":"Mara","reference_contexts":["Mara keeps it."]}
{"user_input":""}
`

func TestConvert(t *testing.T) {
	out := filepath.Join(t.TempDir(), "out.json")
	for _, tt := range []struct {
		name   string
		args   []string
		code   int
		stdout string // its beginning
		stderr string // a part of it
	}{
		{"to native", []string{"-"}, exitIncomplete, `{"ragdiag":1,"id":"r000001","question":"Who keeps the tower?"`, `skipped: -:2: record "r000002": question: is empty`},
		{"skipped records accepted", []string{"-", "--allow-incomplete"}, exitOK, `{"ragdiag":1,`, "1 records written as native, 1 skipped"},
		{"losses are named", []string{"-", "--to", "ragchecker", "--allow-incomplete"}, exitOK, `{"results":[`, "not carried over, in 1 of 1 records: gold evidence"},
		{"to a file", []string{"-", "--to", "ragas", "--out-file", out}, exitIncomplete, "", "1 of 2 records were skipped"},
		{"strict", []string{"-", "--strict", "--out-file", out + "2"}, exitFailed, "", "question: is empty"},
		{"strict about losses", []string{"-", "--strict", "--to", "ragchecker", "--out-file", out + "2"}, exitFailed, "", `record "r000001" would lose: gold evidence`},
		{"a missing file", []string{out + "3"}, exitUsage, "", "there is no such file"},
		{"an unknown target", []string{"-", "--to", "xml"}, exitUsage, "", "the formats are native, ragas, ragchecker"},
		{"an unknown source", []string{"-", "--input-format", "xml"}, exitUsage, "", `unknown format "xml"`},
		{"a mapping of no table", []string{"-", "--input-format", "ragas", "--map", "question=q"}, exitUsage, "", "drop one of the two"},
		{"a bad mapping", []string{"-", "--map", "q"}, exitUsage, "", "want TARGET=COLUMN"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var stdout, stderr bytes.Buffer
			code := run(context.Background(), append([]string{"convert"}, tt.args...), strings.NewReader(convertInput), &stdout, &stderr)
			require.Equal(t, tt.code, code, stderr.String())
			require.True(t, strings.HasPrefix(stdout.String(), tt.stdout), stdout.String())
			require.Contains(t, stderr.String(), tt.stderr)
		})
	}
	entries, err := os.ReadDir(filepath.Dir(out))
	require.NoError(t, err)
	require.Len(t, entries, 1, "only the file that was written whole is left")
}
