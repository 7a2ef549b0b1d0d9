package main

import (
	"bufio"
	"cmp"
	"context"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/ragdiag/ragdiag/corpus"
	"github.com/ragdiag/ragdiag/diagnose"
	"github.com/ragdiag/ragdiag/internal/text"
	"github.com/ragdiag/ragdiag/lab/faults"
	"github.com/ragdiag/ragdiag/pipeline"
	"github.com/ragdiag/ragdiag/stages/retrieve/bleve"
	"github.com/ragdiag/ragdiag/trace"
)

func sorted[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

// natural scores the diagnosis of real retrieval runs. The tool sees question,
// history, the query sent, the ranked passages and those selected; a refusal
// stands for the answer. With the judgements and the run of the other query at
// hand it is a test of conformance; without judgements, from the reference
// answer, it is the real one.
func natural(ctx context.Context, w io.Writer, data, tmp string) error {
	m, x, err := openMTRAG(ctx, data, tmp)
	if err != nil {
		return err
	}
	defer x.Close()
	var scores []faults.Slice
	for _, t := range tiers {
		s, err := m.score(ctx, x, t, 1)
		if err != nil {
			return err
		}
		scores = append(scores, faults.Slice{Name: t.name, Score: s.fine}, faults.Slice{Name: t.name + "; miss, selection or OK", Score: s.rough})
		fmt.Fprintf(w, "%s: of %d outcomes that cannot be decided %d are left undetermined.\n", t.name, s.open, s.left)
	}
	fmt.Fprintln(w)
	return faults.ScoreTable(w, "the tool sees", scores)
}

// tier is what of an outcome the tool gets to see.
type tier struct {
	name   string
	gold   string // judgements, reference, or complaint: nothing but a user's
	probe  bool   // the system's retriever is at hand
	corpus bool   // so is an index of the corpus: evidence is inferred
}

// What the tool may know of the right answer.
const (
	judgements = "judgements"
	reference  = "reference answer"
	complaint  = "complaint"
	quoted     = "complaint about a quotation" // the same; the answer quotes a passage that was judged irrelevant or not judged
)

// noJudgements is the tier that tells most about users without gold passages.
var noJudgements = tier{"reference answer and corpus, retriever at hand", reference, true, true}

// onlyComplaint is the tier of a log without any gold.
var onlyComplaint = tier{"a user's complaint", complaint, false, false}

// aboutQuotation is the same for an answer that says something.
var aboutQuotation = tier{"a user's complaint about a wrong quotation", quoted, false, false}

var tiers = []tier{
	{"judgements, retriever at hand", judgements, true, false}, {"judgements", judgements, false, false},
	noJudgements, {"reference answer and corpus", reference, false, true},
	{"reference answer, retriever at hand", reference, true, false}, {"reference answer", reference, false, false},
	onlyComplaint, aboutQuotation,
}

// naturalScore is what a tier comes to.
type naturalScore struct {
	fine, rough faults.Score
	open, left  int // outcomes that cannot be decided, and those that are left undetermined
}

// score diagnoses one of every so many outcomes as seen through a tier.
func (m *mtrag) score(ctx context.Context, x *bleve.Index, t tier, every int) (naturalScore, error) {
	var s naturalScore
	var fine, rough []faults.Pair
	for i, o := range m.outcomes {
		if i%every != 0 {
			continue
		}
		if t.corpus && fitHalf(o.TaskID) {
			continue // the weights of the inference were fitted on it
		}
		rec := m.record(o, t.gold)
		if t.gold == quoted {
			m.quote(o, rec)
		}
		po := pipeline.Options{Workers: 1}
		if t.corpus {
			po.Corpus, po.Weights = x, x.Weights()
		}
		if t.probe {
			po.Retriever = &stored{m, o}
		}
		p, err := pipeline.New(po)
		if err != nil {
			return s, err
		}
		res := p.One(ctx, rec)
		if res.Err != nil {
			return s, res.Err
		}
		said := retrievalFault(res.Diagnosis, o.SystemQuery == "rewrite")
		if said == "SELECT_DEMOTED" {
			said = "SELECT"
		}
		p1 := faults.Pair{Truth: strings.TrimSuffix(o.Label, "_DEMOTED"), Said: said, Cluster: conversation(o.TaskID)}
		if o.Label == "RETRIEVE_OR_SELECT" {
			s.open++
			if d := res.Diagnosis; d.Root.Cause == diagnose.Missing || d.Root.Cause == diagnose.None && slices.ContainsFunc(d.Set, func(c diagnose.Cause) bool { return c.Includes(diagnose.Select) }) {
				s.left++
			}
			continue
		}
		fine = append(fine, p1)
		p1.Truth, p1.Said = stageOf(p1.Truth), stageOf(p1.Said)
		rough = append(rough, p1)
	}
	s.fine, s.rough = faults.ScoreOf(fine, 1), faults.ScoreOf(rough, 1)
	return s, nil
}

// stageOf drops what kind of miss it is.
func stageOf(name string) string {
	switch name {
	case "QUERY", "QUERY_REWRITE_DRIFT", "RETRIEVE", "RETRIEVE_DEPTH", faults.EitherMiss:
		return "MISS"
	}
	return name
}

// naturalOutcome is one labelled outcome of a real run.
type naturalOutcome struct {
	Kind        string `json:"kind"`
	TaskID      string `json:"task_id"`
	Domain      string `json:"domain"`
	Retriever   string `json:"retriever"`
	Reranker    string `json:"reranker"`
	K           int    `json:"k"`
	SystemQuery string `json:"system_query"`
	Label       string `json:"label"`
}

// mtrag is what is read of the data set.
type mtrag struct {
	dir      string
	outcomes []naturalOutcome
	passages map[string]corpus.Document
	queries  map[string]map[string]string // task → form → text
	history  map[string][]trace.Turn
	answers  map[string]string
	qrels    map[string][]string
	runs     map[string]map[string][]trace.Hit // file → task → hits
}

func readMTRAG(dir string) (*mtrag, error) {
	m := &mtrag{
		dir: dir, passages: map[string]corpus.Document{}, queries: map[string]map[string]string{}, history: map[string][]trace.Turn{},
		answers: map[string]string{}, qrels: map[string][]string{}, runs: map[string]map[string][]trace.Hit{},
	}
	type query struct {
		TaskID                       string `json:"task_id"`
		LastTurn, Rewrite, Questions string
	}
	type task struct {
		TaskID string `json:"task_id"`
		Final  string `json:"final_answer"`
	}
	err := cmp.Or(
		each(filepath.Join(dir, "natural_faults.jsonl"), func(_ int, o naturalOutcome) { m.outcomes = append(m.outcomes, o) }),
		each(filepath.Join(dir, "passages.jsonl"), func(_ int, p struct{ ID, Title, Text string }) {
			m.passages[p.ID] = corpus.Document{ID: p.ID, Title: p.Title, Text: p.Text}
		}),
		each(filepath.Join(dir, "queries.jsonl"), func(_ int, q query) {
			m.queries[q.TaskID] = map[string]string{"lastturn": bare(q.LastTurn), "rewrite": bare(q.Rewrite)}
			turns := strings.Split(q.Questions, "|user|:")
			for _, t := range turns[:max(0, len(turns)-1)] {
				if t = strings.TrimSpace(t); t != "" {
					m.history[q.TaskID] = append(m.history[q.TaskID], trace.Turn{Role: "user", Text: t})
				}
			}
		}),
		each(filepath.Join(dir, "tasks.jsonl"), func(_ int, t task) { m.answers[t.TaskID] = t.Final }),
	)
	if err != nil {
		return nil, err
	}
	err = fields(filepath.Join(dir, "qrels.txt"), func(f []string) {
		if len(f) == 4 && f[3] != "0" {
			m.qrels[f[0]] = append(m.qrels[f[0]], f[2])
		}
	})
	return m, err
}

// conversation is the conversation of a turn's ID.
func conversation(task string) string {
	name, _, _ := strings.Cut(task, "<::>")
	return name
}

func bare(s string) string {
	return strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(s), "|user|:"))
}

