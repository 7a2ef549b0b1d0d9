package formats

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/ragdiag/ragdiag/trace"
)

// The names under which tools keep the parts of a passage, most certain first.
// Other spellings of them, such as chunkId, are found by fold.
var (
	passageText  = []string{"text", "content", "page_content", "contents", "context", "passage"}
	passageID    = []string{"id", "id_", "_id", "passage_id", "chunk_id", "doc_id"}
	passageDoc   = []string{"doc", "document_id", "source", "file_name", "doc_uri", "url"}
	passageTitle = []string{"title"}
)

// Names of a passage's text are made of these words: of one that says what
// holds text, and of words for the place it was taken from.
var (
	textWords  = []string{"text", "texts", "content", "contents", "body", "chunk", "passage", "snippet", "excerpt", "paragraph", "segment", "section", "sentence", "sentences", "quote", "value"}
	placeWords = []string{"page", "document", "doc", "node", "source", "context", "raw", "full", "plain", "clean", "cleaned", "original", "retrieved", "article", "markdown", "main", "data"}
)

// isTextName reports whether a field of that name holds the text of a passage:
// chunk_text, pageContent, document.content, snippet.
func isTextName(name string) bool {
	found := false
	for _, w := range words(name) {
		switch {
		case slices.Contains(textWords, w):
			found = true
		case !slices.Contains(placeWords, w):
			return false
		}
	}
	return found
}

// passages takes a list of passages, each a text or an object.
func (r *foreign) passages(target string, names ...string) ([]trace.Passage, bool) {
	raw, name := r.take(target, names...)
	if raw == nil {
		return nil, false
	}
	items := []json.RawMessage{raw}
	if kindOf(raw) != "an object" { // one passage, without a list around it
		var err error
		if items, err = listOf(raw); err != nil {
			r.fail(name, err)
			return nil, false
		}
	}
	out, ok := r.passagesOf(target, name, "", items)
	if !ok && r.err == nil {
		r.aside[name] = raw // kept, since it could not be read
	}
	return out, ok
}

// passagesOf reads the elements of a list of passages from the named field. key
// is the field of its objects that holds the text; empty: it is found out. If
// no field of an object is known to hold text, the only long text in it is
// taken; where that leaves a doubt the passages are not recorded, because a
// context whose texts were lost is not an empty one.
func (r *foreign) passagesOf(target, name, key string, items []json.RawMessage) ([]trace.Passage, bool) {
	out := make([]trace.Passage, len(items))
	var open []int // indices of objects without a known text
	var objects []fields
	for i, raw := range items {
		p, obj, err := passageOf(raw, key)
		if err != nil {
			r.fail(fmt.Sprintf("%s[%d]", target, i), err)
			return nil, false
		}
		if out[i] = p; obj != nil {
			open, objects = append(open, i), append(objects, obj)
		}
	}
	if len(open) > 0 {
		field, names := longText(objects)
		switch {
		case field != "":
			for k, i := range open {
				out[i].Text, _ = textAt(objects[k], field)
			}
			r.note(fmt.Sprintf("the field %q of %q is read as the text of its passages: it is the only long text in them", field, name))
		case slices.ContainsFunc(open, func(i int) bool { return out[i].ID == "" && out[i].Doc == "" }) || len(names) > 0:
			r.warn(unreadable(target, name, names))
			return nil, false
		}
	}
	return withoutBlank(withDocs(out)), true
}

// unreadable says that passages have no field that is known to hold text.
func unreadable(what, name string, names []string) string {
	if !isList(what) {
		what = "context"
	}
	if len(names) == 0 {
		return fmt.Sprintf("the passages in %q hold no text: they are not recorded", name)
	}
	return fmt.Sprintf("the passages in %q have no field that is known to hold their text (they have %s): they are not recorded; name it, such as --map %s",
		name, strings.Join(quoted(names), ", "), Mapping{pairs: []pair{{target: what, column: name + "." + names[0]}}})
}

