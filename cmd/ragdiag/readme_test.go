package main

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/stretchr/testify/require"
)

// commandLines finds the ragdiag command lines of a text: those that begin with
// the name, and those behind a pipe.
func commandLines(text string) [][]string {
	text = strings.ReplaceAll(text, "\\\n", " ")
	var lines [][]string
	for _, m := range regexp.MustCompile(`(?m)(?:^\s*|\| |&& )(?:go run \./cmd/)?ragdiag ([a-z][^\n#|>&]*)`).FindAllStringSubmatch(text, -1) {
		var args []string
		for _, word := range regexp.MustCompile(`'[^']*'|\S+`).FindAllString(m[1], -1) {
			args = append(args, strings.Trim(word, "'"))
		}
		lines = append(lines, args)
	}
	return lines
}

// Every command line in the documentation and in the help texts names a command
// and flags that exist.
func TestDocumentedCommandsExist(t *testing.T) {
	texts := map[string]string{}
	pages, err := filepath.Glob("../../docs/*.md")
	require.NoError(t, err)
	for _, page := range append(pages, "../../README.md", "../../fixtures/README.md") {
		raw, err := os.ReadFile(page)
		require.NoError(t, err)
		var code strings.Builder
		for i, part := range strings.Split(string(raw), "```") {
			if i%2 == 1 {
				code.WriteString(part + "\n")
			}
		}
		texts[page] = code.String()
	}
	var walk func(c *cobra.Command)
	walk = func(c *cobra.Command) {
		texts[c.CommandPath()] = c.Example
		for _, sub := range c.Commands() {
			walk(sub)
		}
	}
	walk(newRootCmd())
	found := 0
	for where, text := range texts {
		for _, args := range commandLines(text) {
			found++
			cmd, rest, err := newRootCmd().Find(args)
			require.NoError(t, err, "%s: ragdiag %s", where, strings.Join(args, " "))
			require.NotEqual(t, "ragdiag", cmd.Name(), "%s: ragdiag %s", where, strings.Join(args, " "))
			require.NoError(t, cmd.ParseFlags(rest), "%s: ragdiag %s", where, strings.Join(args, " "))
		}
	}
	require.Greater(t, found, 20)
}

// The report that the README shows is the one that its command prints.
func TestReadmeShowsTheReport(t *testing.T) {
	page, err := os.ReadFile("../../README.md")
	require.NoError(t, err)
	_, shown, found := strings.Cut(string(page), "The report begins:\n\n```text\n")
	require.True(t, found)
	shown, _, _ = strings.Cut(shown, "\n```")
	t.Chdir("../..")
	var stdout, stderr bytes.Buffer
	code := run(t.Context(), []string{"diagnose", "examples/ragas.jsonl", "--quiet", "--out", filepath.Join(t.TempDir(), "run")}, strings.NewReader(""), &stdout, &stderr)
	require.Equal(t, exitOK, code, stderr.String())
	require.True(t, strings.HasPrefix(stdout.String(), shown), "the README shows\n%s\nand it prints\n%s", shown, stdout.String())
}
