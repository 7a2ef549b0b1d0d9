package main

import (
	"context"
	"fmt"
	"hash/fnv"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"github.com/ragdiag/ragdiag/corpus"
	"github.com/ragdiag/ragdiag/fixtures"
	"github.com/ragdiag/ragdiag/internal/faults"
	"github.com/ragdiag/ragdiag/trace"
)

// base is a set of questions with the corpus that answers them.
type base struct {
	name string
	read func(data string) ([]corpus.Document, []*trace.Record, error)
}

// bases lists the sets that faults are made from. What the program ships may be
// learned on mtrag and the fixtures only; the others validate.
func bases() []base {
	all := []base{
		{"clapnq", readClapNQ}, {"fiqa_cited", readFiQA}, {"mtrag", readMTRAGTurns}, {"nq_oracle", readNQ},
		{"ramdocs", readRAMDocs}, {"xquad.de", xquad("de")}, {"xquad.en", xquad("en")},
	}
	for _, name := range fixtures.Names() {
		all = append(all, base{name, func(string) ([]corpus.Document, []*trace.Record, error) { return readFixtures(name) }})
	}
	return all
}

// chosen returns the bases of the names; "fixtures" is all of those.
func chosen(names []string) ([]base, error) {
	var out []base
	for _, name := range names {
		before := len(out)
		for _, b := range bases() {
			if b.name == name || name == "fixtures" && slices.Contains(fixtures.Names(), b.name) || name == "all" {
				out = append(out, b)
			}
		}
		if len(out) == before {
			return nil, fmt.Errorf("no set %q", name)
		}
	}
	return out, nil
}

// injection says which set is made, and where it is written.
type injection struct {
	sets  []string
	out   string // folder; empty: none
	seeds int    // of the audit
	o     faults.Options
}

// make breaks our pipeline over the sets.
func (in injection) make(ctx context.Context, data, tmp string) (*faults.Set, map[string]faults.Retriever, func(), error) {
	var open []io.Closer
	done := func() {
		for _, x := range open {
			x.Close()
		}
	}
	all, err := chosen(in.sets)
	if err != nil {
		return nil, nil, done, err
	}
	var sources []faults.Source
	at := map[string]faults.Retriever{}
	for _, b := range all {
		docs, questions, err := b.read(data)
		if err != nil {
			return nil, nil, done, err
		}
		x, err := index(ctx, docs, filepath.Join(tmp, b.name))
		if err != nil {
			return nil, nil, done, err
		}
		open = append(open, x)
		records := func(yield func(*trace.Record, error) bool) {
			for _, q := range questions {
				if !yield(q, nil) {
					return
				}
			}
		}
		sources = append(sources, faults.Source{Name: b.name, Records: records, Index: x})
		at[b.name] = faults.Retriever{Retriever: x, Weights: x.Weights()}
	}
	set, err := faults.Build(ctx, sources, in.o)
	return set, at, done, err
}

// injected makes a set and scores the diagnosis on it.
func injected(ctx context.Context, w io.Writer, data, tmp string, in injection) error {
	set, at, done, err := in.make(ctx, data, tmp)
	defer done()
	if err != nil {
		return err
	}
	if in.out != "" {
		if err := set.Write(in.out, faults.About{Options: in.o, Corpora: in.sets}); err != nil {
			return err
		}
	}
	v, err := faults.Validate(ctx, set, faults.ValidateOptions{Seed: 1, Retrievers: at})
	if err != nil {
		return err
	}
	return faults.Render(w, v, "md")
}

