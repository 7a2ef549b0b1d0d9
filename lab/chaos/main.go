//go:build unix

package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"time"
)

// kind is one way to do harm.
type kind struct {
	name string
	harm string               // in words, for the table
	try  func(t *trial) error // nil: survived
}

var kinds = []kind{
	{"kill", "killed up to three times, then run again", tryKill},
	{"interrupt", "Ctrl-C, then run again", tryInterrupt},
	{"disk-full", "no room for a file, then run again", tryDiskFull},
	{"two-processes", "two at once on one folder", tryTwoProcesses},
	{"endpoint", "a model endpoint that misbehaves", tryEndpoint},
	{"hostile", "texts that attack terminal, page and verdict", tryHostile},
	{"damaged-index", "a bit flipped or a file cut", tryDamagedIndex},
}

// options are what the command line says.
type options struct {
	trials int
	kind   string
	seed   uint64
	budget time.Duration
	binary string
}

// trial is one attempt at the program.
type trial struct {
	*laboratory
	ctx  context.Context
	dice *rand.Rand
	dir  string // its own folder, removed afterwards
}

// path returns a path in the trial's own folder.
func (t *trial) path(name string) string { return filepath.Join(t.dir, name) }

// chance reports true with probability p.
func (t *trial) chance(p float64) bool { return t.dice.Float64() < p }

// moment draws a time between now and d.
func (t *trial) moment(d time.Duration) time.Duration {
	return time.Duration(t.dice.Int64N(int64(d) + 1))
}

// tally is what became of the trials of one kind.
type tally struct {
	kind
	tried, survived int
	failures        []failure
}

// failure is a trial that did not survive.
type failure struct {
	seed uint64
	err  error
}

func main() {
	var o options
	flag.IntVar(&o.trials, "trials", 30, "trials of each kind")
	flag.StringVar(&o.kind, "kind", "", "only trials of this kind: "+kindNames())
	flag.Uint64Var(&o.seed, "seed", 1, "seed of the first trial; the next ones count on")
	flag.DurationVar(&o.budget, "budget", 2*time.Minute, "time after which no trial is begun")
	flag.StringVar(&o.binary, "binary", "", "program under trial (default: built from this module)")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	ok, err := run(ctx, os.Stdout, o)
	if err != nil {
		fmt.Fprintln(os.Stderr, "chaos:", err)
	}
	if err != nil || !ok {
		os.Exit(1)
	}
}

// run makes the trials and prints what became of them; ok reports whether all
// of them survived.
func run(ctx context.Context, w io.Writer, o options) (ok bool, err error) {
	chosen, err := choose(o.kind)
	if err != nil {
		return false, err
	}
	end := time.Now().Add(o.budget)
	l, err := newLaboratory(ctx, o.binary)
	if err != nil {
		return false, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(l.dir)) }()
	// Kind by kind within each round, so that the budget cuts all kinds alike.
	for i := range o.trials {
		for j := range chosen {
			if ctx.Err() != nil {
				return false, ctx.Err()
			}
			if time.Now().Before(end) {
				if err := chosen[j].add(ctx, l, o.seed+uint64(i)); err != nil {
					return false, err
				}
			}
		}
	}
	return show(w, chosen, o), nil
}

// choose returns a tally for the kind of that name, or for all kinds.
func choose(name string) ([]tally, error) {
	var out []tally
	for _, k := range kinds {
		if name == "" || k.name == name {
			out = append(out, tally{kind: k})
		}
	}
	if out == nil {
		return nil, fmt.Errorf("no kind %q: the kinds are %s", name, kindNames())
	}
	return out, nil
}

func kindNames() string {
	var names []string
	for _, k := range kinds {
		names = append(names, k.name)
	}
	return strings.Join(names, ", ")
}

// add makes one trial. Its error is one of the laboratory.
func (a *tally) add(ctx context.Context, l *laboratory, seed uint64) error {
	dir, err := os.MkdirTemp(l.dir, a.name+"-")
	if err != nil {
		return err
	}
	t := &trial{laboratory: l, ctx: ctx, dice: rand.New(rand.NewPCG(seed, 0)), dir: dir}
	err = a.try(t)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	a.tried++
	if err == nil {
		a.survived++
	} else {
		a.failures = append(a.failures, failure{seed, err})
	}
	return os.RemoveAll(dir)
}

// show prints the table, the failures, and what was not tried.
func show(w io.Writer, all []tally, o options) (ok bool) {
	ok = true
	fmt.Fprintln(w, "| kind of trial | harm | trials | survived |\n|---|---|---|---|")
	for _, a := range all {
		fmt.Fprintf(w, "| %s | %s | %d | %d |\n", a.name, a.harm, a.tried, a.survived)
	}
	for _, a := range all {
		for _, f := range a.failures {
			ok = false
			fmt.Fprintf(w, "\n- `-kind %s -seed %d -trials 1`: %s", a.name, f.seed, oneLine(f.err.Error()))
		}
	}
	var left []string
	for _, a := range all {
		if a.tried < o.trials {
			left = append(left, fmt.Sprintf("%s %d of %d", a.name, o.trials-a.tried, o.trials))
		}
	}
	if len(left) > 0 {
		fmt.Fprintf(w, "\nNot tried within %v: %s.", o.budget, strings.Join(left, ", "))
	}
	if !ok || len(left) > 0 {
		fmt.Fprintln(w)
	}
	return ok
}

// oneLine shortens what happened to a line, with nothing in it that could harm
// a terminal.
func oneLine(s string) string {
	r := []rune(strings.Join(strings.Fields(s), " "))
	if len(r) > 600 {
		r = append(r[:600], '…')
	}
	q := fmt.Sprintf("%+q", string(r))
	return strings.ReplaceAll(q[1:len(q)-1], `\"`, `"`)
}
