// Command evidence measures the verifier and prints Markdown tables:
//
//	go run ./lab/bench/evidence -data DIR
//
// In: the data sets in DIR. Out: how well a claim that people call supported is
// told from others, in the domain that the weights were fitted on, in another
// one, and on sets that were never fitted on; calibration; what is said
// mechanically in other languages. Everything is the same at every run.
//
// With -export FILE it writes the labels that the shipped weights are fitted on
// instead; `ragdiag verify train --labels FILE --prior equal` makes the weights
// of them again. With -curve it prints learning curves and classes of errors.
package main

import (
	"flag"
	"fmt"
	"io"
	"os"

	"github.com/ragdiag/ragdiag/lab/realdata"
)

func main() {
	data := flag.String("data", realdata.Dir(), "folder of the data sets")
	out := flag.String("export", "", "only write the development labels to this file")
	curves := flag.Bool("curve", false, "only print what more labels would bring, and where the verifier errs")
	flag.Parse()
	if err := run(os.Stdout, *data, *out, *curves); err != nil {
		fmt.Fprintln(os.Stderr, "evidence:", err)
		os.Exit(1)
	}
}

func run(w io.Writer, data, out string, curves bool) error {
	p, err := readPassages(data)
	if err != nil {
		return err
	}
	if out != "" {
		labels, err := development(data, p)
		if err != nil {
			return err
		}
		return export(out, labels)
	}
	if curves {
		return curve(w, data, p)
	}
	return tables(w, data, p)
}
