// Command posterior learns the likelihood tables that package diagnose ships,
// and measures what they are worth:
//
//	go run ./internal/bench/posterior -data DIR -write diagnose/tables.json
//
// In: faults injected into our own pipeline over mtrag and the fixtures, made by
// internal/bench/faults from DIR, or made before (-fit). Out: the tables, the
// same bytes at every run. With -test DIR it prints Markdown tables for faults
// over other corpora. There each case is scored by tables that have seen
// neither its operator nor its corpus.
//
// It never fits on what it reports, and never changes a parameter of diagnose.
// Limits: the share of each cause among the injected faults is not that of any
// real system. Start reading in learn.go.
package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"

	"github.com/ragdiag/ragdiag/internal/faults"
	"github.com/ragdiag/ragdiag/internal/realdata"
)

// made is the command that is written into the tables.
const made = "go run ./internal/bench/posterior -write diagnose/tables.json"

func main() {
	var o options
	flag.StringVar(&o.data, "data", realdata.Dir(), "folder of the data sets")
	flag.StringVar(&o.fit, "fit", "", "folder of the injected set to learn from; empty: made from mtrag and the fixtures")
	flag.StringVar(&o.test, "test", "", "folder of an injected set over other corpora to report on; empty: no report on them")
	flag.StringVar(&o.write, "write", "", "file that the tables are written to; empty: none")
	flag.Parse()
	if err := run(context.Background(), os.Stdout, o); err != nil {
		fmt.Fprintln(os.Stderr, "posterior:", err)
		os.Exit(1)
	}
}

type options struct{ data, fit, test, write string }

func run(ctx context.Context, w io.Writer, o options) error {
	if o.fit == "" {
		tmp, err := os.MkdirTemp("", "ragdiag-bench-")
		if err != nil {
			return err
		}
		defer os.RemoveAll(tmp)
		o.fit = filepath.Join(tmp, "fit")
		if err := inject(ctx, o.data, o.fit); err != nil {
			return err
		}
	}
	set, err := faults.Read(o.fit, "")
	if err != nil {
		return err
	}
	cases, err := observe(ctx, set)
	if err != nil {
		return err
	}
	t, err := learn(cases)
	if err != nil {
		return err
	}
	if t.Data, err = hash(o.fit); err != nil {
		return err
	}
	t.Made = made
	if o.write != "" {
		b, err := json.MarshalIndent(t, "", " ")
		if err != nil {
			return err
		}
		if err := os.WriteFile(o.write, append(b, '\n'), 0o644); err != nil {
			return err
		}
	}
	fmt.Fprintf(w, "\n# learned from\n\n%d cases of %s, %d of them failures with a cause that the tables know\n", len(set.Keys), t.Data[:12], t.Cases)
	described(w, t)
	halves, err := halve(cases)
	if err != nil {
		return err
	}
	if err := report(w, "same corpora, unseen operators", cases, halves.other); err != nil {
		return err
	}
	if o.test == "" {
		return nil
	}
	other, err := faults.Read(o.test, "")
	if err != nil {
		return err
	}
	unseen, err := observe(ctx, other)
	if err != nil {
		return err
	}
	if err := report(w, "unseen corpora, unseen operators", unseen, halves.other); err != nil {
		return err
	}
	return report(w, "unseen corpora, the shipped tables", unseen, always(t))
}

// inject makes the set to learn from with the program that makes all such sets.
func inject(ctx context.Context, data, out string) error {
	cmd := exec.CommandContext(ctx, "go", "run", "./internal/bench/faults", "-only", "injected", "-sets", "mtrag,fixtures", "-data", data, "-out", out)
	cmd.Stderr = os.Stderr
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("cannot make the set to learn from: %w (start it in the root of the repository)", err)
	}
	return nil
}

// hash names the cases of a set.
func hash(dir string) (string, error) {
	var all bytes.Buffer
	for _, name := range []string{faults.RecordsFile, faults.KeyFile, faults.ProbesFile} {
		b, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			return "", err
		}
		all.Write(b)
	}
	sum := sha256.Sum256(all.Bytes())
	return hex.EncodeToString(sum[:]), nil
}
