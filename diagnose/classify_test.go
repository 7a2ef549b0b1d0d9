package diagnose

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/ragdiag/ragdiag/trace"
)

// yes and no are decided predicates by gold (grade B), verified ones by the
// verifier (grade C).
var (
	yes      = trace.Holds(true, 1, trace.GradeB, "")
	no       = trace.Holds(false, 1, trace.GradeB, "")
	verified = trace.Holds(true, .87, trace.GradeC, "")
	guessed  = trace.Holds(true, .54, trace.GradeD, "")
)

// failed is a judged failure with everything recorded, its evidence absent from
// candidates and prompt: the starting point that each case below changes.
func failed() *trace.Record {
	return &trace.Record{
		ID:         "q1",
		Question:   "How long may a customer return a lamp?",
		Queries:    []trace.Query{{Text: "return lamp"}},
		Candidates: []trace.Hit{{ID: "a"}, {ID: "b"}, {ID: "c"}, {ID: "d"}},
		Context:    []trace.Passage{{ID: "a"}, {ID: "b"}, {ID: "c"}},
		Answer:     &trace.Answer{Text: "45 days."},
		Gold:       &trace.Gold{Answers: []string{"30 days"}, Evidence: []trace.EvidenceSet{{{ID: "g"}}}},
		Evidence: trace.Evidence{
			Outcome:  &trace.OutcomeEvidence{Bad: yes, Refusal: no},
			Query:    &trace.QueryEvidence{},
			Retrieve: &trace.RetrieveEvidence{InCandidates: no},
			Rerank:   &trace.RerankEvidence{InContext: no},
			Ground:   &trace.GroundEvidence{Sufficient: no, Claims: claims(wrong(trace.NotFound))},
			Cite:     &trace.CiteEvidence{},
		},
	}
}

func claims(c ...trace.ClaimVerdict) []trace.ClaimVerdict { return c }

func wrong(s trace.Support) trace.ClaimVerdict {
	return trace.ClaimVerdict{Text: "A lamp may be returned within 45 days", Checkable: true, Weight: 1, Support: s, Right: no}
}

// distracted is a wrong claim that a passage without gold evidence supports.
func distracted() trace.ClaimVerdict {
	c := wrong(trace.Supported)
	c.GoldUnit = trace.No
	return c
}

func right() trace.ClaimVerdict {
	return trace.ClaimVerdict{Text: "A lamp may be returned within 30 days", Checkable: true, Weight: 1, Support: trace.Supported, Right: yes}
}

// sufficient puts the evidence into candidates and prompt.
func sufficient(r *trace.Record, c ...trace.ClaimVerdict) {
	r.Evidence.Retrieve.InCandidates = yes
	r.Evidence.Rerank.InContext = yes
	r.Evidence.Ground.Sufficient = yes
	r.Evidence.Ground.Claims = c
}

