package judge

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/ragdiag/ragdiag/llm"
)

// said is what a reply says about one item.
type said struct {
	ID         string
	Verdict    string // of the task's verdicts
	Confidence float64
	Sure       bool // Confidence was given
	Reason     string
	Evidence   []cited
}

// cited is a quote and where it is said to stand.
type cited struct{ Unit, Quote string }

// parseReply reads the items of a reply about the given IDs. It takes whatever
// form servers and models give it, but never guesses: an item that is missing,
// that is there twice with two verdicts, or whose verdict is none of the task's is
// left out. The error says why nothing could be read, in words for the model.
func parseReply(t *Task, reply llm.Reply, ids []string) ([]said, error) {
	body, err := answerOf(reply)
	if err != nil {
		return nil, err
	}
	found, err := objects(body)
	r := reader{task: t, ids: ids, at: map[string]int{}, clash: map[string]bool{}}
	for _, v := range found {
		r.walk(v, 0)
	}
	out := r.items[:0:0]
	for _, it := range r.items {
		if !r.clash[it.ID] {
			out = append(out, it)
		}
	}
	switch {
	case len(out) > 0:
		return out, nil
	case len(found) == 0 && err != nil:
		return nil, fmt.Errorf("it is no valid JSON (%w)", err)
	case len(found) == 0:
		return nil, errors.New("it holds no JSON")
	case len(r.clash) > 0:
		return nil, errors.New("it gives an item two verdicts")
	case r.why != "":
		return nil, errors.New(r.why)
	}
	return nil, errors.New("it has no item of those asked for")
}

// answerOf returns a reply without reasoning, byte order mark and code fences.
// Reasoning that does not end holds drafts, not an answer.
func answerOf(reply llm.Reply) (string, error) {
	s := strings.TrimPrefix(strings.ToValidUTF8(reply.Text, "\uFFFD"), "\uFEFF")
	for _, tag := range []string{"think", "thinking", "thought", "reasoning", "reflection"} {
		if i := strings.LastIndex(s, "</"+tag+">"); i >= 0 {
			s = s[i+len(tag)+3:]
		}
		if i := strings.Index(s, "<"+tag+">"); i >= 0 {
			return "", errors.New("it ends within its reasoning")
		}
	}
	if i := strings.LastIndex(s, "<|channel|>final<|message|>"); i >= 0 {
		s = s[i+len("<|channel|>final<|message|>"):]
	}
	if strings.TrimSpace(s) == "" {
		return "", errors.New("it is empty")
	}
	return s, nil
}

// reader collects items.
type reader struct {
	task  *Task
	ids   []string
	items []said
	at    map[string]int  // index into items by ID
	clash map[string]bool // IDs with two verdicts
	why   string          // the first reason for which an item was left out
}

// wrappers are the names under which items hide.
var wrappers = []string{"items", "results", "result", "verdicts", "claims", "data", "output", "response", "answer", "answers", "arguments", "parameters", "input", "function", "tool_calls", "tool_call", "function_call", "properties", "content", "message", "choices", "json", "final"}

// walk looks for items in a value, through whatever it is wrapped in.
func (r *reader) walk(v any, depth int) {
	if depth > 8 {
		return
	}
	switch v := v.(type) {
	case partial:
		r.walk(v.value, depth) // items within it are whole, or lack what they need
	case string: // arguments of a tool call
		if strings.ContainsAny(v, "{[") {
			if inner, _ := objects(v); len(inner) > 0 {
				for _, x := range inner {
					r.walk(x, depth+1)
				}
			}
		}
	case []any:
		for _, x := range v {
			r.walk(x, depth+1)
		}
	case dict:
		if r.item(v, "") {
			return
		}
		for _, m := range v {
			if !r.keyed(m) && known(wrappers, m.key) {
				r.walk(m.value, depth+1)
			}
		}
	}
}

func known(names []string, name string) bool {
	for _, n := range names {
		if strings.EqualFold(n, strings.TrimSpace(name)) {
			return true
		}
	}
	return false
}

// keyed reads a member whose key is an ID: {"c1": {"verdict": …}} or {"c1": "supported"}.
func (r *reader) keyed(m member) bool {
	id, ok := r.id(m.key)
	if !ok {
		return false
	}
	switch v := m.value.(type) {
	case dict:
		return r.item(v, id)
	case string:
		return r.item(dict{{"verdict", v}}, id)
	}
	return false
}

