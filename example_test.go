package ragdiag_test

import (
	"context"
	"fmt"

	"github.com/ragdiag/ragdiag"
	"github.com/ragdiag/ragdiag/trace"
)

// The passage that answers the question was retrieved at rank 2, but only the
// first passage was put into the prompt.
func Example() {
	rec := &trace.Record{
		ID:       "q1",
		Question: "How long can I return an opened Aurelo kettle?",
		Candidates: []trace.Hit{
			{ID: "warranty", Text: "The Aurelo kettle has a warranty of three years."},
			{ID: "returns", Text: "An opened Aurelo kettle can be returned within 21 days."},
		},
		Context: []trace.Passage{
			{ID: "warranty", Text: "The Aurelo kettle has a warranty of three years."},
		},
		Answer: &trace.Answer{Text: "You can return an opened Aurelo kettle within 60 days."},
		Gold: &trace.Gold{
			Answers:  []string{"21 days"},
			Evidence: []trace.EvidenceSet{{{ID: "returns"}}},
		},
	}
	d, err := ragdiag.Diagnose(context.Background(), rec, ragdiag.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(d.Root.Cause.Title(), "→", d.Proximate.Cause.Title())
	fmt.Println(d.Sentence)
	fmt.Println(d.Fix)
	// Output:
	// Context selection → Unsupported generation
	// The needed evidence was retrieved and did not reach the prompt.
	// Raise k, or rerank before the cut.
}