// The acceptance cases of the decision procedure, by their number there.
func TestAcceptance(t *testing.T) {
	for _, tt := range []struct {
		name      string
		change    func(r *trace.Record)
		status    Status
		root      string // slug; "" for none
		proximate string
		set       []Cause
	}{
		{"1 rewrite dropped a word, the question finds it", func(r *trace.Record) {
			r.Evidence.Query.Rewritten, r.Evidence.Query.Drifted = yes, yes
			r.Evidence.Probes = []trace.Probe{{Kind: trace.QueryAsAsked, Query: r.Question, Depth: 4, Rank: 2}}
		}, StatusDiagnosed, "query-formation.rewrite-drift", "unsupported-generation.fabrication", []Cause{Query}},
		{"2 found only far below", func(r *trace.Record) {
			r.Evidence.Probes = []trace.Probe{
				{Kind: trace.QueryAsAsked, Query: r.Question, Depth: 4},
				{Kind: trace.ProbeDepth, Query: "return lamp", Depth: 400, Rank: 140},
			}
		}, StatusDiagnosed, "retrieval-miss.depth", "unsupported-generation.fabrication", []Cause{Retrieve}},
		{"3 another passage holds the answer", func(r *trace.Record) {
			r.Evidence.Ground.Sufficient, r.Evidence.Ground.Alternative = verified, verified
			r.Evidence.Ground.Claims = claims(wrong(trace.Contradicted))
		}, StatusDiagnosed, "ignored-context", "ignored-context", []Cause{Ignore}},
		{"4 rank 4 at k 3", func(r *trace.Record) {
			r.Evidence.Retrieve.InCandidates = yes
			r.Evidence.Rerank.Lost = []trace.Loss{{Before: 4, Cut: 3, Drop: trace.DropCut}}
		}, StatusDiagnosed, "context-selection.k-cut", "unsupported-generation.fabrication", []Cause{Select}},
		{"5 cut before the span", func(r *trace.Record) {
			r.Evidence.Retrieve.InCandidates = yes
			r.Evidence.Rerank.Truncated = yes
		}, StatusDiagnosed, "context-selection.truncation", "unsupported-generation.fabrication", []Cause{Select}},
		{"6 in the prompt, declined", func(r *trace.Record) {
			sufficient(r)
			r.Evidence.Outcome.Refusal = yes
		}, StatusDiagnosed, "ignored-context.over-refusal", "ignored-context.over-refusal", []Cause{Ignore}},
		{"7 a distractor says so", func(r *trace.Record) {
			sufficient(r, distracted())
			r.Evidence.Ground.Conflicting = verified
		}, StatusDiagnosed, "ignored-context.distractor", "ignored-context.distractor", []Cause{Ignore}},
		{"8 nothing says so, but the model alone does", func(r *trace.Record) {
			c := wrong(trace.Contradicted)
			c.FromClose = trace.Yes
			sufficient(r, c)
		}, StatusDiagnosed, "ignored-context.override", "ignored-context.override", []Cause{Ignore}},
		{"9 right, with an invented detail", func(r *trace.Record) {
			invented := trace.ClaimVerdict{Checkable: true, Weight: 1, Support: trace.NotFound}
			sufficient(r, right(), invented)
			r.Evidence.Outcome.Bad = no
		}, StatusNotFailure, "", "", nil},
		{"10 not in the corpus, invented", func(r *trace.Record) {
			r.Evidence.Retrieve.InCorpus = no
		}, StatusDiagnosed, "unsupported-generation.abstention", "unsupported-generation.abstention", []Cause{Unsupported}},
		{"11 right, cites the wrong passage", func(r *trace.Record) {
			sufficient(r, right())
			r.Evidence.Outcome.Bad = no
			r.Evidence.Cite = &trace.CiteEvidence{HasCitations: yes, Faulty: verified, Misplaced: 1}
		}, StatusDiagnosed, "citation-fault.misplaced", "citation-fault.misplaced", []Cause{Cite}},
		{"12 the claim stays without its support", func(r *trace.Record) {
			sufficient(r, right())
			r.Evidence.Outcome.Bad = no
			r.Evidence.Cite = &trace.CiteEvidence{HasCitations: yes, Faulty: no}
			r.Evidence.Arms = []trace.Arm{{Name: trace.ArmRemoveSupport, N: 3, K: 3}, {Name: trace.ArmClosedBook, N: 1, K: 1}}
		}, StatusDiagnosed, "citation-fault.unfaithful", "citation-fault.unfaithful", []Cause{Cite}},
		{"13 12 March against Mar 12th", func(r *trace.Record) {
			sufficient(r, right())
			r.Evidence.Outcome.Bad, r.Evidence.Outcome.Artefact = no, yes
		}, StatusNotFailure, "", "", nil},
		{"14 peers and evidence agree against gold", func(r *trace.Record) {
			sufficient(r, wrong(trace.Supported))
			r.Evidence.Outcome.GoldDoubt = verified
		}, StatusDiagnosed, "gold-label", "gold-label", []Cause{GoldLabel}},
		{"14b the reference may be stated in other words", func(r *trace.Record) {
			sufficient(r, wrong(trace.Supported))
			r.Evidence.Outcome.GoldDoubt = trace.Holds(true, .5, trace.GradeD, "")
		}, StatusUndetermined, "", "", []Cause{Ignore, GoldLabel}},
		{"15 only the prompt was logged", func(r *trace.Record) {
			r.Candidates = nil
			r.Evidence.Retrieve.InCandidates = trace.NotKnown("candidates were not recorded")
		}, StatusDiagnosed, "missing-context.unsplit", "unsupported-generation.fabrication", []Cause{Missing}},
		{"16 gold alone fails too", func(r *trace.Record) {
			r.Evidence.Probes = []trace.Probe{{Kind: trace.QueryAsAsked, Query: r.Question, Depth: 4}}
			r.Evidence.Arms = []trace.Arm{{Name: trace.ArmGoldOnly, N: 3, K: 0}}
		}, StatusDiagnosed, "retrieval-miss", "ignored-context", []Cause{Retrieve}},
		{"17 four of five replays right", func(r *trace.Record) {
			sufficient(r, wrong(trace.NotFound))
			r.Evidence.Arms = []trace.Arm{{Name: trace.ArmReplay, N: 5, K: 4}}
		}, StatusDiagnosed, "flaky", "flaky", []Cause{Flaky}},
		{"18 one of two units retrieved", func(r *trace.Record) {
			r.Evidence.Retrieve.Partial = yes
		}, StatusDiagnosed, "retrieval-miss.partial", "unsupported-generation.fabrication", []Cause{Query, Retrieve}},
		{"18 one of two units selected", func(r *trace.Record) {
			r.Evidence.Retrieve.InCandidates, r.Evidence.Rerank.Partial = yes, yes
		}, StatusDiagnosed, "context-selection.partial", "unsupported-generation.fabrication", []Cause{Select}},
		{"19 right content in broken JSON", func(r *trace.Record) {
			sufficient(r, right())
			r.Evidence.Outcome.Malformed, r.Evidence.Outcome.ContentOK = yes, yes
		}, StatusDiagnosed, "instruction-failure", "instruction-failure", []Cause{Instruction}},
		{"20 the retriever timed out", func(r *trace.Record) {
			r.Candidates, r.Context = []trace.Hit{}, []trace.Passage{}
			r.Run.Errors = []trace.StageError{{Stage: trace.StageRetrieve, Message: "504 gateway timeout"}}
		}, StatusDiagnosed, "infrastructure.retrieve-error", "infrastructure.retrieve-error", []Cause{Infra}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := failed()
			tt.change(r)
			d := Classify(r, DefaultParams())
			require.Equal(t, tt.status, d.Status, d.Sentence)
			require.Equal(t, tt.root, d.Root.Slug(), d.Sentence)
			require.Equal(t, tt.proximate, d.Proximate.Slug())
			require.Equal(t, tt.set, d.Set)
			require.NotEmpty(t, d.Sentence)
			if d.Status == StatusUndetermined {
				require.NotEmpty(t, d.Next)
				require.NotEmpty(t, d.Missing)
			}
		})
	}
}

