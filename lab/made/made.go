// Package made holds what several programs of the laboratory make before they
// begin: the program itself, and words to write records of.
//
// In: a folder. Out: the program in it; words of our own corpora.
package made

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"

	"github.com/ragdiag/ragdiag/fixtures"
)

// Program builds ragdiag from the working tree into a folder and returns its
// path. An error holds what the compiler says.
func Program(ctx context.Context, dir string) (string, error) {
	program := filepath.Join(dir, "ragdiag")
	out, err := exec.CommandContext(ctx, "go", "build", "-o", program, "github.com/ragdiag/ragdiag/cmd/ragdiag").CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("build: %w\n%s", err, bytes.TrimSpace(out))
	}
	return program, nil
}

// Words returns the words of the English fixture corpora in their order, as often
// as they are there. Callers share the slice and do not change it.
var Words = sync.OnceValue(func() []string {
	var words []string
	for _, name := range []string{"orvane", "skarrow"} {
		raw, err := fixtures.FS.ReadFile("corpora/" + name + ".jsonl")
		if err != nil {
			panic(err) // it is embedded
		}
		for line := range bytes.Lines(raw) {
			var doc struct{ Text string }
			if err := json.Unmarshal(line, &doc); err != nil {
				panic(err)
			}
			words = append(words, strings.Fields(doc.Text)...)
		}
	}
	return words
})
