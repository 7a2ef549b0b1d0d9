package judge

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/ragdiag/ragdiag/llm"
)

// The replies are shaped as servers and models really give them; the content is
// ours. Each row has two claims asked for, c1 and c2.
func TestParseReply(t *testing.T) {
	const good = `{"items":[{"id":"c1","evidence":[{"unit":"p1","quote":"built in 1871"}],"reason":"It says so.","verdict":"supported","confidence":92},{"id":"c2","evidence":[],"reason":"Nothing on height.","verdict":"not_found","confidence":80}]}`
	both := map[string]string{"c1": "supported", "c2": "not_found"}
	for _, tt := range []struct {
		name, reply string
		want        map[string]string // verdict by ID
		err         string            // part of it
	}{
		{"OpenAI, json_schema", good, both, ""},
		{"pretty-printed", strings.ReplaceAll(good, ",", ",\n  "), both, ""},
		{"fenced", "```json\n" + good + "\n```", both, ""},
		{"fenced without language, text around", "Here is the evaluation:\n\n```\n" + good + "\n```\nLet me know if you need more.", both, ""},
		{"text before and after", "Sure! " + good + " I hope this helps {smile}.", both, ""},
		{"byte order mark", "\uFEFF" + good, both, ""},
		{"reasoning tags", "<think>\nClaim 1 … {\"items\":[{\"id\":\"c1\",\"verdict\":\"contradicted\"}]} no wait.\n</think>\n\n" + good, both, ""},
		{"reasoning opened by the template", "The passage says 1871, so c1 holds.\n</think>\n" + good, both, ""},
		{"reasoning without end", "<think>\nMaybe " + good, nil, "reasoning"},
		{"harmony channels", "<|channel|>analysis<|message|>{\"items\":[{\"id\":\"c1\",\"verdict\":\"contradicted\"}]}<|end|><|start|>assistant<|channel|>final<|message|>" + good, both, ""},
		{"trailing commas", strings.NewReplacer("}]}", "},],}", "92}", "92,}").Replace(good), both, ""},
		{"single quotes, Python", `{'items': [{'id': 'c1', 'evidence': [{'unit': 'p1', 'quote': "built in 1871"}], 'reason': 'It doesn't say otherwise.', 'verdict': 'supported', 'confidence': 92}, {'id': 'c2', 'evidence': None, 'reason': 'x', 'verdict': 'not_found', 'confidence': True}]}`, both, ""},
		{"typographic quotes", `{“items”: [{“id”: “c1”, “verdict”: “supported”}, {“id”: “c2”, “verdict”: “not_found”}]}`, both, ""},
		{"bare keys and words", `{items: [{id: c1, verdict: supported}, {id: c2, verdict: not_found}]}`, both, ""},
		{"comments", "{\"items\": [ // the claims\n{\"id\":\"c1\",\"verdict\":\"supported\"}, /* and */ {\"id\":\"c2\",\"verdict\":\"not_found\"}]}", both, ""},
		{"line breaks within strings", "{\"items\":[{\"id\":\"c1\",\"reason\":\"two\nlines\",\"verdict\":\"supported\"},{\"id\":\"c2\",\"verdict\":\"not_found\"}]}", both, ""},
		{"bare list", `[{"id":"c1","verdict":"supported"},{"id":"c2","verdict":"not_found"}]`, both, ""},
		{"one object after the other", `{"id":"c1","verdict":"supported"}` + "\n" + `{"id":"c2","verdict":"not_found"}`, both, ""},
		{"keyed by ID", `{"c1":{"verdict":"supported"},"c2":{"verdict":"not_found"}}`, both, ""},
		{"keyed by ID, verdict alone", `{"items":{"c1":"supported","c2":"not_found"}}`, both, ""},
		{"tool call arguments as text", `{"name":"claims_verify","arguments":` + quoted(good) + `}`, both, ""},
		{"tool call arguments as object", `{"name":"claims_verify","arguments":` + good + `}`, both, ""},
		{"tool calls as OpenAI nests them", `{"tool_calls":[{"id":"call_1","type":"function","function":{"name":"claims_verify","arguments":` + quoted(good) + `}}]}`, both, ""},
		{"Llama's parameters", `{"type":"function","name":"claims_verify","parameters":` + good + `}`, both, ""},
		{"Qwen's tags", "<tool_call>\n{\"name\": \"claims_verify\", \"arguments\": " + good + "}\n</tool_call>", both, ""},
		{"JSON within a JSON string", quoted(good), both, ""},
		{"schema echoed around it", `{"type":"object","properties":{"items":[{"id":"c1","verdict":"supported"},{"id":"c2","verdict":"not_found"}]}}`, both, ""},
		{"other case and signs", `{"Items":[{"ID":"C1","Verdict":"SUPPORTED"},{"Id":"[c2]","verdict":"Not Found."}]}`, both, ""},
		{"hyphen and no sign", `{"items":[{"id":"c1","verdict":"Supported"},{"id":"c2","verdict":"not-found"}]}`, both, ""},
		{"numbers for IDs", `{"items":[{"id":1,"verdict":"supported"},{"id":"2","verdict":"notfound"}]}`, both, ""},
		{"claim N for IDs", `{"items":[{"id":"Claim 1","verdict":"supported"},{"id":"claim c2","verdict":"not_found"}]}`, both, ""},
		{"label for verdict", `{"results":[{"claim_id":"c1","label":"supported"},{"claim_id":"c2","label":"not_found"}]}`, both, ""},
		{"missing ID", `{"items":[{"id":"c1","verdict":"supported"}]}`, map[string]string{"c1": "supported"}, ""},
		{"extra ID", `{"items":[{"id":"c1","verdict":"supported"},{"id":"c7","verdict":"supported"}]}`, map[string]string{"c1": "supported"}, ""},
		{"an ID twice, the same verdict", `{"items":[{"id":"c1","verdict":"supported"},{"id":"c1","verdict":"supported"},{"id":"c2","verdict":"not_found"}]}`, both, ""},
		{"an ID twice, two verdicts", `{"items":[{"id":"c1","verdict":"supported"},{"id":"c1","verdict":"contradicted"},{"id":"c2","verdict":"not_found"}]}`, map[string]string{"c2": "not_found"}, ""},
		{"a draft and another version", `{"items":[{"id":"c1","verdict":"supported"}]} Correction: {"items":[{"id":"c1","verdict":"not_found"}]}`, nil, "two verdicts"},
		{"a synonym is no verdict", `{"items":[{"id":"c1","verdict":"entailed"},{"id":"c2","verdict":"not_found"}]}`, map[string]string{"c2": "not_found"}, ""},
		{"the list of verdicts is no verdict", `{"items":[{"id":"c1","verdict":"supported|partial|contradicted"}]}`, nil, "none of"},
		{"cut after the first item", good[:strings.Index(good, `{"id":"c2"`)+20], map[string]string{"c1": "supported"}, ""},
		{"cut within a verdict", `{"items":[{"id":"c1","verdict":"supp`, nil, "no item"},
		{"cut within a verdict that is whole by chance", `{"items":[{"id":"c1","verdict":"partial`, nil, "no item"},
		{"missing brackets at the end", strings.TrimSuffix(good, "}]}") + "}", both, ""},
		{"refusal", "I'm sorry, but I can't help with that.", nil, "no JSON"},
		{"empty", "  ", nil, "empty"},
		{"prose", "Claim c1 is supported and claim c2 is not found.", nil, "no JSON"},
		{"another schema", `{"result":"as requested"}`, nil, "no item"},
		{"no ID with two asked for", `{"items":[{"verdict":"supported"}]}`, nil, "no item"},
		{"HTML", "<!doctype html><html><body>502 Bad Gateway</body></html>", nil, "no JSON"},
		{"not UTF-8", "\xff\xfe" + good, both, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := parseReply(Verify, llm.Reply{Text: tt.reply}, []string{"c1", "c2"})
			if tt.err != "" {
				require.ErrorContains(t, err, tt.err)
				return
			}
			require.NoError(t, err)
			have := map[string]string{}
			for _, s := range got {
				have[s.ID] = s.Verdict
			}
			require.Equal(t, tt.want, have)
		})
	}
}

