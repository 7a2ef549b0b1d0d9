// Command intervene measures the experiments and prints Markdown tables:
// `go run ./lab/bench/intervene -data DIR`.
//
// In: the fixtures and, if DIR has it, XQuAD in two languages. It breaks our own
// pipeline over them, keeps the broken systems, and lets package intervene ask
// them again. Out: how often the right cause is named at which budget and with
// which error of the evidence matcher, what was stated and what was true, also
// from likelihoods that are far off, and the design's simulation; and how often
// the intervals of studies and ceiling tables cover. With -endpoint the systems
// are behind a simulated endpoint and are asked over HTTP through the client
// of all commands. The reader is scripted, so this is a test of the mechanism.
// Everything is the same at every run.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/ragdiag/ragdiag/lab/faults"
	"github.com/ragdiag/ragdiag/lab/realdata"
)

func main() {
	data := flag.String("data", realdata.Dir(), "folder of the data sets")
	only := flag.String("only", "fixtures,xquad,simulation,profile,ceiling", "parts to run")
	reps := flag.Int("reps", 200, "draws of each planted system, for the profile")
	seeds := flag.Int("seeds", 500, "runs of each kind, for the ceiling")
	perOperator := flag.Int("per-operator", 0, "cases of each fault and corpus at most (default 12)")
	endpoint := flag.Bool("endpoint", false, "ask the systems over HTTP, behind a simulated endpoint")
	flag.Parse()
	if err := run(context.Background(), os.Stdout, *data, strings.Split(*only, ","), *perOperator, *reps, *seeds, *endpoint); err != nil {
		fmt.Fprintln(os.Stderr, "intervene:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, w io.Writer, data string, parts []string, perOperator, reps, seeds int, endpoint bool) error {
	for _, part := range parts {
		fmt.Fprintf(w, "\n# %s\n\n", part)
		var err error
		switch part {
		case "fixtures":
			err = benchmark(ctx, w, fixtureWorlds, perOperator, endpoint)
		case "xquad":
			err = benchmark(ctx, w, xquadWorlds(data), perOperator, endpoint)
		case "ceiling":
			err = ceilingTables(w, seeds)
		case "simulation":
			simulation(w)
		case "profile":
			err = studies(ctx, w, reps, 100)
		default:
			err = fmt.Errorf("no part %q", part)
		}
		if err != nil {
			return fmt.Errorf("%s: %w", part, err)
		}
	}
	return nil
}

// benchmark breaks a pipeline over some worlds and prints the tables.
func benchmark(ctx context.Context, w io.Writer, worlds func(context.Context, string) ([]world, error), perOperator int, endpoint bool) error {
	tmp, err := os.MkdirTemp("", "ragdiag-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(tmp)
	all, err := worlds(ctx, tmp)
	if err != nil {
		return err
	}
	defer func() {
		for _, x := range all {
			x.index.Close()
		}
	}()
	set, err := build(ctx, all, faults.Options{Seed: 1, PerOperator: perOperator, Experiments: true})
	if err != nil {
		return err
	}
	if err := settle(ctx, set); err != nil {
		return err
	}
	var behind *served
	if endpoint {
		if behind, err = serve(ctx, set, filepath.Join(tmp, "replies")); err != nil {
			return err
		}
		defer behind.close()
	}
	fmt.Fprintln(w, "| matcher error | start | budget | failures | calls per failure | macro-F1, fine [95 %] | macro-F1, coarse [95 %] | diagnosed, of those experimented on | accuracy, all cases | stated − true | flaky found |")
	fmt.Fprintln(w, "|---|---|---|---|---|---|---|---|---|---|---|")
	for _, e := range []float64{0, .1} {
		for _, s := range []setting{{budget: 0}, {budget: 1}, {budget: 2}, {budget: 2, wrong: true}, {budget: 3}, {budget: 4}, {budget: 4, wrong: true}, {budget: 6}} {
			s.matchError, s.seed = e, 1
			row, err := measure(ctx, set, all, behind, s)
			if err != nil {
				return err
			}
			row.print(w)
		}
	}
	if behind != nil {
		st := behind.stats()
		fmt.Fprintf(w, "\nOver HTTP: %d calls, %d replies to %d different requests; the others came from the cache.\n", st.Calls, st.Replies, st.Distinct)
	}
	return nil
}
