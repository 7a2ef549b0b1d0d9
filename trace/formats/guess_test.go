package formats

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ragdiag/ragdiag/trace"
)

// one reads a text with one record in it.
func one(t *testing.T, text string, o Options) (*trace.Record, *Coverage) {
	t.Helper()
	in := &Input{ctx: t.Context(), paths: []string{"-"}, names: []string{"in"}, o: o}
	in.o.Stdin = strings.NewReader(text)
	var out *trace.Record
	for rec, err := range in.Records() {
		require.NoError(t, err)
		out = rec
	}
	require.NotNil(t, out)
	return out, in.Coverage()
}

const prose = "The ferry leaves the north pier at nine in the morning."

// TestPassageObjects reads passages under names that no list has.
func TestPassageObjects(t *testing.T) {
	text := func(format string) string { return strings.ReplaceAll(format, "$", fmt.Sprintf("%q", prose)) }
	for _, tt := range []struct {
		name, passage string
		id, doc       string
	}{
		{"chunk_text", `{"chunk_text":$}`, "", ""},
		{"chunk", `{"chunk":$,"chunk_id":3}`, "3", ""},
		{"camel case", `{"pageContent":$,"chunkId":"c1"}`, "c1", ""},
		{"snippet", `{"snippet":$,"url":"https://a.example/b c d e f g"}`, "", "https://a.example/b c d e f g"},
		{"body", `{"body":$,"docId":"d"}`, "d", ""},
		{"node_text", `{"node_text":$}`, "", ""},
		{"value", `{"value":$,"metadata":{"source":"a.md"}}`, "", "a.md"},
		{"excerpt", `{"excerpt":$}`, "", ""},
		{"paragraph", `{"paragraph":$}`, "", ""},
		{"page_text", `{"page_text":$,"page":4}`, "", ""},
		{"Raw Text", `{"Raw Text":$}`, "", ""},
		{"dots in a name", `{"document.content":$,"document.id":"d1","document.score":0.5}`, "d1", ""},
		{"an object around it", `{"document":{"content":$,"id":"d2"},"score":0.3}`, "d2", ""},
		{"content.text", `{"content":{"text":$,"type":"TEXT"}}`, "", ""},
		{"parts of a message", `{"content":[{"type":"text","text":$}]}`, "", ""},
		{"payload", `{"id":"7","payload":{"text":$},"score":0.5}`, "7", ""},
		{"metadata holds the text", `{"id":"8","score":0.5,"metadata":{"text":$,"source":"s"}}`, "8", "s"},
		{"_source", `{"_id":"9","_source":{"body":$}}`, "9", ""},
		{"an unknown name", `{"blurb":$,"author":"Mara Quill of the north pier office"}`, "", ""},
		{"an unknown name, deep", `{"hit":{"blurb":$,"kind":"x"},"id":"h"}`, "h", ""},
		{"a text beside its score", `[$,0.83]`, "", ""},
		{"an object beside its score", `[{"page_content":$},0.83]`, "", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			row := `{"user_input":"q","response":"a","retrieved_contexts":[` + text(tt.passage) + `]}`
			rec, _ := one(t, row, Options{})
			require.Len(t, rec.Context, 1)
			require.Equal(t, prose, rec.Context[0].Text)
			require.Equal(t, tt.id, rec.Context[0].ID)
			require.Equal(t, tt.doc, rec.Context[0].Doc)
		})
	}
}

// TestUnreadablePassages keeps texts that cannot be told apart from becoming an
// empty context.
func TestUnreadablePassages(t *testing.T) {
	other := "A second text that is just as long as the first one is."
	for _, tt := range []struct{ name, contexts, want string }{
		{"two long texts", fmt.Sprintf(`[{"blurb":%q,"remark":%q}]`, prose, other), `--map context=contexts.blurb`},
		{"short texts only", `[{"blurb":"Nine.","kind":"time"}]`, `--map context=contexts.blurb`},
		{"no texts", `[{"rank":1},{"rank":2}]`, `hold no text`},
		{"an ID and short texts", `[{"id":"a","blurb":"Nine."}]`, `--map context=contexts.blurb`},
		{"texts by their IDs", fmt.Sprintf(`{"a":%q,"b":%q}`, prose, other), `"contexts" have no field that is known`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			row := `{"question":"q","answer":"a","ground_truth":"g","contexts":` + tt.contexts + `}`
			rec, c := one(t, row, Options{})
			require.Nil(t, rec.Context, "not recorded")
			require.JSONEq(t, tt.contexts, string(rec.Extra["contexts"]), "kept")
			require.Contains(t, strings.Join(c.Hints(), "\n"), tt.want)
		})
	}
	row := fmt.Sprintf(`{"question":"q","answer":"a","contexts":[{"blurb":%q,"remark":%q,"id":"x"}]}`, prose, other)
	rec, c := one(t, row, Options{Map: mapping(t, "context=contexts.remark")})
	require.Equal(t, []trace.Passage{{ID: "x", Text: other}}, rec.Context, "as the hint says")
	require.NoError(t, c.Refusal())
	rec, _ = one(t, `{"question":"q","answer":"a","contexts":[]}`, Options{})
	require.NotNil(t, rec.Context, "an empty list is an empty context")
	rec, _ = one(t, `{"question":"q","answer":"a","contexts":[{"id":"x","score":1}]}`, Options{})
	require.Equal(t, "x", rec.Context[0].ID, "IDs alone are a context")
}