// What the acceptance cases leave out: policies, grades, and evidence that is
// not there.
func TestClassify(t *testing.T) {
	for _, tt := range []struct {
		name   string
		change func(r *trace.Record, p *Params)
		status Status
		root   string
		set    []Cause
	}{
		{"not retrieved, no retriever at hand: decided at the coarse level", func(*trace.Record, *Params) {},
			StatusDiagnosed, "retrieval-miss", []Cause{Query, Retrieve}},
		{"found by expansion only: the words differ, the query is not to blame", func(r *trace.Record, _ *Params) {
			r.Evidence.Probes = []trace.Probe{
				{Kind: trace.QueryAsAsked, Query: r.Question, Depth: 4},
				{Kind: trace.QueryExpanded, Query: r.Question + " refund", Depth: 4, Rank: 1},
			}
		}, StatusDiagnosed, "retrieval-miss.lexical-gap", []Cause{Retrieve}},
		{"probed with another retriever than the system's", func(r *trace.Record, _ *Params) {
			r.Evidence.Probes = []trace.Probe{
				{Kind: trace.QueryAsAsked, Query: r.Question, Depth: 4, Rank: 1},
				{Kind: trace.ProbeDepth, Query: "return lamp", Depth: 40, Rank: 2},
			}
		}, StatusDiagnosed, "retrieval-miss", []Cause{Query, Retrieve}},
		{"a doubtful part leaves the family", func(r *trace.Record, _ *Params) {
			r.Evidence.Retrieve.InCandidates = trace.Holds(false, .6, trace.GradeD, "")
		}, StatusDiagnosed, "missing-context.unsplit", []Cause{Missing}},
		{"whether the prompt suffices is a guess", func(r *trace.Record, _ *Params) {
			r.Evidence.Ground.Sufficient = guessed
			r.Evidence.Retrieve.InCandidates, r.Evidence.Rerank.InContext = trace.Predicate{}, trace.Predicate{}
			r.Candidates = nil
		}, StatusUndetermined, "", []Cause{Missing, Unsupported}},
		{"nothing says that the answer is bad", func(r *trace.Record, _ *Params) {
			r.Evidence.Outcome.Bad = trace.NotKnown("no reference")
		}, StatusNotJudged, "retrieval-miss", []Cause{Query, Retrieve}},
		{"no answer", func(r *trace.Record, _ *Params) { r.Answer = nil }, StatusNotJudged, "", nil},
		{"an empty answer is a failed step", func(r *trace.Record, _ *Params) { r.Answer.Text = "" },
			StatusDiagnosed, "infrastructure.empty-answer", []Cause{Infra}},
		{"the server cut the prompt in silence", func(r *trace.Record, _ *Params) {
			r.Answer.Usage = &trace.Usage{Prompt: 4096, Least: 5200}
			sufficient(r, wrong(trace.NotFound))
		}, StatusDiagnosed, "infrastructure.context-truncated", []Cause{Infra}},
		{"the server counts more tokens than we do", func(r *trace.Record, _ *Params) {
			r.Answer.Usage = &trace.Usage{Prompt: 5201, Least: 5200}
			sufficient(r, wrong(trace.NotFound))
		}, StatusDiagnosed, "unsupported-generation.fabrication", []Cause{Unsupported}},
		{"the server does not count", func(r *trace.Record, _ *Params) {
			r.Answer.Usage = &trace.Usage{Least: 5200}
			sufficient(r, wrong(trace.NotFound))
		}, StatusDiagnosed, "unsupported-generation.fabrication", []Cause{Unsupported}},
		{"right in spite of an error in the log", func(r *trace.Record, _ *Params) {
			r.Run.Errors = []trace.StageError{{Stage: trace.StageRerank, Message: "timeout"}}
			r.Evidence.Outcome.Bad = no
			sufficient(r, right())
		}, StatusNotFailure, "", nil},
		{"declined, corpus lacks it, and may", func(r *trace.Record, _ *Params) {
			r.Evidence.Retrieve.InCorpus, r.Evidence.Outcome.Refusal = no, yes
		}, StatusNotFailure, "", nil},
		{"declined, corpus lacks it, and should not", func(r *trace.Record, p *Params) {
			r.Evidence.Retrieve.InCorpus, r.Evidence.Outcome.Refusal = no, yes
			p.CorpusPolicy = ShouldHave
		}, StatusDiagnosed, "corpus-gap", []Cause{CorpusGap}},
		{"a sufficient prompt is never blamed on the corpus", func(r *trace.Record, _ *Params) {
			sufficient(r, wrong(trace.NotFound))
			r.Evidence.Retrieve.InCorpus = no
		}, StatusDiagnosed, "unsupported-generation.fabrication", []Cause{Unsupported}},
		{"unanswerable and answered", func(r *trace.Record, _ *Params) {
			r.Evidence.Outcome.Answerable = no
		}, StatusDiagnosed, "unsupported-generation.abstention", []Cause{Unsupported}},
		{"the verifier cannot tell", func(r *trace.Record, _ *Params) { sufficient(r, wrong(trace.Abstain)) },
			StatusUndetermined, "", []Cause{Ignore, Unsupported}},
		{"the undecided claim is too light to matter", func(r *trace.Record, _ *Params) {
			light := wrong(trace.Abstain)
			light.Weight = .1
			sufficient(r, wrong(trace.NotFound), light)
		}, StatusDiagnosed, "unsupported-generation.fabrication", []Cause{Unsupported}},
		{"an untested language only raises a suspicion", func(r *trace.Record, _ *Params) {
			c := wrong(trace.NotFound)
			c.Weakened = true
			sufficient(r, c)
		}, StatusUndetermined, "", []Cause{Ignore, Unsupported}},
		{"gold contradicts itself", func(r *trace.Record, _ *Params) {
			sufficient(r, wrong(trace.NotFound))
			r.Evidence.Ground.Sufficient = trace.Holds(false, .8, trace.GradeC, "")
		}, StatusUndetermined, "", []Cause{Ignore, Unsupported, GoldLabel}},
		{"true to the evidence, and not what was asked", func(r *trace.Record, _ *Params) {
			c := wrong(trace.Supported)
			c.GoldUnit = trace.Yes
			sufficient(r, c)
		}, StatusDiagnosed, "ignored-context.incomplete", []Cause{Ignore}},
		{"only omissions", func(r *trace.Record, _ *Params) {
			sufficient(r, right())
			r.Evidence.Ground.GoldClaims = []trace.GoldClaim{{Text: "unworn", InContext: trace.Supported, InAnswer: trace.NotFound}}
		}, StatusDiagnosed, "ignored-context.incomplete", []Cause{Ignore}},
		{"same words, one value changed", func(r *trace.Record, _ *Params) {
			c := wrong(trace.Contradicted)
			c.Overlap = .8
			sufficient(r, c)
		}, StatusDiagnosed, "ignored-context.misread", []Cause{Ignore}},
		{"most weight wins", func(r *trace.Record, _ *Params) {
			heavy := wrong(trace.NotFound)
			heavy.Weight = 3
			sufficient(r, wrong(trace.Supported), heavy)
		}, StatusDiagnosed, "unsupported-generation.fabrication", []Cause{Unsupported}},
		{"the claim against an accepted answer wins over what is said beside it", func(r *trace.Record, _ *Params) {
			heavy, c := wrong(trace.NotFound), wrong(trace.Contradicted)
			heavy.Weight, c.Overlap, c.Against = 3, .8, &trace.Conflict{Accepted: true}
			sufficient(r, heavy, c, trace.ClaimVerdict{Checkable: true, Weight: 9, Right: no})
		}, StatusDiagnosed, "ignored-context.misread", []Cause{Ignore}},
		{"one against something else does not", func(r *trace.Record, _ *Params) {
			heavy, c := wrong(trace.NotFound), wrong(trace.Contradicted)
			heavy.Weight, c.Overlap, c.Against = 3, .8, &trace.Conflict{}
			sufficient(r, heavy, c)
		}, StatusDiagnosed, "unsupported-generation.fabrication", []Cause{Unsupported}},
		{"no gold at all", func(r *trace.Record, _ *Params) {
			r.Gold, r.Candidates = nil, nil
			r.Evidence.Retrieve.InCandidates, r.Evidence.Rerank.InContext = trace.Predicate{}, trace.Predicate{}
			r.Evidence.Ground.Sufficient = trace.Predicate{}
		}, StatusUndetermined, "", []Cause{Missing, Ignore, Unsupported}},
		{"uncited statement, tolerated by default", func(r *trace.Record, _ *Params) {
			sufficient(r, right())
			r.Evidence.Outcome.Bad, r.Evidence.Cite.Missing = no, verified
		}, StatusNotFailure, "", nil},
		{"uncited statement, where the user calls it a fault", func(r *trace.Record, p *Params) {
			sufficient(r, right())
			r.Evidence.Outcome.Bad, r.Evidence.Cite.Missing = no, verified
			p.MissingCitation = Fault
		}, StatusDiagnosed, "citation-fault.missing", []Cause{Cite}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r, p := failed(), DefaultParams()
			tt.change(r, &p)
			d := Classify(r, p)
			require.Equal(t, tt.status, d.Status, d.Sentence)
			require.Equal(t, tt.root, d.Root.Slug(), d.Sentence)
			require.Equal(t, tt.set, d.Set)
		})
	}
}

