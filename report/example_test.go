package report_test

import (
	"fmt"
	"os"

	"github.com/ragdiag/ragdiag/diagnose"
	"github.com/ragdiag/ragdiag/report"
	"github.com/ragdiag/ragdiag/summary"
	"github.com/ragdiag/ragdiag/trace"
)

// The same Summary goes to any renderer.
func ExampleText() {
	b := summary.New(summary.Options{Title: "nightly"})
	for i := range 40 {
		d := diagnose.Diagnosis{ID: fmt.Sprint("q-", i), Status: diagnose.StatusNotFailure, Right: trace.Yes}
		if i%4 == 0 {
			d.Status, d.Right, d.Root = diagnose.StatusDiagnosed, trace.No, diagnose.Attribution{Cause: diagnose.Retrieve, Sub: "depth"}
			d.Fix = d.Root.Fix()
		}
		b.Add(&trace.Record{ID: d.ID}, &d)
	}
	s := b.Summary()
	s.Metrics = nil // no evidence, nothing to show
	if err := report.Text(os.Stdout, s, report.TextOptions{}); err != nil {
		fmt.Println(err)
	}
	// Output:
	// ragdiag · nightly
	//
	// Quality  0.750  [0.598, 0.858]  30 of 40 judged answers right
	// Records  40 = 10 diagnosed + 0 undetermined + 30 not a failure + 0 not judged
	//          + 0 skipped
	//
	// What broke  10 failures of 40 judged; simultaneous 95 % intervals
	//   Missing context        ████████  10  100 %  [64.7, 100]
	//     retrieval miss                 10  100 %  [78.3, 100]  depth 10
	//   Ignored context                   0    0 %  [0, 35.3]
	//   Unsupported generation            0    0 %  [0, 35.3]
	//   none: citation fault, instruction failure, infrastructure, metric artefact,
	//         flaky
	//
	// Fix first  failures that each would address at most, of 10
	//   1. Fetch more candidates and let a reranker choose.
	//      10 of 10 · missing context · retrieval miss · depth · q-0 q-4 q-8
}
