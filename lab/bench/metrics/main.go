// Command metrics writes the files that the metric benchmarks read: a run and
// its qrels, the same bytes for the same flags.
//
//	go run ./lab/bench/metrics -dir /tmp/bench
//
// The default is a run of 5,000 queries × 1,000 documents, 5,000,000 lines.
package main

import (
	"bufio"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
)

func main() {
	dir := flag.String("dir", ".", "folder to write run.txt and qrels.txt into")
	queries := flag.Int("queries", 5000, "number of queries")
	depth := flag.Int("depth", 1000, "documents retrieved for each query")
	judged := flag.Int("judged", 50, "documents judged for each query")
	seed := flag.Uint64("seed", 1, "seed of the random numbers")
	flag.Parse()
	if err := generate(*dir, *queries, *depth, *judged, *seed); err != nil {
		fmt.Fprintln(os.Stderr, "metrics:", err)
		os.Exit(1)
	}
}

// generate draws document numbers without repetition: an odd step through a
// power of two visits each number once.
func generate(dir string, queries, depth, judged int, seed uint64) error {
	const docs = 1 << 23
	rng := rand.New(rand.NewPCG(seed, 0))
	run, err := create(filepath.Join(dir, "run.txt"))
	if err != nil {
		return err
	}
	qrels, err := create(filepath.Join(dir, "qrels.txt"))
	if err != nil {
		return err
	}
	for q := 1; q <= queries; q++ {
		doc, step := rng.IntN(docs), rng.IntN(docs)|1
		score := 50 + 10*rng.Float64()
		for rank := 1; rank <= depth; rank++ {
			fmt.Fprintf(run, "%d Q0 D%07d %d %.6f bench1\n", q, doc, rank, score)
			if rng.IntN(depth) < judged {
				fmt.Fprintf(qrels, "%d 0 D%07d %d\n", q, doc, rng.IntN(4))
			}
			doc = (doc + step) % docs
			score -= 0.05 * rng.Float64()
		}
		for range judged / 5 { // judged, never retrieved
			fmt.Fprintf(qrels, "%d 0 D%07d %d\n", q, doc, rng.IntN(4))
			doc = (doc + step) % docs
		}
	}
	for _, f := range []*output{run, qrels} {
		if err := f.close(); err != nil {
			return err
		}
	}
	return nil
}

type output struct {
	*bufio.Writer
	file *os.File
}

func create(path string) (*output, error) {
	f, err := os.Create(path)
	if err != nil {
		return nil, err
	}
	return &output{bufio.NewWriterSize(f, 1<<20), f}, nil
}

func (o *output) close() error {
	if err := o.Flush(); err != nil {
		return err
	}
	return o.file.Close()
}