// TestMixedNames reads files whose columns come from several tools.
func TestMixedNames(t *testing.T) {
	for _, tt := range []struct {
		name, text string
		noted      []string
	}{
		{"the reference of a newer file", `{"question":"q","contexts":["c"],"answer":"a","reference":"g"}`, []string{"gold=reference"}},
		{"an older file with user_input", `{"user_input":"q","contexts":["c"],"answer":"a","ground_truth":"g"}`, []string{"answer=answer", "context=contexts", "gold=ground_truth"}},
		{"outputs", `{"question":"q","contexts":["c"],"actual_output":"a","expected_output":"g"}`, nil},
		{"outputs beside user_input", `{"user_input":"q","retrieved_contexts":["c"],"actual_output":"a","expected_output":"g"}`, []string{"answer=actual_output", "gold=expected_output"}},
		{"a test case with a reference", `{"input":"q","retrieval_context":["c"],"actual_output":"a","reference":"g"}`, []string{"gold=reference"}},
		{"a chain with ground truths", `{"query":"q","result":"a","source_documents":[{"page_content":"c"}],"ground_truths":["g"]}`, []string{"gold=ground_truths"}},
		{"a response with a golden answer", `{"query":"q","response":"a","source_nodes":[{"node":{"text":"c"}}],"golden_answer":"g"}`, []string{"gold=golden_answer"}},
		{"RAGChecker with ground_truth", `{"query":"q","gt_answer":null,"response":"a","retrieved_context":["c"],"ground_truth":"g"}`, []string{"gold=ground_truth"}},
		{"blanks and capitals", "Question,Answer,Contexts,Ground Truth\nq,a,\"['c']\",g\n", nil},
		{"camel case", `{"userInput":"q","retrievedContexts":["c"],"modelAnswer":"a","groundTruth":"g"}`, nil},
		{"hyphens", "user-query,model-response,retrieved-docs,expected-answer\nq,a,c,g\n", nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			rec, c := one(t, tt.text, Options{})
			require.Equal(t, "q", rec.Question)
			require.NotNil(t, rec.Answer)
			require.Equal(t, "a", rec.Answer.Text)
			require.Equal(t, []trace.Passage{{Text: "c"}}, rec.Context)
			require.NotNil(t, rec.Gold)
			require.Equal(t, []string{"g"}, rec.Gold.Answers)
			notes := fmt.Sprint(sorted(c.Sources[0].Notes))
			for _, want := range tt.noted {
				require.Contains(t, notes, "by its name ("+want+")")
			}
			require.Empty(t, c.Hints())
		})
	}
}

func TestGuessesGiveWay(t *testing.T) {
	rec, c := one(t, `{"question":"q","answer":"a","contexts":["c"],"reference":{"odd":1}}`, Options{})
	require.Nil(t, rec.Gold, "an object is no answer")
	require.Contains(t, string(rec.Extra["reference"]), "odd")
	require.Empty(t, c.Sources[0].Columns["reference"])
	rec, _ = one(t, `{"question":"q","answer":"a","reference":"g","expected_output":"h"}`, Options{Map: mapping(t, "gold=expected_output")})
	require.Equal(t, []string{"h"}, rec.Gold.Answers, "--map wins")
	rec, _ = one(t, `{"input":"q","actual_output":"a","context":["gold"],"retrieval_context":["c"],"seen":["x"]}`, Options{Map: mapping(t, "candidates=seen")})
	require.Equal(t, "c", rec.Context[0].Text, "--map adds to the format that was found")
	require.Equal(t, "gold", rec.Gold.Evidence[0][0].Text)
	require.Equal(t, "x", rec.Candidates[0].Text)
}