func quoted(s string) string {
	b, _ := json.Marshal(s)
	return string(b)
}

func TestParseReplyReadsTheParts(t *testing.T) {
	got, err := parseReply(Verify, llm.Reply{Text: `{"items":[{"id":"c1","quote":"a b c","explanation":"why","verdict":"supported","score":"85%"}]}`}, []string{"c1"})
	require.NoError(t, err)
	require.Equal(t, []said{{ID: "c1", Verdict: Supported, Confidence: .85, Sure: true, Reason: "why", Evidence: []cited{{Quote: "a b c"}}}}, got)

	got, err = parseReply(Verify, llm.Reply{Text: `{"verdict":"partial","evidence":["one","two"]}`}, []string{"c9"})
	require.NoError(t, err, "one item asked for, one given")
	require.Equal(t, "c9", got[0].ID)
	require.Len(t, got[0].Evidence, 2)
}

func TestConfidence(t *testing.T) {
	for _, tt := range []struct {
		in   any
		want float64
		ok   bool
	}{
		{85.0, .85, true}, {"85", .85, true}, {"85%", .85, true}, {"85 %", .85, true}, {"85/100", .85, true}, {0.85, .85, true}, {"0.85", .85, true},
		{100.0, 1, true}, {0.0, 0, true}, {"1%", .01, true}, {1.0, 0, false}, {101.0, 0, false}, {-1.0, 0, false}, {"high", 0, false}, {"NaN", 0, false}, {true, 0, false}, {nil, 0, false},
	} {
		got, ok := confidence(tt.in)
		require.Equal(t, tt.ok, ok, "%v", tt.in)
		require.InDelta(t, tt.want, got, 1e-9, "%v", tt.in)
	}
}

