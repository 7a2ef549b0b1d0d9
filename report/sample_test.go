package report

import (
	"flag"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ragdiag/ragdiag/diagnose"
	"github.com/ragdiag/ragdiag/summary"
	"github.com/ragdiag/ragdiag/trace"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// golden compares bytes with a file of testdata, or rewrites it.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		require.NoError(t, os.WriteFile(path, got, 0o644))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, string(want), string(got))
}

// sampleCase is a record with its diagnosis.
type sampleCase struct {
	rec  *trace.Record
	diag diagnose.Diagnosis
}

func drill(cases []sampleCase) iter.Seq2[*trace.Record, diagnose.Diagnosis] {
	return func(yield func(*trace.Record, diagnose.Diagnosis) bool) {
		for _, c := range cases {
			if !yield(c.rec, c.diag) {
				return
			}
		}
	}
}

// The passages of an invented handbook: the ferry company of Lindholm.
var ferry = map[string]trace.Passage{
	"fares#1":  {ID: "fares#1", Doc: "fares", Title: "Fares 2031", Text: "A single crossing costs 14 crowns for adults and 6 crowns for children under twelve. Bicycles travel free on weekdays. A carnet of ten crossings costs 110 crowns and does not expire.", Date: "2031-02-01"},
	"fares#2":  {ID: "fares#2", Doc: "fares", Title: "Fares 2031", Text: "Holders of the island card pay half fare after nine in the evening. The island card is issued at the harbour office against proof of residence and is valid for two years."},
	"old#4":    {ID: "old#4", Doc: "fares-2028", Title: "Fares 2028", Text: "A carnet of ten crossings costs 95 crowns and must be used within twelve months of purchase.", Date: "2028-02-01"},
	"time#2":   {ID: "time#2", Doc: "timetable", Title: "Winter timetable", Text: "From November to March the last ferry leaves Lindholm at 21:40 and Ostergrund at 22:05. In a storm warning of level three all sailings after 18:00 are cancelled."},
	"time#3":   {ID: "time#3", Doc: "timetable", Title: "Summer timetable", Text: "From April to October the last ferry leaves Lindholm at 23:10."},
	"vessel#1": {ID: "vessel#1", Doc: "vessels", Title: "The fleet", Text: "The MF Havörn was built in 2019 at Brattvik and carries 180 passengers and 24 cars. Her sister ship MF Tärna carries 140 passengers and no cars."},
	"vessel#2": {ID: "vessel#2", Doc: "vessels", Title: "The fleet", Text: "Both vessels run on shore power while moored. The crew of the Havörn consists of six persons."},
	"dogs#1":   {ID: "dogs#1", Doc: "rules", Title: "Conditions of carriage", Text: "Dogs travel free of charge on a lead on the open deck. Guide dogs are allowed in the saloon. Cats must stay in a carrier."},
}

func hits(ids ...string) []trace.Hit {
	out := []trace.Hit{}
	for i, id := range ids {
		p := ferry[id]
		out = append(out, trace.Hit{ID: id, Doc: p.Doc, Title: p.Title, Text: p.Text, Date: p.Date, Score: trace.Known(14.2 - 1.7*float64(i))})
	}
	return out
}

func passages(ids ...string) []trace.Passage {
	out := []trace.Passage{}
	for _, id := range ids {
		out = append(out, ferry[id])
	}
	return out
}

// at returns the span of a text in a passage of the record's context.
func at(rec *trace.Record, passage int, s string) trace.Span {
	i := strings.Index(rec.Context[passage].Text, s)
	if i < 0 {
		panic("sample: no " + s)
	}
	return trace.Span{Passage: passage, Start: i, End: i + len(s)}
}

// claim returns the verdict about a stretch of the answer.
func claim(rec *trace.Record, s string, sup trace.Support, p float64) trace.ClaimVerdict {
	i := strings.Index(rec.Answer.Text, s)
	if i < 0 {
		panic("sample: no claim " + s)
	}
	return trace.ClaimVerdict{Text: s, Start: i, End: i + len(s), Checkable: true, Weight: 4.1, Support: sup, P: p}
}

func known(yes bool, g trace.Grade, why string) trace.Predicate { return trace.Holds(yes, .97, g, why) }

