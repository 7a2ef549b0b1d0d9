package intervene

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ragdiag/ragdiag/diagnose"
	"github.com/ragdiag/ragdiag/trace"
)

// asIfDiagnosed is a failure as the gates left it.
func asIfDiagnosed(root diagnose.Attribution) diagnose.Diagnosis {
	return diagnose.Diagnosis{Status: diagnose.StatusDiagnosed, Root: root, Proximate: root, Set: []diagnose.Cause{root.Cause}, Basis: diagnose.ByEvidence}
}

func TestSteer(t *testing.T) {
	const said = "The term is 14 days for every order."
	stays := []string{said, "For every order, the term is 14 days."}
	follows := []string{"The term is 37 days for every order.", "The term is 37 days for every order."}
	run := func(name string, n, k int) trace.Arm { return trace.Arm{Name: name, N: n, K: k} }
	ignore := diagnose.Attribution{Cause: diagnose.Ignore, Grade: trace.GradeC}
	failing := run(trace.ArmReplay, 3, 0)
	for _, tt := range []struct {
		name     string
		root     diagnose.Attribution
		arms     []trace.Arm
		want     string
		modifier string // "": none
	}{
		{"order repairs", ignore, []trace.Arm{failing, run(trace.ArmOrder, 3, 3)}, "ignored-context.position", "position"},
		{"order is not shown to", ignore, []trace.Arm{failing, run(trace.ArmOrder, 3, 2)}, "ignored-context", ""},
		{"order repairs with too few calls", ignore, []trace.Arm{run(trace.ArmReplay, 1, 0), run(trace.ArmOrder, 1, 1)}, "ignored-context", ""},
		{"order was confounded", ignore, []trace.Arm{failing, {Name: trace.ArmOrder, N: 3, K: 3, Confounded: "why"}}, "ignored-context", ""},
		{"clean repairs, the evidence stood first", ignore, []trace.Arm{failing, {Name: trace.ArmOrder, N: 3, Same: trace.ArmReplay}, run(trace.ArmClean, 3, 3)}, "ignored-context.distractor", "noise"},
		{"clean repairs, order does not", ignore, []trace.Arm{failing, run(trace.ArmOrder, 3, 0), run(trace.ArmClean, 3, 3)}, "ignored-context.distractor", "noise"},
		{"clean repairs, order was not run", ignore, []trace.Arm{failing, run(trace.ArmClean, 3, 3)}, "ignored-context", "noise"},
		{"clean repairs, and order too", ignore, []trace.Arm{failing, run(trace.ArmOrder, 3, 3), run(trace.ArmClean, 3, 3)}, "ignored-context.position", "noise"},
		{"memory wins", ignore, []trace.Arm{failing, {Name: trace.ArmEdit, N: 2, Answers: stays}, {Name: trace.ArmClosedBook, N: 2, Answers: stays}}, "ignored-context.override", "override"},
		{"the edit is followed", ignore, []trace.Arm{failing, {Name: trace.ArmEdit, N: 2, K: 2, Answers: follows}, {Name: trace.ArmClosedBook, N: 2, Answers: stays}}, "ignored-context", ""},
		{"memory does not have it", ignore, []trace.Arm{failing, {Name: trace.ArmEdit, N: 2, Answers: stays}, {Name: trace.ArmClosedBook, N: 2, Answers: []string{"I cannot answer that.", "I do not know."}}}, "ignored-context", ""},
		{"memory by too few calls", ignore, []trace.Arm{failing, {Name: trace.ArmEdit, N: 1, Answers: stays[:1]}, {Name: trace.ArmClosedBook, N: 2, Answers: stays}}, "ignored-context", ""},
		{"memory, the edit confounded", ignore, []trace.Arm{failing, {Name: trace.ArmEdit, N: 2, Answers: stays, Confounded: "why"}, {Name: trace.ArmClosedBook, N: 2, Answers: stays}}, "ignored-context", ""},
		{"a gate decided the kind", diagnose.Attribution{Cause: diagnose.Ignore, Sub: "misread", Grade: trace.GradeC}, []trace.Arm{failing, run(trace.ArmOrder, 3, 3)}, "ignored-context.misread", "position"},
		{"memory wins over what a gate takes for misread", diagnose.Attribution{Cause: diagnose.Ignore, Sub: "misread", Grade: trace.GradeC}, []trace.Arm{failing, {Name: trace.ArmEdit, N: 2, Answers: stays}, {Name: trace.ArmClosedBook, N: 2, Answers: stays}}, "ignored-context.override", "override"},
		{"memory does not win over what was declined", diagnose.Attribution{Cause: diagnose.Ignore, Sub: "incomplete", Grade: trace.GradeC}, []trace.Arm{failing, {Name: trace.ArmEdit, N: 2, Answers: stays}, {Name: trace.ArmClosedBook, N: 2, Answers: stays}}, "ignored-context.incomplete", "override"},
		{"strict repairs", diagnose.Attribution{Cause: diagnose.Unsupported, Grade: trace.GradeC}, []trace.Arm{failing, run(trace.ArmStrict, 3, 3)}, "unsupported-generation.promptable", "promptable"},
		{"strict repairs what was ignored", ignore, []trace.Arm{failing, run(trace.ArmStrict, 3, 3)}, "ignored-context", "promptable"},
		{"strict repairs what a gate calls fabricated", diagnose.Attribution{Cause: diagnose.Unsupported, Sub: "fabrication", Grade: trace.GradeC}, []trace.Arm{failing, run(trace.ArmStrict, 3, 3)}, "unsupported-generation.fabrication", "promptable"},
		{"neighbours repair", diagnose.Attribution{Cause: diagnose.Retrieve, Grade: trace.GradeB}, []trace.Arm{failing, run(trace.ArmNeighbours, 3, 3)}, "retrieval-miss.split", "chunking"},
		{"neighbours were confounded", diagnose.Attribution{Cause: diagnose.Retrieve, Grade: trace.GradeB}, []trace.Arm{failing, {Name: trace.ArmNeighbours, N: 3, K: 3, Confounded: "longer"}}, "retrieval-miss", ""},
		{"an arm of the generator says nothing of retrieval", diagnose.Attribution{Cause: diagnose.Retrieve, Grade: trace.GradeB}, []trace.Arm{failing, run(trace.ArmStrict, 3, 3)}, "retrieval-miss", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			rec := &trace.Record{ID: "x", Answer: &trace.Answer{Text: said}, Evidence: trace.Evidence{Arms: tt.arms}}
			d := asIfDiagnosed(tt.root)
			Decide(rec, &d, Beliefs{Mix: DefaultMix(), Likelihoods: DefaultLikelihoods()})
			require.Equal(t, tt.want, d.Root.Slug())
			advice := map[string]diagnose.Attribution{"position": {Cause: diagnose.Ignore, Sub: "position"}, "override": {Cause: diagnose.Ignore, Sub: "override"},
				"promptable": {Cause: diagnose.Unsupported, Sub: "promptable"}, "chunking": {Cause: diagnose.Retrieve, Sub: "split"}}
			if a, ok := advice[tt.modifier]; ok { // what repaired is what to try
				require.Equal(t, a.Fix(), d.Fix)
			} else {
				require.Equal(t, d.Root.Fix(), d.Fix)
			}
			require.NotEmpty(t, d.Fix)
			if tt.modifier == "" {
				require.Empty(t, d.Modifiers)
			} else {
				require.Contains(t, d.Modifiers, tt.modifier)
			}
		})
	}
}

