package claim

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ragdiag/ragdiag/internal/text"
)

func TestRead(t *testing.T) {
	for _, tt := range []struct {
		name, raw, body, text string
		final                 bool
	}{
		{"plain", "Within 30 days.", "Within 30 days.", "Within 30 days.", false},
		{"tags", "<think>45?</think>Within 30 days.", "Within 30 days.", "Within 30 days.", false},
		{"any case, attributes, line ends", "<Thinking mode=\"deep\">a\nb</THINKING>\nYes.", "Yes.", "Yes.", false},
		{"square brackets", "[THINK]45?[/THINK] Yes.", "Yes.", "Yes.", false},
		{"within the answer", "Yes, <reasoning>why?</reasoning> it is.", "Yes,  it is.", "Yes,  it is.", false},
		{"nested", "<think>a <think>b</think> c</think>Yes.", "Yes.", "Yes.", false},
		{"opened in the prompt", "It may be 45.\n</think>\n30 days.", "30 days.", "30 days.", false},
		{"unclosed behind the answer", "30 days.\n<think>Or was it", "30 days.", "30 days.", false},
		{"unclosed before a final line", "<think>Or 45?\nFinal answer: 30 days", "Final answer: 30 days", "30 days", false},
		{"unclosed, and nothing else is said", "<think>It is 30 days", "It is 30 days", "It is 30 days", false},
		{"no reasoning tag", "Use <b>bold</b> and [thinking cap].", "Use <b>bold</b> and [thinking cap].", "Use <b>bold</b> and [thinking cap].", false},
		{"final line", "One says yes, one no.\n\nFinal answer: maybe", "One says yes, one no.\n\nFinal answer: maybe", "maybe", true},
		{"on the same line", "One says yes. **Final Answer:** no", "One says yes. **Final Answer:** no", "no", true},
		{"the last one", "Answer: a\nNo, wait.\nAnswer: b", "Answer: a\nNo, wait.\nAnswer: b", "b", true},
		{"emphasis", "Reasons.\n**Answer**: 12", "Reasons.\n**Answer**: 12", "12", true},
		{"heading", "Reasons.\n## Conclusion\nIt is 12.", "Reasons.\n## Conclusion\nIt is 12.", "It is 12.", true},
		{"label only", "Answer: 12", "Answer: 12", "12", false},
		{"two labels", "x\nFinal answer:\nA: 12", "x\nFinal answer:\nA: 12", "12", true},
		{"nothing behind", "It is 12.\nAnswer:", "It is 12.\nAnswer:", "It is 12.\nAnswer:", false},
		{"within a sentence", "The answer: is unknown to us", "The answer: is unknown to us", "is unknown to us", false},
		{"no label", "The best answer to this: wait.", "The best answer to this: wait.", "The best answer to this: wait.", false},
		{"options", "A: red\nB: blue", "A: red\nB: blue", "A: red\nB: blue", false},
		{"Spanish", "Pensemos.\nRespuesta final: 12", "Pensemos.\nRespuesta final: 12", "12", true},
		{"French", "Voyons.\nRéponse finale : 12", "Voyons.\nRéponse finale : 12", "12", true},
		{"German", "Erst dies.\nFazit: 12", "Erst dies.\nFazit: 12", "12", true},
		{"Russian", "Думаю.\nФинальный ответ: 12", "Думаю.\nФинальный ответ: 12", "12", true},
		{"Chinese", "先想想。\n答案：十二", "先想想。\n答案：十二", "十二", true},
		{"Arabic", "لنفكر.\nالإجابة النهائية: ١٢", "لنفكر.\nالإجابة النهائية: ١٢", "١٢", true},
		{"Hindi", "सोचें।\nउत्तर: १२", "सोचें।\nउत्तर: १२", "१२", true},
		{"Japanese", "考えます。\n最終的な答え：十二", "考えます。\n最終的な答え：十二", "十二", true},
		{"Korean", "생각해 봅시다.\n최종 답변: 12", "생각해 봅시다.\n최종 답변: 12", "12", true},
		{"JSON", `{"answer": "30 days"}`, `{"answer": "30 days"}`, `{"answer": "30 days"}`, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := Read(tt.raw)
			require.Equal(t, strings.Fields(tt.body), strings.Fields(got.Body))
			require.Equal(t, strings.Fields(tt.text), strings.Fields(got.Text))
			require.Equal(t, tt.final, got.Final)
		})
	}
}

func FuzzRead(f *testing.F) {
	for _, s := range []string{"", "<think>a</think>b", "</think>", "<think", "[THINK]a", "x. Final answer: y", "答案：", "** Answer: **", "◁think▷a◁/think▷b", "Answer:\nAnswer:\nAnswer: x", "* * * *"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if len(s) > 1<<13 {
			t.Skip("long inputs slow the search and show nothing new")
		}
		r := Read(s)
		if len(r.Body) != len(s) || len(r.Text) != len(s) {
			t.Fatalf("%q was read with another length: %+v", s, r)
		}
		for i := range len(s) {
			if r.Body[i] != s[i] && r.Body[i] != ' ' || r.Text[i] != r.Body[i] && r.Text[i] != ' ' {
				t.Fatalf("byte %d of %q was changed: %+v", i, s, r)
			}
		}
		if strings.TrimSpace(r.Body) != "" && strings.TrimSpace(r.Text) == "" {
			t.Fatalf("nothing is left of %q: %+v", s, r)
		}
	})
}

func TestTalk(t *testing.T) {
	talk := func(s string) bool {
		norm := text.Normalize(s)
		return smallTalk(s, norm) || searches(norm)
	}

	for _, s := range []string{
		"Hello!", "¡Hola!", "Guten Tag.", "Bonjour !", "こんにちは。", "你好！", "Привет!", "Merhaba!", "Xin chào!",
		"Let me know if you need more.", "I hope this helps!", "To determine which film is older, we look at the release dates.",
		"First, I search the passages for the name.", "I look for the founder in the chunks.", "Gern geschehen.", "No dudes en preguntar.",
		"Если у вас есть вопросы, пишите.", "如果您有其他问题，请告诉我。",
	} {
		require.True(t, talk(s), s)
	}
	for _, s := range []string{
		"Hello Kitty was drawn in 1974.", "The window is 30 days.", "We check documents within three days.", "To open the valve, turn it left.",
		"Hallo ist ein Gruß.", "Die Suche dauerte drei Tage.", "I-95 runs through Boston.",
	} {
		require.False(t, talk(s), s)
	}
}
