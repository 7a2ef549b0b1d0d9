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
	{"question", false, "what the user asked", []string{"question", "query", "user_input", "input", "user_question", "user_query", "user_message", "prompt"}},
	{"answer", false, "what the system answered", []string{"answer", "response", "generated_answer", "generated_response", "actual_output", "output", "prediction", "predicted_answer", "model_answer", "model_response", "model_output", "system_answer", "rag_answer", "rag_response", "llm_answer", "llm_response", "bot_answer", "chatbot_answer", "assistant_response", "ai_answer", "ai_response", "actual_answer", "actual_response", "final_answer", "generation", "completion", "result"}},
	{"context", true, "the passages in the prompt", []string{"contexts", "context", "retrieved_contexts", "retrieved_context", "retrieval_context", "retrieval_contexts", "passages", "retrieved_docs", "retrieved_documents", "retrieved_passages", "retrieved_chunks", "retrieved_nodes", "source_documents", "source_nodes", "context_docs", "context_documents", "context_chunks", "documents", "docs", "chunks"}},
	{"context_ids", true, "the IDs of the passages in the prompt", []string{"context_ids", "retrieved_context_ids", "retrieved_ids", "retrieved_chunk_ids", "retrieved_doc_ids"}},
	{"candidates", true, "the passages that the retriever found", []string{"candidates", "candidate_chunks", "candidate_docs", "candidate_documents", "candidate_passages"}},
	{"candidate_ids", true, "the IDs of the passages that the retriever found", []string{"candidate_ids", "candidate_chunk_ids", "candidate_doc_ids"}},
	{"query", true, "the query sent to the retriever", []string{"search_query", "rewritten_query", "retrieval_query"}},
	{"gold", true, "accepted answers", []string{"gold", "gold_answer", "gold_answers", "golden_answer", "golden_answers", "ground_truth", "ground_truths", "ground_truth_answer", "gt_answer", "reference", "reference_answer", "reference_answers", "reference_output", "reference_response", "expected_output", "expected_answer", "expected_answers", "expected_response", "correct_answer", "correct_answers", "ideal_answer", "ideal_response", "true_answer", "target_answer", "expected", "ideal"}},
	{"gold_context", true, "the passages that hold the answer, all needed", []string{"gold_context", "gold_contexts", "reference_context", "reference_contexts"}},
	{"gold_ids", true, "the IDs of the passages that hold the answer", []string{"gold_ids", "gold_chunk_id", "gold_chunk_ids", "reference_context_ids"}},
	{"answerable", false, "true or false: can the corpus answer it", []string{"answerable", "is_answerable"}},
	{"model", false, "the generator's name", []string{"model"}},
	{"id", false, "the record's name", []string{"id", "_id", "qid", "query_id", "question_id", "sample_id"}},
}

// ParseMapping reads "question=COLUMN,answer=COLUMN,context=COLUMN", from one
// flag or several. Targets are question, answer, context, context_ids,
// candidates, candidate_ids, query, gold, gold_context, gold_ids, answerable,
// model, id and tag.NAME. COLUMN may be a path, "context=docs.body": the texts
// are then those of the field body in the elements of docs. A list column holds a JSON list, a Python list or,
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
		holds := func(c string) bool { return c == p.column || strings.HasPrefix(p.column, c+".") }
		if !slices.ContainsFunc(columns, holds) {
			return fmt.Errorf("there is no column %q for %s: the columns are %s", p.column, p.target, strings.Join(quoted(columns), ", "))
		}
	}
	return nil
}

