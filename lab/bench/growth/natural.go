package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/debug"
	"time"

	"github.com/ragdiag/ragdiag/internal/text"
	"github.com/ragdiag/ragdiag/lab/made"
	"github.com/ragdiag/ragdiag/trace"
	"github.com/ragdiag/ragdiag/trace/formats"
)

// natural prints the second table: what the ragdiag command takes for the
// natural records, its run directory and report included, over the bound.
func natural(ctx context.Context, w io.Writer, data string, runs, copies int) error {
	path := filepath.Join(data, "natural", "records.jsonl")
	if _, err := os.Stat(path); err != nil {
		fmt.Fprintf(w, "\nNo natural records at hand (%v).\n", err)
		return nil
	}
	tmp, err := os.MkdirTemp("", "ragdiag-growth-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(tmp)
	program, err := made.Program(ctx, tmp)
	if err != nil {
		return err
	}
	many, empty := filepath.Join(tmp, "many.jsonl"), filepath.Join(tmp, "one.jsonl")
	n, err := repeat(ctx, path, many, copies)
	if err != nil {
		return err
	}
	if _, err := repeat(ctx, path, empty, 0); err != nil {
		return err
	}
	var work, start, bound time.Duration
	for i := range runs {
		all, err := diagnose(ctx, program, many, filepath.Join(tmp, fmt.Sprint("many", i)))
		if err != nil {
			return err
		}
		none, err := diagnose(ctx, program, empty, filepath.Join(tmp, fmt.Sprint("one", i)))
		if err != nil {
			return err
		}
		least, err := floor(many)
		if err != nil {
			return err
		}
		if i == 0 || all < work {
			work = all
		}
		if i == 0 || none < start {
			start = none
		}
		if i == 0 || least < bound {
			bound = least
		}
	}
	perThousand := func(d time.Duration) float64 { return d.Seconds() * 1000 / float64(n) }
	fmt.Fprintf(w, "\n%d natural records, the command without what it takes for one short record (%.2f s); the least of %d runs.\n", n, start.Seconds(), runs)
	fmt.Fprintln(w, "\n| CPU s per 1,000 records | bound: decode, analyse each text once, encode | over the bound |\n|---|---|---|")
	fmt.Fprintf(w, "| %.2f | %.2f | %.1f |\n", perThousand(work-start), perThousand(bound), (work-start).Seconds()/bound.Seconds())
	return nil
}

// repeat writes the records of a file so often, each time under new IDs; with
// no copies it writes one short record of ours. It returns how many it wrote.
func repeat(ctx context.Context, from, to string, copies int) (n int, err error) {
	f, err := os.Create(to)
	if err != nil {
		return 0, err
	}
	defer f.Close()
	b := bufio.NewWriter(f)
	out := json.NewEncoder(b)
	if copies == 0 {
		_, rec := record()
		if err := out.Encode(rec); err != nil {
			return 0, err
		}
	}
	for i := range copies {
		in, err := formats.Open(ctx, []string{from}, formats.Options{})
		if err != nil {
			return 0, err
		}
		for rec, err := range in.Records() {
			if err != nil {
				return 0, err
			}
			rec.ID = fmt.Sprintf("%s-%d", rec.ID, i)
			if err := out.Encode(rec); err != nil {
				return 0, err
			}
			n++
		}
	}
	if err := b.Flush(); err != nil {
		return 0, err
	}
	return n, f.Close()
}

// diagnose returns the CPU time of the command over a file.
func diagnose(ctx context.Context, program, file, out string) (time.Duration, error) {
	cmd := exec.CommandContext(ctx, program, "diagnose", file, "--out", out, "--quiet")
	if said, err := cmd.CombinedOutput(); err != nil {
		return 0, fmt.Errorf("diagnose: %w\n%s", err, said)
	}
	return cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime(), os.RemoveAll(out)
}

// floor returns the CPU time of what cannot be saved: each record is decoded,
// each of its texts analysed once, and the record encoded.
func floor(file string) (time.Duration, error) {
	f, err := os.Open(file)
	if err != nil {
		return 0, err
	}
	defer f.Close()
	defer debug.SetGCPercent(debug.SetGCPercent(400)) // as the command has it
	start := cpuTime()
	tokens := 0
	for rec, err := range formats.Records(f, file, formats.Options{}) {
		if err != nil {
			return 0, err
		}
		for s := range texts(rec) {
			tokens += len(text.Analyze(s, "").Tokens)
		}
		if _, err := json.Marshal(rec); err != nil {
			return 0, err
		}
	}
	took := cpuTime() - start
	if tokens == 0 {
		return 0, fmt.Errorf("%s holds no texts", file)
	}
	return took, nil
}

// texts yields each different text of a record.
func texts(rec *trace.Record) func(yield func(string) bool) {
	return func(yield func(string) bool) {
		seen := map[string]bool{"": true}
		all := []string{rec.Question}
		for _, t := range rec.History {
			all = append(all, t.Text)
		}
		for _, h := range rec.Candidates {
			all = append(all, h.Text)
		}
		for _, p := range rec.Context {
			all = append(all, p.Text)
		}
		if rec.Answer != nil {
			all = append(all, rec.Answer.Text)
		}
		if rec.Gold != nil {
			all = append(all, rec.Gold.Answers...)
			for _, set := range rec.Gold.Evidence {
				for _, u := range set {
					all = append(all, u.Text)
				}
			}
		}
		for _, s := range all {
			if !seen[s] {
				seen[s] = true
				if !yield(s) {
					return
				}
			}
		}
	}
}
