// Command growth measures how time and memory grow with one part of a record,
// and what real records cost beside what they must cost: `go run
// ./lab/bench/growth`.
//
// In: nothing for the first table, whose records are made; the natural records
// of the data sets for the second. Out: two Markdown tables. The first shows
// for each part of a record the CPU time at n and at twice n, their quotient,
// and the peak memory of a process that does nothing else. The second shows CPU
// seconds per 1,000 records over the bound: decoding, analysing each text once,
// encoding.
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/ragdiag/ragdiag/lab/realdata"
	"github.com/ragdiag/ragdiag/pipeline"
	"github.com/ragdiag/ragdiag/trace"
)

// maxGrowth is the quotient up to which growth counts as linear: noise and
// logarithms lie below it, squares above.
const maxGrowth = 2.3

func main() {
	var (
		data   = flag.String("data", realdata.Dir(), "folder of the data sets")
		only   = flag.String("part", "", "measure this part alone")
		runs   = flag.Int("runs", 3, "how often each is measured; the least counts")
		copies = flag.Int("copies", 4, "how often the natural records are repeated")
		child  = flag.Int("child", 0, "measure -part at this size and print its CPU time in nanoseconds; used by the program itself")
	)
	flag.Parse()
	err := run(context.Background(), os.Stdout, *data, *only, *runs, *copies, *child)
	if err != nil {
		fmt.Fprintln(os.Stderr, "growth:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, w io.Writer, data, only string, runs, copies, child int) error {
	if child > 0 {
		i := slices.IndexFunc(parts, func(p part) bool { return p.name == only })
		if i < 0 {
			return fmt.Errorf("there is no part %q", only)
		}
		cpu, err := examine(ctx, parts[i].make(child), minCPU)
		if err != nil {
			return err
		}
		_, err = fmt.Fprintln(w, cpu.Nanoseconds())
		return err
	}
	if err := growth(ctx, w, only, runs); err != nil || only != "" {
		return err
	}
	return natural(ctx, w, data, runs, copies)
}

// growth prints the first table.
func growth(ctx context.Context, w io.Writer, only string, runs int) error {
	fmt.Fprintln(w, "One record with one part that grows; the least of", runs, "runs.")
	fmt.Fprintln(w, "\n| part | n | CPU at n | CPU at 2n | growth | peak memory at 2n | linear |\n|---|---|---|---|---|---|---|")
	for _, p := range parts {
		if only != "" && p.name != only {
			continue
		}
		var at [2]measure
		for i, n := range []int{p.n, 2 * p.n} {
			var err error
			if at[i], err = measured(ctx, p.name, n, runs); err != nil {
				return err
			}
		}
		quotient := at[1].cpu.Seconds() / at[0].cpu.Seconds()
		linear := "yes"
		if quotient > maxGrowth {
			linear = "**no**"
		}
		fmt.Fprintf(w, "| %s | %d | %.3f s | %.3f s | %.2f | %d MB | %s |\n",
			p.name, p.n, at[0].cpu.Seconds(), at[1].cpu.Seconds(), quotient, at[1].memory>>20, linear)
	}
	return nil
}

// measure is what one size of a part costs.
type measure struct {
	cpu    time.Duration
	memory int64 // bytes, at the peak, of the whole process
}

// measured measures in processes of their own, since the peak of memory is that
// of a process.
func measured(ctx context.Context, name string, n, runs int) (measure, error) {
	self, err := os.Executable()
	if err != nil {
		return measure{}, err
	}
	var best measure
	for i := range runs {
		cmd := exec.CommandContext(ctx, self, "-part", name, "-child", strconv.Itoa(n))
		var said, wrong bytes.Buffer
		cmd.Stdout, cmd.Stderr = &said, &wrong
		if err := cmd.Run(); err != nil {
			return measure{}, fmt.Errorf("%s at %d: %w\n%s", name, n, err, &wrong)
		}
		ns, err := strconv.ParseInt(strings.TrimSpace(said.String()), 10, 64)
		if err != nil {
			return measure{}, err
		}
		usage, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage)
		if !ok {
			return measure{}, fmt.Errorf("this system does not tell the memory of a process")
		}
		m := measure{time.Duration(ns), usage.Maxrss << 10}
		if i == 0 || m.cpu < best.cpu {
			best.cpu = m.cpu
		}
		if i == 0 || m.memory < best.memory {
			best.memory = m.memory
		}
	}
	return best, nil
}

// minCPU is how long a record is examined again and again, so that short times
// can be told.
const minCPU = 300 * time.Millisecond

// examine returns the CPU time of decoding, examining and encoding a record,
// repeated until it has taken least.
func examine(ctx context.Context, rec *trace.Record, least time.Duration) (time.Duration, error) {
	p, err := pipeline.New(pipeline.Options{Workers: 1})
	if err != nil {
		return 0, err
	}
	if res := p.One(ctx, parts[0].make(1)); res.Err != nil { // tables are set up once
		return 0, res.Err
	}
	raw, err := json.Marshal(rec)
	if err != nil {
		return 0, err
	}
	start := cpuTime()
	for n := 1; ; n++ {
		var copied trace.Record
		if err := json.Unmarshal(raw, &copied); err != nil {
			return 0, err
		}
		res := p.One(ctx, &copied)
		if res.Err != nil {
			return 0, res.Err
		}
		for _, v := range []any{res.Record, res.Diagnosis} {
			if _, err := json.Marshal(v); err != nil {
				return 0, err
			}
		}
		if took := cpuTime() - start; took >= least {
			return took / time.Duration(n), nil
		}
	}
}

// cpuTime is the CPU time that this process has used, the collector's included.
func cpuTime() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		panic(err) // it cannot fail for the process itself
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
