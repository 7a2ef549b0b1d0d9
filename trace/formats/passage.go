package formats

import (
	"encoding/json"
	"fmt"
	"slices"

	"github.com/ragdiag/ragdiag/trace"
)

// The names under which tools keep the parts of a passage.
var (
	passageText  = []string{"text", "content", "page_content", "contents", "context", "passage"}
	passageID    = []string{"id", "id_", "_id", "passage_id", "chunk_id", "doc_id"}
	passageDoc   = []string{"doc", "document_id", "source", "file_name", "doc_uri", "url"}
	passageTitle = []string{"title"}
)

// passages takes a list of passages, each a text or an object.
func (r *foreign) passages(target string, names ...string) ([]trace.Passage, bool) {
	items, ok := r.list(target, names...)
	if !ok {
		return nil, false
	}
	out := make([]trace.Passage, len(items))
	for i, raw := range items {
		p, err := passageOf(raw)
		if err != nil {
			r.fail(fmt.Sprintf("%s[%d]", target, i), err)
			return nil, false
		}
		out[i] = p
	}
	return withoutBlank(withDocs(out)), true
}

// passageOf reads a text, or an object in the shape of LangChain's documents
// (also in its dump with "kwargs"), LlamaIndex's nodes with a score, or any
// that uses their names.
func passageOf(raw json.RawMessage) (trace.Passage, error) {
	if kindOf(raw) != "an object" {
		if isNull(raw) {
			return trace.Passage{}, nil
		}
		s, err := textOf(raw)
		return trace.Passage{Text: s}, err
	}
	obj, err := decodeFields(raw)
	if err != nil {
		return trace.Passage{}, err
	}
	var p trace.Passage
	if score, ok := obj["score"]; ok && !isNull(score) {
		if p.Score.UnmarshalJSON(score) != nil {
			p.Score = trace.Unknown("the recorded score is no number")
		}
	}
	for _, wrap := range []string{"kwargs", "node"} {
		if inner := nested(obj, wrap); inner != nil {
			obj = inner
		}
	}
	meta := nested(obj, "metadata")
	p.Text = firstText(obj, passageText)
	if p.Text == "" {
		p.Text = firstText(nested(obj, "text_resource"), passageText)
	}
	p.ID = firstText(obj, passageID)
	if p.ID == "" {
		p.ID = firstText(meta, passageID)
	}
	p.Doc = firstText(obj, passageDoc)
	if p.Doc == "" {
		p.Doc = firstText(meta, passageDoc)
	}
	p.Title = firstText(obj, passageTitle)
	if p.Title == "" {
		p.Title = firstText(meta, passageTitle)
	}
	return p, nil
}

// nested returns the object in a field, or nil.
func nested(f fields, name string) fields {
	raw, ok := f[name]
	if !ok || kindOf(raw) != "an object" {
		return nil
	}
	inner, err := decodeFields(raw)
	if err != nil {
		return nil
	}
	return inner
}

// firstText returns the first of the named fields that is a text or a number.
func firstText(f fields, names []string) string {
	for _, name := range names {
		if !f.has(name) {
			continue
		}
		if s, err := textOf(f[name]); err == nil {
			return s
		}
	}
	return ""
}

// withDocs reads an ID that several passages share as what it is: the ID of
// their document.
func withDocs(ps []trace.Passage) []trace.Passage {
	count := map[string]int{}
	for _, p := range ps {
		count[p.ID]++
	}
	for i, p := range ps {
		if p.ID != "" && count[p.ID] > 1 {
			if p.Doc == "" {
				ps[i].Doc = p.ID
			}
			ps[i].ID = ""
		}
	}
	return ps
}

// withoutBlank reads a list of nothing but empty texts as what it is: an empty
// context, as some tools write it.
func withoutBlank(ps []trace.Passage) []trace.Passage {
	if slices.ContainsFunc(ps, func(p trace.Passage) bool { return !blank(p.Text) || p.ID != "" || p.Doc != "" }) {
		return ps
	}
	return ps[:0]
}

// hits turns passages into candidates, for tools that record what was
// retrieved apart from what was used.
func hits(ps []trace.Passage) []trace.Hit {
	out := make([]trace.Hit, len(ps))
	for i, p := range ps {
		out[i] = trace.Hit{ID: p.ID, Doc: p.Doc, Title: p.Title, Text: p.Text, Score: p.Score}
	}
	return out
}

// withIDs gives each passage its ID from a list beside it. A list of another
// length cannot be matched; it is left alone, and ok is false. Without texts
// the IDs alone are the passages.
func withIDs(ps []trace.Passage, ids []string) (out []trace.Passage, ok bool) {
	if ps == nil {
		ps = make([]trace.Passage, len(ids))
	}
	if len(ids) != len(ps) {
		return ps, false
	}
	for i, id := range ids {
		ps[i].ID = id
	}
	return withDocs(ps), true
}
