// Command verdicts measures whether people agree with the verdicts, on answers
// of real systems that people read, and prints Markdown tables:
//
//	go run ./lab/bench/verdicts -data DIR
//
// In: the data sets in DIR and the hard cases in the folder "cases" beside it.
// Out: is a bad answer seen, is its cause named, is the name right, do stated
// probabilities keep what they say; by source, with n and 95 % intervals.
// Everything is the same at every run. With -only it prints some of the tables.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/ragdiag/ragdiag/diagnose"
	"github.com/ragdiag/ragdiag/lab/realdata"
	"github.com/ragdiag/ragdiag/metrics/stat"
	"github.com/ragdiag/ragdiag/pipeline"
	"github.com/ragdiag/ragdiag/trace"
	"github.com/ragdiag/ragdiag/trace/formats"
)

// bench is where the data lies and where the tables go.
type bench struct {
	out   io.Writer
	data  string // folder of the data sets
	cases string // folder of the hard cases
	list  bool   // print each record that is judged wrongly

	filings filings // set by financeBench
}

var tables = []struct {
	name string
	run  func(*bench) error
}{
	{"natural", (*bench).natural},
	{"financebench", (*bench).financeBench},
	{"evouna", (*bench).evouna},
	{"mtrag_human", (*bench).mtragHuman},
	{"cases", (*bench).hardCases},
}

func main() {
	b := &bench{out: os.Stdout}
	flag.StringVar(&b.data, "data", realdata.Dir(), "folder of the data sets")
	flag.StringVar(&b.cases, "cases", "", "folder of the hard cases (default: cases beside the data)")
	flag.BoolVar(&b.list, "list", false, "print each record that is judged wrongly")
	only := flag.String("only", "", "comma-separated tables to print; empty: all")
	features := flag.String("features", "", "only write what is known of the labelled answers to this file, one JSON object a line")
	fits := flag.Bool("fit", false, "only fit the few numbers that ship, and print how they do on a source that is left out")
	flag.Parse()
	if b.cases == "" {
		b.cases = filepath.Join(filepath.Dir(filepath.Clean(b.data)), "cases")
	}
	if *features != "" {
		if err := b.writeFeatures(*features); err != nil {
			fmt.Fprintln(os.Stderr, "verdicts:", err)
			os.Exit(1)
		}
		return
	}
	if *fits {
		if err := b.fits(); err != nil {
			fmt.Fprintln(os.Stderr, "verdicts:", err)
			os.Exit(1)
		}
		return
	}
	if err := b.run(*only); err != nil {
		fmt.Fprintln(os.Stderr, "verdicts:", err)
		os.Exit(1)
	}
}

func (b *bench) run(only string) error {
	for _, t := range tables {
		if only != "" && !slices.Contains(strings.Split(only, ","), t.name) {
			continue
		}
		if err := t.run(b); err != nil {
			return fmt.Errorf("%s: %w", t.name, err)
		}
	}
	return nil
}

func (b *bench) printf(format string, args ...any) { fmt.Fprintf(b.out, format, args...) }

func (b *bench) path(name string) string { return filepath.Join(b.data, filepath.FromSlash(name)) }

// records reads a file in ragdiag's own format or any that it recognises.
func records(path string) ([]*trace.Record, error) {
	in, err := formats.Open(context.Background(), []string{path}, formats.Options{})
	if err != nil {
		return nil, err
	}
	var out []*trace.Record
	for rec, err := range in.Records() {
		if err != nil {
			return nil, err
		}
		out = append(out, rec)
	}
	return out, nil
}

// verdict is a record with what the program says about it.
type verdict struct {
	rec *trace.Record
	d   diagnose.Diagnosis
}

// examine diagnoses records with the shipped settings.
func examine(recs []*trace.Record) ([]verdict, error) {
	p, err := pipeline.New(pipeline.Options{})
	if err != nil {
		return nil, err
	}
	out := make([]verdict, 0, len(recs))
	for res := range p.Diagnose(context.Background(), each(recs)) {
		if res.Err != nil {
			return nil, res.Err
		}
		out = append(out, verdict{res.Record, res.Diagnosis})
	}
	return out, nil
}

func each(recs []*trace.Record) func(func(*trace.Record, error) bool) {
	return func(yield func(*trace.Record, error) bool) {
		for _, r := range recs {
			if !yield(r, nil) {
				return
			}
		}
	}
}

// share prints k of n with its interval: ".812 [.764, .852] (n 250)".
func share(k float64, n int) string {
	if n == 0 {
		return "–"
	}
	s := short(k / float64(n))
	if iv, err := stat.Proportion(int(k+.5), n); err == nil {
		s += fmt.Sprintf(" [%s, %s]", short(iv.Lo), short(iv.Hi))
	}
	return s + fmt.Sprintf(" (n %d)", n)
}

// short prints three decimals without the zero: ".812", "−.031", "1.000".
func short(v float64) string {
	s := fmt.Sprintf("%.3f", v)
	s = strings.Replace(s, "0.", ".", 1)
	return strings.Replace(s, "-", "−", 1)
}
