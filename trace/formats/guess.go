package formats

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"github.com/ragdiag/ragdiag/trace"
)

// fold returns a name without case, blanks and the signs that join words:
// "Ground Truth", "ground_truth" and "groundTruth" are one name.
func fold(name string) string {
	return strings.Map(func(c rune) rune {
		if unicode.IsLetter(c) || unicode.IsDigit(c) {
			return unicode.ToLower(c)
		}
		return -1
	}, name)
}

// words splits a name where its spelling shows: docs_before_rerank, goldenDoc,
// "Expected Docs", top5.
func words(name string) []string {
	var out []string
	var last rune
	for _, c := range name {
		switch {
		case !unicode.IsLetter(c) && !unicode.IsDigit(c):
			last = 0
			continue
		case last == 0 || unicode.IsDigit(c) != unicode.IsDigit(last) || unicode.IsUpper(c) && unicode.IsLower(last):
			out = append(out, "")
		}
		out[len(out)-1] += string(unicode.ToLower(c))
		last = c
	}
	return out
}

// absent reports whether a value stands for none: null, or the words that data
// frames write into a text for it.
func absent(raw json.RawMessage) bool {
	if isNull(raw) {
		return true
	}
	switch string(raw) {
	case `"nan"`, `"NaN"`, `"<NA>"`, `"NaT"`, `"null"`:
		return true
	}
	return false
}

// absentCell reports whether a cell of a table stands for no value. JSON has
// null for that, so that there None may be an answer; a table has only words.
func absentCell(cell string) bool {
	switch strings.TrimSpace(cell) {
	case "", "nan", "NaN", "NAN", "None", "null", "NULL", "<NA>", "NaT", "#N/A":
		return true
	}
	return false
}

// filled reports whether a record has what a target stands for.
func filled(rec *trace.Record, name string) bool {
	g := rec.Gold
	if g == nil {
		g = &trace.Gold{}
	}
	hasIDs := func(n int, id func(int) string) bool {
		for i := range n {
			if id(i) != "" {
				return true
			}
		}
		return false
	}
	switch name {
	case "question":
		return !blank(rec.Question)
	case "answer":
		return rec.Answer != nil
	case "context":
		return rec.Context != nil
	case "context_ids":
		return hasIDs(len(rec.Context), func(i int) string { return rec.Context[i].ID + rec.Context[i].Doc })
	case "candidates":
		return rec.Candidates != nil
	case "candidate_ids":
		return hasIDs(len(rec.Candidates), func(i int) string { return rec.Candidates[i].ID + rec.Candidates[i].Doc })
	case "query":
		return rec.Queries != nil
	case "gold":
		return g.Answers != nil || g.Claims != nil
	case "gold_context", "gold_ids":
		return g.Evidence != nil
	case "answerable":
		return g.Answerable != trace.TruthUnknown
	case "model":
		return rec.Run.Model != ""
	}
	return rec.ID != ""
}

// looseContexts are names of a context that may hold names of documents too.
var looseContexts = []string{"documents", "docs", "chunks"}

// fill looks among the fields that nothing has taken for those whose names
// leave no doubt, and fills from them what the record still lacks: tools and
// their users mix the names of several formats. Each guess is noted.
func (r *foreign) fill() {
	if r.err != nil || len(r.fields) == 0 {
		return
	}
	names := sorted(r.fields)
	folded := make([]string, len(names))
	for i, name := range names {
		folded[i] = fold(name)
	}
	for _, t := range targets {
		if filled(r.rec, t.name) {
			continue
		}
		for _, guess := range t.guesses {
			i := slices.Index(folded, fold(guess))
			if i < 0 || absent(r.fields[names[i]]) || !t.takes(r.fields[names[i]]) {
				continue
			}
			if slices.Contains(looseContexts, folded[i]) && !hasProse(r.fields[names[i]]) { // a list of names
				continue
			}
			if r.try(pair{target: t.name, column: names[i]}) {
				break
			}
		}
	}
}

// takes reports whether a value of this kind can fill the target.
func (t target) takes(raw json.RawMessage) bool {
	kind := kindOf(raw)
	switch t.name {
	case "context", "candidates", "gold_context":
		return kind != "a number" && kind != "true or false"
	}
	return kind != "an object" && (t.list || kind != "a list")
}

// try fills the record from one guessed column. What cannot be read is left as
// if it had not been looked at.
func (r *foreign) try(p pair) bool {
	raw := r.fields[p.column]
	_, known := r.taken[p.column]
	var notes []string
	trial := *r
	trial.fields, trial.note = fields{p.column: raw}, func(s string) { notes = append(notes, s) }
	Mapping{pairs: []pair{p}}.from(&trial)
	if trial.err != nil || !filled(r.rec, p.target) {
		if !known {
			delete(r.taken, p.column)
		}
		return false
	}
	for _, s := range notes {
		r.note(s)
	}
	delete(r.fields, p.column)
	r.note(fmt.Sprintf("%q is taken for %s, by its name (%s=%s)", p.column, helpOf(p.target), p.target, p.column))
	return true
}

