package main

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/stretchr/testify/require"

	"github.com/ragdiag/ragdiag/diagnose"
	"github.com/ragdiag/ragdiag/rundir"
	"github.com/ragdiag/ragdiag/summary"
	"github.com/ragdiag/ragdiag/trace"
)

// savedRun writes a run of four records and returns its folder.
func savedRun(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "run")
	r, err := rundir.Create(dir, rundir.Manifest{Command: "diagnose"})
	require.NoError(t, err)
	b := summary.New(summary.Options{Title: "four"})
	for _, d := range []diagnose.Diagnosis{
		{ID: "q-1", Status: diagnose.StatusDiagnosed, Root: diagnose.Attribution{Cause: diagnose.Query, Sub: "rewrite-drift"}, Fix: "keep the names"},
		{ID: "q-2", Status: diagnose.StatusDiagnosed, Root: diagnose.Attribution{Cause: diagnose.Ignore, Sub: "misread"}},
		{ID: "q-3", Status: diagnose.StatusUndetermined, Set: []diagnose.Cause{diagnose.Retrieve, diagnose.Select}},
		{ID: "other\x1b[2J", Status: diagnose.StatusNotFailure},
	} {
		rec := &trace.Record{ID: d.ID, Question: "secret of " + d.ID, Answer: &trace.Answer{Text: "secret answer"}}
		require.NoError(t, r.Append(rec, &d))
		b.Add(rec, &d)
	}
	require.NoError(t, r.Finish(rundir.Success, "", b.Summary()))
	return dir
}

// call runs one command and returns its output and its exit code.
func call(cmd *cobra.Command, args ...string) (out string, code int, err error) {
	var b bytes.Buffer
	cmd.SetOut(&b)
	cmd.SetErr(&b)
	cmd.SilenceErrors, cmd.SilenceUsage = true, true
	cmd.SetArgs(args)
	err = cmd.Execute()
	if e, ok := err.(*exitError); ok {
		code = e.code
	} else if err != nil {
		code = exitFailed
	}
	return b.String(), code, err
}

func TestReportFormats(t *testing.T) {
	dir := savedRun(t)
	for format, want := range map[string]string{
		"text": "ragdiag · four", "md": "# ragdiag · four", "json": `"ragdiag_summary": 1`, "html": "<!doctype html>", "junit": "<testsuite ", "jsonl": `"id":"q-1"`, "csv": "q-1,diagnosed",
	} {
		out, code, err := call(newReportCmd(), dir, "--format", format)
		require.NoError(t, err, format)
		require.Zero(t, code)
		require.Contains(t, out, want)

		file := filepath.Join(t.TempDir(), "out")
		nothing, _, err := call(newReportCmd(), dir, "--format", format, "--out-file", file)
		require.NoError(t, err)
		require.Empty(t, nothing)
		saved, err := os.ReadFile(file)
		require.NoError(t, err)
		require.Equal(t, out, string(saved))
	}
}

func TestReportOnly(t *testing.T) {
	dir := savedRun(t)
	for only, want := range map[string]string{
		"retrieval-miss": "q-1", "query-formation": "q-1", "query-formation.rewrite-drift": "q-1", "query-formation.empty": "",
		"ignored-context": "q-2", "undetermined": "q-3", "diagnosed": "q-1 q-2", "citation-fault": "",
	} {
		out, _, err := call(newReportCmd(), dir, "--format", "jsonl", "--only", only)
		require.NoError(t, err)
		var ids []string
		for line := range strings.Lines(out) {
			var rec trace.Record
			require.NoError(t, json.Unmarshal([]byte(line), &rec), "what is exported is native")
			ids = append(ids, rec.ID)
		}
		require.Equal(t, want, strings.Join(ids, " "), only)
	}
	out, _, err := call(newReportCmd(), dir, "--format", "csv", "--only", "undetermined")
	require.NoError(t, err)
	rows, err := csv.NewReader(strings.NewReader(out)).ReadAll()
	require.NoError(t, err)
	require.Len(t, rows, 2)
}

func TestReportRedacts(t *testing.T) {
	dir := savedRun(t)
	for _, format := range []string{"html", "junit", "jsonl", "csv"} {
		out, _, err := call(newReportCmd(), dir, "--format", format, "--redact")
		require.NoError(t, err)
		require.NotContains(t, out, "secret", format)
	}
}

func TestReportRefuses(t *testing.T) {
	dir := savedRun(t)
	for _, args := range [][]string{
		{dir, "--format", "pdf"}, {dir, "--only", "ignored-context"}, {dir, "--format", "csv", "--only", "ignored-contxt"}, {t.TempDir()},
	} {
		out, code, err := call(newReportCmd(), args...)
		require.Error(t, err)
		require.Equal(t, exitUsage, code, err)
		require.Empty(t, out)
	}
}

func TestShow(t *testing.T) {
	dir := savedRun(t)
	out, _, err := call(newShowCmd(), dir, "q-2")
	require.NoError(t, err)
	require.Contains(t, out, "secret of q-2")
	require.Contains(t, out, "Ignored context · misread")

	out, _, err = call(newShowCmd(), dir, "q-2", "--format", "json")
	require.NoError(t, err)
	var both struct {
		Record    trace.Record
		Diagnosis diagnose.Diagnosis
	}
	require.NoError(t, json.Unmarshal([]byte(out), &both))
	require.Equal(t, "q-2", both.Record.ID)
	require.Equal(t, "misread", both.Diagnosis.Root.Sub)

	out, _, err = call(newShowCmd(), dir, "other\x1b[2J")
	require.NoError(t, err)
	require.NotContains(t, out, "\x1b")

	_, code, err := call(newShowCmd(), dir, "q-22")
	require.Equal(t, exitUsage, code)
	require.ErrorContains(t, err, `nearest: "q-2"`)
	require.NotContains(t, err.Error(), "\x1b")
}