func TestContributing(t *testing.T) {
	r := failed()
	sufficient(r, right(), trace.ClaimVerdict{Checkable: true, Weight: 1, Support: trace.NotFound})
	r.Evidence.Outcome.Bad = no
	d := Classify(r, DefaultParams())
	require.Equal(t, []Attribution{{Unsupported, "extrapolation", trace.GradeC}}, d.Contributing)

	r = failed()
	heavy := distracted()
	heavy.Weight = 3
	sufficient(r, heavy, wrong(trace.NotFound))
	r.Evidence.Cite = &trace.CiteEvidence{HasCitations: yes, Faulty: verified, Fabricated: 1}
	d = Classify(r, DefaultParams())
	require.Equal(t, "ignored-context.distractor", d.Root.Slug())
	require.Equal(t, "unsupported-generation.fabrication", d.Contributing[0].Slug())
	require.Equal(t, "citation-fault.fabricated", d.Contributing[1].Slug())

	r = failed()
	against := wrong(trace.Contradicted)
	against.Against = &trace.Conflict{Accepted: true}
	sufficient(r, against, wrong(trace.NotFound))
	d = Classify(r, DefaultParams())
	require.Equal(t, "unsupported-generation.fabrication", d.Contributing[0].Slug())
}

// Hiding evidence may make a verdict less certain, never another certain one.
func TestHiddenEvidenceNeverChangesADecidedCause(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := failed()
		pred := func(name string) trace.Predicate {
			return rapid.SampledFrom([]trace.Predicate{yes, no, {}}).Draw(t, name)
		}
		e := &r.Evidence
		inCandidates := pred("in candidates")
		e.Retrieve.InCandidates = inCandidates
		e.Rerank.InContext = pred("in context")
		if e.Rerank.InContext.IsYes() {
			e.Retrieve.InCandidates, e.Ground.Sufficient = yes, yes // nothing else can happen
		} else {
			e.Ground.Sufficient = no
		}
		e.Outcome.Refusal = rapid.SampledFrom([]trace.Predicate{yes, no}).Draw(t, "refusal")
		e.Ground.Claims = claims(wrong(rapid.SampledFrom([]trace.Support{trace.Supported, trace.Contradicted, trace.NotFound}).Draw(t, "support")))
		full := Classify(r, DefaultParams())

		hide := map[string]func(){
			"candidates": func() { r.Candidates, e.Retrieve.InCandidates = nil, trace.Predicate{} },
			"context":    func() { e.Rerank.InContext, e.Ground.Sufficient = trace.Predicate{}, trace.Predicate{} },
			"claims":     func() { e.Ground.Claims[0].Support = trace.Abstain },
			"answer":     func() { e.Outcome.Bad = trace.Predicate{} },
		}
		for _, name := range []string{"candidates", "context", "claims", "answer"} {
			if rapid.Bool().Draw(t, "hide "+name) {
				hide[name]()
			}
		}
		less := Classify(r, DefaultParams())
		if full.Status == StatusDiagnosed && less.Root.Cause != None {
			require.Equal(t, full.Root.Cause.Coarse(), less.Root.Cause.Coarse())
		}
	})
}