// misread is a record whose answer reads a number wrongly.
func misread() sampleCase {
	rec := &trace.Record{
		ID: "ferry-017", Question: "What does a carnet of ten cost, and how long is it good for?",
		History:    []trace.Turn{{Role: "user", Text: "How much is a single crossing to Lindholm?"}, {Role: "assistant", Text: "14 crowns for adults."}},
		Queries:    []trace.Query{{Text: "carnet ten crossings Lindholm price validity", Kind: trace.QueryHistoryResolved}},
		Candidates: hits("fares#1", "old#4", "fares#2", "time#2", "dogs#1"),
		Context:    passages("fares#1", "old#4", "fares#2"),
		Answer:     &trace.Answer{Text: "A carnet of ten crossings costs 101 crowns [1]. It does not expire [3]. You can buy it on board.", FinishReason: "stop"},
		Gold:       &trace.Gold{Answers: []string{"110 crowns, no expiry"}, Claims: []string{"The carnet costs 110 crowns.", "It does not expire."}, Evidence: []trace.EvidenceSet{{{ID: "fares#1"}}}, Answerable: trace.Yes},
		Tags:       map[string]string{"domain": "fares", "type": "price"},
		Run:        trace.RunInfo{System: "harbour-helpdesk", Model: "quill-7b", Retriever: "bm25", K: 3},
	}
	rec.Candidates[3].Dropped, rec.Candidates[4].Dropped = trace.DropCut, trace.DropCut
	a, b, c := claim(rec, "A carnet of ten crossings costs 101 crowns", trace.Contradicted, .04), claim(rec, "It does not expire", trace.Supported, .95), claim(rec, "You can buy it on board", trace.NotFound, .11)
	a.Against = &trace.Conflict{Kind: "number", Claim: "101 crowns", Passage: "110 crowns", Span: at(rec, 0, "A carnet of ten crossings costs 110 crowns")}
	b.By = []trace.Span{at(rec, 0, "does not expire")}
	rec.Evidence = trace.Evidence{
		Outcome: &trace.OutcomeEvidence{Version: "1", Bad: known(true, trace.GradeB, "no accepted answer stands in the answer; it states 1 of 2 gold claims"), Refusal: known(false, trace.GradeC, ""), Answerable: known(true, trace.GradeB, "gold says so"), ExactMatch: trace.Known(0), F1: trace.Known(.31), ClaimRecall: trace.Known(.5), Reference: trace.ReferenceValue, Compared: []trace.Comparison{
			{Kind: "words", Want: "no expiry", WantStart: 12, WantEnd: 21, Asked: true, P: .5, Why: "in other words"},
			{Kind: "number", Want: "110 crowns", WantStart: 0, WantEnd: 10, Got: "101 crowns", GotStart: 32, GotEnd: 42, Asked: true, Agreement: trace.Different, P: .05, Why: `it says "101 crowns" for "110 crowns"`}}},
		Query:    &trace.QueryEvidence{Version: "1", Language: "en", Rewritten: known(true, trace.GradeB, ""), Drifted: known(false, trace.GradeB, ""), MassLost: trace.Known(.08)},
		Retrieve: &trace.RetrieveEvidence{Version: "1", InCandidates: known(true, trace.GradeB, "fares#1 at rank 1"), Units: []trace.UnitMatch{{Rank: 1, How: "id", P: 1, Grade: trace.GradeB}}, Depth: 5, BestRank: 1, Recall: []trace.Depth{{K: 1, Value: trace.Known(1)}, {K: 5, Value: trace.Known(1)}}, RR: trace.Known(1), NDCG: trace.Known(1)},
		Rerank:   &trace.RerankEvidence{Version: "1", InContext: known(true, trace.GradeB, "fares#1 stands first in the prompt"), Units: []trace.UnitMatch{{Rank: 1, How: "id", P: 1, Grade: trace.GradeB}}, Recall: []trace.Depth{{K: 3, Value: trace.Known(1)}}, Tokens: 118},
		Ground:   &trace.GroundEvidence{Version: "1", Sufficient: known(true, trace.GradeB, "the context holds the gold passage"), Conflicting: known(true, trace.GradeC, "95 crowns against 110 crowns for the carnet"), Faithfulness: trace.Known(1. / 3), Undecided: trace.Known(0), Claims: []trace.ClaimVerdict{a, b, c}},
		Cite: &trace.CiteEvidence{Version: "1", HasCitations: known(true, trace.GradeB, ""), Faulty: known(true, trace.GradeC, "[3] does not support its sentence, [1] would"), Numbering: "1-based", Recall: trace.Known(0), Precision: trace.Known(0), Misplaced: 1,
			Statements: []trace.CitedStatement{
				{Text: "A carnet of ten crossings costs 101 crowns", Start: 0, End: 47, Needs: true, Support: trace.Contradicted, Citations: []trace.CiteMark{{Marker: "[1]", Start: 43, End: 46, Passage: 0, Status: trace.CiteUnsupported}}},
				{Text: "It does not expire", Start: 48, End: 71, Needs: true, Support: trace.NotFound, Citations: []trace.CiteMark{{Marker: "[3]", Start: 67, End: 70, Passage: 2, Status: trace.CiteMisplaced}}, Better: []int{0}},
			}},
	}
	d := diagnose.Diagnosis{ID: rec.ID, Status: diagnose.StatusDiagnosed, Right: trace.No, Tags: rec.Tags,
		Root: diagnose.Attribution{Cause: diagnose.Ignore, Sub: "misread", Grade: trace.GradeC}, Proximate: diagnose.Attribution{Cause: diagnose.Ignore, Sub: "misread", Grade: trace.GradeC},
		Contributing: []diagnose.Attribution{{Cause: diagnose.Cite, Sub: "misplaced", Grade: trace.GradeC}}, Modifiers: []string{"conflict", "stale"}, Set: []diagnose.Cause{diagnose.Ignore},
		Sentence: "The prompt held what was needed, and the answer goes against it or past it.", TooStrong: "why the generator did so: that needs a re-run",
		Evidence: []diagnose.Line{
			{Name: "the answer is bad", Truth: trace.Yes, Grade: trace.GradeB, Text: "no accepted answer stands in the answer; it states 1 of 2 gold claims"},
			{Name: "the evidence is among the candidates", Truth: trace.Yes, Grade: trace.GradeB, Text: "fares#1 at rank 1"},
			{Name: "the evidence is in the prompt", Truth: trace.Yes, Grade: trace.GradeB, Text: "fares#1 stands first in the prompt"},
			{Name: "the prompt suffices to answer", Truth: trace.Yes, Grade: trace.GradeB, Text: "the context holds the gold passage"},
			{Name: "passages of the prompt disagree", Truth: trace.Yes, Grade: trace.GradeC, Text: "95 crowns against 110 crowns for the carnet"},
		}}
	d.Fix = d.Root.Fix()
	return sampleCase{rec, d}
}

