package formats

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/ragdiag/ragdiag/trace"
)

// Mapping says which columns of a table hold what. The zero Mapping is none:
// the format is found out, and the columns of a plain table are guessed by
// their names.
type Mapping struct {
	pairs []pair
}

// pair is one column and where it goes.
type pair struct {
	target string // one of targets, or "tag.NAME"
	column string
	sep    string // between the elements of a list column; "": JSON, a Python list, or one element
}

// A target is a part of the record that a column can fill.
type target struct {
	name    string
	list    bool // more than one column, and list columns, are allowed
	help    string
	guesses []string // column names that leave no doubt
}

var targets = []target{
	{"question", false, "what the user asked", []string{"question", "query", "user_input", "input", "user_question", "prompt"}},
	{"answer", false, "what the system answered", []string{"answer", "response", "generated_answer", "actual_output", "output", "prediction"}},
	{"context", true, "the passages in the prompt", []string{"contexts", "context", "retrieved_contexts", "retrieved_context", "retrieval_context", "passages", "retrieved_docs"}},
	{"context_ids", true, "the IDs of those passages", []string{"context_ids", "retrieved_context_ids", "retrieved_ids", "retrieved_chunk_ids"}},
	{"candidates", true, "the passages that the retriever found", []string{"candidates", "candidate_chunks"}},
	{"candidate_ids", true, "the IDs of those passages", []string{"candidate_ids", "candidate_chunk_ids"}},
	{"query", true, "the query sent to the retriever", []string{"search_query", "rewritten_query", "retrieval_query"}},
	{"gold", true, "accepted answers", []string{"gold", "gold_answer", "gold_answers", "ground_truth", "ground_truths", "reference", "reference_answer", "expected_output", "expected_answer"}},
	{"gold_context", true, "the passages that hold the answer, all needed", []string{"gold_context", "gold_contexts", "reference_contexts"}},
	{"gold_ids", true, "the IDs of those passages", []string{"gold_ids", "gold_chunk_id", "gold_chunk_ids", "reference_context_ids"}},
	{"answerable", false, "true or false: can the corpus answer it", []string{"answerable", "is_answerable"}},
	{"model", false, "the generator's name", []string{"model"}},
	{"id", false, "the record's name", []string{"id", "_id", "qid", "query_id", "question_id", "sample_id"}},
}

// ParseMapping reads "question=COLUMN,answer=COLUMN,context=COLUMN", from one
// flag or several. Targets are question, answer, context, context_ids,
// candidates, candidate_ids, query, gold, gold_context, gold_ids, answerable,
// model, id and tag.NAME. A list column holds a JSON list, a Python list or,
// with "context=COLUMN[|]", texts between that separator; a target named
// twice takes the columns one after the other. Quotes protect a comma:
// `"context=a, b"`.
func ParseMapping(flags ...string) (Mapping, error) {
	var m Mapping
	for _, flag := range flags {
		if blank(flag) {
			continue
		}
		parts, err := csv.NewReader(strings.NewReader(flag)).Read()
		if err != nil {
			return Mapping{}, fmt.Errorf("mapping %q: %w", flag, err)
		}
		for _, part := range parts {
			p, err := parsePair(part)
			if err != nil {
				return Mapping{}, err
			}
			if i := slices.IndexFunc(m.pairs, func(q pair) bool { return q.target == p.target }); i >= 0 && !isList(p.target) {
				return Mapping{}, fmt.Errorf("mapping %q: %s is already taken from column %q", part, p.target, m.pairs[i].column)
			}
			m.pairs = append(m.pairs, p)
		}
	}
	return m, nil
}

func parsePair(s string) (pair, error) {
	name, column, ok := strings.Cut(strings.TrimSpace(s), "=")
	p := pair{target: strings.TrimSpace(name), column: strings.TrimSpace(column)}
	if !ok || p.target == "" || p.column == "" {
		return pair{}, fmt.Errorf("mapping %q: want TARGET=COLUMN, such as question=col_a", s)
	}
	tag, isTag := strings.CutPrefix(p.target, "tag.")
	known := slices.ContainsFunc(targets, func(t target) bool { return t.name == p.target })
	if isTag && tag == "" || !isTag && !known {
		var all []string
		for _, t := range targets {
			all = append(all, t.name)
		}
		return pair{}, fmt.Errorf("mapping %q: unknown target %q: the targets are %s and tag.NAME", s, p.target, strings.Join(all, ", "))
	}
	if open := strings.LastIndexByte(p.column, '['); open > 0 && strings.HasSuffix(p.column, "]") && isList(p.target) {
		p.sep = strings.NewReplacer(`\n`, "\n", `\t`, "\t").Replace(p.column[open+1 : len(p.column)-1])
		p.column = strings.TrimSpace(p.column[:open])
		if p.sep == "" || p.column == "" {
			return pair{}, fmt.Errorf("mapping %q: want the separator in the brackets, such as context=passages[|]", s)
		}
	}
	return p, nil
}

func isList(name string) bool {
	return slices.ContainsFunc(targets, func(t target) bool { return t.name == name && t.list })
}

// IsZero reports whether the mapping names no column.
func (m Mapping) IsZero() bool { return len(m.pairs) == 0 }

