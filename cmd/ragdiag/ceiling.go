package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/ragdiag/ragdiag/intervene"
	"github.com/ragdiag/ragdiag/rundir"
	"github.com/ragdiag/ragdiag/summary"
)

// ceilingFile holds the ceiling table of a run directory.
const ceilingFile = "ceiling.json"

// ceilingFlags ask for a ceiling table.
type ceilingFlags struct {
	wanted    bool
	failures  int
	successes int
}

func (f *ceilingFlags) register(cmd *cobra.Command) {
	fl := cmd.Flags()
	fl.BoolVar(&f.wanted, "ceiling", false, "estimate what quality would gain if each stage were perfect, from failures and good answers")
	fl.IntVar(&f.failures, "ceiling-failures", 200, "failures that --ceiling tries at most; drawn at random if there are more")
	fl.IntVar(&f.successes, "ceiling-successes", 100, "good answers that --ceiling tries at most, 50 or more if there are so many")
}

func (f *ceilingFlags) check() error {
	if f.failures < 2 || f.successes < 2 {
		return usageErrorf("--ceiling-failures %d, --ceiling-successes %d: each must be at least 2; intervals worth reading take 50", f.failures, f.successes)
	}
	return nil
}

func (f *ceilingFlags) options(seed uint64) intervene.CeilingOptions {
	return intervene.CeilingOptions{Failures: f.failures, Successes: f.successes, Seed: seed}
}

func isNoCeiling(err error) bool {
	_, ok := errors.AsType[*intervene.NoCeilingError](err)
	return ok
}

// makeCeiling estimates the table from what the run has on disk and writes it
// there. A run whose records allow none is no failure: it says so.
func (e *experiments) makeCeiling(ctx context.Context, dir string, seed uint64, stderr io.Writer) error {
	if !e.ceiling.wanted {
		return nil
	}
	saved, err := rundir.Open(dir)
	if err != nil {
		return err
	}
	fmt.Fprintf(stderr, "ceiling: trying up to %d failures and %d good answers\n", e.ceiling.failures, e.ceiling.successes)
	var damage error
	c, err := e.runner.Ceiling(ctx, resultsOf(saved, &damage), e.ceiling.options(seed))
	if damage != nil {
		return damage
	}
	if isNoCeiling(err) {
		e.noCeiling = err
		fmt.Fprintf(stderr, "ceiling: %v\n", err)
		return nil
	}
	if err != nil {
		return err
	}
	fmt.Fprintf(stderr, "ceiling: %d of %d failures and %d of %d good answers, %d replies\n", c.Failures.N, c.Failures.Of, c.Successes.N, c.Successes.Of, c.Calls)
	return rundir.WriteJSON(filepath.Join(dir, ceilingFile), c)
}

// loadCeiling puts the ceiling table of a run, if it has one, into its summary.
func loadCeiling(dir string, s *summary.Summary) error {
	path := filepath.Join(dir, ceilingFile)
	b, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return failErrorf("%w", err)
	}
	var c summary.Ceiling
	if err := json.Unmarshal(b, &c); err != nil {
		return failErrorf("%s: %w; delete it and run 'ragdiag intervene' with --ceiling again", path, err)
	}
	if c.Version > summary.CeilingVersion {
		return usageErrorf("%s: it has schema version %d, this program reads up to %d: use a newer ragdiag", path, c.Version, summary.CeilingVersion)
	}
	s.Ceiling = &c
	return nil
}