func TestBetaTail(t *testing.T) {
	require.InDelta(t, .5, betaTail(2, 4), 1e-6)               // symmetric
	require.InDelta(t, 1, betaTail(0, 5)+betaTail(5, 5), 1e-6) // mirror images
	require.Greater(t, betaTail(3, 3), .9)
	require.Less(t, betaTail(2, 3), .9)
}

// Each cause has everything that the program says about it, in one table.
func TestEveryCauseIsComplete(t *testing.T) {
	for _, c := range Causes() {
		require.NotEmpty(t, c.Title(), c)
		require.NotEmpty(t, c.Describe(), c)
		require.NotEqual(t, None, c.Coarse(), c)
		got, err := ParseCause(string(c))
		require.NoError(t, err)
		require.Equal(t, c, got)
		if c != Metric {
			require.NotEmpty(t, Attribution{Cause: c}.Fix(), c)
		}
	}
	_, err := ParseCause("bad-luck")
	require.ErrorContains(t, err, "retrieval-miss")
	for slug := range fixes {
		cause, _, _ := strings.Cut(slug, ".")
		_, err := ParseCause(cause)
		require.NoError(t, err)
	}
}

func TestDiagnosisSurvivesJSON(t *testing.T) {
	d := Classify(failed(), DefaultParams())
	b, err := json.Marshal(d)
	require.NoError(t, err)
	var back Diagnosis
	require.NoError(t, json.Unmarshal(b, &back))
	require.Equal(t, d, back)
}