// What any JSON encoder writes is read as it was meant, also inside other text.
func FuzzParseReply(f *testing.F) {
	f.Add("it's \"so\"", "quote {with} [brackets]", "Sure: ", " done")
	f.Add("\\u0041\n", "“x”", "```json\n", "\n```")
	f.Add("", "", "", "")
	f.Fuzz(func(t *testing.T, reason, quote, before, after string) {
		if strings.ContainsAny(before, "{[<\"") || strings.ContainsAny(after, "{[<\"") || !utf8.ValidString(before) || !utf8.ValidString(after) || !utf8.ValidString(reason) || !utf8.ValidString(quote) || strings.ContainsRune(reason+quote, '<') {
			return // another value, or tags
		}
		b, err := json.Marshal(map[string]any{"items": []any{map[string]any{
			"id": "c1", "reason": reason, "verdict": "not_found", "confidence": 70, "evidence": []any{map[string]any{"unit": "p1", "quote": quote}}}}})
		require.NoError(t, err)
		got, err := parseReply(Verify, llm.Reply{Text: before + string(b) + after}, []string{"c1"})
		require.NoError(t, err)
		require.Len(t, got, 1)
		require.Equal(t, NotFound, got[0].Verdict)
		require.Equal(t, reason, got[0].Reason)
	})
}

// Nothing that a server can send makes the parser fail otherwise than by an error,
// and what it accepts is of the task.
func FuzzHostileReply(f *testing.F) {
	for _, s := range []string{`{"items":[{"id":"c1","verdict":"supported"}]}`, "```json\n[", `{'a':'b`, `{"a":{"a":[[[`, "<think>", `{items:[{id:c1,verdict:supported,},],}`, `"{\"items\":[]}"`, `{"c1":"supported","c2":`, "{\"a\":\"\\u", "[//", "{/*", `{"a"=1;}`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, task := range Tasks() {
			got, err := parseReply(task, llm.Reply{Text: s}, []string{"c1", "c2"})
			if err != nil {
				require.Empty(t, got)
				continue
			}
			for _, it := range got {
				require.Contains(t, []string{"c1", "c2"}, it.ID)
				require.Contains(t, task.Verdicts(), it.Verdict)
			}
		}
	})
}

func TestLenientIsBounded(t *testing.T) {
	for _, s := range []string{strings.Repeat("[", 1<<16), strings.Repeat(`{"a":`, 1<<15), strings.Repeat("{", 1<<17), strings.Repeat("[1,", 1<<16), strings.Repeat(`"{`, 1<<16)} {
		_, err := parseReply(Verify, llm.Reply{Text: s}, []string{"c1"})
		require.Error(t, err)
	}
	_, err := objects(strings.Repeat("x", longest+1))
	require.Error(t, err)
}

func ExampleTask_Verdicts() {
	fmt.Println(Verify.Name, Verify.Verdicts())
	// Output: claims.verify [supported partial contradicted not_found cannot_tell]
}
