// Command posterior learns the likelihood tables that package diagnose ships,
// and measures what they are worth:
//
//	go run ./internal/bench/posterior -data DIR -write diagnose/tables.json
//
// In: faults injected into our own pipeline over mtrag and the fixtures, made by
// internal/bench/faults from DIR, or made before (-fit). Out: the tables, the
// same bytes at every run. With -test DIR it prints Markdown tables for faults
// over other corpora: by tables that have not seen the operator of a case, by
// such that have seen half of the operators, and by those that are shipped.
//
// It never fits on what it reports, and never changes a parameter of diagnose.
// Limits: faults made on purpose are easier to tell apart than those of real
// systems; internal/bench/faults -only natural says by how much. Start reading in
// learn.go.
package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"

	"github.com/ragdiag/ragdiag/internal/faults"
	"github.com/ragdiag/ragdiag/internal/realdata"
)

// made is the command that is written into the tables.
const made = "go run ./internal/bench/posterior -write diagnose/tables.json"

func main() {
	var o options
	flag.StringVar(&o.data, "data", realdata.Dir(), "folder of the data sets")
	flag.StringVar(&o.fit, "fit", "", "folder of the injected sets to learn from, one or a folder for each seed; empty: made from mtrag and the fixtures")
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
	cases, n, err := read(ctx, o.fit)
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
	fmt.Fprintf(w, "\n# learned from\n\n%d cases of %s, %d of them failures with a cause that the tables know\n", n, t.Data[:12], t.Cases)
	described(w, t)
	each, err := without(cases, 0)
	if err != nil {
		return err
	}
	if err := report(w, "same corpora, unseen operators", cases, each.of); err != nil {
		return err
	}
	if o.test == "" {
		return nil
	}
	unseen, _, err := read(ctx, o.test)
	if err != nil {
		return err
	}
	if err := report(w, "unseen corpora, unseen operators", unseen, each.of); err != nil {
		return err
	}
	half, err := without(cases, 2)
	if err != nil {
		return err
	}
	if err := report(w, "unseen corpora, half of the operators unseen", unseen, half.of); err != nil {
		return err
	}
	return report(w, "unseen corpora, the shipped tables", unseen, always(t))
}

// read examines the cases of a folder of sets; n is how many there are. A case
// drawn again with another seed is another one, over the same document.
func read(ctx context.Context, dir string) (cases []one, n int, err error) {
	dirs, err := sets(dir)
	if err != nil {
		return nil, 0, err
	}
	for _, d := range dirs {
		set, err := faults.Read(d, "")
		if err != nil {
			return nil, 0, err
		}
		for i := range set.Keys {
			set.Keys[i].ID = filepath.Base(d) + "/" + set.Keys[i].ID
		}
		own, err := observe(ctx, set)
		if err != nil {
			return nil, 0, err
		}
		cases, n = append(cases, own...), n+len(set.Keys)
	}
	return cases, n, nil
}

// sets returns the sets in a folder, one for each seed, or the folder itself if
// it is one.
func sets(dir string) ([]string, error) {
	keys, err := filepath.Glob(filepath.Join(dir, "*", faults.KeyFile))
	if err != nil {
		return nil, err
	}
	if keys == nil {
		return []string{dir}, nil
	}
	for i := range keys {
		keys[i] = filepath.Dir(keys[i])
	}
	return keys, nil
}

// seeds is how often the set to learn from is drawn: the corpora that it is
// drawn over hold few questions.
const seeds = 5

// inject makes the sets to learn from with the program that makes all such sets.
func inject(ctx context.Context, data, out string) error {
	cmd := exec.CommandContext(ctx, "go", "run", "./internal/bench/faults", "-only", "audit", "-sets", "mtrag,fixtures", "-seeds", strconv.Itoa(seeds), "-data", data, "-out", out)
	cmd.Stderr = os.Stderr
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("cannot make the sets to learn from: %w (start it in the root of the repository)", err)
	}
	return nil
}

// hash names the cases of a folder of sets.
func hash(dir string) (string, error) {
	dirs, err := sets(dir)
	if err != nil {
		return "", err
	}
	h := sha256.New()
	for _, d := range dirs {
		for _, name := range []string{faults.RecordsFile, faults.KeyFile, faults.ProbesFile} {
			f, err := os.Open(filepath.Join(d, name))
			if err != nil {
				return "", err
			}
			_, err = io.Copy(h, f)
			if err = errors.Join(err, f.Close()); err != nil {
				return "", err
			}
		}
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}