// passageOf reads a text, an object in the shape of LangChain's documents (also
// in its dump with "kwargs"), LlamaIndex's nodes with a score, or any that uses
// their names or such as isTextName knows, or one of these with its score in a
// list. It returns the object if no text was found in it.
func passageOf(raw json.RawMessage, key string) (trace.Passage, fields, error) {
	if absent(raw) {
		return trace.Passage{}, nil, nil
	}
	switch kindOf(raw) {
	case "a list":
		return listedPassage(raw, key)
	case "an object":
	default:
		s, err := textOf(raw)
		return trace.Passage{Text: s}, nil, err
	}
	obj, err := decodeFields(raw)
	if err != nil {
		return trace.Passage{}, nil, err
	}
	var p trace.Passage
	if score, ok := obj["score"]; ok && !isNull(score) {
		if p.Score.UnmarshalJSON(score) != nil {
			p.Score = trace.Unknown("the recorded score is no number")
		}
	}
	known := false
	if key != "" {
		p.Text, known = textAt(obj, key)
	} else {
		p.Text, known = textIn(obj, 0)
	}
	at := []fields{}
	for _, wrap := range []string{"kwargs", "node", "document", "doc", "chunk", "payload", "_source"} {
		if inner := nested(obj, wrap); inner != nil {
			at = append(at, inner, nested(inner, "metadata"))
		}
	}
	at = append(at, obj, nested(obj, "metadata"))
	p.ID, p.Doc, p.Title = firstOf(at, passageID), firstOf(at, passageDoc), firstOf(at, passageTitle)
	if known {
		return p, nil, nil
	}
	return p, obj, nil
}

// listedPassage reads a passage that is in a list with its score, its name
// or its title: [text, .83], [document, .83], [title, [sentence, sentence]]. The
// text is the only long one.
func listedPassage(raw json.RawMessage, key string) (trace.Passage, fields, error) {
	items, err := listOf(raw)
	if err != nil {
		return trace.Passage{}, fields{}, err
	}
	var long []trace.Passage
	var names []string
	score := trace.Value{}
	for _, item := range items {
		switch kindOf(item) {
		case "a number":
			_ = score.UnmarshalJSON(item) // it is a number
		case "an object":
			p, obj, err := passageOf(item, key)
			if err != nil || obj != nil {
				return trace.Passage{}, obj, err
			}
			long = append(long, p)
		case "a list":
			if s, ok := textValue(item, 0, false); ok {
				long = append(long, trace.Passage{Text: s})
			}
		case "a text":
			if s, err := textOf(item); err == nil && isLong(s) {
				long = append(long, trace.Passage{Text: s})
			} else if err == nil && !blank(s) {
				names = append(names, s)
			}
		}
	}
	if len(long) == 0 && len(names) == 1 { // one short text
		long, names = []trace.Passage{{Text: names[0]}}, nil
	}
	if len(long) != 1 || len(names) > 1 {
		return trace.Passage{}, fields{}, nil
	}
	p := long[0]
	if len(names) == 1 && p.Title == "" {
		p.Title = names[0]
	}
	if _, known := score.Get(); known {
		p.Score = score
	}
	return p, nil, nil
}

// maxWrapped is how many objects may be around the text of a passage.
const maxWrapped = 4

// textIn finds the text of a passage by the names of its fields, in the object
// itself and then in those within it. known is false if no field has such a
// name; the text may then still be there, under another one.
func textIn(obj fields, depth int) (text string, known bool) {
	if depth > maxWrapped {
		return "", false
	}
	for _, name := range passageText { // by far the most passages
		if s, ok := textValue(obj[name], depth, true); ok {
			if known = true; !blank(s) {
				return s, true
			}
		}
	}
	names := sorted(obj)
	for _, name := range names {
		if slices.Contains(passageText, name) || !isTextName(name) {
			continue
		}
		if s, ok := textValue(obj[name], depth, false); ok {
			if known = true; !blank(s) {
				return s, true
			}
		}
	}
	for _, meta := range []bool{false, true} { // what describes a passage comes last
		for _, name := range names {
			if (name == "metadata") != meta {
				continue
			}
			if inner := nested(obj, name); inner != nil {
				if s, ok := textIn(inner, depth+1); ok && !blank(s) {
					return s, true
				}
			}
		}
	}
	return "", known
}

// textValue reads the value of a field that holds text: a text, a number if
// that is allowed, an object with the text in it, or a list of these.
func textValue(raw json.RawMessage, depth int, number bool) (string, bool) {
	if absent(raw) {
		return "", false
	}
	switch kindOf(raw) {
	case "a text":
	case "an object":
		obj, err := decodeFields(raw)
		if err != nil {
			return "", false
		}
		return textIn(obj, depth+1)
	case "a list":
		items, err := listOf(raw)
		if err != nil || depth > maxWrapped {
			return "", false
		}
		var parts []string
		for _, item := range items {
			if s, ok := textValue(item, depth+1, false); ok {
				parts = append(parts, s)
			}
		}
		return strings.Join(parts, "\n"), len(parts) > 0
	default:
		if !number {
			return "", false
		}
	}
	s, err := textOf(raw)
	return s, err == nil
}