// TestNeighbours: larger chunks under the same budget, or confounded.
func TestNeighbours(t *testing.T) {
	chunk := func(id, text string) trace.Passage { return trace.Passage{ID: id, Doc: "d", Text: text} }
	doc := []trace.Passage{chunk("d#1", "The ferry leaves at nine."), chunk("d#2", "It costs"), chunk("d#3", "14 crowns for adults.")}
	rules := []trace.Passage{{ID: "e#1", Doc: "e", Text: "Bicycles travel free."}, {ID: "e#2", Doc: "e", Text: "Dogs and cats travel free of charge on a lead or in a carrier."}}
	lib := Library{Passages: func(_ context.Context, id string) ([]trace.Passage, error) {
		return map[string][]trace.Passage{"d": doc, "e": rules}[id], nil
	}}
	noise := func(id string) trace.Passage {
		return trace.Passage{ID: id, Doc: "", Text: "Dogs travel free of charge on a lead on the open deck, and cats in a carrier."}
	}
	gold := []trace.Passage{doc[1]}
	plan := func(s ...trace.Passage) []arm {
		p := &planner{rec: &trace.Record{Context: s}, gold: gold, around: lib.around(t.Context())}
		p.neighbours()
		return p.arms
	}
	got := plan(doc[1], noise("n1"), noise("n2"))
	require.Len(t, got, 1)
	require.Empty(t, got[0].confounded)
	require.Equal(t, "The ferry leaves at nine.\n\nIt costs\n\n14 crowns for adults.", got[0].context[0].Text)
	require.LessOrEqual(t, tokens(got[0].context), tokens([]trace.Passage{doc[1], noise("n1"), noise("n2")})*5/4)

	require.Contains(t, plan(doc[1])[0].confounded, "the prompt grew")
	require.Contains(t, plan(rules[0], noise("n1"), doc[1])[0].confounded, "had to make room")
	both := plan(doc[1], doc[2], noise("n1"), noise("n2"))
	require.Equal(t, "The ferry leaves at nine.\n\nIt costs", both[0].context[0].Text, "what stands in the prompt is not repeated")
	require.Empty(t, plan(noise("n1")))
}