func TestParams(t *testing.T) {
	p := DefaultParams()
	require.NoError(t, p.Validate())
	q := p
	q.FlakyRate = 2
	require.ErrorContains(t, q.Validate(), "flaky_rate")
	require.NotEqual(t, p.Hash(), q.Hash())
	q = p
	q.CorpusPolicy = "maybe"
	require.ErrorContains(t, q.Validate(), "may-lack")
}

// The chances never contradict the verdict: hard evidence leaves none, and
// against a reference in doubt they are even.
func TestChancesFollowTheVerdict(t *testing.T) {
	of := func(change func(*trace.Record)) map[Cause]float64 {
		r := failed()
		sufficient(r, wrong(trace.NotFound))
		change(r)
		d := Classify(r, DefaultParams())
		all, sum := map[Cause]float64{}, 0.
		for _, c := range d.Chances {
			all[c.Cause] += c.P
			sum += c.P
		}
		if d.Chances != nil {
			require.InDelta(t, 1, sum, 1e-3)
		}
		return all
	}
	require.Greater(t, of(func(*trace.Record) {})[Unsupported], .5)
	require.Empty(t, of(func(r *trace.Record) { r.Evidence.Outcome.GoldDoubt = verified }), "the reference is wrong")
	require.Empty(t, of(func(r *trace.Record) { r.Evidence.Outcome.Answerable = no }), "answered what has no answer")
	require.InDelta(t, .5, of(func(r *trace.Record) { r.Evidence.Outcome.GoldDoubt = guessed })[GoldLabel], 1e-3)

	contradicts := of(func(r *trace.Record) { r.Evidence.Ground.Sufficient = trace.Holds(false, .9, trace.GradeC, "") })
	require.InDelta(t, .5, contradicts[GoldLabel], 1e-3)
	require.Zero(t, contradicts[Select]+contradicts[Retrieve]+contradicts[Query], "the evidence stands in the prompt")
}
