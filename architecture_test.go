package ragdiag_test

import (
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const module = "github.com/ragdiag/ragdiag"

type listed struct {
	ImportPath string
	Imports    []string
	Doc        string
}

func list(t *testing.T, args ...string) []listed {
	t.Helper()
	cmd := exec.Command("go", append([]string{"list", "-json=ImportPath,Imports,Doc"}, args...)...)
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	require.NoError(t, err)
	var all []listed
	dec := json.NewDecoder(strings.NewReader(string(out)))
	for {
		var p listed
		err := dec.Decode(&p)
		if errors.Is(err, io.EOF) {
			return all
		}
		require.NoError(t, err)
		all = append(all, p)
	}
}

// order reads the package table of ARCHITECTURE.md.
func order(t *testing.T) map[string]int {
	t.Helper()
	page, err := os.ReadFile("ARCHITECTURE.md")
	require.NoError(t, err)
	_, table, _ := strings.Cut(string(page), "## Packages")
	table, _, _ = strings.Cut(table, "\n## ")
	rows := map[string]int{}
	for _, m := range regexp.MustCompile("(?m)^\\| `([^`]+)` \\|").FindAllStringSubmatch(table, -1) {
		rows[m[1]] = len(rows)
	}
	require.NotEmpty(t, rows)
	return rows
}

// rowOf maps an import path to its row; programs below lab/bench share one.
func rowOf(path string) string {
	rel := strings.TrimPrefix(strings.TrimPrefix(path, module), "/")
	switch {
	case rel == "":
		return "."
	case strings.HasPrefix(rel, "lab/bench"):
		return "lab/bench"
	}
	return rel
}

func TestImportsPointDownward(t *testing.T) {
	rows := order(t)
	seen := map[string]bool{}
	for _, p := range list(t, "./...") {
		row := rowOf(p.ImportPath)
		seen[row] = true
		rank, ok := rows[row]
		if !ok {
			t.Errorf("%s has no row in ARCHITECTURE.md", row)
			continue
		}
		for _, imp := range p.Imports {
			if !strings.HasPrefix(imp, module) || rowOf(imp) == row {
				continue
			}
			if below, ok := rows[rowOf(imp)]; ok && below >= rank {
				t.Errorf("%s imports %s, which stands in a later row of ARCHITECTURE.md", row, rowOf(imp))
			}
		}
	}
	for row := range rows {
		if !seen[row] {
			t.Errorf("ARCHITECTURE.md has a row for %s, which does not exist", row)
		}
	}
}

// Foundations know nothing of what is built on them, and the product nothing of
// the programs that measure and break it.
func TestFoldersKeepApart(t *testing.T) {
	within := func(row string, folders ...string) bool {
		return slices.ContainsFunc(folders, func(f string) bool { return row == f || strings.HasPrefix(row, f+"/") })
	}
	for _, p := range list(t, "./...") {
		row := rowOf(p.ImportPath)
		for _, imp := range p.Imports {
			if !strings.HasPrefix(imp, module) {
				continue
			}
			switch to := rowOf(imp); {
			case within(row, "internal") && !within(to, "internal", "trace", "metrics"):
				t.Errorf("%s is a foundation and imports %s", row, to)
			case within(to, "lab") && !within(row, "lab", "cmd"):
				t.Errorf("%s imports %s: only the command line and tests may", row, to)
			}
		}
	}
}

func TestEveryPackageSaysItsPlace(t *testing.T) {
	for _, p := range list(t, "./...") {
		if p.Doc == "" {
			t.Errorf("%s has no package comment", p.ImportPath)
		}
	}
}

// Heavy and foreign packages are imported in one place each.
func TestForeignPackagesStandAtTheLeaves(t *testing.T) {
	only := map[string]string{
		"github.com/blevesearch/bleve":      "stages/retrieve/bleve",
		"github.com/sashabaranov/go-openai": "llm/openai",
		"github.com/spf13/cobra":            "cmd/ragdiag",
	}
	for _, p := range list(t, "./...") {
		for _, imp := range p.Imports {
			for prefix, home := range only {
				if strings.HasPrefix(imp, prefix) && rowOf(p.ImportPath) != home && rowOf(p.ImportPath) != "lab/bench" {
					t.Errorf("%s imports %s: only %s may", p.ImportPath, imp, home)
				}
			}
		}
	}
}

// A diagnosis needs no network and no third party.
func TestDiagnoseIsPure(t *testing.T) {
	for _, p := range list(t, "-deps", "./diagnose") {
		first, _, _ := strings.Cut(p.ImportPath, "/")
		if strings.HasPrefix(p.ImportPath, module) {
			continue
		}
		if strings.Contains(first, ".") {
			t.Errorf("diagnose depends on %s", p.ImportPath)
		}
		if p.ImportPath == "net" || strings.HasPrefix(p.ImportPath, "net/") {
			t.Errorf("diagnose depends on %s", p.ImportPath)
		}
	}
}
