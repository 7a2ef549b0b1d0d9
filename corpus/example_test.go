package corpus_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/ragdiag/ragdiag/corpus"
)

// Documents are read as a stream; one that is broken does not end it.
func Example() {
	dir, err := os.MkdirTemp("", "corpus")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "corpus.jsonl")
	lines := `{"_id":"timetable","text":"The first ferry leaves at six. The last one leaves at nine in the evening."}
{"_id":"broken"}
`
	if err := os.WriteFile(path, []byte(lines), 0o600); err != nil {
		fmt.Println(err)
		return
	}
	docs, info, err := corpus.Open(context.Background(), path)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("format:", info.Format)
	cut, err := corpus.ChunkOptions{Words: 10, Overlap: -1}.Resolve()
	if err != nil {
		fmt.Println(err)
		return
	}
	for d, err := range docs {
		if err != nil {
			fmt.Println("skipped line 2:", err != nil)
			continue
		}
		for _, p := range corpus.Chunk(d, cut) {
			fmt.Printf("%s: %q\n", p.ID, p.Text)
		}
	}
	// Output:
	// format: beir
	// timetable#0: "The first ferry leaves at six."
	// timetable#1: "The last one leaves at nine in the evening."
	// skipped line 2: true
}
