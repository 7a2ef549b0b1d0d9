package judge

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ragdiag/ragdiag/llm/openai"
)

// wireReply is the content that the replies below carry: c1 is supported, c2 not
// found.
const wireReply = `{"items":[{"id":"c1","evidence":[{"unit":"p1","quote":"built by Ada Finch in 1871"}],"reason":"It says so.","verdict":"supported","confidence":92},{"id":"c2","evidence":[],"reason":"Nothing on steps.","verdict":"not_found","confidence":80}]}`

// Replies shaped as the servers give them, over HTTP through the client to the
// verdicts. We wrote them: the shapes are the servers', the texts ours.
func TestRepliesOfServers(t *testing.T) {
	quoted := func(s string) string { b, _ := json.Marshal(s); return string(b) }
	both := [2]string{Supported, NotFound}
	neither := func(why string) [2]string { return [2]string{"!" + why, "!" + why} }
	message := func(m, finish, rest string) string {
		return `{"id":"chatcmpl-1","object":"chat.completion","created":1750000000,"model":"m","choices":[{"index":0,"message":` + m + `,"finish_reason":` + finish + `}]` + rest + `}`
	}
	content := func(s string) string { return `{"role":"assistant","content":` + quoted(s) + `}` }
	call := func(arguments string) string {
		return `{"role":"assistant","content":null,"tool_calls":[{"id":"call_9","type":"function","function":{"name":"claims_verify","arguments":` + arguments + `}}]}`
	}
	for _, tt := range []struct {
		name, body string
		status     int // 0: 200
		want       [2]string
	}{
		// OpenAI
		{"OpenAI, json_schema", message(`{"role":"assistant","content":`+quoted(wireReply)+`,"refusal":null,"annotations":[]}`, `"stop"`,
			`,"usage":{"prompt_tokens":900,"completion_tokens":80,"total_tokens":980,"prompt_tokens_details":{"cached_tokens":512,"audio_tokens":0},"completion_tokens_details":{"reasoning_tokens":64}},"service_tier":"default","system_fingerprint":"fp_1"`), 0, both},
		{"OpenAI, refusal", message(`{"role":"assistant","content":null,"refusal":"I can't help with that."}`, `"stop"`, ``), 0, neither("no JSON")},
		{"OpenAI, tool call with content null", message(call(quoted(wireReply)), `"tool_calls"`, ``), 0, both},
		{"OpenAI, all tokens spent on reasoning", message(`{"role":"assistant","content":""}`, `"length"`, `,"usage":{"completion_tokens":4096}`), 0, neither("empty")},
		{"OpenAI, cut after the first item", message(content(wireReply[:strings.Index(wireReply, `{"id":"c2"`)+24]), `"length"`, ``), 0, [2]string{Supported, "!"}},
		{"OpenAI, content filter", message(`{"role":"assistant","content":null}`, `"content_filter"`, ``), 0, neither("the call failed")},
		// vLLM
		{"vLLM, reasoning beside the content", message(`{"role":"assistant","reasoning_content":"c1: the passage says 1871. {\"items\":[{\"id\":\"c1\",\"verdict\":\"contradicted\"}]}","content":`+quoted("\n\n"+wireReply)+`,"tool_calls":[]}`, `"stop"`, `,"usage":{"prompt_tokens":9,"total_tokens":12,"completion_tokens":3,"prompt_tokens_details":null},"prompt_logprobs":null,"kv_transfer_params":null`), 0, both},
		{"vLLM, the newer name of reasoning", message(`{"role":"assistant","reasoning":"Let me see.","content":`+quoted(wireReply)+`}`, `"stop"`, ``), 0, both},
		{"vLLM, nothing but reasoning", message(`{"role":"assistant","reasoning_content":`+quoted(wireReply)+`,"content":null}`, `"stop"`, ``), 0, neither("the call failed")},
		{"vLLM, forced tool with finish reason stop", message(call(quoted(wireReply)), `"stop"`, ``), 0, both},
		{"vLLM, error in its own shape", `{"object":"error","message":"The engine is dead.","type":"InternalServerError","param":null,"code":500}`, 500, neither("the call failed")},
		// llama.cpp server
		{"llama.cpp, timings and no usage", message(content(wireReply), `"stop"`, `,"timings":{"prompt_n":12,"predicted_n":80,"predicted_per_second":31.2},"__verbose":{}`), 0, both},
		{"llama.cpp, thinking in the content", message(content("<think>\nc1 first. It might be contradicted.\n</think>\n"+wireReply), `"stop"`, ``), 0, both},
		{"llama.cpp, thinking that the template began", message(content("c1 first.\n</think>\n\n"+wireReply), `"stop"`, ``), 0, both},
		{"llama.cpp, cut while thinking", message(content("<think>\nc1 first. "+wireReply), `"length"`, ``), 0, neither("reasoning")},
		{"llama.cpp, arguments as an object", message(call(wireReply), `"tool"`, ``), 0, both},
		{"llama.cpp, busy slots", `{"error":{"code":503,"message":"Loading model","type":"unavailable_error"}}`, 503, neither("the call failed")},
		// Ollama
		{"Ollama, fence around it", message(content("```json\n"+wireReply+"\n```"), `"stop"`, `,"system_fingerprint":"fp_ollama"`), 0, both},
		{"Ollama, talk around the fence", message(content("Here you are:\n```\n"+wireReply+"\n```\nAnything else?"), `"stop"`, ``), 0, both},
		{"Ollama, empty tool calls beside content", message(`{"role":"assistant","content":`+quoted(wireReply)+`,"tool_calls":[]}`, `"stop"`, ``), 0, both},
		{"Ollama, spaces until the limit", message(content(strings.Repeat("\n", 400)), `"length"`, ``), 0, neither("empty")},
		// LM Studio
		{"LM Studio, stats and trailing text", message(content(wireReply+"\n\nI hope that this helps."), `"stop"`, `,"stats":{},"system_fingerprint":"local"`), 0, both},
		{"LM Studio, tool call in the text", message(content("<tool_call>\n{\"name\":\"claims_verify\",\"arguments\":"+wireReply+"}\n</tool_call>"), `"stop"`, ``), 0, both},
		{"LM Studio, error as a string", `{"error":"Model is unloaded."}`, 400, neither("the call failed")},
		// gateways
		{"gateway, content in parts", message(`{"role":"assistant","content":[{"type":"text","text":`+quoted(wireReply[:60])+`},{"type":"text","text":`+quoted(wireReply[60:])+`}]}`, `"stop"`, ``), 0, both},
		{"gateway, thinking as a part", message(`{"role":"assistant","content":[{"type":"thinking","thinking":"c1 …"},{"type":"text","text":`+quoted(wireReply)+`}]}`, `"end_turn"`, ``), 0, both},
		{"gateway, no choices", `{"id":"x","object":"chat.completion","choices":[]}`, 0, neither("the call failed")},
		{"gateway, choices of null", `{"id":"x","object":"chat.completion","choices":null}`, 0, neither("the call failed")},
		{"gateway, error under 200", `{"error":{"message":"Provider returned error","code":502}}`, 0, neither("the call failed")},
		{"gateway, error within the choice", `{"choices":[{"index":0,"error":{"code":502,"message":"upstream"},"message":{"role":"assistant","content":""},"finish_reason":"error"}]}`, 0, neither("the call failed")},
		{"gateway, an old function_call", message(`{"role":"assistant","content":null,"function_call":{"name":"claims_verify","arguments":`+quoted(wireReply)+`}}`, `"function_call"`, ``), 0, both},
		{"gateway, usage as null and no finish reason", message(content(wireReply), `null`, `,"usage":null`), 0, both},
		{"gateway, web page", "<html>502 Bad Gateway</html>", 502, neither("the call failed")},
		{"gateway, cut body", `{"id":"x","choices":[{"index":0,"mess`, 0, neither("the call failed")},
		// models
		{"model, another schema", message(content(`{"claims":[{"text":"c1","is_supported":true}]}`), `"stop"`, ``), 0, neither("could not be read")},
		{"model, prose", message(content("Claim c1 is supported and c2 is not found."), `"stop"`, ``), 0, neither("no JSON")},
		{"model, a verdict of its own", message(content(strings.Replace(wireReply, `"verdict":"supported"`, `"verdict":"mostly true"`, 1)), `"stop"`, ``), 0, [2]string{"!", NotFound}},
		{"model, confidence that is no number", message(content(strings.Replace(wireReply, `"confidence":92`, `"confidence":"NaN"`, 1)), `"stop"`, ``), 0, both},
		{"model, an invented quote", message(content(strings.Replace(wireReply, "built by Ada Finch in 1871", "raised by the Finch brothers", 1)), `"stop"`, ``), 0, [2]string{CannotTell, NotFound}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				asked, _ := io.ReadAll(r.Body)
				w.Header().Set("Content-Type", "application/json")
				if strings.Contains(string(asked), `"name":"probe"`) {
					_, _ = io.WriteString(w, message(content(`{"ok":true}`), `"stop"`, ``))
					return
				}
				if strings.HasPrefix(tt.body, "<") {
					w.Header().Set("Content-Type", "text/html")
				}
				if tt.status != 0 {
					w.WriteHeader(tt.status)
				}
				_, _ = io.WriteString(w, tt.body)
			}))
			defer srv.Close()
			c, err := openai.New(openai.Options{BaseURL: srv.URL + "/v1", Model: "m", Timeout: 5 * time.Second})
			require.NoError(t, err)
			defer c.Close()
			q := merrow()
			q.Items[1].Text = "The light has 207 steps."
			got, _, err := judgeOf(t, c).Ask(t.Context(), q)
			require.NoError(t, err)
			for i, w := range tt.want {
				why, bad := strings.CutPrefix(w, "!")
				if bad {
					require.Empty(t, got[i].Verdict, "an error is no verdict")
					require.NotEmpty(t, got[i].Error)
					require.Contains(t, got[i].Error, why)
					continue
				}
				require.Empty(t, got[i].Error)
				require.Equal(t, w, got[i].Verdict)
			}
			b, err := json.Marshal(got)
			require.NoError(t, err)
			require.NotContains(t, string(b), "NaN")
		})
	}
}