// item reads an object that is an item, if it is one.
func (r *reader) item(d dict, id string) bool {
	raw, ok := d.get("verdict", "label", "judgement", "judgment", "decision")
	if !ok {
		return false
	}
	if id == "" {
		given, ok := d.get("id", "item", "claim_id", "item_id", "claim", "index")
		if !ok && len(r.ids) == 1 {
			given, ok = r.ids[0], true // one item was asked for, one is given
		}
		if id, ok = r.id(plainText(given)); !ok {
			return true // an item that nobody asked for
		}
	}
	name, ok := r.task.verdict(raw)
	if !ok {
		if r.why == "" {
			r.why = fmt.Sprintf("%s has the verdict %.40q, which is none of %s", id, plainText(raw), strings.Join(r.task.Verdicts(), ", "))
		}
		return true
	}
	it := said{ID: id, Verdict: name, Evidence: evidenceOf(d)}
	if reason, ok := d.get("reason", "reasoning", "explanation", "rationale"); ok {
		it.Reason = plainText(reason)
	}
	if c, ok := d.get("confidence", "score", "certainty"); ok {
		it.Confidence, it.Sure = confidence(c)
	}
	if at, twice := r.at[id]; twice {
		if r.items[at].Verdict != name {
			r.clash[id] = true
		}
		return true
	}
	r.at[id] = len(r.items)
	r.items = append(r.items, it)
	return true
}

// id returns the ID that was asked for and is meant: in another case, in brackets,
// or by its number alone.
func (r *reader) id(s string) (string, bool) {
	s = strings.ToLower(strings.Trim(strings.TrimSpace(s), "[](){}<>#:.\"'"))
	bare := strings.TrimSpace(strings.TrimPrefix(s, r.task.item))
	for _, id := range r.ids {
		if s == strings.ToLower(id) || bare == strings.ToLower(id) {
			return id, true
		}
	}
	s = bare
	if _, err := strconv.Atoi(s); err != nil {
		return "", false
	}
	match := ""
	for _, id := range r.ids {
		if strings.TrimLeft(id, "abcdefghijklmnopqrstuvwxyz") == s {
			if match != "" {
				return "", false
			}
			match = id
		}
	}
	return match, match != ""
}

// verdict reads the name of a verdict: case and the signs between words do not
// count, synonyms are not accepted.
func (t *Task) verdict(raw any) (string, bool) {
	s := strings.ToLower(strings.Trim(strings.TrimSpace(plainText(raw)), ".\"'`*"))
	s = strings.NewReplacer(" ", "_", "-", "_").Replace(s)
	for _, v := range t.Verdicts() {
		if s == v || strings.ReplaceAll(s, "_", "") == strings.ReplaceAll(v, "_", "") {
			return v, true
		}
	}
	return "", false
}

// plainText is a value as text; lists and objects have none.
func plainText(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	}
	return ""
}

// confidence reads 85, "85", "85%", "85/100" or 0.85 as 0.85. What may be read in
// two ways, or lies outside, is no confidence.
func confidence(v any) (float64, bool) {
	f, percent := 0.0, false
	switch v := v.(type) {
	case float64:
		f = v
	case string:
		s := strings.TrimSpace(v)
		if rest, ok := strings.CutSuffix(s, "/100"); ok {
			s, percent = rest, true
		}
		if rest, ok := strings.CutSuffix(s, "%"); ok {
			s, percent = rest, true
		}
		var err error
		if f, err = strconv.ParseFloat(strings.TrimSpace(s), 64); err != nil {
			return 0, false
		}
	default:
		return 0, false
	}
	switch {
	case math.IsNaN(f) || f < 0 || f > 100:
		return 0, false
	case !percent && f > 0 && f < 1:
		return f, true
	case !percent && f == 1:
		return 0, false // a hundredth, or all
	}
	return f / 100, true
}

// evidenceOf reads the quotes of an item: a list of objects, one object, or bare
// texts without a unit.
func evidenceOf(d dict) []cited {
	raw, ok := d.get("evidence", "quotes", "quote", "citations")
	if !ok {
		return nil
	}
	list, isList := raw.([]any)
	if !isList {
		list = []any{raw}
	}
	var out []cited
	for _, v := range list {
		if p, ok := v.(partial); ok {
			v = p.value
		}
		switch v := v.(type) {
		case string:
			out = append(out, cited{Quote: v})
		case dict:
			quote, _ := v.get("quote", "text", "span")
			unit, _ := v.get("unit", "id", "passage", "source", "unit_id")
			if q := plainText(quote); q != "" {
				out = append(out, cited{plainText(unit), q})
			}
		}
	}
	return out[:min(len(out), maxQuotes)]
}

// maxQuotes is how many quotes of an item are looked at.
const maxQuotes = 8
