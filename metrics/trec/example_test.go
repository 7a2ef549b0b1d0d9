package trec_test

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/ragdiag/ragdiag/metrics"
	"github.com/ragdiag/ragdiag/metrics/trec"
)

func ExampleReadRun() {
	qrels, err := trec.ReadQrels("qrels.txt", strings.NewReader("q1 0 a 1\nq1 0 b 0\nq2 0 c 2\n"))
	if err != nil {
		fmt.Println(err)
		return
	}
	open := func() (io.ReadCloser, error) {
		return io.NopCloser(strings.NewReader("q1 Q0 b 1 3.5 tag\nq1 Q0 a 2 2.5 tag\nq2 Q0 c 1 1.5 tag\n")), nil
	}
	run, err := trec.ReadRun(context.Background(), "run.txt", open, qrels, trec.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	measures, err := metrics.ParseMeasures("RR nDCG@10")
	if err != nil {
		fmt.Println(err)
		return
	}
	e, err := metrics.Evaluate(run.Topics, measures, metrics.EvalOptions{})
	if err != nil {
		fmt.Println(err)
		return
	}
	for i, m := range measures {
		fmt.Printf("%s %.4f over %d queries\n", m, e.Totals[i].Value, e.Totals[i].N)
	}
	// Output:
	// RR 0.7500 over 2 queries
	// nDCG@10 0.8155 over 2 queries
}
