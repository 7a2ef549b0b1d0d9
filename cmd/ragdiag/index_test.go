package main

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// command runs the program and returns its exit code and what it printed.
func indexCommand(t *testing.T, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, errs bytes.Buffer
	code = run(t.Context(), args, strings.NewReader(""), &out, &errs)
	return code, out.String(), errs.String()
}

func TestIndexAndExplain(t *testing.T) {
	dir := t.TempDir()
	write := func(name, content string) string {
		path := filepath.Join(dir, name)
		require.NoError(t, os.WriteFile(path, []byte(content), 0o600))
		return path
	}
	good := write("corpus.jsonl", `{"_id":"a","text":"The first ferry to Keld leaves the harbour at six in the morning."}`+"\n"+
		`{"_id":"b","text":"The lighthouse was built of granite, and it is not open to visitors."}`+"\n")
	bad := write("bad.jsonl", `{"_id":"a","text":"The ferry leaves the harbour at six."}`+"\n{\n"+`{"_id":"a","text":"again"}`+"\n")
	index := filepath.Join(dir, "index")

	code, stdout, stderr := indexCommand(t, "index", good, "--out", index)
	require.Equal(t, exitOK, code, stderr)
	require.Contains(t, stdout, "documents 2, 0 skipped\n")
	require.Contains(t, stdout, "language  en, found out\nanalyser  en\n")
	require.Empty(t, stderr)

	code, stdout, _ = indexCommand(t, "explain", "--index", index, "when does the ferry leave", "a")
	require.Equal(t, exitOK, code)
	require.Contains(t, stdout, `"ferri": product of:`)
	code, stdout, _ = indexCommand(t, "explain", "--index", index, "ferry", "a", "--format", "json")
	require.Equal(t, exitOK, code)
	require.Contains(t, stdout, `"value":`)

	for _, tt := range []struct {
		name string
		args []string
		code int
		says string
	}{
		{"an index is there", []string{"index", good, "--out", index}, exitUsage, "--force"},
		{"built anew", []string{"index", good, "--out", index, "--force"}, exitOK, ""},
		{"no corpus", []string{"index", filepath.Join(dir, "nowhere"), "--out", index}, exitUsage, "no such file"},
		{"no --out", []string{"index", good}, exitUsage, "out"},
		{"bad documents", []string{"index", bad, "--out", filepath.Join(dir, "i2")}, exitIncomplete, `bad.jsonl:3: document "a": duplicate ID`},
		{"bad documents allowed", []string{"index", bad, "--out", filepath.Join(dir, "i3"), "--allow-incomplete"}, exitOK, "bad.jsonl:2: not a JSON document"},
		{"nothing readable", []string{"index", write("none.jsonl", "{\n"), "--out", filepath.Join(dir, "i4")}, exitUsage, "no document that can be read"},
		{"unknown analyser", []string{"index", good, "--out", filepath.Join(dir, "i5"), "--analyzer", "klingon"}, exitUsage, "unknown analyser"},
		{"wrong analyser", []string{"index", good, "--out", filepath.Join(dir, "i6"), "--analyzer", "fi", "--lang", "en"}, exitOK, "index again with --analyzer en"},
		{"explain without an index", []string{"explain", "--index", dir, "q", "a"}, exitUsage, "holds no index"},
		{"explain an unknown passage", []string{"explain", "--index", index, "q", "zz"}, exitFailed, `no passage "zz"`},
	} {
		code, _, stderr := indexCommand(t, tt.args...)
		require.Equal(t, tt.code, code, "%s: %s", tt.name, stderr)
		require.Contains(t, stderr, tt.says, tt.name)
	}
}

func TestIndexInterrupted(t *testing.T) {
	path := filepath.Join(t.TempDir(), "corpus.jsonl")
	require.NoError(t, os.WriteFile(path, []byte(`{"_id":"a","text":"The first ferry leaves at six."}`+"\n"), 0o600))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	var out, errs bytes.Buffer
	code := run(ctx, []string{"index", path, "--out", filepath.Join(t.TempDir(), "index")}, strings.NewReader(""), &out, &errs)
	require.Equal(t, exitInterrupted, code, errs.String())
}

// An index from before there were checksums says so and is used; a damaged one
// is not.
func TestIndexIsVerified(t *testing.T) {
	dir := t.TempDir()
	corpus := filepath.Join(dir, "corpus.jsonl")
	require.NoError(t, os.WriteFile(corpus, []byte(`{"_id":"a","text":"The first ferry to Keld leaves at six."}`+"\n"), 0o600))
	index := filepath.Join(dir, "index")
	code, _, stderr := indexCommand(t, "index", corpus, "--out", index)
	require.Equal(t, exitOK, code, stderr)

	manifest := filepath.Join(index, "manifest.json")
	whole, err := os.ReadFile(manifest)
	require.NoError(t, err)
	var m map[string]any
	require.NoError(t, json.Unmarshal(whole, &m))
	require.Contains(t, m["files"], "passages.bin")
	delete(m, "files")
	delete(m, "sum")
	old, err := json.Marshal(m)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(manifest, old, 0o600))
	code, _, stderr = indexCommand(t, "explain", "--index", index, "ferry", "a")
	require.Equal(t, exitOK, code)
	require.Contains(t, stderr, "no checksums")

	require.NoError(t, os.WriteFile(manifest, whole, 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(index, "passages.bin"), []byte("x"), 0o600))
	code, _, stderr = indexCommand(t, "explain", "--index", index, "ferry", "a")
	require.Equal(t, exitUsage, code)
	require.Contains(t, stderr, "passages.bin has 1 bytes of")
}
