// Command retrieval measures ragdiag's retriever on public collections and
// prints Markdown tables: `go run ./lab/bench/retrieval -data DIR`.
//
// In: the collections in DIR (vaswani, xquad, query_noise, mtrag). Out: AP, nDCG and
// recall of the three rankers with paired intervals of their differences;
// success per language under the analyser chosen automatically; how often
// human-made bad queries lose what the clean question finds; what the forms of a
// follow-up question find in real conversations. Indexes are built
// in a temporary folder. The numbers are the same at every run.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

func main() {
	data := flag.String("data", "../shared/data", "folder of the collections")
	flag.Parse()
	if err := run(context.Background(), os.Stdout, *data); err != nil {
		fmt.Fprintln(os.Stderr, "retrieval:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, w io.Writer, data string) error {
	tmp, err := os.MkdirTemp("", "ragdiag-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(tmp)
	for _, table := range []func(context.Context, io.Writer, string, string) error{rankers, languages, noise, followups} {
		if err := table(ctx, w, data, tmp); err != nil {
			return err
		}
	}
	return nil
}

// rankers prints how the three rankers do on vaswani.
func rankers(ctx context.Context, w io.Writer, data, tmp string) error {
	c, err := vaswani(filepath.Join(data, "vaswani"))
	if err != nil {
		return err
	}
	rows, err := compareRankers(ctx, c, filepath.Join(tmp, "vaswani"))
	if err != nil {
		return err
	}
	fmt.Fprintf(w, "## Rankers on vaswani (%d queries, depth %d)\n\n", len(c.queries), rankDepth)
	fmt.Fprintln(w, "| ranker | AP | nDCG@10 | recall@100 | exact − this: AP | nDCG@10 | recall@100 |\n|---|---|---|---|---|---|---|")
	for _, r := range rows {
		fmt.Fprintf(w, "| %s |", r.ranker)
		for _, m := range r.mean {
			fmt.Fprintf(w, " %.4f |", m)
		}
		for _, d := range r.behind {
			if d.Interval.N == 0 {
				fmt.Fprint(w, " |")
				continue
			}
			fmt.Fprintf(w, " %+.4f [%+.4f, %+.4f] |", d.Value, d.Interval.Lo, d.Interval.Hi)
		}
		fmt.Fprintln(w)
	}
	fmt.Fprintln(w, "\nIntervals: paired bootstrap over queries (BCa, 10,000 resamples), 95 %.")
	return nil
}

// languages prints success per language on XQuAD.
func languages(ctx context.Context, w io.Writer, data, tmp string) error {
	fmt.Fprintln(w, "\n## XQuAD: the paragraph of each question, analyser chosen automatically")
	fmt.Fprintln(w, "\n| file | language found | analyser | paragraphs | questions | success@1 | success@5 |\n|---|---|---|---|---|---|---|")
	for _, lang := range []string{"en", "de", "zh", "ar"} {
		r, err := xquad(ctx, filepath.Join(data, "xquad", "xquad."+lang+".json"), filepath.Join(tmp, lang))
		if err != nil {
			return err
		}
		fmt.Fprintf(w, "| xquad.%s | %s | %s | %d | %d | %.3f [%.3f, %.3f] | %.3f [%.3f, %.3f] |\n", lang, r.language, r.analyzer, r.paragraphs, r.at1.N,
			r.rate1, r.at1.Lo, r.at1.Hi, r.rate5, r.at5.Lo, r.at5.Hi)
	}
	return nil
}
