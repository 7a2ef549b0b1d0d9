package formats

import (
	"encoding/json"
	"fmt"

	"github.com/ragdiag/ragdiag/trace"
)

// idNames are the names under which a record's own ID is looked for.
var idNames = []string{"id", "_id", "query_id", "question_id", "sample_id"}

// fromRAGAS reads a sample of RAGAS 0.2 or later. All of its fields are
// optional there. What it calls retrieved contexts is what the generator saw;
// what the retriever found before selection is not recorded.
func fromRAGAS(r *foreign) {
	r.rec.ID, _ = r.text("id", idNames...)
	messages := r.userInput()
	r.ragasContext()
	if text, ok := r.text("answer", "response"); ok {
		r.rec.Answer = &trace.Answer{Text: text}
	}
	r.conversation(messages)
	r.ragasGold("reference")
	for _, name := range []string{"synthesizer_name", "persona_name", "query_style", "query_length"} {
		r.tag(name)
	}
}

// fromRAGAS01 reads a row of RAGAS before 0.2.
func fromRAGAS01(r *foreign) {
	r.rec.ID, _ = r.text("id", idNames...)
	r.rec.Question, _ = r.text("question", "question")
	if ps, ok := r.passages("context", "contexts"); ok {
		r.rec.Context = ps
	}
	if text, ok := r.text("answer", "answer"); ok {
		r.rec.Answer = &trace.Answer{Text: text}
	}
	r.ragasGold("ground_truth")
}

// ragasContext takes the passages and the IDs that may be beside them.
func (r *foreign) ragasContext() {
	ps, _ := r.passages("context", "retrieved_contexts")
	kept := r.fields["retrieved_context_ids"]
	if ids, ok := r.texts("context IDs", "retrieved_context_ids"); ok {
		if ps, ok = withIDs(ps, ids); !ok {
			r.note("retrieved_context_ids has another length than retrieved_contexts: the IDs are kept, but not used")
			r.fields["retrieved_context_ids"] = kept
		}
	}
	r.rec.Context = ps
}

// ragasGold takes the reference answers and the reference contexts. RAGAS does
// not say whether one reference context suffices; its recall counts all of
// them, so they are one set.
func (r *foreign) ragasGold(answer string) {
	var g trace.Gold
	if text, ok := r.text("gold answers", answer); ok && !blank(text) {
		g.Answers = []string{text}
	}
	if list, ok := r.texts("gold answers", "ground_truths"); ok {
		for _, text := range list {
			if !blank(text) && (len(g.Answers) == 0 || text != g.Answers[0]) {
				g.Answers = append(g.Answers, text)
			}
		}
	}
	texts, hasTexts := r.texts("gold evidence", "reference_contexts")
	ids, hasIDs := r.texts("gold evidence", "reference_context_ids")
	if hasTexts && hasIDs && len(texts) != len(ids) {
		r.note("reference_context_ids has another length than reference_contexts: only the texts are used")
		hasIDs = false
	}
	var set trace.EvidenceSet
	for i := range max(len(texts), len(ids)) {
		var u trace.Unit
		if hasTexts {
			u.Text = texts[i]
		}
		if hasIDs {
			u.ID = ids[i]
		}
		if u.ID != "" || !blank(u.Text) {
			set = append(set, u)
		}
	}
	if len(set) > 0 {
		g.Evidence = []trace.EvidenceSet{set}
	}
	r.gold(g)
}

// gold sets the record's gold unless there is nothing in it.
func (r *foreign) gold(g trace.Gold) {
	if g.Answers != nil || g.Evidence != nil || g.Claims != nil || g.Answerable != trace.TruthUnknown {
		r.rec.Gold = &g
	}
}

// tag takes a text as a tag of the same name.
func (r *foreign) tag(name string) {
	if text, ok := r.text("tags", name); ok && text != "" {
		r.setTag(name, text)
	}
}

func (r *foreign) setTag(name, value string) {
	if r.rec.Tags == nil {
		r.rec.Tags = map[string]string{}
	}
	r.rec.Tags[name] = value
}

// message is one message of a conversation, as RAGAS and LangChain write it.
type message struct {
	Type    string // "human", "ai" or "tool"
	Content string
}

// userInput takes the question: a text, or the messages of a conversation.
func (r *foreign) userInput() []message {
	raw := r.fields["user_input"]
	if isNull(raw) {
		r.take("question", "user_input")
		return nil
	}
	items, err := listOf(raw)
	if err != nil {
		r.fail("user_input", err)
		return nil
	}
	if len(items) == 0 || kindOf(items[0]) != "an object" {
		r.rec.Question, _ = r.text("question", "user_input")
		return nil
	}
	r.take("question and history", "user_input")
	out := make([]message, 0, len(items))
	for i, item := range items {
		m, err := messageOf(item)
		if err != nil {
			r.fail(fmt.Sprintf("user_input[%d]", i), err)
			return nil
		}
		out = append(out, m)
	}
	return out
}