// missed is a record whose evidence was not retrieved.
func missed() sampleCase {
	rec := &trace.Record{
		ID: "ferry-002", Question: "How many cars fit on the Havörn?",
		Queries:    []trace.Query{{Text: "How many cars fit on the ferry?", Kind: trace.QueryRewritten}},
		Candidates: hits("time#2", "fares#2", "time#3", "dogs#1"),
		Context:    passages("time#2", "fares#2"),
		Answer:     &trace.Answer{Text: "The ferry carries 30 cars [1]."},
		Gold:       &trace.Gold{Answers: []string{"24", "24 cars"}, Evidence: []trace.EvidenceSet{{{ID: "vessel#1"}}}, Answerable: trace.Yes},
		Tags:       map[string]string{"domain": "fleet", "type": "count"}, Run: trace.RunInfo{System: "harbour-helpdesk", Model: "quill-7b", Retriever: "bm25", K: 2},
	}
	c := claim(rec, "The ferry carries 30 cars", trace.NotFound, .06)
	rec.Evidence = trace.Evidence{
		Outcome: &trace.OutcomeEvidence{Version: "1", Bad: known(true, trace.GradeB, "no accepted answer stands in the answer"), Refusal: known(false, trace.GradeC, ""), Answerable: known(true, trace.GradeB, ""), ExactMatch: trace.Known(0), F1: trace.Known(.18), Reference: trace.ReferenceValue, Compared: []trace.Comparison{
			{Kind: "number", Want: "24", WantStart: 0, WantEnd: 2, Got: "30", GotStart: 18, GotEnd: 20, Asked: true, Agreement: trace.Different, P: .04}}},
		Query:    &trace.QueryEvidence{Version: "1", Language: "en", Drifted: known(true, trace.GradeB, "Havörn is missing in the query"), Dropped: []string{"Havörn"}},
		Retrieve: &trace.RetrieveEvidence{Version: "1", InCandidates: known(false, trace.GradeB, "vessel#1 is not among 4 candidates"), Units: []trace.UnitMatch{{P: 0}}, Depth: 4, Recall: []trace.Depth{{K: 1, Value: trace.Known(0)}, {K: 5, Value: trace.Known(0)}}, RR: trace.Known(0), NDCG: trace.Known(0), ProbedBy: "bm25"},
		Rerank:   &trace.RerankEvidence{Version: "1", InContext: known(false, trace.GradeB, ""), Recall: []trace.Depth{{K: 2, Value: trace.Known(0)}}},
		Ground:   &trace.GroundEvidence{Version: "1", Sufficient: known(false, trace.GradeB, ""), Faithfulness: trace.Known(0), Claims: []trace.ClaimVerdict{c}},
		Cite:     &trace.CiteEvidence{Version: "1", HasCitations: known(true, trace.GradeB, ""), Recall: trace.Known(0), Precision: trace.Known(0), Wrong: 1, Statements: []trace.CitedStatement{{Text: "The ferry carries 30 cars", Start: 0, End: 30, Needs: true, Support: trace.NotFound, Citations: []trace.CiteMark{{Marker: "[1]", Start: 26, End: 29, Passage: 0, Status: trace.CiteUnsupported}}}}},
		Probes:   []trace.Probe{{Kind: trace.QueryAsAsked, Query: "How many cars fit on the Havörn?", Depth: 50, Rank: 1}, {Kind: trace.ProbeDepth, Query: "How many cars fit on the ferry?", Depth: 50, Rank: 0}},
	}
	d := diagnose.Diagnosis{ID: rec.ID, Status: diagnose.StatusDiagnosed, Right: trace.No, Tags: rec.Tags,
		Root: diagnose.Attribution{Cause: diagnose.Query, Sub: "rewrite-drift", Grade: trace.GradeB}, Proximate: diagnose.Attribution{Cause: diagnose.Unsupported, Grade: trace.GradeC}, Set: []diagnose.Cause{diagnose.Query},
		Sentence: `The query that was sent missed the evidence; "How many cars fit on the Havörn?" retrieves it at rank 1.`, TooStrong: "that the rewriting hurts overall",
		Evidence: []diagnose.Line{
			{Name: "the answer is bad", Truth: trace.Yes, Grade: trace.GradeB, Text: "no accepted answer stands in the answer"},
			{Name: "the rewriting lost or invented something", Truth: trace.Yes, Grade: trace.GradeB, Text: "Havörn is missing in the query"},
			{Name: "the evidence is among the candidates", Truth: trace.No, Grade: trace.GradeB, Text: "vessel#1 is not among 4 candidates"},
			{Name: "probe (as-asked) finds the evidence", Truth: trace.Yes, Grade: trace.GradeA, Text: `"How many cars fit on the Havörn?" at depth 50: rank 1`},
		}}
	d.Fix = d.Root.Fix()
	return sampleCase{rec, d}
}