func TestHints(t *testing.T) {
	long, list := fmt.Sprintf("%q", prose), fmt.Sprintf("[%q,%q]", prose, prose+" So it is.")
	for _, tt := range []struct{ name, row, want string }{
		{"before and after", `{"question":"q","contexts":["c"],"answer":"a","ground_truth":"g","docs_before_rerank":` + list + `,"docs_after_rerank":` + list + `,"golden_doc":"doc_17"}`,
			"--map candidates=docs_before_rerank,gold_ids=golden_doc"},
		{"after alone", `{"question":"q","answer":"a","ground_truth":"g","docs_after_rerank":` + list + `}`, "--map context=docs_after_rerank"},
		{"expected_docs", `{"question":"q","contexts":["c"],"answer":"a","ground_truth":"g","expected_docs":["d1.pdf","d2.pdf"]}`, "--map gold_ids=expected_docs"},
		{"texts of gold", `{"question":"q","contexts":["c"],"answer":"a","ground_truth":"g","Gold Passage":` + long + `}`, `--map 'gold_context=Gold Passage'`},
		{"candidates with a prefix", `{"user_input":"q","retrieved_contexts":["c"],"response":"a","reference":"g","initial_chunks":` + list + `}`, "--map candidates=initial_chunks"},
		{"search results", `{"question":"q","contexts":["c"],"answer":"a","ground_truth":"g","search_results":` + list + `}`, "--map candidates=search_results"},
		{"sources", `{"question":"q","answer":"a","ground_truth":"g","sources":[{"blurb":` + long + `}]}`, "--map context=sources"},
		{"the user's own map stays", `{"frage":"q","antwort":"a","ground_truth":"g","documents":` + list + `}`, "--map question=frage,answer=antwort,context=documents"},
		{"a data set", `{"question":"q","context":["the a is in here"],"answer":"a"}`, "--map gold=answer"},
		{"nothing unused", `{"question":"q","contexts":["c"],"answer":"a","ground_truth":"g"}`, ""},
		{"scores", `{"question":"q","contexts":["c"],"answer":"a","ground_truth":"g","context_precision":0.5,"retrieved_doc_count":"3","docs_scores":[1,2]}`, ""},
		{"a system's log", `{"user_input":"q","retrieved_contexts":["c"],"response":"a"}`, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			o := Options{}
			if strings.Contains(tt.row, "frage") {
				o.Map = mapping(t, "question=frage,answer=antwort")
			}
			_, c := one(t, tt.row, o)
			hints := strings.Join(c.Hints(), "\n")
			if tt.want == "" {
				require.Empty(t, hints)
				return
			}
			require.Contains(t, hints, tt.want)
			var brief strings.Builder
			require.NoError(t, c.Brief(&brief))
			require.Contains(t, brief.String(), tt.want)
			b, err := json.Marshal(c)
			require.NoError(t, err)
			require.Contains(t, string(b), `"hints":[`)
		})
	}
}

func TestAbsentCells(t *testing.T) {
	for _, word := range []string{"nan", "NaN", "None", "null", "", "<NA>"} {
		rec, _ := one(t, "question,answer,contexts,ground_truth\nq,"+word+","+word+","+word+"\n", Options{})
		require.Nil(t, rec.Answer, word)
		require.Nil(t, rec.Context, word)
		require.Nil(t, rec.Gold, word)
	}
	rec, _ := one(t, `{"question":"q","contexts":["c","nan",null],"answer":"NaN","ground_truth":"nan"}`, Options{})
	require.Len(t, rec.Context, 1)
	require.Nil(t, rec.Answer)
	require.Nil(t, rec.Gold)
	rec, _ = one(t, `{"question":"Which of them?","contexts":["c"],"answer":"None","ground_truth":"None"}`, Options{})
	require.Equal(t, "None", rec.Answer.Text, "a word that may be an answer, where null is at hand")
}

func TestRepeatedIDs(t *testing.T) {
	row := `{"question_id":"q1","user_input":"q","response":"%s"}` + "\n"
	var text string
	for _, answer := range []string{"a", "b", "c"} {
		text += fmt.Sprintf(row, answer)
	}
	text += `{"question_id":"q1#2","user_input":"q","response":"d"}`
	ids, errs := readAll(t, text, Options{})
	require.Empty(t, errs)
	require.Equal(t, []string{"q1", "q1#2", "q1#3", "q1#2#2"}, ids)
	ids, errs = readAll(t, text, Options{Map: mapping(t, "id=question_id")})
	require.Equal(t, []string{"q1", "q1#2"}, ids, "the user has said that these are IDs")
	require.Len(t, errs, 2)
	ids, errs = readAll(t, "qid,query,response\n1,q,a\n1,q,b\n", Options{})
	require.Empty(t, errs)
	require.Equal(t, []string{"1", "1#2"}, ids, "of a table whose columns were guessed")
}
