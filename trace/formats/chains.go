package formats

import (
	"encoding/json"

	"github.com/ragdiag/ragdiag/trace"
)

// isLangChain recognises the outputs of LangChain's retrieval chains by their
// documents.
func isLangChain(f fields) string {
	if f.has("source_documents") {
		return `it has the field "source_documents"`
	}
	raw := f["context"]
	if isNull(raw) || kindOf(raw) != "a list" {
		return ""
	}
	var docs []struct {
		Content *string          `json:"page_content"`
		Kwargs  *json.RawMessage `json:"kwargs"`
	}
	if json.Unmarshal(raw, &docs) == nil && len(docs) > 0 && (docs[0].Content != nil || docs[0].Kwargs != nil) {
		return `the elements of "context" have "page_content"`
	}
	return ""
}

// fromLangChain reads the output of a retrieval chain, of the old RetrievalQA,
// or of the conversational chain, whose generated question is the query.
func fromLangChain(r *foreign) {
	r.rec.ID, _ = r.text("id", idNames...)
	r.rec.Question, _ = r.text("question", "input", "question", "query")
	if text, ok := r.text("answer", "answer", "result", "output"); ok {
		r.rec.Answer = &trace.Answer{Text: text}
	}
	if ps, ok := r.passages("context", "source_documents", "context"); ok {
		r.rec.Context = ps
	}
	if q, ok := r.text("queries", "generated_question"); ok {
		r.rec.Queries = []trace.Query{{Text: q, Kind: trace.QueryRewritten}}
	}
	r.chatHistory()
	r.commonGold()
	r.metadata("metadata")
}

// chatHistory takes earlier messages if they are objects; as a text they stay
// in Extra.
func (r *foreign) chatHistory() {
	raw := r.fields["chat_history"]
	if isNull(raw) || kindOf(raw) != "a list" {
		return
	}
	items, err := listOf(raw)
	if err != nil {
		return
	}
	var turns []trace.Turn
	for _, item := range items {
		m, err := messageOf(item)
		switch {
		case err != nil:
			return
		case m.Type == "human":
			turns = append(turns, trace.Turn{Role: "user", Text: m.Content})
		case m.Type == "ai":
			turns = append(turns, trace.Turn{Role: "assistant", Text: m.Content})
		}
	}
	r.take("history", "chat_history")
	r.rec.History = turns
}

// fromLlamaIndex reads a response with its source nodes, whose texts are what
// the generator saw.
func fromLlamaIndex(r *foreign) {
	r.rec.ID, _ = r.text("id", idNames...)
	r.rec.Question, _ = r.text("question", "query", "query_str", "question", "input")
	if text, ok := r.text("answer", "response", "answer"); ok {
		r.rec.Answer = &trace.Answer{Text: text}
	}
	if ps, ok := r.passages("context", "source_nodes"); ok {
		r.rec.Context = ps
	}
	r.commonGold()
	r.metadata("metadata")
}

// commonGold takes reference answers under the names that users add to the
// records of chains.
func (r *foreign) commonGold() {
	if text, ok := r.text("gold answers", "reference", "ground_truth", "expected_output", "gold", "gold_answer"); ok && !blank(text) {
		r.gold(trace.Gold{Answers: []string{text}})
	}
}