// messageOf reads a message whose speaker is called "type" (RAGAS, LangChain)
// or "role" (chat APIs).
func messageOf(raw json.RawMessage) (message, error) {
	obj, err := decodeFields(raw)
	if err != nil {
		return message{}, err
	}
	m := message{Type: firstText(obj, []string{"type", "role"}), Content: firstText(obj, []string{"content"})}
	switch m.Type {
	case "user":
		m.Type = "human"
	case "assistant":
		m.Type = "ai"
	case "human", "ai", "tool", "system":
	default:
		return m, fmt.Errorf("type: %q is not human, ai or tool", m.Type)
	}
	return m, nil
}

// conversation reads messages: the last human one is the question, what stands
// before it is the history, the ai message after it the answer, and what tools
// said in between the context, unless the record says so elsewhere.
func (r *foreign) conversation(messages []message) {
	last := -1
	for i, m := range messages {
		if m.Type == "human" {
			last = i
		}
	}
	if last < 0 {
		return
	}
	for _, m := range messages[:last] {
		switch m.Type {
		case "human":
			r.rec.History = append(r.rec.History, trace.Turn{Role: "user", Text: m.Content})
		case "ai":
			r.rec.History = append(r.rec.History, trace.Turn{Role: "assistant", Text: m.Content})
		}
	}
	r.rec.Question = messages[last].Content
	var tools []trace.Passage
	var answer *trace.Answer
	for _, m := range messages[last+1:] {
		switch {
		case m.Type == "tool" && !blank(m.Content):
			tools = append(tools, trace.Passage{Text: m.Content})
		case m.Type == "ai" && !blank(m.Content):
			answer = &trace.Answer{Text: m.Content}
		}
	}
	if r.rec.Context == nil && tools != nil {
		r.rec.Context = tools
		r.note("a conversation records no contexts: what its tools returned is taken for them")
	}
	if r.rec.Answer == nil {
		r.rec.Answer = answer
	}
}

// ragasRow is a RAGAS sample as we write it. The ID and the further accepted
// answers are in fields that RAGAS passes over.
type ragasRow struct {
	ID           string   `json:"id"`
	UserInput    string   `json:"user_input"`
	Contexts     []string `json:"retrieved_contexts,omitzero"`
	ContextIDs   []string `json:"retrieved_context_ids,omitzero"`
	GoldContexts []string `json:"reference_contexts,omitzero"`
	GoldIDs      []string `json:"reference_context_ids,omitzero"`
	Response     *string  `json:"response,omitzero"`
	Reference    string   `json:"reference,omitzero"`
	GroundTruths []string `json:"ground_truths,omitzero"`
}

// toRAGAS returns rec as one line of JSON for RAGAS.
func toRAGAS(rec *trace.Record) ([]byte, error) {
	row := ragasRow{ID: rec.ID, UserInput: rec.Question}
	row.Contexts, row.ContextIDs = textsAndIDs(rec.Context)
	if rec.Answer != nil {
		row.Response = &rec.Answer.Text
	}
	if g := rec.Gold; g != nil {
		if len(g.Answers) > 0 {
			row.Reference = g.Answers[0]
		}
		if len(g.Answers) > 1 {
			row.GroundTruths = g.Answers
		}
		// Several sets mean that any one suffices. RAGAS would want them all,
		// which turns a right retrieval into a miss: better no evidence.
		if len(g.Evidence) == 1 {
			row.GoldContexts, row.GoldIDs = unitTextsAndIDs(g.Evidence[0])
		}
	}
	return withExtra(row, rec.Extra)
}

// textsAndIDs returns the columns of a context. The IDs are nil unless each
// passage has one; texts are nil if the context was not recorded or holds IDs
// alone.
func textsAndIDs(ps []trace.Passage) (texts, ids []string) {
	if ps == nil {
		return nil, nil
	}
	texts, ids = make([]string, len(ps)), make([]string, len(ps))
	allIDs, anyText := len(ps) > 0, len(ps) == 0
	for i, p := range ps {
		texts[i], ids[i] = p.Text, p.ID
		allIDs = allIDs && p.ID != ""
		anyText = anyText || p.Text != ""
	}
	if !allIDs {
		ids = nil
	}
	if !anyText {
		texts = nil
	}
	return texts, ids
}

// unitTextsAndIDs returns the columns of an evidence set, each nil unless all
// units have it.
func unitTextsAndIDs(set trace.EvidenceSet) (texts, ids []string) {
	allTexts, allIDs := true, true
	for _, u := range set {
		texts, ids = append(texts, u.Text), append(ids, u.ID)
		allTexts, allIDs = allTexts && u.Text != "", allIDs && u.ID != ""
	}
	if !allTexts {
		texts = nil
	}
	if !allIDs {
		ids = nil
	}
	return texts, ids
}