// openCase is a record that the evidence leaves undetermined.
func openCase() sampleCase {
	rec := &trace.Record{
		ID: "ferry-031", Question: "Dürfen Hunde in den Salon?", Context: passages("fares#1", "time#2"),
		Answer: &trace.Answer{Text: "Leider kann ich das nicht beantworten."},
		Gold:   &trace.Gold{Answers: []string{"nur Blindenhunde"}, Evidence: []trace.EvidenceSet{{{ID: "dogs#1"}}}, Answerable: trace.Yes},
		Tags:   map[string]string{"domain": "rules", "type": "yes/no"}, Run: trace.RunInfo{System: "harbour-helpdesk", Model: "quill-7b", Retriever: "bm25", K: 2},
	}
	rec.Evidence = trace.Evidence{
		Outcome: &trace.OutcomeEvidence{Version: "1", Bad: known(true, trace.GradeB, "no accepted answer stands in the answer"), Refusal: known(true, trace.GradeC, "declines in German"), Answerable: known(true, trace.GradeB, ""), ExactMatch: trace.Known(0), F1: trace.Known(0), RefusalShare: trace.Known(1), Reference: trace.ReferenceValue, Compared: []trace.Comparison{
			{Kind: "words", Want: "nur Blindenhunde", WantEnd: 16, Asked: true, Agreement: trace.Missing, P: .04}}},
		Retrieve: &trace.RetrieveEvidence{Version: "1", InCandidates: trace.NotKnown("candidates were not recorded"), RR: trace.Unknown("candidates were not recorded"), NDCG: trace.Unknown("candidates were not recorded"), Recall: []trace.Depth{{K: 5, Value: trace.Unknown("candidates were not recorded")}}},
		Rerank:   &trace.RerankEvidence{Version: "1", InContext: known(false, trace.GradeB, "dogs#1 is not in the prompt"), Recall: []trace.Depth{{K: 2, Value: trace.Known(0)}}},
		Ground:   &trace.GroundEvidence{Version: "1", Sufficient: known(false, trace.GradeB, ""), Faithfulness: trace.Unknown("the answer makes no checkable claim")},
		Cite:     &trace.CiteEvidence{Version: "1", HasCitations: known(false, trace.GradeB, ""), Recall: trace.Unknown("the answer makes no checkable claim"), Precision: trace.Unknown("no citations")},
	}
	d := diagnose.Diagnosis{ID: rec.ID, Status: diagnose.StatusUndetermined, Right: trace.No, Tags: rec.Tags, Set: []diagnose.Cause{diagnose.Retrieve, diagnose.Select},
		PBad: trace.Known(.93), Missing: []string{"the retriever's candidates"}, Next: "log what the retriever returned before selection (IDs suffice)",
		Sentence: "The answer counts as bad. The cause is retrieval miss or context selection; what would tell them apart is the retriever's candidates.", TooStrong: "that any one of them is the cause",
		Evidence: []diagnose.Line{{Name: "the answer declines", Truth: trace.Yes, Grade: trace.GradeC, Text: "declines in German"}, {Name: "the evidence is in the prompt", Truth: trace.No, Grade: trace.GradeB, Text: "dogs#1 is not in the prompt"}}}
	return sampleCase{rec, d}
}