// textAt returns the text at a path of names with dots between them; a name may
// hold dots itself.
func textAt(obj fields, path string) (string, bool) {
	if raw, ok := obj[path]; ok {
		return textValue(raw, 0, true)
	}
	for i := range len(path) {
		if path[i] != '.' {
			continue
		}
		if inner := nested(obj, path[:i]); inner != nil {
			if s, ok := textAt(inner, path[i+1:]); ok {
				return s, true
			}
		}
	}
	return "", false
}

// longText returns the path of the one field that holds a long text in any of
// the objects; empty if there are several or none. names are the paths of all
// fields with texts, the longest text first.
func longText(objects []fields) (field string, names []string) {
	size, long := map[string]int{}, map[string]bool{}
	for _, obj := range objects {
		for path, s := range textFields(obj, "", 0) {
			size[path] += len(s)
			long[path] = long[path] || isLong(s)
		}
	}
	names = sorted(size)
	slices.SortStableFunc(names, func(a, b string) int { return size[b] - size[a] })
	for _, name := range names {
		switch {
		case !long[name]:
		case field != "":
			return "", names
		default:
			field = name
		}
	}
	return field, names
}

// textFields returns the texts in an object by their paths, without those whose
// name says that they are something else.
func textFields(obj fields, prefix string, depth int) map[string]string {
	out := map[string]string{}
	for name, raw := range obj {
		if isLabelName(name) {
			continue
		}
		switch kindOf(raw) {
		case "a text":
			if s, err := textOf(raw); err == nil && !blank(s) {
				out[prefix+name] = s
			}
		case "an object":
			if inner := nested(obj, name); inner != nil && depth < maxWrapped {
				for path, s := range textFields(inner, prefix+name+".", depth+1) {
					out[path] = s
				}
			}
		}
	}
	return out
}

// isLabelName reports whether a field names a passage or describes it.
func isLabelName(name string) bool {
	for _, known := range [][]string{passageID, passageDoc, passageTitle} {
		if slices.ContainsFunc(known, func(k string) bool { return fold(k) == fold(name) }) {
			return true
		}
	}
	for _, w := range words(name) {
		switch w {
		case "id", "ids", "uuid", "title", "name", "filename", "path", "file", "url", "uri", "link", "date", "time", "timestamp",
			"hash", "type", "lang", "language", "author", "authors", "score", "rank", "index", "headline", "heading", "class":
			return true
		}
	}
	return false
}

// longFrom is from how many characters on a text is too long for a label.
const longFrom = 24

// isLong reports whether s reads as running text: long enough, and of several
// words unless its script writes none.
func isLong(s string) bool {
	if utf8.RuneCountInString(s) < longFrom {
		return utf8.RuneCountInString(s) >= longFrom/2 && strings.ContainsFunc(s, unspaced)
	}
	return len(strings.Fields(s)) > 2 || strings.ContainsFunc(s, unspaced)
}

// unspaced reports whether r is of a script that puts no blanks between words.
func unspaced(r rune) bool {
	return unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar)
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
		if absent(f[name]) {
			continue
		}
		if s, err := textOf(f[name]); err == nil {
			return s
		}
	}
	return ""
}

// firstOf returns the first of the named fields in the first object that has
// one, else the first under another spelling: chunkId, document.id.
func firstOf(objects []fields, names []string) string {
	for _, f := range objects {
		if s := firstText(f, names); s != "" {
			return s
		}
	}
	for _, f := range objects {
		for _, want := range names {
			for _, name := range sorted(f) {
				if last := name[strings.LastIndexByte(name, '.')+1:]; fold(last) == fold(want) {
					if s := firstText(f, []string{name}); s != "" {
						return s
					}
				}
			}
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

// passagesOfHits is hits the other way.
func passagesOfHits(candidates []trace.Hit) []trace.Passage {
	if candidates == nil {
		return nil
	}
	out := make([]trace.Passage, len(candidates))
	for i, h := range candidates {
		out[i] = trace.Passage{ID: h.ID, Doc: h.Doc, Title: h.Title, Text: h.Text, Score: h.Score}
	}
	return out
}

// dropBlank leaves out passages that hold nothing at all, as data frames write
// them to fill a list up. The others are worth more than the gap.
func (r *foreign) dropBlank() {
	empty := func(p trace.Passage) bool { return blank(p.Text) && p.ID == "" && p.Doc == "" }
	if n := len(r.rec.Context); n > 0 {
		if r.rec.Context = slices.DeleteFunc(r.rec.Context, empty); len(r.rec.Context) < n {
			r.note("empty passages of the context are left out")
		}
	}
	r.rec.Candidates = slices.DeleteFunc(r.rec.Candidates, func(h trace.Hit) bool {
		return empty(trace.Passage{ID: h.ID, Doc: h.Doc, Text: h.Text})
	})
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