// fields calls do with the fields of each line.
func fields(path string, do func([]string)) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	s := bufio.NewScanner(f)
	for s.Scan() {
		do(strings.Fields(s.Text()))
	}
	return s.Err()
}

// run returns the ranking of a stored run for a task; empty if there is none.
func (m *mtrag) run(name, task string) []trace.Hit {
	byTask, ok := m.runs[name]
	if !ok {
		byTask = map[string][]trace.Hit{}
		_ = fields(filepath.Join(m.dir, "runs", name+".trec"), func(f []string) { // a run that was not made is empty
			if len(f) != 6 {
				return
			}
			score, err := strconv.ParseFloat(f[4], 64)
			if err != nil {
				return
			}
			p := m.passages[f[2]]
			byTask[f[0]] = append(byTask[f[0]], trace.Hit{ID: f[2], Title: p.Title, Text: p.Text, Score: trace.Known(score)})
		})
		m.runs[name] = byTask
	}
	return byTask[task]
}

// record is an outcome as its system would have logged it.
func (m *mtrag) record(o naturalOutcome, gold string) *trace.Record {
	kind := trace.QueryAsAsked
	if o.SystemQuery == "rewrite" {
		kind = trace.QueryRewritten
	}
	q := m.queries[o.TaskID]
	rec := &trace.Record{
		ID: o.TaskID, Question: q["lastturn"], History: m.history[o.TaskID],
		Queries: []trace.Query{{Text: q[o.SystemQuery], Kind: kind}}, Run: trace.RunInfo{K: o.K},
		Gold: &trace.Gold{Answers: []string{m.answers[o.TaskID]}, Rewrite: q["rewrite"]},
	}
	switch gold {
	case judgements:
		rec.Gold.Answers = nil
		for _, id := range m.qrels[o.TaskID] {
			rec.Gold.Evidence = append(rec.Gold.Evidence, trace.EvidenceSet{{ID: id}})
		}
	case complaint, quoted:
		rec.Gold = nil
	}
	if gold != reference {
		rec.Labels = []trace.Label{{What: "bad", Value: "yes", By: "user"}}
	}
	first := slices.Clone(m.run(o.Retriever+"_"+o.Domain+"_"+o.SystemQuery, o.TaskID))
	if o.Kind == "rerank" {
		rec.Candidates = first
		second := m.run(fmt.Sprintf("%s_%s_rerank_%s_%s", o.Retriever, o.Reranker, o.Domain, o.SystemQuery), o.TaskID)
		for _, h := range second { // the reranker saw more than the ten that the first run stores
			at := slices.IndexFunc(rec.Candidates, func(c trace.Hit) bool { return c.ID == h.ID })
			if at < 0 {
				at = len(rec.Candidates)
				rec.Candidates = append(rec.Candidates, trace.Hit{ID: h.ID, Title: h.Title, Text: h.Text})
			}
			rec.Candidates[at].RerankScore = h.Score
		}
		return refused(rec, second[:min(o.K, len(second))])
	}
	rec.Candidates = first[:min(o.K, len(first))]
	return refused(rec, rec.Candidates)
}

