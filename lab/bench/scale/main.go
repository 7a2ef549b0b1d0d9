// Command scale shows that memory stays flat however long the input: it writes
// files of growing length, has the ragdiag command diagnose each, and prints
// time and peak memory: `go run ./lab/bench/scale -n 1000000`.
//
// In: the number of records of the longest file. Out: a Markdown table. The
// files are made from a seed and deleted afterwards; the command is built from
// this module.
package main

import (
	"bufio"
	"context"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/ragdiag/ragdiag/lab/made"
	"github.com/ragdiag/ragdiag/trace"
	"github.com/ragdiag/ragdiag/trace/formats"
)

func main() {
	n := flag.Int("n", 100_000, "records in the longest file")
	passages := flag.Int("passages", 3, "passages in each record")
	words := flag.Int("words", 30, "words in each passage")
	flag.Parse()
	if err := run(context.Background(), os.Stdout, *n, *passages, *words); err != nil {
		fmt.Fprintln(os.Stderr, "scale:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, w io.Writer, n, passages, words int) error {
	tmp, err := os.MkdirTemp("", "ragdiag-scale-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(tmp)
	program, err := made.Program(ctx, tmp)
	if err != nil {
		return err
	}
	fmt.Fprintf(w, "Records of %d passages of %d words.\n\n", passages, words)
	fmt.Fprintln(w, "| records | file | time | records/s | peak memory |\n|---|---|---|---|---|")
	for _, count := range []int{n / 100, n / 10, n} {
		file := filepath.Join(tmp, "traces.jsonl")
		size, err := write(file, count, passages, words)
		if err != nil {
			return err
		}
		out := filepath.Join(tmp, fmt.Sprint("run", count))
		cmd := exec.CommandContext(ctx, program, "diagnose", file, "--out", out, "--quiet")
		start := time.Now()
		if msg, err := cmd.CombinedOutput(); err != nil {
			return fmt.Errorf("diagnose: %w\n%s", err, msg)
		}
		took := time.Since(start)
		usage, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage)
		if !ok {
			return fmt.Errorf("this system does not tell the memory of a process")
		}
		fmt.Fprintf(w, "| %d | %d MB | %.1f s | %.0f | %d MB |\n", count, size>>20, took.Seconds(), float64(count)/took.Seconds(), usage.Maxrss>>10)
		if err := os.RemoveAll(out); err != nil {
			return err
		}
	}
	return nil
}

// write makes a file of count records and returns its size.
func write(file string, count, passages, words int) (int64, error) {
	f, err := os.Create(file)
	if err != nil {
		return 0, err
	}
	defer f.Close()
	b := bufio.NewWriter(f)
	w, err := formats.NewWriter(b, formats.Native)
	if err != nil {
		return 0, err
	}
	for i := range count {
		if err := w.Write(record(i, passages, words)); err != nil {
			return 0, err
		}
	}
	if err := w.Close(); err != nil {
		return 0, err
	}
	if err := b.Flush(); err != nil {
		return 0, err
	}
	info, err := f.Stat()
	if err != nil {
		return 0, err
	}
	return info.Size(), f.Close()
}

// record is the i-th record: an answer in three sentences, two of them taken
// from a passage.
func record(i, passages, words int) *trace.Record {
	r := rand.New(rand.NewPCG(11, uint64(i)))
	rec := &trace.Record{ID: fmt.Sprint("r", i), Question: prose(r, 9), Tags: map[string]string{"half": fmt.Sprint(i % 2)}}
	for j := range passages {
		p := trace.Passage{ID: fmt.Sprintf("d%d", r.IntN(1_000_000)), Text: prose(r, words)}
		rec.Context = append(rec.Context, p)
		rec.Candidates = append(rec.Candidates, trace.Hit{ID: p.ID, Text: p.Text, Score: trace.Known(float64(passages - j))})
	}
	source := rec.Context[r.IntN(passages)]
	sentences := strings.SplitAfterN(source.Text, ". ", 3)
	rec.Answer = &trace.Answer{Text: strings.Join(sentences[:min(2, len(sentences))], "") + " " + prose(r, 8)}
	rec.Gold = &trace.Gold{Answers: []string{prose(r, 5)}, Evidence: []trace.EvidenceSet{{{ID: rec.Context[0].ID}}}}
	return rec
}

// prose draws n words in stretches of three, so that it reads like English to
// a program.
func prose(r *rand.Rand, n int) string {
	words := made.Words()
	var out []string
	for len(out) < n {
		at := r.IntN(len(words) - 3)
		out = append(out, words[at:at+3]...)
		if len(out)%12 == 0 {
			out[len(out)-1] = strings.TrimRight(out[len(out)-1], ".,;:") + ". The"
		}
	}
	return strings.Join(out[:n], " ") + "."
}