// TestProbesArePrior: what the free probes found decides between the two causes
// that the arms cannot tell apart, in which both put the evidence in.
func TestProbesArePrior(t *testing.T) {
	gold := trace.Unit{ID: "d1", Text: "The term is 30 days."}
	for _, tt := range []struct {
		name   string
		probes []trace.Probe
		want   diagnose.Cause
		set    int
	}{
		{"another query finds it", []trace.Probe{{Kind: trace.QueryAsAsked, Query: "the question", Depth: 3, Rank: 2}, {Kind: trace.ProbeDepth, Query: "sent", Depth: 30}}, diagnose.Query, 1},
		{"only more depth finds it", []trace.Probe{{Kind: trace.QueryAsAsked, Query: "the question", Depth: 3}, {Kind: trace.ProbeDepth, Query: "sent", Depth: 30, Rank: 14}}, diagnose.Retrieve, 1},
		{"no probe", nil, diagnose.Retrieve, 2},
	} {
		t.Run(tt.name, func(t *testing.T) {
			no := trace.Holds(false, .98, trace.GradeB, "")
			yes := trace.Holds(true, .98, trace.GradeB, "")
			rec := &trace.Record{
				ID: "x", Question: "the question", Queries: []trace.Query{{Text: "sent"}},
				Candidates: []trace.Hit{{ID: "a", Text: "One."}, {ID: "b", Text: "Two."}, {ID: "c", Text: "Three."}},
				Context:    []trace.Passage{{ID: "a", Text: "One."}},
				Answer:     &trace.Answer{Text: "I cannot answer this."},
				Gold:       &trace.Gold{Answers: []string{"30 days"}, Evidence: []trace.EvidenceSet{{gold}}},
				Evidence: trace.Evidence{
					Outcome:  &trace.OutcomeEvidence{Bad: yes, Refusal: yes, Answerable: yes},
					Retrieve: &trace.RetrieveEvidence{InCorpus: yes, InCandidates: no},
					Rerank:   &trace.RerankEvidence{InContext: no},
					Ground:   &trace.GroundEvidence{Sufficient: no},
					Probes:   tt.probes,
				},
			}
			d := diagnose.Classify(rec, diagnose.DefaultParams())
			before := map[diagnose.Cause]float64{}
			for _, c := range believed(&d) {
				before[c.Cause] += c.P
			}
			rec.Evidence.Arms = []trace.Arm{{Name: trace.ArmReplay, N: 2}, {Name: trace.ArmInsertGold, N: 2, K: 2}}
			Decide(rec, &d, Beliefs{Mix: DefaultMix(), Likelihoods: DefaultLikelihoods()})
			require.Equal(t, diagnose.StatusDiagnosed, d.Status)
			require.Equal(t, diagnose.Retrieve, d.Root.Cause.Group())
			require.Len(t, d.Set, tt.set)
			if tt.set == 1 {
				require.Equal(t, tt.want, d.Root.Cause)
				require.Greater(t, before[tt.want], .5, "the probe is in the prior")
			}
			require.Contains(t, d.Sentence, "repairs this answer")
		})
	}
}