// quote lets the answer be the first sentence of the best passage in the prompt
// that is not relevant: a wrong answer, and true to what the generator saw.
func (m *mtrag) quote(o naturalOutcome, rec *trace.Record) {
	for _, p := range rec.Context {
		if slices.Contains(m.qrels[o.TaskID], p.ID) {
			continue
		}
		d := text.Analyze(p.Text, "")
		for _, s := range d.Sentences {
			if words := d.Text[s.Start:s.End]; len(strings.Fields(words)) >= 6 {
				rec.Answer = &trace.Answer{Text: words}
				return
			}
		}
	}
}

// stored answers a query from the stored run of its form.
type stored struct {
	m *mtrag
	o naturalOutcome
}

// Name describes the retriever.
func (s *stored) Name() string { return "stored run" }

// Retrieve returns what the run holds for a query that was run.
func (s *stored) Retrieve(_ context.Context, q string, depth int) ([]trace.Hit, error) {
	for _, form := range []string{s.o.SystemQuery, "lastturn", "rewrite"} {
		if s.m.queries[s.o.TaskID][form] == q {
			hits := s.m.run(s.o.Retriever+"_"+s.o.Domain+"_"+form, s.o.TaskID)
			return slices.Clone(hits[:min(depth, len(hits))]), nil
		}
	}
	return []trace.Hit{}, nil
}