// fine is a record that is right.
func fine() sampleCase {
	rec := &trace.Record{
		ID: "ferry-005", Question: "When does the last winter ferry leave Lindholm?", Queries: []trace.Query{{Text: "When does the last winter ferry leave Lindholm?", Kind: trace.QueryAsAsked}},
		Candidates: hits("time#2", "time#3", "fares#2"), Context: passages("time#2", "time#3"),
		Answer: &trace.Answer{Text: "The last ferry leaves Lindholm at 21:40 [1]."},
		Gold:   &trace.Gold{Answers: []string{"21:40"}, Evidence: []trace.EvidenceSet{{{ID: "time#2"}}}, Answerable: trace.Yes},
		Tags:   map[string]string{"domain": "timetable", "type": "time"}, Run: trace.RunInfo{System: "harbour-helpdesk", Model: "quill-7b", Retriever: "bm25", K: 2},
	}
	c := claim(rec, "The last ferry leaves Lindholm at 21:40", trace.Supported, .97)
	c.By = []trace.Span{at(rec, 0, "the last ferry leaves Lindholm at 21:40")}
	rec.Evidence = trace.Evidence{
		Outcome: &trace.OutcomeEvidence{Version: "1", Bad: known(false, trace.GradeB, "21:40 stands in the answer"), Refusal: known(false, trace.GradeC, ""), Answerable: known(true, trace.GradeB, ""), ExactMatch: trace.Known(0), F1: trace.Known(.44), Reference: trace.ReferenceValue, Compared: []trace.Comparison{
			{Kind: "time", Want: "21:40", WantEnd: 5, Got: "21:40", GotStart: 34, GotEnd: 39, Asked: true, Agreement: trace.Equal, P: .97}}},
		Retrieve: &trace.RetrieveEvidence{Version: "1", InCandidates: known(true, trace.GradeB, ""), Units: []trace.UnitMatch{{Rank: 1, How: "id", P: 1, Grade: trace.GradeB}}, Recall: []trace.Depth{{K: 1, Value: trace.Known(1)}, {K: 5, Value: trace.Known(1)}}, RR: trace.Known(1), NDCG: trace.Known(1)},
		Rerank:   &trace.RerankEvidence{Version: "1", InContext: known(true, trace.GradeB, ""), Units: []trace.UnitMatch{{Rank: 1, How: "id", P: 1, Grade: trace.GradeB}}, Recall: []trace.Depth{{K: 2, Value: trace.Known(1)}}},
		Ground:   &trace.GroundEvidence{Version: "1", Sufficient: known(true, trace.GradeB, ""), Faithfulness: trace.Known(1), Claims: []trace.ClaimVerdict{c}},
		Cite:     &trace.CiteEvidence{Version: "1", HasCitations: known(true, trace.GradeB, ""), Recall: trace.Known(1), Precision: trace.Known(1), Statements: []trace.CitedStatement{{Text: c.Text, Start: 0, End: 44, Needs: true, Support: trace.Supported, Citations: []trace.CiteMark{{Marker: "[1]", Start: 40, End: 43, Passage: 0, Status: trace.CiteSupported}}}}},
	}
	return sampleCase{rec, diagnose.Diagnosis{ID: rec.ID, Status: diagnose.StatusNotFailure, Right: trace.Yes, PBad: trace.Known(.03), P: .97, Tags: rec.Tags, Sentence: "The answer is acceptable.", TooStrong: "that every statement in it is right",
		Evidence: []diagnose.Line{{Name: "the answer is bad", Truth: trace.No, Grade: trace.GradeB, Text: "21:40 stands in the answer"}}}}
}