func helpOf(name string) string {
	i := slices.IndexFunc(targets, func(t target) bool { return t.name == name })
	return targets[i].help
}

// The words from which the names of columns with evidence are made.
var (
	sourceWords = []string{"doc", "docs", "document", "documents", "passage", "passages", "chunk", "chunks", "context", "contexts", "node", "nodes", "snippet", "snippets", "source", "sources", "evidence", "evidences", "article", "articles", "page", "pages", "paragraph", "paragraphs", "fact", "facts"}
	idWords     = []string{"id", "ids", "uuid", "uuids", "key", "keys", "name", "names", "file", "files", "filename", "url", "urls"}
	goldWords   = []string{"gold", "golden", "expected", "reference", "references", "relevant", "truth", "gt", "correct", "ideal", "target", "positive", "annotated", "supporting", "oracle", "labeled", "labelled", "required"}
	beforeWords = []string{"before", "pre", "initial", "candidate", "candidates", "unranked", "raw", "retrieved", "retriever", "retrieval", "search", "searched", "fetched", "found", "hits", "hit", "bm25", "dense", "sparse", "hybrid", "vector", "knn"}
	afterWords  = []string{"after", "post", "reranked", "selected", "final", "used", "filtered", "kept", "prompt", "llm"}
	answerWords = []string{"answer", "answers", "response", "responses", "output", "reply", "completion"}
	otherWords  = []string{"score", "scores", "count", "num", "number", "rank", "ranks", "time", "latency", "ms", "tokens", "precision", "recall", "relevancy", "relevance", "metric", "type", "length", "len", "is", "has", "hash", "similarity", "distance", "grade", "faithfulness", "reason", "mrr", "ndcg", "f1", "accuracy", "rate", "flag", "version", "model", "date"}
)

// looksLike returns the target that an unused column seems to be for, by its
// name and by what is in it; "" if it seems to be for none.
func looksLike(name string, raw json.RawMessage) string {
	ws := words(name)
	in := func(set []string) bool {
		return slices.ContainsFunc(ws, func(w string) bool { return slices.Contains(set, w) })
	}
	if absent(raw) || in(otherWords) {
		return ""
	}
	ids := in(idWords) || !hasProse(raw)
	if k := kindOf(raw); k == "true or false" || ids && !hasNames(raw) {
		return ""
	}
	pick := func(texts, bare string) string {
		if ids {
			return bare
		}
		return texts
	}
	switch {
	case in(goldWords) && (in(sourceWords) || in(idWords)):
		return pick("gold_context", "gold_ids")
	case in(goldWords) && in(answerWords), slices.Equal(ws, []string{"answers"}):
		return "gold"
	case slices.Contains(ws, "before") && (in(sourceWords) || in([]string{"rerank", "reranking", "selection", "filter", "filtering"})):
		return pick("candidates", "candidate_ids")
	case in(afterWords) && in(sourceWords):
		return pick("context", "context_ids")
	case in(beforeWords) && in(sourceWords), in([]string{"candidates", "candidate", "hits"}), in([]string{"search", "retrieval", "retriever"}) && in([]string{"results", "result", "output", "outputs"}):
		return pick("candidates", "candidate_ids")
	case in(sourceWords) && (!ids || kindOf(raw) == "a list"):
		return pick("context", "context_ids")
	}
	return ""
}

// hasNames reports whether a value is a text or a number, or a list of these,
// as IDs are.
func hasNames(raw json.RawMessage) bool {
	if kindOf(raw) == "an object" {
		return false
	}
	items, err := listOf(raw)
	return err == nil && !slices.ContainsFunc(items, func(item json.RawMessage) bool {
		k := kindOf(item)
		return k == "an object" || k == "a list"
	})
}

// hasProse reports whether a value holds running text, as passages do and IDs
// do not. It looks at the first elements only.
func hasProse(raw json.RawMessage) bool {
	const looked = 5
	switch kindOf(raw) {
	case "an object":
		obj, err := decodeFields(raw)
		if err != nil {
			return false
		}
		for _, s := range textFields(obj, "", 0) {
			if isLong(s) {
				return true
			}
		}
		return false
	case "a list", "a text":
		items, err := listOf(raw)
		if err != nil {
			return false
		}
		for _, item := range items[:min(looked, len(items))] {
			switch kindOf(item) {
			case "a text":
				if s, err := textOf(item); err == nil && isLong(s) {
					return true
				}
			case "an object":
				if hasProse(item) {
					return true
				}
			}
		}
	}
	return false
}