// audits makes the set with several seeds and prints what a shallow tree
// guesses. One seed that fails is an error: a set must not hang on its seed.
func audits(ctx context.Context, w io.Writer, data, tmp string, in injection) error {
	fmt.Fprintln(w, "| seed | cases | questions | largest class | tree | limit | passed | it asks about |\n|---|---|---|---|---|---|---|---|")
	first, tree, limit := in.o.Seed, 0.0, 0.0
	var failed []uint64
	for n := range in.seeds {
		in.o.Seed = first + uint64(n)
		set, _, done, err := in.make(ctx, data, filepath.Join(tmp, fmt.Sprint(in.o.Seed)))
		done()
		if err != nil {
			return err
		}
		if in.out != "" {
			if err := set.Write(filepath.Join(in.out, fmt.Sprint(in.o.Seed)), faults.About{Options: in.o, Corpora: in.sets}); err != nil {
				return err
			}
		}
		a := faults.AuditOf(set)
		fmt.Fprintf(w, "| %d | %d | %d | %.3f | %.3f | %.3f | %v | %s |\n", in.o.Seed, a.N, set.Items, a.Majority, a.Tree, a.Limit, a.Passed, strings.Join(a.Questions, ", "))
		tree, limit = tree+a.Tree/float64(in.seeds), limit+a.Limit/float64(in.seeds)
		if !a.Passed {
			failed = append(failed, in.o.Seed)
		}
	}
	fmt.Fprintf(w, "\nMean over %d seeds: tree %.3f, limit %.3f.\n", in.seeds, tree, limit)
	if failed != nil {
		return fmt.Errorf("the sets of seeds %d give themselves away: find what the tree asks about in the making of the cases (internal/faults)", failed)
	}
	return nil
}

// readFixtures reads a corpus that we wrote: its entities exist nowhere else,
// so no reader knows them.
func readFixtures(name string) ([]corpus.Document, []*trace.Record, error) {
	f, err := fixtures.Corpus(name)
	if err != nil {
		return nil, nil, err
	}
	defer f.Close()
	var docs []corpus.Document
	err = values(f, name, func(_ int, d struct {
		ID          string `json:"_id"`
		Title, Text string
		Metadata    struct{ Date string }
	}) {
		docs = append(docs, corpus.Document{ID: d.ID, Title: d.Title, Text: d.Text, Date: d.Metadata.Date})
	})
	var all []*trace.Record
	for rec, err := range fixtures.EvalSet(name) {
		if err != nil {
			return nil, nil, err
		}
		all = append(all, rec)
	}
	return docs, all, err
}

// readClapNQ reads questions with the answer that a person wrote from one
// passage, and the sentences that she chose.
func readClapNQ(data string) ([]corpus.Document, []*trace.Record, error) {
	var docs []corpus.Document
	var all []*trace.Record
	err := each(filepath.Join(data, "clapnq", "dev.jsonl"), func(n int, row struct {
		ID, Input string
		Passages  []struct{ Title, Text string }
		Output    []struct {
			Answer   string
			Selected []string `json:"selected_sentences"`
		}
	}) {
		if len(row.Passages) == 0 {
			return
		}
		doc := fmt.Sprintf("clap-%03d", n)
		docs = append(docs, corpus.Document{ID: doc, Title: row.Passages[0].Title, Text: row.Passages[0].Text})
		rec := question(row.ID, row.Input, nil, doc)
		for _, o := range row.Output {
			if o.Answer != "" {
				rec.Gold.Answers = append(rec.Gold.Answers, o.Answer)
			}
			if len(o.Selected) > 0 && rec.Gold.Evidence[0][0].Text == "" {
				rec.Gold.Evidence[0][0].Text = strings.Join(o.Selected, " ")
			}
		}
		if len(rec.Gold.Answers) > 0 {
			all = append(all, rec)
		}
	})
	return docs, all, err
}

// Sizes of the corpora that are cut from a larger one: the passages that people
// judged, and others drawn by their IDs.
const corpusSize = 4000

// sample keeps the passages of must, and of the others as many as fit, by a
// hash of their IDs.
func sample(all []corpus.Document, must map[string]bool) []corpus.Document {
	hash := func(id string) uint64 {
		h := fnv.New64a()
		h.Write([]byte(id))
		return h.Sum64()
	}
	share := uint64(1000 * max(0, corpusSize-len(must)) / max(1, len(all)-len(must)))
	return slices.DeleteFunc(all, func(d corpus.Document) bool { return !must[d.ID] && hash(d.ID)%1000 >= share })
}

