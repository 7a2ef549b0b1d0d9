package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"github.com/ragdiag/ragdiag/stages/retrieve/bleve"
)

// noiseDepth is where the gold paragraph must stand to count as found.
const noiseDepth = 5

// noise prints, per way of spoiling a question, how often the spoilt query
// loses the paragraph that the clean question finds. Such a record is a fault
// of query formation, and the probe with the clean question shows it.
func noise(ctx context.Context, w io.Writer, data, tmp string) error {
	dir := filepath.Join(data, "query_noise")
	x, err := index(ctx, filepath.Join(dir, "paragraphs.jsonl"), filepath.Join(tmp, "noise"), bleve.RankExact, bleve.Options{})
	if err != nil {
		return err
	}
	defer x.Close()
	f, err := os.Open(filepath.Join(dir, "queries.jsonl"))
	if err != nil {
		return err
	}
	defer f.Close()
	found := func(query, gold string) (bool, error) {
		hits, err := x.Retrieve(ctx, query, noiseDepth)
		for _, h := range hits {
			if h.Doc == gold {
				return true, err
			}
		}
		return false, err
	}
	type tally struct{ n, clean, both int }
	tallies := map[string]*tally{}
	for dec := json.NewDecoder(bufio.NewReader(f)); ; {
		var q struct {
			Gold     string            `json:"gold_paragraph"`
			Clean    string            `json:"clean"`
			Variants map[string]string `json:"variants"`
		}
		if err := dec.Decode(&q); err == io.EOF {
			break
		} else if err != nil {
			return err
		}
		clean, err := found(q.Clean, q.Gold)
		if err != nil {
			return err
		}
		for kind, text := range q.Variants {
			ok, err := found(text, q.Gold)
			if err != nil {
				return err
			}
			t := tallies[kind]
			if t == nil {
				t = new(tally)
				tallies[kind] = t
			}
			t.n++
			if clean {
				t.clean++
				if ok {
					t.both++
				}
			}
		}
	}
	fmt.Fprintf(w, "\n## Human-made bad queries: the gold paragraph among the first %d\n\n", noiseDepth)
	fmt.Fprintln(w, "| kind | queries | clean question finds it | of these, the bad query loses it |\n|---|---|---|---|")
	for _, kind := range slices.Sorted(maps.Keys(tallies)) {
		t := tallies[kind]
		fmt.Fprintf(w, "| %s | %d | %d | %d (%.1f %%) |\n", kind, t.n, t.clean, t.clean-t.both, 100*float64(t.clean-t.both)/float64(t.clean))
	}
	return nil
}