// samples is a run of 176 records: every status, six causes, four domains.
func samples() []sampleCase {
	templates := []struct {
		make func() sampleCase
		n    int
		root diagnose.Attribution // in place of the template's; zero: as it is
	}{
		{fine, 104, diagnose.Attribution{}}, {missed, 14, diagnose.Attribution{}},
		{missed, 13, diagnose.Attribution{Cause: diagnose.Retrieve, Sub: "depth", Grade: trace.GradeB}}, {missed, 4, diagnose.Attribution{Cause: diagnose.Retrieve, Sub: "split", Grade: trace.GradeC}},
		{misread, 8, diagnose.Attribution{}}, {misread, 5, diagnose.Attribution{Cause: diagnose.Ignore, Sub: "over-refusal", Grade: trace.GradeB}},
		{missed, 6, diagnose.Attribution{Cause: diagnose.Select, Sub: "k-cut", Grade: trace.GradeB}}, {missed, 5, diagnose.Attribution{Cause: diagnose.Unsupported, Grade: trace.GradeC}},
		{misread, 2, diagnose.Attribution{Cause: diagnose.Cite, Sub: "misplaced", Grade: trace.GradeC}}, {openCase, 7, diagnose.Attribution{}},
		{misread, 2, diagnose.Attribution{Cause: diagnose.GoldLabel, Grade: trace.GradeC}}, {fine, 5, diagnose.Attribution{Cause: diagnose.Metric}},
	}
	var out []sampleCase
	domains := []string{"fares", "timetable", "fleet", "rules", "fares", "timetable"}
	for round := 0; len(out) < 175; round++ {
		for i := range templates {
			tp := &templates[i]
			for range 1 + tp.n/12 {
				if tp.n == 0 {
					break
				}
				tp.n--
				c := tp.make()
				c.rec.ID = fmt.Sprintf("ferry-%03d", len(out)+1)
				c.rec.Tags = map[string]string{"domain": domains[(len(out)+i)%len(domains)], "lang": []string{"en", "en", "de"}[len(out)%3]}
				c.diag.ID, c.diag.Tags = c.rec.ID, c.rec.Tags
				switch tp.root.Cause {
				case diagnose.None:
				case diagnose.Metric:
					c.diag.Status, c.diag.Conditional = diagnose.StatusNotJudged, true
					c.diag.Sentence, c.diag.TooStrong = "Nothing says whether the answer is bad.", "that the answer is bad"
					c.diag.Right, c.diag.P, c.diag.PBad, c.diag.Next = trace.TruthUnknown, 0, trace.Unknown("nothing says whether the answer is bad"), "add a reference answer, or the verdict of a user or a judge"
				default:
					c.diag.Root, c.diag.Proximate, c.diag.Quarantined = tp.root, tp.root, tp.root.Cause == diagnose.GoldLabel
					c.diag.Fix = tp.root.Fix()
				}
				out = append(out, c)
			}
		}
	}
	return out
}

// sampleSummary summarises the samples, with two unreadable records and gates.
func sampleSummary(t testing.TB) summary.Summary {
	b := summary.New(summary.Options{Title: "harbour-helpdesk, nightly"})
	for _, c := range samples() {
		b.Add(c.rec, &c.diag)
	}
	b.Skip("the line is longer than 16 MiB")
	b.Skip("not JSON: unexpected end of input")
	b.Skip("the line is longer than 16 MiB")
	s := b.Summary()
	gates, err := summary.ParseGates([]string{"retrieval-miss>5%", "quality<0.5", "undetermined>5%", "ndcg@10<0.2"})
	require.NoError(t, err)
	s.Gates = summary.CheckAll(gates, s, summary.OnInterval)
	return s
}
