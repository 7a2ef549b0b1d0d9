package formats

import (
	"encoding/json"
	"strings"

	"github.com/ragdiag/ragdiag/trace"
)

// fromDeepEval reads a test case, written in snake or camel case. Its "context"
// is the gold one; what was retrieved is "retrieval_context".
func fromDeepEval(r *foreign) {
	r.rec.Question, _ = r.text("question", "input")
	if text, ok := r.text("answer", "actual_output", "actualOutput"); ok {
		r.rec.Answer = &trace.Answer{Text: text}
	}
	r.splitJoined("retrieval_context", "retrievalContext", "context")
	if ps, ok := r.passages("context", "retrieval_context", "retrievalContext"); ok {
		r.rec.Context = ps
	}
	var g trace.Gold
	if text, ok := r.text("gold answers", "expected_output", "expectedOutput"); ok && !blank(text) {
		g.Answers = []string{text}
	}
	if texts, ok := r.texts("gold evidence", "context"); ok {
		var set trace.EvidenceSet
		for _, text := range texts {
			if !blank(text) {
				set = append(set, trace.Unit{Text: text})
			}
		}
		if set != nil {
			g.Evidence = []trace.EvidenceSet{set}
		}
	}
	r.gold(g)
	r.rec.ID, _ = r.text("id", idNames...)
	r.metadata("metadata", "additional_metadata", "additionalMetadata")
	if r.rec.ID == "" {
		r.rec.ID = r.rec.Tags["id"]
	}
	if r.rec.ID == "" {
		r.rec.ID, _ = r.text("id", "name")
	}
}

// splitJoined splits lists that DeepEval's save_as has joined into one text by
// "|". A passage that holds that byte itself is split wrongly, hence the note.
func (r *foreign) splitJoined(names ...string) {
	for _, name := range names {
		raw := r.fields[name]
		if isNull(raw) || kindOf(raw) != "a text" {
			continue
		}
		s, err := textOf(raw)
		if err != nil || !strings.Contains(s, "|") || strings.HasPrefix(s, "[") {
			continue
		}
		if list, err := json.Marshal(strings.Split(s, "|")); err == nil {
			r.fields[name] = list
			r.note(name + " is one text: it is split at |, wrongly if a passage holds that sign")
		}
	}
}

// metadata takes an object of metadata: texts and numbers become tags, the
// rest stays in Extra.
func (r *foreign) metadata(names ...string) {
	for _, name := range names {
		obj := nested(r.fields, name)
		if obj == nil {
			continue
		}
		r.take("tags", name)
		for key, raw := range obj {
			if s, err := textOf(raw); err == nil {
				r.setTag(key, s)
			} else if !isNull(raw) {
				r.fields[name+"."+key] = raw
			}
		}
	}
}
