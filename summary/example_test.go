package summary_test

import (
	"fmt"

	"github.com/ragdiag/ragdiag/diagnose"
	"github.com/ragdiag/ragdiag/summary"
	"github.com/ragdiag/ragdiag/trace"
)

// A Builder takes records with their diagnoses and gives a Summary.
func ExampleBuilder() {
	b := summary.New(summary.Options{})
	for i := range 100 {
		d := diagnose.Diagnosis{ID: fmt.Sprint(i), Status: diagnose.StatusNotFailure, Right: trace.Yes}
		if i < 20 {
			d.Status, d.Right, d.Root.Cause = diagnose.StatusDiagnosed, trace.No, diagnose.Retrieve
		}
		b.Add(&trace.Record{ID: d.ID}, &d)
	}
	s := b.Summary()
	fmt.Println("quality", s.Quality.Share, s.Quality.Interval)
	fmt.Println(s.Causes[0].Title, s.Causes[0].OfJudged.Count, "of", s.Causes[0].OfJudged.Of, s.Causes[0].Examples)
	// Output:
	// quality 0.800 [0.711, 0.867]
	// Missing context 20 of 100 [0 1 2 3 4]
}

// A gate has three outcomes. With few records it cannot tell, and says why.
func ExampleGate_Check() {
	gate, err := summary.ParseGate("quality<0.8")
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, n := range []int{10, 1000} {
		b := summary.New(summary.Options{})
		for i := range n {
			d := diagnose.Diagnosis{Status: diagnose.StatusNotFailure, Right: trace.Yes}
			if i%10 == 0 {
				d.Status, d.Right, d.Root.Cause = diagnose.StatusDiagnosed, trace.No, diagnose.Retrieve
			}
			b.Add(&trace.Record{}, &d)
		}
		r := gate.Check(b.Summary(), summary.OnInterval)
		fmt.Println(r.Outcome, "–", r.Why)
	}
	// Output:
	// cannot tell – 0.9 [0.619, 0.989] over 10 judged, marginal 95 %: the interval holds the limit, n is too small to tell
	// pass – 0.9 [0.88, 0.917] over 1000 judged, marginal 95 %
}

func ExampleParseGate() {
	_, err := summary.ParseGate("retreival-miss>5%")
	fmt.Println(err)
	// Output:
	// gate: unknown measure "retreival-miss": did you mean "retrieval-miss"?
	//   retreival-miss>5%
	//   ^
}