// guess maps the fields of a record whose names leave no doubt, unless a list
// is where a text should. ok is false unless it finds the question: that
// much makes a set of questions, for a live run.
func guess(f fields) (m Mapping, ok bool) {
	columns := sorted(f)
	for _, t := range targets {
		for _, name := range t.guesses {
			i := slices.IndexFunc(columns, func(c string) bool { return fold(c) == fold(name) })
			if i >= 0 && !slices.Contains(looseContexts, fold(name)) && (isNull(f[columns[i]]) || t.takes(f[columns[i]])) {
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
		r.open(p.column)
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
	for name, to := range map[string]*string{"id": &rec.ID, "question": &rec.Question, "model": &rec.Run.Model} {
		if s, ok := text[name]; ok {
			*to = s
		}
	}
	if s, ok := text["answer"]; ok {
		rec.Answer = &trace.Answer{Text: s}
	}
	if queries := r.strings("query", lists); queries != nil {
		rec.Queries = nil
		for _, q := range queries {
			rec.Queries = append(rec.Queries, trace.Query{Text: q})
		}
	}
	if ps := r.columnPassages("context", "context_ids", rec.Context, lists); ps != nil {
		rec.Context = ps
	}
	if ps := r.columnPassages("candidates", "candidate_ids", passagesOfHits(rec.Candidates), lists); ps != nil {
		rec.Candidates = hits(ps)
	}
	r.columnGold(text["answerable"], lists)
}

// names reports whether the mapping fills a target.
func (m Mapping) names(target string) bool {
	return slices.ContainsFunc(m.pairs, func(p pair) bool { return p.target == target })
}

// cutFrom removes the mapped columns from f and returns them.
func (m Mapping) cutFrom(f fields) fields {
	out := fields{}
	for _, p := range m.pairs {
		name := p.column
		if _, ok := f[name]; !ok {
			name, _, _ = cutKnown(f, name)
		}
		if raw, ok := f[name]; ok {
			out[name] = raw
			delete(f, name)
		}
	}
	return out
}

// open makes a field of what is at a path of names with dots between them,
// "output.answer", if no field has that name itself.
func (r *foreign) open(path string) {
	if _, ok := r.fields[path]; ok {
		return
	}
	obj := r.fields
	for rest := path; ; {
		name, more, ok := cutKnown(obj, rest)
		if !ok {
			return
		}
		if more == "" {
			r.fields[path] = obj[name]
			return
		}
		if obj = nested(obj, name); obj == nil {
			return
		}
		rest = more
	}
}

// cutKnown returns the shortest beginning of a path that f has a field for, and
// what follows it.
func cutKnown(f fields, path string) (name, rest string, ok bool) {
	for i := range len(path) {
		if path[i] == '.' {
			if _, ok := f[path[:i]]; ok {
				return path[:i], path[i+1:], true
			}
		}
	}
	_, ok = f[path]
	return path, "", ok
}

// column takes one list column.
func (r *foreign) column(p pair) ([]json.RawMessage, bool) {
	r.open(p.column)
	_, whole := r.fields[p.column]
	if name, key, ok := cutKnown(r.fields, p.column); ok && !whole && key != "" { // a field of the elements
		items, ok := r.list(p.target, name)
		r.taken[p.column] = p.target
		r.keys[p.target] = key
		return items, ok
	}
	r.columns[p.target] = p.column
	if raw := r.fields[p.column]; p.sep == "" && kindOf(raw) == "an object" && !isNull(raw) { // one element, without a list around it
		r.take(p.target, p.column)
		return []json.RawMessage{raw}, true
	}
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
		if absent(raw) {
			continue
		}
		s, err := textOf(raw)
		if key := r.keys[name]; key != "" && kindOf(raw) == "an object" {
			obj, _ := decodeFields(raw)
			s, _ = textAt(obj, key)
			err = nil
		}
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

// columnPassages reads a target of passages, or gives those that are there the
// IDs of the target for them. It returns nil if neither is mapped.
func (r *foreign) columnPassages(name, ids string, have []trace.Passage, lists map[string][]json.RawMessage) []trace.Passage {
	items, texts := lists[name]
	_, bare := lists[ids]
	var out []trace.Passage
	switch {
	case texts:
		out, _ = r.passagesOf(name, r.columns[name], r.keys[name], items)
	case bare:
		out = have
	}
	if bare && (out != nil || !texts) {
		if with, ok := withIDs(out, r.strings(ids, lists)); ok {
			return with
		}
		r.note(ids + " has another length than " + name + ": the IDs are not used")
	}
	return out
}

func (r *foreign) columnGold(answerable string, lists map[string][]json.RawMessage) {
	var g trace.Gold
	if r.rec.Gold != nil {
		g = *r.rec.Gold
	}
	if answers := r.strings("gold", lists); answers != nil {
		g.Answers = answers
	}
	var set trace.EvidenceSet
	for _, p := range r.columnPassages("gold_context", "gold_ids", nil, lists) {
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