// String returns the mapping as ParseMapping reads it.
func (m Mapping) String() string {
	var b strings.Builder
	w := csv.NewWriter(&b)
	var parts []string
	for _, p := range m.pairs {
		s := p.target + "=" + p.column
		if p.sep != "" {
			s += "[" + strings.NewReplacer("\n", `\n`, "\t", `\t`).Replace(p.sep) + "]"
		}
		parts = append(parts, s)
	}
	_ = w.Write(parts) // a Builder does not fail
	w.Flush()
	return strings.TrimSuffix(b.String(), "\n")
}

// check says which mapped column is not among the columns of a table.
func (m Mapping) check(columns []string) error {
	for _, p := range m.pairs {
		if !slices.Contains(columns, p.column) {
			return fmt.Errorf("there is no column %q for %s: the columns are %s", p.column, p.target, strings.Join(quoted(columns), ", "))
		}
	}
	return nil
}

// guess maps the fields of a record whose names leave no doubt, unless a list
// stands where a text should. ok is false unless it finds the question: that
// much makes a set of questions, for a live run.
func guess(f fields) (m Mapping, ok bool) {
	columns := sorted(f)
	for _, t := range targets {
		for _, name := range t.guesses {
			i := slices.IndexFunc(columns, func(c string) bool { return strings.EqualFold(c, name) })
			if i >= 0 && (t.list || isNull(f[columns[i]]) || !strings.ContainsAny(string(f[columns[i]][:1]), "[{")) {
				m.pairs = append(m.pairs, pair{target: t.name, column: columns[i]})
				break
			}
		}
	}
	return m, len(m.pairs) > 0 && m.pairs[0].target == "question"
}

// from fills a record from the mapped columns.
func (m Mapping) from(r *foreign) {
	text := map[string]string{}
	lists := map[string][]json.RawMessage{}
	for _, p := range m.pairs {
		if isList(p.target) {
			if items, ok := r.column(p); ok {
				lists[p.target] = append(lists[p.target], items...)
				if lists[p.target] == nil {
					lists[p.target] = []json.RawMessage{}
				}
			}
			continue
		}
		s, ok := r.text(p.target, p.column)
		if !ok {
			continue
		}
		if tag, is := strings.CutPrefix(p.target, "tag."); is {
			r.setTag(tag, s)
		} else {
			text[p.target] = s
		}
	}
	rec := r.rec
	rec.ID, rec.Question, rec.Run.Model = text["id"], text["question"], text["model"]
	if s, ok := text["answer"]; ok {
		rec.Answer = &trace.Answer{Text: s}
	}
	for _, q := range r.strings("query", lists) {
		rec.Queries = append(rec.Queries, trace.Query{Text: q})
	}
	rec.Context = r.columnPassages("context", "context_ids", lists)
	if ps := r.columnPassages("candidates", "candidate_ids", lists); ps != nil {
		rec.Candidates = hits(ps)
	}
	r.columnGold(text["answerable"], lists)
}

// column takes one list column.
func (r *foreign) column(p pair) ([]json.RawMessage, bool) {
	if p.sep == "" {
		return r.list(p.target, p.column)
	}
	s, ok := r.text(p.target, p.column)
	if !ok {
		return nil, false
	}
	var items []json.RawMessage
	for _, part := range strings.Split(s, p.sep) {
		raw, err := json.Marshal(strings.TrimSpace(part))
		if err != nil {
			r.fail(p.column, err)
			return nil, false
		}
		items = append(items, raw)
	}
	return items, true
}

// strings reads the elements of a target as texts, without the blank ones.
func (r *foreign) strings(name string, lists map[string][]json.RawMessage) []string {
	var out []string
	for i, raw := range lists[name] {
		if isNull(raw) {
			continue
		}
		s, err := textOf(raw)
		if err != nil {
			r.fail(fmt.Sprintf("%s[%d]", name, i), err)
			return nil
		}
		if !blank(s) {
			out = append(out, s)
		}
	}
	return out
}

func (r *foreign) columnPassages(name, ids string, lists map[string][]json.RawMessage) []trace.Passage {
	var out []trace.Passage
	if items, ok := lists[name]; ok {
		out = make([]trace.Passage, len(items))
		for i, raw := range items {
			p, err := passageOf(raw)
			if err != nil {
				r.fail(fmt.Sprintf("%s[%d]", name, i), err)
				return nil
			}
			out[i] = p
		}
		out = withoutBlank(withDocs(out))
	}
	if _, ok := lists[ids]; ok {
		if with, ok := withIDs(out, r.strings(ids, lists)); ok {
			return with
		}
		r.note(ids + " has another length than " + name + ": the IDs are not used")
	}
	return out
}

func (r *foreign) columnGold(answerable string, lists map[string][]json.RawMessage) {
	g := trace.Gold{Answers: r.strings("gold", lists)}
	var set trace.EvidenceSet
	for _, p := range r.columnPassages("gold_context", "gold_ids", lists) {
		set = append(set, trace.Unit{ID: p.ID, Doc: p.Doc, Text: p.Text})
	}
	if set != nil {
		g.Evidence = []trace.EvidenceSet{set}
	}
	switch strings.ToLower(answerable) {
	case "true", "yes", "1", "answerable":
		g.Answerable = trace.Yes
	case "false", "no", "0", "unanswerable":
		g.Answerable = trace.No
	}
	r.gold(g)
}

// sorted returns the keys of m in order.
func sorted[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