// readMTRAGTurns reads the turns of real conversations with the passages that
// people called relevant; those that they called irrelevant are in the corpus.
func readMTRAGTurns(data string) ([]corpus.Document, []*trace.Record, error) {
	m, err := readMTRAG(filepath.Join(data, "mtrag"))
	if err != nil {
		return nil, nil, err
	}
	must := map[string]bool{}
	for id := range m.judged {
		must[id] = true
	}
	var all []*trace.Record
	for _, task := range sorted(m.qrels) {
		var docs []string
		for _, id := range m.qrels[task] {
			must[id] = true
			if _, ok := m.passages[id]; ok {
				docs = append(docs, id)
			}
		}
		q := m.queries[task]
		if q == nil || m.answers[task] == "" {
			continue
		}
		rec := question(task, q["lastturn"], []string{m.answers[task]}, docs...)
		rec.History = m.history[task]
		if len(rec.History) > 0 {
			rec.Gold.Rewrite = q["rewrite"]
		}
		rec.Tags = map[string]string{faults.ClusterTag: conversation(task)}
		all = append(all, rec)
	}
	var docs []corpus.Document
	for _, id := range sorted(m.passages) {
		docs = append(docs, m.passages[id])
	}
	return sample(docs, must), all, nil
}

// conversation is the conversation of a turn's ID.
func conversation(task string) string {
	name, _, _ := strings.Cut(task, "<::>")
	return name
}

// readFiQA reads questions about money with the answer that a person wrote and
// cited, sentence by sentence.
func readFiQA(data string) ([]corpus.Document, []*trace.Record, error) {
	m, err := readMTRAG(filepath.Join(data, "mtrag"))
	if err != nil {
		return nil, nil, err
	}
	must := map[string]bool{}
	var all []*trace.Record
	err = each(filepath.Join(data, "fiqa_cited", "answers.jsonl"), func(_ int, row struct {
		QID       int
		Question  string
		Passages  []string `json:"gold_passages"`
		Sentences []struct{ Sentence string }
	}) {
		var said, docs []string
		for _, s := range row.Sentences {
			said = append(said, s.Sentence)
		}
		for _, id := range row.Passages {
			if _, ok := m.passages[id]; ok {
				docs, must[id] = append(docs, id), true
			}
		}
		if len(docs) > 0 && len(said) > 0 {
			all = append(all, question(fmt.Sprint(row.QID), row.Question, []string{strings.Join(said, " ")}, docs...))
		}
	})
	var docs []corpus.Document
	for _, id := range sorted(m.passages) {
		if m.domains[id] == "fiqa" {
			docs = append(docs, m.passages[id])
		}
	}
	return sample(docs, must), all, err
}

// readRAMDocs reads questions whose documents disagree: some answer, some lie,
// some are noise. Each document that answers does so by itself.
func readRAMDocs(data string) ([]corpus.Document, []*trace.Record, error) {
	var docs []corpus.Document
	var all []*trace.Record
	byText := map[string]string{}
	err := each(filepath.Join(data, "ramdocs", "ramdocs.jsonl"), func(n int, row struct {
		Question  string
		Documents []struct{ Text, Type string }
		Gold      []string `json:"gold_answers"`
	}) {
		var answer []string
		for i, d := range row.Documents {
			doc, ok := byText[d.Text]
			if !ok {
				doc = fmt.Sprintf("ram-%03d-%02d", n, i)
				byText[d.Text] = doc
				docs = append(docs, corpus.Document{ID: doc, Text: d.Text})
			}
			if d.Type == "correct" {
				answer = append(answer, doc)
			}
		}
		all = append(all, question(fmt.Sprintf("r%03d", n), row.Question, row.Gold, answer...))
	})
	return docs, all, err
}
